//===- LowerFunction.h - A function of a model to LLVM ----------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_EXECUTION_LOWERFUNCTION_H
#define ONEBIT_LIB_EXECUTION_LOWERFUNCTION_H

#include "onebit/Execution/Program.h"
#include <deque>

namespace onebit {

/// A weight as it lies in memory, whoever keeps it.
struct BoundWeight {
  std::string name;
  const char *data;
  int64_t bytes;
  mlir::Type elementType;
};

/// A global of 64 bits that counts what a kernel of a tiled model executes.
struct KernelCounter {
  std::string name;
  std::optional<int64_t> layer;
  std::string symbol;
};

/// What a function of plain pointers takes: inputs, weights, results that are
/// no updated input, and a workspace if it has bytes.
struct LoweredFunction {
  std::string entry;
  std::vector<Port> inputs, results;
  /// For each result the input that it is, if it is one.
  std::vector<std::optional<unsigned>> updatedInputs;
  std::vector<BoundWeight> weights;
  int64_t workspaceBytes = 0;
  std::vector<KernelCounter> counters;

  /// Weights whose elements the module does not hold one by one.
  std::deque<std::vector<char>> expanded;
};

/// Lowers the function that is asked for to the LLVM dialect, by the passes of
/// LowerToLLVM.h. Other functions go where nothing calls them. Emits
/// diagnostics and fails as `Program::compile` does.
mlir::FailureOr<LoweredFunction> lowerFunction(mlir::ModuleOp module,
                                               const CompileOptions &options);

} // namespace onebit

#endif // ONEBIT_LIB_EXECUTION_LOWERFUNCTION_H
