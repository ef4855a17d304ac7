//===- Channel.h - The channel to DRAM --------------------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_SIMULATOR_CHANNEL_H
#define ONEBIT_LIB_SIMULATOR_CHANNEL_H

#include "FoldWalk.h"
#include "Memories.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <deque>

namespace onebit::sim {

/// Something between DRAM and a memory: a tile, or a group of vectors.
struct Transfer {
  bool isLoad = true;
  Operand operand = Operand::Ifmap;
  int64_t group = 0;
  /// The fold that it is for, or whose sums it brings away.
  int64_t fold = 0;
  /// A tile that stays is one vector.
  int64_t firstVector = 0, numVectors = 1, lanes = 1;
  Format format;
  /// Vectors that hold nothing fresh, and the cycles that it has been on the
  /// channel before the kernel.
  int64_t oldVectors = 0, doneCycles = 0;
  /// Whether the memory is free of its group after it.
  bool endsGroup = false;
  /// Of sums: where, and up to which k.
  Region region;
  int64_t k = 0;

  int64_t getBits() const { return sim::getBits(format, numVectors * lanes); }
};

/// All transfers of a kernel, in the order in which the channel does them.
class TransferOrder {
public:
  TransferOrder(const Schedule &schedule, const Plan &plan,
                const Parameters &machine)
      : plan(plan), machine(machine),
        extent{schedule.getExtent(Dim::M), schedule.getExtent(Dim::N),
               schedule.getExtent(Dim::K)},
        walk(schedule, plan, machine) {
    refill();
  }

  /// Whether nothing is left but the last write-back, where there is one.
  bool isLast() const {
    const bool staysThere = plan.residency[Operand::Ofmap] == Residency::OnChip;
    return isLastWritten && queue.size() == (staysThere ? 0 : 1);
  }
  /// The last group of filter, where `isLast`.
  int64_t getLastFilterGroup() const {
    const Use &use = before->use[Operand::Filter];
    return use.group + use.numGroups - 1;
  }
  /// The first load of filter, if there is one.
  const std::optional<Transfer> &getFirstFilter() const { return firstFilter; }
  /// Whether groups of `operand` share a memory that has a bound.
  bool hasHalves(Operand operand) const {
    return machine.half[operand] != kNever &&
           plan.residency[operand] != Residency::OnChip;
  }
  bool done() const { return queue.empty(); }
  const Transfer &front() const { return queue.front(); }
  void pop() {
    queue.pop_front();
    refill();
  }

private:
  void refill();
  /// Adds the transfers that stand at vector `step` of the fold.
  void addVector();
  void addLoad(Operand operand, int64_t firstVector);
  void addWriteBack(const Fold &fold, int64_t firstVector);
  /// Of a load of filter, how many of its vectors have no fresh element.
  int64_t countOldVectors(const Transfer &load) const;
  /// The sums of these vectors; under `os` those of the fold.
  Region getRegion(const Fold &fold, int64_t firstVector,
                   int64_t numVectors) const;

  Plan plan;
  Parameters machine;
  /// Of the whole product.
  Tile extent;
  FoldWalk walk;
  std::optional<Transfer> firstFilter;
  /// Where the next transfers stand: at a vector of the fold, or behind all of
  /// them.
  int64_t step = 0;
  bool isLastWritten = false;
  /// The fold before, whose last sums are still to be written back.
  std::optional<Fold> before;
  std::deque<Transfer> queue;
};

/// The one channel. It does the transfers in order; where it has no bound, each
/// as soon as it can be.
class Channel {
public:
  Channel(const TransferOrder &order, const Parameters &machine)
      : order(order), machine(machine),
        halves(Halves(Operand::Ifmap, order.hasHalves(Operand::Ifmap)),
               Halves(Operand::Filter, order.hasHalves(Operand::Filter)),
               Halves(Operand::Ofmap, order.hasHalves(Operand::Ofmap))),
        early(order.getFirstFilter().value_or(Transfer())) {
    if (early.doneCycles > 0)
      llvm::cantFail(halves[Operand::Filter].take(early.group));
  }

  /// How long the channel was idle before the last write-back.
  const PrefetchWindow &getWindow() const { return window; }

  /// Whether the sums of a vector, and all before it, have arrived in the
  /// memory of sums.
  using IsComplete = llvm::function_ref<bool(int64_t fold, int64_t vector)>;

  /// Ends and begins what ends and begins at `now`. `fold` is the fold that is
  /// fed.
  llvm::Error advance(int64_t now, int64_t fold, const OfmapMemory &sums,
                      IsComplete isComplete);

  /// When a vector arrives for a fold, if that is known; else `kNever`. The
  /// vectors of an operand are asked for in order.
  int64_t getArrival(Operand operand, int64_t fold, int64_t vector);
  /// When the transfer that is under way ends, or `kNever`.
  int64_t getEnd() const { return isBusy ? end : kNever; }
  bool isDone() const {
    return !isBusy && order.done() && pendingWriteBacks.empty();
  }

  Halves &getHalves(Operand operand) { return halves[operand]; }
  const PerOperand<int64_t> &getLoadedBits() const { return loadedBits; }
  int64_t getWrittenBits() const { return writtenBits; }

private:
  bool isReady(const Transfer &transfer, IsComplete isComplete) const;
  llvm::Error begin(const Transfer &transfer, int64_t now,
                    const OfmapMemory &sums);
  void finish(const Transfer &transfer);
  /// Sees, at `now`, whether the last write-back is all that is left.
  void openWindow(int64_t now);
  llvm::Error advanceUnlimited(int64_t now, int64_t fold,
                               const OfmapMemory &sums, IsComplete isComplete);

  /// A load that was begun, and when.
  struct Load {
    Transfer transfer;
    int64_t start;
  };

  TransferOrder order;
  Parameters machine;
  PerOperand<Halves> halves;
  PerOperand<std::deque<Load>> loads;
  bool isBusy = false;
  int64_t end = 0;
  /// Without a bound: what is not ready yet, and the place of each in the
  /// order. Loads of an operand become ready in order, and so do write-backs
  /// but for those that nothing waits for before the ones that stand before
  /// them.
  struct Pending {
    Transfer transfer;
    int64_t number;
  };
  PerOperand<std::deque<Pending>> pendingLoads;
  std::deque<Pending> pendingWriteBacks;
  int64_t numPending = 0;
  PerOperand<int64_t> loadedBits;
  int64_t writtenBits = 0;
  /// The first load of filter, of which something may be there at 0; nothing is
  /// done of it where there is none.
  Transfer early;
  /// From when the channel had but the last write-back to do, and from when
  /// half of the filter's memory was free as well; `kNever` until then.
  int64_t idleFrom = kNever, halfFreeFrom = kNever;
  PrefetchWindow window;
};

} // namespace onebit::sim

#endif // ONEBIT_LIB_SIMULATOR_CHANNEL_H
