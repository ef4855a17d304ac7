//===- Ternary.h - The ternary dialect ---------------------------------*- C++ -*-===//
//
// Part of the onebit project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DIALECTS_TERNARY_TERNARY_H
#define DIALECTS_TERNARY_TERNARY_H

#include "mlir/IR/Dialect.h"

#include "dialects/ternary/TernaryDialect.h.inc"

#endif // DIALECTS_TERNARY_TERNARY_H
