//===- Checkpoint.cpp - The tensors of a checkpoint -----------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/Frontend/Checkpoint.h"
#include "CheckpointBuilder.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace onebit;
using namespace onebit::frontend;

/// An index holds a name and a file for each tensor.
static constexpr unsigned kIndexDepth = 8;

Error frontend::fileError(StringRef file, const Twine &reason) {
  return createStringError(inconvertibleErrorCode(), file + ": " + reason);
}

std::optional<uint64_t> frontend::countElements(ArrayRef<int64_t> shape) {
  // Zero anywhere makes zero, whatever overflows beside it.
  if (is_contained(shape, 0))
    return 0;
  std::optional<uint64_t> count = 1;
  for (int64_t extent : shape)
    if (count)
      count = checkedMulUnsigned<uint64_t>(*count, extent);
  return count;
}

const CheckpointTensor *Checkpoint::lookup(StringRef name) const {
  auto it = byName.find(name);
  return it == byName.end() ? nullptr : &tensors[it->second];
}

//===----------------------------------------------------------------------===//
// JSON
//===----------------------------------------------------------------------===//

namespace {
/// What llvm::json does not say: how deep a text nests before its parser
/// recurses, and how many keys it had before equal ones became one.
struct JsonScan {
  unsigned depth = 0;
  size_t keys = 0;
  /// A key that is there twice in the outermost object, as it is spelt.
  StringRef repeated;
};
} // namespace

static JsonScan scanJson(StringRef text) {
  JsonScan scan;
  unsigned depth = 0;
  StringSet<> outer;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '{' || c == '[') {
      scan.depth = std::max(scan.depth, ++depth);
    } else if (c == '}' || c == ']') {
      depth -= depth > 0;
    } else if (c == '"') {
      size_t begin = i + 1;
      for (++i; i < text.size() && text[i] != '"'; ++i)
        i += text[i] == '\\';
      StringRef string = text.slice(begin, i);
      if (!text.drop_front(std::min(i + 1, text.size()))
               .ltrim(" \t\r\n")
               .starts_with(":"))
        continue;
      ++scan.keys;
      if (depth == 1 && !outer.insert(string).second)
        scan.repeated = string;
    }
  }
  return scan;
}

static size_t countKeys(const json::Value &value) {
  size_t keys = 0;
  if (const json::Object *object = value.getAsObject())
    for (const auto &[key, field] : *object)
      keys += 1 + countKeys(field);
  if (const json::Array *array = value.getAsArray())
    for (const json::Value &element : *array)
      keys += countKeys(element);
  return keys;
}

Expected<json::Value>
frontend::parseStrictObject(StringRef text, StringRef file, unsigned maxDepth) {
  JsonScan scan = scanJson(text);
  if (scan.depth > maxDepth)
    return fileError(file, "its JSON nests deeper than " + Twine(maxDepth));
  Expected<json::Value> value = json::parse(text);
  if (!value)
    return fileError(file,
                     "its JSON cannot be read: " + toString(value.takeError()));
  if (!value->getAsObject())
    return fileError(file, "its JSON must be an object");
  if (countKeys(*value) != scan.keys)
    return fileError(
        file,
        "its JSON has a key twice" +
            (scan.repeated.empty() ? Twine() : ": '" + scan.repeated + "'"));
  return value;
}

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

CheckpointBuilder::CheckpointBuilder(Checkpoint::Format format, StringRef path)
    : checkpoint(std::make_unique<Checkpoint>()) {
  checkpoint->format = format;
  checkpoint->path = path.str();
}

void CheckpointBuilder::filter(
    function_ref<bool(const CheckpointTensor &)> keep) {
  erase_if(checkpoint->tensors,
           [&](const CheckpointTensor &tensor) { return !keep(tensor); });
}

Expected<std::unique_ptr<Checkpoint>> CheckpointBuilder::finish() {
  auto &tensors = checkpoint->tensors;
  sort(tensors, [](const CheckpointTensor &a, const CheckpointTensor &b) {
    return a.name < b.name;
  });
  for (auto [i, tensor] : enumerate(tensors))
    if (!checkpoint->byName.try_emplace(tensor.name, i).second)
      return fileError(tensor.file,
                       "there are two tensors called '" + tensor.name + "'");
  return std::move(checkpoint);
}

static Expected<std::unique_ptr<MemoryBuffer>> mapFile(StringRef path) {
  auto file = MemoryBuffer::getFile(path, /*IsText=*/false,
                                    /*RequiresNullTerminator=*/false);
  if (!file)
    return fileError(path, "cannot be opened: " + file.getError().message());
  return std::move(*file);
}

/// What a file that does not begin as safetensors begins as, or claims to be;
/// empty where it may be a damaged one.
static std::string describeOther(MemoryBufferRef file) {
  StringRef text = file.getBuffer();
  StringRef extension = sys::path::extension(file.getBufferIdentifier());
  // The length of the header, then the header.
  if (text.size() > 8 && text[8] == '{' && text.take_front(8).back() == '\0')
    return "";
  if (text.starts_with("version https://git-lfs"))
    return "is a pointer of Git LFS; expected the file itself: git lfs pull";
  for (auto [magic, name] :
       std::initializer_list<std::pair<StringRef, StringRef>>{
           {"PK\3\4", "a zip archive, as torch.save writes it"},
           {"\x80\2", "a pickle, as torch.save writes it"},
           {"\x89HDF", "HDF5"},
           {"\x93NUMPY", "an array of numpy"}})
    if (text.starts_with(magic))
      return ("is " + name +
              "; expected safetensors, as save_pretrained writes it, or GGUF")
          .str();
  if (extension == ".gguf")
    return "is no GGUF file: expected it to begin with 'GGUF'";
  if (extension.empty() || extension == ".safetensors")
    return "";
  return ("is no safetensors file and no GGUF file, and is called " +
          extension + "; expected one of the two")
      .str();
}

Expected<std::unique_ptr<Checkpoint>>
frontend::readCheckpoint(std::unique_ptr<MemoryBuffer> file) {
  bool gguf = isGguf(*file);
  if (std::string other = gguf ? "" : describeOther(*file); !other.empty())
    return fileError(file->getBufferIdentifier(), other);
  CheckpointBuilder builder(gguf ? Checkpoint::Format::Gguf
                                 : Checkpoint::Format::SafeTensors,
                            file->getBufferIdentifier());
  if (Error error = gguf ? builder.addGguf(std::move(file))
                         : builder.addSafeTensors(std::move(file)))
    return std::move(error);
  return builder.finish();
}

/// Reads `{"weight_map": {tensor: file}}` and its shards. HuggingFace's
/// transformers writes it when a checkpoint is larger than a shard may be.
static Expected<std::unique_ptr<Checkpoint>> readIndex(StringRef path) {
  Expected<std::unique_ptr<MemoryBuffer>> text = mapFile(path);
  if (!text)
    return text.takeError();
  Expected<json::Value> root =
      parseStrictObject((*text)->getBuffer(), path, kIndexDepth);
  if (!root)
    return root.takeError();
  const json::Object *map = root->getAsObject()->getObject("weight_map");
  if (!map)
    return fileError(path, "an index must have an object 'weight_map'");

  StringSet<> shards;
  StringMap<std::string> shardOf;
  for (const auto &[tensor, value] : *map) {
    std::optional<StringRef> shard = value.getAsString();
    // A shard lies beside its index, wherever that was put.
    if (!shard || shard->empty() || shard->contains('\0') ||
        *shard != sys::path::filename(*shard) || *shard == "..")
      return fileError(path, "the shard of '" + StringRef(tensor) +
                                 "' must be the name of a file beside the "
                                 "index");
    shards.insert(*shard);
    shardOf[tensor] = shard->str();
  }

  CheckpointBuilder builder(Checkpoint::Format::SafeTensors, path);
  std::vector<StringRef> names(shards.keys().begin(), shards.keys().end());
  sort(names);
  for (StringRef name : names) {
    SmallString<256> file = sys::path::parent_path(path);
    sys::path::append(file, name);
    Expected<std::unique_ptr<MemoryBuffer>> shard = mapFile(file);
    if (!shard)
      return fileError(path,
                       "names a shard that " + toString(shard.takeError()));
    if (Error error = builder.addSafeTensors(std::move(*shard)))
      return std::move(error);
  }
  builder.filter([&](const CheckpointTensor &tensor) {
    auto it = shardOf.find(tensor.name);
    return it != shardOf.end() &&
           it->second == sys::path::filename(tensor.file);
  });
  Expected<std::unique_ptr<Checkpoint>> checkpoint = builder.finish();
  if (checkpoint)
    for (const auto &[tensor, shard] : *map)
      if (!(*checkpoint)->lookup(tensor))
        return fileError(path, "names a tensor '" + StringRef(tensor) +
                                   "' that is not in " +
                                   shard.getAsString()->str());
  return checkpoint;
}

Expected<std::unique_ptr<Checkpoint>> frontend::openCheckpoint(StringRef path) {
  if (sys::fs::is_directory(path)) {
    SmallString<256> file(path);
    sys::path::append(file, "model.safetensors");
    if (!sys::fs::exists(file)) {
      file += ".index.json";
      if (!sys::fs::exists(file))
        return fileError(path, "has neither model.safetensors nor "
                               "model.safetensors.index.json");
    }
    return openCheckpoint(file);
  }
  if (path.ends_with(".json"))
    return readIndex(path);
  Expected<std::unique_ptr<MemoryBuffer>> file = mapFile(path);
  if (!file)
    return file.takeError();
  return readCheckpoint(std::move(*file));
}

json::Value frontend::describeCheckpoint(const Checkpoint &checkpoint) {
  json::Array tensors;
  for (const CheckpointTensor &tensor : checkpoint.getTensors())
    tensors.push_back(
        json::Object{{"name", json::fixUTF8(tensor.name)},
                     {"dtype", tensor.dtypeName},
                     {"shape", json::Array(tensor.shape)},
                     {"file", json::fixUTF8(tensor.file)},
                     {"offset", static_cast<int64_t>(tensor.offset)},
                     {"bytes", static_cast<int64_t>(tensor.bytes.size())}});
  return json::Object{
      {"format", checkpoint.getFormat() == Checkpoint::Format::Gguf
                     ? "gguf"
                     : "safetensors"},
      {"metadata", json::Object(checkpoint.getMetadata())},
      {"tensors", std::move(tensors)}};
}
