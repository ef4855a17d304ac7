//===- ScheduleTest.cpp - Which folds a schedule has ----------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestSchedules.h"
#include <algorithm>
#include <random>

using namespace onebit;
using namespace onebit::test;

namespace {

TEST(Schedule, DimensionWithoutLoopIsWhole) {
  Schedule schedule = makeSchedule({{Dim::N, 6, 4}}, {3, 4, 7});
  EXPECT_EQ(schedule.getExtent(Dim::M), 3);
  EXPECT_EQ(schedule.getExtent(Dim::N), 6);
  EXPECT_EQ(schedule.getExtent(Dim::K), 7);
  EXPECT_EQ(schedule.getStep(Dim::N), 4);
  EXPECT_EQ(schedule.getNumRuns(), 1);
}

TEST(Schedule, RefusesWhatIsNone) {
  EXPECT_EQ(message(Schedule::get({{Dim::M, 4, 4}, {Dim::M, 4, 4}}, {4, 1, 1})),
            "two loops run over m");
  EXPECT_EQ(message(Schedule::get({{Dim::N, 4, 0}}, {1, 1, 1})),
            "the step of the loop over n must be between 1 and its extent, got "
            "0 of 4");
  EXPECT_EQ(message(Schedule::get({{Dim::N, 4, 5}}, {1, 5, 1})),
            "the step of the loop over n must be between 1 and its extent, got "
            "5 of 4");
  EXPECT_EQ(message(Schedule::get({{Dim::K, 4, 2}}, {1, 1, 4})),
            "the loop over k steps by 2, but a fold does 4");
  EXPECT_EQ(message(Schedule::get({{Dim::Batch, 4, 2}}, {1, 1, 1})),
            "the loop over batch steps by 2, but a fold does 1");
  EXPECT_EQ(message(Schedule::get({}, {1, 0, 1})),
            "a fold must do at least one element of n, got 0");
}

TEST(Schedule, FoldClassesOfRaggedShape) {
  // 5 = 4 + 1 rows, 9 = 2 * 4 + 1 columns, 8 = 3 + 3 + 2 deep, 10 times.
  Schedule schedule = makeSchedule(
      {{Dim::Batch, 10, 1}, {Dim::M, 5, 4}, {Dim::N, 9, 4}, {Dim::K, 8, 3}},
      {4, 4, 3});
  auto classes = schedule.getFoldClasses();
  ASSERT_TRUE(bool(classes));
  const FoldClass expected[] = {
      {40, {4, 4, 3}}, {20, {4, 4, 2}}, {20, {4, 1, 3}}, {10, {4, 1, 2}},
      {40, {1, 4, 3}}, {20, {1, 4, 2}}, {20, {1, 1, 3}}, {10, {1, 1, 2}}};
  EXPECT_EQ(llvm::ArrayRef(*classes), llvm::ArrayRef(expected));
}

TEST(Schedule, TooManyFolds) {
  const int64_t side = int64_t(1) << 32;
  EXPECT_EQ(
      message(makeSchedule({{Dim::M, side, 1}, {Dim::N, side, 1}}, {1, 1, 1})
                  .getFoldClasses()),
      "there are more than 2^63-1 folds");
}

TEST(Schedule, EqualSchedulesHashEqual) {
  Schedule a = makeSchedule({{Dim::M, 8, 4}, {Dim::N, 8, 4}}, {4, 4, 2});
  Schedule b = makeSchedule({{Dim::M, 8, 4}, {Dim::N, 8, 4}}, {4, 4, 2});
  Schedule c = makeSchedule({{Dim::N, 8, 4}, {Dim::M, 8, 4}}, {4, 4, 2});
  EXPECT_TRUE(a == b);
  EXPECT_EQ(hash_value(a), hash_value(b));
  EXPECT_FALSE(a == c);
  EXPECT_FALSE(a == makeSchedule({{Dim::M, 8, 4}, {Dim::N, 8, 4}}, {4, 4, 3}));
}

// Walks the loops and notes each fold: together they must do each element of
// the product once, and the classes must count them.
TEST(Schedule, CoversEachElementOnce) {
  std::mt19937 random(1);
  auto draw = [&](int64_t most) {
    return std::uniform_int_distribution<int64_t>(1, most)(random);
  };
  for (int i = 0; i < 4000; ++i) {
    Shape shape{draw(3), draw(12), draw(12), draw(12)};
    std::vector<ScheduleLoop> loops = {{Dim::Batch, shape.batch, 1},
                                       {Dim::M, shape.m, draw(shape.m)},
                                       {Dim::N, shape.n, draw(shape.n)},
                                       {Dim::K, shape.k, draw(shape.k)}};
    Tile tile{loops[1].step, loops[2].step, loops[3].step};
    std::shuffle(loops.begin(), loops.end(), random);
    // A loop of one step may as well not be there.
    while (draw(3) == 1 && loops.back().extent == loops.back().step)
      loops.pop_back();
    Schedule schedule = makeSchedule(loops, tile);

    std::vector<int> visits(shape.batch * shape.m * shape.n * shape.k);
    std::map<std::tuple<int64_t, int64_t, int64_t>, int64_t> folds;
    std::vector<int64_t> counters(loops.size());
    for (bool done = false; !done;) {
      int64_t begin[4] = {}, size[4] = {1, tile.m, tile.n, tile.k};
      for (auto [loop, counter] :
           llvm::zip_equal(schedule.getLoops(), counters)) {
        begin[int(loop.dim)] = counter;
        size[int(loop.dim)] = std::min(loop.step, loop.extent - counter);
      }
      ++folds[{size[1], size[2], size[3]}];
      for (int64_t m = begin[1]; m < begin[1] + size[1]; ++m)
        for (int64_t n = begin[2]; n < begin[2] + size[2]; ++n)
          for (int64_t k = begin[3]; k < begin[3] + size[3]; ++k)
            ++visits.at(((begin[0] * shape.m + m) * shape.n + n) * shape.k + k);
      done = true;
      for (size_t level = loops.size(); level-- > 0;) {
        counters[level] += loops[level].step;
        if (counters[level] < loops[level].extent) {
          done = false;
          break;
        }
        counters[level] = 0;
      }
    }
    EXPECT_TRUE(llvm::all_of(visits, [](int n) { return n == 1; }));

    auto classes = schedule.getFoldClasses();
    ASSERT_TRUE(bool(classes));
    EXPECT_EQ(classes->size(), folds.size());
    for (const auto &[count, t] : *classes)
      EXPECT_EQ(count, (folds[{t.m, t.n, t.k}]));
  }
}

} // namespace
