//===- InvariantsTest.cpp - What holds of every machine -------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RandomCases.h"

using namespace onebit;
using namespace onebit::test;

namespace {

int64_t getBits(Format format, int64_t elements) {
  return ceilDiv(elements * format.bits, format.elements);
}

/// The figures of a simulation, or nothing where a tile does not fit a memory.
std::optional<Figures> run(const Schedule &schedule, const ArrayDesc &array) {
  llvm::Expected<Simulation> simulation = simulate(schedule, array);
  if (simulation)
    return getFigures(simulation->cost);
  std::string message = llvm::toString(simulation.takeError());
  EXPECT_NE(message.find("half of its memory"), std::string::npos) << message;
  return std::nullopt;
}

/// What folds count, by walking the nest.
Figures countFolds(const Schedule &schedule, const ArrayDesc &array) {
  const Machine &machine = *array.machine;
  Figures figures;
  std::set<std::vector<int64_t>> ifmapTiles, filterTiles, ofmapTiles;
  forEachFold(schedule, [&](const FoldPlace &fold) {
    auto [b, m, n, k] = fold.start;
    const Tile &tile = fold.tile;
    ++figures[Metric::Folds];
    figures[Metric::MACs] += tile.m * tile.n * tile.k;
    figures[Metric::SramIfmapReads] += tile.m * tile.k;
    figures[Metric::SramFilterReads] += tile.n * tile.k;
    figures[Metric::SramOfmapWrites] += tile.m * tile.n;
    figures[Metric::SramOfmapReads] += k == 0 ? 0 : tile.m * tile.n;
    // What memories without bound bring: each tile once.
    if (ifmapTiles.insert({b, m, k}).second)
      figures[Metric::DramIfmapBits] +=
          getBits(machine.activation, tile.m * tile.k);
    if (filterTiles.insert({b, n, k}).second)
      figures[Metric::DramFilterBits] +=
          getBits(machine.weight, tile.n * tile.k);
    if (ofmapTiles.insert({b, m, n}).second)
      figures[Metric::DramOfmapWriteBits] +=
          getBits(machine.activation, tile.m * tile.n);
  });
  figures[Metric::DramOfmapReadBits];
  return figures;
}

TEST(Simulator, FiguresAddUp) {
  Draw draw(4);
  int64_t simulated = 0, bounded = 0, spilled = 0;
  for (int i = 0; i < 1500; ++i) {
    ArrayDesc array = draw.array(16);
    Shape shape = draw.shape(20);
    draw.bounds(array);
    Schedule schedule = draw.schedule(shape, array);
    SCOPED_TRACE(describe(array, schedule));
    std::optional<Figures> result = run(schedule, array);
    if (!result)
      continue;
    Figures &got = *result;
    ++simulated;
    const int64_t cycles = got[Metric::Cycles];

    ASSERT_EQ(got[Metric::StallCycles], got[Metric::StallIfmapCycles] +
                                            got[Metric::StallFilterCycles] +
                                            got[Metric::StallOfmapCycles]);
    ASSERT_EQ(cycles, got[Metric::StreamCycles] + got[Metric::PortCycles] +
                          got[Metric::StallCycles] +
                          got[Metric::PreloadCycles] +
                          got[Metric::DrainCycles]);
    // What is idle while vectors come is not negative.
    ASSERT_GE(got[Metric::StreamCycles] * array.rows * array.columns,
              got[Metric::MACs]);

    Figures folds = countFolds(schedule, array);
    int64_t steps = 0;
    forEachFold(schedule, [&](const FoldPlace &fold) {
      steps += getMapping(array.dataflow, fold.tile).time;
    });
    ASSERT_EQ(got[Metric::StreamCycles], steps);
    for (Metric metric : {Metric::Folds, Metric::MACs, Metric::SramIfmapReads,
                          Metric::SramFilterReads, Metric::SramOfmapWrites,
                          Metric::SramOfmapReads})
      ASSERT_EQ(got[metric], folds[metric]);
    for (auto [metric, kb] :
         {std::pair(Metric::DramIfmapBits, array.ifmapKb),
          std::pair(Metric::DramFilterBits, array.filterKb),
          std::pair(Metric::DramOfmapReadBits, array.ofmapKb),
          std::pair(Metric::DramOfmapWriteBits, array.ofmapKb)}) {
      if (kb == 0) {
        ASSERT_EQ(got[metric], folds[metric]);
      } else {
        ASSERT_GE(got[metric], folds[metric]);
      }
    }

    // Nothing is faster than its port or the channel.
    const Machine &machine = *array.machine;
    auto checkPort = [&](int64_t port, Format format, int64_t elements) {
      if (port != 0) {
        ASSERT_GE(cycles * port, getBits(format, elements));
      }
    };
    checkPort(machine.ifmapPort, machine.activation,
              shape.batch * shape.m * shape.k);
    checkPort(machine.filterPort, machine.weight,
              shape.batch * shape.n * shape.k);
    checkPort(machine.ofmapPort, machine.partialSum,
              got[Metric::SramOfmapWrites]);
    if (machine.dram != 0) {
      ++bounded;
      ASSERT_GE(cycles * machine.dram, got[Metric::DramIfmapBits] +
                                           got[Metric::DramFilterBits] +
                                           got[Metric::DramOfmapReadBits] +
                                           got[Metric::DramOfmapWriteBits]);
    }
    spilled += got[Metric::DramOfmapReadBits] != 0;
  }
  EXPECT_GT(simulated, 1200);
  EXPECT_GT(bounded, 500);
  EXPECT_GT(spilled, 50);
}

TEST(Simulator, MoreBandwidthNeverCosts) {
  Draw draw(5);
  int64_t faster = 0;
  for (int i = 0; i < 500; ++i) {
    ArrayDesc array = draw.array(10);
    Shape shape = draw.shape(16);
    draw.bounds(array);
    Schedule schedule = draw.schedule(shape, array);
    SCOPED_TRACE(describe(array, schedule));
    std::optional<Figures> before = run(schedule, array);
    if (!before)
      continue;
    for (int64_t Machine::*bandwidth :
         {&Machine::ifmapPort, &Machine::filterPort, &Machine::ofmapPort,
          &Machine::dram})
      for (int64_t factor : {2, 0}) {
        if (array.machine.value().*bandwidth == 0)
          continue;
        ArrayDesc better = array;
        better.machine.value().*bandwidth *= factor;
        std::optional<Figures> after = run(schedule, better);
        ASSERT_TRUE(after);
        ASSERT_LE((*after)[Metric::Cycles], (*before)[Metric::Cycles]);
        faster += (*after)[Metric::Cycles] < (*before)[Metric::Cycles];
      }
  }
  EXPECT_GT(faster, 300);
}

// Ports may be narrow, but memories and DRAM have no bound.
TEST(Simulator, MoreOverlapNeverCosts) {
  Draw draw(6);
  int64_t faster = 0;
  for (int i = 0; i < 800; ++i) {
    ArrayDesc array = draw.array(10);
    Shape shape = draw.shape(20);
    draw.bounds(array);
    array.ifmapKb = array.filterKb = array.ofmapKb = array.machine->dram = 0;
    array.machine->preload = array.machine->drain = Overlap::Exposed;
    Schedule schedule = draw.schedule(shape, array);
    SCOPED_TRACE(describe(array, schedule));
    const int64_t before = run(schedule, array).value()[Metric::Cycles];
    array.machine->preload = array.machine->drain = Overlap::Hidden;
    const int64_t after = run(schedule, array).value()[Metric::Cycles];
    ASSERT_LE(after, before);
    faster += after < before;
  }
  EXPECT_GT(faster, 500);
}

} // namespace
