//===- QuantizeConstant.cpp - Weights quantized at compile time -----------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "QuantizeConstant.h"
#include "dialects/decoder/Decoder.h"
#include "dialects/decoder/Resources.h"
#include "dialects/ternary/Packing.h"
#include "dialects/ternary/Quantization.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/Matchers.h"
#include <cmath>
#include <cstring>

using namespace mlir;
using namespace onebit;
using namespace onebit::ternary;

/// More bytes than anybody reads.
static constexpr size_t kMaxInline = 64;

/// The bytes of a value, as numbers of the host lie in memory; empty if they
/// are not there. A splat is one number.
static ArrayRef<char> getRawBytes(ElementsAttr value) {
  if (auto dense = dyn_cast<DenseElementsAttr>(value))
    return dense.getRawData();
  auto resource = dyn_cast<DenseResourceElementsAttr>(value);
  AsmResourceBlob *blob =
      resource ? resource.getRawHandle().getBlob() : nullptr;
  return blob ? blob->getData() : ArrayRef<char>();
}

static int64_t getWidth(ElementsAttr value) {
  return value.getElementType().getIntOrFloatBitWidth() / 8;
}

ElementsAttr onebit::getFloatValue(Value weight) {
  ElementsAttr value;
  if (auto op = weight.getDefiningOp<decoder::WeightOp>())
    value = op.getValueAttr();
  else
    matchPattern(weight, m_Constant(&value));
  if (!value)
    return {};
  Type element = value.getElementType();
  if (!element.isF64() && !element.isF32() && !element.isF16() &&
      !element.isBF16())
    return {};
  int64_t size = getRawBytes(value).size();
  if (!value.isSplat() && size != value.getNumElements() * getWidth(value))
    return {};
  return value;
}

/// The elements in `Float`, which holds them exactly.
template <typename Float>
static std::vector<Float> readElements(ElementsAttr value) {
  ArrayRef<char> bytes = getRawBytes(value);
  const int64_t width = getWidth(value), count = value.getNumElements();
  const bool whole = width == sizeof(Float);
  const llvm::fltSemantics &semantics =
      cast<FloatType>(value.getElementType()).getFloatSemantics();
  auto read = [&](const char *from) -> Float {
    if (whole) {
      Float element;
      std::memcpy(&element, from, sizeof(Float));
      return element;
    }
    uint16_t bits;
    std::memcpy(&bits, from, sizeof(bits));
    return llvm::APFloat(semantics, llvm::APInt(16, bits)).convertToFloat();
  };
  if (value.isSplat() && count > 0)
    return std::vector<Float>(count, read(bytes.data()));
  std::vector<Float> elements(count);
  if (whole)
    std::memcpy(elements.data(), bytes.data(), bytes.size());
  else
    for (int64_t i = 0; i < count; ++i)
      elements[i] = read(bytes.data() + i * width);
  return elements;
}

/// What `elements` are if all of them are -s, 0 or s, for one s that is not 0.
template <typename Float>
static std::optional<QuantizedWeight<Float>>
recognize(ArrayRef<Float> elements) {
  Float scale = 0;
  for (Float element : elements) {
    Float magnitude = std::abs(element);
    if (magnitude == 0)
      continue;
    if (!std::isfinite(magnitude) || (scale != 0 && scale != magnitude))
      return std::nullopt;
    scale = magnitude;
  }
  if (scale == 0)
    return std::nullopt;
  QuantizedWeight<Float> weight;
  weight.scales = {scale};
  for (Float element : elements) {
    weight.elements.push_back((element > 0) - (element < 0));
    weight.zeros += element == 0;
  }
  return weight;
}

static ElementsAttr makeBytes(OpBuilder &builder, StringRef name,
                              ArrayRef<uint8_t> bytes) {
  auto type = RankedTensorType::get({static_cast<int64_t>(bytes.size())},
                                    builder.getI8Type());
  ArrayRef<char> data = decoder::asBytes(bytes);
  if (bytes.size() <= kMaxInline)
    return DenseElementsAttr::getFromRawBuffer(type, data);
  return decoder::copyToResource(type, name, data);
}

template <typename Float>
static FailureOr<WeightOp> quantizeAs(OpBuilder &builder, Location loc,
                                      StringAttr name, ElementsAttr value,
                                      const ConstantQuantization &how) {
  auto type = cast<RankedTensorType>(value.getShapedType());
  std::vector<Float> elements = readElements<Float>(value);
  Type element = getElementType(builder.getContext(), how.scheme);
  const bool binary = isa<BitType>(element);
  GroupAttr group = how.group;
  std::optional<QuantizedWeight<Float>> weight;
  if (how.recognizeTernary && !binary)
    weight = recognize<Float>(elements);
  if (weight) {
    // One number is that of each group, too.
    if (group)
      weight->scales.resize(elements.size() / group.getSize(),
                            weight->scales.front());
  } else {
    llvm::Expected<QuantizedWeight<Float>> quantized =
        quantizeWeight<Float>(how.scheme, elements, type.getShape(), group);
    if (!quantized) {
      emitError(loc) << "weight '" << name.getValue()
                     << "' cannot be quantized: "
                     << llvm::toString(quantized.takeError());
      return failure();
    }
    weight = std::move(*quantized);
  }

  Packing packing = binary ? Packing::B1 : how.packing;
  std::optional<PackedShape> shape = PackedShape::get(type.getShape());
  // The scheme makes no elements but those of its packing.
  std::vector<uint8_t> bytes =
      llvm::cantFail(pack(packing, weight->elements, *shape));

  SmallVector<int64_t> scaleShape;
  if (group) {
    llvm::append_range(scaleShape, type.getShape());
    scaleShape[group.getDim()] /= group.getSize();
  }
  double mean = 0;
  SmallVector<llvm::APFloat> scales;
  for (Float scale : weight->scales) {
    mean += static_cast<double>(scale) / weight->scales.size();
    llvm::APFloat rounded(scale);
    bool lossy;
    rounded.convert(cast<FloatType>(type.getElementType()).getFloatSemantics(),
                    llvm::APFloat::rmNearestTiesToEven, &lossy);
    scales.push_back(rounded);
  }
  auto scaleType = RankedTensorType::get(scaleShape, type.getElementType());
  auto report = QuantizationAttr::get(
      builder.getContext(), how.scheme,
      builder.getF64FloatAttr(weight->relativeError), weight->zeros,
      builder.getF64FloatAttr(mean), type.getNumElements() * getWidth(value));
  return WeightOp::create(
      builder, loc, RankedTensorType::get(type.getShape(), element), scaleType,
      name, packing, makeBytes(builder, name, bytes),
      DenseElementsAttr::get(scaleType, scales), group, report);
}

FailureOr<WeightOp> onebit::quantizeConstant(OpBuilder &builder, Location loc,
                                             StringAttr name,
                                             ElementsAttr value,
                                             const ConstantQuantization &how) {
  if (value.getElementType().isF64())
    return quantizeAs<double>(builder, loc, name, value, how);
  return quantizeAs<float>(builder, loc, name, value, how);
}
