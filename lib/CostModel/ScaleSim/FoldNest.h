//===- FoldNest.h - The folds of one run, one after the other ---*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// SCALE-Sim writes down every request of every port in every cycle. The same in
// closed form: in which cycle does a port ask for the n-th word of an operand?
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_COSTMODEL_SCALESIM_FOLDNEST_H
#define ONEBIT_LIB_COSTMODEL_SCALESIM_FOLDNEST_H

#include "onebit/CostModel/CostModel.h"
#include "onebit/CostModel/ScaleSimMemory.h"
#include <array>
#include <utility>

namespace onebit::scalesim {

/// What a dimension of a product is to the array.
enum class Axis { Row, Column, Time };

/// In which cycles of a fold an operand's ports ask for the fold's words:
/// `length` rows of `width` words, a row each cycle from `first` on. If skewed,
/// column c comes c cycles later.
struct Pattern {
  int64_t first, length, width;
  bool skewed;

  int64_t getNumWords() const { return length * width; }
  /// Lines, that is cycles, from the first to the last word.
  int64_t getNumLines() const { return skewed ? length + width - 1 : length; }
  /// Words of a skewed pattern before `line`, which may lie outside.
  int64_t getWordsBefore(int64_t line) const;
  /// The line of a word.
  int64_t getLine(int64_t word) const;
};

/// An operand: the axes of its two dimensions, and the one along which the
/// array asks for the same words again.
struct Operand {
  Axis dims[2], reuse;
  bool has(Axis axis) const { return axis != reuse; }
};

/// One of three loops.
struct FoldLoop {
  Axis axis;
  int64_t extent, step, trips;
  /// Folds in one iteration.
  int64_t inside;

  /// Elements that iteration `trip` covers.
  int64_t getSize(int64_t trip) const {
    return trip + 1 < trips ? step : extent - trip * step;
  }
};

/// The folds of one batch entry, one after the other: a nest of three loops,
/// over rows, columns and time, and the requests of three operands on it.
/// Requests are counted in the order of cycles and, within a cycle, of ports.
class FoldNest {
public:
  /// A batch loop may stand anywhere: each entry is a run of its own. Fails,
  /// naming the figure, if cycles or requests exceed 2^61.
  static llvm::Expected<FoldNest> get(const Schedule &schedule,
                                      systolic::Dataflow dataflow, int64_t rows,
                                      int64_t columns);

  systolic::Dataflow getDataflow() const { return dataflow; }
  /// The dimension that is `axis` to the array.
  Dim getDim(Axis axis) const;

  /// The iteration of each loop, outermost first.
  using Fold = std::array<int64_t, 3>;

  /// The loops, outermost first.
  llvm::ArrayRef<FoldLoop> getLoops() const { return loops; }
  const FoldLoop &getLoop(Axis axis) const { return loops[levels[int(axis)]]; }

  int64_t getNumFolds() const { return loops[0].trips * loops[0].inside; }
  Fold getFold(int64_t index) const;
  Fold getLastFold() const;
  /// Elements of `axis` in `fold`.
  int64_t getSize(const Fold &fold, Axis axis) const {
    int level = levels[int(axis)];
    return loops[level].getSize(fold[level]);
  }

  /// The cycle in which `fold` begins.
  int64_t getFirstCycle(const Fold &fold) const;
  /// Cycles of all folds.
  int64_t getNumCycles() const;

  Operand ifmap, filter, ofmap;

  /// When `fold` asks for its words of `operand`.
  Pattern getPattern(const Operand &operand, const Fold &fold) const;
  /// Different words of `operand`.
  int64_t getNumWords(const Operand &operand) const;
  /// Requests for `operand`.
  int64_t getNumRequests(const Operand &operand) const {
    return getNumWords(operand) * getLoop(operand.reuse).trips;
  }
  /// Requests for `operand` in the folds before `fold`.
  int64_t getRequestsBefore(const Operand &operand, const Fold &fold) const;
  /// The cycle of a request, which must exist.
  int64_t getCycle(const Operand &operand, int64_t request) const;
  /// The first and the last cycle with a request for `operand`.
  Span getRequestSpan(const Operand &operand) const;

private:
  FoldNest() = default;

  systolic::Dataflow dataflow;
  int64_t rows, skew;
  std::array<FoldLoop, 3> loops;
  std::array<int, 3> levels;
};

} // namespace onebit::scalesim

#endif // ONEBIT_LIB_COSTMODEL_SCALESIM_FOLDNEST_H
