//===- ModelConfig.h - The normal form of a decoder model -------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What families of models differ in, as data. `readModelConfig` fills it from a
// config file, and is the only place that knows families by name; builders read
// nothing else.
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_FRONTEND_MODELCONFIG_H
#define ONEBIT_LIB_FRONTEND_MODELCONFIG_H

#include "dialects/decoder/Decoder.h"
#include "mlir/IR/Location.h"
#include <memory>
#include <string>
#include <vector>

namespace onebit::frontend {

class ConfigReader;

/// A linear layer `name.weight`, with `name.bias` if `bias`. The model has none
/// where the name is empty.
struct Linear {
  llvm::StringRef name;
  bool bias = false;
};

/// A normalisation `name.weight`, of the kind that the whole model uses. The
/// model has none where the name is empty.
using Norm = llvm::StringRef;

/// What all normalisations of a model have in common.
struct NormStyle {
  decoder::NormKind kind = decoder::NormKind::RMSNorm;
  double epsilon = 1e-5;
  bool weight = true;
  bool bias = false;
  /// The factor is `1 + weight`.
  bool unitOffset = false;
};

enum class Positions { Learned, Rotary, ALiBi };

/// How the paper counted the feed-forward network of a family.
enum class PaperFFN {
  /// The paper has no such family.
  None,
  /// `hidden x ffn` and `ffn x hidden`.
  Wide,
  /// `hidden x hidden`, twice.
  Square
};

/// One layer. Names are relative to the layer's prefix.
struct LayerConfig {
  /// Prefix of the names of attention's products.
  llvm::StringRef attention;
  /// Either `qkv` or `q`, `k` and `v`.
  Linear qkv, q, k, v, o;
  decoder::QKVLayout qkvLayout = decoder::QKVLayout::Concatenated;
  /// Either `gateUp` (gate first), or `gate` and `up`, or `up` alone.
  Linear gateUp, gate, up, down;
  decoder::ActivationKind activation = decoder::ActivationKind::SiLU;

  /// Normalisations before a part, after it, and after its residual.
  Norm attentionInput, attentionOutput, attentionResidual;
  Norm ffnInput, ffnOutput, ffnResidual;
  /// Of queries and keys, over all features or head by head.
  Norm queries, keys;
  bool normPerHead = false;
  /// Of the input of `o` and `down`.
  Norm attentionSub, ffnSub;

  /// Attention and feed-forward network both read the layer's input; without an
  /// `ffnInput` the network reads what attention reads.
  bool parallel = false;
  /// The residual is the normalised input.
  bool normalizedResidual = false;
};

/// What the linear layers of a model that was trained for 1-bit weights are.
struct OneBitConfig {
  /// Modules that stay as they are, as patterns of transformers; none where the
  /// file leaves it to the library, which keeps lm_head.
  std::optional<std::vector<std::string>> excluded;
  /// Each has an RMS norm of its input, `name.rms_norm`.
  bool rmsNorm = false;
  double epsilon = 1e-6;

  /// Whether the layer `name` has quantized weights.
  bool isQuantized(llvm::StringRef name) const;
};

struct ModelConfig {
  std::string name;
  std::string family;

  int64_t layers = 1, hidden = 1, heads = 1, kvHeads = 1, headDim = 1;
  int64_t ffn = 1, vocab = 1;
  /// Width of the embedding; where it is not `hidden`, `projectIn` and
  /// `projectOut` stand between.
  int64_t embeddingWidth = 0;
  /// Keys that each layer attends to, 0 for all of them.
  std::vector<int64_t> windows;

  Positions positions = Positions::Rotary;
  /// 0 if the config sets no limit.
  int64_t maxPositions = 0;
  llvm::StringRef positionTable;
  int64_t positionOffset = 0;
  double rotaryTheta = 10000.0;
  /// Elements of a head that are rotated.
  int64_t rotaryDim = 0;
  /// Null for frequencies as they are.
  decoder::RotaryScalingAttrInterface rotaryScaling;
  /// The frequencies become others beyond `maxPositions`.
  bool dynamicRotary = false;
  decoder::AlibiKind alibi = decoder::AlibiKind::Press;

  NormStyle norm;
  llvm::StringRef layerPrefix;
  LayerConfig layer;
  llvm::StringRef embedding;
  Linear projectIn, projectOut;
  Linear lmHead = {"lm_head"};
  Norm embeddingNorm, finalNorm;
  /// lm_head's weight is the embedding.
  bool tied = false;
  /// Linear layers are stored as inputs x outputs.
  bool transposedLinears = false;

  double embeddingScale = 1.0, residualScale = 1.0, logitsScale = 1.0;
  double attentionScale = 1.0;
  /// Scores of layer i are divided by i + 1, too.
  bool scaleByLayer = false;
  std::optional<double> attentionSoftcap, logitsSoftcap;

  std::optional<OneBitConfig> oneBit;

  PaperFFN paperFFN = PaperFFN::None;

  /// What of the config the module will not show.
  std::vector<std::pair<decoder::AssumptionKind, std::string>> assumptions;
  void assume(decoder::AssumptionKind kind, const llvm::Twine &text) {
    assumptions.emplace_back(kind, text.str());
  }
};

/// Fills the normal form from a config. Fails after a diagnostic.
llvm::FailureOr<ModelConfig> readModelConfig(ConfigReader &reader);

/// Sets `oneBit` of a config that has a quantization_config of method bitnet.
void readOneBit(ConfigReader &reader, ModelConfig &config);

} // namespace onebit::frontend

#endif // ONEBIT_LIB_FRONTEND_MODELCONFIG_H
