//===- Quantization.cpp - Weights to bits and trits -----------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/ternary/Quantization.h"
#include <cmath>

using namespace llvm;
using namespace onebit;
using namespace onebit::ternary;

namespace {
/// The elements that share a scale: `runs` of `length`, `stride` apart each.
struct Group {
  int64_t first, count, stride;
};

/// What a scheme makes of one group.
template <typename Float> struct Rule {
  Scheme scheme;
  Float alpha, gamma;

  Rule(Scheme scheme, Float alpha, Float gamma)
      : scheme(scheme), alpha(alpha), gamma(gamma) {}

  static constexpr Float kFloor = Float(1e-5);

  int8_t quantize(Float value) const {
    switch (scheme) {
    case Scheme::B1:
      return value > alpha ? 1 : -1;
    case Scheme::B1Released:
      return (value > alpha) - (value < alpha);
    case Scheme::B1_58:
      return round(value / (gamma + kFloor));
    case Scheme::B1_58Released:
      return round(value * (1 / std::max(gamma, kFloor)));
    }
    llvm_unreachable("unknown scheme");
  }

  Float getScale() const {
    if (scheme == Scheme::B1_58Released)
      return 1 / (1 / std::max(gamma, kFloor));
    return gamma;
  }

private:
  /// RoundClip: halves go to the even integer, so 0.5 to 0.
  static int8_t round(Float value) {
    return (value > Float(0.5)) - (value < Float(-0.5));
  }
};
} // namespace

template <typename Float>
Expected<QuantizedWeight<Float>>
ternary::quantizeWeight(Scheme scheme, ArrayRef<Float> weight,
                        ArrayRef<int64_t> shape, GroupAttr group) {
  for (auto [i, value] : enumerate(weight))
    if (!std::isfinite(value))
      return createStringError(
          "element " + Twine(i) +
          (std::isnan(value) ? " is NaN" : " is infinite") +
          ", so there is no mean");

  // Without groups all elements are one, of stride 1. With them, elements
  // `inner` apart, `size` of them, and `inner` groups side by side.
  int64_t size = weight.size(), inner = 1;
  if (group) {
    size = group.getSize();
    for (int64_t extent : shape.drop_front(group.getDim() + 1))
      inner *= extent;
  }

  QuantizedWeight<Float> result;
  result.elements.resize(weight.size());
  double error = 0, total = 0;
  int64_t span = size * inner, length = weight.size();
  for (int64_t begin = 0; begin < length; begin += span)
    for (int64_t first = begin; first < begin + inner; ++first) {
      double sum = 0, magnitudes = 0;
      for (int64_t i = 0, at = first; i < size; ++i, at += inner) {
        sum += weight[at];
        magnitudes += std::abs(static_cast<double>(weight[at]));
      }
      Rule<Float> rule(scheme, static_cast<Float>(sum / size),
                       static_cast<Float>(magnitudes / size));
      Float scale = rule.getScale();
      if (!std::isfinite(scale))
        return createStringError("the elements from " + Twine(first) +
                                 " on are too large: their mean is infinite");
      for (int64_t i = 0, at = first; i < size; ++i, at += inner) {
        int8_t element = rule.quantize(weight[at]);
        result.elements[at] = element;
        result.zeros += element == 0;
        double left = weight[at] - static_cast<double>(element) * scale;
        error += left * left;
        total += static_cast<double>(weight[at]) * weight[at];
      }
      result.scales.push_back(scale);
    }
  // An empty weight has a scale, too.
  if (!group && weight.empty())
    result.scales.push_back(Rule<Float>(scheme, 0, 0).getScale());
  if (total > 0)
    result.relativeError = std::sqrt(error / total);
  return result;
}

template Expected<QuantizedWeight<float>>
    ternary::quantizeWeight(Scheme, ArrayRef<float>, ArrayRef<int64_t>,
                            GroupAttr);
template Expected<QuantizedWeight<double>>
    ternary::quantizeWeight(Scheme, ArrayRef<double>, ArrayRef<int64_t>,
                            GroupAttr);
