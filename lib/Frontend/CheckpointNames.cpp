//===- CheckpointNames.cpp - Tensors by Hugging Face's names --------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CheckpointNames.h"
#include "CheckpointBuilder.h"
#include "llvm/ADT/StringSwitch.h"

using namespace llvm;
using namespace onebit;
using namespace onebit::frontend;

/// A module of a layer as llama.cpp calls it, by Hugging Face's name.
static StringRef nameOfModule(StringRef module) {
  return StringSwitch<StringRef>(module)
      .Case("input_layernorm", "attn_norm")
      .Case("self_attn.q_proj", "attn_q")
      .Case("self_attn.k_proj", "attn_k")
      .Case("self_attn.v_proj", "attn_v")
      .Case("self_attn.o_proj", "attn_output")
      .Case("self_attn.q_norm", "attn_q_norm")
      .Case("self_attn.k_norm", "attn_k_norm")
      .Case("self_attn.attn_sub_norm", "attn_sub_norm")
      .Case("post_attention_layernorm", "ffn_norm")
      .Case("mlp.gate_proj", "ffn_gate")
      .Case("mlp.up_proj", "ffn_up")
      .Case("mlp.down_proj", "ffn_down")
      .Case("mlp.ffn_sub_norm", "ffn_sub_norm")
      .Default("");
}

/// The name that llama.cpp gives to a tensor; empty if it has none.
static std::string nameOfTensor(StringRef name) {
  auto [module, parameter] = name.rsplit('.');
  StringRef outer = StringSwitch<StringRef>(module)
                        .Case("model.embed_tokens", "token_embd")
                        .Case("model.norm", "output_norm")
                        .Case("lm_head", "output")
                        .Default("");
  if (!outer.empty())
    return (outer + "." + parameter).str();
  StringRef rest = module, layer;
  if (!rest.consume_front("model.layers."))
    return "";
  std::tie(layer, rest) = rest.split('.');
  StringRef inner = nameOfModule(rest);
  return inner.empty() ? ""
                       : ("blk." + layer + "." + inner + "." + parameter).str();
}

Expected<CheckpointNames> CheckpointNames::get(const Checkpoint &checkpoint) {
  CheckpointNames names(checkpoint);
  if (checkpoint.getFormat() != Checkpoint::Format::Gguf)
    return names;
  const json::Object &metadata = checkpoint.getMetadata();
  StringRef architecture =
      metadata.getString("general.architecture").value_or("");
  if (!StringSwitch<bool>(architecture)
           .Cases({"llama", "qwen2", "qwen3", "bitnet", "bitnet-25",
                   "bitnet-b1.58"},
                  true)
           .Default(false))
    return fileError(checkpoint.getPath(),
                     "is GGUF of architecture '" + architecture +
                         "', whose names are not known; expected llama, "
                         "qwen2, qwen3, bitnet, bitnet-25 or bitnet-b1.58");
  if (architecture != "llama")
    return names;
  auto headsOf = [&](StringRef key) {
    return metadata.getInteger(key).value_or(0);
  };
  names.heads = headsOf("llama.attention.head_count");
  names.keyValueHeads = headsOf("llama.attention.head_count_kv");
  if (names.keyValueHeads == 0)
    names.keyValueHeads = names.heads;
  if (names.heads <= 0 || names.keyValueHeads <= 0)
    return fileError(checkpoint.getPath(),
                     "must have llama.attention.head_count, as rows of q and k "
                     "are permuted by heads");
  return names;
}

CheckpointNames::Found CheckpointNames::find(StringRef name) const {
  Found found;
  found.name = checkpoint.getFormat() == Checkpoint::Format::Gguf
                   ? nameOfTensor(name)
                   : name.str();
  found.tensor = checkpoint.lookup(found.name);
  if (!found.tensor && name == "lm_head.weight") {
    // GPT-NeoX: transformers calls it so, and the file has it otherwise.
    if ((found.tensor = checkpoint.lookup("embed_out.weight")))
      found.name = "embed_out.weight";
  } else if (!found.tensor) {
    // Of a checkpoint without a head, the names begin inside the model.
    auto [model, inner] = name.split('.');
    if (model == "model" || model == "transformer" || model == "gpt_neox")
      if ((found.tensor = checkpoint.lookup(inner)))
        found.name = inner.str();
  }
  if (name.contains(".self_attn.q_proj."))
    found.permutedHeads = heads;
  if (name.contains(".self_attn.k_proj."))
    found.permutedHeads = keyValueHeads;
  return found;
}

CheckpointNames::Found CheckpointNames::findScale(const Found &weight) const {
  Found found;
  StringRef module = weight.name;
  if (!module.consume_back(".weight"))
    return found;
  bool gguf = checkpoint.getFormat() == Checkpoint::Format::Gguf;
  found.name = (module + (gguf ? ".scale" : ".weight_scale")).str();
  found.tensor = checkpoint.lookup(found.name);
  return found;
}

CheckpointNames::Found
CheckpointNames::findScaleBeside(const Found &bias) const {
  Found weight;
  StringRef module = bias.name;
  if (module.consume_back(".bias"))
    weight.name = (module + ".weight").str();
  return findScale(weight);
}
