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

/// Which folds an array does, in which order: a nest of loops around one fold.
/// In its last iteration a loop's tile is what is left of the extent.
class Schedule {
public:
  /// `loops`, outermost first, around folds of at most `tile`. A dimension
  /// without a loop is done by each fold whole (batch: one entry). Fails if two
  /// loops run over one dimension, a step is not between 1 and its extent, the
  /// tile is not the step of its loop, or a fold would do several batch
  /// entries. `transposed` folds are those of a transposed product.
  static llvm::Expected<Schedule> get(llvm::ArrayRef<ScheduleLoop> loops,
                                      Tile tile, bool transposed = false);

  /// The loops, outermost first.
  llvm::ArrayRef<ScheduleLoop> getLoops() const { return loops; }
  /// The largest tile.
  const Tile &getTile() const { return tile; }

  /// Whether it is the transposed product: the ifmap is then the weight or the
  /// cached side, and the filter the activations.
  bool isTransposed() const { return transposed; }

  /// Elements of `dim` that all folds together cover.
  int64_t getExtent(Dim dim) const;
  /// Elements of `dim` that one fold covers at most.
  int64_t getStep(Dim dim) const;
  /// Products done one after the other: batch entries.
  int64_t getNumRuns() const { return getExtent(Dim::Batch); }

  /// The folds by tile, over all batch entries: at most eight classes, a full
  /// tile or the remainder in each of m, n and k; the full tile comes first.
  /// Fails if there are more than 2^63-1 folds.
  llvm::Expected<llvm::SmallVector<FoldClass, 8>> getFoldClasses() const;

  bool operator==(const Schedule &other) const {
    return loops == other.loops && tile == other.tile &&
           transposed == other.transposed;
  }

private:
  Schedule(llvm::ArrayRef<ScheduleLoop> loops, Tile tile, bool transposed)
      : loops(loops), tile(tile), transposed(transposed) {}
  const ScheduleLoop *lookupLoop(Dim dim) const;

  llvm::SmallVector<ScheduleLoop, 4> loops;
  Tile tile;
  bool transposed;
};

llvm::hash_code hash_value(const Schedule &schedule);

} // namespace onebit

#endif // ONEBIT_COSTMODEL_SCHEDULE_H
