//===- ConfigReader.h - Fields of a JSON file, checked ----------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_FRONTEND_CONFIGREADER_H
#define ONEBIT_LIB_FRONTEND_CONFIGREADER_H

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Location.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBufferRef.h"
#include <memory>
#include <optional>

namespace onebit::frontend {

/// Largest values that a field may have. No real model comes near; they keep
/// the arithmetic on sizes within 64 bits.
constexpr int64_t kMaxWidth = int64_t(1) << 24;
constexpr int64_t kMaxTokens = int64_t(1) << 31;
constexpr int64_t kMaxLayers = int64_t(1) << 16;

/// The names that a field goes by, the preferred one first. A name may be a
/// path into nested objects: `rope_parameters.rope_theta`.
struct Field {
  Field(const char *name) : names{name} {}
  Field(std::initializer_list<llvm::StringRef> names) : names(names) {}
  llvm::SmallVector<llvm::StringRef, 2> names;
};

/// Reads the fields of a JSON object. The first field that is wrong is
/// reported, where it stands in the file; later reads are silent and give
/// harmless values, so that a caller asks `failed()` once. A field that is null
/// counts as absent, as it does for Hugging Face.
class ConfigReader {
public:
  /// Parses `file`; null, after a diagnostic, if it is not a JSON object.
  static std::unique_ptr<ConfigReader> parse(mlir::MLIRContext &context,
                                             llvm::MemoryBufferRef file);

  /// Whether something was reported.
  bool failed() const { return hasFailed; }

  /// Whether one of the field's names is there and not null.
  bool has(const Field &field) { return find(field).second; }

  /// An integer from `min` to `max`; an error if absent and without `absent`.
  int64_t size(const Field &field, std::optional<int64_t> absent = {},
               int64_t max = kMaxWidth, int64_t min = 1);
  /// The same, but a field that is null has no value.
  std::optional<int64_t> optionalSize(const Field &field,
                                      std::optional<int64_t> absent,
                                      int64_t max = kMaxWidth);
  /// A finite number, also in f32, in which models are built.
  double number(const Field &field, double absent);
  /// A finite number above zero, also in f32; an error if absent and without
  /// `absent`.
  double positive(const Field &field, std::optional<double> absent = {});
  /// The same, but a field that is null has no value.
  std::optional<double> optionalPositive(const Field &field,
                                         std::optional<double> absent);
  /// A list of `count` finite numbers above zero; an error if absent.
  llvm::SmallVector<double> positives(const Field &field, int64_t count);
  bool flag(const Field &field, bool absent);
  /// Empty if absent.
  llvm::StringRef string(const Field &field);
  /// Null if absent.
  const llvm::json::Object *object(const Field &field);
  /// A list of strings, nothing if absent.
  std::optional<llvm::SmallVector<llvm::StringRef>> strings(const Field &field);

  /// Fields of the outermost object that nobody has asked for and that are not
  /// null, false, zero or empty, in the file's order.
  llvm::SmallVector<llvm::StringRef> unread() const;

  /// The file as a whole.
  mlir::Location location() const;
  /// Reports `message` at the field and fails. Silent after the first time.
  void error(const Field &field, const llvm::Twine &message);

  /// How messages print a value that was found: short, on one line.
  static std::string describe(const llvm::json::Value &value);

private:
  ConfigReader(mlir::MLIRContext &context, llvm::MemoryBufferRef file)
      : context(context), file(file) {}

  const llvm::json::Value *lookup(llvm::StringRef path) const;
  /// Whether the field is there with the value null.
  bool isNull(const Field &field) const;
  /// The name under which the field is found, and its value or null.
  std::pair<llvm::StringRef, const llvm::json::Value *>
  find(const Field &field);
  void wrong(llvm::StringRef name, const llvm::Twine &expected,
             const llvm::json::Value *found);
  /// Notes where the keys of the outermost object stand, and checks what the
  /// parser does not: how deep the file nests, and that a key occurs once.
  bool scan();
  mlir::Location locationOf(size_t offset) const;

  mlir::MLIRContext &context;
  llvm::MemoryBufferRef file;
  llvm::json::Value root = nullptr;
  llvm::MapVector<llvm::StringRef, size_t> offsets;
  llvm::StringSet<> read;
  bool hasFailed = false;
};

} // namespace onebit::frontend

#endif // ONEBIT_LIB_FRONTEND_CONFIGREADER_H
