//===- TextReport.cpp - A report for people -------------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ArrayText.h"
#include "ChoiceText.h"
#include "CyclesText.h"
#include "EnergyText.h"
#include "ExplainText.h"
#include "KernelGroups.h"
#include "QuantizationText.h"
#include "SecondEngineText.h"
#include "Table.h"
#include "TimeText.h"
#include "Words.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/WithColor.h"
#include <map>
#include <tuple>

using namespace onebit;
using namespace onebit::report;
using decoder::ProductClass;
using systolic::Metric;

/// Rows of the table of kernels.
static constexpr size_t kTopKernels = 10;
/// Assumptions of one kind that are printed in full.
static constexpr size_t kTopAssumptions = 8;

/// Ends the key of a figure without the quirks of its cost model.
static constexpr llvm::StringLiteral kCorrected = "_corrected";

/// The figures that work is measured by.
static constexpr Figure kWork[] = {figureOf(Metric::Cycles), kSramAccesses,
                                   figureOf(Metric::MACs)};

/// A key in words.
static std::string toWords(llvm::StringRef key) {
  if (key == "macs")
    return "MACs";
  std::string words = key.str();
  std::replace(words.begin(), words.end(), '_', ' ');
  llvm::StringRef rest = words;
  if (rest.consume_front("sram "))
    return ("SRAM " + rest).str();
  return rest.consume_front("dram ") ? ("DRAM " + rest).str() : words;
}

static std::string title(Figure figure) { return toWords(getKey(figure)); }

static const Utilization &getUtilization(llvm::StringRef key) {
  return *llvm::find_if(getUtilizations(), [&](const Utilization &candidate) {
    return candidate.key == key;
  });
}

static std::string format(std::optional<int64_t> value) {
  return value ? groupDigits(*value) : kNone.str();
}

static std::string formatFactor(std::optional<double> factor) {
  if (!factor)
    return "unbounded";
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%.2fx", *factor);
  return text;
}

namespace {
class TextWriter {
public:
  TextWriter(const Report &report, unsigned width, bool color,
             llvm::raw_ostream &os)
      : report(report), width(width), os(os),
        mode(color ? llvm::ColorMode::Enable : llvm::ColorMode::Disable) {}

  void write(bool tables);

private:
  void writeColored(llvm::StringRef text, llvm::raw_ostream::Colors color);
  void writeHeading(const llvm::Twine &heading);
  void writeTable(const Table &table) {
    table.write(width, mode == llvm::ColorMode::Enable, os);
  }
  void writeHeader();
  void writeFractions();
  void writeClasses();
  void writeCycles();
  void writeEnergy();
  void writeTime();
  void writeSecondEngine();
  void writeAmdahl(Scope scope);
  void writeAmdahl(const llvm::Twine &heading, Scope scope,
                   llvm::ArrayRef<Figure> figures);
  void writeLayers();
  void writeKernels();
  void writeChoices();
  void writeQuantization();
  void writeSection(const TextSection &section);
  void writeWhy();
  void writeCorrected();
  void writeAssumptions();

  /// Shares are marked where they rest on what could be seen.
  llvm::StringRef mark() const { return report.complete ? "" : "*"; }
  std::string formatShare(std::optional<int64_t> part,
                          std::optional<int64_t> whole) const;
  std::string formatFraction(const Totals &totals, Figure figure,
                             Scope scope) const {
    return formatShare(totals.of(ProductClass::MatMulFree)[figure],
                       totals.whole(figure, scope));
  }
  std::string formatUtilization(llvm::StringRef key,
                                const Figures &figures) const {
    std::optional<double> percent =
        evaluate(getUtilization(key), figures, report.array.elements());
    return percent ? formatPercent(*percent / 100) : kNone.str();
  }

  const Report &report;
  unsigned width;
  llvm::raw_ostream &os;
  llvm::ColorMode mode;
};
} // namespace

void TextWriter::writeColored(llvm::StringRef text,
                              llvm::raw_ostream::Colors color) {
  llvm::WithColor(os, color, /*Bold=*/true, /*BG=*/false, mode) << text;
  os << '\n';
}

void TextWriter::writeHeading(const llvm::Twine &heading) {
  std::string text;
  llvm::raw_string_ostream wrapped(text);
  writeWrapped(heading.str(), width, 0, wrapped);
  os << '\n';
  writeColored(llvm::StringRef(text).rtrim(), llvm::raw_ostream::CYAN);
}

std::string TextWriter::formatShare(std::optional<int64_t> part,
                                    std::optional<int64_t> whole) const {
  if (!part || !whole || *whole == 0)
    return kNone.str();
  return formatPercent(static_cast<double>(*part) /
                       static_cast<double>(*whole)) +
         mark().str();
}

void TextWriter::writeHeader() {
  // Labels of one width, and a name that leaves room for one line.
  constexpr unsigned indent = 12;
  auto name = [&](llvm::StringRef text) {
    return shorten(toPrintable(text), std::max(width, 40u) - indent - 1);
  };

  const Model &model = report.model;
  std::string line = "model       " + name(model.name);
  if (!model.family.empty())
    line += ": " + toPrintable(model.family);
  // Without layers nothing was said of them.
  if (model.layers > 0)
    line +=
        (model.family.empty() ? ": " : ", ") + plural(model.layers, "layer");
  if (model.described) {
    line += ", " + decoder::stringifyPhase(model.phase).str() + ", batch " +
            groupDigits(model.batch) + ", context " +
            groupDigits(model.context);
    if (model.layout == decoder::Layout::Paper)
      line += ", paper layout";
  }
  writeWrapped(line, width, indent, os);

  auto writeArray = [&](llvm::StringRef label, const Array &array) {
    writeWrapped(label.str() + name(array.name) + ": " + describeArray(array),
                 width, indent, os);
    if (countsBits(report.totals.all))
      writeWrapped(std::string(indent, ' ') +
                       describeMachine(array.machine.value_or(Machine())),
                   width, indent, os);
    else if (array.scaleSim)
      writeWrapped(std::string(indent, ' ') + describe(*array.scaleSim), width,
                   indent, os);
  };
  writeArray("array       ", report.array);
  if (report.secondEngine)
    writeArray("projections ", report.secondEngine->array);
  os << "cost model  " << name(report.costModel) << '\n';
  if (std::string heads = describeQueryHeads(report); !heads.empty())
    writeWrapped("query heads " + heads, width, indent, os);
  if (std::string folds = describeSkippedFolds(report); !folds.empty())
    writeWrapped("folds       " + folds, width, indent, os);
}

void TextWriter::writeFractions() {
  writeHeading(report.complete
                   ? "MatMul-free share of the work"
                   : "MatMul-free share of the work that could be seen*");
  Table table;
  table.addColumn("");
  for (Figure figure : kWork)
    table.addColumn(title(figure));
  for (Scope scope : {Scope::Decoder, Scope::Model}) {
    llvm::SmallVector<std::string> row = {
        scope == Scope::Decoder ? "decoder (MatMul-free and attention)"
                                : "model (all matrix products)"};
    for (Figure figure : kWork)
      row.push_back(formatFraction(report.totals, figure, scope));
    table.addRow(row);
  }
  if (std::optional<int64_t> cycles = getTimeCycles(report)) {
    llvm::SmallVector<std::string> row = {"time (products and vector work)"};
    for (Figure figure : kWork)
      row.push_back(
          figure == figureOf(Metric::Cycles)
              ? formatShare(report.totals.of(ProductClass::MatMulFree)[figure],
                            cycles)
              : kNone.str());
    table.addRow(row);
  }
  writeTable(table);
  if (!report.complete) {
    writeColored("* not of the whole model: part of it could not be seen",
                 llvm::raw_ostream::YELLOW);
    for (const Assumption &assumption : report.assumptions)
      if (assumption.kind == decoder::AssumptionKind::NotVisible)
        writeWrapped("  - " + toPrintable(assumption.text), width, 4, os);
  } else if (report.totals.of(ProductClass::Attention).kernels == 0) {
    os << "There is no product of activations (attention) in this module.\n";
  }
  int64_t others = llvm::count_if(report.kernels, [](const Kernel &kernel) {
    return kernel.layer && kernel.productClass != ProductClass::MatMulFree &&
           kernel.productClass != ProductClass::Attention;
  });
  if (others)
    os << groupDigits(others) << (others == 1 ? " product" : " products")
       << " of layers, projections that are not MatMul-free, "
       << (others == 1 ? "is" : "are") << " not in the first line.\n";
}

void TextWriter::writeClasses() {
  writeHeading(llvm::Twine("Work by class") + mark());
  Table table;
  table.addColumn("");
  table.addColumn("kernels", 2);
  unsigned expendable = 0;
  for (Figure figure : kWork) {
    table.addColumn(title(figure), expendable);
    table.addColumn("share", expendable + 1);
    expendable += 2;
  }
  table.addColumn("array use", expendable);
  auto addRow = [&](llvm::StringRef name, const Figures &sums) {
    llvm::SmallVector<std::string> row = {name.str(),
                                          groupDigits(sums.kernels)};
    for (Figure figure : kWork) {
      row.push_back(format(sums[figure]));
      row.push_back(formatShare(sums[figure], report.totals.all[figure]));
    }
    row.push_back(formatUtilization("overall_utilization_pct", sums));
    table.addRow(row);
  };
  for (ProductClass productClass : kClasses)
    if (report.totals.of(productClass).kernels)
      addRow(title(productClass), report.totals.of(productClass));
  addRow("all", report.totals.all);
  writeTable(table);
}

void TextWriter::writeCycles() {
  if (std::optional<Table> table = makeCyclesTable(report, mark())) {
    writeHeading(llvm::Twine("Where the cycles go") + mark());
    writeTable(*table);
  }
  if (std::optional<Table> table = makeDramTable(report, mark())) {
    writeHeading(llvm::Twine("Bytes to and from DRAM") + mark());
    writeTable(*table);
  }
}

void TextWriter::writeEnergy() {
  if (report.energyNode == systolic::EnergyNode::None)
    return;
  EnergyText text = makeEnergyText(report);
  writeHeading(text.heading + mark());
  writeTable(text.table);
  for (const std::string &note : text.notes)
    writeWrapped(note, width, 0, os);
}

void TextWriter::writeTime() {
  auto write = [&](const TimeText &text) {
    writeHeading(text.heading + mark());
    writeTable(text.table);
    for (const std::string &note : text.notes)
      writeWrapped(note, width, 0, os);
  };
  if (getTime(report))
    write(makeTimeText(report));
  if (report.footprint)
    write(makeFootprintText(report));
  if (report.traffic)
    write(makeTrafficText(report));
}

void TextWriter::writeSecondEngine() {
  if (!report.secondEngine)
    return;
  SecondEngineText text = makeSecondEngineText(report);
  writeHeading(text.heading + mark());
  writeTable(text.table);
  for (const std::string &note : text.notes)
    writeWrapped(note, width, 0, os);
}

void TextWriter::writeAmdahl(Scope scope) {
  const bool decoder = scope == Scope::Decoder;
  writeAmdahl(llvm::Twine("Amdahl's Law: speedup of ") +
                  (decoder                ? "MatMul-free and attention together"
                   : scope == Scope::Time ? "the model with its vector work"
                                          : "the model") +
                  ", when a part is S times faster",
              scope, {figureOf(Metric::Cycles), kSramAccesses});
  writeAmdahl(
      llvm::Twine("Amdahl's Law: how many times less ") +
          (decoder ? "MatMul-free and attention take" : "the model takes") +
          ", when a part takes S times less",
      scope, {kDramBits, figureOf(Metric::EnergyTotal)});
}

void TextWriter::writeAmdahl(const llvm::Twine &heading, Scope scope,
                             llvm::ArrayRef<Figure> figures) {
  llvm::SmallVector<const Amdahl *> bases;
  for (const Amdahl &amdahl : report.amdahl)
    if (amdahl.scope == scope && llvm::is_contained(figures, amdahl.basis))
      bases.push_back(&amdahl);
  if (bases.empty())
    return;
  writeHeading(heading + mark());
  Table table;
  table.addColumn("S");
  for (const Amdahl *amdahl : bases)
    for (llvm::StringRef part : {"MatMul-free", "attention", "both"})
      table.addColumn(part, /*expendable=*/amdahl != bases.front(),
                      "by " + toWords(getBasisKey(amdahl->basis)));
  for (size_t i = 0; i < bases.front()->points.size(); ++i) {
    std::string speedup;
    llvm::raw_string_ostream(speedup)
        << llvm::format("%g", bases.front()->points[i].speedup);
    llvm::SmallVector<std::string> row = {speedup};
    for (const Amdahl *amdahl : bases) {
      const AmdahlPoint &point = amdahl->points[i];
      row.push_back(formatFactor(point.projectionsFaster));
      row.push_back(formatFactor(point.attentionFaster));
      row.push_back(formatFactor(point.bothFaster));
    }
    table.addRow(row);
  }
  llvm::SmallVector<std::string> ceiling = {"ceiling"};
  for (const Amdahl *amdahl : bases) {
    ceiling.push_back(formatFactor(amdahl->projectionsCeiling));
    ceiling.push_back(formatFactor(amdahl->attentionCeiling));
    ceiling.push_back(formatFactor(amdahl->bothCeiling));
  }
  table.addRow(ceiling);
  writeTable(table);
}

void TextWriter::writeLayers() {
  if (report.layers.empty())
    return;
  writeHeading(
      llvm::Twine("Layer by layer, with the MatMul-free share of MatMul-free "
                  "and attention") +
      mark());
  Table table;
  table.addColumn("layer");
  table.addColumn("kernels", 2);
  unsigned expendable = 0;
  for (Figure figure : kWork) {
    table.addColumn(title(figure), expendable);
    table.addColumn("share", expendable + 1);
    expendable += 2;
  }
  auto addRow = [&](llvm::StringRef name, const Totals &totals) {
    llvm::SmallVector<std::string> row = {name.str(),
                                          groupDigits(totals.all.kernels)};
    for (Figure figure : kWork) {
      row.push_back(format(totals.all[figure]));
      row.push_back(formatFraction(totals, figure, Scope::Decoder));
    }
    table.addRow(row);
  };
  for (size_t begin = 0, end; begin < report.layers.size(); begin = end) {
    const Layer &first = report.layers[begin];
    end = begin + 1;
    while (end < report.layers.size() &&
           report.layers[end].layer == report.layers[end - 1].layer + 1 &&
           report.layers[end].totals == first.totals)
      ++end;
    std::string name = std::to_string(first.layer);
    if (end - begin > 1)
      name += "-" + std::to_string(report.layers[end - 1].layer) + ", each";
    addRow(name, first.totals);
  }
  if (report.outsideLayers.all.kernels)
    addRow("no layer", report.outsideLayers);
  writeTable(table);
}

void TextWriter::writeKernels() {
  Figure basis = report.totals.all[figureOf(Metric::Cycles)]
                     ? figureOf(Metric::Cycles)
                     : figureOf(Metric::MACs);
  if (!report.totals.all[basis])
    return;

  const std::vector<KernelGroup> groups = groupKernels(report.kernels, basis);
  size_t shown = std::min(groups.size(), kTopKernels);

  writeHeading(shown < groups.size() ? "The most expensive kernels"
                                     : "Kernels, the most expensive first");
  Table table;
  const bool mixed = report.array.mixed;
  table.addColumn("kernel");
  table.addColumn("layers", 2);
  table.addColumn("class", 3);
  if (mixed)
    table.addColumn("dataflow", 4);
  table.addColumn("batch x m x n x k");
  table.addColumn("count", 1);
  table.addColumn(title(basis) + " each");
  table.addColumn("share");
  for (const KernelGroup &group : llvm::ArrayRef(groups).take_front(shown)) {
    const Kernel &kernel = *group.first;
    const decoder::ProductShape &shape = kernel.shape;
    llvm::SmallVector<std::string> row = {toPrintable(group.name()),
                                          formatLayers(group.layers),
                                          title(kernel.productClass).str()};
    if (mixed)
      row.push_back(systolic::stringifyDataflow(kernel.dataflow).str());
    row.push_back(llvm::formatv("{0} x {1} x {2} x {3}", shape.batch, shape.m,
                                shape.n, shape.k));
    row.push_back(groupDigits(group.count));
    row.push_back(groupDigits(*kernel.figures[basis] /
                              std::max(kernel.times, int64_t(1))));
    row.push_back(formatShare(group.sum(basis), report.totals.all[basis]));
    table.addRow(row);
  }
  writeTable(table);
}

void TextWriter::writeChoices() {
  for (const ChoiceText &text : makeChoiceTexts(report)) {
    writeHeading(text.heading);
    writeTable(text.table);
  }
}

void TextWriter::writeQuantization() {
  for (const QuantizationText &text : makeQuantizationTexts(report)) {
    writeHeading(text.heading);
    writeTable(text.table);
  }
}

void TextWriter::writeSection(const TextSection &section) {
  writeHeading(section.heading);
  for (const std::string &line : section.lines)
    writeWrapped(line, width, 0, os);
  for (const Table &table : section.tables) {
    if (!section.lines.empty())
      os << '\n';
    writeTable(table);
  }
  for (const std::string &note : section.notes)
    writeWrapped(note, width, 2, os);
}

void TextWriter::writeWhy() {
  if (!report.readings.empty())
    writeSection(makeReadingsText(report, mark()));
  for (const TextSection &section : makeExplanations(report))
    writeSection(section);
}

void TextWriter::writeCorrected() {
  Table table;
  table.addColumn("");
  table.addColumn("reported");
  table.addColumn("corrected");
  table.addColumn("reported", 1, "MatMul-free share");
  table.addColumn("corrected", 1, "MatMul-free share");
  const Figures &all = report.totals.all;
  bool any = false;
  for (Figure corrected = 0; corrected < kNumFigures; ++corrected) {
    llvm::StringRef key = getKey(corrected);
    // Processing elements times cycles say nothing to a person; the
    // utilization made of them does.
    if (!key.consume_back(kCorrected) || !all[corrected] ||
        corrected == figureOf(Metric::ComputePECyclesCorrected))
      continue;
    any = true;
    std::string reported = "not counted", share = kNone.str();
    for (Figure figure = 0; figure < kNumFigures; ++figure)
      if (getKey(figure) == key && all[figure]) {
        reported = format(all[figure]);
        share = formatFraction(report.totals, figure, Scope::Decoder);
      }
    table.addRow({toWords(key), reported, format(all[corrected]), share,
                  formatFraction(report.totals, corrected, Scope::Decoder)});
  }
  for (const Utilization &utilization : getUtilizations()) {
    llvm::StringRef key = utilization.key;
    if (!key.consume_back(kCorrected) ||
        !evaluate(utilization, all, report.array.elements()))
      continue;
    any = true;
    table.addRow({toWords(key.drop_back(llvm::StringRef("_pct").size())),
                  formatUtilization(key, all),
                  formatUtilization(utilization.key, all), kNone.str(),
                  kNone.str()});
  }
  if (!any)
    return;
  writeHeading("As " + toPrintable(report.costModel) +
               " counts, and corrected for its quirks");
  writeTable(table);
}

void TextWriter::writeAssumptions() {
  if (report.assumptions.empty())
    return;
  writeHeading("What was assumed");
  llvm::MapVector<decoder::AssumptionKind,
                  llvm::SmallVector<const Assumption *>>
      byKind;
  for (const Assumption &assumption : report.assumptions)
    byKind[assumption.kind].push_back(&assumption);
  for (auto &[kind, assumptions] : byKind) {
    std::string words = decoder::stringifyAssumptionKind(kind).str();
    std::replace(words.begin(), words.end(), '_', ' ');
    // Whatever could not be seen is said in full.
    size_t shown = kind == decoder::AssumptionKind::NotVisible
                       ? assumptions.size()
                       : std::min(assumptions.size(), kTopAssumptions);
    for (const Assumption *assumption :
         llvm::ArrayRef(assumptions).take_front(shown)) {
      std::string line = "- " + words + ": " + toPrintable(assumption->text);
      if (!assumption->location.empty())
        line += " (" + toPrintable(assumption->location) + ")";
      writeWrapped(line, width, 2, os);
    }
    if (shown < assumptions.size())
      writeWrapped("- " + words + ": and " +
                       groupDigits(assumptions.size() - shown) +
                       " more, all in --report=json",
                   width, 2, os);
  }
}

void TextWriter::write(bool tables) {
  writeHeader();
  if (!tables)
    return writeWhy();
  writeFractions();
  writeClasses();
  writeCycles();
  writeEnergy();
  writeTime();
  writeAmdahl(Scope::Decoder);
  // The same table twice says nothing.
  if (report.totals.all.kernels !=
      report.totals.of(ProductClass::MatMulFree).kernels +
          report.totals.of(ProductClass::Attention).kernels)
    writeAmdahl(Scope::Model);
  writeSecondEngine();
  writeAmdahl(Scope::Time);
  writeLayers();
  writeKernels();
  writeChoices();
  writeQuantization();
  writeCorrected();
  writeWhy();
  writeAssumptions();
}

void report::writeText(const Report &report, unsigned width, bool color,
                       llvm::raw_ostream &os, bool tables) {
  TextWriter(report, width, color, os).write(tables);
}
