//===- Operands.cpp - The matrices of a kernel ----------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Operands.h"
#include "FoldWalk.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <limits>

using namespace llvm;
using namespace onebit;
using namespace onebit::sim;

/// What SplitMix64 makes of its state `x` (Steele, Lea, Flood 2014).
static uint64_t mix(uint64_t x) {
  x = (x + 1) * 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

Operands::Operands(const Schedule &schedule, const SimulatorInput &input)
    : input(input), isGiven(!input.ifmap.empty() || !input.filter.empty()),
      batch(schedule.getExtent(Dim::Batch)),
      extentM(schedule.getExtent(Dim::M)), extentN(schedule.getExtent(Dim::N)),
      extentK(schedule.getExtent(Dim::K)), largest(127) {
  // Sums stay within 32 bits.
  while (largest > 1 &&
         largest * largest > std::numeric_limits<int32_t>::max() / extentK)
    --largest;
}

int16_t Operands::draw(uint64_t index) const {
  return int64_t(((mix(index) >> 32) * uint64_t(2 * largest + 1)) >> 32) -
         largest;
}

Expected<Operands> Operands::get(const Schedule &schedule,
                                 const SimulatorInput &input) {
  Operands operands(schedule, input);
  if (!operands.isGiven)
    return operands;
  auto getLargest = [](ArrayRef<int16_t> matrix) {
    int64_t largest = 0;
    for (int64_t value : matrix)
      largest = std::max(largest, std::abs(value));
    return largest;
  };
  for (auto [name, matrix, rows] :
       {std::tuple("ifmap", input.ifmap, operands.extentM),
        std::tuple("filter", input.filter, operands.extentN)}) {
    const int64_t size = operands.batch * rows * operands.extentK;
    if (int64_t(matrix.size()) != size)
      return createStringError(Twine(name) + " must have " +
                               Twine(operands.batch) + " x " + Twine(rows) +
                               " x " + Twine(operands.extentK) +
                               " elements, got " + Twine(matrix.size()));
  }
  const int64_t product = getLargest(input.ifmap) * getLargest(input.filter);
  if (product > std::numeric_limits<int32_t>::max() / operands.extentK)
    return createStringError("sums of " + Twine(operands.extentK) +
                             " products of up to " + Twine(product) +
                             " could exceed 32 bits: take smaller numbers");
  return operands;
}

Error Operands::checkMasked(ArrayRef<int32_t> ofmap,
                            const Schedule &schedule) const {
  const int64_t stepM = schedule.getStep(Dim::M);
  const int64_t stepN = schedule.getStep(Dim::N);
  for (int64_t b = 0; b < batch; ++b)
    for (int64_t m = 0; m < extentM; ++m)
      for (int64_t n = 0; n < extentN; ++n) {
        int64_t expected = 0;
        if (usesAnElement(schedule, m - m % stepM, n - n % stepN))
          for (int64_t k = 0; k < extentK; ++k)
            expected += int64_t(getIfmap(b, m, k)) * getFilter(b, n, k);
        if (ofmap[(b * extentM + m) * extentN + n] != expected)
          return createStringError(
              "element " + Twine(m) + ", " + Twine(n) + " of batch entry " +
              Twine(b) + " of the masked product that the array made is wrong");
      }
  return Error::success();
}

Error Operands::check(ArrayRef<int32_t> ofmap) const {
  auto getWeight = [](int64_t n) { return mix(uint64_t(n) << 32); };
  std::vector<uint64_t> folded(extentK);
  for (int64_t b = 0; b < batch; ++b) {
    std::fill(folded.begin(), folded.end(), 0);
    for (int64_t n = 0; n < extentN; ++n) {
      const uint64_t weight = getWeight(n);
      for (int64_t k = 0; k < extentK; ++k)
        folded[k] += weight * uint64_t(getFilter(b, n, k));
    }
    for (int64_t m = 0; m < extentM; ++m) {
      uint64_t expected = 0, got = 0;
      for (int64_t k = 0; k < extentK; ++k)
        expected += folded[k] * uint64_t(getIfmap(b, m, k));
      for (int64_t n = 0; n < extentN; ++n)
        got += getWeight(n) * uint64_t(ofmap[(b * extentM + m) * extentN + n]);
      if (got != expected)
        return createStringError(
            "row " + Twine(m) + " of batch entry " + Twine(b) +
            " of the product that the array made is wrong");
    }
  }
  return Error::success();
}
