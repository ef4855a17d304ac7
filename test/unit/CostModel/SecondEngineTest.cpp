//===- SecondEngineTest.cpp - Operands between two engines ----------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/CostModel/SecondEngine.h"
#include "TestSchedules.h"

using namespace onebit;
using namespace onebit::test;

namespace {

std::vector<std::pair<Metric, int64_t>> toPairs(const Cost &cost) {
  std::vector<std::pair<Metric, int64_t>> pairs;
  for (const systolic::CostEntry &entry : cost.entries)
    pairs.emplace_back(entry.metric, entry.value);
  return pairs;
}

// 2 x 3 x 5 elements of 7 bits go, 210 bits or 21 cycles of 10; 2 x 3 x 11
// come back, 462 bits or 47.
TEST(SecondEngine, Moving) {
  ArrayDesc base = makeArray(4, 4, Dataflow::OutputStationary);
  base.machine.emplace();
  base.machine->activation.bits = 7;
  base.machine->dram = 10;
  Cost cost;
  cost.entries = {{Metric::Cycles, 9}, {Metric::MappedPEs, 1}};
  EXPECT_EQ(toPairs(llvm::cantFail(addMoving(cost, {2, 3, 11, 5}, base))),
            (std::vector<std::pair<Metric, int64_t>>{{Metric::Cycles, 9},
                                                     {Metric::MovedBits, 672},
                                                     {Metric::MovingCycles, 68},
                                                     {Metric::MappedPEs, 1}}));
  // Without a bound it takes no time; without a machine bits are its defaults.
  base.machine.reset();
  cost.entries = {{Metric::Cycles, 9}};
  EXPECT_EQ(
      toPairs(llvm::cantFail(addMoving(cost, {2, 3, 11, 5}, base))),
      (std::vector<std::pair<Metric, int64_t>>{{Metric::Cycles, 9},
                                               {Metric::MovedBits, 768},
                                               {Metric::MovingCycles, 0}}));
  EXPECT_EQ(message(addMoving(cost, {1, int64_t(1) << 40, 1, 1 << 20}, base)),
            "'moved_bits' exceeds 64 bits");
}

TEST(SecondEngine, PrefetchCycles) {
  const PrefetchWindow window{30, 20};
  for (Engine engine : {Engine::Base, Engine::Projections}) {
    const Engine other =
        engine == Engine::Base ? Engine::Projections : Engine::Base;
    for (bool shared : {false, true})
      EXPECT_EQ(getPrefetchCycles(engine, engine, shared, 100, window), 20);
    EXPECT_EQ(getPrefetchCycles(engine, other, true, 100, window), 30);
    EXPECT_EQ(getPrefetchCycles(engine, other, false, 100, window), 100);
  }
}

// A family that does not prefetch prices every kernel alone.
TEST(SecondEngine, FamiliesThatDoNotPrefetch) {
  ArrayDesc array = makeArray(4, 4, Dataflow::WeightStationary);
  array.machine.emplace();
  array.machine->kernels = systolic::Overlap::Hidden;
  array.machine->dram = 8;
  const Schedule schedule = tileLikeScaleSim({1, 5, 6, 7}, array);
  for (const char *family : {"scale-sim-v2", "scale-sim-v3"}) {
    SequencedCost priced = llvm::cantFail(lookupCostModel(family)->priceAfter(
        {1000, FreshRows::None}, schedule, array));
    EXPECT_EQ(priced.window, PrefetchWindow());
    EXPECT_EQ(toPairs(priced.cost),
              toPairs(llvm::cantFail(
                  lookupCostModel(family)->price(schedule, array))));
  }
  // What does not fit is refused by both ways.
  EXPECT_EQ(message(lookupCostModel("onebit")->priceAfter(
                {}, makeSchedule({}, {1, 5, 5}), array)),
            message(lookupCostModel("onebit")->price(
                makeSchedule({}, {1, 5, 5}), array)));
}

// The engine beside an array is checked with it.
TEST(SecondEngine, IsChecked) {
  ArrayDesc array = makeArray(4, 4, Dataflow::WeightStationary);
  ArrayDesc second = makeArray(4, 0, Dataflow::WeightStationary);
  array.projectionEngine = std::make_shared<ArrayDesc>(second);
  EXPECT_EQ(
      llvm::toString(array.check()),
      "array 'test' must have between 1 and 65536 rows and columns, got 4 "
      "x 0");
  second.columns = 1;
  array.projectionEngine = std::make_shared<ArrayDesc>(second);
  EXPECT_EQ(llvm::toString(array.check()), "");
}

} // namespace
