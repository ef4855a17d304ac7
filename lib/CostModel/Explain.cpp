//===- Explain.cpp - Why a kernel takes its cycles ------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ExplainParts.h"
#include "onebit/CostModel/TileProduct.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/MathExtras.h"
#include <limits>

using namespace llvm;
using namespace onebit;
using systolic::Dataflow;
using systolic::IdleLanes;
using systolic::Metric;
using systolic::Overlap;

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

StringRef onebit::stringifyPECause(PECause cause) {
  switch (cause) {
  case PECause::Useful:
    return "useful";
  case PECause::IdleRows:
    return "idle_rows";
  case PECause::IdleColumns:
    return "idle_columns";
  case PECause::Port:
    return "port";
  case PECause::Fill:
    return "fill";
  case PECause::Drain:
    return "drain";
  case PECause::StallIfmap:
    return "stall_ifmap";
  case PECause::StallFilter:
    return "stall_filter";
  case PECause::StallOfmap:
    return "stall_ofmap";
  case PECause::Stall:
    return "stall";
  }
  llvm_unreachable("unknown cause");
}

StringRef onebit::stringifyMemoryLevel(MemoryLevel level) {
  switch (level) {
  case MemoryLevel::Port:
    return "port";
  case MemoryLevel::Sram:
    return "sram";
  case MemoryLevel::Dram:
    return "dram";
  }
  llvm_unreachable("unknown level");
}

StringRef onebit::stringifyBoundKind(BoundKind kind) {
  switch (kind) {
  case BoundKind::Peak:
    return "peak";
  case BoundKind::Array:
    return "array";
  case BoundKind::IfmapPort:
    return "ifmap_port";
  case BoundKind::FilterPort:
    return "filter_port";
  case BoundKind::OfmapPort:
    return "ofmap_port";
  case BoundKind::Dram:
    return "dram";
  }
  llvm_unreachable("unknown bound");
}

StringRef onebit::stringifyChange(Change change) {
  switch (change) {
  case Change::AmpleDram:
    return "ample_dram";
  case Change::AmpleMemories:
    return "ample_memories";
  case Change::WiderPorts:
    return "wider_ports";
  case Change::HiddenOverlap:
    return "hidden_overlap";
  case Change::SkippedIdleLanes:
    return "skipped_idle_lanes";
  case Change::PrefetchedFilter:
    return "prefetched_filter";
  case Change::OutputStationary:
    return "output_stationary";
  case Change::WeightStationary:
    return "weight_stationary";
  case Change::InputStationary:
    return "input_stationary";
  }
  llvm_unreachable("unknown change");
}

StringRef onebit::stringifyNotModelled(NotModelled what) {
  switch (what) {
  case NotModelled::Ports:
    return "ports";
  case NotModelled::Widths:
    return "widths";
  case NotModelled::Overlap:
    return "overlap";
  case NotModelled::SkippedIdleLanes:
    return "skipped_idle_lanes";
  case NotModelled::DrainOfOutputs:
    return "drain_of_outputs";
  case NotModelled::Stalls:
    return "stalls";
  case NotModelled::StallsByOperand:
    return "stalls_by_operand";
  }
  llvm_unreachable("unknown omission");
}

//===----------------------------------------------------------------------===//
// Bounds
//===----------------------------------------------------------------------===//

std::optional<double> OperandTraffic::getReuse(int64_t macs) const {
  if (!ofmapReadBits)
    return std::nullopt;
  // No integer: bits of three operands may be more than 64 bits count.
  const double bits = static_cast<double>(ifmapReadBits) +
                      static_cast<double>(filterReadBits) +
                      static_cast<double>(*ofmapReadBits);
  if (bits == 0)
    return std::nullopt;
  return 8 * static_cast<double>(macs) / bits;
}

/// `array` with a machine that `change` has been done to.
template <typename Function>
static ArrayDesc withMachine(ArrayDesc array, Function change) {
  if (!array.machine)
    array.machine.emplace();
  change(array, *array.machine);
  return array;
}

static void widenPorts(Machine &machine) {
  machine.ifmapPort = machine.filterPort = machine.ofmapPort = 0;
}

static void removeMemoryLimits(ArrayDesc &array) {
  array.ifmapKb = array.filterKb = array.ofmapKb = 0;
}

/// The cycles of `work` with this array, as `explanation` counts them.
static Expected<int64_t> reprice(const CostModel &model, const Work &work,
                                 const ArrayDesc &array,
                                 const Explanation &explanation) {
  auto cost =
      model.priceAfter(work.prefetch, work.schedule, array, work.filter);
  if (!cost)
    return cost.takeError();
  return *cost->cost.lookup(explanation.cyclesMetric);
}

/// Cycles in which the channel to DRAM is busy; of SCALE-Sim's three the
/// busiest. None where nothing limits it.
static Expected<std::optional<int64_t>>
getDramCycles(const PricedWork &priced) {
  const ArrayDesc &array = priced.work.array;
  Count cycles;
  if (priced.hasCauses()) {
    const int64_t width = priced.machine().dram;
    if (width == 0)
      return std::nullopt;
    Count bits = priced.figure(Metric::DramIfmapBits) +
                 priced.figure(Metric::DramFilterBits) +
                 priced.figure(Metric::DramOfmapReadBits) +
                 priced.figure(Metric::DramOfmapWriteBits);
    cycles = divideUp(bits, width);
  } else {
    if (!array.scaleSim || !priced.cost.lookup(Metric::DramIfmapReads))
      return std::nullopt;
    ScaleSimBandwidth width = *array.scaleSim;
    // Version 2 has one for all three, that of the ofmap.
    if (!priced.cost.lookup(Metric::CyclesWithPrefetch))
      width.ifmap = width.filter = width.ofmap;
    int64_t most = 0;
    for (auto [metric, words] :
         {std::pair(Metric::DramIfmapReads, width.ifmap),
          std::pair(Metric::DramFilterReads, width.filter),
          std::pair(Metric::DramOfmapWrites, width.ofmap)})
      most = std::max(most, divideUp(priced.figure(metric), words).getValue());
    cycles = most;
  }
  if (cycles.hasOverflowed())
    return createStringError("what goes to or from DRAM exceeds 64 bits");
  return cycles.getValue();
}

static Error addBounds(const CostModel &model, const PricedWork &priced,
                       Explanation &explanation) {
  const Work &work = priced.work;
  const Count elements = priced.elements();
  explanation.bounds.push_back(
      {BoundKind::Peak,
       divideUp(Count(explanation.macs), elements.getValue()).getValue()});

  if (priced.hasCauses()) {
    Expected<int64_t> cycles =
        reprice(model, work,
                withMachine(work.array,
                            [](ArrayDesc &array, Machine &machine) {
                              widenPorts(machine);
                              removeMemoryLimits(array);
                              machine.dram = 0;
                            }),
                explanation);
    if (!cycles)
      return cycles.takeError();
    explanation.bounds.push_back({BoundKind::Array, *cycles});
    auto ports = getPortBounds(priced);
    if (!ports)
      return ports.takeError();
    explanation.bounds.append(ports->begin(), ports->end());
  } else {
    const Count stalls = priced.figure(Metric::StallCycles);
    explanation.bounds.push_back(
        {BoundKind::Array, explanation.cycles - stalls.getValue()});
  }
  Expected<std::optional<int64_t>> dram = getDramCycles(priced);
  if (!dram)
    return dram.takeError();
  if (*dram)
    explanation.bounds.push_back({BoundKind::Dram, **dram});

  const auto binding = std::max_element(
      explanation.bounds.begin() + 1, explanation.bounds.end(),
      [](const Bound &a, const Bound &b) { return a.cycles < b.cycles; });
  explanation.binding = binding->kind;
  return Error::success();
}

//===----------------------------------------------------------------------===//
// What would help
//===----------------------------------------------------------------------===//

static Change toChange(Dataflow dataflow) {
  switch (dataflow) {
  case Dataflow::OutputStationary:
    return Change::OutputStationary;
  case Dataflow::WeightStationary:
    return Change::WeightStationary;
  case Dataflow::InputStationary:
    return Change::InputStationary;
  }
  llvm_unreachable("unknown dataflow");
}

static void addAlternatives(const CostModel &model, const PricedWork &priced,
                            Explanation &explanation) {
  const Work &work = priced.work;
  auto add = [&](Change change, const Work &work, const ArrayDesc &array) {
    Alternative &alternative =
        explanation.alternatives.emplace_back(Alternative{change, {}, {}});
    Expected<int64_t> cycles = reprice(model, work, array, explanation);
    if (cycles)
      alternative.cycles = *cycles;
    else
      alternative.error = toString(cycles.takeError());
  };
  auto addMachine = [&](Change change, auto function) {
    add(change, work, withMachine(work.array, function));
  };

  const ArrayDesc &array = work.array;
  if (priced.hasCauses()) {
    const Machine &machine = priced.machine();
    if (machine.dram != 0)
      addMachine(Change::AmpleDram,
                 [](ArrayDesc &, Machine &machine) { machine.dram = 0; });
    if (array.ifmapKb != 0 || array.filterKb != 0 || array.ofmapKb != 0)
      addMachine(Change::AmpleMemories, [](ArrayDesc &array, Machine &) {
        removeMemoryLimits(array);
      });
    if (machine.ifmapPort != 0 || machine.filterPort != 0 ||
        machine.ofmapPort != 0)
      addMachine(Change::WiderPorts,
                 [](ArrayDesc &, Machine &machine) { widenPorts(machine); });
    if ((array.dataflow == Dataflow::OutputStationary
             ? machine.drain
             : machine.preload) == Overlap::Exposed)
      addMachine(Change::HiddenOverlap, [](ArrayDesc &, Machine &machine) {
        machine.preload = machine.drain = Overlap::Hidden;
      });
    if (machine.idleLanes == IdleLanes::Waited)
      addMachine(Change::SkippedIdleLanes, [](ArrayDesc &, Machine &machine) {
        machine.idleLanes = IdleLanes::Skipped;
      });
    if (machine.kernels == Overlap::Exposed && machine.dram != 0 &&
        work.prefetch.fresh != FreshRows::All) {
      Work prefetched = work;
      prefetched.prefetch.cycles = std::numeric_limits<int64_t>::max();
      add(Change::PrefetchedFilter, prefetched,
          withMachine(array, [](ArrayDesc &, Machine &machine) {
            machine.kernels = Overlap::Hidden;
          }));
    }
  } else if (array.scaleSim) {
    ArrayDesc ample = array;
    ample.scaleSim.reset();
    add(Change::AmpleDram, work, ample);
  }
  const bool transposed = work.schedule.isTransposed();
  ProductExtents extents{
      work.schedule.getExtent(Dim::Batch), work.schedule.getExtent(Dim::M),
      work.schedule.getExtent(Dim::N), work.schedule.getExtent(Dim::K)};
  if (transposed)
    std::swap(extents.m, extents.n);
  for (Dataflow dataflow :
       {Dataflow::OutputStationary, Dataflow::WeightStationary,
        Dataflow::InputStationary}) {
    if (dataflow == array.dataflow)
      continue;
    ArrayDesc other = array;
    other.dataflow = dataflow;
    Work tiled = work;
    tiled.schedule =
        tileProduct(extents, array.rows, array.columns, dataflow, transposed);
    add(toChange(dataflow), tiled, other);
  }
}

const Alternative *Explanation::getBestAlternative() const {
  const Alternative *best = nullptr;
  int64_t least = cycles;
  for (const Alternative &alternative : alternatives)
    if (alternative.cycles && *alternative.cycles < least) {
      best = &alternative;
      least = *alternative.cycles;
    }
  return best;
}

//===----------------------------------------------------------------------===//
// The whole
//===----------------------------------------------------------------------===//

static void addNotModelled(const PricedWork &priced, Explanation &explanation) {
  if (priced.hasCauses())
    return;
  explanation.notModelled = {NotModelled::Ports, NotModelled::Widths,
                             NotModelled::Overlap,
                             NotModelled::SkippedIdleLanes};
  if (priced.work.array.dataflow == Dataflow::OutputStationary)
    explanation.notModelled.push_back(NotModelled::DrainOfOutputs);
  explanation.notModelled.push_back(priced.work.array.scaleSim
                                        ? NotModelled::StallsByOperand
                                        : NotModelled::Stalls);
}

/// Whether a family says enough: where each cycle goes, or how long folds take
/// that wait for nothing and how long they wait.
static bool hasFigures(const Cost &cost) {
  auto has = [&](std::initializer_list<Metric> metrics) {
    return all_of(metrics, [&](Metric metric) {
      return cost.lookup(metric).has_value();
    });
  };
  return has({Metric::Folds, Metric::MACs}) &&
         (has({Metric::Cycles, Metric::StreamCycles, Metric::PortCycles,
               Metric::PreloadCycles, Metric::DrainCycles,
               Metric::StallIfmapCycles, Metric::StallFilterCycles,
               Metric::StallOfmapCycles, Metric::DramIfmapBits,
               Metric::DramFilterBits, Metric::DramOfmapReadBits,
               Metric::DramOfmapWriteBits}) ||
          has({Metric::CyclesCorrected, Metric::StallCycles}));
}

Expected<Explanation> onebit::explain(const CostModel &model,
                                      const Work &work) {
  auto sequenced =
      model.priceAfter(work.prefetch, work.schedule, work.array, work.filter);
  if (!sequenced)
    return sequenced.takeError();
  const Cost &cost = sequenced->cost;
  if (!hasFigures(cost))
    return createStringError("'" + model.name() +
                             "' does not say where its cycles go");
  auto classes = work.schedule.getFoldClasses();
  if (!classes)
    return classes.takeError();
  const PricedWork priced{work, cost, std::move(*classes), model.name()};

  Explanation explanation;
  explanation.cyclesMetric = cost.lookup(Metric::CyclesCorrected)
                                 ? Metric::CyclesCorrected
                                 : Metric::Cycles;
  explanation.cycles = *cost.lookup(explanation.cyclesMetric);
  explanation.folds = *cost.lookup(Metric::Folds);
  explanation.macs = *cost.lookup(Metric::MACs);
  explanation.largestFold =
      getMapping(work.array.dataflow, work.schedule.getTile());
  if (Error error = addPEShares(priced, explanation))
    return std::move(error);
  if (Error error = addTraffic(priced, explanation))
    return std::move(error);
  if (Error error = addBounds(model, priced, explanation))
    return std::move(error);
  addAlternatives(model, priced, explanation);
  addNotModelled(priced, explanation);
  return explanation;
}
