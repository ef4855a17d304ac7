//===- Lowering.h - What the lowerings to linalg share ----------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_CONVERSION_TOLINALG_LOWERING_H
#define ONEBIT_LIB_CONVERSION_TOLINALG_LOWERING_H

#include "mlir/Dialect/Utils/StructuredOpsUtils.h"
#include "mlir/IR/AffineMap.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mlir {
class RewritePatternSet;
} // namespace mlir

namespace onebit::lowering {

/// A tensor and the loops that index it.
struct Operand {
  mlir::Value tensor;
  mlir::AffineMap map;
};

/// Yields one value for each output from one element of each input and output.
using Body = llvm::function_ref<llvm::SmallVector<mlir::Value>(
    mlir::ImplicitLocOpBuilder &, mlir::ValueRange)>;

mlir::RankedTensorType getTensorType(mlir::Value tensor);
llvm::ArrayRef<int64_t> getShape(mlir::Value tensor);

/// The type that an op on `elementType` computes in: f32 for all that is
/// narrower, as checkpoints expect it. (Matrix products do not ask.)
mlir::FloatType getComputeType(mlir::Type elementType);

/// The type that an op which computes in `computeType` sums up many numbers in:
/// f64, so that the order of the terms does not show in what is rounded to f32.
mlir::FloatType getSumType(mlir::FloatType computeType);

/// A scalar as another float or integer type, rounded or extended. Integers
/// are signed. The types must be floats or integers, and a float never becomes
/// an integer.
mlir::Value convert(mlir::ImplicitLocOpBuilder &b, mlir::Value scalar,
                    mlir::Type type);

/// Whether elements of type `from` can become elements of type `to`, as
/// `convert` does it: integers are signless and of more than one bit.
bool canConvert(mlir::Type from, mlir::Type to);

/// `acc + lhs * rhs`, all in the type of `acc`.
mlir::Value multiplyAdd(mlir::ImplicitLocOpBuilder &b, mlir::Value acc,
                        mlir::Value lhs, mlir::Value rhs);
/// `acc`, `acc + x` or `acc - x`: what the sign of the integer `weight` says.
/// No multiplication. `x` has the type of `acc`.
mlir::Value addOrSubtract(mlir::ImplicitLocOpBuilder &b, mlir::Value acc,
                          mlir::Value x, mlir::Value weight);

mlir::Value constant(mlir::ImplicitLocOpBuilder &b, mlir::Type type,
                     double value);
mlir::Value constantIndex(mlir::ImplicitLocOpBuilder &b, int64_t value);
/// A tensor of one dimension.
mlir::Value constantTensor(mlir::ImplicitLocOpBuilder &b, mlir::Type type,
                           llvm::ArrayRef<double> values);

mlir::Value emptyTensor(mlir::ImplicitLocOpBuilder &b,
                        llvm::ArrayRef<int64_t> shape, mlir::Type type);
/// A tensor whose elements are all `scalar`.
mlir::Value filledTensor(mlir::ImplicitLocOpBuilder &b,
                         llvm::ArrayRef<int64_t> shape, mlir::Value scalar);

/// The map of `loops` loops to those in `targets`.
mlir::AffineMap mapTo(mlir::ImplicitLocOpBuilder &b, unsigned loops,
                      llvm::ArrayRef<int64_t> targets);

/// A linalg.generic; loops that an output does not have are reductions.
llvm::SmallVector<mlir::Value> generic(mlir::ImplicitLocOpBuilder &b,
                                       llvm::ArrayRef<Operand> inputs,
                                       llvm::ArrayRef<Operand> outputs,
                                       Body body);

/// A new tensor, element by element: the loops are its dimensions. The body
/// sees the inputs only.
mlir::Value
elementwise(mlir::ImplicitLocOpBuilder &b, llvm::ArrayRef<int64_t> shape,
            mlir::Type type, llvm::ArrayRef<Operand> inputs,
            llvm::function_ref<mlir::Value(mlir::ImplicitLocOpBuilder &,
                                           mlir::ValueRange)>
                body);

/// Reduces the last dimension of `input`: the body takes an element of `input`,
/// those of `others` (indexed by the other dimensions), and the running value,
/// which starts at `init`.
mlir::Value
reduceLast(mlir::ImplicitLocOpBuilder &b, mlir::Value input,
           mlir::ValueRange others, mlir::Value init,
           llvm::function_ref<mlir::Value(mlir::ImplicitLocOpBuilder &,
                                          mlir::ValueRange)>
               body);

/// `dim(result, i) = dim(input, permutation[i])`.
mlir::Value transpose(mlir::ImplicitLocOpBuilder &b, mlir::Value input,
                      llvm::ArrayRef<int64_t> permutation);

void populateAttentionPatterns(mlir::RewritePatternSet &patterns);
void populateElementwisePatterns(mlir::RewritePatternSet &patterns);
void populateHeadPatterns(mlir::RewritePatternSet &patterns);
void populatePositionPatterns(mlir::RewritePatternSet &patterns);
void populateProductPatterns(mlir::RewritePatternSet &patterns);

} // namespace onebit::lowering

#endif // ONEBIT_LIB_CONVERSION_TOLINALG_LOWERING_H
