//===- SafeTensors.cpp - Tensors of a safetensors file --------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Eight bytes: the length of the header. The header: a JSON object of
// `{name: {"dtype", "shape", "data_offsets": [begin, end]}}`. Then the data,
// which the offsets cover once and without a gap.
//
//===----------------------------------------------------------------------===//

#include "CheckpointBuilder.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/Endian.h"

using namespace llvm;
using namespace onebit;
using namespace onebit::frontend;

/// What the library of the format's authors takes, too.
static constexpr uint64_t kMaxHeader = 100'000'000;
/// A tensor is an object in an object, its shape an array in that.
static constexpr unsigned kHeaderDepth = 3;

namespace {
struct TypeOfFile {
  DType dtype;
  unsigned bits;
};
} // namespace

static std::optional<TypeOfFile> lookupType(StringRef name) {
  return StringSwitch<std::optional<TypeOfFile>>(name)
      .Case("F64", TypeOfFile{DType::F64, 64})
      .Case("F32", TypeOfFile{DType::F32, 32})
      .Case("F16", TypeOfFile{DType::F16, 16})
      .Case("BF16", TypeOfFile{DType::BF16, 16})
      .Case("I64", TypeOfFile{DType::I64, 64})
      .Case("I32", TypeOfFile{DType::I32, 32})
      .Case("I16", TypeOfFile{DType::I16, 16})
      .Case("I8", TypeOfFile{DType::I8, 8})
      .Case("U8", TypeOfFile{DType::U8, 8})
      .Case("BOOL", TypeOfFile{DType::Bool, 8})
      .Cases({"U64", "C64"}, TypeOfFile{DType::Other, 64})
      .Case("U32", TypeOfFile{DType::Other, 32})
      .Case("U16", TypeOfFile{DType::Other, 16})
      .Cases({"F8_E5M2", "F8_E4M3", "F8_E8M0"}, TypeOfFile{DType::Other, 8})
      .Cases({"F6_E2M3", "F6_E3M2"}, TypeOfFile{DType::Other, 6})
      .Case("F4", TypeOfFile{DType::Other, 4})
      .Default(std::nullopt);
}

/// Integers of an array, none negative.
static std::optional<SmallVector<int64_t, 4>>
readNaturals(const json::Value *value) {
  const json::Array *array = value ? value->getAsArray() : nullptr;
  if (!array)
    return std::nullopt;
  SmallVector<int64_t, 4> naturals;
  for (const json::Value &element : *array) {
    std::optional<int64_t> natural = element.getAsInteger();
    if (!natural || *natural < 0)
      return std::nullopt;
    naturals.push_back(*natural);
  }
  return naturals;
}

/// The tensor that `value` describes; `data` is what follows the header.
static Expected<CheckpointTensor> readTensor(StringRef name,
                                             const json::Value &value,
                                             StringRef file, StringRef data) {
  auto fail = [&](const Twine &reason) {
    return fileError(file, "tensor '" + name + "' " + reason);
  };
  const json::Object *object = value.getAsObject();
  if (!object || object->size() != 3)
    return fail("must be an object of dtype, shape and data_offsets");
  std::optional<StringRef> typeName = object->getString("dtype");
  std::optional<TypeOfFile> type;
  if (typeName)
    type = lookupType(*typeName);
  if (!type)
    return fail("has an unknown dtype" +
                (typeName ? " '" + *typeName + "'" : Twine()));
  auto shape = readNaturals(object->get("shape"));
  if (!shape)
    return fail("must have a shape of integers that are not negative");
  auto offsets = readNaturals(object->get("data_offsets"));
  if (!offsets || offsets->size() != 2 || (*offsets)[0] > (*offsets)[1])
    return fail("must have data_offsets of a begin and an end behind it");
  uint64_t begin = (*offsets)[0], end = (*offsets)[1];
  if (end > data.size())
    return fail("ends at byte " + Twine(end) + " of " + Twine(data.size()) +
                " bytes of data");
  std::optional<uint64_t> bits = countElements(*shape);
  if (bits)
    bits = checkedMulUnsigned<uint64_t>(*bits, type->bits);
  if (!bits)
    return fail("has more elements than can be counted");
  if (*bits % 8 != 0 || *bits / 8 != end - begin)
    return fail("of type " + *typeName + " and " + Twine(*bits) + " bits has " +
                Twine(end - begin) + " bytes of data");
  return CheckpointTensor{name.str(),
                          type->dtype,
                          typeName->str(),
                          *shape,
                          ArrayRef<char>(data.data() + begin, end - begin),
                          file,
                          begin};
}

Error CheckpointBuilder::addSafeTensors(std::unique_ptr<MemoryBuffer> buffer) {
  StringRef text = buffer->getBuffer(), file = buffer->getBufferIdentifier();
  auto fail = [&](const Twine &reason) { return fileError(file, reason); };
  if (text.size() < 8)
    return fail("too short for a safetensors file: " + Twine(text.size()) +
                " bytes");
  uint64_t length = support::endian::read64le(text.data());
  if (length > kMaxHeader || length > text.size() - 8)
    return fail("no safetensors file: its header would be " + Twine(length) +
                " bytes long");
  StringRef header = text.substr(8, length), data = text.substr(8 + length);
  if (!header.starts_with("{"))
    return fail("no safetensors file: its header must begin with '{'");
  Expected<json::Value> root = parseStrictObject(header, file, kHeaderDepth);
  if (!root)
    return root.takeError();

  SmallVector<CheckpointTensor, 0> tensors;
  for (const auto &[key, value] : *root->getAsObject()) {
    if (key == "__metadata__") {
      const json::Object *object = value.getAsObject();
      if (!object || !all_of(*object, [](const auto &field) {
            return field.second.getAsString().has_value();
          }))
        return fail("__metadata__ must be an object of strings");
      for (const auto &[name, string] : *object)
        checkpoint->metadata.try_emplace(name, string);
      continue;
    }
    Expected<CheckpointTensor> tensor = readTensor(key, value, file, data);
    if (!tensor)
      return tensor.takeError();
    tensors.push_back(std::move(*tensor));
  }

  // Empty tensors stand before the one that begins where they do.
  sort(tensors, [](const CheckpointTensor &a, const CheckpointTensor &b) {
    return std::make_pair(a.offset, a.bytes.size()) <
           std::make_pair(b.offset, b.bytes.size());
  });
  uint64_t end = 0;
  for (CheckpointTensor &tensor : tensors) {
    if (tensor.offset != end)
      return fail("tensor '" + tensor.name + "' begins at byte " +
                  Twine(tensor.offset) +
                  " of the data, but the one before it ends at byte " +
                  Twine(end));
    end += tensor.bytes.size();
    tensor.offset += 8 + length;
  }
  if (end != data.size())
    return fail("has " + Twine(data.size() - end) +
                " bytes behind its last tensor");
  append_range(checkpoint->tensors, tensors);
  checkpoint->buffers.push_back(std::move(buffer));
  return Error::success();
}
