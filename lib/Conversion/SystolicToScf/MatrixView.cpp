//===- MatrixView.cpp - Tiles of a kernel's operands ----------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MatrixView.h"
#include "../ToLinalg/Lowering.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace onebit;
using namespace onebit::lowering;

MatrixLoops::MatrixLoops(systolic::KernelOp kernel) {
  auto product = cast<decoder::MatrixProductOpInterface>(kernel.getOperation());
  extents = decoder::inferLoopExtents(
      product.getIndexingMaps(),
      cast<RankedTensorType>(kernel.getIfmap().getType()),
      cast<RankedTensorType>(kernel.getFilter().getType()));
  ArrayRef<int64_t> groups = kernel.getQueryGroups();
  decoder::ProductDims dims = decoder::inferProductDims(
      product.getIndexingMaps(),
      kernel.getQueryRows() ? ArrayRef<int64_t>() : groups);
  batch.assign(dims.batch.begin(), dims.batch.end());
  m.assign(dims.m.begin(), dims.m.end());
  n.assign(dims.n.begin(), dims.n.end());
  k.assign(dims.k.begin(), dims.k.end());
  // A mask has the queries of one head after those of another.
  std::stable_partition(m.begin(), m.end(), [&](unsigned loop) {
    return llvm::is_contained(groups, static_cast<int64_t>(loop));
  });
  if (kernel.getTransposed())
    std::swap(m, n);
}

/// Whether the loops of `group` that `order` has are neighbours there, in the
/// order of the group.
static bool areNeighbours(ArrayRef<unsigned> order, ArrayRef<unsigned> group) {
  auto isInGroup = [&](unsigned loop) {
    return llvm::is_contained(group, loop);
  };
  SmallVector<unsigned> present = llvm::filter_to_vector(
      group, [&](unsigned loop) { return llvm::is_contained(order, loop); });
  const unsigned *first = llvm::find_if(order, isInGroup);
  return ArrayRef<unsigned>(first, order.end()).take_front(present.size()) ==
         ArrayRef<unsigned>(present);
}

MatrixView::MatrixView(ImplicitLocOpBuilder &b, Value operand, AffineMap map,
                       const MatrixLoops &loops, ArrayRef<unsigned> rows,
                       ArrayRef<unsigned> columns)
    : view(operand) {
  SmallVector<unsigned> layout;
  for (AffineExpr expr : map.getResults())
    layout.push_back(cast<AffineDimExpr>(expr).getPosition());
  // Loops of one iteration may stand anywhere.
  auto isLong = [&](unsigned loop) { return loops.extents[loop] != 1; };

  SmallVector<unsigned> order = llvm::filter_to_vector(layout, isLong);
  SmallVector<unsigned> longRows = llvm::filter_to_vector(rows, isLong);
  SmallVector<unsigned> longColumns = llvm::filter_to_vector(columns, isLong);
  if (!areNeighbours(order, longRows) || !areNeighbours(order, longColumns)) {
    SmallVector<unsigned> moved;
    for (ArrayRef<unsigned> group :
         {ArrayRef<unsigned>(loops.batch), rows, columns})
      for (unsigned loop : group)
        if (const auto *at = llvm::find(layout, loop); at != layout.end()) {
          moved.push_back(loop);
          permutation.push_back(at - layout.begin());
        }
    layout = moved;
    view = transpose(b, view, permutation);
  }

  unfolded = getTensorType(view);
  ReassociationIndices leading;
  for (auto [dim, loop] : llvm::enumerate(layout)) {
    auto index = static_cast<int64_t>(dim);
    if (!isLong(loop)) {
      (reassociation.empty() ? leading : reassociation.back()).push_back(index);
      continue;
    }
    Piece piece = {Piece::Batch, loop};
    if (llvm::is_contained(rows, loop))
      piece = {Piece::Rows, 0};
    else if (llvm::is_contained(columns, loop))
      piece = {Piece::Columns, 0};
    if (pieces.empty() || !(pieces.back() == piece)) {
      pieces.push_back(piece);
      reassociation.emplace_back();
      if (pieces.size() == 1)
        reassociation.back() = leading;
    }
    reassociation.back().push_back(index);
  }
  if (pieces.size() != layout.size())
    view = tensor::CollapseShapeOp::create(b, view, reassociation);
}

Value MatrixView::restore(ImplicitLocOpBuilder &b, Value changed) const {
  if (changed.getType() != unfolded)
    changed =
        tensor::ExpandShapeOp::create(b, unfolded, changed, reassociation);
  if (!permutation.empty())
    changed = transpose(b, changed, invertPermutationVector(permutation));
  return changed;
}

MatrixView::Box MatrixView::getBox(OpBuilder &b, ArrayRef<OpFoldResult> at,
                                   TileRange rows, TileRange columns) const {
  Box box;
  const OpFoldResult one = b.getIndexAttr(1);
  for (const Piece &piece : pieces) {
    TileRange range = {
        piece.kind == Piece::Batch ? at[piece.loop] : OpFoldResult(), one};
    if (piece.kind == Piece::Rows)
      range = rows;
    if (piece.kind == Piece::Columns)
      range = columns;
    box.offsets.push_back(range.offset);
    box.sizes.push_back(range.size);
    box.strides.push_back(one);
  }
  return box;
}

Value MatrixView::slice(OpBuilder &b, Location loc, Value source,
                        ArrayRef<OpFoldResult> at, TileRange rows,
                        TileRange columns) const {
  Box box = getBox(b, at, rows, columns);
  return tensor::ExtractSliceOp::create(b, loc, source, box.offsets, box.sizes,
                                        box.strides);
}

Value MatrixView::insert(OpBuilder &b, Location loc, Value tile, Value dest,
                         ArrayRef<OpFoldResult> at, TileRange rows,
                         TileRange columns) const {
  Box box = getBox(b, at, rows, columns);
  return tensor::InsertSliceOp::create(b, loc, tile, dest, box.offsets,
                                       box.sizes, box.strides);
}

SmallVector<AffineExpr, 4> MatrixView::getTileExprs(ArrayRef<AffineExpr> batch,
                                                    AffineExpr rows,
                                                    AffineExpr columns) const {
  SmallVector<AffineExpr, 4> exprs;
  for (const Piece &piece : pieces) {
    switch (piece.kind) {
    case Piece::Batch:
      exprs.push_back(batch[piece.loop]);
      break;
    case Piece::Rows:
      exprs.push_back(rows);
      break;
    case Piece::Columns:
      exprs.push_back(columns);
      break;
    }
  }
  return exprs;
}
