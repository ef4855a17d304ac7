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
  SmallVector<VectorPass> passes;
  if (countElements(getWeightScale().getType()) != 1)
    passes.push_back({countElements(getAcc().getType())});
  passes.push_back({countElements(getType())});
  return passes;
}
