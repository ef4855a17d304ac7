//===- TensorElements.cpp - Numbers of a checkpoint's tensor --------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TensorElements.h"
#include "CheckpointBuilder.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/Endian.h"
#include <cmath>

using namespace llvm;
using namespace onebit;
using namespace onebit::frontend;
using ternary::PackedShape;
using ternary::Packing;

/// Elements of a block of GGUF's Q8_0, and of its ternary types.
static constexpr int64_t kQ8Block = 32, kTernaryBlock = 256;
/// Behind the trits of I2_S: a scale in f32, and nothing.
static constexpr int64_t kI2STail = 32;

static float readF32(const char *bytes) {
  return bit_cast<float>(support::endian::read32le(bytes));
}

static float readF16(const char *bytes) {
  return APFloat(APFloat::IEEEhalf(),
                 APInt(16, support::endian::read16le(bytes)))
      .convertToFloat();
}

static float readBF16(const char *bytes) {
  return bit_cast<float>(uint32_t(support::endian::read16le(bytes)) << 16);
}

bool frontend::isExactInF32(DType dtype) {
  switch (dtype) {
  case DType::F32:
  case DType::F16:
  case DType::BF16:
  case DType::Q8_0:
    return true;
  default:
    return false;
  }
}

bool frontend::isTernary(DType dtype) {
  return dtype == DType::TQ1_0 || dtype == DType::TQ2_0 || dtype == DType::I2_S;
}

std::vector<float> frontend::readFloats(const CheckpointTensor &tensor) {
  std::vector<float> floats(*countElements(tensor.shape));
  const char *bytes = tensor.bytes.data();
  switch (tensor.dtype) {
  case DType::F32:
    for (size_t i = 0; i < floats.size(); ++i)
      floats[i] = readF32(bytes + 4 * i);
    break;
  case DType::F16:
    for (size_t i = 0; i < floats.size(); ++i)
      floats[i] = readF16(bytes + 2 * i);
    break;
  case DType::BF16:
    for (size_t i = 0; i < floats.size(); ++i)
      floats[i] = readBF16(bytes + 2 * i);
    break;
  case DType::Q8_0:
    for (size_t i = 0; i < floats.size(); i += kQ8Block) {
      float scale = readF16(bytes);
      bytes += 2;
      for (size_t j = 0; j < kQ8Block; ++j)
        floats[i + j] = scale * static_cast<int8_t>(*bytes++);
    }
    break;
  default:
    llvm_unreachable("the type is exact in f32");
  }
  return floats;
}

static ArrayRef<uint8_t> unsignedBytes(ArrayRef<char> bytes) {
  return {reinterpret_cast<const uint8_t *>(bytes.data()), bytes.size()};
}

static Error tensorError(const CheckpointTensor &tensor, const Twine &reason) {
  return fileError(tensor.file, "tensor '" + tensor.name + "' " + reason);
}

/// Unpacks `tensor.bytes`, which are its elements.
static Error unpackInto(TernaryTensor &weight, const CheckpointTensor &tensor,
                        PackedShape shape) {
  Expected<std::vector<int8_t>> elements =
      ternary::unpack(weight.packing, unsignedBytes(weight.bytes), shape);
  if (!elements)
    return tensorError(tensor, "holds no packed weight: " +
                                   toString(elements.takeError()));
  weight.elements = std::move(*elements);
  return Error::success();
}

/// One scale instead of `scales` where all that scale something are equal.
static void unifyScales(TernaryTensor &weight) {
  std::optional<float> common;
  for (auto [i, scale] : enumerate(weight.scales)) {
    ArrayRef<int8_t> block =
        ArrayRef(weight.elements).slice(i * weight.group, weight.group);
    if (all_of(block, [](int8_t element) { return element == 0; }))
      continue;
    if (common && *common != scale)
      return;
    common = scale;
  }
  weight.scales = {
      common.value_or(weight.scales.empty() ? 0.0f : weight.scales[0])};
  weight.group = 0;
}

Expected<TernaryTensor> frontend::readTernary(const CheckpointTensor &tensor) {
  TernaryTensor weight;
  // Its elements were counted when the file was read.
  weight.shape = *PackedShape::get(tensor.shape);
  int64_t count = weight.shape.rows * weight.shape.columns;
  if (tensor.dtype == DType::I2_S) {
    weight.packing = Packing::I2S;
    weight.bytes = tensor.bytes.drop_back(kI2STail);
    weight.scales = {readF32(weight.bytes.end())};
    // Blocks run on from row to row; where they end with rows, it is ours.
    if (count % 128 != 0)
      return tensorError(tensor, "has " + Twine(count) +
                                     " elements, but I2_S has blocks of 128");
    if (Error error = unpackInto(weight, tensor, {1, count}))
      return std::move(error);
    if (weight.shape.columns % 128 != 0)
      weight.bytes = {};
  } else {
    bool five = tensor.dtype == DType::TQ1_0;
    weight.packing = five ? Packing::TQ1_0 : Packing::TQ2_0;
    weight.bytes = tensor.bytes;
    weight.group = kTernaryBlock;
    if (Error error = unpackInto(weight, tensor, weight.shape))
      return std::move(error);
    size_t block = five ? 54 : 66;
    for (size_t end = block; end <= tensor.bytes.size(); end += block)
      weight.scales.push_back(readF16(tensor.bytes.data() + end - 2));
    if (weight.scales.empty() || weight.shape.rows == 0)
      weight.scales = {0};
  }
  if (!all_of(weight.scales, [](float scale) { return std::isfinite(scale); }))
    return tensorError(tensor, "has a scale that is not finite");
  if (weight.group != 0)
    unifyScales(weight);
  return weight;
}

Expected<TernaryTensor> frontend::readPackedHF(const CheckpointTensor &tensor,
                                               int64_t rows, float scale) {
  TernaryTensor weight;
  weight.shape = *PackedShape::get(tensor.shape);
  weight.shape.rows = rows;
  weight.packing = Packing::HF;
  weight.bytes = tensor.bytes;
  weight.scales = {scale};
  if (Error error = unpackInto(weight, tensor, weight.shape))
    return std::move(error);
  return weight;
}

Expected<TernaryTensor>
frontend::readTernaryFloats(const CheckpointTensor &tensor, float scale) {
  TernaryTensor weight;
  weight.shape = *PackedShape::get(tensor.shape);
  weight.scales = {scale};
  for (auto [i, value] : enumerate(readFloats(tensor))) {
    if (value != 0 && value != 1 && value != -1)
      return tensorError(tensor, "has a scale beside it, so its elements must "
                                 "be -1, 0 or 1, but element " +
                                     Twine(i) + " is " + std::to_string(value));
    weight.elements.push_back(static_cast<int8_t>(value));
  }
  return weight;
}

std::vector<float> TernaryTensor::dequantize() const {
  std::vector<float> floats(elements.size());
  for (auto [i, element] : enumerate(elements))
    floats[i] = element * scales[group ? i / group : 0];
  return floats;
}

void TernaryTensor::permuteRows(function_ref<int64_t(int64_t)> source) {
  auto permute = [&](auto &values, int64_t columns) {
    auto permuted = values;
    for (int64_t row = 0; row < shape.rows; ++row)
      std::copy_n(values.begin() + source(row) * columns, columns,
                  permuted.begin() + row * columns);
    values = std::move(permuted);
  };
  permute(elements, shape.columns);
  if (group != 0)
    permute(scales, shape.columns / group);
  bytes = {};
}
