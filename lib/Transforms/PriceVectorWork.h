//===- PriceVectorWork.h - Write costs of a vector unit ---------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_TRANSFORMS_PRICEVECTORWORK_H
#define ONEBIT_LIB_TRANSFORMS_PRICEVECTORWORK_H

#include "mlir/IR/BuiltinOps.h"
#include "onebit/CostModel/CostModel.h"

namespace onebit {

/// Sets `systolic.vector_cost` of every op of `module` that is work of the
/// vector unit to what `model` says of it, and removes it from all others, also
/// where `model` or the kernels' array has no vector unit. Emits an error at
/// the first op that has no price, and at a kernel whose vector unit is not
/// that of another.
llvm::LogicalResult priceVectorWork(mlir::ModuleOp module,
                                    const CostModel &model);

} // namespace onebit

#endif // ONEBIT_LIB_TRANSFORMS_PRICEVECTORWORK_H
