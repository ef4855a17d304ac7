//===- CyclesText.h - Where cycles and bytes go, for people -----*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_REPORT_CYCLESTEXT_H
#define ONEBIT_LIB_REPORT_CYCLESTEXT_H

#include "Table.h"
#include "onebit/Report/Report.h"
#include <optional>

namespace onebit::report {

/// Classes by cause of their cycles, in shares of the class's; none where the
/// cost model does not know causes. Shares end with `mark`.
std::optional<Table> makeCyclesTable(const Report &report,
                                     llvm::StringRef mark);

/// Classes by the bytes of each operand that go to and from DRAM; none where
/// the cost model does not know their bits. Shares end with `mark`.
std::optional<Table> makeDramTable(const Report &report, llvm::StringRef mark);

} // namespace onebit::report

#endif // ONEBIT_LIB_REPORT_CYCLESTEXT_H
