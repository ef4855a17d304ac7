//===- TileToSystolic.h - Matrix products to folds --------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_CONVERSION_TILETOSYSTOLIC_H
#define ONEBIT_CONVERSION_TILETOSYSTOLIC_H

#include "dialects/systolic/Systolic.h"

namespace onebit {

/// The dataflow of kernels: the array's own, or one whatever the array says.
enum class DataflowChoice {
  OfArray,
  OutputStationary,
  WeightStationary,
  InputStationary
};

/// Makes a kernel of `product` on `array` at the builder's insertion point, in
/// SCALE-Sim's order of folds, adding to `ofmap`, a tensor of the product's
/// result type. `product` stays. Every loop of the product must have at least
/// one iteration.
systolic::KernelOp createKernel(mlir::OpBuilder &builder,
                                decoder::MatrixProductOpInterface product,
                                mlir::Value ofmap, systolic::ArrayAttr array);

} // namespace onebit

#endif // ONEBIT_CONVERSION_TILETOSYSTOLIC_H
