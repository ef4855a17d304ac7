//===- OnebitMachinery.cpp - Folds, cases and groups of the machine -------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OnebitMachinery.h"

using namespace onebit;
using namespace onebit::test;

Machinery::Machinery(const Schedule &schedule, const ArrayDesc &array,
                     FilterKind kind)
    : schedule(schedule), array(array),
      machine(array.machine.value_or(Machine())),
      os(array.dataflow == Dataflow::OutputStationary),
      is(array.dataflow == Dataflow::InputStationary) {
  ifmap.format = machine.activation;
  ifmap.kb = array.ifmapKb;
  ifmap.port = machine.ifmapPort;
  ifmap.dram = machine.ifmapDram;
  ifmap.dims = {0, 1, 3};
  ifmap.stays = is;
  filter.format = kind == FilterKind::QuantizedWeight ? machine.weight
                  : kind == FilterKind::DenseWeight   ? machine.denseWeight
                                                      : machine.kv;
  filter.kb = array.filterKb;
  filter.port = machine.filterPort;
  filter.dram = machine.filterDram;
  filter.dims = {0, 2, 3};
  filter.stays = !os && !is;
  ofmap.format = machine.partialSum;
  ofmap.kb = array.ofmapKb;
  ofmap.port = machine.ofmapPort;
  ofmap.dram = machine.ofmapDram;
  ofmap.dims = {0, 1, 2};
  ofmap.stays = os;

  std::vector<int64_t> counters(schedule.getLoops().size());
  const bool skipped = machine.idleLanes == systolic::IdleLanes::Skipped;
  for (bool more = true; more;) {
    Fold fold{{},
              schedule.getStep(Dim::M),
              schedule.getStep(Dim::N),
              schedule.getStep(Dim::K),
              0,
              0,
              0,
              true,
              true};
    for (auto [loop, counter] :
         llvm::zip_equal(schedule.getLoops(), counters)) {
      fold.at[int(loop.dim)] = counter;
      int64_t size = std::min(loop.step, loop.extent - counter);
      if (loop.dim == Dim::M)
        fold.m = size;
      if (loop.dim == Dim::N)
        fold.n = size;
      if (loop.dim == Dim::K) {
        fold.k = size;
        fold.beginsK = counter == 0;
        fold.endsK = counter + loop.step >= loop.extent;
      }
    }
    fold.steps = os ? fold.k : is ? fold.n : fold.m;
    fold.r = !skipped ? array.rows : os ? fold.m : fold.k;
    fold.c = !skipped ? array.columns : is ? fold.m : fold.n;
    folds.push_back(fold);
    more = false;
    for (size_t level = counters.size(); level-- > 0 && !more;) {
      counters[level] += schedule.getLoops()[level].step;
      more = counters[level] < schedule.getLoops()[level].extent;
      if (!more)
        counters[level] = 0;
    }
  }
  decideCases();
  makeGroups();
}

void Machinery::decideCases() {
  // "All of them together", where loops of several steps lie around batch.
  bool together = false;
  for (const ScheduleLoop &loop : schedule.getLoops()) {
    if (loop.dim == Dim::Batch)
      break;
    together |= loop.step < loop.extent;
  }
  for (Matrix *matrix : {&ifmap, &filter, &ofmap}) {
    int64_t entry = 1;
    for (Dim dim : {Dim::M, Dim::N, Dim::K})
      if (matrix->dims.count(int(dim)))
        entry *= schedule.getExtent(dim);
    const int64_t all = entry * schedule.getExtent(Dim::Batch);
    const int64_t elements = together ? all : entry;
    const int64_t half = matrix->kb * 1024 * 8 / 2;
    if (!matrix->dram && (matrix->unlimited() || bitsOf(all, matrix->format) <=
                                                     matrix->kb * 1024 * 8)) {
      matrix->residency = OnChip;
    } else if (matrix->unlimited() ||
               bitsOf(elements, matrix->format) <= half) {
      matrix->residency = Whole;
    } else if (bitsOf(tileElements(*matrix, folds[0]), matrix->format) <=
               half) {
      matrix->residency = ByTile;
    } else {
      ASSERT_FALSE(matrix->stays) << "does not fit";
      matrix->residency = ByVectors;
      const int64_t width = lanes(*matrix, folds[0]);
      while (bitsOf((matrix->vectorsPerGroup + 1) * width, matrix->format) <=
             half)
        ++matrix->vectorsPerGroup;
      ASSERT_GT(matrix->vectorsPerGroup, 0) << "does not fit";
    }
    // Groups of what stays whole, for makeGroups.
    if (matrix->residency == Whole)
      matrix->outstanding.assign(together ? 1 : schedule.getExtent(Dim::Batch),
                                 0);
  }
}

void Machinery::makeGroups() {
  for (Matrix *matrix : {&ifmap, &filter, &ofmap}) {
    int64_t next = 0;
    for (size_t n = 0; n < folds.size(); ++n) {
      switch (matrix->residency) {
      case OnChip:
        matrix->firstGroup.push_back(0);
        next = 1;
        break;
      case Whole:
        matrix->firstGroup.push_back(
            matrix->outstanding.size() == 1 ? 0 : folds[n].at[0]);
        next = std::max(next, matrix->firstGroup.back() + 1);
        break;
      case ByTile:
        if (n == 0 ||
            nameTile(*matrix, folds[n]) != nameTile(*matrix, folds[n - 1]))
          ++next;
        matrix->firstGroup.push_back(next - 1);
        break;
      case ByVectors:
        matrix->firstGroup.push_back(next);
        next += ceilDiv(folds[n].steps, matrix->vectorsPerGroup);
        break;
      }
    }
    matrix->lastFold.assign(next, 0);
    matrix->released.assign(next, -1);
    matrix->outstanding.assign(next, 0);
    for (size_t n = 0; n < folds.size(); ++n)
      for (int64_t vector = 0; vector < folds[n].steps; ++vector)
        matrix->lastFold[matrix->group(n, vector)] = n;
  }
  // A group of sums has a write-back for each tile that it finishes, or one.
  if (ofmap.residency != Whole) {
    ofmap.outstanding.assign(ofmap.outstanding.size(), 1);
    return;
  }
  for (size_t n = 0; n < folds.size(); ++n)
    if (folds[n].endsK)
      ++ofmap.outstanding[ofmap.group(n, 0)];
}
