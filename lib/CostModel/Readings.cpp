//===- Readings.cpp - What a cycle may be counted for ---------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/CostModel/Readings.h"
#include "Count.h"
#include "Families.h"
#include "llvm/Support/ErrorHandling.h"

using namespace llvm;
using namespace onebit;
using systolic::IdleLanes;
using systolic::Metric;
using systolic::Overlap;

ArrayRef<Reading> onebit::getReadings() {
  static constexpr Reading readings[] = {Reading::ScaleSim,
                                         Reading::Exposed,
                                         Reading::IdleLanesSkipped,
                                         Reading::FoldsOverlapped,
                                         Reading::BatchOverlapped,
                                         Reading::Steps,
                                         Reading::MACs};
  return readings;
}

StringRef onebit::stringifyReading(Reading reading) {
  switch (reading) {
  case Reading::ScaleSim:
    return "scale_sim";
  case Reading::Exposed:
    return "exposed";
  case Reading::IdleLanesSkipped:
    return "idle_lanes_skipped";
  case Reading::FoldsOverlapped:
    return "folds_overlapped";
  case Reading::BatchOverlapped:
    return "batch_overlapped";
  case Reading::Steps:
    return "steps";
  case Reading::MACs:
    return "macs";
  }
  llvm_unreachable("unknown reading");
}

static Expected<int64_t> price(const CostModel &model, Metric metric,
                               const Schedule &schedule, const ArrayDesc &array,
                               FilterKind filter) {
  Expected<Cost> cost = model.price(schedule, array, filter);
  if (!cost)
    return cost.takeError();
  return *cost->lookup(metric);
}

/// `array` with these settings and all else as it is.
static ArrayDesc withOverlap(ArrayDesc array, Overlap overlap,
                             IdleLanes idleLanes) {
  if (!array.machine)
    array.machine.emplace();
  array.machine->preload = array.machine->drain = overlap;
  array.machine->idleLanes = idleLanes;
  return array;
}

/// The folds of one batch entry.
static Expected<Schedule> getEntry(const Schedule &schedule) {
  SmallVector<ScheduleLoop, 4> loops;
  for (const ScheduleLoop &loop : schedule.getLoops())
    if (loop.dim != Dim::Batch)
      loops.push_back(loop);
  return Schedule::get(loops, schedule.getTile(), schedule.isTransposed(),
                       schedule.getMask());
}

/// The cycles of all batch entries, nothing of which overlaps.
static Expected<int64_t> priceEntries(const Schedule &schedule,
                                      const ArrayDesc &array,
                                      FilterKind filter) {
  Expected<Schedule> entry = getEntry(schedule);
  if (!entry)
    return entry.takeError();
  Expected<int64_t> cycles =
      price(getOnebit(), Metric::Cycles, *entry, array, filter);
  if (!cycles)
    return cycles.takeError();
  const Count all = Count(*cycles) * schedule.getNumRuns();
  if (all.hasOverflowed())
    return createStringError("the cycles of all batch entries exceed 64 bits");
  return all.getValue();
}

/// The steps or the MACs of all folds, which no machine changes.
static Expected<int64_t> countWork(Reading reading, const Schedule &schedule,
                                   const ArrayDesc &array) {
  if (Error error = checkFolds(schedule, array))
    return std::move(error);
  auto classes = schedule.getFoldClasses();
  if (!classes)
    return classes.takeError();
  Count all;
  for (const auto &[count, tile] : *classes) {
    Mapping mapping = getMapping(array.dataflow, tile);
    Count work = Count(count) * mapping.time;
    if (reading == Reading::MACs)
      work = work * mapping.rows * mapping.columns;
    all += work;
  }
  if (all.hasOverflowed())
    return createStringError("'" + stringifyReading(reading) +
                             "' exceeds 64 bits");
  return all.getValue();
}

Expected<int64_t> onebit::evaluateReading(Reading reading,
                                          const Schedule &schedule,
                                          const ArrayDesc &array,
                                          FilterKind filter) {
  auto priceOnebit = [&](Metric metric, Overlap overlap, IdleLanes idleLanes) {
    return price(getOnebit(), metric, schedule,
                 withOverlap(array, overlap, idleLanes), filter);
  };
  switch (reading) {
  case Reading::ScaleSim:
    return price(getScaleSimV2(), Metric::Cycles, schedule, array, filter);
  case Reading::Exposed:
    return priceOnebit(Metric::Cycles, Overlap::Exposed, IdleLanes::Waited);
  case Reading::IdleLanesSkipped:
    return priceOnebit(Metric::Cycles, Overlap::Exposed, IdleLanes::Skipped);
  case Reading::FoldsOverlapped:
    return priceEntries(schedule,
                        withOverlap(array, Overlap::Hidden, IdleLanes::Skipped),
                        filter);
  case Reading::BatchOverlapped:
    return priceOnebit(Metric::Cycles, Overlap::Hidden, IdleLanes::Skipped);
  case Reading::Steps:
  case Reading::MACs:
    return countWork(reading, schedule, array);
  }
  llvm_unreachable("unknown reading");
}
