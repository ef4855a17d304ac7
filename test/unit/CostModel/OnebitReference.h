//===- OnebitReference.h - The machine, vector by vector --------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_TEST_UNIT_COSTMODEL_ONEBITREFERENCE_H
#define ONEBIT_TEST_UNIT_COSTMODEL_ONEBITREFERENCE_H

#include "TestSchedules.h"

namespace onebit::test {

/// docs/microarchitecture.md word by word: each fold, vector, row of sums and
/// transfer on its own, in 64 bits, nothing in closed form, nothing skipped.
/// Shares no code with the cost model. For small products whose tiles fit the
/// memories.
Figures evaluateVectorByVector(const Schedule &schedule, const ArrayDesc &array,
                               FilterKind filter);

} // namespace onebit::test

#endif // ONEBIT_TEST_UNIT_COSTMODEL_ONEBITREFERENCE_H
