//===- Simulator.cpp - An array, cycle by cycle ---------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/Simulator/Simulator.h"
#include "Sequencer.h"
#include "onebit/Simulator/VectorUnit.h"

using namespace llvm;
using namespace onebit;
using namespace onebit::sim;
using systolic::Metric;

/// Above these a simulation is refused: steps of processing elements, which
/// take some 20 seconds; sides of an array; elements of a product.
static constexpr uint64_t kMaxSteps = 20'000'000'000;
static constexpr int64_t kMaxSide = 4096;
static constexpr uint64_t kMaxProduct = uint64_t(1) << 27;

/// What one cycle costs beside the steps of processing elements.
static constexpr uint64_t kOverhead = 64;

namespace {
/// A number that does not wrap.
struct Saturating {
  uint64_t value;
  Saturating(uint64_t value) : value(value) {}
  Saturating operator*(Saturating other) const {
    return SaturatingMultiply(value, other.value);
  }
  Saturating operator+(Saturating other) const {
    return SaturatingAdd(value, other.value);
  }
};
} // namespace

/// Fails if `schedule` is too large to be stepped through.
static Error checkWork(const Schedule &schedule, const ArrayDesc &array,
                       const Parameters &machine) {
  auto classes = schedule.getFoldClasses();
  if (!classes)
    return classes.takeError();
  const Mapping largest = getMapping(array.dataflow, schedule.getTile());
  const int64_t rows = machine.waited ? array.rows : largest.rows;
  const int64_t columns = machine.waited ? array.columns : largest.columns;
  if (rows > kMaxSide || columns > kMaxSide)
    return createStringError(
        "a simulation of " + Twine(rows) + " x " + Twine(columns) +
        " processing elements takes too much memory; it may have up to " +
        Twine(kMaxSide) + " rows and columns: take the cost model 'onebit'");

  auto extent = [&](Dim dim) { return Saturating(schedule.getExtent(dim)); };
  const Saturating product =
      extent(Dim::Batch) * extent(Dim::M) * extent(Dim::N);
  if (product.value > kMaxProduct)
    return createStringError(
        "a simulation of a product of " + Twine(product.value) +
        " elements takes too much memory; it may have up "
        "to " +
        Twine(kMaxProduct) + ": take the cost model 'onebit'");

  // Each fold by itself, and every port as slow as for a full tile.
  const Operand stays = machine.getStationary();
  Saturating sigma = 1;
  for (Operand operand : kOperands)
    if (operand != stays)
      sigma = std::max<uint64_t>(
          sigma.value,
          machine.getPortCycles(operand, operand == Operand::Ofmap ||
                                                 (machine.sumsStay() &&
                                                  operand == Operand::Filter)
                                             ? columns
                                             : rows));
  const Saturating turn = machine.getPortCycles(stays, columns);
  Saturating cycles = 0;
  for (const auto &[count, tile] : *classes) {
    const Saturating time = getMapping(array.dataflow, tile).time;
    cycles = cycles +
             Saturating(count) * (time * sigma + turn * rows + rows + columns);
  }
  const Saturating steps = cycles * (Saturating(rows) * columns + kOverhead);
  if (steps.value > kMaxSteps)
    return createStringError(
        "a simulation takes about " + Twine(steps.value) +
        " steps of processing elements, and is refused above " +
        Twine(kMaxSteps) +
        ": take a smaller array or product, or the cost model 'onebit'");
  return Error::success();
}

static Cost makeCost(const Sequencer &machine, const OfmapMemory &sums) {
  const Channel &channel = machine.getChannel();
  const int64_t stalls[] = {machine.getCycles(Cause::StallIfmap),
                            machine.getCycles(Cause::StallFilter),
                            machine.getCycles(Cause::StallOfmap)};
  Cost cost;
  cost.entries = {
      {Metric::Folds, machine.getNumFolds()},
      {Metric::Cycles, machine.getCycles()},
      {Metric::StallCycles, stalls[0] + stalls[1] + stalls[2]},
      {Metric::StallIfmapCycles, stalls[0]},
      {Metric::StallFilterCycles, stalls[1]},
      {Metric::StallOfmapCycles, stalls[2]},
      {Metric::StreamCycles, machine.getCycles(Cause::Stream)},
      {Metric::PortCycles, machine.getCycles(Cause::Port)},
      {Metric::PreloadCycles, machine.getCycles(Cause::Preload)},
      {Metric::DrainCycles, machine.getCycles(Cause::Drain)},
      {Metric::MACs, machine.getNumMACs()},
      {Metric::SramIfmapReads, machine.getNumReads(Operand::Ifmap)},
      {Metric::SramFilterReads, machine.getNumReads(Operand::Filter)},
      {Metric::SramOfmapWrites, sums.getNumWrites()},
      {Metric::SramOfmapReads, sums.getNumReads()},
      {Metric::DramIfmapBits, channel.getLoadedBits()[Operand::Ifmap]},
      {Metric::DramFilterBits, channel.getLoadedBits()[Operand::Filter]},
      {Metric::DramOfmapReadBits, channel.getLoadedBits()[Operand::Ofmap]},
      {Metric::DramOfmapWriteBits, channel.getWrittenBits()},
  };
  return cost;
}

/// `simulate`, of folds that fit the array.
static Expected<Simulation> simulateFolds(const Schedule &schedule,
                                          const ArrayDesc &array,
                                          FilterKind filter,
                                          const SimulatorInput &input,
                                          const Prefetch &prefetch) {
  const Parameters parameters(array, filter, prefetch, schedule.isTransposed());
  if (Error error = checkWork(schedule, array, parameters))
    return std::move(error);
  Expected<Plan> plan = Plan::get(schedule, parameters);
  if (!plan)
    return plan.takeError();
  Expected<Operands> operands = Operands::get(schedule, input);
  if (!operands)
    return operands.takeError();

  std::unique_ptr<Sequencer> machine =
      makeSequencer(schedule, *plan, parameters, *operands);
  if (Error error = machine->run())
    return std::move(error);
  Simulation simulation;
  simulation.cost = makeCost(*machine, machine->getSums());
  simulation.window = machine->getChannel().getWindow();
  simulation.steps = machine->getSteps();
  simulation.ofmap = machine->getSums().takeSums();
  if (Error error = schedule.getMask()
                        ? operands->checkMasked(simulation.ofmap, schedule)
                        : operands->check(simulation.ofmap))
    return std::move(error);
  return simulation;
}

namespace {
class CycleStepped final : public CostModel {
public:
  StringRef name() const final { return "cycle-stepped"; }
  bool prefersQueryRows() const final { return true; }
  bool pricesMaskedFolds() const final { return true; }
  StringRef description() const final {
    return "counted in a simulation of the array, register by register: small "
           "products only";
  }
  Expected<std::optional<int64_t>>
  priceVectorWork(ArrayRef<LanePass> passes,
                  const ArrayDesc &array) const final {
    if (!array.machine || array.machine->vectorLanes == 0)
      return std::nullopt;
    return simulateVectorUnit(passes, array.machine->vectorLanes);
  }

private:
  Expected<Cost> priceFolds(const Schedule &schedule, const ArrayDesc &array,
                            FilterKind filter) const final {
    Expected<Simulation> simulation =
        simulateFolds(schedule, array, filter, {}, {});
    if (!simulation)
      return simulation.takeError();
    return simulation->cost;
  }
  Expected<SequencedCost> priceFoldsAfter(const Prefetch &prefetch,
                                          const Schedule &schedule,
                                          const ArrayDesc &array,
                                          FilterKind filter) const final {
    Expected<Simulation> simulation =
        simulateFolds(schedule, array, filter, {}, prefetch);
    if (!simulation)
      return simulation.takeError();
    return SequencedCost{simulation->cost, simulation->window};
  }
};
} // namespace

Expected<Simulation> onebit::simulate(const Schedule &schedule,
                                      const ArrayDesc &array, FilterKind filter,
                                      const SimulatorInput &input,
                                      const Prefetch &prefetch) {
  if (Error error = checkFolds(schedule, array))
    return std::move(error);
  return simulateFolds(schedule, array, filter, input, prefetch);
}

const CostModel &onebit::getCycleStepped() {
  static const CycleStepped model;
  return model;
}

void onebit::registerSimulator() { registerCostModel(getCycleStepped()); }
