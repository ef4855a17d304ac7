//===- WriteBuffer.h - The output memory at a given bandwidth ---*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_COSTMODEL_SCALESIM_WRITEBUFFER_H
#define ONEBIT_LIB_COSTMODEL_SCALESIM_WRITEBUFFER_H

#include "../Count.h"
#include "FoldNest.h"
#include <deque>

namespace onebit::scalesim {

/// The write buffer of user mode. It packs what the array writes into lines of
/// as many words as go to DRAM in a cycle. Once more than half of it is in use
/// it closes the line begun and drains half a buffer of lines. While it drains
/// the array goes on writing, and waits if the buffer is full.
///
/// A line closed early holds nulls. The tool does not count those of the last
/// line of a drain, but takes those of others for words.
class WriteBuffer {
public:
  /// Of a nest whose folds are all of equal length. Stops writing once it has
  /// drained more than `maxDrains` times.
  WriteBuffer(const FoldNest &nest, const Memory &memory, int64_t maxDrains);

  /// A cycle, not counting stalls, and how long the array waits in it.
  struct Wait {
    int64_t cycle, stall;
  };
  /// Writes what the array writes before `cycle`, not counting stalls, up to
  /// the first cycle in which it waits. So far it waited for `stalls` cycles.
  std::optional<Wait> writeUntil(int64_t cycle, int64_t stalls);
  /// After everything is written, drains what is left, from `cycle` on.
  void finish(int64_t cycle);

  int64_t getNumDrains() const { return numDrains; }
  /// Words that went to DRAM as the tool counts them.
  Count getWordsDrained() const { return wordsDrained; }
  /// From the first drain on, to the end of the last one and to the latest end.
  int64_t getFirstCycle() const { return *firstCycle; }
  int64_t getLastEnd() const { return drainEnd; }
  int64_t getLatestEnd() const { return latestEnd; }

private:
  /// Words that the array writes before `cycle`, and when it writes which.
  int64_t getWordsBefore(int64_t cycle) const;
  void put(int64_t count);
  void closeLine();
  void drain(int64_t cycle);
  /// Writes the rest of what the array writes in one of its cycles, which is
  /// now `cycle`; returns when it is done.
  int64_t writeRest(int64_t count, int64_t cycle);
  /// Words until the buffer is full, or is to be drained.
  int64_t getWordsUntilFull() const { return std::max<int64_t>(1, free); }
  int64_t getWordsUntilDrain() const {
    return std::max<int64_t>(1, free - half + 1);
  }

  const FoldNest &nest;
  int64_t maxDrains, foldCycles, half, lineWords, drainLines;
  int64_t free, written = 0;
  int64_t drainEnd = 0, latestEnd = INT64_MIN;
  std::optional<int64_t> firstCycle;
  int64_t numDrains = 0;
  Count wordsDrained;

  /// Full lines and then one closed early, with so many nulls.
  struct Lines {
    int64_t full, nulls;
  };
  std::deque<Lines> closedEarly;
  /// Full lines after these, and words of the line begun.
  int64_t full = 0, begun = 0;
};

} // namespace onebit::scalesim

#endif // ONEBIT_LIB_COSTMODEL_SCALESIM_WRITEBUFFER_H
