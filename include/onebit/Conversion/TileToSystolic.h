//===- TileToSystolic.h - Matrix products to folds --------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_CONVERSION_TILETOSYSTOLIC_H
#define ONEBIT_CONVERSION_TILETOSYSTOLIC_H

#include "dialects/systolic/Systolic.h"
#include "onebit/CostModel/TileProduct.h"

namespace onebit {

/// The dataflow of kernels: the array's own, one whatever the array says, or
/// the best for each kernel.
enum class DataflowChoice {
  OfArray,
  OutputStationary,
  WeightStationary,
  InputStationary,
  Auto
};

/// What query heads that share keys and values are: as the cost model has it, a
/// product each, or rows of one product.
enum class QueryHeadChoice { OfCostModel, Heads, Rows };

/// What becomes of folds of scores that a causal mask hides whole.
enum class MaskedFolds { Computed, Skipped };

/// How an array computes a product; see systolic.kernel.
struct KernelForm {
  /// Only for products with query groups.
  bool queryRows = false;
  bool transposed = false;
  /// Scores whose hidden folds are left out.
  std::optional<CausalScores> causal;
  /// Null where nothing was chosen.
  systolic::ChoiceAttr choice;
};

/// Makes a kernel of `product` on `array` and in `form` at the builder's
/// insertion point, in SCALE-Sim's order of folds, adding to `ofmap`, a tensor
/// of the product's result type. `product` stays. Every loop of the product
/// must have at least one iteration.
systolic::KernelOp createKernel(mlir::OpBuilder &builder,
                                decoder::MatrixProductOpInterface product,
                                mlir::Value ofmap, systolic::ArrayAttr array,
                                KernelForm form = {});

} // namespace onebit

#endif // ONEBIT_CONVERSION_TILETOSYSTOLIC_H
