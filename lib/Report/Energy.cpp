//===- Energy.cpp - Energies in joules ------------------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/Report/Report.h"

using namespace onebit;
using namespace onebit::report;
using systolic::Metric;

bool report::isEnergyPerToken(const Report &report) {
  return report.model.described && report.model.phase == decoder::Phase::Decode;
}

llvm::ArrayRef<Energy> report::getEnergies() {
  static constexpr Energy energies[] = {
      {Metric::EnergyArithmeticInt8, "arithmetic_int8"},
      {Metric::EnergyArithmeticInt32, "arithmetic_int32"},
      {Metric::EnergyScales, "scales"},
      {Metric::EnergySram, "sram"},
      {Metric::EnergyDram, "dram"},
      {Metric::EnergyTotal, "total"}};
  return energies;
}

std::optional<double> report::toJoules(const Report &report,
                                       const Figures &sums, Metric metric) {
  std::optional<int64_t> femtojoules = sums[figureOf(metric)];
  if (!femtojoules)
    return std::nullopt;
  // A step makes one token of each sequence.
  double tokens =
      isEnergyPerToken(report) ? static_cast<double>(report.model.batch) : 1.0;
  return static_cast<double>(*femtojoules) / (1e15 * tokens);
}
