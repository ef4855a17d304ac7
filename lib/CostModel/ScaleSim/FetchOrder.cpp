//===- FetchOrder.cpp - In which order user mode fetches words ------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FetchOrder.h"
#include <algorithm>

using namespace onebit;
using namespace onebit::scalesim;

FetchOrder::FetchOrder(const FoldNest &nest, const Operand &operand)
    : numWords(nest.getNumWords(operand)),
      ascends(operand.reuse != Axis::Time) {
  const FoldLoop &rows = nest.getLoop(Axis::Row),
                 &columns = nest.getLoop(Axis::Column);
  if (!ascends) {
    length = rows;
    width = columns;
    passes = repeats = 1;
    blocks = nest.getNumFolds();
  } else {
    length = nest.getLoop(Axis::Time);
    // Row folds are the inner loop.
    const bool byRows = operand.reuse == Axis::Column;
    width = byRows ? rows : columns;
    blocks = width.trips;
    passes = byRows ? columns.trips : 1;
    repeats = byRows ? 1 : rows.trips;
  }
  pattern = nest.getPattern(operand, FoldNest::Fold{});
}

Pattern FetchOrder::getPattern(int64_t block) const {
  Pattern result = pattern;
  if (ascends) {
    result.width = width.getSize(block);
    return result;
  }
  // Rows that the array has and the block has not come first, as nulls.
  result.length = length.getSize(block % length.trips);
  result.width = width.getSize(block / length.trips);
  result.first += pattern.length - result.length;
  return result;
}

int64_t FetchOrder::getWordsBeforeDiagonal(int64_t diagonal) const {
  // A stack of full blocks, without what the last one is short of.
  const int64_t last = blocks - 1;
  const Pattern stack{0, blocks * length.extent, width.step, true};
  const Pattern missing{0, length.extent, width.step - width.getSize(last),
                        true};
  int64_t words = stack.getWordsBefore(diagonal);
  if (missing.width > 0)
    words -= missing.getWordsBefore(diagonal - last * length.extent -
                                    width.getSize(last));
  return words;
}

Positions FetchOrder::getLine(int64_t block, int64_t line) const {
  const Pattern current = getPattern(block);
  if (!ascends) {
    const int64_t row =
        block % length.trips * length.step + current.length - 1 - line;
    const int64_t begin =
        block / length.trips * length.extent * width.step + row * current.width;
    return {begin, begin + current.width};
  }
  // On the antidiagonal, column by column: the columns of blocks below, those
  // asked for, those of blocks above. The last block has no columns from
  // `lastWidth` on.
  const int64_t diagonal = block * current.length + line;
  const int64_t first = std::max<int64_t>(0, line - current.length + 1);
  const int64_t count = std::min(current.width - 1, line) - first + 1;
  const int64_t stackFirst =
      std::max<int64_t>(0, diagonal - blocks * current.length + 1);
  const int64_t lastWidth = width.getSize(blocks - 1);
  const int64_t missing = std::max<int64_t>(
      0, std::min(first, diagonal - (blocks - 1) * current.length + 1) -
             std::max(stackFirst, lastWidth));
  const int64_t begin =
      getWordsBeforeDiagonal(diagonal) + first - stackFirst - missing;
  return {begin, begin + count};
}

Positions FetchOrder::getHull(int64_t block) const {
  const int64_t lastLine = getPattern(block).getNumLines() - 1;
  const Positions first = getLine(block, 0), last = getLine(block, lastLine);
  return {std::min(first.begin, last.begin), std::max(first.end, last.end)};
}
