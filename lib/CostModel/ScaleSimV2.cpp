//===- ScaleSimV2.cpp - What SCALE-Sim v2 would report --------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// SCALE-Sim 2.0.2 (Samajdar et al., ISPASS 2020) in the mode in which it
// estimates bandwidth, fold by fold: what it reports, oddities included, and
// beside each odd figure the corrected one. 3.0.0 reports the same.
// test/data/scale_sim_calc.csv holds runs of both; docs/cost-model.md explains.
//
//===----------------------------------------------------------------------===//

#include "Count.h"
#include "Families.h"

using namespace llvm;
using namespace onebit;
using systolic::Dataflow;
using systolic::Metric;

namespace {
class ScaleSimV2 final : public CostModel {
public:
  StringRef name() const final { return "scale-sim-v2"; }
  StringRef description() const final {
    return "cycles and SRAM accesses as SCALE-Sim v2 reports them, without "
           "stalls";
  }

private:
  Expected<Cost> priceFolds(const Schedule &schedule, const ArrayDesc &array,
                            FilterKind filter) const final;
};
} // namespace

Expected<Cost> ScaleSimV2::priceFolds(const Schedule &schedule,
                                      const ArrayDesc &array,
                                      FilterKind) const {
  auto classes = schedule.getFoldClasses();
  if (!classes)
    return classes.takeError();

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
  // Each batch entry is a run of its own, and a run reports the index of its
  // last cycle.
  Count cyclesReported = cycles - schedule.getNumRuns();
  // Under os the padding of each fold's output to the array is counted, but as
  // the sum of the array's sides.
  Count ofmapWritesReported =
      outputs ? ofmapWrites + folds * (rows + columns) : ofmapWrites;
  // A fold that goes on with a K already begun reads the sums so far; SCALE-Sim
  // counts none of these. Each sum is begun once.
  Count ofmapReads = ofmapWrites - Count(schedule.getNumRuns()) *
                                       schedule.getExtent(Dim::M) *
                                       schedule.getExtent(Dim::N);

  return makeCost({
      {Metric::Folds, folds},
      {Metric::Cycles, cyclesReported},
      {Metric::CyclesCorrected, cycles},
      {Metric::MACs, macs},
      {Metric::SramIfmapReads, ifmapReads},
      {Metric::SramFilterReads, filterReads},
      {Metric::SramOfmapWrites, ofmapWritesReported},
      {Metric::SramOfmapWritesCorrected, ofmapWrites},
      {Metric::SramOfmapReadsCorrected, ofmapReads},
      {Metric::MappedPEs, mapped},
      {Metric::ComputePECycles, peCyclesReported},
      {Metric::ComputePECyclesCorrected, peCycles},
  });
}

const CostModel &onebit::getScaleSimV2() {
  static const ScaleSimV2 model;
  return model;
}
