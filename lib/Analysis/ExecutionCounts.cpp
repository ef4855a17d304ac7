//===- ExecutionCounts.cpp - How often an op runs -------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/Analysis/ExecutionCounts.h"
#include "ScalarTrace.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/CallInterfaces.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace onebit;

//===----------------------------------------------------------------------===//
// Trip counts
//===----------------------------------------------------------------------===//

/// The first k >= 0 at which `predicate(first + k * step, bound)` is false.
static std::optional<int64_t> countWhile(arith::CmpIPredicate predicate,
                                         int64_t first, int64_t step,
                                         int64_t bound) {
  using Predicate = arith::CmpIPredicate;
  int64_t distance;
  if (llvm::SubOverflow(bound, first, distance))
    return std::nullopt;
  switch (predicate) {
  case Predicate::ult:
  case Predicate::ule:
    // The same as signed where nothing is negative.
    if (first < 0 || bound < 0)
      return std::nullopt;
    return countWhile(predicate == Predicate::ult ? Predicate::slt
                                                  : Predicate::sle,
                      first, step, bound);
  case Predicate::slt:
    if (distance <= 0)
      return 0;
    return step > 0
               ? std::optional<int64_t>(llvm::divideCeilSigned(distance, step))
               : std::nullopt;
  case Predicate::sle:
    if (distance < 0)
      return 0;
    return step > 0 ? std::optional<int64_t>(distance / step + 1)
                    : std::nullopt;
  case Predicate::sgt:
  case Predicate::sge:
    if (first == std::numeric_limits<int64_t>::min() ||
        step == std::numeric_limits<int64_t>::min() ||
        bound == std::numeric_limits<int64_t>::min())
      return std::nullopt;
    return countWhile(predicate == Predicate::sgt ? Predicate::slt
                                                  : Predicate::sle,
                      -first, -step, -bound);
  case Predicate::ne:
    if (distance == 0)
      return 0;
    if (step == 0 || distance % step != 0 || distance / step < 0)
      return std::nullopt;
    return distance / step;
  default:
    return std::nullopt;
  }
}

static std::optional<int64_t> getTripCountOfWhile(scf::WhileOp loop) {
  Value condition = traceScalar(loop.getConditionOp().getCondition()).base;
  auto compare =
      condition ? condition.getDefiningOp<arith::CmpIOp>() : arith::CmpIOp();
  if (!compare)
    return std::nullopt;
  ScalarTrace lhs = traceScalar(compare.getLhs());
  ScalarTrace rhs = traceScalar(compare.getRhs());
  arith::CmpIPredicate predicate = compare.getPredicate();
  if (!lhs.base) {
    std::swap(lhs, rhs);
    // a < b is b > a.
    using Predicate = arith::CmpIPredicate;
    switch (predicate) {
    case Predicate::slt:
      predicate = Predicate::sgt;
      break;
    case Predicate::sle:
      predicate = Predicate::sge;
      break;
    case Predicate::sgt:
      predicate = Predicate::slt;
      break;
    case Predicate::sge:
      predicate = Predicate::sle;
      break;
    case Predicate::ne:
      break;
    default:
      return std::nullopt;
    }
  }
  auto counter = dyn_cast_or_null<BlockArgument>(lhs.base);
  if (!counter || counter.getOwner() != loop.getBeforeBody() || rhs.base)
    return std::nullopt;

  // Once around: what comes back as the counter is the counter and a constant.
  unsigned number = counter.getArgNumber();
  ScalarTrace init = traceScalar(loop.getInits()[number]);
  ScalarTrace next = traceScalar(loop.getYieldOp().getOperand(number));
  auto handed = dyn_cast_or_null<BlockArgument>(next.base);
  if (init.base || !handed || handed.getOwner() != loop.getAfterBody())
    return std::nullopt;
  ScalarTrace before =
      traceScalar(loop.getConditionOp().getArgs()[handed.getArgNumber()]);
  int64_t first, step;
  if (before.base != counter ||
      llvm::AddOverflow(init.offset, lhs.offset, first) ||
      llvm::AddOverflow(next.offset, before.offset, step))
    return std::nullopt;
  return countWhile(predicate, first, step, rhs.offset);
}

std::optional<int64_t> onebit::getTripCount(Operation *op) {
  if (auto loop = dyn_cast<scf::WhileOp>(op))
    return getTripCountOfWhile(loop);
  auto loop = dyn_cast<LoopLikeOpInterface>(op);
  if (!loop)
    return std::nullopt;
  auto lower = loop.getLoopLowerBounds(), upper = loop.getLoopUpperBounds();
  auto steps = loop.getLoopSteps();
  if (!lower || !upper || !steps || lower->empty())
    return std::nullopt;
  int64_t count = 1;
  for (auto [low, high, step] : llvm::zip_equal(*lower, *upper, *steps)) {
    std::optional<int64_t> from = getScalar(low), to = getScalar(high),
                           by = getScalar(step);
    int64_t distance;
    if (!from || !to || !by || *by <= 0 ||
        llvm::SubOverflow(*to, *from, distance) ||
        llvm::MulOverflow(
            count, distance <= 0 ? 0 : llvm::divideCeilSigned(distance, *by),
            count))
      return std::nullopt;
  }
  return count;
}

//===----------------------------------------------------------------------===//
// ExecutionCounts
//===----------------------------------------------------------------------===//

static void multiply(ExecutionCount &count, int64_t times) {
  if (llvm::MulOverflow(count.times, times, count.times))
    count = {std::numeric_limits<int64_t>::max(), false, count.isConditional};
}

/// Whether `op` runs some of its regions and not others.
static bool hasBranches(Operation *op) {
  auto branch = dyn_cast<RegionBranchOpInterface>(op);
  if (!branch || isa<LoopLikeOpInterface>(op))
    return false;
  SmallVector<RegionSuccessor> first;
  branch.getEntrySuccessorRegions(SmallVector<Attribute>(op->getNumOperands()),
                                  first);
  return first.size() > 1;
}

/// Whether `block` is one of several that a function goes through or around.
static bool isPassedBy(Block *block, PostDominanceInfo &dominance) {
  Region *region = block->getParent();
  return !region->hasOneBlock() &&
         !dominance.postDominates(block, &region->front());
}

ExecutionCounts::ExecutionCounts(ModuleOp module) {
  SymbolTableCollection symbols;
  module.walk([&](CallOpInterface call) {
    auto symbol = dyn_cast<SymbolRefAttr>(call.getCallableForCallee());
    if (!symbol)
      return;
    if (Operation *callee = symbols.lookupNearestSymbolFrom(call, symbol))
      calls[callee].push_back(call);
  });
}

ExecutionCount ExecutionCounts::getOfLoops(Operation *op) {
  Block *block = op->getBlock();
  if (!block || isa<FunctionOpInterface>(op))
    return {};
  auto it = ofBlock.find(block);
  if (it != ofBlock.end())
    return it->second;
  Operation *parent = op->getParentOp();
  ExecutionCount count = getOfLoops(parent);
  if (isa<LoopLikeOpInterface>(parent)) {
    std::optional<int64_t> trips = getTripCount(parent);
    // The condition is looked at once more than the body runs.
    auto loop = dyn_cast<scf::WhileOp>(parent);
    if (trips && loop && block->getParent() == &loop.getBefore() &&
        *trips < std::numeric_limits<int64_t>::max())
      ++*trips;
    if (trips)
      multiply(count, *trips);
    else
      count.isExact = false;
  } else if (!block->getParent()->hasOneBlock() &&
             LoopLikeOpInterface::blockIsInLoop(block)) {
    // A cycle of blocks. What is around it is asked for above.
    count.isExact = false;
  }
  count.isConditional |=
      hasBranches(parent) || isPassedBy(block, postDominance);
  ofBlock[block] = count;
  return count;
}

ExecutionCount ExecutionCounts::getOfFunction(Operation *function) {
  auto it = ofFunction.find(function);
  if (it != ofFunction.end())
    return it->second;
  auto callers = calls.find(function);
  if (callers == calls.end())
    return {};
  if (!active.insert(function).second)
    return {0, false};
  ExecutionCount sum{0, true};
  for (Operation *call : callers->second) {
    ExecutionCount count = get(call);
    sum.isExact &= count.isExact;
    sum.isConditional |= count.isConditional;
    if (llvm::AddOverflow(sum.times, count.times, sum.times))
      sum = {std::numeric_limits<int64_t>::max(), false, sum.isConditional};
  }
  active.erase(function);
  // Nothing but itself calls it.
  if (sum.times == 0 && !sum.isExact)
    sum.times = 1;
  // In the middle of a recursion the answer is only a part.
  if (active.empty())
    ofFunction[function] = sum;
  return sum;
}

ExecutionCount ExecutionCounts::get(Operation *op) {
  ExecutionCount count = getOfLoops(op);
  auto function = op->getParentOfType<FunctionOpInterface>();
  if (!function)
    return count;
  ExecutionCount outer = getOfFunction(function);
  multiply(count, outer.times);
  count.isExact &= outer.isExact;
  count.isConditional |= outer.isConditional;
  return count;
}
