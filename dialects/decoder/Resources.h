//===- Resources.h - Values of weights outside the IR -----------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_DIALECTS_DECODER_RESOURCES_H
#define ONEBIT_DIALECTS_DECODER_RESOURCES_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"

namespace onebit::decoder {

/// A resource called `name` with a copy of `bytes`, the elements of `type`. It
/// begins at a multiple of 64, as vector instructions like it.
mlir::ElementsAttr copyToResource(mlir::ShapedType type, llvm::StringRef name,
                                  llvm::ArrayRef<char> bytes);

/// The memory of `values`.
template <typename Container>
llvm::ArrayRef<char> asBytes(const Container &values) {
  return {reinterpret_cast<const char *>(values.data()),
          values.size() * sizeof(typename Container::value_type)};
}

} // namespace onebit::decoder

#endif // ONEBIT_DIALECTS_DECODER_RESOURCES_H
