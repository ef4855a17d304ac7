//===- TimeJson.h - Time and memory for programs ----------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_REPORT_TIMEJSON_H
#define ONEBIT_LIB_REPORT_TIMEJSON_H

#include "onebit/Report/Report.h"
#include "llvm/Support/JSON.h"

namespace onebit::report {

/// The class `vector`, into `classes` of the whole; nothing where unknown.
void writeVectorClass(const Report &report, llvm::json::OStream &json);

/// The scope `time`, into `matmul_free_fraction` of the whole; nothing where
/// unknown.
void writeTimeFraction(const Report &report, llvm::json::OStream &json);

/// `vector`, `time`, `footprint` and `bytes`, those that are known.
void writeTimeAndMemory(const Report &report, llvm::json::OStream &json);

} // namespace onebit::report

#endif // ONEBIT_LIB_REPORT_TIMEJSON_H
