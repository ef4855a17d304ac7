//===- ExplainText.cpp - Explanations and readings for people -------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ExplainText.h"
#include "KernelGroups.h"
#include "Words.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"

using namespace onebit;
using namespace onebit::report;
using decoder::ProductClass;
using systolic::Dataflow;
using systolic::Metric;

//===----------------------------------------------------------------------===//
// Words
//===----------------------------------------------------------------------===//

static llvm::StringRef title(PECause cause) {
  switch (cause) {
  case PECause::Useful:
    return "useful";
  case PECause::IdleRows:
    return "idle rows";
  case PECause::IdleColumns:
    return "idle columns";
  case PECause::Port:
    return "waiting for ports";
  case PECause::Fill:
    return "fill";
  case PECause::Drain:
    return "drain";
  case PECause::StallIfmap:
    return "DRAM, for ifmap";
  case PECause::StallFilter:
    return "DRAM, for filter";
  case PECause::StallOfmap:
    return "DRAM, for ofmap";
  case PECause::Stall:
    return "waiting for DRAM";
  }
  llvm_unreachable("a cause without a title");
}

static llvm::StringRef title(MemoryLevel level) {
  switch (level) {
  case MemoryLevel::Port:
    return "ports of the array";
  case MemoryLevel::Sram:
    return "SRAM";
  case MemoryLevel::Dram:
    return "DRAM";
  }
  llvm_unreachable("a level without a title");
}

static llvm::StringRef title(BoundKind kind) {
  switch (kind) {
  case BoundKind::Peak:
    return "all elements useful";
  case BoundKind::Array:
    return "array";
  case BoundKind::IfmapPort:
    return "port of ifmap";
  case BoundKind::FilterPort:
    return "port of filter";
  case BoundKind::OfmapPort:
    return "port of ofmap";
  case BoundKind::Dram:
    return "DRAM";
  }
  llvm_unreachable("a bound without a title");
}

static llvm::StringRef title(Change change) {
  switch (change) {
  case Change::AmpleDram:
    return "DRAM without limit";
  case Change::AmpleMemories:
    return "memories without limit";
  case Change::WiderPorts:
    return "ports without limit";
  case Change::HiddenOverlap:
    return "folds overlapped";
  case Change::SkippedIdleLanes:
    return "idle lanes skipped";
  case Change::PrefetchedFilter:
    return "filter there before";
  case Change::OutputStationary:
    return title(Dataflow::OutputStationary);
  case Change::WeightStationary:
    return title(Dataflow::WeightStationary);
  case Change::InputStationary:
    return title(Dataflow::InputStationary);
  }
  llvm_unreachable("a change without a title");
}

static llvm::StringRef title(NotModelled what) {
  switch (what) {
  case NotModelled::Ports:
    return "ports";
  case NotModelled::Widths:
    return "widths (a word is a byte)";
  case NotModelled::Overlap:
    return "overlap of folds";
  case NotModelled::SkippedIdleLanes:
    return "folds that skip idle lanes";
  case NotModelled::DrainOfOutputs:
    return "the way of sums out of the array";
  case NotModelled::Stalls:
    return "waiting for DRAM";
  case NotModelled::StallsByOperand:
    return "which operand DRAM is waited for";
  }
  llvm_unreachable("an omission without a title");
}

static llvm::StringRef title(Reading reading) {
  switch (reading) {
  case Reading::ScaleSim:
    return "as SCALE-Sim v2 counts";
  case Reading::Exposed:
    return "each fold alone";
  case Reading::IdleLanesSkipped:
    return "and idle lanes skipped";
  case Reading::FoldsOverlapped:
    return "and folds overlapped";
  case Reading::BatchOverlapped:
    return "and batch overlapped";
  case Reading::Steps:
    return "steps alone";
  case Reading::MACs:
    return "MACs, no cycles";
  }
  llvm_unreachable("a reading without a title");
}

static std::string formatShare(int64_t part, int64_t whole) {
  if (whole == 0)
    return kNone.str();
  return formatPercent(static_cast<double>(part) / static_cast<double>(whole));
}

static std::string formatBytes(std::optional<int64_t> bits) {
  return bits ? groupDigits(llvm::divideCeil(*bits, 8)) : kNone.str();
}

//===----------------------------------------------------------------------===//
// Explanations
//===----------------------------------------------------------------------===//

static Table makeElementsTable(const Explanation &why, int64_t all) {
  Table table;
  table.addColumn("where the PE-cycles go");
  table.addColumn("PE-cycles", /*expendable=*/1);
  table.addColumn("share");
  for (const PEShare &share : why.peShares)
    table.addRow({title(share.cause).str(), groupDigits(share.peCycles),
                  formatShare(share.peCycles, all)});
  table.addRow({"all", groupDigits(all), formatShare(all, all)});
  return table;
}

static Table makeTrafficTable(const Explanation &why) {
  Table table;
  table.addColumn("bytes");
  table.addColumn("ifmap read", 1);
  table.addColumn("filter read", 1);
  table.addColumn("ofmap read", 1);
  table.addColumn("ofmap written", 1);
  table.addColumn("MACs per byte read");
  for (const OperandTraffic &traffic : why.traffic) {
    std::string reuse = kNone.str();
    if (std::optional<double> value = traffic.getReuse(why.macs))
      reuse = llvm::formatv("{0:f2}", *value);
    table.addRow({title(traffic.level).str(),
                  formatBytes(traffic.ifmapReadBits),
                  formatBytes(traffic.filterReadBits),
                  formatBytes(traffic.ofmapReadBits),
                  formatBytes(traffic.ofmapWriteBits), reuse});
  }
  return table;
}

static Table makeBoundsTable(const Explanation &why) {
  Table table;
  table.addColumn("takes at least, for");
  table.addColumn("cycles");
  table.addColumn("of its cycles");
  for (const Bound &bound : why.bounds)
    table.addRow(
        {(title(bound.kind) + (bound.kind == why.binding ? " (binds)" : ""))
             .str(),
         groupDigits(bound.cycles), formatShare(bound.cycles, why.cycles)});
  return table;
}

static Table makeAlternativesTable(const Explanation &why) {
  Table table;
  table.addColumn("with one thing changed");
  table.addColumn("cycles");
  table.addColumn("saved");
  for (const Alternative &alternative : why.alternatives)
    table.addRow(
        {title(alternative.change).str(),
         alternative.cycles ? groupDigits(*alternative.cycles) : kNone.str(),
         alternative.cycles ? groupDigits(why.cycles - *alternative.cycles)
                            : kNone.str()});
  return table;
}

/// `1 of 256 rows`.
static std::string formatPart(int64_t part, int64_t whole,
                              llvm::StringRef noun) {
  return groupDigits(part) + " of " + plural(whole, noun);
}

static TextSection makeExplanation(const Report &report, size_t number,
                                   llvm::ArrayRef<KernelGroup> groups) {
  const Explanation &why = report.explanations[number];
  const Kernel &kernel = *groups.front().first;
  llvm::SmallVector<std::string> names;
  llvm::SmallVector<int64_t> layers;
  int64_t count = 0;
  for (const KernelGroup &group : groups) {
    names.push_back(toPrintable(group.name()));
    layers.append(group.layers);
    count += group.count;
  }

  TextSection section;
  section.heading = "Why: " + llvm::join(names, ", ");
  if (!layers.empty() && count > 1)
    section.heading += ", layers " + formatLayers(layers);
  const decoder::ProductShape &shape = kernel.shape;
  const Array &array =
      kernel.secondDataflow ? report.secondEngine->array : report.array;
  section.lines.push_back(llvm::formatv(
      "{0} of {1} x {2} x {3} x {4}, {5}, {6}: {7} {8}{9}, {10}",
      plural(count, "kernel"), shape.batch, shape.m, shape.n, shape.k,
      title(kernel.productClass),
      title(kernel.secondDataflow.value_or(kernel.dataflow)) +
          (kernel.secondDataflow ? " on the second engine" : ""),
      groupDigits(why.cycles),
      why.cyclesMetric == Metric::Cycles ? "cycles" : "cycles, corrected",
      count > 1 ? ", each" : "", plural(why.folds, "fold")));
  section.lines.push_back(llvm::formatv(
      "The largest fold works on {0} and {1}, in {2}; a fold takes {3:f1} "
      "cycles on average.",
      formatPart(why.largestFold.rows, array.rows, "row"),
      formatPart(why.largestFold.columns, array.columns, "column"),
      plural(why.largestFold.time, "step"),
      static_cast<double>(why.cycles) / static_cast<double>(why.folds)));

  section.tables = {makeElementsTable(why, why.cycles * array.elements()),
                    makeTrafficTable(why), makeBoundsTable(why),
                    makeAlternativesTable(why)};

  if (const Alternative *best = why.getBestAlternative()) {
    const int64_t saved = why.cycles - *best->cycles;
    section.notes.push_back(llvm::formatv(
        "Most would be saved by {0}: {1} of {2} cycles, {3}, by the price of "
        "{4} with this changed and nothing else.",
        title(best->change), groupDigits(saved), groupDigits(why.cycles),
        formatShare(saved, why.cycles), toPrintable(report.costModel)));
  } else {
    section.notes.push_back("None of these would save a cycle.");
  }
  for (const Alternative &alternative : why.alternatives)
    if (!alternative.cycles)
      section.notes.push_back((title(alternative.change) + " has no price: " +
                               toPrintable(alternative.error))
                                  .str());
  if (!why.notModelled.empty()) {
    llvm::SmallVector<llvm::StringRef> omissions;
    for (NotModelled what : why.notModelled)
      omissions.push_back(title(what));
    section.notes.push_back(toPrintable(report.costModel) + " does not model " +
                            llvm::join(omissions, ", ") + ".");
  }
  return section;
}

std::vector<TextSection> report::makeExplanations(const Report &report) {
  const Figure cycles = figureOf(Metric::Cycles);
  struct Entry {
    size_t number;
    std::vector<KernelGroup> groups;
    int64_t cycles = 0;
  };
  std::vector<Entry> entries;
  for (size_t number = 0; number < report.explanations.size(); ++number) {
    Entry &entry = entries.emplace_back(Entry{
        number, groupKernels(report.kernels, cycles, [&](const Kernel &kernel) {
          return kernel.explanation == number;
        })});
    for (const KernelGroup &group : entry.groups)
      entry.cycles += group.sum(cycles);
  }
  llvm::stable_sort(entries, [](const Entry &a, const Entry &b) {
    return a.cycles > b.cycles;
  });
  std::vector<TextSection> sections;
  for (const Entry &entry : entries)
    sections.push_back(makeExplanation(report, entry.number, entry.groups));
  return sections;
}

//===----------------------------------------------------------------------===//
// Readings
//===----------------------------------------------------------------------===//

TextSection report::makeReadingsText(const Report &report,
                                     llvm::StringRef mark) {
  TextSection section;
  section.heading = ("What a cycle may be counted for, and the MatMul-free "
                     "share that follows" +
                     mark)
                        .str();
  Table table;
  table.addColumn("");
  for (ProductClass productClass : kClasses)
    if (report.totals.of(productClass).kernels)
      table.addColumn(title(productClass), /*expendable=*/1);
  table.addColumn("share, decoder");
  table.addColumn("share, model");
  for (const ReadingSums &sums : report.readings) {
    const bool known = sums.error.empty();
    llvm::SmallVector<std::string> row = {::title(sums.reading).str()};
    for (ProductClass productClass : kClasses)
      if (report.totals.of(productClass).kernels)
        row.push_back(
            known
                ? groupDigits(sums.classes[static_cast<unsigned>(productClass)])
                : kNone.str());
    for (Scope scope : {Scope::Decoder, Scope::Model}) {
      std::optional<double> share = sums.matmulFreeFraction(scope);
      row.push_back(share ? formatPercent(*share) + mark.str() : kNone.str());
    }
    table.addRow(row);
    if (!known)
      section.notes.push_back(
          (::title(sums.reading) + " has no count: " + toPrintable(sums.error))
              .str());
  }
  section.tables.push_back(std::move(table));
  return section;
}
