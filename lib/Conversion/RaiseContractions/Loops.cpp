//===- Loops.cpp - Products that are written as loops ---------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A nest of loops over memory stays as it is: what stands between its products
// cannot be taken apart in general. Beside it comes an op for each product, of
// the same extents and of no particular elements, so that it is counted.
//
//===----------------------------------------------------------------------===//

#include "Products.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;
using namespace onebit;
using namespace onebit::raise;
using decoder::ProductRole;

namespace {
/// A product of a nest, the activation or the query side on the left.
struct NestProduct {
  LoopProduct from;
  Origin lhs, rhs;
  bool isProjection = false;
  ProductRole role = ProductRole::Other;

  void swapSides() {
    std::swap(lhs, rhs);
    std::swap(from.lhs, from.rhs);
    std::swap(from.lhsLoops, from.rhsLoops);
  }
};
} // namespace

/// Nothing for products that are neither projection nor attention.
static std::optional<NestProduct> classifyInLoop(const LoopProduct &from,
                                                 Products &products) {
  const WeightAnalysis &analysis = products.analysis;
  NestProduct product{from, analysis.lookup(from.lhs),
                      analysis.lookup(from.rhs)};
  OriginLevel low = std::min(product.lhs.level, product.rhs.level);
  OriginLevel high = std::max(product.lhs.level, product.rhs.level);
  if (low <= OriginLevel::Neutral)
    return std::nullopt;
  if (high == OriginLevel::Weight) {
    products.twoWeights.add(from.multiplication);
    return std::nullopt;
  }
  if (low == OriginLevel::PickedWeight && low == high) {
    products.twoPicked.add(from.multiplication);
    return std::nullopt;
  }
  product.isProjection = low < OriginLevel::Unknown && low < high;
  if (product.isProjection
          ? product.lhs.level == low
          : product.rhs.exponential && !product.lhs.exponential)
    product.swapSides();
  if (!product.isProjection && product.lhs.exponential)
    product.role = ProductRole::Values;
  return product;
}

/// Beside values stand scores. The loop that the values are summed over runs
/// over the keys.
static void pairScores(MutableArrayRef<NestProduct> nest) {
  const NestProduct *values = llvm::find_if(
      nest, [](const NestProduct &p) { return p.role == ProductRole::Values; });
  if (values == nest.end())
    return;
  for (NestProduct &scores : nest) {
    if (scores.isProjection || scores.role != ProductRole::Other)
      continue;
    scores.role = ProductRole::Scores;
    for (auto [i, loop] : llvm::enumerate(scores.from.loops))
      for (auto [j, other] : llvm::enumerate(values->from.loops))
        if (loop && loop == other && !values->from.outLoops[j] &&
            scores.from.lhsLoops[i] && !scores.from.rhsLoops[i])
          scores.swapSides();
  }
}

static AffineMap getMap(const llvm::SmallBitVector &loops,
                        MLIRContext *context) {
  SmallVector<AffineExpr> exprs;
  for (unsigned loop : loops.set_bits())
    exprs.push_back(getAffineDimExpr(loop, context));
  return AffineMap::get(loops.size(), 0, exprs, context);
}

static void build(const NestProduct &product, OpBuilder &builder) {
  const LoopProduct &from = product.from;
  Location loc = from.multiplication->getLoc();
  auto makeType = [&](const llvm::SmallBitVector &loops, Value factor) {
    SmallVector<int64_t> shape;
    for (unsigned loop : loops.set_bits())
      shape.push_back(from.extents[loop]);
    return RankedTensorType::get(shape, getElementTypeOrSelf(factor.getType()));
  };
  auto makeOperand = [&](const llvm::SmallBitVector &loops, Value factor) {
    RankedTensorType type = makeType(loops, factor);
    return tensor::EmptyOp::create(builder, loc, type.getShape(),
                                   type.getElementType());
  };
  MLIRContext *context = builder.getContext();
  ArrayAttr maps = builder.getAffineMapArrayAttr(
      {getMap(from.lhsLoops, context), getMap(from.rhsLoops, context),
       getMap(from.outLoops, context)});
  Value lhs = makeOperand(from.lhsLoops, from.lhs);
  Value rhs = makeOperand(from.rhsLoops, from.rhs);
  RankedTensorType type = makeType(from.outLoops, from.lhs);
  Value result;
  if (product.isProjection)
    result = decoder::ProjectionOp::create(builder, loc, type, lhs, rhs,
                                           Value(), maps, product.role,
                                           IntegerAttr(), StringAttr());
  else
    result = decoder::AttentionProductOp::create(
        builder, loc, type, lhs, rhs, Value(), maps, product.role,
        ArrayRef<int64_t>(), IntegerAttr(), StringAttr());
  decoder::KeepOp::create(builder, loc, result);
}

/// Whether the products of `nest` stand beside it: a value is kept before the
/// next loop.
static bool isCounted(Operation *nest) {
  for (Operation *op = nest->getNextNode(); op && !isa<LoopLikeOpInterface>(op);
       op = op->getNextNode())
    if (isa<decoder::KeepOp>(op))
      return true;
  return false;
}

void raise::countLoops(Products &products, const HiddenProducts &hidden) {
  llvm::MapVector<Operation *, SmallVector<NestProduct, 2>> nests;
  for (const LoopProduct &from : hidden.inLoops)
    if (std::optional<NestProduct> product = classifyInLoop(from, products))
      nests[from.nest].push_back(*product);
  for (auto &[nest, inside] : nests) {
    if (isCounted(nest))
      continue;
    pairScores(inside);
    OpBuilder builder(nest->getContext());
    builder.setInsertionPointAfter(nest);
    for (const NestProduct &product : inside) {
      build(product, builder);
      products.inLoops.add(product.from.multiplication);
    }
  }
}
