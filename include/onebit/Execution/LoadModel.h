//===- LoadModel.h - A checkpoint to a module that can run ------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_EXECUTION_LOADMODEL_H
#define ONEBIT_EXECUTION_LOADMODEL_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "onebit/Frontend/Checkpoint.h"
#include "llvm/Support/MemoryBufferRef.h"
#include <memory>
#include <optional>

namespace onebit {

/// What is made of a config.json.
struct LoadOptions {
  /// The weights (`frontend::openCheckpoint`).
  std::shared_ptr<frontend::Checkpoint> checkpoint;
  /// Tokens that the caches hold; what the import takes if absent.
  std::optional<int64_t> contextLength;
  /// Tokens of a prompt that are computed at once, by a function `@prefill`
  /// beside `@decode`; there is none if it is 1.
  int64_t prefillTokens = 1;
};

/// The model of a config.json with the weights of a checkpoint, as transformers
/// would run it: where `quantization_config` says bitnet, weights that are
/// ternary stay, others are made so by `b1.58-released`, and activations have
/// 8 bits. A context beyond what the model was trained for is a warning. Null
/// after a diagnostic.
mlir::OwningOpRef<mlir::ModuleOp> loadModel(mlir::MLIRContext &context,
                                            llvm::MemoryBufferRef config,
                                            const LoadOptions &options);

} // namespace onebit

#endif // ONEBIT_EXECUTION_LOADMODEL_H
