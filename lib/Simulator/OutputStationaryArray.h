//===- OutputStationaryArray.h - Sums that stay -----------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_SIMULATOR_OUTPUTSTATIONARYARRAY_H
#define ONEBIT_LIB_SIMULATOR_OUTPUTSTATIONARYARRAY_H

#include "Registers.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"
#include <deque>

namespace onebit::sim {

/// Processing elements that keep their sums. An element multiplies what comes
/// from its left and from above, passes both on, and adds the product to its
/// sum. Sums leave at row 0: hidden, each element has a drain register from
/// which a finished sum climbs while the next fold runs; exposed, the sums of
/// all elements climb when all are finished.
class OutputStationaryArray {
public:
  OutputStationaryArray(int64_t rows, int64_t columns, bool hidden);

  /// The part of the array that a fold of sums has.
  struct Extent {
    int64_t fold = 0;
    int64_t rows = 1, columns = 1;
    /// Cycles in which a row of its sums leaves.
    int64_t delta = 1;
  };

  /// Exposed: uses so many rows and columns from now on. Nothing may be under
  /// way.
  void reshape(int64_t rows, int64_t columns);

  /// The first lanes come into the array in this cycle, the others skewed. Both
  /// operands of a vector come in the same cycle.
  llvm::Error enterIfmap(llvm::ArrayRef<int16_t> lanes, VectorTag tag);
  llvm::Error enterFilter(llvm::ArrayRef<int16_t> lanes, VectorTag tag);
  /// The vector of this cycle is the last one of a fold.
  void enterLast(const Extent &extent);

  using Sink = llvm::function_ref<llvm::Error(int64_t fold, int64_t row,
                                              int64_t column, int32_t sum)>;

  /// A cycle has two halves. Sums move; `sink` gets those of which the last bit
  /// leaves.
  llvm::Error drain(Sink sink);
  /// Operands move and multiply; finished sums go to their drain registers.
  llvm::Error multiply();

  /// Whether the last sum of all folds up to `fold` has left column 0, so that
  /// the next sum may come to its drain register.
  bool hasDrained(int64_t fold) const { return drainedFold >= fold; }
  /// Whether nothing is under way.
  bool isIdle() const { return operandCycles == 0 && !isDraining(); }
  /// Steps of processing elements so far.
  int64_t getSteps() const { return steps; }

private:
  /// A fold whose last vector has come in.
  struct Finishing {
    Extent extent;
    int64_t numFinished = 0, numLeft = 0;
    int64_t size() const { return extent.rows * extent.columns; }
  };

  bool isDraining() const {
    return hidden ? chainCycles != 0 : !finishing.empty();
  }
  Finishing &lookup(int64_t fold) {
    return finishing[fold - finishing.front().extent.fold];
  }
  llvm::Error finish(const Extent &extent, int64_t row, int64_t column);
  llvm::Error drainHidden(Sink sink);
  llvm::Error drainExposed(Sink sink);
  void controlChain();
  llvm::Error leave(Sink sink);
  llvm::Error climb();

  int64_t rows, columns;
  /// Registers from one row to the next.
  const int64_t stride;
  const bool hidden;

  Tagged<RowLines, int16_t> ifmap;
  Tagged<ColumnLines, int16_t> filter;
  /// Cycles until no operand is left in the array.
  int64_t operandCycles = 0;
  std::vector<int32_t> sums;
  int64_t steps = 0;

  /// The last vectors of folds, and for how many cycles they have been in the
  /// array.
  struct Wave {
    Extent extent;
    int64_t age;
  };
  std::deque<Wave> waves;
  /// Folds whose sums have not all left, in order.
  std::deque<Finishing> finishing;
  int64_t drainedFold = -1;

  /// Drain registers: sums, and one more than the number of their fold; 0 where
  /// empty.
  std::vector<int32_t> chainSums, chainFolds;
  int64_t numInChain = 0;
  /// Cycles until the chain stands still.
  int64_t chainCycles = 0;
  /// -1 where the sum of a row climbs, or leaves from row 0: what column 0
  /// does, and column j j cycles later.
  RowLines<int32_t> moves;
  /// In column 0: cycles until the port is free, sums of the fold that have
  /// left.
  int64_t portCycles = 0, numLeftInColumn0 = 0;
  /// The sum that passes the port in a column, and how many of its fold are
  /// still to come.
  struct Leaving {
    int64_t cycles = 0;
    int64_t fold = -1, rowsToCome = 0;
    int32_t sum = 0;
  };
  std::vector<Leaving> leaving;

  /// Exposed: the row that leaves, and for how many more cycles.
  int64_t leavingRow = 0, leavingCycles = 0;
};

} // namespace onebit::sim

#endif // ONEBIT_LIB_SIMULATOR_OUTPUTSTATIONARYARRAY_H
