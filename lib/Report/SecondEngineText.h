//===- SecondEngineText.h - Two engines for people --------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_REPORT_SECONDENGINETEXT_H
#define ONEBIT_LIB_REPORT_SECONDENGINETEXT_H

#include "Table.h"
#include "onebit/Report/Report.h"

namespace onebit::report {

/// A section of the text: what the second engine makes of the baseline.
struct SecondEngineText {
  std::string heading;
  Table table;
  /// Sentences below the table, a line each.
  std::vector<std::string> notes;
};

/// The second engine of a report that has one.
SecondEngineText makeSecondEngineText(const Report &report);

} // namespace onebit::report

#endif // ONEBIT_LIB_REPORT_SECONDENGINETEXT_H
