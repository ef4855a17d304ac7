//===- ReadBuffer.h - What misses at a given bandwidth ----------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_COSTMODEL_SCALESIM_READBUFFER_H
#define ONEBIT_LIB_COSTMODEL_SCALESIM_READBUFFER_H

#include "../Count.h"
#include "FetchOrder.h"

namespace onebit::scalesim {

/// A read buffer of user mode. It fetches its operand round and round in sets
/// of a hundredth of its size, and holds a window of consecutive sets. At a
/// request for another set the window moves on, half a buffer at a time, until
/// it has that set. Which requests do so depends on their order only, not on
/// when they come.
class ReadBuffer {
public:
  /// Of `words` in both halves.
  ReadBuffer(const FoldNest &nest, const Operand &operand, int64_t words);

  /// A cycle, not counting stalls, in which the window moves so many times.
  struct Miss {
    int64_t cycle, moves;
  };
  /// The next one, if there is one.
  std::optional<Miss> next();

  /// Words that have been in the window so far, each as often as it came in.
  Count getWordsFetched() const;

private:
  /// Sets from the window's first one on to that of `position`.
  int64_t getDistance(int64_t position) const;
  /// Moves the window to `position`; returns how often.
  int64_t reach(int64_t position);
  /// Positions in the window around `position`; none if it is not in the
  /// window.
  Positions getReachable(int64_t position) const;
  /// The first fold from `from` on that asks for more than `reachable`.
  int64_t skipFolds(int64_t from, const Positions &reachable) const;

  FetchOrder order;
  int64_t foldCycles, numFolds;
  int64_t setWords, numSets;
  /// Sets in the window, and by how many it moves.
  int64_t active, ahead;
  /// The window's first set, and the sets that it has taken in so far.
  int64_t begin = 0;
  Count setsFetched;
  /// Where to look for the next miss.
  int64_t fold = 0, line = 0;
};

} // namespace onebit::scalesim

#endif // ONEBIT_LIB_COSTMODEL_SCALESIM_READBUFFER_H
