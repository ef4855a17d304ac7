//===- Amdahl.cpp - Amdahl's Law ------------------------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/Report/Report.h"

using namespace onebit;

// Both take the part and the whole instead of their ratio: the rest is then an
// exact integer, also where the part is nearly all.

double report::amdahlSpeedup(int64_t whole, int64_t part, double speedup) {
  if (part == whole)
    return speedup;
  return static_cast<double>(whole) / (static_cast<double>(whole - part) +
                                       static_cast<double>(part) / speedup);
}

std::optional<double> report::amdahlCeiling(int64_t whole, int64_t part) {
  if (part == whole)
    return std::nullopt;
  return static_cast<double>(whole) / static_cast<double>(whole - part);
}
