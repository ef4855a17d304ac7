//===- FileMutator.cpp - Checkpoints with places that go wrong ------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FileMutator.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Endian.h"
#include <iterator>

using namespace llvm;

static constexpr StringLiteral kQ = "model.layers.0.self_attn.q_proj.weight";
static constexpr StringLiteral kK = "model.layers.0.self_attn.k_proj.weight";
static constexpr StringLiteral kV = "model.layers.0.self_attn.v_proj.weight";
static constexpr StringLiteral kNorm = "model.layers.0.input_layernorm.weight";

FileMutator::FileMutator(uint64_t seed, uint64_t places) : random(seed) {
  // One place mostly: files that are wrong all over are refused at once.
  for (uint64_t i = 0, count = 1 + pick(2) * pick(3); i < count; ++i)
    mutated.insert(pick(places));
}

uint64_t FileMutator::mutateNumber(uint64_t value) {
  const uint64_t values[] = {0,
                             1,
                             value - 1,
                             value + 1,
                             value * 2,
                             value / 2,
                             value ^ (uint64_t(1) << pick(64)),
                             pick(64),
                             pick(4096),
                             uint64_t(1) << pick(64),
                             (uint64_t(1) << pick(64)) - 1,
                             uint64_t(INT32_MAX),
                             uint64_t(UINT32_MAX),
                             uint64_t(INT64_MAX),
                             ~uint64_t(0) - pick(256)};
  return values[pick(std::size(values))];
}

std::string FileMutator::mutateString(StringRef value) {
  const std::string values[] = {"",
                                value.drop_back(!value.empty()).str(),
                                (value + value).str(),
                                value.str() + std::string(1, '\0'),
                                ("../" + value).str(),
                                "\xff\xfe\x80",
                                std::string(5000, 'x'),
                                "\"}]\\",
                                "..",
                                "F32",
                                "F16",
                                "BF16",
                                "F64",
                                "U8",
                                "I8",
                                "I64",
                                "BOOL",
                                "F8_E4M3",
                                "F4",
                                "llama",
                                "general.alignment",
                                "__metadata__",
                                "shard-0.safetensors",
                                kQ.str(),
                                (StringRef(kQ) + "_scale").str(),
                                kNorm.str(),
                                "blk.0.attn_q.weight",
                                "blk.0.attn_q.scale"};
  return values[pick(std::size(values))];
}

void FileMutator::number(uint64_t value, unsigned bytes) {
  if (isMutated())
    value = mutateNumber(value);
  char little[8];
  support::endian::write64le(little, value);
  text.append(little, bytes);
}

void FileMutator::decimal(uint64_t value) {
  if (!isMutated()) {
    text += std::to_string(value);
    return;
  }
  static const char *const others[] = {"-1",
                                       "1.5",
                                       "1e30",
                                       "null",
                                       "\"2\"",
                                       "[]",
                                       "{}",
                                       "[1]",
                                       "true",
                                       "",
                                       "-0.0",
                                       "1e400",
                                       "18446744073709551616"};
  text += pick(3) == 0 ? others[pick(std::size(others))]
                       : std::to_string(mutateNumber(value));
}

void FileMutator::prefixed(StringRef value) {
  std::string other = isMutated() ? mutateString(value) : value.str();
  number(other.size(), 8);
  text += other;
}

void FileMutator::quoted(StringRef value) {
  // Not escaped: some of it is no JSON any more.
  text += '"' + (isMutated() ? mutateString(value) : value.str()) + '"';
}

void FileMutator::data(std::string bytes) {
  if (isMutated() && !bytes.empty())
    for (uint64_t i = 0, count = 1 + pick(4); i < count; ++i)
      bytes[pick(bytes.size())] ^= static_cast<char>(1 + pick(255));
  text += bytes;
}

unsigned FileMutator::repeats() { return isMutated() ? 2 * pick(2) : 1; }

void FileMutator::prependLength() {
  std::string rest = std::move(text);
  text.clear();
  number(rest.size(), 8);
  text += rest;
}

std::string FileMutator::finish() {
  switch (pick(20)) {
  case 0:
    text.resize(pick(text.size() + 1));
    break;
  case 1:
    text.append(1 + pick(100), static_cast<char>(pick(256)));
    break;
  }
  return std::move(text);
}

//===----------------------------------------------------------------------===//
// Formats
//===----------------------------------------------------------------------===//

namespace {
struct Tensor {
  std::string name, dtype;
  std::vector<uint64_t> shape;
  std::string data;
};
} // namespace

static std::string repeat(StringRef bytes, size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i)
    text += bytes;
  return text;
}

/// Packed trits with a scale, floats of -1, 0 and 1 with one, and floats.
static std::vector<Tensor> makeTensors() {
  const std::string one("\0\0\x80\x3f", 4), half("\x00\x3f", 2);
  const std::string threeTrits("\x80\x3f\x00\x00\x80\xbf", 6);
  return {{kQ.str(), "U8", {2, 256}, repeat("\x91", 512)},
          {(StringRef(kQ) + "_scale").str(), "BF16", {1}, half},
          {kK.str(), "BF16", {8, 256}, repeat(threeTrits, 683).substr(0, 4096)},
          {(StringRef(kK) + "_scale").str(), "F32", {1}, one},
          {kV.str(), "F16", {8, 256}, repeat(std::string("\x00\x3c", 2), 2048)},
          {kNorm.str(), "F32", {256}, repeat(one, 256)}};
}

/// Another type or shape, with as many bytes as it takes.
static void changeType(FileMutator &out, Tensor &tensor) {
  static constexpr std::pair<StringLiteral, unsigned> types[] = {
      {"U8", 1},   {"I8", 1},  {"BOOL", 1}, {"F8_E4M3", 1}, {"F16", 2},
      {"BF16", 2}, {"I16", 2}, {"F32", 4},  {"F64", 8},     {"U64", 8}};
  static const std::vector<uint64_t> shapes[] = {
      {},       {0},      {1},      {2},       {256},
      {2, 256}, {8, 256}, {256, 8}, {1, 2048}, {0, 256}};
  uint64_t bytes = 1;
  if (out.pick(3) == 0)
    tensor.shape = shapes[out.pick(std::size(shapes))];
  auto [name, size] = types[out.pick(std::size(types))];
  tensor.dtype = name.str();
  for (uint64_t extent : tensor.shape)
    bytes *= extent;
  std::string data = tensor.data.empty() ? "x" : tensor.data;
  tensor.data.clear();
  while (tensor.data.size() < bytes * size)
    tensor.data += data;
  tensor.data.resize(bytes * size);
}

static void writeTensors(FileMutator &out, std::vector<Tensor> tensors) {
  for (Tensor &tensor : tensors)
    if (out.isOther())
      changeType(out, tensor);
  out.plain("{");
  for (unsigned i = 0, e = out.repeats(); i < e; ++i) {
    out.quoted("__metadata__");
    out.plain(":{\"format\":");
    out.quoted("pt");
    out.plain("}");
  }
  uint64_t begin = 0;
  for (const Tensor &tensor : tensors) {
    for (unsigned i = 0, e = out.repeats(); i < e; ++i) {
      out.plain(",");
      out.quoted(tensor.name);
      out.plain(":{\"dtype\":");
      out.quoted(tensor.dtype);
      for (unsigned j = 0, f = out.repeats(); j < f; ++j) {
        out.plain(",\"shape\":[");
        for (size_t k = 0; k < tensor.shape.size(); ++k) {
          out.plain(k > 0 ? "," : "");
          out.decimal(tensor.shape[k]);
        }
        out.plain("]");
      }
      out.plain(",\"data_offsets\":[");
      out.decimal(begin);
      out.plain(",");
      out.decimal(begin + tensor.data.size());
      out.plain("]}");
    }
    begin += tensor.data.size();
  }
  out.plain("}");
  out.prependLength();
  // Thrice, as what is behind the header gets further.
  for (const Tensor &tensor : tensors)
    for (size_t part = 0; part < 3; ++part) {
      size_t begin = tensor.data.size() * part / 3;
      size_t end = tensor.data.size() * (part + 1) / 3;
      out.data(tensor.data.substr(begin, end - begin));
    }
}

void writeSafeTensors(FileMutator &out) { writeTensors(out, makeTensors()); }

void writeShard(FileMutator &out, unsigned shard) {
  std::vector<Tensor> tensors = makeTensors();
  ArrayRef<Tensor> all = tensors;
  writeTensors(out, (shard == 0 ? all.take_front(3) : all.drop_front(3)).vec());
}

void writeIndex(FileMutator &out) {
  out.plain("{\"metadata\":{\"total_size\":");
  out.decimal(9730);
  out.plain("},");
  out.quoted("weight_map");
  out.plain(":{");
  bool first = true;
  unsigned i = 0;
  for (const Tensor &tensor : makeTensors()) {
    const char *shard = i++ < 3 ? "shard-0.safetensors" : "shard-1.safetensors";
    for (unsigned j = 0, e = out.repeats(); j < e; ++j) {
      out.plain(first ? "" : ",");
      first = false;
      out.quoted(tensor.name);
      out.plain(":");
      out.quoted(shard);
    }
  }
  out.plain("}}");
}

namespace {
struct GgufTensor {
  std::string name;
  uint32_t type;
  std::vector<uint64_t> extents;
  std::string data;
};
} // namespace

void writeGguf(FileMutator &out) {
  const std::string one("\0\0\x80\x3f", 4);
  // Blocks of 256: TQ1_0 has 54 bytes, TQ2_0 has 66, the last two a scale.
  const std::string tq1 =
      repeat(std::string(48, '\x80') + std::string(4, '\x7f') +
                 std::string("\0\x3c", 2),
             8);
  const std::string tq2 =
      repeat(std::string(64, '\x55') + std::string("\0\x3c", 2), 8);
  GgufTensor tensors[] = {
      {"blk.0.attn_q.weight", 34, {256, 8}, tq1},
      {"blk.0.attn_q.scale", 0, {1}, one},
      {"blk.0.attn_k.weight", 35, {256, 8}, tq2},
      {"blk.0.attn_v.weight",
       36,
       {256, 8},
       repeat("\x91", 512) + one + std::string(28, '\0')},
      {"blk.0.attn_norm.weight",
       8,
       {256},
       repeat(std::string("\0\x3c", 2) + std::string(32, '\1'), 8)}};
  for (GgufTensor &tensor : tensors)
    if (out.isOther()) {
      // Of 2048 elements all types have whole blocks.
      static constexpr std::pair<uint32_t, unsigned> types[] = {
          {0, 8192},   {1, 4096},  {2, 1152}, {8, 2176}, {24, 2048},
          {28, 16384}, {30, 4096}, {34, 432}, {35, 528}, {36, 544}};
      auto [type, bytes] = types[out.pick(std::size(types))];
      tensor.type = type;
      tensor.extents = {256, 8};
      std::string data = tensor.data;
      while (tensor.data.size() < bytes)
        tensor.data += data;
      tensor.data.resize(bytes);
    }
  out.plain("GGUF");
  out.number(3, 4);
  out.number(std::size(tensors), 8);
  out.number(4, 8);
  out.prefixed("general.architecture");
  out.number(8, 4);
  out.prefixed("bitnet");
  out.prefixed("general.alignment");
  out.number(4, 4);
  out.number(64, 4);
  out.prefixed("llama.attention.head_count");
  out.number(4, 4);
  out.number(2, 4);
  out.prefixed("tokenizer.ggml.tokens");
  out.number(9, 4);
  out.number(8, 4);
  out.number(2, 8);
  out.prefixed("a");
  out.prefixed("b");
  uint64_t offset = 0;
  for (const GgufTensor &tensor : tensors) {
    out.prefixed(tensor.name);
    out.number(tensor.extents.size(), 4);
    for (uint64_t extent : tensor.extents)
      out.number(extent, 8);
    out.number(tensor.type, 4);
    out.number(offset, 8);
    offset = (offset + tensor.data.size() + 63) / 64 * 64;
  }
  for (const GgufTensor &tensor : tensors) {
    out.pad(64);
    out.data(tensor.data);
  }
}
