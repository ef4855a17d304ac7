//===- VectorUnit.cpp - A vector unit, cycle by cycle ---------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/Simulator/VectorUnit.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <vector>

using namespace llvm;
using namespace onebit;

/// Above these a simulation is refused: elements of all passes, which take some
/// 20 seconds, and rows, for an empty row takes time, too.
static constexpr uint64_t kMaxElements = 20'000'000'000;
static constexpr uint64_t kMaxRows = 1'000'000'000;

/// Element `index` of a tensor of numbers from 0 to 255.
static int64_t getElement(int64_t index) {
  return (static_cast<uint64_t>(index) * 0x9E3779B97F4A7C15u) >> 56;
}

namespace {
/// The lanes, each with a register that may be empty.
class Lanes {
public:
  explicit Lanes(int64_t lanes) : lanes(lanes) {}

  Error map(int64_t elements);
  Error reduce(int64_t elements, int64_t rows);
  int64_t getCycles() const { return cycles; }

private:
  /// What a row is reduced by: rows take turns.
  static int64_t combine(bool adds, int64_t a, int64_t b) {
    return adds ? a + b : std::max(a, b);
  }

  const int64_t lanes;
  int64_t cycles = 0;
  std::vector<int64_t> registers;
};
} // namespace

Error Lanes::map(int64_t elements) {
  int64_t next = 0, sum = 0;
  while (next < elements) {
    for (int64_t lane = 0; lane < lanes && next < elements; ++lane, ++next)
      sum += 2 * getElement(next) + 1;
    ++cycles;
  }
  int64_t expected = elements;
  for (int64_t i = 0; i < elements; ++i)
    expected += 2 * getElement(i);
  if (sum != expected)
    return createStringError("a bug of the vector unit: an element is missing");
  return Error::success();
}

Error Lanes::reduce(int64_t elements, int64_t rows) {
  const int64_t length = elements / rows;
  for (int64_t row = 0; row < rows && length > 0; ++row) {
    const bool adds = row % 2 == 0;
    const int64_t end = (row + 1) * length;
    registers.clear();
    for (int64_t next = row * length; next < end; ++cycles)
      for (int64_t lane = 0; lane < lanes && next < end; ++lane, ++next) {
        if (lane == static_cast<int64_t>(registers.size()))
          registers.push_back(getElement(next));
        else
          registers[lane] = combine(adds, registers[lane], getElement(next));
      }
    // The upper half goes to the lower one.
    for (; registers.size() > 1; ++cycles) {
      const size_t half = registers.size() - registers.size() / 2;
      for (size_t i = half; i < registers.size(); ++i)
        registers[i - half] = combine(adds, registers[i - half], registers[i]);
      registers.resize(half);
    }
    int64_t expected = 0;
    for (int64_t i = row * length; i < end; ++i)
      expected = combine(adds, expected, getElement(i));
    if (registers.front() != expected)
      return createStringError(
          "a bug of the vector unit: a row has been reduced to " +
          Twine(registers.front()) + ", not to " + Twine(expected));
  }
  return Error::success();
}

Expected<int64_t> onebit::simulateVectorUnit(ArrayRef<LanePass> passes,
                                             int64_t lanes) {
  if (Error error = checkPasses(passes, lanes))
    return std::move(error);
  uint64_t elements = 0, rows = 0;
  for (const LanePass &pass : passes) {
    elements = SaturatingAdd<uint64_t>(elements, pass.elements);
    rows = SaturatingAdd<uint64_t>(rows, pass.reductions);
  }
  if (elements > kMaxElements || rows > kMaxRows)
    return createStringError("a simulation of a vector unit takes " +
                             Twine(elements) + " elements in " + Twine(rows) +
                             " rows, and is refused above " +
                             Twine(kMaxElements) + " in " + Twine(kMaxRows) +
                             ": take the cost model 'onebit'");
  Lanes unit(lanes);
  for (const LanePass &pass : passes)
    if (Error error = pass.reductions > 0
                          ? unit.reduce(pass.elements, pass.reductions)
                          : unit.map(pass.elements))
      return std::move(error);
  return unit.getCycles();
}
