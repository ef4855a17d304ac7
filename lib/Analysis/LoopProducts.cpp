//===- LoopProducts.cpp - Matrix products written as loops ----------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/Analysis/LoopProducts.h"
#include "MemoryAccess.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Complex/IR/Complex.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "onebit/Analysis/ExecutionCounts.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace onebit;

bool onebit::multipliesElements(Operation *op) {
  if (op->getNumResults() != 1 || isa<TensorType>(op->getResult(0).getType()))
    return false;
  Type type = getElementTypeOrSelf(op->getResult(0).getType());
  // Integers of this width are addresses there.
  if (isa<LLVM::MulOp>(op))
    return !type.isInteger(64);
  if (isa<arith::MulIOp>(op))
    return !type.isIndex();
  return isa<arith::MulFOp, math::FmaOp, complex::MulOp, vector::FMAOp,
             vector::ContractionOp, vector::OuterProductOp, LLVM::FMulOp,
             LLVM::FMAOp, LLVM::FMulAddOp, LLVM::MatrixMultiplyOp>(op);
}

bool onebit::isElementLoop(Operation *loop) {
  if (!isa<LoopLikeOpInterface>(loop))
    return false;
  return !loop->walk([](Operation *op) {
                bool makesTensor = llvm::any_of(op->getResultTypes(),
                                                llvm::IsaPred<TensorType>);
                bool isUnknownLoop =
                    isa<LoopLikeOpInterface>(op) && !getTripCount(op);
                return makesTensor || isUnknownLoop || isa<linalg::LinalgOp>(op)
                           ? WalkResult::interrupt()
                           : WalkResult::advance();
              })
              .wasInterrupted();
}

namespace {

using Loops = llvm::SmallBitVector;

class NestReader {
public:
  explicit NestReader(Operation *nest);
  LoopNest read();

private:
  Loops none() const { return Loops(loops.size()); }
  Loops getEnclosing(Operation *op) const;
  Loops getCommon(Operation *a, Operation *b) const;
  Loops getDependence(Value value);
  Loops computeDependence(Value value);
  Loops getContentLoops(const MemoryAccess &load);
  bool isMadeOf(Value value, llvm::function_ref<bool(Value)> isTarget) const;
  std::optional<Loops> findSummed(Operation *multiplication, bool &isRescale,
                                  bool &sumsLanes);
  Loops getSummedInMemory(const MemoryAccess &store);
  void readMultiplication(Operation *op, LoopNest &result);

  Operation *nest;
  SmallVector<Operation *> loops;
  llvm::DenseMap<Operation *, unsigned> number;
  /// By the memory that they access.
  llvm::DenseMap<Value, SmallVector<MemoryAccess, 2>> stores;
  llvm::DenseMap<Value, Loops> dependence;
};

} // namespace

NestReader::NestReader(Operation *nest) : nest(nest) {
  nest->walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (isa<LoopLikeOpInterface>(op)) {
      number[op] = loops.size();
      loops.push_back(op);
    }
    if (std::optional<MemoryAccess> store = getStore(op))
      stores[store->getBase()].push_back(*store);
  });
}

Loops NestReader::getEnclosing(Operation *op) const {
  Loops result = none();
  for (; op != nest; op = op->getParentOp())
    if (auto it = number.find(op->getParentOp()); it != number.end())
      result.set(it->second);
  return result;
}

Loops NestReader::getCommon(Operation *a, Operation *b) const {
  return getEnclosing(a) &= getEnclosing(b);
}

//===----------------------------------------------------------------------===//
// What a value depends on
//===----------------------------------------------------------------------===//

/// Memory that the nest writes before it reads holds something else in each
/// step of the loops around both.
Loops NestReader::getContentLoops(const MemoryAccess &load) {
  Loops result = none();
  auto it = stores.find(load.getBase());
  if (it != stores.end())
    for (const MemoryAccess &store : it->second)
      result |= getCommon(store.op, load.op);
  return result;
}

Loops NestReader::getDependence(Value value) {
  // What is carried around a loop depends on the loop and, for now, on nothing
  // else: the second visit ends the cycle.
  auto [it, isNew] = dependence.try_emplace(value, none());
  if (!isNew)
    return it->second;
  Loops result = computeDependence(value);
  return dependence[value] = result;
}

/// What the loop carries to become `result`; null where that is not known.
static BlockArgument getCarried(Operation *loop, OpResult result) {
  auto carried = cast<LoopLikeOpInterface>(loop).getRegionIterArgs();
  return carried.size() == loop->getNumResults()
             ? carried[result.getResultNumber()]
             : BlockArgument();
}

Loops NestReader::computeDependence(Value value) {
  Loops result = none();
  if (auto arg = dyn_cast<BlockArgument>(value)) {
    Operation *parent = arg.getOwner()->getParentOp();
    auto it = number.find(parent);
    if (it == number.end())
      return result;
    auto loop = cast<LoopLikeOpInterface>(parent);
    result.set(it->second);
    dependence[value] = result;
    if (OpOperand *init = loop.getTiedLoopInit(arg))
      result |= getDependence(init->get());
    if (OpOperand *yielded = loop.getTiedLoopYieldedValue(arg))
      result |= getDependence(yielded->get());
    return result;
  }
  Operation *op = value.getDefiningOp();
  if (!nest->isProperAncestor(op))
    return result;
  if (auto it = number.find(op); it != number.end()) {
    BlockArgument arg = getCarried(op, cast<OpResult>(value));
    if (!arg)
      return result;
    auto loop = cast<LoopLikeOpInterface>(op);
    result |= getDependence(loop.getTiedLoopInit(arg)->get());
    if (OpOperand *yielded = loop.getTiedLoopYieldedValue(arg)) {
      Loops inside = getDependence(yielded->get());
      result |= inside.reset(it->second);
    }
    return result;
  }
  for (Value operand : op->getOperands())
    result |= getDependence(operand);
  for (Region &region : op->getRegions())
    for (Block &block : region)
      if (block.mightHaveTerminator())
        for (Value operand : block.getTerminator()->getOperands())
          result |= getDependence(operand);
  if (std::optional<MemoryAccess> load = getLoad(op))
    result |= getContentLoops(*load);
  return result;
}

/// Whether the elements of a vector differ.
static bool variesByLane(Value value) {
  Operation *op = value.getDefiningOp();
  if (!isa<VectorType>(value.getType()) ||
      isa_and_nonnull<vector::BroadcastOp>(op))
    return false;
  if (!op || getLoad(op) || op->getNumOperands() == 0)
    return !op || !op->hasTrait<OpTrait::ConstantLike>();
  return llvm::any_of(op->getOperands(), variesByLane);
}

//===----------------------------------------------------------------------===//
// What is added up
//===----------------------------------------------------------------------===//

static bool isSum(Operation *op) {
  return isa<arith::AddFOp, arith::AddIOp, arith::SubFOp, arith::SubIOp,
             complex::AddOp, complex::SubOp>(op);
}

/// What a multiplication adds to its product, or null.
static Value getAddend(Operation *op) {
  return isa<math::FmaOp, vector::FMAOp>(op) ? op->getOperand(2) : Value();
}

/// Whether `value` is a target, scaled or with something added to it.
bool NestReader::isMadeOf(Value value,
                          llvm::function_ref<bool(Value)> isTarget) const {
  // Running sums are a handful of ops.
  static constexpr size_t kMaxValues = 32;
  llvm::SetVector<Value> worklist;
  worklist.insert(value);
  for (size_t i = 0; i < worklist.size() && i < kMaxValues; ++i) {
    Value current = worklist[i];
    if (isTarget(current))
      return true;
    Operation *op = current.getDefiningOp();
    if (op && nest->isProperAncestor(op) &&
        (isSum(op) || isa<arith::SelectOp, CastOpInterface>(op) ||
         multipliesElements(op)))
      for (Value operand : op->getOperands())
        worklist.insert(operand);
  }
  return false;
}

/// The loops that a sum in memory runs over: around the store, but neither in
/// its indices nor around what sets the sum to its first value.
Loops NestReader::getSummedInMemory(const MemoryAccess &store) {
  Loops kept = none();
  for (Value index : store.indices)
    kept |= getDependence(index);
  kept |= getDependence(store.memory);
  if (Operation *made = store.getBase().getDefiningOp();
      made && nest->isProperAncestor(made))
    kept |= getCommon(made, store.op);
  for (const MemoryAccess &other : stores[store.getBase()]) {
    bool isUpdate = isMadeOf(other.value, [&](Value value) {
      Operation *op = value.getDefiningOp();
      std::optional<MemoryAccess> load =
          op ? getLoad(op) : std::optional<MemoryAccess>();
      return load && load->getBase() == store.getBase();
    });
    if (!isUpdate)
      kept |= getCommon(other.op, store.op);
  }
  return getEnclosing(store.op).reset(kept);
}

/// The loops that the results of `multiplication` are added up over; nothing
/// where they are not. `isRescale` is set where a factor is the sum itself.
std::optional<Loops> NestReader::findSummed(Operation *multiplication,
                                            bool &isRescale, bool &sumsLanes) {
  std::optional<Loops> summed;
  llvm::SetVector<Value> partial;
  SmallVector<Value> addends;
  if (Value addend = getAddend(multiplication))
    addends.push_back(addend);
  Value lhs = multiplication->getOperand(0),
        rhs = multiplication->getOperand(1);
  auto close = [&](llvm::function_ref<bool(Value)> isTarget, Loops over) {
    isRescale |= isMadeOf(lhs, isTarget) || isMadeOf(rhs, isTarget);
    if (llvm::none_of(addends,
                      [&](Value value) { return isMadeOf(value, isTarget); }))
      return false;
    if (!summed)
      summed = none();
    *summed |= over;
    return true;
  };

  partial.insert(multiplication->getResult(0));
  for (size_t i = 0; i < partial.size(); ++i) {
    for (OpOperand &use : partial[i].getUses()) {
      Operation *user = use.getOwner();
      if (!nest->isProperAncestor(user))
        continue;
      if (isSum(user) || getAddend(user) == use.get()) {
        for (Value operand : user->getOperands())
          if (operand != use.get())
            addends.push_back(operand);
        partial.insert(user->getResult(0));
      } else if (isa<vector::ReductionOp>(user)) {
        sumsLanes = true;
        partial.insert(user->getResult(0));
      } else if (isa<CastOpInterface>(user) ||
                 (isa<arith::SelectOp>(user) && use.getOperandNumber() > 0)) {
        if (auto select = dyn_cast<arith::SelectOp>(user))
          addends.append({select.getTrueValue(), select.getFalseValue()});
        partial.insert(user->getResult(0));
      } else if (std::optional<MemoryAccess> store = getStore(user)) {
        auto isSameElement = [&](Value value) {
          Operation *op = value.getDefiningOp();
          std::optional<MemoryAccess> load =
              op ? getLoad(op) : std::optional<MemoryAccess>();
          return load && load->isSameElement(*store);
        };
        if (store->value == use.get())
          close(isSameElement, getSummedInMemory(*store));
      } else if (auto it = number.find(user->getParentOp());
                 it != number.end() &&
                 user->hasTrait<OpTrait::IsTerminator>()) {
        auto loop = cast<LoopLikeOpInterface>(user->getParentOp());
        for (BlockArgument arg : loop.getRegionIterArgs()) {
          if (loop.getTiedLoopYieldedValue(arg) != &use)
            continue;
          Loops over = none();
          over.set(it->second);
          if (!close([&](Value value) { return value == arg; }, over))
            continue;
          // What the sum starts from may be a sum itself, around this loop.
          addends.push_back(loop.getTiedLoopInit(arg)->get());
          for (OpResult result : loop->getResults())
            if (getCarried(loop, result) == arg)
              partial.insert(result);
        }
      }
    }
  }
  return summed;
}

//===----------------------------------------------------------------------===//
// Products
//===----------------------------------------------------------------------===//

void NestReader::readMultiplication(Operation *op, LoopNest &result) {
  if (!isa<arith::MulFOp, arith::MulIOp, math::FmaOp, vector::FMAOp,
           complex::MulOp>(op)) {
    result.isUnderstood = false;
    return;
  }
  Value lhs = op->getOperand(0), rhs = op->getOperand(1);
  Loops left = getDependence(lhs), right = getDependence(rhs);
  bool leftLanes = variesByLane(lhs), rightLanes = variesByLane(rhs);
  // One number for all steps.
  if ((left.none() && !leftLanes) || (right.none() && !rightLanes))
    return;
  bool isRescale = false, sumsLanes = false;
  std::optional<Loops> summed = findSummed(op, isRescale, sumsLanes);
  if (isRescale)
    return;
  if (!summed) {
    result.isUnderstood = false;
    return;
  }

  LoopProduct product;
  product.nest = nest;
  product.multiplication = op;
  product.lhs = lhs;
  product.rhs = rhs;
  auto add = [&](Operation *loop, int64_t extent, bool inLeft, bool inRight,
                 bool isSummed) {
    if (extent == 1)
      return true;
    product.loops.push_back(loop);
    product.extents.push_back(extent);
    product.lhsLoops.push_back(inLeft);
    product.rhsLoops.push_back(inRight);
    product.outLoops.push_back(!isSummed);
    return isSummed ? inLeft && inRight : inLeft || inRight;
  };
  bool isEinsum = true;
  const llvm::SmallBitVector enclosing = getEnclosing(op);
  for (unsigned loop : enclosing.set_bits())
    isEinsum &= add(loops[loop], *getTripCount(loops[loop]), left[loop],
                    right[loop], summed->test(loop));
  if (auto vector = dyn_cast<VectorType>(op->getResult(0).getType()))
    isEinsum &=
        vector.hasStaticShape() && !vector.isScalable() &&
        add(nullptr, vector.getNumElements(), leftLanes, rightLanes, sumsLanes);
  // Where both factors have all loops, squares and other work on vectors; where
  // none is summed over, work on elements.
  bool isProduct = product.lhsLoops != product.rhsLoops &&
                   product.outLoops.any() && !product.outLoops.all();
  if (isEinsum && isProduct)
    result.products.push_back(product);
  else if (!isEinsum || lhs != rhs)
    result.isUnderstood = false;
}

LoopNest NestReader::read() {
  LoopNest result;
  nest->walk([&](Operation *op) {
    if (multipliesElements(op))
      readMultiplication(op, result);
  });
  return result;
}

LoopNest onebit::readLoopNest(Operation *loop) {
  return NestReader(loop).read();
}
