//===- SumTerms.h - What a sum adds up --------------------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_ANALYSIS_SUMTERMS_H
#define ONEBIT_ANALYSIS_SUMTERMS_H

#include "mlir/IR/Operation.h"

namespace onebit {

/// Where the terms of a sum come from.
enum class SumTerms {
  /// Elements of one operand, or work that is one step per element of one:
  /// sums of squares, the denominator of a softmax. Or no sum at all.
  Elements,
  /// Products, or another work on pairs, that the op itself computes.
  Products,
  /// Products that an op before computes, element by element.
  EarlierProducts,
};

/// Tells what `op`, a structured op with a dimension to sum over or a
/// tosa.reduce_sum, adds up.
///
/// A pair of values makes a product of matrices where both change along a
/// dimension that is summed over, and one of them is the same along a dimension
/// that is kept: it is used again. What changes along every dimension on both
/// sides is work of the vector unit. Sums and differences count only where
/// both sides are used again; a choice counts where what is chosen is.
SumTerms classifySumTerms(mlir::Operation *op);

} // namespace onebit

#endif // ONEBIT_ANALYSIS_SUMTERMS_H
