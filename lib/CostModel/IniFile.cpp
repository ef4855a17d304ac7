//===- IniFile.cpp - Sections of keys and values --------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "IniFile.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace onebit;

const IniFile::Entry *IniFile::lookup(StringRef section, StringRef key) const {
  auto keys = sections.find(section);
  if (keys == sections.end())
    return nullptr;
  auto entry = keys->second.find(key.lower());
  return entry == keys->second.end() ? nullptr : &entry->second;
}

Expected<IniFile> IniFile::parse(MemoryBufferRef buffer) {
  IniFile file(buffer);
  StringMap<Entry> *keys = nullptr;
  // Of the key before, within its section.
  size_t indentation = 0;
  size_t line = 0;
  for (StringRef rest = buffer.getBuffer(); !rest.empty();) {
    ++line;
    StringRef text;
    std::tie(text, rest) = rest.split('\n');
    text = text.rtrim();
    size_t indent = text.size() - text.ltrim().size();
    text = text.ltrim();
    if (text.empty() || text.front() == '#' || text.front() == ';')
      continue;
    auto fail = [&](const Twine &message) {
      return createStringError(file.getName() + ":" + Twine(line) + ": " +
                               message);
    };

    if (keys && !keys->empty() && indent > indentation)
      return fail("is indented, and would so continue the value of the key "
                  "before it");
    if (text.consume_front("[")) {
      if (!text.consume_back("]"))
        return fail("expected a section '[name]', found '[" + text + "'");
      auto [section, isNew] = file.sections.try_emplace(text);
      if (!isNew)
        return fail("section [" + text + "] occurs twice");
      keys = &section->second;
      continue;
    }
    size_t delimiter = text.find_first_of(":=");
    if (delimiter == StringRef::npos || delimiter == 0)
      return fail("expected '[section]', 'key : value' or 'key = value', found "
                  "'" +
                  text.take_front(40) + "'");
    StringRef key = text.take_front(delimiter).rtrim();
    if (!keys)
      return fail("'" + key + "' stands before any section");
    if (!keys->try_emplace(key.lower(),
                           Entry{text.drop_front(delimiter + 1).trim(), line})
             .second)
      return fail("'" + key + "' occurs twice in its section");
    indentation = indent;
  }
  return file;
}
