//===- Parameters.cpp - The machine as it is stepped ----------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Parameters.h"
#include "llvm/Support/ErrorHandling.h"

using namespace llvm;
using namespace onebit;
using namespace onebit::sim;
using systolic::Dataflow;

StringRef sim::stringifyOperand(Operand operand) {
  switch (operand) {
  case Operand::Ifmap:
    return "ifmap";
  case Operand::Filter:
    return "filter";
  case Operand::Ofmap:
    return "ofmap";
  }
  llvm_unreachable("unknown operand");
}

static Format pickFilterFormat(const Machine &machine, FilterKind filter) {
  switch (filter) {
  case FilterKind::QuantizedWeight:
    return machine.weight;
  case FilterKind::DenseWeight:
    return machine.denseWeight;
  case FilterKind::KVCache:
    return machine.kv;
  }
  llvm_unreachable("unknown filter");
}

/// Bits of half a memory of `kb`.
static int64_t getHalf(int64_t kb) {
  if (kb == 0 || kb > kNever / 4096)
    return kNever;
  return 4096 * kb;
}

Parameters::Parameters(const ArrayDesc &array, FilterKind filter,
                       const Prefetch &prefetch, bool transposed)
    : dataflow(array.dataflow), rows(array.rows), columns(array.columns),
      half(getHalf(array.ifmapKb), getHalf(array.filterKb),
           getHalf(array.ofmapKb)) {
  const Machine machine = array.machine.value_or(Machine());
  waited = machine.idleLanes == systolic::IdleLanes::Waited;
  hidden = (sumsStay() ? machine.drain : machine.preload) ==
           systolic::Overlap::Hidden;
  format = {machine.activation, pickFilterFormat(machine, filter),
            machine.partialSum};
  onChip = {!machine.ifmapDram, !machine.filterDram, !machine.ofmapDram};
  if (transposed) {
    std::swap(format[Operand::Ifmap], format[Operand::Filter]);
    std::swap(onChip[Operand::Ifmap], onChip[Operand::Filter]);
  }
  finished = machine.activation;
  port = {machine.ifmapPort, machine.filterPort, machine.ofmapPort};
  dram = machine.dram;
  if (machine.kernels == systolic::Overlap::Hidden)
    this->prefetch = prefetch;
}

Operand Parameters::getStationary() const {
  switch (dataflow) {
  case Dataflow::OutputStationary:
    return Operand::Ofmap;
  case Dataflow::WeightStationary:
    return Operand::Filter;
  case Dataflow::InputStationary:
    return Operand::Ifmap;
  }
  llvm_unreachable("unknown dataflow");
}

int64_t Parameters::getLanes(Operand operand, const Tile &tile) const {
  const Dim time = dataflow == Dataflow::OutputStationary   ? Dim::K
                   : dataflow == Dataflow::WeightStationary ? Dim::M
                                                            : Dim::N;
  const int64_t m = time == Dim::M ? 1 : tile.m;
  const int64_t n = time == Dim::N ? 1 : tile.n;
  const int64_t k = time == Dim::K ? 1 : tile.k;
  switch (operand) {
  case Operand::Ifmap:
    return m * k;
  case Operand::Filter:
    return n * k;
  case Operand::Ofmap:
    return m * n;
  }
  llvm_unreachable("unknown operand");
}

int64_t Parameters::getPortCycles(Operand operand, int64_t lanes) const {
  if (port[operand] == 0)
    return 1;
  return divideCeil(getBits(format[operand], lanes), port[operand]);
}
