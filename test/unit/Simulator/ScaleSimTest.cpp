//===- ScaleSimTest.cpp - Against SCALE-Sim and a TPU ---------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RandomCases.h"

using namespace onebit;
using namespace onebit::test;

namespace {

// Where nothing is bounded or overlaps and idle lanes are waited for, a fold is
// SCALE-Sim's, but that its outputs leave the array: under `os` it takes as
// many cycles more as there are rows.
TEST(Simulator, AgreesWithScaleSim) {
  Draw draw(3);
  for (int i = 0; i < 1000; ++i) {
    ArrayDesc array =
        makeArray(draw.upTo(24), draw.upTo(24), kDataflows[i % 3]);
    Schedule schedule = tileLikeScaleSim(draw.shape(30), array);
    SCOPED_TRACE(describe(array, schedule));
    Figures scaleSim = price(schedule, array);
    llvm::Expected<Simulation> simulation = simulate(schedule, array);
    ASSERT_TRUE(bool(simulation)) << llvm::toString(simulation.takeError());
    Figures figures = getFigures(simulation->cost);
    const bool os = array.dataflow == Dataflow::OutputStationary;
    ASSERT_EQ(figures[Metric::Cycles],
              scaleSim[Metric::CyclesCorrected] +
                  (os ? array.rows * scaleSim[Metric::Folds] : 0));
    for (Metric metric : {Metric::Folds, Metric::MACs, Metric::SramIfmapReads,
                          Metric::SramFilterReads})
      ASSERT_EQ(figures[metric], scaleSim[metric]);
    ASSERT_EQ(figures[Metric::SramOfmapWrites],
              scaleSim[Metric::SramOfmapWritesCorrected]);
    ASSERT_EQ(figures[Metric::SramOfmapReads],
              scaleSim[Metric::SramOfmapReadsCorrected]);
  }
}

// Table 3 of Jouppi et al., "In-Datacenter Performance Analysis of a Tensor
// Processing Unit", ISCA 2017: of the cycles of MLP0's matrix products (batch
// 200) 15.4 % are active, 65.3 % wait for weights and 19.3 % shift them in. A
// tile of 64 KiB at 34 GB/s and 700 MHz takes 1349 cycles, of which 200 are
// active and 256 shift. The array is the one that ships, its activations on the
// chip.
void expectTpuShares(const Cost &cost) {
  Figures figures = getFigures(cost);
  const double active = figures[Metric::StreamCycles],
               stall = figures[Metric::StallFilterCycles],
               shift = figures[Metric::PreloadCycles],
               matrix = (active + stall + shift) / 100;
  EXPECT_NEAR(active / matrix, 15.4, 2);
  EXPECT_NEAR(stall / matrix, 65.3, 2);
  EXPECT_NEAR(shift / matrix, 19.3, 2);
}

TEST(Simulator, AgreesWithTpu) {
  llvm::Expected<ArrayDesc> array = parseArray("tpu-v1");
  ASSERT_TRUE(bool(array)) << llvm::toString(array.takeError());
  // 4 x 4 tiles; and a layer of MLP0, which has five, of 20 million weights.
  llvm::Expected<Simulation> simulation =
      simulate(tileLikeScaleSim({1, 200, 1024, 1024}, *array), *array);
  ASSERT_TRUE(bool(simulation)) << llvm::toString(simulation.takeError());
  expectTpuShares(simulation->cost);
  llvm::Expected<Cost> cost = lookupCostModel("onebit")->price(
      tileLikeScaleSim({1, 200, 2000, 2000}, *array), *array);
  ASSERT_TRUE(bool(cost)) << llvm::toString(cost.takeError());
  expectTpuShares(*cost);
}

} // namespace
