//===- TensorElements.h - Numbers of a checkpoint's tensor ------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_FRONTEND_TENSORELEMENTS_H
#define ONEBIT_LIB_FRONTEND_TENSORELEMENTS_H

#include "dialects/ternary/Packing.h"
#include "onebit/Frontend/Checkpoint.h"

namespace onebit::frontend {

/// Whether elements of a type are exact in f32.
bool isExactInF32(DType dtype);

/// Whether the file has trits and scales.
bool isTernary(DType dtype);

/// The elements in f32; the type is exact in it.
std::vector<float> readFloats(const CheckpointTensor &tensor);

/// A weight as a checkpoint has quantized it: a matrix of trits.
struct TernaryTensor {
  ternary::PackedShape shape;
  /// -1, 0 and 1, row by row.
  std::vector<int8_t> elements;
  /// One, or one for each `group` elements of a row.
  std::vector<float> scales;
  int64_t group = 0;
  /// The bytes in the file that are the elements in `packing`; empty if they
  /// are in no packing.
  llvm::ArrayRef<char> bytes;
  ternary::Packing packing = ternary::Packing::I2S;

  /// What each element stands for.
  std::vector<float> dequantize() const;
  /// Puts row `source(i)` at row i. There are no `bytes` then.
  void permuteRows(llvm::function_ref<int64_t(int64_t)> source);
};

/// Reads TQ1_0, TQ2_0 or I2_S. Fails on bytes that are no trits, and on scales
/// that are not finite.
llvm::Expected<TernaryTensor> readTernary(const CheckpointTensor &tensor);

/// Reads transformers' uint8 of four rows a byte, of `rows` rows in all, and
/// the scale, which is what an element stands for.
llvm::Expected<TernaryTensor> readPackedHF(const CheckpointTensor &tensor,
                                           int64_t rows, float scale);

/// Takes floats of -1, 0 and 1. Fails on any other.
llvm::Expected<TernaryTensor> readTernaryFloats(const CheckpointTensor &tensor,
                                                float scale);

} // namespace onebit::frontend

#endif // ONEBIT_LIB_FRONTEND_TENSORELEMENTS_H
