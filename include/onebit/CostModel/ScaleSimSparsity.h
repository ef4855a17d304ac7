//===- ScaleSimSparsity.h - Weights that SCALE-Sim v3 skips -----*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Layer-wise sparsity: of every `block` weights along K the first `kept` are
// not zero. v3 drops the others and runs the smaller product, so every figure
// is that of the product with getSparseK. Two are not: the overall utilization
// is of the MACs of the whole product, and under `ws` the reads of the ifmap
// are getSparseIfmapReads.
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_COSTMODEL_SCALESIMSPARSITY_H
#define ONEBIT_COSTMODEL_SCALESIMSPARSITY_H

#include "llvm/Support/Error.h"
#include <cstdint>

namespace onebit::scalesim {

/// `kept` of `block` weights, in SCALE-Sim's topology `kept:block`.
struct Sparsity {
  int64_t kept, block;
};

/// What is left of `k`: of a block begun, too, the first `kept` weights. Fails
/// unless `k` is positive and 1 <= kept <= block.
llvm::Expected<int64_t> getSparseK(int64_t k, Sparsity sparsity);

/// What v3 reports for `reads` words that an array under `ws` reads of the
/// ifmap: as if each row went through all `block` positions of what it keeps.
/// This is no whole number if a block is not full.
double getSparseIfmapReads(int64_t reads, Sparsity sparsity);

} // namespace onebit::scalesim

#endif // ONEBIT_COSTMODEL_SCALESIMSPARSITY_H
