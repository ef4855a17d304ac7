//===- SystolicEnums.h - plain data of the systolic dialect -----*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What cost models share with the dialect, without the IR.
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_DIALECTS_SYSTOLIC_SYSTOLICENUMS_H
#define ONEBIT_DIALECTS_SYSTOLIC_SYSTOLICENUMS_H

// Forward declarations, for the parsers that tablegen adds to every enum.
#include "mlir/Support/LLVM.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMapInfo.h"
#include "llvm/ADT/Hashing.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"
#include <cstdint>
#include <optional>
#include <string>

#include "dialects/systolic/SystolicEnums.h.inc"

namespace onebit::systolic {

/// Whether a figure is a point in time and not a count: it may be negative, and
/// has no sum.
constexpr bool isPosition(Metric metric) {
  return metric >= Metric::SramIfmapStart;
}

/// Whether a figure is an energy: it is of the node that its cost names.
constexpr bool isEnergy(Metric metric) {
  return metric >= Metric::EnergyArithmeticInt8 &&
         metric <= Metric::EnergyTotal;
}

/// Whether `objective` is made of this figure: a sum of counts, or a product of
/// cycles and energy.
constexpr bool isMadeOf(Objective objective, Metric metric) {
  switch (objective) {
  case Objective::Cycles:
    return metric == Metric::Cycles;
  case Objective::Energy:
    return metric == Metric::EnergyTotal;
  case Objective::EnergyDelay:
    return metric == Metric::Cycles || metric == Metric::EnergyTotal;
  case Objective::DramBytes:
    return (metric >= Metric::DramIfmapReads &&
            metric <= Metric::DramOfmapWrites) ||
           (metric >= Metric::DramIfmapBits &&
            metric <= Metric::DramOfmapWriteBits);
  }
  return false;
}

/// One figure of a cost.
struct CostEntry {
  Metric metric;
  int64_t value;
  bool operator==(const CostEntry &other) const {
    return metric == other.metric && value == other.value;
  }
};
inline llvm::hash_code hash_value(const CostEntry &entry) {
  return llvm::hash_combine(entry.metric, entry.value);
}

/// What `objective` makes of the figures that it is made of: cycles,
/// femtojoules, their product, or bits to and from DRAM, where a word of the
/// families that count words is a byte. Less than 2^126.
unsigned __int128 evaluate(Objective objective,
                           llvm::ArrayRef<CostEntry> figures);

} // namespace onebit::systolic

#endif // ONEBIT_DIALECTS_SYSTOLIC_SYSTOLICENUMS_H
