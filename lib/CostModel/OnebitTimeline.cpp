//===- OnebitTimeline.cpp - A kernel's folds, one after another -----------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OnebitTimeline.h"
#include "OnebitRepeat.h"
#include "llvm/Support/ErrorHandling.h"
#include <algorithm>
#include <utility>

using namespace onebit;
using systolic::Dataflow;

Wide OnebitTimeline::wait(unsigned cause, Wide from, Wide until) {
  until = std::max(from, until);
  add(cause, until - from);
  add(Events, 1);
  state.moment += until;
  return until;
}

static Wide leastCommonMultiple(Wide a, Wide b) {
  Wide divisor = a;
  for (Wide rest = b; rest != 0;)
    divisor = std::exchange(rest, divisor % rest);
  return a / divisor * b;
}

/// The transfer of vectors [`begin`, `end`), a group of `operand`.
const Transfer &OnebitTimeline::pickGroup(const TileTransfers &transfers,
                                          Operand operand, Wide begin,
                                          Wide end) const {
  return end - begin == plan.operands[operand].groupSize ? transfers.group
                                                         : transfers.rest;
}

/// Whether a group of `operand`, which does not stay by vectors, begins with
/// this fold.
bool OnebitTimeline::beginsGroup(Operand operand, const FoldStep &step) const {
  const OperandPlan &operandPlan = plan.operands[operand];
  if (operandPlan.residency == Residency::Tile)
    return (step.changed & operandPlan.dims) != 0;
  return plan.entriesAreGroups && (step.changed & dimSet(Dim::Batch)) != 0;
}

/// Whether this fold is the one that `operand`'s tile comes in for; of vectors,
/// whether they come in at all.
bool OnebitTimeline::comesIn(Operand operand, const FoldStep &step) const {
  const OperandPlan &operandPlan = plan.operands[operand];
  if (operandPlan.onChip)
    return false;
  const bool isNewTile = (step.changed & operandPlan.dims) != 0;
  if (operand == Ofmap)
    return operandPlan.residency != Residency::Whole &&
           (step.first & dimSet(Dim::K)) == 0 &&
           (operandPlan.residency == Residency::Vectors || isNewTile);
  switch (operandPlan.residency) {
  case Residency::Whole:
    return (~step.first & kAllDims & ~operandPlan.dims) == 0;
  case Residency::Tile:
    return isNewTile;
  case Residency::Vectors:
    return true;
  }
  llvm_unreachable("unknown residency");
}

void OnebitTimeline::beginGroup(Operand operand) {
  released(operand, 2) = released(operand, 1);
  released(operand, 1) = released(operand, 0);
  if (operand != Ofmap)
    return;
  // The write-backs are still to come.
  released(operand, 0) = 0;
  ++state.groupsSince;
}

/// When the half is free that `operand`'s current group goes to.
Wide OnebitTimeline::getHalfFree(Operand operand) {
  return plan.operands[operand].half ? released(operand, 2) : Wide(0);
}

/// The cycles of the load of `operand` that is next which are done already.
/// Fold 0 is in no loop that is repeated, so this is no part of the state.
Wide OnebitTimeline::takePrefetched(Operand operand) {
  return operand == Filter ? std::exchange(prefetched, 0) : Wide(0);
}

/// Puts a load of `operand`'s current group on the channel, of which so many
/// cycles are done, and returns its start.
Wide OnebitTimeline::startLoad(Operand operand, const Transfer &transfer,
                               Wide done) {
  constexpr Sum sums[] = {IfmapBits, FilterBits, OfmapReadBits};
  add(sums[operand], transfer.bits);
  Wide start = getHalfFree(operand);
  if (operand == Ofmap)
    start = std::max(start, at(SumsWritten));
  if (plan.dram == 0)
    return start;
  start = std::max(start, at(Channel));
  at(Channel) = start + transfer.cycles - done;
  return start;
}

void OnebitTimeline::setUnwritten(const Transfer &transfer, Wide finished) {
  if (plan.operands[Ofmap].onChip)
    return;
  state.unwritten = &transfer;
  state.groupsSince = 0;
  at(Finished) = finished;
}

/// Writes back what is still to be written, if anything.
void OnebitTimeline::writeBack() {
  if (!state.unwritten)
    return;
  add(OfmapWriteBits, state.unwritten->bits);
  Wide end = at(Finished);
  if (plan.dram != 0) {
    end = std::max(end, at(Channel)) + state.unwritten->cycles;
    at(Channel) = end;
  }
  at(SumsWritten) = std::max(at(SumsWritten), end);
  Wide &release = released(Ofmap, state.groupsSince);
  release = std::max(release, end);
  state.unwritten = nullptr;
  at(Finished) = 0;
}

/// When vector `vector` of the fold has arrived, which `load` brings and which
/// was not there before the kernel.
Wide OnebitTimeline::getArrival(const Load &load, Wide vector) const {
  const Format &format = plan.operands[load.operand].format;
  return load.start - load.done +
         divideUp((vector - load.firstVector + 1) * load.transfers->lanes *
                      format.bits,
                  Wide(format.elements) * plan.dram);
}

/// How many vectors of `load` were there before the kernel, if it has so many.
Wide OnebitTimeline::countPrefetched(const Load &load) const {
  const Format &format = plan.operands[load.operand].format;
  return load.done * plan.dram * format.elements /
         (load.transfers->lanes * format.bits);
}

/// Reads vectors [`begin`, `end`) of a fold, the first no earlier than the
/// feeder can. Where `begin` is not 0 it begins a group of each operand that
/// stays by vectors, and all else has arrived.
void OnebitTimeline::streamRange(const FoldStep &step, Wide begin, Wide end) {
  const FoldPlan &fold = *step.fold;
  const bool isFinal = (step.last & dimSet(Dim::K)) != 0;
  // Where the group of each operand begins, and the next one.
  std::array<Wide, kNumOperands> group{}, next;
  for (Operand operand : {Ifmap, Filter, Ofmap})
    next[operand] =
        streams(operand) && (begin == 0 || isByVectors(operand)) ? begin : end;
  std::optional<Load> last, rest;
  // Where the rest of a load begins of which vectors are there already.
  Wide restFrom = end;
  bool isRestLast = false;
  Wide from = at(Feeder);

  for (Wide vector = begin; vector < end;) {
    std::array<Wide, kNumOperands> condition{};
    if (rest && vector == restFrom) {
      condition[rest->operand] = getArrival(*rest, vector);
      // Else a later load has been waited for.
      if (isRestLast)
        last = rest;
      rest.reset();
      restFrom = end;
    }
    for (Operand operand : {Ifmap, Filter, Ofmap}) {
      if (next[operand] != vector)
        continue;
      const TileTransfers &transfers = fold.loads[operand];
      const Transfer *transfer = &transfers.tile;
      group[operand] = vector;
      next[operand] = end;
      if (isByVectors(operand)) {
        next[operand] =
            std::min(fold.steps, vector + plan.operands[operand].groupSize);
        transfer = &pickGroup(transfers, operand, vector, next[operand]);
      }
      if (isByVectors(operand) || beginsGroup(operand, step)) {
        beginGroup(operand);
        if (operand == Ofmap)
          condition[operand] = getHalfFree(Ofmap);
      }
      if (!comesIn(operand, step))
        continue;
      // What is still to be written is of the same sums.
      if (operand == Ofmap && vector == 0 && next[operand] == fold.steps &&
          (step.changed & plan.operands[Ofmap].dims) == 0)
        writeBack();
      const Wide done = takePrefetched(operand);
      const Wide start = startLoad(operand, *transfer, done);
      const Load load{operand, start,      start + transfer->cycles - done,
                      vector,  &transfers, done};
      const Wide there = done == 0 ? Wide(0) : countPrefetched(load);
      if (there == 0) {
        condition[operand] =
            std::max(condition[operand], start + transfers.firstVector - done);
        if (plan.dram != 0)
          last = load;
        isRestLast = false;
      } else if (done < transfer->cycles) {
        rest = load;
        restFrom = vector + there;
        isRestLast = true;
      }
    }
    writeBack();

    // What comes last; of several, the first.
    const unsigned cause =
        std::max_element(condition.begin(), condition.end()) -
        condition.begin();
    Wide read = wait(Stall + cause, from, condition[cause]);
    if (vector == 0)
      firstRead = read;

    // Up to the next group, vectors wait for the last load alone, most at its
    // begin or its end: what was on the channel before it has arrived.
    const Wide until =
        std::min(restFrom, *std::min_element(next.begin(), next.end()));
    read += (until - vector - 1) * fold.sigma;
    if (last)
      read = wait(Stall + last->operand, read,
                  next[last->operand] == until ? last->end
                                               : getArrival(*last, until - 1));
    from = read + fold.sigma;
    for (Operand operand : {Ifmap, Filter})
      if (streams(operand))
        released(operand, 0) = from;
    if (streams(Ofmap) && isByVectors(Ofmap) && next[Ofmap] == until)
      setUnwritten(pickGroup(isFinal ? fold.results : fold.partialSums, Ofmap,
                             group[Ofmap], until),
                   from + fold.wayOut);
    vector = until;
  }
  at(Feeder) = from;
  add(Stream, end - begin);
  add(Port, (end - begin) * (fold.sigma - 1));
}

/// Reads the vectors of a fold, the first no earlier than the feeder can.
void OnebitTimeline::stream(const FoldStep &step) {
  // After so many vectors groups begin as they did; 0: never.
  const Wide steps = step.fold->steps;
  Wide period = 0;
  for (Operand operand : {Ifmap, Filter, Ofmap}) {
    if (!streams(operand))
      continue;
    Wide size = 0;
    if (isByVectors(operand))
      size = plan.operands[operand].groupSize;
    else if (plan.dram != 0 && comesIn(operand, step))
      size = steps;
    if (size != 0)
      period = period == 0 ? size
                           : std::min(steps, leastCommonMultiple(period, size));
  }
  if (period == 0 || steps / period < 3)
    return streamRange(step, 0, steps);
  streamRange(step, 0, period);
  repeat(*this, steps / period - 1,
         [&] { streamRange(step, period, 2 * period); });
  if (steps % period != 0)
    streamRange(step, steps / period * period, steps);
}

/// The preload of a fold under ws and is.
void OnebitTimeline::preload(const FoldStep &step) {
  const Operand stationary = plan.stationary;
  Wide arrived = 0;
  if (beginsGroup(stationary, step))
    beginGroup(stationary);
  if (comesIn(stationary, step)) {
    const Transfer &tile = step.fold->loads[stationary].tile;
    const Wide done = takePrefetched(stationary);
    arrived = startLoad(stationary, tile, done) + tile.cycles - done;
    if (done != 0 && done == tile.cycles)
      arrived = 0;
  }
  const Wide end = std::max(at(PreloadFrom), arrived) + step.fold->preload;
  released(stationary, 0) = end;

  Wide from = wait(Drain, at(Feeder), at(PreloadFrom));
  from = wait(Stall + stationary, from, arrived);
  at(Feeder) = wait(Preload, from, end);
}

void OnebitTimeline::runStationary(const FoldStep &step) {
  const FoldPlan &fold = *step.fold;
  preload(step);
  stream(step);
  const Wide complete = at(Feeder) + fold.wayOut;
  at(Complete) = std::max(at(Complete), complete);
  at(PreloadFrom) = plan.hiddenPreload ? firstRead + fold.sigma - 1 : complete;

  const Residency residency = plan.operands[Ofmap].residency;
  const bool isFinal = (step.last & dimSet(Dim::K)) != 0;
  if (residency == Residency::Tile ||
      (residency == Residency::Whole && isFinal))
    setUnwritten((isFinal ? fold.results : fold.partialSums).tile, complete);
}

void OnebitTimeline::runOutputStationary(const FoldStep &step) {
  const FoldPlan &fold = *step.fold;
  const bool isNewGroup = beginsGroup(Ofmap, step);
  if (isNewGroup)
    beginGroup(Ofmap);
  stream(step);

  Wide sums = isNewGroup ? getHalfFree(Ofmap) : Wide(0);
  if (comesIn(Ofmap, step)) {
    const Transfer &tile = fold.loads[Ofmap].tile;
    sums = std::max(sums, startLoad(Ofmap, tile, 0) + tile.cycles);
  }
  Wide entered = wait(Drain, at(Feeder), at(RegisterFree));
  entered = wait(Stall + Ofmap, entered, sums);

  Wide complete;
  if (plan.hiddenDrain) {
    // x(n, r-1) in closed form: rows leave as the port lets them, or as they
    // climb.
    const Wide lastRow =
        std::max(std::max(entered, at(PortFree)) + (fold.rows - 1) * fold.delta,
                 entered + 2 * (fold.rows - 1));
    at(RegisterFree) = lastRow + 1;
    at(PortFree) = lastRow + fold.delta;
    complete = lastRow + fold.columns - 1 + fold.delta;
    at(Feeder) = entered;
  } else {
    complete = entered + fold.rows + fold.columns - 2 + fold.rows * fold.delta;
    at(Feeder) = wait(Drain, entered, complete);
  }
  at(Complete) = std::max(at(Complete), complete);

  const bool isFinal = (step.last & dimSet(Dim::K)) != 0;
  if (isFinal || plan.operands[Ofmap].residency == Residency::Tile)
    setUnwritten((isFinal ? fold.results : fold.partialSums).tile, complete);
}

void OnebitTimeline::run(const FoldStep &step) {
  // The stay goes on, and so do its sums.
  if (plan.operands[Ofmap].residency == Residency::Tile &&
      !beginsGroup(Ofmap, step)) {
    state.unwritten = nullptr;
    at(Finished) = 0;
  }
  if (plan.dataflow == Dataflow::OutputStationary)
    runOutputStationary(step);
  else
    runStationary(step);
}

OnebitTimeline::Window OnebitTimeline::getWindow() const {
  const bool onChip = plan.operands[Ofmap].onChip;
  assert((state.unwritten || onChip) &&
         "the last sums are still to be written back");
  if (plan.dram == 0)
    return {0, 0};
  const Wide until = state.times[onChip ? Complete : Finished];
  const Wide idle = state.times[Channel];
  const Wide half = plan.operands[Filter].half
                        ? state.times[Released + 3 * Filter + 1]
                        : Wide(0);
  return {std::max<Wide>(0, until - idle),
          std::max<Wide>(0, until - std::max(idle, half))};
}

Wide OnebitTimeline::finish() {
  writeBack();
  Wide end = wait(Drain, at(Feeder), at(Complete));
  return wait(Stall + Ofmap, end, std::max(at(SumsWritten), at(Channel)));
}
