//===- PackingTest.cpp - Every layout, element by element -----------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The oracle asks the other way round: where does the element of this row and
// this column lie, and what does it say there?
//
//===----------------------------------------------------------------------===//

#include "dialects/ternary/Packing.h"
#include "llvm/ADT/StringExtras.h"
#include "gtest/gtest.h"
#include <random>

using namespace llvm;
using namespace onebit::ternary;

static constexpr Packing kPackings[] = {
    Packing::I2S, Packing::HF,    Packing::TL2,  Packing::Base3,
    Packing::B1,  Packing::TQ1_0, Packing::TQ2_0};

namespace {
struct Elements {
  ArrayRef<uint8_t> bytes;
  int64_t rows, columns;

  int64_t ceil(int64_t a, int64_t b) const { return (a + b - 1) / b; }
  /// Byte `byte` of the block that has the element, of `size` x `bytesEach`.
  uint8_t inBlock(int64_t row, int64_t column, int64_t size, int64_t bytesEach,
                  int64_t byte) const {
    return bytes[(row * ceil(columns, size) + column / size) * bytesEach +
                 byte];
  }

  int at(Packing packing, int64_t r, int64_t c) const {
    int64_t e;
    switch (packing) {
    case Packing::I2S:
      e = c % 128;
      return (inBlock(r, c, 128, 32, e % 32) >> (6 - 2 * (e / 32)) & 3) - 1;
    case Packing::HF: {
      int64_t part = ceil(rows, 4);
      return (bytes[r % part * columns + c] >> (2 * (r / part)) & 3) - 1;
    }
    case Packing::TL2: {
      e = c % 24;
      int64_t group = e / 3;
      int magnitude =
          inBlock(r, c, 24, 5, group / 2) >> (group % 2 ? 4 : 0) & 15;
      bool negative = inBlock(r, c, 24, 5, 4) >> group & 1;
      for (int x = -1; x <= 1; ++x)
        for (int y = -1; y <= 1; ++y)
          for (int z = -1; z <= 1; ++z)
            if (9 * x + 3 * y + z == (negative ? -magnitude : magnitude))
              return e % 3 == 0 ? x : e % 3 == 1 ? y : z;
      return 7;
    }
    case Packing::Base3: {
      static constexpr int kPowers[] = {1, 3, 9, 27, 81};
      return inBlock(r, c, 5, 1, 0) / kPowers[c % 5] % 3 - 1;
    }
    case Packing::B1:
      return inBlock(r, c, 8, 1, 0) >> c % 8 & 1 ? 1 : -1;
    case Packing::TQ1_0: {
      // As ggml takes it apart: multiply by 3^n within the byte, and take what
      // a further factor of three carries out of it.
      static constexpr unsigned kPowers[] = {1, 3, 9, 27, 81};
      e = c % 256;
      int64_t byte = e < 160   ? e % 32
                     : e < 240 ? 32 + (e - 160) % 16
                               : 48 + (e - 240) % 4;
      int64_t digit = e < 160   ? e / 32
                      : e < 240 ? (e - 160) / 16
                                : (e - 240) / 4;
      uint8_t q = inBlock(r, c, 256, 54, byte) * kPowers[digit];
      return (q * 3 >> 8) - 1;
    }
    case Packing::TQ2_0:
      e = c % 256;
      return (inBlock(r, c, 256, 66, e / 128 * 32 + e % 32) >>
                  (e % 128 / 32 * 2) &
              3) -
             1;
    }
    return 7;
  }
};
} // namespace

static std::vector<int8_t> randomElements(std::mt19937 &random, size_t count,
                                          Packing packing) {
  std::vector<int8_t> elements(count);
  for (int8_t &element : elements)
    element =
        isBinary(packing) ? (random() & 1) * 2 - 1 : int(random() % 3) - 1;
  return elements;
}

TEST(PackingTest, EveryElementWhereItShouldBe) {
  std::mt19937 random(3);
  for (Packing packing : kPackings)
    for (int64_t rows : {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 13})
      for (int64_t columns :
           {0,  1,  2,   3,   4,   5,   7,   8,   9,   23,  24,
            25, 31, 127, 128, 129, 255, 256, 257, 300, 511, 640}) {
        SCOPED_TRACE((stringifyPacking(packing) + " of " + Twine(rows) + " x " +
                      Twine(columns))
                         .str());
        PackedShape shape{rows, columns};
        std::vector<int8_t> elements =
            randomElements(random, rows * columns, packing);
        Expected<std::vector<uint8_t>> bytes = pack(packing, elements, shape);
        ASSERT_TRUE(bool(bytes)) << toString(bytes.takeError());
        ASSERT_EQ(static_cast<int64_t>(bytes->size()),
                  getPackedSize(packing, shape));
        Elements oracle{*bytes, rows, columns};
        for (int64_t row = 0; row < rows; ++row)
          for (int64_t column = 0; column < columns; ++column)
            ASSERT_EQ(oracle.at(packing, row, column),
                      elements[row * columns + column])
                << row << ", " << column;
        Expected<std::vector<int8_t>> back = unpack(packing, *bytes, shape);
        ASSERT_TRUE(bool(back)) << toString(back.takeError());
        EXPECT_EQ(*back, elements);
      }
}

// Whatever bytes are accepted come out again: none has two meanings.
TEST(PackingTest, EveryByte) {
  for (Packing packing : kPackings) {
    int64_t columns = packing == Packing::HF      ? 1
                      : packing == Packing::Base3 ? 5
                      : packing == Packing::B1    ? 8
                      : packing == Packing::TL2   ? 24
                                                  : 256;
    PackedShape shape{packing == Packing::HF ? 4 : 1, columns};
    std::vector<uint8_t> bytes = *pack(
        packing, std::vector<int8_t>(shape.rows * shape.columns, 1), shape);
    unsigned accepted = 0;
    for (unsigned value = 0; value < 256; ++value) {
      bytes[0] = value;
      Expected<std::vector<int8_t>> elements = unpack(packing, bytes, shape);
      if (!elements) {
        EXPECT_EQ(toString(elements.takeError()),
                  "byte 0 is 0x" + utohexstr(value) + ", which packing " +
                      stringifyPacking(packing).str() + " never writes there");
        continue;
      }
      ++accepted;
      EXPECT_EQ(*pack(packing, *elements, shape), bytes);
    }
    // As many as there are codes: trits four or five in a byte, bits.
    unsigned expected = packing == Packing::B1 ? 256
                        : packing == Packing::Base3 || packing == Packing::TQ1_0
                            ? 243
                        // Two groups of no sign: 0 to 13 each.
                        : packing == Packing::TL2 ? 14 * 14
                                                  : 81;
    EXPECT_EQ(accepted, expected) << stringifyPacking(packing).str();
  }
}

TEST(PackingTest, RandomBytes) {
  std::mt19937 random(4);
  unsigned accepted = 0, refused = 0;
  for (int round = 0; round < 20000; ++round) {
    Packing packing = kPackings[random() % std::size(kPackings)];
    PackedShape shape{int64_t(random() % 6), int64_t(random() % 20)};
    std::vector<uint8_t> bytes(*getPackedSize(packing, shape));
    for (uint8_t &byte : bytes)
      byte = random() % 4 ? random() & 0xaa : random();
    Expected<std::vector<int8_t>> elements = unpack(packing, bytes, shape);
    if (!elements) {
      ++refused;
      consumeError(elements.takeError());
      continue;
    }
    ++accepted;
    // The scales of GGUF's blocks count for nothing.
    if (packing != Packing::TQ1_0 && packing != Packing::TQ2_0) {
      EXPECT_EQ(*pack(packing, *elements, shape), bytes);
    }
  }
  EXPECT_GT(accepted, 100u);
  EXPECT_GT(refused, 100u);
}

TEST(PackingTest, WhatNoPackingHolds) {
  for (Packing packing : kPackings)
    for (int element : {-128, -2, 0, 2, 127}) {
      if (element == 0 && !isBinary(packing))
        continue;
      std::vector<int8_t> elements(6, 1);
      elements[4] = element;
      Expected<std::vector<uint8_t>> bytes = pack(packing, elements, {2, 3});
      ASSERT_FALSE(bool(bytes));
      EXPECT_EQ(toString(bytes.takeError()),
                ("packing " + stringifyPacking(packing) + " has no code for " +
                 Twine(element) + " in row 1, column 1")
                    .str());
    }
}

TEST(PackingTest, WrongSizes) {
  EXPECT_EQ(toString(pack(Packing::I2S, {1, 0}, {1, 3}).takeError()),
            "a matrix of 1 x 3 cannot have 2 elements");
  EXPECT_EQ(toString(unpack(Packing::I2S, {1, 0}, {1, 3}).takeError()),
            "packing i2_s of 1 x 3 elements takes 32 bytes, got 2");
  int64_t huge = INT64_MAX;
  EXPECT_EQ(getPackedSize(Packing::TQ2_0, {huge, huge}), std::nullopt);
  EXPECT_FALSE(PackedShape::get({1, huge, 2}).has_value());
  for (Packing packing : kPackings)
    EXPECT_TRUE(unpack(packing, {}, {huge, 0})->empty());
  EXPECT_EQ(toString(unpack(Packing::B1, {1}, {huge, huge}).takeError()),
            ("packing b1 of " + Twine(huge) + " x " + Twine(huge) +
             " elements takes too many bytes, got 1")
                .str());
  std::optional<PackedShape> shape = PackedShape::get({4, 2, 3});
  EXPECT_EQ(shape->rows, 4);
  EXPECT_EQ(shape->columns, 6);
  EXPECT_EQ(PackedShape::get({5})->rows, 1);
  EXPECT_EQ(PackedShape::get({})->columns, 1);
}
