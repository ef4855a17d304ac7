//===- QuantizationText.h - Quantized weights for people --------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_REPORT_QUANTIZATIONTEXT_H
#define ONEBIT_LIB_REPORT_QUANTIZATIONTEXT_H

#include "Table.h"
#include "onebit/Report/Report.h"

namespace onebit::report {

/// A section of the text: a row for kernels that differ in their layer only,
/// with the means over their weights and the bytes of all of them.
struct QuantizationText {
  std::string heading;
  Table table;
};

/// Of weights that were quantized when their values were there, and of those
/// that were ternary already; none where there are no such.
std::vector<QuantizationText> makeQuantizationTexts(const Report &report);

} // namespace onebit::report

#endif // ONEBIT_LIB_REPORT_QUANTIZATIONTEXT_H
