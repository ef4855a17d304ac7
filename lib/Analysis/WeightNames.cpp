//===- WeightNames.cpp - What a checkpoint's name says --------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/Analysis/WeightNames.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace llvm;
using namespace onebit;
using onebit::decoder::ProductRole;

namespace {
struct RoleWords {
  StringLiteral words;
  ProductRole role;
};
} // namespace

/// Endings of names, words joined by `_`. The first that fits decides, so the
/// longer of two stands first.
static constexpr RoleWords kRoleWords[] = {
    {"gate_up_proj", ProductRole::GateUp},
    {"gate_and_up_proj", ProductRole::GateUp},
    {"qkv_proj", ProductRole::QKV},
    {"qkv", ProductRole::QKV},
    {"wqkv", ProductRole::QKV},
    {"c_attn", ProductRole::QKV},
    {"query_key_value", ProductRole::QKV},
    {"attn_in_proj", ProductRole::QKV},
    {"q_proj", ProductRole::Q},
    {"q_lin", ProductRole::Q},
    {"attn_q", ProductRole::Q},
    {"to_q", ProductRole::Q},
    {"query", ProductRole::Q},
    {"wq", ProductRole::Q},
    {"k_proj", ProductRole::K},
    {"k_lin", ProductRole::K},
    {"attn_k", ProductRole::K},
    {"to_k", ProductRole::K},
    {"key", ProductRole::K},
    {"wk", ProductRole::K},
    {"v_proj", ProductRole::V},
    {"v_lin", ProductRole::V},
    {"attn_v", ProductRole::V},
    {"to_v", ProductRole::V},
    {"value", ProductRole::V},
    {"wv", ProductRole::V},
    {"o_proj", ProductRole::O},
    {"wo", ProductRole::O},
    {"out_lin", ProductRole::O},
    {"attn_c_proj", ProductRole::O},
    {"attn_out_proj", ProductRole::O},
    {"attn_out", ProductRole::O},
    {"attn_output", ProductRole::O},
    {"attn_dense", ProductRole::O},
    {"attention_out_proj", ProductRole::O},
    {"attention_dense", ProductRole::O},
    {"attention_output_dense", ProductRole::O},
    {"gate_proj", ProductRole::Gate},
    {"ffn_gate", ProductRole::Gate},
    {"feed_forward_w1", ProductRole::Gate},
    {"up_proj", ProductRole::Up},
    {"ffn_up", ProductRole::Up},
    {"mlp_up", ProductRole::Up},
    {"fc1", ProductRole::Up},
    {"c_fc", ProductRole::Up},
    {"fc_in", ProductRole::Up},
    {"dense_h_to_4h", ProductRole::Up},
    {"feed_forward_w3", ProductRole::Up},
    {"intermediate_dense", ProductRole::Up},
    {"down_proj", ProductRole::Down},
    {"ffn_down", ProductRole::Down},
    {"mlp_down", ProductRole::Down},
    {"mlp_c_proj", ProductRole::Down},
    {"fc2", ProductRole::Down},
    {"fc_out", ProductRole::Down},
    {"dense_4h_to_h", ProductRole::Down},
    {"feed_forward_w2", ProductRole::Down},
    {"output_dense", ProductRole::Down},
    {"router", ProductRole::Router},
    {"router_layer", ProductRole::Router},
    {"router_classifier", ProductRole::Router},
    {"gate_inp", ProductRole::Router},
    {"lm_head", ProductRole::LMHead},
    {"embed_out", ProductRole::LMHead},
};

/// The words of a name, in lower case, without the `weight` or `kernel` at its
/// end.
static SmallVector<std::string> getWords(StringRef name) {
  SmallVector<std::string> words;
  while (!name.empty()) {
    name = name.drop_until(isAlnum);
    StringRef word = name.take_while(isAlnum);
    name = name.drop_front(word.size());
    if (!word.empty())
      words.push_back(word.lower());
  }
  while (words.size() > 1 &&
         (words.back() == "weight" || words.back() == "kernel"))
    words.pop_back();
  return words;
}

static bool endsWithWords(StringRef text, StringRef words) {
  return text.consume_back(words) && (text.empty() || text.back() == '_');
}

/// The ending that tells a role, if any.
static const RoleWords *findRole(StringRef joined) {
  const auto *it = find_if(kRoleWords, [&](const RoleWords &entry) {
    return endsWithWords(joined, entry.words);
  });
  return it == std::end(kRoleWords) ? nullptr : it;
}

WeightName onebit::parseWeightName(StringRef name) {
  WeightName result;
  SmallVector<std::string> words = getWords(name);
  if (words.empty())
    return result;
  for (auto [word, next] : zip(words, drop_begin(words))) {
    int64_t layer;
    bool isLayer =
        StringSwitch<bool>(word)
            .Cases({"layers", "layer", "h", "blocks", "block", "blk"}, true)
            .Default(false);
    if (isLayer && !StringRef(next).getAsInteger(10, layer)) {
      result.layer = layer;
      break;
    }
  }

  std::string joined = join(words, "_");
  result.isGate = words.back() == "gate";
  if (const RoleWords *entry = findRole(joined)) {
    result.role = entry->role;
    result.isGate &= entry->role == ProductRole::Other;
  } else if (is_contained(words, "experts")) {
    result.role = StringSwitch<ProductRole>(words.back())
                      .Case("w1", ProductRole::Gate)
                      .Case("w2", ProductRole::Down)
                      .Case("w3", ProductRole::Up)
                      .Default(ProductRole::Other);
  } else if (joined == "output") {
    result.role = ProductRole::LMHead;
  }
  for (StringRef table :
       {"embed_tokens", "wte", "word_embeddings", "tok_embeddings",
        "token_embd", "embed_in", "embed", "embedding", "embeddings", "shared"})
    result.isEmbedding |= endsWithWords(joined, table);
  return result;
}

StringRef onebit::getProductName(StringRef weightName) {
  StringRef name = weightName;
  if (!name.consume_back(".weight"))
    name.consume_back("_weight");
  return name.empty() ? weightName : name;
}

std::string onebit::getSiblingName(StringRef sibling, StringRef word) {
  StringRef name = sibling.rtrim("]'\"");
  for (const RoleWords &entry : kRoleWords) {
    StringRef rest = name;
    if (rest.consume_back_insensitive(entry.words) && !rest.empty() &&
        !isAlnum(rest.back()))
      return (rest + word + sibling.drop_front(name.size())).str();
  }
  return "";
}
