//===- OutputStationarySequencer.cpp - The machine of os ------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OutputStationaryArray.h"
#include "Sequencer.h"

using namespace llvm;
using namespace onebit;
using namespace onebit::sim;

namespace {
class OutputStationarySequencer final : public Sequencer {
public:
  OutputStationarySequencer(const Schedule &schedule, const Plan &plan,
                            const Parameters &machine, const Operands &operands)
      : Sequencer(schedule, plan, machine, operands),
        array(machine.waited ? machine.rows : largest.rows,
              machine.waited ? machine.columns : largest.columns,
              machine.hidden) {}

  int64_t getSteps() const final { return array.getSteps(); }

private:
  Error cycle() final;
  Error control() final;
  bool isIdle() const final { return array.isIdle(); }

  /// The vector that was read comes into the array in the cycle before `now`.
  Error enter();
  /// So does the last one of a fold, unless it has to wait.
  Error enterLast();
  Error feedVector();

  OutputStationaryArray array;
  /// Whether the last vector of a fold has been read and waits at the edge.
  bool isHeld = false;
  std::vector<int16_t> ifmapLanes, filterLanes;
};
} // namespace

Error OutputStationarySequencer::cycle() {
  auto sink = [&](int64_t index, int64_t row, int64_t column,
                  int32_t sum) -> Error {
    auto &[fold, numComplete] = lookup(index);
    const Tile &tile = fold.tile;
    if (row == fold.rows - 1 && column == fold.columns - 1)
      numComplete = fold.steps();
    if (row >= tile.m || column >= tile.n)
      return Error::success();
    return sums.add(fold.batch, fold.m + row, fold.n + column, fold.k, tile.k,
                    sum);
  };
  if (Error error = array.drain(sink))
    return error;
  // What comes in last in this cycle is known at its end.
  ++now;
  if (Error error = control())
    return error;
  return array.multiply();
}

Error OutputStationarySequencer::control() {
  if (isReading && now == readEnd) {
    finishReading();
    if (isLastVector())
      isHeld = true;
    else if (Error error = enter())
      return error;
    else
      ++vector;
  }
  if (Error error = advanceChannel())
    return error;
  if (isHeld)
    if (Error error = enterLast())
      return error;
  return isHeld ? Error::success() : feedVector();
}

Error OutputStationarySequencer::enter() {
  const Tile &tile = feed->tile;
  if (!machine.hidden)
    array.reshape(feed->rows, feed->columns);
  ifmapLanes.assign(
      machine.hidden && !machine.waited ? largest.rows : feed->rows, 0);
  filterLanes.assign(
      machine.hidden && !machine.waited ? largest.columns : feed->columns, 0);
  const int64_t k = feed->k + vector;
  for (int64_t i = 0; i < tile.m; ++i)
    ifmapLanes[i] = operands.getIfmap(feed->batch, feed->m + i, k);
  for (int64_t j = 0; j < tile.n; ++j)
    filterLanes[j] = operands.getFilter(feed->batch, feed->n + j, k);
  if (Error error = array.enterIfmap(ifmapLanes, tag))
    return error;
  return array.enterFilter(filterLanes, tag);
}

Error OutputStationarySequencer::enterLast() {
  if (machine.hidden && !array.hasDrained(feed->index - 1)) {
    count(Cause::Drain);
    return Error::success();
  }
  Halves &halves = channel.getHalves(Operand::Ofmap);
  const int64_t group = getGroup(Operand::Ofmap);
  if (!halves.isFree(group) || isAway(Operand::Ofmap)) {
    count(Cause::StallOfmap);
    return Error::success();
  }
  if (Error error = halves.take(group))
    return error;
  if (Error error = enter())
    return error;
  array.enterLast({feed->index, feed->rows, feed->columns, feed->delta});
  beginFold(*feed);
  isHeld = false;
  vector = 0;
  feed.next();
  return Error::success();
}

Error OutputStationarySequencer::feedVector() {
  if (feed.done()) {
    waitForEnd();
  } else if (isReading) {
    count(Cause::Port);
  } else if (!machine.hidden && !isAllComplete()) {
    count(Cause::Drain);
  } else {
    PerOperand<bool> unmet(isAway(Operand::Ifmap), isAway(Operand::Filter));
    if (!unmet[Operand::Ifmap] && !unmet[Operand::Filter])
      return startReading();
    wait(unmet);
  }
  return Error::success();
}

std::unique_ptr<Sequencer>
sim::makeOutputStationarySequencer(const Schedule &schedule, const Plan &plan,
                                   const Parameters &machine,
                                   const Operands &operands) {
  return std::make_unique<OutputStationarySequencer>(schedule, plan, machine,
                                                     operands);
}
