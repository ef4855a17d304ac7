//===- Sequencer.h - What feeds an array, and counts ------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_SIMULATOR_SEQUENCER_H
#define ONEBIT_LIB_SIMULATOR_SEQUENCER_H

#include "Channel.h"
#include "Operands.h"
#include "Registers.h"
#include <memory>

namespace onebit::sim {

/// What a cycle went to (section 4).
enum class Cause {
  Stream,
  Port,
  StallIfmap,
  StallFilter,
  StallOfmap,
  Preload,
  Drain
};

/// A machine at work on one kernel. Its clock is `now`: cycle t lasts from t to
/// t + 1. The array takes a step in a cycle, and the control decides between
/// two cycles what begins and ends there.
class Sequencer {
public:
  virtual ~Sequencer() = default;

  /// Runs the kernel, once. Fails if the machine contradicts itself.
  llvm::Error run();

  int64_t getCycles() const { return now; }
  int64_t getCycles(Cause cause) const { return causes[int(cause)]; }
  int64_t getNumFolds() const { return numFolds; }
  int64_t getNumMACs() const { return numMACs; }
  /// Elements of ifmap or filter that were read from its memory.
  int64_t getNumReads(Operand operand) const { return numReads[operand]; }
  /// Steps of processing elements.
  virtual int64_t getSteps() const = 0;
  const Channel &getChannel() const { return channel; }
  OfmapMemory &getSums() { return sums; }

protected:
  Sequencer(const Schedule &schedule, const Plan &plan,
            const Parameters &machine, const Operands &operands);

  /// Lets a cycle pass, and then does what begins and ends at its end.
  virtual llvm::Error cycle() = 0;
  /// What begins and ends at `now`.
  virtual llvm::Error control() = 0;
  /// Whether nothing moves in the array.
  virtual bool isIdle() const = 0;
  /// When the control next has something to do while the array is idle.
  virtual int64_t getWake() const;

  /// A fold of which sums are under way.
  struct Progress {
    Fold fold;
    /// Vectors whose sums are in the memory.
    int64_t numComplete = 0;
  };
  Progress &lookup(int64_t fold) { return progress[fold - firstInProgress]; }
  void beginFold(const Fold &fold);
  /// Whether the sums of all folds that have begun are in the memory.
  bool isAllComplete() const { return progress.empty(); }
  llvm::Error advanceChannel();

  /// This cycle went to `cause`.
  void count(Cause cause) { countIn(causes[int(cause)]); }
  /// In this cycle the feeder waits for `unmet`. All cycles of a wait go to
  /// what it waited for last.
  void wait(const PerOperand<bool> &unmet);
  /// In this cycle the feeder begins to read a vector. Fails if it is not
  /// there.
  llvm::Error startReading();
  /// It has read one. The groups that end with it leave the memories.
  void finishReading();
  /// In this cycle there is nothing to feed any more.
  void waitForEnd();

  bool isLastVector() const { return vector == feed->steps() - 1; }
  /// The group of the vector that is next.
  int64_t getGroup(Operand operand) const;
  /// Whether that vector of `operand` has not come from DRAM yet.
  bool isAway(Operand operand);

  const Plan plan;
  const Parameters machine;
  const Operands operands;
  /// Of a full tile.
  const Mapping largest;
  Channel channel;
  OfmapMemory sums;

  int64_t now = 0;
  bool hasEnded = false;
  /// The fold that is fed, and its vector that is read or is next.
  FoldWalk feed;
  int64_t vector = 0;
  VectorTag tag = 0;
  bool isReading = false;
  int64_t readEnd = 0;
  PerOperand<int64_t> numReads;

private:
  void countIn(int64_t &counter) {
    counted = &counter;
    ++counter;
  }
  bool isComplete(int64_t fold, int64_t vector) const;

  int64_t causes[7] = {};
  int64_t numMACs = 0, numFolds = 0;
  /// Cycles of the wait that lasts, and for what.
  int64_t waitCycles = 0;
  Operand waitsFor = Operand::Ifmap;
  /// Where this cycle was counted.
  int64_t *counted = nullptr;
  /// The next arrival that the feeder waits for.
  int64_t awaited = kNever;

  std::deque<Progress> progress;
  int64_t firstInProgress = 0;
};

/// The machine of the dataflow, to do `schedule`.
std::unique_ptr<Sequencer> makeSequencer(const Schedule &schedule,
                                         const Plan &plan,
                                         const Parameters &machine,
                                         const Operands &operands);

/// Its parts by dataflow: `os`, and `ws` with `is`.
std::unique_ptr<Sequencer>
makeOutputStationarySequencer(const Schedule &schedule, const Plan &plan,
                              const Parameters &machine,
                              const Operands &operands);
std::unique_ptr<Sequencer>
makeOperandStationarySequencer(const Schedule &schedule, const Plan &plan,
                               const Parameters &machine,
                               const Operands &operands);

} // namespace onebit::sim

#endif // ONEBIT_LIB_SIMULATOR_SEQUENCER_H
