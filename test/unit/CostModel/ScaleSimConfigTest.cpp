//===- ScaleSimConfigTest.cpp - SCALE-Sim's configurations ----------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestSchedules.h"
#include "onebit/CostModel/ArrayFile.h"

using namespace onebit;
using namespace onebit::test;

namespace {

llvm::Expected<ArrayDesc> parse(llvm::StringRef text) {
  return parseScaleSimConfig(llvm::MemoryBufferRef(text, "a.cfg"));
}

/// Lines 1 to 14; `Bandwidth` is in line 11, `InterfaceBandwidth` in line 14.
constexpr llvm::StringLiteral kCalc = R"([general]
run_name = r

[architecture_presets]
ArrayHeight:    8
ArrayWidth:     32
IfmapSramSzkB:  2
FilterSramSzkB: 4
OfmapSramSzkB:  6
Dataflow: ws
Bandwidth: 10,20,30
MemoryBanks: 1
[run_presets]
InterfaceBandwidth: CALC
)";

/// `kCalc` with `from` replaced by `to`.
std::string with(llvm::StringRef from, llvm::StringRef to) {
  auto [before, after] = kCalc.split(from);
  EXPECT_NE(before, kCalc) << from.str();
  return (before + to + after).str();
}

TEST(ScaleSimConfig, Calc) {
  llvm::Expected<ArrayDesc> array = parse(kCalc);
  ASSERT_TRUE(bool(array));
  EXPECT_EQ(array->name, "r");
  EXPECT_EQ(array->rows, 8);
  EXPECT_EQ(array->columns, 32);
  EXPECT_EQ(array->ifmapKb, 2);
  EXPECT_EQ(array->filterKb, 4);
  EXPECT_EQ(array->ofmapKb, 6);
  EXPECT_EQ(array->dataflow, Dataflow::WeightStationary);
  EXPECT_FALSE(array->scaleSim.has_value());
  EXPECT_FALSE(array->machine.has_value());
  EXPECT_EQ(llvm::toString(array->check()), "");
}

TEST(ScaleSimConfig, UserOfVersion2HasOneBandwidth) {
  llvm::Expected<ArrayDesc> array = parse(with("CALC", "USER"));
  ASSERT_TRUE(bool(array));
  ASSERT_TRUE(array->scaleSim.has_value());
  EXPECT_EQ(array->scaleSim->ifmap, 10);
  EXPECT_EQ(array->scaleSim->filter, 10);
  EXPECT_EQ(array->scaleSim->ofmap, 10);
}

TEST(ScaleSimConfig, UserOfVersion3HasThree) {
  llvm::Expected<ArrayDesc> array = parse(with("CALC", R"(USER
UseRamulatorTrace: False
[layout]
IfmapCustomLayout: False
IfmapSRAMBankBandwidth: 7
IfmapSRAMBankNum: 10
IfmapSRAMBankPort: 2
FilterCustomLayout: False
FilterSRAMBankBandwidth: 9
FilterSRAMBankNum: 10
FilterSRAMBankPort: 2
[sparsity]
SparsitySupport: false)"));
  ASSERT_TRUE(bool(array));
  ASSERT_TRUE(array->scaleSim.has_value());
  EXPECT_EQ(array->scaleSim->ifmap, 7);
  EXPECT_EQ(array->scaleSim->filter, 9);
  EXPECT_EQ(array->scaleSim->ofmap, 10);
}

TEST(ScaleSimConfig, EveryWayToWrite) {
  llvm::Expected<ArrayDesc> array = parse("# comment\r\n"
                                          "; comment\r\n"
                                          "  [general]\r\n"
                                          "  RUN_NAME: a name = b: c \r\n"
                                          "  # comment\r\n"
                                          "\r\n"
                                          "[architecture_presets]\r\n"
                                          "arrayheight=1\r\n"
                                          "ArrayWidth  =  0002\r\n"
                                          "ifmapsramszkB :3\r\n"
                                          "filtersramszkB : 4\r\n"
                                          "ofmapsramszkB\t=\t1073741824\r\n"
                                          "Unknown key = is not read\r\n"
                                          "Dataflow : is\r\n"
                                          "[sparsity]\r\n"
                                          "SparsitySupport: True\r\n"
                                          "OptimizedMapping: False\r\n"
                                          "[run_presets]\r\n"
                                          "InterfaceBandwidth = CALC");
  ASSERT_TRUE(bool(array)) << message(std::move(array));
  EXPECT_EQ(array->name, "a name = b: c");
  EXPECT_EQ(array->rows, 1);
  EXPECT_EQ(array->columns, 2);
  EXPECT_EQ(array->ifmapKb, 3);
  EXPECT_EQ(array->filterKb, 4);
  EXPECT_EQ(array->ofmapKb, 1073741824);
  EXPECT_EQ(array->dataflow, Dataflow::InputStationary);
}

TEST(ScaleSimConfig, SaysWhereAndWhatIsWrong) {
  const std::string side = " must be an integer from 1 to 65536, found ";
  const std::string size = " must be an integer from 1 to 1073741824, found ";
  const std::string list = " must be integers from 1 to 1073741824 with commas "
                           "between them, found ";
  const std::tuple<const char *, const char *, std::string> cases[] = {
      {"8\n", "0\n", "5: 'ArrayHeight'" + side + "'0'"},
      {"32\n", "65537\n", "6: 'ArrayWidth'" + side + "'65537'"},
      {"32\n", "-32\n", "6: 'ArrayWidth'" + side + "'-32'"},
      {"32\n", "32 # wide\n", "6: 'ArrayWidth'" + side + "'32 # wide'"},
      {"32\n", "\n", "6: 'ArrayWidth'" + side + "''"},
      {"  2\n", "  2.5\n", "7: 'IfmapSramSzkB'" + size + "'2.5'"},
      {"4\n", "99999999999999999999\n",
       "8: 'FilterSramSzkB'" + size + "'99999999999999999999'"},
      {"6\n", "1073741825\n", "9: 'OfmapSramSzkB'" + size + "'1073741825'"},
      {" ws", " WS", "10: 'Dataflow' must be os, ws or is, found 'WS'"},
      {"= r", "=", "2: 'run_name' must be a name, found ''"},
      {"CALC", "calc",
       "14: 'InterfaceBandwidth' must be CALC or USER, found 'calc'"},
      {"10,20,30\nMemoryBanks: 1\n[run_presets]\nInterfaceBandwidth: CALC",
       "0\n[run_presets]\nInterfaceBandwidth: USER",
       "11: 'Bandwidth'" + list + "'0'"},
      {"10,20,30\nMemoryBanks: 1\n[run_presets]\nInterfaceBandwidth: CALC",
       "10,\n[run_presets]\nInterfaceBandwidth: USER",
       "11: 'Bandwidth'" + list + "'10,'"},
      {"CALC", "USER\n[layout]\nIfmapSRAMBankBandwidth: 0",
       "16: 'IfmapSRAMBankBandwidth'" + size + "'0'"},
      {"CALC", "CALC\nUseRamulatorTrace: True",
       "15: 'UseRamulatorTrace': DRAM traced by Ramulator is not modelled; "
       "expected False"},
      {"CALC", "CALC\n[layout]\nIfmapCustomLayout: yes",
       "16: 'IfmapCustomLayout': a layout of the ifmap in banks is not "
       "modelled; expected False"},
      {"CALC", "CALC\n[layout]\nFilterCustomLayout: 1",
       "16: 'FilterCustomLayout': a layout of the filter in banks is not "
       "modelled; expected False"},
      {"CALC", "CALC\n[layout]\nFilterCustomLayout: maybe",
       "16: 'FilterCustomLayout' must be True or False, found 'maybe'"},
      {"CALC",
       "CALC\n[sparsity]\nSparsitySupport: true\nOptimizedMapping: true",
       "17: 'OptimizedMapping': row-wise sparsity is not modelled; expected "
       "False"},
      {"ArrayHeight:    8\n", "",
       " 'ArrayHeight' is missing in section "
       "[architecture_presets]"},
      {"Bandwidth: 10,20,30\nMemoryBanks: "
       "1\n[run_presets]\nInterfaceBandwidth: "
       "CALC",
       "[run_presets]\nInterfaceBandwidth: USER",
       " 'Bandwidth' is missing in section [architecture_presets]"},
      {"CALC", "USER\n[layout]\nIfmapSRAMBankBandwidth: 1",
       " 'FilterSRAMBankBandwidth' is missing in section [layout]"},
      {"[general]\nrun_name = r", "",
       " section [general] is missing; expected "
       "a SCALE-Sim configuration"},
      {"[general]", "[General]",
       " section [general] is missing; expected a "
       "SCALE-Sim configuration"},
      {"[general]\n", "", "1: 'run_name' stands before any section"},
      {"[general]", "[general",
       "1: expected a section '[name]', found "
       "'[general'"},
      {"[run_presets]", "[general]", "13: section [general] occurs twice"},
      {"MemoryBanks: 1", "arrayWIDTH: 1",
       "12: 'arrayWIDTH' occurs twice in its section"},
      {"MemoryBanks: 1", "  MemoryBanks: 1",
       "12: is indented, and would so continue the value of the key before it"},
      {"MemoryBanks: 1", "MemoryBanks 1",
       "12: expected '[section]', 'key : value' or 'key = value', found "
       "'MemoryBanks 1'"},
      {"MemoryBanks: 1", ": 1",
       "12: expected '[section]', 'key : value' or 'key = value', found ': "
       "1'"}};
  for (const auto &[from, to, expected] : cases)
    EXPECT_EQ(message(parse(with(from, to))), "a.cfg:" + expected)
        << from << " -> " << to;
  EXPECT_EQ(message(parse("")), "a.cfg: section [general] is missing; expected "
                                "a SCALE-Sim configuration");
}

} // namespace
