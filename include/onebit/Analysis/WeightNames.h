//===- WeightNames.h - What a checkpoint's name says ------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_ANALYSIS_WEIGHTNAMES_H
#define ONEBIT_ANALYSIS_WEIGHTNAMES_H

#include "dialects/decoder/Decoder.h"
#include "llvm/ADT/StringRef.h"
#include <optional>

namespace onebit {

/// What the name of a weight says about it. Names are read as words, whatever
/// separates them: `model.layers.0.self_attn.q_proj.weight`,
/// `model_layers_0_self_attn_q_proj_weight` and
/// `params['layers'][0]['attn']['wq']` tell the same story.
struct WeightName {
  /// `other` where the name says nothing.
  decoder::ProductRole role = decoder::ProductRole::Other;
  /// The number after `layers`, `h`, `blocks`, ...
  std::optional<int64_t> layer;
  /// A table of token embeddings.
  bool isEmbedding = false;
  /// The last word is `gate`: the router of a mixture of experts where the
  /// weight narrows, the gate of a feed-forward network where it does not.
  bool isGate = false;
};

WeightName parseWeightName(llvm::StringRef name);

/// The name of the product of a weight: the weight's without `.weight`.
llvm::StringRef getProductName(llvm::StringRef weightName);

/// The name of a product that belongs to the same module as the product
/// `sibling`: its last words, those that give it its role, replaced by `word`.
/// Empty where the sibling's name says no role.
std::string getSiblingName(llvm::StringRef sibling, llvm::StringRef word);

} // namespace onebit

#endif // ONEBIT_ANALYSIS_WEIGHTNAMES_H
