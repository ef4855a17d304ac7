//===- onebit-opt.cpp - Run passes on a model, report what it costs -------===//
//
// Part of the onebit project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "mlir/Transforms/Passes.h"
#include "onebit/InitAllDialects.h"
#include "onebit/InitAllPasses.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  onebit::registerAllDialects(registry);
  onebit::registerAllPasses();
  mlir::registerCanonicalizerPass();
  mlir::registerCSEPass();
  mlir::registerInlinerPass();
  mlir::registerSymbolDCEPass();
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "onebit: a compiler for 1-bit models\n",
                        registry));
}
