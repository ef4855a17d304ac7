//===- AllocationCounter.h - How often memory was asked for -----*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_TEST_UNIT_EXECUTION_ALLOCATIONCOUNTER_H
#define ONEBIT_TEST_UNIT_EXECUTION_ALLOCATIONCOUNTER_H

#include <cstdint>

/// Calls of malloc and its kin in this process so far, by any thread, compiled
/// models included.
int64_t countAllocations();

#endif // ONEBIT_TEST_UNIT_EXECUTION_ALLOCATIONCOUNTER_H
