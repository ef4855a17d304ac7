//===- SecondEngineText.cpp - Two engines for people ----------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SecondEngineText.h"
#include "TimeText.h"
#include "Words.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/MathExtras.h"

using namespace onebit;
using namespace onebit::report;

static std::string formatRatio(int64_t part, int64_t whole) {
  if (whole == 0)
    return kNone.str();
  std::string text;
  llvm::raw_string_ostream(text)
      << llvm::format("%.2fx", double(part) / double(whole));
  return text;
}

SecondEngineText report::makeSecondEngineText(const Report &report) {
  const SecondEngine &second = *report.secondEngine;
  const EngineTerms &baseline = second.baseline, &measured = second.measured;
  SecondEngineText text;
  text.heading =
      "Two engines: MatMul-free projections on " +
      toPrintable(second.array.name) + ", " + groupDigits(second.array.rows) +
      " x " + groupDigits(second.array.columns) +
      (second.sharedDram ? ", behind the same DRAM channel"
                         : ", with memories and a channel of its own");
  Table &table = text.table;
  table.addColumn("cycles");
  for (llvm::StringRef title : {"one engine", "two engines", "residual"})
    table.addColumn(title);
  auto addRow = [&](llvm::StringRef term, int64_t before, int64_t after,
                    std::optional<int64_t> residual) {
    table.addRow({term.str(), groupDigits(before), groupDigits(after),
                  residual ? groupDigits(*residual) : kNone.str()});
  };
  addRow("MatMul-free projections", baseline.projections, measured.projections,
         std::nullopt);
  addRow("attention", baseline.attention, measured.attention,
         measured.attention - baseline.attention);
  addRow("other projections", baseline.others, measured.others,
         measured.others - baseline.others);
  auto addOptional = [&](llvm::StringRef term, std::optional<int64_t> before,
                         std::optional<int64_t> after) {
    if (before && after)
      return addRow(term, *before, *after, *after - *before);
    constexpr llvm::StringLiteral unknown = "not known";
    table.addRow({term.str(), unknown.str(), unknown.str(), unknown.str()});
  };
  addOptional("vector work", baseline.vector, measured.vector);
  addOptional("quantizing activations", 0, measured.quantizing);
  addRow("moving operands", 0, measured.moving, measured.moving);
  addRow("all", baseline.total(), measured.total(),
         measured.total() - second.predicted());

  text.notes.push_back(
      "Projections are F = " +
      (baseline.total() == 0 ? kNone.str()
                             : formatPercent(double(baseline.projections) /
                                             double(baseline.total()))) +
      " of the work on one engine and S = " +
      formatRatio(baseline.projections, measured.projections) +
      " as fast on the second: Amdahl's Law predicts " +
      groupDigits(second.predicted()) + " cycles, " +
      formatRatio(baseline.total(), second.predicted()) + "; measured are " +
      groupDigits(measured.total()) + ", " +
      formatRatio(baseline.total(), measured.total()) + ".");
  if (std::optional<Time> time = getSecondEngineTime(report))
    text.notes.push_back(describeTime(report, *time));
  if (second.movedBits != 0)
    text.notes.push_back(
        groupDigits(llvm::divideCeil(second.movedBits, 8)) +
        " bytes move between the engines over the channel; they are in no "
        "count of DRAM bytes, and no energy is known of them.");
  text.notes.push_back(
      "All other tables are of everything on one engine, the baseline.");
  return text;
}
