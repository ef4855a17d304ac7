//===- Report.h - From priced IR to tables ----------------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a compiled model costs, read from its priced kernels and from nothing
// else. docs/report.md describes every figure and its unit.
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_REPORT_REPORT_H
#define ONEBIT_REPORT_REPORT_H

#include "dialects/systolic/Systolic.h"
#include "mlir/IR/BuiltinOps.h"
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mlir {
class Pass;
} // namespace mlir

namespace onebit::report {

//===----------------------------------------------------------------------===//
// Figures
//===----------------------------------------------------------------------===//

/// What is counted: a metric of the cost model, by its number, or one of the
/// sums of metrics below.
using Figure = unsigned;

constexpr Figure kNumMetrics = systolic::getMaxEnumValForMetric() + 1;
/// Reads of ifmap and filter, writes of ofmap.
constexpr Figure kSramAccesses = kNumMetrics;
/// The same without the quirks of the cost model: with every read and write of
/// ofmap that the array does.
constexpr Figure kSramAccessesCorrected = kNumMetrics + 1;
/// Between DRAM and the memories, in either direction.
constexpr Figure kDramBits = kNumMetrics + 2;
constexpr Figure kNumFigures = kNumMetrics + 3;

constexpr Figure figureOf(systolic::Metric metric) {
  return static_cast<Figure>(metric);
}

/// Whether figures of several kernels add up.
constexpr bool hasSum(Figure figure) {
  return figure >= kNumMetrics ||
         !systolic::isPosition(static_cast<systolic::Metric>(figure));
}

/// The key of a figure in JSON and CSV.
llvm::StringRef getKey(Figure figure);
/// What Amdahl's Law over a figure is called: mostly its key.
llvm::StringRef getBasisKey(Figure figure);

/// Figures of one kernel, or their sums over several.
struct Figures {
  int64_t kernels = 0;
  /// None where the cost model does not know it.
  std::array<std::optional<int64_t>, kNumFigures> values;

  std::optional<int64_t> operator[](Figure figure) const {
    return values[figure];
  }
  bool operator==(const Figures &other) const {
    return kernels == other.kernels && values == other.values;
  }
};

/// A share of the array that did work, in percent: `part` over `whole`, or over
/// `whole` times the number of processing elements.
struct Utilization {
  llvm::StringLiteral key;
  Figure part, whole;
  bool perElement;
};

/// Every utilization of a report, in order.
llvm::ArrayRef<Utilization> getUtilizations();

/// The utilization of `figures` on an array of `elements` processing elements;
/// none where a figure is unknown or the denominator is 0.
std::optional<double> evaluate(const Utilization &utilization,
                               const Figures &figures, int64_t elements);

//===----------------------------------------------------------------------===//
// Sums, shares and Amdahl's Law
//===----------------------------------------------------------------------===//

constexpr unsigned kNumClasses = decoder::getMaxEnumValForProductClass() + 1;

/// What a share is a share of: the decoder's products as the paper counts them
/// (`matmul_free` and `attention`), or all products of the model.
enum class Scope { Decoder, Model };
llvm::StringRef getKey(Scope scope);

/// Sums over some kernels, by the class of their products.
struct Totals {
  Figures all;
  std::array<Figures, kNumClasses> classes;

  const Figures &of(decoder::ProductClass productClass) const {
    return classes[static_cast<unsigned>(productClass)];
  }
  /// `figure` of the products in scope; none where unknown.
  std::optional<int64_t> whole(Figure figure, Scope scope) const;
  /// The matmul_free share of the products in scope, between 0 and 1; none
  /// where unknown or 0 of 0.
  std::optional<double> matmulFreeFraction(Figure figure, Scope scope) const;
  bool operator==(const Totals &other) const {
    return all == other.all && classes == other.classes;
  }
};

/// How much faster a whole gets when `part` of it gets `speedup` times faster
/// (Amdahl 1967). Wants 0 <= part <= whole, 0 < whole, 0 < speedup.
double amdahlSpeedup(int64_t whole, int64_t part, double speedup);

/// What amdahlSpeedup tends to for ever larger speedups; none where it has no
/// bound.
std::optional<double> amdahlCeiling(int64_t whole, int64_t part);

/// Speedups of the whole when `speedup` is that of the matmul_free projections,
/// of attention, and of both.
struct AmdahlPoint {
  double speedup, projectionsFaster, attentionFaster, bothFaster;
};

/// Amdahl's Law over one figure and scope.
struct Amdahl {
  Figure basis;
  Scope scope;
  std::vector<AmdahlPoint> points;
  /// None where unbounded.
  std::optional<double> projectionsCeiling, attentionCeiling, bothCeiling;
};

//===----------------------------------------------------------------------===//
// Report
//===----------------------------------------------------------------------===//

struct Model {
  std::string name;
  int64_t layers = 0;
  /// The rest is known where the module says what was compiled.
  bool described = false;
  std::string family;
  decoder::Phase phase = decoder::Phase::Decode;
  decoder::Layout layout = decoder::Layout::Real;
  int64_t batch = 0;
  /// Keys attended, the current token included.
  int64_t context = 0;
};

struct Array {
  std::string name;
  int64_t rows = 0, columns = 0;
  /// None where kernels differ.
  std::optional<systolic::Dataflow> dataflow;
  /// In kB of 1024 bytes, 0 where not said.
  int64_t ifmapKb = 0, filterKb = 0, ofmapKb = 0;

  int64_t elements() const { return rows * columns; }
};

struct Kernel {
  /// Its product's name, or a made-up one.
  std::string name;
  bool named = false;
  std::optional<int64_t> layer;
  decoder::ProductClass productClass;
  decoder::ProductRole role;
  /// `batch` independent products of m x k by k x n.
  decoder::ProductShape shape;
  systolic::Dataflow dataflow;
  /// How often the kernel runs: loops and calls around it.
  int64_t times = 1;
  /// Sums over the batch and over the runs.
  Figures figures;
};

struct Layer {
  int64_t layer;
  Totals totals;
};

struct Assumption {
  decoder::AssumptionKind kind;
  std::string text;
  /// `file:line:column`, empty where there is none.
  std::string location;
};

/// Everything a report says, in plain data. A figure is summed where every
/// kernel has it.
struct Report {
  std::string costModel;
  Model model;
  Array array;
  /// Nothing is known to be missing: no assumption of the kind `not_visible`.
  bool complete = true;
  /// Of the energies; None where there are none.
  systolic::EnergyNode energyNode = systolic::EnergyNode::None;
  Totals totals;
  std::vector<Amdahl> amdahl;
  /// By ascending layer.
  std::vector<Layer> layers;
  /// Of the kernels that belong to no layer.
  Totals outsideLayers;
  /// In the order of the IR.
  std::vector<Kernel> kernels;
  std::vector<Assumption> assumptions;
};

/// Whether the energies of `report` are divided by the tokens of one step: it
/// decodes. Otherwise they are of a whole forward pass.
bool isEnergyPerToken(const Report &report);

/// The energies of a report, in order: with the keys that they have in joules,
/// without a unit.
struct Energy {
  systolic::Metric metric;
  llvm::StringLiteral key;
};
llvm::ArrayRef<Energy> getEnergies();

/// An energy of `sums` in joules, per token or per forward pass; none where
/// unknown.
std::optional<double> toJoules(const Report &report, const Figures &sums,
                               systolic::Metric metric);

/// Reads the priced kernels of `module`. Amdahl's Law is evaluated at 1, 2, 3,
/// 5, 10, 20, 50, 100 and at `speedups`. Fails, with an error at its location,
/// on a kernel without a price, on prices of two cost models or with energies
/// of two process nodes, on arrays that differ in more than the dataflow, on
/// sums beyond 64 bits, on a speedup that is not a positive number, and on a
/// module without kernels.
mlir::FailureOr<Report> buildReport(mlir::ModuleOp module,
                                    llvm::ArrayRef<double> speedups = {});

enum class Format { Text, Json, Csv, ScaleSim };

struct ReportOptions {
  Format format = Format::Text;
  /// Points for Amdahl's Law besides the usual ones.
  llvm::SmallVector<double> speedups;
  /// Columns of the text; none: those of the terminal, 100 where there is none.
  std::optional<unsigned> width;
  /// Colours in the text; none: on a terminal, unless NO_COLOR is set.
  std::optional<bool> color;
  /// Where SCALE-Sim's reports go.
  std::string directory;
};

/// The whole report as one line of JSON.
void writeJson(const Report &report, llvm::raw_ostream &os);
/// One row per kernel.
void writeCsv(const Report &report, llvm::raw_ostream &os);

/// What SCALE-Sim would write about these kernels, a row for each entry of a
/// kernel's batch. A figure that the cost model does not know is an empty
/// field; one that only version 3 has is no column where no kernel has it.
struct ScaleSimReports {
  /// COMPUTE_REPORT.csv, BANDWIDTH_REPORT.csv, DETAILED_ACCESS_REPORT.csv.
  std::string compute, bandwidth, detailedAccess;
};
/// Fails if a kernel's figures are not sums of equal ones for each entry of its
/// batch, and on more than 2^20 rows.
llvm::Expected<ScaleSimReports> formatScaleSim(const Report &report);
/// Writes these reports to files in `directory`, which is made where it is not
/// there. They replace those of the same names; an error leaves none that is
/// not whole.
llvm::Error writeScaleSim(const Report &report, llvm::StringRef directory);

/// Tables for people, at most `width` columns wide.
void writeText(const Report &report, unsigned width, bool color,
               llvm::raw_ostream &os);

/// Reports on a priced module, or fails as buildReport does and writes nothing.
/// SCALE-Sim's reports go to files, all others to `os`.
llvm::LogicalResult emitReport(mlir::ModuleOp module,
                               const ReportOptions &options,
                               llvm::raw_ostream &os);

/// emitReport at the end of a pipeline. `os` must outlive the pass.
std::unique_ptr<mlir::Pass> createReportPass(ReportOptions options,
                                             llvm::raw_ostream &os);

} // namespace onebit::report

#endif // ONEBIT_REPORT_REPORT_H
