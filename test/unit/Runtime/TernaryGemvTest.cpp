//===- TernaryGemvTest.cpp - Every kernel, every integer ------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/Runtime/TernaryGemv.h"
#include "lib/Runtime/Kernels.h"
#include <atomic>
#include <gtest/gtest.h>
#include <pthread.h>
#include <random>
#include <thread>
#include <vector>

using namespace onebit::runtime;

namespace {
/// A weight, its activations, and their product by the definition.
struct Product {
  int64_t rows, columns;
  std::vector<int8_t> x;
  std::vector<uint8_t> packed;
  std::vector<int32_t> expected;

  /// `trit(r, c)` and `activation(c)` make the elements.
  template <typename Trit, typename Activation>
  Product(int64_t rows, int64_t columns, Trit trit, Activation activation)
      : rows(rows), columns(columns), x(columns), expected(rows, 0) {
    int64_t rowBytes = (columns + 127) / 128 * 32;
    // Code 1, a zero, in all four places of a byte.
    packed.assign(rows * rowBytes, 0x55);
    for (int64_t c = 0; c < columns; ++c)
      x[c] = activation(c);
    for (int64_t r = 0; r < rows; ++r)
      for (int64_t c = 0; c < columns; ++c) {
        int value = trit(r, c);
        expected[r] += value * x[c];
        uint8_t &byte = packed[r * rowBytes + c / 128 * 32 + c % 32];
        int shift = 6 - 2 * (c % 128 / 32);
        byte = (byte & ~(3 << shift)) | ((value + 1) << shift);
      }
  }

  void check() const {
    std::vector<int32_t> y(rows);
    for (int i = 0; i < kNumKernels; ++i) {
      Kernel kernel = static_cast<Kernel>(i);
      if (!isSupported(kernel))
        continue;
      std::fill(y.begin(), y.end(), -1);
      ternaryGemv(kernel, x.data(), packed.data(), y.data(), rows, columns);
      EXPECT_EQ(y, expected)
          << getName(kernel) << " on " << rows << " x " << columns;
    }
  }
};

TEST(TernaryGemv, RandomShapes) {
  std::mt19937 random(1);
  for (int i = 0; i < 400; ++i) {
    int64_t rows = random() % 20 + 1, columns = random() % 700 + 1;
    Product(
        rows, columns,
        [&](int64_t, int64_t) { return static_cast<int>(random() % 3) - 1; },
        [&](int64_t) { return static_cast<int8_t>(random()); })
        .check();
  }
}

// -128 has no negative in 8 bits; sums of 16 bits have the least room.
TEST(TernaryGemv, Extremes) {
  for (int trit : {-1, 0, 1})
    for (int x : {-128, -127, 0, 127})
      for (int64_t columns : {1, 31, 32, 127, 128, 129, 1920, 1921, 40000})
        Product(
            2, columns, [&](int64_t, int64_t) { return trit; },
            [&](int64_t) { return static_cast<int8_t>(x); })
            .check();
}

TEST(TernaryGemv, EdgesOfBlocks) {
  for (int64_t columns = 1; columns < 300; ++columns)
    Product(
        3, columns,
        [&](int64_t r, int64_t c) {
          return c == columns - 1 ? static_cast<int>(r) - 1 : 0;
        },
        [&](int64_t) { return static_cast<int8_t>(-128); })
        .check();
}

TEST(TernaryGemv, ThreadsAndKernelsChangeNothing) {
  std::mt19937 random(2);
  constexpr int64_t kTokens = 3;
  for (int64_t rows : {1, 2, 5, 67}) {
    Product product(
        rows, 333,
        [&](int64_t, int64_t) { return static_cast<int>(random() % 3) - 1; },
        [&](int64_t) { return static_cast<int8_t>(random()); });
    // The same token three times.
    std::vector<int8_t> x;
    std::vector<int32_t> expected, y(rows * kTokens);
    for (int64_t token = 0; token < kTokens; ++token) {
      x.insert(x.end(), product.x.begin(), product.x.end());
      expected.insert(expected.end(), product.expected.begin(),
                      product.expected.end());
    }
    for (unsigned threads : {1, 2, 3, 7})
      for (bool adds : {false, true}) {
        setNumThreads(threads);
        setKernel(getBest(adds));
        std::fill(y.begin(), y.end(), -1);
        onebit_ternary_matmul_i2_s(x.data(), product.packed.data(), y.data(),
                                   kTokens, rows, product.columns);
        EXPECT_EQ(y, expected) << rows << " rows, " << threads << " threads";
      }
  }
  setNumThreads(1);
  setKernel(getBest(/*adds=*/false));
}

// One of them has the pool, the others work alone, and another number of
// threads comes in between.
TEST(TernaryGemv, CallersAtTheSameTime) {
  std::mt19937 random(3);
  Product product(
      61, 333,
      [&](int64_t, int64_t) { return static_cast<int>(random() % 3) - 1; },
      [&](int64_t) { return static_cast<int8_t>(random()); });
  std::atomic<int> wrong = 0;
  std::vector<std::thread> callers;
  for (unsigned caller = 0; caller < 4; ++caller)
    callers.emplace_back([&, caller] {
      std::vector<int32_t> y(product.rows);
      for (int i = 0; i < 200; ++i) {
        if (i % 20 == 0)
          onebit_set_num_threads(caller);
        std::fill(y.begin(), y.end(), -1);
        onebit_ternary_matmul_i2_s(product.x.data(), product.packed.data(),
                                   y.data(), 1, product.rows, product.columns);
        wrong += y != product.expected;
      }
    });
  for (std::thread &caller : callers)
    caller.join();
  setNumThreads(1);
  EXPECT_EQ(wrong, 0);
}

// A stack that no address space has room for is refused, as is any thread where
// there are too many. Nothing stops, and no integer changes.
TEST(TernaryGemv, ThreadsThatTheSystemRefuses) {
  std::mt19937 random(5);
  Product product(
      61, 333,
      [&](int64_t, int64_t) { return static_cast<int>(random() % 3) - 1; },
      [&](int64_t) { return static_cast<int8_t>(random()); });
  auto expectSame = [&](unsigned threads) {
    setNumThreads(threads);
    std::vector<int32_t> y(product.rows, -1);
    onebit_ternary_matmul_i2_s(product.x.data(), product.packed.data(),
                               y.data(), 1, product.rows, product.columns);
    EXPECT_EQ(y, product.expected) << threads << " threads";
  };
  pthread_attr_t usual, huge;
  ASSERT_EQ(pthread_getattr_default_np(&usual), 0);
  ASSERT_EQ(pthread_attr_init(&huge), 0);
  ASSERT_EQ(pthread_attr_setstacksize(&huge, size_t(1) << 50), 0);
  setNumThreads(1);
  ASSERT_EQ(pthread_setattr_default_np(&huge), 0);
  pthread_t refused;
  EXPECT_NE(
      pthread_create(
          &refused, nullptr, [](void *) -> void * { return nullptr; }, nullptr),
      0);
  expectSame(7);
  ASSERT_EQ(pthread_setattr_default_np(&usual), 0);
  pthread_attr_destroy(&huge);
  pthread_attr_destroy(&usual);
  // The same number is not tried again, another is.
  expectSame(7);
  expectSame(3);
  setNumThreads(1);
}

TEST(TernaryGemv, PaddedRowsAreAligned) {
  std::vector<int8_t> x(5 * 1000, 7), storage;
  for (int64_t columns : {1, 127, 129, 333, 1000})
    for (int64_t tokens : {1, 5}) {
      const int8_t *rows = padRows(x.data(), tokens, columns, storage);
      EXPECT_EQ(reinterpret_cast<uintptr_t>(rows) % kActivationAlignment, 0u);
      int64_t padded = getNumBlocks(columns) * kBlockElements;
      for (int64_t i = 0; i < tokens * padded; ++i)
        EXPECT_EQ(rows[i], i % padded < columns ? 7 : 0);
    }
  EXPECT_EQ(padRows(x.data(), 2, 256, storage), x.data());
}

TEST(TernaryGemv, TheBestIsSupported) {
  EXPECT_TRUE(isSupported(Kernel::Portable));
  for (bool adds : {false, true})
    EXPECT_TRUE(isSupported(getBest(adds)));
  EXPECT_NE(getBest(/*adds=*/true), Kernel::Avx2MultiplyAdd);
  EXPECT_NE(getBest(/*adds=*/true), Kernel::Avx512MultiplyAdd);
}
} // namespace
