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
                                 bool transposed) {
  Schedule schedule(loops, tile, transposed);
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
  return schedule;
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
  SmallVector<FoldClass, 8> classes;
  Count total;
  for (Part m : cut(Dim::M))
    for (Part n : cut(Dim::N))
      for (Part k : cut(Dim::K)) {
        Count count = Count(getNumRuns()) * m.count * n.count * k.count;
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
  return hash;
}
