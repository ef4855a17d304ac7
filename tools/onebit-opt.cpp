//===- onebit-opt.cpp - Run passes on a model, report what it costs -------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Support/FileUtilities.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "mlir/Transforms/Passes.h"
#include "onebit/Frontend/OldSyntax.h"
#include "onebit/InitAllDialects.h"
#include "onebit/InitAllPasses.h"
#include "onebit/Report/Report.h"
#include "llvm/Support/Alignment.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/PrettyStackTrace.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/ToolOutputFile.h"
#include "llvm/Support/WithColor.h"

using onebit::report::Format;

static llvm::cl::OptionCategory
    reportCategory("Report",
                   "The report goes to stdout, and the IR only where -o says.");

static llvm::cl::opt<Format> reportFormat(
    "report", llvm::cl::ValueOptional, llvm::cl::cat(reportCategory),
    llvm::cl::desc("Report what the priced kernels cost (default: text)"),
    llvm::cl::values(
        clEnumValN(Format::Text, "text", "tables for people"),
        clEnumValN(Format::Json, "json", "everything, for programs"),
        clEnumValN(Format::Csv, "csv", "a row per kernel, for spreadsheets"),
        clEnumValN(Format::ScaleSim, "scale-sim",
                   "SCALE-Sim's three CSV files, in --report-dir"),
        clEnumValN(Format::Text, "", "")));

static llvm::cl::list<double> reportSpeedups(
    "report-speedups", llvm::cl::CommaSeparated, llvm::cl::value_desc("S,..."),
    llvm::cl::cat(reportCategory),
    llvm::cl::desc("Speedups of a part to evaluate Amdahl's Law at, besides "
                   "1, 2, 3, 5, 10, 20, 50 and 100"));

static llvm::cl::opt<std::string>
    reportDir("report-dir", llvm::cl::value_desc("directory"),
              llvm::cl::cat(reportCategory),
              llvm::cl::desc("Where the files of --report=scale-sim go; it is "
                             "made where it is not there"));

static llvm::cl::opt<std::string> explainPattern(
    "explain", llvm::cl::ValueOptional, llvm::cl::value_desc("glob"),
    llvm::cl::cat(reportCategory),
    llvm::cl::desc("Say why kernels take their cycles and what would help: "
                   "those whose name matches, by default the most expensive. "
                   "Text, alone or after --report, or a key of --report=json"));

static llvm::cl::opt<bool> reportReadings(
    "readings", llvm::cl::cat(reportCategory),
    llvm::cl::desc("Count the cycles of the same kernels in several ways, with "
                   "the MatMul-free share by each. Text, alone or after "
                   "--report, or a key of --report=json"));

static const char help[] =
    R"(onebit-opt: compile a decoder model for a systolic array, and say what it costs

examples:
  What does a model cost, and how much of it needs no multiplication?
    onebit-opt model.mlir --lower-to-systolic --report
    onebit-translate --import-hf-config config.json | onebit-opt --lower-to-systolic --report
  Another array and dataflow; JSON for programs:
    onebit-opt model.mlir --lower-to-systolic="array=128x128 dataflow=ws" --report=json
  What if attention, or the projections, became 4 or 8 times faster?
    onebit-opt model.mlir --lower-to-systolic --report --report-speedups=4,8
  Why does a kernel take its cycles, and what would help?
    onebit-opt model.mlir --lower-to-systolic="cost-model=onebit" --explain="*.scores"
  What if a cycle is counted for something else?
    onebit-opt model.mlir --lower-to-systolic --readings
  The three files that SCALE-Sim would write:
    onebit-opt model.mlir --lower-to-systolic --report=scale-sim --report-dir=reports
  Keep the priced IR, report on it later:
    onebit-opt model.mlir --lower-to-systolic --emit-bytecode -o priced.mlirbc
    onebit-opt priced.mlirbc --report=csv
  Pass by pass, with what each one did:
    onebit-opt model.mlir --onebit-raise-contractions --onebit-decompose-blocks --mlir-print-ir-after-all

With --report, --explain or --readings the report goes to stdout, and the IR only
where -o says.
)";

namespace {
/// Throws away a module that nobody wants to see: faster than printing it to
/// nowhere.
struct DropModulePass
    : mlir::PassWrapper<DropModulePass, mlir::OperationPass<mlir::ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(DropModulePass)

  void runOnOperation() override { getOperation().getBody()->clear(); }
};
} // namespace

/// After a failure: where the text was written by an older MLIR, its errors are
/// about something else.
static void explainOldSyntax(llvm::StringRef name, llvm::StringRef text) {
  if (std::optional<onebit::OldSyntax> old = onebit::findOldSyntax(text))
    llvm::WithColor::note(llvm::errs(), name)
        << "line " << old->line << ": produced by an older MLIR: " << old->was
        << " is now " << old->now
        << "; export the model again with a producer of MLIR "
        << LLVM_VERSION_MAJOR << ", or rewrite the line\n";
}

/// The pipeline of the command line. What is wrong with an option its parser
/// has said, with an error of no words behind it.
static llvm::LogicalResult
setupPassPipeline(const mlir::MlirOptMainConfig &base, mlir::PassManager &pm) {
  mlir::ScopedDiagnosticHandler handler(
      pm.getContext(), [](mlir::Diagnostic &diagnostic) {
        return llvm::success(diagnostic.str().empty());
      });
  return base.setupPassPipeline(pm);
}

/// What MlirOptMain does, with a report after the last pass, if one is wanted.
static llvm::LogicalResult optMain(int argc, char **argv, llvm::StringRef input,
                                   llvm::StringRef output,
                                   mlir::DialectRegistry &registry,
                                   bool wantsReport) {
  auto config = mlir::MlirOptMainConfig::createFromCLOptions();
  if (config.shouldShowDialects() || config.shouldListPasses())
    return mlir::MlirOptMain(argc, argv, input, output, registry);
  llvm::InitLLVM init(argc, argv);
  if (input == "-" && llvm::sys::Process::StandardInIsUserInput())
    llvm::errs() << "(reading from stdin)\n";
  std::string error;
  // Resources of bytecode ask for as much.
  std::unique_ptr<llvm::MemoryBuffer> file =
      mlir::openInputFile(input, llvm::Align(64), &error);
  std::unique_ptr<llvm::ToolOutputFile> irFile;
  if (file && (!wantsReport ||
               llvm::cl::getRegisteredOptions()["o"]->getNumOccurrences()))
    irFile = mlir::openOutputFile(output, &error);
  if (!error.empty()) {
    llvm::errs() << error << '\n';
    return llvm::failure();
  }

  onebit::report::ReportOptions options;
  options.format = reportFormat;
  options.directory = reportDir;
  if (explainPattern.getNumOccurrences())
    options.explain = explainPattern.getValue();
  options.readings = reportReadings;
  options.tables = reportFormat.getNumOccurrences() != 0;
  options.speedups.assign(reportSpeedups.begin(), reportSpeedups.end());
  config.setPassPipelineSetupFn(
      [base = config, options, wantsReport, wantsIR = irFile != nullptr](
          mlir::PassManager &pm) -> llvm::LogicalResult {
        if (llvm::failed(setupPassPipeline(base, pm)))
          return llvm::failure();
        if (!wantsReport)
          return llvm::success();
        if (pm.getOpAnchorName() != mlir::ModuleOp::getOperationName()) {
          llvm::errs() << "--report is about a module: the pipeline must be "
                          "anchored on builtin.module, not on "
                       << pm.getOpAnchorName() << '\n';
          return llvm::failure();
        }
        pm.addPass(onebit::report::createReportPass(options, llvm::outs()));
        if (!wantsIR)
          pm.addPass(std::make_unique<DropModulePass>());
        return llvm::success();
      });

  llvm::raw_ostream &ir = irFile ? irFile->os() : llvm::nulls();
  // The text is looked at again after an error.
  auto view = llvm::MemoryBuffer::getMemBuffer(file->getMemBufferRef(), false);
  if (llvm::failed(mlir::MlirOptMain(ir, std::move(view), registry, config))) {
    explainOldSyntax(input, file->getBuffer());
    return llvm::failure();
  }
  if (irFile)
    irFile->keep();
  return llvm::success();
}

int main(int argc, char **argv) {
  llvm::setBugReportMsg(
      "This is a bug of onebit. Please report it with the command line, the "
      "input and the lines below.\n");
  llvm::cl::SetVersionPrinter([](llvm::raw_ostream &os) {
    os << "onebit " ONEBIT_VERSION " (MLIR " LLVM_VERSION_STRING ")\n";
  });

  mlir::DialectRegistry registry;
  onebit::registerAllDialects(registry);
  onebit::registerAllPasses();
  // The few upstream passes that people run between ours.
  mlir::registerCanonicalizerPass();
  mlir::registerCSEPass();
  mlir::registerInlinerPass();
  mlir::registerSymbolDCEPass();
  mlir::registerLinalgGeneralizeNamedOpsPass();

  auto [input, output] =
      mlir::registerAndParseCLIOptions(argc, argv, help, registry);

  // An error in a model of thousands of ops is not followed by all of them,
  // unless that was asked for.
  auto *printOp = static_cast<llvm::cl::opt<bool> *>(
      llvm::cl::getRegisteredOptions()["mlir-print-op-on-diagnostic"]);
  if (!printOp->getNumOccurrences())
    printOp->setValue(false);

  bool wantsFiles =
      reportFormat.getNumOccurrences() && reportFormat == Format::ScaleSim;
  if (wantsFiles == reportDir.empty()) {
    llvm::errs() << "--report=scale-sim and --report-dir=DIR go together: the "
                    "report is three files\n";
    return EXIT_FAILURE;
  }
  if (!reportSpeedups.empty() && !reportFormat.getNumOccurrences()) {
    llvm::WithColor::error(llvm::errs(), "onebit-opt")
        << "--report-speedups is for a report: add --report\n";
    return EXIT_FAILURE;
  }
  bool wantsReport = reportFormat.getNumOccurrences() ||
                     explainPattern.getNumOccurrences() || reportReadings;
  return mlir::asMainReturnCode(
      optMain(argc, argv, input, output, registry, wantsReport));
}
