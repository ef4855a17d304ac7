//===- OperandKinds.h - What prices ask of a product's class ----*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_ANALYSIS_OPERANDKINDS_H
#define ONEBIT_ANALYSIS_OPERANDKINDS_H

#include "dialects/decoder/Decoder.h"
#include "onebit/CostModel/Energy.h"

namespace onebit {

/// What the weight or the cached side of a product of this class is.
FilterKind getFilterKind(decoder::ProductClass productClass);

/// What the activations of a product of this class are multiplied by.
Multiplier getMultiplier(decoder::ProductClass productClass);

} // namespace onebit

#endif // ONEBIT_ANALYSIS_OPERANDKINDS_H
