//===- AnnotateCost.cpp - Write costs on kernels --------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PriceVectorWork.h"
#include "onebit/Analysis/ExtractSchedule.h"
#include "onebit/Analysis/OperandKinds.h"
#include "onebit/CostModel/Energy.h"
#include "onebit/CostModel/SecondEngine.h"
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
           prefetch.cycles == other.prefetch.cycles &&
           prefetch.fresh == other.prefetch.fresh && schedule == other.schedule;
  }
};
struct WorkHash {
  size_t operator()(const Work &work) const {
    return llvm::hash_combine(work.schedule, work.array, work.productClass,
                              work.prefetch.cycles, work.prefetch.fresh);
  }
};
/// A price, and what the kernel leaves to the next.
struct Priced {
  systolic::CostAttr cost;
  int64_t cycles = 0;
  PrefetchWindow window;
};
/// The kernel before, if it is of the same block.
struct Before {
  Block *block = nullptr;
  Engine engine = Engine::Base;
  Priced priced;
};

class KernelPricer {
public:
  KernelPricer(ModuleOp module, const CostModel &model,
               systolic::EnergyNode node)
      : module(module), model(model), node(node) {}

  LogicalResult run();

private:
  /// Prices `schedule` of `kernel` on an array, after `before`, which becomes
  /// this kernel. Null if it has no price.
  systolic::CostAttr price(systolic::KernelOp kernel, const Schedule &schedule,
                           systolic::ArrayAttr array, Before &before);
  LogicalResult price(systolic::KernelOp kernel);

  ModuleOp module;
  const CostModel &model;
  systolic::EnergyNode node;
  /// Some kernels are on an engine beside a base array, whose channel it may
  /// share.
  bool hasSecondEngine = false, sharedDram = false;
  Before before, beforeInBaseline;
  /// Layers repeat.
  std::unordered_map<Work, Priced, WorkHash> priced;
};
} // namespace

/// What of a kernel's filter the model makes on the way.
static FreshRows getFreshRows(systolic::KernelOp kernel) {
  // What comes in as filter of a transposed product is made on the way.
  if (kernel.getTransposed())
    return FreshRows::All;
  if (kernel.getProductClass() != decoder::ProductClass::Attention)
    return FreshRows::None;
  auto model =
      kernel->getParentOfType<ModuleOp>()->getAttrOfType<decoder::ModelAttr>(
          decoder::DecoderDialect::kModelAttrName);
  if (!model || model.getPhase() != decoder::Phase::Decode)
    return FreshRows::All;
  switch (kernel.getRole()) {
  case decoder::ProductRole::Scores:
    return FreshRows::LastOfN;
  case decoder::ProductRole::Values:
    return FreshRows::LastOfK;
  default:
    return FreshRows::All;
  }
}

static ProductExtents getExtents(systolic::KernelOp kernel) {
  auto product = cast<decoder::MatrixProductOpInterface>(kernel.getOperation());
  decoder::ProductShape shape = product.getProductShape();
  return {shape.batch, shape.m, shape.n, shape.k};
}

systolic::CostAttr KernelPricer::price(systolic::KernelOp kernel,
                                       const Schedule &schedule,
                                       systolic::ArrayAttr array,
                                       Before &before) {
  const ArrayDesc desc = toArrayDesc(array);
  const systolic::ArrayAttr base = array.getBase();
  const Engine engine = base ? Engine::Projections : Engine::Base;
  Prefetch prefetch{0, FreshRows::None};
  if (before.block == kernel->getBlock() && desc.machine &&
      desc.machine->kernels == systolic::Overlap::Hidden)
    prefetch = {getPrefetchCycles(engine, before.engine, sharedDram,
                                  before.priced.cycles, before.priced.window),
                getFreshRows(kernel)};

  const decoder::ProductClass productClass = kernel.getProductClass();
  Priced &result = priced[{schedule, array, productClass, prefetch}];
  if (!result.cost) {
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
      cost = addMoving(std::move(*cost), getExtents(kernel), toArrayDesc(base));
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
  before = {kernel->getBlock(), engine, result};
  return result.cost;
}

LogicalResult KernelPricer::price(systolic::KernelOp kernel) {
  FailureOr<Schedule> schedule = extractSchedule(kernel);
  if (failed(schedule))
    return failure();
  const systolic::ArrayAttr array = kernel.getArray();
  systolic::CostAttr cost = price(kernel, *schedule, array, before);
  if (!cost)
    return failure();
  kernel.setCostAttr(cost);
  kernel.removeBaselineAttr();
  if (!hasSecondEngine)
    return success();

  // The same product, everything on the base engine.
  const systolic::ArrayAttr base = array.getBase();
  systolic::CostAttr baseline =
      base ? price(kernel,
                   tileProduct(getExtents(kernel), base.getRows(),
                               base.getColumns(), base.getDataflow()),
                   base, beforeInBaseline)
           : price(kernel, *schedule, array, beforeInBaseline);
  if (!baseline)
    return failure();
  kernel.setBaselineAttr(baseline);
  return success();
}

LogicalResult KernelPricer::run() {
  module.walk<WalkOrder::PreOrder>([&](systolic::KernelOp kernel) {
    hasSecondEngine |= bool(kernel.getArray().getBase());
    sharedDram |= kernel.getArray().getSharedDram();
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
