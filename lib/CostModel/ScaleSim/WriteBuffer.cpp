//===- WriteBuffer.cpp - The output memory at a given bandwidth -----------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WriteBuffer.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace onebit;
using namespace onebit::scalesim;

WriteBuffer::WriteBuffer(const FoldNest &nest, const Memory &memory,
                         int64_t maxDrains)
    : nest(nest), maxDrains(maxDrains),
      foldCycles(nest.getNumCycles() / nest.getNumFolds()),
      half(memory.words / 2), lineWords(memory.bandwidth),
      drainLines(divideCeil(half, lineWords)), free(memory.words) {}

int64_t WriteBuffer::getWordsBefore(int64_t cycle) const {
  if (cycle <= 0)
    return 0;
  if (cycle >= nest.getNumCycles())
    return nest.getNumRequests(nest.ofmap);
  const int64_t index = cycle / foldCycles;
  const FoldNest::Fold fold = nest.getFold(index);
  const Pattern pattern = nest.getPattern(nest.ofmap, fold);
  return nest.getRequestsBefore(nest.ofmap, fold) +
         pattern.getWordsBefore(cycle - index * foldCycles - pattern.first);
}

void WriteBuffer::put(int64_t count) {
  written += count;
  free -= count;
  full += (begun + count) / lineWords;
  begun = (begun + count) % lineWords;
}

void WriteBuffer::closeLine() {
  if (begun == 0)
    return;
  closedEarly.push_back({full, lineWords - begun});
  full = begun = 0;
}

void WriteBuffer::drain(int64_t cycle) {
  closeLine();
  int64_t wanted = drainLines, nulls = 0;
  while (wanted > 0 && !closedEarly.empty()) {
    Lines &lines = closedEarly.front();
    const int64_t taken = std::min(wanted, lines.full);
    lines.full -= taken;
    wanted -= taken;
    nulls = 0;
    if (wanted == 0)
      break;
    nulls = lines.nulls;
    --wanted;
    closedEarly.pop_front();
  }
  const int64_t taken = std::min(wanted, full);
  if (taken > 0)
    nulls = 0;
  full -= taken;
  wanted -= taken;

  const int64_t lines = drainLines - wanted;
  const int64_t words = lines * lineWords - nulls;
  wordsDrained += words;
  free += words;
  drainEnd = cycle + lines - 1;
  latestEnd = std::max(latestEnd, drainEnd);
  if (!firstCycle)
    firstCycle = cycle;
  ++numDrains;
}

int64_t WriteBuffer::writeRest(int64_t count, int64_t cycle) {
  while (count > 0) {
    const bool draining = cycle < drainEnd;
    const int64_t some = draining ? getWordsUntilFull() : getWordsUntilDrain();
    put(std::min(some, count));
    if (some > count)
      break;
    count -= some;
    if (draining)
      cycle = drainEnd;
    else
      drain(cycle);
  }
  return cycle;
}

std::optional<WriteBuffer::Wait> WriteBuffer::writeUntil(int64_t cycle,
                                                         int64_t stalls) {
  const int64_t end = getWordsBefore(cycle);
  while (written < end && numDrains <= maxDrains) {
    // What the array writes while the buffer drains.
    const int64_t whileDraining = getWordsBefore(drainEnd - stalls);
    const int64_t full = written + getWordsUntilFull();
    if (full <= std::min(whileDraining, end)) {
      put(full - written);
      const int64_t now = nest.getCycle(nest.ofmap, full - 1);
      const int64_t rest = getWordsBefore(now + 1) - full;
      return Wait{now, writeRest(rest, drainEnd) - (now + stalls)};
    }
    const int64_t drained =
        std::max(written + getWordsUntilDrain(), whileDraining + 1);
    if (drained > end) {
      put(end - written);
      break;
    }
    put(drained - written);
    drain(nest.getCycle(nest.ofmap, drained - 1) + stalls);
  }
  return std::nullopt;
}

void WriteBuffer::finish(int64_t cycle) {
  closeLine();
  while (!closedEarly.empty() || full > 0) {
    drain(cycle);
    cycle = drainEnd + 1;
  }
}
