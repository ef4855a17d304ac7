//===- Words.h - What people call it ----------------------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_REPORT_WORDS_H
#define ONEBIT_LIB_REPORT_WORDS_H

#include "onebit/Report/Report.h"
#include "llvm/Support/ErrorHandling.h"

namespace onebit::report {

/// Where a figure is not known or a ratio has no value.
inline constexpr llvm::StringLiteral kNone = "-";

/// The classes in the order of tables.
inline constexpr decoder::ProductClass kClasses[] = {
    decoder::ProductClass::MatMulFree, decoder::ProductClass::LowBitProjection,
    decoder::ProductClass::DenseProjection, decoder::ProductClass::Attention};

inline llvm::StringRef title(decoder::ProductClass productClass) {
  switch (productClass) {
  case decoder::ProductClass::MatMulFree:
    return "MatMul-free";
  case decoder::ProductClass::LowBitProjection:
    return "low-bit projection";
  case decoder::ProductClass::DenseProjection:
    return "dense projection";
  case decoder::ProductClass::Attention:
    return "attention";
  }
  llvm_unreachable("a class without a title");
}

inline llvm::StringRef title(systolic::Dataflow dataflow) {
  switch (dataflow) {
  case systolic::Dataflow::OutputStationary:
    return "output-stationary";
  case systolic::Dataflow::WeightStationary:
    return "weight-stationary";
  case systolic::Dataflow::InputStationary:
    return "input-stationary";
  }
  llvm_unreachable("a dataflow without a title");
}

} // namespace onebit::report

#endif // ONEBIT_LIB_REPORT_WORDS_H
