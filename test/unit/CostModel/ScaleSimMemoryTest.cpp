//===- ScaleSimMemoryTest.cpp - DRAM and stalls equal to SCALE-Sim's ------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ScaleSimOracle.h"
#include <random>

using namespace onebit;
using namespace onebit::test;
using namespace onebit::scalesim;

namespace {

void print(llvm::raw_ostream &os, const Traffic &traffic) {
  os << " sram [" << traffic.sram.start << ", " << traffic.sram.stop << "]";
  if (traffic.dram)
    os << " dram " << traffic.dram->words << " ("
       << traffic.dram->wordsCorrected << ") [" << traffic.dram->span.start
       << ", " << traffic.dram->span.stop << "]";
}

std::string toString(const MemoryFigures &figures) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "last " << figures.lastCycle << " stalls " << figures.stallCycles;
  os << "\n  ifmap ";
  print(os, figures.ifmap);
  os << "\n  filter";
  print(os, figures.filter);
  os << "\n  ofmap ";
  print(os, figures.ofmap);
  if (figures.cyclesWithPrefetch)
    os << "\n  with prefetch " << *figures.cyclesWithPrefetch;
  return text;
}

std::string priced(const OracleNest &nest, const MemorySystem &system) {
  Tile tile{};
  for (const ScheduleLoop &loop : nest.loops)
    (loop.dim == Dim::M   ? tile.m
     : loop.dim == Dim::N ? tile.n
                          : tile.k) = loop.step;
  auto figures = getMemoryFigures(makeSchedule(nest.loops, tile), system);
  return figures ? toString(*figures) : llvm::toString(figures.takeError());
}

std::string describe(const OracleNest &nest, const MemorySystem &system) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << systolic::stringifyDataflow(system.dataflow) << " " << system.rows
     << "x" << system.columns
     << (system.version == Version::V2 ? " v2" : " v3");
  for (const ScheduleLoop &loop : nest.loops)
    os << " " << stringifyDim(loop.dim) << " " << loop.extent << "/"
       << loop.step;
  for (const Memory &m : {system.ifmap, system.filter, system.ofmap})
    os << " words " << m.words << " bw " << m.bandwidth;
  return text;
}

/// Random machines and nests, small enough for the oracle.
class Draw {
public:
  explicit Draw(unsigned seed) : random(seed) {}
  int64_t operator()(int64_t least, int64_t most) {
    return std::uniform_int_distribution<int64_t>(least, most)(random);
  }
  /// Rather small, with a tail.
  int64_t skewed(int64_t most) { return (*this)(1, (*this)(1, most)); }

  MemorySystem system() {
    MemorySystem system;
    system.version = (*this)(0, 1) ? Version::V2 : Version::V3;
    system.dataflow = kDataflows[(*this)(0, 2)];
    system.rows = skewed(20);
    system.columns = skewed(20);
    for (Memory *memory : {&system.ifmap, &system.filter, &system.ofmap})
      memory->words = 2 * (*this)(50, 50 + skewed(500));
    if ((*this)(0, 3))
      return system;
    // Rows of the array as long as half a memory, or longer.
    system.columns = (*this)(45, 120);
    system.rows = skewed(4);
    system.ofmap.words = (*this)(0, 1) ? 2 * system.columns : 100;
    system.ofmap.words = std::max<int64_t>(100, system.ofmap.words);
    return system;
  }
  /// SCALE-Sim's own loops; with steps that fill the array, or any.
  OracleNest nest(const MemorySystem &system) {
    OracleNest nest;
    nest.shape = {1, skewed(70), skewed(70), skewed(70)};
    const bool fill = (*this)(0, 3);
    auto loop = [&](Dim dim, int64_t extent, int64_t most) {
      int64_t step = std::min(extent, most);
      return ScheduleLoop{dim, extent, fill ? step : (*this)(1, step)};
    };
    auto [batch, m, n, k] = nest.shape;
    const int64_t rows = system.rows, columns = system.columns;
    ScheduleLoop byM{Dim::M, m, m}, byN{Dim::N, n, n}, byK{Dim::K, k, k};
    auto set = [&](ScheduleLoop a, ScheduleLoop b, ScheduleLoop c) {
      nest.loops[0] = a, nest.loops[1] = b, nest.loops[2] = c;
    };
    switch (system.dataflow) {
    case Dataflow::OutputStationary:
      set(loop(Dim::N, n, columns), loop(Dim::M, m, rows), byK);
      break;
    case Dataflow::WeightStationary:
      set(loop(Dim::N, n, columns), loop(Dim::K, k, rows), byM);
      break;
    case Dataflow::InputStationary:
      set(loop(Dim::M, m, columns), loop(Dim::K, k, rows), byN);
      break;
    }
    return nest;
  }

  std::mt19937 random;
};

TEST(ScaleSimMemory, EstimatedBandwidthEqualsOracle) {
  Draw draw(1);
  for (int i = 0; i < 1200; ++i) {
    MemorySystem system = draw.system();
    OracleNest nest = draw.nest(system);
    ASSERT_EQ(priced(nest, system), toString(runOracle(nest, system)))
        << i << ": " << describe(nest, system);
  }
}

TEST(ScaleSimMemory, AnyLoopOrderEqualsOracle) {
  Draw draw(2);
  for (int i = 0; i < 1200; ++i) {
    MemorySystem system = draw.system();
    OracleNest nest = draw.nest(system);
    for (ScheduleLoop &loop : nest.loops)
      if (draw(0, 1))
        loop.step = draw(1 + loop.step / 3, loop.step);
    std::shuffle(std::begin(nest.loops), std::end(nest.loops), draw.random);
    ASSERT_EQ(priced(nest, system), toString(runOracle(nest, system)))
        << i << ": " << describe(nest, system);
  }
}

TEST(ScaleSimMemory, GivenBandwidthEqualsOracle) {
  Draw draw(3);
  for (int i = 0; i < 1200; ++i) {
    MemorySystem system = draw.system();
    for (Memory *memory : {&system.ifmap, &system.filter, &system.ofmap})
      memory->bandwidth = draw.skewed(draw(0, 9) ? 40 : 2000);
    OracleNest nest = draw.nest(system);
    ASSERT_EQ(priced(nest, system), toString(runOracle(nest, system)))
        << i << ": " << describe(nest, system);
  }
}

MemorySystem makeSystem(Dataflow dataflow, int64_t rows, int64_t columns,
                        int64_t words, int64_t bandwidth) {
  MemorySystem system;
  system.dataflow = dataflow;
  system.rows = rows;
  system.columns = columns;
  system.ifmap = system.filter = system.ofmap = {words, bandwidth};
  return system;
}

MemoryFigures figuresOf(const Schedule &schedule, const MemorySystem &system) {
  auto figures = getMemoryFigures(schedule, system);
  if (!figures) {
    ADD_FAILURE() << llvm::toString(figures.takeError());
    return {};
  }
  return *figures;
}

// The example of docs/cost-models.md: m = 30, n = 20, k = 25 on 4 x 4 under os.
// Eight row folds times five column folds of 25 + 4 + 4 - 2 = 31 cycles, a
// window of 500 words.
TEST(ScaleSimMemory, WorkedExample) {
  MemorySystem system = makeSystem(Dataflow::OutputStationary, 4, 4, 1024, 0);
  Schedule schedule = makeSchedule(
      {{Dim::N, 20, 4}, {Dim::M, 30, 4}, {Dim::K, 25, 25}}, {4, 4, 25});
  MemoryFigures figures = figuresOf(schedule, system);
  EXPECT_EQ(figures.lastCycle, 1239); // 40 * 31 - 1
  EXPECT_EQ(figures.stallCycles, 0);
  // 750 words do not fit the window and come once for each column fold. The
  // window fills at word 500, 1000, ..., 3500: the last time at the last word
  // of the fifth fold of the fifth pass, 27 cycles after that fold began.
  ASSERT_TRUE(figures.ifmap.dram);
  EXPECT_EQ(figures.ifmap.dram->words, 3750);
  EXPECT_EQ(figures.ifmap.dram->span, (Span{-50, 32 * 31 + 4 * 31 + 27 + 1}));
  // Column folds of 100 words, each asked for eight times in a row. The fifth
  // one fills the window with its last word and comes again.
  EXPECT_EQ(figures.filter.dram->words, 600);
  EXPECT_EQ(figures.filter.dram->span, (Span{-50, 32 * 31 + 27 + 1}));
  // The 513th word fills more than half, and a line of one word goes as four.
  EXPECT_EQ(figures.ofmap.dram->words, 603);
  EXPECT_EQ(figures.ofmap.dram->wordsCorrected, 600);
}

// The same with n inside m: seven groups of 100 words and one of 50, of which
// the fifth is read twice, and 500 words that do not fit.
TEST(ScaleSimMemory, WorkedExampleInAnotherOrder) {
  MemorySystem system = makeSystem(Dataflow::OutputStationary, 4, 4, 1024, 0);
  MemoryFigures figures = figuresOf(
      makeSchedule({{Dim::M, 30, 4}, {Dim::N, 20, 4}, {Dim::K, 25, 25}},
                   {4, 4, 25}),
      system);
  ASSERT_TRUE(figures.ifmap.dram && figures.filter.dram && figures.ofmap.dram);
  EXPECT_EQ(figures.ifmap.dram->words, 850);
  EXPECT_EQ(figures.filter.dram->words, 4000);
  EXPECT_EQ(figures.ofmap.dram->words, 603);
}

TEST(ScaleSimMemory, UnknownMemoriesHaveNoFigures) {
  Schedule schedule = makeSchedule({{Dim::N, 20, 4}}, {4, 4, 25});
  MemorySystem system = makeSystem(Dataflow::OutputStationary, 4, 4, 0, 0);
  system.version = Version::V3;
  MemoryFigures figures = figuresOf(schedule, system);
  EXPECT_FALSE(figures.ifmap.dram || figures.filter.dram || figures.ofmap.dram);
  EXPECT_FALSE(figures.cyclesWithPrefetch);
  EXPECT_EQ(figures.lastCycle, 5 * 31 - 1);

  system.filter.words = 1024;
  figures = figuresOf(schedule, system);
  EXPECT_TRUE(figures.filter.dram);
  EXPECT_FALSE(figures.ifmap.dram || figures.ofmap.dram);
  EXPECT_FALSE(figures.cyclesWithPrefetch);
}

// Loops that the schedule leaves out, and a batch loop inside the others.
TEST(ScaleSimMemory, LoopsOfOneIterationMayBeAnywhere) {
  for (int64_t bandwidth : {0, 3})
    for (Dataflow dataflow : kDataflows) {
      MemorySystem system = makeSystem(dataflow, 5, 7, 100, bandwidth);
      std::string whole = toString(figuresOf(
          makeSchedule({{Dim::N, 7, 7}, {Dim::M, 5, 5}, {Dim::K, 5, 5}},
                       {5, 7, 5}),
          system));
      EXPECT_EQ(whole,
                toString(figuresOf(makeSchedule({}, {5, 7, 5}), system)));
      EXPECT_EQ(whole, toString(figuresOf(
                           makeSchedule({{Dim::M, 5, 5}, {Dim::Batch, 9, 1}},
                                        {5, 7, 5}),
                           system)));
    }
}

std::string refusal(const Schedule &schedule, const MemorySystem &system) {
  return message(getMemoryFigures(schedule, system));
}

TEST(ScaleSimMemory, SaysWhatIsImpossible) {
  Schedule schedule = makeSchedule({}, {1, 1, 1});
  MemorySystem good = makeSystem(Dataflow::OutputStationary, 4, 4, 1024, 1);
  EXPECT_EQ(refusal(schedule, good), "no failure");

  for (int64_t words :
       {int64_t(-2), int64_t(98), int64_t(1025), INT64_MAX - 1}) {
    MemorySystem system = good;
    system.filter.words = words;
    EXPECT_EQ(refusal(schedule, system),
              "the filter memory must have an even number of words from 100 to "
              "2^60, got " +
                  std::to_string(words));
  }
  for (int64_t bandwidth : {int64_t(-1), INT64_MAX}) {
    MemorySystem system = good;
    system.ofmap.bandwidth = bandwidth;
    EXPECT_EQ(refusal(schedule, system),
              "the bandwidth of the ofmap memory must be from 0 to 2^60 words "
              "per cycle, got " +
                  std::to_string(bandwidth));
  }
  MemorySystem system = good;
  system.ifmap.bandwidth = 0;
  EXPECT_EQ(refusal(schedule, system),
            "SCALE-Sim takes the bandwidths of ifmap, filter and ofmap or "
            "estimates all three; give all or none");
  system = good;
  system.ifmap.words = 0;
  EXPECT_EQ(refusal(schedule, system),
            "SCALE-Sim needs the sizes of the ifmap, filter and ofmap memories "
            "to know how long the array waits at given bandwidths");
}

TEST(ScaleSimMemory, GivenBandwidthKnowsOneLoopNest) {
  MemorySystem os = makeSystem(Dataflow::OutputStationary, 4, 4, 1024, 1);
  MemorySystem is = makeSystem(Dataflow::InputStationary, 4, 4, 1024, 1);
  ScheduleLoop m{Dim::M, 8, 4}, n{Dim::N, 8, 4}, k{Dim::K, 8, 4};
  EXPECT_EQ(refusal(makeSchedule({n, m}, {4, 4, 9}), os), "no failure");
  EXPECT_EQ(refusal(makeSchedule({m, k}, {4, 9, 4}), is), "no failure");
  EXPECT_EQ(
      refusal(makeSchedule({m, n}, {4, 4, 9}), os),
      "at given bandwidths SCALE-Sim knows one loop nest for os: n outside "
      "m, and k whole");
  EXPECT_EQ(
      refusal(makeSchedule({n, m, k}, {4, 4, 4}), os),
      "at given bandwidths SCALE-Sim knows one loop nest for os: n outside "
      "m, and k whole");
  EXPECT_EQ(
      refusal(makeSchedule({k, m}, {4, 9, 4}), is),
      "at given bandwidths SCALE-Sim knows one loop nest for is: m outside "
      "k, and n whole");
}

TEST(ScaleSimMemory, RefusesWhatTakesTooLong) {
  // 1000 x 1000 words through half of 1024, for each of 250 column folds.
  MemorySystem system = makeSystem(Dataflow::OutputStationary, 4, 4, 1024, 1);
  Schedule schedule =
      makeSchedule({{Dim::N, 1000, 4}, {Dim::M, 1000, 4}}, {4, 4, 1000});
  EXPECT_EQ(refusal(schedule, system), "no failure");
  system.maxTransfers = 10000;
  EXPECT_EQ(refusal(schedule, system),
            "a run at given bandwidths is followed from transfer to transfer, "
            "and this one has more than 10000; take larger memories or let the "
            "tool estimate the bandwidths");
}

TEST(ScaleSimMemory, OverflowNamesTheFigure) {
  const int64_t big = int64_t(1) << 60;
  MemorySystem system = makeSystem(Dataflow::OutputStationary, 1, 1, 0, 0);
  EXPECT_EQ(refusal(makeSchedule({}, {1, 1, 2 * big}), system), "no failure");
  EXPECT_EQ(refusal(makeSchedule({}, {1, 1, 2 * big + 1}), system),
            "a run has more than 2^61 'cycles'");
  system.columns = 4;
  Schedule writes = makeSchedule({{Dim::N, 4, 4}, {Dim::M, big, 1}}, {1, 4, 1});
  EXPECT_EQ(refusal(writes, system), "a run has more than 2^61 'cycles'");
  system.rows = 4;
  EXPECT_EQ(refusal(makeSchedule({}, {4, 4, big}), system),
            "a run has more than 2^61 'sram_ifmap_reads'");
  EXPECT_EQ(refusal(makeSchedule({}, {1, 4, big}), system),
            "a run has more than 2^61 'sram_filter_reads'");
  system.dataflow = Dataflow::WeightStationary;
  EXPECT_EQ(refusal(makeSchedule({}, {big, 4, 1}), system),
            "a run has more than 2^61 'sram_ofmap_writes'");

  // A fold whose two rows lie in two windows: to read the lower one first and
  // then the upper one, the buffer fetches all of 2^59 words.
  system = makeSystem(Dataflow::WeightStationary, 2, 65536, big >> 10, 1);
  EXPECT_EQ(
      refusal(makeSchedule({{Dim::K, big >> 17, 2}}, {1, 65536, 2}), system),
      "a run has more than 2^61 'cycles'");
  // Nine of 2^60 words, nearly all of them nulls.
  system = makeSystem(Dataflow::OutputStationary, 1, 1, 100, big);
  system.filter.words = big;
  EXPECT_EQ(refusal(makeSchedule({}, {1, 1, 1000}), system),
            "'dram_ifmap_reads' exceeds 64 bits");
  std::swap(system.filter, system.ifmap);
  EXPECT_EQ(refusal(makeSchedule({}, {1, 1, 1000}), system),
            "'dram_filter_reads' exceeds 64 bits");
}

} // namespace
