//===- VectorUnitTest.cpp - Cycles of a vector unit -----------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/CostModel/VectorUnit.h"
#include "onebit/CostModel/CostModel.h"
#include "gtest/gtest.h"

using namespace onebit;

namespace {

int64_t cycles(llvm::ArrayRef<LanePass> passes, int64_t lanes) {
  return llvm::cantFail(getVectorCycles(passes, lanes));
}

std::string errorOf(llvm::ArrayRef<LanePass> passes, int64_t lanes) {
  llvm::Expected<int64_t> result = getVectorCycles(passes, lanes);
  return result ? "no failure" : llvm::toString(result.takeError());
}

TEST(VectorUnit, PassesThatMapKnowNoRows) {
  EXPECT_EQ(cycles({{1, 0}}, 8), 1);
  EXPECT_EQ(cycles({{8, 0}}, 8), 1);
  EXPECT_EQ(cycles({{9, 0}}, 8), 2);
  EXPECT_EQ(cycles({{0, 0}}, 8), 0);
  EXPECT_EQ(cycles({}, 8), 0);
  EXPECT_EQ(cycles({{INT64_MAX, 0}}, 1), INT64_MAX);
}

TEST(VectorUnit, PassesThatReduceTakeRowByRow) {
  // Three rows of 20: 8 + 8 + 4 elements, then 8 to 4 to 2 to 1.
  EXPECT_EQ(cycles({{60, 3}}, 8), 3 * (3 + 3));
  // Rows shorter than the unit use as many lanes: 5 to 3 to 2 to 1.
  EXPECT_EQ(cycles({{10, 2}}, 8), 2 * (1 + 3));
  // One lane adds up by itself; one element is a result.
  EXPECT_EQ(cycles({{20, 1}}, 1), 20);
  EXPECT_EQ(cycles({{4, 4}}, 8), 4);
  // No elements, no cycles.
  EXPECT_EQ(cycles({{0, 4}}, 8), 0);
}

TEST(VectorUnit, PassesFollowEachOther) {
  // Softmax of 20 heads over 2048 keys on 128 lanes.
  const LanePass reduce = {20 * 2048, 20}, map = {20 * 2048, 0};
  EXPECT_EQ(cycles({reduce, reduce, map}, 128), 2 * 20 * (16 + 7) + 320);
}

TEST(VectorUnit, SaysWhatIsWrong) {
  EXPECT_EQ(errorOf({}, 0), "a vector unit must have a lane, got 0");
  EXPECT_EQ(errorOf({{-1, 0}}, 1), "a pass must not have a negative count, got "
                                   "-1 elements and 0 reductions");
  EXPECT_EQ(errorOf({{10, 3}}, 1),
            "10 elements are not rows of equal length for 3 reductions");
  EXPECT_EQ(errorOf({{INT64_MAX, 0}, {1, 0}}, 1),
            "the cycles of a vector unit exceed 64 bits");
}

TEST(VectorUnit, AbsentWhereAFamilyOrAnArrayHasNone) {
  ArrayDesc array;
  array.rows = array.columns = 4;
  const CostModel &onebit = *lookupCostModel("onebit");
  auto price = [&](const CostModel &model) {
    return llvm::cantFail(model.priceVectorWork({{100, 0}}, array));
  };
  EXPECT_EQ(price(onebit), std::nullopt);
  array.machine.emplace();
  EXPECT_EQ(price(onebit), std::nullopt);
  array.machine->vectorLanes = 10;
  EXPECT_EQ(price(onebit), 10);
  EXPECT_EQ(price(*lookupCostModel("scale-sim-v2")), std::nullopt);
  EXPECT_EQ(price(*lookupCostModel("scale-sim-v3")), std::nullopt);
}

} // namespace
