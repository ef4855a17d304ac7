//===- onebit-reduce.cpp - The part of a module that still fails ----------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Tools/mlir-reduce/MlirReduceMain.h"
#include "mlir/Transforms/Passes.h"
#include "onebit/InitAllDialects.h"
#include "onebit/InitAllPasses.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  onebit::registerAllDialects(registry);
  onebit::registerAllPasses();
  mlir::registerCanonicalizerPass();
  mlir::registerCSEPass();
  mlir::registerSymbolDCEPass();
  mlir::MLIRContext context(registry);
  return mlir::failed(mlir::mlirReduceMain(argc, argv, context));
}
