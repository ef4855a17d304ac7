//===- Readings.h - What a cycle may be counted for -------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The same folds on the same array, counted in several ways that are all in
// use. A share of cycles depends on which of them is meant; docs/explain.md.
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_COSTMODEL_READINGS_H
#define ONEBIT_COSTMODEL_READINGS_H

#include "onebit/CostModel/CostModel.h"

namespace onebit {

/// A way to count, from the one that counts most waiting to the one that counts
/// none. All but the first and the last two are cycles of the family `onebit`
/// on the array as it is described, but for overlap and idle lanes.
enum class Reading {
  /// Cycles of the family `scale-sim-v2`.
  ScaleSim,
  /// Folds one after the other, each complete before the next.
  Exposed,
  /// The same, and no fold waits for rows and columns that it does not use.
  IdleLanesSkipped,
  /// The same, and preload and drain are hidden behind the folds of the same
  /// batch entry.
  FoldsOverlapped,
  /// The same, behind those of others, too.
  BatchOverlapped,
  /// Steps of the array: vectors that stream in. No fill, drain or stall.
  Steps,
  /// Multiplications, or additions in their place; no cycles.
  MACs
};
llvm::ArrayRef<Reading> getReadings();

/// `scale_sim`, `exposed`, `idle_lanes_skipped` and so on: keys of JSON.
llvm::StringRef stringifyReading(Reading reading);

/// What `schedule` counts for on `array`. Fails as `CostModel::price` does.
llvm::Expected<int64_t> evaluateReading(Reading reading,
                                        const Schedule &schedule,
                                        const ArrayDesc &array,
                                        FilterKind filter);

} // namespace onebit

#endif // ONEBIT_COSTMODEL_READINGS_H
