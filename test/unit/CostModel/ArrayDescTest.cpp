//===- ArrayDescTest.cpp - Arrays by name and by size ---------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestSchedules.h"

using namespace onebit;
using namespace onebit::test;

namespace {

TEST(ParseArray, Presets) {
  llvm::Expected<ArrayDesc> cloud = parseArray("paper-cloud");
  ASSERT_TRUE(bool(cloud));
  EXPECT_EQ(cloud->name, "paper-cloud");
  EXPECT_EQ(cloud->rows, 256);
  EXPECT_EQ(cloud->columns, 256);
  EXPECT_EQ(cloud->ifmapKb, 4096);
  EXPECT_EQ(cloud->filterKb, 8192);
  EXPECT_EQ(cloud->ofmapKb, 4096);

  llvm::Expected<ArrayDesc> edge = parseArray("paper-edge");
  ASSERT_TRUE(bool(edge));
  EXPECT_EQ(edge->rows, 32);
  EXPECT_EQ(edge->columns, 32);
  EXPECT_EQ(edge->ifmapKb, 2048);
  EXPECT_EQ(edge->filterKb, 4096);
  EXPECT_EQ(edge->ofmapKb, 2048);
}

TEST(ParseArray, EveryPresetIsPossible) {
  for (const ArrayPreset &preset : getArrayPresets()) {
    llvm::Expected<ArrayDesc> array = parseArray(preset.name);
    ASSERT_TRUE(bool(array)) << preset.name.str();
    EXPECT_EQ(llvm::toString(array->check()), "");
  }
}

TEST(ParseArray, Sides) {
  for (auto [text, rows, columns] :
       {std::tuple("4x8", 4, 8), std::tuple("1x1", 1, 1),
        std::tuple("65536x65536", 65536, 65536)}) {
    llvm::Expected<ArrayDesc> array = parseArray(text);
    ASSERT_TRUE(bool(array)) << text;
    EXPECT_EQ(array->name, text);
    EXPECT_EQ(array->rows, rows);
    EXPECT_EQ(array->columns, columns);
    EXPECT_EQ(array->dataflow, Dataflow::OutputStationary);
    EXPECT_EQ(array->ifmapKb + array->filterKb + array->ofmapKb, 0);
  }
}

TEST(ParseArray, NameIsTheSameHoweverWritten) {
  llvm::Expected<ArrayDesc> array = parseArray("032x0064");
  ASSERT_TRUE(bool(array));
  EXPECT_EQ(array->name, "32x64");
}

TEST(ParseArray, SaysWhatIsWrong) {
  const std::string forms =
      "; expected 'gemmini', 'paper-cloud', 'paper-edge', 'ternary-edge', "
      "'tpu-v1', ROWSxCOLUMNS with sides from 1 to 65536, such as '128x64', or "
      "the path of an array file";
  for (const char *text : {"nosuch", "4", "", "x", "4x", "x4", "4x4x4", "4 x 4",
                           "4x4.5", "+4x4", "0x4x", "paper_cloud", "4X4"})
    EXPECT_EQ(message(parseArray(text)),
              std::string("unknown array '") + text + "'" + forms);
  EXPECT_EQ(message(parseArray("0x4")),
            "array '0x4' cannot have 0 rows" + forms);
  EXPECT_EQ(message(parseArray("-1x4")),
            "array '-1x4' cannot have -1 rows" + forms);
  EXPECT_EQ(message(parseArray("4x65537")),
            "array '4x65537' cannot have 65537 columns" + forms);
  EXPECT_EQ(message(parseArray("99999999999x99999999999")),
            "array '99999999999x99999999999' cannot have 99999999999 rows" +
                forms);
  EXPECT_EQ(message(parseArray("4x99999999999999999999999999")),
            "array '4x99999999999999999999999999' cannot have "
            "99999999999999999999999999 columns" +
                forms);
}

TEST(ArrayDesc, Check) {
  ArrayDesc array = makeArray(4, 0, Dataflow::OutputStationary);
  EXPECT_EQ(llvm::toString(array.check()),
            "array 'test' must have between 1 and 65536 rows and columns, got "
            "4 x 0");
  array.columns = 4;
  array.filterKb = -8;
  EXPECT_EQ(llvm::toString(array.check()),
            "array 'test' must not have a negative memory, got 0, -8 and 0 kB");
  array.filterKb = 0;
  array.machine.emplace();
  EXPECT_EQ(llvm::toString(array.check()), "");
  array.machine->weight = {8, 0};
  EXPECT_EQ(
      llvm::toString(array.check()),
      "array 'test' must store 1 to 64 elements in 1 to 64 bits, got 0 in "
      "8");
  array.machine->weight = {64, 64};
  array.machine->kv = {65, 1};
  EXPECT_EQ(
      llvm::toString(array.check()),
      "array 'test' must store 1 to 64 elements in 1 to 64 bits, got 1 in "
      "65");
  array.machine->kv = {1, 1};
  array.machine->ofmapPort = -3;
  EXPECT_EQ(llvm::toString(array.check()),
            "array 'test' must not have a negative bandwidth, got -3 bits per "
            "cycle");
}

} // namespace
