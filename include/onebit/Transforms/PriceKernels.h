//===- PriceKernels.h - Write costs on kernels ------------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_TRANSFORMS_PRICEKERNELS_H
#define ONEBIT_TRANSFORMS_PRICEKERNELS_H

#include "mlir/IR/BuiltinOps.h"
#include "onebit/CostModel/CostModel.h"

namespace onebit {

/// Sets `cost` of every `systolic.kernel` in `module` to what `model` says of
/// its schedule on its array, with the energies at `node`, and
/// `systolic.vector_cost` of every op that is work of the array's vector unit,
/// where both have one. Emits an error at the first kernel or op that has no
/// price; costs of those before it are then set already. The context must have
/// loaded the systolic dialect.
llvm::LogicalResult
priceKernels(mlir::ModuleOp module, const CostModel &model,
             systolic::EnergyNode node = systolic::EnergyNode::None);

} // namespace onebit

#endif // ONEBIT_TRANSFORMS_PRICEKERNELS_H
