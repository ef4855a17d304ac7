//===- DecoderRotary.cpp - Frequencies of rotary positions ----------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/decoder/Decoder.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>

using namespace mlir;
using namespace onebit::decoder;

using EmitError = function_ref<InFlightDiagnostic()>;

//===----------------------------------------------------------------------===//
// Without scaling
//===----------------------------------------------------------------------===//

static RotaryTable getPlainTable(double theta, int64_t dim) {
  RotaryTable table;
  for (int64_t i = 0; i < dim / 2; ++i)
    table.frequencies.push_back(std::pow(theta, -2.0 * i / dim));
  return table;
}

RotaryTable RotaryOp::getTable() {
  double theta = getTheta().convertToDouble();
  int64_t dim = getRotaryDim().value_or(getType().getDimSize(3));
  RotaryScalingAttrInterface scaling = getScalingAttr();
  return scaling ? scaling.getTable(theta, dim) : getPlainTable(theta, dim);
}

//===----------------------------------------------------------------------===//
// Scalings
//===----------------------------------------------------------------------===//

static LogicalResult verifyPositive(EmitError emitError, StringRef name,
                                    double value) {
  if (!(value > 0) || !std::isfinite(value))
    return emitError() << name << " must be positive and finite, got " << value;
  return success();
}

static LogicalResult
verifyPositive(EmitError emitError,
               ArrayRef<std::pair<StringRef, double>> numbers) {
  for (auto [name, value] : numbers)
    if (failed(verifyPositive(emitError, name, value)))
      return failure();
  return success();
}

LogicalResult LinearScalingAttr::verify(EmitError emitError, FloatAttr factor) {
  // linear_scaling_c1
  return verifyPositive(emitError, "factor", factor.getValueAsDouble());
}

RotaryTable LinearScalingAttr::getTable(double theta, int64_t dim) const {
  RotaryTable table = getPlainTable(theta, dim);
  for (double &frequency : table.frequencies)
    frequency /= getFactor().getValueAsDouble();
  return table;
}

LogicalResult Llama3ScalingAttr::verify(EmitError emitError, FloatAttr factor,
                                        FloatAttr lowFreqFactor,
                                        FloatAttr highFreqFactor,
                                        int64_t originalContext) {
  double low = lowFreqFactor.getValueAsDouble();
  double high = highFreqFactor.getValueAsDouble();
  // llama3_scaling_c1
  if (failed(verifyPositive(emitError,
                            {{"factor", factor.getValueAsDouble()},
                             {"low_freq_factor", low},
                             {"high_freq_factor", high},
                             {"original_context", double(originalContext)}})))
    return failure();
  // llama3_scaling_c2
  if (low >= high)
    return emitError() << "low_freq_factor must be below high_freq_factor "
                       << high << ", got " << low;
  return success();
}

RotaryTable Llama3ScalingAttr::getTable(double theta, int64_t dim) const {
  double factor = getFactor().getValueAsDouble();
  double low = getLowFreqFactor().getValueAsDouble();
  double high = getHighFreqFactor().getValueAsDouble();
  RotaryTable table = getPlainTable(theta, dim);
  for (double &frequency : table.frequencies) {
    double turns = getOriginalContext() * frequency / (2 * llvm::numbers::pi);
    double kept = std::clamp((turns - low) / (high - low), 0.0, 1.0);
    frequency = (1 - kept) * frequency / factor + kept * frequency;
  }
  return table;
}

LogicalResult YarnScalingAttr::verify(EmitError emitError, FloatAttr factor,
                                      FloatAttr betaFast, FloatAttr betaSlow,
                                      int64_t originalContext,
                                      FloatAttr amplitude, BoolAttr) {
  double fast = betaFast.getValueAsDouble(), slow = betaSlow.getValueAsDouble();
  // yarn_scaling_c1
  if (failed(verifyPositive(emitError,
                            {{"factor", factor.getValueAsDouble()},
                             {"beta_fast", fast},
                             {"beta_slow", slow},
                             {"original_context", double(originalContext)},
                             {"amplitude", amplitude.getValueAsDouble()}})))
    return failure();
  // yarn_scaling_c2
  if (slow > fast)
    return emitError() << "beta_slow must be at most beta_fast " << fast
                       << ", got " << slow;
  return success();
}

RotaryTable YarnScalingAttr::getTable(double theta, int64_t dim) const {
  // The pair that makes so many turns in the context of training.
  auto pairOf = [&](FloatAttr beta) {
    double turns = 2 * llvm::numbers::pi * beta.getValueAsDouble();
    return dim * std::log(getOriginalContext() / turns) / (2 * std::log(theta));
  };
  double low = pairOf(getBetaFast()), high = pairOf(getBetaSlow());
  if (!getTruncate() || getTruncate().getValue()) {
    low = std::floor(low);
    high = std::ceil(high);
  }
  low = std::max(low, 0.0);
  high = std::min(high, double(dim - 1));
  // As the released code has it, so that a ramp of no width is a step.
  if (low == high)
    high += 0.001;
  double factor = getFactor().getValueAsDouble();
  RotaryTable table = getPlainTable(theta, dim);
  for (auto [i, frequency] : llvm::enumerate(table.frequencies)) {
    double ramp = std::clamp((i - low) / (high - low), 0.0, 1.0);
    frequency = (1 - ramp) * frequency + ramp * frequency / factor;
  }
  table.amplitude = getAmplitude().getValueAsDouble();
  return table;
}

LogicalResult LongScalingAttr::verify(EmitError emitError,
                                      DenseF64ArrayAttr shortFactors,
                                      DenseF64ArrayAttr longFactors,
                                      int64_t originalContext,
                                      FloatAttr amplitude) {
  // long_scaling_c1
  for (double factor : shortFactors.asArrayRef())
    if (failed(verifyPositive(emitError, "short_factors", factor)))
      return failure();
  for (double factor : longFactors.asArrayRef())
    if (failed(verifyPositive(emitError, "long_factors", factor)))
      return failure();
  return verifyPositive(emitError,
                        {{"original_context", double(originalContext)},
                         {"amplitude", amplitude.getValueAsDouble()}});
}

LogicalResult LongScalingAttr::verifyDim(EmitError emitError,
                                         int64_t dim) const {
  // long_scaling_c2
  if (getShortFactors().size() != dim / 2 || getLongFactors().size() != dim / 2)
    return emitError() << "short_factors and long_factors must have one factor "
                          "for each of "
                       << dim / 2 << " pairs, got " << getShortFactors().size()
                       << " and " << getLongFactors().size();
  return success();
}

RotaryTable LongScalingAttr::getTable(double theta, int64_t dim) const {
  RotaryTable table = getPlainTable(theta, dim);
  table.longFrequencies = table.frequencies;
  for (auto [frequency, factor] :
       llvm::zip_equal(table.frequencies, getShortFactors().asArrayRef()))
    frequency /= factor;
  for (auto [frequency, factor] :
       llvm::zip_equal(table.longFrequencies, getLongFactors().asArrayRef()))
    frequency /= factor;
  table.shortContext = getOriginalContext();
  table.amplitude = getAmplitude().getValueAsDouble();
  return table;
}
