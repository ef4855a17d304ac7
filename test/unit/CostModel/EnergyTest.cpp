//===- EnergyTest.cpp - Tables of energies, and energies of kernels -------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/CostModel/Energy.h"
#include "TestSchedules.h"
#include "llvm/ADT/APInt.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include <random>
#include <set>

using namespace onebit;
using namespace onebit::test;
using systolic::EnergyNode;

namespace {

constexpr EnergyNode kNodes[] = {EnergyNode::Nm45, EnergyNode::Nm7};

//===----------------------------------------------------------------------===//
// Tables
//===----------------------------------------------------------------------===//

/// `| a | b |` without the bars.
std::vector<std::string> cellsOf(llvm::StringRef line) {
  llvm::SmallVector<llvm::StringRef> parts;
  line.trim().trim('|').split(parts, '|');
  std::vector<std::string> cells;
  for (llvm::StringRef part : parts)
    cells.push_back(part.trim().str());
  return cells;
}

std::string formatFj(std::optional<int64_t> fj) {
  return fj ? llvm::utostr(*fj) : "";
}

// A reader sees the numbers that are used, each with its source, and all of
// them.
TEST(Energy, TablesAreThoseOfTheDocumentation) {
  auto file = llvm::MemoryBuffer::getFile(ONEBIT_SOURCE_DIR "/docs/energy.md");
  ASSERT_TRUE(bool(file));
  llvm::StringRef text = (*file)->getBuffer();
  text = text.split("## Tables").second.split("\n## ").first;
  std::set<std::vector<std::string>> documented;
  llvm::SmallVector<llvm::StringRef> lines;
  text.split(lines, '\n');
  for (llvm::StringRef line : lines)
    if (line.starts_with("|") && line.contains(", Table 2")) {
      EXPECT_TRUE(documented.insert(cellsOf(line)).second) << line.str();
    }

  std::set<std::vector<std::string>> used;
  auto add = [&](std::string what, const NodeEnergies &energies,
                 EnergySource source) {
    used.insert({what, formatFj(energies.nm45Fj), formatFj(energies.nm7Fj),
                 stringifyEnergySource(source).str()});
  };
  for (const OperationEnergy &energy : getOperationEnergies())
    add((stringifyOperation(energy.operation) + " " +
         stringifyNumberFormat(energy.format))
            .str(),
        energy.energies, energy.source);
  for (const SramEnergy &energy : getSramEnergies())
    add(("SRAM of " + llvm::Twine(energy.kb) + " kB").str(), energy.energies,
        energy.source);
  add("DRAM", getDramEnergy().energies, getDramEnergy().source);
  EXPECT_EQ(documented, used);
}

TEST(Energy, EachOperationOnce) {
  std::set<std::pair<Operation, NumberFormat>> seen;
  for (const OperationEnergy &energy : getOperationEnergies()) {
    EXPECT_TRUE(seen.insert({energy.operation, energy.format}).second);
    for (EnergyNode node : kNodes)
      EXPECT_EQ(getOperationFj(energy.operation, energy.format, node),
                energy.energies.at(node));
    EXPECT_EQ(getOperationFj(energy.operation, energy.format, EnergyNode::None),
              std::nullopt);
  }
  EXPECT_EQ(seen.size(), 10u);
}

TEST(Energy, WhatNobodyPublishedIsAbsent) {
  EXPECT_EQ(
      getOperationFj(Operation::Add, NumberFormat::BF16, EnergyNode::Nm45),
      std::nullopt);
  EXPECT_EQ(getSramFj(0, EnergyNode::Nm7), std::nullopt);
  EXPECT_EQ(getSramFj(-1, EnergyNode::Nm7), std::nullopt);
  EXPECT_EQ(getSramFj(8, EnergyNode::None), std::nullopt);
}

// On logarithmic axes: half way between 8 and 32 kB is 16 kB, two fifths of the
// way from 32 kB to 1 MB is 128 kB, and the steps repeat beyond.
TEST(Energy, SramBetweenAndBeyondThePublishedSizes) {
  struct Case {
    int64_t kb;
    double nm45, nm7;
  };
  const Case cases[] = {
      {8, 10000, 7500},
      {32, 20000, 8500},
      {1024, 100000, 14000},
      {16, std::sqrt(10000. * 20000.), std::sqrt(7500. * 8500.)},
      {128, 20000 * std::pow(5, 0.4), 8500 * std::pow(14 / 8.5, 0.4)},
      {2, 10000 / 2., 7500 * 7500 / 8500.},
      {32768, 100000 * 5., 14000 * 14000 / 8500.},
      // The memories of paper-cloud.
      {4096, 100000 * std::pow(5, 0.4), 14000 * std::pow(14 / 8.5, 0.4)},
      {8192, 100000 * std::pow(5, 0.6), 14000 * std::pow(14 / 8.5, 0.6)},
  };
  for (const auto &[kb, nm45, nm7] : cases) {
    EXPECT_EQ(getSramFj(kb, EnergyNode::Nm45), std::llround(nm45)) << kb;
    EXPECT_EQ(getSramFj(kb, EnergyNode::Nm7), std::llround(nm7)) << kb;
  }
}

TEST(Energy, ALargerSramTakesNoLess) {
  for (EnergyNode node : kNodes) {
    int64_t last = 0;
    for (int64_t kb = 1; kb <= 40000; ++kb) {
      int64_t fj = getSramFj(kb, node).value();
      EXPECT_GE(fj, last) << kb;
      last = fj;
    }
    EXPECT_GT(getSramFj(std::numeric_limits<int64_t>::max(), node).value(),
              last);
  }
}

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

/// Memories of the published sizes.
ArrayDesc makeMemories() {
  ArrayDesc array = makeArray(4, 4, Dataflow::OutputStationary);
  array.ifmapKb = 8;
  array.filterKb = 32;
  array.ofmapKb = 1024;
  return array;
}

Cost makeCost(std::initializer_list<systolic::CostEntry> entries) {
  Cost cost;
  cost.entries.assign(entries);
  return cost;
}

const Schedule &anySchedule() {
  static const Schedule schedule =
      makeSchedule({{Dim::M, 6, 4}, {Dim::N, 5, 4}}, {4, 4, 7});
  return schedule;
}

/// The energies that are added to `cost`, and nothing else.
Figures energies(const Cost &cost, const ArrayDesc &array,
                 Multiplier multiplier = Multiplier::Sign,
                 FilterKind filter = FilterKind::QuantizedWeight,
                 EnergyNode node = EnergyNode::Nm7,
                 const Schedule &schedule = anySchedule()) {
  llvm::Expected<Cost> with =
      addEnergy(cost, schedule, array, filter, multiplier, node);
  if (!with) {
    ADD_FAILURE() << llvm::toString(with.takeError());
    return {};
  }
  Figures added;
  size_t kept = 0;
  for (const systolic::CostEntry &entry : with->entries) {
    if (systolic::isEnergy(entry.metric)) {
      added[entry.metric] = entry.value;
      continue;
    }
    EXPECT_EQ(cost.lookup(entry.metric), entry.value);
    ++kept;
  }
  EXPECT_EQ(kept, cost.entries.size());
  EXPECT_TRUE(llvm::is_sorted(
      with->entries, [](auto &a, auto &b) { return a.metric < b.metric; }));
  return added;
}

/// What SCALE-Sim counts of m = 6, n = 5, k = 7 on 4 x 4, os; with the DRAM
/// traffic of memories that hold everything.
Cost makeScaleSimCost() {
  return makeCost({{Metric::MACs, 210},
                   {Metric::SramIfmapReads, 84},
                   {Metric::SramFilterReads, 70},
                   {Metric::SramOfmapWrites, 62},
                   {Metric::SramOfmapWritesCorrected, 30},
                   {Metric::SramOfmapReadsCorrected, 0},
                   {Metric::DramIfmapReads, 42},
                   {Metric::DramFilterReads, 35},
                   {Metric::DramOfmapWrites, 62},
                   {Metric::DramOfmapWritesCorrected, 30},
                   {Metric::SramIfmapStart, -1}});
}

// The example of docs/energy.md.
TEST(Energy, WorkedExample) {
  Figures expected = {{Metric::EnergyArithmeticInt8, 210 * 7},
                      {Metric::EnergyArithmeticInt32, 210 * 30},
                      {Metric::EnergyScales, 6 * (7 + 5) * 340},
                      // 84 * 7500 / 8 + 70 * 8500 / 8 + 30 * 14000 / 8
                      {Metric::EnergySram, 78750 + 74375 + 52500},
                      // (42 + 35 + 30) * 1300000 / 8
                      {Metric::EnergyDram, 17387500},
                      {Metric::EnergyTotal, 6300 + 24480 + 205625 + 17387500}};
  EXPECT_EQ(energies(makeScaleSimCost(), makeMemories()), expected);
}

TEST(Energy, ByMultiplier) {
  Cost cost = makeCost({{Metric::MACs, 1000}});
  ArrayDesc array = makeMemories();
  Figures sign = energies(cost, array, Multiplier::Sign);
  Figures integer = energies(cost, array, Multiplier::Integer);
  Figures half = energies(cost, array, Multiplier::Float);
  EXPECT_EQ(sign[Metric::EnergyArithmeticInt8], 7000);
  EXPECT_EQ(sign[Metric::EnergyArithmeticInt32], 30000);
  EXPECT_EQ(integer[Metric::EnergyArithmeticInt8], 77000);
  EXPECT_EQ(integer[Metric::EnergyArithmeticInt32], 100000);
  EXPECT_EQ(half[Metric::EnergyArithmeticInt8], 500000);
  EXPECT_EQ(half[Metric::EnergyArithmeticInt32], 500000);
  EXPECT_EQ(integer[Metric::EnergyScales], sign[Metric::EnergyScales]);
  EXPECT_EQ(half[Metric::EnergyScales], 0) << "there are none, and it is known";

  Figures old = energies(cost, array, Multiplier::Sign,
                         FilterKind::QuantizedWeight, EnergyNode::Nm45);
  EXPECT_EQ(old[Metric::EnergyArithmeticInt8], 30000);
  EXPECT_EQ(old[Metric::EnergyArithmeticInt32], 100000);
  EXPECT_EQ(old[Metric::EnergyScales], 6 * (7 + 5) * 1100);
}

// Five trits in a byte, keys of 4 bits, sums of 24: a family that counts bits
// has the widths of the array.
TEST(Energy, WidthsOfTheArray) {
  Cost cost = makeCost({{Metric::MACs, 210},
                        {Metric::SramIfmapReads, 640},
                        {Metric::SramFilterReads, 640},
                        {Metric::SramOfmapWrites, 320},
                        {Metric::SramOfmapReads, 320},
                        {Metric::DramIfmapBits, 64},
                        {Metric::DramFilterBits, 64},
                        {Metric::DramOfmapReadBits, 64},
                        {Metric::DramOfmapWriteBits, 64}});
  ArrayDesc array = makeMemories();
  array.machine.emplace();
  array.machine->activation = {4, 1};
  array.machine->weight = {8, 5};
  array.machine->denseWeight = {16, 1};
  array.machine->kv = {2, 1};
  array.machine->partialSum = {24, 1};
  auto sram = [&](FilterKind filter) {
    return energies(cost, array, Multiplier::Sign, filter)[Metric::EnergySram];
  };
  // 640 elements of b bits are 10 b accesses of 64 bits.
  const int64_t others = 40 * 7500 + 240 * 14000;
  EXPECT_EQ(sram(FilterKind::QuantizedWeight), others + 16 * 8500);
  EXPECT_EQ(sram(FilterKind::DenseWeight), others + 160 * 8500);
  EXPECT_EQ(sram(FilterKind::KVCache), others + 20 * 8500);
  EXPECT_EQ(energies(cost, array)[Metric::EnergyDram], 4 * 1300000);

  // Nothing said: the defaults of docs/microarchitecture.md.
  array.machine.reset();
  EXPECT_EQ(sram(FilterKind::QuantizedWeight),
            80 * 7500 + 320 * 14000 + 80 * 8500);
}

// The transposed product of 5 tokens: trits come in as the ifmap, and what is
// scaled are tokens still.
TEST(Energy, TransposedProduct) {
  Cost cost = makeCost({{Metric::MACs, 210},
                        {Metric::SramIfmapReads, 640},
                        {Metric::SramFilterReads, 640},
                        {Metric::SramOfmapWrites, 0},
                        {Metric::SramOfmapReads, 0},
                        {Metric::DramFilterBits, 64}});
  ArrayDesc array = makeMemories();
  array.machine.emplace();
  array.machine->activation = {4, 1};
  array.machine->weight = {8, 5};
  Schedule transposed =
      llvm::cantFail(Schedule::get({{Dim::M, 6, 4}, {Dim::N, 5, 4}}, {4, 4, 7},
                                   /*transposed=*/true));
  Figures found =
      energies(cost, array, Multiplier::Sign, FilterKind::QuantizedWeight,
               EnergyNode::Nm45, transposed);
  EXPECT_EQ(found[Metric::EnergyScales], 5 * (7 + 6) * 1100);
  found = energies(cost, array, Multiplier::Sign, FilterKind::QuantizedWeight,
                   EnergyNode::Nm7, transposed);
  EXPECT_EQ(found[Metric::EnergySram], 16 * 7500 + 40 * 8500);
}

TEST(Energy, NoSizeOfAMemoryNoEnergyOfSram) {
  for (int64_t ArrayDesc::*memory :
       {&ArrayDesc::ifmapKb, &ArrayDesc::filterKb, &ArrayDesc::ofmapKb}) {
    ArrayDesc array = makeMemories();
    array.*memory = 0;
    Figures found = energies(makeScaleSimCost(), array);
    EXPECT_EQ(found.count(Metric::EnergySram), 0u);
    EXPECT_EQ(found[Metric::EnergyTotal], 6300 + 24480 + 17387500);
  }
}

TEST(Energy, NoTrafficNoTotal) {
  for (Metric missing : {Metric::DramIfmapReads, Metric::DramFilterReads,
                         Metric::DramOfmapWritesCorrected,
                         Metric::SramOfmapReadsCorrected, Metric::MACs}) {
    Cost cost = makeScaleSimCost();
    llvm::erase_if(cost.entries, [&](const systolic::CostEntry &entry) {
      // Without the corrected figure the reported one counts.
      return entry.metric == missing ||
             (missing == Metric::DramOfmapWritesCorrected &&
              entry.metric == Metric::DramOfmapWrites);
    });
    Figures found = energies(cost, makeMemories());
    EXPECT_EQ(found.count(Metric::EnergyTotal), 0u);
    bool arithmetic = missing == Metric::MACs;
    EXPECT_EQ(found.count(Metric::EnergyDram), arithmetic ? 1u : 0u);
    EXPECT_EQ(found.count(Metric::EnergyArithmeticInt8), arithmetic ? 0u : 1u);
    EXPECT_EQ(found.count(Metric::EnergyArithmeticInt32), arithmetic ? 0u : 1u);
  }
}

// m = 6, n = 5, k = 7 on 4 x 4, ws: two row folds of k, so each of 30 sums is
// written twice and read once, in SRAM and in DRAM.
TEST(Energy, PartialSumsComeBack) {
  Cost cost = makeCost({{Metric::MACs, 210},
                        {Metric::SramIfmapReads, 84},
                        {Metric::SramFilterReads, 35},
                        {Metric::SramOfmapWrites, 60},
                        {Metric::SramOfmapReadsCorrected, 30},
                        {Metric::DramIfmapReads, 42},
                        {Metric::DramFilterReads, 35},
                        {Metric::DramOfmapWrites, 60}});
  Figures found = energies(cost, makeMemories());
  // 84 * 7500 / 8, 35 * 8500 / 8 rounded up, 90 * 14000 / 8.
  EXPECT_EQ(found[Metric::EnergySram], 78750 + 37188 + 157500);
  EXPECT_EQ(found[Metric::EnergyDram], (42 + 35 + 60 + 30) * 162500);
}

TEST(Energy, WhatIsReportedCountsWhereNothingIsCorrected) {
  Cost cost = makeScaleSimCost();
  llvm::erase_if(cost.entries, [](const systolic::CostEntry &entry) {
    return entry.metric == Metric::SramOfmapWritesCorrected ||
           entry.metric == Metric::DramOfmapWritesCorrected;
  });
  Figures found = energies(cost, makeMemories());
  EXPECT_EQ(found[Metric::EnergySram], 78750 + 74375 + 62 * 14000 / 8);
  EXPECT_EQ(found[Metric::EnergyDram], (42 + 35 + 62) * 1300000 / 8);
}

TEST(Energy, NoNodeNoEnergies) {
  Cost cost = makeScaleSimCost();
  EXPECT_TRUE(energies(cost, makeMemories(), Multiplier::Sign,
                       FilterKind::QuantizedWeight, EnergyNode::None)
                  .empty());
}

TEST(Energy, ScalesOfEveryBatchEntry) {
  Schedule schedule =
      makeSchedule({{Dim::Batch, 3, 1}, {Dim::K, 8, 4}}, {2, 5, 4});
  Figures found =
      energies(makeCost({{Metric::MACs, 1}}), makeMemories(), Multiplier::Sign,
               FilterKind::QuantizedWeight, EnergyNode::Nm7, schedule);
  EXPECT_EQ(found[Metric::EnergyScales], 3 * 2 * (8 + 5) * 340);
}

// To the nearest femtojoule of the exact quotient, halves up.
TEST(Energy, Exact) {
  std::mt19937_64 random(1);
  ArrayDesc array = makeMemories();
  for (int i = 0; i < 10000; ++i) {
    int64_t bits = static_cast<int64_t>(random() >> (17 + random() % 46));
    Figures found = energies(makeCost({{Metric::DramIfmapBits, bits},
                                       {Metric::DramFilterBits, 0},
                                       {Metric::DramOfmapReadBits, 0},
                                       {Metric::DramOfmapWriteBits, 0}}),
                             array);
    llvm::APInt exact(128, bits);
    exact = (exact * 1300000 + 32).udiv(llvm::APInt(128, 64));
    EXPECT_EQ(found[Metric::EnergyDram],
              static_cast<int64_t>(exact.getZExtValue()))
        << bits;
  }
}

TEST(Energy, OverflowNamesTheFigure) {
  const int64_t most = std::numeric_limits<int64_t>::max();
  auto add = [](const Cost &cost) {
    return message(addEnergy(cost, anySchedule(), makeMemories(),
                             FilterKind::QuantizedWeight, Multiplier::Sign,
                             EnergyNode::Nm7));
  };
  EXPECT_EQ(add(makeCost({{Metric::MACs, most / 7}})),
            "'energy_arithmetic_int32_fj' exceeds 64 bits");
  EXPECT_EQ(add(makeCost({{Metric::MACs, most / 6}})),
            "'energy_arithmetic_int8_fj' exceeds 64 bits");
  EXPECT_EQ(add(makeCost({{Metric::SramIfmapReads, most / 900},
                          {Metric::SramFilterReads, 0},
                          {Metric::SramOfmapWrites, 0},
                          {Metric::SramOfmapReads, 0}})),
            "'energy_sram_fj' exceeds 64 bits");
  EXPECT_EQ(add(makeCost({{Metric::DramIfmapReads, most},
                          {Metric::DramFilterReads, 0},
                          {Metric::DramOfmapWrites, 0},
                          {Metric::SramOfmapReadsCorrected, 0}})),
            "'energy_dram_fj' exceeds 64 bits");
  EXPECT_EQ(add(makeCost({{Metric::MACs, most / 31},
                          {Metric::DramIfmapReads, most / 163000},
                          {Metric::DramFilterReads, 0},
                          {Metric::DramOfmapWrites, 0},
                          {Metric::SramOfmapReadsCorrected, 0}})),
            "'energy_total_fj' exceeds 64 bits");
  // Of two words of 2^50 bits, which are no whole accesses of 64 words.
  ArrayDesc wide = makeMemories();
  wide.machine.emplace();
  wide.machine->activation = {1LL << 50, 1};
  EXPECT_EQ(message(addEnergy(makeCost({{Metric::SramIfmapReads, 2},
                                        {Metric::SramFilterReads, 0},
                                        {Metric::SramOfmapWrites, 0},
                                        {Metric::SramOfmapReads, 0},
                                        {Metric::DramFilterBits, 0}}),
                              anySchedule(), wide, FilterKind::QuantizedWeight,
                              Multiplier::Sign, EnergyNode::Nm7)),
            "'energy_sram_fj' exceeds 64 bits");
  const int64_t large = 1LL << 31;
  Schedule huge = makeSchedule({{Dim::Batch, large, 1}}, {large, 1, large});
  EXPECT_EQ(message(addEnergy(makeCost({}), huge, makeMemories(),
                              FilterKind::QuantizedWeight, Multiplier::Sign,
                              EnergyNode::Nm7)),
            "'energy_scales_fj' exceeds 64 bits");
}

} // namespace
