//===- TimeText.h - Time and memory for people ------------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_REPORT_TIMETEXT_H
#define ONEBIT_LIB_REPORT_TIMETEXT_H

#include "Table.h"
#include "onebit/Report/Report.h"

namespace onebit::report {

/// A table under a heading.
struct TimeText {
  std::string heading;
  Table table;
  /// Sentences below the table, a line each.
  std::vector<std::string> notes;
};

/// Where the time goes; wants a report that has one.
TimeText makeTimeText(const Report &report);

/// What is kept in memory; wants a report that knows.
/// A sentence of the time of a step on two engines, which has seconds.
std::string describeTime(const Report &report, const Time &time);

TimeText makeFootprintText(const Report &report);

/// What products move, by memory; wants a report that knows.
TimeText makeTrafficText(const Report &report);

} // namespace onebit::report

#endif // ONEBIT_LIB_REPORT_TIMETEXT_H
