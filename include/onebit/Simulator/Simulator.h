//===- Simulator.h - An array, cycle by cycle -------------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_SIMULATOR_SIMULATOR_H
#define ONEBIT_SIMULATOR_SIMULATOR_H

#include "onebit/CostModel/CostModel.h"
#include <vector>

namespace onebit {

/// The matrices that an array multiplies, row by row. Both empty: small numbers
/// at random, the same in every run.
struct SimulatorInput {
  /// batch x m x k.
  llvm::ArrayRef<int16_t> ifmap;
  /// batch x n x k.
  llvm::ArrayRef<int16_t> filter;
};

/// What a simulated kernel did.
struct Simulation {
  /// The metrics of the family `cycle-stepped`.
  Cost cost;
  /// The product, batch x m x n.
  std::vector<int32_t> ofmap;
  /// What it leaves to the next kernel.
  PrefetchWindow window;
  /// Steps of processing elements that were taken: those of the whole array, in
  /// each cycle in which something moved in it.
  int64_t steps = 0;
};

/// Steps `array` through the folds of `schedule`, register by register, as
/// docs/microarchitecture.md says, and multiplies `input` by it. Of `prefetch`
/// what the array makes use of has come in before.
///
/// Fails if the array is impossible or a fold does not fit it or its memories;
/// if `input` has not the size of the schedule or its sums could leave 32 bits;
/// if the work is too large to be stepped through; and, which would be a bug of
/// the machine, if two values meet in a register, something is read that has
/// not arrived, or the product is wrong.
llvm::Expected<Simulation>
simulate(const Schedule &schedule, const ArrayDesc &array,
         FilterKind filter = FilterKind::QuantizedWeight,
         const SimulatorInput &input = {}, const Prefetch &prefetch = {});

/// The family `cycle-stepped`: prices are counted in a simulation.
const CostModel &getCycleStepped();

/// Adds the family `cycle-stepped` to `getCostModels()`.
void registerSimulator();

} // namespace onebit

#endif // ONEBIT_SIMULATOR_SIMULATOR_H
