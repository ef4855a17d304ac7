//===- OperandStationaryArray.h - Weights or inputs that stay ---*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_SIMULATOR_OPERANDSTATIONARYARRAY_H
#define ONEBIT_LIB_SIMULATOR_OPERANDSTATIONARYARRAY_H

#include "Registers.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <deque>

namespace onebit::sim {

/// Processing elements that keep an operand (`ws` a weight, `is` an input). An
/// element multiplies what comes from its left by what it keeps, adds that to
/// the sum that comes from above, and passes both on; sums leave below the last
/// row. A tile falls in from above through shadow registers, each row as far
/// down as the register below is empty, and the element takes it over when the
/// first vector of its fold arrives.
class OperandStationaryArray {
public:
  OperandStationaryArray(int64_t rows, int64_t columns);

  /// Uses so many rows and columns from now on. Nothing may be under way.
  void reshape(int64_t rows, int64_t columns);

  /// The part of the array that a fold has: the last of its rows, the first of
  /// its columns.
  struct Extent {
    int64_t fold = 0;
    int64_t passed = 0, columns = 1;
  };

  /// A row of a fold's tile has come to row 0, in column j j cycles later.
  llvm::Error preload(llvm::ArrayRef<int16_t> row, int64_t fold);
  /// A vector comes to column 0 in this cycle, to row i i cycles later; its
  /// sums, zeros, to the columns in the same way. `rows` has one element for
  /// each row.
  llvm::Error enterLanes(llvm::ArrayRef<int16_t> lanes, VectorTag tag);
  llvm::Error enterSums(VectorTag tag);
  /// The vector of this cycle is the first one of a fold.
  void enterFirst(const Extent &extent) { fronts.push_back({extent, 0}); }

  using Sink = llvm::function_ref<llvm::Error(VectorTag tag, int64_t column,
                                              int32_t sum)>;

  /// One cycle. `sink` gets the sums that leave.
  llvm::Error step(Sink sink);

  /// Whether nothing is under way.
  bool isIdle() const { return vectorCycles == 0 && fallCycles == 0; }
  /// Steps of processing elements so far.
  int64_t getSteps() const { return steps; }

private:
  /// The first vector of a fold, and for how many cycles it has been here.
  struct Front {
    Extent extent;
    int64_t age;
  };

  llvm::Error takeOver(const Front &front);
  llvm::Error multiply(Sink sink);
  llvm::Error fall();

  int64_t rows, columns;
  /// Registers from one row to the next.
  const int64_t stride;

  Tagged<RowLines, int16_t> lanes;
  Tagged<ColumnLines, int32_t> sums;
  const std::vector<int32_t> zeros;
  /// Cycles until no vector is left in the array.
  int64_t vectorCycles = 0;
  int64_t steps = 0;
  std::deque<Front> fronts;

  std::vector<int16_t> kept;
  /// Shadow registers, and what of which fold is in them; 0 where empty.
  std::vector<int16_t> shadows;
  std::vector<VectorTag> shadowTags;
  /// Delay registers above row 0.
  Tagged<ColumnLines, int16_t> above;
  /// Cycles until nothing falls.
  int64_t fallCycles = 0;
};

} // namespace onebit::sim

#endif // ONEBIT_LIB_SIMULATOR_OPERANDSTATIONARYARRAY_H
