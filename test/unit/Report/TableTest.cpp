//===- TableTest.cpp - Aligned columns ------------------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Report/Table.h"
#include "lib/Report/Number.h"
#include <cstdlib>
#include <gtest/gtest.h>
#include <limits>

using namespace onebit::report;

static std::string format(const Table &table, unsigned width) {
  std::string text;
  llvm::raw_string_ostream os(text);
  table.write(width, /*color=*/false, os);
  return text;
}

TEST(Table, groupsThousands) {
  EXPECT_EQ(groupDigits(0), "0");
  EXPECT_EQ(groupDigits(999), "999");
  EXPECT_EQ(groupDigits(1000), "1,000");
  EXPECT_EQ(groupDigits(1234567), "1,234,567");
  EXPECT_EQ(groupDigits(-123456), "-123,456");
  EXPECT_EQ(groupDigits(std::numeric_limits<int64_t>::max()),
            "9,223,372,036,854,775,807");
  EXPECT_EQ(groupDigits(std::numeric_limits<int64_t>::min()),
            "-9,223,372,036,854,775,808");
}

TEST(Table, percentagesDoNotRoundToNoneOrAll) {
  EXPECT_EQ(formatPercent(0), "0.00 %");
  EXPECT_EQ(formatPercent(1), "100.00 %");
  EXPECT_EQ(formatPercent(0.37125), "37.12 %"); // to even
  EXPECT_EQ(formatPercent(1e-9), "<0.01 %");
  EXPECT_EQ(formatPercent(1 - 1e-9), ">99.99 %");
  EXPECT_EQ(formatPercent(0.9999), "99.99 %");
}

TEST(Table, numbersReadBack) {
  for (double value : {0.1, 1 / 3.0, 0.371, 1e-300, 1e300, 10.0, 5e-324}) {
    std::string text;
    llvm::raw_string_ostream os(text);
    writeNumber(value, os);
    EXPECT_EQ(std::strtod(text.c_str(), nullptr), value) << text;
  }
  std::string text;
  llvm::raw_string_ostream os(text);
  writeNumber(0.1, os);
  EXPECT_EQ(text, "0.1");
}

TEST(Table, shortensInTheMiddle) {
  EXPECT_EQ(shorten("abcdefghij", 10), "abcdefghij");
  EXPECT_EQ(shorten("abcdefghij", 9), "abc...hij");
  EXPECT_EQ(shorten("abcdefghij", 8), "ab...hij");
  EXPECT_EQ(shorten("abcdefghij", 3), "...");
  EXPECT_EQ(shorten("abcdefghij", 0), "");
}

TEST(Table, neverCutsACharacter) {
  // Two bytes and one column each.
  EXPECT_EQ(shorten("äöüäöüäöü", 7), "äö...öü");
  // Three bytes and two columns each.
  EXPECT_EQ(shorten("模型模型", 7), "模...型");
}

TEST(Table, nothingCommandsTheTerminal) {
  EXPECT_EQ(toPrintable("a\x1b[31mb\nc"), "a?[31mb?c");
  EXPECT_EQ(toPrintable("\xc2\x9b"), "?"); // CSI in one character
  EXPECT_EQ(toPrintable("ä\xff"), "ä?");
}

TEST(Table, wraps) {
  std::string text;
  llvm::raw_string_ostream os(text);
  writeWrapped("- one two three four", 9, 2, os);
  EXPECT_EQ(text, "- one two\n  three\n  four\n");
  text.clear();
  writeWrapped("  - one two", 8, 4, os);
  EXPECT_EQ(text, "  - one\n    two\n");
}

TEST(Table, aligns) {
  Table table;
  table.addColumn("");
  table.addColumn("n");
  table.addColumn("a long title");
  table.addRow({"first", "1,000", "1"});
  table.addRow({"2nd", "1", "-"});
  EXPECT_EQ(format(table, 80), "           n  a long title\n"
                               "first  1,000             1\n"
                               "2nd        1             -\n");
}

TEST(Table, groupsStandAboveTheirColumns) {
  Table table;
  table.addColumn("S");
  table.addColumn("one", 0, "by cycles");
  table.addColumn("two", 0, "by cycles");
  table.addColumn("one", 0, "by x");
  table.addRow({"10", "1.00x", "2.00x", "3.00x"});
  EXPECT_EQ(format(table, 80), "       by cycles   by x\n"
                               "S     one    two    one\n"
                               "10  1.00x  2.00x  3.00x\n");
}

TEST(Table, shortensTheFirstColumnFirst) {
  Table table;
  table.addColumn("kernel");
  table.addColumn("a", 1);
  table.addRow({"model.layers.0.self_attn.q_proj", "1"});
  EXPECT_EQ(format(table, 28), "kernel                     a\n"
                               "model.layer...attn.q_proj  1\n");
  EXPECT_EQ(format(table, 34), "kernel                           a\n"
                               "model.layers.0.self_attn.q_proj  1\n");
}

TEST(Table, thenLeavesOutTheMostExpendable) {
  Table table;
  table.addColumn("kernel");
  table.addColumn("aaaa", 1);
  table.addColumn("bbbb", 2);
  table.addColumn("cccc", 1);
  table.addColumn("dddd", 0);
  table.addRow({"a name of 19 chars.", "1", "2", "3", "4"});
  EXPECT_EQ(format(table, 40), "kernel               aaaa  cccc  dddd\n"
                               "a name of 19 chars.     1     3     4\n");
  // Of two, the right one.
  EXPECT_EQ(format(table, 36), "kernel               aaaa  dddd\n"
                               "a name of 19 chars.     1     4\n");
}

TEST(Table, thenShortensTheFirstColumnFurther) {
  Table table;
  table.addColumn("kernel");
  table.addColumn("aaaa");
  table.addRow({"a name of 19 chars.", "1"});
  EXPECT_EQ(format(table, 20), "kernel          aaaa\n"
                               "a nam...chars.     1\n");
  // What must stay stays.
  EXPECT_EQ(format(table, 1), "kernel        aaaa\n"
                              "a na...hars.     1\n");
}

TEST(Table, boldTitlesWhereAsked) {
  Table table;
  table.addColumn("a");
  table.addRow({"1"});
  std::string text;
  llvm::raw_string_ostream os(text);
  os.enable_colors(true);
  table.write(80, /*color=*/true, os);
  EXPECT_EQ(text, "\x1b[1ma\x1b[0m\n1\n");
}
