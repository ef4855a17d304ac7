//===- MemoryAccess.h - Loads and stores of elements ------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_ANALYSIS_MEMORYACCESS_H
#define ONEBIT_LIB_ANALYSIS_MEMORYACCESS_H

#include "mlir/IR/AffineMap.h"
#include "mlir/IR/Operation.h"
#include <optional>

namespace onebit {

/// A load or a store of memref, affine or vector.
struct MemoryAccess {
  mlir::Operation *op = nullptr;
  mlir::Value memory;
  /// What is stored; null in a load.
  mlir::Value value;
  mlir::ValueRange indices;
  /// How affine's accesses make indices of `indices`.
  mlir::AffineMap map;

  /// The memory that `memory` is a view of.
  mlir::Value getBase() const;
  bool isSameElement(const MemoryAccess &other) const {
    return memory == other.memory && indices == other.indices &&
           map == other.map;
  }
};

/// Nothing where `op` is none.
std::optional<MemoryAccess> getLoad(mlir::Operation *op);
std::optional<MemoryAccess> getStore(mlir::Operation *op);

} // namespace onebit

#endif // ONEBIT_LIB_ANALYSIS_MEMORYACCESS_H
