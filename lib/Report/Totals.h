//===- Totals.h - Sums over kernels -----------------------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_REPORT_TOTALS_H
#define ONEBIT_LIB_REPORT_TOTALS_H

#include "onebit/Report/Report.h"
#include <bitset>

namespace onebit::report {

/// The figures that every kernel has and that have a sum.
using KnownFigures = std::bitset<kNumFigures>;

/// The figures that all of `kernels` have and that have a sum.
KnownFigures findKnown(llvm::ArrayRef<Kernel> kernels);

/// Sums of no kernels: 0 of everything known.
Totals zeroTotals(const KnownFigures &known);

/// Adds what is in `known` of a kernel. Cannot wrap where `checkSums` of all
/// kernels succeeded: no figure is negative.
void add(Totals &totals, const Kernel &kernel, const KnownFigures &known);

/// Emits an error if a sum over all kernels exceeds 64 bits.
llvm::LogicalResult checkSums(mlir::ModuleOp module,
                              llvm::ArrayRef<Kernel> kernels,
                              const KnownFigures &known);

} // namespace onebit::report

#endif // ONEBIT_LIB_REPORT_TOTALS_H
