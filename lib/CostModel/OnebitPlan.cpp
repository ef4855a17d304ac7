//===- OnebitPlan.cpp - What a kernel asks of a machine -------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OnebitPlan.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ErrorHandling.h"

using namespace llvm;
using namespace onebit;
using systolic::Dataflow;
using systolic::IdleLanes;
using systolic::Overlap;

static Wide countBits(Wide elements, const Format &format) {
  return divideUp(elements * format.bits, format.elements);
}

static Wide cyclesAtPort(Wide lanes, const OperandPlan &operand) {
  return operand.port == 0
             ? Wide(1)
             : divideUp(countBits(lanes, operand.format), operand.port);
}

static Transfer makeTransfer(Wide elements, const Format &format,
                             int64_t dram) {
  Wide bits = countBits(elements, format);
  return {bits, dram == 0 ? Wide(0) : divideUp(bits, dram)};
}

static TileTransfers makeTransfers(Wide lanes, Wide vectors, Wide groupSize,
                                   const Format &format, int64_t dram) {
  TileTransfers transfers;
  transfers.lanes = lanes;
  transfers.tile = makeTransfer(lanes * vectors, format, dram);
  transfers.firstVector = makeTransfer(lanes, format, dram).cycles;
  if (groupSize != 0) {
    transfers.group = makeTransfer(lanes * groupSize, format, dram);
    transfers.rest = makeTransfer(lanes * (vectors % groupSize), format, dram);
  }
  return transfers;
}

/// The rows and columns of each operand's tile as it lies in memory: vectors of
/// so many lanes where it streams, rows of the array where it stays.
static std::array<std::pair<Wide, Wide>, kNumOperands>
getVectors(Dataflow dataflow, const Tile &tile) {
  switch (dataflow) {
  case Dataflow::OutputStationary:
    return {{{tile.k, tile.m}, {tile.k, tile.n}, {tile.m, tile.n}}};
  case Dataflow::WeightStationary:
    return {{{tile.m, tile.k}, {tile.k, tile.n}, {tile.m, tile.n}}};
  case Dataflow::InputStationary:
    return {{{tile.k, tile.m}, {tile.n, tile.k}, {tile.n, tile.m}}};
  }
  llvm_unreachable("unknown dataflow");
}

static Operand getStationary(Dataflow dataflow) {
  switch (dataflow) {
  case Dataflow::OutputStationary:
    return Ofmap;
  case Dataflow::WeightStationary:
    return Filter;
  case Dataflow::InputStationary:
    return Ifmap;
  }
  llvm_unreachable("unknown dataflow");
}

static std::optional<Wide> getHalf(int64_t kilobytes) {
  if (kilobytes == 0)
    return std::nullopt;
  return Wide(4096) * kilobytes;
}

/// Whether all `elements` of `operand` fit into the whole of its memory.
static bool fitsOnChip(const OperandPlan &operand, Wide elements) {
  return !operand.half ||
         countBits(elements, operand.format) <= 2 * *operand.half;
}

/// Whether no loop that takes several steps lies around that over batch.
static bool isBatchOutermost(const Schedule &schedule) {
  for (const ScheduleLoop &loop : schedule.getLoops()) {
    if (loop.dim == Dim::Batch)
      return true;
    if (loop.step < loop.extent)
      return false;
  }
  return true;
}

/// Decides how long `operand` stays, whose largest tile has `vectors` of
/// `lanes`. Wants its format, port and half.
static Error decideResidency(OperandPlan &operand, bool isStationary,
                             Wide elements, Wide lanes, Wide vectors,
                             StringRef name) {
  if (!operand.half || countBits(elements, operand.format) <= *operand.half)
    return Error::success();
  Wide tileBits = countBits(lanes * vectors, operand.format);
  operand.residency = Residency::Tile;
  if (tileBits <= *operand.half)
    return Error::success();

  auto number = [](Wide value) {
    return toString(APInt(128, {uint64_t(value), uint64_t(value >> 64)}), 10,
                    /*Signed=*/false);
  };
  auto fail = [&](const Twine &what, Wide bits) {
    return createStringError(
        "the " + name + " memory has " + number(*operand.half / 4096) +
        " kB, so each of its halves holds " + number(*operand.half) +
        " bits, but " + what + " has " + number(bits) +
        " bits; take a larger memory or smaller folds");
  };
  if (isStationary)
    return fail("a tile that stays in the array", tileBits);
  operand.residency = Residency::Vectors;
  operand.groupSize =
      *operand.half * operand.format.elements / operand.format.bits / lanes;
  if (operand.groupSize == 0)
    return fail("a vector that streams", countBits(lanes, operand.format));
  return Error::success();
}

Expected<OnebitPlan> OnebitPlan::get(const Schedule &schedule,
                                     const ArrayDesc &array,
                                     FilterKind filter) {
  const Machine machine = array.machine.value_or(Machine());
  OnebitPlan plan;
  plan.dataflow = array.dataflow;
  plan.hiddenPreload = machine.preload == Overlap::Hidden;
  plan.hiddenDrain = machine.drain == Overlap::Hidden;
  plan.dram = machine.dram;
  plan.stationary = getStationary(array.dataflow);
  plan.entriesAreGroups = isBatchOutermost(schedule);

  auto &[ifmap, filterPlan, ofmap] = plan.operands;
  const DimSet batch = dimSet(Dim::Batch), m = dimSet(Dim::M),
               n = dimSet(Dim::N), k = dimSet(Dim::K);
  ifmap.dims = batch | m | k;
  ifmap.format = machine.activation;
  ifmap.half = getHalf(array.ifmapKb);
  ifmap.port = machine.ifmapPort;
  filterPlan.dims = batch | n | k;
  filterPlan.format = getFilterFormat(machine, filter);
  filterPlan.half = getHalf(array.filterKb);
  filterPlan.port = machine.filterPort;
  // What is in a memory is another, what a memory is stays.
  if (schedule.isTransposed())
    std::swap(ifmap.format, filterPlan.format);
  ofmap.dims = batch | m | n;
  ofmap.format = machine.partialSum;
  ofmap.half = getHalf(array.ofmapKb);
  ofmap.port = machine.ofmapPort;

  const auto largest = getVectors(plan.dataflow, schedule.getTile());
  const Wide entries = plan.entriesAreGroups ? 1 : schedule.getNumRuns();
  const Wide em = schedule.getExtent(Dim::M), en = schedule.getExtent(Dim::N),
             ek = schedule.getExtent(Dim::K);
  const Wide elements[] = {entries * em * ek, entries * en * ek,
                           entries * em * en};
  const StringLiteral names[] = {"ifmap", "filter", "ofmap"};
  // Of the operands; in a transposed product activations are the filter.
  bool staysOnChip[] = {!machine.ifmapDram, !machine.filterDram,
                        !machine.ofmapDram};
  if (schedule.isTransposed())
    std::swap(staysOnChip[Ifmap], staysOnChip[Filter]);
  const Wide otherEntries = plan.entriesAreGroups ? schedule.getNumRuns() : 1;
  for (unsigned x = 0; x < kNumOperands; ++x) {
    OperandPlan &operand = plan.operands[x];
    if (!staysOnChip[x] || !fitsOnChip(operand, otherEntries * elements[x]))
      continue;
    operand.onChip = true;
    operand.half.reset();
  }
  for (unsigned x = 0; x < kNumOperands; ++x)
    if (Error error =
            decideResidency(plan.operands[x], x == plan.stationary, elements[x],
                            largest[x].second, largest[x].first, names[x]))
      return std::move(error);

  const bool waited = machine.idleLanes == IdleLanes::Waited;
  for (DimSet left = 0; left < plan.folds.size(); ++left) {
    if (left & batch)
      continue;
    auto size = [&](Dim dim) {
      int64_t step = schedule.getStep(dim);
      return left & dimSet(dim) ? schedule.getExtent(dim) % step : step;
    };
    const Tile tile{size(Dim::M), size(Dim::N), size(Dim::K)};
    const Mapping mapping = getMapping(plan.dataflow, tile);
    FoldPlan &fold = plan.folds[left];
    fold.steps = mapping.time;
    fold.rows = waited ? array.rows : mapping.rows;
    fold.columns = waited ? array.columns : mapping.columns;

    switch (plan.dataflow) {
    case Dataflow::OutputStationary:
      fold.sigma = std::max(cyclesAtPort(fold.rows, ifmap),
                            cyclesAtPort(fold.columns, filterPlan));
      fold.delta = cyclesAtPort(fold.columns, ofmap);
      break;
    case Dataflow::WeightStationary:
    case Dataflow::InputStationary: {
      const OperandPlan &stays = plan.operands[plan.stationary];
      const OperandPlan &streams =
          plan.stationary == Filter ? ifmap : filterPlan;
      fold.sigma = std::max(cyclesAtPort(fold.rows, streams),
                            cyclesAtPort(fold.columns, ofmap));
      fold.preload = fold.rows * cyclesAtPort(fold.columns, stays);
      // With a hidden preload the stream passes the rows of fold 0, the first
      // of `folds`, whatever its own are.
      fold.wayOut = (plan.hiddenPreload ? plan.folds[0].rows : fold.rows) +
                    fold.columns - 2;
      break;
    }
    }

    const auto vectors = getVectors(plan.dataflow, tile);
    for (auto [operand, load, shape] :
         zip_equal(plan.operands, fold.loads, vectors))
      load = makeTransfers(shape.second, shape.first, operand.groupSize,
                           operand.format, plan.dram);
    fold.partialSums = fold.loads[Ofmap];
    fold.results =
        makeTransfers(vectors[Ofmap].second, vectors[Ofmap].first,
                      ofmap.groupSize, machine.activation, plan.dram);
  }
  return plan;
}

Wide OnebitPlan::getPrefetched(const Schedule &schedule,
                               const Prefetch &prefetch) const {
  const OperandPlan &filter = operands[Filter];
  if (filter.onChip)
    return 0;
  // Fold 0 is a full tile.
  const TileTransfers &load = folds[0].loads[Filter];
  const bool byVectors = filter.residency == Residency::Vectors;
  const Wide cycles = (byVectors ? load.group : load.tile).cycles;
  const Wide vectors = stationary == Filter ? Wide(1)
                       : byVectors          ? filter.groupSize
                                            : folds[0].steps;

  // Those before the first with an element that is fresh.
  Wide old = vectors;
  auto endBeforeLast = [&](Dim dim, int64_t tile, Dataflow overTime) {
    const int64_t extent = schedule.getExtent(dim);
    if (tile == extent)
      old = dataflow == overTime ? std::min<Wide>(vectors, extent - 1) : 0;
  };
  switch (prefetch.fresh) {
  case FreshRows::None:
    break;
  case FreshRows::LastOfN:
    endBeforeLast(Dim::N, schedule.getTile().n, Dataflow::InputStationary);
    break;
  case FreshRows::LastOfK:
    endBeforeLast(Dim::K, schedule.getTile().k, Dataflow::OutputStationary);
    break;
  case FreshRows::All:
    old = 0;
    break;
  }
  if (old == vectors)
    return std::min<Wide>(prefetch.cycles, cycles);
  if (dram == 0)
    return 0;
  return std::min<Wide>(prefetch.cycles,
                        countBits(old * load.lanes, filter.format) / dram);
}
