//===- AnnotateCost.cpp - Write costs on kernels --------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/Analysis/ExtractSchedule.h"
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
  FilterKind filter;
  bool operator==(const Work &other) const {
    return array == other.array && filter == other.filter &&
           schedule == other.schedule;
  }
};
struct WorkHash {
  size_t operator()(const Work &work) const {
    return llvm::hash_combine(work.schedule, work.array, work.filter);
  }
};
} // namespace

static FilterKind getFilterKind(decoder::ProductClass productClass) {
  switch (productClass) {
  case decoder::ProductClass::MatMulFree:
  case decoder::ProductClass::LowBitProjection:
    return FilterKind::QuantizedWeight;
  case decoder::ProductClass::DenseProjection:
    return FilterKind::DenseWeight;
  case decoder::ProductClass::Attention:
    return FilterKind::KVCache;
  }
  llvm_unreachable("unknown product class");
}

LogicalResult onebit::priceKernels(ModuleOp module, const CostModel &model) {
  // Layers repeat.
  std::unordered_map<Work, systolic::CostAttr, WorkHash> priced;

  auto price = [&](systolic::KernelOp kernel) -> LogicalResult {
    FailureOr<Schedule> schedule = extractSchedule(kernel);
    if (failed(schedule))
      return failure();
    FilterKind filter = getFilterKind(kernel.getProductClass());
    systolic::CostAttr &attr = priced[{*schedule, kernel.getArray(), filter}];
    if (!attr) {
      llvm::Expected<Cost> cost =
          model.price(*schedule, toArrayDesc(kernel.getArray()), filter);
      if (!cost)
        return kernel.emitOpError("cannot be priced by '")
               << model.name() << "': " << llvm::toString(cost.takeError());
      attr = systolic::CostAttr::get(module.getContext(), model.name(),
                                     cost->entries);
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
    if (failed(priceKernels(getOperation(), *model)))
      signalPassFailure();
  }

private:
  const CostModel *model = nullptr;
};
} // namespace
