//===- ExplainTest.cpp - Why a kernel takes its cycles --------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/CostModel/Explain.h"
#include "OnebitRandom.h"
#include "llvm/ADT/STLExtras.h"

using namespace onebit;
using namespace onebit::test;
using systolic::IdleLanes;
using systolic::Overlap;

namespace {

constexpr FilterKind kWeight = FilterKind::QuantizedWeight;
constexpr int64_t kMost = std::numeric_limits<int64_t>::max();

using Shares = std::map<PECause, int64_t>;
using Bounds = std::map<BoundKind, int64_t>;

llvm::Expected<Explanation> tryExplain(llvm::StringRef family,
                                       const Schedule &schedule,
                                       const ArrayDesc &array,
                                       FilterKind filter = kWeight) {
  return explain(*lookupCostModel(family), {schedule, array, filter});
}

Explanation explainOne(llvm::StringRef family, const Schedule &schedule,
                       const ArrayDesc &array, FilterKind filter = kWeight) {
  auto explanation = tryExplain(family, schedule, array, filter);
  if (!explanation) {
    ADD_FAILURE() << llvm::toString(explanation.takeError());
    return {};
  }
  return *explanation;
}

Shares getShares(const Explanation &explanation) {
  Shares shares;
  for (const PEShare &share : explanation.peShares)
    shares[share.cause] = share.peCycles;
  return shares;
}

Bounds getBounds(const Explanation &explanation) {
  Bounds bounds;
  for (const Bound &bound : explanation.bounds)
    bounds[bound.kind] = bound.cycles;
  return bounds;
}

/// The bits of a level: ifmap, filter, ofmap read, ofmap written; -1 unknown.
std::vector<int64_t> getBits(const Explanation &explanation,
                             MemoryLevel level) {
  for (const OperandTraffic &traffic : explanation.traffic)
    if (traffic.level == level)
      return {traffic.ifmapReadBits, traffic.filterReadBits,
              traffic.ofmapReadBits.value_or(-1), traffic.ofmapWriteBits};
  return {};
}

/// One processing element after the other, one cycle after the other, through
/// folds of their own on an array that waits for idle lanes. Knows neither the
/// cost model nor closed forms.
Shares classifyElements(Shape shape, const ArrayDesc &array, bool drainsSums) {
  const bool os = array.dataflow == Dataflow::OutputStationary;
  const bool is = array.dataflow == Dataflow::InputStationary;
  const int64_t rows = os ? shape.m : shape.k, columns = is ? shape.m : shape.n,
                steps = os   ? shape.k
                        : is ? shape.n
                             : shape.m;
  const int64_t R = array.rows, C = array.columns;
  // What stays is shifted in; under os sums are shifted out.
  const int64_t begin = os ? 0 : R;
  const int64_t end = begin + steps + R + C - 2 + (os && drainsSums ? R : 0);
  Shares shares;
  for (int64_t fold = 0; fold < shape.batch; ++fold)
    for (int64_t row = 0; row < rows; row += R)
      for (int64_t column = 0; column < columns; column += C)
        for (int64_t i = 0; i < R; ++i)
          for (int64_t j = 0; j < C; ++j)
            for (int64_t cycle = 0; cycle < end; ++cycle) {
              const int64_t step = cycle - begin - i - j;
              const PECause cause = step < 0          ? PECause::Fill
                                    : step >= steps   ? PECause::Drain
                                    : row + i >= rows ? PECause::IdleRows
                                    : column + j >= columns
                                        ? PECause::IdleColumns
                                        : PECause::Useful;
              ++shares[cause];
            }
  return shares;
}

TEST(Explain, elementsOneByOne) {
  OnebitRandom random(1);
  for (int i = 0; i < 300; ++i) {
    const Shape shape{random.draw(2), random.draw(9), random.draw(9),
                      random.draw(9)};
    const ArrayDesc array =
        makeArray(random.draw(5), random.draw(5), kDataflows[i % 3]);
    const Schedule schedule = tileLikeScaleSim(shape, array);
    for (llvm::StringRef family : {"onebit", "scale-sim-v2", "scale-sim-v3"}) {
      const Shares want = classifyElements(shape, array, family == "onebit");
      Shares got = getShares(explainOne(family, schedule, array));
      for (auto share = got.begin(); share != got.end();)
        share = share->second == 0 ? got.erase(share) : std::next(share);
      EXPECT_EQ(got, want) << describe(schedule, array, kWeight)
                           << family.str();
    }
  }
}

// docs/cost-models.md has the folds: 6 x 5 x 7 on 4 x 4 are four.
TEST(Explain, outputStationaryByHand) {
  ArrayDesc array = makeArray(4, 4, Dataflow::OutputStationary);
  const Schedule schedule = tileLikeScaleSim({1, 6, 5, 7}, array);
  Explanation why = explainOne("onebit", schedule, array);
  EXPECT_EQ(why.cyclesMetric, Metric::Cycles);
  // Of 7 + 4 + 4 - 2 + 4 cycles.
  EXPECT_EQ(why.cycles, 4 * 17);
  EXPECT_EQ(why.steps, 28);
  EXPECT_EQ(getShares(why), (Shares{{PECause::Useful, 210},
                                    {PECause::IdleRows, 112},
                                    {PECause::IdleColumns, 126},
                                    {PECause::Port, 0},
                                    {PECause::Fill, 192},
                                    {PECause::Drain, 448},
                                    {PECause::StallIfmap, 0},
                                    {PECause::StallFilter, 0},
                                    {PECause::StallOfmap, 0}}));
  // Ports carry four lanes, whatever a fold needs.
  EXPECT_EQ(getBits(why, MemoryLevel::Port),
            (std::vector<int64_t>{28 * 4 * 8, 28 * 4 * 8, 0, 16 * 4 * 32}));
  EXPECT_EQ(getBits(why, MemoryLevel::Sram),
            (std::vector<int64_t>{84 * 8, 70 * 8, 0, 30 * 32}));
  // Memories without a size hold each operand once.
  EXPECT_EQ(getBits(why, MemoryLevel::Dram),
            (std::vector<int64_t>{42 * 8, 35 * 8, 0, 30 * 8}));
  EXPECT_DOUBLE_EQ(*why.traffic[1].getReuse(why.macs), 210. / (84 + 70));
  // ceil(210 / 16)
  EXPECT_EQ(getBounds(why),
            (Bounds{{BoundKind::Peak, 14}, {BoundKind::Array, 68}}));
  EXPECT_EQ(why.binding, BoundKind::Array);
  EXPECT_TRUE(why.notModelled.empty());

  why = explainOne("scale-sim-v2", schedule, array);
  EXPECT_EQ(why.cyclesMetric, Metric::CyclesCorrected);
  EXPECT_EQ(why.cycles, 52);
  EXPECT_EQ(getShares(why), (Shares{{PECause::Useful, 210},
                                    {PECause::IdleRows, 112},
                                    {PECause::IdleColumns, 126},
                                    {PECause::Fill, 192},
                                    {PECause::Drain, 192}}));
  EXPECT_TRUE(getBits(why, MemoryLevel::Port).empty());
  EXPECT_EQ(getBits(why, MemoryLevel::Sram),
            (std::vector<int64_t>{84 * 8, 70 * 8, 0, 30 * 8}));
  EXPECT_TRUE(getBits(why, MemoryLevel::Dram).empty());
  EXPECT_TRUE(llvm::is_contained(why.notModelled, NotModelled::DrainOfOutputs));
  EXPECT_TRUE(llvm::is_contained(why.notModelled, NotModelled::Stalls));
}

TEST(Explain, weightStationaryByHand) {
  ArrayDesc array = makeArray(4, 4, Dataflow::WeightStationary);
  const Schedule schedule = tileLikeScaleSim({1, 6, 5, 7}, array);
  array.machine.emplace().weight = {8, 5};
  array.machine->filterPort = 2;
  array.machine->ofmapPort = 64;
  array.machine->dram = 8;
  Explanation why = explainOne("onebit", schedule, array);
  // Two parts of k: half of the sums come back. A row of four weights has
  // ceil(32 / 5) bits.
  EXPECT_EQ(
      getBits(why, MemoryLevel::Port),
      (std::vector<int64_t>{24 * 4 * 8, 16 * 7, 12 * 4 * 32, 24 * 4 * 32}));
  EXPECT_EQ(getBits(why, MemoryLevel::Sram),
            (std::vector<int64_t>{84 * 8, 56, 30 * 32, 60 * 32}));
  Bounds bounds = getBounds(why);
  // 16 rows of 7 bits, 24 vectors of 128.
  EXPECT_EQ(bounds[BoundKind::FilterPort], 16 * 4);
  EXPECT_EQ(bounds[BoundKind::OfmapPort], 24 * 2);
  EXPECT_FALSE(bounds.count(BoundKind::IfmapPort));
  // Everything at once: four folds of 4 + 6 + 4 + 4 - 2.
  EXPECT_EQ(bounds[BoundKind::Array], 64);
  // 42 activations, 35 weights by tiles of 16, 4, 12 and 3, 30 results.
  EXPECT_EQ(getBits(why, MemoryLevel::Dram),
            (std::vector<int64_t>{42 * 8, 26 + 20 + 7 + 5, 0, 30 * 8}));
  EXPECT_EQ(bounds[BoundKind::Dram], ceilDiv(336 + 58 + 240, 8));
  EXPECT_EQ(why.binding, BoundKind::Dram);
}

// The paper's main effect. A head of decode at paper-cloud: one row of
// activations, 64 steps to a fold.
TEST(Explain, attentionOfDecodeIsFillAndDrain) {
  const ArrayDesc array = makeArray(256, 256, Dataflow::OutputStationary);
  const Schedule schedule = tileLikeScaleSim({16, 1, 2048, 64}, array);
  for (llvm::StringRef family : {"onebit", "scale-sim-v2"}) {
    Explanation why = explainOne(family, schedule, array);
    Shares shares = getShares(why);
    const int64_t all = why.cycles * 256 * 256;
    EXPECT_GT(shares[PECause::Fill] + shares[PECause::Drain], all / 2);
    EXPECT_EQ(why.largestFold.rows, 1);
    EXPECT_EQ(shares[PECause::IdleRows], 255 * shares[PECause::Useful]);
    EXPECT_EQ(shares[PECause::IdleColumns], 0);
  }
}

TEST(Explain, random) {
  OnebitRandom random(2);
  int explained = 0, withPorts = 0, bound[6] = {};
  for (int i = 0; i < 3000; ++i) {
    ArrayDesc array = random.array(12);
    if (random.chance(0.3))
      random.onChip(array);
    const Schedule schedule = random.schedule(array, 30, 3);
    const FilterKind filter = random.filter();
    auto explanation = tryExplain("onebit", schedule, array, filter);
    if (!explanation) {
      // A tile that does not fit its memory.
      EXPECT_NE(llvm::toString(explanation.takeError()).find("memory has"),
                std::string::npos);
      continue;
    }
    ++explained;
    const Explanation &why = *explanation;
    const std::string words = describe(schedule, array, filter);
    int64_t sum = 0;
    for (const PEShare &share : why.peShares) {
      EXPECT_GE(share.peCycles, 0) << words;
      sum += share.peCycles;
    }
    EXPECT_EQ(sum, why.cycles * array.rows * array.columns) << words;
    Bounds bounds = getBounds(why);
    EXPECT_LE(bounds[BoundKind::Peak], bounds[BoundKind::Array]) << words;
    for (auto [kind, cycles] : bounds)
      EXPECT_LE(cycles, why.cycles) << words << stringifyBoundKind(kind).str();
    ++bound[static_cast<int>(why.binding)];
    // Ports carry what memories are read for, and zeros.
    auto ports = getBits(why, MemoryLevel::Port),
         sram = getBits(why, MemoryLevel::Sram);
    EXPECT_GE(ports[0], sram[0]) << words;
    EXPECT_GE(ports[1], sram[1]) << words;
    EXPECT_GE(ports[3], sram[3]) << words;
    withPorts += bounds.count(BoundKind::FilterPort);

    // Each alternative is the price of that array.
    for (const Alternative &alternative : why.alternatives) {
      ArrayDesc other = array;
      Machine &machine = *other.machine;
      Schedule otherSchedule = schedule;
      auto turn = [&](Dataflow dataflow) {
        other.dataflow = dataflow;
        otherSchedule = tileLikeScaleSim(
            {schedule.getExtent(Dim::Batch), schedule.getExtent(Dim::M),
             schedule.getExtent(Dim::N), schedule.getExtent(Dim::K)},
            other);
      };
      switch (alternative.change) {
      case Change::AmpleDram:
        machine.dram = 0;
        break;
      case Change::AmpleMemories:
        other.ifmapKb = other.filterKb = other.ofmapKb = 0;
        break;
      case Change::WiderPorts:
        machine.ifmapPort = machine.filterPort = machine.ofmapPort = 0;
        break;
      case Change::HiddenOverlap:
        machine.preload = machine.drain = Overlap::Hidden;
        break;
      case Change::SkippedIdleLanes:
        machine.idleLanes = IdleLanes::Skipped;
        break;
      case Change::PrefetchedFilter:
        FAIL() << "nobody knows what of this filter is there before";
      case Change::OutputStationary:
        turn(Dataflow::OutputStationary);
        break;
      case Change::WeightStationary:
        turn(Dataflow::WeightStationary);
        break;
      case Change::InputStationary:
        turn(Dataflow::InputStationary);
        break;
      }
      auto cost =
          lookupCostModel("onebit")->price(otherSchedule, other, filter);
      if (!cost) {
        EXPECT_EQ(alternative.error, llvm::toString(cost.takeError()));
        EXPECT_FALSE(alternative.cycles);
        continue;
      }
      EXPECT_EQ(*alternative.cycles, *cost->lookup(Metric::Cycles)) << words;
      // More bandwidth never costs a cycle.
      if (alternative.change == Change::AmpleDram ||
          alternative.change == Change::WiderPorts) {
        EXPECT_LE(*alternative.cycles, why.cycles) << words;
      }
    }
  }
  EXPECT_GT(explained, 1000);
  EXPECT_GT(withPorts, 100);
  // Not Peak, which never binds.
  for (int kind = 1; kind < 6; ++kind)
    EXPECT_GT(bound[kind], 0) << kind;
  EXPECT_EQ(bound[0], 0);
}

// A kernel of a sequence is explained as the sequence prices it, and alone it
// says what the best of all kernels before it would save.
TEST(Explain, prefetched) {
  OnebitRandom random(3);
  const CostModel &onebit = *lookupCostModel("onebit");
  int saved = 0, offered = 0;
  for (int i = 0; i < 1000; ++i) {
    ArrayDesc array = random.array(12);
    if (random.chance(0.3))
      random.onChip(array);
    const FreshRows fresh[] = {FreshRows::None, FreshRows::LastOfN,
                               FreshRows::LastOfK};
    Work work{random.schedule(array, 30, 3),
              array,
              random.filter(),
              {i % 50, fresh[i % 3]}};
    auto sequenced = onebit.priceAfter(work.prefetch, work.schedule, work.array,
                                       work.filter);
    auto why = explain(onebit, work);
    ASSERT_EQ(bool(sequenced), bool(why));
    if (!why) {
      EXPECT_EQ(llvm::toString(sequenced.takeError()),
                llvm::toString(why.takeError()));
      continue;
    }
    EXPECT_EQ(why->cycles, *sequenced->cost.lookup(Metric::Cycles));
    const bool hidden = array.machine->kernels == Overlap::Hidden;
    bool found = false;
    for (const Alternative &alternative : why->alternatives) {
      if (alternative.change != Change::PrefetchedFilter)
        continue;
      found = true;
      array.machine->kernels = Overlap::Hidden;
      auto best = onebit.priceAfter({int64_t(1) << 60, work.prefetch.fresh},
                                    work.schedule, array, work.filter);
      ASSERT_TRUE(bool(best));
      EXPECT_EQ(alternative.cycles, best->cost.lookup(Metric::Cycles));
      EXPECT_LE(*alternative.cycles, why->cycles);
      saved += *alternative.cycles < why->cycles;
    }
    EXPECT_EQ(found, !hidden && work.array.machine->dram != 0);
    offered += found;
  }
  EXPECT_GT(offered, 100);
  EXPECT_GT(saved, 50);
}

TEST(Explain, scaleSimWithBandwidths) {
  OnebitRandom random(3);
  int stalled = 0, more = 0;
  for (int i = 0; i < 300; ++i) {
    ArrayDesc array =
        makeArray(random.draw(8), random.draw(8), kDataflows[i % 3]);
    array.ifmapKb = array.filterKb = array.ofmapKb = random.draw(2);
    array.scaleSim = {random.draw(10), random.draw(10), random.draw(10)};
    const Schedule schedule = tileLikeScaleSim(
        {random.draw(2), random.draw(60), random.draw(60), random.draw(60)},
        array);
    for (llvm::StringRef family : {"scale-sim-v2", "scale-sim-v3"}) {
      Explanation why = explainOne(family, schedule, array);
      int64_t sum = 0;
      for (const PEShare &share : why.peShares)
        sum += share.peCycles;
      EXPECT_EQ(sum, why.cycles * array.rows * array.columns);
      EXPECT_TRUE(
          llvm::is_contained(why.notModelled, NotModelled::StallsByOperand));
      Shares shares = getShares(why);
      ASSERT_TRUE(shares.count(PECause::Stall));
      EXPECT_FALSE(shares.count(PECause::StallIfmap));
      stalled += shares[PECause::Stall] > 0;

      // The busiest of three interfaces.
      Figures figures = price(schedule, array, family);
      const bool v3 = family == "scale-sim-v3";
      EXPECT_EQ(
          getBounds(why)[BoundKind::Dram],
          std::max(
              {ceilDiv(figures[Metric::DramIfmapReads],
                       v3 ? array.scaleSim->ifmap : array.scaleSim->ofmap),
               ceilDiv(figures[Metric::DramFilterReads],
                       v3 ? array.scaleSim->filter : array.scaleSim->ofmap),
               ceilDiv(figures[Metric::DramOfmapWrites],
                       array.scaleSim->ofmap)}));
      more += getBounds(why)[BoundKind::Dram] > 0;
      // Without bandwidths nothing stalls.
      ASSERT_EQ(why.alternatives.size(), 3u);
      EXPECT_EQ(why.alternatives[0].change, Change::AmpleDram);
      EXPECT_EQ(*why.alternatives[0].cycles, getBounds(why)[BoundKind::Array]);
      // Partial sums that come back from DRAM are not counted.
      const bool partial = figures[Metric::SramOfmapReadsCorrected] > 0;
      EXPECT_EQ(getBits(why, MemoryLevel::Dram)[2], partial ? -1 : 0);
    }
  }
  EXPECT_GT(stalled, 50);
  EXPECT_GT(more, 50);
}

TEST(Explain, otherDataflows) {
  ArrayDesc array = makeArray(16, 16, Dataflow::OutputStationary);
  Explanation why = explainOne(
      "scale-sim-v2", tileLikeScaleSim({1, 1, 512, 100}, array), array);
  // The array's own is none of them.
  ASSERT_EQ(why.alternatives.size(), 2u);
  // 32 folds of 100 + 30; 7 x 32 of 1 + 46; 7 folds of 512 + 46.
  EXPECT_EQ(why.cycles, 32 * 130);
  EXPECT_EQ(why.alternatives[0].change, Change::WeightStationary);
  EXPECT_EQ(*why.alternatives[0].cycles, 7 * 32 * 47);
  EXPECT_EQ(*why.alternatives[1].cycles, 7 * 558);
  ASSERT_TRUE(why.getBestAlternative());
  EXPECT_EQ(why.getBestAlternative()->change, Change::InputStationary);
}

TEST(Explain, nothingHelps) {
  ArrayDesc array = makeArray(4, 4, Dataflow::WeightStationary);
  array.machine.emplace();
  array.machine->preload = Overlap::Hidden;
  array.machine->idleLanes = IdleLanes::Skipped;
  Explanation why =
      explainOne("onebit", tileLikeScaleSim({1, 100, 4, 4}, array), array);
  // Nothing but other dataflows, which wait for sums or for the other operand.
  for (const Alternative &alternative : why.alternatives) {
    EXPECT_GE(alternative.change, Change::OutputStationary);
    EXPECT_GE(*alternative.cycles, why.cycles);
  }
  EXPECT_FALSE(why.getBestAlternative());
}

TEST(Explain, alternativesWithoutAPrice) {
  // 2048 weights stay under ws and do not fit a half of 1 kB; under os they
  // stream.
  ArrayDesc array = makeArray(64, 32, Dataflow::OutputStationary);
  array.filterKb = 1;
  Explanation why =
      explainOne("onebit", tileLikeScaleSim({1, 8, 32, 64}, array), array);
  auto ws = llvm::find_if(why.alternatives, [](const Alternative &candidate) {
    return candidate.change == Change::WeightStationary;
  });
  ASSERT_NE(ws, why.alternatives.end());
  EXPECT_FALSE(ws->cycles);
  EXPECT_EQ(ws->error.find("the filter memory has 1 kB"), 0u) << ws->error;
}

/// Says what a test wants.
class Fake final : public CostModel {
public:
  llvm::StringRef name() const final { return "fake"; }
  llvm::StringRef description() const final { return "for tests"; }
  Cost cost;

private:
  llvm::Expected<Cost> priceFolds(const Schedule &, const ArrayDesc &,
                                  FilterKind) const final {
    return cost;
  }
};

std::string messageOf(const CostModel &model, const Schedule &schedule,
                      const ArrayDesc &array) {
  return message(explain(model, {schedule, array, kWeight}));
}

TEST(Explain, figuresThatSayTooLittle) {
  const ArrayDesc array = makeArray(4, 4, Dataflow::OutputStationary);
  const Schedule schedule = tileLikeScaleSim({1, 4, 4, 4}, array);
  Fake fake;
  EXPECT_EQ(messageOf(fake, schedule, array),
            "'fake' does not say where its cycles go");
  // One fold of 4 + 4 + 4 - 2 cycles.
  fake.cost.entries = {{Metric::Folds, 1},
                       {Metric::CyclesCorrected, 10},
                       {Metric::StallCycles, 0},
                       {Metric::MACs, 64}};
  EXPECT_EQ(messageOf(fake, schedule, array), "no failure");
  fake.cost.entries[1].value = 11;
  EXPECT_EQ(messageOf(fake, schedule, array),
            "the figures of 'fake' do not add up to its cycles");
}

TEST(Explain, failsAsPricesDo) {
  const ArrayDesc array = makeArray(4, 4, Dataflow::OutputStationary);
  const Schedule large = makeSchedule({}, {8, 1, 1});
  EXPECT_EQ(message(tryExplain("onebit", large, array)).find("a fold needs"),
            0u);
}

TEST(Explain, overflows) {
  // Cycles that fit, but not times an array.
  ArrayDesc array = makeArray(65536, 65536, Dataflow::OutputStationary);
  Schedule schedule = makeSchedule({}, {1, 1, int64_t(1) << 40});
  EXPECT_EQ(message(tryExplain("onebit", schedule, array)),
            "'idle_rows' exceeds 64 bits");
  // Steps that wait for one bit a cycle.
  array = makeArray(1, 1, Dataflow::OutputStationary);
  array.machine.emplace();
  schedule = makeSchedule({}, {1, 1, kMost / 16});
  EXPECT_EQ(message(tryExplain("onebit", schedule, array)), "no failure");
  array.machine->activation = {64, 1};
  EXPECT_EQ(message(tryExplain("onebit", schedule, array)),
            "'dram_ifmap_bits' exceeds 64 bits");
}

} // namespace
