//===- Rewrite.cpp - Products to ops of the decoder dialect ---------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Products.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "onebit/Analysis/OperandView.h"

using namespace mlir;
using namespace onebit;
using namespace onebit::raise;

/// The value of a view, without the dimensions that need no loop.
static Value makeOperand(const OperandView &view, OpBuilder &builder) {
  if (view.isDirect())
    return view.value;
  auto type = cast<RankedTensorType>(view.value.getType());
  SmallVector<int64_t> kept;
  SmallVector<OpFoldResult> offsets(type.getRank(), builder.getIndexAttr(0));
  SmallVector<OpFoldResult> strides(type.getRank(), builder.getIndexAttr(1));
  SmallVector<OpFoldResult> sizes;
  for (auto [size, loop] : llvm::zip_equal(type.getShape(), view.loops)) {
    sizes.push_back(builder.getIndexAttr(loop ? size : 1));
    if (loop)
      kept.push_back(size);
  }
  return tensor::ExtractSliceOp::create(
      builder, view.value.getLoc(),
      RankedTensorType::get(kept, type.getElementType()), view.value, offsets,
      sizes, strides);
}

static StringAttr getNameAttr(OpBuilder &builder, StringRef name) {
  return name.empty() ? StringAttr() : builder.getStringAttr(name);
}

static IntegerAttr getLayerAttr(OpBuilder &builder,
                                std::optional<int64_t> layer) {
  return layer ? builder.getI64IntegerAttr(*layer) : IntegerAttr();
}

/// What the sum starts from: a bias is read where it was before it was
/// broadcast.
static OperandView traceInit(const Contraction &from) {
  if (!from.init)
    return {};
  llvm::SmallBitVector all(from.outMap.getNumDims(), true);
  OperandView view = traceOperand(from.init->get(), from.outMap, all);
  if (view.isDirect())
    return view;
  OperandView plain{from.init->get(), {}};
  for (AffineExpr expr : from.outMap.getResults())
    plain.loops.push_back(cast<AffineDimExpr>(expr).getPosition());
  return plain;
}

static void rewriteProjection(Product &product, UniformDims &uniform,
                              OpBuilder &builder) {
  Contraction &from = product.from;
  unsigned numLoops = from.outMap.getNumDims();
  // The weight may lose what the activation and the result have as well.
  llvm::SmallBitVector shared = decoder::getLoops(from.lhsMap);
  shared &= decoder::getLoops(from.outMap);
  OperandView view = traceOperand(from.rhs->get(), from.rhsMap, shared);
  auto type = cast<RankedTensorType>(view.value.getType());
  for (auto [dim, loop] : llvm::enumerate(view.loops))
    if (loop && shared[*loop] && type.getDimSize(dim) > 1 &&
        uniform.isUniform(view.value, dim))
      loop = std::nullopt;

  SmallVector<AffineMap> maps = {
      from.lhsMap, view.getMap(numLoops, builder.getContext()), from.outMap};
  OperandView init = traceInit(from);
  if (init.value)
    maps.push_back(init.getMap(numLoops, builder.getContext()));
  auto op = decoder::ProjectionOp::create(
      builder, from.op->getLoc(), from.op->getResult(0).getType(),
      from.lhs->get(), makeOperand(view, builder), init.value,
      builder.getAffineMapArrayAttr(maps), product.role,
      getLayerAttr(builder, product.layer), getNameAttr(builder, product.name));
  from.op->getResult(0).replaceAllUsesWith(op.getResult());
}

/// `map` with result `dim` replaced by `loops`, over `numLoops` loops.
static AffineMap splitResult(AffineMap map, std::optional<unsigned> dim,
                             ArrayRef<unsigned> loops, unsigned numLoops) {
  SmallVector<AffineExpr> exprs;
  for (auto [i, expr] : llvm::enumerate(map.getResults())) {
    if (i != dim) {
      exprs.push_back(expr);
      continue;
    }
    for (unsigned loop : loops)
      exprs.push_back(getAffineDimExpr(loop, map.getContext()));
  }
  return AffineMap::get(numLoops, 0, exprs, map.getContext());
}

/// `type` with dimension `dim` split into `sizes`, and the groups of dimensions
/// that this makes.
static std::pair<RankedTensorType, SmallVector<ReassociationIndices>>
splitDim(RankedTensorType type, unsigned dim, ArrayRef<int64_t> sizes) {
  SmallVector<int64_t> shape;
  SmallVector<ReassociationIndices> groups;
  for (unsigned i = 0, e = type.getRank(); i < e; ++i) {
    ReassociationIndices group;
    for (int64_t size :
         i == dim ? sizes : ArrayRef<int64_t>(type.getShape()[i])) {
      group.push_back(shape.size());
      shape.push_back(size);
    }
    groups.push_back(group);
  }
  return {RankedTensorType::get(shape, type.getElementType()), groups};
}

static void rewriteAttention(Product &product, OpBuilder &builder) {
  Contraction &from = product.from;
  Location loc = from.op->getLoc();
  Value lhs = from.lhs->get(), result = from.op->getResult(0);
  auto resultType = cast<RankedTensorType>(result.getType());
  AffineMap lhsMap = from.lhsMap, rhsMap = from.rhsMap, outMap = from.outMap;
  SmallVector<int64_t> queryGroups;
  for (unsigned loop : product.groups.set_bits())
    queryGroups.push_back(loop);

  SmallVector<ReassociationIndices> resultGroups;
  if (product.mergedLoop) {
    unsigned numLoops = outMap.getNumDims();
    SmallVector<unsigned> parts = {*product.mergedLoop};
    for (size_t i = 1; i < product.mergedSizes.size(); ++i)
      parts.push_back(numLoops++);
    for (unsigned i : product.mergedGroups.set_bits())
      queryGroups.push_back(parts[i]);
    unsigned lhsDim = Product::getDim(lhsMap, *product.mergedLoop);
    unsigned outDim = Product::getDim(outMap, *product.mergedLoop);
    auto [lhsType, lhsGroups] = splitDim(cast<RankedTensorType>(lhs.getType()),
                                         lhsDim, product.mergedSizes);
    lhs = tensor::ExpandShapeOp::create(builder, loc, lhsType, lhs, lhsGroups);
    std::tie(resultType, resultGroups) =
        splitDim(resultType, outDim, product.mergedSizes);
    lhsMap = splitResult(lhsMap, lhsDim, parts, numLoops);
    rhsMap = splitResult(rhsMap, std::nullopt, {}, numLoops);
    outMap = splitResult(outMap, outDim, parts, numLoops);
  }
  SmallVector<AffineMap> maps = {lhsMap, rhsMap, outMap};
  OperandView init = traceInit(from);
  if (init.value)
    maps.push_back(init.getMap(outMap.getNumDims(), builder.getContext()));

  Value raised = decoder::AttentionProductOp::create(
      builder, loc, resultType, lhs, from.rhs->get(), init.value,
      builder.getAffineMapArrayAttr(maps), product.role, queryGroups,
      getLayerAttr(builder, product.layer), getNameAttr(builder, product.name));
  if (!resultGroups.empty())
    raised = tensor::CollapseShapeOp::create(builder, loc, result.getType(),
                                             raised, resultGroups);
  result.replaceAllUsesWith(raised);
}

/// Erases `op` and whatever of its operands' producers is then of no use.
static void eraseWithProducers(Operation *op) {
  SmallVector<Operation *> worklist;
  auto erase = [&](Operation *dead) {
    llvm::SmallSetVector<Operation *, 4> producers;
    for (Value operand : dead->getOperands())
      if (Operation *producer = operand.getDefiningOp())
        producers.insert(producer);
    dead->erase();
    for (Operation *producer : producers)
      if (isOpTriviallyDead(producer))
        worklist.push_back(producer);
  };
  erase(op);
  while (!worklist.empty())
    erase(worklist.pop_back_val());
}

void raise::rewrite(Products &products) {
  UniformDims uniform;
  for (Product &product : products.raised) {
    OpBuilder builder(product.from.op);
    if (product.isProjection)
      rewriteProjection(product, uniform, builder);
    else
      rewriteAttention(product, builder);
    eraseWithProducers(product.from.op);
  }
}
