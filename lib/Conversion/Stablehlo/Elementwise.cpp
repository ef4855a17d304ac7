//===- Elementwise.cpp - StableHLO's work on single elements --------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Stablehlo.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using namespace onebit;
using namespace onebit::stablehlo;

Value stablehlo::convertElement(OpBuilder &b, Location loc, Value value,
                                Type type) {
  Type from = value.getType();
  if (from == type)
    return value;
  unsigned width = type.getIntOrFloatBitWidth();
  unsigned before = from.getIntOrFloatBitWidth();
  if (isa<FloatType>(from) && isa<FloatType>(type)) {
    if (width > before)
      return arith::ExtFOp::create(b, loc, type, value);
    // bf16 and f16 are no parts of each other.
    if (width == before)
      value = arith::ExtFOp::create(b, loc, b.getF32Type(), value);
    return arith::TruncFOp::create(b, loc, type, value);
  }
  if (isa<FloatType>(type))
    return from.isInteger(1)
               ? Value(arith::UIToFPOp::create(b, loc, type, value))
               : Value(arith::SIToFPOp::create(b, loc, type, value));
  if (isa<FloatType>(from))
    return arith::FPToSIOp::create(b, loc, type, value);
  if (width < before)
    return arith::TruncIOp::create(b, loc, type, value);
  return from.isInteger(1) ? Value(arith::ExtUIOp::create(b, loc, type, value))
                           : Value(arith::ExtSIOp::create(b, loc, type, value));
}

namespace {
using Create = Value (*)(OpBuilder &, Location, ValueRange);

template <typename Op>
Value create(OpBuilder &b, Location loc, ValueRange args) {
  return Op::create(b, loc, TypeRange{args[0].getType()}, args);
}

/// An op of floats and one of integers, either may be null.
struct Pair {
  Create ofFloats = nullptr, ofIntegers = nullptr;
};
} // namespace

static Value negateInteger(OpBuilder &b, Location loc, ValueRange args) {
  Value zero =
      arith::ConstantOp::create(b, loc, b.getZeroAttr(args[0].getType()));
  return arith::SubIOp::create(b, loc, zero, args[0]);
}

static Value invert(OpBuilder &b, Location loc, ValueRange args) {
  Value ones = arith::ConstantOp::create(
      b, loc, b.getIntegerAttr(args[0].getType(), -1));
  return arith::XOrIOp::create(b, loc, args[0], ones);
}

/// 1 / (1 + exp(-x)).
static Value logistic(OpBuilder &b, Location loc, ValueRange args) {
  Value one =
      arith::ConstantOp::create(b, loc, b.getFloatAttr(args[0].getType(), 1.0));
  Value negated = arith::NegFOp::create(b, loc, args[0]);
  Value power = math::ExpOp::create(b, loc, negated);
  Value sum = arith::AddFOp::create(b, loc, one, power);
  return arith::DivFOp::create(b, loc, one, sum);
}

static Value clamp(OpBuilder &b, Location loc, ValueRange args) {
  if (isa<FloatType>(args[1].getType())) {
    Value low = arith::MaximumFOp::create(b, loc, args[1], args[0]);
    return arith::MinimumFOp::create(b, loc, low, args[2]);
  }
  Value low = arith::MaxSIOp::create(b, loc, args[1], args[0]);
  return arith::MinSIOp::create(b, loc, low, args[2]);
}

static Pair getPair(StringRef name) {
  return llvm::StringSwitch<Pair>(name)
      .Case("abs", {create<math::AbsFOp>, create<math::AbsIOp>})
      .Case("add", {create<arith::AddFOp>, create<arith::AddIOp>})
      .Case("and", {nullptr, create<arith::AndIOp>})
      .Case("ceil", {create<math::CeilOp>, nullptr})
      .Case("clamp", {clamp, clamp})
      .Case("cosine", {create<math::CosOp>, nullptr})
      .Case("divide", {create<arith::DivFOp>, create<arith::DivSIOp>})
      .Case("exponential", {create<math::ExpOp>, nullptr})
      .Case("floor", {create<math::FloorOp>, nullptr})
      .Case("log", {create<math::LogOp>, nullptr})
      .Case("log_plus_one", {create<math::Log1pOp>, nullptr})
      .Case("logistic", {logistic, nullptr})
      .Case("maximum", {create<arith::MaximumFOp>, create<arith::MaxSIOp>})
      .Case("minimum", {create<arith::MinimumFOp>, create<arith::MinSIOp>})
      .Case("multiply", {create<arith::MulFOp>, create<arith::MulIOp>})
      .Case("negate", {create<arith::NegFOp>, negateInteger})
      .Case("not", {nullptr, invert})
      .Case("or", {nullptr, create<arith::OrIOp>})
      .Case("power", {create<math::PowFOp>, create<math::IPowIOp>})
      .Case("remainder", {create<arith::RemFOp>, create<arith::RemSIOp>})
      .Case("round_nearest_afz", {create<math::RoundOp>, nullptr})
      .Case("round_nearest_even", {create<math::RoundEvenOp>, nullptr})
      .Case("rsqrt", {create<math::RsqrtOp>, nullptr})
      .Case("shift_left", {nullptr, create<arith::ShLIOp>})
      .Case("shift_right_arithmetic", {nullptr, create<arith::ShRSIOp>})
      .Case("shift_right_logical", {nullptr, create<arith::ShRUIOp>})
      .Case("sine", {create<math::SinOp>, nullptr})
      .Case("sqrt", {create<math::SqrtOp>, nullptr})
      .Case("subtract", {create<arith::SubFOp>, create<arith::SubIOp>})
      .Case("tanh", {create<math::TanhOp>, nullptr})
      .Case("xor", {nullptr, create<arith::XOrIOp>})
      .Default({});
}

static Value compare(OpBuilder &b, Location loc, StringRef direction,
                     ValueRange args) {
  using Float = arith::CmpFPredicate;
  using Integer = arith::CmpIPredicate;
  bool isUnsigned = args[0].getType().isInteger(1);
  auto predicates =
      llvm::StringSwitch<std::pair<Float, Integer>>(direction)
          .Case("EQ", {Float::OEQ, Integer::eq})
          .Case("NE", {Float::UNE, Integer::ne})
          .Case("GE", {Float::OGE, isUnsigned ? Integer::uge : Integer::sge})
          .Case("GT", {Float::OGT, isUnsigned ? Integer::ugt : Integer::sgt})
          .Case("LE", {Float::OLE, isUnsigned ? Integer::ule : Integer::sle})
          .Default({Float::OLT, isUnsigned ? Integer::ult : Integer::slt});
  if (isa<FloatType>(args[0].getType()))
    return arith::CmpFOp::create(b, loc, predicates.first, args[0], args[1]);
  return arith::CmpIOp::create(b, loc, predicates.second, args[0], args[1]);
}

/// `op`, whose operands have the shape of its result or are scalars, with
/// `body` for an element.
static LogicalResult replace(Operation *op, OpBuilder &builder, Body body) {
  RankedTensorType type = getPlainType(op->getResult(0));
  MLIRContext *context = builder.getContext();
  AffineMap all = AffineMap::getMultiDimIdentityMap(type.getRank(), context);
  SmallVector<AffineMap> maps;
  for (Value operand : op->getOperands()) {
    RankedTensorType from = getPlainType(operand);
    if (!from || (from.getRank() != 0 && from.getShape() != type.getShape()))
      return failure();
    maps.push_back(from.getRank() == 0
                       ? AffineMap::get(type.getRank(), 0, {}, context)
                       : all);
  }
  maps.push_back(all);
  Location loc = op->getLoc();
  op->getResult(0).replaceAllUsesWith(
      buildGeneric(builder, loc, op->getOperands(),
                   buildEmpty(builder, loc, type), maps, body));
  return success();
}

LogicalResult stablehlo::convertElementwise(Operation *op, OpBuilder &builder) {
  if (op->getNumResults() != 1 || op->getNumRegions() != 0 ||
      !getPlainType(op->getResult(0)))
    return failure();
  StringRef name = op->getName().stripDialect();
  RankedTensorType type = getPlainType(op->getResult(0));
  Type element = type.getElementType();
  if (name == "constant" && op->getNumOperands() == 0) {
    auto value = op->getAttrOfType<ElementsAttr>("value");
    if (!value || value.getType() != type)
      return failure();
    op->getResult(0).replaceAllUsesWith(
        arith::ConstantOp::create(builder, op->getLoc(), value));
    return success();
  }
  if (name == "iota" && op->getNumOperands() == 0) {
    auto dim = op->getAttrOfType<IntegerAttr>("iota_dimension");
    if (!dim || dim.getInt() < 0 || dim.getInt() >= type.getRank())
      return failure();
    return replace(op, builder, [&](OpBuilder &b, Location loc, ValueRange) {
      Value index = linalg::IndexOp::create(b, loc, dim.getInt());
      Type integer = isa<IntegerType>(element) ? element : b.getI64Type();
      index = arith::IndexCastOp::create(b, loc, integer, index);
      return convertElement(b, loc, index, element);
    });
  }
  if (name == "convert" && op->getNumOperands() == 1)
    return replace(op, builder, [&](OpBuilder &b, Location loc, ValueRange in) {
      return convertElement(b, loc, in[0], element);
    });
  if (name == "compare" && op->getNumOperands() == 2) {
    StringRef direction = getEnum(op, "comparison_direction");
    return replace(op, builder, [&](OpBuilder &b, Location loc, ValueRange in) {
      return compare(b, loc, direction, in);
    });
  }
  if (name == "select" && op->getNumOperands() == 3)
    return replace(op, builder, [](OpBuilder &b, Location loc, ValueRange in) {
      return arith::SelectOp::create(b, loc, in[0], in[1], in[2]);
    });
  Pair pair = getPair(name);
  Create create = isa<FloatType>(element) ? pair.ofFloats : pair.ofIntegers;
  if (!create || op->getNumOperands() == 0)
    return failure();
  return replace(op, builder, [&](OpBuilder &b, Location loc, ValueRange in) {
    return create(b, loc, in.drop_back());
  });
}
