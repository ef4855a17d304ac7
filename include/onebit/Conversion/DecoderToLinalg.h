//===- DecoderToLinalg.h - Decoder ops as linalg ops ------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_CONVERSION_DECODERTOLINALG_H
#define ONEBIT_CONVERSION_DECODERTOLINALG_H

namespace mlir {
class RewritePatternSet;
} // namespace mlir

namespace onebit {

/// Adds a pattern for every op of the decoder dialect but `decoder.block` and
/// `decoder.yield`. The result is arith, linalg, math, scf and tensor on the
/// same tensor types; those dialects must be loaded. Formulas and shapes are
/// those of dialects/decoder/DecoderOps.td. A pattern does not match a used
/// weight without a value, nor a product of element types that cannot be
/// multiplied.
void populateDecoderToLinalgPatterns(mlir::RewritePatternSet &patterns);

} // namespace onebit

#endif // ONEBIT_CONVERSION_DECODERTOLINALG_H
