//===- DropUpdatedArguments.cpp - No result for what is updated -----------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"
#include "onebit/Transforms/Passes.h"
#include "llvm/ADT/BitVector.h"

namespace onebit {
#define GEN_PASS_DEF_DROPUPDATEDARGUMENTS
#include "onebit/Transforms/Passes.h.inc"
} // namespace onebit

using namespace mlir;
using namespace onebit;

namespace {
struct DropUpdatedArguments final
    : onebit::impl::DropUpdatedArgumentsBase<DropUpdatedArguments> {
  using DropUpdatedArgumentsBase::DropUpdatedArgumentsBase;

  void runOnOperation() final {
    SymbolTableCollection tables;
    SymbolUserMap users(tables, getOperation());
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (!function.isExternal() && function.getBody().hasOneBlock() &&
          users.getUsers(function).empty())
        drop(function);
  }

private:
  static void drop(func::FuncOp function) {
    Block &body = function.getBody().front();
    auto returned = cast<func::ReturnOp>(body.getTerminator());
    llvm::BitVector dropped(returned.getNumOperands());
    for (OpOperand &operand : returned->getOpOperands())
      if (isa<BaseMemRefType>(operand.get().getType()) &&
          llvm::is_contained(body.getArguments(), operand.get()))
        dropped.set(operand.getOperandNumber());
    if (dropped.none())
      return;
    returned->eraseOperands(dropped);
    // Only refuses what is no function of MLIR's own.
    (void)function.eraseResults(dropped);
  }
};
} // namespace
