//===- Decoder.h - The decoder dialect ---------------------------------*- C++ -*-===//
//
// Part of the onebit project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DIALECTS_DECODER_DECODER_H
#define DIALECTS_DECODER_DECODER_H

#include "mlir/IR/Dialect.h"

#include "dialects/decoder/DecoderDialect.h.inc"

#endif // DIALECTS_DECODER_DECODER_H
