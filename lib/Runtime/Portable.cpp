//===- Portable.cpp - Ternary GEMV for any machine ------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Kernels.h"

using namespace onebit::runtime;

void onebit::runtime::gemvPortable(const int8_t *x, const uint8_t *w,
                                   int32_t *y, int64_t rows, int64_t blocks) {
  for (int64_t row = 0; row < rows; ++row) {
    int32_t sum = 0;
    for (int64_t block = 0; block < blocks; ++block) {
      const int8_t *activations = x + block * kBlockElements;
      for (int64_t byte = 0; byte < kBlockBytes; ++byte, ++w)
        for (int quarter = 0; quarter < 4; ++quarter) {
          // Code 0 is -1, 1 is 0, 2 is 1: two masks, of all bits or none.
          int32_t code = (*w >> (6 - 2 * quarter)) & 3;
          int32_t value = activations[byte + kBlockBytes * quarter];
          sum += value & -(code >> 1);
          sum -= value & -static_cast<int32_t>(code == 0);
        }
    }
    y[row] = sum;
  }
}
