//===- JsonFile.h - A JSON file and where its fields stand ------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// llvm::json forgets where a value stood and which of two equal keys came
// first, and its parser recurses without bound.
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_COSTMODEL_JSONFILE_H
#define ONEBIT_LIB_COSTMODEL_JSONFILE_H

#include "llvm/ADT/StringMap.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBufferRef.h"

namespace onebit {

/// An object in a file. A field is named by its path: `memories.ifmap.kb`.
class JsonFile {
public:
  /// Fails if `file` is not one JSON object, nests too deep, or has a field
  /// twice. `what` it should have been stands in the errors.
  static llvm::Expected<JsonFile> parse(llvm::MemoryBufferRef file,
                                        llvm::StringRef what);

  const llvm::json::Object &getRoot() const { return *root.getAsObject(); }

  /// `file:line: message`, the line being that of the field at `path`; without
  /// it where there is no such field.
  std::string locate(llvm::StringRef path, const llvm::Twine &message) const;

private:
  JsonFile(llvm::MemoryBufferRef file) : file(file), root(nullptr) {}
  /// Fills `offsets`. Text that is not JSON is left to the parser.
  llvm::Error scan();

  llvm::MemoryBufferRef file;
  llvm::json::Value root;
  /// Of each field's key.
  llvm::StringMap<size_t> offsets;
};

/// `value` as an error shows it: in few characters.
std::string describe(const llvm::json::Value &value);

} // namespace onebit

#endif // ONEBIT_LIB_COSTMODEL_JSONFILE_H
