//===- Avx2.cpp - Ternary GEMV with AVX2 ----------------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// 32 bytes of i2_s are four vectors of 32 codes, one for each pair of bits.
//
//===----------------------------------------------------------------------===//

#include "Kernels.h"
#if defined(__x86_64__)
#include <immintrin.h>

using namespace onebit::runtime;

#define ONEBIT_AVX2 __attribute__((target("avx2")))

namespace {
ONEBIT_AVX2 inline int64_t sumOf64(__m256i v) {
  __m128i half =
      _mm_add_epi64(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
  return _mm_cvtsi128_si64(half) + _mm_extract_epi64(half, 1);
}

ONEBIT_AVX2 inline int32_t sumOf32(__m256i v) {
  __m128i half =
      _mm_add_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
  half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4E));
  half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0xB1));
  return _mm_cvtsi128_si32(half);
}

ONEBIT_AVX2 inline __m256i load(const void *address) {
  return _mm256_loadu_si256(static_cast<const __m256i *>(address));
}

/// The codes of one quarter of a block.
template <int shift> ONEBIT_AVX2 inline __m256i codes(__m256i packed) {
  return _mm256_and_si256(_mm256_srli_epi16(packed, shift),
                          _mm256_set1_epi8(3));
}

/// Sums of eight terms each, as bytes offset by 128. An activation of -128 has
/// no negative: it comes out as itself, 256 too little, and is put right by
/// `countLowest`.
template <int quarter>
ONEBIT_AVX2 inline __m256i addQuarter(__m256i packed, const int8_t *x,
                                      __m256i acc) {
  __m256i trits =
      _mm256_sub_epi8(codes<6 - 2 * quarter>(packed), _mm256_set1_epi8(1));
  __m256i terms = _mm256_sign_epi8(load(x + 32 * quarter), trits);
  __m256i offset = _mm256_xor_si256(terms, _mm256_set1_epi8(-128));
  return _mm256_add_epi64(acc, _mm256_sad_epu8(offset, _mm256_setzero_si256()));
}

/// How many activations of -128 meet a trit of -1 in a row.
int32_t countLowest(const int8_t *x, const uint8_t *w, int64_t blocks) {
  int32_t count = 0;
  for (int64_t block = 0; block < blocks; ++block)
    for (int64_t e = 0; e < kBlockElements; ++e) {
      int code = (w[block * kBlockBytes + e % 32] >> (6 - 2 * (e / 32))) & 3;
      count += x[block * kBlockElements + e] == -128 && code == 0;
    }
  return count;
}

bool hasLowest(const int8_t *x, int64_t blocks) {
  for (int64_t i = 0; i < blocks * kBlockElements; ++i)
    if (x[i] == -128)
      return true;
  return false;
}
} // namespace

ONEBIT_AVX2 void onebit::runtime::gemvAvx2Add(const int8_t *x, const uint8_t *w,
                                              int32_t *y, int64_t rows,
                                              int64_t blocks) {
  bool lowest = hasLowest(x, blocks);
  for (int64_t row = 0; row < rows; ++row, w += blocks * kBlockBytes) {
    __m256i acc[4] = {};
    for (int64_t block = 0; block < blocks; ++block) {
      __m256i packed = load(w + block * kBlockBytes);
      const int8_t *at = x + block * kBlockElements;
      acc[0] = addQuarter<0>(packed, at, acc[0]);
      acc[1] = addQuarter<1>(packed, at, acc[1]);
      acc[2] = addQuarter<2>(packed, at, acc[2]);
      acc[3] = addQuarter<3>(packed, at, acc[3]);
    }
    int64_t sum = sumOf64(_mm256_add_epi64(_mm256_add_epi64(acc[0], acc[1]),
                                           _mm256_add_epi64(acc[2], acc[3])));
    // 128 for each element.
    sum -= blocks << 14;
    if (lowest)
      sum += static_cast<int64_t>(countLowest(x, w, blocks)) << 8;
    y[row] = static_cast<int32_t>(sum);
  }
}

ONEBIT_AVX2 void onebit::runtime::gemvAvx2MultiplyAdd(const int8_t *x,
                                                      const uint8_t *w,
                                                      int32_t *y, int64_t rows,
                                                      int64_t blocks) {
  // The sum over codes is that over trits and once the sum of x.
  int32_t all = 0;
  for (int64_t i = 0; i < blocks * kBlockElements; ++i)
    all += x[i];
  const __m256i ones = _mm256_set1_epi16(1);
  for (int64_t row = 0; row < rows; ++row) {
    __m256i acc = _mm256_setzero_si256();
    for (int64_t block = 0; block < blocks;) {
      // A pair is at most 2 * 2 * 128 in size, a block has four: 16 blocks
      // would reach 2^15.
      int64_t end = block + 15 < blocks ? block + 15 : blocks;
      __m256i pairs = _mm256_setzero_si256();
      for (; block < end; ++block, w += kBlockBytes) {
        __m256i packed = load(w);
        const int8_t *at = x + block * kBlockElements;
        __m256i first = _mm256_add_epi16(
            _mm256_maddubs_epi16(codes<6>(packed), load(at)),
            _mm256_maddubs_epi16(codes<4>(packed), load(at + 32)));
        __m256i second = _mm256_add_epi16(
            _mm256_maddubs_epi16(codes<2>(packed), load(at + 64)),
            _mm256_maddubs_epi16(codes<0>(packed), load(at + 96)));
        pairs = _mm256_add_epi16(pairs, _mm256_add_epi16(first, second));
      }
      acc = _mm256_add_epi32(acc, _mm256_madd_epi16(pairs, ones));
    }
    y[row] = sumOf32(acc) - all;
  }
}

#endif
