//===- Sequencer.cpp - What feeds an array, and counts --------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Sequencer.h"

using namespace llvm;
using namespace onebit;
using namespace onebit::sim;

Sequencer::Sequencer(const Schedule &schedule, const Plan &plan,
                     const Parameters &machine, const Operands &operands)
    : plan(plan), machine(machine), operands(operands),
      largest(getMapping(machine.dataflow, schedule.getTile())),
      channel(TransferOrder(schedule, plan, machine), machine), sums(schedule),
      feed(schedule, plan, machine) {}

Error Sequencer::run() {
  if (Error error = control())
    return error;
  while (!hasEnded) {
    if (isIdle()) {
      // Nothing changes before: these cycles go where this one went, but that a
      // vector has only one first cycle.
      const int64_t wake = getWake();
      if (wake == kNever)
        return createStringError("the machine waits at cycle " + Twine(now) +
                                 " for what cannot come");
      if (isReading)
        counted = &causes[int(Cause::Port)];
      *counted += wake - 1 - now;
      now = wake - 1;
    }
    if (Error error = cycle())
      return error;
  }
  return Error::success();
}

int64_t Sequencer::getWake() const {
  const int64_t wake =
      std::min({channel.getEnd(), awaited, isReading ? readEnd : kNever});
  return std::max(wake, now + 1);
}

void Sequencer::beginFold(const Fold &fold) {
  progress.push_back({fold});
  ++numFolds;
}

bool Sequencer::isComplete(int64_t fold, int64_t vector) const {
  if (fold < firstInProgress)
    return true;
  const size_t i = fold - firstInProgress;
  return i < progress.size() && progress[i].numComplete > vector;
}

Error Sequencer::advanceChannel() {
  awaited = kNever;
  while (!progress.empty() &&
         progress.front().numComplete == progress.front().fold.steps()) {
    progress.pop_front();
    ++firstInProgress;
  }
  return channel.advance(
      now, feed->index, sums,
      [&](int64_t fold, int64_t vector) { return isComplete(fold, vector); });
}

void Sequencer::wait(const PerOperand<bool> &unmet) {
  countIn(waitCycles);
  // Conditions stay met: what is unmet at last came last.
  for (Operand operand : {Operand::Ofmap, Operand::Filter, Operand::Ifmap})
    if (unmet[operand])
      waitsFor = operand;
}

Error Sequencer::startReading() {
  causes[int(Cause::StallIfmap) + int(waitsFor)] += waitCycles;
  waitCycles = 0;
  count(Cause::Stream);
  isReading = true;
  readEnd = now + feed->sigma;
  tag = tag == std::numeric_limits<VectorTag>::max() ? 1 : tag + 1;
  numMACs += feed->mapping.rows * feed->mapping.columns;
  for (Operand operand : {Operand::Ifmap, Operand::Filter}) {
    if (operand == machine.getStationary())
      continue;
    numReads[operand] += machine.getLanes(operand, feed->tile);
    if (Error error = channel.getHalves(operand).read(getGroup(operand)))
      return error;
  }
  return Error::success();
}

void Sequencer::finishReading() {
  isReading = false;
  for (Operand operand : kOperands) {
    if (operand == Operand::Ofmap || operand == machine.getStationary())
      continue;
    const int64_t vectors = plan.groupVectors[operand];
    if (isLastVector() ? feed->use[operand].ends
                       : vectors != 0 && (vector + 1) % vectors == 0)
      channel.getHalves(operand).release(getGroup(operand));
  }
}

void Sequencer::waitForEnd() {
  if (!isAllComplete())
    count(Cause::Drain);
  else if (!channel.isDone())
    count(Cause::StallOfmap);
  else
    hasEnded = true;
}

int64_t Sequencer::getGroup(Operand operand) const {
  const int64_t vectors = plan.groupVectors[operand];
  return feed->use[operand].group + (vectors == 0 ? 0 : vector / vectors);
}

bool Sequencer::isAway(Operand operand) {
  if (!feed->use[operand].comesIn)
    return false;
  // A tile that stays comes as one.
  const int64_t arrival = channel.getArrival(
      operand, feed->index, operand == machine.getStationary() ? 0 : vector);
  if (arrival <= now)
    return false;
  awaited = std::min(awaited, arrival);
  return true;
}

std::unique_ptr<Sequencer> sim::makeSequencer(const Schedule &schedule,
                                              const Plan &plan,
                                              const Parameters &machine,
                                              const Operands &operands) {
  return machine.sumsStay()
             ? makeOutputStationarySequencer(schedule, plan, machine, operands)
             : makeOperandStationarySequencer(schedule, plan, machine,
                                              operands);
}
