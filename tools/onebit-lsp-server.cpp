//===- onebit-lsp-server.cpp - An editor knows what onebit-opt knows ------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Tools/mlir-lsp-server/MlirLspServerMain.h"
#include "onebit/InitAllDialects.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  onebit::registerAllDialects(registry);
  return mlir::failed(mlir::MlirLspServerMain(argc, argv, registry));
}
