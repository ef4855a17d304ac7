//===- VectorWork.cpp - Read the costs of a vector unit -------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Readers.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"
#include <map>

using namespace mlir;
using namespace onebit;
using namespace onebit::report;
using decoder::VectorKind;
using systolic::SystolicDialect;
using systolic::VectorCostAttr;

namespace {
/// Ops of one name that nothing is known of.
struct UnknownOps {
  int64_t count = 0;
  std::string location;
};

/// Goes through the ops in the order of the program.
class Reader {
public:
  explicit Reader(Report &report) : report(report) {}

  LogicalResult add(systolic::KernelOp kernel);
  LogicalResult add(Operation *op, VectorCostAttr cost);
  void finish();

private:
  LogicalResult count(Operation *op, int64_t &sum, int64_t value);
  /// The product that later vector work runs beside, and what is left of it.
  int64_t beside = 0;

  Report &report;
  VectorWork work;
  bool found = false;
  std::map<VectorKind, VectorFigures> kinds;
  llvm::MapVector<OperationName, UnknownOps> unknown;
  llvm::DenseMap<Block *, bool> loopBlocks;
  int64_t inLoops = 0;
};
} // namespace

LogicalResult Reader::count(Operation *op, int64_t &sum, int64_t value) {
  if (llvm::AddOverflow(sum, value, sum))
    return op->emitOpError("and the vector work before it are more than 64 "
                           "bits can count");
  return success();
}

LogicalResult Reader::add(systolic::KernelOp kernel) {
  beside = 0;
  systolic::MachineAttr machine = kernel.getArray().getMachine();
  if (!machine || machine.getVector() == systolic::Overlap::Exposed)
    return success();
  work.overlap = systolic::Overlap::Hidden;
  beside = kernel.getCostAttr().lookup(systolic::Metric::Cycles).value_or(0);
  return success();
}

static std::string describe(Location location) {
  if (auto file = location->findInstanceOf<FileLineColLoc>())
    return llvm::formatv("{0}:{1}:{2}", file.getFilename().getValue(),
                         file.getLine(), file.getColumn());
  return "";
}

LogicalResult Reader::add(Operation *op, VectorCostAttr cost) {
  if (cost.getFamily() != report.costModel)
    return op->emitOpError("is vector work priced by '")
           << cost.getFamily() << "', but kernels are by '" << report.costModel
           << "': run --onebit-annotate-cost again to price all by one cost "
              "model";
  found = true;
  auto [isInLoop, isNew] = loopBlocks.try_emplace(op->getBlock());
  if (isNew)
    isInLoop->second = LoopLikeOpInterface::blockIsInLoop(op->getBlock());
  inLoops += isInLoop->second;
  if (cost.getKind() == VectorKind::Unknown) {
    UnknownOps &ops = unknown[op->getName()];
    if (++ops.count == 1)
      ops.location = describe(op->getLoc());
    ++work.unknownOps;
    return success();
  }
  for (VectorFigures *figures : {&kinds[cost.getKind()], &work.all})
    if (++figures->ops;
        failed(count(op, figures->passes, cost.getPasses())) ||
        failed(count(op, figures->elements, cost.getElements())) ||
        failed(count(op, figures->reductions, cost.getReductions())) ||
        failed(count(op, figures->cycles, cost.getCycles())))
      return failure();
  const int64_t hidden = std::min(beside, cost.getCycles());
  beside -= hidden;
  work.hiddenCycles += hidden;
  return success();
}

void Reader::finish() {
  if (!found)
    return;
  auto assume = [&](std::string text, std::string location) {
    report.assumptions.push_back({decoder::AssumptionKind::NotModelled,
                                  std::move(text), std::move(location)});
  };
  for (auto &[name, ops] : unknown)
    assume(llvm::formatv("what {0} x '{1}' takes the vector unit is not known "
                         "and not in the time",
                         ops.count, name.getStringRef()),
           ops.location);
  if (inLoops > 0)
    assume(llvm::formatv("vector work of {0} op{1} in loops: counted once, "
                         "however often the loops run",
                         inLoops, inLoops == 1 ? "" : "s"),
           "");
  work.kinds.assign(kinds.begin(), kinds.end());
  report.vector = std::move(work);
}

LogicalResult report::readVectorWork(ModuleOp module, Report &report) {
  Reader reader(report);
  WalkResult result =
      module.walk<WalkOrder::PreOrder>([&](Operation *op) -> WalkResult {
        if (auto kernel = dyn_cast<systolic::KernelOp>(op))
          return failed(reader.add(kernel)) ? WalkResult::interrupt()
                                            : WalkResult::skip();
        auto cost = op->getAttrOfType<VectorCostAttr>(
            SystolicDialect::kVectorCostAttrName);
        if (cost && failed(reader.add(op, cost)))
          return WalkResult::interrupt();
        return WalkResult::advance();
      });
  if (result.wasInterrupted())
    return failure();
  reader.finish();
  if (std::optional<int64_t> products =
          report.totals.all[figureOf(systolic::Metric::Cycles)]) {
    int64_t sum = 0;
    if (report.vector &&
        llvm::AddOverflow(*products, report.vector->all.cycles, sum))
      return emitError(module.getLoc(),
                       "the cycles of products and vector work together are "
                       "more than 64 bits can count");
  }
  return success();
}
