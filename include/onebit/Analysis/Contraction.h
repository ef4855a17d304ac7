//===- Contraction.h - Matrix products of other dialects --------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_ANALYSIS_CONTRACTION_H
#define ONEBIT_ANALYSIS_CONTRACTION_H

#include "mlir/IR/AffineMap.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Operation.h"
#include "llvm/ADT/DenseMap.h"

namespace onebit {

/// A matrix product as another frontend wrote it:
/// `result[outMap] = init[outMap] + sum lhs[lhsMap] * rhs[rhsMap]`.
struct Contraction {
  enum class Kind {
    /// Not a product: no sum over a product of two operands.
    None,
    /// The members below describe it.
    Product,
    /// Multiplies and adds, but not as an einsum of two operands; `reason` says
    /// why.
    Unsupported,
    /// Multiplies and adds within each channel alone, along a window: a
    /// depthwise convolution, which is no product of matrices.
    Depthwise,
  };
  Kind kind = Kind::None;
  llvm::StringRef reason;
  mlir::Operation *op = nullptr;
  /// Operands of `op`, so that they stay right while products are rewritten.
  mlir::OpOperand *lhs = nullptr, *rhs = nullptr;
  /// What the sum starts from, or null where it is zero.
  mlir::OpOperand *init = nullptr;
  /// Projected permutations over the same loops, one result per dimension.
  mlir::AffineMap lhsMap, rhsMap, outMap;

  explicit operator bool() const { return kind == Kind::Product; }
  bool hasStaticShape() const;
  /// Whether the sum is over one element: no product of matrices.
  bool isOuter() const;
  /// Extents of the loops, in loop order; kDynamic where unknown.
  llvm::SmallVector<int64_t> getLoopExtents() const;
};

/// Reads `op` as a matrix product. Asks linalg's interfaces for maps and body,
/// so every named form, its transposed variants, `linalg.contract` and
/// `linalg.generic` are one case, also where the body converts its operands;
/// `tosa.matmul` is the other. A product without a loop to sum over, or where
/// no operand has a loop of its own although both share some (a sum of
/// squares), is None. A sum over pairs of elements that is no such product,
/// also where an op before made the pairs, is Unsupported; so are convolutions
/// that mix channels, and products of vectors.
Contraction matchContraction(mlir::Operation *op);

/// The contractions of a module, each read once. Bodies of structured ops,
/// which compute elements, are left out.
class Contractions {
public:
  explicit Contractions(mlir::ModuleOp module);

  /// What `matchContraction` said of `op`; None also for ops that it was not
  /// asked of.
  Contraction lookup(mlir::Operation *op) const;
  /// What is not None, in program order.
  llvm::ArrayRef<Contraction> get() const { return all; }

private:
  llvm::SmallVector<Contraction> all;
  llvm::DenseMap<mlir::Operation *, unsigned> index;
};

/// Whether every element of `value` is known to be zero, or undefined.
bool isZero(mlir::Value value);

} // namespace onebit

#endif // ONEBIT_ANALYSIS_CONTRACTION_H
