//===- IniFile.h - Sections of keys and values ------------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The files of Python's configparser, of which SCALE-Sim's .cfg is one:
// sections in brackets, lines `key : value` or `key = value`, comments behind #
// or ; at the start of a line. A value of several lines is refused: none of
// SCALE-Sim's has one, and one line too far to the right makes one.
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_COSTMODEL_INIFILE_H
#define ONEBIT_LIB_COSTMODEL_INIFILE_H

#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBufferRef.h"

namespace onebit {

class IniFile {
public:
  /// A value and its line, from 1.
  struct Entry {
    llvm::StringRef value;
    size_t line;
  };

  /// Fails on a line that is neither section nor key nor comment, on a key
  /// before any section, and on a section or key that occurs twice.
  static llvm::Expected<IniFile> parse(llvm::MemoryBufferRef file);

  bool hasSection(llvm::StringRef section) const {
    return sections.contains(section);
  }
  /// The entry of a key, however its letters are written; null where there is
  /// none.
  const Entry *lookup(llvm::StringRef section, llvm::StringRef key) const;

  /// The name of the file.
  llvm::StringRef getName() const { return file.getBufferIdentifier(); }

private:
  explicit IniFile(llvm::MemoryBufferRef file) : file(file) {}

  llvm::MemoryBufferRef file;
  /// Keys in small letters.
  llvm::StringMap<llvm::StringMap<Entry>> sections;
};

} // namespace onebit

#endif // ONEBIT_LIB_COSTMODEL_INIFILE_H
