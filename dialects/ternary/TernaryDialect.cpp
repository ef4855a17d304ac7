//===- TernaryDialect.cpp - The ternary dialect ----------------------------------===//
//
// Part of the onebit project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/ternary/Ternary.h"

using namespace mlir;
using namespace onebit::ternary;

#include "dialects/ternary/TernaryDialect.cpp.inc"

void TernaryDialect::initialize() {}
