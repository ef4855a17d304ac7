//===- ArgumentUses.cpp - What is done to an argument ---------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Globals.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Interfaces/CallInterfaces.h"
#include "onebit/Analysis/ArgumentRoots.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace onebit;

/// How many values are looked at for one argument: what is asked of it stands
/// close to where it enters, and all of them together stay linear.
static constexpr size_t kMaxValues = 64;

/// Ops that rearrange the elements of their first operand.
static bool isLayout(Operation *op) {
  return isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp, tensor::ReshapeOp,
             tensor::CastOp, tensor::ExtractSliceOp, tosa::ReshapeOp,
             tosa::TransposeOp, linalg::TransposeOp, linalg::BroadcastOp,
             CastOpInterface>(op);
}

/// The argument of the callee that `operand` of a call is, or null.
static Value getCalleeArgument(OpOperand &operand) {
  auto call = dyn_cast<CallOpInterface>(operand.getOwner());
  if (!call || !call.getArgOperands().size())
    return {};
  auto callee = dyn_cast_or_null<FunctionOpInterface>(call.resolveCallable());
  unsigned first = call.getArgOperands().getBeginOperandIndex();
  unsigned number = operand.getOperandNumber() - first;
  if (!callee || callee.isExternal() || number >= callee.getNumArguments())
    return {};
  return callee.getArgument(number);
}

/// A structured op that hands on elements of `input` as they are, or others in
/// their place, and computes none.
static bool selectsElements(linalg::LinalgOp op, OpOperand &input) {
  if (op->getNumRegions() != 1 || op.getNumReductionLoops() != 0 ||
      op->getNumResults() != 1)
    return false;
  BlockArgument arg = op.getMatchingBlockArgument(&input);
  Value yielded = op.getBlock()->getTerminator()->getOperand(0);
  if (yielded == arg)
    return true;
  auto select = yielded.getDefiningOp<arith::SelectOp>();
  return select &&
         (select.getTrueValue() == arg || select.getFalseValue() == arg);
}

/// Ops that put something into what `operand` is, by their kind or name.
static bool isInsertion(OpOperand &operand) {
  Operation *op = operand.getOwner();
  if (auto insert = dyn_cast<tensor::InsertSliceOp>(op))
    return operand.get() == insert.getDest();
  if (auto scatter = dyn_cast<tensor::ScatterOp>(op))
    return operand.get() == scatter.getDest();
  if (auto insert = dyn_cast<tensor::InsertOp>(op))
    return operand.get() == insert.getDest();
  if (isa<tensor::ConcatOp, tosa::ConcatOp>(op))
    return op->getNumOperands() > 1;
  if (isa<tosa::ScatterOp>(op))
    return operand.getOperandNumber() == 0;
  StringRef name = op->getName().stripDialect();
  return !op->isRegistered() && operand.getOperandNumber() <= 2 &&
         (name.contains("scatter") || name.contains("update_slice") ||
          name.contains("concatenate"));
}

bool onebit::isUpdated(BlockArgument arg) {
  auto function = cast<FunctionOpInterface>(arg.getOwner()->getParentOp());
  // XLA: the memory of this argument becomes that of a result.
  if (function.getArgAttr(arg.getArgNumber(), "tf.aliasing_output") ||
      function.getArgAttr(arg.getArgNumber(), "jax.buffer_donor"))
    return true;
  if (isa<BaseMemRefType>(arg.getType()))
    return isWrittenMemory(arg);

  // Values that are the argument, and whether (1 or 0) something was inserted.
  llvm::SetVector<std::pair<Value, char>> worklist;
  worklist.insert({arg, 0});
  for (size_t i = 0; i < worklist.size() && i < kMaxValues; ++i) {
    auto [value, inserted] = worklist[i];
    for (OpOperand &use : value.getUses()) {
      Operation *user = use.getOwner();
      if (auto buffer = dyn_cast<bufferization::ToBufferOp>(user)) {
        if (isWrittenMemory(buffer.getResult()))
          return true;
      } else if (user->hasTrait<OpTrait::ReturnLike>()) {
        if (inserted && isa<FunctionOpInterface>(user->getParentOp()))
          return true;
      } else if (isInsertion(use)) {
        for (Value result : user->getResults())
          worklist.insert({result, 1});
      } else if (isLayout(user)) {
        worklist.insert({user->getResult(0), inserted});
      } else if (auto linalgOp = dyn_cast<linalg::LinalgOp>(user)) {
        if (selectsElements(linalgOp, use))
          worklist.insert({user->getResult(0),
                           inserted || linalgOp.getNumDpsInputs() > 1 ? 1 : 0});
      } else if (Value inside = getCalleeArgument(use)) {
        worklist.insert({inside, inserted});
      }
    }
  }
  return false;
}

static bool takesBits(Operation *op) {
  StringRef name = op->getName().stripDialect();
  return isa<arith::ShRUIOp, arith::ShRSIOp, arith::AndIOp,
             tosa::ArithmeticRightShiftOp, tosa::LogicalRightShiftOp,
             tosa::BitwiseAndOp>(op) ||
         (!op->isRegistered() &&
          (name.starts_with("shift_right") || name == "and"));
}

bool onebit::isUnpacked(BlockArgument arg) {
  llvm::SetVector<Value> worklist;
  worklist.insert(arg);
  for (size_t i = 0; i < worklist.size() && i < kMaxValues; ++i)
    for (OpOperand &use : worklist[i].getUses()) {
      Operation *user = use.getOwner();
      if (takesBits(user))
        return true;
      if (auto linalgOp = dyn_cast<linalg::LinalgOp>(user)) {
        BlockArgument inside = linalgOp.getMatchingBlockArgument(&use);
        if (llvm::any_of(inside.getUsers(), takesBits))
          return true;
        if (linalgOp.getNumDpsInputs() == 1 && selectsElements(linalgOp, use))
          worklist.insert(user->getResult(0));
      } else if (isLayout(user)) {
        worklist.insert(user->getResult(0));
      } else if (Value inside = getCalleeArgument(use)) {
        worklist.insert(inside);
      }
    }
  return false;
}
