//===- EmitReport.cpp - A report in the format that was asked for ---------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Pass/Pass.h"
#include "onebit/Report/Report.h"
#include "llvm/Support/Process.h"

#if __has_include(<sys/ioctl.h>)
#include <sys/ioctl.h>
#include <unistd.h>
#endif

using namespace mlir;
using namespace onebit;
using namespace onebit::report;

/// Columns of text that goes to a file or a pipe.
static constexpr unsigned kDefaultWidth = 100;

/// COLUMNS where it is set, or what the terminal says.
static unsigned detectWidth(const raw_ostream &os) {
  if (!os.is_displayed())
    return kDefaultWidth;
  if (unsigned columns = llvm::sys::Process::StandardOutColumns())
    return columns;
#ifdef TIOCGWINSZ
  winsize size;
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return size.ws_col;
#endif
  return kDefaultWidth;
}

/// https://no-color.org: NO_COLOR set to anything but the empty string.
static bool detectColor(const raw_ostream &os) {
  return os.has_colors() &&
         llvm::sys::Process::GetEnv("NO_COLOR").value_or("").empty();
}

LogicalResult report::emitReport(ModuleOp module, const ReportOptions &options,
                                 raw_ostream &os) {
  FailureOr<Report> report = buildReport(module, options.speedups);
  if (failed(report))
    return failure();
  if ((options.explain || options.readings) && options.format != Format::Text &&
      options.format != Format::Json)
    return emitError(module.getLoc(),
                     "explanations and readings are text or JSON: ask for "
                     "--report=json, or for --report");
  if (options.explain &&
      failed(explainKernels(module, *options.explain, *report)))
    return failure();
  if (options.readings && failed(addReadings(module, *report)))
    return failure();
  switch (options.format) {
  case Format::Json:
    writeJson(*report, os);
    break;
  case Format::Csv:
    writeCsv(*report, os);
    break;
  case Format::ScaleSim:
    if (llvm::Error error = writeScaleSim(*report, options.directory))
      return emitError(module.getLoc()) << llvm::toString(std::move(error));
    break;
  case Format::Text:
    writeText(*report, options.width.value_or(detectWidth(os)),
              options.color.value_or(detectColor(os)), os, options.tables);
    break;
  }
  return success();
}

namespace {
struct ReportPass : PassWrapper<ReportPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ReportPass)

  ReportPass(ReportOptions options, raw_ostream &os)
      : options(std::move(options)), os(os) {}

  StringRef getName() const override { return "onebit-report"; }

  void runOnOperation() override {
    markAllAnalysesPreserved();
    if (failed(emitReport(getOperation(), options, os)))
      signalPassFailure();
  }

  ReportOptions options;
  raw_ostream &os;
};
} // namespace

std::unique_ptr<Pass> report::createReportPass(ReportOptions options,
                                               raw_ostream &os) {
  return std::make_unique<ReportPass>(std::move(options), os);
}
