//===- Attention.cpp - Scores and values ----------------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Products.h"
#include "onebit/Analysis/DimTrace.h"
#include "onebit/Analysis/WeightNames.h"

using namespace mlir;
using namespace onebit;
using namespace onebit::raise;
using decoder::ProductRole;

/// Whether the keys of `scores` stand on its left. What the values product sums
/// over are the keys; failing that, the names of the projections tell.
static bool hasKeysLeft(const Product &scores, const Product &values,
                        Products &products) {
  auto roleOf = [&](const Origin &side) {
    const Product *source = products.lookup(side.source);
    return source ? source->role : ProductRole::Other;
  };
  if (roleOf(scores.lhs) == ProductRole::Q ||
      roleOf(scores.rhs) == ProductRole::K)
    return false;
  if (roleOf(scores.lhs) == ProductRole::K ||
      roleOf(scores.rhs) == ProductRole::Q)
    return true;

  SmallVector<int64_t> extents = values.from.getLoopExtents();
  llvm::SmallBitVector reduced = decoder::getLoops(values.from.outMap).flip();
  for (unsigned loop : reduced.set_bits()) {
    if (extents[loop] == 1)
      continue;
    std::optional<DimOrigin> origin =
        traceDim(products.analysis, values.from.lhs->get(),
                 Product::getDim(values.from.lhsMap, loop),
                 scores.from.op->getResult(0));
    if (!origin || !origin->getExactDim())
      return false;
    unsigned key = scores.from.outMap.getDimPosition(*origin->getExactDim());
    return scores.getRowLoops().test(key);
  }
  return false;
}

/// Rows of scores and values that run over query heads and not over tokens.
/// Those of the scores come from the features of the query projection, those of
/// the values from the scores.
static void findQueryGroups(Product &product, const Product &source,
                            const WeightAnalysis &analysis) {
  // The dimensions of the source's result that run over heads.
  llvm::SmallBitVector heads(source.from.outMap.getNumResults());
  for (auto [i, expr] : llvm::enumerate(source.from.outMap.getResults())) {
    unsigned loop = cast<AffineDimExpr>(expr).getPosition();
    heads[i] = source.isProjection
                   ? !decoder::getLoops(source.from.lhsMap)[loop]
                   : source.groups[loop];
  }

  SmallVector<int64_t> extents = product.from.getLoopExtents();
  Value lhs = product.from.lhs->get();
  llvm::SmallBitVector rows = product.getRowLoops();
  for (unsigned loop : rows.set_bits()) {
    if (extents[loop] == 1)
      continue;
    unsigned dim = Product::getDim(product.from.lhsMap, loop);
    auto origin = traceDim(analysis, lhs, dim, product.lhs.source);
    if (!origin)
      continue;
    // Scores whose rows were merged hand them on to the values.
    if (!source.isProjection && source.mergedLoop &&
        origin->getExactDim() ==
            Product::getDim(source.from.outMap, *source.mergedLoop)) {
      product.mergedLoop = loop;
      product.mergedSizes = source.mergedSizes;
      product.mergedGroups = source.mergedGroups;
      continue;
    }
    if (!origin->dims.anyCommon(heads))
      continue;
    if (!origin->dims.test(heads)) {
      product.groups.set(loop);
      continue;
    }
    std::optional<MergedDim> merged =
        traceMergedDim(analysis, lhs, dim, product.lhs.source);
    if (!merged || product.mergedLoop || product.from.init)
      continue;
    llvm::SmallBitVector parts;
    for (const DimOrigin &part : merged->origins)
      parts.push_back(part.dims.any() && !part.dims.test(heads));
    if (parts.none())
      continue;
    product.mergedLoop = loop;
    product.mergedSizes = merged->sizes;
    product.mergedGroups = parts;
  }
}

void raise::pairAttention(Products &products) {
  for (Product &product : products.raised) {
    if (product.isProjection || !product.lhs.exponential)
      continue;
    Product *scores = products.lookup(product.lhs.source);
    if (!scores || scores->isProjection)
      continue;
    scores->role = ProductRole::Scores;
    product.role = ProductRole::Values;
    if (hasKeysLeft(*scores, product, products))
      scores->swapSides();
  }
  for (Product &product : products.raised) {
    const Product *before = products.lookup(product.lhs.source);
    if (product.isProjection || !before)
      continue;
    product.layer = before->layer;
    if (product.role == ProductRole::Other)
      continue;
    findQueryGroups(product, *before, products.analysis);
    if (product.role == ProductRole::Scores) {
      product.name = getSiblingName(before->name, "scores");
      continue;
    }
    product.name = before->name;
    if (size_t at = product.name.rfind("scores"); at != std::string::npos)
      product.name.replace(at, StringRef("scores").size(), "values");
  }
}
