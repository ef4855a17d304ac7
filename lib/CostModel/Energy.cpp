//===- Energy.cpp - Published energies of operations and accesses ---------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/CostModel/Energy.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"
#include <cmath>

using namespace llvm;
using namespace onebit;
using systolic::EnergyNode;

StringRef onebit::stringifyEnergySource(EnergySource source) {
  switch (source) {
  case EnergySource::BitNet:
    return "BitNet, Table 2";
  case EnergySource::TPUv4i:
    return "TPUv4i, Table 2";
  }
  llvm_unreachable("unknown source");
}

StringRef onebit::stringifyNumberFormat(NumberFormat format) {
  switch (format) {
  case NumberFormat::Int8:
    return "int8";
  case NumberFormat::Int32:
    return "int32";
  case NumberFormat::BF16:
    return "bf16";
  case NumberFormat::FP16:
    return "fp16";
  case NumberFormat::FP32:
    return "fp32";
  }
  llvm_unreachable("unknown format");
}

StringRef onebit::stringifyOperation(Operation operation) {
  switch (operation) {
  case Operation::Add:
    return "add";
  case Operation::Multiply:
    return "multiply";
  }
  llvm_unreachable("unknown operation");
}

std::optional<int64_t> NodeEnergies::at(EnergyNode node) const {
  switch (node) {
  case EnergyNode::None:
    return std::nullopt;
  case EnergyNode::Nm45:
    return nm45Fj;
  case EnergyNode::Nm7:
    return nm7Fj;
  }
  llvm_unreachable("unknown node");
}

// Where both sources have a figure, they agree.
ArrayRef<OperationEnergy> onebit::getOperationEnergies() {
  static constexpr OperationEnergy energies[] = {
      {Operation::Add, NumberFormat::Int8, {30, 7}, EnergySource::BitNet},
      {Operation::Add, NumberFormat::Int32, {100, 30}, EnergySource::TPUv4i},
      {Operation::Add,
       NumberFormat::BF16,
       {std::nullopt, 110},
       EnergySource::TPUv4i},
      {Operation::Add, NumberFormat::FP16, {400, 160}, EnergySource::BitNet},
      {Operation::Add, NumberFormat::FP32, {900, 380}, EnergySource::BitNet},
      {Operation::Multiply,
       NumberFormat::Int8,
       {200, 70},
       EnergySource::BitNet},
      {Operation::Multiply,
       NumberFormat::Int32,
       {3100, 1480},
       EnergySource::TPUv4i},
      {Operation::Multiply,
       NumberFormat::BF16,
       {std::nullopt, 210},
       EnergySource::TPUv4i},
      {Operation::Multiply,
       NumberFormat::FP16,
       {1100, 340},
       EnergySource::BitNet},
      {Operation::Multiply,
       NumberFormat::FP32,
       {3700, 1310},
       EnergySource::BitNet},
  };
  return energies;
}

ArrayRef<SramEnergy> onebit::getSramEnergies() {
  static constexpr SramEnergy energies[] = {
      {8, {10000, 7500}, EnergySource::TPUv4i},
      {32, {20000, 8500}, EnergySource::TPUv4i},
      {1024, {100000, 14000}, EnergySource::TPUv4i},
  };
  return energies;
}

const DramEnergy &onebit::getDramEnergy() {
  static constexpr DramEnergy energy = {{1300000, 1300000},
                                        EnergySource::TPUv4i};
  return energy;
}

std::optional<int64_t> onebit::getOperationFj(Operation operation,
                                              NumberFormat format,
                                              EnergyNode node) {
  for (const OperationEnergy &energy : getOperationEnergies())
    if (energy.operation == operation && energy.format == format)
      return energy.energies.at(node);
  return std::nullopt;
}

std::optional<int64_t> onebit::getSramFj(int64_t kb, EnergyNode node) {
  ArrayRef<SramEnergy> published = getSramEnergies();
  if (kb < 1 || !published.front().energies.at(node))
    return std::nullopt;
  // The first of the published sizes that is not smaller.
  const SramEnergy *next = find_if(
      published, [&](const SramEnergy &energy) { return energy.kb >= kb; });
  if (next != published.end() && next->kb == kb)
    return next->energies.at(node);
  const SramEnergy *high =
      std::clamp(next, published.begin() + 1, published.end() - 1);
  const SramEnergy *low = high - 1;
  auto log = [](int64_t value) {
    return std::log2(static_cast<double>(value));
  };
  double lowLog = log(*low->energies.at(node));
  double slope =
      (log(*high->energies.at(node)) - lowLog) / (log(high->kb) - log(low->kb));
  return std::llround(std::exp2(lowLog + slope * (log(kb) - log(low->kb))));
}
