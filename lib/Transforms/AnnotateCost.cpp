//===- AnnotateCost.cpp - Write costs on kernels --------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PriceVectorWork.h"
#include "onebit/Analysis/ExtractSchedule.h"
#include "onebit/Analysis/KernelSequence.h"
#include "onebit/Analysis/OperandKinds.h"
#include "onebit/CostModel/Energy.h"
#include "onebit/Transforms/Passes.h"
#include "onebit/Transforms/PriceKernels.h"
#include <unordered_map>

namespace onebit {
#define GEN_PASS_DEF_ANNOTATECOST
#include "onebit/Transforms/Passes.h.inc"
} // namespace onebit

using namespace mlir;
using namespace onebit;

namespace {
/// All that a price depends on.
struct Work {
  Schedule schedule;
  systolic::ArrayAttr array;
  decoder::ProductClass productClass;
  Prefetch prefetch;
  bool operator==(const Work &other) const {
    return array == other.array && productClass == other.productClass &&
           prefetch == other.prefetch && schedule == other.schedule;
  }
};
struct WorkHash {
  size_t operator()(const Work &work) const {
    return llvm::hash_combine(work.schedule, work.array, work.productClass,
                              work.prefetch);
  }
};
/// A price, and what the kernel leaves to the next.
struct Priced {
  systolic::CostAttr cost;
  int64_t cycles = 0;
  PrefetchWindow window;
};
class KernelPricer {
public:
  KernelPricer(ModuleOp module, const CostModel &model,
               systolic::EnergyNode node)
      : module(module), model(model), node(node), sequence(module),
        baseline(module) {}

  LogicalResult run();

private:
  /// Prices `schedule` of `kernel` on an array, as the next of `sequence`. Null
  /// if it has no price.
  systolic::CostAttr price(systolic::KernelOp kernel, const Schedule &schedule,
                           systolic::ArrayAttr array, KernelSequence &sequence);
  LogicalResult price(systolic::KernelOp kernel);

  ModuleOp module;
  const CostModel &model;
  systolic::EnergyNode node;
  /// Some kernels are on an engine beside a base array.
  bool hasSecondEngine = false;
  /// The kernels as they are, and everything on the base engine.
  KernelSequence sequence, baseline;
  /// Layers repeat.
  std::unordered_map<Work, Priced, WorkHash> priced;
};
} // namespace

systolic::CostAttr KernelPricer::price(systolic::KernelOp kernel,
                                       const Schedule &schedule,
                                       systolic::ArrayAttr array,
                                       KernelSequence &sequence) {
  const Prefetch prefetch = sequence.getPrefetch(kernel, array);
  const decoder::ProductClass productClass = kernel.getProductClass();
  Priced &result = priced[{schedule, array, productClass, prefetch}];
  if (!result.cost) {
    const ArrayDesc desc = toArrayDesc(array);
    const FilterKind filter = getFilterKind(productClass);
    llvm::Expected<SequencedCost> sequenced =
        model.priceAfter(prefetch, schedule, desc, filter);
    llvm::Expected<Cost> cost =
        sequenced ? llvm::Expected<Cost>(std::move(sequenced->cost))
                  : llvm::Expected<Cost>(sequenced.takeError());
    if (cost)
      cost = addEnergy(std::move(*cost), schedule, desc, filter,
                       getMultiplier(productClass), node);
    if (cost && array.getSharedDram())
      cost = addMoving(std::move(*cost), getExtents(kernel),
                       toArrayDesc(array.getBase()));
    if (!cost) {
      kernel.emitOpError("cannot be priced by '")
          << model.name() << "': " << llvm::toString(cost.takeError());
      return systolic::CostAttr();
    }
    result.cost = systolic::CostAttr::get(module.getContext(), model.name(),
                                          cost->entries, node);
    result.cycles = cost->lookup(systolic::Metric::Cycles).value_or(0);
    result.window = sequenced->window;
  }
  sequence.append(kernel->getBlock(), array, result.cycles, result.window);
  return result.cost;
}

LogicalResult KernelPricer::price(systolic::KernelOp kernel) {
  FailureOr<Schedule> schedule = extractSchedule(kernel);
  if (failed(schedule))
    return failure();
  const systolic::ArrayAttr array = kernel.getArray();
  systolic::CostAttr cost = price(kernel, *schedule, array, sequence);
  if (!cost)
    return failure();
  kernel.setCostAttr(cost);
  kernel.removeBaselineAttr();
  if (!hasSecondEngine)
    return success();

  // The same product, everything on the base engine.
  const systolic::ArrayAttr base = array.getBase();
  systolic::CostAttr baselineCost =
      base ? price(kernel,
                   tileProduct(getExtents(kernel), base.getRows(),
                               base.getColumns(), base.getDataflow()),
                   base, baseline)
           : price(kernel, *schedule, array, baseline);
  if (!baselineCost)
    return failure();
  kernel.setBaselineAttr(baselineCost);
  return success();
}

LogicalResult KernelPricer::run() {
  module.walk<WalkOrder::PreOrder>([&](systolic::KernelOp kernel) {
    hasSecondEngine |= bool(kernel.getArray().getBase());
    return WalkResult::skip();
  });
  WalkResult result =
      module.walk<WalkOrder::PreOrder>([&](systolic::KernelOp kernel) {
        return failed(price(kernel)) ? WalkResult::interrupt()
                                     : WalkResult::skip();
      });
  if (result.wasInterrupted())
    return failure();
  return priceVectorWork(module, model);
}

LogicalResult onebit::priceKernels(ModuleOp module, const CostModel &model,
                                   systolic::EnergyNode node) {
  return KernelPricer(module, model, node).run();
}

namespace {
struct AnnotateCost final : onebit::impl::AnnotateCostBase<AnnotateCost> {
  using AnnotateCostBase::AnnotateCostBase;

  LogicalResult initialize(MLIRContext *context) final {
    llvm::Expected<const CostModel *> found = findCostModel(costModel);
    if (!found)
      return emitError(UnknownLoc::get(context))
             << llvm::toString(found.takeError());
    model = *found;
    return success();
  }

  void runOnOperation() final {
    // An attribute that nothing analyses and whose constructor verified it.
    markAllAnalysesPreserved();
    if (failed(priceKernels(getOperation(), *model, energy)))
      signalPassFailure();
  }

private:
  const CostModel *model = nullptr;
};
} // namespace
