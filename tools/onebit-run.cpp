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
#include "onebit/Execution/EmitObject.h"
#include "onebit/Execution/KernelCounts.h"
#include "onebit/Execution/LanguageModel.h"
#include "onebit/Execution/LoadModel.h"
#include "onebit/Execution/LowerToLLVM.h"
#include "onebit/Frontend/LoadWeights.h"
#include "onebit/InitAllDialects.h"
#include "llvm/Support/Alignment.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/PrettyStackTrace.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/ToolOutputFile.h"
#include "llvm/Support/WithColor.h"

namespace cl = llvm::cl;

static const char help[] =
    R"(onebit-run: compile a model for this machine, and generate tokens

The model is a folder or a config.json of Hugging Face's, or MLIR: one token's
step as onebit-translate imports it. Printed are the new tokens, each the one of
the largest logit.

examples:
  What comes after three tokens?
    onebit-run path/to/model --tokens=1,887,23 --generate=16
    onebit-run model.mlir --weights=model.safetensors --tokens=1,887,23
  Ahead of time: step.o, step.h and step.weights, for a program in C
    onebit-run path/to/model --emit-object=step.o
  The tiled program that a report priced, and what its kernels executed:
    onebit-opt model.mlir --lower-to-systolic --emit-bytecode -o priced.mlirbc --report
    onebit-run priced.mlirbc --tokens=1,887,23 --generate=16 --count-macs
)";

namespace {
int fail(const llvm::Twine &message) {
  llvm::WithColor::error(llvm::errs(), "onebit-run") << message << "\n";
  return 1;
}

/// `FILE` and what goes beside it, all or nothing.
int emit(mlir::ModuleOp module, const onebit::CompileOptions &options,
         llvm::StringRef path) {
  auto beside = [&](llvm::StringRef extension) {
    llvm::SmallString<256> name = path;
    llvm::sys::path::replace_extension(name, extension);
    return name.str().str();
  };
  std::string names[] = {path.str(), beside("h"), beside("weights")};
  if (names[0] == names[1] || names[0] == names[2])
    return fail(
        "--emit-object: expected the name of an object file, as step.o, "
        "not '" +
        path + "'");
  std::string error;
  std::unique_ptr<llvm::ToolOutputFile> files[3];
  for (auto [file, name] : llvm::zip_equal(files, names))
    if (!(file = mlir::openOutputFile(name, &error)))
      return fail(error);
  if (mlir::failed(onebit::emitObject(
          module, options, {files[0]->os(), files[1]->os(), files[2]->os()})))
    return 1;
  for (auto &file : files) {
    file->os().flush();
    if (file->os().has_error()) {
      std::error_code reason = file->os().error();
      file->os().clear_error();
      return fail("cannot write '" + file->outputFilename() +
                  "': " + reason.message());
    }
    file->keep();
  }
  return 0;
}
} // namespace

int main(int argc, char **argv) {
  llvm::setBugReportMsg(
      "This is a bug of onebit. Please report it with the command line, the "
      "input and the lines below.\n");
  llvm::InitLLVM initLLVM(argc, argv);
  cl::SetVersionPrinter([](llvm::raw_ostream &os) {
    os << "onebit " ONEBIT_VERSION " (MLIR " LLVM_VERSION_STRING ")\n";
  });

  cl::OptionCategory category("Options of onebit-run");
  cl::opt<std::string> input(
      cl::Positional,
      cl::desc("<MLIR, a config.json or its folder, or - for MLIR from stdin>"),
      cl::init("-"), cl::cat(category));
  cl::opt<std::string> weights(
      "weights",
      cl::desc("The checkpoint: .safetensors, .gguf, an index of shards, or a "
               "folder (default: the folder of the config.json)"),
      cl::value_desc("path"), cl::cat(category));
  cl::opt<int64_t> contextLength(
      "context",
      cl::desc("Tokens that the caches of a config.json's model hold (default: "
               "2048, or the model's limit if that is less)"),
      cl::value_desc("tokens"), cl::cat(category));
  cl::opt<std::string> entry(
      "entry", cl::desc("The function to run (default: the only public one)"),
      cl::value_desc("name"), cl::cat(category));
  cl::opt<std::string> prefill(
      "prefill", cl::desc("The function that takes several tokens of a prompt"),
      cl::value_desc("name"), cl::cat(category));
  cl::opt<int64_t> prefillTokens(
      "prefill-tokens",
      cl::desc("Tokens of a prompt that a config.json's model takes at once "
               "(default: 1)"),
      cl::value_desc("N"), cl::init(1), cl::cat(category));
  cl::list<int64_t> tokens("tokens", cl::CommaSeparated,
                           cl::desc("The prompt, as token ids"),
                           cl::value_desc("ID,..."), cl::cat(category));
  cl::opt<int64_t> generate(
      "generate", cl::desc("How many tokens to generate (default: 1)"),
      cl::value_desc("N"), cl::init(1), cl::cat(category));
  cl::opt<unsigned> threads(
      "threads",
      cl::desc("Threads of the kernels (default: 1); no result depends on it"),
      cl::value_desc("N"), cl::init(1), cl::cat(category));
  cl::opt<std::string> kernel(
      "kernel",
      cl::desc("The kernel of ternary products (docs/running.md; default: the "
               "fastest of this machine)"),
      cl::value_desc("name"), cl::cat(category));
  cl::opt<std::string> emitObject(
      "emit-object",
      cl::desc("Compile ahead of time instead: an object file, with a header "
               "for C and the weights beside it"),
      cl::value_desc("FILE.o"), cl::cat(category));
  cl::opt<bool> countMacs(
      "count-macs",
      cl::desc("Count the multiply-accumulates that the kernels of a tiled "
               "model execute, and print them after the tokens, as JSON"),
      cl::cat(category));
  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(argc, argv, help);

  if (emitObject.empty() && tokens.empty())
    return fail(
        "what is to be done? Expected --tokens=ID,... or --emit-object");
  if (!emitObject.empty() &&
      (tokens.getNumOccurrences() || !prefill.empty() || prefillTokens != 1))
    return fail("--emit-object compiles one function and runs none: without "
                "--tokens and --prefill");
  if (threads < 1 || threads > onebit::kMaxThreads)
    return fail("--threads must be from 1 to " +
                llvm::Twine(onebit::kMaxThreads) + ", got " +
                llvm::Twine(threads));

  std::string path = input;
  if (llvm::sys::fs::is_directory(path)) {
    llvm::SmallString<256> inside(path);
    llvm::sys::path::append(inside, "config.json");
    path = inside.str().str();
  }
  const bool isConfig = llvm::sys::path::extension(path) == ".json";
  if (!isConfig && (contextLength.getNumOccurrences() || prefillTokens != 1))
    return fail(
        "--context and --prefill-tokens are for a config.json: MLIR says "
        "it itself");
  if (isConfig && (!entry.empty() || !prefill.empty()))
    return fail("--entry and --prefill are for MLIR: a config.json has one "
                "function");

  std::string error;
  // Resources of bytecode ask for as much.
  auto file = mlir::openInputFile(path, llvm::Align(64), &error);
  if (!file)
    return fail(error);
  mlir::DialectRegistry registry;
  onebit::registerAllDialects(registry);
  onebit::registerExecutionInterfaces(registry);
  mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
  llvm::SourceMgr sources;
  llvm::MemoryBufferRef buffer = *file;
  sources.AddNewSourceBuffer(std::move(file), llvm::SMLoc());
  mlir::SourceMgrDiagnosticHandler diagnostics(sources, &context);
  // An error about one op is not followed by it.
  context.printOpOnDiagnostic(false);

  onebit::CompileOptions options;
  options.entry = isConfig ? "decode" : entry.getValue();
  options.threads = threads;
  if (!kernel.empty()) {
    llvm::Expected<onebit::runtime::Kernel> chosen = onebit::getKernel(kernel);
    if (!chosen)
      return fail("--kernel: " + llvm::toString(chosen.takeError()));
    options.kernel = *chosen;
  }
  std::string forPrompts = prefill;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  if (isConfig) {
    onebit::LoadOptions load;
    std::string from = weights.empty()
                           ? llvm::sys::path::parent_path(path).str()
                           : weights.getValue();
    auto checkpoint =
        onebit::frontend::openCheckpoint(from.empty() ? "." : from);
    if (!checkpoint)
      return fail(llvm::toString(checkpoint.takeError()));
    load.checkpoint = std::move(*checkpoint);
    if (contextLength.getNumOccurrences())
      load.contextLength = contextLength;
    load.prefillTokens = prefillTokens;
    module = onebit::loadModel(context, buffer, load);
    if (prefillTokens != 1)
      forPrompts = "prefill";
  } else {
    module = mlir::parseSourceFile<mlir::ModuleOp>(sources, &context);
    if (module && !weights.empty()) {
      auto checkpoint = onebit::frontend::openCheckpoint(weights);
      if (!checkpoint)
        return fail(llvm::toString(checkpoint.takeError()));
      if (mlir::failed(onebit::frontend::loadWeights(
              *module, std::move(*checkpoint),
              onebit::frontend::ScaleMeaning::FromConfig)))
        return 1;
    }
  }
  if (!module)
    return 1;
  if (!emitObject.empty() && countMacs)
    return fail("--count-macs counts what is run here, and --emit-object runs "
                "nothing: say one of them");
  if (!emitObject.empty())
    return emit(*module, options, emitObject);

  if (countMacs && mlir::failed(onebit::countMacs(*module)))
    return 1;
  auto model = onebit::LanguageModel::compile(*module, options, forPrompts);
  if (mlir::failed(model))
    return 1;
  auto generated = (*model)->generate(tokens, generate);
  if (!generated)
    return fail(llvm::toString(generated.takeError()));
  if (!generated->empty()) {
    llvm::interleave(
        *generated, llvm::outs(), [](int64_t id) { llvm::outs() << id; }, " ");
    llvm::outs() << '\n';
  }
  if (countMacs)
    onebit::printKernelCounts((*model)->getKernelCounts(), llvm::outs());
  return 0;
}
