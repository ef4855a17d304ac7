//===- Stablehlo.h - StableHLO read without its dialect ---------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In the generic form, MLIR reads the ops of a dialect that it does not know,
// their attributes as text. Each function here replaces one kind of op, or
// leaves it and fails without a word: what is left is reported as unknown.
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_CONVERSION_STABLEHLO_STABLEHLO_H
#define ONEBIT_LIB_CONVERSION_STABLEHLO_STABLEHLO_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/Builders.h"

namespace onebit::stablehlo {

/// The integers of an attribute that is a dense array, or of `key = [...]` in
/// the text of one of the dialect's own; empty where there are none.
llvm::SmallVector<int64_t> getIntegers(mlir::Operation *op,
                                       llvm::StringRef attribute,
                                       llvm::StringRef key = {});

/// The last word of an attribute of the dialect's own: that of an enum.
llvm::StringRef getEnum(mlir::Operation *op, llvm::StringRef attribute);

/// The type of `value` if its shape is static and its elements are floats or
/// signless integers; or null.
mlir::RankedTensorType getPlainType(mlir::Value value);

using Body = llvm::function_ref<mlir::Value(mlir::OpBuilder &, mlir::Location,
                                            mlir::ValueRange)>;

/// A structured op of `inputs` under `maps`, the last of them that of the
/// result, which is a permutation where nothing is reduced. `body` gets an
/// element of each input and, last, of `init`.
mlir::Value buildGeneric(mlir::OpBuilder &builder, mlir::Location loc,
                         mlir::ValueRange inputs, mlir::Value init,
                         llvm::ArrayRef<mlir::AffineMap> maps, Body body);

/// A tensor of `type`; every element zero, if asked for.
mlir::Value buildEmpty(mlir::OpBuilder &builder, mlir::Location loc,
                       mlir::RankedTensorType type);
mlir::Value buildZeros(mlir::OpBuilder &builder, mlir::Location loc,
                       mlir::RankedTensorType type);

/// `value`, an element, as one of `type`.
mlir::Value convertElement(mlir::OpBuilder &builder, mlir::Location loc,
                           mlir::Value value, mlir::Type type);

/// Ops that compute element by element: arithmetic, comparison, selection,
/// conversion, positions.
llvm::LogicalResult convertElementwise(mlir::Operation *op,
                                       mlir::OpBuilder &builder);

/// Ops that move elements: reshapes, transposes, broadcasts, slices.
llvm::LogicalResult convertLayout(mlir::Operation *op,
                                  mlir::OpBuilder &builder);

/// Products and sums.
llvm::LogicalResult convertReduction(mlir::Operation *op,
                                     mlir::OpBuilder &builder);

/// `while`, `if` and `case`.
llvm::LogicalResult convertControl(mlir::Operation *op,
                                   mlir::OpBuilder &builder);

} // namespace onebit::stablehlo

#endif // ONEBIT_LIB_CONVERSION_STABLEHLO_STABLEHLO_H
