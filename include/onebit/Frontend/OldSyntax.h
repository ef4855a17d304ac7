//===- OldSyntax.h - Text of an older MLIR ----------------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// MLIR's text changes from release to release, and what its parser says of an
// older one speaks of everything but that.
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_FRONTEND_OLDSYNTAX_H
#define ONEBIT_FRONTEND_OLDSYNTAX_H

#include "llvm/ADT/StringRef.h"
#include <optional>

namespace onebit {

/// Something in a text that this MLIR does not write any more.
struct OldSyntax {
  /// Line, counted from 1.
  unsigned line;
  /// As it is written there, and what has taken its place.
  llvm::StringRef was, now;
};

/// The first such thing in `text`, if there is one.
std::optional<OldSyntax> findOldSyntax(llvm::StringRef text);

} // namespace onebit

#endif // ONEBIT_FRONTEND_OLDSYNTAX_H
