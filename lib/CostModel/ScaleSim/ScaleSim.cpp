//===- ScaleSim.cpp - What SCALE-Sim v2 and v3 would report ---------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// SCALE-Sim 2.0.2 (Samajdar et al., ISPASS 2020) and 3.0.0: what they report,
// oddities included, and beside each odd figure the corrected one.
// test/data/scale_sim_runs.csv holds runs of both; docs/cost-models.md
// explains.
//
//===----------------------------------------------------------------------===//

#include "../Count.h"
#include "../Families.h"
#include "onebit/CostModel/ScaleSimMemory.h"

using namespace llvm;
using namespace onebit;
using scalesim::DramTraffic;
using scalesim::Traffic;
using systolic::Dataflow;
using systolic::Metric;

namespace {
class ScaleSim final : public CostModel {
public:
  explicit ScaleSim(scalesim::Version version) : version(version) {}

  StringRef name() const final {
    return version == scalesim::Version::V2 ? "scale-sim-v2" : "scale-sim-v3";
  }
  StringRef description() const final {
    return version == scalesim::Version::V2
               ? "cycles, stalls, SRAM and DRAM accesses as SCALE-Sim v2 "
                 "reports them"
               : "the same as SCALE-Sim v3 reports them";
  }

private:
  Expected<Cost> priceFolds(const Schedule &schedule, const ArrayDesc &array,
                            FilterKind filter) const final;

  scalesim::Version version;
};
} // namespace

static scalesim::MemorySystem getMemorySystem(scalesim::Version version,
                                              const ArrayDesc &array) {
  // A word is a byte.
  constexpr int64_t wordsPerKb = 1024;
  ScaleSimBandwidth bandwidth =
      array.scaleSim.value_or(ScaleSimBandwidth{0, 0, 0});
  // v2 has one for all three, which v3 has for the ofmap.
  if (version == scalesim::Version::V2)
    bandwidth.ifmap = bandwidth.filter = bandwidth.ofmap;
  scalesim::MemorySystem system;
  system.version = version;
  system.dataflow = array.dataflow;
  system.rows = array.rows;
  system.columns = array.columns;
  // What is too much for 64 bits is too much for a memory, too.
  auto getWords = [](int64_t kb) {
    return std::min(kb, INT64_MAX / wordsPerKb) * wordsPerKb;
  };
  system.ifmap = {getWords(array.ifmapKb), bandwidth.ifmap};
  system.filter = {getWords(array.filterKb), bandwidth.filter};
  system.ofmap = {getWords(array.ofmapKb), bandwidth.ofmap};
  return system;
}

Expected<Cost> ScaleSim::priceFolds(const Schedule &schedule,
                                    const ArrayDesc &array, FilterKind) const {
  auto classes = schedule.getFoldClasses();
  if (!classes)
    return classes.takeError();
  auto memory = getMemoryFigures(schedule, getMemorySystem(version, array));
  if (!memory)
    return memory.takeError();

  const int64_t rows = array.rows, columns = array.columns;
  const bool outputs = array.dataflow == Dataflow::OutputStationary;
  // What a fold takes beyond its time, whether or not it fills the array: the
  // skew of rows and columns, and before it the load of the operand that stays.
  // The drain of the outputs, rows more cycles, is left out under os.
  const int64_t skew = (outputs ? rows : 2 * rows) + columns - 2;
  // The divisor of the compute utilization takes the operand that stays for
  // skewed, too.
  const int64_t reportedSkew = outputs ? skew : skew + columns - 1;

  Count folds, cycles, macs, ifmapReads, filterReads, ofmapWrites, mapped,
      peCycles, peCyclesReported;
  for (const auto &[count, tile] : *classes) {
    Mapping mapping = getMapping(array.dataflow, tile);
    Count number(count), time(mapping.time);
    folds += number;
    cycles += number * (time + skew);
    macs += number * tile.m * tile.n * tile.k;
    ifmapReads += number * tile.m * tile.k;
    filterReads += number * tile.n * tile.k;
    ofmapWrites += number * tile.m * tile.n;
    mapped += number * mapping.rows * mapping.columns;
    peCycles += number * rows * columns * (time + skew);
    peCyclesReported += number * rows * columns * (time + reportedSkew);
  }
  // Under os the padding of each fold's output to the array is counted, but as
  // the sum of the array's sides.
  Count ofmapWritesReported =
      outputs ? ofmapWrites + folds * (rows + columns) : ofmapWrites;
  // Each batch entry is a run of its own.
  const Count runs = schedule.getNumRuns();
  // A fold that goes on with a K already begun reads the sums so far; SCALE-Sim
  // counts none of these. Each sum is begun once.
  Count ofmapReads = ofmapWrites - runs * schedule.getExtent(Dim::M) *
                                       schedule.getExtent(Dim::N);

  // Counts are of all runs, positions of one.
  const Count stalls = runs * memory->stallCycles;
  auto words = [&](const Traffic &traffic, int64_t DramTraffic::*which) {
    return traffic.dram ? std::optional(runs * (*traffic.dram.*which))
                        : std::nullopt;
  };
  auto start = [&](const Traffic &traffic) {
    return traffic.dram ? std::optional<Count>(traffic.dram->span.start)
                        : std::nullopt;
  };
  auto stop = [&](const Traffic &traffic) {
    return traffic.dram ? std::optional<Count>(traffic.dram->span.stop)
                        : std::nullopt;
  };
  const auto reported = &DramTraffic::words,
             corrected = &DramTraffic::wordsCorrected;
  const Traffic &ifmap = memory->ifmap, &filter = memory->filter,
                &ofmap = memory->ofmap;
  return makeCost({
      {Metric::Folds, folds},
      {Metric::Cycles, runs * memory->lastCycle},
      {Metric::CyclesCorrected, cycles + stalls},
      {Metric::CyclesWithPrefetch,
       memory->cyclesWithPrefetch
           ? std::optional(runs * *memory->cyclesWithPrefetch)
           : std::nullopt},
      {Metric::StallCycles, stalls},
      {Metric::MACs, macs},
      {Metric::SramIfmapReads, ifmapReads},
      {Metric::SramFilterReads, filterReads},
      {Metric::SramOfmapWrites, ofmapWritesReported},
      {Metric::SramOfmapWritesCorrected, ofmapWrites},
      {Metric::SramOfmapReadsCorrected, ofmapReads},
      {Metric::DramIfmapReads, words(ifmap, reported)},
      {Metric::DramFilterReads, words(filter, reported)},
      {Metric::DramOfmapWrites, words(ofmap, reported)},
      {Metric::DramIfmapReadsCorrected, words(ifmap, corrected)},
      {Metric::DramFilterReadsCorrected, words(filter, corrected)},
      {Metric::DramOfmapWritesCorrected, words(ofmap, corrected)},
      {Metric::MappedPEs, mapped},
      {Metric::ComputePECycles, peCyclesReported},
      {Metric::ComputePECyclesCorrected, peCycles},
      {Metric::SramIfmapStart, Count(ifmap.sram.start)},
      {Metric::SramIfmapStop, Count(ifmap.sram.stop)},
      {Metric::SramFilterStart, Count(filter.sram.start)},
      {Metric::SramFilterStop, Count(filter.sram.stop)},
      {Metric::SramOfmapStart, Count(ofmap.sram.start)},
      {Metric::SramOfmapStop, Count(ofmap.sram.stop)},
      {Metric::DramIfmapStart, start(ifmap)},
      {Metric::DramIfmapStop, stop(ifmap)},
      {Metric::DramFilterStart, start(filter)},
      {Metric::DramFilterStop, stop(filter)},
      {Metric::DramOfmapStart, start(ofmap)},
      {Metric::DramOfmapStop, stop(ofmap)},
  });
}

const CostModel &onebit::getScaleSimV2() {
  static const ScaleSim model(scalesim::Version::V2);
  return model;
}

const CostModel &onebit::getScaleSimV3() {
  static const ScaleSim model(scalesim::Version::V3);
  return model;
}
