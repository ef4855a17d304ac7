//===- Readers.h - Parts of a report, read from IR --------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_REPORT_READERS_H
#define ONEBIT_LIB_REPORT_READERS_H

#include "onebit/Report/Report.h"

namespace onebit::report {

/// The array that does what no second engine does: reports are of the baseline.
inline systolic::ArrayAttr getBaseEngine(systolic::KernelOp kernel) {
  const systolic::ArrayAttr array = kernel.getArray();
  return array.getBase() ? array.getBase() : array;
}

/// A string of the IR may hold any bytes; a report is text.
std::string toText(llvm::StringRef string);

/// The kernel `op`, which runs `times` times. Emits an error where it has no
/// price, and on figures beyond 64 bits.
mlir::FailureOr<Kernel> readKernel(systolic::KernelOp op, int64_t times);

/// Adds the assumptions that stand on `module`.
void readAssumptions(mlir::ModuleOp module, Report &report);

/// Adds what is taken for granted of so many kernels in loops and in branches.
void assumeLoopsAndBranches(int64_t inUnknownLoops, int64_t inBranches,
                            Report &report);

/// Adds what a report that knows its sums and its footprint does not count.
void assumeWhatIsNotCounted(Report &report);

/// Sums, for a report that knows its kernels, sums and vector work, what the
/// kernels take on the engines that they were compiled for. Emits an error on
/// sums beyond 64 bits.
llvm::LogicalResult measureSecondEngine(mlir::ModuleOp module, Report &report);

/// What `value` is another shape of.
mlir::Value getStored(mlir::Value value);

/// What the program says of how the kernel's weight came to be quantized.
std::optional<Quantization> readQuantization(systolic::KernelOp kernel);

/// Sets `vector` of a report that knows its kernels, and adds what is not known
/// to its assumptions. Emits an error on vector work of another cost model than
/// the kernels', and on cycles beyond 64 bits.
llvm::LogicalResult readVectorWork(mlir::ModuleOp module, Report &report);

/// Sets `footprint` of a report. Emits an error on more bits than 64 bits can
/// count.
llvm::LogicalResult readFootprint(mlir::ModuleOp module, Report &report);

/// Sets `traffic` of a report. Emits an error on more bytes than 64 bits can
/// count.
llvm::LogicalResult readTraffic(mlir::ModuleOp module, Report &report);

} // namespace onebit::report

#endif // ONEBIT_LIB_REPORT_READERS_H
