//===- CheckpointTest.cpp - Checkpoints in memory, whole and damaged ------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Damaged files are given in a buffer of just their size: a read outside is
// one that the address sanitizer sees.
//
//===----------------------------------------------------------------------===//

#include "onebit/Frontend/Checkpoint.h"
#include "llvm/Support/Endian.h"
#include "gtest/gtest.h"
#include <random>

using namespace llvm;
using namespace onebit::frontend;

namespace {

/// Writes little-endian numbers.
class Writer {
public:
  template <typename T> Writer &put(T value) {
    char bytes[sizeof(T)];
    support::endian::write<T, endianness::little>(bytes, value);
    text.append(bytes, sizeof(T));
    return *this;
  }
  Writer &putString(StringRef string) {
    put<uint64_t>(string.size());
    text += string;
    return *this;
  }
  Writer &pad(size_t alignment) {
    text.resize((text.size() + alignment - 1) / alignment * alignment);
    return *this;
  }

  std::string text;
};

} // namespace

static std::string safeTensors() {
  std::string header =
      R"({"__metadata__":{"format":"pt"},)"
      R"("a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},)"
      R"("b.c":{"dtype":"BF16","shape":[3],"data_offsets":[16,22]},)"
      R"("e":{"dtype":"U8","shape":[0,4],"data_offsets":[22,22]},)"
      R"("z":{"dtype":"BOOL","shape":[],"data_offsets":[22,23]}})";
  Writer writer;
  writer.put<uint64_t>(header.size());
  writer.text += header;
  for (int i = 0; i < 23; ++i)
    writer.put<uint8_t>(i);
  return writer.text;
}

static std::string gguf() {
  Writer writer;
  writer.text = "GGUF";
  writer.put<uint32_t>(3).put<uint64_t>(4).put<uint64_t>(4);
  writer.putString("general.architecture").put<uint32_t>(8).putString("bitnet");
  writer.putString("general.alignment").put<uint32_t>(4).put<uint32_t>(32);
  writer.putString("tokens").put<uint32_t>(9).put<uint32_t>(8).put<uint64_t>(2);
  writer.putString("a").putString("bc");
  writer.putString("scores").put<uint32_t>(9).put<uint32_t>(6).put<uint64_t>(2);
  writer.put<uint64_t>(0);
  auto tensor = [&](StringRef name, ArrayRef<uint64_t> extents, uint32_t type,
                    uint64_t offset) {
    writer.putString(name).put<uint32_t>(extents.size());
    for (uint64_t extent : extents)
      writer.put(extent);
    writer.put(type).put(offset);
  };
  tensor("f", {4, 2}, 0, 0);       // 32 bytes.
  tensor("t1", {256, 2}, 34, 32);  // 108 bytes.
  tensor("t2", {256}, 35, 160);    // 66 bytes.
  tensor("i2", {128, 2}, 36, 256); // 64 + 32 bytes.
  writer.pad(32);
  for (int i = 0; i < 256 + 96; ++i)
    writer.put<uint8_t>(i);
  return writer.text;
}

/// Reads `text` from memory that ends where it does.
static Expected<std::unique_ptr<Checkpoint>> read(StringRef text) {
  // Buffers of LLVM have a null behind their end.
  auto *exact = new char[text.size()];
  copy(text, exact);
  struct Exact : MemoryBuffer {
    Exact(char *data, size_t size) : data(data) {
      init(data, data + size, /*RequiresNullTerminator=*/false);
    }
    ~Exact() override { delete[] data; }
    StringRef getBufferIdentifier() const override { return "file"; }
    BufferKind getBufferKind() const override { return MemoryBuffer_Malloc; }
    char *data;
  };
  return readCheckpoint(std::make_unique<Exact>(exact, text.size()));
}

static std::string errorOf(StringRef text) {
  Expected<std::unique_ptr<Checkpoint>> checkpoint = read(text);
  return checkpoint ? "" : toString(checkpoint.takeError());
}

TEST(CheckpointTest, SafeTensors) {
  Expected<std::unique_ptr<Checkpoint>> checkpoint = read(safeTensors());
  ASSERT_TRUE(bool(checkpoint)) << toString(checkpoint.takeError());
  EXPECT_EQ((*checkpoint)->getFormat(), Checkpoint::Format::SafeTensors);
  EXPECT_EQ((*checkpoint)->getMetadata().getString("format"), "pt");
  ASSERT_EQ((*checkpoint)->getTensors().size(), 4u);
  const CheckpointTensor *tensor = (*checkpoint)->lookup("b.c");
  ASSERT_NE(tensor, nullptr);
  EXPECT_EQ(tensor->dtype, DType::BF16);
  EXPECT_EQ(tensor->shape, (SmallVector<int64_t, 4>{3}));
  EXPECT_EQ(tensor->bytes.size(), 6u);
  EXPECT_EQ(tensor->bytes.front(), 16);
  EXPECT_EQ((*checkpoint)->lookup("z")->bytes.front(), 22);
  EXPECT_TRUE((*checkpoint)->lookup("e")->bytes.empty());
  EXPECT_EQ((*checkpoint)->lookup("nothing"), nullptr);
}

TEST(CheckpointTest, Gguf) {
  Expected<std::unique_ptr<Checkpoint>> checkpoint = read(gguf());
  ASSERT_TRUE(bool(checkpoint)) << toString(checkpoint.takeError());
  EXPECT_EQ((*checkpoint)->getFormat(), Checkpoint::Format::Gguf);
  const json::Object &metadata = (*checkpoint)->getMetadata();
  EXPECT_EQ(metadata.getString("general.architecture"), "bitnet");
  EXPECT_EQ(metadata.getObject("tokens")->getInteger("length"), 2);
  // Extents the fastest first become a shape with the slowest first.
  const CheckpointTensor *tensor = (*checkpoint)->lookup("t1");
  ASSERT_NE(tensor, nullptr);
  EXPECT_EQ(tensor->dtype, DType::TQ1_0);
  EXPECT_EQ(tensor->shape, (SmallVector<int64_t, 4>{2, 256}));
  EXPECT_EQ(tensor->bytes.size(), 108u);
  EXPECT_EQ(tensor->bytes.front(), 32);
  // What no reader of GGUF outside microsoft/BitNet knows.
  tensor = (*checkpoint)->lookup("i2");
  EXPECT_EQ(tensor->dtype, DType::I2_S);
  EXPECT_EQ(tensor->bytes.size(), 96u);
}

TEST(CheckpointTest, EveryPrefixIsAnError) {
  for (const std::string &text : {safeTensors(), gguf()})
    for (size_t size = 0; size < text.size(); ++size)
      EXPECT_NE(errorOf(StringRef(text).take_front(size)), "") << size;
}

/// Looks at every byte that the checkpoint claims to have.
static unsigned touch(const Checkpoint &checkpoint) {
  unsigned sum = 0;
  for (const CheckpointTensor &tensor : checkpoint.getTensors())
    for (char byte : tensor.bytes)
      sum += static_cast<unsigned char>(byte);
  return sum;
}

// Bytes changed, taken out, put in, numbers made large: an error that names
// the file, or tensors that lie in it.
TEST(CheckpointTest, DamagedFiles) {
  std::mt19937 random(5);
  auto below = [&](size_t limit) { return random() % limit; };
  static constexpr uint64_t kNumbers[] = {0,
                                          1,
                                          255,
                                          uint64_t(1) << 31,
                                          uint64_t(1) << 32,
                                          INT64_MAX,
                                          uint64_t(1) << 63,
                                          UINT64_MAX - 31,
                                          UINT64_MAX};
  unsigned good = 0, bad = 0, sum = 0;
  for (const std::string &whole : {safeTensors(), gguf()}) {
    // Most of what can go wrong is before the data.
    size_t head = whole.size() * 3 / 4;
    for (int round = 0; round < 60000; ++round) {
      std::string text = whole;
      for (unsigned times = 1 + below(3); times > 0; --times) {
        size_t at = below(below(4) ? head : text.size());
        switch (below(6)) {
        case 0:
          text[at] = char(random());
          break;
        case 1:
          text[at] ^= char(1 << below(8));
          break;
        case 2:
          text.erase(at, 1 + below(9));
          break;
        case 3:
          text.insert(at, 1 + below(9), char(random()));
          break;
        case 4:
          // Digits and brackets are what a header is of.
          text[at] = "0123456789{}[]\",:-e."[below(20)];
          break;
        case 5:
          if (at + 8 <= text.size())
            support::endian::write64le(&text[at],
                                       kNumbers[below(std::size(kNumbers))]);
          break;
        }
        head = std::min(head, text.size());
        if (text.empty())
          text = "G";
        head = std::max<size_t>(head, 1);
      }
      Expected<std::unique_ptr<Checkpoint>> checkpoint = read(text);
      if (checkpoint) {
        ++good;
        sum += touch(**checkpoint);
        continue;
      }
      ++bad;
      std::string message = toString(checkpoint.takeError());
      ASSERT_TRUE(StringRef(message).starts_with("file: ")) << message;
    }
  }
  // Damage to data or to a name goes unseen.
  EXPECT_GT(good, 1000u);
  EXPECT_GT(bad, 50000u);
  EXPECT_NE(sum, 0u);
}

TEST(CheckpointTest, Deep) {
  std::string deep(1000000, '[');
  Writer writer;
  writer.put<uint64_t>(deep.size() + 1);
  writer.text += "{" + deep;
  EXPECT_EQ(errorOf(writer.text), "file: its JSON nests deeper than 3");
}
