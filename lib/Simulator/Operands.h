//===- Operands.h - The matrices of a kernel --------------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_SIMULATOR_OPERANDS_H
#define ONEBIT_LIB_SIMULATOR_OPERANDS_H

#include "onebit/Simulator/Simulator.h"

namespace onebit::sim {

/// The matrices that a kernel multiplies: those of an input, or numbers at
/// random, which take no memory.
class Operands {
public:
  /// Fails if `input` has not the size of `schedule`, or if a sum of its
  /// products could leave 32 bits.
  static llvm::Expected<Operands> get(const Schedule &schedule,
                                      const SimulatorInput &input);

  int16_t getIfmap(int64_t batch, int64_t m, int64_t k) const {
    return get(input.ifmap, (batch * extentM + m) * extentK + k, 0);
  }
  int16_t getFilter(int64_t batch, int64_t n, int64_t k) const {
    return get(input.filter, (batch * extentN + n) * extentK + k, 1);
  }

  /// Fails if `ofmap` is not their product. A wrong one passes once in 2^32:
  /// both are multiplied by a vector at random (Freivalds 1977).
  llvm::Error check(llvm::ArrayRef<int32_t> ofmap) const;

  /// Fails if `ofmap` is not what is done of their product by `schedule`, which
  /// has a mask: folds that it leaves out have sums of 0. Looks at every
  /// element.
  llvm::Error checkMasked(llvm::ArrayRef<int32_t> ofmap,
                          const Schedule &schedule) const;

private:
  Operands(const Schedule &schedule, const SimulatorInput &input);

  int16_t get(llvm::ArrayRef<int16_t> matrix, int64_t index,
              uint64_t seed) const {
    return isGiven ? matrix[index] : draw(2 * uint64_t(index) + seed);
  }
  int16_t draw(uint64_t index) const;

  SimulatorInput input;
  bool isGiven;
  int64_t batch, extentM, extentN, extentK;
  /// Numbers at random are at most so large.
  int64_t largest;
};

} // namespace onebit::sim

#endif // ONEBIT_LIB_SIMULATOR_OPERANDS_H
