//===- OneBitConfig.cpp - Which layers of a model are 1-bit ---------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// After transformers 5.23: BitNetQuantConfig for the fields,
// integrations/bitnet and quantizers_utils for which modules are converted.
//
//===----------------------------------------------------------------------===//

#include "ConfigReader.h"
#include "ModelConfig.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Regex.h"

using namespace llvm;
using namespace onebit;
using namespace onebit::frontend;

/// What Python's regular expressions and POSIX's mean alike.
static bool isPortable(StringRef pattern) {
  static constexpr StringLiteral special = "_-.*+|^$ ";
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern.substr(i).starts_with("\\."))
      ++i;
    else if (!isAlnum(pattern[i]) && !special.contains(pattern[i]))
      return false;
    // Lazy and possessive: *?, +?, ++.
    else if (i > 0 && StringRef("*+").contains(pattern[i]) &&
             StringRef("*+").contains(pattern[i - 1]))
      return false;
  }
  return Regex("^(" + pattern.str() + ")$").isValid();
}

/// Whether `pattern` is the end of `name`, or matches `name` from the start up
/// to a dot, to the right or left of it, or to the end.
static bool matches(StringRef pattern, StringRef name) {
  if (name.ends_with(pattern))
    return true;
  Regex regex("^(" + pattern.str() + ")$");
  for (size_t end = 0; end <= name.size(); ++end)
    if ((end == name.size() || name[end] == '.' ||
         (end > 0 && name[end - 1] == '.')) &&
        regex.match(name.take_front(end)))
      return true;
  return false;
}

bool OneBitConfig::isQuantized(StringRef name) const {
  if (!excluded)
    return name != "lm_head";
  return none_of(*excluded,
                 [&](StringRef pattern) { return matches(pattern, name); });
}

void frontend::readOneBit(ConfigReader &reader, ModelConfig &config) {
  auto oneOf = [&](const char *path, StringRef name,
                   std::pair<StringRef, StringRef> values) {
    StringRef value = reader.string(path);
    if (!value.empty() && value != values.first && value != values.second)
      reader.error(path, "'" + name + "' must be one of " + values.first +
                             ", " + values.second + "; found \"" + value +
                             "\"");
  };
  oneOf("quantization_config.linear_class", "linear_class",
        {"bitlinear", "autobitlinear"});
  oneOf("quantization_config.quantization_mode", "quantization_mode",
        {"offline", "online"});

  OneBitConfig oneBit;
  oneBit.rmsNorm = reader.flag("quantization_config.use_rms_norm", false);
  oneBit.epsilon =
      reader.positive("quantization_config.rms_norm_eps", oneBit.epsilon);
  Field excluded = "quantization_config.modules_to_not_convert";
  if (std::optional<SmallVector<StringRef>> patterns =
          reader.strings(excluded)) {
    oneBit.excluded.emplace();
    for (StringRef pattern : *patterns) {
      if (!isPortable(pattern))
        reader.error(excluded,
                     "'modules_to_not_convert' may have names, and patterns of "
                     "letters, digits and .*+|^$; found \"" +
                         pattern + "\"");
      oneBit.excluded->push_back(pattern.str());
    }
  }
  if (config.tied && oneBit.isQuantized(config.lmHead.name))
    config.assume(decoder::AssumptionKind::Deviation,
                  config.lmHead.name +
                      " is 1-bit and shares its weight with the "
                      "embedding, which is not");
  config.oneBit = std::move(oneBit);
}
