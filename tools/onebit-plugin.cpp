//===- onebit-plugin.cpp - Dialects and passes for the stock mlir-opt -----===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Tools/Plugins/DialectPlugin.h"
#include "mlir/Tools/Plugins/PassPlugin.h"
#include "onebit/InitAllDialects.h"
#include "onebit/InitAllPasses.h"

/// mlir-opt --load-dialect-plugin
extern "C" LLVM_ATTRIBUTE_WEAK mlir::DialectPluginLibraryInfo
mlirGetDialectPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "Onebit", ONEBIT_VERSION,
          [](mlir::DialectRegistry *registry) {
            onebit::registerOnebitDialects(*registry);
            onebit::registerAllPasses();
          }};
}

/// mlir-opt --load-pass-plugin
extern "C" LLVM_ATTRIBUTE_WEAK mlir::PassPluginLibraryInfo
mlirGetPassPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "Onebit", ONEBIT_VERSION,
          [] { onebit::registerAllPasses(); }};
}
