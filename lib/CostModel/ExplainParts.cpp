//===- ExplainParts.cpp - Parts of an explanation -------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ExplainParts.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"

using namespace llvm;
using namespace onebit;
using systolic::Dataflow;
using systolic::IdleLanes;
using systolic::Metric;
using systolic::Overlap;

static Count divide(Count dividend, int64_t divisor) {
  return dividend.hasOverflowed() ? dividend
                                  : Count(dividend.getValue() / divisor);
}

static Count countBits(Count elements, const Format &format) {
  return divideUp(elements * format.bits, format.elements);
}

/// Puts `count` into `value`.
static Error store(Count count, int64_t &value, const Twine &what) {
  if (count.hasOverflowed())
    return createStringError(what + " exceeds 64 bits");
  value = count.getValue();
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Processing elements
//===----------------------------------------------------------------------===//

/// The rows and columns that the times of a fold follow.
static std::pair<int64_t, int64_t> getSides(const PricedWork &priced,
                                            const Mapping &mapping) {
  if (priced.hasCauses() && priced.machine().idleLanes == IdleLanes::Skipped)
    return {mapping.rows, mapping.columns};
  return {priced.work.array.rows, priced.work.array.columns};
}

/// The fold of the last step of every loop.
static Tile getLastTile(const Schedule &schedule) {
  auto size = [&](Dim dim) {
    int64_t rest = schedule.getExtent(dim) % schedule.getStep(dim);
    return rest == 0 ? schedule.getStep(dim) : rest;
  };
  return {size(Dim::M), size(Dim::N), size(Dim::K)};
}

/// Cycles between a vector's entry at the first element and its passing of the
/// last: of each fold where folds stand alone, else of the kernel, at its end.
static Count countSkew(const PricedWork &priced) {
  const ArrayDesc &array = priced.work.array;
  const Machine &machine = priced.machine();
  const bool outputs = array.dataflow == Dataflow::OutputStationary;
  const bool hidden =
      priced.hasCauses() &&
      (outputs ? machine.drain : machine.preload) == Overlap::Hidden;
  auto skew = [&](int64_t rows, int64_t columns) {
    return Count(rows) + columns - 2;
  };
  if (hidden) {
    const Schedule &schedule = priced.work.schedule;
    auto [rows, columns] =
        getSides(priced, getMapping(array.dataflow, getLastTile(schedule)));
    // With a hidden preload every stream passes the rows of fold 0.
    if (!outputs)
      rows = getSides(priced, getMapping(array.dataflow, schedule.getTile()))
                 .first;
    return skew(rows, columns);
  }
  Count sum;
  for (const auto &[count, tile] : priced.classes) {
    auto [rows, columns] = getSides(priced, getMapping(array.dataflow, tile));
    sum += Count(count) * skew(rows, columns);
  }
  return sum;
}

Error onebit::addPEShares(const PricedWork &priced, Explanation &explanation) {
  const ArrayDesc &array = priced.work.array;
  const Count elements = priced.elements();
  Count steps, useful, idleRows, idleColumns;
  for (const auto &[count, tile] : priced.classes) {
    Mapping mapping = getMapping(array.dataflow, tile);
    Count time = Count(count) * mapping.time;
    steps += time;
    useful += time * mapping.rows * mapping.columns;
    idleRows += time * (array.rows - mapping.rows) * array.columns;
    idleColumns += time * mapping.rows * (array.columns - mapping.columns);
  }
  if (Error error = store(steps, explanation.steps, "the number of steps"))
    return error;

  // Element (i, j) waits i + j cycles for a wave that passes it as long before
  // the last one: over the array, one half each.
  const Count skew = countSkew(priced) * elements;
  const Count fillBySkew = divide(skew, 2);
  Count fill, drain;
  SmallVector<std::pair<PECause, Count>, 9> shares = {
      {PECause::Useful, useful},
      {PECause::IdleRows, idleRows},
      {PECause::IdleColumns, idleColumns}};
  if (priced.hasCauses()) {
    fill = priced.figure(Metric::PreloadCycles) * elements + fillBySkew;
    drain = priced.figure(Metric::DrainCycles) * elements - fillBySkew;
    auto cycles = [&](Metric metric) {
      return priced.figure(metric) * elements;
    };
    shares.append({{PECause::Port, cycles(Metric::PortCycles)},
                   {PECause::Fill, fill},
                   {PECause::Drain, drain},
                   {PECause::StallIfmap, cycles(Metric::StallIfmapCycles)},
                   {PECause::StallFilter, cycles(Metric::StallFilterCycles)},
                   {PECause::StallOfmap, cycles(Metric::StallOfmapCycles)}});
  } else {
    fill = fillBySkew;
    if (array.dataflow != Dataflow::OutputStationary)
      fill += Count(explanation.folds) * array.rows * elements;
    drain = skew - fillBySkew;
    shares.append({{PECause::Fill, fill}, {PECause::Drain, drain}});
    if (array.scaleSim)
      shares.push_back(
          {PECause::Stall, priced.figure(Metric::StallCycles) * elements});
  }

  Count sum;
  for (auto [cause, count] : shares) {
    int64_t peCycles;
    if (Error error =
            store(count, peCycles, "'" + stringifyPECause(cause) + "'"))
      return error;
    sum += count;
    explanation.peShares.push_back({cause, peCycles});
  }
  const Count all = Count(explanation.cycles) * elements;
  if (sum.hasOverflowed() || all.hasOverflowed())
    return createStringError("the cycles of all processing elements exceed 64 "
                             "bits");
  if (sum.getValue() != all.getValue() ||
      any_of(explanation.peShares,
             [](const PEShare &share) { return share.peCycles < 0; }))
    return createStringError("the figures of '" + priced.family +
                             "' do not add up to its cycles");
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Bits
//===----------------------------------------------------------------------===//

namespace {
/// Which way bits go: to the array from one of three memories, or back.
enum Way : unsigned { IfmapIn, FilterIn, OfmapOut, kNumWays };

/// What folds of one class send.
struct PortUse {
  Way way;
  /// So many vectors of so many lanes.
  Count vectors;
  int64_t lanes;
};
} // namespace

/// docs/microarchitecture.md, sections 2 and 3: what goes through the ports for
/// folds of one class. Lanes in excess carry zeros.
static std::array<PortUse, kNumWays> getPortUse(const PricedWork &priced,
                                                const FoldClass &folds) {
  const Dataflow dataflow = priced.work.array.dataflow;
  Mapping mapping = getMapping(dataflow, folds.tile);
  auto [rows, columns] = getSides(priced, mapping);
  const Count count(folds.count);
  const Count steps = count * mapping.time, filled = count * rows;
  switch (dataflow) {
  case Dataflow::OutputStationary:
    return {{{IfmapIn, steps, rows},
             {FilterIn, steps, columns},
             {OfmapOut, filled, columns}}};
  case Dataflow::WeightStationary:
    return {{{IfmapIn, steps, rows},
             {FilterIn, filled, columns},
             {OfmapOut, steps, columns}}};
  case Dataflow::InputStationary:
    return {{{IfmapIn, filled, columns},
             {FilterIn, steps, rows},
             {OfmapOut, steps, columns}}};
  }
  llvm_unreachable("unknown dataflow");
}

static std::array<Format, kNumWays> getFormats(const PricedWork &priced) {
  const Machine &machine = priced.machine();
  Format ifmap = machine.activation;
  Format filter = getFilterFormat(machine, priced.work.filter);
  if (priced.work.schedule.isTransposed())
    std::swap(ifmap, filter);
  return {ifmap, filter, machine.partialSum};
}

Expected<SmallVector<Bound, 3>>
onebit::getPortBounds(const PricedWork &priced) {
  const Machine &machine = priced.machine();
  const std::array<int64_t, kNumWays> ports = {
      machine.ifmapPort, machine.filterPort, machine.ofmapPort};
  const std::array<Format, kNumWays> formats = getFormats(priced);
  std::array<Count, kNumWays> busy;
  for (const FoldClass &folds : priced.classes)
    for (const PortUse &use : getPortUse(priced, folds))
      if (ports[use.way] != 0)
        busy[use.way] +=
            use.vectors *
            divideUp(countBits(use.lanes, formats[use.way]), ports[use.way]);
  SmallVector<Bound, 3> bounds;
  for (auto [kind, way] : {std::pair(BoundKind::IfmapPort, IfmapIn),
                           std::pair(BoundKind::FilterPort, FilterIn),
                           std::pair(BoundKind::OfmapPort, OfmapOut)}) {
    if (ports[way] == 0)
      continue;
    int64_t cycles;
    if (Error error = store(busy[way], cycles, "the work of a port"))
      return std::move(error);
    bounds.push_back({kind, cycles});
  }
  return bounds;
}

/// Through the ports of a machine.
static Error addPortTraffic(const PricedWork &priced,
                            Explanation &explanation) {
  const std::array<Format, kNumWays> formats = getFormats(priced);
  std::array<Count, kNumWays> bits;
  for (const FoldClass &folds : priced.classes)
    for (const PortUse &use : getPortUse(priced, folds))
      bits[use.way] += use.vectors * countBits(use.lanes, formats[use.way]);
  // Sums that are added to go back into the array's columns; those of os are
  // added to at the memory.
  const Schedule &schedule = priced.work.schedule;
  const int64_t parts =
      divideUp(schedule.getExtent(Dim::K), schedule.getStep(Dim::K)).getValue();
  Count sumsBack;
  if (priced.work.array.dataflow != Dataflow::OutputStationary)
    sumsBack = divide(bits[OfmapOut], parts) * (parts - 1);

  OperandTraffic port{MemoryLevel::Port};
  port.ofmapReadBits = 0;
  for (auto [count, value] : {std::pair(bits[IfmapIn], &port.ifmapReadBits),
                              std::pair(bits[FilterIn], &port.filterReadBits),
                              std::pair(sumsBack, &*port.ofmapReadBits),
                              std::pair(bits[OfmapOut], &port.ofmapWriteBits)})
    if (Error error = store(count, *value, "what goes through a port"))
      return error;
  explanation.traffic.push_back(port);
  return Error::success();
}

/// The first of `metrics` that the family has.
static std::optional<Count> lookup(const PricedWork &priced,
                                   ArrayRef<Metric> metrics) {
  for (Metric metric : metrics)
    if (std::optional<int64_t> value = priced.cost.lookup(metric))
      return Count(*value);
  return std::nullopt;
}

/// Adds a level whose traffic is known, in elements of a format each.
static Error addElements(const PricedWork &priced, MemoryLevel level,
                         std::optional<Count> ifmap,
                         std::optional<Count> filter,
                         std::optional<Count> sumsRead,
                         std::optional<Count> sumsWritten,
                         ArrayRef<Format> formats, Explanation &explanation) {
  if (!ifmap || !filter || !sumsWritten)
    return Error::success();
  OperandTraffic traffic{level};
  if (sumsRead)
    traffic.ofmapReadBits = 0;
  auto put = [&](std::optional<Count> elements, const Format &format,
                 int64_t *bits) -> Error {
    if (!bits)
      return Error::success();
    return store(countBits(*elements, format), *bits,
                 "what goes to or from a memory");
  };
  if (Error error = put(ifmap, formats[IfmapIn], &traffic.ifmapReadBits))
    return error;
  if (Error error = put(filter, formats[FilterIn], &traffic.filterReadBits))
    return error;
  if (Error error =
          put(sumsWritten, formats[OfmapOut], &traffic.ofmapWriteBits))
    return error;
  if (Error error =
          put(sumsRead, formats[OfmapOut],
              traffic.ofmapReadBits ? &*traffic.ofmapReadBits : nullptr))
    return error;
  explanation.traffic.push_back(traffic);
  return Error::success();
}

Error onebit::addTraffic(const PricedWork &priced, Explanation &explanation) {
  auto figure = [&](ArrayRef<Metric> metrics) {
    return lookup(priced, metrics);
  };
  const std::optional<Count> sumsRead =
      figure({Metric::SramOfmapReadsCorrected, Metric::SramOfmapReads});
  // Elsewhere a word is a byte.
  std::array<Format, kNumWays> words;
  if (priced.hasCauses()) {
    if (Error error = addPortTraffic(priced, explanation))
      return error;
    words = getFormats(priced);
  }
  if (Error error = addElements(
          priced, MemoryLevel::Sram, figure({Metric::SramIfmapReads}),
          figure({Metric::SramFilterReads}), sumsRead,
          figure({Metric::SramOfmapWritesCorrected, Metric::SramOfmapWrites}),
          words, explanation))
    return error;

  if (priced.hasCauses())
    return addElements(
        priced, MemoryLevel::Dram, figure({Metric::DramIfmapBits}),
        figure({Metric::DramFilterBits}), figure({Metric::DramOfmapReadBits}),
        figure({Metric::DramOfmapWriteBits}),
        {Format{1, 1}, Format{1, 1}, Format{1, 1}}, explanation);
  // Partial sums that DRAM gives back are not counted; where there are none,
  // that is known.
  std::optional<Count> sumsBack;
  if (sumsRead && sumsRead->getValue() == 0)
    sumsBack = 0;
  return addElements(
      priced, MemoryLevel::Dram,
      figure({Metric::DramIfmapReadsCorrected, Metric::DramIfmapReads}),
      figure({Metric::DramFilterReadsCorrected, Metric::DramFilterReads}),
      sumsBack,
      figure({Metric::DramOfmapWritesCorrected, Metric::DramOfmapWrites}),
      words, explanation);
}
