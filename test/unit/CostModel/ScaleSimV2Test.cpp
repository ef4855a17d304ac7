//===- ScaleSimV2Test.cpp - Equal to SCALE-Sim to the last digit ----------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestSchedules.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include <random>

using namespace onebit;
using namespace onebit::test;

namespace {

// The example of docs/cost-model.md: m = 6, n = 5, k = 7 on 4 x 4. The folds
// under os are 4x4, 2x4, 4x1 and 2x1 outputs, 7 steps each.
TEST(ScaleSimV2, WorkedExampleOutputStationary) {
  ArrayDesc array = makeArray(4, 4, Dataflow::OutputStationary);
  Figures expected = {
      {Metric::Folds, 4},
      {Metric::Cycles, 51},          // 4 * (7 + 4 + 4 - 2) - 1
      {Metric::CyclesCorrected, 52}, //
      {Metric::MACs, 210},           // 6 * 5 * 7
      {Metric::SramIfmapReads, 84},  // (4 + 2 + 4 + 2) * 7
      {Metric::SramFilterReads, 70}, // (4 + 4 + 1 + 1) * 7
      {Metric::SramOfmapWrites, 62}, // 16 + 8 + 4 + 2 + 4 * (4 + 4)
      {Metric::SramOfmapWritesCorrected, 30},
      {Metric::SramOfmapReadsCorrected, 0},
      {Metric::MappedPEs, 30},        // 16 + 8 + 4 + 2
      {Metric::ComputePECycles, 832}, // 4 * 16 * 13
      {Metric::ComputePECyclesCorrected, 832}};
  EXPECT_EQ(price(tileLikeScaleSim({1, 6, 5, 7}, array), array), expected);
}

// The same product under ws: folds of 4x4, 3x4, 4x1 and 3x1 weights, 6 steps.
TEST(ScaleSimV2, WorkedExampleWeightStationary) {
  ArrayDesc array = makeArray(4, 4, Dataflow::WeightStationary);
  Figures expected = {{Metric::Folds, 4},
                      {Metric::Cycles, 63}, // 4 * (2 * 4 + 4 + 6 - 2) - 1
                      {Metric::CyclesCorrected, 64}, //
                      {Metric::MACs, 210},           // 6 * 5 * 7
                      {Metric::SramIfmapReads, 84},  // (4 + 3 + 4 + 3) * 6
                      {Metric::SramFilterReads, 35}, // 16 + 12 + 4 + 3
                      {Metric::SramOfmapWrites, 60}, // (4 + 4 + 1 + 1) * 6
                      {Metric::SramOfmapWritesCorrected, 60},
                      {Metric::SramOfmapReadsCorrected, 30}, // (4 + 1) * 6
                      {Metric::MappedPEs, 35},
                      {Metric::ComputePECycles, 1216}, // 4 * 16 * (16 + 4 - 1)
                      {Metric::ComputePECyclesCorrected, 1024}};
  EXPECT_EQ(price(tileLikeScaleSim({1, 6, 5, 7}, array), array), expected);
}

TEST(ScaleSimV2, EqualsRunsOfScaleSim) {
  auto file = llvm::MemoryBuffer::getFile(ONEBIT_SOURCE_DIR
                                          "/test/data/scale_sim_calc.csv");
  ASSERT_TRUE(bool(file));
  llvm::SmallVector<llvm::StringRef> lines;
  (*file)->getBuffer().split(lines, '\n', -1, /*KeepEmpty=*/false);
  std::map<std::string, size_t> position;
  int rows = 0;
  for (llvm::StringRef line : lines) {
    if (line.starts_with("#"))
      continue;
    llvm::SmallVector<llvm::StringRef> cells;
    line.split(cells, ',');
    if (position.empty()) {
      for (auto [i, name] : llvm::enumerate(cells))
        position[name.str()] = i;
      continue;
    }
    SCOPED_TRACE(line.str());
    auto number = [&](const char *name) {
      int64_t value = -1;
      EXPECT_FALSE(cells[position.at(name)].getAsInteger(10, value)) << name;
      return value;
    };
    auto percent = [&](const char *name) {
      double value = -1;
      EXPECT_FALSE(cells[position.at(name)].getAsDouble(value)) << name;
      return value;
    };
    auto dataflow = systolic::symbolizeDataflow(cells[position.at("dataflow")]);
    ASSERT_TRUE(dataflow);
    ArrayDesc array = makeArray(number("rows"), number("columns"), *dataflow);
    Shape shape{1, number("m"), number("n"), number("k")};
    Figures got = price(tileLikeScaleSim(shape, array), array);

    EXPECT_EQ(got[Metric::Cycles], number("total_cycles"));
    EXPECT_EQ(got[Metric::SramIfmapReads], number("sram_ifmap_reads"));
    EXPECT_EQ(got[Metric::SramFilterReads], number("sram_filter_reads"));
    EXPECT_EQ(got[Metric::SramOfmapWrites], number("sram_ofmap_writes"));
    auto near = [](double value, double expected) {
      EXPECT_NEAR(value, expected, 1e-9 * expected);
    };
    const double processors = array.rows * array.columns;
    near(100.0 * got[Metric::MappedPEs] / (got[Metric::Folds] * processors),
         percent("mapping_efficiency_pct"));
    near(100.0 * got[Metric::MACs] / got[Metric::ComputePECycles],
         percent("compute_utilization_pct"));
    near(100.0 * got[Metric::MACs] / (got[Metric::Cycles] * processors),
         percent("overall_utilization_pct"));
    ++rows;
  }
  EXPECT_EQ(rows, 230);
}

TEST(ScaleSimV2, EqualsClosedForm) {
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
TEST(ScaleSimV2, TwiceTheBatchIsTwiceTheCost) {
  for (Dataflow dataflow : kDataflows) {
    ArrayDesc array = makeArray(32, 32, dataflow);
    Figures once = price(tileLikeScaleSim({16, 1, 2048, 64}, array), array);
    Figures twice = price(tileLikeScaleSim({32, 1, 2048, 64}, array), array);
    for (auto [metric, value] : once)
      EXPECT_EQ(twice[metric], 2 * value) << stringifyMetric(metric).str();
  }
}

// Two folds of half of K under os: each one fills and skews, and each writes
// its sums; the second reads those of the first.
TEST(ScaleSimV2, HalfStepOfK) {
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

// SCALE-Sim itself divides by this zero.
TEST(ScaleSimV2, OneElementOnOneProcessor) {
  for (Dataflow dataflow : kDataflows) {
    ArrayDesc array = makeArray(1, 1, dataflow);
    Figures figures = price(tileLikeScaleSim({1, 1, 1, 1}, array), array);
    bool outputs = dataflow == Dataflow::OutputStationary;
    EXPECT_EQ(figures[Metric::Cycles], outputs ? 0 : 1);
  }
}

TEST(ScaleSimV2, FiguresAscend) {
  ArrayDesc array = makeArray(4, 4, Dataflow::InputStationary);
  llvm::Expected<Cost> cost = lookupCostModel("scale-sim-v2")
                                  ->price(makeSchedule({}, {1, 1, 1}), array);
  ASSERT_TRUE(bool(cost));
  EXPECT_EQ(cost->entries.size(), 12u);
  EXPECT_TRUE(llvm::is_sorted(
      cost->entries, [](auto &a, auto &b) { return a.metric < b.metric; }));
  EXPECT_EQ(cost->lookup(Metric::MACs), 1);
  EXPECT_EQ(Cost().lookup(Metric::MACs), std::nullopt);
}

/// What `scale-sim-v2` says against the price of `shape`.
std::string refusal(Shape shape, const ArrayDesc &array) {
  return message(lookupCostModel("scale-sim-v2")
                     ->price(tileLikeScaleSim(shape, array), array));
}

TEST(ScaleSimV2, OverflowNamesTheFigure) {
  const int64_t big = int64_t(1) << 31, huge = INT64_MAX;
  ArrayDesc array = makeArray(1, 1, Dataflow::OutputStationary);
  EXPECT_EQ(
      refusal({1, big, big, big}, makeArray(65536, 65536, array.dataflow)),
      "'macs' exceeds 64 bits");
  EXPECT_EQ(refusal({1, 1, 1, huge}, makeArray(4, 4, array.dataflow)),
            "'cycles' exceeds 64 bits");
  EXPECT_EQ(refusal({2, huge, 1, 1}, array),
            "there are more than 2^63-1 folds");
  EXPECT_EQ(refusal({1, 1, 1, huge / 4}, makeArray(256, 256, array.dataflow)),
            "'compute_pe_cycles' exceeds 64 bits");
}

// Huge products against arithmetic of twice the width: a figure is right, or
// there is none.
TEST(ScaleSimV2, NeverAWrappedNumber) {
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
      EXPECT_GT(largest, INT64_MAX / 3);
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
