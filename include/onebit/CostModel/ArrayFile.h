//===- ArrayFile.h - Arrays described in files ------------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// docs/arrays.md describes the formats.
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_COSTMODEL_ARRAYFILE_H
#define ONEBIT_COSTMODEL_ARRAYFILE_H

#include "onebit/CostModel/ArrayDesc.h"
#include "llvm/Support/MemoryBufferRef.h"

namespace onebit {

/// Reads the array file at `path`: onebit's JSON. The error names the file, the
/// line, the field and what was expected of it.
llvm::Expected<ArrayDesc> readArrayFile(llvm::StringRef path);

/// `readArrayFile` of a file in memory, of which an array without a name gets
/// the one that the buffer's identifier gives it.
llvm::Expected<ArrayDesc> parseArrayFile(llvm::MemoryBufferRef file);

} // namespace onebit

#endif // ONEBIT_COSTMODEL_ARRAYFILE_H
