//===- EmitObject.h - A function of a model ahead of time -------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_EXECUTION_EMITOBJECT_H
#define ONEBIT_EXECUTION_EMITOBJECT_H

#include "onebit/Execution/Program.h"
#include "llvm/Support/raw_ostream.h"

namespace onebit {

/// Where a compiled function goes.
struct ObjectStreams {
  /// The object file, position-independent, for this machine's processor.
  llvm::raw_pwrite_stream &object;
  /// What a C program includes: the function, sizes, and how to call it with
  /// the weights in one piece.
  llvm::raw_ostream &header;
  /// The weights in one piece: each begins at a multiple of 64.
  llvm::raw_ostream &weights;
};

/// Compiles a function of `module`, which is consumed, ahead of time. Emits
/// diagnostics and fails as `Program::compile` does, and where the function's
/// name is none in C.
mlir::LogicalResult emitObject(mlir::ModuleOp module,
                               const CompileOptions &options,
                               const ObjectStreams &streams);

} // namespace onebit

#endif // ONEBIT_EXECUTION_EMITOBJECT_H
