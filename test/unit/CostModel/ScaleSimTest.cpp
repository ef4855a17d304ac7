//===- ScaleSimTest.cpp - Equal to SCALE-Sim to the last digit ------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ScaleSimRuns.h"
#include <random>

using namespace onebit;
using namespace onebit::test;

namespace {

// The example of docs/cost-models.md: m = 6, n = 5, k = 7 on 4 x 4. The folds
// under os are 4x4, 2x4, 4x1 and 2x1 outputs, 7 steps each.
TEST(ScaleSim, WorkedExampleOutputStationary) {
  ArrayDesc array = makeArray(4, 4, Dataflow::OutputStationary);
  Figures expected = {
      {Metric::Folds, 4},
      {Metric::Cycles, 51},          // 4 * (7 + 4 + 4 - 2) - 1
      {Metric::CyclesCorrected, 52}, //
      {Metric::StallCycles, 0},
      {Metric::MACs, 210},           // 6 * 5 * 7
      {Metric::SramIfmapReads, 84},  // (4 + 2 + 4 + 2) * 7
      {Metric::SramFilterReads, 70}, // (4 + 4 + 1 + 1) * 7
      {Metric::SramOfmapWrites, 62}, // 16 + 8 + 4 + 2 + 4 * (4 + 4)
      {Metric::SramOfmapWritesCorrected, 30},
      {Metric::SramOfmapReadsCorrected, 0},
      {Metric::MappedPEs, 30},        // 16 + 8 + 4 + 2
      {Metric::ComputePECycles, 832}, // 4 * 16 * 13
      {Metric::ComputePECyclesCorrected, 832},
      {Metric::SramIfmapStart, 1},
      {Metric::SramIfmapStop, 47}, // 3 * 13 + 7 + 2 - 1
      {Metric::SramFilterStart, 1},
      {Metric::SramFilterStop, 46}, // 3 * 13 + 7 + 1 - 1
      {Metric::SramOfmapStart, 6},
      {Metric::SramOfmapStop, 48}}; // 3 * 13 + 7 + 4 + 1 - 3
  EXPECT_EQ(price(tileLikeScaleSim({1, 6, 5, 7}, array), array), expected);
}

// The same product under ws: folds of 4x4, 3x4, 4x1 and 3x1 weights, 6 steps.
TEST(ScaleSim, WorkedExampleWeightStationary) {
  ArrayDesc array = makeArray(4, 4, Dataflow::WeightStationary);
  Figures expected = {{Metric::Folds, 4},
                      {Metric::Cycles, 63}, // 4 * (2 * 4 + 4 + 6 - 2) - 1
                      {Metric::CyclesCorrected, 64}, //
                      {Metric::StallCycles, 0},
                      {Metric::MACs, 210},           // 6 * 5 * 7
                      {Metric::SramIfmapReads, 84},  // (4 + 3 + 4 + 3) * 6
                      {Metric::SramFilterReads, 35}, // 16 + 12 + 4 + 3
                      {Metric::SramOfmapWrites, 60}, // (4 + 4 + 1 + 1) * 6
                      {Metric::SramOfmapWritesCorrected, 60},
                      {Metric::SramOfmapReadsCorrected, 30}, // (4 + 1) * 6
                      {Metric::MappedPEs, 35},
                      {Metric::ComputePECycles, 1216}, // 4 * 16 * (16 + 4 - 1)
                      {Metric::ComputePECyclesCorrected, 1024},
                      {Metric::SramIfmapStart, 5},
                      {Metric::SramIfmapStop, 60}, // 3 * 16 + 4 + 6 + 3 - 1
                      {Metric::SramFilterStart, 1},
                      {Metric::SramFilterStop, 52}, // 3 * 16 + 4
                      {Metric::SramOfmapStart, 7},
                      {Metric::SramOfmapStop, 60}}; // 3 * 16 + 8 + 6 + 1 - 3
  EXPECT_EQ(price(tileLikeScaleSim({1, 6, 5, 7}, array), array), expected);
}

TEST(ScaleSim, EqualsRunsOfScaleSim) {
  int estimated = 0, given = 0;
  for (const ScaleSimRun &run : readScaleSimRuns()) {
    SCOPED_TRACE(run.line);
    const ArrayDesc array = run.array();
    Figures got =
        price(tileLikeScaleSim(run.shape(), array), array, run.text("family"));
    auto equal = [&](Metric metric, const std::string &column) {
      ASSERT_TRUE(got.count(metric)) << column;
      EXPECT_EQ(got[metric], run.number(column)) << column;
    };
    equal(Metric::Cycles, "total_cycles");
    if (run.text("family") == "scale-sim-v3")
      equal(Metric::CyclesWithPrefetch, "total_cycles_with_prefetch");
    else
      EXPECT_FALSE(got.count(Metric::CyclesWithPrefetch));
    // Every other count and position has the name of its column.
    int columns = 0;
    for (const auto &[column, text] : run.cells)
      if (auto metric = systolic::symbolizeMetric(column)) {
        equal(*metric, column);
        ++columns;
      }
    EXPECT_EQ(columns, 19); // Stalls, 6 counts, 12 positions.

    auto near = [&](double value, const std::string &column) {
      double expected = run.real(column);
      EXPECT_NEAR(value, expected, 1e-9 * expected) << column;
    };
    const double processors = array.rows * array.columns;
    near(100.0 * got[Metric::MappedPEs] / (got[Metric::Folds] * processors),
         "mapping_efficiency_pct");
    near(100.0 * got[Metric::MACs] / got[Metric::ComputePECycles],
         "compute_utilization_pct");
    near(100.0 * got[Metric::MACs] / (got[Metric::Cycles] * processors),
         "overall_utilization_pct");
    auto perCycle = [&](Metric words, Metric start, Metric stop) {
      return double(got[words]) / double(got[stop] - got[start] + 1);
    };
    near(double(got[Metric::SramIfmapReads]) / got[Metric::Cycles],
         "avg_ifmap_sram_bw");
    near(double(got[Metric::SramFilterReads]) / got[Metric::Cycles],
         "avg_filter_sram_bw");
    near(double(got[Metric::SramOfmapWrites]) / got[Metric::Cycles],
         "avg_ofmap_sram_bw");
    near(perCycle(Metric::DramIfmapReads, Metric::DramIfmapStart,
                  Metric::DramIfmapStop),
         "avg_ifmap_dram_bw");
    near(perCycle(Metric::DramFilterReads, Metric::DramFilterStart,
                  Metric::DramFilterStop),
         "avg_filter_dram_bw");
    near(perCycle(Metric::DramOfmapWrites, Metric::DramOfmapStart,
                  Metric::DramOfmapStop),
         "avg_ofmap_dram_bw");
    ++(array.scaleSim ? given : estimated);
  }
  EXPECT_EQ(estimated, 233);
  EXPECT_EQ(given, 77);
}

TEST(ScaleSim, EqualsClosedForm) {
  std::mt19937 random(2);
  auto draw = [&](int64_t most) {
    return std::uniform_int_distribution<int64_t>(1, most)(random);
  };
  for (int i = 0; i < 3000; ++i)
    for (Dataflow dataflow : kDataflows) {
      ArrayDesc array = makeArray(draw(300), draw(300), dataflow);
      Shape shape{draw(40), draw(2000), draw(2000), draw(2000)};
      ASSERT_EQ(price(tileLikeScaleSim(shape, array), array),
                closedForm(shape, array));
    }
}

// A batch entry is a run of its own: twice the heads, twice of everything.
TEST(ScaleSim, TwiceTheBatchIsTwiceTheCost) {
  for (Dataflow dataflow : kDataflows) {
    ArrayDesc array = makeArray(32, 32, dataflow);
    Figures once = price(tileLikeScaleSim({16, 1, 2048, 64}, array), array);
    Figures twice = price(tileLikeScaleSim({32, 1, 2048, 64}, array), array);
    for (auto [metric, value] : once)
      EXPECT_EQ(twice[metric], isPosition(metric) ? value : 2 * value)
          << stringifyMetric(metric).str();
  }
}

// Two folds of half of K under os: each one fills and skews, and each writes
// its sums; the second reads those of the first.
TEST(ScaleSim, HalfStepOfK) {
  ArrayDesc array = makeArray(4, 4, Dataflow::OutputStationary);
  Figures whole = price(
      makeSchedule({{Dim::N, 4, 4}, {Dim::M, 4, 4}, {Dim::K, 8, 8}}, {4, 4, 8}),
      array);
  Figures halves = price(
      makeSchedule({{Dim::N, 4, 4}, {Dim::M, 4, 4}, {Dim::K, 8, 4}}, {4, 4, 4}),
      array);
  EXPECT_EQ(whole[Metric::Cycles], 13);  // 8 + 4 + 4 - 2 - 1
  EXPECT_EQ(halves[Metric::Cycles], 19); // 2 * (4 + 4 + 4 - 2) - 1
  EXPECT_EQ(whole[Metric::SramOfmapWritesCorrected], 16);
  EXPECT_EQ(halves[Metric::SramOfmapWritesCorrected], 32);
  EXPECT_EQ(whole[Metric::SramOfmapReadsCorrected], 0);
  EXPECT_EQ(halves[Metric::SramOfmapReadsCorrected], 16);
  EXPECT_EQ(whole[Metric::SramIfmapReads], halves[Metric::SramIfmapReads]);
}

/// What `scale-sim-v2` says against the price of `shape`.
std::string refusal(Shape shape, const ArrayDesc &array) {
  return message(lookupCostModel("scale-sim-v2")
                     ->price(tileLikeScaleSim(shape, array), array));
}

// v2 has one bandwidth, which v3 takes for the ofmap alone.
TEST(ScaleSim, WhoseBandwidth) {
  ArrayDesc array = makeArray(8, 8, Dataflow::WeightStationary);
  array.ifmapKb = array.filterKb = array.ofmapKb = 1;
  const Schedule schedule = tileLikeScaleSim({1, 50, 60, 70}, array);
  array.scaleSim = {7, 7, 7};
  Figures v2 = price(schedule, array),
          v3 = price(schedule, array, "scale-sim-v3");
  array.scaleSim = {100, 200, 7};
  EXPECT_EQ(price(schedule, array), v2);
  Figures wider = price(schedule, array, "scale-sim-v3");
  EXPECT_LT(wider[Metric::StallCycles], v3[Metric::StallCycles]);
  // Fetches of 512 words in lines of 100 and of 200.
  EXPECT_EQ(wider[Metric::DramIfmapReads] % 600, 0);
  EXPECT_EQ(wider[Metric::DramFilterReads] % 600, 0);
}

TEST(ScaleSim, GivenBandwidthNeedsMemories) {
  ArrayDesc array = makeArray(4, 4, Dataflow::OutputStationary);
  array.scaleSim = {1, 1, 1};
  const char *message = "SCALE-Sim needs the sizes of the ifmap, filter and "
                        "ofmap memories to know "
                        "how long the array waits at given bandwidths";
  EXPECT_EQ(refusal({1, 4, 4, 4}, array), message);
  array.ifmapKb = array.filterKb = 1;
  EXPECT_EQ(refusal({1, 4, 4, 4}, array), message);
  array.ofmapKb = 1;
  EXPECT_EQ(refusal({1, 4, 4, 4}, array), "no failure");
  array.ofmapKb = INT64_MAX;
  EXPECT_EQ(refusal({1, 4, 4, 4}, array),
            "the ofmap memory must have an even number of words from 100 to "
            "2^60, got 9223372036854774784");
}

// SCALE-Sim itself divides by this zero.
TEST(ScaleSim, OneElementOnOneProcessor) {
  for (Dataflow dataflow : kDataflows) {
    ArrayDesc array = makeArray(1, 1, dataflow);
    Figures figures = price(tileLikeScaleSim({1, 1, 1, 1}, array), array);
    bool outputs = dataflow == Dataflow::OutputStationary;
    EXPECT_EQ(figures[Metric::Cycles], outputs ? 0 : 1);
  }
}

TEST(ScaleSim, FiguresAscend) {
  ArrayDesc array = makeArray(4, 4, Dataflow::InputStationary);
  array.ifmapKb = array.filterKb = array.ofmapKb = 1;
  llvm::Expected<Cost> cost = lookupCostModel("scale-sim-v3")
                                  ->price(makeSchedule({}, {1, 1, 1}), array);
  ASSERT_TRUE(bool(cost));
  EXPECT_EQ(cost->entries.size(), 32u);
  EXPECT_TRUE(llvm::is_sorted(
      cost->entries, [](auto &a, auto &b) { return a.metric < b.metric; }));
  EXPECT_EQ(cost->lookup(Metric::MACs), 1);
  EXPECT_EQ(Cost().lookup(Metric::MACs), std::nullopt);
}

TEST(ScaleSim, OverflowNamesTheFigure) {
  const int64_t big = int64_t(1) << 31, huge = INT64_MAX;
  ArrayDesc array = makeArray(1, 1, Dataflow::OutputStationary);
  EXPECT_EQ(
      refusal({1, big, big, big}, makeArray(65536, 65536, array.dataflow)),
      "a run has more than 2^61 'cycles'");
  EXPECT_EQ(refusal({1, 1 << 21, 1 << 21, 1 << 21},
                    makeArray(65536, 65536, array.dataflow)),
            "'macs' exceeds 64 bits");
  EXPECT_EQ(refusal({1, 1, 1, huge}, makeArray(4, 4, array.dataflow)),
            "a run has more than 2^61 'cycles'");
  EXPECT_EQ(refusal({8, 1, 1, huge / 8}, makeArray(1, 4, array.dataflow)),
            "'cycles' exceeds 64 bits");
  EXPECT_EQ(refusal({2, huge, 1, 1}, array),
            "there are more than 2^63-1 folds");
  EXPECT_EQ(refusal({1, 1, 1, huge / 8}, makeArray(256, 256, array.dataflow)),
            "'compute_pe_cycles' exceeds 64 bits");
}

// Huge products against arithmetic of twice the width: a figure is right, or
// there is none.
TEST(ScaleSim, NeverAWrappedNumber) {
  std::mt19937_64 random(3);
  auto draw = [&](int bits) { return int64_t(random() >> (64 - bits)) | 1; };
  int priced = 0, refused = 0;
  for (int i = 0; i < 6000; ++i) {
    ArrayDesc array = makeArray(draw(9), draw(9), kDataflows[i % 3]);
    Shape s{draw(1 + i % 16), draw(1 + i % 29), draw(1 + i % 37),
            draw(1 + i % 31)};
    const __int128 macs = __int128(s.batch) * s.m * s.n * s.k;
    const __int128 peCycles = [&] {
      Mapping all = getMapping(array.dataflow, {s.m, s.n, s.k});
      bool os = array.dataflow == Dataflow::OutputStationary;
      __int128 length = __int128(all.time) + array.rows * (os ? 1 : 2) +
                        array.columns * (os ? 1 : 2) - (os ? 2 : 3);
      return length * s.batch * ceilDiv(all.rows, array.rows) *
             ceilDiv(all.columns, array.columns) * array.rows * array.columns;
    }();
    const __int128 largest = std::max(macs, peCycles);
    llvm::Expected<Cost> cost = lookupCostModel("scale-sim-v2")
                                    ->price(tileLikeScaleSim(s, array), array);
    if (!cost) {
      llvm::consumeError(cost.takeError());
      // Other figures are at most three times as large.
      EXPECT_GT(largest, INT64_MAX / 4);
      ++refused;
      continue;
    }
    ASSERT_LE(largest, INT64_MAX);
    EXPECT_EQ(*cost->lookup(Metric::MACs), int64_t(macs));
    EXPECT_EQ(*cost->lookup(Metric::ComputePECycles), int64_t(peCycles));
    ++priced;
  }
  EXPECT_GT(priced, 1000);
  EXPECT_GT(refused, 1000);
}

TEST(CostModel, RefusesWhatDoesNotFit) {
  ArrayDesc array = makeArray(4, 8, Dataflow::WeightStationary);
  const CostModel &model = *lookupCostModel("scale-sim-v2");
  EXPECT_EQ(message(model.price(makeSchedule({}, {9, 8, 4}), array)),
            "no failure");
  EXPECT_EQ(message(model.price(makeSchedule({}, {9, 8, 5}), array)),
            "a fold needs 5 x 8 processing elements, but ws array 'test' has "
            "4 x 8");
  array.rows = 0;
  EXPECT_EQ(message(model.price(makeSchedule({}, {1, 1, 1}), array)),
            "array 'test' must have between 1 and 65536 rows and columns, got "
            "0 x 8");
}

TEST(CostModel, Lookup) {
  EXPECT_EQ(lookupCostModel("no-such-model"), nullptr);
  EXPECT_EQ(getCostModels().front()->name(), "scale-sim-v2");
  for (const CostModel *model : getCostModels()) {
    EXPECT_EQ(lookupCostModel(model->name()), model);
    EXPECT_FALSE(model->description().empty());
  }
}

} // namespace
