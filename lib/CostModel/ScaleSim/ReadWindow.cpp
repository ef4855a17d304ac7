//===- ReadWindow.cpp - What misses when bandwidth is estimated -----------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ReadWindow.h"
#include <algorithm>

using namespace onebit::scalesim;

void ReadWindow::missAll(int64_t count) {
  const int64_t fill = state.fill + count;
  if (fill >= size)
    lastFill = state.requests + count - fill % size - 1;
  state = {fill % size, state.requests + count, state.reads + count};
}

void ReadWindow::repeat(int64_t times, const State &before) {
  const int64_t requests = times * (state.requests - before.requests);
  state.reads += times * (state.reads - before.reads);
  state.requests += requests;
  *lastFill += requests;
}

void ReadWindow::stream(int64_t count, int64_t words, int64_t passes) {
  // A group that does not fit misses in every pass.
  if (passes == 1 || words >= size)
    return missAll(count * words * passes);

  auto hold = [&](int64_t groups) {
    state.fill += groups * words;
    state.requests += groups * words * passes;
    state.reads += groups * words;
  };
  // The window fills in the first pass over a group. What it had of the group
  // is read again in the second pass, after which it has the group.
  auto overflow = [&] {
    const int64_t again = size - state.fill;
    lastFill = state.requests + again - 1;
    state = {words, state.requests + words * passes,
             state.reads + words + again};
  };

  const int64_t fitting = std::min((size - 1 - state.fill) / words, count);
  hold(fitting);
  count -= fitting;
  if (count == 0)
    return;
  overflow();
  --count;
  // From here on one group in so many overflows, always at the same word.
  const int64_t period = (size - 1) / words;
  if (count >= period) {
    const State before = state;
    hold(period - 1);
    overflow();
    repeat(count / period - 1, before);
  }
  hold(count % period);
}

void ReadWindow::streamRows(int64_t rows, int64_t count, int64_t words,
                            int64_t lastWords, int64_t passes) {
  if (passes == 1 || (words >= size && lastWords >= size))
    return missAll(rows * (count * words + lastWords) * passes);

  // A row does the same again once it finds the window as full as an earlier
  // row did. Brent's algorithm: compare with a row that moves on at powers of
  // two.
  State before = state;
  int64_t since = 0, patience = 1;
  for (int64_t left = rows; left > 0; --left) {
    if (since > 0 && state.fill == before.fill) {
      repeat(left / since, before);
      left %= since;
      if (left == 0)
        return;
      since = 0;
    }
    if (since == 0 || since == patience) {
      patience *= 2;
      before = state;
      since = 0;
    }
    stream(count, words, passes);
    stream(1, lastWords, passes);
    ++since;
  }
}
