//===- ScalarTrace.h - A counter and a constant -----------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_ANALYSIS_SCALARTRACE_H
#define ONEBIT_LIB_ANALYSIS_SCALARTRACE_H

#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/Value.h"
#include <optional>

namespace onebit {

/// An integer, `base + offset`; a constant where there is no base.
struct ScalarTrace {
  mlir::Value base;
  int64_t offset = 0;
};

/// Looks through sums with constants, conversions between integers, and the
/// tensors of one element and structured ops over them that frontends wrap
/// scalars in.
ScalarTrace traceScalar(mlir::Value value);

/// The constant that `value` is, if it is one.
std::optional<int64_t> getScalar(mlir::OpFoldResult value);

} // namespace onebit

#endif // ONEBIT_LIB_ANALYSIS_SCALARTRACE_H
