//===- OperandView.h - What an operand is a view of ------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_ANALYSIS_OPERANDVIEW_H
#define ONEBIT_ANALYSIS_OPERANDVIEW_H

#include "mlir/IR/AffineMap.h"
#include "mlir/IR/Value.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallBitVector.h"
#include <optional>

namespace onebit {

/// A value read in a loop nest: which loop indexes each of its dimensions.
struct OperandView {
  mlir::Value value;
  /// Per dimension the loop, or nothing where every index reads the same.
  llvm::SmallVector<std::optional<unsigned>> loops;

  /// Whether every dimension has a loop, so that the value can be an operand
  /// as it is.
  bool isDirect() const;
  /// The map of the dimensions that have a loop.
  mlir::AffineMap getMap(unsigned numLoops, mlir::MLIRContext *context) const;
  /// The loops that some dimension has.
  llvm::SmallBitVector getLoops(unsigned numLoops) const;
};

/// Looks through what only rearranges or repeats elements: transposes,
/// broadcasts, reshapes, of linalg, tensor and TOSA, and generic ops that do
/// the same. A dimension that turns out to be a repetition loses its loop; only
/// loops in `droppable` may be lost altogether. Returns the innermost value
/// that can be read so.
OperandView traceOperand(mlir::Value value, mlir::AffineMap map,
                         const llvm::SmallBitVector &droppable);

/// Proves that a value does not change along a dimension, also through
/// elementwise work on what was repeated.
class UniformDims {
public:
  bool isUniform(mlir::Value value, int64_t dim);

private:
  bool compute(mlir::Value value, int64_t dim);
  llvm::DenseMap<std::pair<mlir::Value, int64_t>, bool> known;
  unsigned depth = 0;
};

} // namespace onebit

#endif // ONEBIT_ANALYSIS_OPERANDVIEW_H
