//===- ArrayDesc.cpp - A systolic array as plain numbers ------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/CostModel/ArrayDesc.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace onebit;

Error ArrayDesc::check() const {
  if (rows < 1 || columns < 1 || rows > kMaxSide || columns > kMaxSide)
    return createStringError("array '" + name + "' must have between 1 and " +
                             Twine(kMaxSide) + " rows and columns, got " +
                             Twine(rows) + " x " + Twine(columns));
  if (ifmapKb < 0 || filterKb < 0 || ofmapKb < 0)
    return createStringError("array '" + name +
                             "' must not have a negative memory, got " +
                             Twine(ifmapKb) + ", " + Twine(filterKb) + " and " +
                             Twine(ofmapKb) + " kB");
  return Error::success();
}

ArrayRef<ArrayPreset> onebit::getArrayPresets() {
  // The two configurations of "MatMul or No MatMul in the Era of 1-bit LLMs",
  // arXiv 2408.11939.
  static constexpr ArrayPreset presets[] = {
      {"paper-cloud", "256x256, memories of 4, 8 and 4 MB", 256, 256, 4096,
       8192, 4096},
      {"paper-edge", "32x32, memories of 2, 4 and 2 MB", 32, 32, 2048, 4096,
       2048},
  };
  return presets;
}

/// Whether `text` is written like a whole number, of whatever size.
static bool isNumber(StringRef text) {
  text.consume_front("-");
  return !text.empty() && all_of(text, isDigit);
}

Expected<ArrayDesc> onebit::parseArray(StringRef text) {
  ArrayDesc array;
  for (const ArrayPreset &preset : getArrayPresets()) {
    if (text != preset.name)
      continue;
    array.name = preset.name.str();
    array.rows = preset.rows;
    array.columns = preset.columns;
    array.ifmapKb = preset.ifmapKb;
    array.filterKb = preset.filterKb;
    array.ofmapKb = preset.ofmapKb;
    return array;
  }

  auto fail = [&](const Twine &why) {
    std::string forms;
    for (const ArrayPreset &preset : getArrayPresets())
      forms += "'" + preset.name.str() + "', ";
    return createStringError(why + "; expected " + forms +
                             "or ROWSxCOLUMNS with sides from 1 to " +
                             Twine(ArrayDesc::kMaxSide) + ", such as '128x64'");
  };
  auto [rows, columns] = text.split('x');
  if (!isNumber(rows) || !isNumber(columns))
    return fail("unknown array '" + text + "'");
  auto parseSide = [](StringRef side, int64_t &value) {
    return !side.getAsInteger(10, value) && value >= 1 &&
           value <= ArrayDesc::kMaxSide;
  };
  if (!parseSide(rows, array.rows))
    return fail("array '" + text + "' cannot have " + rows + " rows");
  if (!parseSide(columns, array.columns))
    return fail("array '" + text + "' cannot have " + columns + " columns");
  array.name = (Twine(array.rows) + "x" + Twine(array.columns)).str();
  return array;
}
