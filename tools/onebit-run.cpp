//===- onebit-run.cpp - Compile a model for this machine and run it -------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Support/FileUtilities.h"
#include "onebit/Execution/KernelCounts.h"
#include "onebit/Execution/LanguageModel.h"
#include "onebit/Execution/LowerToLLVM.h"
#include "onebit/InitAllDialects.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/PrettyStackTrace.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/WithColor.h"

namespace cl = llvm::cl;

static const char help[] =
    R"(onebit-run: compile a model for this machine, and generate tokens

The model is one token's step as onebit-translate imports it, with its weights.
Printed are the new tokens, each the one of the largest logit.

examples:
  What comes after three tokens?
    onebit-run model.mlir --tokens=1,887,23 --generate=16
  From a folder of Hugging Face's:
    onebit-translate --import-hf-config model/config.json | onebit-opt --onebit-load-weights=path=model --emit-bytecode | onebit-run --tokens=1,887,23 --generate=16
  The tiled program that a report priced, and what its kernels executed:
    onebit-opt model.mlir --lower-to-systolic --emit-bytecode -o priced.mlirbc --report
    onebit-run priced.mlirbc --tokens=1,887,23 --generate=16 --count-macs
)";

int main(int argc, char **argv) {
  llvm::setBugReportMsg(
      "This is a bug of onebit. Please report it with the command line, the "
      "input and the lines below.\n");
  llvm::InitLLVM initLLVM(argc, argv);
  cl::SetVersionPrinter([](llvm::raw_ostream &os) {
    os << "onebit " ONEBIT_VERSION " (MLIR " LLVM_VERSION_STRING ")\n";
  });

  cl::OptionCategory category("Options of onebit-run");
  cl::opt<std::string> input(cl::Positional,
                             cl::desc("<input file, or - for stdin>"),
                             cl::init("-"), cl::cat(category));
  cl::opt<std::string> entry(
      "entry", cl::desc("The function to run (default: the only public one)"),
      cl::value_desc("name"), cl::cat(category));
  cl::list<int64_t> tokens("tokens", cl::CommaSeparated, cl::Required,
                           cl::desc("The prompt, as token ids"),
                           cl::value_desc("ID,..."), cl::cat(category));
  cl::opt<int64_t> generate(
      "generate", cl::desc("How many tokens to generate (default: 1)"),
      cl::value_desc("N"), cl::init(1), cl::cat(category));
  cl::opt<bool> countMacs(
      "count-macs",
      cl::desc("Count the multiply-accumulates that the kernels of a tiled "
               "model execute, and print them after the tokens, as JSON"),
      cl::cat(category));
  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(argc, argv, help);

  auto fail = [](const llvm::Twine &message) {
    llvm::WithColor::error(llvm::errs(), "onebit-run") << message << "\n";
    return 1;
  };

  std::string error;
  auto file = mlir::openInputFile(input, &error);
  if (!file)
    return fail(error);
  mlir::DialectRegistry registry;
  onebit::registerAllDialects(registry);
  onebit::registerExecutionInterfaces(registry);
  mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
  llvm::SourceMgr sources;
  sources.AddNewSourceBuffer(std::move(file), llvm::SMLoc());
  mlir::SourceMgrDiagnosticHandler diagnostics(sources, &context);
  mlir::OwningOpRef<mlir::ModuleOp> module =
      mlir::parseSourceFile<mlir::ModuleOp>(sources, &context);
  if (!module)
    return 1;

  if (countMacs && mlir::failed(onebit::countMacs(*module)))
    return 1;
  auto program = onebit::Program::compile(*module, entry);
  if (mlir::failed(program))
    return 1;
  auto model = onebit::LanguageModel::get(std::move(*program));
  if (!model)
    return fail(llvm::toString(model.takeError()));
  auto generated = (*model)->generate(tokens, generate);
  if (!generated)
    return fail(llvm::toString(generated.takeError()));
  llvm::interleave(
      *generated, llvm::outs(), [](int64_t id) { llvm::outs() << id; }, " ");
  llvm::outs() << '\n';
  if (countMacs)
    onebit::printKernelCounts((*model)->getProgram(), llvm::outs());
  return 0;
}
