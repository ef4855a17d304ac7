//===- SequencesTest.cpp - Kernels one after another ----------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RandomCases.h"

using namespace onebit;
using namespace onebit::test;

namespace {

/// A kernel to be priced, and which rows of its filter are made on the way.
struct Work {
  Schedule schedule;
  FilterKind filter;
  FreshRows fresh;
};

/// The figures of both families, or nothing where a tile does not fit.
struct Both {
  Figures priced, counted;
  PrefetchWindow window;
};

std::optional<Both> priceBoth(const Prefetch &prefetch, const Work &work,
                              const ArrayDesc &array) {
  const CostModel *onebit = lookupCostModel("onebit");
  auto priced = onebit->priceAfter(prefetch, work.schedule, array, work.filter);
  auto counted =
      getCycleStepped().priceAfter(prefetch, work.schedule, array, work.filter);
  EXPECT_EQ(bool(priced), bool(counted));
  if (!priced || !counted) {
    llvm::consumeError(priced.takeError());
    llvm::consumeError(counted.takeError());
    return std::nullopt;
  }
  EXPECT_EQ(priced->window, counted->window)
      << "memory " << priced->window.memory << " " << counted->window.memory
      << ", channel " << priced->window.channel << " "
      << counted->window.channel;
  Both both{getFigures(priced->cost), getFigures(counted->cost),
            priced->window};
  both.priced.erase(Metric::MappedPEs);
  return both;
}

/// A machine that prefetches and, mostly, has to wait for DRAM.
ArrayDesc drawArray(Draw &draw) {
  ArrayDesc array = draw.array(draw.pick({3, 8, 16}));
  draw.bounds(array);
  if (draw.upTo(3) == 1)
    draw.onChip(array);
  array.machine->kernels = Overlap::Hidden;
  if (draw.upTo(8) > 1)
    array.machine->dram = draw.maybe() ? draw.upTo(40) : draw.upTo(3000);
  return array;
}

/// A product of many vectors, so that a memory holds them in many groups.
Shape drawLong(Draw &draw, const ArrayDesc &array) {
  Shape shape{1, draw.upTo(6), draw.upTo(6), draw.upTo(6)};
  int64_t *time[] = {&shape.k, &shape.m, &shape.n};
  *time[int(array.dataflow)] = draw.upTo(1500);
  return shape;
}

/// How many groups of vectors of filter the first fold has; 0 where it comes in
/// whole, or as a tile.
int64_t countFilterGroups(const Work &work, const ArrayDesc &array) {
  const Tile &tile = work.schedule.getTile();
  const Format format = getFilterFormat(*array.machine, work.filter);
  const int64_t half = 4096 * array.filterKb;
  if (half == 0 || array.dataflow == Dataflow::WeightStationary ||
      tile.n * tile.k * format.bits <= half * format.elements)
    return 0;
  const bool os = array.dataflow == Dataflow::OutputStationary;
  const int64_t vectors =
      half * format.elements / format.bits / (os ? tile.n : tile.k);
  return ceilDiv(os ? tile.k : tile.n, vectors);
}

Work drawWork(Draw &draw, const ArrayDesc &array) {
  const Shape shape = draw.upTo(3) == 1 ? drawLong(draw, array)
                                        : draw.shape(draw.pick({4, 12, 24}));
  Schedule schedule = draw.schedule(shape, array);
  switch (draw.upTo(5)) {
  case 1:
    return {schedule, FilterKind::DenseWeight, FreshRows::None};
  case 2:
    return {schedule, FilterKind::KVCache, FreshRows::LastOfN};
  case 3:
    return {schedule, FilterKind::KVCache, FreshRows::LastOfK};
  case 4:
    return {schedule, FilterKind::KVCache, FreshRows::All};
  default:
    return {schedule, FilterKind::QuantizedWeight, FreshRows::None};
  }
}

// Sequences of kernels on machines that prefetch: every figure of every kernel,
// and what it leaves to the next, by the cost model and by the simulator. None
// takes longer than alone, and the channel is never busier than there is time.
TEST(Sequences, EqualWithPrefetching) {
  Draw draw(31);
  int64_t kernels = 0, earlier = 0, partly = 0, byRows = 0, inGroups = 0;
  for (int i = 0; i < 1500 && !HasFailure(); ++i) {
    ArrayDesc array = drawArray(draw);
    ArrayDesc alone = array;
    alone.machine->kernels = Overlap::Exposed;
    Prefetch prefetch;
    int64_t cycles = 0, bits = 0;
    bool anyWindow = false;
    for (int64_t left = draw.upTo(6); left > 0 && !HasFailure(); --left) {
      Work work = drawWork(draw, array);
      SCOPED_TRACE(test::describe(array, work.schedule) + "; filter " +
                   std::to_string(int(work.filter)) + ", fresh " +
                   std::to_string(int(work.fresh)) + ", window " +
                   std::to_string(prefetch.cycles));
      prefetch.fresh = work.fresh;
      std::optional<Both> got = priceBoth(prefetch, work, array);
      if (!got)
        break;
      ++kernels;
      EXPECT_EQ(got->priced, got->counted);
      // What the array does not hide does not come before.
      std::optional<Both> exposed = priceBoth(prefetch, work, alone);
      Figures price = getFigures(
          *lookupCostModel("onebit")->price(work.schedule, alone, work.filter));
      price.erase(Metric::MappedPEs);
      EXPECT_EQ(exposed->priced, price);
      const int64_t now = got->priced[Metric::Cycles];
      EXPECT_LE(now, price[Metric::Cycles]);
      for (Metric metric :
           {Metric::DramIfmapBits, Metric::DramFilterBits,
            Metric::DramOfmapReadBits, Metric::DramOfmapWriteBits}) {
        EXPECT_EQ(got->priced[metric], price[metric]);
        bits += price[metric];
      }
      cycles += now;
      if (array.machine->dram && !anyWindow) {
        EXPECT_GE(cycles * array.machine->dram, bits);
      }
      earlier += now < price[Metric::Cycles];
      partly += now > price[Metric::Cycles] - prefetch.cycles &&
                now < price[Metric::Cycles];
      inGroups += now < price[Metric::Cycles] && prefetch.cycles > 0 &&
                  countFilterGroups(work, array) > 2;
      byRows += now < price[Metric::Cycles] && work.fresh != FreshRows::None;
      // Now and then the other engine's.
      prefetch.cycles =
          draw.upTo(4) == 1 ? got->window.channel : got->window.memory;
      // Sometimes any window.
      if (draw.upTo(4) == 1) {
        prefetch.cycles = draw.upTo(300);
        anyWindow = true;
      }
    }
  }
  EXPECT_GT(kernels, 3000);
  EXPECT_GT(earlier, 700);
  EXPECT_GT(partly, 200);
  EXPECT_GT(byRows, 100);
  EXPECT_GT(inGroups, 30);
}

// The same machine, with activations on the chip.
//   alone: the filter comes 0 to 4, Q = 6, i(0) = 6, complete at 7 + 2, and
//          nothing is written back: 9 cycles.
//   window: the channel is idle from 4 to 9.
//   next:  all 4 cycles are done: Q = 2, complete at 5, idle from 0 to 5.
// With weights on the chip as well the first kernel is as that next one.
TEST(Sequences, OnChip) {
  ArrayDesc array = makeArray(2, 2, Dataflow::WeightStationary);
  array.machine.emplace();
  array.machine->kernels = Overlap::Hidden;
  array.machine->dram = 8;
  array.machine->ifmapDram = array.machine->ofmapDram = false;
  array.ifmapKb = array.filterKb = array.ofmapKb = 1;
  const Schedule schedule = makeSchedule({}, {1, 2, 2});
  Work work{schedule, FilterKind::QuantizedWeight, FreshRows::None};
  auto expect = [&](int64_t window, int64_t cycles, int64_t filterBits,
                    int64_t left) {
    std::optional<Both> got = priceBoth({window, FreshRows::None}, work, array);
    ASSERT_TRUE(got);
    EXPECT_EQ(got->priced, got->counted);
    EXPECT_EQ(got->counted[Metric::Cycles], cycles);
    EXPECT_EQ(got->counted[Metric::DramIfmapBits], 0);
    EXPECT_EQ(got->counted[Metric::DramFilterBits], filterBits);
    EXPECT_EQ(got->counted[Metric::DramOfmapWriteBits], 0);
    EXPECT_EQ(got->window.memory, left);
    EXPECT_EQ(got->window.channel, left);
  };
  expect(0, 9, 32, 5);
  expect(5, 5, 32, 5);
  array.machine->filterDram = false;
  expect(0, 5, 0, 5);
  expect(5, 5, 0, 5);
}

// By hand, section 9: 2 x 2, weights stay, 8 bits an element and a cycle from
// DRAM, preload exposed, k = n = 2, m = 1.
//   alone: the filter comes 0 to 4, the ifmap 4 to 6, Q = 4 + 2. i(0) = 6,
//          e(0) = 7, complete at 7 + 2 + 2 - 2 = 9: two sums go 9 to 11.
//   window: the channel is idle from 6 to 9, and group -1 needs no release.
//   next:  3 of 4 cycles of the filter are done: 0 to 1, the ifmap 1 to 3, Q =
//          1 + 2, i(0) = 3: everything is 3 cycles earlier.
TEST(Sequences, WeightsOfTheNextKernel) {
  ArrayDesc array = makeArray(2, 2, Dataflow::WeightStationary);
  array.machine.emplace();
  array.machine->kernels = Overlap::Hidden;
  array.machine->dram = 8;
  array.ifmapKb = array.filterKb = array.ofmapKb = 1;
  const Schedule schedule = makeSchedule({}, {1, 2, 2});
  Work work{schedule, FilterKind::QuantizedWeight, FreshRows::None};
  std::optional<Both> first = priceBoth({0, FreshRows::None}, work, array);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->counted[Metric::Cycles], 11);
  EXPECT_EQ(first->counted[Metric::StallFilterCycles], 4);
  EXPECT_EQ(first->window.memory, 3);
  std::optional<Both> next =
      priceBoth({first->window.memory, FreshRows::None}, work, array);
  ASSERT_TRUE(next);
  EXPECT_EQ(next->counted[Metric::Cycles], 8);
  EXPECT_EQ(next->counted[Metric::StallFilterCycles], 1);
  EXPECT_EQ(next->priced, next->counted);
  // A tile that holds the new row comes with it.
  next = priceBoth({first->window.memory, FreshRows::LastOfN}, work, array);
  ASSERT_TRUE(next);
  EXPECT_EQ(next->counted[Metric::Cycles], 11);
}

} // namespace
