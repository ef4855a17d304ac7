//===- TestModules.cpp - Modules to run -----------------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestModules.h"
#include "mlir/Pass/PassManager.h"
#include "onebit/Conversion/Passes.h"
#include "onebit/Frontend/HuggingFace.h"

using namespace mlir;
using namespace onebit;

static OwningOpRef<ModuleOp> import(MLIRContext &context, int64_t tokens,
                                    int64_t window) {
  // Widths that are no multiple of what a kernel takes at once.
  std::string config = R"({"model_type": "bitnet", "hidden_size": 48,
    "num_hidden_layers": 2, "num_attention_heads": 6, "num_key_value_heads": 2,
    "intermediate_size": 140, "vocab_size": 61, "max_position_embeddings": 40})";
  if (window != 0)
    config = R"({"model_type": "qwen2", "hidden_size": 48,
      "num_hidden_layers": 2, "num_attention_heads": 6,
      "num_key_value_heads": 2, "intermediate_size": 140, "vocab_size": 61,
      "max_position_embeddings": 40, "use_sliding_window": true,
      "layer_types": ["sliding_attention", "full_attention"],
      "sliding_window": )" +
             std::to_string(window) + "}";
  frontend::ImportOptions options;
  if (tokens > 1) {
    options.phase = decoder::Phase::Prefill;
    options.prefillTokens = tokens;
  }
  return frontend::importHuggingFaceConfig(
      context, llvm::MemoryBufferRef(config, "config.json"), options);
}

OwningOpRef<ModuleOp> makeDecoder(MLIRContext &context, int64_t prefillTokens,
                                  bool quantized, int64_t window) {
  OwningOpRef<ModuleOp> module = import(context, 1, window);
  if (!module)
    return nullptr;
  if (prefillTokens > 1) {
    OwningOpRef<ModuleOp> prefill = import(context, prefillTokens, window);
    if (!prefill)
      return nullptr;
    module->getBody()->getOperations().splice(
        module->getBody()->end(), prefill->getBody()->getOperations());
  }
  std::mt19937 random(5);
  std::normal_distribution<float> normal;
  llvm::StringMap<ElementsAttr> values;
  module->walk([&](decoder::WeightOp op) {
    ElementsAttr &value = values[op.getName()];
    if (!value) {
      auto type = cast<RankedTensorType>(op.getType());
      std::vector<float> elements(type.getNumElements());
      for (float &element : elements)
        element = type.getRank() == 1 ? 1 + 0.1f * normal(random)
                                      : 0.15f * normal(random);
      value = DenseElementsAttr::get(type, ArrayRef(elements));
    }
    op.setValueAttr(value);
  });
  if (!quantized)
    return module;
  PassManager passes(&context);
  QuantizeProjectionsOptions options;
  options.scheme = ternary::Scheme::B1_58Released;
  passes.addPass(createQuantizeProjections(options));
  if (failed(passes.run(*module)))
    return nullptr;
  return module;
}
