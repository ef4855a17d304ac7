//===- ScaleSimOracle.h - SCALE-Sim's memories, word by word ----*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What SCALE-Sim does, done as directly as possible: every request of every
// port in every cycle is an address, every buffer a set of addresses. It takes
// time and memory in M N K, and shares nothing with the cost model.
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_TEST_UNIT_COSTMODEL_SCALESIMORACLE_H
#define ONEBIT_TEST_UNIT_COSTMODEL_SCALESIMORACLE_H

#include "TestSchedules.h"
#include "onebit/CostModel/ScaleSimMemory.h"

namespace onebit::test {

/// The folds of one run of an M x K times K x N product: three loops, outermost
/// first, each by its step.
struct OracleNest {
  Shape shape;
  ScheduleLoop loops[3];
};

/// `nest` on `system`, word by word.
scalesim::MemoryFigures runOracle(const OracleNest &nest,
                                  const scalesim::MemorySystem &system);

} // namespace onebit::test

#endif // ONEBIT_TEST_UNIT_COSTMODEL_SCALESIMORACLE_H
