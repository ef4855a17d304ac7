//===- Gguf.cpp - Tensors of a GGUF file ----------------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A header (magic, version, two counts), keys with values, a line for each
// tensor (name, extents with the fastest first, type, offset), then the data,
// each tensor aligned and behind the one before it.
//
//===----------------------------------------------------------------------===//

#include "CheckpointBuilder.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>

using namespace llvm;
using namespace onebit;
using namespace onebit::frontend;

static constexpr StringLiteral kMagic = "GGUF";
static constexpr uint64_t kDefaultAlignment = 32;
/// More than any file has, and little enough for a sum.
static constexpr uint64_t kMaxAlignment = uint64_t(1) << 20;
/// Dimensions that ggml knows.
static constexpr uint32_t kMaxRank = 4;

namespace {
/// A type of ggml: `elements` of a row take `bytes`.
struct GgmlType {
  uint32_t id;
  StringLiteral name;
  DType dtype;
  uint32_t elements, bytes;
};

/// Types of values of keys.
enum ValueType : uint32_t {
  UInt8,
  Int8,
  UInt16,
  Int16,
  UInt32,
  Int32,
  Float32,
  Bool,
  String,
  Array,
  UInt64,
  Int64,
  Float64
};
} // namespace

/// Behind its trits, I2_S has a scale and nothing up to here.
static constexpr uint64_t kI2STail = 32;

static constexpr GgmlType kTypes[] = {
    {0, "F32", DType::F32, 1, 4},
    {1, "F16", DType::F16, 1, 2},
    {2, "Q4_0", DType::Other, 32, 18},
    {3, "Q4_1", DType::Other, 32, 20},
    {6, "Q5_0", DType::Other, 32, 22},
    {7, "Q5_1", DType::Other, 32, 24},
    {8, "Q8_0", DType::Q8_0, 32, 34},
    {10, "Q2_K", DType::Other, 256, 84},
    {11, "Q3_K", DType::Other, 256, 110},
    {12, "Q4_K", DType::Other, 256, 144},
    {13, "Q5_K", DType::Other, 256, 176},
    {14, "Q6_K", DType::Other, 256, 210},
    {16, "IQ2_XXS", DType::Other, 256, 66},
    {17, "IQ2_XS", DType::Other, 256, 74},
    {18, "IQ3_XXS", DType::Other, 256, 98},
    {19, "IQ1_S", DType::Other, 256, 50},
    {20, "IQ4_NL", DType::Other, 32, 18},
    {21, "IQ3_S", DType::Other, 256, 110},
    {22, "IQ2_S", DType::Other, 256, 82},
    {23, "IQ4_XS", DType::Other, 256, 136},
    {24, "I8", DType::I8, 1, 1},
    {25, "I16", DType::I16, 1, 2},
    {26, "I32", DType::I32, 1, 4},
    {27, "I64", DType::I64, 1, 8},
    {28, "F64", DType::F64, 1, 8},
    {29, "IQ1_M", DType::Other, 256, 56},
    {30, "BF16", DType::BF16, 1, 2},
    {34, "TQ1_0", DType::TQ1_0, 256, 54},
    {35, "TQ2_0", DType::TQ2_0, 256, 66},
    // microsoft/BitNet's; four trits in a byte and kI2STail.
    {36, "I2_S", DType::I2_S, 4, 1},
    {39, "MXFP4", DType::Other, 32, 17},
};

bool frontend::isGguf(MemoryBufferRef file) {
  return file.getBuffer().starts_with(kMagic);
}

namespace {
/// Takes numbers and strings from the front of a file. After the end of the
/// file every one is zero or empty, and `ended` says so.
class Cursor {
public:
  explicit Cursor(StringRef text) : text(text) {}

  template <typename T> T take() {
    if (text.size() - position < sizeof(T)) {
      ended = true;
      position = text.size();
      return T();
    }
    T value =
        support::endian::read<T, endianness::little>(text.data() + position);
    position += sizeof(T);
    return value;
  }
  StringRef takeString() { return takeBytes(take<uint64_t>()); }
  StringRef takeBytes(uint64_t size) {
    if (text.size() - position < size) {
      ended = true;
      size = text.size() - position;
    }
    StringRef bytes = text.substr(position, size);
    position += size;
    return bytes;
  }
  uint64_t getPosition() const { return position; }

  bool ended = false;

private:
  StringRef text;
  uint64_t position = 0;
};

/// One file.
class GgufReader {
public:
  GgufReader(StringRef text, StringRef file)
      : cursor(text), text(text), file(file) {}

  Error read();

  json::Object metadata;
  SmallVector<CheckpointTensor, 0> tensors;

private:
  Error fail(const Twine &reason) { return fileError(file, reason); }
  Error failAtEnd(const Twine &what) {
    return fail("ends in the middle of " + what);
  }
  /// Bytes of a value; zero for those that have no fixed number of them.
  static unsigned sizeOf(uint32_t type);
  Expected<json::Value> readValue(uint32_t type, StringRef key);
  Error readMetadata(uint64_t count);
  Error readTensor();
  Error placeTensors();

  Cursor cursor;
  StringRef text, file;
  uint64_t alignment = kDefaultAlignment;
};
} // namespace

unsigned GgufReader::sizeOf(uint32_t type) {
  switch (type) {
  case UInt8:
  case Int8:
  case Bool:
    return 1;
  case UInt16:
  case Int16:
    return 2;
  case UInt32:
  case Int32:
  case Float32:
    return 4;
  case UInt64:
  case Int64:
  case Float64:
    return 8;
  default:
    return 0;
  }
}

Expected<json::Value> GgufReader::readValue(uint32_t type, StringRef key) {
  switch (type) {
  case UInt8:
    return cursor.take<uint8_t>();
  case Int8:
    return cursor.take<int8_t>();
  case UInt16:
    return cursor.take<uint16_t>();
  case Int16:
    return cursor.take<int16_t>();
  case UInt32:
    return cursor.take<uint32_t>();
  case Int32:
    return cursor.take<int32_t>();
  case UInt64:
    return cursor.take<uint64_t>();
  case Int64:
    return cursor.take<int64_t>();
  case Bool:
    return cursor.take<uint8_t>() != 0;
  case Float32:
  case Float64: {
    double value = type == Float32 ? bit_cast<float>(cursor.take<uint32_t>())
                                   : bit_cast<double>(cursor.take<uint64_t>());
    // JSON has no word for the others.
    if (!std::isfinite(value))
      return nullptr;
    return value;
  }
  case String:
    return json::fixUTF8(cursor.takeString());
  case Array: {
    uint32_t element = cursor.take<uint32_t>();
    uint64_t length = cursor.take<uint64_t>();
    if (unsigned size = sizeOf(element)) {
      std::optional<uint64_t> bytes =
          checkedMulUnsigned<uint64_t>(length, size);
      cursor.takeBytes(bytes.value_or(UINT64_MAX));
    } else if (element == String) {
      for (uint64_t i = 0; i < length && !cursor.ended; ++i)
        cursor.takeString();
    } else {
      return fail("key '" + key + "' is an array of unknown type " +
                  Twine(element));
    }
    return json::Object{{"type", element}, {"length", length}};
  }
  default:
    return fail("key '" + key + "' has unknown type " + Twine(type));
  }
}

Error GgufReader::readMetadata(uint64_t count) {
  for (uint64_t i = 0; i < count; ++i) {
    StringRef key = cursor.takeString();
    uint32_t type = cursor.take<uint32_t>();
    if (cursor.ended)
      return failAtEnd("its keys");
    Expected<json::Value> value = readValue(type, key);
    if (!value)
      return value.takeError();
    if (cursor.ended)
      return failAtEnd("the value of key '" + key + "'");
    if (key == "general.alignment") {
      std::optional<uint64_t> given;
      if (type == UInt32)
        given = value->getAsUINT64();
      if (!given || !isPowerOf2_64(*given) || *given > kMaxAlignment)
        return fail("general.alignment must be a power of two of 32 bits, at "
                    "most " +
                    Twine(kMaxAlignment));
      alignment = *given;
    }
    if (!metadata.try_emplace(json::fixUTF8(key), std::move(*value)).second)
      return fail("key '" + key + "' is there twice");
  }
  return Error::success();
}

Error GgufReader::readTensor() {
  CheckpointTensor tensor;
  StringRef name = cursor.takeString();
  uint32_t rank = cursor.take<uint32_t>();
  if (cursor.ended)
    return failAtEnd("its list of tensors");
  auto failTensor = [&](const Twine &reason) {
    return fail("tensor '" + name + "' " + reason);
  };
  if (rank > kMaxRank)
    return failTensor("has " + Twine(rank) + " dimensions, more than " +
                      Twine(kMaxRank));
  for (uint32_t i = 0; i < rank; ++i) {
    uint64_t extent = cursor.take<uint64_t>();
    if (extent > static_cast<uint64_t>(INT64_MAX))
      return failTensor("has an extent that is too large");
    tensor.shape.push_back(extent);
  }
  std::reverse(tensor.shape.begin(), tensor.shape.end());
  uint32_t id = cursor.take<uint32_t>();
  tensor.offset = cursor.take<uint64_t>();
  if (cursor.ended)
    return failAtEnd("its list of tensors");

  const auto *type =
      find_if(kTypes, [&](const GgmlType &type) { return type.id == id; });
  if (type == std::end(kTypes))
    return failTensor("has unknown type " + Twine(id) +
                      ", so nobody knows its size");
  // A block lies within a row.
  uint64_t row = tensor.shape.empty() ? 1 : tensor.shape.back();
  if (type->dtype != DType::I2_S && row % type->elements != 0)
    return failTensor("has rows of " + Twine(row) + " elements, but type " +
                      type->name + " has blocks of " + Twine(type->elements));
  std::optional<uint64_t> elements = countElements(tensor.shape), size;
  if (elements && *elements % type->elements == 0)
    size =
        checkedMulUnsigned<uint64_t>(*elements / type->elements, type->bytes);
  if (size && type->dtype == DType::I2_S)
    size = checkedAddUnsigned<uint64_t>(*size, kI2STail);
  // Beyond the file in any case, and not the sum of an offset and a size.
  if (!size || *size > text.size())
    return failTensor("of type " + type->name +
                      " has more elements than the file has room for");
  tensor.name = name.str();
  tensor.dtype = type->dtype;
  tensor.dtypeName = type->name.str();
  tensor.file = file;
  tensor.bytes = ArrayRef<char>(text.data(), *size);
  tensors.push_back(std::move(tensor));
  return Error::success();
}

Error GgufReader::placeTensors() {
  uint64_t data = alignTo(cursor.getPosition(), alignment);
  if (tensors.empty())
    return Error::success();
  if (data > text.size())
    return fail("ends before its data");
  StringRef rest = text.substr(data);
  uint64_t end = 0;
  for (CheckpointTensor &tensor : tensors) {
    uint64_t begin = alignTo(end, alignment);
    if (tensor.offset != begin)
      return fail("tensor '" + tensor.name + "' begins at byte " +
                  Twine(tensor.offset) + " of the data, expected byte " +
                  Twine(begin) + " behind the one before it");
    if (begin > rest.size() || tensor.bytes.size() > rest.size() - begin)
      return fail("tensor '" + tensor.name + "' reaches beyond the file");
    end = begin + tensor.bytes.size();
    tensor.bytes = ArrayRef<char>(rest.data() + begin, tensor.bytes.size());
    tensor.offset = data + begin;
  }
  if (rest.size() > alignTo(end, alignment))
    return fail("has " + Twine(rest.size() - alignTo(end, alignment)) +
                " bytes behind its last tensor");
  return Error::success();
}

Error GgufReader::read() {
  cursor.takeBytes(kMagic.size());
  uint32_t version = cursor.take<uint32_t>();
  if (version != 2 && version != 3)
    return fail("is GGUF of version " + Twine(version) +
                "; expected 2 or 3, little-endian");
  uint64_t tensorCount = cursor.take<uint64_t>();
  uint64_t keyCount = cursor.take<uint64_t>();
  if (Error error = readMetadata(keyCount))
    return error;
  for (uint64_t i = 0; i < tensorCount; ++i)
    if (Error error = readTensor())
      return error;
  if (cursor.ended)
    return failAtEnd("its header");
  return placeTensors();
}

Error CheckpointBuilder::addGguf(std::unique_ptr<MemoryBuffer> buffer) {
  GgufReader reader(buffer->getBuffer(), buffer->getBufferIdentifier());
  if (Error error = reader.read())
    return error;
  append_range(checkpoint->tensors, reader.tensors);
  checkpoint->metadata = std::move(reader.metadata);
  checkpoint->buffers.push_back(std::move(buffer));
  return Error::success();
}
