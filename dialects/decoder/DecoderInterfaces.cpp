//===- DecoderInterfaces.cpp - the normal form of a matrix product --------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/decoder/Decoder.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace onebit;
using namespace onebit::decoder;

#include "dialects/decoder/DecoderInterfaces.cpp.inc"

AffineMap decoder::getIndexingMap(ArrayAttr maps, unsigned i) {
  return cast<AffineMapAttr>(maps[i]).getValue();
}

llvm::SmallBitVector decoder::getLoops(AffineMap map) {
  llvm::SmallBitVector loops(map.getNumDims());
  for (AffineExpr expr : map.getResults())
    loops.set(cast<AffineDimExpr>(expr).getPosition());
  return loops;
}

ProductDims decoder::inferProductDims(ArrayAttr indexingMaps,
                                      ArrayRef<int64_t> queryGroups) {
  llvm::SmallBitVector lhs = getLoops(getIndexingMap(indexingMaps, 0));
  llvm::SmallBitVector rhs = getLoops(getIndexingMap(indexingMaps, 1));
  llvm::SmallBitVector out = getLoops(getIndexingMap(indexingMaps, 2));
  ProductDims dims;
  for (unsigned i = 0, e = out.size(); i < e; ++i) {
    if (!out[i])
      dims.k.push_back(i);
    else if (llvm::is_contained(queryGroups, i) || (lhs[i] && rhs[i]))
      dims.batch.push_back(i);
    else
      (rhs[i] ? dims.n : dims.m).push_back(i);
  }
  return dims;
}

SmallVector<int64_t> decoder::inferLoopExtents(ArrayAttr indexingMaps,
                                               RankedTensorType lhs,
                                               RankedTensorType rhs) {
  SmallVector<int64_t> extents(getIndexingMap(indexingMaps, 0).getNumDims(), 1);
  for (auto [type, i] : {std::pair(lhs, 0u), std::pair(rhs, 1u)})
    for (auto [expr, size] : llvm::zip_equal(
             getIndexingMap(indexingMaps, i).getResults(), type.getShape()))
      extents[cast<AffineDimExpr>(expr).getPosition()] = size;
  return extents;
}

ProductDims MatrixProductOpInterface::getProductDims() {
  return inferProductDims(getIndexingMaps(), getQueryGroups());
}

ProductShape MatrixProductOpInterface::getProductShape(bool queryRows) {
  SmallVector<int64_t> extents = inferLoopExtents(
      getIndexingMaps(), cast<RankedTensorType>(getLhs().getType()),
      cast<RankedTensorType>(getRhs().getType()));
  auto product = [&](ArrayRef<unsigned> group) {
    int64_t result = 1;
    for (unsigned i : group)
      if (llvm::MulOverflow(result, extents[i], result))
        return std::numeric_limits<int64_t>::max();
    return result;
  };
  // Without query groups their loops are M, for the right side has none of
  // them.
  ProductDims dims = inferProductDims(
      getIndexingMaps(), queryRows ? ArrayRef<int64_t>() : getQueryGroups());
  return {product(dims.batch), product(dims.m), product(dims.n),
          product(dims.k)};
}

LogicalResult decoder::verifyMatrixProduct(Operation *op) {
  auto product = cast<MatrixProductOpInterface>(op);
  SmallVector<RankedTensorType, 4> types = {
      cast<RankedTensorType>(product.getLhs().getType()),
      cast<RankedTensorType>(product.getRhs().getType()),
      cast<RankedTensorType>(op->getResult(0).getType())};
  if (Value init = product.getInit())
    types.push_back(cast<RankedTensorType>(init.getType()));
  static constexpr StringLiteral kNames[] = {"left side", "right side",
                                             "result", "init"};

  // product_c1
  ArrayAttr maps = product.getIndexingMaps();
  if (maps.size() != types.size())
    return op->emitOpError("must have one indexing map for each operand and "
                           "the result, ")
           << types.size() << " in all, got " << maps.size();
  unsigned loops = getIndexingMap(maps, 0).getNumDims();
  SmallVector<int64_t> extents(loops, -1);
  SmallVector<llvm::SmallBitVector, 4> used;
  for (auto [i, type] : llvm::enumerate(types)) {
    AffineMap map = getIndexingMap(maps, i);
    if (map.getNumDims() != loops)
      return op->emitOpError("all indexing maps must be over the same loops, "
                             "but the map of the ")
             << kNames[i] << " has " << map.getNumDims() << " and not "
             << loops;
    // product_c2
    if (map.getNumSymbols() != 0 || !map.isProjectedPermutation() ||
        map.getNumResults() != type.getRank())
      return op->emitOpError("the map of the ")
             << kNames[i] << " must be a projected permutation with "
             << type.getRank() << " results, got " << maps[i];
    // product_c3
    for (auto [expr, size] :
         llvm::zip_equal(map.getResults(), type.getShape())) {
      unsigned loop = cast<AffineDimExpr>(expr).getPosition();
      if (ShapedType::isDynamic(size))
        return op->emitOpError("the ")
               << kNames[i] << " must have a static shape, got " << type;
      if (extents[loop] >= 0 && extents[loop] != size)
        return op->emitOpError("loop ")
               << loop << " has extent " << extents[loop] << ", but the "
               << kNames[i] << " has " << size << " there";
      extents[loop] = size;
    }
    used.push_back(getLoops(map));
  }
  for (unsigned loop = 0; loop < loops; ++loop) {
    bool lhs = used[0][loop], rhs = used[1][loop], out = used[2][loop];
    // product_c4
    if ((!lhs && !rhs) || (lhs != rhs && !out))
      return op->emitOpError("loop ")
             << loop
             << " must be summed over both sides or be kept from at least one "
                "in the result";
    // product_c5
    if (used.size() == 4 && used[3][loop] && !out)
      return op->emitOpError("loop ")
             << loop << " of the init must be a loop of the result";
  }
  // attention_product_c7
  for (int64_t loop : product.getQueryGroups())
    if (loop < 0 || loop >= loops || !used[0][loop] || used[1][loop] ||
        !used[2][loop])
      return op->emitOpError("query group ")
             << loop
             << " must be a loop of the left side and the result that the "
                "right side does not have";
  return success();
}
