//===- Families.cpp - Families of decoder models by their configs ---------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One function per family, after transformers 5.23: its configuration classes
// for the fields and for what holds where a field is absent, its models for
// names and structure. Stricter in one thing: the sizes that make a model what
// it is must be in the file, where a class would take those of a famous one.
//
//===----------------------------------------------------------------------===//

#include "ConfigReader.h"
#include "FamilyParts.h"
#include "ModelConfig.h"
#include "onebit/Frontend/HuggingFace.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <cmath>

using namespace llvm;
using namespace onebit;
using namespace onebit::frontend;
using decoder::ActivationKind;
using decoder::AssumptionKind;
using decoder::NormKind;
using decoder::QKVLayout;

//===----------------------------------------------------------------------===//
// The families
//===----------------------------------------------------------------------===//

static double inverseSqrt(double x) { return 1.0 / std::sqrt(x); }

static void readBitNet(ConfigReader &reader, ModelConfig &config) {
  readLlamaLike(reader, config, /*kvHeads=*/5, /*headDim=*/{},
                /*epsilon=*/1e-5);
  RotaryStyle rotary;
  rotary.theta = 500000.0;
  readRotary(reader, config, rotary);
  readAttentionBias(reader, config.layer);
  config.layer.activation = readActivation(reader, "hidden_act", "relu2");
  config.layer.attentionSub = "self_attn.attn_sub_norm";
  config.layer.ffnSub = "mlp.ffn_sub_norm";
  if (config.heads * config.headDim != config.hidden)
    reader.error("head_dim",
                 "'head_dim' times 'num_attention_heads' must be the hidden "
                 "size " +
                     Twine(config.hidden) +
                     ", which attn_sub_norm has, found " +
                     Twine(config.heads * config.headDim));
  config.tied = reader.flag("tie_word_embeddings", false);
}

static void readBloom(ConfigReader &reader, ModelConfig &config) {
  config.hidden = reader.size({"hidden_size", "n_embed"});
  config.layers = reader.size({"n_layer", "num_hidden_layers"}, {}, kMaxLayers);
  config.heads = config.kvHeads =
      reader.size({"n_head", "num_attention_heads"});
  config.ffn = 4 * config.hidden;
  config.vocab = reader.size("vocab_size");
  readHeadDim(reader, config, /*explicitHeadDim=*/false);
  config.tied = reader.flag("tie_word_embeddings", true);
  config.norm = {NormKind::LayerNorm,
                 reader.positive("layer_norm_epsilon", 1e-5),
                 /*weight=*/true, /*bias=*/true};
  config.positions = Positions::ALiBi;
  config.embedding = "transformer.word_embeddings";
  config.embeddingNorm = "transformer.word_embeddings_layernorm";
  config.layerPrefix = "transformer.h.";
  config.finalNorm = "transformer.ln_f";
  LayerConfig &layer = config.layer;
  layer.attention = "self_attention";
  layer.qkv = {"self_attention.query_key_value", true};
  layer.qkvLayout = QKVLayout::Grouped;
  layer.o = {"self_attention.dense", true};
  layer.up = {"mlp.dense_h_to_4h", true};
  layer.down = {"mlp.dense_4h_to_h", true};
  layer.activation = ActivationKind::GELUTanh;
  layer.attentionInput = "input_layernorm";
  layer.ffnInput = "post_attention_layernorm";
  layer.normalizedResidual =
      reader.flag("apply_residual_connection_post_layernorm", false);
}

static void readFalcon(ConfigReader &reader, ModelConfig &config) {
  config.hidden = reader.size({"hidden_size", "n_embed"});
  config.layers = reader.size({"num_hidden_layers", "n_layer"}, {}, kMaxLayers);
  config.heads = reader.size({"num_attention_heads", "n_head"});
  config.ffn = reader.size("ffn_hidden_size", 4 * config.hidden);
  config.vocab = reader.size("vocab_size");
  readHeadDim(reader, config, /*explicitHeadDim=*/false);
  config.tied = reader.flag("tie_word_embeddings", true);
  config.norm = {NormKind::LayerNorm,
                 reader.positive("layer_norm_epsilon", 1e-5),
                 /*weight=*/true, /*bias=*/true};
  config.embedding = "transformer.word_embeddings";
  config.layerPrefix = "transformer.h.";
  config.finalNorm = "transformer.ln_f";
  bool bias = reader.flag("bias", false);
  LayerConfig &layer = config.layer;
  layer.attention = "self_attention";
  layer.qkv = {"self_attention.query_key_value", bias};
  layer.qkvLayout = QKVLayout::Grouped;
  layer.o = {"self_attention.dense", bias};
  layer.up = {"mlp.dense_h_to_4h", bias};
  layer.down = {"mlp.dense_4h_to_h", bias};
  layer.activation = readActivation(reader, "activation", "gelu");

  // Three generations: one key-value head for each query head (1B), one for
  // all (7B), one for each group (40B, 180B). Only the last reads their number.
  Field kvHeads = {"num_kv_heads", "n_head_kv"};
  bool grouped = reader.flag("new_decoder_architecture", false);
  bool multiQuery = reader.flag("multi_query", true);
  config.kvHeads = reader.size(kvHeads, config.heads);
  if (!grouped && multiQuery) {
    config.kvHeads = 1;
  } else if (!grouped && config.kvHeads != config.heads) {
    reader.error(kvHeads,
                 "without 'new_decoder_architecture' and 'multi_query' there "
                 "must be as many key-value heads as attention heads, " +
                     Twine(config.heads) + "; found " + Twine(config.kvHeads));
  }

  layer.parallel = reader.flag("parallel_attn", true);
  int64_t norms =
      reader.size("num_ln_in_parallel_attn", grouped ? 2 : 1, /*max=*/2);
  if (grouped && !layer.parallel)
    reader.error("parallel_attn", "'parallel_attn' must be true with "
                                  "'new_decoder_architecture', found false");
  if (!grouped && layer.parallel && norms == 2)
    reader.error("num_ln_in_parallel_attn",
                 "'num_ln_in_parallel_attn' must be 1 without "
                 "'new_decoder_architecture', found 2");
  layer.attentionInput = "input_layernorm";
  if (!layer.parallel) {
    layer.ffnInput = "post_attention_layernorm";
  } else if (norms == 2) {
    layer.attentionInput = "ln_attn";
    layer.ffnInput = "ln_mlp";
  }

  if (reader.flag("alibi", false)) {
    config.positions = Positions::ALiBi;
    config.alibi = decoder::AlibiKind::Falcon;
  } else {
    readRotary(reader, config);
  }
}

/// What both generations of Gemma have.
static void readGemmaLike(ConfigReader &reader, ModelConfig &config,
                          int64_t kvHeads) {
  readLlamaLike(reader, config, kvHeads, /*headDim=*/256);
  readRotary(reader, config);
  readAttentionBias(reader, config.layer);
  config.norm.unitOffset = true;
  config.embeddingScale = std::sqrt(static_cast<double>(config.hidden));
  config.tied = reader.flag("tie_word_embeddings", true);
  if (reader.flag("use_bidirectional_attention", false))
    config.assume(AssumptionKind::Deviation,
                  "attention is causal, although the file asks for "
                  "bidirectional attention");
}

static void readGemma(ConfigReader &reader, ModelConfig &config) {
  readGemmaLike(reader, config, /*kvHeads=*/16);
  config.layer.activation =
      readActivation(reader, "hidden_act", "gelu_pytorch_tanh");
  // The first configs said gelu and meant its approximation.
  if (config.layer.activation == ActivationKind::GELU)
    config.layer.activation = ActivationKind::GELUTanh;
}

static void readGemma2(ConfigReader &reader, ModelConfig &config) {
  readGemmaLike(reader, config, /*kvHeads=*/4);
  config.layer.activation =
      readActivation(reader, "hidden_activation", "gelu_pytorch_tanh");
  config.layer.attentionOutput = "post_attention_layernorm";
  config.layer.ffnInput = "pre_feedforward_layernorm";
  config.layer.ffnOutput = "post_feedforward_layernorm";
  config.attentionScale =
      inverseSqrt(reader.positive("query_pre_attn_scalar", 256));
  config.attentionSoftcap =
      reader.optionalPositive("attn_logit_softcapping", 50.0);
  config.logitsSoftcap =
      reader.optionalPositive("final_logit_softcapping", 30.0);
  readLayerTypes(reader, config,
                 reader.optionalSize("sliding_window", 4096, kMaxTokens),
                 [](int64_t layer) { return layer % 2 == 0; });
}

static void readGPT2(ConfigReader &reader, ModelConfig &config) {
  config.hidden = reader.size({"n_embd", "hidden_size"});
  config.layers = reader.size({"n_layer", "num_hidden_layers"}, {}, kMaxLayers);
  config.heads = config.kvHeads =
      reader.size({"n_head", "num_attention_heads"});
  config.ffn = reader.size("n_inner", 4 * config.hidden);
  config.vocab = reader.size("vocab_size");
  readHeadDim(reader, config, /*explicitHeadDim=*/false);
  if (!reader.flag("scale_attn_weights", true))
    config.attentionScale = 1.0;
  config.scaleByLayer = reader.flag("scale_attn_by_inverse_layer_idx", false);
  if (reader.flag("add_cross_attention", false))
    reader.error("add_cross_attention",
                 "'add_cross_attention' must be false, as in a decoder without "
                 "an encoder; found true");
  config.tied = reader.flag("tie_word_embeddings", true);
  config.norm = {NormKind::LayerNorm,
                 reader.positive("layer_norm_epsilon", 1e-5),
                 /*weight=*/true, /*bias=*/true};
  config.positions = Positions::Learned;
  config.maxPositions =
      reader.size({"n_positions", "max_position_embeddings"}, {}, kMaxTokens);
  config.positionTable = "transformer.wpe";
  config.embedding = "transformer.wte";
  config.layerPrefix = "transformer.h.";
  config.finalNorm = "transformer.ln_f";
  config.transposedLinears = true;
  config.paperFFN = PaperFFN::Square;
  LayerConfig &layer = config.layer;
  layer.attention = "attn";
  layer.qkv = {"attn.c_attn", true};
  layer.o = {"attn.c_proj", true};
  layer.up = {"mlp.c_fc", true};
  layer.down = {"mlp.c_proj", true};
  layer.activation = readActivation(reader, "activation_function", "gelu_new");
  layer.attentionInput = "ln_1";
  layer.ffnInput = "ln_2";
}

static void readGPTNeoX(ConfigReader &reader, ModelConfig &config) {
  config.hidden = reader.size("hidden_size");
  config.layers = reader.size("num_hidden_layers", {}, kMaxLayers);
  config.heads = config.kvHeads = reader.size("num_attention_heads");
  config.ffn = reader.size("intermediate_size");
  config.vocab = reader.size("vocab_size");
  readHeadDim(reader, config, /*explicitHeadDim=*/false);
  RotaryStyle rotary;
  rotary.partial = true;
  rotary.factor = 0.25;
  readRotary(reader, config, rotary);
  config.tied = reader.flag("tie_word_embeddings", false);
  config.norm = {NormKind::LayerNorm, reader.positive("layer_norm_eps", 1e-5),
                 /*weight=*/true, /*bias=*/true};
  config.embedding = "gpt_neox.embed_in";
  config.layerPrefix = "gpt_neox.layers.";
  config.finalNorm = "gpt_neox.final_layer_norm";
  bool bias = reader.flag("attention_bias", true);
  LayerConfig &layer = config.layer;
  layer.attention = "attention";
  layer.qkv = {"attention.query_key_value", bias};
  layer.qkvLayout = QKVLayout::Grouped;
  layer.o = {"attention.dense", bias};
  layer.up = {"mlp.dense_h_to_4h", true};
  layer.down = {"mlp.dense_4h_to_h", true};
  layer.activation = readActivation(reader, "hidden_act", "gelu");
  layer.attentionInput = "input_layernorm";
  layer.ffnInput = "post_attention_layernorm";
  layer.parallel = reader.flag("use_parallel_residual", true);
}

static void readGranite(ConfigReader &reader, ModelConfig &config) {
  readLlamaLike(reader, config);
  readRotary(reader, config);
  readAttentionBias(reader, config.layer);
  readMLPBias(reader, config.layer);
  config.layer.activation = readActivation(reader, "hidden_act", "silu");
  config.tied = reader.flag("tie_word_embeddings", false);
  config.embeddingScale = reader.number("embedding_multiplier", 1.0);
  config.residualScale = reader.number("residual_multiplier", 1.0);
  config.attentionScale = reader.number("attention_multiplier", 1.0);
  config.logitsScale = 1.0 / reader.positive("logits_scaling", 1.0);
}

static void readLlama(ConfigReader &reader, ModelConfig &config) {
  readLlamaLike(reader, config);
  readRotary(reader, config);
  readAttentionBias(reader, config.layer);
  readMLPBias(reader, config.layer);
  config.layer.activation = readActivation(reader, "hidden_act", "silu");
  config.tied = reader.flag("tie_word_embeddings", false);
  config.paperFFN = PaperFFN::Wide;
}

static void readMistral(ConfigReader &reader, ModelConfig &config) {
  readLlamaLike(reader, config, /*kvHeads=*/8);
  readRotary(reader, config);
  readWindow(reader, config, 4096);
  config.layer.activation = readActivation(reader, "hidden_act", "silu");
  config.tied = reader.flag("tie_word_embeddings", false);
}

static void readOLMo2(ConfigReader &reader, ModelConfig &config) {
  readLlamaLike(reader, config, /*kvHeads=*/{}, /*headDim=*/{},
                /*epsilon=*/1e-5);
  readRotary(reader, config);
  readAttentionBias(reader, config.layer);
  config.layer.activation = readActivation(reader, "hidden_act", "silu");
  config.layer.queries = "self_attn.q_norm";
  config.layer.keys = "self_attn.k_norm";
  config.layer.attentionInput = config.layer.ffnInput = Norm();
  config.layer.attentionOutput = "post_attention_layernorm";
  config.layer.ffnOutput = "post_feedforward_layernorm";
  config.tied = reader.flag("tie_word_embeddings", false);
}

static void readOPT(ConfigReader &reader, ModelConfig &config) {
  config.hidden = reader.size("hidden_size");
  config.layers = reader.size("num_hidden_layers", {}, kMaxLayers);
  config.heads = config.kvHeads = reader.size("num_attention_heads");
  config.ffn = reader.size("ffn_dim");
  config.vocab = reader.size("vocab_size");
  readHeadDim(reader, config, /*explicitHeadDim=*/false);
  config.tied = reader.flag("tie_word_embeddings", true);
  config.embeddingWidth = reader.size("word_embed_proj_dim", config.hidden);
  if (config.embeddingWidth != config.hidden) {
    config.projectIn = {"model.decoder.project_in"};
    config.projectOut = {"model.decoder.project_out"};
  }
  bool affine = reader.flag("layer_norm_elementwise_affine", true);
  config.norm = {NormKind::LayerNorm, 1e-5, affine, affine};
  config.positions = Positions::Learned;
  config.maxPositions = reader.size("max_position_embeddings", {}, kMaxTokens);
  config.positionTable = "model.decoder.embed_positions";
  config.positionOffset = 2;
  config.embedding = "model.decoder.embed_tokens";
  config.layerPrefix = "model.decoder.layers.";
  config.paperFFN = PaperFFN::Wide;
  bool bias = reader.flag("enable_bias", true);
  LayerConfig &layer = config.layer;
  layer.attention = "self_attn";
  layer.q = {"self_attn.q_proj", bias};
  layer.k = {"self_attn.k_proj", bias};
  layer.v = {"self_attn.v_proj", bias};
  layer.o = {"self_attn.out_proj", bias};
  layer.up = {"fc1", bias};
  layer.down = {"fc2", bias};
  layer.activation = readActivation(reader, "activation_function", "relu");
  if (reader.flag("do_layer_norm_before", true)) {
    layer.attentionInput = "self_attn_layer_norm";
    layer.ffnInput = "final_layer_norm";
    if (!reader.flag("_remove_final_layer_norm", false))
      config.finalNorm = "model.decoder.final_layer_norm";
  } else {
    layer.attentionResidual = "self_attn_layer_norm";
    layer.ffnResidual = "final_layer_norm";
  }
}

static void readPhi3(ConfigReader &reader, ModelConfig &config) {
  readLlamaLike(reader, config, /*kvHeads=*/{}, /*headDim=*/{},
                /*epsilon=*/1e-5);
  RotaryStyle rotary;
  rotary.partial = true;
  rotary.originalContext = 4096;
  rotary.yarnIsLongRope = true;
  readRotary(reader, config, rotary);
  readWindow(reader, config, /*absent=*/{});
  config.layer.q = config.layer.k = config.layer.v = Linear();
  config.layer.qkv = {"self_attn.qkv_proj"};
  config.layer.gate = config.layer.up = Linear();
  config.layer.gateUp = {"mlp.gate_up_proj"};
  config.layer.activation = readActivation(reader, "hidden_act", "silu");
  config.tied = reader.flag("tie_word_embeddings", false);
}

/// What both generations of Qwen have: windows from some layer on.
static void readQwenLike(ConfigReader &reader, ModelConfig &config,
                         std::optional<int64_t> headDim) {
  readLlamaLike(reader, config, /*kvHeads=*/32, headDim);
  readRotary(reader, config);
  config.layer.activation = readActivation(reader, "hidden_act", "silu");
  config.tied = reader.flag("tie_word_embeddings", false);
  std::optional<int64_t> window =
      reader.optionalSize("sliding_window", 4096, kMaxTokens);
  if (!reader.flag("use_sliding_window", false))
    window.reset();
  int64_t first = reader.size("max_window_layers", 28, kMaxLayers, /*min=*/0);
  readLayerTypes(reader, config, window,
                 [&](int64_t layer) { return layer >= first; });
}

static void readQwen2(ConfigReader &reader, ModelConfig &config) {
  readQwenLike(reader, config, /*headDim=*/{});
  config.layer.q.bias = config.layer.k.bias = config.layer.v.bias = true;
}

static void readQwen3(ConfigReader &reader, ModelConfig &config) {
  readQwenLike(reader, config, /*headDim=*/128);
  readAttentionBias(reader, config.layer);
  config.layer.queries = "self_attn.q_norm";
  config.layer.keys = "self_attn.k_norm";
  config.layer.normPerHead = true;
}

static void readStarCoder2(ConfigReader &reader, ModelConfig &config) {
  readLlamaLike(reader, config, /*kvHeads=*/2);
  readRotary(reader, config);
  readWindow(reader, config, /*absent=*/{});
  config.norm = {NormKind::LayerNorm, reader.positive("norm_epsilon", 1e-5),
                 /*weight=*/true, /*bias=*/true};
  LayerConfig &layer = config.layer;
  layer.gate = Linear();
  layer.up = {"mlp.c_fc"};
  layer.down = {"mlp.c_proj"};
  layer.q.bias = layer.k.bias = layer.v.bias = layer.o.bias = layer.up.bias =
      layer.down.bias = reader.flag("use_bias", true);
  layer.activation = readActivation(reader, "hidden_act", "gelu_pytorch_tanh");
  config.tied = reader.flag("tie_word_embeddings", true);
}

//===----------------------------------------------------------------------===//
// The table
//===----------------------------------------------------------------------===//

namespace {
struct Family {
  StringLiteral modelType;
  void (*read)(ConfigReader &, ModelConfig &);
};
} // namespace

static constexpr Family families[] = {
    {"bitnet", readBitNet},    {"bloom", readBloom},
    {"falcon", readFalcon},    {"gemma", readGemma},
    {"gemma2", readGemma2},    {"gpt2", readGPT2},
    {"gpt_neox", readGPTNeoX}, {"granite", readGranite},
    {"llama", readLlama},      {"mistral", readMistral},
    {"olmo2", readOLMo2},      {"opt", readOPT},
    {"phi3", readPhi3},        {"qwen2", readQwen2},
    {"qwen3", readQwen3},      {"starcoder2", readStarCoder2},
};

/// Whether a field says nothing of what a decoder computes: how it was trained,
/// stored, tokenized, or is sampled from.
static bool isHarmless(StringRef field) {
  static constexpr StringLiteral parts[] = {
      "cache",    "drop",     "dtype",        "fusion",
      "init",     "output_",  "pretraining",  "problem_type",
      "summary_", "token_id", "transformers", "original_max_position"};
  static constexpr StringLiteral names[] = {
      "attention_softmax_in_fp32", "attn_implementation", "auto_map",
      "bad_words_ids", "chunk_size_feed_forward", "finetuning_task",
      "gradient_checkpointing", "id2label", "is_decoder", "label2id",
      // Unread where positions are no rotations.
      "max_position_embeddings", "rope_parameters", "rope_scaling",
      "rope_theta", "n_ctx", "prefix", "reorder_and_upcast_attn", "return_dict",
      "seq_length", "task_specific_params", "tokenizer_class",
      "use_return_dict"};
  return any_of(parts, [&](StringRef part) { return field.contains(part); }) ||
         is_contained(names, field);
}

/// What a file may say of a model whatever its family.
static void readCommon(ConfigReader &reader, ModelConfig &config) {
  if (config.heads % config.kvHeads != 0)
    reader.error({"num_key_value_heads", "num_kv_heads"},
                 "the number of key-value heads must divide the number of "
                 "attention heads " +
                     Twine(config.heads) + ", found " + Twine(config.kvHeads));
  if (config.windows.empty())
    config.windows.assign(config.layers, 0);
  if (config.embeddingWidth == 0)
    config.embeddingWidth = config.hidden;
  if (config.tied)
    config.assume(AssumptionKind::TiedWeight,
                  config.lmHead.name +
                      " shares its weight with the embedding " +
                      config.embedding);
  if (const json::Object *scheme = reader.object("quantization_config")) {
    StringRef method =
        scheme->getString("quant_method").value_or("of no method");
    if (method == "bitnet")
      readOneBit(reader, config);
    else
      config.assume(AssumptionKind::NotModelled,
                    "the file's quantization_config (" + method +
                        ") is left out: weights have the shapes of the "
                        "unquantized model");
  }

  if (std::optional<SmallVector<StringRef>> heads =
          reader.strings("architectures"))
    for (StringRef head : *heads)
      if (!head.ends_with("ForCausalLM") && !head.ends_with("LMHeadModel") &&
          !head.ends_with("Model"))
        config.assume(AssumptionKind::NotModelled,
                      "the head of " + head +
                          " is left out: the model ends in " +
                          config.lmHead.name);

  std::string fields;
  for (StringRef field : reader.unread())
    if (!isHarmless(field))
      fields += (fields.empty() ? "" : ", ") + field.str();
  if (!fields.empty())
    config.assume(AssumptionKind::NotModelled,
                  "fields of the config that are not understood: " + fields);
}

std::vector<std::string> frontend::getHuggingFaceFamilies() {
  std::vector<std::string> names;
  for (const Family &family : families)
    names.push_back(family.modelType.str());
  return names;
}

FailureOr<ModelConfig> frontend::readModelConfig(ConfigReader &reader) {
  ModelConfig config;
  config.family = reader.string("model_type").str();
  const Family *family = llvm::find_if(
      families, [&](const Family &f) { return f.modelType == config.family; });
  if (family == std::end(families)) {
    reader.error("model_type",
                 "'model_type' must be one of " +
                     join(getHuggingFaceFamilies(), ", ") + "; found " +
                     (reader.has("model_type") ? "\"" + config.family + "\""
                                               : "nothing"));
    return failure();
  }
  config.name = reader.string("_name_or_path").str();
  family->read(reader, config);
  if (!reader.failed())
    readCommon(reader, config);
  if (reader.failed())
    return failure();
  return config;
}
