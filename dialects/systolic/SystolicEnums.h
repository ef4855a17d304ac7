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

} // namespace onebit::systolic

#endif // ONEBIT_DIALECTS_SYSTOLIC_SYSTOLICENUMS_H
