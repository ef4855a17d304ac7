//===- DimTrace.h - Where a dimension comes from ---------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_ANALYSIS_DIMTRACE_H
#define ONEBIT_ANALYSIS_DIMTRACE_H

#include "onebit/Analysis/WeightAnalysis.h"
#include "llvm/ADT/SmallBitVector.h"
#include <optional>

namespace onebit {

/// The dimensions of an earlier value that a dimension of a later one is made
/// of.
struct DimOrigin {
  llvm::SmallBitVector dims;
  /// One dimension, neither split nor merged on the way.
  bool isExact = true;

  std::optional<unsigned> getExactDim() const {
    if (!isExact || dims.count() != 1)
      return std::nullopt;
    return dims.find_first();
  }
};

/// Follows dimension `dim` of `value` back to `product`, a matrix product that
/// `analysis` says the value is the result of: through reshapes, transposes,
/// elementwise work, slices and concatenations. Nothing where it cannot be
/// told. Bounded, so that asking once for each product stays linear.
std::optional<DimOrigin> traceDim(const WeightAnalysis &analysis,
                                  mlir::Value value, unsigned dim,
                                  mlir::Value product);

/// The sizes of the dimensions that were merged, outermost first, into `dim` of
/// `value`, and where each comes from; nothing where none were.
struct MergedDim {
  llvm::SmallVector<int64_t, 2> sizes;
  llvm::SmallVector<DimOrigin, 2> origins;
};
std::optional<MergedDim> traceMergedDim(const WeightAnalysis &analysis,
                                        mlir::Value value, unsigned dim,
                                        mlir::Value product);

} // namespace onebit

#endif // ONEBIT_ANALYSIS_DIMTRACE_H
