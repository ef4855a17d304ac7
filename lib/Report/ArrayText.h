//===- ArrayText.h - An array in words -------------------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_REPORT_ARRAYTEXT_H
#define ONEBIT_LIB_REPORT_ARRAYTEXT_H

#include "onebit/Report/Report.h"

namespace onebit::report {

/// Sides, dataflow and memories: `4 x 4, output-stationary, ifmap 64 kB`.
std::string describeArray(const Array &array);

/// What a family that counts bits counts with.
std::string describeMachine(const Machine &machine);

/// SCALE-Sim's own bandwidths.
std::string describe(const ScaleSimBandwidth &bandwidth);

} // namespace onebit::report

#endif // ONEBIT_LIB_REPORT_ARRAYTEXT_H
