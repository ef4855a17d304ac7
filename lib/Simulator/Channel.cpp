//===- Channel.cpp - The channel to DRAM ----------------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Channel.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace onebit;
using namespace onebit::sim;
using systolic::Dataflow;

//===----------------------------------------------------------------------===//
// Order
//===----------------------------------------------------------------------===//

void TransferOrder::refill() {
  while (queue.empty() && !isLastWritten) {
    if (walk.done()) {
      const int64_t vectors = plan.groupVectors[Operand::Ofmap];
      const int64_t last = before->steps() - 1;
      addWriteBack(*before, vectors == 0 ? 0 : last - last % vectors);
      isLastWritten = true;
      return;
    }
    if (step < walk->steps()) {
      addVector();
      ++step;
      continue;
    }
    if (machine.sumsStay() && walk->use[Operand::Ofmap].comesIn)
      addLoad(Operand::Ofmap, 0);
    before = *walk;
    walk.next();
    step = 0;
  }
}

void TransferOrder::addVector() {
  const Operand stays = machine.getStationary();
  if (step == 0 && !machine.sumsStay() && walk->use[stays].comesIn)
    addLoad(stays, 0);
  bool hasGroups = false;
  for (Operand operand : kOperands) {
    if (operand == stays)
      continue;
    const int64_t vectors = plan.groupVectors[operand];
    hasGroups |= vectors != 0;
    if (walk->use[operand].comesIn &&
        (vectors == 0 ? step == 0 : step % vectors == 0))
      addLoad(operand, step);
  }
  const int64_t sumVectors = plan.groupVectors[Operand::Ofmap];
  if (step == 0 && before) {
    const int64_t last = before->steps() - 1;
    addWriteBack(*before, sumVectors == 0 ? 0 : last - last % sumVectors);
  }
  if (step > 0 && sumVectors != 0 && step % sumVectors == 0)
    addWriteBack(*walk, step - sumVectors);
  // Sums are written before they are read again.
  if (queue.size() >= 2) {
    Transfer &last = queue.back(), &load = queue[queue.size() - 2];
    if (!last.isLoad && load.isLoad && load.operand == Operand::Ofmap &&
        load.region == last.region)
      std::swap(load, last);
  }
  // Nothing stands at the other vectors of whole tiles.
  if (!hasGroups)
    step = walk->steps() - 1;
}

Region TransferOrder::getRegion(const Fold &fold, int64_t firstVector,
                                int64_t numVectors) const {
  Region region{fold.batch, fold.m, fold.n, fold.tile.m, fold.tile.n};
  if (machine.dataflow == Dataflow::WeightStationary) {
    region.m += firstVector;
    region.rows = numVectors;
  } else if (machine.dataflow == Dataflow::InputStationary) {
    region.n += firstVector;
    region.columns = numVectors;
  }
  return region;
}

void TransferOrder::addLoad(Operand operand, int64_t firstVector) {
  const int64_t vectors = plan.groupVectors[operand];
  Transfer load;
  load.operand = operand;
  load.fold = walk->index;
  load.group =
      walk->use[operand].group + (vectors == 0 ? 0 : firstVector / vectors);
  load.lanes = machine.getLanes(operand, walk->tile);
  if (operand != machine.getStationary()) {
    load.firstVector = firstVector;
    load.numVectors = walk->steps() - firstVector;
    if (vectors != 0)
      load.numVectors = std::min(load.numVectors, vectors);
  }
  load.format = machine.format[operand];
  if (operand == Operand::Ofmap)
    load.region = getRegion(*walk, firstVector, load.numVectors);
  if (operand == Operand::Filter && !firstFilter) {
    load.oldVectors = countOldVectors(load);
    // What is fresh in part of a cycle's bits is fresh.
    const int64_t most =
        load.oldVectors == load.numVectors
            ? machine.getDramCycles(load.getBits())
        : machine.dram == 0
            ? 0
            : getBits(load.format, load.oldVectors * load.lanes) / machine.dram;
    load.doneCycles = std::min(machine.prefetch.cycles, most);
    firstFilter = load;
  }
  queue.push_back(load);
}

int64_t TransferOrder::countOldVectors(const Transfer &load) const {
  const Fold &fold = *walk;
  // Each vector has an element of the last row, or only the one of that row.
  auto untilLast = [&](int64_t begin, int64_t size, int64_t extent,
                       bool isTime) -> int64_t {
    if (begin + size < extent)
      return load.numVectors;
    if (!isTime)
      return 0;
    return std::min(load.numVectors, extent - 1 - begin - load.firstVector);
  };
  switch (machine.prefetch.fresh) {
  case FreshRows::None:
    return load.numVectors;
  case FreshRows::LastOfN:
    return untilLast(fold.n, fold.tile.n, extent.n,
                     machine.dataflow == Dataflow::InputStationary);
  case FreshRows::LastOfK:
    return untilLast(fold.k, fold.tile.k, extent.k, machine.sumsStay());
  case FreshRows::All:
    return 0;
  }
  llvm_unreachable("unknown rows");
}

void TransferOrder::addWriteBack(const Fold &fold, int64_t firstVector) {
  const Use &use = fold.use[Operand::Ofmap];
  if (!use.goesOut)
    return;
  const int64_t vectors = plan.groupVectors[Operand::Ofmap];
  const Tile &tile = fold.tile;
  Transfer back;
  back.isLoad = false;
  back.operand = Operand::Ofmap;
  back.fold = fold.index;
  back.group = use.group + (vectors == 0 ? 0 : firstVector / vectors);
  back.firstVector = firstVector;
  back.numVectors = fold.steps() - firstVector;
  if (vectors != 0)
    back.numVectors = std::min(back.numVectors, vectors);
  if (machine.sumsStay()) {
    back.firstVector = fold.steps() - 1;
    back.numVectors = 1;
  }
  back.region = getRegion(fold, firstVector, back.numVectors);
  back.lanes = back.region.rows * back.region.columns / back.numVectors;
  back.k = fold.k + tile.k;
  back.format = fold.lastK ? machine.finished : machine.format[Operand::Ofmap];
  back.endsGroup = use.ends;
  queue.push_back(back);
}

//===----------------------------------------------------------------------===//
// Channel
//===----------------------------------------------------------------------===//

bool Channel::isReady(const Transfer &transfer, IsComplete isComplete) const {
  if (transfer.isLoad)
    return halves[transfer.operand].isFree(transfer.group);
  return isComplete(transfer.fold,
                    transfer.firstVector + transfer.numVectors - 1);
}

Error Channel::begin(const Transfer &transfer, int64_t now,
                     const OfmapMemory &sums) {
  if (!transfer.isLoad) {
    writtenBits += transfer.getBits();
    return sums.check(transfer.region, transfer.k);
  }
  loadedBits[transfer.operand] += transfer.getBits();
  loads[transfer.operand].push_back({transfer, now});
  // It has its half since before the kernel, and may have left it again.
  if (transfer.doneCycles > 0)
    return Error::success();
  return halves[transfer.operand].take(transfer.group);
}

void Channel::finish(const Transfer &transfer) {
  if (!transfer.isLoad && transfer.endsGroup)
    halves[transfer.operand].release(transfer.group);
}

Error Channel::advance(int64_t now, int64_t fold, const OfmapMemory &sums,
                       IsComplete isComplete) {
  if (machine.dram == 0)
    return advanceUnlimited(now, fold, sums, isComplete);
  while (true) {
    if (isBusy) {
      if (end > now)
        return Error::success();
      finish(order.front());
      order.pop();
      isBusy = false;
    }
    openWindow(now);
    if (order.done() || !isReady(order.front(), isComplete))
      return Error::success();
    if (Error error = begin(order.front(), now, sums))
      return error;
    end = now + machine.getDramCycles(order.front().getBits()) -
          order.front().doneCycles;
    isBusy = true;
  }
}

void Channel::openWindow(int64_t now) {
  if (!order.isLast())
    return;
  idleFrom = std::min(idleFrom, now);
  const int64_t group = order.getLastFilterGroup() - 1;
  if (group < 0 || halves[Operand::Filter].isReleased(group) ||
      !order.hasHalves(Operand::Filter))
    halfFreeFrom = std::min(halfFreeFrom, now);
  window.channel = now - idleFrom;
  window.memory = halfFreeFrom == kNever ? 0 : now - halfFreeFrom;
}

Error Channel::advanceUnlimited(int64_t now, int64_t fold,
                                const OfmapMemory &sums,
                                IsComplete isComplete) {
  // What comes for the folds after the next one can wait until then.
  while (!order.done() && order.front().fold <= fold + 1) {
    const Transfer &transfer = order.front();
    (transfer.isLoad ? pendingLoads[transfer.operand] : pendingWriteBacks)
        .push_back({transfer, ++numPending});
    order.pop();
  }
  auto isReadyNow = [&](const Pending &pending) {
    const auto &[transfer, number] = pending;
    // Sums are written before any are read again.
    if (transfer.isLoad && transfer.operand == Operand::Ofmap &&
        !pendingWriteBacks.empty() && pendingWriteBacks.front().number < number)
      return false;
    return isReady(transfer, isComplete);
  };
  // One that is done can make another ready.
  std::deque<Pending> *const queues[] = {
      &pendingWriteBacks, &pendingLoads[Operand::Ifmap],
      &pendingLoads[Operand::Filter], &pendingLoads[Operand::Ofmap]};
  for (bool changed = true; changed;) {
    changed = false;
    for (std::deque<Pending> *queue : queues)
      while (!queue->empty() && isReadyNow(queue->front())) {
        if (Error error = begin(queue->front().transfer, now, sums))
          return error;
        finish(queue->front().transfer);
        queue->pop_front();
        changed = true;
      }
  }
  return Error::success();
}

int64_t Channel::getArrival(Operand operand, int64_t fold, int64_t vector) {
  std::deque<Load> &pending = loads[operand];
  if (operand == Operand::Filter && fold == early.fold &&
      vector < early.numVectors && early.doneCycles > 0 &&
      machine.getDramCycles(getBits(
          early.format, (vector + 1) * early.lanes)) <= early.doneCycles)
    return 0;
  auto isPast = [&](const Transfer &load) {
    return load.fold < fold ||
           (load.fold == fold && load.firstVector + load.numVectors <= vector);
  };
  while (!pending.empty() && isPast(pending.front().transfer))
    pending.pop_front();
  if (pending.empty())
    return kNever;
  const auto &[load, start] = pending.front();
  if (load.fold != fold || load.firstVector > vector)
    return kNever;
  const int64_t arrived = (vector - load.firstVector + 1) * load.lanes;
  return start + machine.getDramCycles(getBits(load.format, arrived)) -
         load.doneCycles;
}
