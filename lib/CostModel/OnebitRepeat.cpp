//===- OnebitRepeat.cpp - Many equal runs of folds at once ----------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OnebitRepeat.h"
#include "llvm/ADT/SmallVector.h"

using namespace llvm;
using namespace onebit;
using State = OnebitTimeline::State;

/// The longest rhythm, in calls, that is recognized.
static constexpr size_t kMaxPeriod = 16;

namespace {
/// What happened from one state to a later one.
struct Difference {
  Difference(const State &from, const State &to) : from(&from), to(&to) {
    // As seen from a clock that starts with the feeder.
    moment =
        to.moment - from.moment -
        static_cast<unsigned __int128>(from.times[OnebitTimeline::Feeder]) *
            static_cast<unsigned __int128>(sum(OnebitTimeline::Events));
  }
  Wide time(unsigned i) const { return to->times[i] - from->times[i]; }
  Wide sum(unsigned i) const { return to->sums[i] - from->sums[i]; }

  bool operator==(const Difference &other) const {
    for (unsigned i = 0; i < OnebitTimeline::kNumTimes; ++i)
      if (time(i) != other.time(i))
        return false;
    for (unsigned i = 0; i < OnebitTimeline::kNumSums; ++i)
      if (sum(i) != other.sum(i))
        return false;
    return moment == other.moment && to->unwritten == other.to->unwritten &&
           to->groupsSince == other.to->groupsSince;
  }

  const State *from, *to;
  unsigned __int128 moment;
};
} // namespace

/// `state` after `runs` more that differ as `run` does.
static State extrapolate(const State &state, const Difference &run, Wide runs) {
  using Modular = unsigned __int128;
  State result = state;
  for (unsigned i = 0; i < OnebitTimeline::kNumTimes; ++i)
    result.times[i] += runs * run.time(i);
  for (unsigned i = 0; i < OnebitTimeline::kNumSums; ++i)
    result.sums[i] += runs * run.sum(i);
  // Run j starts j lengths after the first. One of these factors is even.
  Wide pairs = runs % 2 == 0 ? runs / 2 * (runs - 1) : (runs - 1) / 2 * runs;
  const unsigned feeder = OnebitTimeline::Feeder;
  result.moment += Modular(runs) * run.moment +
                   Modular(run.sum(OnebitTimeline::Events)) *
                       (Modular(runs) * Modular(state.times[feeder]) +
                        Modular(pairs) * Modular(run.time(feeder)));
  return result;
}

void onebit::repeat(OnebitTimeline &timeline, int64_t count,
                    function_ref<void()> body) {
  SmallVector<State, 0> past;
  // Calls before the next attempt; after each that fails, twice as many.
  int64_t pause = 0, nextPause = 1;

  auto isRhythm = [&](size_t period) {
    const State &first = past[past.size() - 1 - 2 * period];
    const State &second = past[past.size() - 1 - period];
    return Difference(first, second) == Difference(second, past.back());
  };
  // Skips as many runs of `period` calls as it can, and says how many calls.
  auto skip = [&](size_t period) -> int64_t {
    const State now = past.back();
    const Difference run(past[past.size() - 1 - period], now);
    // The last run that is skipped is tried.
    for (int64_t runs = count / period; runs > 0; runs /= 2) {
      const State before = extrapolate(now, run, runs - 1);
      timeline.state = before;
      for (size_t i = 0; i < period; ++i)
        body();
      if (Difference(before, timeline.state) == run)
        return runs * period;
    }
    timeline.state = now;
    return 0;
  };

  past.push_back(timeline.state);
  while (count > 0) {
    body();
    --count;
    if (count == 0)
      return;
    if (past.size() > 2 * kMaxPeriod)
      past.erase(past.begin());
    past.push_back(timeline.state);
    if (pause > 0) {
      --pause;
      continue;
    }
    size_t period = 1;
    while (2 * period < past.size() && !isRhythm(period))
      ++period;
    if (2 * period >= past.size())
      continue;
    if (int64_t skipped = skip(period)) {
      count -= skipped;
      past.assign(1, timeline.state);
    } else {
      pause = nextPause;
      nextPause *= 2;
    }
  }
}
