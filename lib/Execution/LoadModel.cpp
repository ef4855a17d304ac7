//===- LoadModel.cpp - A checkpoint to a module that can run --------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/Execution/LoadModel.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Pass/PassManager.h"
#include "onebit/Conversion/Passes.h"
#include "onebit/Frontend/HuggingFace.h"
#include "onebit/Frontend/LoadWeights.h"
#include "llvm/Support/JSON.h"

using namespace mlir;
using namespace onebit;

/// Whether a config, which the import has read, says that its model was trained
/// for 1-bit products.
static bool isQuantized(StringRef config) {
  llvm::Expected<llvm::json::Value> value = llvm::json::parse(config);
  if (!value) {
    llvm::consumeError(value.takeError());
    return false;
  }
  const llvm::json::Object *object = value->getAsObject();
  const llvm::json::Object *quantization =
      object ? object->getObject("quantization_config") : nullptr;
  return quantization && quantization->getString("quant_method") == "bitnet";
}

static LogicalResult quantize(ModuleOp module) {
  QuantizeProjectionsOptions options;
  options.scheme = ternary::Scheme::B1_58Released;
  PassManager passes(module.getContext());
  passes.addPass(createQuantizeProjections(options));
  return passes.run(module);
}

OwningOpRef<ModuleOp> onebit::loadModel(MLIRContext &context,
                                        llvm::MemoryBufferRef config,
                                        const LoadOptions &options) {
  frontend::ImportOptions import;
  import.contextLength = options.contextLength;
  import.warns = true;
  OwningOpRef<ModuleOp> module =
      frontend::importHuggingFaceConfig(context, config, import);
  if (!module)
    return nullptr;
  if (options.prefillTokens != 1) {
    import.warns = false;
    import.phase = decoder::Phase::Prefill;
    import.prefillTokens = options.prefillTokens;
    OwningOpRef<ModuleOp> prefill =
        frontend::importHuggingFaceConfig(context, config, import);
    if (!prefill)
      return nullptr;
    module->getBody()->getOperations().splice(
        module->getBody()->end(), prefill->getBody()->getOperations());
  }
  // One value for the weights of both functions.
  if (failed(frontend::loadWeights(*module, options.checkpoint,
                                   frontend::ScaleMeaning::FromConfig)) ||
      (isQuantized(config.getBuffer()) && failed(quantize(*module))))
    return nullptr;
  return module;
}
