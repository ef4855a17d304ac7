//===- MemoryAccess.cpp - Loads and stores of elements --------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MemoryAccess.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Interfaces/CastInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

using namespace mlir;
using namespace onebit;

Value MemoryAccess::getBase() const {
  Value base = memory;
  while (Operation *op = base.getDefiningOp()) {
    if (!isa<ViewLikeOpInterface, CastOpInterface>(op) ||
        op->getNumOperands() == 0)
      break;
    base = op->getOperand(0);
  }
  return base;
}

std::optional<MemoryAccess> onebit::getLoad(Operation *op) {
  if (auto load = dyn_cast<memref::LoadOp>(op))
    return MemoryAccess{op, load.getMemRef(), {}, load.getIndices(), {}};
  if (auto load = dyn_cast<affine::AffineReadOpInterface>(op))
    return MemoryAccess{
        op, load.getMemRef(), {}, load.getMapOperands(), load.getAffineMap()};
  if (auto load = dyn_cast<vector::LoadOp>(op))
    return MemoryAccess{op, load.getBase(), {}, load.getIndices(), {}};
  if (auto read = dyn_cast<vector::TransferReadOp>(op))
    return MemoryAccess{
        op, read.getBase(), {}, read.getIndices(), read.getPermutationMap()};
  return std::nullopt;
}

std::optional<MemoryAccess> onebit::getStore(Operation *op) {
  if (auto store = dyn_cast<memref::StoreOp>(op))
    return MemoryAccess{
        op, store.getMemRef(), store.getValueToStore(), store.getIndices(), {}};
  if (auto store = dyn_cast<affine::AffineWriteOpInterface>(op))
    return MemoryAccess{op, store.getMemRef(), store.getValueToStore(),
                        store.getMapOperands(), store.getAffineMap()};
  if (auto store = dyn_cast<vector::StoreOp>(op))
    return MemoryAccess{
        op, store.getBase(), store.getValueToStore(), store.getIndices(), {}};
  if (auto write = dyn_cast<vector::TransferWriteOp>(op))
    return MemoryAccess{op, write.getBase(), write.getValueToStore(),
                        write.getIndices(), write.getPermutationMap()};
  return std::nullopt;
}
