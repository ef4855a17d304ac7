//===- Quantization.h - Weights to bits and trits ---------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What ternary.quantize_weight says, computed.
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_DIALECTS_TERNARY_QUANTIZATION_H
#define ONEBIT_DIALECTS_TERNARY_QUANTIZATION_H

#include "dialects/ternary/Ternary.h"
#include "llvm/Support/Error.h"

namespace onebit::ternary {

/// A weight quantized.
template <typename Float> struct QuantizedWeight {
  /// -1, 0 and 1, in the order of the weight.
  std::vector<int8_t> elements;
  /// One, or one for each group in the order of the groups.
  std::vector<Float> scales;
  /// Elements that are 0.
  int64_t zeros = 0;
  /// sqrt(sum (W - element * scale)^2 / sum W^2); 0 where W is.
  double relativeError = 0;
};

/// Quantizes `weight` of `shape`, whole or by groups that divide it, as the
/// description of ternary.quantize_weight says; `Float` is float or double.
/// Fails on an element that is infinite or NaN, and where a mean is too large
/// for the type.
template <typename Float>
llvm::Expected<QuantizedWeight<Float>>
quantizeWeight(Scheme scheme, llvm::ArrayRef<Float> weight,
               llvm::ArrayRef<int64_t> shape, GroupAttr group = {});

} // namespace onebit::ternary

#endif // ONEBIT_DIALECTS_TERNARY_QUANTIZATION_H
