//===- Globals.cpp - Values that live outside of functions ----------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Globals.h"
#include "mlir/Dialect/MLProgram/IR/MLProgram.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Interfaces/CallInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

using namespace mlir;
using namespace onebit;

/// The only symbol that `op` names, or null.
static SymbolRefAttr getOnlySymbol(Operation *op) {
  SymbolRefAttr only;
  for (NamedAttribute attr : op->getAttrs())
    if (auto symbol = dyn_cast<SymbolRefAttr>(attr.getValue())) {
      if (only)
        return {};
      only = symbol;
    }
  return only;
}

static bool isLoadOfUnknownDialect(Operation *op) {
  return !op->isRegistered() && op->getNumOperands() == 0 &&
         op->getNumRegions() == 0 && op->getNumResults() == 1 &&
         getOnlySymbol(op);
}

StringRef onebit::getLoadedGlobalName(Operation *op) {
  if (auto read = dyn_cast<tosa::VariableReadOp>(op))
    return read.getName();
  if (isa<memref::GetGlobalOp, ml_program::GlobalLoadOp,
          ml_program::GlobalLoadConstOp, ml_program::GlobalLoadGraphOp>(op) ||
      isLoadOfUnknownDialect(op))
    return getOnlySymbol(op).getLeafReference();
  return {};
}

std::optional<LoadedGlobal>
onebit::getLoadedGlobal(Operation *op, SymbolTableCollection &symbols) {
  LoadedGlobal global;
  global.name = getLoadedGlobalName(op);
  if (global.name.empty())
    return std::nullopt;
  if (auto load = dyn_cast<memref::GetGlobalOp>(op)) {
    auto memory = symbols.lookupNearestSymbolFrom<memref::GlobalOp>(
        op, load.getNameAttr());
    if (memory) {
      global.isConstant = memory.getConstant();
      global.value = memory.getInitialValueAttr();
    }
  } else if (SymbolRefAttr symbol = getOnlySymbol(op)) {
    if (auto program =
            symbols.lookupNearestSymbolFrom<ml_program::GlobalOp>(op, symbol)) {
      global.isConstant = !program.getIsMutable();
      global.value = program.getValueAttr();
    }
  }
  return global;
}

bool onebit::isWrittenMemory(Value memory) {
  SmallVector<Value> worklist = {memory};
  llvm::SmallPtrSet<Operation *, 8> seen;
  while (!worklist.empty()) {
    Value value = worklist.pop_back_val();
    for (Operation *user : value.getUsers()) {
      if (isa<ViewLikeOpInterface, CastOpInterface>(user)) {
        if (seen.insert(user).second)
          llvm::append_range(worklist, user->getResults());
        continue;
      }
      // Whoever gets it may write to it.
      if (user->hasTrait<OpTrait::ReturnLike>() ||
          mightHaveEffect<MemoryEffects::Write>(user, value))
        return true;
    }
  }
  return false;
}

llvm::StringSet<> onebit::findWrittenGlobals(ModuleOp module) {
  llvm::StringSet<> written;
  module.walk([&](Operation *op) {
    if (auto write = dyn_cast<tosa::VariableWriteOp>(op)) {
      written.insert(write.getName());
    } else if (auto load = dyn_cast<memref::GetGlobalOp>(op)) {
      if (isWrittenMemory(load.getResult()))
        written.insert(load.getName());
    } else if (op->getNumOperands() != 0 && !isa<CallOpInterface>(op)) {
      // Whatever stores names the global and has what it stores.
      for (NamedAttribute attr : op->getAttrs())
        if (auto symbol = dyn_cast<SymbolRefAttr>(attr.getValue()))
          written.insert(symbol.getLeafReference());
    }
  });
  return written;
}
