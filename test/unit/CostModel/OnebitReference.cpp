//===- OnebitReference.cpp - The machine, vector by vector ----------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OnebitReference.h"
#include "OnebitMachinery.h"

using namespace onebit;
using namespace onebit::test;

/// Puts vectors [vector, vector + count) of fold `n` on the channel.
void Machinery::load(Matrix &matrix, size_t n, int64_t vector, int64_t count) {
  const Fold &fold = folds[n];
  const int64_t width = lanes(matrix, fold);
  const int64_t bits = bitsOf(
      matrix.stays ? tileElements(matrix, fold) : width * count, matrix.format);
  int64_t ready = groupReady(matrix, matrix.group(n, vector));
  if (&matrix == &ofmap) {
    if (unwritten && unwritten->tile == nameTile(ofmap, fold) &&
        unwritten->firstVector == vector &&
        unwritten->lastVector == vector + count - 1)
      writeBack();
    ready = std::max(ready, writtenBy);
  }
  figures[&matrix == &ifmap    ? Metric::DramIfmapBits
          : &matrix == &filter ? Metric::DramFilterBits
                               : Metric::DramOfmapReadBits] += bits;
  auto [start, end] = transfer(bits, ready);
  std::vector<int64_t> &arrivals = matrix.arrivals[nameTile(matrix, fold)];
  if (matrix.stays) {
    arrivals.assign(1, end);
    return;
  }
  arrivals.resize(fold.steps, -1);
  for (int64_t i = 0; i < count; ++i)
    arrivals[vector + i] =
        start + (machine.dram ? ceilDiv(bitsOf((i + 1) * width, matrix.format),
                                        machine.dram)
                              : 0);
  EXPECT_EQ(arrivals[vector + count - 1], end);
}

void Machinery::writeBack() {
  if (!unwritten)
    return;
  figures[Metric::DramOfmapWriteBits] += unwritten->bits;
  int64_t end = transfer(unwritten->bits, unwritten->when).second;
  writtenBy = std::max(writtenBy, end);
  int64_t &groupEnd = groupWritten[unwritten->group];
  groupEnd = std::max(groupEnd, end);
  if (--ofmap.outstanding[unwritten->group] == 0)
    ofmap.released[unwritten->group] = groupEnd;
  unwritten.reset();
}

/// What of the schedule's sums is complete with `vector` of fold `n` is to be
/// written back.
void Machinery::complete(size_t n, int64_t vector, int64_t time) {
  const Fold &fold = folds[n];
  const bool endOfFold = vector == fold.steps - 1;
  Unwritten item{0, time,  ofmap.group(n, vector), nameTile(ofmap, fold),
                 0, vector};
  int64_t elements = tileElements(ofmap, fold);
  switch (ofmap.residency) {
  case OnChip:
    return;
  case Whole:
    if (!endOfFold || !fold.endsK)
      return;
    break;
  case ByTile:
    if (!endOfFold || ofmap.lastFold[item.group] != n)
      return;
    break;
  case ByVectors:
    if (!endOfFold && ofmap.group(n, vector + 1) == item.group)
      return;
    item.firstVector = vector / ofmap.vectorsPerGroup * ofmap.vectorsPerGroup;
    elements = lanes(ofmap, fold) * (vector - item.firstVector + 1);
    break;
  }
  item.bits =
      bitsOf(elements, fold.endsK ? machine.activation : machine.partialSum);
  EXPECT_FALSE(unwritten) << "two write-backs at once";
  unwritten = item;
}

/// The transfers that stand before `vector` of fold `n`.
void Machinery::loadsOfVector(size_t n, int64_t vector) {
  const Fold &fold = folds[n];
  for (Matrix *matrix : {&ifmap, &filter, &ofmap}) {
    if (matrix->stays)
      continue;
    const bool sums = matrix == &ofmap;
    if (sums && (matrix->residency == Whole || fold.beginsK))
      continue;
    switch (matrix->residency) {
    case OnChip:
      break;
    case Whole:
      if (vector == 0 && !matrix->arrivals.count(nameTile(*matrix, fold)))
        load(*matrix, n, 0, fold.steps);
      break;
    case ByTile:
      if (vector == 0 && (n == 0 || nameTile(*matrix, fold) !=
                                        nameTile(*matrix, folds[n - 1])))
        load(*matrix, n, 0, fold.steps);
      break;
    case ByVectors:
      if (vector == 0)
        matrix->arrivals.clear();
      if (vector % matrix->vectorsPerGroup == 0)
        load(*matrix, n, vector,
             std::min(matrix->vectorsPerGroup, fold.steps - vector));
      break;
    }
  }
  writeBack();
}

/// Reads a vector that the feeder could read at `could`; its time.
int64_t Machinery::readVector(size_t n, int64_t vector, int64_t could,
                              int64_t sigma) {
  const Fold &fold = folds[n];
  int64_t read = could;
  const Matrix *cause = nullptr;
  for (const Matrix *matrix : {&ifmap, &filter, &ofmap}) {
    if (matrix->stays || matrix->residency == OnChip)
      continue;
    int64_t condition = 0;
    if (auto found = matrix->arrivals.find(nameTile(*matrix, fold));
        found != matrix->arrivals.end() &&
        !(matrix == &ofmap && (matrix->residency == Whole || fold.beginsK))) {
      condition = found->second.at(vector);
      EXPECT_GE(condition, 0);
    } else {
      EXPECT_EQ(matrix, &ofmap);
    }
    if (matrix == &ofmap)
      condition =
          std::max(condition, groupReady(ofmap, ofmap.group(n, vector)));
    if (condition > read) {
      read = condition;
      cause = matrix;
    }
  }
  if (cause)
    waitFor(stallOf(*cause), could, read);
  figures[Metric::StreamCycles] += 1;
  figures[Metric::PortCycles] += sigma - 1;
  const int64_t e = read + sigma;
  for (Matrix *matrix : {&ifmap, &filter})
    if (!matrix->stays && matrix->lastFold[matrix->group(n, vector)] == n)
      matrix->released[matrix->group(n, vector)] = e;
  return read;
}

void Machinery::runOutputStationary(size_t n) {
  const Fold &fold = folds[n];
  const int64_t sigma = std::max(atPort(ifmap, fold.r), atPort(filter, fold.c));
  const int64_t delta = atPort(ofmap, fold.c);
  for (int64_t t = 0; t < fold.steps; ++t) {
    loadsOfVector(n, t);
    feeder = readVector(n, t, feeder, sigma) + sigma;
  }
  int64_t tileThere = groupReady(ofmap, ofmap.group(n, 0));
  if (ofmap.residency == ByTile && !fold.beginsK &&
      (n == 0 || ofmap.group(n - 1, 0) != ofmap.group(n, 0))) {
    load(ofmap, n, 0, fold.m);
    tileThere =
        std::max(tileThere, ofmap.arrivals[nameTile(ofmap, fold)].front());
  }
  int64_t entered = feeder;
  if (machine.drain == systolic::Overlap::Hidden && lastRow)
    entered = waitFor(Metric::DrainCycles, entered, lastRow->first + 1);
  entered = waitFor(Metric::StallOfmapCycles, entered, tileThere);
  feeder = entered;

  if (machine.drain == systolic::Overlap::Hidden) {
    std::vector<int64_t> leaves(fold.r);
    for (int64_t row = 0; row < fold.r; ++row) {
      if (row == 0)
        leaves[0] =
            std::max(entered, lastRow ? lastRow->first + lastRow->second : 0);
      else
        leaves[row] = std::max(entered + 2 * row, leaves[row - 1] + delta);
    }
    lastRow = {leaves.back(), delta};
    lastComplete = leaves.back() + fold.c - 1 + delta;
  } else {
    lastComplete = entered + fold.r + fold.c - 2 + fold.r * delta;
    feeder = waitFor(Metric::DrainCycles, entered, lastComplete);
  }
  allComplete = std::max(allComplete, lastComplete);
  complete(n, fold.steps - 1, lastComplete);
}

void Machinery::runStationary(size_t n) {
  const Fold &fold = folds[n];
  const bool hidden = machine.preload == systolic::Overlap::Hidden;
  Matrix &held = is ? ifmap : filter;
  const Matrix &streamed = is ? filter : ifmap;
  const int64_t sigma =
      std::max(atPort(streamed, fold.r), atPort(ofmap, fold.c));
  const int64_t rho = atPort(held, fold.c);
  const int64_t passed = hidden ? folds[0].r - fold.r : 0;

  const bool newTile =
      n == 0 || nameTile(held, fold) != nameTile(held, folds[n - 1]);
  int64_t arrived = 0;
  if (held.residency != OnChip) {
    if (held.residency == ByTile ? newTile
                                 : !held.arrivals.count(nameTile(held, fold)))
      load(held, n, 0, 0);
    arrived = held.arrivals[nameTile(held, fold)].front();
  }
  const int64_t q = n == 0   ? 0
                    : hidden ? firstRead + lastSigma - 1
                             : lastComplete;
  const int64_t preloaded = std::max(q, arrived) + fold.r * rho;
  if (held.lastFold[held.group(n, 0)] == n)
    held.released[held.group(n, 0)] = preloaded;

  for (int64_t t = 0; t < fold.steps; ++t) {
    loadsOfVector(n, t);
    if (t == 0) {
      feeder = waitFor(Metric::DrainCycles, feeder, q);
      feeder = waitFor(stallOf(held), feeder, arrived);
      feeder = waitFor(Metric::PreloadCycles, feeder, preloaded);
    }
    int64_t read = readVector(n, t, feeder, sigma);
    if (t == 0)
      firstRead = read;
    feeder = read + sigma;
    lastComplete = feeder + passed + fold.r + fold.c - 2;
    complete(n, t, lastComplete);
  }
  lastSigma = sigma;
  allComplete = std::max(allComplete, lastComplete);
}

Figures Machinery::run() {
  for (Metric metric :
       {Metric::StallIfmapCycles, Metric::StallFilterCycles,
        Metric::StallOfmapCycles, Metric::StreamCycles, Metric::PortCycles,
        Metric::PreloadCycles, Metric::DrainCycles, Metric::DramIfmapBits,
        Metric::DramFilterBits, Metric::DramOfmapReadBits,
        Metric::DramOfmapWriteBits, Metric::SramOfmapReads})
    figures[metric] = 0;
  for (size_t n = 0; n < folds.size(); ++n) {
    const Fold &fold = folds[n];
    if (os)
      runOutputStationary(n);
    else
      runStationary(n);
    figures[Metric::Folds] += 1;
    figures[Metric::MACs] += fold.m * fold.n * fold.k;
    figures[Metric::SramIfmapReads] += fold.m * fold.k;
    figures[Metric::SramFilterReads] += fold.n * fold.k;
    figures[Metric::SramOfmapWrites] += fold.m * fold.n;
    figures[Metric::SramOfmapReads] += fold.beginsK ? 0 : fold.m * fold.n;
    figures[Metric::MappedPEs] += os   ? fold.m * fold.n
                                  : is ? fold.k * fold.m
                                       : fold.k * fold.n;
  }
  writeBack();
  int64_t end = waitFor(Metric::DrainCycles, feeder, allComplete);
  end =
      waitFor(Metric::StallOfmapCycles, end, std::max(channelFree, writtenBy));
  figures[Metric::Cycles] = end;
  figures[Metric::StallCycles] = figures[Metric::StallIfmapCycles] +
                                 figures[Metric::StallFilterCycles] +
                                 figures[Metric::StallOfmapCycles];
  return figures;
}

Figures onebit::test::evaluateVectorByVector(const Schedule &schedule,
                                             const ArrayDesc &array,
                                             FilterKind filter) {
  return Machinery(schedule, array, filter).run();
}
