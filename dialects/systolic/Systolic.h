//===- Systolic.h - The systolic dialect ---------------------------------*- C++ -*-===//
//
// Part of the onebit project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DIALECTS_SYSTOLIC_SYSTOLIC_H
#define DIALECTS_SYSTOLIC_SYSTOLIC_H

#include "mlir/IR/Dialect.h"

#include "dialects/systolic/SystolicDialect.h.inc"

#endif // DIALECTS_SYSTOLIC_SYSTOLIC_H
