//===- Kernels.h - One ternary GEMV per instruction set ---------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_RUNTIME_KERNELS_H
#define ONEBIT_LIB_RUNTIME_KERNELS_H

#include <cstdint>
#include <vector>

namespace onebit::runtime {

/// A block of i2_s: element e is in byte e mod 32, at bit 6 - 2 (e div 32).
constexpr int64_t kBlockElements = 128;
constexpr int64_t kBlockBytes = 32;

inline int64_t getNumBlocks(int64_t columns) {
  return (columns + kBlockElements - 1) / kBlockElements;
}

/// `x` has whole blocks, zeros behind its columns. Trits behind the columns are
/// 0.
using Gemv = void(const int8_t *x, const uint8_t *w, int32_t *y, int64_t rows,
                  int64_t blocks);

Gemv gemvPortable;
#if defined(__x86_64__)
Gemv gemvAvx2Add, gemvAvx2MultiplyAdd, gemvAvx512Add, gemvAvx512MultiplyAdd;
#endif

/// What rows of activations begin at a multiple of, where they are padded.
constexpr int64_t kActivationAlignment = 64;

/// Rows of `x` with zeros up to whole blocks: `x` itself where none are
/// missing, else a copy in `storage`, which grows to what it takes.
const int8_t *padRows(const int8_t *x, int64_t tokens, int64_t columns,
                      std::vector<int8_t> &storage);

} // namespace onebit::runtime

#endif // ONEBIT_LIB_RUNTIME_KERNELS_H
