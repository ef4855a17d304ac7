//===- DecoderVectorWork.cpp - passes of a vector unit --------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The table of docs/microarchitecture.md, section 8, which has the reasons.
//
//===----------------------------------------------------------------------===//

#include "dialects/decoder/Decoder.h"
#include "llvm/Support/MathExtras.h"
#include <limits>

using namespace mlir;
using namespace onebit;
using namespace onebit::decoder;

static int64_t product(ArrayRef<int64_t> extents) {
  // An extent of 0 counts also where others are beyond counting.
  if (llvm::is_contained(extents, 0))
    return 0;
  int64_t result = 1;
  for (int64_t extent : extents)
    if (llvm::MulOverflow(result, extent, result))
      return std::numeric_limits<int64_t>::max();
  return result;
}

int64_t decoder::countElements(Type type) {
  return product(cast<ShapedType>(type).getShape());
}

/// A pass that reduces the rows of the last dimension.
static VectorPass reduceRows(Type type) {
  return {countElements(type),
          product(cast<ShapedType>(type).getShape().drop_back())};
}

VectorKind SoftmaxOp::getVectorKind() { return VectorKind::Softmax; }
SmallVector<VectorPass> SoftmaxOp::getVectorPasses() {
  const VectorPass map = {countElements(getType())};
  const VectorPass reduce = reduceRows(getType());
  SmallVector<VectorPass> passes;
  if (getSoftcap())
    passes.push_back(map);
  if (getAlibi())
    passes.push_back(map);
  passes.append({reduce, reduce, map});
  return passes;
}

VectorKind NormOp::getVectorKind() { return VectorKind::Norm; }
SmallVector<VectorPass> NormOp::getVectorPasses() {
  const VectorPass map = {countElements(getType())};
  SmallVector<VectorPass> passes = {reduceRows(getType())};
  if (getKind() != NormKind::RMSNorm)
    passes.push_back(passes.front());
  passes.push_back(map);
  if (getWeight() || getBias())
    passes.push_back(map);
  return passes;
}

VectorKind ActivationOp::getVectorKind() { return VectorKind::Activation; }
SmallVector<VectorPass> ActivationOp::getVectorPasses() {
  return {{countElements(getType())}};
}

VectorKind GatedActivationOp::getVectorKind() { return VectorKind::Activation; }
SmallVector<VectorPass> GatedActivationOp::getVectorPasses() {
  return {2, {countElements(getType())}};
}

VectorKind RotaryOp::getVectorKind() { return VectorKind::Rotary; }
SmallVector<VectorPass> RotaryOp::getVectorPasses() {
  auto type = cast<RankedTensorType>(getType());
  SmallVector<int64_t> rotated(type.getShape());
  if (std::optional<int64_t> dim = getRotaryDim())
    rotated.back() = *dim;
  return {2, {product(rotated)}};
}

VectorKind PositionEmbeddingOp::getVectorKind() { return VectorKind::Position; }
SmallVector<VectorPass> PositionEmbeddingOp::getVectorPasses() {
  return {{countElements(getType())}};
}
