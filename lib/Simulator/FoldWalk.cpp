//===- FoldWalk.cpp - Folds in order, and what they share -----------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FoldWalk.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace onebit;
using namespace onebit::sim;

/// Whether the tile of `operand` is named by the loop over `dim`.
static bool isIndexedBy(Operand operand, Dim dim) {
  switch (operand) {
  case Operand::Ifmap:
    return dim != Dim::N;
  case Operand::Filter:
    return dim != Dim::M;
  case Operand::Ofmap:
    return dim != Dim::K;
  }
  llvm_unreachable("unknown operand");
}

Expected<Plan> Plan::get(const Schedule &schedule, const Parameters &machine) {
  Plan plan;
  for (const ScheduleLoop &loop : schedule.getLoops()) {
    if (loop.dim == Dim::Batch)
      break;
    if (loop.extent != loop.step)
      plan.batchOutermost = false;
  }
  const int64_t entries =
      plan.batchOutermost ? 1 : schedule.getExtent(Dim::Batch);
  const Tile all{schedule.getExtent(Dim::M), schedule.getExtent(Dim::N),
                 schedule.getExtent(Dim::K)};
  auto countElements = [](Operand operand, const Tile &tile) {
    return operand == Operand::Ifmap    ? tile.m * tile.k
           : operand == Operand::Filter ? tile.n * tile.k
                                        : tile.m * tile.n;
  };
  const Tile &tile = schedule.getTile();
  for (Operand operand : kOperands) {
    const int64_t half = machine.half[operand];
    const Format format = machine.format[operand];
    auto fits = [&](int64_t elements) {
      return getBits(format, elements) <= half;
    };
    if (machine.onChip[operand] &&
        (half == kNever ||
         getBits(format, schedule.getExtent(Dim::Batch) *
                             countElements(operand, all)) <= 2 * half)) {
      plan.residency[operand] = Residency::OnChip;
      continue;
    }
    if (half == kNever || fits(entries * countElements(operand, all)))
      continue;
    plan.residency[operand] = Residency::Tile;
    if (fits(countElements(operand, tile)))
      continue;
    const bool stays = operand == machine.getStationary();
    const int64_t lanes = machine.getLanes(operand, tile);
    if (stays || !fits(lanes))
      return createStringError(
          Twine(stays ? "a tile" : "one vector") + " of " +
          stringifyOperand(operand) + " has " + Twine(getBits(format, lanes)) +
          " bits, but half of its memory has " + Twine(half) +
          ": take a larger memory or an array of fewer rows and columns");
    plan.residency[operand] = Residency::Vectors;
    plan.groupVectors[operand] = half * format.elements / format.bits / lanes;
  }
  return plan;
}

FoldWalk::FoldWalk(const Schedule &schedule, const Plan &plan,
                   const Parameters &machine)
    : schedule(schedule), plan(plan), machine(machine),
      offsets(schedule.getLoops().size(), 0) {
  if (!isDoneAt(offsets))
    advance(offsets);
  nextOffsets = offsets;
  hasNext = advance(nextOffsets);
  describe();
}

int64_t FoldWalk::getOffset(Dim dim, const Offsets &offsets) const {
  for (auto [loop, offset] : zip_equal(schedule.getLoops(), offsets))
    if (loop.dim == dim)
      return offset;
  return 0;
}

bool FoldWalk::isDoneAt(const Offsets &offsets) const {
  return usesAnElement(schedule, getOffset(Dim::M, offsets),
                       getOffset(Dim::N, offsets));
}

bool sim::usesAnElement(const Schedule &schedule, int64_t m, int64_t n) {
  const std::optional<CausalMask> &mask = schedule.getMask();
  if (!mask)
    return true;
  const int64_t endM =
      std::min(m + schedule.getStep(Dim::M), schedule.getExtent(Dim::M));
  const int64_t endN =
      std::min(n + schedule.getStep(Dim::N), schedule.getExtent(Dim::N));
  const int64_t keys = schedule.getExtent(mask->keys);
  for (int64_t i = m; i < endM; ++i)
    for (int64_t j = n; j < endN; ++j) {
      const auto [query, key] =
          mask->keys == Dim::N ? std::pair(i, j) : std::pair(j, i);
      const int64_t own = keys - mask->period + query % mask->period;
      if (key <= own && (mask->window == 0 || key > own - mask->window))
        return true;
    }
  return false;
}

bool FoldWalk::advance(Offsets &offsets) const {
  while (step(offsets))
    if (isDoneAt(offsets))
      return true;
  return false;
}

bool FoldWalk::step(Offsets &offsets) const {
  ArrayRef<ScheduleLoop> loops = schedule.getLoops();
  for (size_t level = loops.size(); level-- > 0;) {
    if (offsets[level] < loops[level].extent - loops[level].step) {
      offsets[level] += loops[level].step;
      return true;
    }
    offsets[level] = 0;
  }
  return false;
}

void FoldWalk::next() {
  if (!hasNext) {
    isDone = true;
    return;
  }
  for (Operand operand : kOperands) {
    Use &use = fold.use[operand];
    if (plan.residency[operand] == Residency::Vectors)
      use.group += use.numGroups;
    else if (use.ends)
      ++use.group;
    use.begins = use.ends;
  }
  offsets = nextOffsets;
  hasNext = advance(nextOffsets);
  ++fold.index;
  describe();
}

bool FoldWalk::sameGroup(Operand operand, const Offsets &lhs,
                         const Offsets &rhs) const {
  for (auto [loop, left, right] : zip_equal(schedule.getLoops(), lhs, rhs)) {
    const bool named = plan.residency[operand] == Residency::Tile
                           ? isIndexedBy(operand, loop.dim)
                           : plan.batchOutermost && loop.dim == Dim::Batch;
    if (named && left != right)
      return false;
  }
  return true;
}

bool FoldWalk::isFirstUse(Operand operand) const {
  Offsets before = offsets;
  for (auto [loop, offset, first] :
       zip_equal(schedule.getLoops(), offsets, before)) {
    if (isIndexedBy(operand, loop.dim))
      continue;
    // What a mask leaves out uses nothing.
    for (first = 0; first < offset; first += loop.step)
      if (isDoneAt(before))
        return false;
    first = offset;
  }
  return true;
}

void FoldWalk::describe() {
  int64_t start[4] = {};
  Tile &tile = fold.tile = schedule.getTile();
  for (auto [loop, offset] : zip_equal(schedule.getLoops(), offsets)) {
    start[int(loop.dim)] = offset;
    const int64_t size = std::min(loop.step, loop.extent - offset);
    if (loop.dim == Dim::M)
      tile.m = size;
    else if (loop.dim == Dim::N)
      tile.n = size;
    else if (loop.dim == Dim::K)
      tile.k = size;
  }
  fold.batch = start[int(Dim::Batch)];
  fold.m = start[int(Dim::M)];
  fold.n = start[int(Dim::N)];
  fold.k = start[int(Dim::K)];
  fold.firstK = fold.k == 0;
  fold.lastK = fold.k + tile.k == schedule.getExtent(Dim::K);

  fold.mapping = getMapping(machine.dataflow, tile);
  fold.rows = machine.waited ? machine.rows : fold.mapping.rows;
  fold.columns = machine.waited ? machine.columns : fold.mapping.columns;
  const int64_t largest = getMapping(machine.dataflow, schedule.getTile()).rows;
  fold.passed = machine.waited || !machine.hidden || machine.sumsStay()
                    ? 0
                    : largest - fold.rows;
  if (machine.sumsStay()) {
    fold.sigma = std::max(machine.getPortCycles(Operand::Ifmap, fold.rows),
                          machine.getPortCycles(Operand::Filter, fold.columns));
    fold.delta = machine.getPortCycles(Operand::Ofmap, fold.columns);
  } else {
    const Operand stays = machine.getStationary();
    const Operand streams =
        stays == Operand::Filter ? Operand::Ifmap : Operand::Filter;
    fold.sigma = std::max(machine.getPortCycles(streams, fold.rows),
                          machine.getPortCycles(Operand::Ofmap, fold.columns));
    fold.rho = machine.getPortCycles(stays, fold.columns);
  }
  if (fold.index == 0)
    for (Operand operand : kOperands)
      fold.use[operand].begins = true;
  for (Operand operand : kOperands)
    describeUse(operand);
}

void FoldWalk::describeUse(Operand operand) {
  Use &use = fold.use[operand];
  const bool sums = operand == Operand::Ofmap;
  switch (plan.residency[operand]) {
  case Residency::OnChip:
    use.ends = !hasNext;
    use.comesIn = use.goesOut = false;
    return;
  case Residency::Whole:
    use.ends = !hasNext || !sameGroup(operand, offsets, nextOffsets);
    use.comesIn = !sums && isFirstUse(operand);
    use.goesOut = sums && fold.lastK;
    return;
  case Residency::Tile:
    use.ends = !hasNext || !sameGroup(operand, offsets, nextOffsets);
    use.comesIn = use.begins && !(sums && fold.firstK);
    use.goesOut = sums && use.ends;
    return;
  case Residency::Vectors:
    use.numGroups = divideCeil(fold.steps(), plan.groupVectors[operand]);
    use.begins = use.ends = true;
    use.comesIn = !(sums && fold.firstK);
    use.goesOut = sums;
    return;
  }
}
