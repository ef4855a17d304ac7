//===- OnebitTest.cpp - Kernels at register level, by hand ----------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each example was worked out on paper from docs/microarchitecture.md. i(t) is
// when vector t is read, e when it has entered, both as on that page.
//
//===----------------------------------------------------------------------===//

#include "OnebitRandom.h"

using namespace onebit;
using namespace onebit::test;
using systolic::IdleLanes;
using systolic::Overlap;

namespace {

constexpr FilterKind kWeight = FilterKind::QuantizedWeight;

Figures priceOnebit(const Schedule &schedule, const ArrayDesc &array,
                    FilterKind filter = kWeight) {
  auto cost = lookupCostModel("onebit")->price(schedule, array, filter);
  if (!cost) {
    ADD_FAILURE() << llvm::toString(cost.takeError());
    return {};
  }
  Figures figures;
  for (const systolic::CostEntry &entry : cost->entries)
    figures[entry.metric] = entry.value;
  return figures;
}

/// A machine that skips idle lanes, all else as by default.
ArrayDesc makeSkipping(int64_t rows, int64_t columns, Dataflow dataflow) {
  ArrayDesc array = makeArray(rows, columns, dataflow);
  array.machine.emplace();
  array.machine->idleLanes = IdleLanes::Skipped;
  return array;
}

/// The figures of a price in the order of the page.
struct Expected {
  int64_t folds, cycles, stallIfmap, stallFilter, stallOfmap, stream, port,
      preload, drain;
  int64_t macs, ifmapReads, filterReads, ofmapWrites, ofmapReads;
  int64_t ifmapBits, filterBits, ofmapReadBits, ofmapWriteBits, mapped;

  Figures figures() const {
    return {{Metric::Folds, folds},
            {Metric::Cycles, cycles},
            {Metric::StallCycles, stallIfmap + stallFilter + stallOfmap},
            {Metric::StallIfmapCycles, stallIfmap},
            {Metric::StallFilterCycles, stallFilter},
            {Metric::StallOfmapCycles, stallOfmap},
            {Metric::StreamCycles, stream},
            {Metric::PortCycles, port},
            {Metric::PreloadCycles, preload},
            {Metric::DrainCycles, drain},
            {Metric::MACs, macs},
            {Metric::SramIfmapReads, ifmapReads},
            {Metric::SramFilterReads, filterReads},
            {Metric::SramOfmapWrites, ofmapWrites},
            {Metric::SramOfmapReads, ofmapReads},
            {Metric::DramIfmapBits, ifmapBits},
            {Metric::DramFilterBits, filterBits},
            {Metric::DramOfmapReadBits, ofmapReadBits},
            {Metric::DramOfmapWriteBits, ofmapWriteBits},
            {Metric::MappedPEs, mapped}};
  }
};

// m = 6, n = 5, k = 7 on 4 x 4: folds of 4x4, 2x4, 4x1 and 2x1 sums, 7 steps
// each. All of it exposed, on all of the array: 7 + 2 * 4 + 4 - 2 = 17 cycles a
// fold, 10 of which sums take to leave.
TEST(Onebit, OutputStationaryWithoutAMachine) {
  ArrayDesc array = makeArray(4, 4, Dataflow::OutputStationary);
  Expected expected{};
  expected.folds = 4;
  expected.cycles = 68;
  expected.stream = 28;
  expected.drain = 40;
  expected.macs = 210;
  expected.ifmapReads = 84;  // (4 + 2 + 4 + 2) * 7
  expected.filterReads = 70; // (4 + 4 + 1 + 1) * 7
  expected.ofmapWrites = 30;
  expected.ifmapBits = 336;      // 6 * 7 * 8: what is unlimited comes once
  expected.filterBits = 280;     // 5 * 7 * 8
  expected.ofmapWriteBits = 240; // 6 * 5 * 8
  expected.mapped = 30;
  Schedule schedule = tileLikeScaleSim({1, 6, 5, 7}, array);
  EXPECT_EQ(priceOnebit(schedule, array), expected.figures());

  // Idle lanes skipped: 17, 13, 14 and 10.
  array.machine.emplace();
  array.machine->idleLanes = IdleLanes::Skipped;
  expected.cycles = 54;
  expected.drain = 26;
  EXPECT_EQ(priceOnebit(schedule, array), expected.figures());

  // Drain hidden: 4 rows need 2 * 4 - 1 = 7 cycles, as many as the next fold
  // takes to stream. The last vector of the last fold enters at 28; its 2 rows
  // and 1 column take 2 * 2 + 1 - 2 more, those of 4 x 1 at 21 take 7 more.
  array.machine->drain = Overlap::Hidden;
  expected.cycles = 31;
  expected.drain = 3;
  EXPECT_EQ(priceOnebit(schedule, array), expected.figures());
}

// Sums of 3 columns of 32 bits need two cycles at a port of 48 bits. m = 4,
// n = 3, k = 2 on 2 x 3, two folds.
//   fold 0: E = 2; rows leave at 2 and 4.
//   fold 1: e(1) = 4, but the register is free at 5: E = 5. Its row 0 finds the
//   port busy until 6, row 1 leaves at 8 and column 2 is out at 8 + 2 + 2.
TEST(Onebit, OutputStationaryHiddenDrainThroughAPort) {
  ArrayDesc array = makeSkipping(2, 3, Dataflow::OutputStationary);
  array.machine->drain = Overlap::Hidden;
  array.machine->ofmapPort = 48;
  Expected expected{};
  expected.folds = 2;
  expected.cycles = 12;
  expected.stream = 4;
  expected.drain = 8; // 1 at the edge, 7 at the end
  expected.macs = 24;
  expected.ifmapReads = 8;
  expected.filterReads = 12;
  expected.ofmapWrites = 12;
  expected.ifmapBits = 64;
  expected.filterBits = 48;
  expected.ofmapWriteBits = 96;
  expected.mapped = 12;
  EXPECT_EQ(priceOnebit(tileLikeScaleSim({1, 4, 3, 2}, array), array),
            expected.figures());
}

// m = 2, n = 4, k = 3 on 2 x 2, 16 bits a cycle from DRAM, weights of 8/5 bits.
//   0-3: the ifmap, 3 vectors of 16 bits. 3-4: the first filter tile, 10 bits.
//   fold 0: i(0) = 4, waiting for the filter; E = 7, complete at 7 + 4.
//   4-5: the other filter tile, 10 bits. 11-13: 4 results.
//   fold 1: i(0) = 11, E = 14, complete at 18. 18-20: 4 results.
TEST(Onebit, OutputStationaryFromDram) {
  ArrayDesc array = makeArray(2, 2, Dataflow::OutputStationary);
  array.machine.emplace();
  array.machine->dram = 16;
  array.machine->weight = {8, 5};
  Expected expected{};
  expected.folds = 2;
  expected.cycles = 20;
  expected.stallFilter = 4;
  expected.stallOfmap = 2;
  expected.stream = 6;
  expected.drain = 8;
  expected.macs = 24;
  expected.ifmapReads = 12;
  expected.filterReads = 12;
  expected.ofmapWrites = 8;
  expected.ifmapBits = 48;
  expected.filterBits = 20;
  expected.ofmapWriteBits = 64;
  expected.mapped = 8;
  EXPECT_EQ(priceOnebit(tileLikeScaleSim({1, 2, 4, 3}, array), array),
            expected.figures());
}

// m = 6, n = 5, k = 7 on 4 x 4: folds of 4x4, 3x4, 4x1 and 3x1 weights, 6 steps
// each. Ports make a vector of activations and one of 4 sums take two cycles,
// and a row of 4 weights two.
//   fold 0: preload 0-8, i(0) = 8, e(5) = 20, complete at 26.
//   fold 1: preload 9-15, i(0) = 20, e(5) = 32, complete at 38: its 3 rows are
//   the last of 4.
//   fold 2: preload 21-25, e(5) = 44. fold 3: 33-36, e(5) = 56, complete at
//   56 + 4 + 1 - 2.
TEST(Onebit, WeightStationaryHiddenPreloadThroughPorts) {
  ArrayDesc array = makeSkipping(4, 4, Dataflow::WeightStationary);
  array.machine->preload = Overlap::Hidden;
  array.machine->ifmapPort = 16;
  array.machine->filterPort = 16;
  array.machine->ofmapPort = 64;
  Expected expected{};
  expected.folds = 4;
  expected.cycles = 59;
  expected.stream = 24;
  expected.port = 24;
  expected.preload = 8;
  expected.drain = 3;
  expected.macs = 210;
  expected.ifmapReads = 84;  // (4 + 3 + 4 + 3) * 6
  expected.filterReads = 35; // 16 + 12 + 4 + 3
  expected.ofmapWrites = 60;
  expected.ofmapReads = 30;
  expected.ifmapBits = 336;
  expected.filterBits = 280;
  expected.ofmapWriteBits = 240;
  expected.mapped = 35;
  EXPECT_EQ(priceOnebit(tileLikeScaleSim({1, 6, 5, 7}, array), array),
            expected.figures());
}

// The example of docs/cost-models.md: a token times a 4 x 4 matrix on 2 x 2, a
// weight in two cycles from DRAM. What is on the channel:
//   0-8 tile 0, 8-12 activations 0 and 1, 12-20 tile 1, 20-24 activations 2
//   and 3, 24-32 tile 2, 32-36 results 0 and 1, 36-44 tile 3, 49-53 results 2
//   and 3.
//   fold 0: preload 8-10, i(0) = 12. fold 1: preload 20-22, i(0) = 24.
//   fold 2: preload 32-34, i(0) = 34. fold 3: preload 44-46, i(0) = 46,
//   complete at 49.
TEST(Onebit, WeightStationaryStarvesForWeights) {
  ArrayDesc array = makeArray(2, 2, Dataflow::WeightStationary);
  array.machine.emplace();
  array.machine->preload = Overlap::Hidden;
  array.machine->dram = 4;
  Expected expected{};
  expected.folds = 4;
  expected.cycles = 53;
  expected.stallIfmap = 4;   // 2 + 2
  expected.stallFilter = 31; // 8 + 7 + 7 + 9
  expected.stallOfmap = 4;   // the last results
  expected.stream = 4;
  expected.preload = 8;
  expected.drain = 2;
  expected.macs = 16;
  expected.ifmapReads = 8;
  expected.filterReads = 16;
  expected.ofmapWrites = 8;
  expected.ofmapReads = 4;
  expected.ifmapBits = 32;
  expected.filterBits = 128;
  expected.ofmapWriteBits = 32;
  expected.mapped = 16;
  EXPECT_EQ(priceOnebit(tileLikeScaleSim({1, 1, 4, 4}, array), array),
            expected.figures());
}

// m = 96, n = 2, k = 4 on 2 x 2, 64 bits a cycle from DRAM. The sums, 6144
// bits, do not fit half of 1 kB: groups of 64 and 32 vectors, 4096 and 2048
// bits, go to DRAM after fold 0 and come back for fold 1. On the channel:
//   0-1 tile 0, 1-25 its activations, 69-133 sums 0-63 out, 133-134 tile 1,
//   134-158 its activations, 158-222 sums 0-63 in, 222-254 sums 64-95 out,
//   254-286 these in, 286-302 results 0-63, 302-310 results 64-95.
//   fold 0: preload 1-3, i(0) = 3, e(63) = 67, e(95) = 99, complete at 101.
//   fold 1: preload 134-136; i(0) = 159, when the first sums are there;
//   e(63) = 223; i(64) = 255; e(95) = 287, complete at 289.
TEST(Onebit, WeightStationarySpillsSums) {
  ArrayDesc array = makeArray(2, 2, Dataflow::WeightStationary);
  array.ofmapKb = 1;
  array.machine.emplace();
  array.machine->dram = 64;
  Expected expected{};
  expected.folds = 2;
  expected.cycles = 310;
  expected.stallFilter = 34; // 1 + 33
  expected.stallOfmap = 76;  // 23 + 32 + 21
  expected.stream = 192;
  expected.preload = 4;
  expected.drain = 4;
  expected.macs = 768;
  expected.ifmapReads = 384;
  expected.filterReads = 8;
  expected.ofmapWrites = 384;
  expected.ofmapReads = 192;
  expected.ifmapBits = 3072;
  expected.filterBits = 64;
  expected.ofmapReadBits = 6144;
  expected.ofmapWriteBits = 7680; // 6144 + 192 * 8
  expected.mapped = 8;
  EXPECT_EQ(priceOnebit(tileLikeScaleSim({1, 96, 2, 4}, array), array),
            expected.figures());
}

// m = 3, n = 5, k = 2 on 2 x 2, keys of 4 bits in pairs at a port of 4 bits.
//   fold 0: 2 columns of 8 bits at a port of 8 bits make a preload of 4, i(0) =
//   4, e(4) = 14, complete at 16.
//   fold 1: 1 column, preload 16-18, e(4) = 28, complete at 29.
TEST(Onebit, InputStationaryThroughPorts) {
  ArrayDesc array = makeSkipping(2, 2, Dataflow::InputStationary);
  array.machine->kv = {4, 1};
  array.machine->ifmapPort = 8;
  array.machine->filterPort = 4;
  Expected expected{};
  expected.folds = 2;
  expected.cycles = 29;
  expected.stream = 10;
  expected.port = 10;
  expected.preload = 6;
  expected.drain = 3;
  expected.macs = 30;
  expected.ifmapReads = 6;
  expected.filterReads = 20;
  expected.ofmapWrites = 15;
  expected.ifmapBits = 48;
  expected.filterBits = 40;
  expected.ofmapWriteBits = 120;
  expected.mapped = 6;
  EXPECT_EQ(priceOnebit(tileLikeScaleSim({1, 3, 5, 2}, array), array,
                        FilterKind::KVCache),
            expected.figures());
}

// The kind of a filter decides its bits, and so what DRAM carries.
TEST(Onebit, FilterKindDecidesBits) {
  ArrayDesc array = makeArray(4, 4, Dataflow::WeightStationary);
  Schedule schedule = tileLikeScaleSim({1, 6, 10, 7}, array);
  array.machine.emplace();
  array.machine->weight = {5, 3};
  array.machine->kv = {4, 1};
  auto bits = [&](FilterKind filter) {
    return priceOnebit(schedule, array, filter)[Metric::DramFilterBits];
  };
  // Tiles of 16, 16, 8 and 12, 12, 6 weights: ceil(80/3), ceil(40/3), 20, 10.
  EXPECT_EQ(bits(FilterKind::QuantizedWeight), 27 + 27 + 14 + 20 + 20 + 10);
  EXPECT_EQ(bits(FilterKind::DenseWeight), 70 * 16);
  EXPECT_EQ(bits(FilterKind::KVCache), 70 * 4);
}

// A machine of which nothing is said is the default one.
TEST(Onebit, NoMachineIsTheDefaultMachine) {
  OnebitRandom random(3);
  for (int i = 0; i < 300; ++i) {
    ArrayDesc array = random.array(12);
    Schedule schedule = random.schedule(array, 40, 3);
    array.machine.reset();
    FilterKind filter = random.filter();
    Figures without = priceOnebit(schedule, array, filter);
    array.machine.emplace();
    EXPECT_EQ(without, priceOnebit(schedule, array, filter));
  }
}

TEST(Onebit, MemoriesThatAreTooSmall) {
  const CostModel &model = *lookupCostModel("onebit");
  auto error = [&](const Schedule &schedule, const ArrayDesc &array) {
    return message(model.price(schedule, array));
  };
  // 16 x 16 sums of 32 bits are 8192 bits, a half of 2 kB.
  ArrayDesc array = makeArray(16, 17, Dataflow::OutputStationary);
  array.ofmapKb = 2;
  EXPECT_EQ(error(tileLikeScaleSim({1, 64, 16, 8}, array), array),
            "no failure");
  EXPECT_EQ(error(tileLikeScaleSim({1, 64, 17, 8}, array), array),
            "the ofmap memory has 2 kB, so each of its halves holds 8192 bits, "
            "but a tile that stays in the array has 8704 bits; take a larger "
            "memory or smaller folds");
  // 16 x 16 weights of 16 bits are 4096.
  array = makeArray(17, 16, Dataflow::WeightStationary);
  array.filterKb = 1;
  array.machine.emplace();
  array.machine->weight = {16, 1};
  EXPECT_EQ(error(tileLikeScaleSim({1, 8, 64, 16}, array), array),
            "no failure");
  EXPECT_EQ(
      error(tileLikeScaleSim({1, 8, 64, 17}, array), array),
      "the filter memory has 1 kB, so each of its halves holds 4096 bits, "
      "but a tile that stays in the array has 4352 bits; take a larger "
      "memory or smaller folds");
  // A vector of 512 activations has 4096 bits.
  array = makeArray(513, 1, Dataflow::OutputStationary);
  array.ifmapKb = 1;
  EXPECT_EQ(error(tileLikeScaleSim({1, 512, 1, 9}, array), array),
            "no failure");
  EXPECT_EQ(error(tileLikeScaleSim({1, 513, 1, 9}, array), array),
            "the ifmap memory has 1 kB, so each of its halves holds 4096 bits, "
            "but a vector that streams has 4104 bits; take a larger memory or "
            "smaller folds");
}

// 1 kB holds 1024 activations, 1024 weights or 256 sums of 32 bits, of all
// entries of the batch together; what is larger comes and goes as ever.
TEST(Onebit, OnChipIfItFits) {
  for (Dataflow dataflow : kDataflows) {
    ArrayDesc array = makeArray(4, 4, dataflow);
    array.machine.emplace();
    array.ifmapKb = array.filterKb = array.ofmapKb = 1;
    auto bits = [&](Shape shape, Metric metric) {
      return priceOnebit(tileLikeScaleSim(shape, array), array)[metric];
    };
    array.machine->ifmapDram = false;
    EXPECT_EQ(bits({2, 8, 3, 64}, Metric::DramIfmapBits), 0);
    EXPECT_GE(bits({2, 8, 3, 65}, Metric::DramIfmapBits), 2 * 8 * 65 * 8);
    EXPECT_GT(bits({2, 8, 3, 64}, Metric::DramFilterBits), 0);
    array.machine->filterDram = false;
    EXPECT_EQ(bits({2, 3, 8, 64}, Metric::DramFilterBits), 0);
    EXPECT_GE(bits({2, 3, 8, 65}, Metric::DramFilterBits), 2 * 8 * 65 * 8);
    EXPECT_GT(bits({2, 3, 8, 64}, Metric::DramOfmapWriteBits), 0);
    // Of several folds over K: no sums come back either.
    array.machine->ofmapDram = false;
    EXPECT_EQ(bits({1, 16, 16, 9}, Metric::DramOfmapWriteBits), 0);
    EXPECT_EQ(bits({1, 16, 16, 9}, Metric::DramOfmapReadBits), 0);
    EXPECT_GE(bits({1, 16, 17, 9}, Metric::DramOfmapWriteBits), 16 * 17 * 8);
    EXPECT_GE(bits({2, 16, 16, 9}, Metric::DramOfmapWriteBits),
              2 * 16 * 16 * 8);
    // Without a bound everything fits.
    array.ifmapKb = array.filterKb = array.ofmapKb = 0;
    array.machine->dram = 1;
    for (Metric metric : {Metric::DramIfmapBits, Metric::DramFilterBits,
                          Metric::DramOfmapReadBits, Metric::DramOfmapWriteBits,
                          Metric::StallCycles})
      EXPECT_EQ(bits({2, 30, 40, 50}, metric), 0);
  }
}

// TPU v1 (Jouppi et al., ISCA 2017, table 3), MLP0 at batch 200: of the cycles
// that its matrix unit is not idle for other reasons it was active for 15.4 %,
// waited for weights for 65.3 % and shifted them in for 19.3 %. 34 GB/s at
// 700 MHz are 388.57 bits a cycle; 388 and 389 are both tried. Its activations
// do not come over the channel of the weights: what is added by a tile of
// weights alone, with neither more activations nor more results, is the mixed
// difference of N and K.
TEST(Onebit, TpuV1Mlp0) {
  for (int64_t dram : {388, 389}) {
    ArrayDesc array = makeArray(256, 256, Dataflow::WeightStationary);
    array.ifmapKb = 24576;
    array.filterKb = 256;
    array.ofmapKb = 4096;
    array.machine.emplace();
    array.machine->preload = Overlap::Hidden;
    array.machine->dram = dram;
    auto figures = [&](int64_t n, int64_t k) {
      return priceOnebit(tileLikeScaleSim({1, 200, n, k}, array), array);
    };
    Figures all = figures(4096, 4096), lessN = figures(2048, 4096),
            lessK = figures(4096, 2048), less = figures(2048, 2048);
    auto share = [&](Metric metric) {
      return double(all[metric] - lessN[metric] - lessK[metric] + less[metric]);
    };
    double active = share(Metric::StreamCycles),
           stall = share(Metric::StallFilterCycles),
           shift = share(Metric::PreloadCycles), sum = active + stall + shift;
    EXPECT_NEAR(100 * active / sum, 15.4, 2) << dram;
    EXPECT_NEAR(100 * stall / sum, 65.3, 2) << dram;
    EXPECT_NEAR(100 * shift / sum, 19.3, 2) << dram;
    // 64 tiles, each as long as its 64 KiB take.
    EXPECT_EQ(share(Metric::Cycles), 64 * ceilDiv(524288, dram));
  }
}

} // namespace
