//===- OperandView.cpp - What an operand of a product is a view of --------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/Analysis/OperandView.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Dialect/Utils/ReshapeOpsUtils.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace onebit;

using Loops = SmallVector<std::optional<unsigned>>;

bool OperandView::isDirect() const {
  return llvm::all_of(loops, [](auto loop) { return loop.has_value(); });
}

AffineMap OperandView::getMap(unsigned numLoops, MLIRContext *context) const {
  SmallVector<AffineExpr> exprs;
  for (std::optional<unsigned> loop : loops)
    if (loop)
      exprs.push_back(getAffineDimExpr(*loop, context));
  return AffineMap::get(numLoops, 0, exprs, context);
}

llvm::SmallBitVector OperandView::getLoops(unsigned numLoops) const {
  llvm::SmallBitVector result(numLoops);
  for (std::optional<unsigned> loop : loops)
    if (loop)
      result.set(*loop);
  return result;
}

static RankedTensorType getStaticType(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && type.hasStaticShape() ? type : RankedTensorType();
}

/// Groups of dimensions that `result`, the shape of fewer dimensions, has as
/// one, or nothing.
static std::optional<SmallVector<ReassociationIndices>>
getGroups(RankedTensorType large, RankedTensorType small) {
  if (large.getRank() == small.getRank() && large != small)
    return std::nullopt;
  return getReassociationIndicesForReshape(large, small);
}

/// The dimension of `group` that is not 1, or the first where all are; nothing
/// where several are not.
static std::optional<int64_t> getOnlyDim(ArrayRef<int64_t> shape,
                                         ArrayRef<int64_t> group) {
  std::optional<int64_t> only;
  for (int64_t dim : group) {
    if (shape[dim] == 1)
      continue;
    if (only)
      return std::nullopt;
    only = dim;
  }
  return only ? only : std::optional<int64_t>(group.front());
}

/// The loops of the source of a reshape. A dimension of extent 1 without a loop
/// can be read at 0.
static std::optional<Loops>
traceReshape(RankedTensorType source, RankedTensorType result,
             ArrayRef<std::optional<unsigned>> loops) {
  bool collapses = source.getRank() >= result.getRank();
  RankedTensorType large = collapses ? source : result;
  auto groups = getGroups(large, collapses ? result : source);
  if (!groups)
    return std::nullopt;
  Loops traced(source.getRank());
  for (auto [i, group] : llvm::enumerate(*groups)) {
    if (group.empty())
      continue;
    std::optional<int64_t> dim = getOnlyDim(large.getShape(), group);
    if (!dim)
      return std::nullopt;
    if (collapses)
      traced[*dim] = loops[i];
    else
      traced[i] = loops[*dim];
  }
  return traced;
}

/// A structured op whose every element is one element of its only input.
static bool isCopy(linalg::LinalgOp op) {
  if (op.getNumDpsInputs() != 1 || op.getNumDpsInits() != 1 ||
      op.getNumReductionLoops() != 0 || op->getNumRegions() != 1 ||
      op->getNumResults() != 1)
    return false;
  Operation *yield = op.getBlock()->getTerminator();
  auto arg = dyn_cast<BlockArgument>(yield->getOperand(0));
  return arg && arg.getOwner() == op.getBlock() && arg.getArgNumber() == 0;
}

/// One producer back; nothing where it does more than rearrange.
static std::optional<OperandView> step(const OperandView &view) {
  Operation *op = view.value.getDefiningOp();
  if (!op || op->getNumResults() != 1 || !getStaticType(view.value))
    return std::nullopt;
  auto reshape = [&](Value source) -> std::optional<OperandView> {
    if (!getStaticType(source))
      return std::nullopt;
    if (auto loops = traceReshape(getStaticType(source),
                                  getStaticType(view.value), view.loops))
      return OperandView{source, *loops};
    return std::nullopt;
  };
  if (auto expand = dyn_cast<tensor::ExpandShapeOp>(op))
    return reshape(expand.getSrc());
  if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(op))
    return reshape(collapse.getSrc());
  if (auto tosaReshape = dyn_cast<tosa::ReshapeOp>(op))
    return reshape(tosaReshape.getInput1());

  if (auto transpose = dyn_cast<tosa::TransposeOp>(op)) {
    OperandView traced{transpose.getInput1(), Loops(view.loops.size())};
    for (auto [i, perm] : llvm::enumerate(transpose.getPerms()))
      traced.loops[perm] = view.loops[i];
    return traced;
  }
  if (auto tile = dyn_cast<tosa::TileOp>(op)) {
    RankedTensorType source = getStaticType(tile.getInput1());
    if (!source)
      return std::nullopt;
    OperandView traced{tile.getInput1(), view.loops};
    for (auto [i, size] : llvm::enumerate(source.getShape())) {
      if (size == getStaticType(view.value).getDimSize(i))
        continue;
      if (size != 1)
        return std::nullopt;
      traced.loops[i] = std::nullopt;
    }
    return traced;
  }
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op)) {
    if (!isCopy(linalgOp))
      return std::nullopt;
    Value source = linalgOp.getDpsInputs()[0];
    SmallVector<AffineMap> maps = linalgOp.getIndexingMapsArray();
    if (!getStaticType(source) || !maps[1].isPermutation() ||
        !maps[0].isProjectedPermutation(/*allowZeroInResults=*/true))
      return std::nullopt;
    Loops byLoop(maps[1].getNumDims());
    for (auto [i, loop] : llvm::enumerate(view.loops))
      byLoop[maps[1].getDimPosition(i)] = loop;
    OperandView traced{source, {}};
    for (AffineExpr expr : maps[0].getResults()) {
      auto dim = dyn_cast<AffineDimExpr>(expr);
      traced.loops.push_back(dim ? byLoop[dim.getPosition()] : std::nullopt);
    }
    return traced;
  }
  return std::nullopt;
}

OperandView onebit::traceOperand(Value value, AffineMap map,
                                 const llvm::SmallBitVector &droppable) {
  unsigned numLoops = map.getNumDims();
  OperandView view{value, {}};
  for (AffineExpr expr : map.getResults())
    view.loops.push_back(cast<AffineDimExpr>(expr).getPosition());

  // A slice is worth it only where it frees the product of a loop.
  OperandView best = view;
  while (std::optional<OperandView> next = step(view)) {
    llvm::SmallBitVector lost = view.getLoops(numLoops);
    lost.reset(next->getLoops(numLoops));
    if (lost.test(droppable))
      break;
    view = *next;
    if (view.isDirect() ||
        view.getLoops(numLoops).count() < best.getLoops(numLoops).count())
      best = view;
  }
  return best;
}

bool UniformDims::isUniform(Value value, int64_t dim) {
  // Longer chains than frontends write: not proved.
  static constexpr unsigned kMaxDepth = 256;
  if (depth >= kMaxDepth)
    return false;
  auto [it, inserted] = known.try_emplace({value, dim}, false);
  if (!inserted)
    return it->second;
  ++depth;
  bool result = compute(value, dim);
  --depth;
  known[{value, dim}] = result;
  return result;
}

bool UniformDims::compute(Value value, int64_t dim) {
  RankedTensorType type = getStaticType(value);
  Operation *op = value.getDefiningOp();
  if (type && type.getDimSize(dim) == 1)
    return true;
  if (!type || !op)
    return false;
  SplatElementsAttr splat;
  if (matchPattern(value, m_Constant(&splat)) || isa<linalg::FillOp>(op))
    return true;

  if (isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp, tosa::ReshapeOp>(
          op)) {
    RankedTensorType source = getStaticType(op->getOperand(0));
    if (!source)
      return false;
    bool collapses = source.getRank() >= type.getRank();
    auto groups = collapses ? getGroups(source, type) : getGroups(type, source);
    if (!groups)
      return false;
    if (collapses)
      return llvm::all_of((*groups)[dim], [&](int64_t d) {
        return isUniform(op->getOperand(0), d);
      });
    for (auto [i, group] : llvm::enumerate(*groups))
      if (llvm::is_contained(group, dim))
        return isUniform(op->getOperand(0), i);
    return false;
  }
  if (auto transpose = dyn_cast<tosa::TransposeOp>(op))
    return isUniform(transpose.getInput1(), transpose.getPerms()[dim]);
  if (auto tile = dyn_cast<tosa::TileOp>(op)) {
    RankedTensorType source = getStaticType(tile.getInput1());
    return source && (source.getDimSize(dim) == 1 ||
                      (source.getDimSize(dim) == type.getDimSize(dim) &&
                       isUniform(tile.getInput1(), dim)));
  }
  if (op->hasTrait<OpTrait::tosa::TosaElementwiseOperator>() ||
      op->hasTrait<OpTrait::Elementwise>() || isa<tosa::CastOp>(op))
    return llvm::all_of(op->getOperands(), [&](Value operand) {
      auto operandType = dyn_cast<RankedTensorType>(operand.getType());
      return !operandType || operandType.getRank() != type.getRank() ||
             isUniform(operand, dim);
    });

  auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
  if (!linalgOp || linalgOp.getNumReductionLoops() != 0 ||
      op->getNumRegions() != 1)
    return false;
  // A body that reads elsewhere, or asks where it is, may vary.
  WalkResult walk = linalgOp.getBlock()->walk([](Operation *inner) {
    return isa<linalg::IndexOp, tensor::ExtractOp>(inner) ||
                   inner->getNumRegions() != 0 || !inner->isRegistered()
               ? WalkResult::interrupt()
               : WalkResult::advance();
  });
  unsigned number = cast<OpResult>(value).getResultNumber();
  AffineMap out = linalgOp.getIndexingMapMatchingResult(cast<OpResult>(value));
  if (walk.wasInterrupted() || !out.isPermutation())
    return false;
  unsigned loop = out.getDimPosition(dim);
  for (OpOperand &operand : op->getOpOperands()) {
    if (linalgOp.isDpsInit(&operand) &&
        (operand.getOperandNumber() !=
             linalgOp.getDpsInitOperand(number)->getOperandNumber() ||
         !linalgOp.payloadUsesValueFromOperand(&operand)))
      continue;
    AffineMap map = linalgOp.getMatchingIndexingMap(&operand);
    for (auto [i, expr] : llvm::enumerate(map.getResults())) {
      auto operandDim = dyn_cast<AffineDimExpr>(expr);
      if (!operandDim && !isa<AffineConstantExpr>(expr))
        return false;
      if (operandDim && operandDim.getPosition() == loop &&
          !isUniform(operand.get(), i))
        return false;
    }
  }
  return true;
}
