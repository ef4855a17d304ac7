//===- OnebitRepeatTest.cpp - Skipping what repeats changes nothing -------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/CostModel/OnebitRepeat.h"
#include "llvm/ADT/STLExtras.h"
#include "gtest/gtest.h"
#include <random>

using namespace onebit;

namespace {

/// Something like a run of folds, made up: a feeder that waits now and then for
/// the latest of some clocks, and clocks that follow the feeder or each other.
/// Clocks that depend on no faster one fall behind, or are caught up with.
class MadeUp {
public:
  MadeUp(std::mt19937 &random, OnebitTimeline &timeline) : timeline(timeline) {
    auto draw = [&](int64_t most) {
      return std::uniform_int_distribution<int64_t>(0, most)(random);
    };
    waits.resize(1 + draw(3));
    for (Wait &wait : waits) {
      wait.work = draw(40);
      for (int i = draw(2); i >= 0; --i)
        wait.clocks.push_back({unsigned(1 + draw(kClocks - 2)), draw(30)});
    }
    for (unsigned clock = 1; clock < kClocks; ++clock) {
      Update update{clock, draw(60), {}};
      if (draw(2) == 0)
        update.clocks.push_back({unsigned(draw(kClocks - 1)), draw(60)});
      updates.push_back(update);
      timeline.state.times[clock] = draw(3) == 0 ? draw(3000) : draw(100);
    }
  }

  void operator()() const {
    OnebitTimeline::State &state = timeline.state;
    for (const Wait &wait : waits) {
      Wide &feeder = state.times[OnebitTimeline::Feeder];
      Wide until = feeder;
      unsigned cause = 0;
      for (auto [i, clock] : llvm::enumerate(wait.clocks))
        if (state.times[clock.first] + clock.second > until) {
          until = state.times[clock.first] + clock.second;
          cause = i;
        }
      state.sums[OnebitTimeline::Stall + cause] += until - feeder;
      state.sums[OnebitTimeline::Events] += 1;
      state.moment += until;
      feeder = until + wait.work;
      state.sums[OnebitTimeline::Stream] += wait.work;
    }
    for (const Update &update : updates) {
      Wide next = state.times[update.clock] + update.step;
      for (auto [clock, step] : update.clocks)
        next = std::max(next, state.times[clock] + step);
      state.times[update.clock] = next;
    }
  }

private:
  static constexpr unsigned kClocks = 6;
  using Clocks = std::vector<std::pair<unsigned, int64_t>>;
  struct Wait {
    int64_t work;
    Clocks clocks;
  };
  struct Update {
    unsigned clock;
    int64_t step;
    Clocks clocks;
  };
  std::vector<Wait> waits;
  std::vector<Update> updates;
  OnebitTimeline &timeline;
};

TEST(OnebitRepeat, EqualsCallingAgainAndAgain) {
  OnebitPlan plan;
  int64_t calls = 0, called = 0;
  int changed = 0;
  for (unsigned seed = 0; seed < 3000; ++seed) {
    std::mt19937 random(seed);
    OnebitTimeline timeline(plan);
    MadeUp body(random, timeline);
    const int64_t count = 1 + random() % 2000;
    const OnebitTimeline::State start = timeline.state;
    repeat(timeline, count, [&] {
      ++called;
      body();
    });
    const OnebitTimeline::State skipped = timeline.state;

    timeline.state = start;
    Wide halfOfStalls = 0;
    for (int64_t i = 0; i < count; ++i) {
      body();
      if (i == count / 2)
        halfOfStalls = timeline.state.sums[OnebitTimeline::Stall];
    }
    calls += count;
    ASSERT_TRUE(skipped.times == timeline.state.times) << "seed " << seed;
    ASSERT_TRUE(skipped.sums == timeline.state.sums) << "seed " << seed;
    ASSERT_TRUE(skipped.moment == timeline.state.moment) << "seed " << seed;
    // The second half is not like the first.
    const Wide stalls = timeline.state.sums[OnebitTimeline::Stall];
    changed += stalls > 3 * halfOfStalls || halfOfStalls * 10 > stalls * 9;
  }
  EXPECT_LT(called, calls / 10);
  EXPECT_GT(changed, 100);
}

TEST(OnebitRepeat, FewCalls) {
  OnebitPlan plan;
  for (int64_t count : {-1, 0, 1, 2}) {
    OnebitTimeline timeline(plan);
    int64_t called = 0;
    repeat(timeline, count, [&] { ++called; });
    EXPECT_EQ(called, std::max<int64_t>(count, 0));
  }
}

// As many calls as fit 64 bits, each no earlier than 7 after the third before:
// 7, 8, 9, 14, 15, 16, 21 and so on.
TEST(OnebitRepeat, ManyCalls) {
  OnebitPlan plan;
  OnebitTimeline timeline(plan);
  int called = 0;
  repeat(timeline, INT64_MAX, [&] {
    ++called;
    auto &times = timeline.state.times;
    Wide &now = times[OnebitTimeline::Feeder];
    Wide &last = times[OnebitTimeline::PreloadFrom];
    Wide &secondLast = times[OnebitTimeline::Complete];
    Wide next = std::max(now + 1, secondLast + 7);
    secondLast = last;
    last = now;
    now = next;
  });
  EXPECT_LT(called, 100);
  static_assert(INT64_MAX % 3 == 1);
  EXPECT_TRUE(timeline.state.times[OnebitTimeline::Feeder] ==
              Wide(7) * (INT64_MAX / 3 + 1));
}

} // namespace
