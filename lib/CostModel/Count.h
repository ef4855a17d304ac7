//===- Count.h - Numbers that remember an overflow --------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_COSTMODEL_COUNT_H
#define ONEBIT_LIB_COSTMODEL_COUNT_H

#include "onebit/CostModel/CostModel.h"
#include "llvm/Support/MathExtras.h"
#include <initializer_list>
#include <utility>

namespace onebit {

/// A 64-bit integer that is a number, or is known to have overflowed on the way
/// to it.
class Count {
public:
  Count(int64_t value = 0) : value(value) {}

  friend Count operator+(Count lhs, Count rhs) {
    Count result;
    result.overflowed = llvm::AddOverflow(lhs.value, rhs.value, result.value) ||
                        lhs.overflowed || rhs.overflowed;
    return result;
  }
  friend Count operator-(Count lhs, Count rhs) {
    Count result;
    result.overflowed = llvm::SubOverflow(lhs.value, rhs.value, result.value) ||
                        lhs.overflowed || rhs.overflowed;
    return result;
  }
  friend Count operator*(Count lhs, Count rhs) {
    Count result;
    result.overflowed = llvm::MulOverflow(lhs.value, rhs.value, result.value) ||
                        lhs.overflowed || rhs.overflowed;
    return result;
  }
  Count &operator+=(Count rhs) { return *this = *this + rhs; }

  bool hasOverflowed() const { return overflowed; }
  /// Meaningless after an overflow.
  int64_t getValue() const { return value; }

private:
  int64_t value;
  bool overflowed = false;
};

/// A figure, if the model knows it.
struct KnownFigure {
  systolic::Metric metric;
  std::optional<Count> count;
};

/// The cost of these figures, which ascend by metric. Fails, naming the figure,
/// if one has overflowed.
llvm::Expected<Cost> makeCost(std::initializer_list<KnownFigure> figures);

} // namespace onebit

#endif // ONEBIT_LIB_COSTMODEL_COUNT_H
