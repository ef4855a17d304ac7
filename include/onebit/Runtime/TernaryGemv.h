//===- TernaryGemv.h - Packed trits times 8-bit activations -----*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a compiled model calls for a ternary product. Plain C and the standard
// library only: a model compiled ahead of time links this and nothing else.
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_RUNTIME_TERNARYGEMV_H
#define ONEBIT_RUNTIME_TERNARYGEMV_H

#include <cstdint>

namespace onebit::runtime {

/// How a product is computed. All give the same integers.
enum class Kernel {
  /// Plain C++, for any machine: an activation is added, subtracted or left.
  Portable,
  /// AVX2: the sign of a trit is given to an activation (vpsignb), sums of
  /// bytes
  /// (vpsadbw). No multiplication.
  Avx2Add,
  /// AVX2: vpmaddubsw multiplies the codes 0, 1 and 2 and adds pairs.
  Avx2MultiplyAdd,
  /// AVX-512 BW: masked moves and subtractions, sums of bytes. No
  /// multiplication.
  Avx512Add,
  /// AVX-512 VNNI: vpdpbusd multiplies codes and adds fours.
  Avx512MultiplyAdd
};
constexpr int kNumKernels = 5;

/// `portable`, `avx2-add`, ...
const char *getName(Kernel kernel);
/// Whether this machine has the instructions.
bool isSupported(Kernel kernel);
/// The fastest of those that this machine supports; with `adds`, of those that
/// do not multiply.
Kernel getBest(bool adds);

/// `y[r] = sum over c of x[c] * w[r, c]`, exactly, for `rows` x `columns` trits
/// packed as i2_s (`#ternary.packing`): rows of ceil(columns / 128) blocks of
/// 32 bytes. Columns must be fewer than 2^23, so that no sum leaves 32 bits.
/// The kernel must be supported.
void ternaryGemv(Kernel kernel, const int8_t *x, const uint8_t *w, int32_t *y,
                 int64_t rows, int64_t columns);

/// Threads that `onebit_ternary_matmul_i2_s` works with, 1 at first; 0 is 1.
/// Where the system refuses some, it works with those that there are.
/// What it computes does not depend on them. Of callers at the same time one
/// has the threads, the others work alone.
void setNumThreads(unsigned threads);
/// The kernel that it uses, the best that multiplies or adds at first.
void setKernel(Kernel kernel);

} // namespace onebit::runtime

/// `y[t, r] = sum over c of x[t, c] * w[r, c]` for `tokens` rows of x.
extern "C" void onebit_ternary_matmul_i2_s(const int8_t *x, const uint8_t *w,
                                           int32_t *y, int64_t tokens,
                                           int64_t rows, int64_t columns);

/// `setNumThreads`, for C.
extern "C" void onebit_set_num_threads(unsigned threads);

#endif // ONEBIT_RUNTIME_TERNARYGEMV_H
