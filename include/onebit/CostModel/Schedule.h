//===- Schedule.h - The folds of a kernel as plain numbers ------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_COSTMODEL_SCHEDULE_H
#define ONEBIT_COSTMODEL_SCHEDULE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/Hashing.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <optional>

namespace onebit {

/// A dimension of a kernel: `Batch` independent products of an M x K matrix
/// (ifmap) and a K x N matrix (filter).
enum class Dim { Batch, M, N, K };

/// `batch`, `m`, `n` or `k`.
llvm::StringRef stringifyDim(Dim dim);

/// Runs over `dim` from 0 to `extent` by `step`, in elements.
struct ScheduleLoop {
  Dim dim;
  int64_t extent, step;
  bool operator==(const ScheduleLoop &other) const {
    return dim == other.dim && extent == other.extent && step == other.step;
  }
};

/// Elements of one fold in each dimension of a product.
struct Tile {
  int64_t m, n, k;
  bool operator==(const Tile &other) const {
    return m == other.m && n == other.n && k == other.k;
  }
};

/// `count` folds of the same tile.
struct FoldClass {
  int64_t count;
  Tile tile;
  bool operator==(const FoldClass &other) const {
    return count == other.count && tile == other.tile;
  }
};

/// Which elements of the scores of causal attention are not used. Rows are
/// queries, several heads after another, columns are keys, or the other way
/// round in a transposed product. The queries of a head are at the last
/// positions of the keys: query t uses keys up to L - period + t.
struct CausalMask {
  /// M or N; the queries lie along the other.
  Dim keys;
  /// Queries of a head.
  int64_t period;
  /// A query uses its own key and so many less one before it; 0 for all.
  int64_t window;
  bool operator==(const CausalMask &other) const {
    return keys == other.keys && period == other.period &&
           window == other.window;
  }
};

/// Which folds an array does, in which order: a nest of loops around one fold.
/// In its last iteration a loop's tile is what is left of the extent.
class Schedule {
public:
  /// `loops`, outermost first, around folds of at most `tile`. A dimension
  /// without a loop is done by each fold whole (batch: one entry). Fails if two
  /// loops run over one dimension, a step is not between 1 and its extent, the
  /// tile is not the step of its loop, or a fold would do several batch
  /// entries. `transposed` folds are those of a transposed product. With a
  /// `mask` folds of which no element is used are not done; fails if it does
  /// not fit the extents.
  static llvm::Expected<Schedule>
  get(llvm::ArrayRef<ScheduleLoop> loops, Tile tile, bool transposed = false,
      std::optional<CausalMask> mask = std::nullopt);

  /// The loops, outermost first.
  llvm::ArrayRef<ScheduleLoop> getLoops() const { return loops; }
  /// The largest tile.
  const Tile &getTile() const { return tile; }

  /// Whether it is the transposed product: the ifmap is then the weight or the
  /// cached side, and the filter the activations.
  bool isTransposed() const { return transposed; }

  /// Of which folds are left out; none where all are done.
  const std::optional<CausalMask> &getMask() const { return mask; }
  /// Whether the fold in step `m` of the loop over M and `n` of that over N is
  /// left out.
  bool isHidden(int64_t m, int64_t n) const;
  /// Whether a fold is left out.
  bool hasHiddenFolds() const;
  /// Steps of the loop over `dim`, 1 where there is none.
  int64_t getNumSteps(Dim dim) const;

  /// Elements of `dim` that all folds together cover.
  int64_t getExtent(Dim dim) const;
  /// Elements of `dim` that one fold covers at most.
  int64_t getStep(Dim dim) const;
  /// Products done one after the other: batch entries.
  int64_t getNumRuns() const { return getExtent(Dim::Batch); }

  /// The folds by tile, over all batch entries: at most eight classes, a full
  /// tile or the remainder in each of m, n and k; the full tile comes first.
  /// Folds that are left out are in none of them. Fails if there are more than
  /// 2^63-1 folds, or, with a mask, more than 2^24 in a batch entry.
  llvm::Expected<llvm::SmallVector<FoldClass, 8>> getFoldClasses() const;

  bool operator==(const Schedule &other) const {
    return loops == other.loops && tile == other.tile &&
           transposed == other.transposed && mask == other.mask;
  }

private:
  Schedule(llvm::ArrayRef<ScheduleLoop> loops, Tile tile, bool transposed)
      : loops(loops), tile(tile), transposed(transposed) {}
  const ScheduleLoop *lookupLoop(Dim dim) const;

  llvm::SmallVector<ScheduleLoop, 4> loops;
  Tile tile;
  bool transposed;
  std::optional<CausalMask> mask;
};

llvm::hash_code hash_value(const Schedule &schedule);

} // namespace onebit

#endif // ONEBIT_COSTMODEL_SCHEDULE_H
