//===- RotaryConfig.cpp - Rotary positions by a config --------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// After transformers 5.23: its modeling_rope_utils for the fields of each type
// and for what holds where a field is absent.
//
//===----------------------------------------------------------------------===//

#include "ConfigReader.h"
#include "FamilyParts.h"
#include "ModelConfig.h"
#include "mlir/IR/Builders.h"
#include "llvm/Support/Allocator.h"
#include "llvm/Support/StringSaver.h"
#include <cmath>

using namespace llvm;
using namespace onebit;
using namespace onebit::frontend;
using decoder::AssumptionKind;

namespace {
/// The attribute for the type of rotary positions that a file names.
class ScalingReader {
public:
  ScalingReader(ConfigReader &reader, ModelConfig &config,
                const RotaryStyle &style)
      : reader(reader), config(config), style(style),
        builder(reader.location().getContext()) {}

  void read(StringRef type);

private:
  mlir::FloatAttr number(double value) {
    return builder.getF64FloatAttr(value);
  }
  /// What version 5 has in `rope_parameters`, and older files in
  /// `rope_scaling`.
  Field field(StringRef name) {
    return {names.save("rope_parameters." + name),
            names.save("rope_scaling." + name)};
  }
  /// The context that the model was trained on, in tokens.
  int64_t originalContext();
  /// The factor, or else how far the model's limit is beyond its training.
  double factorOrRatio(int64_t context);

  void readLlama3();
  void readYarn();
  void readLongRope();

  ConfigReader &reader;
  ModelConfig &config;
  const RotaryStyle &style;
  mlir::Builder builder;
  BumpPtrAllocator memory;
  StringSaver names{memory};
};
} // namespace

int64_t ScalingReader::originalContext() {
  const char *outer = "original_max_position_embeddings";
  if (style.originalContext || reader.has(outer))
    return reader.size(outer, style.originalContext, kMaxTokens);
  std::optional<int64_t> limit;
  if (config.maxPositions != 0)
    limit = config.maxPositions;
  return reader.size(field("original_max_position_embeddings"), limit,
                     kMaxTokens);
}

double ScalingReader::factorOrRatio(int64_t context) {
  std::optional<double> ratio;
  if (config.maxPositions != 0)
    ratio = double(config.maxPositions) / double(context);
  return reader.positive(field("factor"), ratio);
}

void ScalingReader::readLlama3() {
  Field lowField = field("low_freq_factor");
  double scale = reader.positive(field("factor"));
  double low = reader.positive(lowField);
  double high = reader.positive(field("high_freq_factor"));
  int64_t context = originalContext();
  if (low >= high)
    reader.error(lowField, "'low_freq_factor' must be below "
                           "'high_freq_factor' " +
                               ConfigReader::describe(high) + ", found " +
                               ConfigReader::describe(low));
  if (!reader.failed())
    config.rotaryScaling =
        decoder::Llama3ScalingAttr::get(builder.getContext(), number(scale),
                                        number(low), number(high), context);
}

/// How much larger scores become with a context `scale` times as long (Peng et
/// al. 2023, eq. 22).
static double getYarnAmplitude(double scale, double weight = 1.0) {
  return scale <= 1 ? 1.0 : 0.1 * weight * std::log(scale) + 1.0;
}

void ScalingReader::readYarn() {
  int64_t context = originalContext();
  double scale = factorOrRatio(context);
  Field slowField = field("beta_slow");
  double fast = reader.positive(field("beta_fast"), 32.0);
  double slow = reader.positive(slowField, 1.0);
  double weight = reader.number(field("mscale"), 0.0);
  double allWeight = reader.number(field("mscale_all_dim"), 0.0);
  double amplitude = getYarnAmplitude(scale);
  if (weight != 0 && allWeight != 0)
    amplitude =
        getYarnAmplitude(scale, weight) / getYarnAmplitude(scale, allWeight);
  amplitude = reader.positive(field("attention_factor"), amplitude);
  bool truncate = reader.flag(field("truncate"), true);
  if (slow > fast)
    reader.error(slowField, "'beta_slow' must be at most 'beta_fast' " +
                                ConfigReader::describe(fast) + ", found " +
                                ConfigReader::describe(slow));
  if (config.rotaryTheta == 1.0)
    reader.error({"rope_parameters.rope_theta", "rope_theta"},
                 "'rope_theta' must not be 1 with rotary positions of type "
                 "'yarn'");
  if (!std::isfinite(amplitude) || amplitude <= 0)
    reader.error(field("mscale"),
                 "'mscale' and 'mscale_all_dim' must give an attention factor "
                 "above zero, found " +
                     ConfigReader::describe(amplitude));
  if (!reader.failed())
    config.rotaryScaling = decoder::YarnScalingAttr::get(
        builder.getContext(), number(scale), number(fast), number(slow),
        context, number(amplitude),
        truncate ? mlir::BoolAttr() : builder.getBoolAttr(false));
}

void ScalingReader::readLongRope() {
  int64_t context = originalContext();
  double scale = factorOrRatio(context);
  int64_t pairs = config.rotaryDim / 2;
  SmallVector<double> shortFactors =
      reader.positives(field("short_factor"), pairs);
  SmallVector<double> longFactors =
      reader.positives(field("long_factor"), pairs);
  double amplitude = 1.0;
  if (scale > 1 && context > 1)
    amplitude = std::sqrt(1 + std::log(scale) / std::log(double(context)));
  amplitude = reader.positive(field("attention_factor"), amplitude);
  if (!reader.failed())
    config.rotaryScaling = decoder::LongScalingAttr::get(
        builder.getContext(), builder.getDenseF64ArrayAttr(shortFactors),
        builder.getDenseF64ArrayAttr(longFactors), context, number(amplitude));
}

void ScalingReader::read(StringRef type) {
  if (style.yarnIsLongRope && (type == "su" || type == "yarn"))
    type = "longrope";
  if (type.empty() || type == "default")
    return;
  if (type == "linear") {
    double scale = reader.positive(field("factor"));
    config.rotaryScaling =
        decoder::LinearScalingAttr::get(builder.getContext(), number(scale));
  } else if (type == "llama3") {
    readLlama3();
  } else if (type == "yarn") {
    readYarn();
  } else if (type == "longrope") {
    readLongRope();
  } else if (type == "dynamic") {
    // Up to the model's limit these are the plain frequencies.
    config.dynamicRotary = true;
  } else {
    config.assume(AssumptionKind::Deviation,
                  "rotary positions of type '" + type +
                      "' are rotated as those of type 'default'");
  }
}

void frontend::readRotary(ConfigReader &reader, ModelConfig &config,
                          const RotaryStyle &style) {
  config.positions = Positions::Rotary;
  config.maxPositions = reader.size("max_position_embeddings", 0, kMaxTokens);
  reader.object("rope_parameters");
  reader.object("rope_scaling");
  config.rotaryTheta = reader.positive(
      {"rope_parameters.rope_theta",
       "rope_parameters.full_attention.rope_theta", "rope_scaling.rope_theta",
       "rope_theta", "rotary_emb_base"},
      style.theta);
  Field share = {"rope_parameters.partial_rotary_factor",
                 "partial_rotary_factor", "rotary_pct"};
  double factor = style.factor;
  if (style.partial)
    factor = reader.positive(share, factor);
  // Twice a head is as wrong as any more.
  config.rotaryDim =
      static_cast<int64_t>(config.headDim * std::min(factor, 2.0));
  if (config.rotaryDim < 2 || config.rotaryDim % 2 != 0 ||
      config.rotaryDim > config.headDim)
    reader.error(share, "rotary positions need an even number of the " +
                            Twine(config.headDim) +
                            " elements of a head, found " +
                            Twine(config.rotaryDim));
  if (reader.failed())
    return;

  // The first that says a type, and of its two keys the newer one.
  for (const char *path : {"rope_scaling.rope_type", "rope_scaling.type",
                           "rope_parameters.rope_type", "rope_parameters.type",
                           "rope_parameters.full_attention.rope_type"}) {
    StringRef type = reader.string(path);
    if (!type.empty()) {
      ScalingReader(reader, config, style).read(type);
      break;
    }
  }
  if (reader.has("rope_parameters.sliding_attention"))
    config.assume(AssumptionKind::Deviation,
                  "layers with a window are rotated as the others are");
}
