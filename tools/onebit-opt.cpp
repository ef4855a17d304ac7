//===- onebit-opt.cpp - Run passes on a model, report what it costs -------===//
//
// Part of the onebit project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "mlir/Transforms/Passes.h"
#include "onebit/InitAllDialects.h"
#include "onebit/InitAllPasses.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/PrettyStackTrace.h"

static const char help[] =
    R"(onebit-opt: compile a decoder model for a systolic array, and say what it costs

examples:
  What does a model cost, and how much of it needs no multiplication?
    onebit-opt model.mlir --lower-to-systolic --report
    onebit-translate --import-hf-config config.json | onebit-opt --lower-to-systolic --report
  Another array and dataflow; JSON for programs:
    onebit-opt model.mlir --lower-to-systolic="array=128x128 dataflow=ws" --report=json
  Keep the priced IR, report on it later:
    onebit-opt model.mlir --lower-to-systolic --emit-bytecode -o priced.mlirbc
    onebit-opt priced.mlirbc --report=csv
  Pass by pass, with what each one did:
    onebit-opt model.mlir --onebit-raise-contractions --onebit-decompose-blocks --mlir-print-ir-after-all

With --report the report goes to stdout, and the IR only where -o says.
)";

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
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, input, output, registry));
}
