//===- WeightOrigin.h - Weights that were ternary before --------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_DIALECTS_TERNARY_WEIGHTORIGIN_H
#define ONEBIT_DIALECTS_TERNARY_WEIGHTORIGIN_H

#include "llvm/ADT/StringRef.h"

namespace onebit::ternary {

// Discardable attributes of a `ternary.weight` that has no `quantization`: it
// was ternary where it came from.

/// i64: the bytes that it takes there, with its scales.
constexpr llvm::StringLiteral kBytesBeforeAttrName = "ternary.bytes_before";
/// Unit: its elements are floats of -1, 0 and 1 there, not packed.
constexpr llvm::StringLiteral kUnpackedAttrName = "ternary.unpacked";

} // namespace onebit::ternary

#endif // ONEBIT_DIALECTS_TERNARY_WEIGHTORIGIN_H
