//===- DecoderBuilder.h - Ops of a decoder, one call each -------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_FRONTEND_DECODERBUILDER_H
#define ONEBIT_LIB_FRONTEND_DECODERBUILDER_H

#include "ModelConfig.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "onebit/Frontend/HuggingFace.h"

namespace onebit::frontend {

/// What the builders of both layouts share: a module with one function of an
/// input, a position and caches, and ops whose types follow from their
/// operands.
class DecoderBuilder {
public:
  /// Starts the module and its function. `cacheTypes` has one type for each
  /// layer to build.
  DecoderBuilder(mlir::Location loc, const ModelConfig &config,
                 const ImportOptions &options, mlir::Type inputType,
                 llvm::ArrayRef<mlir::RankedTensorType> cacheTypes);

  /// Ends the function: it returns `output` and the caches as the layers left
  /// them.
  mlir::OwningOpRef<mlir::ModuleOp> finish(mlir::Value output);

  mlir::Value getInput() { return function.getArgument(0); }
  mlir::Value getPosition() { return function.getArgument(1); }

  /// Builds the decoder.block of a layer, from hidden state to hidden state:
  /// `body` gets the layer's key and value cache and replaces them by their
  /// successors.
  using BlockBody = llvm::function_ref<mlir::Value(
      mlir::Value hidden, mlir::Value &keys, mlir::Value &values)>;
  mlir::Value block(int64_t layer, mlir::Value hidden, BlockBody body);

  mlir::RankedTensorType type(llvm::ArrayRef<int64_t> shape);
  mlir::Value weight(const llvm::Twine &name, llvm::ArrayRef<int64_t> shape);
  /// `x` times a weight, which is outputs x inputs or `transposed`; `quantize`
  /// is that of the op.
  mlir::Value project(mlir::Value x, mlir::Value weight, mlir::Value bias,
                      const llvm::Twine &name, decoder::ProductRole role,
                      bool transposed = false, mlir::BoolAttr quantize = {});
  mlir::Value splitHeads(mlir::Value x, int64_t heads);
  mlir::Value mergeHeads(mlir::Value x);
  mlir::Value append(mlir::Value rows, mlir::Value cache);

  mlir::OpBuilder builder;
  const mlir::Location loc;

private:
  const ModelConfig &config;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  mlir::func::FuncOp function;
  llvm::SmallVector<mlir::Value> caches;
};

/// Extent of a dimension of a ranked tensor.
int64_t dim(mlir::Value tensor, unsigned index);

} // namespace onebit::frontend

#endif // ONEBIT_LIB_FRONTEND_DECODERBUILDER_H
