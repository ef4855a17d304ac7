//===- User.cpp - Memories of given bandwidths ----------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// USER mode, from one cycle in which a memory might make the array wait to the
// next.
//
//===----------------------------------------------------------------------===//

#include "../Count.h"
#include "Modes.h"
#include "ReadBuffer.h"
#include "WriteBuffer.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace onebit;
using namespace onebit::scalesim;

/// What a run may take; the sum of any two times still fits 64 bits.
static constexpr int64_t kMostCycles = int64_t(1) << 61;

namespace {
/// A read buffer and its port to DRAM, which fetches half a buffer at each move
/// of the window, one after the other since before the run.
class ReadPort {
public:
  ReadPort(const FoldNest &nest, const Operand &operand, const Memory &memory,
           const MemorySystem &system);

  /// The next cycle, not counting stalls, in which something misses; past the
  /// run if nothing does.
  int64_t getNextMiss() const { return miss ? miss->cycle : INT64_MAX; }
  /// Serves what misses next and is asked for in `cycle`. Returns after how
  /// many cycles the array has it. Without a miss that is 1.
  int64_t serveMiss(int64_t cycle);

  /// The cycle in which the last fetch ends.
  int64_t getLastFetch() const { return lastFetch; }
  /// What crossed to DRAM. Fails, with the figure's name, if it exceeds 64
  /// bits.
  Expected<DramTraffic> getTraffic(systolic::Metric metric) const;

private:
  Version version;
  ReadBuffer buffer;
  std::optional<ReadBuffer::Miss> miss;
  int64_t bandwidth, linesPerMove;
  /// Lines fetched before the run.
  int64_t linesBefore;
  Count numMoves;
  int64_t lastFetch = -1;
};

/// A cycle, not counting stalls, in which something may wait, and after how
/// many cycles each memory has served the array.
struct Served {
  int64_t cycle;
  int64_t ifmap = 1, filter = 1, ofmap = 0;
};

/// Finds out when a memory serves the requests of a cycle.
struct Milestone {
  int64_t cycle;
  int64_t Served::*memory;
  int64_t &when;
  bool reached = false;
};
} // namespace

static Error makeOverflow(systolic::Metric metric) {
  return createStringError("'" + systolic::stringifyMetric(metric) +
                           "' exceeds 64 bits");
}

ReadPort::ReadPort(const FoldNest &nest, const Operand &operand,
                   const Memory &memory, const MemorySystem &system)
    : version(system.version), buffer(nest, operand, memory.words),
      bandwidth(memory.bandwidth),
      linesPerMove(divideCeil(memory.words / 2, bandwidth)) {
  // Rows are fetched as wide as the array.
  const bool byRows = operand.reuse == Axis::Column;
  const Axis across = byRows ? Axis::Row : Axis::Column;
  const FoldLoop &width = nest.getLoop(across);
  const FoldLoop &length =
      nest.getLoop(operand.dims[operand.dims[0] == across]);
  const uint64_t padded = SaturatingMultiply<uint64_t>(
      SaturatingMultiply<uint64_t>(width.trips, length.extent),
      byRows ? system.rows : system.columns);
  linesBefore = std::min<uint64_t>(linesPerMove, divideCeil(padded, bandwidth));
  miss = buffer.next();
}

int64_t ReadPort::serveMiss(int64_t cycle) {
  // A move takes a cycle for each line and one on the way.
  const int64_t each = linesPerMove + 1;
  // How much later than the fetch the word is asked for.
  int64_t margin = cycle + 1 - lastFetch;
  int64_t moves = miss->moves;
  numMoves += moves;
  lastFetch += moves * each;
  miss = buffer.next();
  // Then the run is refused.
  if (lastFetch > kMostCycles)
    return 1;
  if (version == Version::V2)
    return std::max<int64_t>(1, lastFetch - cycle);
  // v3 adds what is missing twice, and where nothing is missing it goes back to
  // the fetch. From the second move on the margin swings between two values.
  for (; moves > 0; --moves) {
    margin = std::max<int64_t>(0, each - margin);
    if (margin <= each) {
      if (moves % 2 == 0)
        margin = each - margin;
      break;
    }
  }
  return lastFetch + margin - cycle;
}

Expected<DramTraffic> ReadPort::getTraffic(systolic::Metric metric) const {
  Count words = (numMoves * linesPerMove + linesBefore) * bandwidth;
  Count fetched = buffer.getWordsFetched();
  if (words.hasOverflowed() || fetched.hasOverflowed())
    return makeOverflow(metric);
  return DramTraffic{
      words.getValue(), fetched.getValue(), {-linesBefore, lastFetch}};
}

/// Fails if `nest` is not SCALE-Sim's own.
static Error checkOrder(const FoldNest &nest) {
  const FoldLoop &columns = nest.getLoop(Axis::Column),
                 &rows = nest.getLoop(Axis::Row),
                 &time = nest.getLoop(Axis::Time);
  if (time.trips == 1 &&
      (columns.inside == rows.trips || columns.trips == 1 || rows.trips == 1))
    return Error::success();
  return createStringError(
      "at given bandwidths SCALE-Sim knows one loop nest for " +
      systolic::stringifyDataflow(nest.getDataflow()) + ": " +
      stringifyDim(nest.getDim(Axis::Column)) + " outside " +
      stringifyDim(nest.getDim(Axis::Row)) + ", and " +
      stringifyDim(nest.getDim(Axis::Time)) + " whole");
}

Expected<MemoryFigures> scalesim::simulate(const FoldNest &nest,
                                           const MemorySystem &system) {
  if (Error error = checkOrder(nest))
    return std::move(error);

  ReadPort ifmap(nest, nest.ifmap, system.ifmap, system);
  ReadPort filter(nest, nest.filter, system.filter, system);
  WriteBuffer ofmap(nest, system.ofmap, system.maxTransfers);
  const Span ifmapSpan = nest.getRequestSpan(nest.ifmap),
             filterSpan = nest.getRequestSpan(nest.filter),
             ofmapSpan = nest.getRequestSpan(nest.ofmap);
  const int64_t cycles = nest.getNumCycles();

  MemoryFigures figures;
  Milestone milestones[] = {
      {ifmapSpan.start, &Served::ifmap, figures.ifmap.sram.start},
      {ifmapSpan.stop, &Served::ifmap, figures.ifmap.sram.stop},
      {filterSpan.start, &Served::filter, figures.filter.sram.start},
      {filterSpan.stop, &Served::filter, figures.filter.sram.stop},
      {ofmapSpan.start, &Served::ofmap, figures.ofmap.sram.start},
      {ofmapSpan.stop, &Served::ofmap, figures.ofmap.sram.stop},
      {cycles - 1, &Served::ofmap, figures.lastCycle}};
  auto serve = [&](const Served &served) {
    for (Milestone &milestone : milestones) {
      if (milestone.reached || milestone.cycle > served.cycle)
        continue;
      const Served &then =
          milestone.cycle == served.cycle ? served : Served{milestone.cycle};
      milestone.when =
          milestone.cycle + figures.stallCycles + then.*milestone.memory;
      milestone.reached = true;
    }
    figures.stallCycles +=
        std::max({served.ifmap - 1, served.filter - 1, served.ofmap});
  };

  for (int64_t transfers = 0;; ++transfers) {
    const int64_t cycle =
        std::min({ifmap.getNextMiss(), filter.getNextMiss(), cycles});
    Served served{cycle};
    if (auto wait = ofmap.writeUntil(cycle, figures.stallCycles)) {
      served.cycle = wait->cycle;
      served.ofmap = wait->stall;
    } else if (cycle < cycles) {
      const int64_t now = cycle + figures.stallCycles;
      if (ifmap.getNextMiss() == cycle)
        served.ifmap = ifmap.serveMiss(now);
      if (filter.getNextMiss() == cycle)
        served.filter = filter.serveMiss(now);
      if (auto waitToo = ofmap.writeUntil(cycle + 1, figures.stallCycles))
        served.ofmap = waitToo->stall;
    }
    serve(served);
    if (transfers + ofmap.getNumDrains() > system.maxTransfers)
      return createStringError(
          "a run at given bandwidths is followed from transfer to transfer, "
          "and "
          "this one has more than " +
          Twine(system.maxTransfers) +
          "; take larger memories or let the tool estimate the bandwidths");
    if (std::max({figures.stallCycles, ifmap.getLastFetch(),
                  filter.getLastFetch()}) > kMostCycles)
      return createStringError("a run has more than 2^61 'cycles'");
    if (served.cycle == cycles)
      break;
  }
  ofmap.finish(figures.lastCycle);

  auto ifmapTraffic = ifmap.getTraffic(systolic::Metric::DramIfmapReads);
  if (!ifmapTraffic)
    return ifmapTraffic.takeError();
  auto filterTraffic = filter.getTraffic(systolic::Metric::DramFilterReads);
  if (!filterTraffic)
    return filterTraffic.takeError();
  figures.ifmap.dram = *ifmapTraffic;
  figures.filter.dram = *filterTraffic;
  const Count drained = ofmap.getWordsDrained();
  if (drained.hasOverflowed())
    return makeOverflow(systolic::Metric::DramOfmapWrites);
  figures.ofmap.dram =
      DramTraffic{drained.getValue(),
                  nest.getNumRequests(nest.ofmap),
                  {ofmap.getFirstCycle(), system.version == Version::V2
                                              ? ofmap.getLastEnd()
                                              : ofmap.getLatestEnd()}};
  return figures;
}
