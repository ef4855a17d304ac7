//===- Memories.cpp - On-chip memories ------------------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Memories.h"

using namespace llvm;
using namespace onebit;
using namespace onebit::sim;

Error Halves::take(int64_t group) {
  if (!isLimited)
    return Error::success();
  int64_t &half = holds[group % 2];
  if (half != group && half >= 0)
    return createStringError(
        "group " + Twine(group) + " of " + stringifyOperand(operand) +
        " comes into a half that group " + Twine(half) + " has not left");
  half = group;
  return Error::success();
}

Error Halves::read(int64_t group) const {
  if (!isLimited || holds[group % 2] == group)
    return Error::success();
  return createStringError("group " + Twine(group) + " of " +
                           stringifyOperand(operand) +
                           " is read, but it is not in its memory");
}

void Halves::release(int64_t group) {
  if (isLimited && holds[group % 2] == group)
    holds[group % 2] = -1;
  later.insert(group);
  while (later.erase(released))
    ++released;
}

Error OfmapMemory::failAdd(int64_t m, int64_t n, int64_t k, int64_t begun) {
  return createStringError(
      "a sum from k = " + Twine(k) + " on arrives for element " + Twine(m) +
      ", " + Twine(n) + ", which is summed up to " + Twine(begun));
}

Error OfmapMemory::check(const Region &region, int64_t k) const {
  for (int64_t m = region.m; m < region.m + region.rows; ++m)
    for (int64_t n = region.n; n < region.n + region.columns; ++n) {
      const int64_t have = begun[(region.batch * extentM + m) * extentN + n];
      if (have != k)
        return createStringError("element " + Twine(m) + ", " + Twine(n) +
                                 " leaves for DRAM, but it is summed up to " +
                                 Twine(have) + " and not to " + Twine(k));
    }
  return Error::success();
}
