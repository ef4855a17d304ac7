//===- VectorUnit.cpp - Cycles of a vector unit ---------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/CostModel/VectorUnit.h"
#include "Count.h"
#include <algorithm>

using namespace llvm;
using namespace onebit;

Error onebit::checkPasses(ArrayRef<LanePass> passes, int64_t lanes) {
  if (lanes < 1)
    return createStringError("a vector unit must have a lane, got " +
                             Twine(lanes));
  for (const LanePass &pass : passes) {
    if (pass.elements < 0 || pass.reductions < 0)
      return createStringError("a pass must not have a negative count, got " +
                               Twine(pass.elements) + " elements and " +
                               Twine(pass.reductions) + " reductions");
    if (pass.reductions > 0 && pass.elements % pass.reductions != 0)
      return createStringError(Twine(pass.elements) +
                               " elements are not rows of equal length for " +
                               Twine(pass.reductions) + " reductions");
  }
  return Error::success();
}

Expected<int64_t> onebit::getVectorCycles(ArrayRef<LanePass> passes,
                                          int64_t lanes) {
  if (Error error = checkPasses(passes, lanes))
    return std::move(error);
  Count cycles;
  for (const auto &[elements, reductions] : passes) {
    if (elements == 0)
      continue;
    if (reductions == 0) {
      cycles += divideCeil(elements, lanes);
      continue;
    }
    const int64_t row = elements / reductions;
    cycles += Count(reductions) *
              (Count(divideCeil(row, lanes)) +
               Log2_64_Ceil(static_cast<uint64_t>(std::min(row, lanes))));
  }
  if (cycles.hasOverflowed())
    return createStringError("the cycles of a vector unit exceed 64 bits");
  return cycles.getValue();
}

Expected<std::optional<int64_t>>
CostModel::priceVectorWork(ArrayRef<LanePass>, const ArrayDesc &) const {
  return std::nullopt;
}
