//===- Table.h - Aligned columns --------------------------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_REPORT_TABLE_H
#define ONEBIT_LIB_REPORT_TABLE_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/raw_ostream.h"
#include <string>
#include <vector>

namespace onebit::report {

/// `1234567` as `1,234,567`.
std::string groupDigits(int64_t value);

/// `1 fold`, `2,048 folds`.
std::string plural(int64_t count, llvm::StringRef noun);

/// `0.3712` as `37.12 %`. What is not quite none or all does not round to it:
/// `<0.01 %`, `>99.99 %`.
std::string formatPercent(double fraction);

/// `text` without what a terminal would take for commands.
std::string toPrintable(llvm::StringRef text);

/// `text` in at most `width` columns, the middle left out where it is longer.
std::string shorten(llvm::StringRef text, unsigned width);

/// `text` in lines of at most `width` columns, broken at spaces. Every line but
/// the first starts with `indent` spaces; the first keeps its own.
void writeWrapped(llvm::StringRef text, unsigned width, unsigned indent,
                  llvm::raw_ostream &os);

/// A table that fits a width: the first column is shortened as far as it may
/// be, then columns are left out.
class Table {
public:
  /// The first column is aligned to the left, the others to the right. Columns
  /// next to each other with the same `group` share a line above their titles.
  /// Where there is no room, the column with the largest `expendable` goes
  /// first, of two the right one; 0 stays.
  void addColumn(llvm::StringRef title, unsigned expendable = 0,
                 llvm::StringRef group = "");
  /// As many cells as columns.
  void addRow(llvm::SmallVector<std::string> cells);
  void write(unsigned width, bool color, llvm::raw_ostream &os) const;

private:
  struct Column {
    std::string title, group;
    unsigned expendable;
  };
  llvm::SmallVector<Column> columns;
  std::vector<llvm::SmallVector<std::string>> rows;
};

} // namespace onebit::report

#endif // ONEBIT_LIB_REPORT_TABLE_H
