//===- Globals.h - Values that live outside of functions --------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_ANALYSIS_GLOBALS_H
#define ONEBIT_ANALYSIS_GLOBALS_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/StringSet.h"

namespace onebit {

/// What is known of a global that an op loads.
struct LoadedGlobal {
  llvm::StringRef name;
  /// Whether the module declares that it never changes.
  bool isConstant = false;
  /// What it starts as, where the module says.
  mlir::Attribute value;
};

/// The global that `op` loads: memref.get_global, the loads of ml_program,
/// tosa.variable_read, and ops of unknown dialects that have a symbol and no
/// operand. Nothing for other ops.
std::optional<LoadedGlobal>
getLoadedGlobal(mlir::Operation *op, mlir::SymbolTableCollection &symbols);

/// The name of the global that `op` loads, or empty.
llvm::StringRef getLoadedGlobalName(mlir::Operation *op);

/// Whether something may write to `memory`, also through a view of it.
bool isWrittenMemory(mlir::Value memory);

/// The globals that something in `module` writes to, or may write to.
llvm::StringSet<> findWrittenGlobals(mlir::ModuleOp module);

} // namespace onebit

#endif // ONEBIT_ANALYSIS_GLOBALS_H
