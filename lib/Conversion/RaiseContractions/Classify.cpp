//===- Classify.cpp - What each product is --------------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Products.h"
#include "mlir/Interfaces/CallInterfaces.h"
#include "onebit/Analysis/WeightNames.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace onebit;
using namespace onebit::raise;
using decoder::ProductRole;

void Product::swapSides() {
  std::swap(lhs, rhs);
  std::swap(from.lhs, from.rhs);
  std::swap(from.lhsMap, from.rhsMap);
}

llvm::SmallBitVector Product::getRowLoops() const {
  llvm::SmallBitVector rows = decoder::getLoops(from.lhsMap);
  rows &= decoder::getLoops(from.outMap);
  return rows.reset(decoder::getLoops(from.rhsMap));
}

int64_t Product::getExtent(const llvm::SmallBitVector &loops) const {
  int64_t result = 1;
  SmallVector<int64_t> extents = from.getLoopExtents();
  for (unsigned loop : loops.set_bits())
    if (llvm::MulOverflow(result, extents[loop], result))
      return std::numeric_limits<int64_t>::max();
  return result;
}

unsigned Product::getDim(AffineMap map, unsigned loop) {
  return *map.getResultPosition(getAffineDimExpr(loop, map.getContext()));
}

void Products::add(Product product) {
  byResult[product.from.op->getResult(0)] = raised.size();
  raised.push_back(std::move(product));
}

Product *Products::lookup(Value value) {
  auto it = byResult.find(value);
  return it == byResult.end() ? nullptr : &raised[it->second];
}

static StringRef getSourceName(Operation *op) {
  return isa<CallOpInterface>(op) ? getCalleeName(op)
                                  : op->getName().getStringRef();
}

static bool isOfRankTwo(Value value) {
  auto type = value ? dyn_cast<ShapedType>(value.getType()) : ShapedType();
  return type && type.hasRank() && type.getRank() == 2;
}

LogicalResult raise::classify(Products &products) {
  const WeightAnalysis &analysis = products.analysis;
  LogicalResult result = success();
  for (Contraction &from : products.found) {
    Product product;
    product.from = from;
    product.lhs = analysis.lookup(from.lhs->get());
    product.rhs = analysis.lookup(from.rhs->get());
    OriginLevel low = std::min(product.lhs.level, product.rhs.level);
    OriginLevel high = std::max(product.lhs.level, product.rhs.level);
    if (low <= OriginLevel::Neutral)
      continue;

    llvm::SmallBitVector sum = decoder::getLoops(from.outMap).flip();
    bool isProbability = false, isMatrix = false;
    for (const Origin &side : {product.lhs, product.rhs}) {
      const Product *source = products.lookup(side.source);
      isProbability |= side.exponential && source && !source->isProjection;
      isMatrix |= side.level == OriginLevel::Weight && isOfRankTwo(side.source);
    }
    // One key attended is still an attention, and a matrix of one row a weight;
    // a vector of frequencies is none.
    if (product.getExtent(sum) == 1 && !isProbability && !isMatrix)
      continue;
    if (high == OriginLevel::Weight) {
      products.twoWeights.add(from.op);
      continue;
    }
    if (low == OriginLevel::PickedWeight && low == high) {
      products.twoPicked.add(from.op);
      continue;
    }
    if (!from.hasStaticShape()) {
      result = from.op->emitOpError(
          "is a matrix product whose sizes are not all known; export the model "
          "with static shapes, give this value a static type, or set the sizes "
          "of arguments with 'dim' (--onebit-set-dims)");
      continue;
    }

    product.isProjection = low < OriginLevel::Unknown && low < high;
    bool swap = product.isProjection
                    ? product.lhs.level == low
                    // Probabilities on the left; an einsum may put them right.
                    : product.rhs.exponential && !product.lhs.exponential;
    if (swap)
      product.swapSides();
    // A dot product of two activations is not a product of matrices.
    if (!product.isProjection &&
        cast<RankedTensorType>(from.op->getResult(0).getType()).getRank() == 0)
      continue;
    for (const Origin &side : {product.lhs, product.rhs})
      if (side.level == OriginLevel::Unknown) {
        products.unknownSides.add(from.op,
                                  getSourceName(side.source.getDefiningOp()));
        break;
      }
    product.groups.resize(from.outMap.getNumDims());
    products.add(std::move(product));
  }
  return result;
}

void raise::nameProjections(Products &products) {
  const WeightAnalysis &analysis = products.analysis;
  llvm::SmallDenseSet<Value> tables(analysis.getPickedWeights().begin(),
                                    analysis.getPickedWeights().end());
  Product *last = nullptr;
  bool hasHead = false;
  for (Product &product : products.raised) {
    if (!product.isProjection)
      continue;
    last = &product;
    Value weight = product.rhs.source;
    StringRef name = analysis.getWeightName(weight);
    WeightName known = parseWeightName(name);
    product.role = known.role;
    product.layer = known.layer;
    product.name = getProductName(name).str();
    if (known.isGate) {
      llvm::SmallBitVector lhs = decoder::getLoops(product.from.lhsMap);
      int64_t n = product.getExtent(lhs.flip());
      int64_t k =
          product.getExtent(decoder::getLoops(product.from.outMap).flip());
      product.role = n <= k / 4 ? ProductRole::Router : ProductRole::Gate;
    }
    bool isTable = product.rhs.level == OriginLevel::Weight &&
                   (known.isEmbedding || tables.contains(weight));
    if (isTable) {
      product.role = ProductRole::LMHead;
      product.name = "lm_head";
      products.tied.emplace_back(name.str(), product.from.op->getLoc());
    }
    hasHead |= product.role == ProductRole::LMHead;
  }
  if (hasHead || !last || last->role != ProductRole::Other)
    return;
  int64_t n = last->getExtent(decoder::getLoops(last->from.lhsMap).flip());
  for (Value table : analysis.getPickedWeights()) {
    auto type = dyn_cast<RankedTensorType>(table.getType());
    if (type && type.getRank() == 2 && type.getDimSize(0) == n) {
      last->role = ProductRole::LMHead;
      return;
    }
  }
}
