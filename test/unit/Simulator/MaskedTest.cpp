//===- MaskedTest.cpp - Folds that a causal mask hides --------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RandomCases.h"
#include "lib/Simulator/Operands.h"
#include "onebit/CostModel/TileProduct.h"

using namespace onebit;
using namespace onebit::test;

namespace {

std::string message(llvm::Error error) {
  return error ? llvm::toString(std::move(error)) : "no failure";
}
using onebit::test::message;

/// The elements that are used, one by one.
bool isUsed(const CausalMask &mask, int64_t keys, int64_t m, int64_t n) {
  const int64_t query = mask.keys == Dim::N ? m : n;
  const int64_t key = mask.keys == Dim::N ? n : m;
  const int64_t own = keys - mask.period + query % mask.period;
  return key <= own && (mask.window == 0 || own - key < mask.window);
}

/// A random masked schedule, in any order of loops and of any steps.
struct MaskedCase {
  ArrayDesc array;
  Schedule schedule;
};
MaskedCase drawCase(Draw &draw, int64_t most) {
  ArrayDesc array = draw.array(12);
  if (draw.maybe())
    draw.bounds(array);
  if (draw.upTo(3) == 1)
    draw.onChip(array);
  Shape shape = draw.shape(most);
  const int64_t period = draw.upTo(most), heads = draw.upTo(3);
  const Dim keys = draw.maybe() ? Dim::N : Dim::M;
  (keys == Dim::N ? shape.m : shape.n) = period * heads;
  (keys == Dim::N ? shape.n : shape.m) = period + draw.upTo(8) - 1;
  const int64_t window = draw.maybe() ? draw.upTo(period) : 0;
  Schedule whole = draw.schedule(shape, array);
  return {array, llvm::cantFail(Schedule::get(
                     whole.getLoops(), whole.getTile(), draw.maybe(),
                     CausalMask{keys, period, window}))};
}

// A fold is left out if none of its elements is used, and the classes are of
// those that are not.
TEST(Masked, HiddenFoldsElementByElement) {
  Draw draw(31);
  int64_t hidden = 0, shown = 0;
  for (int64_t i = 0; i < 3000; ++i) {
    Schedule schedule = drawCase(draw, 20).schedule;
    const CausalMask &mask = *schedule.getMask();
    const int64_t keys = schedule.getExtent(mask.keys);
    std::map<std::tuple<int64_t, int64_t, int64_t>, int64_t> expected, got;
    for (int64_t m = 0; m < schedule.getNumSteps(Dim::M); ++m)
      for (int64_t n = 0; n < schedule.getNumSteps(Dim::N); ++n) {
        const int64_t stepM = schedule.getStep(Dim::M),
                      stepN = schedule.getStep(Dim::N);
        const int64_t endM =
            std::min((m + 1) * stepM, schedule.getExtent(Dim::M));
        const int64_t endN =
            std::min((n + 1) * stepN, schedule.getExtent(Dim::N));
        bool used = false;
        for (int64_t x = m * stepM; x < endM; ++x)
          for (int64_t y = n * stepN; y < endN; ++y)
            used |= isUsed(mask, keys, x, y);
        ASSERT_EQ(schedule.isHidden(m, n), !used);
        (used ? shown : hidden) += 1;
        if (!used)
          continue;
        const int64_t stepK = schedule.getStep(Dim::K);
        for (int64_t k = 0; k < schedule.getExtent(Dim::K); k += stepK)
          expected[{endM - m * stepM, endN - n * stepN,
                    std::min(stepK, schedule.getExtent(Dim::K) - k)}] +=
              schedule.getNumRuns();
      }
    for (const auto &[count, tile] : llvm::cantFail(schedule.getFoldClasses()))
      got[{tile.m, tile.n, tile.k}] += count;
    ASSERT_EQ(got, expected);
  }
  EXPECT_GT(hidden, 1000);
  EXPECT_GT(shown, 1000);
}

// The cost model and the simulator leave out the same folds, at the same price;
// the simulator checks every element of the product that it made.
TEST(Masked, EqualsOnebit) {
  registerSimulator();
  Draw draw(32);
  int64_t equal = 0, fewer = 0;
  const int64_t kCases = 2000;
  for (int64_t i = 0; i < kCases; ++i) {
    auto [array, schedule] = drawCase(draw, 14);
    std::string why;
    auto price = [&](llvm::StringRef family, const Schedule &schedule) {
      Figures figures;
      llvm::Expected<Cost> cost =
          lookupCostModel(family)->price(schedule, array);
      if (!cost) {
        why = llvm::toString(cost.takeError());
        return figures;
      }
      for (const systolic::CostEntry &entry : cost->entries)
        if (entry.metric != Metric::MappedPEs)
          figures[entry.metric] = entry.value;
      return figures;
    };
    Figures priced = price("onebit", schedule);
    ASSERT_EQ(priced, price("cycle-stepped", schedule))
        << test::describe(array, schedule) << " masked along "
        << stringifyDim(schedule.getMask()->keys).str() << ", "
        << schedule.getMask()->period << " queries, window "
        << schedule.getMask()->window << "; " << why;
    Schedule whole =
        llvm::cantFail(Schedule::get(schedule.getLoops(), schedule.getTile()));
    equal += !priced.empty();
    fewer += priced[Metric::MACs] < price("onebit", whole)[Metric::MACs];
  }
  EXPECT_GT(equal, kCases * 7 / 10);
  EXPECT_GT(fewer, kCases / 4);
}

// Batch entries repeat: many heads cost what the steps in between cost.
TEST(Masked, ManyHeads) {
  Draw draw(33);
  for (int64_t i = 0; i < 200; ++i) {
    ArrayDesc array = draw.array(8);
    if (draw.maybe())
      draw.bounds(array);
    array.dataflow = Dataflow::OutputStationary;
    auto price = [&](int64_t heads) {
      Schedule schedule =
          tileProduct({heads, 24, 30, 5}, array.rows, array.columns,
                      array.dataflow, false, CausalScores{24, 0});
      Figures figures;
      llvm::Expected<Cost> cost =
          lookupCostModel("onebit")->price(schedule, array);
      if (!cost) {
        llvm::consumeError(cost.takeError());
        return figures;
      }
      for (const systolic::CostEntry &entry : cost->entries)
        figures[entry.metric] = entry.value;
      return figures;
    };
    registerSimulator();
    Schedule schedule = tileProduct({40, 24, 30, 5}, array.rows, array.columns,
                                    array.dataflow, false, CausalScores{24, 0});
    Figures many = price(40);
    llvm::Expected<Cost> counted =
        lookupCostModel("cycle-stepped")->price(schedule, array);
    if (many.empty()) {
      EXPECT_FALSE(bool(counted));
      llvm::consumeError(counted.takeError());
      continue;
    }
    ASSERT_TRUE(bool(counted)) << llvm::toString(counted.takeError());
    for (const systolic::CostEntry &entry : counted->entries)
      EXPECT_EQ(many[entry.metric], entry.value);
  }
}

// 8 queries, 8 keys, os on 4 x 4: three of four folds.
TEST(Masked, ByHand) {
  ArrayDesc array = makeArray(4, 4, Dataflow::OutputStationary);
  Schedule schedule = tileProduct({1, 8, 8, 5}, 4, 4, array.dataflow, false,
                                  CausalScores{8, 0});
  ASSERT_TRUE(schedule.getMask().has_value());
  Figures figures = price(schedule, array, "onebit");
  EXPECT_EQ(figures[Metric::Folds], 3);
  EXPECT_EQ(figures[Metric::MACs], 3 * 4 * 4 * 5);
  // Everything exposed and unlimited: T + 2 r + c - 2 a fold.
  EXPECT_EQ(figures[Metric::Cycles], 3 * (5 + 8 + 4 - 2));
  EXPECT_EQ(figures[Metric::SramIfmapReads], 3 * 4 * 5);

  // A window of 4 hides nothing more, for query 4 uses key 1; one of 1 does.
  schedule = tileProduct({1, 8, 8, 5}, 4, 4, array.dataflow, false,
                         CausalScores{8, 1});
  EXPECT_EQ(price(schedule, array, "onebit")[Metric::Folds], 2);
  // ws and is stream a whole dimension: nothing is hidden, and there is no
  // mask.
  for (Dataflow dataflow :
       {Dataflow::WeightStationary, Dataflow::InputStationary})
    EXPECT_FALSE(
        tileProduct({1, 8, 8, 5}, 4, 4, dataflow, false, CausalScores{8, 0})
            .getMask());
  // One query of the last token uses all keys.
  EXPECT_FALSE(
      tileProduct({1, 1, 8, 5}, 4, 4, array.dataflow, false, CausalScores{1, 0})
          .getMask());
}

// What was left out must be 0, and the rest right.
TEST(Masked, AWrongElementIsSeen) {
  Schedule schedule =
      tileProduct({1, 2, 2, 1}, 1, 1, Dataflow::OutputStationary, false,
                  CausalScores{2, 0});
  const int16_t ifmap[] = {3, 5}, filter[] = {7, 2};
  auto operands = llvm::cantFail(
      sim::Operands::get(schedule, SimulatorInput{ifmap, filter}));
  EXPECT_EQ(message(operands.checkMasked({21, 0, 35, 10}, schedule)),
            "no failure");
  EXPECT_EQ(message(operands.checkMasked({21, 6, 35, 10}, schedule)),
            "element 0, 1 of batch entry 0 of the masked product that the "
            "array made is wrong");
  EXPECT_NE(message(operands.checkMasked({21, 0, 35, 11}, schedule)),
            "no failure");
}

TEST(Masked, Errors) {
  auto get = [](CausalMask mask) {
    return message(Schedule::get({{Dim::M, 6, 4}, {Dim::N, 5, 4}}, {4, 4, 7},
                                 false, mask));
  };
  EXPECT_EQ(get({Dim::K, 3, 0}), "keys of a mask must lie along m or n, got k");
  EXPECT_EQ(get({Dim::N, 4, 0}),
            "a mask must be of heads that divide the 6 queries and have no "
            "more of them than there are keys, 5, and of no negative window, "
            "got 4 queries a head and a window of 0");
  EXPECT_EQ(get({Dim::N, 3, 0}), "no failure");
  Schedule wide = llvm::cantFail(
      Schedule::get({{Dim::M, 8192, 1}, {Dim::N, 8192, 1}}, {1, 1, 7}, false,
                    CausalMask{Dim::N, 8192, 0}));
  EXPECT_EQ(message(wide.getFoldClasses()),
            "a masked product may have up to 16777216 folds over m and n, got "
            "8192 x 8192");
  Schedule masked = tileProduct({1, 8, 8, 5}, 4, 4, Dataflow::OutputStationary,
                                false, CausalScores{8, 0});
  EXPECT_EQ(
      message(lookupCostModel("scale-sim-v2")
                  ->price(masked, makeArray(4, 4, Dataflow::OutputStationary))),
      "it does not price masked folds: compute them "
      "(masked-folds=computed), or take the cost model 'onebit'");
}

} // namespace
