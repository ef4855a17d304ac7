//===- ErrorsTest.cpp - What a simulation refuses -------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RandomCases.h"
#include "lib/Simulator/Sequencer.h"

using namespace onebit;
using namespace onebit::test;
using namespace onebit::sim;

namespace {

std::string message(llvm::Error error) {
  return error ? llvm::toString(std::move(error)) : "no failure";
}
using onebit::test::message;

/// A product of one fold.
Schedule makeFold(int64_t m, int64_t n, int64_t k) {
  return makeSchedule({}, {m, n, k});
}

TEST(SimulatorErrors, FoldsThatDoNotFit) {
  ArrayDesc array = makeArray(4, 8, Dataflow::WeightStationary);
  EXPECT_EQ(message(simulate(makeFold(9, 8, 5), array)),
            "a fold needs 5 x 8 processing elements, but ws array 'test' has "
            "4 x 8");
  array.machine.emplace().dram = -1;
  EXPECT_EQ(message(simulate(makeFold(1, 1, 1), array)),
            "array 'test' must not have a negative bandwidth, got -1 bits per "
            "cycle");
}

TEST(SimulatorErrors, TooMuchWork) {
  // 2^20 + 3 * 256 cycles of 2^16 steps, and 64 for the rest of each.
  ArrayDesc array = makeArray(256, 256, Dataflow::OutputStationary);
  EXPECT_EQ(message(simulate(makeFold(1, 1, 1 << 20), array)),
            "a simulation takes about 68836966400 steps of processing "
            "elements, and is refused above 20000000000: take a smaller array "
            "or product, or the cost model 'onebit'");
  EXPECT_EQ(message(simulate(makeFold(1, 1, 1 << 10), array)), "no failure");

  // A port of a bit a cycle makes 32 cycles of one.
  array = makeArray(16, 4, Dataflow::WeightStationary);
  array.machine.emplace();
  EXPECT_EQ(message(simulate(makeFold(1 << 15, 1, 1), array)), "no failure");
  Schedule many = makeSchedule(
      {{Dim::Batch, 1 << 11, 1}, {Dim::M, 1 << 15, 1 << 15}}, {1 << 15, 1, 1});
  EXPECT_EQ(message(simulate(makeFold(INT64_MAX, 1, 1), array)),
            "a simulation of a product of 9223372036854775807 elements takes "
            "too much memory; it may have up to 134217728: take the cost model "
            "'onebit'");
  array.machine->ofmapPort = 1;
  EXPECT_NE(message(simulate(many, array)).find("refused above 20000000000"),
            std::string::npos);

  array = makeArray(4097, 1, Dataflow::OutputStationary);
  EXPECT_EQ(message(simulate(makeFold(1, 1, 1), array)),
            "a simulation of 4097 x 1 processing elements takes too much "
            "memory; it may have up to 4096 rows and columns: take the cost "
            "model 'onebit'");
  array.machine.emplace().idleLanes = IdleLanes::Skipped;
  EXPECT_EQ(message(simulate(makeFold(1, 1, 1), array)), "no failure");
}

TEST(SimulatorErrors, Input) {
  ArrayDesc array = makeArray(4, 4, Dataflow::OutputStationary);
  std::vector<int16_t> two(2, 32767), three(3, 1);
  EXPECT_EQ(message(simulate(makeFold(1, 1, 2), array,
                             FilterKind::QuantizedWeight, {two, three})),
            "filter must have 1 x 1 x 2 elements, got 3");
  EXPECT_EQ(message(simulate(makeFold(1, 1, 2), array,
                             FilterKind::QuantizedWeight, {{}, two})),
            "ifmap must have 1 x 1 x 2 elements, got 0");
  EXPECT_EQ(message(simulate(makeFold(1, 1, 2), array,
                             FilterKind::QuantizedWeight, {two, two})),
            "no failure");
  two.front() = -32768;
  EXPECT_EQ(message(simulate(makeFold(1, 1, 2), array,
                             FilterKind::QuantizedWeight, {two, two})),
            "sums of 2 products of up to 1073741824 could exceed 32 bits: take "
            "smaller numbers");
}

TEST(SimulatorErrors, MemoriesThatHoldNoTile) {
  // Half of 1 kB is 4096 bits.
  ArrayDesc array = makeArray(32, 32, Dataflow::OutputStationary);
  array.machine.emplace();
  array.ofmapKb = 1;
  EXPECT_EQ(message(simulate(makeFold(8, 16, 1), array)), "no failure");
  EXPECT_EQ(message(simulate(makeFold(8, 17, 1), array)),
            "a tile of ofmap has 4352 bits, but half of its memory has 4096: "
            "take a larger memory or an array of fewer rows and columns");
  array.dataflow = Dataflow::WeightStationary;
  array.machine->partialSum.bits = array.machine->activation.bits = 64;
  array.ifmapKb = 1;
  EXPECT_EQ(message(simulate(makeFold(9, 32, 32), array)), "no failure");
  array = makeArray(65, 65, Dataflow::OutputStationary);
  array.machine.emplace().activation.bits = 64;
  array.ifmapKb = 1;
  EXPECT_EQ(message(simulate(makeFold(65, 1, 1), array)),
            "one vector of ifmap has 4160 bits, but half of its memory has "
            "4096: take a larger memory or an array of fewer rows and columns");
}

TEST(Halves, HoldOneGroupEach) {
  Halves halves(Operand::Filter, /*isLimited=*/true);
  for (int64_t group : {0, 0, 1})
    EXPECT_EQ(message(halves.take(group)), "no failure");
  EXPECT_FALSE(halves.isFree(2));
  EXPECT_EQ(message(halves.read(1)), "no failure");
  EXPECT_EQ(message(halves.read(2)),
            "group 2 of filter is read, but it is not in its memory");
  EXPECT_EQ(message(halves.take(2)), "group 2 of filter comes into a half that "
                                     "group 0 has not left");
  halves.release(1);
  EXPECT_FALSE(halves.isFree(2));
  EXPECT_TRUE(halves.isFree(3));
  halves.release(0);
  EXPECT_TRUE(halves.isFree(2));
  EXPECT_EQ(message(halves.take(2)), "no failure");
}

TEST(OfmapMemory, SumsGrowInOrder) {
  OfmapMemory memory(makeFold(2, 2, 7));
  EXPECT_EQ(message(memory.add(0, 1, 1, 0, 4, 10)), "no failure");
  EXPECT_EQ(message(memory.check({0, 1, 1, 1, 1}, 4)), "no failure");
  EXPECT_EQ(message(memory.check({0, 1, 0, 1, 2}, 4)),
            "element 1, 0 leaves for DRAM, but it is summed up to 0 and not to "
            "4");
  EXPECT_EQ(message(memory.add(0, 1, 0, 4, 3, 1)),
            "a sum from k = 4 on arrives for element 1, 0, which is summed up "
            "to 0");
  EXPECT_EQ(message(memory.add(0, 1, 1, 4, 3, -3)), "no failure");
  EXPECT_EQ(memory.getNumWrites(), 2);
  EXPECT_EQ(memory.getNumReads(), 1);
  EXPECT_EQ(memory.takeSums(), (std::vector<int32_t>{0, 0, 0, 7}));
}

TEST(Operands, AWrongProductIsSeen) {
  std::vector<int16_t> ifmap = {1, 2, 3, 4}, filter = {5, 6, 7, 8};
  auto operands = Operands::get(makeSchedule({{Dim::Batch, 2, 1}}, {1, 1, 2}),
                                {ifmap, filter});
  ASSERT_TRUE(bool(operands));
  EXPECT_EQ(message(operands->check({17, 53})), "no failure");
  EXPECT_EQ(message(operands->check({17, 54})),
            "row 0 of batch entry 1 of the product that the array made is "
            "wrong");
  // Any one element.
  auto random = Operands::get(makeFold(5, 40, 3), {});
  ASSERT_TRUE(bool(random));
  std::vector<int32_t> ofmap(5 * 40);
  for (int64_t m = 0; m < 5; ++m)
    for (int64_t n = 0; n < 40; ++n)
      for (int64_t k = 0; k < 3; ++k)
        ofmap[m * 40 + n] +=
            random->getIfmap(0, m, k) * random->getFilter(0, n, k);
  EXPECT_EQ(message(random->check(ofmap)), "no failure");
  for (int32_t &sum : ofmap) {
    ++sum;
    EXPECT_NE(message(random->check(ofmap)), "no failure");
    --sum;
  }
}

// Numbers at random differ, are small, and are the same in every run.
TEST(Operands, AtRandom) {
  auto operands = Operands::get(makeFold(4, 4, 1 << 20), {});
  ASSERT_TRUE(bool(operands));
  std::map<int16_t, int> seen;
  for (int64_t k = 0; k < 10000; ++k) {
    ++seen[operands->getIfmap(0, 1, k)];
    ++seen[operands->getFilter(0, 1, k)];
  }
  // 45 * 45 * 2^20 is less than 2^31, 46 * 46 * 2^20 is not.
  EXPECT_EQ(seen.begin()->first, -45);
  EXPECT_EQ(seen.rbegin()->first, 45);
  EXPECT_EQ(seen.size(), 91u);
}

/// What a machine says that takes batch entries for outermost, wherever their
/// loop lies.
std::string runWithWrongPlan(const ArrayDesc &array, const Schedule &schedule) {
  EXPECT_EQ(message(simulate(schedule, array)), "no failure");
  const Parameters parameters(array, FilterKind::QuantizedWeight);
  auto plan = Plan::get(schedule, parameters);
  auto operands = Operands::get(schedule, {});
  EXPECT_TRUE(plan && operands);
  EXPECT_FALSE(plan->batchOutermost);
  plan->batchOutermost = true;
  plan->residency = {Residency::Whole, Residency::Whole, Residency::Whole};
  plan->groupVectors = {};
  return message(makeSequencer(schedule, *plan, parameters, *operands)->run());
}

// Sums of a batch entry that are not finished keep half a memory, for which the
// next but one waits. Folds are complete at 5 and 10; the vector of the third
// has been read at 11.
TEST(Sequencer, SaysThatItIsLockedUp) {
  ArrayDesc array = makeArray(2, 2, Dataflow::OutputStationary);
  array.ofmapKb = 1;
  Schedule schedule =
      makeSchedule({{Dim::K, 2, 1}, {Dim::Batch, 40, 1}}, {2, 2, 1});
  std::string failure = runWithWrongPlan(array, schedule);
  EXPECT_EQ(failure, "the machine waits at cycle 11 for what cannot come");
}

// The first batch entry has left its half when the loop around comes back.
TEST(Sequencer, ReadsNothingThatIsNotThere) {
  ArrayDesc array = makeArray(2, 2, Dataflow::OutputStationary);
  array.machine.emplace().activation.bits = 64;
  array.ifmapKb = 1;
  Schedule schedule = makeSchedule(
      {{Dim::N, 4, 2}, {Dim::Batch, 3, 1}, {Dim::M, 4, 2}}, {2, 2, 16});
  EXPECT_EQ(runWithWrongPlan(array, schedule),
            "group 3 of ifmap is read, but it is not in its memory");
}

} // namespace
