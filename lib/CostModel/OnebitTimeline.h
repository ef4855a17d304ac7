//===- OnebitTimeline.h - A kernel's folds, one after another ---*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// docs/microarchitecture.md as recurrences. A fold maps the times at which
// things last happened to those at which they happen next, by maxima of sums:
// one step for each group of vectors that comes from DRAM, none for a vector.
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_COSTMODEL_ONEBITTIMELINE_H
#define ONEBIT_LIB_COSTMODEL_ONEBITTIMELINE_H

#include "OnebitPlan.h"

namespace onebit {

/// One fold of the schedule.
struct FoldStep {
  const FoldPlan *fold;
  /// The loops whose value differs from that of the fold before; all in fold 0.
  DimSet changed;
  /// The loops in their first and in their last step.
  DimSet first, last;
};

/// What happened so far. Times are counts of cycles since the kernel began.
class OnebitTimeline {
public:
  /// Times that a later fold depends on.
  enum Time : unsigned {
    /// The feeder reads the next vector no earlier.
    Feeder,
    /// ws, is: q of the next fold.
    PreloadFrom,
    /// Every fold so far is complete.
    Complete,
    /// The channel is free.
    Channel,
    /// Every write-back so far has ended.
    SumsWritten,
    /// What was complete last, and is still to be written back.
    Finished,
    /// os, hidden: the drain registers take the next sums; the port takes them.
    RegisterFree,
    PortFree,
    /// When the current group of each operand is released, as far as known,
    /// that
    /// before it, and that before both.
    Released,
    kNumTimes = Released + 3 * kNumOperands
  };
  /// Sums over what happened.
  enum Sum : unsigned {
    /// By operand.
    Stall,
    Stream = Stall + kNumOperands,
    Port,
    Preload,
    Drain,
    IfmapBits,
    FilterBits,
    OfmapReadBits,
    OfmapWriteBits,
    /// Times that were added to `moment`.
    Events,
    kNumSums
  };
  /// All that the future depends on, and what it adds up to.
  struct State {
    std::array<Wide, kNumTimes> times{};
    std::array<Wide, kNumSums> sums{};
    /// The sum of all times at which a cause of waiting ends, modulo 2^128.
    unsigned __int128 moment = 0;
    /// Of what is still to be written back: the transfer, null if there is
    /// none, and how many groups of ofmap have begun since it was complete.
    const Transfer *unwritten = nullptr;
    unsigned groupsSince = 0;
  };

  /// Of the first load of filter `prefetched` cycles are done already.
  explicit OnebitTimeline(const OnebitPlan &plan, Wide prefetched = 0)
      : plan(plan), prefetched(prefetched) {}

  void run(const FoldStep &step);
  /// What is left to the next kernel, after the last fold and before the end.
  struct Window {
    Wide channel, memory;
  };
  Window getWindow() const;
  /// The end of the kernel, after its last fold.
  Wide finish();

  State state;

private:
  /// The last load of a fold: its vectors come after those of all others.
  struct Load {
    Operand operand;
    Wide start, end;
    /// Of the fold.
    Wide firstVector;
    const TileTransfers *transfers;
    /// Cycles of it before the kernel.
    Wide done;
  };

  Wide &at(Time time) { return state.times[time]; }
  Wide &released(Operand operand, unsigned groupsAgo) {
    return state.times[Released + 3 * operand + groupsAgo];
  }
  void add(unsigned sum, Wide value) { state.sums[sum] += value; }
  /// `from` or, after a wait for `cause`, `until`.
  Wide wait(unsigned cause, Wide from, Wide until);

  bool streams(Operand operand) const { return operand != plan.stationary; }
  bool isByVectors(Operand operand) const {
    return plan.operands[operand].residency == Residency::Vectors;
  }
  const Transfer &pickGroup(const TileTransfers &transfers, Operand operand,
                            Wide begin, Wide end) const;
  bool beginsGroup(Operand operand, const FoldStep &step) const;
  bool comesIn(Operand operand, const FoldStep &step) const;
  void beginGroup(Operand operand);
  Wide getHalfFree(Operand operand);
  Wide startLoad(Operand operand, const Transfer &transfer, Wide done);
  Wide takePrefetched(Operand operand);
  Wide countPrefetched(const Load &load) const;
  void writeBack();
  void setUnwritten(const Transfer &transfer, Wide finished);
  Wide getArrival(const Load &load, Wide vector) const;

  void preload(const FoldStep &step);
  void streamRange(const FoldStep &step, Wide begin, Wide end);
  void stream(const FoldStep &step);
  void runStationary(const FoldStep &step);
  void runOutputStationary(const FoldStep &step);

  const OnebitPlan &plan;
  /// Of the load of filter that is next; 0 behind the first.
  Wide prefetched;
  /// i(0) of the fold.
  Wide firstRead = 0;
};

} // namespace onebit

#endif // ONEBIT_LIB_COSTMODEL_ONEBITTIMELINE_H
