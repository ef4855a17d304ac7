//===- OutputStationaryArray.cpp - Sums that stay -------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OutputStationaryArray.h"

using namespace llvm;
using namespace onebit::sim;

OutputStationaryArray::OutputStationaryArray(int64_t rows, int64_t columns,
                                             bool hidden)
    : rows(rows), columns(columns), stride(columns), hidden(hidden),
      ifmap(rows, columns), filter(rows, columns), sums(rows * columns),
      chainSums(hidden ? sums.size() : 0), chainFolds(chainSums.size()),
      moves(hidden ? rows : 0, columns, /*delay=*/0),
      leaving(hidden ? columns : 0) {}

void OutputStationaryArray::reshape(int64_t newRows, int64_t newColumns) {
  if (newRows == rows && newColumns == columns)
    return;
  rows = newRows;
  columns = newColumns;
  // What has run out of the part that was used.
  ifmap.clear();
  filter.clear();
}

Error OutputStationaryArray::enterIfmap(ArrayRef<int16_t> lanes,
                                        VectorTag tag) {
  if (!hidden && !finishing.empty())
    return createStringError("a vector comes to sums that have not left");
  operandCycles = rows + columns - 1;
  return ifmap.enter(lanes, tag);
}

Error OutputStationaryArray::enterFilter(ArrayRef<int16_t> lanes,
                                         VectorTag tag) {
  operandCycles = rows + columns - 1;
  return filter.enter(lanes, tag);
}

void OutputStationaryArray::enterLast(const Extent &extent) {
  waves.push_back({extent, 0});
  finishing.push_back({extent});
}

Error OutputStationaryArray::multiply() {
  if (operandCycles == 0)
    return Error::success();
  --operandCycles;
  steps += rows * columns;
  VectorTag wrong = 0;
  for (int64_t i = 0; i < rows; ++i) {
    const int16_t *left = ifmap.values[i], *above = filter.values[i];
    const VectorTag *leftTags = ifmap.tags[i], *aboveTags = filter.tags[i];
    int32_t *sum = sums.data() + i * stride;
    for (int64_t j = 0; j < columns; ++j) {
      sum[j] += left[j] * above[j];
      wrong |= leftTags[j] ^ aboveTags[j];
    }
  }
  if (wrong != 0)
    return createStringError("lanes of two vectors meet in a processing "
                             "element");
  for (Wave &wave : waves) {
    const auto &[extent, age] = wave;
    const int64_t top = std::max<int64_t>(0, age - (extent.columns - 1));
    for (int64_t i = top; i < extent.rows && i <= age; ++i)
      if (Error error = finish(extent, i, age - i))
        return error;
    ++wave.age;
  }
  auto isOver = [](const Wave &wave) {
    return wave.age >= wave.extent.rows + wave.extent.columns - 1;
  };
  while (!waves.empty() && isOver(waves.front()))
    waves.pop_front();
  ifmap.advance();
  filter.advance();
  return Error::success();
}

static Error failMeet(int64_t row, int64_t column) {
  return createStringError("two sums meet in a drain register of row " +
                           Twine(row) + ", from column " + Twine(column) +
                           " on");
}

Error OutputStationaryArray::finish(const Extent &extent, int64_t row,
                                    int64_t column) {
  ++lookup(extent.fold).numFinished;
  if (!hidden)
    return Error::success();
  const int64_t i = row * stride + column;
  if (chainFolds[i] != 0)
    return failMeet(row, column);
  chainSums[i] = sums[i];
  chainFolds[i] = int32_t(extent.fold + 1);
  sums[i] = 0;
  ++numInChain;
  chainCycles = columns;
  return Error::success();
}

Error OutputStationaryArray::drain(Sink sink) {
  if (!isDraining())
    return Error::success();
  return hidden ? drainHidden(sink) : drainExposed(sink);
}

Error OutputStationaryArray::drainExposed(Sink sink) {
  const auto &[extent, numFinished, numLeft] = finishing.front();
  if (numFinished < finishing.front().size())
    return Error::success();
  if (leavingCycles == 0)
    leavingCycles = extent.delta;
  if (--leavingCycles > 0)
    return Error::success();
  for (int64_t j = 0; j < extent.columns; ++j)
    if (Error error = sink(extent.fold, leavingRow, j, sums[j]))
      return error;
  // All sums climb.
  std::copy(sums.begin() + stride, sums.end(), sums.begin());
  std::fill(sums.end() - stride, sums.end(), 0);
  if (++leavingRow < extent.rows)
    return Error::success();
  leavingRow = 0;
  drainedFold = extent.fold;
  finishing.pop_front();
  return Error::success();
}

Error OutputStationaryArray::drainHidden(Sink sink) {
  controlChain();
  if (Error error = leave(sink))
    return error;
  if (Error error = climb())
    return error;
  moves.advance();
  if (numInChain == 0)
    --chainCycles;
  return Error::success();
}

/// In column 0 a sum climbs if the register above is empty, or becomes so in
/// this cycle.
void OutputStationaryArray::controlChain() {
  portCycles = std::max<int64_t>(portCycles - 1, 0);
  bool isFree = portCycles == 0;
  for (int64_t i = 0; i < rows; ++i) {
    const bool isFull = chainFolds[i * stride] != 0;
    moves.ahead(i, 0) = isFull && isFree ? -1 : 0;
    isFree |= !isFull;
  }
  if (moves.ahead(0, 0) == 0)
    return;
  const Extent &extent = lookup(chainFolds[0] - 1).extent;
  portCycles = extent.delta;
  if (++numLeftInColumn0 < extent.rows)
    return;
  numLeftInColumn0 = 0;
  drainedFold = extent.fold;
}

Error OutputStationaryArray::leave(Sink sink) {
  const int32_t *leaves = moves[0];
  for (int64_t j = 0; j < columns; ++j) {
    Leaving &port = leaving[j];
    if (leaves[j] & chainFolds[j]) {
      const int64_t fold = chainFolds[j] - 1;
      if (port.cycles > 0)
        return failMeet(0, j);
      if (port.fold != fold) {
        if (port.rowsToCome > 0)
          return createStringError(
              "a sum of fold " + Twine(fold) + " leaves column " + Twine(j) +
              " before the last of fold " + Twine(port.fold));
        port.fold = fold;
        port.rowsToCome = lookup(fold).extent.rows;
      }
      --port.rowsToCome;
      port.sum = chainSums[j];
      port.cycles = lookup(fold).extent.delta;
      chainFolds[j] = 0;
    }
    if (port.cycles == 0 || --port.cycles > 0)
      continue;
    Finishing &finishing = lookup(port.fold);
    const int64_t row = finishing.extent.rows - 1 - port.rowsToCome;
    if (Error error = sink(port.fold, row, j, port.sum))
      return error;
    --numInChain;
    ++finishing.numLeft;
  }
  while (!finishing.empty() &&
         finishing.front().numLeft == finishing.front().size())
    finishing.pop_front();
  return Error::success();
}

Error OutputStationaryArray::climb() {
  for (int64_t i = 1; i < rows; ++i) {
    const int32_t *climbs = moves[i];
    int32_t *sum = chainSums.data() + i * stride, *sumAbove = sum - stride;
    int32_t *fold = chainFolds.data() + i * stride, *foldAbove = fold - stride;
    int32_t meeting = 0;
    for (int64_t j = 0; j < columns; ++j) {
      const int32_t mask = climbs[j];
      meeting |= mask & foldAbove[j];
      sumAbove[j] = (sum[j] & mask) | (sumAbove[j] & ~mask);
      foldAbove[j] |= fold[j] & mask;
      fold[j] &= ~mask;
    }
    if (meeting != 0)
      return failMeet(i - 1, 0);
  }
  return Error::success();
}
