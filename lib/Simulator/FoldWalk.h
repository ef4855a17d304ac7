//===- FoldWalk.h - Folds in order, and what they share ---------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_SIMULATOR_FOLDWALK_H
#define ONEBIT_LIB_SIMULATOR_FOLDWALK_H

#include "Parameters.h"
#include "llvm/ADT/SmallVector.h"

namespace onebit::sim {

/// How an operand of a kernel lies in its memory (section 3).
enum class Residency { OnChip, Whole, Tile, Vectors };

/// Section 3's cases for the operands of one kernel.
struct Plan {
  /// Fails if a tile that stays, or one vector, does not fit half a memory.
  static llvm::Expected<Plan> get(const Schedule &schedule,
                                  const Parameters &machine);

  PerOperand<Residency> residency{Residency::Whole, Residency::Whole,
                                  Residency::Whole};
  /// V, vectors of a group; 0 where groups are not of vectors.
  PerOperand<int64_t> groupVectors;
  /// Whether each batch entry is a kernel of its own to the memories.
  bool batchOutermost = true;
};

/// What a fold does with one operand.
struct Use {
  /// The group of its first vector; the next group of vectors is one more.
  int64_t group = 0;
  /// How many groups it uses.
  int64_t numGroups = 1;
  /// Whether it is the first or the last fold that uses its group.
  bool begins = false, ends = false;
  /// Whether something comes in from DRAM for it, or goes there after it.
  bool comesIn = false, goesOut = false;
};

/// A fold and the time that it takes on the array (section 2).
struct Fold {
  int64_t index = 0;
  /// Where its tile begins.
  int64_t batch = 0, m = 0, n = 0, k = 0;
  Tile tile{1, 1, 1};
  /// Whether its K loop is at its start, or at its end.
  bool firstK = false, lastK = false;
  PerOperand<Use> use;

  /// Rows, columns and steps that do something.
  Mapping mapping{1, 1, 1};
  /// r and c: rows and columns that are waited for.
  int64_t rows = 1, columns = 1;
  /// D, rows that vectors pass before the first of these.
  int64_t passed = 0;
  /// Cycles of a vector, of a row of the preload, and of a row of sums that
  /// leave.
  int64_t sigma = 1, rho = 1, delta = 1;

  int64_t steps() const { return mapping.time; }
};

/// Whether an element of the tile of sums that begins at `m`, `n` is used; all
/// are where the schedule has no mask.
bool usesAnElement(const Schedule &schedule, int64_t m, int64_t n);

/// Walks the folds of a schedule, the first to the last.
class FoldWalk {
public:
  FoldWalk(const Schedule &schedule, const Plan &plan,
           const Parameters &machine);

  /// Whether there is no fold any more.
  bool done() const { return isDone; }
  const Fold &operator*() const { return fold; }
  const Fold *operator->() const { return &fold; }
  void next();

private:
  using Offsets = llvm::SmallVector<int64_t, 4>;
  /// Goes on by one fold that is done; false after the last.
  bool advance(Offsets &offsets) const;
  /// Goes on by one step of the innermost loop; false after the last.
  bool step(Offsets &offsets) const;
  int64_t getOffset(Dim dim, const Offsets &offsets) const;
  bool isDoneAt(const Offsets &offsets) const;
  bool sameGroup(Operand operand, const Offsets &lhs, const Offsets &rhs) const;
  bool isFirstUse(Operand operand) const;
  void describe();
  void describeUse(Operand operand);

  Schedule schedule;
  Plan plan;
  Parameters machine;
  /// Of this fold, in the order of the loops, and of the one after it.
  Offsets offsets, nextOffsets;
  bool hasNext = false, isDone = false;
  Fold fold;
};

} // namespace onebit::sim

#endif // ONEBIT_LIB_SIMULATOR_FOLDWALK_H
