//===- KernelCounts.h - What kernels execute --------------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_EXECUTION_KERNELCOUNTS_H
#define ONEBIT_EXECUTION_KERNELCOUNTS_H

#include "onebit/Execution/Program.h"

namespace onebit {

/// Makes loops of the kernels of `module` that count their multiply-accumulates
/// when the module runs: --onebit-convert-systolic-to-scf with `count-macs`,
/// to be called before Program::compile. Emits an error and fails if there is
/// neither a kernel nor one that counts already.
llvm::LogicalResult countMacs(mlir::ModuleOp module);

/// What `kernels` have executed, as a line of JSON: `macs`, and `kernels` with
/// `name`, `layer` where there is one, and `macs` of each.
void printKernelCounts(llvm::ArrayRef<KernelCount> kernels,
                       llvm::raw_ostream &os);

} // namespace onebit

#endif // ONEBIT_EXECUTION_KERNELCOUNTS_H
