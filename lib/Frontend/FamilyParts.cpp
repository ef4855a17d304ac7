//===- FamilyParts.cpp - Parts of configs that families share -------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FamilyParts.h"
#include "ConfigReader.h"
#include "ModelConfig.h"
#include <cmath>

using namespace llvm;
using namespace onebit;
using namespace onebit::frontend;
using decoder::ActivationKind;
using decoder::NormKind;

ActivationKind frontend::readActivation(ConfigReader &reader,
                                        const Field &field, StringRef absent) {
  static constexpr std::pair<StringLiteral, ActivationKind> known[] = {
      {"relu", ActivationKind::ReLU},
      {"relu2", ActivationKind::ReLU2},
      {"gelu", ActivationKind::GELU},
      {"gelu_python", ActivationKind::GELU},
      {"gelu_new", ActivationKind::GELUTanh},
      {"gelu_fast", ActivationKind::GELUTanh},
      {"gelu_pytorch_tanh", ActivationKind::GELUTanh},
      {"silu", ActivationKind::SiLU},
      {"swish", ActivationKind::SiLU}};
  StringRef name = reader.string(field);
  if (name.empty())
    name = absent;
  std::string names;
  for (const auto &[other, kind] : known) {
    if (name == other)
      return kind;
    names += (names.empty() ? "" : ", ") + other.str();
  }
  reader.error(field, "'" + field.names.front() + "' must be one of " + names +
                          "; found \"" + name + "\"");
  return ActivationKind::ReLU;
}

void frontend::readHeadDim(ConfigReader &reader, ModelConfig &config,
                           bool explicitHeadDim,
                           std::optional<int64_t> absent) {
  if (explicitHeadDim && (absent || reader.has("head_dim"))) {
    config.headDim = reader.size("head_dim", absent);
  } else {
    if (config.hidden % config.heads != 0)
      reader.error(
          {"num_attention_heads", "n_head"},
          "the number of attention heads must divide the hidden size " +
              Twine(config.hidden) + ", found " + Twine(config.heads));
    config.headDim = config.hidden / config.heads;
  }
  config.attentionScale = 1.0 / std::sqrt(static_cast<double>(config.headDim));
}

void frontend::readWindow(ConfigReader &reader, ModelConfig &config,
                          std::optional<int64_t> absent) {
  std::optional<int64_t> window =
      reader.optionalSize("sliding_window", absent, kMaxTokens);
  config.windows.assign(config.layers, window.value_or(0));
}

void frontend::readLayerTypes(ConfigReader &reader, ModelConfig &config,
                              std::optional<int64_t> window,
                              function_ref<bool(int64_t)> isSliding) {
  std::optional<SmallVector<StringRef>> types = reader.strings("layer_types");
  if (types && static_cast<int64_t>(types->size()) != config.layers)
    reader.error("layer_types",
                 "'layer_types' must have one entry for each of " +
                     Twine(config.layers) + " layers, found " +
                     Twine(types->size()));
  config.windows.assign(config.layers, 0);
  if (reader.failed())
    return;
  for (int64_t layer = 0; layer < config.layers; ++layer) {
    if (types && (*types)[layer] != "full_attention" &&
        (*types)[layer] != "sliding_attention")
      reader.error("layer_types", "'layer_types' must have full_attention or "
                                  "sliding_attention, found \"" +
                                      (*types)[layer] + "\"");
    bool sliding = types ? (*types)[layer] == "sliding_attention"
                         : window && isSliding(layer);
    if (sliding && !window)
      reader.error(
          "layer_types",
          "'layer_types' has sliding_attention, but the config sets no "
          "'sliding_window'");
    if (sliding)
      config.windows[layer] = *window;
  }
}

void frontend::readLlamaLike(ConfigReader &reader, ModelConfig &config,
                             std::optional<int64_t> kvHeads,
                             std::optional<int64_t> headDim, double epsilon) {
  config.hidden = reader.size("hidden_size");
  config.layers = reader.size("num_hidden_layers", {}, kMaxLayers);
  config.heads = reader.size("num_attention_heads");
  config.kvHeads =
      reader.optionalSize("num_key_value_heads", kvHeads.value_or(config.heads))
          .value_or(config.heads);
  config.ffn = reader.size("intermediate_size");
  config.vocab = reader.size("vocab_size");
  readHeadDim(reader, config, /*explicitHeadDim=*/true, headDim);

  config.norm = {NormKind::RMSNorm, reader.positive("rms_norm_eps", epsilon)};
  config.embedding = "model.embed_tokens";
  config.layerPrefix = "model.layers.";
  config.finalNorm = "model.norm";
  LayerConfig &layer = config.layer;
  layer.attention = "self_attn";
  layer.q = {"self_attn.q_proj"};
  layer.k = {"self_attn.k_proj"};
  layer.v = {"self_attn.v_proj"};
  layer.o = {"self_attn.o_proj"};
  layer.gate = {"mlp.gate_proj"};
  layer.up = {"mlp.up_proj"};
  layer.down = {"mlp.down_proj"};
  layer.attentionInput = "input_layernorm";
  layer.ffnInput = "post_attention_layernorm";
}

void frontend::readAttentionBias(ConfigReader &reader, LayerConfig &layer) {
  layer.q.bias = layer.k.bias = layer.v.bias = layer.o.bias =
      reader.flag("attention_bias", false);
}

void frontend::readMLPBias(ConfigReader &reader, LayerConfig &layer) {
  layer.gate.bias = layer.up.bias = layer.down.bias =
      reader.flag("mlp_bias", false);
}
