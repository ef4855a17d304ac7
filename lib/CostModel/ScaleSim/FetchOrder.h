//===- FetchOrder.h - In which order user mode fetches words ----*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_COSTMODEL_SCALESIM_FETCHORDER_H
#define ONEBIT_LIB_COSTMODEL_SCALESIM_FETCHORDER_H

#include "FoldNest.h"

namespace onebit::scalesim {

/// Positions from `begin` to before `end`.
struct Positions {
  int64_t begin, end;
  bool contains(const Positions &other) const {
    return begin <= other.begin && other.end <= end;
  }
};

/// Where the words of an operand stand in the order in which user mode fetches
/// them, for SCALE-Sim's own loop nest.
///
/// The folds go `passes` times over `blocks` blocks of words, `repeats` times
/// over each. The tool stacks the blocks upon each other. It fetches an operand
/// that stays row by row, and one that streams along the antidiagonals of the
/// stack, as the skewed ports ask for it. So the requests of a cycle are for
/// consecutive positions either way. From cycle to cycle of a fold they ascend
/// if the operand streams. They descend if it stays, since its bottom row goes
/// first.
class FetchOrder {
public:
  FetchOrder(const FoldNest &nest, const Operand &operand);

  int64_t passes, blocks, repeats;
  int64_t numWords;
  bool ascends;

  /// When a fold of `block` asks for its words.
  Pattern getPattern(int64_t block) const;
  /// What it asks for in one of its lines.
  Positions getLine(int64_t block, int64_t line) const;
  /// What it asks for at all, and perhaps words in between. Blocks but the last
  /// one begin and end in ascending order.
  Positions getHull(int64_t block) const;

private:
  /// Words of the stack before antidiagonal `diagonal`.
  int64_t getWordsBeforeDiagonal(int64_t diagonal) const;

  /// The axes along which a block is long and wide.
  FoldLoop length, width;
  /// Of a full block.
  Pattern pattern;
};

} // namespace onebit::scalesim

#endif // ONEBIT_LIB_COSTMODEL_SCALESIM_FETCHORDER_H
