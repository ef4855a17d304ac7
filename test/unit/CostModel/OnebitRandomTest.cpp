//===- OnebitRandomTest.cpp - Random kernels on random machines -----------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OnebitRandom.h"
#include "OnebitReference.h"

using namespace onebit;
using namespace onebit::test;

namespace {

/// The price by the family onebit; none where a memory is too small.
std::optional<Figures> tryPrice(const Schedule &schedule,
                                const ArrayDesc &array, FilterKind filter) {
  auto cost = lookupCostModel("onebit")->price(schedule, array, filter);
  if (!cost) {
    std::string error = llvm::toString(cost.takeError());
    EXPECT_NE(error.find("take a larger memory"), std::string::npos) << error;
    return std::nullopt;
  }
  Figures figures;
  for (const systolic::CostEntry &entry : cost->entries)
    figures[entry.metric] = entry.value;
  return figures;
}

/// Compares a price with the evaluation vector by vector. Whether there is one.
bool expectEqual(const Schedule &schedule, const ArrayDesc &array,
                 FilterKind filter) {
  std::optional<Figures> got = tryPrice(schedule, array, filter);
  if (!got)
    return false;
  Figures expected = evaluateVectorByVector(schedule, array, filter);
  if (*got == expected)
    return true;
  std::string text = describe(schedule, array, filter);
  for (auto [metric, value] : expected)
    if ((*got)[metric] != value)
      text += "\n  " + stringifyMetric(metric).str() + " " +
              std::to_string((*got)[metric]) + ", want " +
              std::to_string(value);
  ADD_FAILURE() << text;
  return true;
}

/// Compares `cases` random prices, up to the first that is wrong; how many
/// there are.
int compare(unsigned seed, int cases, int64_t side, int64_t extent,
            int64_t entries) {
  OnebitRandom random(seed);
  int priced = 0;
  for (int i = 0; i < cases && !testing::Test::HasFailure(); ++i) {
    ArrayDesc array = random.array(side);
    if (i % 2 == 1)
      random.onChip(array);
    Schedule schedule = random.schedule(array, extent, entries);
    priced += expectEqual(schedule, array, random.filter());
  }
  return priced;
}

// Many small products in odd orders.
TEST(OnebitRandom, EqualsVectorByVector) {
  EXPECT_GT(compare(1, 6000, 8, 24, 4), 5000);
}

// Products most of which do not fit the memories.
TEST(OnebitRandom, EqualsVectorByVectorWhereLittleFits) {
  EXPECT_GT(compare(2, 1500, 20, 120, 2), 1000);
}

// Prefetching runs ahead of a slow start, and the folds catch up with it after
// a while: what goes on for long need not go on for ever.
TEST(OnebitRandom, EqualsVectorByVectorWhereTheRhythmChanges) {
  OnebitRandom random(4);
  for (int i = 0; i < 400 && !HasFailure(); ++i) {
    ArrayDesc array =
        makeArray(random.draw(8), random.draw(2), kDataflows[1 + i % 2]);
    array.machine.emplace();
    Machine &machine = *array.machine;
    machine.preload = systolic::Overlap::Hidden;
    machine.idleLanes = systolic::IdleLanes::Skipped;
    machine.activation = {random.draw(3), 1};
    machine.weight = {random.draw(12), random.draw(2)};
    machine.filterPort = machine.ifmapPort = random.draw(3);
    machine.partialSum = {random.draw(20), 1};
    machine.dram = random.draw(6);
    auto memory = [&] { return random.chance(0.6) ? 0 : random.draw(3); };
    array.ifmapKb = memory();
    array.filterKb = memory();
    array.ofmapKb = memory();
    if (i % 4 == 3)
      random.onChip(array);
    const int64_t folds = 60 + random.draw(200);
    const bool is = array.dataflow == Dataflow::InputStationary;
    Shape shape{1, random.draw(is ? 3 : 60), random.draw(is ? 60 : 3),
                folds * array.rows - random.draw(array.rows) + 1};
    expectEqual(tileLikeScaleSim(shape, array), array, random.filter());
  }
}

// Loops that are long enough to settle, and to be skipped.
TEST(OnebitRandom, EqualsVectorByVectorInLongLoops) {
  EXPECT_GT(compare(3, 60, 3, 90, 8), 50);
}

} // namespace
