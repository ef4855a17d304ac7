//===- ReadKernel.cpp - One priced kernel ---------------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Readers.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MathExtras.h"
#include <limits>

using namespace mlir;
using namespace onebit;
using namespace onebit::report;
using decoder::ProductClass;
using systolic::Metric;

std::string report::toText(StringRef string) {
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

FailureOr<Kernel> report::readKernel(systolic::KernelOp op, int64_t times) {
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
