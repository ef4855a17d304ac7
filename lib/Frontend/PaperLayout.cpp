//===- PaperLayout.cpp - The model as the paper counted it ----------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DecoderBuilder.h"
#include "Layouts.h"

using namespace mlir;
using namespace onebit;
using namespace onebit::frontend;
using decoder::AssumptionKind;
using decoder::ProductRole;

/// Says how the paper's blocks differ from this model's.
static void assumeDifferences(ModelConfig &config, int64_t ffn,
                              const ImportOptions &options) {
  auto assume = [&](const Twine &text) {
    config.assume(AssumptionKind::Layout, "as the paper counted: " + text);
  };
  config.assumptions.clear();
  assume("embedding, lm_head, normalisations, positions, activation functions, "
         "residuals and biases are left out");
  const LayerConfig &layer = config.layer;
  if (ffn != config.ffn)
    assume("the feed-forward matrices are " + Twine(config.hidden) + " x " +
           Twine(ffn) + "; the model's are " + Twine(config.hidden) + " x " +
           Twine(config.ffn));
  if (!layer.gate.name.empty() || !layer.gateUp.name.empty())
    assume("the feed-forward network has two matrices; the model has three, "
           "with a gate");
  if (!layer.qkv.name.empty())
    assume("queries, keys and values are three products; the model has one, "
           "three times as wide");
  if (config.kvHeads != config.heads)
    assume("there are " + Twine(config.heads) +
           " key-value heads; the model has " + Twine(config.kvHeads));
  if (config.headDim * config.heads != config.hidden)
    assume("a head has " + Twine(config.hidden / config.heads) +
           " elements; the model's have " + Twine(config.headDim));
  if (config.embeddingWidth != config.hidden)
    assume("the projections between the embedding's " +
           Twine(config.embeddingWidth) + " and the hidden " +
           Twine(config.hidden) + " features are left out");
  if (config.maxPositions != 0 && *options.contextLength > config.maxPositions)
    assume("the context is " + Twine(*options.contextLength) +
           " tokens; the model's limit is " + Twine(config.maxPositions));
}

OwningOpRef<ModuleOp> frontend::buildPaperLayout(Location loc,
                                                 const ModelConfig &model,
                                                 const ImportOptions &options) {
  ModelConfig config = model;
  int64_t hidden = config.hidden;
  int64_t ffn = config.paperFFN == PaperFFN::Square ? hidden : config.ffn;
  assumeDifferences(config, ffn, options);

  int64_t layers = *options.layers;
  Type f32 = Float32Type::get(loc.getContext());
  SmallVector<RankedTensorType> cacheTypes(
      layers, RankedTensorType::get({1, config.heads, *options.contextLength,
                                     hidden / config.heads},
                                    f32));
  DecoderBuilder b(loc, config, options,
                   RankedTensorType::get({1, 1, hidden}, f32), cacheTypes);
  APFloat scale(1.0 / std::sqrt(static_cast<double>(hidden / config.heads)));

  Value x = b.getInput();
  for (int64_t layer = 0; layer < layers; ++layer)
    x = b.block(layer, x, [&](Value x, Value &keys, Value &values) {
      std::string prefix = "layers." + std::to_string(layer) + ".";
      auto linear = [&](Value x, int64_t n, ProductRole role) {
        std::string name = prefix + decoder::stringifyProductRole(role).str();
        return b.project(x, b.weight(name + ".weight", {n, dim(x, 2)}), Value(),
                         name, role);
      };
      Value q = linear(x, hidden, ProductRole::Q);
      Value k = linear(x, hidden, ProductRole::K);
      Value v = linear(x, hidden, ProductRole::V);
      keys = b.append(b.splitHeads(k, config.heads), keys);
      values = b.append(b.splitHeads(v, config.heads), values);
      Value y = decoder::AttentionOp::create(
          b.builder, loc, b.splitHeads(q, config.heads), keys, values,
          b.getPosition(), IntegerAttr(),
          b.builder.getStringAttr(prefix + "attention"), scale, FloatAttr(),
          IntegerAttr(), /*causal=*/true, /*alibi=*/{});
      y = linear(b.mergeHeads(y), hidden, ProductRole::O);
      y = linear(y, ffn, ProductRole::Up);
      return linear(y, hidden, ProductRole::Down);
    });
  return b.finish(x);
}
