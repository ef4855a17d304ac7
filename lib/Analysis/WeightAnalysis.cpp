//===- WeightAnalysis.cpp - What each value is made of --------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/Analysis/WeightAnalysis.h"
#include "Globals.h"
#include "dialects/decoder/Decoder.h"
#include "dialects/ternary/Ternary.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/CallInterfaces.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "llvm/Support/SaveAndRestore.h"

using namespace mlir;
using namespace onebit;

StringRef onebit::stringifyOriginLevel(OriginLevel level) {
  switch (level) {
  case OriginLevel::NotReached:
    return "not reached";
  case OriginLevel::Neutral:
    return "neutral";
  case OriginLevel::Weight:
    return "weight";
  case OriginLevel::PickedWeight:
    return "picked weight";
  case OriginLevel::Unknown:
    return "unknown";
  case OriginLevel::Activation:
    return "activation";
  }
  llvm_unreachable("not a level");
}

//===----------------------------------------------------------------------===//
// The lattice
//===----------------------------------------------------------------------===//

static int64_t getNumElements(Value value) {
  auto type = dyn_cast<ShapedType>(value.getType());
  return type && type.hasStaticShape() ? type.getNumElements() : 0;
}

Origin WeightAnalysis::join(Origin lhs, Origin rhs) {
  Origin result = lhs.level >= rhs.level ? lhs : rhs;
  if (lhs.level == rhs.level && rhs.source &&
      (!lhs.source || (lhs.isWeight() && getNumElements(rhs.source) >
                                             getNumElements(lhs.source))))
    result.source = rhs.source;
  result.exponential = lhs.exponential || rhs.exponential;
  result.isFolded = lhs.isFolded || rhs.isFolded;
  if (rhs.level > OriginLevel::Neutral && rhs.stage != result.stage &&
      lhs.level > OriginLevel::Neutral)
    result.stage = SoftmaxStage::None;
  return result;
}

Origin WeightAnalysis::lookupInside(Value value) const {
  if (structured)
    if (auto it = elements.find(value); it != elements.end())
      return it->second;
  return lookup(value);
}

bool WeightAnalysis::isInReachedFunctions(Operation *op) const {
  for (; op; op = op->getParentOp())
    if (auto function = dyn_cast<FunctionOpInterface>(op);
        function && !isReached(function))
      return false;
  return true;
}

bool WeightAnalysis::join(Value value, Origin origin) {
  bool isElement = structured && structured->isAncestor(
                                     value.getParentRegion()->getParentOp());
  Origin &slot = isElement ? elements[value] : origins[value];
  Origin joined = join(slot, origin);
  bool changed = !(joined == slot);
  slot = joined;
  return changed;
}

/// The stage of a softmax that is made of `operands`. Constants scale it, masks
/// choose between it and something else.
static SoftmaxStage joinStages(ArrayRef<Origin> operands) {
  SoftmaxStage result = SoftmaxStage::None;
  Value source;
  for (const Origin &operand : operands) {
    if (operand.stage == SoftmaxStage::None || !operand.source ||
        (source && source != operand.source))
      return SoftmaxStage::None;
    bool isFirst = !source;
    source = operand.source;
    result =
        isFirst || result == operand.stage ? operand.stage : SoftmaxStage::Done;
  }
  return result;
}

Origin WeightAnalysis::joinOperands(ValueRange operands) const {
  Origin result;
  SmallVector<Origin> values;
  for (Value operand : operands) {
    Origin origin = lookupInside(operand);
    result = join(result, origin);
    if (origin.level > OriginLevel::Neutral &&
        !getElementTypeOrSelf(operand.getType()).isInteger(1))
      values.push_back(origin);
  }
  result.stage = joinStages(values);
  return result;
}

void WeightAnalysis::setResults(Operation *op, Origin origin) {
  for (Value result : op->getResults())
    join(result, origin);
}

/// `source` read at `indices`.
Origin WeightAnalysis::pick(Value source, ValueRange indices) {
  Origin result = lookupInside(source);
  Origin index = joinOperands(indices);
  if (index.level < OriginLevel::PickedWeight) {
    result.level = std::max(result.level, index.level);
    return result;
  }
  if (result.isWeight()) {
    if (result.source)
      pickedWeights.insert(result.source);
    result.level = OriginLevel::PickedWeight;
  } else if (result.level == OriginLevel::Neutral) {
    result.level = OriginLevel::Activation;
  }
  return result;
}

static Origin makeWeight(Value source) {
  return {OriginLevel::Weight, false, SoftmaxStage::None, source};
}

static Origin getConstantOrigin(Value value, Attribute attr) {
  auto elements = dyn_cast<ElementsAttr>(attr);
  if (!elements || elements.getNumElements() < 2)
    return {OriginLevel::Neutral};
  if (elements.isSplat()) {
    bool isZero =
        matchPattern(attr, m_Zero()) || matchPattern(attr, m_AnyZeroFloat());
    if (isZero || elements.getShapedType().getRank() < 2)
      return {OriginLevel::Neutral};
  }
  return makeWeight(value);
}

/// A global that may change and that nothing changes is a weight, by
/// assumption; one that something writes to is the model's state.
Origin WeightAnalysis::getGlobalOrigin(Operation *load,
                                       const LoadedGlobal &global) {
  Value value = load->getResult(0);
  if (global.isConstant && isa_and_nonnull<ElementsAttr>(global.value))
    return getConstantOrigin(value, global.value);
  if (!global.isConstant) {
    if (!facts->writtenGlobals)
      facts->writtenGlobals = findWrittenGlobals(facts->module);
    if (!mayBeWeight(value.getType()) ||
        facts->writtenGlobals->contains(global.name))
      return {OriginLevel::Activation};
    assumedGlobals.insert(global.name);
  }
  return makeWeight(value);
}

/// The results of an op that nothing goes into and nothing is known of.
void WeightAnalysis::setUnknown(Operation *op) {
  for (Value result : op->getResults())
    join(result, {mayBeWeight(result.getType()) ? OriginLevel::Unknown
                                                : OriginLevel::Activation,
                  false, SoftmaxStage::None, result});
}

//===----------------------------------------------------------------------===//
// Transfer
//===----------------------------------------------------------------------===//

/// Ops whose result depends on the shape of their operands at most.
static bool dependsOnShapeOnly(Operation *op) {
  return isa<tensor::EmptyOp, tensor::DimOp, tensor::RankOp, memref::DimOp,
             memref::RankOp, linalg::IndexOp, tosa::ConstShapeOp>(op);
}

static bool isExponential(Operation *op) {
  return isa<math::ExpOp, math::Exp2Op, tosa::ExpOp, linalg::SoftmaxOp,
             decoder::SoftmaxOp>(op) ||
         (!op->isRegistered() &&
          op->getName().stripDialect().starts_with("exp"));
}

static bool isSoftmax(Operation *op) {
  return isa<linalg::SoftmaxOp, decoder::SoftmaxOp>(op) ||
         (!op->isRegistered() &&
          op->getName().stripDialect().ends_with("softmax"));
}

static Origin makeResult(Operation *product) {
  return {OriginLevel::Activation, false, SoftmaxStage::None,
          product->getResult(0)};
}

/// A product's result starts a new chain, unless both sides are weights: that
/// is a weight still (trap: low-rank adapters).
static Origin getProductOrigin(Operation *op, Origin lhs, Origin rhs) {
  if (std::max(lhs.level, rhs.level) <= OriginLevel::Weight)
    return {};
  return makeResult(op);
}

static SoftmaxStage getStageOfSum(SoftmaxStage stage) {
  return stage == SoftmaxStage::Exponential ? SoftmaxStage::Sum
                                            : SoftmaxStage::None;
}

void WeightAnalysis::visitOperation(Operation *op, unsigned depth) {
  if (isa<CallOpInterface>(op) && !isa<decoder::BlockOp>(op))
    return visitCall(op, depth);
  if (isa<RegionBranchOpInterface>(op))
    return visitBranches(op, depth);
  if (auto branch = dyn_cast<BranchOpInterface>(op)) {
    for (unsigned i = 0, e = op->getNumSuccessors(); i < e; ++i) {
      SuccessorOperands operands = branch.getSuccessorOperands(i);
      for (auto [j, arg] : llvm::enumerate(op->getSuccessor(i)->getArguments()))
        again |= join(arg, operands[j] ? lookupInside(operands[j])
                                       : Origin{OriginLevel::Activation});
    }
    return;
  }
  if (op->hasTrait<OpTrait::ReturnLike>() &&
      isa<FunctionOpInterface>(op->getParentOp())) {
    Returns &known = returns[op->getParentOp()];
    known.origins.resize(op->getNumOperands());
    for (auto [slot, operand] :
         llvm::zip_equal(known.origins, op->getOperands())) {
      Origin joined = join(slot, lookupInside(operand));
      again |= known.wasRead && !(joined == slot);
      slot = joined;
    }
    return;
  }
  if (op->getNumResults() == 0 && op->getNumRegions() == 0)
    return;

  Attribute constant;
  if (matchPattern(op, m_Constant(&constant)))
    return setResults(op, getConstantOrigin(op->getResult(0), constant));
  if (isa<decoder::WeightOp, ternary::WeightOp>(op))
    return setResults(op, makeWeight(op->getResult(0)));
  if (isa<decoder::MatrixProductOpInterface>(op))
    return setResults(op, makeResult(op));
  if (dependsOnShapeOnly(op))
    return setResults(op, {OriginLevel::Neutral});
  if (auto global = getLoadedGlobal(op, symbols))
    return setResults(op, getGlobalOrigin(op, *global));

  // Reads at an index that is computed.
  if (auto extract = dyn_cast<tensor::ExtractOp>(op))
    return setResults(op, pick(extract.getTensor(), extract.getIndices()));
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op))
    return setResults(op, pick(slice.getSource(), slice.getOffsets()));
  if (auto gather = dyn_cast<tensor::GatherOp>(op))
    return setResults(op, pick(gather.getSource(), gather.getIndices()));
  if (auto gather = dyn_cast<tosa::GatherOp>(op))
    return setResults(op, pick(gather.getValues(), gather.getIndices()));
  // Of other dialects: StableHLO's, ONNX's, IREE's.
  if (!op->isRegistered() && op->getNumOperands() > 1 &&
      op->getName().stripDialect().ends_with("gather"))
    return setResults(op,
                      pick(op->getOperand(0), op->getOperands().drop_front()));

  if (Contraction product = facts->contractions.lookup(op);
      product && !product.isOuter()) {
    Origin origin = getProductOrigin(op, lookupInside(product.lhs->get()),
                                     lookupInside(product.rhs->get()));
    if (origin.level == OriginLevel::NotReached) {
      origin = joinOperands(op->getOperands());
      origin.isFolded |= origin.level == OriginLevel::Weight;
    }
    return setResults(op, origin);
  }
  if (op->getNumRegions() != 0)
    return visitBody(op, depth);

  Origin result = joinOperands(op->getOperands());
  if (op->getNumOperands() == 0 && !op->isRegistered())
    return setUnknown(op);
  if (op->getNumOperands() == 0)
    result.level =
        isMemoryEffectFree(op) ? OriginLevel::Neutral : OriginLevel::Activation;
  if (isExponential(op)) {
    result.exponential = true;
    result.stage = SoftmaxStage::Exponential;
  } else if (isa<tosa::ReduceSumOp>(op)) {
    result.stage = getStageOfSum(result.stage);
  }
  if (isSoftmax(op))
    result.stage = SoftmaxStage::Done;
  setResults(op, result);
}

/// Ops with a body that computes elements: structured ops, tensor.generate,
/// tensor.pad. What the body reads from outside counts like an operand.
void WeightAnalysis::visitBody(Operation *op, unsigned depth) {
  Origin result;
  // A call in a body leads to other bodies.
  llvm::SaveAndRestore<Operation *> restore(structured);
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op)) {
    if (!structured)
      elements.clear();
    structured = op;
    for (OpOperand &operand : op->getOpOperands())
      if (BlockArgument arg = linalgOp.getMatchingBlockArgument(&operand))
        join(arg, lookupInside(operand.get()));
  } else {
    bool isKnown = isa<tensor::GenerateOp, tensor::PadOp>(op);
    for (Region &region : op->getRegions())
      for (Block &block : region)
        for (BlockArgument arg : block.getArguments())
          join(arg, {isKnown ? OriginLevel::Neutral : OriginLevel::Activation});
    if (auto pad = dyn_cast<tensor::PadOp>(op))
      result = lookupInside(pad.getSource());
    else if (!isKnown)
      result.level = OriginLevel::Activation;
  }

  for (Region &region : op->getRegions()) {
    visitRegion(region, depth);
    if (region.empty())
      continue;
    Operation *terminator = region.back().getTerminator();
    if (isa<linalg::LinalgOp>(op) &&
        terminator->getNumOperands() == op->getNumResults()) {
      for (auto [value, yielded] :
           llvm::zip_equal(op->getResults(), terminator->getOperands())) {
        Origin origin = lookupInside(yielded);
        if (cast<linalg::LinalgOp>(op).getNumReductionLoops() != 0)
          origin.stage = getStageOfSum(origin.stage);
        join(value, origin);
      }
    } else {
      result = join(result, joinOperands(terminator->getOperands()));
    }
  }
  if (!isa<linalg::LinalgOp>(op))
    setResults(op, result);
}

/// Loops and conditions: what the interface says flows, until nothing changes.
void WeightAnalysis::visitBranches(Operation *op, unsigned depth) {
  auto branch = cast<RegionBranchOpInterface>(op);
  RegionBranchSuccessorMapping mapping;
  branch.getSuccessorOperandInputMapping(mapping);
  // The mapping has no order, what is first in a join matters.
  SmallVector<std::pair<OpOperand *, ArrayRef<Value>>> flows;
  llvm::SmallPtrSet<Value, 8> inputs;
  auto addFlows = [&](Operation *from) {
    for (OpOperand &operand : from->getOpOperands()) {
      auto it = mapping.find(&operand);
      if (it == mapping.end())
        continue;
      flows.emplace_back(&operand, it->second);
      inputs.insert_range(it->second);
    }
  };
  addFlows(op);
  for (Region &region : op->getRegions())
    for (Block &block : region)
      addFlows(block.getTerminator());
  // Induction variables.
  for (Region &region : op->getRegions())
    for (Block &block : region)
      for (BlockArgument arg : block.getArguments())
        if (block.isEntryBlock() && !inputs.contains(arg))
          join(arg, {isa<ShapedType>(arg.getType()) ? OriginLevel::Activation
                                                    : OriginLevel::Neutral});

  auto flow = [&] {
    bool entered = false;
    for (auto &[operand, values] : flows)
      for (Value value : values)
        entered |= join(value, lookupInside(operand->get())) &&
                   isa<BlockArgument>(value);
    return entered;
  };
  flow();
  do {
    for (Region &region : op->getRegions())
      visitRegion(region, depth);
  } while (flow());
}

static Operation *resolveCallee(Operation *op, SymbolTableCollection &symbols) {
  auto call = cast<CallOpInterface>(op);
  auto symbol = dyn_cast<SymbolRefAttr>(call.getCallableForCallee());
  return symbol ? symbols.lookupNearestSymbolFrom(op, symbol) : nullptr;
}

void WeightAnalysis::visitCall(Operation *op, unsigned depth) {
  // Deeper chains than any program has: stop, and say the least.
  static constexpr unsigned kMaxDepth = 256;
  auto call = cast<CallOpInterface>(op);
  auto callee =
      dyn_cast_or_null<FunctionOpInterface>(resolveCallee(op, symbols));
  if (!callee || callee.isExternal() || depth >= kMaxDepth ||
      callee.getNumArguments() != call.getArgOperands().size()) {
    opaqueCalls.insert(op);
    if (call.getArgOperands().empty())
      return setUnknown(op);
    return setResults(op, joinOperands(op->getOperands()));
  }
  for (auto [arg, operand] :
       llvm::zip_equal(callee.getArguments(), call.getArgOperands()))
    if (join(arg, lookupInside(operand)))
      visitedInRound.erase(callee);
  visitFunction(callee, depth + 1);

  Returns &known = returns[callee];
  known.wasRead = true;
  // The callee is seen once for all calls; what this call hands through is not
  // what another one did.
  Origin passed = joinOperands(op->getOperands()), passedWeight;
  for (Value operand : op->getOperands())
    if (lookupInside(operand).isWeight())
      passedWeight = join(passedWeight, lookupInside(operand));
  Region &body = callee.getFunctionBody();
  for (auto [result, origin] : llvm::zip(op->getResults(), known.origins)) {
    bool isPassed = llvm::any_of(op->getOperands(), [&](Value operand) {
      return lookupInside(operand).source == origin.source;
    });
    if (origin.source && !isPassed &&
        !body.isAncestor(origin.source.getParentRegion()))
      origin.source = origin.isWeight() ? passedWeight.source : passed.source;
    join(result, origin);
  }
}

void WeightAnalysis::visitRegion(Region &region, unsigned depth) {
  for (Block &block : region)
    for (Operation &op : block)
      visitOperation(&op, depth);
}

void WeightAnalysis::visitFunction(FunctionOpInterface function,
                                   unsigned depth) {
  if (visitedInRound.lookup(function) == round)
    return;
  // Recursion: what it returns is known in the next round.
  if (!active.insert(function).second) {
    again = true;
    return;
  }
  visitedInRound[function] = round;
  visitRegion(function.getFunctionBody(), depth);
  active.erase(function);
}
