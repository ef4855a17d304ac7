//===- ReadWindow.h - What misses when bandwidth is estimated ---*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_COSTMODEL_SCALESIM_READWINDOW_H
#define ONEBIT_LIB_COSTMODEL_SCALESIM_READWINDOW_H

#include <cstdint>
#include <optional>

namespace onebit::scalesim {

/// What a read buffer of the estimating mode has seen since it was last
/// emptied. It takes every word that is asked for and that it does not have,
/// and at `size` words it is emptied.
///
/// Requests come in groups: so many different words, of which the window has
/// none, all asked for `passes` times in a row.
class ReadWindow {
public:
  explicit ReadWindow(int64_t size) : size(size) {}

  /// `count` groups of `words`.
  void stream(int64_t count, int64_t words, int64_t passes);
  /// `rows` times `count` groups of `words` and then one of `lastWords`.
  void streamRows(int64_t rows, int64_t count, int64_t words, int64_t lastWords,
                  int64_t passes);

  /// Words that missed.
  int64_t getReads() const { return state.reads; }
  /// The request that last filled the window, if one did.
  std::optional<int64_t> getLastFill() const { return lastFill; }

private:
  struct State {
    /// Words in the window, and so far.
    int64_t fill = 0, requests = 0, reads = 0;
  };

  void missAll(int64_t count);
  /// What happened since `before`, in which the window filled, so many times
  /// more.
  void repeat(int64_t times, const State &before);

  int64_t size;
  State state;
  std::optional<int64_t> lastFill;
};

} // namespace onebit::scalesim

#endif // ONEBIT_LIB_COSTMODEL_SCALESIM_READWINDOW_H
