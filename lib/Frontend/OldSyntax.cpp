//===- OldSyntax.cpp - Text of an older MLIR ------------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/Frontend/OldSyntax.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace onebit;

namespace {
struct Change {
  StringLiteral was, now;
};
} // namespace

/// Names that are gone.
static constexpr Change kNames[] = {
    {"arith.maxf", "arith.maximumf"},
    {"arith.minf", "arith.minimumf"},
    {"bufferization.to_memref", "bufferization.to_buffer"},
    {"linalg.init_tensor", "tensor.empty"},
    {"memref.buffer_cast", "bufferization.to_buffer"},
    {"memref.tensor_load", "bufferization.to_tensor"},
    {"scf.foreach_thread", "scf.forall"},
    {"std.constant", "arith.constant"},
    {"tensor.from_elements_op", "tensor.from_elements"},
    {"tosa.fully_connected", "tosa.matmul"},
};

/// Whether `name` stands in `line` as a whole word.
static bool hasWord(StringRef line, StringRef name) {
  for (size_t at = line.find(name); at != StringRef::npos;
       at = line.find(name, at + 1)) {
    StringRef after = line.substr(at + name.size());
    bool starts = at == 0 || !(isAlnum(line[at - 1]) || line[at - 1] == '_' ||
                               line[at - 1] == '.');
    if (starts && (after.empty() || !(isAlnum(after[0]) || after[0] == '_')))
      return true;
  }
  return false;
}

/// Ops that are still there and are written otherwise.
static std::optional<std::pair<StringRef, StringRef>>
findOldForm(StringRef line) {
  using Pair = std::pair<StringRef, StringRef>;
  bool isGeneric = line.contains("\"tensor.expand_shape\"");
  if (line.contains("tensor.expand_shape") && !isGeneric &&
      !line.contains("output_shape"))
    return Pair("tensor.expand_shape without output_shape",
                "tensor.expand_shape ... output_shape [...]");
  if (line.contains("tosa.const\"") && line.contains("{value ="))
    return Pair("tosa.const with 'value'", "tosa.const with 'values'");
  if (line.contains("tosa.reshape") && line.contains("new_shape"))
    return Pair("tosa.reshape with 'new_shape'",
                "tosa.reshape with a !tosa.shape operand");
  if (line.ltrim().starts_with("func @") ||
      line.ltrim().starts_with("func private @"))
    return Pair("func", "func.func");
  return std::nullopt;
}

std::optional<OldSyntax> onebit::findOldSyntax(StringRef text) {
  unsigned number = 0;
  while (!text.empty()) {
    StringRef line;
    std::tie(line, text) = text.split('\n');
    ++number;
    line = line.take_front(line.find("//"));
    for (const Change &change : kNames)
      if (hasWord(line, change.was))
        return OldSyntax{number, change.was, change.now};
    if (auto form = findOldForm(line))
      return OldSyntax{number, form->first, form->second};
  }
  return std::nullopt;
}
