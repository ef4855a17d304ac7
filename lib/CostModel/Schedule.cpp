//===- Schedule.cpp - The folds of a kernel as plain numbers --------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/CostModel/Schedule.h"
#include "Count.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/MathExtras.h"

#include <array>

using namespace llvm;
using namespace onebit;

StringRef onebit::stringifyDim(Dim dim) {
  switch (dim) {
  case Dim::Batch:
    return "batch";
  case Dim::M:
    return "m";
  case Dim::N:
    return "n";
  case Dim::K:
    return "k";
  }
  llvm_unreachable("unknown dimension");
}

/// Folds of a masked product are looked at one by one.
static constexpr int64_t kMaxMaskedFolds = int64_t(1) << 24;

/// Elements of `dim` in a fold.
static int64_t getSize(const Tile &tile, Dim dim) {
  switch (dim) {
  case Dim::Batch:
    return 1;
  case Dim::M:
    return tile.m;
  case Dim::N:
    return tile.n;
  case Dim::K:
    return tile.k;
  }
  llvm_unreachable("unknown dimension");
}

Expected<Schedule> Schedule::get(ArrayRef<ScheduleLoop> loops, Tile tile,
                                 bool transposed,
                                 std::optional<CausalMask> mask) {
  Schedule schedule(loops, tile, transposed);
  schedule.mask = mask;
  for (Dim dim : {Dim::M, Dim::N, Dim::K})
    if (getSize(tile, dim) < 1)
      return createStringError("a fold must do at least one element of " +
                               stringifyDim(dim) + ", got " +
                               Twine(getSize(tile, dim)));
  for (const ScheduleLoop &loop : schedule.loops) {
    if (schedule.lookupLoop(loop.dim) != &loop)
      return createStringError("two loops run over " + stringifyDim(loop.dim));
    if (loop.step < 1 || loop.step > loop.extent)
      return createStringError("the step of the loop over " +
                               stringifyDim(loop.dim) +
                               " must be between 1 and its extent, got " +
                               Twine(loop.step) + " of " + Twine(loop.extent));
    if (loop.step != getSize(tile, loop.dim))
      return createStringError("the loop over " + stringifyDim(loop.dim) +
                               " steps by " + Twine(loop.step) +
                               ", but a fold does " +
                               Twine(getSize(tile, loop.dim)));
  }
  if (mask) {
    if (mask->keys != Dim::M && mask->keys != Dim::N)
      return createStringError("keys of a mask must lie along m or n, got " +
                               stringifyDim(mask->keys));
    const Dim queries = mask->keys == Dim::M ? Dim::N : Dim::M;
    const int64_t all = schedule.getExtent(queries);
    const int64_t keys = schedule.getExtent(mask->keys);
    if (mask->period < 1 || all % mask->period != 0 || mask->period > keys ||
        mask->window < 0)
      return createStringError(
          "a mask must be of heads that divide the " + Twine(all) +
          " queries and have no more of them than there are keys, " +
          Twine(keys) + ", and of no negative window, got " +
          Twine(mask->period) + " queries a head and a window of " +
          Twine(mask->window));
  }
  return schedule;
}

int64_t Schedule::getNumSteps(Dim dim) const {
  const ScheduleLoop *loop = lookupLoop(dim);
  return loop == loops.end() ? 1 : divideCeil(loop->extent, loop->step);
}

bool Schedule::isHidden(int64_t m, int64_t n) const {
  if (!mask)
    return false;
  const bool alongN = mask->keys == Dim::N;
  const Dim queries = alongN ? Dim::M : Dim::N;
  // First and last.
  auto range = [&](Dim dim, int64_t index) {
    const int64_t begin = index * getStep(dim);
    return std::pair(begin, std::min(begin + getStep(dim), getExtent(dim)) - 1);
  };
  auto [firstQuery, lastQuery] = range(queries, alongN ? m : n);
  auto [firstKey, lastKey] = range(mask->keys, alongN ? n : m);

  // Query t uses key j where firstUser <= t <= lastUser for one of the keys.
  const int64_t offset = getExtent(mask->keys) - mask->period;
  const int64_t firstUser = firstKey - offset;
  const int64_t lastUser =
      mask->window == 0 || lastKey >= INT64_MAX - mask->window
          ? INT64_MAX
          : lastKey - offset + mask->window - 1;
  auto uses = [&](int64_t first, int64_t last) {
    return first <= lastUser && last >= firstUser;
  };
  const int64_t first = firstQuery % mask->period;
  const int64_t last = lastQuery % mask->period;
  if (firstQuery / mask->period == lastQuery / mask->period)
    return !uses(first, last);
  // The end of one head, whole ones, and the beginning of another.
  const bool hasWhole =
      lastQuery / mask->period - firstQuery / mask->period > 1;
  return !uses(first, mask->period - 1) && !uses(0, last) &&
         !(hasWhole && uses(0, mask->period - 1));
}

bool Schedule::hasHiddenFolds() const {
  if (!mask)
    return false;
  const int64_t stepsM = getNumSteps(Dim::M), stepsN = getNumSteps(Dim::N);
  for (int64_t m = 0; m < stepsM; ++m)
    for (int64_t n = 0; n < stepsN; ++n)
      if (isHidden(m, n))
        return true;
  return false;
}

const ScheduleLoop *Schedule::lookupLoop(Dim dim) const {
  return find_if(loops,
                 [&](const ScheduleLoop &loop) { return loop.dim == dim; });
}

int64_t Schedule::getExtent(Dim dim) const {
  const ScheduleLoop *loop = lookupLoop(dim);
  return loop == loops.end() ? getSize(tile, dim) : loop->extent;
}

int64_t Schedule::getStep(Dim dim) const { return getSize(tile, dim); }

Expected<SmallVector<FoldClass, 8>> Schedule::getFoldClasses() const {
  // How often a fold does how much of one dimension.
  struct Part {
    int64_t count, size;
  };
  auto cut = [&](Dim dim) {
    int64_t extent = getExtent(dim), step = getStep(dim);
    SmallVector<Part, 2> parts{{extent / step, step}};
    if (extent % step != 0)
      parts.push_back({1, extent % step});
    return parts;
  };
  // Folds in a batch entry that are not left out, by whether they do what is
  // left of m and of n.
  std::array<std::array<int64_t, 2>, 2> visible{};
  if (mask) {
    const int64_t stepsM = getNumSteps(Dim::M), stepsN = getNumSteps(Dim::N);
    if (stepsM > kMaxMaskedFolds / stepsN)
      return createStringError(
          "a masked product may have up to " + Twine(kMaxMaskedFolds) +
          " folds over m and n, got " + Twine(stepsM) + " x " + Twine(stepsN));
    auto isLeft = [&](Dim dim, int64_t index) {
      return (index + 1) * getStep(dim) > getExtent(dim);
    };
    for (int64_t m = 0; m < stepsM; ++m)
      for (int64_t n = 0; n < stepsN; ++n)
        visible[isLeft(Dim::M, m)][isLeft(Dim::N, n)] += !isHidden(m, n);
  }
  SmallVector<FoldClass, 8> classes;
  Count total;
  for (Part m : cut(Dim::M))
    for (Part n : cut(Dim::N))
      for (Part k : cut(Dim::K)) {
        Count count = Count(getNumRuns()) * m.count * n.count * k.count;
        if (mask)
          count = Count(getNumRuns()) * k.count *
                  visible[m.size < tile.m][n.size < tile.n];
        if (mask && count.getValue() == 0)
          continue;
        total += count;
        classes.push_back({count.getValue(), {m.size, n.size, k.size}});
      }
  if (total.hasOverflowed())
    return createStringError("there are more than 2^63-1 folds");
  return classes;
}

hash_code onebit::hash_value(const Schedule &schedule) {
  const Tile &tile = schedule.getTile();
  hash_code hash =
      hash_combine(tile.m, tile.n, tile.k, schedule.isTransposed());
  for (const ScheduleLoop &loop : schedule.getLoops())
    hash = hash_combine(hash, loop.dim, loop.extent, loop.step);
  if (const std::optional<CausalMask> &mask = schedule.getMask())
    hash = hash_combine(hash, mask->keys, mask->period, mask->window);
  return hash;
}
