//===- TernaryGemv.cpp - Packed trits times 8-bit activations -------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/Runtime/TernaryGemv.h"
#include "Kernels.h"
#include "Threads.h"
#include <algorithm>
#include <atomic>
#include <functional>
#include <vector>

using namespace onebit::runtime;

const char *onebit::runtime::getName(Kernel kernel) {
  switch (kernel) {
  case Kernel::Portable:
    return "portable";
  case Kernel::Avx2Add:
    return "avx2-add";
  case Kernel::Avx2MultiplyAdd:
    return "avx2-multiply-add";
  case Kernel::Avx512Add:
    return "avx512-add";
  case Kernel::Avx512MultiplyAdd:
    return "avx512-multiply-add";
  }
  __builtin_unreachable();
}

bool onebit::runtime::isSupported(Kernel kernel) {
  if (kernel == Kernel::Portable)
    return true;
#if defined(__x86_64__)
  __builtin_cpu_init();
  switch (kernel) {
  case Kernel::Portable:
    return true;
  case Kernel::Avx2Add:
  case Kernel::Avx2MultiplyAdd:
    return __builtin_cpu_supports("avx2");
  case Kernel::Avx512Add:
    return __builtin_cpu_supports("avx512bw");
  case Kernel::Avx512MultiplyAdd:
    return __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512vnni");
  }
#endif
  return false;
}

Kernel onebit::runtime::getBest(bool adds) {
  if (!adds)
    for (Kernel kernel : {Kernel::Avx512MultiplyAdd, Kernel::Avx2MultiplyAdd})
      if (isSupported(kernel))
        return kernel;
  // Widening and masks cost Avx512Add more than twice the width gains it:
  // measured on Zen 4, twice as slow.
  for (Kernel kernel : {Kernel::Avx2Add, Kernel::Avx512Add})
    if (isSupported(kernel))
      return kernel;
  return Kernel::Portable;
}

static Gemv *getFunction(Kernel kernel) {
  switch (kernel) {
  case Kernel::Portable:
    return gemvPortable;
#if defined(__x86_64__)
  case Kernel::Avx2Add:
    return gemvAvx2Add;
  case Kernel::Avx2MultiplyAdd:
    return gemvAvx2MultiplyAdd;
  case Kernel::Avx512Add:
    return gemvAvx512Add;
  case Kernel::Avx512MultiplyAdd:
    return gemvAvx512MultiplyAdd;
#else
  default:
    return gemvPortable;
#endif
  }
  __builtin_unreachable();
}

const int8_t *onebit::runtime::padRows(const int8_t *x, int64_t tokens,
                                       int64_t columns,
                                       std::vector<int8_t> &storage) {
  int64_t padded = getNumBlocks(columns) * kBlockElements;
  if (padded == columns)
    return x;
  storage.resize(tokens * padded + kActivationAlignment - 1);
  int8_t *first = storage.data();
  first += -reinterpret_cast<uintptr_t>(first) % kActivationAlignment;
  for (int8_t *row = first; row != first + tokens * padded;
       row += padded, x += columns)
    std::fill(std::copy(x, x + columns, row), row + padded, 0);
  return first;
}

void onebit::runtime::ternaryGemv(Kernel kernel, const int8_t *x,
                                  const uint8_t *w, int32_t *y, int64_t rows,
                                  int64_t columns) {
  std::vector<int8_t> storage;
  getFunction(kernel)(padRows(x, 1, columns, storage), w, y, rows,
                      getNumBlocks(columns));
}

static std::atomic<Kernel> &getKernel() {
  static std::atomic<Kernel> kernel = getBest(/*adds=*/false);
  return kernel;
}

void onebit::runtime::setKernel(Kernel kernel) { getKernel() = kernel; }

/// Rows of a weight that all tokens meet before the next are read: at 11008
/// columns 44 KiB, which stay in the second cache.
static constexpr int64_t kRowsTogether = 16;

extern "C" void onebit_ternary_matmul_i2_s(const int8_t *x, const uint8_t *w,
                                           int32_t *y, int64_t tokens,
                                           int64_t rows, int64_t columns) {
  // One for each thread that calls, kept from call to call: nothing is
  // allocated once the largest product has been seen.
  static thread_local std::vector<int8_t> storage;
  Gemv *gemv = getFunction(getKernel());
  int64_t blocks = getNumBlocks(columns);
  const int8_t *padded = padRows(x, tokens, columns, storage);
  auto work = [=](int64_t begin, int64_t end) {
    int64_t step = tokens > 1 ? kRowsTogether : end - begin;
    for (; begin < end; begin += step)
      for (int64_t token = 0; token < tokens; ++token)
        gemv(padded + token * blocks * kBlockElements,
             w + begin * blocks * kBlockBytes, y + token * rows + begin,
             std::min(step, end - begin), blocks);
  };
  // By reference: a copy would be allocated.
  parallelFor(rows, std::cref(work));
}
