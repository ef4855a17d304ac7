//===- TernaryVectorWork.cpp - passes of a vector unit --------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The table of docs/microarchitecture.md, section 8, which has the reasons.
//
//===----------------------------------------------------------------------===//

#include "dialects/ternary/Ternary.h"

using namespace mlir;
using namespace onebit;
using namespace onebit::ternary;
using decoder::countElements;
using decoder::VectorKind;
using decoder::VectorPass;

VectorKind QuantizeActivationOp::getVectorKind() {
  return VectorKind::Quantization;
}
SmallVector<VectorPass> QuantizeActivationOp::getVectorPasses() {
  const int64_t elements = countElements(getInput().getType());
  return {{elements, countElements(getScale().getType())}, {elements}};
}

VectorKind DequantizeOp::getVectorKind() { return VectorKind::Dequantization; }
SmallVector<VectorPass> DequantizeOp::getVectorPasses() {
  auto maps =
      llvm::to_vector(getIndexingMaps().getAsValueRange<AffineMapAttr>());
  const bool weightScales = countElements(getWeightScale().getType()) != 1;
  // Of groups: a loop that is summed is not one of the result.
  const bool activationScales =
      llvm::any_of(maps[1].getResults(), [&](AffineExpr loop) {
        return !llvm::is_contained(maps[3].getResults(), loop);
      });
  const int64_t sums = countElements(getAcc().getType());
  SmallVector<VectorPass> passes;
  if (weightScales)
    passes.push_back({sums});
  if (activationScales)
    passes.push_back({sums});
  if (!weightScales || !activationScales)
    passes.push_back({countElements(getType())});
  return passes;
}
