//===- ReadingsTest.cpp - What a cycle may be counted for -----------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/CostModel/Readings.h"
#include "TestSchedules.h"

using namespace onebit;
using namespace onebit::test;

namespace {

constexpr FilterKind kWeight = FilterKind::QuantizedWeight;

std::vector<int64_t> countAll(const Schedule &schedule,
                              const ArrayDesc &array) {
  std::vector<int64_t> counts;
  for (Reading reading : getReadings()) {
    auto counted = evaluateReading(reading, schedule, array, kWeight);
    counts.push_back(counted ? *counted : -1);
    if (!counted)
      ADD_FAILURE() << llvm::toString(counted.takeError());
  }
  return counts;
}

// Two of 6 x 5 x 7 on 4 x 4: folds of 4 x 4, 2 x 4, 4 x 1 and 2 x 1.
TEST(Readings, outputStationaryByHand) {
  ArrayDesc array = makeArray(4, 4, Dataflow::OutputStationary);
  const Schedule schedule = tileLikeScaleSim({2, 6, 5, 7}, array);
  const std::vector<int64_t> want = {
      // 7 + 4 + 4 - 2 each, less one a run.
      2 * (4 * 13 - 1),
      // 4 more.
      2 * 4 * 17,
      // 7 + 2 r + c - 2.
      2 * (17 + 13 + 14 + 10),
      // Last vectors enter at 7, 14, 21 and 28; the way out of 2 x 1 is 3.
      2 * 31,
      // At 35, 42, 49 and 56.
      59, 2 * 28, 2 * 210};
  EXPECT_EQ(countAll(schedule, array), want);
  // What the array says of overlap and lanes does not matter.
  array.machine.emplace();
  array.machine->drain = systolic::Overlap::Hidden;
  array.machine->idleLanes = systolic::IdleLanes::Skipped;
  EXPECT_EQ(countAll(schedule, array), want);
  // All else does.
  array.machine->filterPort = 16;
  EXPECT_GT(countAll(schedule, array)[1], want[1]);
}

// A token times 5 x 7 on 4 x 4: folds of 4 x 4, 3 x 4, 4 x 1 and 3 x 1.
TEST(Readings, weightStationaryByHand) {
  const ArrayDesc array = makeArray(4, 4, Dataflow::WeightStationary);
  const Schedule schedule = tileLikeScaleSim({1, 1, 5, 7}, array);
  EXPECT_EQ(countAll(schedule, array),
            (std::vector<int64_t>{
                // 1 + 2 R + C - 2 each, less one.
                4 * 11 - 1, 4 * 11,
                // 1 + 2 r + c - 2.
                11 + 9 + 8 + 6,
                // 4 to fill, then each fold waits for its own rows; the last
                // vector, read at 14, passes all four.
                4 + 3 + 4 + 3 + 1 + 4 + 1 - 2, 4 + 3 + 4 + 3 + 1 + 4 + 1 - 2, 4,
                35}));
}

TEST(Readings, errors) {
  ArrayDesc array = makeArray(1, 1, Dataflow::OutputStationary);
  const Schedule schedule =
      makeSchedule({{Dim::Batch, int64_t(1) << 62, 1}}, {1, 1, 1});
  EXPECT_EQ(message(evaluateReading(Reading::FoldsOverlapped, schedule, array,
                                    kWeight)),
            "the cycles of all batch entries exceed 64 bits");
  // 2^62 folds of two MACs.
  EXPECT_EQ(message(evaluateReading(
                Reading::MACs,
                makeSchedule({{Dim::Batch, int64_t(1) << 62, 1}}, {1, 1, 2}),
                array, kWeight)),
            "'macs' exceeds 64 bits");
  array.rows = 0;
  EXPECT_EQ(
      message(evaluateReading(Reading::ScaleSim, schedule, array, kWeight))
          .find("array 'test' must have"),
      0u);
}

} // namespace
