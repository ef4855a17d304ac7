//===- Avx512.cpp - Ternary GEMV with AVX-512 -----------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// To add, a block of 32 bytes is widened to two vectors of 64 codes: the high
// half of each is the low half, two bits further. To multiply, it is four
// vectors of 32 codes, one for each pair of bits.
//
//===----------------------------------------------------------------------===//

#include "Kernels.h"
#if defined(__x86_64__)
#include <immintrin.h>

using namespace onebit::runtime;

#define ONEBIT_AVX512 __attribute__((target("avx512f,avx512bw")))
#define ONEBIT_VNNI                                                            \
  __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))

namespace {
/// Codes of elements 0 to 63, or with `second` 64 to 127, of a block.
ONEBIT_AVX512 inline __m512i codes(const uint8_t *block, bool second) {
  __m256i packed = _mm256_loadu_si256(reinterpret_cast<const __m256i *>(block));
  __m512i twice = _mm512_broadcast_i64x4(packed);
  // The element in the high half stands two bits lower. Bits that come from the
  // neighbouring byte are masked off.
  const __m512i shifts =
      second ? _mm512_set_epi16(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                                2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2)
             : _mm512_set_epi16(4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4,
                                6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6);
  return _mm512_and_si512(_mm512_srlv_epi16(twice, shifts),
                          _mm512_set1_epi8(3));
}

ONEBIT_VNNI inline __m256i load(const void *address) {
  return _mm256_loadu_si256(static_cast<const __m256i *>(address));
}

/// The codes of one quarter of a block. A block of 32 bytes is read once and
/// never crosses lanes: half the width of the other kernel is faster here.
template <int shift> ONEBIT_VNNI inline __m256i quarter(__m256i packed) {
  return _mm256_and_si256(_mm256_srli_epi16(packed, shift),
                          _mm256_set1_epi8(3));
}

/// Sums of bytes: those added less those subtracted, each offset by 128.
ONEBIT_AVX512 inline void addHalf(__m512i code, __m512i x, __m512i &added,
                                  __m512i &subtracted) {
  const __m512i zero = _mm512_setzero_si512();
  const __m512i offset = _mm512_set1_epi8(-128);
  __m512i biased = _mm512_xor_si512(x, offset);
  // Left-out elements count as 0, which is 128 when offset.
  __m512i plus = _mm512_mask_mov_epi8(
      offset, _mm512_cmpeq_epi8_mask(code, _mm512_set1_epi8(2)), biased);
  __m512i minus =
      _mm512_mask_mov_epi8(offset, _mm512_testn_epi8_mask(code, code), biased);
  added = _mm512_add_epi64(added, _mm512_sad_epu8(plus, zero));
  subtracted = _mm512_add_epi64(subtracted, _mm512_sad_epu8(minus, zero));
}
} // namespace

ONEBIT_AVX512 void onebit::runtime::gemvAvx512Add(const int8_t *x,
                                                  const uint8_t *w, int32_t *y,
                                                  int64_t rows,
                                                  int64_t blocks) {
  for (int64_t row = 0; row < rows; ++row) {
    __m512i added = _mm512_setzero_si512(), subtracted = added;
    for (int64_t block = 0; block < blocks; ++block, w += kBlockBytes) {
      const int8_t *at = x + block * kBlockElements;
      addHalf(codes(w, false), _mm512_loadu_si512(at), added, subtracted);
      addHalf(codes(w, true), _mm512_loadu_si512(at + 64), added, subtracted);
    }
    // The offsets of both are the same.
    y[row] = static_cast<int32_t>(
        _mm512_reduce_add_epi64(_mm512_sub_epi64(added, subtracted)));
  }
}

ONEBIT_VNNI void onebit::runtime::gemvAvx512MultiplyAdd(const int8_t *x,
                                                        const uint8_t *w,
                                                        int32_t *y,
                                                        int64_t rows,
                                                        int64_t blocks) {
  // The sum over codes is that over trits and once the sum of x.
  int32_t all = 0;
  for (int64_t i = 0; i < blocks * kBlockElements; ++i)
    all += x[i];
  for (int64_t row = 0; row < rows; ++row) {
    __m256i acc[4] = {};
    for (int64_t block = 0; block < blocks; ++block, w += kBlockBytes) {
      __m256i packed = load(w);
      const int8_t *at = x + block * kBlockElements;
      acc[0] = _mm256_dpbusd_epi32(acc[0], quarter<6>(packed), load(at));
      acc[1] = _mm256_dpbusd_epi32(acc[1], quarter<4>(packed), load(at + 32));
      acc[2] = _mm256_dpbusd_epi32(acc[2], quarter<2>(packed), load(at + 64));
      acc[3] = _mm256_dpbusd_epi32(acc[3], quarter<0>(packed), load(at + 96));
    }
    __m256i sum = _mm256_add_epi32(_mm256_add_epi32(acc[0], acc[1]),
                                   _mm256_add_epi32(acc[2], acc[3]));
    y[row] = _mm512_reduce_add_epi32(_mm512_zextsi256_si512(sum)) - all;
  }
}

#endif
