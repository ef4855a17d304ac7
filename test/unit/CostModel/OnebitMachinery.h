//===- OnebitMachinery.h - The machine, vector by vector --------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_TEST_UNIT_COSTMODEL_ONEBITMACHINERY_H
#define ONEBIT_TEST_UNIT_COSTMODEL_ONEBITMACHINERY_H

#include "TestSchedules.h"
#include <set>

namespace onebit::test {

/// A loop's values by which a tile is named: batch, m, n, k.
using Values = std::array<int64_t, 4>;

struct Fold {
  Values at;
  int64_t m, n, k;
  /// As the array sees it.
  int64_t r, c, steps;
  bool beginsK, endsK;
};

enum Case { OnChip, Whole, ByTile, ByVectors };

/// One of ifmap, filter and ofmap.
struct Matrix {
  Format format;
  int64_t kb, port;
  /// Whether it is to come from DRAM and to go there.
  bool dram;
  /// Dimensions that name a tile.
  std::set<int> dims;
  bool stays;
  Case residency = Whole;
  int64_t vectorsPerGroup = 0;
  /// Of each fold, the group of its vector 0; vector t is in group
  /// firstGroup + t / vectorsPerGroup under ByVectors, else in firstGroup.
  std::vector<int64_t> firstGroup;
  /// Of each group, the last fold that uses it.
  std::vector<size_t> lastFold;
  /// Of each group, when it is released; -1 while that is not known.
  std::vector<int64_t> released;
  /// Of each group of ofmap, write-backs that have not ended.
  std::vector<int64_t> outstanding;
  /// When each vector of a tile that was loaded has arrived. Under ByVectors of
  /// the current fold.
  std::map<Values, std::vector<int64_t>> arrivals;

  int64_t group(size_t fold, int64_t vector) const {
    return firstGroup[fold] +
           (residency == ByVectors ? vector / vectorsPerGroup : 0);
  }
  bool unlimited() const { return kb == 0; }
};

inline int64_t bitsOf(int64_t elements, const Format &format) {
  return ceilDiv(elements * format.bits, format.elements);
}

/// The machine's state while its folds run; OnebitReference.h says what it is
/// for.
class Machinery {
public:
  Machinery(const Schedule &schedule, const ArrayDesc &array, FilterKind kind);
  Figures run();

private:
  Values nameTile(const Matrix &matrix, const Fold &fold) const {
    Values name = fold.at;
    for (int dim = 0; dim < 4; ++dim)
      if (!matrix.dims.count(dim))
        name[dim] = 0;
    return name;
  }
  /// Elements of a vector and vectors of the fold, as DRAM sees them.
  int64_t lanes(const Matrix &matrix, const Fold &fold) const {
    if (&matrix == &ofmap)
      return is ? fold.m : fold.n;
    if (&matrix == &ifmap)
      return os ? fold.m : fold.k;
    return os ? fold.n : fold.k;
  }
  int64_t tileElements(const Matrix &matrix, const Fold &fold) const {
    if (&matrix == &ofmap)
      return fold.m * fold.n;
    return (&matrix == &ifmap ? fold.m : fold.n) * fold.k;
  }
  int64_t atPort(const Matrix &matrix, int64_t lanes) const {
    return matrix.port ? ceilDiv(bitsOf(lanes, matrix.format), matrix.port) : 1;
  }

  void decideCases();
  void makeGroups();

  int64_t groupReady(const Matrix &matrix, int64_t group) const {
    if (matrix.unlimited() || matrix.residency == OnChip || group < 2)
      return 0;
    EXPECT_GE(matrix.released[group - 2], 0) << "waits for the future";
    return matrix.released[group - 2];
  }
  /// Start and end of a transfer.
  std::pair<int64_t, int64_t> transfer(int64_t bits, int64_t ready) {
    if (!machine.dram)
      return {ready, ready};
    int64_t start = std::max(ready, channelFree);
    channelFree = start + ceilDiv(bits, machine.dram);
    return {start, channelFree};
  }
  void load(Matrix &matrix, size_t n, int64_t vector, int64_t count);
  void loadsOfVector(size_t n, int64_t vector);
  void writeBack();
  void complete(size_t n, int64_t vector, int64_t time);

  int64_t waitFor(Metric cause, int64_t from, int64_t until) {
    if (until <= from)
      return from;
    figures[cause] += until - from;
    return until;
  }
  Metric stallOf(const Matrix &matrix) const {
    return &matrix == &ifmap    ? Metric::StallIfmapCycles
           : &matrix == &filter ? Metric::StallFilterCycles
                                : Metric::StallOfmapCycles;
  }
  int64_t readVector(size_t n, int64_t vector, int64_t could, int64_t sigma);
  void runOutputStationary(size_t n);
  void runStationary(size_t n);

  const Schedule &schedule;
  const ArrayDesc &array;
  Machine machine;
  const bool os, is;
  Matrix ifmap, filter, ofmap;
  std::vector<Fold> folds;
  Figures figures;

  int64_t channelFree = 0, writtenBy = 0;
  /// e of the last vector, E or the end of an exposed drain.
  int64_t feeder = 0;
  int64_t lastComplete = 0, allComplete = 0, firstRead = 0, lastSigma = 1;
  /// x(n-1, r-1), and delta(n-1); none before fold 0.
  std::optional<std::pair<int64_t, int64_t>> lastRow;
  /// What is complete and stands to be written back.
  struct Unwritten {
    int64_t bits, when, group;
    Values tile;
    int64_t firstVector, lastVector;
  };
  std::optional<Unwritten> unwritten;
  /// By group of ofmap: the end of its last write-back so far.
  std::map<int64_t, int64_t> groupWritten;
};

} // namespace onebit::test

#endif // ONEBIT_TEST_UNIT_COSTMODEL_ONEBITMACHINERY_H
