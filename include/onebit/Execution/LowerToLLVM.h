//===- LowerToLLVM.h - From a model to a program ----------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_EXECUTION_LOWERTOLLVM_H
#define ONEBIT_EXECUTION_LOWERTOLLVM_H

#include "mlir/Pass/PassManager.h"

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace onebit {

/// The passes from a model of decoder blocks, or one of kernels, to the LLVM
/// dialect, in four parts, in order. After the second, tensors are buffers, and
/// a result that is an argument updated is that argument.
///
/// A function of the model becomes one of plain pointers, a C function
///
///   void name(inputs..., weights..., results..., int8_t *workspace)
///
/// with a pointer to the first element for each tensor, row-major, and an
/// int64_t for each index. Weights are those of --onebit-weights-to-arguments.
/// A result that is an argument updated, as a KV cache is, is written in place
/// and is no argument of its own. The workspace is aligned to 64 bytes; a
/// function that needs none does not take one. Nothing is allocated.
///
/// With `packProducts`, ternary products on weights that are there call
/// onebit/Runtime/TernaryGemv.h; without, and all others, they are loops.
void buildWeightArgumentPasses(mlir::OpPassManager &passes, bool packProducts);
void buildBufferPasses(mlir::OpPassManager &passes);
void buildOutParamPasses(mlir::OpPassManager &passes);
void buildLLVMPasses(mlir::OpPassManager &passes);

/// Registers what these passes need of upstream's dialects beyond the dialects
/// themselves: interfaces of bufferization and of the lowering to LLVM.
void registerExecutionInterfaces(mlir::DialectRegistry &registry);

} // namespace onebit

#endif // ONEBIT_EXECUTION_LOWERTOLLVM_H
