//===- TransposedTest.cpp - Weights that come in as the ifmap -------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RandomCases.h"

using namespace onebit;
using namespace onebit::test;

namespace {

Schedule transpose(const Schedule &schedule) {
  return llvm::cantFail(Schedule::get(schedule.getLoops(), schedule.getTile(),
                                      /*transposed=*/true));
}

/// Without what the simulator does not count.
Figures price(llvm::StringRef family, const Schedule &schedule,
              const ArrayDesc &array, FilterKind filter) {
  Figures figures;
  llvm::Expected<Cost> cost =
      lookupCostModel(family)->price(schedule, array, filter);
  if (!cost) {
    llvm::consumeError(cost.takeError());
    return figures;
  }
  for (const systolic::CostEntry &entry : cost->entries)
    if (entry.metric != Metric::MappedPEs)
      figures[entry.metric] = entry.value;
  return figures;
}

// The two implementations agree, and both do what a machine does whose ifmap
// has the weights' bits and whose filter the activations'. That machine's
// results would have the weights' bits, too: they are compared where they take
// no time.
TEST(Transposed, BitsChangePlaces) {
  registerSimulator();
  Draw draw(21);
  int64_t differ = 0, cases = 0;
  while (cases < 1500) {
    ArrayDesc array = draw.array(12);
    Shape shape = draw.shape(12);
    draw.bounds(array);
    if (draw.upTo(3) == 1)
      draw.onChip(array);
    Schedule schedule = draw.schedule(shape, array);
    if (shape.batch * shape.m * shape.n * shape.k > 20000)
      continue;
    ++cases;
    Machine &machine = *array.machine;
    const FilterKind kind =
        draw.pick({FilterKind::QuantizedWeight, FilterKind::DenseWeight,
                   FilterKind::KVCache});
    Format &filter = kind == FilterKind::QuantizedWeight ? machine.weight
                     : kind == FilterKind::DenseWeight   ? machine.denseWeight
                                                         : machine.kv;
    Schedule transposed = transpose(schedule);
    Figures onebit = price("onebit", transposed, array, kind);
    EXPECT_EQ(onebit, price("cycle-stepped", transposed, array, kind))
        << test::describe(array, schedule);
    differ += onebit != price("onebit", schedule, array, kind);

    ArrayDesc exchanged = array;
    Machine &other = *exchanged.machine;
    Format &otherFilter = kind == FilterKind::QuantizedWeight ? other.weight
                          : kind == FilterKind::DenseWeight ? other.denseWeight
                                                            : other.kv;
    other.activation = filter;
    otherFilter = machine.activation;
    std::swap(other.ifmapDram, other.filterDram);
    for (ArrayDesc *each : {&array, &exchanged})
      each->machine->dram = 0;
    Figures left = price("onebit", transposed, array, kind);
    Figures right = price("onebit", schedule, exchanged, kind);
    left.erase(Metric::DramOfmapWriteBits);
    right.erase(Metric::DramOfmapWriteBits);
    EXPECT_EQ(left, right) << test::describe(array, schedule);
  }
  EXPECT_GT(differ, cases / 4);
}

// 4 x 8 weights of 2 bits, 8 x 3 activations of 8 bits, 4 x 3 results of 8.
TEST(Transposed, DramBitsByHand) {
  registerSimulator();
  ArrayDesc array = makeArray(4, 4, Dataflow::OutputStationary);
  array.machine.emplace().weight = {2, 1};
  Schedule schedule = transpose(tileLikeScaleSim(Shape{1, 4, 3, 8}, array));
  for (const char *family : {"onebit", "cycle-stepped"}) {
    Figures figures =
        price(family, schedule, array, FilterKind::QuantizedWeight);
    EXPECT_EQ(figures[Metric::DramIfmapBits], 4 * 8 * 2);
    EXPECT_EQ(figures[Metric::DramFilterBits], 3 * 8 * 8);
    EXPECT_EQ(figures[Metric::DramOfmapWriteBits], 4 * 3 * 8);
  }
}

} // namespace
