//===- DecoderDialect.cpp - The decoder dialect ----------------------------------===//
//
// Part of the onebit project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/decoder/Decoder.h"

using namespace mlir;
using namespace onebit::decoder;

#include "dialects/decoder/DecoderDialect.cpp.inc"

void DecoderDialect::initialize() {}
