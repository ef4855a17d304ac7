//===- ScaleSimReport.cpp - The reports that SCALE-Sim would write --------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// SCALE-Sim knows no batch: each entry is a run of its own, and a row.
//
//===----------------------------------------------------------------------===//

#include "Number.h"
#include "onebit/Report/Report.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/Path.h"
#include <limits>

using namespace onebit;
using namespace onebit::report;
using llvm::StringLiteral;
using llvm::StringRef;
using systolic::Metric;

/// Most rows of a report.
static constexpr int64_t kMaxRows = int64_t(1) << 20;

namespace {
/// What SCALE-Sim says of the accesses to one operand in one memory.
struct Accesses {
  /// `IFMAP`, as in the headers of BANDWIDTH_REPORT.csv.
  StringLiteral operand;
  /// As in the headers of DETAILED_ACCESS_REPORT.csv.
  StringLiteral operandInDetail;
  StringLiteral memory, kind;
  Metric count, start, stop;
};
} // namespace

// In the order of the columns.
static constexpr Accesses kAccesses[] = {
    {"IFMAP", "IFMAP", "SRAM", "Reads", Metric::SramIfmapReads,
     Metric::SramIfmapStart, Metric::SramIfmapStop},
    {"FILTER", "Filter", "SRAM", "Reads", Metric::SramFilterReads,
     Metric::SramFilterStart, Metric::SramFilterStop},
    {"OFMAP", "OFMAP", "SRAM", "Writes", Metric::SramOfmapWrites,
     Metric::SramOfmapStart, Metric::SramOfmapStop},
    {"IFMAP", "IFMAP", "DRAM", "Reads", Metric::DramIfmapReads,
     Metric::DramIfmapStart, Metric::DramIfmapStop},
    {"FILTER", "Filter", "DRAM", "Reads", Metric::DramFilterReads,
     Metric::DramFilterStart, Metric::DramFilterStop},
    {"OFMAP", "OFMAP", "DRAM", "Writes", Metric::DramOfmapWrites,
     Metric::DramOfmapStart, Metric::DramOfmapStop},
};

/// Each entry of a batch runs by itself, but for query heads that are rows.
/// Saturates.
static int64_t getRuns(const Kernel &kernel) {
  int64_t runs;
  return llvm::MulOverflow(kernel.runs, kernel.times, runs)
             ? std::numeric_limits<int64_t>::max()
             : runs;
}

/// What of `kernel` falls on one entry of its batch.
static llvm::Expected<Figures> figuresOfOneRun(const Kernel &kernel) {
  Figures run = kernel.figures;
  if (kernel.times == 0)
    return run;
  for (Figure figure = 0; figure < kNumFigures; ++figure) {
    std::optional<int64_t> &value = run.values[figure];
    if (!value || !hasSum(figure))
      continue;
    if (*value % getRuns(kernel) != 0)
      return llvm::createStringError(
          "kernel '" + kernel.name + "' has no SCALE-Sim report: its " +
          getKey(figure) + ", " + llvm::Twine(*value) + ", is not that of " +
          llvm::Twine(getRuns(kernel)) +
          " equal runs; price with scale-sim-v2 or scale-sim-v3");
    *value /= getRuns(kernel);
  }
  return run;
}

namespace {
/// A report of SCALE-Sim: its fields end in commas, also the last.
class Csv {
public:
  explicit Csv(std::string &text) : os(text) {}

  void field(StringRef text) { begin() << text; }
  void field(int64_t value) { begin() << value; }
  void field(std::optional<int64_t> value) {
    begin();
    if (value)
      os << *value;
  }
  void field(std::optional<double> value) {
    begin();
    if (value)
      writeNumber(*value, os);
  }
  void end() {
    os << ",\n";
    isFirst = true;
  }

private:
  llvm::raw_ostream &begin() {
    if (!isFirst)
      os << ", ";
    isFirst = false;
    return os;
  }

  bool isFirst = true;
  llvm::raw_string_ostream os;
};
} // namespace

/// `part` per one of `whole`, where both are known and the whole is not 0.
static std::optional<double> divide(std::optional<int64_t> part,
                                    std::optional<double> whole) {
  if (!part || !whole || *whole == 0)
    return std::nullopt;
  return static_cast<double>(*part) / *whole;
}

llvm::Expected<ScaleSimReports> report::formatScaleSim(const Report &report) {
  if (report.secondEngine)
    return llvm::createStringError(
        "SCALE-Sim has one array, and here are two engines: compile for an "
        "array without 'projection_engine'");
  ScaleSimReports texts;
  Csv compute(texts.compute), bandwidth(texts.bandwidth),
      detail(texts.detailedAccess);

  // A column of version 3.
  const Figure prefetch = figureOf(Metric::CyclesWithPrefetch);
  bool hasPrefetch = llvm::any_of(report.kernels, [&](const Kernel &kernel) {
    return kernel.figures[prefetch].has_value();
  });
  compute.field("LayerID");
  if (hasPrefetch)
    compute.field("Total Cycles (incl. prefetch)");
  for (StringRef name : {"Total Cycles", "Stall Cycles", "Overall Util %",
                         "Mapping Efficiency %", "Compute Util %"})
    compute.field(name);
  compute.end();
  bandwidth.field("LayerID");
  detail.field("LayerID");
  for (const Accesses &accesses : kAccesses) {
    bandwidth.field(
        ("Avg " + accesses.operand + " " + accesses.memory + " BW").str());
    for (StringRef what : {StringRef("Start Cycle"), StringRef("Stop Cycle"),
                           StringRef(accesses.kind)})
      detail.field(
          (accesses.memory + " " + accesses.operandInDetail + " " + what)
              .str());
  }
  bandwidth.end();
  detail.end();

  int64_t row = 0;
  for (const Kernel &kernel : report.kernels) {
    if (getRuns(kernel) > kMaxRows - row)
      return llvm::createStringError(
          "SCALE-Sim's reports have a row for each entry of a batch, and more "
          "than " +
          llvm::Twine(kMaxRows) + " are too many");
    llvm::Expected<Figures> run = figuresOfOneRun(kernel);
    if (!run)
      return run.takeError();
    auto value = [&](Metric metric) { return (*run)[figureOf(metric)]; };
    auto utilization = [&](StringRef key) -> std::optional<double> {
      for (const Utilization &utilization : getUtilizations())
        if (utilization.key == key)
          return evaluate(utilization, *run, report.array.elements());
      llvm_unreachable("unknown utilization");
    };
    std::optional<int64_t> cycles = value(Metric::Cycles);
    for (int64_t entry = 0; entry < getRuns(kernel); ++entry, ++row) {
      compute.field(row);
      if (hasPrefetch)
        compute.field(value(Metric::CyclesWithPrefetch));
      compute.field(cycles);
      compute.field(value(Metric::StallCycles));
      compute.field(utilization("overall_utilization_pct"));
      compute.field(utilization("mapping_efficiency_pct"));
      compute.field(utilization("compute_utilization_pct"));
      compute.end();

      bandwidth.field(row);
      detail.field(row);
      for (const Accesses &accesses : kAccesses) {
        std::optional<int64_t> start = value(accesses.start);
        std::optional<int64_t> stop = value(accesses.stop);
        std::optional<double> time;
        if (accesses.memory == "SRAM" && cycles)
          time = *cycles;
        else if (start && stop)
          time = static_cast<double>(*stop) - static_cast<double>(*start) + 1;
        bandwidth.field(divide(value(accesses.count), time));
        detail.field(start);
        detail.field(stop);
        detail.field(value(accesses.count));
      }
      bandwidth.end();
      detail.end();
    }
  }
  return texts;
}

namespace {
/// Files that come to be together, or not at all.
class FileSet {
public:
  explicit FileSet(StringRef directory) : directory(directory) {}
  ~FileSet() {
    for (File &file : files)
      llvm::consumeError(file.temporary.discard());
  }

  llvm::Error add(StringRef name, StringRef text) {
    llvm::SmallString<128> path(directory);
    llvm::sys::path::append(path, name);
    // All that could keep it from being replaced, before one of them is.
    if (llvm::sys::fs::is_directory(path))
      return llvm::createStringError("cannot write '" + path +
                                     "': it is a directory");
    llvm::Expected<llvm::sys::fs::TempFile> temporary =
        llvm::sys::fs::TempFile::create(path + ".%%%%%%");
    if (!temporary)
      return llvm::createStringError("cannot write '" + path +
                                     "': " + toString(temporary.takeError()));
    int descriptor = temporary->FD;
    files.push_back({path.str().str(), std::move(*temporary)});
    llvm::raw_fd_ostream os(descriptor, /*shouldClose=*/false);
    os << text;
    os.flush();
    if (!os.has_error())
      return llvm::Error::success();
    std::string why = os.error().message();
    os.clear_error();
    return llvm::createStringError("cannot write '" + path + "': " + why);
  }

  /// Gives all files their names. What is there is replaced.
  llvm::Error keep() {
    while (!files.empty()) {
      File file = std::move(files.back());
      files.pop_back();
      if (llvm::Error error = file.temporary.keep(file.path))
        return llvm::createStringError("cannot write '" + file.path +
                                       "': " + toString(std::move(error)));
    }
    return llvm::Error::success();
  }

private:
  struct File {
    std::string path;
    llvm::sys::fs::TempFile temporary;
  };
  StringRef directory;
  std::vector<File> files;
};
} // namespace

llvm::Error report::writeScaleSim(const Report &report, StringRef directory) {
  llvm::Expected<ScaleSimReports> texts = formatScaleSim(report);
  if (!texts)
    return texts.takeError();
  if (std::error_code error = llvm::sys::fs::create_directories(
          directory, /*IgnoreExisting=*/true, llvm::sys::fs::all_all))
    return llvm::createStringError("cannot make directory '" + directory +
                                   "': " + error.message());
  FileSet files(directory);
  for (auto [name, text] :
       {std::pair("COMPUTE_REPORT.csv", &texts->compute),
        std::pair("BANDWIDTH_REPORT.csv", &texts->bandwidth),
        std::pair("DETAILED_ACCESS_REPORT.csv", &texts->detailedAccess)})
    if (llvm::Error error = files.add(name, *text))
      return error;
  return files.keep();
}
