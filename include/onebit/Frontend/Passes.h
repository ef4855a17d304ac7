//===- Passes.h - Passes that read outside formats --------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_FRONTEND_PASSES_H
#define ONEBIT_FRONTEND_PASSES_H

#include "dialects/ternary/Ternary.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassRegistry.h"
#include "onebit/Frontend/LoadWeights.h"

namespace onebit {

#define GEN_PASS_DECL
#include "onebit/Frontend/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "onebit/Frontend/Passes.h.inc"

} // namespace onebit

#endif // ONEBIT_FRONTEND_PASSES_H
