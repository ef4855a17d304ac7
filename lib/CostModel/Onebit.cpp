//===- Onebit.cpp - What a machine at register level takes ----------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The family of docs/microarchitecture.md. The simulator is written from the
// same page and shares no code with it.
//
//===----------------------------------------------------------------------===//

#include "Count.h"
#include "Families.h"
#include "OnebitMasked.h"
#include "OnebitRepeat.h"

using namespace llvm;
using namespace onebit;
using systolic::Metric;

namespace {
class Onebit final : public CostModel {
public:
  StringRef name() const final { return "onebit"; }
  bool prefersQueryRows() const final { return true; }
  bool pricesMaskedFolds() const final { return true; }
  StringRef description() const final {
    return "what an array of this description does, at register level: ports, "
           "memories, one DRAM channel, overlap of folds";
  }
  Expected<std::optional<int64_t>>
  priceVectorWork(ArrayRef<LanePass> passes,
                  const ArrayDesc &array) const final {
    if (!array.machine || array.machine->vectorLanes == 0)
      return std::nullopt;
    return getVectorCycles(passes, array.machine->vectorLanes);
  }

private:
  Expected<Cost> priceFolds(const Schedule &schedule, const ArrayDesc &array,
                            FilterKind filter) const final {
    Expected<SequencedCost> priced =
        priceFoldsAfter(Prefetch(), schedule, array, filter);
    if (!priced)
      return priced.takeError();
    return std::move(priced->cost);
  }
  Expected<SequencedCost> priceFoldsAfter(const Prefetch &prefetch,
                                          const Schedule &schedule,
                                          const ArrayDesc &array,
                                          FilterKind filter) const final;
};

/// Runs the folds of a schedule in order.
class Nest {
public:
  Nest(const Schedule &schedule, const OnebitPlan &plan,
       OnebitTimeline &timeline)
      : loops(schedule.getLoops()), plan(plan), timeline(timeline) {}

  /// Runs the loops from `level` inwards.
  void run(size_t level = 0);

private:
  ArrayRef<ScheduleLoop> loops;
  const OnebitPlan &plan;
  OnebitTimeline &timeline;
  /// A dimension without a loop has one step.
  DimSet changed = kAllDims, first = kAllDims, last = kAllDims;
  /// The loops that do what is left of their extent.
  DimSet left = 0;
};
} // namespace

void Nest::run(size_t level) {
  if (level == loops.size()) {
    timeline.run({&plan.folds[left], changed, first, last});
    changed = 0;
    return;
  }
  const ScheduleLoop &loop = loops[level];
  const DimSet dim = dimSet(loop.dim);
  const int64_t steps = divideCeil(loop.extent, loop.step);
  if (steps == 1)
    return run(level + 1);

  auto step = [&] {
    changed |= dim;
    run(level + 1);
  };
  last &= ~dim;
  step();
  first &= ~dim;
  repeat(timeline, steps - 2, step);
  last |= dim;
  if (loop.extent % loop.step != 0)
    left |= dim;
  step();
  left &= ~dim;
  first |= dim;
}

/// A figure that has overflowed if `value` does not fit 64 bits.
static Count toCount(Wide value) {
  Count count(static_cast<int64_t>(value));
  return count.getValue() == value ? count : Count(INT64_MAX) + 1;
}

/// A window longer than 64 bits count is as good as one of so many cycles.
static int64_t saturate(Wide cycles) {
  return static_cast<int64_t>(std::min<Wide>(cycles, INT64_MAX));
}

Expected<SequencedCost> Onebit::priceFoldsAfter(const Prefetch &prefetch,
                                                const Schedule &schedule,
                                                const ArrayDesc &array,
                                                FilterKind filter) const {
  auto classes = schedule.getFoldClasses();
  if (!classes)
    return classes.takeError();
  Count folds, macs, ifmapReads, filterReads, ofmapWrites, mapped;
  for (const auto &[count, tile] : *classes) {
    Mapping mapping = getMapping(array.dataflow, tile);
    Count number(count);
    folds += number;
    macs += number * tile.m * tile.n * tile.k;
    ifmapReads += number * tile.m * tile.k;
    filterReads += number * tile.n * tile.k;
    ofmapWrites += number * tile.m * tile.n;
    mapped += number * mapping.rows * mapping.columns;
  }
  // All other figures are within reach of a Wide if this one is.
  if (macs.hasOverflowed())
    return makeCost({{Metric::MACs, macs}}).takeError();
  // Each sum is written once for each step of K, and read but for the first.
  const int64_t stepsK = schedule.getNumSteps(Dim::K);
  Count ofmapReads =
      ofmapWrites.hasOverflowed()
          ? ofmapWrites
          : Count(ofmapWrites.getValue() / stepsK * (stepsK - 1));

  auto plan = OnebitPlan::get(schedule, array, filter);
  if (!plan)
    return plan.takeError();
  OnebitTimeline timeline(*plan, plan->getPrefetched(schedule, prefetch));
  if (schedule.getMask())
    runMasked(schedule, *plan, timeline);
  else
    Nest(schedule, *plan, timeline).run();
  const OnebitTimeline::Window window = timeline.getWindow();
  const Wide cycles = timeline.finish();
  auto sum = [&](unsigned index) { return timeline.state.sums[index]; };
  const Wide stalls = sum(OnebitTimeline::Stall + Ifmap) +
                      sum(OnebitTimeline::Stall + Filter) +
                      sum(OnebitTimeline::Stall + Ofmap);
  assert(cycles ==
             stalls + sum(OnebitTimeline::Stream) + sum(OnebitTimeline::Port) +
                 sum(OnebitTimeline::Preload) + sum(OnebitTimeline::Drain) &&
         "each cycle has one cause");

  auto figure = [&](unsigned index) { return toCount(sum(index)); };
  Expected<Cost> cost = makeCost({
      {Metric::Folds, folds},
      {Metric::Cycles, toCount(cycles)},
      {Metric::StallCycles, toCount(stalls)},
      {Metric::StallIfmapCycles, figure(OnebitTimeline::Stall + Ifmap)},
      {Metric::StallFilterCycles, figure(OnebitTimeline::Stall + Filter)},
      {Metric::StallOfmapCycles, figure(OnebitTimeline::Stall + Ofmap)},
      {Metric::StreamCycles, figure(OnebitTimeline::Stream)},
      {Metric::PortCycles, figure(OnebitTimeline::Port)},
      {Metric::PreloadCycles, figure(OnebitTimeline::Preload)},
      {Metric::DrainCycles, figure(OnebitTimeline::Drain)},
      {Metric::MACs, macs},
      {Metric::SramIfmapReads, ifmapReads},
      {Metric::SramFilterReads, filterReads},
      {Metric::SramOfmapWrites, ofmapWrites},
      {Metric::SramOfmapReads, ofmapReads},
      {Metric::DramIfmapBits, figure(OnebitTimeline::IfmapBits)},
      {Metric::DramFilterBits, figure(OnebitTimeline::FilterBits)},
      {Metric::DramOfmapReadBits, figure(OnebitTimeline::OfmapReadBits)},
      {Metric::DramOfmapWriteBits, figure(OnebitTimeline::OfmapWriteBits)},
      {Metric::MappedPEs, mapped},
  });
  if (!cost)
    return cost.takeError();
  return SequencedCost{std::move(*cost),
                       {saturate(window.channel), saturate(window.memory)}};
}

const CostModel &onebit::getOnebit() {
  static const Onebit model;
  return model;
}
