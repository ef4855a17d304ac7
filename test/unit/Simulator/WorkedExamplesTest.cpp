//===- WorkedExamplesTest.cpp - Kernels worked by hand --------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RandomCases.h"

using namespace onebit;
using namespace onebit::test;

namespace {

ArrayDesc makeMachine(int64_t rows, int64_t columns, Dataflow dataflow) {
  ArrayDesc array = makeArray(rows, columns, dataflow);
  array.machine.emplace();
  array.machine->idleLanes = IdleLanes::Skipped;
  return array;
}

Figures run(const ArrayDesc &array, llvm::ArrayRef<ScheduleLoop> loops,
            Tile tile, FilterKind filter = FilterKind::QuantizedWeight) {
  llvm::Expected<Simulation> simulation =
      simulate(makeSchedule(loops, tile), array, filter);
  if (simulation)
    return getFigures(simulation->cost);
  ADD_FAILURE() << llvm::toString(simulation.takeError());
  return {};
}

// m = 3, n = 2, k = 2 on 2 x 2: a fold of 2 x 2 sums and one of 1 x 2. Nothing
// is bounded, so a vector enters every cycle.
//   fold 0: i = 0, 1; E = 2. The last element multiplies before 2 + 2 + 2 - 2 =
//           4, two rows leave: complete at 6.
//   fold 1: i = 6, 7; E = 8; complete at 8 + 1 + 2 - 2 + 1 = 10.
TEST(WorkedExamples, OutputStationary) {
  Figures expected = {{Metric::Folds, 2},
                      {Metric::Cycles, 10},
                      {Metric::StallCycles, 0},
                      {Metric::StallIfmapCycles, 0},
                      {Metric::StallFilterCycles, 0},
                      {Metric::StallOfmapCycles, 0},
                      {Metric::StreamCycles, 4},
                      {Metric::PortCycles, 0},
                      {Metric::PreloadCycles, 0},
                      {Metric::DrainCycles, 6}, // 2 to 6, 8 to 10
                      {Metric::MACs, 12},
                      {Metric::SramIfmapReads, 6},
                      {Metric::SramFilterReads, 8}, // once for each fold
                      {Metric::SramOfmapWrites, 6},
                      {Metric::SramOfmapReads, 0},
                      {Metric::DramIfmapBits, 48},
                      {Metric::DramFilterBits, 32}, // once
                      {Metric::DramOfmapReadBits, 0},
                      {Metric::DramOfmapWriteBits, 48}};
  EXPECT_EQ(run(makeMachine(2, 2, Dataflow::OutputStationary),
                {{Dim::N, 2, 2}, {Dim::M, 3, 2}, {Dim::K, 2, 2}}, {2, 2, 2}),
            expected);
}

// The same, and the drain is hidden.
//   fold 0: i = 0, 1; E = 2. Row 0 leaves in cycle 2. Row 1 is in its drain
//           register in 3, climbs, and leaves in 4.
//   fold 1: i = 2, 3; its last vector could enter at 4, but enters at 5, when
//           row 1 has left. Its row leaves in 5, column 1 in 6: complete at 7.
TEST(WorkedExamples, OutputStationaryHidden) {
  ArrayDesc array = makeMachine(2, 2, Dataflow::OutputStationary);
  array.machine->drain = Overlap::Hidden;
  Figures figures =
      run(array, {{Dim::N, 2, 2}, {Dim::M, 3, 2}, {Dim::K, 2, 2}}, {2, 2, 2});
  EXPECT_EQ(figures[Metric::Cycles], 7);
  EXPECT_EQ(figures[Metric::StreamCycles], 4);
  EXPECT_EQ(figures[Metric::DrainCycles], 3); // 4 to 5, 5 to 7
  EXPECT_EQ(figures[Metric::StallCycles], 0);
}

// m = 2, n = 2, k = 3 on 2 x 2, preload hidden: a fold of 2 x 2 weights and one
// of 1 x 2, in the last row. A row of weights has 16 bits, for a port of 8: two
// cycles. A row of sums has 64 bits, for a port of 32: a vector takes two.
//   fold 0: q = 0, Q = 4; i = 4, 6; the wavefront enters in cycle 5.
//   fold 1: q = 5, Q = 7, i = 8, 10. A row is passed, so the last sum is there
//           at 12 + 1 + 1 + 2 - 2 = 14.
TEST(WorkedExamples, WeightStationary) {
  ArrayDesc array = makeMachine(2, 2, Dataflow::WeightStationary);
  array.machine->preload = Overlap::Hidden;
  array.machine->filterPort = 8;
  array.machine->ofmapPort = 32;
  Figures expected = {{Metric::Folds, 2},
                      {Metric::Cycles, 14},
                      {Metric::StallCycles, 0},
                      {Metric::StallIfmapCycles, 0},
                      {Metric::StallFilterCycles, 0},
                      {Metric::StallOfmapCycles, 0},
                      {Metric::StreamCycles, 4},
                      {Metric::PortCycles, 4},
                      {Metric::PreloadCycles, 4},
                      {Metric::DrainCycles, 2},
                      {Metric::MACs, 12},
                      {Metric::SramIfmapReads, 6},
                      {Metric::SramFilterReads, 6},
                      {Metric::SramOfmapWrites, 8},
                      {Metric::SramOfmapReads, 4}, // added to by fold 1
                      {Metric::DramIfmapBits, 48},
                      {Metric::DramFilterBits, 48},
                      {Metric::DramOfmapReadBits, 0},
                      {Metric::DramOfmapWriteBits, 32}};
  EXPECT_EQ(
      run(array, {{Dim::N, 2, 2}, {Dim::K, 3, 2}, {Dim::M, 2, 2}}, {2, 2, 2}),
      expected);
}

// The same, exposed. Fold 0: Q = 4, i = 4, 6, e = 8, complete at 8 + 2 + 2 - 2
// =
// 10. Fold 1 in one row: Q = 12, i = 12, 14, complete at 16 + 1 + 2 - 2 = 17.
TEST(WorkedExamples, WeightStationaryExposed) {
  ArrayDesc array = makeMachine(2, 2, Dataflow::WeightStationary);
  array.machine->filterPort = 8;
  array.machine->ofmapPort = 32;
  Figures figures =
      run(array, {{Dim::N, 2, 2}, {Dim::K, 3, 2}, {Dim::M, 2, 2}}, {2, 2, 2});
  EXPECT_EQ(figures[Metric::Cycles], 17);
  EXPECT_EQ(figures[Metric::StreamCycles], 4);
  EXPECT_EQ(figures[Metric::PortCycles], 4);
  EXPECT_EQ(figures[Metric::PreloadCycles], 6); // 0 to 4, 10 to 12
  EXPECT_EQ(figures[Metric::DrainCycles], 3);   // 8 to 10, 16 to 17
}

// m = 2, n = 4, k = 4 on 2 x 2, 16 bits from DRAM a cycle, memories without
// bound. The channel: ifmap 0 to 4, a vector a cycle; filter of fold 0 4 to 8,
// of fold 1 8 to 12; sums of 32 bits 13 to 15 and 21 to 23.
//   fold 0: i = 5, 6, 7, 8, when the filter's vectors are there; E = 9,
//           complete at 9 + 2 + 2 - 2 + 2 = 13.
//   fold 1: i = 13 to 16, E = 17, complete at 21.
TEST(WorkedExamples, OutputStationaryFromDram) {
  ArrayDesc array = makeMachine(2, 2, Dataflow::OutputStationary);
  array.machine->dram = 16;
  Figures expected = {{Metric::Folds, 2},
                      {Metric::Cycles, 23},
                      {Metric::StallCycles, 7},
                      {Metric::StallIfmapCycles, 0},
                      {Metric::StallFilterCycles, 5},
                      {Metric::StallOfmapCycles, 2}, // 21 to 23
                      {Metric::StreamCycles, 8},
                      {Metric::PortCycles, 0},
                      {Metric::PreloadCycles, 0},
                      {Metric::DrainCycles, 8}, // 9 to 13, 17 to 21
                      {Metric::MACs, 32},
                      {Metric::SramIfmapReads, 16},
                      {Metric::SramFilterReads, 16},
                      {Metric::SramOfmapWrites, 8},
                      {Metric::SramOfmapReads, 0},
                      {Metric::DramIfmapBits, 64},
                      {Metric::DramFilterBits, 128},
                      {Metric::DramOfmapReadBits, 0},
                      {Metric::DramOfmapWriteBits, 64}};
  EXPECT_EQ(
      run(array, {{Dim::N, 4, 2}, {Dim::M, 2, 2}, {Dim::K, 4, 4}}, {2, 2, 4}),
      expected);
}

// m = 96, n = 1, k = 2 on one processing element, everything of 64 bits, 64
// from DRAM a cycle: an element. Halves of 1 kB hold 64, so ifmap and ofmap
// come and go in groups of 64 and 32 vectors. The channel:
//   0 filter 0, 1 ifmap 0-63, 65 ifmap 64-95, 97 sums 0-63 away, 161 filter 1,
//   162 ifmap 0-63, 226 sums 0-63 back, 290 sums 64-95 away, 322 ifmap 64-95,
//   354 sums 64-95 back, 386 sums 0-63 away, 450 sums 64-95 away, 482 the end.
//   fold 0: the tile is there at 1, Q = 2, i(t) = 2 + t, all sums at 98.
//   fold 1: the tile is there at 162, Q = 163, i(t) = 227 + t with the sums
//   that
//           come back, i(64 + t) = 355 + t; all sums at 387.
TEST(WorkedExamples, WeightStationaryInVectors) {
  ArrayDesc array = makeMachine(1, 1, Dataflow::WeightStationary);
  Machine &machine = *array.machine;
  machine.activation.bits = machine.denseWeight.bits = machine.partialSum.bits =
      machine.dram = 64;
  array.ifmapKb = array.filterKb = array.ofmapKb = 1;
  Figures expected = {{Metric::Folds, 2},
                      {Metric::Cycles, 482},
                      {Metric::StallCycles, 288},
                      {Metric::StallIfmapCycles, 0},
                      // 0 to 1, 98 to 162
                      {Metric::StallFilterCycles, 65},
                      // 163 to 227, 291 to 355, 387 to 482
                      {Metric::StallOfmapCycles, 223},
                      {Metric::StreamCycles, 192},
                      {Metric::PortCycles, 0},
                      {Metric::PreloadCycles, 2},
                      {Metric::DrainCycles, 0},
                      {Metric::MACs, 192},
                      {Metric::SramIfmapReads, 192},
                      {Metric::SramFilterReads, 2},
                      {Metric::SramOfmapWrites, 192},
                      {Metric::SramOfmapReads, 96},
                      {Metric::DramIfmapBits, 192 * 64},
                      {Metric::DramFilterBits, 2 * 64},
                      {Metric::DramOfmapReadBits, 96 * 64},
                      {Metric::DramOfmapWriteBits, 192 * 64}};
  EXPECT_EQ(run(array, {{Dim::N, 1, 1}, {Dim::K, 2, 1}, {Dim::M, 96, 96}},
                {96, 1, 1}, FilterKind::DenseWeight),
            expected);
}

// Waited: one product on 3 x 4 takes as long as a full fold, T + 2 R + C - 2 =
// 1 + 6 + 4 - 2, in every dataflow.
TEST(WorkedExamples, IdleLanesAreWaitedFor) {
  for (Dataflow dataflow : kDataflows) {
    ArrayDesc array = makeMachine(3, 4, dataflow);
    EXPECT_EQ(run(array, {}, {1, 1, 1})[Metric::Cycles], 2);
    array.machine->idleLanes = IdleLanes::Waited;
    EXPECT_EQ(run(array, {}, {1, 1, 1})[Metric::Cycles], 9);
    // Without a machine its defaults hold.
    array.machine.reset();
    EXPECT_EQ(run(array, {}, {1, 1, 1})[Metric::Cycles], 9);
  }
}

// What the filter is says how many bits it has: 10 elements.
TEST(WorkedExamples, BitsOfTheFilter) {
  ArrayDesc array = makeMachine(10, 1, Dataflow::WeightStationary);
  array.machine->weight = {8, 5};
  array.machine->denseWeight = {16, 1};
  array.machine->kv = {4, 1};
  for (auto [filter, bits] : {std::pair(FilterKind::QuantizedWeight, 16),
                              std::pair(FilterKind::DenseWeight, 160),
                              std::pair(FilterKind::KVCache, 40)})
    EXPECT_EQ(run(array, {}, {1, 1, 10}, filter)[Metric::DramFilterBits], bits);
}

} // namespace
