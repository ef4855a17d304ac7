//===- FamilyParts.h - Parts of configs that families share -----*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_FRONTEND_FAMILYPARTS_H
#define ONEBIT_LIB_FRONTEND_FAMILYPARTS_H

#include "dialects/decoder/Decoder.h"
#include <optional>

namespace onebit::frontend {

class ConfigReader;
struct Field;
struct LayerConfig;
struct ModelConfig;

/// A non-linearity by transformers' name, `absent` where the file has none.
decoder::ActivationKind readActivation(ConfigReader &reader, const Field &field,
                                       llvm::StringRef absent);

/// Sets what follows from the number of heads: the head dimension, unless the
/// file may say it (`explicitHeadDim`; `absent` is the class's own, if it has
/// one), and the usual scale of scores.
void readHeadDim(ConfigReader &reader, ModelConfig &config,
                 bool explicitHeadDim, std::optional<int64_t> absent = {});

/// What families do differently with rotary positions.
struct RotaryStyle {
  /// The file may say that only the first elements of a head are rotated.
  bool partial = false;
  /// Their share, and the base of the frequencies, where the file is silent.
  double factor = 1.0;
  double theta = 10000.0;
  /// Tokens of the context of training where the file is silent; else the
  /// model's limit.
  std::optional<int64_t> originalContext;
  /// Old files call LongRoPE "su" or "yarn".
  bool yarnIsLongRope = false;
};

/// Rotary positions: version 5's `rope_parameters`, or the fields that came
/// before it.
void readRotary(ConfigReader &reader, ModelConfig &config,
                const RotaryStyle &style = {});

/// One window for all layers.
void readWindow(ConfigReader &reader, ModelConfig &config,
                std::optional<int64_t> absent);

/// A window for those layers that `layer_types` says, or `isSliding` where the
/// file does not.
void readLayerTypes(ConfigReader &reader, ModelConfig &config,
                    std::optional<int64_t> window,
                    llvm::function_ref<bool(int64_t)> isSliding);

/// A layer as LLaMA has it, the base of most families since.
void readLlamaLike(ConfigReader &reader, ModelConfig &config,
                   std::optional<int64_t> kvHeads = {},
                   std::optional<int64_t> headDim = {}, double epsilon = 1e-6);

/// Biases of all four linears of attention, as `attention_bias` says.
void readAttentionBias(ConfigReader &reader, LayerConfig &layer);

/// Biases of the feed-forward network, as `mlp_bias` says.
void readMLPBias(ConfigReader &reader, LayerConfig &layer);

} // namespace onebit::frontend

#endif // ONEBIT_LIB_FRONTEND_FAMILYPARTS_H
