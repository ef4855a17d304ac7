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
#include "dialects/ternary/Ternary.h"
#include "mlir/IR/BuiltinOps.h"
#include "onebit/CostModel/Explain.h"
#include "onebit/CostModel/Readings.h"
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
/// Multiplications of quantized sums by the scales of their weights: one for
/// each sum, N K / G a token where groups of G weights along K have a scale.
constexpr Figure kScaleMultiplications = kNumMetrics + 3;
constexpr Figure kNumFigures = kNumMetrics + 4;

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
/// (`matmul_free` and `attention`), all products of the model, or all of its
/// time, with vector work, for cycles alone.
enum class Scope { Decoder, Model, Time };
llvm::StringRef getKey(Scope scope);

/// Sums over some kernels, by the class of their products.
struct Totals {
  Figures all;
  std::array<Figures, kNumClasses> classes;

  const Figures &of(decoder::ProductClass productClass) const {
    return classes[static_cast<unsigned>(productClass)];
  }
  /// `figure` of the products in scope, which is not Time; none where unknown.
  std::optional<int64_t> whole(Figure figure, Scope scope) const;
  /// The matmul_free share of the products in scope, which is not Time, between
  /// 0 and 1; none where unknown or 0 of 0.
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
// Vector work, memory
//===----------------------------------------------------------------------===//

/// Sums over some ops that a vector unit works at.
struct VectorFigures {
  int64_t ops = 0, passes = 0, elements = 0, reductions = 0, cycles = 0;
};

/// What is no matrix product, where the cost model knows what it costs.
struct VectorWork {
  /// By ascending kind, those that there are; not `unknown`.
  std::vector<std::pair<decoder::VectorKind, VectorFigures>> kinds;
  VectorFigures all;
  /// Ops that nothing is known of; they are not in `all`.
  int64_t unknownOps = 0;
  systolic::Overlap overlap = systolic::Overlap::Exposed;
  /// Of the cycles of `all`, those in which the array works, too; 0 where
  /// exposed.
  int64_t hiddenCycles = 0;

  /// What vector work adds to the time of the products.
  int64_t exposedCycles() const { return all.cycles - hiddenCycles; }
};

/// Numbers in memory, and the bits that they take.
struct Stored {
  int64_t elements = 0, bits = 0;
  int64_t bytes() const { return bits / 8 + (bits % 8 != 0); }
};

/// What a model keeps in memory, in the formats of its array.
struct Footprint {
  /// The weights of projections, by class, each once.
  std::array<Stored, kNumClasses> weights;
  /// The scales of quantized weights, 16 bits each.
  Stored scales;
  /// Weights that no product reads: of norms, biases, tables.
  Stored others;
  /// All of these.
  Stored allWeights;
  /// Keys and values that attention reads.
  Stored kv;
};

/// Between the array and its three memories, and between these and DRAM.
constexpr unsigned kNumMemories = 6;
/// `sram_ifmap`, `sram_filter`, `sram_ofmap`, `dram_ifmap` and so on.
llvm::ArrayRef<llvm::StringLiteral> getMemoryKeys();

/// Bytes that products move, in either direction, by memory; none where one of
/// them does not say. The last byte begun counts.
struct Traffic {
  using Bytes = std::array<std::optional<int64_t>, kNumMemories>;
  Bytes all;
  std::array<Bytes, kNumClasses> classes;
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

struct Array : ArrayDesc {
  /// Kernels differ in their dataflow; `dataflow` says nothing.
  bool mixed = false;

  int64_t elements() const { return rows * columns; }
  /// 0 where not said.
  int64_t clockKhz() const { return machine ? machine->clockKhz : 0; }
};

/// What dataflow and orientation of a kernel were chosen by.
struct Choice {
  systolic::Objective objective;
  /// The figures that the objective is made of, of what was chosen; none where
  /// the kernel was priced again, by another cost model.
  std::vector<systolic::CostEntry> figures;

  /// The best of the other dataflows, if any has a price.
  struct RunnerUp {
    systolic::Dataflow dataflow;
    bool transposed;
    std::vector<systolic::CostEntry> figures;
  };
  std::optional<RunnerUp> runnerUp;

  /// How many times more of the objective the runner-up takes; none where
  /// unknown, or more of nothing.
  std::optional<double> getRatio() const;
};

/// How a weight became trits or bits.
enum class WeightOrigin {
  /// By a scheme, when its values were there.
  Quantized,
  /// Its floats were -s, 0 and s for one s, or one for each group: they stay.
  Recognized,
  /// Its floats are -1, 0 and 1 in the checkpoint, with a scale beside them.
  Unpacked,
  /// It is packed where it came from.
  Packed
};

/// `quantized`, `recognized`, `unpacked` or `packed`.
llvm::StringRef stringifyWeightOrigin(WeightOrigin origin);

/// What a quantized weight is, and what quantizing made of it
/// (`#ternary.quantization`). What was ternary already has neither scheme nor
/// error: nothing was done to it.
struct Quantization {
  WeightOrigin origin;
  std::optional<ternary::Scheme> scheme;
  /// `|W - Q| / |W|`: the square roots of the sums of squares.
  std::optional<double> relativeError;
  /// Elements that are 0, of all, from 0 to 1; none where the packed bytes are
  /// not there.
  std::optional<double> zeroShare;
  /// The mean of them where there are several; none as above.
  std::optional<double> scale;
  /// Of the weight as it was, with its scales; none where nothing says it.
  std::optional<int64_t> bytesBefore;
  /// Packed, with its scales.
  int64_t bytes;
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
  /// Whether the array computes the transposed product.
  bool transposed = false;
  /// Where query heads share keys and values: whether they are rows of one
  /// product.
  std::optional<bool> queryRows;
  /// Products that the array does one after the other: `shape.batch`, or less
  /// where query heads are rows.
  int64_t runs = 1;
  /// Multiply-accumulates of folds that a mask hides whole; none where all
  /// folds are done.
  std::optional<int64_t> skippedMACs;
  std::optional<Choice> choice;
  /// Of its weight, where that is quantized and its values are there.
  std::optional<Quantization> quantization;
  /// How often the kernel runs: loops and calls around it.
  int64_t times = 1;
  /// Sums over the batch and over the runs.
  Figures figures;
  /// With a second engine `figures` are the baseline's, everything on the base
  /// engine; these are of the engine that the kernel was compiled for.
  std::optional<Figures> compiled;
  /// The dataflow of the second engine, of kernels that are on it.
  std::optional<systolic::Dataflow> secondDataflow;
  /// Where it was asked for: the number of its explanation in the report.
  std::optional<size_t> explanation;
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

/// Cycles by the terms of docs/microarchitecture.md, section 10.
struct EngineTerms {
  /// P or P1; A or A'; U or U'; X.
  int64_t projections = 0, attention = 0, others = 0, moving = 0;
  /// V or V'; Q. None where not modelled.
  std::optional<int64_t> vector, quantizing;
  int64_t total() const {
    return projections + attention + others + moving + vector.value_or(0) +
           quantizing.value_or(0);
  }
};

/// An engine for projections beside the array of a report.
struct SecondEngine {
  Array array;
  bool sharedDram = false;
  /// Of all kernels on the engines that they were compiled for.
  Totals totals;
  EngineTerms baseline, measured;
  int64_t movedBits = 0;

  /// What Amdahl's Law predicts, in cycles: T (1 - F + F / S) = T - P + P1.
  int64_t predicted() const {
    return baseline.total() - baseline.projections + measured.projections;
  }
};

/// A way to count, and what it makes of all kernels.
struct ReadingSums {
  Reading reading;
  /// By class, and of all.
  std::array<int64_t, kNumClasses> classes{};
  int64_t all = 0;
  /// Why a kernel has no such count; then the sums are of nothing.
  std::string error;

  /// The matmul_free share of the products in scope; none where 0 of 0.
  std::optional<double> matmulFreeFraction(Scope scope) const;
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
  /// None where the cost model or the array has no vector unit.
  std::optional<VectorWork> vector;
  /// None where the array does not say its formats.
  std::optional<Footprint> footprint;
  std::optional<Traffic> traffic;
  /// None where no kernel is on another engine than `array`.
  std::optional<SecondEngine> secondEngine;
  std::vector<Amdahl> amdahl;
  /// By ascending layer.
  std::vector<Layer> layers;
  /// Of the kernels that belong to no layer.
  Totals outsideLayers;
  /// In the order of the IR.
  std::vector<Kernel> kernels;
  /// Of the kernels that were asked for, equal ones once.
  std::vector<Explanation> explanations;
  /// In the order of the enum, all or none.
  std::vector<ReadingSums> readings;
  std::vector<Assumption> assumptions;
};

/// Whether the family of these figures counts DRAM in bits, in the formats of
/// the array; others count words and take a word for a byte.
bool countsBits(const Figures &figures);

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

/// How long one step takes: a token of each sequence where the model decodes,
/// else a forward pass.
struct Time {
  /// Of all products and, with `vectorWork`, what vector work adds.
  int64_t cycles = 0;
  bool vectorWork = false;
  /// Absent where the array has no clock.
  std::optional<double> seconds;
  /// Those of the step: one of each sequence, or in a prefill its whole
  /// context. Absent where the module does not say what was compiled.
  std::optional<int64_t> tokens;
  std::optional<double> tokensPerSecond;
};

/// The time of `report`; none where cycles are unknown, or where neither a
/// clock nor vector work makes more of them than `totals` says.
std::optional<Time> getTime(const Report &report);

/// The time of a step on two engines; none where there is no second engine or
/// no clock.
std::optional<Time> getSecondEngineTime(const Report &report);

/// All cycles of the scope Time; none where unknown.
std::optional<int64_t> getTimeCycles(const Report &report);

/// Cycles in seconds; none where the array has no clock.
std::optional<double> toSeconds(const Report &report, int64_t cycles);

/// Bytes of keys and values for one token of one sequence; none where the
/// module does not say what was compiled, or has none.
std::optional<double> getKvBytesPerToken(const Report &report);

/// Reads the priced kernels of `module`. Amdahl's Law is evaluated at 1, 2, 3,
/// 5, 10, 20, 50, 100 and at `speedups`. Fails, with an error at its location,
/// on a kernel without a price, on prices of two cost models or with energies
/// of two process nodes, on arrays that differ in more than the dataflow, on
/// vector work priced by another model than kernels, on sums beyond 64 bits, on
/// a speedup that is not a positive number, and on a module without kernels.
mlir::FailureOr<Report> buildReport(mlir::ModuleOp module,
                                    llvm::ArrayRef<double> speedups = {});

/// Explains kernels of `report`, which is of `module`: those whose name, or
/// what follows the layer's number in it, matches the glob `pattern`; the most
/// expensive where it is empty. Reads the folds of the IR and prices them
/// again. Fails, with an error at its location, on a pattern that is none or
/// matches nothing, on a cost model that is not here or says too little, and on
/// a price that is not that of the kernel's folds.
llvm::LogicalResult explainKernels(mlir::ModuleOp module,
                                   llvm::StringRef pattern, Report &report);

/// Counts the folds of all kernels of `module` in every way that there is.
/// Fails on sums beyond 64 bits.
llvm::LogicalResult addReadings(mlir::ModuleOp module, Report &report);

enum class Format { Text, Json, Csv, ScaleSim };

struct ReportOptions {
  Format format = Format::Text;
  /// Points for Amdahl's Law besides the usual ones.
  llvm::SmallVector<double> speedups;
  /// Which kernels to explain: see explainKernels. None: no kernel.
  std::optional<std::string> explain;
  /// Whether to add the readings.
  bool readings = false;
  /// Of the text: whether there is more than what the two above ask for.
  bool tables = true;
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

/// Tables for people, at most `width` columns wide. Without `tables` only what
/// explanations and readings are in the report.
void writeText(const Report &report, unsigned width, bool color,
               llvm::raw_ostream &os, bool tables = true);

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
