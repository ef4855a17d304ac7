//===- CyclesText.cpp - Where cycles and bytes go, for people -------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CyclesText.h"
#include "Words.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace onebit;
using namespace onebit::report;
using decoder::ProductClass;
using systolic::Metric;

namespace {
/// A figure as a column.
struct Column {
  Metric metric;
  llvm::StringLiteral title;
  /// The largest goes first where there is no room.
  unsigned expendable;
  llvm::StringLiteral group;
};
} // namespace

static constexpr Column kCauses[] = {
    {Metric::StreamCycles, "stream", 2, ""},
    {Metric::PortCycles, "port", 7, ""},
    {Metric::PreloadCycles, "preload", 5, ""},
    {Metric::DrainCycles, "drain", 6, ""},
    {Metric::StallIfmapCycles, "ifmap", 3, "waiting for DRAM"},
    {Metric::StallFilterCycles, "filter", 1, "waiting for DRAM"},
    {Metric::StallOfmapCycles, "ofmap", 4, "waiting for DRAM"}};

static constexpr Column kTransfers[] = {
    {Metric::DramIfmapBits, "ifmap read", 2, ""},
    {Metric::DramFilterBits, "filter read", 1, ""},
    {Metric::DramOfmapReadBits, "ofmap read", 4, ""},
    {Metric::DramOfmapWriteBits, "ofmap written", 3, ""}};

static bool knows(const Report &report, llvm::ArrayRef<Column> columns) {
  return llvm::all_of(columns, [&](const Column &column) {
    return report.totals.all[figureOf(column.metric)].has_value();
  });
}

static std::string formatShare(int64_t part, int64_t whole,
                               llvm::StringRef mark) {
  if (whole == 0)
    return kNone.str();
  return formatPercent(static_cast<double>(part) / static_cast<double>(whole)) +
         mark.str();
}

/// Calls `addRow` with the title and the sums of each class that there is, and
/// of all.
static void
forEachRow(const Report &report,
           llvm::function_ref<void(llvm::StringRef, const Figures &)> addRow) {
  for (ProductClass productClass : kClasses)
    if (report.totals.of(productClass).kernels)
      addRow(title(productClass), report.totals.of(productClass));
  addRow("all", report.totals.all);
}

std::optional<Table> report::makeCyclesTable(const Report &report,
                                             llvm::StringRef mark) {
  const Figure cycles = figureOf(Metric::Cycles);
  if (!knows(report, kCauses) || !report.totals.all[cycles])
    return std::nullopt;
  Table table;
  table.addColumn("");
  table.addColumn("cycles", /*expendable=*/8);
  for (const Column &column : kCauses)
    table.addColumn(column.title, column.expendable, column.group);
  forEachRow(report, [&](llvm::StringRef name, const Figures &sums) {
    llvm::SmallVector<std::string> row = {name.str(),
                                          groupDigits(*sums[cycles])};
    for (const Column &column : kCauses)
      row.push_back(
          formatShare(*sums[figureOf(column.metric)], *sums[cycles], mark));
    table.addRow(row);
  });
  return table;
}

std::optional<Table> report::makeDramTable(const Report &report,
                                           llvm::StringRef mark) {
  if (!knows(report, kTransfers) || !report.totals.all[kDramBits])
    return std::nullopt;
  auto formatBytes = [](int64_t bits) {
    return groupDigits(llvm::divideCeil(bits, 8));
  };
  Table table;
  table.addColumn("");
  for (const Column &column : kTransfers)
    table.addColumn(column.title, column.expendable);
  table.addColumn("all");
  table.addColumn("share", /*expendable=*/5);
  forEachRow(report, [&](llvm::StringRef name, const Figures &sums) {
    llvm::SmallVector<std::string> row = {name.str()};
    for (const Column &column : kTransfers)
      row.push_back(formatBytes(*sums[figureOf(column.metric)]));
    row.push_back(formatBytes(*sums[kDramBits]));
    row.push_back(
        formatShare(*sums[kDramBits], *report.totals.all[kDramBits], mark));
    table.addRow(row);
  });
  return table;
}
