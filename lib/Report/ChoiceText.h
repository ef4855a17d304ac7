//===- ChoiceText.h - Chosen dataflows for people ---------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_REPORT_CHOICETEXT_H
#define ONEBIT_LIB_REPORT_CHOICETEXT_H

#include "Table.h"
#include "onebit/Report/Report.h"

namespace onebit::report {

/// A section of the text: what was chosen by one objective, and the runner-up.
struct ChoiceText {
  std::string heading;
  Table table;
};

/// A section for each objective that dataflows were chosen by: a row for
/// kernels of one shape and class, in the order of the program.
std::vector<ChoiceText> makeChoiceTexts(const Report &report);

/// How query heads that share keys and values are tiled; empty where none do.
std::string describeQueryHeads(const Report &report);

/// How much of the work folds are that a mask hides whole; empty where all are
/// done.
std::string describeSkippedFolds(const Report &report);

} // namespace onebit::report

#endif // ONEBIT_LIB_REPORT_CHOICETEXT_H
