//===- ExplainParts.h - Parts of an explanation -----------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_COSTMODEL_EXPLAINPARTS_H
#define ONEBIT_LIB_COSTMODEL_EXPLAINPARTS_H

#include "Count.h"
#include "onebit/CostModel/Explain.h"

namespace onebit {

/// A kernel and its price, as the parts of an explanation read them.
struct PricedWork {
  const Work &work;
  const Cost &cost;
  llvm::SmallVector<FoldClass, 8> classes;
  llvm::StringRef family;

  /// Whether the family gives each cycle a cause of
  /// docs/microarchitecture.md, and with it has its machine.
  bool hasCauses() const {
    return cost.lookup(systolic::Metric::StreamCycles).has_value();
  }
  /// A figure that the family has.
  Count figure(systolic::Metric metric) const { return *cost.lookup(metric); }
  const Machine &machine() const {
    static const Machine defaults;
    return work.array.machine ? *work.array.machine : defaults;
  }
  /// Processing elements.
  Count elements() const { return Count(work.array.rows) * work.array.columns; }
};

/// Each part fails where one of its numbers exceeds 64 bits.
llvm::Error addPEShares(const PricedWork &priced, Explanation &explanation);
llvm::Error addTraffic(const PricedWork &priced, Explanation &explanation);

/// The least count of `divisor` that holds `dividend`.
inline Count divideUp(Count dividend, int64_t divisor) {
  if (dividend.hasOverflowed())
    return dividend;
  return dividend.getValue() / divisor + (dividend.getValue() % divisor != 0);
}

/// Cycles in which each port is busy; the ports without a width are not there.
llvm::Expected<llvm::SmallVector<Bound, 3>>
getPortBounds(const PricedWork &priced);

} // namespace onebit

#endif // ONEBIT_LIB_COSTMODEL_EXPLAINPARTS_H
