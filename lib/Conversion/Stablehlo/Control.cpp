//===- Control.cpp - StableHLO's loops and conditions ---------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Stablehlo.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace onebit;
using namespace onebit::stablehlo;

static LogicalResult convertWhile(Operation *op, OpBuilder &b) {
  if (op->getNumRegions() != 2 || !op->getRegion(0).hasOneBlock() ||
      !op->getRegion(1).hasOneBlock())
    return failure();
  Block &condition = op->getRegion(0).front(), &body = op->getRegion(1).front();
  Operation *test = condition.getTerminator(), *next = body.getTerminator();
  if (test->getNumOperands() != 1 || !getPlainType(test->getOperand(0)) ||
      !llvm::equal(condition.getArgumentTypes(), op->getResultTypes()) ||
      !llvm::equal(body.getArgumentTypes(), op->getResultTypes()) ||
      !llvm::equal(op->getOperandTypes(), op->getResultTypes()) ||
      !llvm::equal(next->getOperandTypes(), op->getResultTypes()))
    return failure();
  Location loc = op->getLoc();
  auto loop =
      scf::WhileOp::create(b, loc, op->getResultTypes(), op->getOperands());
  loop.getBefore().takeBody(op->getRegion(0));
  loop.getAfter().takeBody(op->getRegion(1));
  OpBuilder inner(test);
  Value go = tensor::ExtractOp::create(inner, loc, test->getOperand(0));
  scf::ConditionOp::create(inner, loc, go, test->getBlock()->getArguments());
  test->erase();
  inner.setInsertionPoint(next);
  scf::YieldOp::create(inner, loc, next->getOperands());
  next->erase();
  op->replaceAllUsesWith(loop.getResults());
  return success();
}

/// Moves a branch, which has no arguments, into the region `to` of an op of
/// scf.
static void takeBranch(Region &from, Region &to, OpBuilder &b) {
  to.takeBody(from);
  Operation *last = to.front().getTerminator();
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPoint(last);
  scf::YieldOp::create(b, last->getLoc(), last->getOperands());
  last->erase();
}

/// `if` has a branch for true and one for false, `case` one for each number
/// from 0, the last of them also for every other number.
static LogicalResult convertBranches(Operation *op, bool isIf, OpBuilder &b) {
  unsigned numBranches = op->getNumRegions();
  if (op->getNumOperands() != 1 || !getPlainType(op->getOperand(0)) ||
      getPlainType(op->getOperand(0)).getRank() != 0 || numBranches == 0 ||
      (isIf && numBranches != 2))
    return failure();
  for (Region &branch : op->getRegions())
    if (!branch.hasOneBlock() || branch.getNumArguments() != 0 ||
        branch.front().empty() ||
        !llvm::equal(branch.front().back().getOperandTypes(),
                     op->getResultTypes()))
      return failure();

  Location loc = op->getLoc();
  Value chosen = tensor::ExtractOp::create(b, loc, op->getOperand(0));
  if (isIf) {
    auto condition = scf::IfOp::create(b, loc, op->getResultTypes(), chosen,
                                       /*withElseRegion=*/true);
    takeBranch(op->getRegion(0), condition.getThenRegion(), b);
    takeBranch(op->getRegion(1), condition.getElseRegion(), b);
    op->replaceAllUsesWith(condition.getResults());
    return success();
  }
  chosen = arith::IndexCastOp::create(b, loc, b.getIndexType(), chosen);
  auto numbers = llvm::to_vector(llvm::seq<int64_t>(0, numBranches - 1));
  auto choice = scf::IndexSwitchOp::create(b, loc, op->getResultTypes(), chosen,
                                           numbers, numbers.size());
  for (int64_t number : numbers)
    takeBranch(op->getRegion(number), choice.getCaseRegions()[number], b);
  takeBranch(op->getRegion(numBranches - 1), choice.getDefaultRegion(), b);
  op->replaceAllUsesWith(choice.getResults());
  return success();
}

LogicalResult stablehlo::convertControl(Operation *op, OpBuilder &b) {
  StringRef name = op->getName().stripDialect();
  if (name == "while")
    return convertWhile(op, b);
  if (name == "if" || name == "case")
    return convertBranches(op, /*isIf=*/name == "if", b);
  return failure();
}
