//===- ExplainText.h - Explanations and readings for people -----*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_REPORT_EXPLAINTEXT_H
#define ONEBIT_LIB_REPORT_EXPLAINTEXT_H

#include "Table.h"
#include "onebit/Report/Report.h"

namespace onebit::report {

/// A section of the text.
struct TextSection {
  std::string heading;
  /// Before the tables, and below them.
  std::vector<std::string> lines, notes;
  std::vector<Table> tables;
};

/// One for each explanation, the kernels that cost most together first.
std::vector<TextSection> makeExplanations(const Report &report);

/// The readings of a report that has some. Shares end with `mark`.
TextSection makeReadingsText(const Report &report, llvm::StringRef mark);

} // namespace onebit::report

#endif // ONEBIT_LIB_REPORT_EXPLAINTEXT_H
