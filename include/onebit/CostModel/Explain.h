//===- Explain.h - Why a kernel takes its cycles ----------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A price taken apart: by schedule, array and figures, and by other prices of
// the same folds. docs/explain.md defines each number.
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_COSTMODEL_EXPLAIN_H
#define ONEBIT_COSTMODEL_EXPLAIN_H

#include "onebit/CostModel/CostModel.h"
#include <string>

namespace onebit {

/// What a processing element does in a cycle, or why it does nothing.
enum class PECause {
  Useful,
  IdleRows,
  IdleColumns,
  Port,
  Fill,
  Drain,
  StallIfmap,
  StallFilter,
  StallOfmap,
  /// Waiting for DRAM, where the family does not say for which operand.
  Stall
};
/// `useful`, `idle_rows` and so on: keys of JSON.
llvm::StringRef stringifyPECause(PECause cause);

/// Processing elements times cycles.
struct PEShare {
  PECause cause;
  int64_t peCycles;
};

/// From where to where bits go: through the ports of the array, by accesses of
/// its memories, over the DRAM channel.
enum class MemoryLevel { Port, Sram, Dram };
/// `port`, `sram` or `dram`.
llvm::StringRef stringifyMemoryLevel(MemoryLevel level);

/// Bits by operand.
struct OperandTraffic {
  MemoryLevel level;
  int64_t ifmapReadBits = 0, filterReadBits = 0, ofmapWriteBits = 0;
  /// Sums that are not finished; none where the family does not count them.
  std::optional<int64_t> ofmapReadBits;

  /// MACs for each byte read, none where nothing is read or not all is known.
  std::optional<double> getReuse(int64_t macs) const;
};

/// What a kernel cannot be faster than.
enum class BoundKind {
  /// Every processing element multiplies in every cycle. It never binds: an
  /// array is no faster.
  Peak,
  /// The same folds on this array when ports, memories and DRAM keep up.
  Array,
  IfmapPort,
  FilterPort,
  OfmapPort,
  Dram
};
/// `peak`, `array`, `ifmap_port` and so on.
llvm::StringRef stringifyBoundKind(BoundKind kind);

struct Bound {
  BoundKind kind;
  int64_t cycles;
};

/// One thing about the array that could be otherwise.
enum class Change {
  AmpleDram,
  AmpleMemories,
  WiderPorts,
  HiddenOverlap,
  SkippedIdleLanes,
  /// At best: all that is there before comes in while the kernel before runs.
  PrefetchedFilter,
  OutputStationary,
  WeightStationary,
  InputStationary
};
/// `ample_dram`, `hidden_overlap`, `weight_stationary` and so on.
llvm::StringRef stringifyChange(Change change);

/// The price after a change.
struct Alternative {
  Change change;
  /// None where there is no such price.
  std::optional<int64_t> cycles;
  /// Then why not.
  std::string error;
};

/// What a family says nothing about.
enum class NotModelled {
  /// Between memories and the array.
  Ports,
  /// Bits of an element.
  Widths,
  /// Folds that run beside each other.
  Overlap,
  /// Folds that do not wait for lanes that they do not use.
  SkippedIdleLanes,
  /// Output-stationary sums on their way out.
  DrainOfOutputs,
  /// Waiting for DRAM.
  Stalls,
  StallsByOperand
};
/// `ports`, `drain_of_outputs` and so on.
llvm::StringRef stringifyNotModelled(NotModelled what);

/// A kernel's price taken apart.
struct Explanation {
  /// The figure that all of this adds up to: the cycles of the family, where it
  /// has them without quirks those.
  systolic::Metric cyclesMetric;
  int64_t cycles, folds, macs;
  /// The sum of T over all folds.
  int64_t steps;
  /// How the largest fold lies on the array.
  Mapping largestFold;
  /// In the order of the enum, adding up to cycles x rows x columns.
  llvm::SmallVector<PEShare, 9> peShares;
  /// What is known, from the array outwards.
  llvm::SmallVector<OperandTraffic, 3> traffic;
  /// Those that there are; `binding` is the one of most cycles, of several the
  /// first. Peak comes first.
  llvm::SmallVector<Bound, 6> bounds;
  BoundKind binding;
  /// Whatever is not so already.
  llvm::SmallVector<Alternative, 8> alternatives;
  llvm::SmallVector<NotModelled, 6> notModelled;

  /// The alternative that saves most cycles, of several the first; none where
  /// none saves any.
  const Alternative *getBestAlternative() const;
};

/// Folds, where they run, what their filter is, and what of it may come in
/// before.
struct Work {
  Schedule schedule;
  ArrayDesc array;
  FilterKind filter;
  Prefetch prefetch = {};
};

/// Takes apart what `model` says of `work`. Other dataflows are of the same
/// product tiled anew (TileProduct.h). Fails if `work` has no price, if a
/// number exceeds 64 bits, or if the family does not say where its cycles go.
llvm::Expected<Explanation> explain(const CostModel &model, const Work &work);

} // namespace onebit

#endif // ONEBIT_COSTMODEL_EXPLAIN_H
