//===- MatrixView.h - Tiles of a kernel's operands --------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_CONVERSION_SYSTOLICTOSCF_MATRIXVIEW_H
#define ONEBIT_LIB_CONVERSION_SYSTOLICTOSCF_MATRIXVIEW_H

#include "dialects/systolic/Systolic.h"
#include "mlir/Dialect/Utils/ReshapeOpsUtils.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace onebit::lowering {

/// The loops of a kernel's maps by the dimension of its body that they make up:
/// each dimension is the product of its loops, the first the slowest.
struct MatrixLoops {
  explicit MatrixLoops(systolic::KernelOp kernel);

  /// Of every loop of the maps.
  llvm::SmallVector<int64_t> extents;
  llvm::SmallVector<unsigned, 4> batch, m, n, k;
};

/// Where a tile begins in a dimension of the body, and its elements there.
struct TileRange {
  mlir::OpFoldResult offset, size;
};

/// An operand of a kernel in the layout that it came in, with the loops of each
/// dimension as one: what tiles are cut from and put back into. A reshape, and
/// a transposed copy only where the loops of a dimension are not neighbours.
class MatrixView {
public:
  /// `rows` and `columns` are the loops of the two dimensions besides batch.
  MatrixView(mlir::ImplicitLocOpBuilder &b, mlir::Value operand,
             mlir::AffineMap map, const MatrixLoops &loops,
             llvm::ArrayRef<unsigned> rows, llvm::ArrayRef<unsigned> columns);

  mlir::Value get() const { return view; }
  /// `changed`, of the view's type, in the operand's own layout.
  mlir::Value restore(mlir::ImplicitLocOpBuilder &b, mlir::Value changed) const;

  /// A tile of `source`, of the view's type: one entry of the batch. `at` holds
  /// the index of each loop of the batch.
  mlir::Value slice(mlir::OpBuilder &b, mlir::Location loc, mlir::Value source,
                    llvm::ArrayRef<mlir::OpFoldResult> at, TileRange rows,
                    TileRange columns) const;
  /// `dest`, of the view's type, with such a tile replaced.
  mlir::Value insert(mlir::OpBuilder &b, mlir::Location loc, mlir::Value tile,
                     mlir::Value dest, llvm::ArrayRef<mlir::OpFoldResult> at,
                     TileRange rows, TileRange columns) const;
  /// What indexes the dimensions of a tile: `batch` those of the loops of the
  /// batch, `rows` and `columns` the others.
  llvm::SmallVector<mlir::AffineExpr, 4>
  getTileExprs(llvm::ArrayRef<mlir::AffineExpr> batch, mlir::AffineExpr rows,
               mlir::AffineExpr columns) const;

private:
  /// A dimension of the view: one loop of the batch, or all of the others.
  struct Piece {
    enum Kind { Batch, Rows, Columns } kind;
    unsigned loop;
    bool operator==(const Piece &other) const {
      return kind == other.kind && loop == other.loop;
    }
  };
  struct Box {
    llvm::SmallVector<mlir::OpFoldResult, 4> offsets, sizes, strides;
  };
  Box getBox(mlir::OpBuilder &b, llvm::ArrayRef<mlir::OpFoldResult> at,
             TileRange rows, TileRange columns) const;

  mlir::Value view;
  llvm::SmallVector<Piece, 4> pieces;
  /// What came before the view; the permutation is empty where nothing moved.
  mlir::RankedTensorType unfolded;
  llvm::SmallVector<int64_t> permutation;
  llvm::SmallVector<mlir::ReassociationIndices> reassociation;
};

} // namespace onebit::lowering

#endif // ONEBIT_LIB_CONVERSION_SYSTOLICTOSCF_MATRIXVIEW_H
