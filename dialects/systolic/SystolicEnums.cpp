//===- SystolicEnums.cpp - plain data of the systolic dialect -------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A file of its own, so that whoever links the names links no IR.
//
//===----------------------------------------------------------------------===//

#include "dialects/systolic/SystolicEnums.h"
#include "llvm/ADT/StringSwitch.h"

#include "dialects/systolic/SystolicEnums.cpp.inc"

unsigned __int128
onebit::systolic::evaluate(Objective objective,
                           llvm::ArrayRef<CostEntry> figures) {
  unsigned __int128 value = objective == Objective::EnergyDelay ? 1 : 0;
  for (const CostEntry &entry : figures) {
    unsigned __int128 figure = entry.value;
    if (objective == Objective::EnergyDelay)
      value *= figure;
    else if (objective == Objective::DramBytes &&
             entry.metric < Metric::DramIfmapBits)
      value += 8 * figure;
    else
      value += figure;
  }
  return value;
}
