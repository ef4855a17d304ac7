//===- BufferizeTernary.h - Buffers of packed products ----------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_EXECUTION_BUFFERIZETERNARY_H
#define ONEBIT_LIB_EXECUTION_BUFFERIZETERNARY_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace onebit {

/// One-shot bufferization of `ternary.packed_matmul`.
void registerTernaryBufferization(mlir::DialectRegistry &registry);

} // namespace onebit

#endif // ONEBIT_LIB_EXECUTION_BUFFERIZETERNARY_H
