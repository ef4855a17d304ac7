//===- ScaleSim.h - SCALE-Sim's files in and out ----------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// docs/scale-sim.md describes the files.
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_FRONTEND_SCALESIM_H
#define ONEBIT_FRONTEND_SCALESIM_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/Support/MemoryBufferRef.h"
#include "llvm/Support/raw_ostream.h"

namespace onebit::frontend {

/// Reads a topology of matrix products, a header and rows `name,M,N,K,`: what
/// SCALE-Sim takes with `-i gemm`. The comma at the end may be missing, a fifth
/// field may say that the filter is dense (`1:1`).
///
/// The module has one function with a `decoder.projection` for each row: its
/// name is the row's, its activation an argument, its weight N x K and without
/// a value, both f32.
///
/// The result is null where the file cannot be understood; a diagnostic then
/// names the file (the buffer's identifier), the line, what was expected and
/// what was found. Loads the dialects that it needs into `context`.
mlir::OwningOpRef<mlir::ModuleOp>
importScaleSimTopology(mlir::MLIRContext &context,
                       llvm::MemoryBufferRef topology);

/// Writes the kernels of `module`, in their order, as a topology of matrix
/// products. A kernel of B batch entries is B rows. Names are unique.
///
/// Run by SCALE-Sim with the configuration below, it costs what the cost models
/// `scale-sim-v2` and `scale-sim-v3` say. A kernel whose folds are not those of
/// SCALE-Sim is an error, and so is a module without kernels; nothing is
/// written then.
llvm::LogicalResult exportScaleSimTopology(mlir::ModuleOp module,
                                           llvm::raw_ostream &os);

/// Writes the array of the kernels of `module` as a configuration, with what
/// SCALE-Sim 2 and 3 each want in it. Fails, and writes nothing, if kernels are
/// on different arrays, if the array does not say how large its memories are,
/// or if there is no kernel.
llvm::LogicalResult exportScaleSimConfig(mlir::ModuleOp module,
                                         llvm::raw_ostream &os);

} // namespace onebit::frontend

#endif // ONEBIT_FRONTEND_SCALESIM_H
