//===- OnebitLawsTest.cpp - Laws of the machine ---------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OnebitRandom.h"

using namespace onebit;
using namespace onebit::test;
using systolic::IdleLanes;
using systolic::Overlap;

namespace {

std::optional<Figures> tryPrice(const Schedule &schedule,
                                const ArrayDesc &array, FilterKind filter) {
  auto cost = lookupCostModel("onebit")->price(schedule, array, filter);
  if (!cost) {
    std::string error = llvm::toString(cost.takeError());
    EXPECT_NE(error.find("take a larger memory"), std::string::npos) << error;
    return std::nullopt;
  }
  Figures figures;
  for (const systolic::CostEntry &entry : cost->entries)
    figures[entry.metric] = entry.value;
  return figures;
}

/// Rows, columns and steps of the folds of a product, column folds outside, row
/// folds inside, as they lie on an array of R x C.
struct LaidFold {
  int64_t r, c, steps;
};
std::vector<LaidFold> layFolds(Shape shape, const ArrayDesc &array) {
  const Machine machine = array.machine.value_or(Machine());
  const bool os = array.dataflow == Dataflow::OutputStationary;
  const bool is = array.dataflow == Dataflow::InputStationary;
  const int64_t rows = os ? shape.m : shape.k, columns = is ? shape.m : shape.n,
                steps = os   ? shape.k
                        : is ? shape.n
                             : shape.m;
  const bool waited = machine.idleLanes == IdleLanes::Waited;
  std::vector<LaidFold> folds;
  for (int64_t b = 0; b < shape.batch; ++b)
    for (int64_t column = 0; column < columns; column += array.columns)
      for (int64_t row = 0; row < rows; row += array.rows)
        folds.push_back(
            {waited ? array.rows : std::min(array.rows, rows - row),
             waited ? array.columns : std::min(array.columns, columns - column),
             steps});
  return folds;
}

/// How long the folds take where no port and no DRAM holds them up: the laws of
/// the page's section 6, by virtual starts at the array's first row.
int64_t cyclesByLaw(const std::vector<LaidFold> &folds,
                    const ArrayDesc &array) {
  const Machine machine = array.machine.value_or(Machine());
  int64_t end = 0;
  if (array.dataflow == Dataflow::OutputStationary) {
    const bool hidden = machine.drain == Overlap::Hidden;
    int64_t start = 0;
    for (size_t n = 0; n < folds.size(); ++n) {
      const LaidFold &fold = folds[n];
      if (n > 0) {
        const LaidFold &last = folds[n - 1];
        start += hidden ? std::max(last.steps,
                                   last.steps - fold.steps + 2 * last.r - 1)
                        : last.steps + 2 * last.r + last.c - 2;
      }
      end = std::max(end, start + fold.steps + 2 * fold.r + fold.c - 2);
    }
    return end;
  }
  if (machine.preload == Overlap::Exposed) {
    for (const LaidFold &fold : folds)
      end += 2 * fold.r + fold.c + fold.steps - 2;
    return end;
  }
  int64_t start = 2 * folds[0].r - array.rows;
  for (size_t n = 0; n < folds.size(); ++n) {
    if (n > 0)
      start += std::max(folds[n - 1].steps, folds[n].r);
    end = std::max(end, start + folds[n].steps + array.rows + folds[n].c - 2);
  }
  return end;
}

TEST(OnebitLaws, ClosedLawsWithoutBounds) {
  OnebitRandom random(11);
  for (int i = 0; i < 6000; ++i) {
    ArrayDesc array = random.array(i % 10 == 0 ? 300 : 40);
    array.ifmapKb = array.filterKb = array.ofmapKb = 0;
    Machine &machine = *array.machine;
    machine.ifmapPort = machine.filterPort = machine.ofmapPort = 0;
    machine.dram = 0;
    const int64_t most = i % 10 == 0 ? 3000 : 90;
    Shape shape{random.draw(4), random.draw(most), random.draw(most),
                random.draw(most)};
    auto got = tryPrice(tileLikeScaleSim(shape, array), array, random.filter());
    ASSERT_TRUE(got);
    auto folds = layFolds(shape, array);
    const int64_t expected = cyclesByLaw(folds, array);
    EXPECT_EQ((*got)[Metric::Cycles], expected);
    EXPECT_EQ((*got)[Metric::Folds], int64_t(folds.size()));
    EXPECT_EQ((*got)[Metric::StallCycles], 0);
    EXPECT_EQ((*got)[Metric::PortCycles], 0);
  }
}

// Products up to far beyond 64 bits: priced exactly, or refused where a figure
// does not fit.
TEST(OnebitLaws, HugeProducts) {
  OnebitRandom random(16);
  int priced = 0, refused = 0;
  for (int i = 0; i < 3000; ++i) {
    ArrayDesc array =
        makeArray(random.draw(9), random.draw(9), kDataflows[i % 3]);
    array.machine.emplace();
    array.machine->idleLanes =
        random.chance(0.5) ? IdleLanes::Skipped : IdleLanes::Waited;
    auto draw = [&](int most) {
      return random.draw(int64_t(1) << random.draw(most));
    };
    Shape shape{draw(10), draw(30), draw(30), draw(25)};
    const __int128 macs = __int128(shape.batch) * shape.m * shape.n * shape.k;
    // As many folds of each size as fit; the law of an exposed fold for each.
    const bool os = array.dataflow == Dataflow::OutputStationary;
    const bool is = array.dataflow == Dataflow::InputStationary;
    const bool waited = array.machine->idleLanes == IdleLanes::Waited;
    auto cut = [&](int64_t extent, int64_t side) {
      return std::array<std::pair<int64_t, int64_t>, 2>{
          {{extent / side, side},
           {extent % side != 0, waited ? side : extent % side}}};
    };
    const int64_t steps = os ? shape.k : is ? shape.n : shape.m;
    __int128 cycles = 0;
    for (auto [rowFolds, r] : cut(os ? shape.m : shape.k, array.rows))
      for (auto [columnFolds, c] : cut(is ? shape.m : shape.n, array.columns))
        cycles += __int128(shape.batch) * rowFolds * columnFolds *
                  (__int128(steps) + 2 * r + c - 2);
    auto cost = lookupCostModel("onebit")->price(tileLikeScaleSim(shape, array),
                                                 array, random.filter());
    if (!cost) {
      std::string error = llvm::toString(cost.takeError());
      EXPECT_NE(error.find("exceeds 64 bits"), std::string::npos) << error;
      // Results have 8 bits, a weight in full precision 16.
      EXPECT_GT(std::max(macs, cycles), INT64_MAX / 16);
      ++refused;
      continue;
    }
    ASSERT_LE(std::max(macs, cycles), INT64_MAX);
    EXPECT_EQ(*cost->lookup(Metric::MACs), int64_t(macs));
    EXPECT_EQ(*cost->lookup(Metric::Cycles), int64_t(cycles));
    ++priced;
  }
  EXPECT_GT(priced, 500);
  EXPECT_GT(refused, 200);
}

TEST(OnebitLaws, FiguresThatDoNotFit) {
  const CostModel &model = *lookupCostModel("onebit");
  ArrayDesc array = makeArray(1, 1, Dataflow::WeightStationary);
  auto batch = [](int64_t entries) {
    return makeSchedule({{Dim::Batch, entries, 1}}, {1, 1, 1});
  };
  array.machine.emplace();
  array.machine->activation = array.machine->weight = {1, 1};
  // Two cycles each.
  auto most = model.price(batch((int64_t(1) << 62) - 1), array);
  ASSERT_TRUE(bool(most)) << llvm::toString(most.takeError());
  EXPECT_EQ(most->lookup(Metric::Cycles), INT64_MAX - 1);
  EXPECT_EQ(message(model.price(batch(int64_t(1) << 62), array)),
            "'cycles' exceeds 64 bits");
  array.machine->weight = {4, 1};
  EXPECT_EQ(message(model.price(batch(int64_t(1) << 61), array)),
            "'dram_filter_bits' exceeds 64 bits");
  EXPECT_EQ(
      message(model.price(
          makeSchedule({{Dim::Batch, int64_t(1) << 62, 1}}, {2, 1, 1}), array)),
      "'macs' exceeds 64 bits");
}

// A machine that waits for everything, with more folds and groups than could be
// looked at one by one: each thousand times as many batch entries cost a
// thousand times as much, but for the first few and the last.
TEST(OnebitLaws, ManyFoldsThatWait) {
  ArrayDesc array = makeArray(32, 32, Dataflow::WeightStationary);
  array.ifmapKb = array.filterKb = array.ofmapKb = 4;
  array.machine.emplace();
  array.machine->preload = Overlap::Hidden;
  array.machine->idleLanes = IdleLanes::Skipped;
  array.machine->weight = {8, 5};
  array.machine->ifmapPort = array.machine->ofmapPort = 200;
  array.machine->dram = 77;
  auto cycles = [&](int64_t entries) {
    auto figures =
        tryPrice(tileLikeScaleSim({entries, 100003, 5000, 3001}, array), array,
                 FilterKind::QuantizedWeight);
    return figures ? (*figures)[Metric::Cycles] : 0;
  };
  const int64_t one = cycles(11) - cycles(10);
  EXPECT_GT(one, int64_t(5000) * 3001 * 100003 / 1024);
  EXPECT_EQ(cycles(1011) - cycles(11), 1000 * one);
  EXPECT_EQ(cycles(100011) - cycles(11), 100000 * one);
}

// One fold of its own: T + 2r + c - 2 in every dataflow.
TEST(OnebitLaws, OneFold) {
  for (Dataflow dataflow : kDataflows)
    for (auto [r, c, steps] : {std::tuple(1, 1, 1), std::tuple(7, 3, 20),
                               std::tuple(256, 128, 2048)}) {
      ArrayDesc array = makeArray(r, c, dataflow);
      Tile tile = dataflow == Dataflow::OutputStationary   ? Tile{r, c, steps}
                  : dataflow == Dataflow::WeightStationary ? Tile{steps, c, r}
                                                           : Tile{c, steps, r};
      auto got =
          tryPrice(makeSchedule({}, tile), array, FilterKind::QuantizedWeight);
      ASSERT_TRUE(got);
      EXPECT_EQ((*got)[Metric::Cycles], steps + 2 * r + c - 2);
    }
}

/// The total of the figures that end with `_bits`.
int64_t dramBits(Figures &figures) {
  return figures[Metric::DramIfmapBits] + figures[Metric::DramFilterBits] +
         figures[Metric::DramOfmapReadBits] +
         figures[Metric::DramOfmapWriteBits];
}

TEST(OnebitLaws, CausesAddUpAndBoundsHold) {
  OnebitRandom random(12);
  for (int i = 0; i < 5000; ++i) {
    ArrayDesc array = random.array(20);
    Schedule schedule = random.schedule(array, 120, 3);
    FilterKind filter = random.filter();
    auto figures = tryPrice(schedule, array, filter);
    if (!figures)
      continue;
    SCOPED_TRACE(describe(schedule, array, filter));
    Figures &f = *figures;
    const int64_t cycles = f[Metric::Cycles];
    ASSERT_EQ(cycles, f[Metric::StreamCycles] + f[Metric::PortCycles] +
                          f[Metric::StallCycles] + f[Metric::PreloadCycles] +
                          f[Metric::DrainCycles]);
    ASSERT_EQ(f[Metric::StallCycles], f[Metric::StallIfmapCycles] +
                                          f[Metric::StallFilterCycles] +
                                          f[Metric::StallOfmapCycles]);
    for (auto [metric, value] : f)
      ASSERT_GE(value, 0) << stringifyMetric(metric).str();
    ASSERT_GE(cycles * array.rows * array.columns, f[Metric::MACs]);
    const Machine &machine = *array.machine;
    const Format &format =
        filter == FilterKind::QuantizedWeight ? machine.weight
        : filter == FilterKind::DenseWeight   ? machine.denseWeight
                                              : machine.kv;
    // Every weight comes through the port at least once.
    if (machine.filterPort) {
      ASSERT_GE(cycles * machine.filterPort * format.elements,
                schedule.getExtent(Dim::Batch) * schedule.getExtent(Dim::N) *
                    schedule.getExtent(Dim::K) * format.bits);
    }
    if (machine.dram) {
      ASSERT_GE(cycles * machine.dram, dramBits(f));
    } else {
      ASSERT_EQ(f[Metric::StallIfmapCycles] + f[Metric::StallFilterCycles], 0);
    }
  }
}

/// How often a change was made, and where it cost cycles or moved more bits.
class Comparison {
public:
  /// Changes a copy of `array` and prices it.
  template <typename Change>
  void check(const char *what, const Schedule &schedule, const ArrayDesc &array,
             FilterKind filter, Figures &before, Change change) {
    ArrayDesc changed = array;
    change(changed);
    auto after = tryPrice(schedule, changed, filter);
    ASSERT_TRUE(after) << what;
    ASSERT_LE((*after)[Metric::Cycles], before[Metric::Cycles])
        << what << ": " << describe(schedule, array, filter);
    ASSERT_LE(dramBits(*after), dramBits(before))
        << what << ": " << describe(schedule, array, filter);
    ++counts[what];
    shorter[what] += (*after)[Metric::Cycles] < before[Metric::Cycles];
  }
  /// Each change was made often, and made a difference.
  void finish(int least) {
    for (auto [what, count] : counts) {
      EXPECT_GT(count, least) << what;
      EXPECT_GT(shorter[what], least / 20) << what;
    }
  }

private:
  std::map<std::string, int> counts, shorter;
};

TEST(OnebitLaws, MoreBandwidthNeverCosts) {
  OnebitRandom random(13);
  Comparison comparison;
  for (int i = 0; i < 4000 && !HasFailure(); ++i) {
    ArrayDesc array = random.array(20);
    Schedule schedule = random.schedule(array, 120, 3);
    FilterKind filter = random.filter();
    auto before = tryPrice(schedule, array, filter);
    if (!before)
      continue;
    auto check = [&](const char *what, auto change) {
      comparison.check(what, schedule, array, filter, *before, change);
    };
    const Machine &machine = *array.machine;
    if (machine.dram) {
      check("a bit more from DRAM", [](auto &a) { ++a.machine->dram; });
      check("twice from DRAM", [](auto &a) { a.machine->dram *= 2; });
      check("no bound on DRAM", [](auto &a) { a.machine->dram = 0; });
    }
    check("ifmap on the chip", [](auto &a) { a.machine->ifmapDram = false; });
    check("filter on the chip", [](auto &a) { a.machine->filterDram = false; });
    check("ofmap on the chip", [](auto &a) { a.machine->ofmapDram = false; });
    if (machine.ifmapPort)
      check("ifmap port", [](auto &a) { a.machine->ifmapPort += 8; });
    if (machine.filterPort)
      check("filter port", [](auto &a) { a.machine->filterPort += 8; });
    if (machine.ofmapPort)
      check("ofmap port", [](auto &a) { a.machine->ofmapPort *= 2; });
  }
  comparison.finish(1000);
}

TEST(OnebitLaws, MoreOverlapNeverCosts) {
  OnebitRandom random(14);
  Comparison comparison;
  for (int i = 0; i < 6000 && !HasFailure(); ++i) {
    ArrayDesc array = random.array(20);
    const bool os = array.dataflow == Dataflow::OutputStationary;
    (os ? array.machine->drain : array.machine->preload) = Overlap::Exposed;
    Schedule schedule = random.schedule(array, 120, 3);
    FilterKind filter = random.filter();
    auto before = tryPrice(schedule, array, filter);
    if (!before)
      continue;
    auto check = [&](const char *what, auto change) {
      comparison.check(what, schedule, array, filter, *before, change);
    };
    const Machine &machine = *array.machine;
    const bool waited = machine.idleLanes == IdleLanes::Waited;
    if (os)
      check("drain", [](auto &a) { a.machine->drain = Overlap::Hidden; });
    else if (waited ||
             schedule.getExtent(Dim::K) % schedule.getStep(Dim::K) == 0)
      check("preload of equal folds",
            [](auto &a) { a.machine->preload = Overlap::Hidden; });
    else if (machine.dram == 0 && array.ofmapKb == 0)
      check("preload", [](auto &a) { a.machine->preload = Overlap::Hidden; });
    if (waited)
      check("idle lanes",
            [](auto &a) { a.machine->idleLanes = IdleLanes::Skipped; });
  }
  comparison.finish(100);
}

/// Whether vectors of the operand stay, and neither the whole nor a tile.
bool isByVectors(int64_t kb, const Format &format, int64_t elements,
                 int64_t tileElements) {
  const int64_t half = kb * 4096;
  return kb != 0 && ceilDiv(elements * format.bits, format.elements) > half &&
         ceilDiv(tileElements * format.bits, format.elements) > half;
}

TEST(OnebitLaws, MoreMemoryNeverCostsUnlessVectorsStay) {
  OnebitRandom random(15);
  Comparison comparison;
  int byVectors = 0;
  for (int i = 0; i < 6000 && !HasFailure(); ++i) {
    ArrayDesc array = random.array(20);
    Schedule schedule = random.schedule(array, 120, 3);
    FilterKind filter = random.filter();
    auto before = tryPrice(schedule, array, filter);
    if (!before)
      continue;
    const Machine &machine = *array.machine;
    const Format formats[] = {
        machine.activation,
        filter == FilterKind::QuantizedWeight ? machine.weight
        : filter == FilterKind::DenseWeight   ? machine.denseWeight
                                              : machine.kv,
        machine.partialSum};
    const std::pair<Dim, Dim> sides[] = {
        {Dim::M, Dim::K}, {Dim::N, Dim::K}, {Dim::M, Dim::N}};
    int64_t ArrayDesc::*const memories[] = {
        &ArrayDesc::ifmapKb, &ArrayDesc::filterKb, &ArrayDesc::ofmapKb};
    const char *const twice[] = {"twice ifmap", "twice filter", "twice ofmap"};
    const char *const all[] = {"all of ifmap", "all of filter", "all of ofmap"};
    for (int x = 0; x < 3; ++x) {
      auto memory = memories[x];
      auto [first, second] = sides[x];
      if (array.*memory == 0)
        continue;
      if (isByVectors(array.*memory, formats[x],
                      schedule.getExtent(first) * schedule.getExtent(second),
                      schedule.getStep(first) * schedule.getStep(second))) {
        ++byVectors;
        // It may cost cycles, but never bits.
        ArrayDesc larger = array;
        larger.*memory *= 2;
        auto after = tryPrice(schedule, larger, filter);
        ASSERT_TRUE(after);
        ASSERT_LE(dramBits(*after), dramBits(*before));
        continue;
      }
      comparison.check(twice[x], schedule, array, filter, *before,
                       [&](auto &a) { a.*memory *= 2; });
      comparison.check(all[x], schedule, array, filter, *before,
                       [&](auto &a) { a.*memory = 0; });
    }
  }
  EXPECT_GT(byVectors, 500);
  comparison.finish(500);
}

} // namespace
