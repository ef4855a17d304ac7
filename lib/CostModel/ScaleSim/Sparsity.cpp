//===- Sparsity.cpp - Weights that SCALE-Sim v3 skips ---------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/CostModel/ScaleSimSparsity.h"
#include <algorithm>

using namespace llvm;
using namespace onebit;
using namespace onebit::scalesim;

Expected<int64_t> scalesim::getSparseK(int64_t k, Sparsity sparsity) {
  auto [kept, block] = sparsity;
  if (k < 1)
    return createStringError("a product must have a positive k, got " +
                             Twine(k));
  if (kept < 1 || kept > block)
    return createStringError(
        "sparsity must keep at least 1 and at most all weights of a block, "
        "got " +
        Twine(kept) + " of " + Twine(block));
  return k / block * kept + std::min(kept, k % block);
}

double scalesim::getSparseIfmapReads(int64_t reads, Sparsity sparsity) {
  return double(reads) * (double(sparsity.block) / double(sparsity.kept));
}
