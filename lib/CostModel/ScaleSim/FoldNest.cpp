//===- FoldNest.cpp - The folds of one run, one after the other -----------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FoldNest.h"
#include "../Count.h"
#include "llvm/ADT/STLExtras.h"
#include <cassert>
#include <cmath>

using namespace llvm;
using namespace onebit;
using namespace onebit::scalesim;
using systolic::Dataflow;

/// 1 + 2 + ... + n.
static int64_t triangle(int64_t n) { return n * (n + 1) / 2; }

/// The largest n with triangle(n) <= `value`. Exact, since the shorter side of
/// a skewed block is that of an array, at most 2^16.
static int64_t triangleRoot(int64_t value) {
  return static_cast<int64_t>((std::sqrt(8 * double(value) + 1) - 1) / 2);
}

// The lines of a skewed block grow by a word each, stay as long as its shorter
// side, and shrink by a word each.
int64_t Pattern::getWordsBefore(int64_t line) const {
  assert(skewed && "only asked of operands that stream");
  if (line <= 0)
    return 0;
  if (line >= getNumLines())
    return getNumWords();
  auto [shorter, longer] = std::minmax(length, width);
  if (line < shorter)
    return triangle(line);
  if (line <= longer)
    return triangle(shorter) + (line - shorter) * shorter;
  return getNumWords() - triangle(getNumLines() - line);
}

int64_t Pattern::getLine(int64_t word) const {
  if (!skewed)
    return word / width;
  auto [shorter, longer] = std::minmax(length, width);
  const int64_t growing = triangle(shorter - 1);
  if (word < growing)
    return triangleRoot(word);
  if (word < getNumWords() - growing)
    return shorter - 1 + (word - growing) / shorter;
  return getNumLines() - 1 - triangleRoot(getNumWords() - 1 - word);
}

/// The dimensions of a product in the order of `Axis`.
static std::array<Dim, 3> getDims(Dataflow dataflow) {
  switch (dataflow) {
  case Dataflow::OutputStationary:
    return {Dim::M, Dim::N, Dim::K};
  case Dataflow::WeightStationary:
    return {Dim::K, Dim::N, Dim::M};
  case Dataflow::InputStationary:
    return {Dim::K, Dim::M, Dim::N};
  }
  llvm_unreachable("unknown dataflow");
}

Expected<FoldNest> FoldNest::get(const Schedule &schedule, Dataflow dataflow,
                                 int64_t rows, int64_t columns) {
  FoldNest nest;
  nest.dataflow = dataflow;
  nest.rows = rows;
  const bool outputs = dataflow == Dataflow::OutputStationary;
  nest.skew = (outputs ? rows : 2 * rows) + columns - 2;

  const std::array<Dim, 3> dims = getDims(dataflow);
  auto addLoop = [&, level = 0](Dim dim) mutable {
    auto axis = static_cast<Axis>(find(dims, dim) - dims.begin());
    int64_t extent = schedule.getExtent(dim), step = schedule.getStep(dim);
    nest.levels[int(axis)] = level;
    nest.loops[level++] = {axis, extent, step, divideCeilSigned(extent, step),
                           1};
  };
  // A dimension without a loop has one iteration, wherever it stands.
  for (Dim dim : dims)
    if (none_of(schedule.getLoops(),
                [&](const ScheduleLoop &loop) { return loop.dim == dim; }))
      addLoop(dim);
  for (const ScheduleLoop &loop : schedule.getLoops())
    if (loop.dim != Dim::Batch)
      addLoop(loop.dim);

  constexpr Axis row = Axis::Row, column = Axis::Column, time = Axis::Time;
  switch (dataflow) {
  case Dataflow::OutputStationary:
    nest.ifmap = {{row, time}, column};
    nest.filter = {{time, column}, row};
    nest.ofmap = {{row, column}, time};
    break;
  case Dataflow::WeightStationary:
    nest.ifmap = {{row, time}, column};
    nest.filter = {{row, column}, time};
    nest.ofmap = {{time, column}, row};
    break;
  case Dataflow::InputStationary:
    nest.ifmap = {{row, column}, time};
    nest.filter = {{row, time}, column};
    nest.ofmap = {{time, column}, row};
    break;
  }

  // The sum of any three still fits 64 bits.
  constexpr int64_t most = int64_t(1) << 61;
  const FoldLoop &r = nest.getLoop(row), &c = nest.getLoop(column),
                 &t = nest.getLoop(time);
  auto fits = [](Count count) {
    return !count.hasOverflowed() && count.getValue() <= most;
  };
  if (!fits(Count(r.trips) * c.trips * (Count(t.trips) * nest.skew + t.extent)))
    return createStringError("a run has more than 2^61 'cycles'");
  for (auto [name, operand] : {std::pair("'sram_ifmap_reads'", nest.ifmap),
                               std::pair("'sram_filter_reads'", nest.filter),
                               std::pair("'sram_ofmap_writes'", nest.ofmap)})
    if (!fits(Count(nest.getLoop(operand.dims[0]).extent) *
              nest.getLoop(operand.dims[1]).extent *
              nest.getLoop(operand.reuse).trips))
      return createStringError("a run has more than 2^61 " + Twine(name));
  nest.loops[1].inside = nest.loops[2].trips;
  nest.loops[0].inside = nest.loops[1].trips * nest.loops[2].trips;
  return nest;
}

Dim FoldNest::getDim(Axis axis) const { return getDims(dataflow)[int(axis)]; }

FoldNest::Fold FoldNest::getFold(int64_t index) const {
  Fold fold;
  for (auto [trip, loop] : zip_equal(fold, loops)) {
    trip = index / loop.inside;
    index -= trip * loop.inside;
  }
  return fold;
}

FoldNest::Fold FoldNest::getLastFold() const {
  return {loops[0].trips - 1, loops[1].trips - 1, loops[2].trips - 1};
}

int64_t FoldNest::getFirstCycle(const Fold &fold) const {
  // Whole iterations of each level, of which each has done all of the time that
  // lies inside it, or else as much as the level's own iteration.
  int64_t cycles = 0, timeOutside = 0;
  bool outside = false;
  for (auto [trip, loop] : zip_equal(fold, loops)) {
    const int64_t folds = trip * loop.inside;
    cycles += folds * skew;
    if (loop.axis == Axis::Time) {
      cycles += trip * loop.step * loop.inside;
      timeOutside = loop.getSize(trip);
      outside = true;
    } else if (outside) {
      cycles += folds * timeOutside;
    } else {
      const FoldLoop &time = getLoop(Axis::Time);
      cycles += folds / time.trips * time.extent;
    }
  }
  return cycles;
}

int64_t FoldNest::getNumCycles() const {
  const FoldLoop &time = getLoop(Axis::Time);
  return getNumFolds() * skew + getNumFolds() / time.trips * time.extent;
}

Pattern FoldNest::getPattern(const Operand &operand, const Fold &fold) const {
  const int64_t r = getSize(fold, Axis::Row), c = getSize(fold, Axis::Column),
                t = getSize(fold, Axis::Time);
  if (dataflow == Dataflow::OutputStationary)
    switch (operand.reuse) {
    case Axis::Column:
      return {0, t, r, true};
    case Axis::Row:
      return {0, t, c, true};
    case Axis::Time:
      // The bottom row leaves first, used or not.
      return {t - 1 + rows - r, r, c, true};
    }
  switch (operand.reuse) {
  case Axis::Column:
    return {rows, t, r, true};
  case Axis::Row:
    return {2 * rows - 1, t, c, true};
  case Axis::Time:
    // The operand that stays: what goes to the bottom row enters first.
    return {rows - r, r, c, false};
  }
  llvm_unreachable("unknown axis");
}

int64_t FoldNest::getNumWords(const Operand &operand) const {
  return getLoop(operand.dims[0]).extent * getLoop(operand.dims[1]).extent;
}

int64_t FoldNest::getRequestsBefore(const Operand &operand,
                                    const Fold &fold) const {
  int64_t requests = 0, perFold = 1;
  // Words that one iteration of all the loops further inside asks for.
  int64_t inside = getNumRequests(operand);
  for (auto [trip, loop] : zip_equal(fold, loops)) {
    const bool dim = operand.has(loop.axis);
    inside /= dim ? loop.extent : loop.trips;
    requests += perFold * inside * trip * (dim ? loop.step : 1);
    if (dim)
      perFold *= loop.getSize(trip);
  }
  return requests;
}

int64_t FoldNest::getCycle(const Operand &operand, int64_t request) const {
  Fold fold;
  int64_t perFold = 1, inside = getNumRequests(operand);
  for (auto [trip, loop] : zip_equal(fold, loops)) {
    const bool dim = operand.has(loop.axis);
    inside /= dim ? loop.extent : loop.trips;
    const int64_t each = perFold * inside * (dim ? loop.step : 1);
    trip = std::min(request / each, loop.trips - 1);
    request -= trip * each;
    if (dim)
      perFold *= loop.getSize(trip);
  }
  Pattern pattern = getPattern(operand, fold);
  return getFirstCycle(fold) + pattern.first + pattern.getLine(request);
}

Span FoldNest::getRequestSpan(const Operand &operand) const {
  const Fold last = getLastFold();
  const Pattern pattern = getPattern(operand, last);
  return {getPattern(operand, Fold{}).first,
          getFirstCycle(last) + pattern.first + pattern.getNumLines() - 1};
}
