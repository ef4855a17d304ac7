//===- ScaleSimMemory.h - SCALE-Sim's memories ------------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What SCALE-Sim v2 and v3 report of the memories between an array and DRAM:
// when each is first and last used, what crosses to DRAM and when, and how long
// the array waits. docs/cost-models.md has the mathematics.
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_COSTMODEL_SCALESIMMEMORY_H
#define ONEBIT_COSTMODEL_SCALESIMMEMORY_H

#include "dialects/systolic/SystolicEnums.h"
#include "onebit/CostModel/Schedule.h"
#include <optional>

namespace onebit::scalesim {

/// The releases whose arithmetic differs.
enum class Version { V2, V3 };

/// One of the three memories: two halves of `words / 2`, one in use, one being
/// filled or drained.
struct Memory {
  /// Of the whole memory, even; 0 if nothing is known of it, else at least 100.
  int64_t words = 0;
  /// Words per cycle to or from DRAM; 0 if the tool is to estimate it.
  int64_t bandwidth = 0;
};

/// An array and its memories.
struct MemorySystem {
  Version version = Version::V2;
  systolic::Dataflow dataflow = systolic::Dataflow::OutputStationary;
  int64_t rows = 0, columns = 0;
  Memory ifmap, filter, ofmap;
  /// With given bandwidths a run is followed from transfer to transfer; one of
  /// more transfers than this is refused. A drain closes a line early, which
  /// takes 16 bytes until it has gone: 256 MB at most.
  int64_t maxTransfers = int64_t(1) << 24;
};

/// First and last cycle; cycle 0 is that of the array's first request, and what
/// is fetched before it has negative cycles.
struct Span {
  int64_t start = 0, stop = 0;
  bool operator==(const Span &other) const {
    return start == other.start && stop == other.stop;
  }
};

/// What crosses between one memory and DRAM.
struct DramTraffic {
  /// Words as reported, and without the words that the tool counts but does not
  /// move.
  int64_t words = 0, wordsCorrected = 0;
  Span span;
  bool operator==(const DramTraffic &other) const {
    return words == other.words && wordsCorrected == other.wordsCorrected &&
           span == other.span;
  }
};

/// What is known of one operand's memory.
struct Traffic {
  /// When the array uses the memory.
  Span sram;
  /// Absent if the size of the memory is not known.
  std::optional<DramTraffic> dram;
};

/// What is known of one run. Words and cycles of a product of several batch
/// entries are as many times these.
struct MemoryFigures {
  /// The index of the run's last cycle, which the tool reports as its length.
  int64_t lastCycle = 0;
  /// Cycles in which the array waits. The corrected length of the run is that
  /// of its folds and these.
  int64_t stallCycles = 0;
  Traffic ifmap, filter, ofmap;
  /// From the first word fetched to the last one written back, as only v3
  /// reports it. Absent if the size of a memory is not known.
  std::optional<int64_t> cyclesWithPrefetch;
};

/// The memories of one run, that is of one batch entry, of `schedule`, whose
/// folds fit `system`.
///
/// If no bandwidth is given (CALC mode), nothing stalls, loops may stand in any
/// order and have any step, and the work is constant but for a dimension of
/// time in several pieces. If all three are given (USER mode), the work grows
/// with the number of transfers, all memories must have a size, and the order
/// must be SCALE-Sim's: column folds outside, row folds inside, the dimension
/// of time whole.
///
/// Fails if a memory is impossible, if only some bandwidths are given, if USER
/// mode knows nothing of the loop nest or needs too many transfers, or if a
/// figure exceeds 64 bits.
llvm::Expected<MemoryFigures> getMemoryFigures(const Schedule &schedule,
                                               const MemorySystem &system);

} // namespace onebit::scalesim

#endif // ONEBIT_COSTMODEL_SCALESIMMEMORY_H
