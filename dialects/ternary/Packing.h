//===- Packing.h - Bits and trits in bytes ----------------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The layouts of #ternary.packing. `pack` and `unpack` are exact inverses of
// each other on whatever they accept.
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_DIALECTS_TERNARY_PACKING_H
#define ONEBIT_DIALECTS_TERNARY_PACKING_H

#include "dialects/ternary/Ternary.h"
#include "llvm/Support/Error.h"

namespace onebit::ternary {

/// Rows and columns of a weight of this shape, as it is packed.
struct PackedShape {
  int64_t rows = 1, columns = 1;

  /// Nothing if the columns cannot be counted.
  static std::optional<PackedShape> get(llvm::ArrayRef<int64_t> shape);
};

/// Whether elements are -1 and 1 only.
inline bool isBinary(Packing packing) { return packing == Packing::B1; }

/// Bytes of a packed weight, if they can be counted.
std::optional<int64_t> getPackedSize(Packing packing, PackedShape shape);

/// Packs the elements -1, 0 and 1 of a weight, row by row. Fails on an element
/// that the packing has no code for: its row and column are in the error.
llvm::Expected<std::vector<uint8_t>>
pack(Packing packing, llvm::ArrayRef<int8_t> elements, PackedShape shape);

/// Unpacks what `pack` has written. Fails on bytes that it never writes.
llvm::Expected<std::vector<int8_t>>
unpack(Packing packing, llvm::ArrayRef<uint8_t> bytes, PackedShape shape);

} // namespace onebit::ternary

#endif // ONEBIT_DIALECTS_TERNARY_PACKING_H
