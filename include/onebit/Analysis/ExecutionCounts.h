//===- ExecutionCounts.h - How often an op runs -----------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A product in a loop, or in a function that is called several times, is
// written once and runs often. Read from the program as it stands, so that
// inlining, outlining and unrolling change nothing.
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_ANALYSIS_EXECUTIONCOUNTS_H
#define ONEBIT_ANALYSIS_EXECUTIONCOUNTS_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Dominance.h"
#include "mlir/IR/Operation.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SetVector.h"
#include <optional>

namespace onebit {

/// How often an op runs when each entry of its module runs once.
struct ExecutionCount {
  int64_t times = 1;
  /// Whether that is so: a loop whose number of steps is not known counts as
  /// one step, a function that calls itself as one call.
  bool isExact = true;
  /// Whether it stands in a branch that may not run: it counts as though all
  /// branches did.
  bool isConditional = false;

  bool operator==(const ExecutionCount &other) const {
    return times == other.times && isExact == other.isExact &&
           isConditional == other.isConditional;
  }
};

/// How often the body of `loop` runs each time that the loop is entered:
/// constant bounds, or a `scf.while` that compares a counter, which grows by a
/// constant, to a constant. Nothing where that is not known.
std::optional<int64_t> getTripCount(mlir::Operation *loop);

class ExecutionCounts {
public:
  explicit ExecutionCounts(mlir::ModuleOp module);

  /// Loops and calls around `op`, multiplied. Both branches of a condition are
  /// counted. A function that nothing calls runs once; so does one that only
  /// calls itself. Saturates, and is not exact, beyond 64 bits.
  ExecutionCount get(mlir::Operation *op);

private:
  ExecutionCount getOfFunction(mlir::Operation *function);
  /// Around `op`, up to the function that holds it.
  ExecutionCount getOfLoops(mlir::Operation *op);

  llvm::DenseMap<mlir::Operation *, llvm::SmallVector<mlir::Operation *, 2>>
      calls;
  llvm::DenseMap<mlir::Operation *, ExecutionCount> ofFunction;
  llvm::DenseMap<mlir::Block *, ExecutionCount> ofBlock;
  llvm::SmallPtrSet<mlir::Operation *, 4> active;
  /// Of regions with several blocks, computed when first asked.
  mlir::PostDominanceInfo postDominance;
};

} // namespace onebit

#endif // ONEBIT_ANALYSIS_EXECUTIONCOUNTS_H
