//===- ExtractSchedule.cpp - Kernels as plain numbers ---------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/Analysis/ExtractSchedule.h"
#include <limits>

using namespace mlir;
using namespace onebit;

static_assert(ArrayDesc::kMaxSide == systolic::ArrayAttr::kMaxSide);

/// The number of the loop that counts dimension `position` of `slice`, if one
/// does.
static std::optional<unsigned>
lookupLoop(systolic::SliceOp slice, unsigned position, systolic::LoopOp loop) {
  SmallVector<OpFoldResult> offsets = slice.getMixedOffsets();
  if (position >= offsets.size())
    return std::nullopt;
  auto iv =
      dyn_cast_if_present<BlockArgument>(dyn_cast<Value>(offsets[position]));
  if (!iv || iv.getOwner() != &loop.getBody().front())
    return std::nullopt;
  return iv.getArgNumber();
}

FailureOr<Schedule> onebit::extractSchedule(systolic::KernelOp kernel) {
  auto loops = kernel.getBody().getOps<systolic::LoopOp>();
  if (!llvm::hasSingleElement(loops))
    return kernel.emitOpError("has no schedule: body must be one loop");
  systolic::LoopOp loop = *loops.begin();
  auto folds = loop.getBody().getOps<systolic::FoldOp>();
  if (!llvm::hasSingleElement(folds))
    return loop.emitOpError("has no schedule: body must have one fold");
  systolic::FoldOp fold = *folds.begin();
  auto ifmap = fold.getIfmap().getDefiningOp<systolic::SliceOp>();
  auto ofmap = fold.getOfmap().getDefiningOp<systolic::SliceOp>();
  if (!ifmap || !ofmap || fold.getTile().size() != 3)
    return fold.emitOpError("has no schedule: it must work on slices and have "
                            "a tile [m, n, k]");

  if (loop.getExtents().size() != loop.getSteps().size())
    return loop.emitOpError(
        "has no schedule: it must have one step for each extent");

  // The verifier has seen to it that the filter's slice agrees.
  std::pair<Dim, std::optional<unsigned>> dims[] = {
      {Dim::Batch, lookupLoop(ofmap, 0, loop)},
      {Dim::M, lookupLoop(ofmap, 1, loop)},
      {Dim::N, lookupLoop(ofmap, 2, loop)},
      {Dim::K, lookupLoop(ifmap, 2, loop)}};
  SmallVector<ScheduleLoop, 4> ordered;
  for (auto [i, extent, step] :
       llvm::enumerate(loop.getExtents(), loop.getSteps())) {
    const auto *dim =
        llvm::find_if(dims, [&, i = i](auto &dim) { return dim.second == i; });
    if (dim == std::end(dims))
      return loop.emitOpError("has no schedule: loop #")
             << i << " indexes none of batch, m, n and k";
    ordered.push_back({dim->first, extent, step});
  }
  ArrayRef<int64_t> tile = fold.getTile();
  std::optional<CausalMask> mask;
  if (std::optional<systolic::CausalMaskAttr> attr = loop.getMask())
    mask = {attr->getKeysInRows() ? Dim::M : Dim::N, attr->getPeriod(),
            attr->getWindow()};
  llvm::Expected<Schedule> schedule = Schedule::get(
      ordered, {tile[0], tile[1], tile[2]}, kernel.getTransposed(), mask);
  if (!schedule)
    return loop.emitOpError("has no schedule: ")
           << llvm::toString(schedule.takeError());
  // Where extents saturate; see decoder::ProductShape.
  for (Dim dim : {Dim::Batch, Dim::M, Dim::N, Dim::K})
    if (schedule->getExtent(dim) == std::numeric_limits<int64_t>::max())
      return loop.emitOpError("has no schedule: extent of ")
             << stringifyDim(dim) << " exceeds 64 bits";
  return *schedule;
}

ArrayDesc onebit::toArrayDesc(systolic::ArrayAttr array) {
  ArrayDesc desc;
  desc.name = array.getName().str();
  desc.rows = array.getRows();
  desc.columns = array.getColumns();
  desc.dataflow = array.getDataflow();
  desc.ifmapKb = array.getIfmapKb();
  desc.filterKb = array.getFilterKb();
  desc.ofmapKb = array.getOfmapKb();
  if (systolic::MachineAttr attr = array.getMachine()) {
    Machine &machine = desc.machine.emplace();
    machine.clockKhz = attr.getClockKhz();
    machine.preload = attr.getPreload();
    machine.drain = attr.getDrain();
    machine.kernels = attr.getKernels();
    machine.idleLanes = attr.getIdleLanes();
    machine.activation = {attr.getActivationBits(), 1};
    machine.weight = {attr.getWeightWordBits(), attr.getWeightsPerWord()};
    machine.denseWeight = {attr.getDenseWeightBits(), 1};
    machine.partialSum = {attr.getPartialSumBits(), 1};
    machine.kv = {attr.getKvBits(), 1};
    machine.ifmapPort = attr.getIfmapPort();
    machine.filterPort = attr.getFilterPort();
    machine.ofmapPort = attr.getOfmapPort();
    machine.dram = attr.getDram();
    machine.vectorLanes = attr.getVectorLanes();
    machine.vector = attr.getVector();
    machine.ifmapDram = attr.getIfmapDram();
    machine.filterDram = attr.getFilterDram();
    machine.ofmapDram = attr.getOfmapDram();
  }
  if (systolic::ScaleSimAttr attr = array.getScaleSim())
    desc.scaleSim = {attr.getIfmap(), attr.getFilter(), attr.getOfmap()};
  return desc;
}

static systolic::ArrayAttr toAttr(MLIRContext *context, const ArrayDesc &desc,
                                  systolic::ArrayAttr base, bool sharedDram) {
  systolic::MachineAttr machine;
  if (const std::optional<Machine> &m = desc.machine)
    machine = systolic::MachineAttr::get(
        context, m->clockKhz, m->preload, m->drain, m->kernels, m->idleLanes,
        m->activation.bits, m->weight.bits, m->weight.elements,
        m->denseWeight.bits, m->partialSum.bits, m->kv.bits, m->ifmapPort,
        m->filterPort, m->ofmapPort, m->dram, m->vectorLanes, m->vector,
        m->ifmapDram, m->filterDram, m->ofmapDram);
  systolic::ScaleSimAttr scaleSim;
  if (const std::optional<ScaleSimBandwidth> &bandwidth = desc.scaleSim)
    scaleSim = systolic::ScaleSimAttr::get(context, bandwidth->ifmap,
                                           bandwidth->filter, bandwidth->ofmap);
  return systolic::ArrayAttr::get(
      context, desc.name, desc.rows, desc.columns, desc.dataflow, desc.ifmapKb,
      desc.filterKb, desc.ofmapKb, machine, scaleSim, base, sharedDram);
}

systolic::ArrayAttr onebit::toArrayAttr(MLIRContext *context,
                                        const ArrayDesc &desc) {
  return toAttr(context, desc, systolic::ArrayAttr(), /*sharedDram=*/false);
}

systolic::ArrayAttr onebit::toProjectionEngineAttr(const ArrayDesc &desc,
                                                   systolic::ArrayAttr base) {
  if (!desc.projectionEngine)
    return systolic::ArrayAttr();
  return toAttr(base.getContext(), *desc.projectionEngine, base,
                desc.sharedDram);
}
