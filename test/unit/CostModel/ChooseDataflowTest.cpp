//===- ChooseDataflowTest.cpp ---------------------------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/CostModel/ChooseDataflow.h"
#include "TestSchedules.h"
#include <random>

using namespace onebit;
using namespace onebit::test;
using systolic::EnergyNode;
using systolic::Objective;

namespace {

llvm::Expected<ChosenDataflow> choose(Shape s, const ArrayDesc &array,
                                      llvm::StringRef family = "scale-sim-v2",
                                      Objective objective = Objective::Cycles,
                                      EnergyNode node = EnergyNode::None) {
  return chooseDataflow({s.batch, s.m, s.n, s.k}, array,
                        FilterKind::QuantizedWeight, Multiplier::Sign,
                        {*lookupCostModel(family), objective, node});
}

// By the closed forms, which know no schedule: what is chosen is least, ties go
// where they should, and the runner-up is the best of the other dataflows.
TEST(ChooseDataflow, LeastCyclesByTheClosedForms) {
  std::mt19937 random(11);
  auto draw = [&](int64_t most) {
    return std::uniform_int_distribution<int64_t>(1, most)(random);
  };
  int transposed = 0, ties = 0;
  for (int i = 0; i < 3000; ++i) {
    Shape shape{draw(3), draw(60), draw(60), draw(60)};
    ArrayDesc array = makeArray(draw(16), draw(16), kDataflows[i % 3]);
    auto cycles = [&](Dataflow dataflow, bool isTransposed) {
      Shape s = shape;
      if (isTransposed)
        std::swap(s.m, s.n);
      return closedForm(
          s, makeArray(array.rows, array.columns, dataflow))[Metric::Cycles];
    };
    auto leastOf = [&](Dataflow dataflow) {
      int64_t least = cycles(dataflow, false);
      if (dataflow == Dataflow::OutputStationary)
        least = std::min(least, cycles(dataflow, true));
      return least;
    };

    llvm::Expected<ChosenDataflow> chosen = choose(shape, array);
    ASSERT_TRUE(bool(chosen)) << llvm::toString(chosen.takeError());
    const PricedDataflow &best = chosen->best;
    const int64_t least = leastOf(best.dataflow);
    EXPECT_EQ(best.figures.lookup(Metric::Cycles), least);
    EXPECT_EQ(best.figures.entries.size(), 1u);
    EXPECT_EQ(cycles(best.dataflow, best.transposed), least);
    if (best.transposed) {
      ++transposed;
      EXPECT_LT(least, cycles(best.dataflow, false));
    }

    std::optional<int64_t> second;
    bool seen = false;
    for (Dataflow dataflow : kDataflows) {
      seen |= dataflow == best.dataflow;
      if (dataflow == best.dataflow)
        continue;
      int64_t other = leastOf(dataflow);
      second = std::min(second.value_or(other), other);
      ASSERT_GE(other, least);
      if (other > least)
        continue;
      ++ties;
      // The array's own wins, then the first.
      EXPECT_TRUE(best.dataflow == array.dataflow ||
                  (dataflow != array.dataflow && seen));
    }
    ASSERT_TRUE(chosen->runnerUp.has_value());
    EXPECT_NE(chosen->runnerUp->dataflow, best.dataflow);
    EXPECT_EQ(chosen->runnerUp->figures.lookup(Metric::Cycles), second);
  }
  EXPECT_GT(transposed, 100);
  EXPECT_GT(ties, 20);
}

// 3 x 40 on 8 x 4: upright ten folds of 3 x 4, transposed five of 8 x 3.
TEST(ChooseDataflow, TransposedByHand) {
  ArrayDesc array = makeArray(8, 4, Dataflow::OutputStationary);
  ChosenDataflow chosen = llvm::cantFail(choose({1, 3, 40, 100}, array));
  EXPECT_EQ(chosen.best.dataflow, Dataflow::OutputStationary);
  EXPECT_TRUE(chosen.best.transposed);
  EXPECT_EQ(chosen.best.figures.lookup(Metric::Cycles),
            5 * (100 + 8 + 4 - 2) - 1);
}

// DRAM traffic in bits and in words; energies, and their product with cycles.
// Each way is priced here by hand.
TEST(ChooseDataflow, EveryObjective) {
  std::mt19937 random(12);
  auto draw = [&](int64_t most) {
    return std::uniform_int_distribution<int64_t>(1, most)(random);
  };
  for (int i = 0; i < 400; ++i) {
    Shape shape{1, draw(90), draw(90), draw(90)};
    ArrayDesc array = makeArray(draw(16), draw(16), kDataflows[i % 3]);
    array.ifmapKb = draw(3);
    array.filterKb = draw(3);
    array.ofmapKb = draw(3);
    const char *family = i % 2 ? "onebit" : "scale-sim-v2";
    for (Objective objective : {Objective::Cycles, Objective::Energy,
                                Objective::EnergyDelay, Objective::DramBytes}) {
      auto valueOf = [&](Dataflow dataflow, bool transposed) {
        ArrayDesc other = array;
        other.dataflow = dataflow;
        Shape s = shape;
        if (transposed)
          std::swap(s.m, s.n);
        Schedule walk = tileLikeScaleSim(s, other);
        Schedule schedule = llvm::cantFail(
            Schedule::get(walk.getLoops(), walk.getTile(), transposed));
        llvm::Expected<Cost> priced = lookupCostModel(family)->price(
            schedule, other, FilterKind::QuantizedWeight);
        if (!priced) {
          // A tile that stays does not fit.
          llvm::consumeError(priced.takeError());
          return std::numeric_limits<double>::infinity();
        }
        Cost cost = llvm::cantFail(addEnergy(
            std::move(*priced), schedule, other, FilterKind::QuantizedWeight,
            Multiplier::Sign, EnergyNode::Nm7));
        auto figure = [&](Metric metric) {
          return static_cast<double>(cost.lookup(metric).value_or(0));
        };
        switch (objective) {
        case Objective::Cycles:
          return figure(Metric::Cycles);
        case Objective::Energy:
          return figure(Metric::EnergyTotal);
        case Objective::EnergyDelay:
          return figure(Metric::Cycles) * figure(Metric::EnergyTotal);
        case Objective::DramBytes:
          return (figure(Metric::DramIfmapBits) +
                  figure(Metric::DramFilterBits) +
                  figure(Metric::DramOfmapReadBits) +
                  figure(Metric::DramOfmapWriteBits)) +
                 8 * (figure(Metric::DramIfmapReads) +
                      figure(Metric::DramFilterReads) +
                      figure(Metric::DramOfmapWrites));
        }
        llvm_unreachable("unknown objective");
      };
      ChosenDataflow chosen = llvm::cantFail(
          choose(shape, array, family, objective, EnergyNode::Nm7));
      double least = valueOf(Dataflow::OutputStationary, true);
      for (Dataflow dataflow : kDataflows)
        least = std::min(least, valueOf(dataflow, false));
      EXPECT_EQ(valueOf(chosen.best.dataflow, chosen.best.transposed), least);
      EXPECT_EQ(static_cast<double>(
                    systolic::evaluate(objective, chosen.best.figures.entries)),
                least);
    }
  }
}

TEST(ChooseDataflow, NoOverflowInProducts) {
  const int64_t most = std::numeric_limits<int64_t>::max();
  unsigned __int128 value =
      systolic::evaluate(Objective::EnergyDelay,
                         {{Metric::Cycles, most}, {Metric::EnergyTotal, most}});
  EXPECT_EQ(value, static_cast<unsigned __int128>(most) * most);
}

// A tile that stays must fit in half of its memory: 32 x 32 sums of 32 bits do
// not fit in 512 bytes, 32 x 32 trits in bytes fit in 1 kB.
TEST(ChooseDataflow, WaysWithoutAPriceAreNotChosen) {
  ArrayDesc array = makeArray(32, 32, Dataflow::OutputStationary);
  array.ifmapKb = array.filterKb = 4;
  array.ofmapKb = 1;
  ChosenDataflow chosen =
      llvm::cantFail(choose({1, 32, 32, 32}, array, "onebit"));
  EXPECT_NE(chosen.best.dataflow, Dataflow::OutputStationary);
  ASSERT_TRUE(chosen.runnerUp.has_value());
  EXPECT_NE(chosen.runnerUp->dataflow, Dataflow::OutputStationary);

  array.filterKb = 1;
  chosen = llvm::cantFail(choose({1, 32, 32, 32}, array, "onebit"));
  EXPECT_EQ(chosen.best.dataflow, Dataflow::InputStationary);
  EXPECT_FALSE(chosen.runnerUp.has_value());

  array.ifmapKb = 1;
  EXPECT_NE(message(choose({1, 32, 32, 32}, array, "onebit"))
                .find("a tile that stays in the array"),
            std::string::npos);
}

TEST(ChooseDataflow, ErrorsSayWhatToDo) {
  ArrayDesc bare = makeArray(4, 4, Dataflow::OutputStationary);
  EXPECT_EQ(
      message(choose({1, 4, 4, 4}, bare, "scale-sim-v2", Objective::DramBytes)),
      "'scale-sim-v2' does not know what the objective 'dram-bytes' asks "
      "for on array 'test'; cost models that do: 'onebit'");
  EXPECT_EQ(message(choose({1, 4, 4, 4}, bare, "onebit", Objective::Energy)),
            "objective 'energy' is about energies, which are of a process "
            "node: add energy=45nm or energy=7nm");
  EXPECT_EQ(
      message(choose({1, 4, 4, 4}, bare, "onebit", Objective::EnergyDelay)),
      "objective 'edp' is about energies, which are of a process node: add "
      "energy=45nm or energy=7nm");
  bare.rows = 0;
  EXPECT_NE(message(choose({1, 4, 4, 4}, bare)).find("rows"),
            std::string::npos);
}

} // namespace
