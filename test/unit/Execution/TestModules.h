//===- TestModules.h - Modules to run ---------------------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_TEST_UNIT_EXECUTION_TESTMODULES_H
#define ONEBIT_TEST_UNIT_EXECUTION_TESTMODULES_H

#include "mlir/Parser/Parser.h"
#include "onebit/Execution/LanguageModel.h"
#include "onebit/Execution/LowerToLLVM.h"
#include "onebit/InitAllDialects.h"
#include <random>

inline const mlir::DialectRegistry &getTestRegistry() {
  static const mlir::DialectRegistry registry = [] {
    mlir::DialectRegistry registry;
    onebit::registerAllDialects(registry);
    onebit::registerExecutionInterfaces(registry);
    return registry;
  }();
  return registry;
}

/// A small decoder of BitNet's family, its projections ternary and its weights
/// random, the same for each call with the same `quantized`. With
/// `prefillTokens` above 1, a function `@prefill` of so many beside `@decode`.
/// With a `window`, the first layer looks back so many tokens.
mlir::OwningOpRef<mlir::ModuleOp> makeDecoder(mlir::MLIRContext &context,
                                              int64_t prefillTokens,
                                              bool quantized = true,
                                              int64_t window = 0);

/// Sizes of that decoder.
constexpr int64_t kVocabulary = 61, kContext = 40;

#endif // ONEBIT_TEST_UNIT_EXECUTION_TESTMODULES_H
