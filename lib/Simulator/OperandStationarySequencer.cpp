//===- OperandStationarySequencer.cpp - The machine of ws and is ----------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OperandStationaryArray.h"
#include "Sequencer.h"

using namespace llvm;
using namespace onebit;
using namespace onebit::sim;
using systolic::Dataflow;

namespace {
class OperandStationarySequencer final : public Sequencer {
public:
  OperandStationarySequencer(const Schedule &schedule, const Plan &plan,
                             const Parameters &machine,
                             const Operands &operands)
      : Sequencer(schedule, plan, machine, operands),
        stays(machine.getStationary()),
        streams(stays == Operand::Filter ? Operand::Ifmap : Operand::Filter),
        array(machine.waited ? machine.rows : largest.rows,
              machine.waited ? machine.columns : largest.columns),
        next(schedule, plan, machine), rowLanes(feed->columns),
        vectors(PowerOf2Ceil(
            2 * ((machine.waited ? machine.rows + machine.columns
                                 : largest.rows + largest.columns) +
                 1))) {
    preloadFrom = 0;
  }

  int64_t getSteps() const final { return array.getSteps(); }

private:
  Error cycle() final;
  Error control() final;
  bool isIdle() const final { return array.isIdle(); }
  int64_t getWake() const final;

  /// The preload of fold `next` begins, if it can.
  Error startPreload();
  /// The cycle brings a row of the preload to the array, if it is one's last.
  Error preloadRow();
  /// The vector that was read comes into the array in this cycle.
  Error enter();
  Error feedVector();
  Error receive(VectorTag tag, int64_t column, int32_t sum);

  const Operand stays, streams;
  OperandStationaryArray array;

  /// The fold that is preloaded, or will be next.
  FoldWalk next;
  enum class Preload { Waits, Runs, IsDone } preload = Preload::Waits;
  /// When the fold before lets it begin, or `kNever`.
  int64_t preloadFrom = kNever;
  int64_t preloadStart = 0, preloadEnd = 0;

  std::vector<int16_t> lanes, rowLanes;
  /// The vectors in the array, by the last bits of their tags: a vector comes
  /// a cycle at most, and is gone after as many as there are rows and columns.
  struct Vector {
    int64_t fold, index;
    /// Columns of which the sums are waited for.
    int64_t columns;
  };
  Vector &lookupVector(VectorTag tag) {
    return vectors[tag & (vectors.size() - 1)];
  }
  std::vector<Vector> vectors;
};
} // namespace

Error OperandStationarySequencer::cycle() {
  if (isReading && now + 1 == readEnd)
    if (Error error = enter())
      return error;
  if (preload == Preload::Runs)
    if (Error error = preloadRow())
      return error;
  auto sink = [&](VectorTag tag, int64_t column, int32_t sum) {
    return receive(tag, column, sum);
  };
  if (Error error = array.step(sink))
    return error;
  ++now;
  return control();
}

Error OperandStationarySequencer::receive(VectorTag tag, int64_t column,
                                          int32_t sum) {
  const Vector &vector = lookupVector(tag);
  if (column >= vector.columns)
    return Error::success();
  auto &[fold, numComplete] = lookup(vector.fold);
  if (column == fold.columns - 1)
    ++numComplete;
  if (column >= fold.mapping.columns)
    return Error::success();
  const bool overM = machine.dataflow == Dataflow::WeightStationary;
  const int64_t m = fold.m + (overM ? vector.index : column);
  const int64_t n = fold.n + (overM ? column : vector.index);
  return sums.add(fold.batch, m, n, fold.k, fold.tile.k, sum);
}

Error OperandStationarySequencer::control() {
  if (isReading && now == readEnd) {
    finishReading();
    if (!isLastVector()) {
      ++vector;
    } else {
      vector = 0;
      feed.next();
    }
  }
  if (preload == Preload::Runs && now == preloadEnd) {
    preload = Preload::IsDone;
    if (next->use[stays].ends)
      channel.getHalves(stays).release(next->use[stays].group);
  }
  if (Error error = advanceChannel())
    return error;
  if (Error error = startPreload())
    return error;
  if (Error error = feedVector())
    return error;
  // The vector that is read may let the next preload begin.
  return startPreload();
}

Error OperandStationarySequencer::startPreload() {
  if (preload != Preload::Waits || next.done())
    return Error::success();
  if (!machine.hidden && next->index == feed->index && isAllComplete())
    preloadFrom = std::min(preloadFrom, now);
  const Use &use = next->use[stays];
  if (preloadFrom > now ||
      (use.comesIn && channel.getArrival(stays, next->index, 0) > now))
    return Error::success();
  preload = Preload::Runs;
  preloadStart = now;
  preloadEnd = now + next->rows * next->rho;
  numReads[stays] += next->mapping.rows * next->mapping.columns;
  if (!machine.hidden)
    array.reshape(next->rows, next->columns);
  return channel.getHalves(stays).read(use.group);
}

Error OperandStationarySequencer::preloadRow() {
  const Fold &fold = *next;
  const int64_t passed = now + 1 - preloadStart;
  if (passed % fold.rho != 0)
    return Error::success();
  // Last row first.
  const int64_t row = fold.rows - passed / fold.rho;
  rowLanes.assign(fold.columns, 0);
  if (row < fold.mapping.rows)
    for (int64_t j = 0; j < fold.mapping.columns; ++j)
      rowLanes[j] =
          stays == Operand::Filter
              ? operands.getFilter(fold.batch, fold.n + j, fold.k + row)
              : operands.getIfmap(fold.batch, fold.m + j, fold.k + row);
  return array.preload(rowLanes, fold.index);
}

Error OperandStationarySequencer::enter() {
  const Fold &fold = *feed;
  // Lanes of rows that are passed carry nothing.
  lanes.assign(fold.passed + fold.rows, 0);
  for (int64_t i = 0; i < fold.mapping.rows; ++i)
    lanes[fold.passed + i] =
        streams == Operand::Ifmap
            ? operands.getIfmap(fold.batch, fold.m + vector, fold.k + i)
            : operands.getFilter(fold.batch, fold.n + vector, fold.k + i);
  lookupVector(tag) = {fold.index, vector, fold.columns};
  if (vector == 0)
    array.enterFirst({fold.index, fold.passed, fold.columns});
  if (Error error = array.enterLanes(lanes, tag))
    return error;
  return array.enterSums(tag);
}

Error OperandStationarySequencer::feedVector() {
  if (feed.done()) {
    waitForEnd();
    return Error::success();
  }
  if (isReading) {
    count(Cause::Port);
    return Error::success();
  }
  if (vector == 0 && preload != Preload::IsDone) {
    if (preload == Preload::Runs)
      count(Cause::Preload);
    else if (preloadFrom > now)
      count(Cause::Drain);
    else
      count(stays == Operand::Filter ? Cause::StallFilter : Cause::StallIfmap);
    return Error::success();
  }
  Halves &halves = channel.getHalves(Operand::Ofmap);
  const int64_t group = getGroup(Operand::Ofmap);
  PerOperand<bool> unmet;
  unmet[streams] = isAway(streams);
  unmet[Operand::Ofmap] = isAway(Operand::Ofmap) || !halves.isFree(group);
  if (unmet[streams] || unmet[Operand::Ofmap]) {
    wait(unmet);
    return Error::success();
  }
  if (Error error = startReading())
    return error;
  if (vector == 0) {
    beginFold(*feed);
    preload = Preload::Waits;
    preloadFrom = machine.hidden ? now + feed->sigma - 1 : kNever;
    next.next();
  }
  return halves.take(group);
}

int64_t OperandStationarySequencer::getWake() const {
  int64_t wake = Sequencer::getWake();
  if (preload == Preload::Runs) {
    const int64_t rho = next->rho;
    wake = std::min(wake, now + rho - (now - preloadStart) % rho);
  } else if (preload == Preload::Waits && preloadFrom > now) {
    wake = std::min(wake, preloadFrom);
  }
  return wake;
}

std::unique_ptr<Sequencer>
sim::makeOperandStationarySequencer(const Schedule &schedule, const Plan &plan,
                                    const Parameters &machine,
                                    const Operands &operands) {
  return std::make_unique<OperandStationarySequencer>(schedule, plan, machine,
                                                      operands);
}
