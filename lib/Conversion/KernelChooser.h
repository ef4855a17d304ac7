//===- KernelChooser.h - Which dataflow for which product ------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_CONVERSION_KERNELCHOOSER_H
#define ONEBIT_LIB_CONVERSION_KERNELCHOOSER_H

#include "dialects/decoder/Decoder.h"
#include "dialects/systolic/Systolic.h"
#include "mlir/IR/BuiltinOps.h"
#include "onebit/CostModel/ChooseDataflow.h"

namespace onebit {

/// A product that shall be tiled.
struct ProductToTile {
  mlir::Operation *op;
  decoder::ProductClass productClass;
  decoder::ProductRole role;
  /// Query heads that share keys and values are rows, of `shape`, too.
  bool queryRows = false;
  decoder::ProductShape shape;
  /// Whose hidden folds are left out.
  std::optional<CausalScores> causal;
};

/// How a product is tiled, and what else there was.
struct KernelChoice {
  systolic::ArrayAttr array;
  bool transposed = false;
  systolic::ChoiceAttr attr;
};

/// The choices for all products of a module, and whether they were made
/// together.
struct KernelChoices {
  std::vector<KernelChoice> products;
  /// One dataflow for all takes less of the objective than the best of each
  /// alone does.
  std::optional<systolic::Dataflow> together;
};

/// The best way to compute each of `products`, by its own price. Where these do
/// not add up to that of all, as kernels prefetch behind each other or the
/// objective is a product of sums, one dataflow for all is taken if it is
/// better than all these. Emits an error at a product that has no price.
mlir::FailureOr<KernelChoices>
chooseKernels(mlir::ModuleOp module, llvm::ArrayRef<ProductToTile> products,
              const ArrayDesc &array, const DataflowCriterion &criterion);

} // namespace onebit

#endif // ONEBIT_LIB_CONVERSION_KERNELCHOOSER_H
