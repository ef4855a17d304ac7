//===- Calc.cpp - Memories whose bandwidth the tool estimates -------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// CALC mode: every read hits and nothing stalls, so what misses and when a
// buffer drains follows from the order of requests alone.
//
//===----------------------------------------------------------------------===//

#include "Modes.h"
#include "ReadWindow.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace onebit;
using namespace onebit::scalesim;

/// Streams all requests for `operand`. Its loops inside the one that repeats it
/// make a group, those outside count groups.
static void streamOperand(const FoldNest &nest, const Operand &operand,
                          ReadWindow &window) {
  const int64_t passes = nest.getLoop(operand.reuse).trips;
  SmallVector<const FoldLoop *, 2> outside;
  int64_t inside = 1;
  bool repeats = false;
  for (const FoldLoop &loop : nest.getLoops()) {
    repeats |= loop.axis == operand.reuse;
    if (loop.axis == operand.reuse)
      continue;
    if (!repeats && loop.trips > 1)
      outside.push_back(&loop);
    else
      inside *= loop.extent;
  }

  auto last = [](const FoldLoop *loop) {
    return loop->getSize(loop->trips - 1);
  };
  if (passes == 1 || outside.empty())
    return window.stream(1, nest.getNumWords(operand), passes);
  const FoldLoop *inner = outside.back();
  if (outside.size() == 1) {
    window.stream(inner->trips - 1, inner->step * inside, passes);
    window.stream(1, last(inner) * inside, passes);
    return;
  }
  const FoldLoop *outer = outside.front();
  auto streamRows = [&](int64_t rows, int64_t step) {
    window.streamRows(rows, inner->trips - 1, inner->step * step,
                      last(inner) * step, passes);
  };
  streamRows(outer->trips - 1, outer->step);
  streamRows(1, last(outer));
}

/// DRAM reads of `operand` through a buffer of `words`.
static DramTraffic estimateReads(const FoldNest &nest, const Operand &operand,
                                 int64_t words) {
  // The tool's own guess of a bandwidth before it knows better.
  constexpr int64_t wordsPerCycle = 10;
  // Half of the buffer, rounded down to 50 of its 100 sets.
  const int64_t setWords = words / 100, windowWords = 50 * setWords;

  ReadWindow window(windowWords);
  streamOperand(nest, operand, window);
  DramTraffic dram;
  dram.words = dram.wordsCorrected = window.getReads();
  if (auto fill = window.getLastFill()) {
    // The first window comes before the first request, each later one while the
    // one before it fills.
    dram.span = {nest.getPattern(operand, FoldNest::Fold{}).first -
                     int64_t(divideCeil(windowWords, wordsPerCycle)),
                 nest.getCycle(operand, *fill) + 1};
  } else {
    const int64_t sets = divideCeil(dram.words, setWords);
    dram.span = {-int64_t(divideCeil(sets * setWords, wordsPerCycle)), -1};
  }
  return dram;
}

/// DRAM writes of the outputs through a buffer of `words`, in lines of
/// `lineWords`. As long as at most a line is written in a cycle, the buffer
/// never fills and never waits for a drain: at each drain it has just passed
/// its half.
static DramTraffic estimateWrites(const FoldNest &nest, int64_t words,
                                  int64_t lineWords, Version version) {
  const int64_t half = words / 2, drainLines = divideCeil(half, lineWords);
  const int64_t all = nest.getNumRequests(nest.ofmap);
  const int64_t lastCycle = nest.getNumCycles() - 1;

  DramTraffic dram;
  dram.words = dram.wordsCorrected = all;
  if (all <= half) {
    dram.span = {lastCycle,
                 lastCycle + int64_t(divideCeil(all, lineWords)) - 1};
    return dram;
  }

  // The last drain of the run: after how many words, and how many lines it
  // leaves to the end.
  int64_t lastDrain, left;
  if (half % lineWords != 0) {
    // A drain takes all there is, the line begun included.
    lastDrain = all - all % (half + 1);
    left = divideCeil(all - lastDrain, lineWords);
  } else if (drainLines > 1) {
    // The first drain leaves a line of one word, which goes with the second as
    // if it were full.
    lastDrain = (all - 1) / half * half + 1;
    left = 1 + divideCeil(all - lastDrain, lineWords);
    if (all > half + 1)
      dram.words += lineWords - 1;
  } else if (all % (half + 1) == half) {
    // A drain takes one line. The line of one word goes a word before the next
    // full one.
    lastDrain = all;
    left = 1;
  } else {
    lastDrain = all - all % (half + 1);
    left = 1 + divideCeil(all - lastDrain, lineWords);
  }
  const int64_t lastDrainEnd =
      nest.getCycle(nest.ofmap, lastDrain - 1) + drainLines - 1;
  dram.span.start = nest.getCycle(nest.ofmap, half);
  dram.span.stop = left > 0 ? lastCycle + left - 1 : lastDrainEnd;
  if (version == Version::V3)
    dram.span.stop = std::max(dram.span.stop, lastDrainEnd);
  return dram;
}

MemoryFigures scalesim::estimate(const FoldNest &nest,
                                 const MemorySystem &system) {
  MemoryFigures figures;
  figures.lastCycle = nest.getNumCycles() - 1;
  // A read is served a cycle after it was asked for.
  auto setReads = [&](Traffic &traffic, const Operand &operand,
                      const Memory &memory) {
    Span span = nest.getRequestSpan(operand);
    traffic.sram = {span.start + 1, span.stop + 1};
    if (memory.words > 0)
      traffic.dram = estimateReads(nest, operand, memory.words);
  };
  setReads(figures.ifmap, nest.ifmap, system.ifmap);
  setReads(figures.filter, nest.filter, system.filter);
  figures.ofmap.sram = nest.getRequestSpan(nest.ofmap);
  if (system.ofmap.words > 0)
    figures.ofmap.dram = estimateWrites(nest, system.ofmap.words,
                                        system.columns, system.version);
  return figures;
}
