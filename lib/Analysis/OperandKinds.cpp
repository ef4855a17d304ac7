//===- OperandKinds.cpp - What prices ask of a product's class ------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/Analysis/OperandKinds.h"
#include "llvm/Support/ErrorHandling.h"

using namespace onebit;

FilterKind onebit::getFilterKind(decoder::ProductClass productClass) {
  switch (productClass) {
  case decoder::ProductClass::MatMulFree:
  case decoder::ProductClass::LowBitProjection:
    return FilterKind::QuantizedWeight;
  case decoder::ProductClass::DenseProjection:
    return FilterKind::DenseWeight;
  case decoder::ProductClass::Attention:
    return FilterKind::KVCache;
  }
  llvm_unreachable("unknown product class");
}

Multiplier onebit::getMultiplier(decoder::ProductClass productClass) {
  switch (productClass) {
  case decoder::ProductClass::MatMulFree:
    return Multiplier::Sign;
  case decoder::ProductClass::LowBitProjection:
    return Multiplier::Integer;
  case decoder::ProductClass::DenseProjection:
  case decoder::ProductClass::Attention:
    return Multiplier::Float;
  }
  llvm_unreachable("unknown product class");
}
