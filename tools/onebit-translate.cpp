//===- onebit-translate.cpp - Outside formats to MLIR and back ------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// mlirTranslateMain writes text only; a model with its weights must not be
// text.
//
//===----------------------------------------------------------------------===//

#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Support/FileUtilities.h"
#include "onebit/Frontend/Checkpoint.h"
#include "onebit/Frontend/HuggingFace.h"
#include "onebit/Frontend/ScaleSim.h"
#include "onebit/InitAllDialects.h"
#include "llvm/Support/Alignment.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/PrettyStackTrace.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/ToolOutputFile.h"
#include "llvm/Support/WithColor.h"

namespace cl = llvm::cl;

static const char help[] =
    R"(onebit-translate: models from outside formats to MLIR, and kernels back

examples:
  One token, the last of a context of 2048, in blocks of the decoder dialect:
    onebit-translate --import-hf-config config.json --phase=decode --context=2048
  A whole prompt at once, four of them:
    onebit-translate --import-hf-config config.json --phase=prefill --context=512 --batch=4
  As bytecode, straight into the compiler:
    onebit-translate --import-hf-config config.json --emit-bytecode | onebit-opt --lower-to-systolic --report
  The matrix products of a SCALE-Sim topology, rows of name, M, N, K:
    onebit-translate --import-scale-sim-topology gemm.csv | onebit-opt --lower-to-systolic --report
  What SCALE-Sim needs to price the same kernels:
    onebit-opt model.mlir --lower-to-systolic -o priced.mlir
    onebit-translate --export-scale-sim-topology priced.mlir -o gemm.csv
    onebit-translate --export-scale-sim-config priced.mlir -o scale.cfg
  What is in a checkpoint: a .safetensors or .gguf file, an index, a folder:
    onebit-translate --list-checkpoint model.safetensors
)";

using onebit::decoder::Layout;
using onebit::decoder::Phase;
using onebit::frontend::exportScaleSimConfig;
using onebit::frontend::exportScaleSimTopology;

int main(int argc, char **argv) {
  llvm::setBugReportMsg(
      "This is a bug of onebit. Please report it with the command line, the "
      "input and the lines below.\n");
  llvm::InitLLVM initLLVM(argc, argv);
  cl::SetVersionPrinter([](llvm::raw_ostream &os) {
    os << "onebit " ONEBIT_VERSION " (MLIR " LLVM_VERSION_STRING ")\n";
  });

  cl::OptionCategory category("Options of onebit-translate");
  cl::opt<std::string> input(cl::Positional,
                             cl::desc("<input file, or - for stdin>"),
                             cl::cat(category));
  cl::opt<bool> importHfConfig(
      "import-hf-config", cl::desc("The input is a Hugging Face config.json"),
      cl::cat(category));
  cl::opt<bool> importTopology(
      "import-scale-sim-topology",
      cl::desc("The input is a SCALE-Sim topology of matrix products"),
      cl::cat(category));
  cl::opt<bool> exportTopology(
      "export-scale-sim-topology",
      cl::desc("Write the kernels of MLIR as a SCALE-Sim topology"),
      cl::cat(category));
  cl::opt<bool> exportConfig(
      "export-scale-sim-config",
      cl::desc(
          "Write the array of MLIR's kernels as a SCALE-Sim configuration"),
      cl::cat(category));
  cl::opt<bool> listCheckpoint(
      "list-checkpoint",
      cl::desc("Write the metadata and the tensors of a checkpoint as JSON"),
      cl::cat(category));
  cl::opt<Phase> phase(
      "phase", cl::desc("What is computed (default: decode)"),
      cl::values(
          clEnumValN(Phase::Decode, "decode", "one token per sequence"),
          clEnumValN(Phase::Prefill, "prefill", "all tokens of the context")),
      cl::init(Phase::Decode), cl::cat(category));
  cl::opt<int64_t> contextLength(
      "context",
      cl::desc("Keys attended, the current token included (default: 2048, or "
               "the model's limit if that is less)"),
      cl::value_desc("tokens"), cl::cat(category));
  cl::opt<int64_t> batch("batch", cl::desc("Sequences (default: 1)"),
                         cl::value_desc("N"), cl::init(1), cl::cat(category));
  cl::opt<int64_t> layers(
      "layers", cl::desc("Only the first N layers (default: all of them)"),
      cl::value_desc("N"), cl::cat(category));
  cl::opt<Layout> layout(
      "layout", cl::desc("How a block is written (default: real)"),
      cl::values(
          clEnumValN(Layout::Real, "real", "as the model is"),
          clEnumValN(
              Layout::Paper, "paper",
              "as \"MatMul or No MatMul\" (arXiv 2408.11939) counted it")),
      cl::init(Layout::Real), cl::cat(category));
  cl::opt<std::string> output(
      "o", cl::desc("Where the output goes (default: stdout)"),
      cl::value_desc("file"), cl::init("-"), cl::cat(category));
  cl::opt<bool> emitBytecode("emit-bytecode",
                             cl::desc("Write bytecode instead of text"),
                             cl::cat(category));
  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(argc, argv, help);

  auto fail = [](const llvm::Twine &message) {
    llvm::WithColor::error(llvm::errs(), "onebit-translate") << message << "\n";
    return 1;
  };
  if (importHfConfig + importTopology + exportTopology + exportConfig +
          listCheckpoint !=
      1)
    return fail("what is to be done? Expected one of --import-hf-config, "
                "--import-scale-sim-topology, --export-scale-sim-topology, "
                "--export-scale-sim-config and --list-checkpoint");
  const bool isExport = exportTopology || exportConfig || listCheckpoint;
  if (isExport && emitBytecode)
    return fail("--emit-bytecode is for an import");
  for (const cl::Option *option : std::initializer_list<const cl::Option *>{
           &phase, &contextLength, &batch, &layers, &layout})
    if (!importHfConfig && option->getNumOccurrences())
      return fail("--" + option->ArgStr + " is for --import-hf-config");
  if (input.empty())
    return fail("expected an input file, or - for stdin");

  std::string error;
  // A checkpoint is mapped, and may be a folder.
  if (listCheckpoint) {
    auto checkpoint = onebit::frontend::openCheckpoint(input);
    if (!checkpoint)
      return fail(llvm::toString(checkpoint.takeError()));
    auto out = mlir::openOutputFile(output, &error);
    if (!out)
      return fail(error);
    out->os() << llvm::formatv(
        "{0:2}\n", onebit::frontend::describeCheckpoint(**checkpoint));
    out->keep();
    return 0;
  }
  // Resources of bytecode ask for as much.
  auto file = mlir::openInputFile(input, llvm::Align(64), &error);
  if (!file)
    return fail(error);

  mlir::DialectRegistry registry;
  onebit::registerAllDialects(registry);
  mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
  llvm::SourceMgr sources;
  llvm::MemoryBufferRef buffer = *file;
  sources.AddNewSourceBuffer(std::move(file), llvm::SMLoc());
  mlir::SourceMgrDiagnosticHandler diagnostics(sources, &context);
  context.printOpOnDiagnostic(false);

  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::string text;
  llvm::raw_string_ostream os(text);
  if (importHfConfig) {
    onebit::frontend::ImportOptions options;
    options.phase = phase;
    options.layout = layout;
    options.batch = batch;
    if (contextLength.getNumOccurrences())
      options.contextLength = contextLength;
    if (layers.getNumOccurrences())
      options.layers = layers;
    module =
        onebit::frontend::importHuggingFaceConfig(context, buffer, options);
  } else if (importTopology) {
    module = onebit::frontend::importScaleSimTopology(context, buffer);
  } else {
    module = mlir::parseSourceFile<mlir::ModuleOp>(sources, &context);
  }
  if (!module || mlir::failed(mlir::verify(*module)))
    return 1;
  if (exportTopology && mlir::failed(exportScaleSimTopology(*module, os)))
    return 1;
  if (exportConfig && mlir::failed(exportScaleSimConfig(*module, os)))
    return 1;

  auto out = mlir::openOutputFile(output, &error);
  if (!out)
    return fail(error);
  if (isExport)
    out->os() << text;
  else if (!emitBytecode)
    module->print(out->os());
  else if (mlir::failed(mlir::writeBytecodeToFile(*module, out->os())))
    return 1;
  out->keep();
  return 0;
}
