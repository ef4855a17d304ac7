//===- TimeText.cpp - Time and memory for people --------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TimeText.h"
#include "Words.h"
#include "llvm/Support/Format.h"

using namespace onebit;
using namespace onebit::report;
using decoder::ProductClass;
using decoder::VectorKind;

namespace {
/// A unit of seconds or bytes.
struct Unit {
  llvm::StringLiteral name;
  double size;
};
} // namespace

static constexpr Unit kSeconds[] = {
    {"s", 1}, {"ms", 1e-3}, {"us", 1e-6}, {"ns", 1e-9}};
static constexpr Unit kBytes[] = {
    {"TB", 1e12}, {"GB", 1e9}, {"MB", 1e6}, {"kB", 1e3}, {"B", 1}};

/// The unit in which `largest` has at least one digit before the point.
static const Unit &chooseUnit(llvm::ArrayRef<Unit> units, double largest) {
  for (const Unit &unit : units)
    if (largest >= unit.size)
      return unit;
  return units.back();
}

/// Four digits; what is not quite nothing does not round to it.
static std::string formatIn(double amount, const Unit &unit) {
  double value = amount / unit.size;
  if (value == 0)
    return "0";
  if (value < 0.001)
    return "<0.001";
  int decimals = value < 10 ? 3 : value < 100 ? 2 : value < 1000 ? 1 : 0;
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%.*f", decimals, value);
  return text;
}

static std::string formatNumber(double value) {
  if (value >= 1000 && value < 1e15)
    return groupDigits(static_cast<int64_t>(value + 0.5));
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%.4g", value);
  return text;
}

static llvm::StringRef titleOf(VectorKind kind) {
  switch (kind) {
  case VectorKind::Softmax:
    return "softmax";
  case VectorKind::Norm:
    return "norms";
  case VectorKind::Activation:
    return "activations";
  case VectorKind::Rotary:
    return "rotary positions";
  case VectorKind::Position:
    return "learned positions";
  case VectorKind::Quantization:
    return "quantization";
  case VectorKind::Dequantization:
    return "scales";
  case VectorKind::Elementwise:
    return "elementwise";
  case VectorKind::Reduction:
    return "reductions";
  case VectorKind::Unknown:
    break;
  }
  llvm_unreachable("vector work without a title");
}

static void addTimeNotes(const Report &report, const Time &time,
                         std::vector<std::string> &notes) {
  if (time.tokensPerSecond)
    notes.push_back(formatNumber(*time.tokensPerSecond) +
                    (report.model.phase == decoder::Phase::Decode
                         ? " tokens/s."
                         : " tokens/s of the prompt."));
  if (!time.vectorWork)
    notes.push_back("Products only: " + toPrintable(report.costModel) +
                    " does not model vector work, or the array does not say "
                    "its vector_lanes.");
  if (report.vector && report.vector->unknownOps)
    notes.push_back("Without " + groupDigits(report.vector->unknownOps) +
                    (report.vector->unknownOps == 1 ? " op" : " ops") +
                    " of which nothing is known: see what was assumed.");
}

std::string report::describeTime(const Report &report, const Time &time) {
  const Unit &unit = chooseUnit(kSeconds, *time.seconds);
  std::string text =
      "At " +
      formatNumber(static_cast<double>(report.array.clockKhz()) / 1000) +
      " MHz two engines take " + formatIn(*time.seconds, unit) + " " +
      unit.name.str();
  if (time.tokensPerSecond)
    text += ", " + formatNumber(*time.tokensPerSecond) + " tokens/s";
  return text + (time.vectorWork ? "." : ", without vector work.");
}

TimeText report::makeTimeText(const Report &report) {
  const Time time = *getTime(report);
  TimeText text;
  text.heading =
      report.model.described && report.model.phase == decoder::Phase::Decode
          ? "Time of one step"
          : "Time of one forward pass";
  if (time.seconds)
    text.heading +=
        " at " +
        formatNumber(static_cast<double>(report.array.clockKhz()) / 1000) +
        " MHz";
  const Unit &unit = chooseUnit(kSeconds, time.seconds.value_or(0));

  Table &table = text.table;
  table.addColumn("");
  table.addColumn("ops", 2);
  table.addColumn("cycles");
  table.addColumn("share");
  if (time.seconds)
    table.addColumn(unit.name);
  auto addRow = [&](llvm::StringRef name, std::string ops, int64_t cycles) {
    llvm::SmallVector<std::string> row = {
        name.str(), std::move(ops), groupDigits(cycles),
        time.cycles ? formatPercent(static_cast<double>(cycles) /
                                    static_cast<double>(time.cycles))
                    : kNone.str()};
    if (time.seconds)
      row.push_back(formatIn(*toSeconds(report, cycles), unit));
    table.addRow(row);
  };
  const Figure cycles = figureOf(systolic::Metric::Cycles);
  for (ProductClass productClass : kClasses) {
    const Figures &sums = report.totals.of(productClass);
    if (sums.kernels)
      addRow(title(productClass), groupDigits(sums.kernels), *sums[cycles]);
  }
  if (report.vector) {
    const VectorWork &vector = *report.vector;
    // What is hidden is in no row, so that the rows add up.
    if (vector.overlap == systolic::Overlap::Hidden)
      addRow("vector work", groupDigits(vector.all.ops),
             vector.exposedCycles());
    else
      for (const auto &[kind, figures] : vector.kinds)
        addRow(("vector: " + titleOf(kind)).str(), groupDigits(figures.ops),
               figures.cycles);
  }
  addRow("all", kNone.str(), time.cycles);
  if (report.vector && report.vector->overlap == systolic::Overlap::Hidden)
    text.notes.push_back(groupDigits(report.vector->hiddenCycles) +
                         " cycles of vector work run beside products.");
  addTimeNotes(report, time, text.notes);
  return text;
}

TimeText report::makeFootprintText(const Report &report) {
  const Footprint &footprint = *report.footprint;
  const auto bytes = [](const Stored &stored) {
    return static_cast<double>(stored.bits) / 8;
  };
  const Unit &unit = chooseUnit(
      kBytes, std::max(bytes(footprint.allWeights), bytes(footprint.kv)));
  TimeText text;
  text.heading = "What is kept in memory, in the formats of the array";
  Table &table = text.table;
  table.addColumn("");
  table.addColumn("elements", 1);
  table.addColumn("bits each", 2);
  table.addColumn(unit.name);
  auto addRow = [&](llvm::StringRef name, const Stored &stored) {
    if (stored.elements)
      table.addRow({name.str(), groupDigits(stored.elements),
                    formatNumber(static_cast<double>(stored.bits) /
                                 static_cast<double>(stored.elements)),
                    formatIn(bytes(stored), unit)});
  };
  for (ProductClass productClass : kClasses)
    if (productClass != ProductClass::Attention)
      addRow((title(productClass) + " weights").str(),
             footprint.weights[static_cast<unsigned>(productClass)]);
  addRow("scales of weights", footprint.scales);
  addRow("other weights", footprint.others);
  addRow("all weights", footprint.allWeights);
  addRow("keys and values", footprint.kv);
  if (std::optional<double> perToken = getKvBytesPerToken(report)) {
    const Unit &tokenUnit = chooseUnit(kBytes, *perToken);
    text.notes.push_back("Keys and values: " + formatIn(*perToken, tokenUnit) +
                         " " + tokenUnit.name.str() +
                         " for each token of the context.");
  }
  return text;
}

TimeText report::makeTrafficText(const Report &report) {
  const Traffic &traffic = *report.traffic;
  // A family that counts bits has a table of DRAM of its own.
  const unsigned memories = countsBits(report.totals.all) ? 3 : kNumMemories;
  double largest = 0;
  for (unsigned memory = 0; memory < memories; ++memory)
    largest =
        std::max(largest, static_cast<double>(traffic.all[memory].value_or(0)));
  const Unit &unit = chooseUnit(kBytes, largest);
  TimeText text;
  text.heading =
      (memories == kNumMemories ? "What products move, in "
                                : "What products move between the array and "
                                  "its memories, in ") +
      unit.name.str();
  Table &table = text.table;
  table.addColumn("");
  for (llvm::StringRef key : getMemoryKeys().take_front(memories)) {
    auto [memory, operand] = key.split('_');
    table.addColumn(operand, /*expendable=*/0,
                    memories != kNumMemories ? ""
                    : memory == "sram"       ? "SRAM"
                                             : "DRAM");
  }
  auto addRow = [&](llvm::StringRef name, const Traffic::Bytes &moved) {
    llvm::SmallVector<std::string> row = {name.str()};
    for (std::optional<int64_t> bytes :
         llvm::ArrayRef(moved).take_front(memories))
      row.push_back(bytes ? formatIn(static_cast<double>(*bytes), unit)
                          : kNone.str());
    table.addRow(row);
  };
  for (ProductClass productClass : kClasses)
    if (report.totals.of(productClass).kernels)
      addRow(title(productClass),
             traffic.classes[static_cast<unsigned>(productClass)]);
  addRow("all", traffic.all);
  return text;
}
