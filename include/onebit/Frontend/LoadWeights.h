//===- LoadWeights.h - Values of weights from a checkpoint ------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_FRONTEND_LOADWEIGHTS_H
#define ONEBIT_FRONTEND_LOADWEIGHTS_H

#include "mlir/IR/BuiltinOps.h"
#include "onebit/Frontend/Checkpoint.h"

namespace onebit::frontend {

/// How the scale that a Hugging Face checkpoint has beside a ternary weight is
/// meant: transformers' `linear_class` decides, and the tensors do not say.
enum class ScaleMeaning {
  /// What the config.json beside the checkpoint says.
  FromConfig,
  /// `bitlinear`: results are divided by it.
  Divide,
  /// `autobitlinear`: results are multiplied by it.
  Multiply
};

/// Whether `name` is that of the head that turns features into logits.
inline bool isHead(llvm::StringRef name) {
  return name.ends_with("lm_head.weight") || name == "output.weight";
}

/// Gives each `decoder.weight` without a value that of the checkpoint, as
/// `--onebit-load-weights` describes. Values that need no conversion stay in
/// the mapped file, which lives as long as the module's context needs it.
/// Loads the dialects that it needs. What goes wrong is a diagnostic at the
/// weight. `unread` gets the names of tensors that no weight of the module has
/// asked for and that models do not commonly leave unread.
mlir::LogicalResult
loadWeights(mlir::ModuleOp module, std::shared_ptr<Checkpoint> checkpoint,
            ScaleMeaning scaleMeaning,
            llvm::SmallVectorImpl<llvm::StringRef> *unread = nullptr);

} // namespace onebit::frontend

#endif // ONEBIT_FRONTEND_LOADWEIGHTS_H
