//===- Lowering.cpp - What the lowerings of decoder ops share -------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Lowering.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace onebit;

RankedTensorType lowering::getTensorType(Value tensor) {
  return cast<RankedTensorType>(tensor.getType());
}

ArrayRef<int64_t> lowering::getShape(Value tensor) {
  return getTensorType(tensor).getShape();
}

FloatType lowering::getComputeType(Type elementType) {
  auto type = cast<FloatType>(elementType);
  return type.getWidth() < 32 ? Float32Type::get(type.getContext()) : type;
}

FloatType lowering::getSumType(FloatType computeType) {
  return computeType.getWidth() < 64
             ? Float64Type::get(computeType.getContext())
             : computeType;
}

Value lowering::convert(ImplicitLocOpBuilder &b, Value scalar, Type type) {
  Type from = scalar.getType();
  if (from == type)
    return scalar;
  auto toFloat = dyn_cast<FloatType>(type);
  auto fromFloat = dyn_cast<FloatType>(from);
  if (toFloat && !fromFloat)
    return arith::SIToFPOp::create(b, type, scalar);
  if (toFloat) {
    // Formats of one width have no direct conversion.
    if (toFloat.getWidth() == fromFloat.getWidth())
      scalar = arith::ExtFOp::create(b, b.getF32Type(), scalar);
    if (toFloat.getWidth() < cast<FloatType>(scalar.getType()).getWidth())
      return arith::TruncFOp::create(b, type, scalar);
    return arith::ExtFOp::create(b, type, scalar);
  }
  if (type.getIntOrFloatBitWidth() < from.getIntOrFloatBitWidth())
    return arith::TruncIOp::create(b, type, scalar);
  return arith::ExtSIOp::create(b, type, scalar);
}

bool lowering::canConvert(Type from, Type to) {
  auto isInteger = [](Type type) {
    return type.isSignlessInteger() && type.getIntOrFloatBitWidth() > 1;
  };
  if (isa<FloatType>(to))
    return isa<FloatType>(from) || isInteger(from);
  return isInteger(to) && isInteger(from);
}

Value lowering::multiplyAdd(ImplicitLocOpBuilder &b, Value acc, Value lhs,
                            Value rhs) {
  Type type = acc.getType();
  lhs = convert(b, lhs, type);
  rhs = convert(b, rhs, type);
  if (isa<FloatType>(type))
    return arith::AddFOp::create(b, acc, arith::MulFOp::create(b, lhs, rhs));
  return arith::AddIOp::create(b, acc, arith::MulIOp::create(b, lhs, rhs));
}

Value lowering::addOrSubtract(ImplicitLocOpBuilder &b, Value acc, Value x,
                              Value weight) {
  const bool isFloat = isa<FloatType>(acc.getType());
  Value none =
      arith::ConstantOp::create(b, b.getIntegerAttr(weight.getType(), 0));
  Value isPositive =
      arith::CmpIOp::create(b, arith::CmpIPredicate::sgt, weight, none);
  Value isNegative =
      arith::CmpIOp::create(b, arith::CmpIPredicate::slt, weight, none);
  Value difference = isFloat ? arith::SubFOp::create(b, acc, x).getResult()
                             : arith::SubIOp::create(b, acc, x).getResult();
  Value less = arith::SelectOp::create(b, isNegative, difference, acc);
  Value sum = isFloat ? arith::AddFOp::create(b, acc, x).getResult()
                      : arith::AddIOp::create(b, acc, x).getResult();
  return arith::SelectOp::create(b, isPositive, sum, less);
}

Value lowering::constant(ImplicitLocOpBuilder &b, Type type, double value) {
  return arith::ConstantOp::create(b, b.getFloatAttr(type, value));
}

Value lowering::constantIndex(ImplicitLocOpBuilder &b, int64_t value) {
  return arith::ConstantIndexOp::create(b, value);
}

Value lowering::constantTensor(ImplicitLocOpBuilder &b, Type type,
                               ArrayRef<double> values) {
  SmallVector<Attribute> elements;
  elements.reserve(values.size());
  for (double value : values)
    elements.push_back(b.getFloatAttr(type, value));
  auto tensorType =
      RankedTensorType::get({static_cast<int64_t>(values.size())}, type);
  return arith::ConstantOp::create(
      b, DenseElementsAttr::get(tensorType, elements));
}

Value lowering::emptyTensor(ImplicitLocOpBuilder &b, ArrayRef<int64_t> shape,
                            Type type) {
  return tensor::EmptyOp::create(b, shape, type);
}

Value lowering::filledTensor(ImplicitLocOpBuilder &b, ArrayRef<int64_t> shape,
                             Value scalar) {
  return linalg::FillOp::create(b, scalar,
                                emptyTensor(b, shape, scalar.getType()))
      .getResult(0);
}

AffineMap lowering::mapTo(ImplicitLocOpBuilder &b, unsigned loops,
                          ArrayRef<int64_t> targets) {
  SmallVector<unsigned> positions(targets.begin(), targets.end());
  return AffineMap::getMultiDimMapWithTargets(loops, positions, b.getContext());
}

SmallVector<Value> lowering::generic(ImplicitLocOpBuilder &b,
                                     ArrayRef<Operand> inputs,
                                     ArrayRef<Operand> outputs, Body body) {
  SmallVector<Value> ins, outs;
  SmallVector<Type> types;
  SmallVector<AffineMap> maps;
  for (const Operand &operand : inputs) {
    ins.push_back(operand.tensor);
    maps.push_back(operand.map);
  }
  for (const Operand &operand : outputs) {
    outs.push_back(operand.tensor);
    types.push_back(operand.tensor.getType());
    maps.push_back(operand.map);
  }
  SmallVector<utils::IteratorType> iterators;
  for (unsigned i = 0, e = outputs.front().map.getNumDims(); i < e; ++i) {
    const bool inAll = llvm::all_of(outputs, [&](const Operand &operand) {
      return operand.map.isFunctionOfDim(i);
    });
    iterators.push_back(inAll ? utils::IteratorType::parallel
                              : utils::IteratorType::reduction);
  }
  auto op = linalg::GenericOp::create(
      b, types, ins, outs, maps, iterators,
      [&](OpBuilder &nested, Location loc, ValueRange elements) {
        ImplicitLocOpBuilder inner(loc, nested);
        linalg::YieldOp::create(inner, body(inner, elements));
      });
  return SmallVector<Value>(op.getResults());
}

Value lowering::elementwise(
    ImplicitLocOpBuilder &b, ArrayRef<int64_t> shape, Type type,
    ArrayRef<Operand> inputs,
    function_ref<Value(ImplicitLocOpBuilder &, ValueRange)> body) {
  Operand output = {emptyTensor(b, shape, type),
                    b.getMultiDimIdentityMap(shape.size())};
  return generic(b, inputs, output,
                 [&](ImplicitLocOpBuilder &inner, ValueRange elements) {
                   return SmallVector<Value>{body(inner, elements.drop_back())};
                 })
      .front();
}

Value lowering::reduceLast(
    ImplicitLocOpBuilder &b, Value input, ValueRange others, Value init,
    function_ref<Value(ImplicitLocOpBuilder &, ValueRange)> body) {
  ArrayRef<int64_t> shape = getShape(input);
  AffineMap all = b.getMultiDimIdentityMap(shape.size());
  AffineMap kept = all.dropResult(shape.size() - 1);
  SmallVector<Operand> inputs = {{input, all}};
  for (Value other : others)
    inputs.push_back({other, kept});
  Operand output = {filledTensor(b, shape.drop_back(), init), kept};
  return generic(b, inputs, output,
                 [&](ImplicitLocOpBuilder &inner, ValueRange elements) {
                   return SmallVector<Value>{body(inner, elements)};
                 })
      .front();
}

Value lowering::transpose(ImplicitLocOpBuilder &b, Value input,
                          ArrayRef<int64_t> permutation) {
  RankedTensorType type = getTensorType(input);
  SmallVector<int64_t> shape;
  for (int64_t dim : permutation)
    shape.push_back(type.getDimSize(dim));
  return linalg::TransposeOp::create(
             b, input, emptyTensor(b, shape, type.getElementType()),
             permutation)
      .getResult()
      .front();
}
