//===- ScaleSimConfig.cpp - SCALE-Sim's configurations --------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Of versions 2 and 3. The offsets of the operands change nothing: each has a
// memory of its own.
//
//===----------------------------------------------------------------------===//

#include "IniFile.h"
#include "onebit/CostModel/ArrayFile.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace llvm;
using namespace onebit;

namespace {
/// Keys of a configuration, checked. The first error stays; what is asked for
/// after it is meaningless.
class ConfigReader {
public:
  explicit ConfigReader(const IniFile &file) : file(file) {}

  Expected<ArrayDesc> read();

private:
  void fail(const Twine &message, size_t line = 0) {
    if (firstError.empty())
      firstError = (file.getName() + (line ? ":" + Twine(line) : Twine()) +
                    ": " + message)
                       .str();
  }
  void wrong(StringRef key, const IniFile::Entry &entry,
             const Twine &expected) {
    fail("'" + key + "' must be " + expected + ", found '" + entry.value + "'",
         entry.line);
  }

  /// The entry of a key that must be there.
  std::optional<IniFile::Entry> required(StringRef section, StringRef key);
  /// An integer from 1 to `max`.
  int64_t size(StringRef section, StringRef key, int64_t max = kMaxSize);
  /// False where there is no such key.
  bool flag(StringRef section, StringRef key);
  /// The first of integers with commas between them.
  int64_t firstOf(StringRef section, StringRef key);
  void refuse(StringRef section, StringRef key, StringRef what);

  static constexpr int64_t kMaxSize = int64_t(1) << 30;

  const IniFile &file;
  std::string firstError;
};
} // namespace

/// Whether `text` is an integer from 1 to `max`.
static bool parseSize(StringRef text, int64_t max, int64_t &size) {
  return !text.empty() && all_of(text, isDigit) &&
         !text.getAsInteger(10, size) && size >= 1 && size <= max;
}

std::optional<IniFile::Entry> ConfigReader::required(StringRef section,
                                                     StringRef key) {
  if (const IniFile::Entry *entry = file.lookup(section, key))
    return *entry;
  if (file.hasSection(section))
    fail("'" + key + "' is missing in section [" + section + "]");
  else
    fail("section [" + section +
         "] is missing; expected a SCALE-Sim "
         "configuration");
  return std::nullopt;
}

int64_t ConfigReader::size(StringRef section, StringRef key, int64_t max) {
  int64_t size = 1;
  if (std::optional<IniFile::Entry> entry = required(section, key);
      entry && !parseSize(entry->value, max, size))
    wrong(key, *entry, "an integer from 1 to " + Twine(max));
  return size;
}

int64_t ConfigReader::firstOf(StringRef section, StringRef key) {
  std::optional<IniFile::Entry> entry = required(section, key);
  if (!entry)
    return 1;
  SmallVector<StringRef> parts;
  entry->value.split(parts, ',');
  SmallVector<int64_t> sizes;
  for (StringRef part : parts)
    if (int64_t size = 0; parseSize(part.trim(), kMaxSize, size))
      sizes.push_back(size);
  if (sizes.size() == parts.size())
    return sizes.front();
  wrong(key, *entry,
        "integers from 1 to " + Twine(kMaxSize) + " with commas between them");
  return 1;
}

bool ConfigReader::flag(StringRef section, StringRef key) {
  const IniFile::Entry *entry = file.lookup(section, key);
  if (!entry)
    return false;
  // What Python's configparser takes for a truth value.
  std::optional<bool> value =
      StringSwitch<std::optional<bool>>(entry->value.lower())
          .Cases({"1", "yes", "true", "on"}, true)
          .Cases({"0", "no", "false", "off"}, false)
          .Default(std::nullopt);
  if (!value)
    wrong(key, *entry, "True or False");
  return value.value_or(false);
}

void ConfigReader::refuse(StringRef section, StringRef key, StringRef what) {
  if (flag(section, key))
    fail("'" + key + "': " + what + " is not modelled; expected False",
         file.lookup(section, key)->line);
}

Expected<ArrayDesc> ConfigReader::read() {
  ArrayDesc array;
  if (std::optional<IniFile::Entry> name = required("general", "run_name")) {
    if (name->value.empty())
      wrong("run_name", *name, "a name");
    array.name = name->value.str();
  }

  constexpr StringLiteral presets = "architecture_presets";
  array.rows = size(presets, "ArrayHeight", ArrayDesc::kMaxSide);
  array.columns = size(presets, "ArrayWidth", ArrayDesc::kMaxSide);
  array.ifmapKb = size(presets, "IfmapSramSzkB");
  array.filterKb = size(presets, "FilterSramSzkB");
  array.ofmapKb = size(presets, "OfmapSramSzkB");
  if (std::optional<IniFile::Entry> entry = required(presets, "Dataflow")) {
    std::optional<systolic::Dataflow> dataflow =
        systolic::symbolizeDataflow(entry->value);
    if (!dataflow)
      wrong("Dataflow", *entry, "os, ws or is");
    array.dataflow = dataflow.value_or(array.dataflow);
  }

  if (std::optional<IniFile::Entry> mode =
          required("run_presets", "InterfaceBandwidth")) {
    if (mode->value == "USER") {
      int64_t words = firstOf(presets, "Bandwidth");
      array.scaleSim = {words, words, words};
      // Version 3 knows it, and reads there what its read operands have.
      if (file.hasSection("layout")) {
        array.scaleSim->ifmap = size("layout", "IfmapSRAMBankBandwidth");
        array.scaleSim->filter = size("layout", "FilterSRAMBankBandwidth");
      }
    } else if (mode->value != "CALC") {
      wrong("InterfaceBandwidth", *mode, "CALC or USER");
    }
  }
  refuse("run_presets", "UseRamulatorTrace", "DRAM traced by Ramulator");
  refuse("layout", "IfmapCustomLayout", "a layout of the ifmap in banks");
  refuse("layout", "FilterCustomLayout", "a layout of the filter in banks");
  if (flag("sparsity", "SparsitySupport"))
    refuse("sparsity", "OptimizedMapping", "row-wise sparsity");

  if (!firstError.empty())
    return createStringError(firstError);
  return array;
}

Expected<ArrayDesc> onebit::parseScaleSimConfig(MemoryBufferRef buffer) {
  Expected<IniFile> file = IniFile::parse(buffer);
  if (!file)
    return file.takeError();
  return ConfigReader(*file).read();
}
