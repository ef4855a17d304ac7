//===- Layouts.h - Decoder modules from the normal form ---------*- C++ -*-===//
//-*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_FRONTEND_LAYOUTS_H
#define ONEBIT_LIB_FRONTEND_LAYOUTS_H

#include "ModelConfig.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "onebit/Frontend/HuggingFace.h"

namespace onebit::frontend {

/// Builds the model as it is. Everything is located at `loc`. The options must
/// have been checked against the config, and have a context and layers.
mlir::OwningOpRef<mlir::ModuleOp> buildRealLayout(mlir::Location loc,
                                                  const ModelConfig &config,
                                                  const ImportOptions &options);

/// Builds the model as the paper (arXiv 2408.11939) counted it, so that its
/// published numbers can be compared with: a block is four `hidden x hidden`
/// projections, attention with as many key-value heads as query heads, and two
/// projections of the feed-forward network; it goes from hidden state to hidden
/// state, one token of one sequence. Each difference to the model is an
/// assumption. Weights are named by layer and role.
mlir::OwningOpRef<mlir::ModuleOp>
buildPaperLayout(mlir::Location loc, const ModelConfig &config,
                 const ImportOptions &options);

} // namespace onebit::frontend

#endif // ONEBIT_LIB_FRONTEND_LAYOUTS_H
