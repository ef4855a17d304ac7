//===- ArrayDesc.cpp - A systolic array as plain numbers ------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/CostModel/ArrayDesc.h"
#include "onebit/CostModel/ArrayFile.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"

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
  if (projectionEngine)
    if (Error error = projectionEngine->check())
      return error;
  if (!machine)
    return Error::success();
  for (const Format &format :
       {machine->activation, machine->weight, machine->denseWeight,
        machine->partialSum, machine->kv})
    if (format.bits < 1 || format.bits > 64 || format.elements < 1 ||
        format.elements > 64)
      return createStringError("array '" + name +
                               "' must store 1 to 64 elements in 1 to 64 bits, "
                               "got " +
                               Twine(format.elements) + " in " +
                               Twine(format.bits));
  for (int64_t bandwidth : {machine->ifmapPort, machine->filterPort,
                            machine->ofmapPort, machine->dram})
    if (bandwidth < 0)
      return createStringError("array '" + name +
                               "' must not have a negative bandwidth, got " +
                               Twine(bandwidth) + " bits per cycle");
  return Error::success();
}

ArrayRef<ArrayPreset> onebit::getArrayPresets() {
  static constexpr ArrayPreset presets[] = {
#include "lib/CostModel/ArrayPresets.inc"
  };
  return presets;
}

/// Whether `text` is written like a whole number, of whatever size.
static bool isNumber(StringRef text) {
  text.consume_front("-");
  return !text.empty() && all_of(text, isDigit);
}

/// Whether `text` means a file, there or not.
static bool isPath(StringRef text) {
  return text.contains('/') || text.ends_with(".json") ||
         text.ends_with(".cfg") || sys::fs::exists(text);
}

Expected<ArrayDesc> onebit::parseArray(StringRef text) {
  for (const ArrayPreset &preset : getArrayPresets())
    if (text == preset.name)
      return parseArrayFile(MemoryBufferRef(preset.json, preset.name));

  auto [rows, columns] = text.split('x');
  bool isSize = isNumber(rows) && isNumber(columns);
  if (!isSize && isPath(text))
    return readArrayFile(text);

  auto fail = [&](const Twine &why) {
    std::string forms;
    for (const ArrayPreset &preset : getArrayPresets())
      forms += "'" + preset.name.str() + "', ";
    return createStringError(
        why + "; expected " + forms + "ROWSxCOLUMNS with sides from 1 to " +
        Twine(ArrayDesc::kMaxSide) +
        ", such as '128x64', or the path of an array file");
  };
  if (!isSize)
    return fail("unknown array '" + text + "'");
  ArrayDesc array;
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
