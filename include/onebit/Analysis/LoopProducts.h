//===- LoopProducts.h - Matrix products written as loops --------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Some frontends write attention as nests of loops over memory. How much such
// a nest multiplies is in its bounds: each multiplication that is added up is a
// product, the loops that its factors and its sum depend on are its extents.
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_ANALYSIS_LOOPPRODUCTS_H
#define ONEBIT_ANALYSIS_LOOPPRODUCTS_H

#include "mlir/IR/Operation.h"
#include "mlir/IR/Value.h"
#include "llvm/ADT/SmallBitVector.h"

namespace onebit {

/// A matrix product that a nest computes element by element.
struct LoopProduct {
  /// The nest's outermost loop, and what multiplies in its innermost.
  mlir::Operation *nest = nullptr, *multiplication = nullptr;
  /// The factors, elements or vectors of them.
  mlir::Value lhs, rhs;
  /// The loops of more than one step that the product is over; null stands for
  /// the lanes of a vector.
  llvm::SmallVector<mlir::Operation *> loops;
  /// How often each runs, or the number of lanes.
  llvm::SmallVector<int64_t> extents;
  /// Which of them the factors and the sum depend on.
  llvm::SmallBitVector lhsLoops, rhsLoops, outLoops;
};

/// What a nest multiplies.
struct LoopNest {
  llvm::SmallVector<LoopProduct, 2> products;
  /// Every multiplication is one of `products`, scales something that all steps
  /// share, or rescales a sum, as a running softmax does.
  bool isUnderstood = true;
};

/// Whether `op` multiplies elements, as products that are written as loops do.
bool multipliesElements(mlir::Operation *op);

/// Whether `loop` and the loops in it run a known number of times and work on
/// elements: no tensor is made in it.
bool isElementLoop(mlir::Operation *loop);

/// Reads a nest whose outermost loop is an element loop.
LoopNest readLoopNest(mlir::Operation *loop);

} // namespace onebit

#endif // ONEBIT_ANALYSIS_LOOPPRODUCTS_H
