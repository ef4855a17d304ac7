//===- JsonFile.cpp - A JSON file and where its fields stand --------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "JsonFile.h"
#include "llvm/Support/Error.h"
#include <charconv>

using namespace llvm;
using namespace onebit;

/// No file of ours is nearly as deep.
static constexpr size_t kMaxDepth = 32;

/// Most characters of a value in an error.
static constexpr size_t kMaxShown = 40;

std::string onebit::describe(const json::Value &value) {
  if (value.getAsArray())
    return "a list";
  if (value.getAsObject())
    return "an object";
  std::string text;
  // Of a number the digits that tell it from others: 1.58,
  // not 1.5800000000000001.
  char digits[32];
  if (std::optional<double> number = value.getAsNumber();
      number && !value.getAsInteger())
    text.assign(digits, std::to_chars(digits, std::end(digits), *number).ptr);
  else
    raw_string_ostream(text) << value;
  if (text.size() > kMaxShown)
    text = json::fixUTF8(StringRef(text).take_front(kMaxShown)) + "...";
  return text;
}

std::string JsonFile::locate(StringRef path, const Twine &message) const {
  std::string where = file.getBufferIdentifier().str();
  auto offset = offsets.find(path);
  if (offset != offsets.end()) {
    StringRef before = file.getBuffer().take_front(offset->second);
    where += ":" + std::to_string(before.count('\n') + 1);
  }
  return (where + ": " + message).str();
}

Error JsonFile::scan() {
  struct Scope {
    std::string prefix;
    /// Of an object that is no element of a list.
    bool hasFields;
  };
  SmallVector<Scope> scopes;
  std::string path;
  StringRef text = file.getBuffer();
  for (size_t i = 0; i < text.size(); ++i) {
    switch (text[i]) {
    case '{':
    case '[':
      if (scopes.size() == kMaxDepth)
        return createStringError(
            locate("", "nests deeper than " + Twine(kMaxDepth) + " levels"));
      scopes.push_back(
          {path.empty() ? "" : path + ".",
           text[i] == '{' && (scopes.empty() || scopes.back().hasFields)});
      break;
    case '}':
    case ']':
      if (!scopes.empty())
        scopes.pop_back();
      break;
    case '"': {
      size_t begin = i;
      for (++i; i < text.size() && text[i] != '"'; ++i)
        i += text[i] == '\\';
      if (i >= text.size() || scopes.empty() || !scopes.back().hasFields ||
          !text.drop_front(i + 1).ltrim().starts_with(":"))
        break;
      // Keys may be written with escapes.
      Expected<json::Value> key = json::parse(text.slice(begin, i + 1));
      if (!key) {
        consumeError(key.takeError());
        break;
      }
      path = scopes.back().prefix + key->getAsString()->str();
      if (!offsets.insert({path, begin}).second) {
        offsets[path] = begin;
        return createStringError(
            locate(path, "field '" + path + "' occurs twice"));
      }
      break;
    }
    }
  }
  return Error::success();
}

Expected<JsonFile> JsonFile::parse(MemoryBufferRef file, StringRef what) {
  JsonFile result(file);
  if (file.getBuffer().trim().empty())
    return createStringError(result.locate("", "is empty; expected " + what));
  if (Error error = result.scan())
    return std::move(error);
  Expected<json::Value> value = json::parse(file.getBuffer());
  if (!value) {
    // "[line:column, byte=offset]: what"
    std::string message = toString(value.takeError());
    auto [where, why] = StringRef(message).split("]: ");
    where.consume_front("[");
    return createStringError(file.getBufferIdentifier() + ":" +
                             where.split(':').first + ": is not JSON: " + why +
                             "; expected " + what);
  }
  if (!value->getAsObject())
    return createStringError(result.locate("", "must be an object, found " +
                                                   describe(*value) +
                                                   "; expected " + what));
  result.root = std::move(*value);
  return result;
}
