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
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBufferRef.h"

namespace onebit {

/// Reads the array file at `path`: a SCALE-Sim configuration where it ends in
/// `.cfg`, else onebit's JSON. The error names the file, the line, the field
/// and what was expected of it.
llvm::Expected<ArrayDesc> readArrayFile(llvm::StringRef path);

/// Reads onebit's JSON. An array without a name gets that of the file, the
/// buffer's identifier.
llvm::Expected<ArrayDesc> parseArrayFile(llvm::MemoryBufferRef file);

/// Writes what an array file says of `array` besides its name, sides, dataflow
/// and projection engine, into the object that `json` is in: parseArrayFile
/// reads the same array from it. Nothing of what was not said.
void writeArrayDescription(const ArrayDesc &array, llvm::json::OStream &json);

/// Reads a configuration of SCALE-Sim 2 or 3. The array has the name of the
/// run. With `InterfaceBandwidth` USER it has `scaleSim`. What is not modelled
/// (custom layouts, row-wise sparsity, Ramulator) is an error.
llvm::Expected<ArrayDesc> parseScaleSimConfig(llvm::MemoryBufferRef file);

} // namespace onebit

#endif // ONEBIT_COSTMODEL_ARRAYFILE_H
