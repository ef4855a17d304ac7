//===- BuildReport.cpp - Read priced kernels ------------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Number.h"
#include "Readers.h"
#include "mlir/IR/Location.h"
#include "onebit/Analysis/ExecutionCounts.h"
#include "onebit/Analysis/ExtractSchedule.h"
#include "onebit/Report/Report.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MathExtras.h"
#include <bitset>
#include <cmath>
#include <limits>
#include <map>

using namespace mlir;
using namespace onebit;
using namespace onebit::report;
using decoder::ProductClass;
using systolic::Metric;

namespace {
/// The figures that every kernel has and that have a sum.
using KnownFigures = std::bitset<kNumFigures>;
} // namespace

/// A string of the IR may hold any bytes; a report is text.
static std::string toText(StringRef string) {
  return llvm::json::isUTF8(string) ? string.str()
                                    : llvm::json::fixUTF8(string);
}

/// The sum of what is known of all of them; none too large for 64 bits is.
static FailureOr<std::optional<int64_t>>
sumOf(ArrayRef<std::optional<int64_t>> terms) {
  int64_t sum = 0;
  for (std::optional<int64_t> term : terms) {
    if (!term)
      return std::optional<int64_t>();
    if (llvm::AddOverflow(sum, *term, sum))
      return failure();
  }
  return std::optional<int64_t>(sum);
}

static FailureOr<Figures> readFigures(systolic::KernelOp kernel,
                                      systolic::CostAttr cost) {
  Figures figures;
  figures.kernels = 1;
  for (const systolic::CostEntry &entry : cost.getEntries())
    figures.values[figureOf(entry.metric)] = entry.value;
  auto value = [&](Metric metric) { return figures[figureOf(metric)]; };
  FailureOr<std::optional<int64_t>> accesses =
      sumOf({value(Metric::SramIfmapReads), value(Metric::SramFilterReads),
             value(Metric::SramOfmapWrites),
             value(Metric::SramOfmapReads).value_or(0)});
  FailureOr<std::optional<int64_t>> corrected =
      sumOf({value(Metric::SramIfmapReads), value(Metric::SramFilterReads),
             value(Metric::SramOfmapWritesCorrected),
             value(Metric::SramOfmapReadsCorrected)});
  if (failed(accesses) || failed(corrected))
    return kernel.emitOpError("has more SRAM accesses than 64 bits can count");
  FailureOr<std::optional<int64_t>> dramBits = sumOf(
      {value(Metric::DramIfmapBits), value(Metric::DramFilterBits),
       value(Metric::DramOfmapReadBits), value(Metric::DramOfmapWriteBits)});
  if (failed(dramBits))
    return kernel.emitOpError("has more DRAM traffic than 64 bits can count");
  figures.values[kSramAccesses] = *accesses;
  figures.values[kSramAccessesCorrected] = *corrected;
  figures.values[kDramBits] = *dramBits;
  return figures;
}

static Choice readChoice(systolic::ChoiceAttr attr, systolic::CostAttr cost) {
  Choice choice;
  choice.objective = attr.getObjective();
  systolic::CostAttr runnerUp = attr.getCost();
  if (runnerUp)
    choice.runnerUp = {attr.getRunnerUp(), attr.getRunnerUpTransposed(),
                       runnerUp.getEntries().vec()};
  if (!runnerUp || (runnerUp.getFamily() == cost.getFamily() &&
                    runnerUp.getEnergyNode() == cost.getEnergyNode()))
    for (const systolic::CostEntry &entry : cost.getEntries())
      if (isMadeOf(choice.objective, entry.metric))
        choice.figures.push_back(entry);
  return choice;
}

/// Figures of one run to those of `times` runs.
static LogicalResult repeat(Figures &figures, int64_t times) {
  figures.kernels = times;
  for (Figure figure = 0; figure < kNumFigures; ++figure)
    if (std::optional<int64_t> &value = figures.values[figure];
        value && hasSum(figure) && llvm::MulOverflow(*value, times, *value))
      return failure();
  return success();
}

static FailureOr<Kernel> readKernel(systolic::KernelOp op, int64_t times) {
  if (!op.getCostAttr())
    return op.emitOpError("has no cost: run --onebit-annotate-cost, or "
                          "--lower-to-systolic, before the report");
  auto product = cast<decoder::MatrixProductOpInterface>(op.getOperation());
  Kernel kernel;
  kernel.shape = product.getProductShape();
  for (int64_t extent :
       {kernel.shape.batch, kernel.shape.m, kernel.shape.n, kernel.shape.k})
    if (extent == std::numeric_limits<int64_t>::max())
      return op.emitOpError("is a product larger than 64 bits can count");
  const systolic::CostAttr baseline = op.getBaselineAttr();
  if (op.getArray().getBase() && !baseline)
    return op.emitOpError("is on an engine beside another array and has no "
                          "baseline: run --onebit-annotate-cost again");
  FailureOr<Figures> figures =
      readFigures(op, baseline ? baseline : op.getCostAttr());
  if (failed(figures))
    return failure();
  kernel.figures = *figures;
  const bool scaled =
      product.getProductClass() == ProductClass::MatMulFree ||
      product.getProductClass() == ProductClass::LowBitProjection;
  int64_t scales = scaled;
  if (llvm::MulOverflow(scales, kernel.shape.batch, scales) ||
      llvm::MulOverflow(scales, kernel.shape.m, scales) ||
      llvm::MulOverflow(scales, kernel.shape.n, scales))
    return op.emitOpError("has a result larger than 64 bits can count");
  kernel.figures.values[kScaleMultiplications] = scales;
  if (baseline) {
    FailureOr<Figures> compiled = readFigures(op, op.getCostAttr());
    if (failed(compiled))
      return failure();
    kernel.compiled = *compiled;
  }
  kernel.times = times;
  if (failed(repeat(kernel.figures, times)) ||
      (kernel.compiled && failed(repeat(*kernel.compiled, times))))
    return op.emitOpError("runs ")
           << times << " times, which costs more than 64 bits can count";
  if (std::optional<StringRef> name = product.getProductName()) {
    kernel.name = toText(*name);
    kernel.named = true;
  }
  if (std::optional<uint64_t> layer = product.getLayer())
    kernel.layer = static_cast<int64_t>(*layer);
  kernel.productClass = product.getProductClass();
  kernel.role = product.getRole();
  kernel.dataflow = getBaseEngine(op).getDataflow();
  kernel.transposed = op.getTransposed();
  if (!op.getQueryGroups().empty())
    kernel.queryRows = op.getQueryRows();
  kernel.runs = op.getBodyShape().batch;
  std::optional<int64_t> macs = kernel.figures[figureOf(Metric::MACs)];
  if (op.getLoop().getMask() && macs) {
    int64_t all = kernel.shape.batch;
    for (int64_t extent : {kernel.shape.m, kernel.shape.n, kernel.shape.k})
      if (llvm::MulOverflow(all, extent, all))
        return op.emitOpError("is a product larger than 64 bits can count");
    kernel.skippedMACs = all - *macs;
  }
  if (op.getChoice())
    kernel.choice = readChoice(*op.getChoice(), op.getCostAttr());
  kernel.quantization = readQuantization(op);
  if (op.getArray().getBase())
    kernel.secondDataflow = op.getArray().getDataflow();
  return kernel;
}

std::optional<double> Choice::getRatio() const {
  if (!runnerUp || figures.size() != runnerUp->figures.size())
    return std::nullopt;
  auto chosen = static_cast<double>(systolic::evaluate(objective, figures));
  if (chosen == 0)
    return std::nullopt;
  return static_cast<double>(systolic::evaluate(objective, runnerUp->figures)) /
         chosen;
}

/// Adds what is in `known` of a kernel. Cannot wrap where the sum over all
/// kernels does not: no figure is negative.
static void add(Figures &sum, const Figures &figures,
                const KnownFigures &known) {
  sum.kernels += figures.kernels;
  for (Figure figure = 0; figure < kNumFigures; ++figure)
    if (known[figure])
      sum.values[figure] = sum[figure].value_or(0) + *figures[figure];
}

static void add(Totals &totals, const Kernel &kernel,
                const KnownFigures &known) {
  add(totals.all, kernel.figures, known);
  add(totals.classes[static_cast<unsigned>(kernel.productClass)],
      kernel.figures, known);
}

/// Sums of no kernels: 0 of everything known.
static Totals zeroTotals(const KnownFigures &known) {
  Figures zero;
  for (Figure figure = 0; figure < kNumFigures; ++figure)
    if (known[figure])
      zero.values[figure] = 0;
  Totals totals;
  totals.all = zero;
  totals.classes.fill(zero);
  return totals;
}

static LogicalResult checkSums(ModuleOp module, ArrayRef<Kernel> kernels,
                               const KnownFigures &known) {
  for (Figure figure = 0; figure < kNumFigures; ++figure) {
    if (!known[figure])
      continue;
    int64_t sum = 0;
    for (const Kernel &kernel : kernels)
      if (llvm::AddOverflow(sum, *kernel.figures[figure], sum))
        return emitError(module.getLoc(), "the sum of '")
               << getKey(figure)
               << "' over all kernels is more than 64 bits can count: report "
                  "on fewer layers, or on parts of the module";
  }
  return success();
}

static Amdahl evaluateAmdahl(const Totals &totals, int64_t whole, Figure basis,
                             Scope scope, ArrayRef<double> speedups) {
  int64_t projections = *totals.of(ProductClass::MatMulFree)[basis];
  int64_t attention = *totals.of(ProductClass::Attention)[basis];
  int64_t both = projections + attention;
  Amdahl amdahl;
  amdahl.basis = basis;
  amdahl.scope = scope;
  for (double speedup : speedups)
    amdahl.points.push_back({speedup,
                             amdahlSpeedup(whole, projections, speedup),
                             amdahlSpeedup(whole, attention, speedup),
                             amdahlSpeedup(whole, both, speedup)});
  amdahl.projectionsCeiling = amdahlCeiling(whole, projections);
  amdahl.attentionCeiling = amdahlCeiling(whole, attention);
  amdahl.bothCeiling = amdahlCeiling(whole, both);
  return amdahl;
}

static FailureOr<SmallVector<double>> allSpeedups(ModuleOp module,
                                                  ArrayRef<double> asked) {
  SmallVector<double> speedups = {1, 2, 3, 5, 10, 20, 50, 100};
  for (double speedup : asked) {
    if (!std::isfinite(speedup) || speedup <= 0) {
      std::string number;
      llvm::raw_string_ostream os(number);
      writeNumber(speedup, os);
      return emitError(module.getLoc(),
                       "a speedup must be a positive number, got ")
             << number;
    }
    speedups.push_back(speedup);
  }
  llvm::sort(speedups);
  speedups.erase(llvm::unique(speedups), speedups.end());
  return speedups;
}

static std::string describe(LocationAttr location) {
  if (!location)
    return "";
  if (auto file = location.findInstanceOf<FileLineColLoc>())
    return toText((file.getFilename().getValue() + ":" + Twine(file.getLine()) +
                   ":" + Twine(file.getColumn()))
                      .str());
  if (auto name = location.findInstanceOf<NameLoc>())
    return toText(name.getName());
  return "";
}

static Model describeModel(ModuleOp module, int64_t layersSeen) {
  Model model;
  if (auto attr = module->getAttrOfType<decoder::ModelAttr>(
          decoder::DecoderDialect::kModelAttrName)) {
    model.name = toText(attr.getName());
    model.layers = attr.getLayers();
    model.described = true;
    model.family = toText(attr.getFamily());
    model.phase = attr.getPhase();
    model.layout = attr.getLayout();
    model.batch = attr.getBatch();
    model.context = attr.getContextLength();
    return model;
  }
  model.name = toText(module.getSymName().value_or("unnamed"));
  model.layers = layersSeen;
  return model;
}

static Array describeArray(systolic::ArrayAttr attr) {
  Array array{toArrayDesc(attr)};
  array.name = toText(attr.getName());
  return array;
}

/// Whether two arrays are the same but for their dataflow and the engine that
/// they stand beside.
static bool differOnlyInDataflow(systolic::ArrayAttr a, systolic::ArrayAttr b) {
  auto strip = [&](systolic::ArrayAttr array) {
    return systolic::ArrayAttr::get(
        array.getContext(), array.getName(), array.getRows(),
        array.getColumns(), a.getDataflow(), array.getIfmapKb(),
        array.getFilterKb(), array.getOfmapKb(), array.getMachine(),
        array.getScaleSim(), systolic::ArrayAttr(), /*shared_dram=*/false);
  };
  return strip(a) == strip(b) && a.getSharedDram() == b.getSharedDram();
}

/// Kernels that others must be like: the first, and the first on a second
/// engine.
struct FirstKernels {
  systolic::KernelOp any, onSecond;
};

/// Adds `kernel` to a report that so far is about kernels like `first`.
static LogicalResult addKernel(systolic::KernelOp op, FirstKernels &firsts,
                               int64_t times, Report &report) {
  systolic::KernelOp first = firsts.any;
  FailureOr<Kernel> kernel = readKernel(op, times);
  if (failed(kernel))
    return failure();
  StringRef family = op.getCostAttr().getFamily();
  StringRef otherFamily = first.getCostAttr().getFamily();
  if (family != otherFamily) {
    InFlightDiagnostic diag =
        op.emitOpError("is priced by '")
        << family << "' and another kernel by '" << otherFamily
        << "': run --onebit-annotate-cost again to price all by one cost model";
    diag.attachNote(first.getLoc()) << "the other kernel";
    return diag;
  }
  systolic::EnergyNode node = op.getCostAttr().getEnergyNode();
  if (node != first.getCostAttr().getEnergyNode()) {
    InFlightDiagnostic diag =
        op.emitOpError("has energies at '")
        << stringifyEnergyNode(node) << "' and another kernel at '"
        << stringifyEnergyNode(first.getCostAttr().getEnergyNode())
        << "': run --onebit-annotate-cost again to price all at one process "
           "node";
    diag.attachNote(first.getLoc()) << "the other kernel";
    return diag;
  }
  const bool onSecond = bool(op.getArray().getBase());
  if (onSecond && !firsts.onSecond)
    firsts.onSecond = op;
  if (!differOnlyInDataflow(getBaseEngine(op), getBaseEngine(first)) ||
      (onSecond &&
       !differOnlyInDataflow(op.getArray(), firsts.onSecond.getArray()))) {
    InFlightDiagnostic diag = op.emitOpError(
        "is on another array than another kernel: a report is about one array, "
        "of which only the dataflow may differ from kernel to kernel");
    diag.attachNote(first.getLoc()) << "the other kernel";
    return diag;
  }
  report.array.mixed |=
      report.array.dataflow != getBaseEngine(op).getDataflow();
  if (onSecond) {
    if (!report.secondEngine) {
      report.secondEngine.emplace();
      report.secondEngine->array = describeArray(op.getArray());
      report.secondEngine->sharedDram = op.getArray().getSharedDram();
    }
    Array &array = report.secondEngine->array;
    array.mixed |= array.dataflow != op.getArray().getDataflow();
  }
  report.kernels.push_back(std::move(*kernel));
  return success();
}

/// Kernels without a name get one of their role and a number, in the order of
/// the IR.
static void nameKernels(std::vector<Kernel> &kernels) {
  std::array<unsigned, decoder::getMaxEnumValForProductRole() + 1> unnamed{};
  for (Kernel &kernel : kernels)
    if (!kernel.named)
      kernel.name = (decoder::stringifyProductRole(kernel.role) + "#" +
                     Twine(unnamed[static_cast<unsigned>(kernel.role)]++))
                        .str();
}

static void addAssumptions(ModuleOp module, Report &report) {
  auto assumptions = module->getAttrOfType<ArrayAttr>(
      decoder::DecoderDialect::kAssumptionsAttrName);
  if (!assumptions)
    return;
  for (auto assumption : assumptions.getAsRange<decoder::AssumptionAttr>()) {
    report.assumptions.push_back({assumption.getKind(),
                                  toText(assumption.getText()),
                                  describe(assumption.getLocation())});
    if (assumption.getKind() == decoder::AssumptionKind::NotVisible)
      report.complete = false;
  }
}

/// What was assumed says why there is no kernel.
static LogicalResult emitNothingToReport(ModuleOp module) {
  if (module.getBody()->empty())
    return emitError(module.getLoc(), "nothing to report: the module is empty");
  InFlightDiagnostic diag =
      emitError(module.getLoc(),
                "nothing to report: the module has no systolic.kernel; run "
                "--lower-to-systolic on a module with matrix products first");
  module.walk([&](ModuleOp nested) {
    auto assumptions = nested->getAttrOfType<ArrayAttr>(
        decoder::DecoderDialect::kAssumptionsAttrName);
    if (!assumptions)
      return;
    for (auto assumption : assumptions.getAsRange<decoder::AssumptionAttr>()) {
      LocationAttr location = assumption.getLocation();
      diag.attachNote(location ? Location(location) : nested.getLoc())
          << assumption.getText();
    }
  });
  return diag;
}

/// Reads the kernels and assumptions of a module and of those nested in it.
static LogicalResult readModule(ModuleOp module, Report &report) {
  FirstKernels firsts;
  int64_t inUnknownLoops = 0, inBranches = 0;
  ExecutionCounts counts(module);
  WalkResult result =
      module.walk<WalkOrder::PreOrder>([&](Operation *op) -> WalkResult {
        if (auto nested = dyn_cast<ModuleOp>(op))
          addAssumptions(nested, report);
        auto kernel = dyn_cast<systolic::KernelOp>(op);
        if (!kernel)
          return WalkResult::advance();
        if (!firsts.any) {
          firsts.any = kernel;
          report.array = describeArray(getBaseEngine(kernel));
        }
        ExecutionCount count = counts.get(kernel);
        inUnknownLoops += !count.isExact;
        inBranches += count.isConditional;
        return failed(addKernel(kernel, firsts, count.times, report))
                   ? WalkResult::interrupt()
                   : WalkResult::skip();
      });
  if (result.wasInterrupted())
    return failure();
  if (!firsts.any)
    return emitNothingToReport(module);
  if (inUnknownLoops > 0) {
    report.assumptions.push_back(
        {decoder::AssumptionKind::NotVisible,
         llvm::formatv(
             "{0} kernel{1} in loops that run nobody knows how often: counted "
             "for one step of these",
             inUnknownLoops, inUnknownLoops == 1 ? "" : "s"),
         ""});
    report.complete = false;
  }
  if (inBranches > 0) {
    report.assumptions.push_back(
        {decoder::AssumptionKind::NotVisible,
         llvm::formatv("{0} kernel{1} in branches that may not run: counted as "
                       "though every branch did",
                       inBranches, inBranches == 1 ? "" : "s"),
         ""});
    report.complete = false;
  }
  report.costModel = toText(firsts.any.getCostAttr().getFamily());
  report.energyNode = firsts.any.getCostAttr().getEnergyNode();
  nameKernels(report.kernels);
  return success();
}

/// The figures that all kernels have and that have a sum.
static KnownFigures findKnown(ArrayRef<Kernel> kernels) {
  KnownFigures known;
  for (Figure figure = 0; figure < kNumFigures; ++figure)
    known[figure] =
        hasSum(figure) && llvm::all_of(kernels, [&](const Kernel &kernel) {
          return kernel.figures[figure].has_value();
        });
  return known;
}

static EngineTerms getTerms(const Totals &totals) {
  auto cycles = [&](ProductClass productClass) {
    return totals.of(productClass)[figureOf(Metric::Cycles)].value_or(0);
  };
  EngineTerms terms;
  terms.projections = cycles(ProductClass::MatMulFree);
  terms.attention = cycles(ProductClass::Attention);
  terms.others = cycles(ProductClass::LowBitProjection) +
                 cycles(ProductClass::DenseProjection);
  return terms;
}

/// Sums what the kernels take where they were compiled for.
static LogicalResult measureSecondEngine(ModuleOp module, Report &report) {
  std::vector<Kernel> compiled = report.kernels;
  for (Kernel &kernel : compiled)
    if (kernel.compiled)
      kernel.figures = *kernel.compiled;
  const KnownFigures known = findKnown(compiled);
  if (failed(checkSums(module, compiled, known)))
    return failure();
  SecondEngine &second = *report.secondEngine;
  second.totals = zeroTotals(known);
  // What moves is known of the kernels on the second engine alone.
  int64_t moving = 0;
  bool fits = true;
  for (const Kernel &kernel : compiled) {
    add(second.totals, kernel, known);
    auto value = [&](Metric metric) {
      return kernel.figures[figureOf(metric)].value_or(0);
    };
    fits &= !llvm::AddOverflow(second.movedBits, value(Metric::MovedBits),
                               second.movedBits) &&
            !llvm::AddOverflow(moving, value(Metric::MovingCycles), moving);
  }
  second.baseline = getTerms(report.totals);
  second.measured = getTerms(second.totals);
  second.measured.moving = moving;
  // Beside products, it would have to be seen beside which.
  int64_t vector = 0;
  if (report.vector && report.vector->overlap == systolic::Overlap::Exposed) {
    vector = report.vector->all.cycles;
    second.baseline.vector = second.measured.vector = vector;
    // The baseline quantizes the same activations.
    second.measured.quantizing = 0;
  }
  auto exceeds = [&](const Totals &totals, int64_t more) {
    int64_t sum;
    return llvm::AddOverflow(totals.all[figureOf(Metric::Cycles)].value_or(0),
                             vector, sum) ||
           llvm::AddOverflow(sum, more, sum);
  };
  if (!fits || exceeds(report.totals, 0) || exceeds(second.totals, moving))
    return emitError(module.getLoc(),
                     "moving operands between the engines takes more bits or "
                     "cycles than 64 bits can count: report on fewer layers, "
                     "or on parts of the module");
  return success();
}

/// Scales of groups are as much as some weights, and no kernel reads them.
static void addScalesNotRead(Report &report) {
  if (!report.footprint)
    return;
  const Footprint &footprint = *report.footprint;
  if (footprint.scales.bits < footprint.allWeights.bits / 1000 ||
      footprint.scales.bits == 0)
    return;
  report.assumptions.push_back(
      {decoder::AssumptionKind::NotModelled,
       llvm::formatv("scales of weights are {0} bytes, which come from DRAM "
                     "beside the weights: they are in no count of its bytes, "
                     "in no cycle and in no energy",
                     footprint.scales.bytes()),
       ""});
}

FailureOr<Report> report::buildReport(ModuleOp module,
                                      ArrayRef<double> speedups) {
  Report report;
  FailureOr<SmallVector<double>> points = allSpeedups(module, speedups);
  if (failed(points) || failed(readModule(module, report)))
    return failure();

  const KnownFigures known = findKnown(report.kernels);
  if (failed(checkSums(module, report.kernels, known)))
    return failure();

  const Totals zero = zeroTotals(known);
  report.totals = report.outsideLayers = zero;
  std::map<int64_t, Totals> layers;
  for (const Kernel &kernel : report.kernels) {
    add(report.totals, kernel, known);
    add(kernel.layer ? layers.try_emplace(*kernel.layer, zero).first->second
                     : report.outsideLayers,
        kernel, known);
  }
  for (auto &[layer, totals] : layers)
    report.layers.push_back({layer, totals});
  report.model =
      describeModel(module, static_cast<int64_t>(report.layers.size()));

  for (Figure basis : {figureOf(Metric::Cycles), kSramAccesses, kDramBits,
                       figureOf(Metric::EnergyTotal)})
    for (Scope scope : {Scope::Decoder, Scope::Model})
      if (report.totals.whole(basis, scope).value_or(0) > 0)
        report.amdahl.push_back(
            evaluateAmdahl(report.totals, *report.totals.whole(basis, scope),
                           basis, scope, *points));
  if (report.array.scaleSim && countsBits(report.totals.all))
    report.assumptions.push_back(
        {decoder::AssumptionKind::NotModelled,
         "the bandwidths of the array's configuration are SCALE-Sim's, words a "
         "cycle for each operand: " +
             report.costModel +
             " has one channel to DRAM, dram_bits_per_cycle of an array file, "
             "and takes it as unlimited here",
         ""});
  if (failed(readVectorWork(module, report)) ||
      failed(readFootprint(module, report)) ||
      failed(readTraffic(module, report)))
    return failure();
  addScalesNotRead(report);
  if (std::optional<int64_t> cycles = getTimeCycles(report); cycles && *cycles)
    report.amdahl.push_back(evaluateAmdahl(report.totals, *cycles,
                                           figureOf(Metric::Cycles),
                                           Scope::Time, *points));
  if (report.secondEngine && failed(measureSecondEngine(module, report)))
    return failure();
  return report;
}
