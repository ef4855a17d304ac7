//===- ExplainJson.h - Explanations and readings for programs ---*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_REPORT_EXPLAINJSON_H
#define ONEBIT_LIB_REPORT_EXPLAINJSON_H

#include "onebit/Report/Report.h"
#include "llvm/Support/JSON.h"

namespace onebit::report {

/// The attribute `explain` of a kernel.
void writeExplanation(const Explanation &why, llvm::json::OStream &json);

/// The attribute `readings` of a report that has some.
void writeReadings(const Report &report, llvm::json::OStream &json);

} // namespace onebit::report

#endif // ONEBIT_LIB_REPORT_EXPLAINJSON_H
