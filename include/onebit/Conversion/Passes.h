//===- Passes.h - Passes from one level to the next ------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_CONVERSION_PASSES_H
#define ONEBIT_CONVERSION_PASSES_H

#include "dialects/systolic/Systolic.h"
#include "dialects/ternary/Ternary.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassRegistry.h"
#include "onebit/Conversion/TileToSystolic.h"

namespace onebit {

#define GEN_PASS_DECL
#include "onebit/Conversion/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "onebit/Conversion/Passes.h.inc"

} // namespace onebit

#endif // ONEBIT_CONVERSION_PASSES_H
