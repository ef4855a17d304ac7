//===- BuildReport.cpp - Read priced kernels ------------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Number.h"
#include "Readers.h"
#include "Totals.h"
#include "onebit/Analysis/ExecutionCounts.h"
#include "onebit/Analysis/ExtractSchedule.h"
#include "onebit/Report/Report.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>
#include <map>

using namespace mlir;
using namespace onebit;
using namespace onebit::report;
using decoder::ProductClass;
using systolic::Metric;

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
          readAssumptions(nested, report);
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
  assumeLoopsAndBranches(inUnknownLoops, inBranches, report);
  report.costModel = toText(firsts.any.getCostAttr().getFamily());
  report.energyNode = firsts.any.getCostAttr().getEnergyNode();
  nameKernels(report.kernels);
  return success();
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
  if (failed(readVectorWork(module, report)) ||
      failed(readFootprint(module, report)) ||
      failed(readTraffic(module, report)))
    return failure();
  assumeWhatIsNotCounted(report);
  if (std::optional<int64_t> cycles = getTimeCycles(report); cycles && *cycles)
    report.amdahl.push_back(evaluateAmdahl(report.totals, *cycles,
                                           figureOf(Metric::Cycles),
                                           Scope::Time, *points));
  if (report.secondEngine && failed(measureSecondEngine(module, report)))
    return failure();
  return report;
}
