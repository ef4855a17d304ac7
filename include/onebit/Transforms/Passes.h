//===- Passes.h - Passes that stay on one level -----------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_TRANSFORMS_PASSES_H
#define ONEBIT_TRANSFORMS_PASSES_H

#include "dialects/systolic/SystolicEnums.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassRegistry.h"

namespace onebit {

#define GEN_PASS_DECL
#include "onebit/Transforms/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "onebit/Transforms/Passes.h.inc"

} // namespace onebit

#endif // ONEBIT_TRANSFORMS_PASSES_H
