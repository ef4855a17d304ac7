//===- OperandStationaryArray.cpp - Weights or inputs that stay -----------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OperandStationaryArray.h"

using namespace llvm;
using namespace onebit::sim;

OperandStationaryArray::OperandStationaryArray(int64_t rows, int64_t columns)
    : rows(rows), columns(columns), stride(columns), lanes(rows, columns),
      sums(rows, columns), zeros(columns), kept(rows * columns),
      shadows(rows * columns), shadowTags(rows * columns), above(1, columns) {}

void OperandStationaryArray::reshape(int64_t newRows, int64_t newColumns) {
  if (newRows == rows && newColumns == columns)
    return;
  rows = newRows;
  columns = newColumns;
  // What has run out of the part that was used.
  lanes.clear();
  sums.clear();
}

/// What the registers of a fold's tile are known by.
static VectorTag getFoldTag(int64_t fold) { return fold % 65535 + 1; }

Error OperandStationaryArray::preload(ArrayRef<int16_t> row, int64_t fold) {
  fallCycles = rows + columns;
  return above.enter(row, getFoldTag(fold));
}

Error OperandStationaryArray::enterLanes(ArrayRef<int16_t> values,
                                         VectorTag tag) {
  vectorCycles = rows + columns - 1;
  return lanes.enter(values, tag);
}

Error OperandStationaryArray::enterSums(VectorTag tag) {
  vectorCycles = rows + columns - 1;
  return sums.enter(ArrayRef<int32_t>(zeros).take_front(columns), tag);
}

Error OperandStationaryArray::step(Sink sink) {
  if (vectorCycles > 0) {
    --vectorCycles;
    for (Front &front : fronts) {
      if (Error error = takeOver(front))
        return error;
      ++front.age;
    }
    while (!fronts.empty() && fronts.front().age >= rows + columns - 1)
      fronts.pop_front();
    if (Error error = multiply(sink))
      return error;
  }
  if (fallCycles == 0)
    return Error::success();
  --fallCycles;
  return fall();
}

Error OperandStationaryArray::takeOver(const Front &front) {
  const auto &[extent, age] = front;
  const VectorTag tag = getFoldTag(extent.fold);
  for (int64_t i = std::max<int64_t>(0, age - (columns - 1));
       i < rows && i <= age; ++i) {
    const int64_t column = age - i, at = i * stride + column;
    if (i < extent.passed || column >= extent.columns) {
      kept[at] = 0;
      continue;
    }
    if (shadowTags[at] != tag)
      return createStringError("fold " + Twine(extent.fold) + " comes to row " +
                               Twine(i) + ", column " + Twine(column) +
                               " before its tile");
    kept[at] = shadows[at];
    shadowTags[at] = 0;
  }
  return Error::success();
}

Error OperandStationaryArray::multiply(Sink sink) {
  steps += rows * columns;
  VectorTag wrong = 0;
  for (int64_t i = 0; i < rows; ++i) {
    const int16_t *lane = lanes.values[i];
    const int16_t *keep = kept.data() + i * stride;
    const VectorTag *laneTags = lanes.tags[i], *sumTags = sums.tags[i];
    int32_t *sum = sums.values[i];
    for (int64_t j = 0; j < columns; ++j) {
      sum[j] += lane[j] * keep[j];
      wrong |= laneTags[j] ^ sumTags[j];
    }
  }
  if (wrong != 0)
    return createStringError("lanes of two vectors meet in a processing "
                             "element");
  const int32_t *sum = sums.values[rows - 1];
  const VectorTag *tags = sums.tags[rows - 1];
  for (int64_t j = 0; j < columns; ++j)
    if (tags[j] != 0)
      if (Error error = sink(tags[j], j, sum[j]))
        return error;
  lanes.advance();
  sums.advance();
  return Error::success();
}

Error OperandStationaryArray::fall() {
  for (int64_t i = rows - 1; i > 0; --i) {
    int16_t *value = shadows.data() + i * stride, *valueAbove = value - stride;
    VectorTag *tag = shadowTags.data() + i * stride, *tagAbove = tag - stride;
    for (int64_t j = 0; j < columns; ++j) {
      // All ones where the register is empty.
      const uint16_t mask = tag[j] == 0 ? 0xffff : 0;
      value[j] = (valueAbove[j] & mask) | (value[j] & ~mask);
      tag[j] |= tagAbove[j] & mask;
      tagAbove[j] &= ~mask;
    }
  }
  const int16_t *value = above.values[0];
  const VectorTag *tag = above.tags[0];
  VectorTag meeting = 0;
  for (int64_t j = 0; j < columns; ++j) {
    meeting |= shadowTags[j] != 0 ? tag[j] : 0;
    shadows[j] = tag[j] != 0 ? value[j] : shadows[j];
    shadowTags[j] |= tag[j];
  }
  above.advance();
  if (meeting != 0)
    return createStringError("two rows of tiles meet in one shadow register");
  return Error::success();
}
