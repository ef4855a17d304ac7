//===- AddEnergy.cpp - What the figures of a cost take in energy ----------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From the figures that a family knows, whichever it is. docs/energy.md has the
// rules.
//
//===----------------------------------------------------------------------===//

#include "Count.h"
#include "onebit/CostModel/Energy.h"
#include "llvm/Support/ErrorHandling.h"

using namespace llvm;
using namespace onebit;
using systolic::EnergyNode;
using systolic::Metric;

/// Bits of the accesses that the energies of memories are published for.
static constexpr int64_t kAccessBits = 64;

/// The word of SCALE-Sim.
static constexpr Format kByte = {8, 1};

/// What is known of a figure. A sum of figures is known where all of them are.
using Figure = std::optional<Count>;

static Figure operator+(Figure lhs, Figure rhs) {
  if (!lhs || !rhs)
    return std::nullopt;
  return *lhs + *rhs;
}

static Figure operator*(Figure lhs, std::optional<int64_t> rhs) {
  if (!lhs || !rhs)
    return std::nullopt;
  return *lhs * *rhs;
}

/// `count` times numerator / denominator to the nearest integer. Exact: only
/// the remainder of whole denominators is divided.
static Count scale(Count count, Count numerator, int64_t denominator) {
  if (count.hasOverflowed())
    return count;
  Count rest = numerator * (count.getValue() % denominator) + denominator / 2;
  if (rest.hasOverflowed())
    return rest;
  return numerator * (count.getValue() / denominator) +
         rest.getValue() / denominator;
}

/// The energy of `count` elements of `format`, an access of 64 bits taking
/// `accessFj`.
static Figure access(Figure count, Format format,
                     std::optional<int64_t> accessFj) {
  if (!count || !accessFj)
    return std::nullopt;
  return scale(*count, Count(*accessFj) * format.bits,
               kAccessBits * format.elements);
}

namespace {
/// The figures of one kernel, and the energies that follow from them.
class KernelEnergy {
public:
  KernelEnergy(const Cost &cost, const Schedule &schedule,
               const ArrayDesc &array, FilterKind filter, Multiplier multiplier,
               EnergyNode node)
      : cost(cost), schedule(schedule), array(array), filter(filter),
        multiplier(multiplier), node(node) {}

  /// All multiply-accumulates, sums of integers being added in `sum`.
  Figure arithmetic(NumberFormat sum) const;
  /// Multiplications by the scales of weights and activations: BitNet, eq. 18.
  Figure scales() const;
  Figure sram() const;
  /// All that crosses to DRAM. A family that counts words sends every partial
  /// sum there, and leaves out that each comes back to be added to: as many do
  /// as are read again from SRAM.
  Figure dram() const;

private:
  Figure figure(Metric metric) const {
    std::optional<int64_t> value = cost.lookup(metric);
    return value ? Figure(*value) : std::nullopt;
  }
  /// What the machine does, where the family has this beside what it reports.
  Figure figure(Metric corrected, Metric reported) const {
    Figure value = figure(corrected);
    return value ? value : figure(reported);
  }
  Figure partialSumReads() const {
    return figure(Metric::SramOfmapReadsCorrected, Metric::SramOfmapReads);
  }
  std::optional<int64_t> operation(Operation operation,
                                   NumberFormat format) const {
    return getOperationFj(operation, format, node);
  }
  /// Whether the family counts DRAM in bits: it then has the widths that the
  /// array describes. Others count words, and a word is a byte.
  bool countsBits() const { return figure(Metric::DramFilterBits).has_value(); }

  const Cost &cost;
  const Schedule &schedule;
  const ArrayDesc &array;
  FilterKind filter;
  Multiplier multiplier;
  EnergyNode node;
};
} // namespace

Figure KernelEnergy::arithmetic(NumberFormat sum) const {
  Figure macs = figure(Metric::MACs);
  switch (multiplier) {
  case Multiplier::Sign:
    return macs * operation(Operation::Add, sum);
  case Multiplier::Integer:
    return macs * operation(Operation::Multiply, NumberFormat::Int8) +
           macs * operation(Operation::Add, sum);
  case Multiplier::Float:
    return macs * operation(Operation::Multiply, NumberFormat::FP16) +
           macs * operation(Operation::Add, NumberFormat::FP16);
  }
  llvm_unreachable("unknown multiplier");
}

Figure KernelEnergy::scales() const {
  if (multiplier == Multiplier::Float)
    return Count(0);
  // Each activation once when it is quantized, each result once.
  Dim tokens = Dim::M, features = Dim::N;
  if (schedule.isTransposed())
    std::swap(tokens, features);
  Count multiplications =
      Count(schedule.getNumRuns()) * schedule.getExtent(tokens) *
      (Count(schedule.getExtent(Dim::K)) + schedule.getExtent(features));
  return Figure(multiplications) *
         operation(Operation::Multiply, NumberFormat::FP16);
}

Figure KernelEnergy::sram() const {
  Format ifmap = kByte, filterWord = kByte, ofmap = kByte;
  if (countsBits()) {
    Machine machine = array.machine.value_or(Machine());
    ifmap = machine.activation;
    filterWord = getFilterFormat(machine, filter);
    ofmap = machine.partialSum;
    if (schedule.isTransposed())
      std::swap(ifmap, filterWord);
  }
  Figure ofmapAccesses =
      figure(Metric::SramOfmapWritesCorrected, Metric::SramOfmapWrites) +
      partialSumReads();
  return access(figure(Metric::SramIfmapReads), ifmap,
                getSramFj(array.ifmapKb, node)) +
         access(figure(Metric::SramFilterReads), filterWord,
                getSramFj(array.filterKb, node)) +
         access(ofmapAccesses, ofmap, getSramFj(array.ofmapKb, node));
}

Figure KernelEnergy::dram() const {
  Figure bits =
      countsBits()
          ? figure(Metric::DramIfmapBits) + figure(Metric::DramFilterBits) +
                figure(Metric::DramOfmapReadBits) +
                figure(Metric::DramOfmapWriteBits)
          : (figure(Metric::DramIfmapReadsCorrected, Metric::DramIfmapReads) +
             figure(Metric::DramFilterReadsCorrected, Metric::DramFilterReads) +
             figure(Metric::DramOfmapWritesCorrected, Metric::DramOfmapWrites) +
             partialSumReads()) *
                kByte.bits;
  return access(bits, {1, 1}, getDramEnergy().energies.at(node));
}

Expected<Cost> onebit::addEnergy(Cost cost, const Schedule &schedule,
                                 const ArrayDesc &array, FilterKind filter,
                                 Multiplier multiplier, EnergyNode node) {
  if (node == EnergyNode::None)
    return cost;
  KernelEnergy energy(cost, schedule, array, filter, multiplier, node);
  Figure int32 = energy.arithmetic(NumberFormat::Int32);
  Figure scales = energy.scales(), sram = energy.sram(), dram = energy.dram();
  const std::pair<Metric, Figure> figures[] = {
      {Metric::EnergyArithmeticInt8, energy.arithmetic(NumberFormat::Int8)},
      {Metric::EnergyArithmeticInt32, int32},
      {Metric::EnergyScales, scales},
      {Metric::EnergySram, sram},
      {Metric::EnergyDram, dram},
      {Metric::EnergyTotal, int32 + scales + sram.value_or(0) + dram}};
  for (auto [metric, count] : figures) {
    if (!count)
      continue;
    if (count->hasOverflowed())
      return createStringError("'" + systolic::stringifyMetric(metric) +
                               "' exceeds 64 bits");
    cost.entries.push_back({metric, count->getValue()});
  }
  llvm::sort(cost.entries,
             [](const systolic::CostEntry &a, const systolic::CostEntry &b) {
               return a.metric < b.metric;
             });
  return cost;
}
