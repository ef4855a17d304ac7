//===- Number.h - Numbers as programs read them -----------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_REPORT_NUMBER_H
#define ONEBIT_LIB_REPORT_NUMBER_H

#include "llvm/Support/raw_ostream.h"
#include <charconv>

namespace onebit::report {

/// Writes the shortest decimal that reads back as `value`, in any locale.
inline void writeNumber(double value, llvm::raw_ostream &os) {
  char buffer[32];
  auto [end, error] = std::to_chars(buffer, std::end(buffer), value);
  os << llvm::StringRef(buffer, end - buffer);
}

} // namespace onebit::report

#endif // ONEBIT_LIB_REPORT_NUMBER_H
