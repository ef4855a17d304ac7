//===- ProductTest.cpp - What an array multiplies -------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RandomCases.h"

using namespace onebit;
using namespace onebit::test;

namespace {

// Matrices that are given, on every kind of machine: three dataflows, what
// overlaps and what does not, ragged folds, nests in any order, memories and
// bandwidths that starve the array.
TEST(Simulator, MultipliesMatrices) {
  Draw draw(1);
  int64_t simulated = 0;
  for (int i = 0; i < 2500; ++i) {
    ArrayDesc array = draw.array(12);
    Shape shape = draw.shape(20);
    draw.bounds(array);
    std::vector<int16_t> ifmap = draw.matrix(shape.batch * shape.m * shape.k);
    std::vector<int16_t> filter = draw.matrix(shape.batch * shape.n * shape.k);
    Schedule schedule = draw.schedule(shape, array);
    SCOPED_TRACE(describe(array, schedule));
    llvm::Expected<Simulation> simulation =
        simulate(schedule, array, FilterKind::QuantizedWeight, {ifmap, filter});
    if (!simulation) {
      std::string message = llvm::toString(simulation.takeError());
      ASSERT_NE(message.find("half of its memory"), std::string::npos)
          << message;
      continue;
    }
    ++simulated;
    ASSERT_EQ(simulation->ofmap, multiply(shape, ifmap, filter));
  }
  EXPECT_GT(simulated, 2300);
}

// The family counts what a simulation of numbers at random counts, whatever the
// numbers are.
TEST(Simulator, IsACostModel) {
  registerSimulator();
  registerSimulator();
  const CostModel *model = lookupCostModel("cycle-stepped");
  ASSERT_EQ(model, &getCycleStepped());
  EXPECT_EQ(llvm::count(getCostModels(), model), 1);
  EXPECT_EQ(getCostModels().front()->name(), "scale-sim-v2");
  Draw draw(7);
  for (int i = 0; i < 20; ++i) {
    ArrayDesc array = draw.array(8);
    Shape shape = draw.shape(9);
    Schedule schedule = draw.schedule(shape, array);
    std::vector<int16_t> ifmap = draw.matrix(shape.batch * shape.m * shape.k);
    std::vector<int16_t> filter = draw.matrix(shape.batch * shape.n * shape.k);
    Cost priced = llvm::cantFail(model->price(schedule, array));
    Cost counted =
        llvm::cantFail(simulate(schedule, array, FilterKind::QuantizedWeight,
                                {ifmap, filter}))
            .cost;
    EXPECT_EQ(priced.entries, counted.entries);
    EXPECT_TRUE(llvm::is_sorted(
        priced.entries, [](auto &a, auto &b) { return a.metric < b.metric; }));
  }
}

} // namespace
