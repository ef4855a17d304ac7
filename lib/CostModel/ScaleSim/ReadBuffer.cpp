//===- ReadBuffer.cpp - What misses at a given bandwidth ------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ReadBuffer.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace onebit;
using namespace onebit::scalesim;

/// The first of [`begin`, `end`) for which `before` does not hold, or `end`. It
/// holds for none after one for which it does not.
template <typename Predicate>
static int64_t findFirst(int64_t begin, int64_t end, Predicate before) {
  return *llvm::partition_point(seq(begin, std::max(begin, end)), before);
}

ReadBuffer::ReadBuffer(const FoldNest &nest, const Operand &operand,
                       int64_t words)
    : order(nest, operand), numFolds(nest.getNumFolds()) {
  foldCycles = nest.getNumCycles() / numFolds;
  setWords = divideCeil(words, 100);
  // The last set may be empty.
  numSets = order.numWords / setWords + 1;
  const int64_t half = divideCeil(words / 2, setWords);
  active = std::min(numSets, half);
  ahead = std::min(numSets - active, half);
  setsFetched = active;
  if (order.numWords <= active * setWords)
    fold = numFolds;
}

int64_t ReadBuffer::getDistance(int64_t position) const {
  const int64_t distance = position / setWords - begin;
  return distance < 0 ? distance + numSets : distance;
}

int64_t ReadBuffer::reach(int64_t position) {
  const int64_t distance = getDistance(position);
  if (distance < active)
    return 0;
  // A move is not longer than the window.
  const int64_t moves = divideCeil(distance - active + 1, ahead);
  begin = (begin + moves * ahead) % numSets;
  setsFetched += moves * ahead;
  return moves;
}

Positions ReadBuffer::getReachable(int64_t position) const {
  if (getDistance(position) >= active)
    return {position, position};
  const int64_t end = begin + active;
  if (end <= numSets)
    return {begin * setWords, end * setWords};
  if (position / setWords >= begin)
    return {begin * setWords, numSets * setWords};
  return {0, (end - numSets) * setWords};
}

int64_t ReadBuffer::skipFolds(int64_t from, const Positions &reachable) const {
  while (from < numFolds) {
    int64_t block = from / order.repeats % order.blocks;
    if (!reachable.contains(order.getHull(block)))
      return from;
    // Blocks begin and end in ascending order, but for the end of the last one.
    const int64_t pass = from / (order.repeats * order.blocks);
    block = findFirst(block + 1, order.blocks - 1, [&](int64_t next) {
      return order.getHull(next).end <= reachable.end;
    });
    from = (pass * order.blocks + block) * order.repeats;
  }
  return numFolds;
}

std::optional<ReadBuffer::Miss> ReadBuffer::next() {
  while (fold < numFolds) {
    const int64_t block = fold / order.repeats % order.blocks;
    const Pattern pattern = order.getPattern(block);
    const Positions positions = order.getLine(block, line);
    Miss miss{fold * foldCycles + pattern.first + line, 0};
    for (int64_t at = positions.begin; at < positions.end;
         at = getReachable(at).end)
      miss.moves += reach(at);

    // A line of an operand that stays may be longer than the window.
    const Positions reachable =
        getReachable(order.ascends ? positions.end - 1 : positions.begin);
    line = findFirst(line + 1, pattern.getNumLines(), [&](int64_t next) {
      return reachable.contains(order.getLine(block, next));
    });
    if (line == pattern.getNumLines()) {
      fold = skipFolds(fold + 1, reachable);
      line = 0;
    }
    if (miss.moves > 0)
      return miss;
  }
  return std::nullopt;
}

Count ReadBuffer::getWordsFetched() const {
  // Each time around, the last set is not full.
  const int64_t lastSet = order.numWords % setWords;
  return setsFetched * setWords -
         Count(setsFetched.getValue() / numSets) * (setWords - lastSet);
}
