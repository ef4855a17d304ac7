//===- PriceVectorWork.cpp - Write costs of a vector unit -----------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PriceVectorWork.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "onebit/Analysis/ExtractSchedule.h"
#include "onebit/Analysis/VectorWork.h"
#include "llvm/Support/MathExtras.h"
#include <limits>

using namespace mlir;
using namespace onebit;
using systolic::SystolicDialect;

/// The array whose vector unit works for all kernels; none if there is none.
static FailureOr<std::optional<ArrayDesc>> findArray(ModuleOp module) {
  systolic::KernelOp owner;
  WalkResult result =
      module.walk<WalkOrder::PreOrder>([&](systolic::KernelOp kernel) {
        systolic::MachineAttr machine = kernel.getArray().getMachine();
        if (!machine || machine.getVectorLanes() == 0)
          return WalkResult::skip();
        if (!owner)
          owner = kernel;
        systolic::MachineAttr first = owner.getArray().getMachine();
        if (machine.getVectorLanes() == first.getVectorLanes() &&
            machine.getVector() == first.getVector())
          return WalkResult::skip();
        InFlightDiagnostic diag =
            kernel.emitOpError("has another vector unit than another kernel: "
                               "vector work belongs to no kernel, so there "
                               "must be one unit for all");
        diag.attachNote(owner.getLoc()) << "the other kernel";
        return WalkResult::interrupt();
      });
  if (result.wasInterrupted())
    return failure();
  if (!owner)
    return std::optional<ArrayDesc>();
  return std::optional(toArrayDesc(owner.getArray()));
}

/// The price of `work`; null where the model has none.
static FailureOr<systolic::VectorCostAttr> priceWork(Operation *op,
                                                     const VectorWork &work,
                                                     const CostModel &model,
                                                     const ArrayDesc &array) {
  int64_t elements = 0, reductions = 0;
  for (const LanePass &pass : work.passes)
    // Where counts of elements saturate, too.
    if (pass.elements == std::numeric_limits<int64_t>::max() ||
        llvm::AddOverflow(elements, pass.elements, elements) ||
        llvm::AddOverflow(reductions, pass.reductions, reductions))
      return op->emitOpError("has vector work of more elements than 64 bits "
                             "can count");
  llvm::Expected<std::optional<int64_t>> cycles =
      model.priceVectorWork(work.passes, array);
  if (!cycles)
    return op->emitOpError("has vector work that cannot be priced by '")
           << model.name() << "': " << llvm::toString(cycles.takeError());
  if (!*cycles)
    return systolic::VectorCostAttr();
  return systolic::VectorCostAttr::get(op->getContext(), model.name(),
                                       work.kind, work.passes.size(), elements,
                                       reductions, **cycles);
}

LogicalResult onebit::priceVectorWork(ModuleOp module, const CostModel &model) {
  FailureOr<std::optional<ArrayDesc>> array = findArray(module);
  if (failed(array))
    return failure();

  WalkResult result =
      module.walk<WalkOrder::PreOrder>([&](Operation *op) -> WalkResult {
        op->removeDiscardableAttr(SystolicDialect::kVectorCostAttrName);
        if (isa<systolic::KernelOp>(op))
          return WalkResult::skip();
        std::optional<VectorWork> work;
        if (*array)
          work = getVectorWork(op);
        if (work) {
          FailureOr<systolic::VectorCostAttr> cost =
              priceWork(op, *work, model, **array);
          if (failed(cost))
            return WalkResult::interrupt();
          if (*cost)
            op->setDiscardableAttr(SystolicDialect::kVectorCostAttrName, *cost);
        }
        // What an op of linalg does is in its body.
        return isa<linalg::LinalgOp>(op) ? WalkResult::skip()
                                         : WalkResult::advance();
      });
  return failure(result.wasInterrupted());
}
