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

/// Names that a warning lists.
static constexpr size_t kMostNames = 3;

namespace {
/// Whether a model was trained for 1-bit products, and whether its weights are
/// quantized as it runs.
enum class QuantizedModel { No, Offline, Online };
} // namespace

/// What a config, which the import has read, says of 1-bit products.
static QuantizedModel readQuantizedModel(StringRef config) {
  llvm::Expected<llvm::json::Value> value = llvm::json::parse(config);
  if (!value) {
    llvm::consumeError(value.takeError());
    return QuantizedModel::No;
  }
  const llvm::json::Object *object = value->getAsObject();
  const llvm::json::Object *quantization =
      object ? object->getObject("quantization_config") : nullptr;
  if (!quantization || quantization->getString("quant_method") != "bitnet")
    return QuantizedModel::No;
  return quantization->getString("quantization_mode") == "online"
             ? QuantizedModel::Online
             : QuantizedModel::Offline;
}

static LogicalResult quantize(ModuleOp module, QuantizedModel model) {
  QuantizeProjectionsOptions options;
  options.scheme = ternary::Scheme::B1_58Released;
  // transformers takes the mean of floats each time, also of those of three
  // values.
  options.recognizeTernary = model != QuantizedModel::Online;
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
  SmallVector<StringRef> unread;
  if (failed(frontend::loadWeights(*module, options.checkpoint,
                                   frontend::ScaleMeaning::FromConfig,
                                   &unread)))
    return nullptr;
  for (StringRef name : unread)
    if (frontend::isHead(name))
      return emitError(module->getLoc())
                 << options.checkpoint->getPath() << " holds " << name
                 << ", which is not the embedding that the config ties it to: "
                    "set 'tie_word_embeddings' to false to use it",
             nullptr;
  if (!unread.empty()) {
    InFlightDiagnostic diag = emitWarning(module->getLoc());
    diag << options.checkpoint->getPath()
         << " holds what the model does not have, ";
    llvm::interleaveComma(ArrayRef(unread).take_front(kMostNames), diag);
    if (unread.size() > kMostNames)
      diag << " and " << unread.size() - kMostNames << " more";
    diag << ": its config may be of another model";
  }
  QuantizedModel model = readQuantizedModel(config.getBuffer());
  if (model != QuantizedModel::No && failed(quantize(*module, model)))
    return nullptr;
  return module;
}
