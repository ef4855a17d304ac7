//===- AnnotateCost.cpp - Write costs on kernels --------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/Analysis/ExtractSchedule.h"
#include "onebit/Analysis/OperandKinds.h"
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
  bool operator==(const Work &other) const {
    return array == other.array && productClass == other.productClass &&
           schedule == other.schedule;
  }
};
struct WorkHash {
  size_t operator()(const Work &work) const {
    return llvm::hash_combine(work.schedule, work.array, work.productClass);
  }
};
} // namespace

LogicalResult onebit::priceKernels(ModuleOp module, const CostModel &model,
                                   systolic::EnergyNode node) {
  // Layers repeat.
  std::unordered_map<Work, systolic::CostAttr, WorkHash> priced;

  auto price = [&](systolic::KernelOp kernel) -> LogicalResult {
    FailureOr<Schedule> schedule = extractSchedule(kernel);
    if (failed(schedule))
      return failure();
    decoder::ProductClass productClass = kernel.getProductClass();
    systolic::CostAttr &attr =
        priced[{*schedule, kernel.getArray(), productClass}];
    if (!attr) {
      ArrayDesc array = toArrayDesc(kernel.getArray());
      FilterKind filter = getFilterKind(productClass);
      llvm::Expected<Cost> cost = model.price(*schedule, array, filter);
      if (cost)
        cost = addEnergy(std::move(*cost), *schedule, array, filter,
                         getMultiplier(productClass), node);
      if (!cost)
        return kernel.emitOpError("cannot be priced by '")
               << model.name() << "': " << llvm::toString(cost.takeError());
      attr = systolic::CostAttr::get(module.getContext(), model.name(),
                                     cost->entries, node);
    }
    kernel.setCostAttr(attr);
    return success();
  };
  WalkResult result =
      module.walk<WalkOrder::PreOrder>([&](systolic::KernelOp kernel) {
        if (failed(price(kernel)))
          return WalkResult::interrupt();
        return WalkResult::skip();
      });
  return failure(result.wasInterrupted());
}

namespace {
struct AnnotateCost final : onebit::impl::AnnotateCostBase<AnnotateCost> {
  using AnnotateCostBase::AnnotateCostBase;

  LogicalResult initialize(MLIRContext *context) final {
    model = lookupCostModel(costModel);
    if (model)
      return success();
    InFlightDiagnostic error = emitError(UnknownLoc::get(context))
                               << "unknown cost model '" << costModel
                               << "'; expected one of: ";
    llvm::interleaveComma(getCostModels(), error, [&](const CostModel *model) {
      error << model->name();
    });
    return error;
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
