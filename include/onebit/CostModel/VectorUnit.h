//===- VectorUnit.h - Cycles of a vector unit -------------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// docs/microarchitecture.md, section 8.
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_COSTMODEL_VECTORUNIT_H
#define ONEBIT_COSTMODEL_VECTORUNIT_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/Hashing.h"
#include "llvm/Support/Error.h"
#include <cstdint>

namespace onebit {

/// A pass of a vector unit over `elements`: it maps each of them where
/// `reductions` is 0, else it reduces as many rows of equal length to one
/// number each.
struct LanePass {
  int64_t elements = 0, reductions = 0;
  bool operator==(const LanePass &other) const {
    return elements == other.elements && reductions == other.reductions;
  }
};
inline llvm::hash_code hash_value(const LanePass &pass) {
  return llvm::hash_combine(pass.elements, pass.reductions);
}

/// Fails if `lanes` is less than 1, if a count of `passes` is negative, or if
/// the rows of a pass that reduces have no equal length.
llvm::Error checkPasses(llvm::ArrayRef<LanePass> passes, int64_t lanes);

/// The cycles that `passes` take `lanes` lanes, one pass after the other: the
/// formulas of the page. Fails as checkPasses does, and if there are more than
/// 2^63-1 cycles.
llvm::Expected<int64_t> getVectorCycles(llvm::ArrayRef<LanePass> passes,
                                        int64_t lanes);

} // namespace onebit

#endif // ONEBIT_COSTMODEL_VECTORUNIT_H
