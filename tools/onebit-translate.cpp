//===- onebit-translate.cpp - Models from outside formats to MLIR ---------===//
//
// Part of the onebit project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/ToolOutputFile.h"
#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Support/FileUtilities.h"
#include "mlir/Tools/ParseUtilities.h"
#include "onebit/InitAllDialects.h"

namespace cl = llvm::cl;

int main(int argc, char **argv) {
  llvm::InitLLVM y(argc, argv);

  cl::OptionCategory category("onebit-translate");
  cl::opt<std::string> input(cl::Positional, cl::desc("<input file>"),
                             cl::init("-"), cl::cat(category));
  cl::opt<std::string> output("o", cl::desc("Where the module goes"),
                              cl::value_desc("file"), cl::init("-"),
                              cl::cat(category));
  cl::opt<bool> emitBytecode("emit-bytecode",
                             cl::desc("Write bytecode instead of text"),
                             cl::cat(category));
  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(argc, argv, "onebit: models to MLIR\n");

  mlir::DialectRegistry registry;
  onebit::registerAllDialects(registry);
  mlir::MLIRContext context(registry);

  std::string error;
  auto file = mlir::openOutputFile(output, &error);
  if (!file) {
    llvm::errs() << error << "\n";
    return 1;
  }
  mlir::OwningOpRef<mlir::ModuleOp> module;
  if (!module || mlir::failed(mlir::verify(*module)))
    return 1;
  if (emitBytecode) {
    if (mlir::failed(mlir::writeBytecodeToFile(*module, file->os())))
      return 1;
  } else {
    module->print(file->os());
  }
  file->keep();
  return 0;
}
