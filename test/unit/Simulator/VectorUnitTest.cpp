//===- VectorUnitTest.cpp - A vector unit, cycle by cycle -----------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/Simulator/VectorUnit.h"
#include "onebit/Simulator/Simulator.h"
#include "gtest/gtest.h"
#include <random>

using namespace onebit;

namespace {

TEST(SimulatedVectorUnit, EqualsTheFormulas) {
  std::mt19937 random(20241);
  auto draw = [&](int64_t from, int64_t to) {
    return std::uniform_int_distribution<int64_t>(from, to)(random);
  };
  for (int i = 0; i < 10000; ++i) {
    // Lanes of all sizes, also far more than there are elements.
    const int64_t lanes = draw(0, 3) ? draw(1, 40) : int64_t(1) << draw(0, 12);
    llvm::SmallVector<LanePass> passes;
    for (int64_t n = draw(0, 4); n > 0; --n) {
      const int64_t rows = draw(0, 20);
      passes.push_back({std::max<int64_t>(rows, 1) * draw(0, 100), rows});
    }
    llvm::Expected<int64_t> stepped = simulateVectorUnit(passes, lanes);
    ASSERT_TRUE(bool(stepped)) << llvm::toString(stepped.takeError());
    ASSERT_EQ(*stepped, llvm::cantFail(getVectorCycles(passes, lanes)))
        << "case " << i << " on " << lanes << " lanes";
  }
}

TEST(SimulatedVectorUnit, PricesTheFamily) {
  ArrayDesc array;
  array.rows = array.columns = 4;
  auto price = [&] {
    return llvm::cantFail(
        getCycleStepped().priceVectorWork({{30, 3}, {30, 0}}, array));
  };
  EXPECT_EQ(price(), std::nullopt);
  array.machine.emplace().vectorLanes = 4;
  EXPECT_EQ(price(), 3 * (3 + 2) + 8);
}

TEST(SimulatedVectorUnit, RefusesWhatItCannotStepThrough) {
  auto errorOf = [](llvm::ArrayRef<LanePass> passes, int64_t lanes) {
    llvm::Expected<int64_t> result = simulateVectorUnit(passes, lanes);
    return result ? "no failure" : llvm::toString(result.takeError());
  };
  EXPECT_EQ(errorOf({{INT64_MAX, 0}, {INT64_MAX, 1}}, 8),
            "a simulation of a vector unit takes 18446744073709551614 elements "
            "in 1 rows, and is refused above 20000000000 in 1000000000: take "
            "the cost model 'onebit'");
  EXPECT_NE(errorOf({{0, INT64_MAX}}, 8).find("is refused above"),
            std::string::npos);
  EXPECT_EQ(errorOf({}, 0), "a vector unit must have a lane, got 0");
}

} // namespace
