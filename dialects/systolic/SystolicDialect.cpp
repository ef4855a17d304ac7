//===- SystolicDialect.cpp - The systolic dialect ----------------------------------===//
//
// Part of the onebit project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/systolic/Systolic.h"

using namespace mlir;
using namespace onebit::systolic;

#include "dialects/systolic/SystolicDialect.cpp.inc"

void SystolicDialect::initialize() {}
