//===- Packing.cpp - Bits and trits in bytes ------------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/ternary/Packing.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/MathExtras.h"
#include <cstring>

using namespace llvm;
using namespace onebit;
using namespace onebit::ternary;

/// Stands for bits that are the code of no trit.
static constexpr int8_t kNoTrit = 2;

static constexpr unsigned kMaxElements = 256, kMaxBytes = 66;

namespace {
/// A layout that cuts rows into blocks.
struct BlockCodec {
  unsigned elements, bytes;
  /// What an unfinished block is filled with.
  int8_t filling;
  /// Bytes at the end of a block that are no elements.
  unsigned tail;
  void (*encode)(const int8_t *elements, uint8_t *bytes);
  void (*decode)(const uint8_t *bytes, int8_t *elements);
};
} // namespace

//===----------------------------------------------------------------------===//
// Two bits
//===----------------------------------------------------------------------===//

/// Four trits of `elements`, `stride` apart, into a byte: the first at bit
/// `shift`, the others `step` bits on.
static uint8_t encodePairs(const int8_t *elements, unsigned stride, int shift,
                           int step) {
  unsigned byte = 0;
  for (unsigned i = 0; i < 4; ++i, shift += step)
    byte |= static_cast<unsigned>(elements[i * stride] + 1) << shift;
  return byte;
}

static void decodePairs(uint8_t byte, int8_t *elements, unsigned stride,
                        int shift, int step) {
  for (unsigned i = 0; i < 4; ++i, shift += step)
    elements[i * stride] = static_cast<int8_t>((byte >> shift & 3) - 1);
}

static void encodeI2S(const int8_t *elements, uint8_t *bytes) {
  for (unsigned i = 0; i < 32; ++i)
    bytes[i] = encodePairs(elements + i, 32, 6, -2);
}
static void decodeI2S(const uint8_t *bytes, int8_t *elements) {
  for (unsigned i = 0; i < 32; ++i)
    decodePairs(bytes[i], elements + i, 32, 6, -2);
}

/// Behind the elements of a block of GGUF: 1 as f16.
static void writeUnitScale(uint8_t *bytes) {
  bytes[0] = 0x00;
  bytes[1] = 0x3c;
}

static void encodeTQ2(const int8_t *elements, uint8_t *bytes) {
  for (unsigned i = 0; i < 64; ++i)
    bytes[i] = encodePairs(elements + i / 32 * 128 + i % 32, 32, 0, 2);
  writeUnitScale(bytes + 64);
}
static void decodeTQ2(const uint8_t *bytes, int8_t *elements) {
  for (unsigned i = 0; i < 64; ++i)
    decodePairs(bytes[i], elements + i / 32 * 128 + i % 32, 32, 0, 2);
}

//===----------------------------------------------------------------------===//
// Base 3
//===----------------------------------------------------------------------===//

static void encodeBase3(const int8_t *elements, uint8_t *bytes) {
  unsigned value = 0;
  for (unsigned i = 5; i-- > 0;)
    value = value * 3 + static_cast<unsigned>(elements[i] + 1);
  *bytes = value;
}
static void decodeBase3(const uint8_t *bytes, int8_t *elements) {
  unsigned value = *bytes;
  for (unsigned i = 0; i < 5; ++i, value /= 3)
    elements[i] = static_cast<int8_t>(value % 3) - 1;
  // Above 3^5.
  if (value > 0)
    elements[4] = kNoTrit;
}

// A byte of TQ1_0 is a fraction: digits behind the point, in 256ths, rounded
// up, so that multiplying by three brings them out one by one.
static uint8_t encodeFraction(const int8_t *elements, unsigned stride,
                              unsigned digits) {
  unsigned value = 0;
  for (unsigned i = 0; i < 5; ++i)
    value = value * 3 + (i < digits ? elements[i * stride] + 1 : 0);
  return divideCeil(value * 256, 243);
}
static void decodeFraction(uint8_t byte, int8_t *elements, unsigned stride,
                           unsigned digits) {
  unsigned fraction = byte;
  for (unsigned i = 0; i < digits; ++i) {
    fraction *= 3;
    elements[i * stride] = static_cast<int8_t>(fraction >> 8) - 1;
    fraction &= 255;
  }
}

static void encodeTQ1(const int8_t *elements, uint8_t *bytes) {
  for (unsigned i = 0; i < 32; ++i)
    bytes[i] = encodeFraction(elements + i, 32, 5);
  for (unsigned i = 0; i < 16; ++i)
    bytes[32 + i] = encodeFraction(elements + 160 + i, 16, 5);
  for (unsigned i = 0; i < 4; ++i)
    bytes[48 + i] = encodeFraction(elements + 240 + i, 4, 4);
  writeUnitScale(bytes + 52);
}
static void decodeTQ1(const uint8_t *bytes, int8_t *elements) {
  for (unsigned i = 0; i < 32; ++i)
    decodeFraction(bytes[i], elements + i, 32, 5);
  for (unsigned i = 0; i < 16; ++i)
    decodeFraction(bytes[32 + i], elements + 160 + i, 16, 5);
  for (unsigned i = 0; i < 4; ++i)
    decodeFraction(bytes[48 + i], elements + 240 + i, 4, 4);
}

//===----------------------------------------------------------------------===//
// Signs
//===----------------------------------------------------------------------===//

static void encodeTL2(const int8_t *elements, uint8_t *bytes) {
  std::memset(bytes, 0, 5);
  for (unsigned group = 0; group < 8; ++group, elements += 3) {
    int value = 9 * elements[0] + 3 * elements[1] + elements[2];
    bytes[group / 2] |= std::abs(value) << group % 2 * 4;
    bytes[4] |= (value < 0) << group;
  }
}
static void decodeTL2(const uint8_t *bytes, int8_t *elements) {
  for (unsigned group = 0; group < 8; ++group, elements += 3) {
    int value = bytes[group / 2] >> group % 2 * 4 & 15;
    if (bytes[4] >> group & 1)
      value = -value;
    // Digits from -1 to 1: the quotient is the nearest one.
    for (unsigned i = 3; i-- > 0;) {
      int digit = (value + 13 * 3 + 1) % 3 - 1;
      elements[i] = static_cast<int8_t>(digit);
      value = (value - digit) / 3;
    }
    if (value != 0)
      elements[0] = kNoTrit;
  }
}

static void encodeB1(const int8_t *elements, uint8_t *bytes) {
  unsigned byte = 0;
  for (unsigned i = 0; i < 8; ++i)
    byte |= (elements[i] > 0) << i;
  *bytes = byte;
}
static void decodeB1(const uint8_t *bytes, int8_t *elements) {
  for (unsigned i = 0; i < 8; ++i)
    elements[i] = (*bytes >> i & 1) ? 1 : -1;
}

/// That of each packing but HF, in the order of the enum.
static const BlockCodec &getCodec(Packing packing) {
  static constexpr BlockCodec kCodecs[] = {
      {128, 32, 0, 0, encodeI2S, decodeI2S},
      {4, 1, -1, 0, nullptr, nullptr},
      {24, 5, 0, 0, encodeTL2, decodeTL2},
      {5, 1, 0, 0, encodeBase3, decodeBase3},
      {8, 1, -1, 0, encodeB1, decodeB1},
      {256, 54, 0, 2, encodeTQ1, decodeTQ1},
      {256, 66, 0, 2, encodeTQ2, decodeTQ2}};
  return kCodecs[static_cast<unsigned>(packing)];
}

//===----------------------------------------------------------------------===//
// Matrices
//===----------------------------------------------------------------------===//

std::optional<PackedShape> PackedShape::get(ArrayRef<int64_t> shape) {
  PackedShape packed;
  if (shape.size() > 1) {
    packed.rows = shape.front();
    shape = shape.drop_front();
  }
  for (int64_t extent : shape) {
    std::optional<int64_t> columns = checkedMul(packed.columns, extent);
    if (!columns)
      return std::nullopt;
    packed.columns = *columns;
  }
  return packed;
}

std::optional<int64_t> ternary::getPackedSize(Packing packing,
                                              PackedShape shape) {
  const BlockCodec &codec = getCodec(packing);
  if (packing == Packing::HF)
    return checkedMul<int64_t>(divideCeilSigned(shape.rows, int64_t(4)),
                               shape.columns);
  std::optional<int64_t> row = checkedMul<int64_t>(
      divideCeilSigned(shape.columns, int64_t(codec.elements)), codec.bytes);
  return row ? checkedMul<int64_t>(*row, shape.rows) : std::nullopt;
}

/// Calls `body(first element, first byte, elements)` for each block.
template <typename Body>
static bool forEachBlock(const BlockCodec &codec, PackedShape shape,
                         Body body) {
  // Rows of nothing may be too many to walk.
  if (shape.columns == 0)
    return true;
  int64_t byte = 0;
  for (int64_t row = 0; row < shape.rows; ++row)
    for (int64_t column = 0; column < shape.columns;
         column += codec.elements, byte += codec.bytes)
      if (!body(row * shape.columns + column, byte,
                std::min<int64_t>(codec.elements, shape.columns - column)))
        return false;
  return true;
}

Expected<std::vector<uint8_t>>
ternary::pack(Packing packing, ArrayRef<int8_t> elements, PackedShape shape) {
  std::optional<int64_t> size = getPackedSize(packing, shape);
  std::optional<int64_t> count = checkedMul(shape.rows, shape.columns);
  if (!size || !count || static_cast<size_t>(*count) != elements.size())
    return createStringError("a matrix of " + Twine(shape.rows) + " x " +
                             Twine(shape.columns) + " cannot have " +
                             Twine(elements.size()) + " elements");
  for (auto [i, element] : enumerate(elements))
    if (element < -1 || element > 1 || (isBinary(packing) && element == 0))
      return createStringError(
          "packing " + stringifyPacking(packing) + " has no code for " +
          Twine(static_cast<int>(element)) + " in row " +
          Twine(i / shape.columns) + ", column " + Twine(i % shape.columns));

  std::vector<uint8_t> bytes(*size);
  if (packing == Packing::HF) {
    int64_t part = divideCeilSigned(shape.rows, int64_t(4));
    for (int64_t row = 0; row < shape.rows; ++row)
      for (int64_t column = 0; column < shape.columns; ++column)
        bytes[row % part * shape.columns + column] |=
            (elements[row * shape.columns + column] + 1) << row / part * 2;
    return bytes;
  }
  const BlockCodec &codec = getCodec(packing);
  forEachBlock(codec, shape, [&](int64_t first, int64_t byte, int64_t count) {
    if (count == codec.elements) {
      codec.encode(&elements[first], &bytes[byte]);
      return true;
    }
    int8_t filled[kMaxElements];
    std::memset(filled, codec.filling, codec.elements);
    std::memcpy(filled, &elements[first], count);
    codec.encode(filled, &bytes[byte]);
    return true;
  });
  return bytes;
}

Expected<std::vector<int8_t>>
ternary::unpack(Packing packing, ArrayRef<uint8_t> bytes, PackedShape shape) {
  std::optional<int64_t> size = getPackedSize(packing, shape);
  std::optional<int64_t> count = checkedMul(shape.rows, shape.columns);
  if (!size || !count || static_cast<size_t>(*size) != bytes.size())
    return createStringError("packing " + stringifyPacking(packing) + " of " +
                             Twine(shape.rows) + " x " + Twine(shape.columns) +
                             " elements takes " +
                             (size ? Twine(*size) : Twine("too many")) +
                             " bytes, got " + Twine(bytes.size()));
  int64_t wrong = 0;
  auto failByte = [&]() {
    return createStringError("byte " + Twine(wrong) + " is 0x" +
                             utohexstr(bytes[wrong]) + ", which packing " +
                             stringifyPacking(packing) + " never writes there");
  };

  std::vector<int8_t> elements(*count);
  if (packing == Packing::HF) {
    int64_t part = divideCeilSigned(shape.rows, int64_t(4));
    for (wrong = 0; wrong < *size; ++wrong)
      for (int64_t i = 0, row = wrong / shape.columns; i < 4;
           ++i, row += part) {
        unsigned code = bytes[wrong] >> 2 * i & 3;
        if (code == 3 || (row >= shape.rows && code != 0))
          return failByte();
        if (row < shape.rows)
          elements[row * shape.columns + wrong % shape.columns] =
              static_cast<int8_t>(code) - 1;
      }
    return elements;
  }
  const BlockCodec &codec = getCodec(packing);
  auto decode = [&](int64_t first, int64_t byte, int64_t count) {
    int8_t whole[kMaxElements];
    uint8_t again[kMaxBytes];
    codec.decode(&bytes[byte], whole);
    // What comes back as another byte, none of ours was.
    int8_t filled[kMaxElements];
    std::memset(filled, codec.filling, codec.elements);
    std::memcpy(filled, whole, count);
    for (unsigned i = 0; i < codec.elements; ++i)
      if (filled[i] == kNoTrit)
        filled[i] = 0;
    codec.encode(filled, again);
    for (unsigned i = 0; i < codec.bytes - codec.tail; ++i)
      if (again[i] != bytes[byte + i]) {
        wrong = byte + i;
        return false;
      }
    std::memcpy(&elements[first], whole, count);
    return true;
  };
  if (!forEachBlock(codec, shape, decode))
    return failByte();
  return elements;
}
