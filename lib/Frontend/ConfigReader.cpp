//===- ConfigReader.cpp - Fields of a JSON file, checked ------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ConfigReader.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Error.h"
#include <cmath>
#include <limits>

using namespace llvm;
using namespace onebit::frontend;

/// The parser recurses; no config is nearly as deep.
static constexpr unsigned kMaxDepth = 100;

mlir::Location ConfigReader::location() const { return locationOf(0); }

mlir::Location ConfigReader::locationOf(size_t offset) const {
  StringRef text = file.getBuffer();
  StringRef before = text.take_front(offset);
  size_t begin = before.rfind('\n') + 1;
  // Without a column a diagnostic does not show the line, which should be of a
  // length that one can look at.
  bool shown = std::min(text.find('\n', begin), text.size()) - begin < 500;
  return mlir::FileLineColLoc::get(&context, file.getBufferIdentifier(),
                                   before.count('\n') + 1,
                                   shown ? offset - begin + 1 : 0);
}

bool ConfigReader::scan() {
  StringRef text = file.getBuffer();
  unsigned depth = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    switch (text[i]) {
    case '{':
    case '[':
      if (++depth > kMaxDepth) {
        mlir::emitError(location())
            << "nests deeper than " << kMaxDepth
            << " levels; expected a Hugging Face config.json";
        return false;
      }
      break;
    case '}':
    case ']':
      // More closed than opened is for the parser to report.
      depth -= depth > 0;
      break;
    case '"': {
      size_t begin = i;
      for (++i; i < text.size() && text[i] != '"'; ++i)
        i += text[i] == '\\';
      if (depth != 1 || i >= text.size() ||
          !text.drop_front(i + 1).ltrim().starts_with(":"))
        break;
      StringRef key = text.slice(begin + 1, i);
      if (!offsets.insert({key, begin}).second) {
        mlir::emitError(locationOf(begin))
            << "'" << key << "' occurs twice; expected each field once";
        return false;
      }
      break;
    }
    }
  }
  return true;
}

std::unique_ptr<ConfigReader> ConfigReader::parse(mlir::MLIRContext &context,
                                                  MemoryBufferRef file) {
  std::unique_ptr<ConfigReader> reader(new ConfigReader(context, file));
  if (!reader->scan())
    return nullptr;
  // Editors of one system begin a file with a byte-order mark.
  StringRef text = file.getBuffer();
  text.consume_front("\xEF\xBB\xBF");
  Expected<json::Value> value = json::parse(text);
  if (!value) {
    // "[line:column, byte=offset]: what"
    std::string message = toString(value.takeError());
    auto [where, what] = StringRef(message).split("]: ");
    size_t offset = 0;
    if (where.split("byte=").second.getAsInteger(10, offset))
      offset = 0;
    mlir::emitError(reader->locationOf(offset))
        << "expected a Hugging Face config.json, found what is not JSON: "
        << what;
    return nullptr;
  }
  if (!value->getAsObject()) {
    mlir::emitError(reader->location())
        << "expected a JSON object, as in a Hugging Face config.json, found "
        << describe(*value);
    return nullptr;
  }
  reader->root = std::move(*value);
  return reader;
}

std::string ConfigReader::describe(const json::Value &value) {
  if (value.getAsArray())
    return "a list";
  if (value.getAsObject())
    return "an object";
  std::string text;
  raw_string_ostream(text) << value;
  if (text.size() > 40)
    text = text.substr(0, 40) + "...";
  return text;
}

void ConfigReader::error(const Field &field, const Twine &message) {
  if (hasFailed)
    return;
  hasFailed = true;
  StringRef name = find(field).first;
  auto *offset = offsets.find(name.split('.').first);
  mlir::emitError(offset == offsets.end() ? location()
                                          : locationOf(offset->second))
      << message;
}

void ConfigReader::wrong(StringRef name, const Twine &expected,
                         const json::Value *found) {
  error({name}, "'" + name + "' must be " + expected +
                    (found ? ", found " + describe(*found)
                           : std::string(", but is missing")));
}

const json::Value *ConfigReader::lookup(StringRef path) const {
  const json::Value *value = &root;
  for (StringRef key : split(path, '.')) {
    const json::Object *object = value->getAsObject();
    value = object ? object->get(key) : nullptr;
    if (!value)
      break;
  }
  return value;
}

bool ConfigReader::isNull(const Field &field) const {
  return any_of(field.names, [&](StringRef name) {
    const json::Value *value = lookup(name);
    return value && value->kind() == json::Value::Null;
  });
}

std::pair<StringRef, const json::Value *>
ConfigReader::find(const Field &field) {
  std::pair<StringRef, const json::Value *> found = {field.names.front(),
                                                     nullptr};
  for (StringRef name : field.names) {
    read.insert(name.split('.').first);
    const json::Value *value = lookup(name);
    if (!value || value->kind() == json::Value::Null)
      continue;
    if (found.second && *found.second != *value)
      error({name}, "'" + name + "' is " + describe(*value) + ", but '" +
                        found.first + "', another name of it, is " +
                        describe(*found.second));
    if (!found.second)
      found = {name, value};
  }
  return found;
}

int64_t ConfigReader::size(const Field &field, std::optional<int64_t> absent,
                           int64_t max, int64_t min) {
  auto [name, value] = find(field);
  if (!value && absent)
    return *absent;
  std::optional<int64_t> integer = value ? value->getAsInteger() : std::nullopt;
  if (integer && *integer >= min && *integer <= max)
    return *integer;
  wrong(name, "an integer from " + Twine(min) + " to " + Twine(max), value);
  return 1;
}

std::optional<int64_t> ConfigReader::optionalSize(const Field &field,
                                                  std::optional<int64_t> absent,
                                                  int64_t max) {
  if (has(field))
    return size(field, {}, max);
  return isNull(field) ? std::nullopt : absent;
}

SmallVector<StringRef> ConfigReader::unread() const {
  SmallVector<StringRef> fields;
  for (StringRef name : make_first_range(offsets)) {
    const json::Value *value = root.getAsObject()->get(name);
    if (!value || read.contains(name) || *value == json::Value(nullptr) ||
        *value == json::Value(false) || value->getAsNumber() == 0.0 ||
        value->getAsString() == "" ||
        (value->getAsArray() && value->getAsArray()->empty()) ||
        (value->getAsObject() && value->getAsObject()->empty()))
      continue;
    fields.push_back(name);
  }
  return fields;
}

/// Whether `number` and its reciprocal are finite in f32.
static bool isNormal(double number) {
  double size = std::abs(number);
  return size >= std::numeric_limits<float>::min() &&
         size <= std::numeric_limits<float>::max();
}

double ConfigReader::number(const Field &field, double absent) {
  auto [name, value] = find(field);
  if (!value)
    return absent;
  std::optional<double> number = value->getAsNumber();
  if (number && (*number == 0 || isNormal(*number)))
    return *number;
  wrong(name, "a finite number", value);
  return absent;
}

static std::optional<double> getPositive(const json::Value &value) {
  std::optional<double> number = value.getAsNumber();
  return number && *number > 0 && isNormal(*number) ? number : std::nullopt;
}

double ConfigReader::positive(const Field &field,
                              std::optional<double> absent) {
  auto [name, value] = find(field);
  if (!value && absent)
    return *absent;
  if (std::optional<double> number = value ? getPositive(*value) : std::nullopt)
    return *number;
  wrong(name, "a finite number above zero", value);
  return absent.value_or(1.0);
}

SmallVector<double> ConfigReader::positives(const Field &field, int64_t count) {
  auto [name, value] = find(field);
  std::string expected =
      "a list of " + std::to_string(count) + " finite numbers above zero";
  const json::Array *array = value ? value->getAsArray() : nullptr;
  SmallVector<double> numbers;
  if (!array) {
    wrong(name, expected, value);
  } else if (static_cast<int64_t>(array->size()) != count) {
    error({name}, "'" + name + "' must be " + expected + ", found " +
                      Twine(array->size()));
  } else {
    for (const json::Value &element : *array) {
      if (std::optional<double> number = getPositive(element))
        numbers.push_back(*number);
      else
        wrong(name, expected, &element);
    }
  }
  numbers.resize(count, 1.0);
  return numbers;
}

std::optional<double>
ConfigReader::optionalPositive(const Field &field,
                               std::optional<double> absent) {
  if (has(field))
    return positive(field, 1.0);
  return isNull(field) ? std::nullopt : absent;
}

bool ConfigReader::flag(const Field &field, bool absent) {
  auto [name, value] = find(field);
  if (!value)
    return absent;
  if (std::optional<bool> flag = value->getAsBoolean())
    return *flag;
  wrong(name, "true or false", value);
  return absent;
}

StringRef ConfigReader::string(const Field &field) {
  auto [name, value] = find(field);
  if (!value)
    return "";
  if (std::optional<StringRef> string = value->getAsString())
    return *string;
  wrong(name, "a string", value);
  return "";
}

const json::Object *ConfigReader::object(const Field &field) {
  auto [name, value] = find(field);
  if (value && !value->getAsObject())
    wrong(name, "an object", value);
  return value ? value->getAsObject() : nullptr;
}

std::optional<SmallVector<StringRef>>
ConfigReader::strings(const Field &field) {
  auto [name, value] = find(field);
  if (!value)
    return std::nullopt;
  SmallVector<StringRef> strings;
  const json::Array *array = value->getAsArray();
  if (!array)
    wrong(name, "a list of strings", value);
  else
    for (const json::Value &element : *array) {
      if (std::optional<StringRef> string = element.getAsString())
        strings.push_back(*string);
      else
        wrong(name, "a list of strings", &element);
    }
  return strings;
}
