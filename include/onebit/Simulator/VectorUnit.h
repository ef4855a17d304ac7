//===- VectorUnit.h - A vector unit, cycle by cycle -------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_SIMULATOR_VECTORUNIT_H
#define ONEBIT_SIMULATOR_VECTORUNIT_H

#include "onebit/CostModel/VectorUnit.h"

namespace onebit {

/// Steps `lanes` lanes through `passes` over numbers at random, as section 8 of
/// docs/microarchitecture.md says, and counts the cycles.
///
/// Fails as checkPasses does; if there are more elements than can be stepped
/// through; and, which would be a bug of the machine, if an element is left out
/// or a row is not reduced to what it should be.
llvm::Expected<int64_t> simulateVectorUnit(llvm::ArrayRef<LanePass> passes,
                                           int64_t lanes);

} // namespace onebit

#endif // ONEBIT_SIMULATOR_VECTORUNIT_H
