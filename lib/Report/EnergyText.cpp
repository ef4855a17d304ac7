//===- EnergyText.cpp - Energies for people -------------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EnergyText.h"
#include "Words.h"
#include "llvm/Support/Format.h"

using namespace onebit;
using namespace onebit::report;
using decoder::ProductClass;
using systolic::Metric;

namespace {
/// A unit in which the largest energy has one to three digits before the point.
struct Unit {
  llvm::StringLiteral name;
  double joules;
};
} // namespace

static const Unit &chooseUnit(double largest) {
  static constexpr Unit units[] = {{"kJ", 1e3},  {"J", 1},     {"mJ", 1e-3},
                                   {"uJ", 1e-6}, {"nJ", 1e-9}, {"pJ", 1e-12},
                                   {"fJ", 1e-15}};
  for (const Unit &unit : units)
    if (largest >= unit.joules)
      return unit;
  return units[std::size(units) - 1];
}

/// Four digits; what is not quite nothing does not round to it.
static std::string formatJoules(std::optional<double> joules,
                                const Unit &unit) {
  if (!joules)
    return kNone.str();
  double value = *joules / unit.joules;
  if (value == 0)
    return "0";
  if (value < 0.001)
    return "<0.001";
  int decimals = value < 10 ? 3 : value < 100 ? 2 : 1;
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%.*f", decimals, value);
  return text;
}

/// The title of an energy's column.
static llvm::StringRef columnTitle(Metric metric) {
  switch (metric) {
  case Metric::EnergyArithmeticInt8:
    return "int8 sums";
  case Metric::EnergyArithmeticInt32:
    return "int32 sums";
  case Metric::EnergyScales:
    return "scales";
  case Metric::EnergySram:
    return "SRAM";
  case Metric::EnergyDram:
    return "DRAM";
  case Metric::EnergyTotal:
    return "total";
  default:
    llvm_unreachable("not an energy");
  }
}

/// What goes first where there is no room; never the arithmetic of the total or
/// DRAM, since one says nothing without the other.
static unsigned expendable(Metric metric) {
  switch (metric) {
  case Metric::EnergyScales:
    return 3;
  case Metric::EnergySram:
    return 2;
  case Metric::EnergyArithmeticInt8:
    return 1;
  default:
    return 0;
  }
}

static void addNotes(const Report &report, std::vector<std::string> &notes) {
  auto known = [&](Metric metric) {
    return report.totals.all[figureOf(metric)].has_value();
  };
  if (known(Metric::EnergyTotal))
    notes.push_back(known(Metric::EnergySram)
                        ? "In the total: int32 sums, scales, SRAM, DRAM."
                        : "In the total: int32 sums, scales, DRAM.");
  if (!known(Metric::EnergySram))
    notes.push_back("SRAM is not known: the array does not say how large each "
                    "memory is, or " +
                    toPrintable(report.costModel) +
                    " does not count all accesses.");
  if (!known(Metric::EnergyDram))
    notes.push_back("DRAM is not known: " + toPrintable(report.costModel) +
                    " does not count all traffic to it here. Without it there "
                    "is no total, and arithmetic alone is not the energy of a "
                    "model.");
  notes.push_back("Products only, by published tables; not registers, wires, "
                  "leakage or vector work.");
}

EnergyText report::makeEnergyText(const Report &report) {
  EnergyText text;
  double largest = 0;
  for (const Energy &energy : getEnergies())
    largest = std::max(
        largest,
        toJoules(report, report.totals.all, energy.metric).value_or(0));
  const Unit &unit = chooseUnit(largest);
  text.heading =
      ("Energy at " +
       llvm::Twine(report.energyNode == systolic::EnergyNode::Nm7 ? "7 nm"
                                                                  : "45 nm") +
       ", in " + unit.name + " per " +
       (isEnergyPerToken(report) ? "token" : "forward pass"))
          .str();

  Table &table = text.table;
  table.addColumn("");
  for (const Energy &energy : getEnergies()) {
    bool arithmetic = energy.metric == Metric::EnergyArithmeticInt8 ||
                      energy.metric == Metric::EnergyArithmeticInt32;
    table.addColumn(columnTitle(energy.metric), expendable(energy.metric),
                    arithmetic ? "arithmetic" : "");
  }
  table.addColumn("share");
  std::optional<double> whole =
      toJoules(report, report.totals.all, Metric::EnergyTotal);
  auto share = [&](std::optional<double> part) {
    return part && whole && *whole > 0 ? formatPercent(*part / *whole)
                                       : kNone.str();
  };
  auto addRow = [&](llvm::StringRef name, const Figures &sums) {
    llvm::SmallVector<std::string> row = {name.str()};
    for (const Energy &energy : getEnergies())
      row.push_back(formatJoules(toJoules(report, sums, energy.metric), unit));
    row.push_back(share(toJoules(report, sums, Metric::EnergyTotal)));
    table.addRow(row);
  };
  for (ProductClass productClass : kClasses)
    if (report.totals.of(productClass).kernels)
      addRow(title(productClass), report.totals.of(productClass));
  addRow("all", report.totals.all);
  if (whole) {
    llvm::SmallVector<std::string> row = {"share of the total"};
    for (const Energy &energy : getEnergies())
      row.push_back(
          energy.metric == Metric::EnergyArithmeticInt8
              ? kNone.str()
              : share(toJoules(report, report.totals.all, energy.metric)));
    row.push_back("");
    table.addRow(row);
  }
  addNotes(report, text.notes);
  return text;
}
