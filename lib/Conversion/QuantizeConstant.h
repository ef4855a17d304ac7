//===- QuantizeConstant.h - Weights quantized at compile time ---*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_CONVERSION_QUANTIZECONSTANT_H
#define ONEBIT_LIB_CONVERSION_QUANTIZECONSTANT_H

#include "dialects/ternary/Ternary.h"
#include "mlir/IR/Builders.h"

namespace onebit {

/// How a weight with a value is quantized.
struct ConstantQuantization {
  ternary::Scheme scheme;
  /// Elements that share a scale; null for all of them.
  ternary::GroupAttr group;
  /// Of trits. Bits are packed as b1.
  ternary::Packing packing;
  /// Whether a weight of -s, 0 and s keeps these.
  bool recognizeTernary;
};

/// The value of `weight`, if it is a constant of floats and its data are there.
mlir::ElementsAttr getFloatValue(mlir::Value weight);

/// A `ternary.weight` at `loc` of what `value` is quantized to. An error is at
/// `loc`.
mlir::FailureOr<ternary::WeightOp>
quantizeConstant(mlir::OpBuilder &builder, mlir::Location loc,
                 mlir::StringAttr name, mlir::ElementsAttr value,
                 const ConstantQuantization &how);

} // namespace onebit

#endif // ONEBIT_LIB_CONVERSION_QUANTIZECONSTANT_H
