//===- ConvertStablehlo.cpp - StableHLO's generic form to linalg ----------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Stablehlo.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"
#include "llvm/ADT/StringExtras.h"

namespace onebit {
#define GEN_PASS_DEF_CONVERTSTABLEHLO
#include "onebit/Conversion/Passes.h.inc"
} // namespace onebit

using namespace mlir;
using namespace onebit;

SmallVector<int64_t> stablehlo::getIntegers(Operation *op, StringRef attribute,
                                            StringRef key) {
  SmallVector<int64_t> result;
  Attribute attr = op->getAttr(attribute);
  if (auto array = dyn_cast_or_null<DenseI64ArrayAttr>(attr))
    return llvm::to_vector(array.asArrayRef());
  auto opaque = dyn_cast_or_null<OpaqueAttr>(attr);
  if (!opaque)
    return result;
  // `dot<lhs_batching_dimensions = [0, 2], ...>`
  StringRef text = opaque.getAttrData();
  size_t at = text.find(key);
  if (at == StringRef::npos)
    return result;
  text = text.substr(at + key.size()).ltrim(" =");
  if (!text.consume_front("["))
    return result;
  for (StringRef part :
       llvm::split(text.take_until([](char c) { return c == ']'; }), ',')) {
    int64_t number;
    if (!part.trim().getAsInteger(10, number))
      result.push_back(number);
  }
  return result;
}

StringRef stablehlo::getEnum(Operation *op, StringRef attribute) {
  auto opaque = op->getAttrOfType<OpaqueAttr>(attribute);
  // `comparison_direction LT`, or `comparison_direction<LT>`.
  return opaque ? opaque.getAttrData().rtrim("> ").rsplit(' ').second
                : StringRef();
}

RankedTensorType stablehlo::getPlainType(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && type.hasStaticShape() &&
                 type.getElementType().isSignlessIntOrFloat()
             ? type
             : RankedTensorType();
}

Value stablehlo::buildEmpty(OpBuilder &builder, Location loc,
                            RankedTensorType type) {
  return tensor::EmptyOp::create(builder, loc, type.getShape(),
                                 type.getElementType());
}

Value stablehlo::buildZeros(OpBuilder &builder, Location loc,
                            RankedTensorType type) {
  Value zero = arith::ConstantOp::create(
      builder, loc, builder.getZeroAttr(type.getElementType()));
  return linalg::FillOp::create(builder, loc, zero,
                                buildEmpty(builder, loc, type))
      .getResult(0);
}

Value stablehlo::buildGeneric(OpBuilder &builder, Location loc,
                              ValueRange inputs, Value init,
                              ArrayRef<AffineMap> maps, Body body) {
  llvm::SmallBitVector kept(maps.back().getNumDims());
  for (AffineExpr expr : maps.back().getResults())
    kept.set(cast<AffineDimExpr>(expr).getPosition());
  SmallVector<utils::IteratorType> iterators;
  for (unsigned i = 0, e = kept.size(); i < e; ++i)
    iterators.push_back(kept[i] ? utils::IteratorType::parallel
                                : utils::IteratorType::reduction);
  return linalg::GenericOp::create(
             builder, loc, init.getType(), inputs, init, maps, iterators,
             [&](OpBuilder &inner, Location at, ValueRange args) {
               linalg::YieldOp::create(inner, at, body(inner, at, args));
             })
      .getResult(0);
}

static LogicalResult convert(Operation *op, OpBuilder &builder) {
  builder.setInsertionPoint(op);
  return success(succeeded(stablehlo::convertElementwise(op, builder)) ||
                 succeeded(stablehlo::convertLayout(op, builder)) ||
                 succeeded(stablehlo::convertReduction(op, builder)) ||
                 succeeded(stablehlo::convertControl(op, builder)));
}

namespace {
struct ConvertStablehlo : onebit::impl::ConvertStablehloBase<ConvertStablehlo> {
  void runOnOperation() override {
    SmallVector<Operation *> ops;
    // Regions first: a loop is converted with what it holds.
    getOperation()->walk<WalkOrder::PostOrder>([&](Operation *op) {
      if (!op->isRegistered() &&
          op->getName().getDialectNamespace() == "stablehlo")
        ops.push_back(op);
    });
    if (ops.empty())
      return markAllAnalysesPreserved();
    OpBuilder builder(&getContext());
    for (Operation *op : ops)
      if (succeeded(convert(op, builder)))
        op->erase();
  }
};
} // namespace
