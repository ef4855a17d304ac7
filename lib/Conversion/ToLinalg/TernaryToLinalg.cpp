//===- TernaryToLinalg.cpp - Ternary ops as linalg ops --------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Bits and trits become 8-bit integers. A product of them has no
// multiplication: an activation is added, subtracted or left out.
//
//===----------------------------------------------------------------------===//

#include "Lowering.h"
#include "dialects/ternary/Packing.h"
#include "dialects/ternary/Ternary.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"
#include "onebit/Conversion/Passes.h"

namespace onebit {
#define GEN_PASS_DEF_CONVERTTERNARYTOLINALG
#include "onebit/Conversion/Passes.h.inc"
} // namespace onebit

using namespace mlir;
using namespace onebit;
using namespace onebit::lowering;
using ternary::Scheme;

static Value absolute(ImplicitLocOpBuilder &b, Value x) {
  return math::AbsFOp::create(b, x);
}

/// The nearest integer, of two the even one, between `low` and `high`, as i8;
/// of a NaN 0, where the conversion by itself would be undefined.
static Value toInteger(ImplicitLocOpBuilder &b, Value x, double low,
                       double high) {
  Type type = x.getType();
  Value number = arith::CmpFOp::create(b, arith::CmpFPredicate::ORD, x, x);
  x = arith::SelectOp::create(b, number, x, constant(b, type, 0));
  Value rounded = math::RoundEvenOp::create(b, x);
  rounded = arith::MaximumFOp::create(b, rounded, constant(b, type, low));
  rounded = arith::MinimumFOp::create(b, rounded, constant(b, type, high));
  return arith::FPToSIOp::create(b, b.getI8Type(), rounded);
}

/// `input` over the dimensions that `kept` leaves out, summed or otherwise
/// folded in `type` from `init` on.
static Value
reduce(ImplicitLocOpBuilder &b, Value input, AffineMap kept, FloatType type,
       function_ref<Value(ImplicitLocOpBuilder &, Value, Value)> body,
       double init = 0) {
  RankedTensorType inputType = getTensorType(input);
  SmallVector<int64_t> shape;
  for (AffineExpr dim : kept.getResults())
    shape.push_back(
        inputType.getDimSize(cast<AffineDimExpr>(dim).getPosition()));
  Operand start = {filledTensor(b, shape, constant(b, type, init)), kept};
  return generic(
             b, Operand{input, b.getMultiDimIdentityMap(inputType.getRank())},
             start,
             [&](ImplicitLocOpBuilder &inner, ValueRange elements) {
               return SmallVector<Value>{body(inner, elements[0], elements[1])};
             })
      .front();
}

namespace {

/// A weight or an activation whose groups are a dimension of their own:
/// dimension `dim` of n elements is one of n / size groups and one of their
/// elements.
class GroupedTensor {
public:
  GroupedTensor(ImplicitLocOpBuilder &b, ternary::GroupAttr group, Value whole)
      : tensor(whole) {
    RankedTensorType type = getTensorType(whole);
    if (!group) {
      // One scale for all.
      scales = mapTo(b, type.getRank(), {});
      return;
    }
    SmallVector<int64_t> kept;
    for (int64_t dim = 0; dim < type.getRank(); ++dim) {
      int64_t at = static_cast<int64_t>(shape.size());
      kept.push_back(at);
      if (dim != group.getDim()) {
        reassociation.push_back({at});
        shape.push_back(type.getDimSize(dim));
        continue;
      }
      reassociation.push_back({at, at + 1});
      shape.push_back(type.getDimSize(dim) / group.getSize());
      shape.push_back(group.getSize());
    }
    scales = mapTo(b, shape.size(), kept);
    tensor = tensor::ExpandShapeOp::create(
        b, RankedTensorType::get(shape, type.getElementType()), whole,
        reassociation);
  }

  Value get() const { return tensor; }
  /// The dimensions that scales have.
  AffineMap getScaleMap() const { return scales; }
  Value ungroup(ImplicitLocOpBuilder &b, Value value) const {
    if (reassociation.empty())
      return value;
    return tensor::CollapseShapeOp::create(b, value, reassociation);
  }

private:
  Value tensor;
  AffineMap scales;
  SmallVector<int64_t> shape;
  SmallVector<ReassociationIndices> reassociation;
};

struct LowerQuantizeActivation
    : OpRewritePattern<ternary::QuantizeActivationOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ternary::QuantizeActivationOp op,
                                PatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    GroupedTensor grouped(b, op.getGroupAttr(), op.getInput());
    Value input = grouped.get();
    RankedTensorType type = getTensorType(input);
    FloatType compute = getComputeType(type.getElementType());
    int64_t rank = type.getRank();
    AffineMap all = b.getMultiDimIdentityMap(rank);

    SmallVector<int64_t> tokens;
    if (op.getGranularity() == ternary::Granularity::PerToken)
      for (int64_t dim = 0; dim < rank; ++dim)
        if (!llvm::is_contained(op.getReductionDims(), dim))
          tokens.push_back(dim);
    AffineMap perToken =
        op.getGroup() ? grouped.getScaleMap() : mapTo(b, rank, tokens);
    Value largest =
        reduce(b, input, perToken, compute,
               [&](ImplicitLocOpBuilder &b, Value x, Value acc) -> Value {
                 return arith::MaximumFOp::create(
                     b, absolute(b, convert(b, x, compute)), acc);
               });

    bool released = op.getScheme() == ternary::ActivationScheme::Released;
    bool eta = op.getScheme() == ternary::ActivationScheme::PaperEta;
    double power = static_cast<double>(int64_t(1) << (op.getBits() - 1));
    double limit = released ? power - 1 : power;
    auto floored = [&](ImplicitLocOpBuilder &b, Value gamma) -> Value {
      return arith::MaximumFOp::create(b, gamma, constant(b, compute, 1e-5));
    };
    // `released`: multiply by a rounded Q / gamma; `paper`: x Q / gamma.
    auto factor = [&](ImplicitLocOpBuilder &b, Value gamma) -> Value {
      return arith::DivFOp::create(b, constant(b, compute, limit),
                                   floored(b, gamma));
    };
    SmallVector<Operand> operands = {{input, all}, {largest, perToken}};
    if (eta)
      operands.push_back(
          {reduce(
               b, input, perToken, compute,
               [&](ImplicitLocOpBuilder &b, Value x, Value acc) -> Value {
                 return arith::MinimumFOp::create(b, convert(b, x, compute),
                                                  acc);
               },
               std::numeric_limits<double>::infinity()),
           perToken});
    Value codes = elementwise(
        b, type.getShape(), b.getI8Type(), operands,
        [&](ImplicitLocOpBuilder &b, ValueRange elements) -> Value {
          Value x = convert(b, elements[0], compute);
          if (eta)
            x = arith::SubFOp::create(b, x, elements[2]);
          Value scaled =
              released ? arith::MulFOp::create(b, x, factor(b, elements[1]))
                             .getResult()
                       : arith::DivFOp::create(
                             b,
                             arith::MulFOp::create(b, x,
                                                   constant(b, compute, limit)),
                             floored(b, elements[1]))
                             .getResult();
          return toInteger(b, scaled, eta ? 0 : -power, power - 1);
        });
    RankedTensorType scaleType = getTensorType(op.getScale());
    Value scale = elementwise(
        b, scaleType.getShape(), scaleType.getElementType(),
        Operand{largest, b.getMultiDimIdentityMap(scaleType.getRank())},
        [&](ImplicitLocOpBuilder &b, ValueRange elements) -> Value {
          Value result =
              released ? arith::DivFOp::create(b, constant(b, compute, 1),
                                               factor(b, elements[0]))
                             .getResult()
                       : arith::DivFOp::create(b, floored(b, elements[0]),
                                               constant(b, compute, limit))
                             .getResult();
          return convert(b, result, scaleType.getElementType());
        });
    rewriter.replaceOp(op, {grouped.ungroup(b, codes), scale});
    return success();
  }
};

struct LowerQuantizeWeight : OpRewritePattern<ternary::QuantizeWeightOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ternary::QuantizeWeightOp op,
                                PatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    GroupedTensor weight(b, op.getGroupAttr(), op.getWeight());
    RankedTensorType type = getTensorType(weight.get());
    FloatType compute = getComputeType(type.getElementType());
    Scheme scheme = op.getScheme();
    bool isBinary = scheme == Scheme::B1 || scheme == Scheme::B1Released;

    Value gamma = mean(b, weight, compute, /*absolute=*/true);
    SmallVector<Operand> operands = {
        {weight.get(), b.getMultiDimIdentityMap(type.getRank())},
        {gamma, weight.getScaleMap()}};
    if (isBinary)
      operands.push_back(
          {mean(b, weight, compute, /*absolute=*/false), weight.getScaleMap()});
    Value codes =
        elementwise(b, type.getShape(), b.getI8Type(), operands,
                    [&](ImplicitLocOpBuilder &b, ValueRange elements) -> Value {
                      Value w = convert(b, elements[0], compute);
                      return isBinary ? sign(b, w, elements[2], scheme)
                                      : trit(b, w, elements[1], scheme);
                    });
    RankedTensorType scaleType = getTensorType(op.getScale());
    Value scale = elementwise(
        b, scaleType.getShape(), scaleType.getElementType(),
        Operand{gamma, b.getMultiDimIdentityMap(scaleType.getRank())},
        [&](ImplicitLocOpBuilder &b, ValueRange elements) -> Value {
          Value result = elements[0];
          if (scheme == Scheme::B1_58Released)
            result = arith::DivFOp::create(b, constant(b, compute, 1),
                                           reciprocal(b, result));
          return convert(b, result, scaleType.getElementType());
        });
    rewriter.replaceOp(op, {weight.ungroup(b, codes), scale});
    return success();
  }

private:
  /// Summed in f64 in the order of the elements, rounded once.
  static Value mean(ImplicitLocOpBuilder &b, const GroupedTensor &weight,
                    FloatType compute, bool absolute) {
    FloatType wide = b.getF64Type();
    Value sum = reduce(
        b, weight.get(), weight.getScaleMap(), wide,
        [&](ImplicitLocOpBuilder &b, Value x, Value acc) -> Value {
          x = convert(b, x, wide);
          return arith::AddFOp::create(b, acc, absolute ? ::absolute(b, x) : x);
        });
    RankedTensorType type = getTensorType(sum);
    double count =
        static_cast<double>(getTensorType(weight.get()).getNumElements() /
                            std::max<int64_t>(type.getNumElements(), 1));
    return elementwise(
        b, type.getShape(), compute,
        Operand{sum, b.getMultiDimIdentityMap(type.getRank())},
        [&](ImplicitLocOpBuilder &b, ValueRange elements) -> Value {
          return convert(
              b,
              arith::DivFOp::create(b, elements[0], constant(b, wide, count)),
              compute);
        });
  }

  /// `1 / max(gamma, 1e-5)`.
  static Value reciprocal(ImplicitLocOpBuilder &b, Value gamma) {
    Type type = gamma.getType();
    return arith::DivFOp::create(
        b, constant(b, type, 1),
        arith::MaximumFOp::create(b, gamma, constant(b, type, 1e-5)));
  }

  static Value trit(ImplicitLocOpBuilder &b, Value w, Value gamma,
                    Scheme scheme) {
    if (scheme == Scheme::B1_58Released)
      return toInteger(b, arith::MulFOp::create(b, w, reciprocal(b, gamma)), -1,
                       1);
    Value divisor =
        arith::AddFOp::create(b, gamma, constant(b, gamma.getType(), 1e-5));
    return toInteger(b, arith::DivFOp::create(b, w, divisor), -1, 1);
  }

  static Value sign(ImplicitLocOpBuilder &b, Value w, Value alpha,
                    Scheme scheme) {
    auto integer = [&](int64_t value) -> Value {
      return arith::ConstantOp::create(b, b.getI8IntegerAttr(value));
    };
    Value below = integer(-1);
    if (scheme == Scheme::B1Released) {
      Value equal =
          arith::CmpFOp::create(b, arith::CmpFPredicate::OEQ, w, alpha);
      below = arith::SelectOp::create(b, equal, integer(0), below);
    }
    Value above = arith::CmpFOp::create(b, arith::CmpFPredicate::OGT, w, alpha);
    return arith::SelectOp::create(b, above, integer(1), below);
  }
};

struct LowerWeight : OpRewritePattern<ternary::WeightOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ternary::WeightOp op,
                                PatternRewriter &rewriter) const override {
    std::optional<SmallVector<uint8_t>> bytes = op.getPackedBytes();
    if (!bytes)
      return rewriter.notifyMatchFailure(op, "has no data");
    auto type = cast<RankedTensorType>(op.getResult().getType());
    std::optional<ternary::PackedShape> shape =
        ternary::PackedShape::get(type.getShape());
    if (!shape)
      return failure();
    llvm::Expected<std::vector<int8_t>> codes =
        ternary::unpack(op.getPacking(), *bytes, *shape);
    if (!codes) {
      llvm::consumeError(codes.takeError());
      return rewriter.notifyMatchFailure(op, "has bytes that are no weight");
    }
    auto elements = DenseElementsAttr::get(type.clone(rewriter.getI8Type()),
                                           llvm::ArrayRef<int8_t>(*codes));
    Value weight = arith::ConstantOp::create(rewriter, op.getLoc(), elements);
    Value scale = arith::ConstantOp::create(
        rewriter, op.getLoc(), cast<TypedAttr>(op.getScaleValue()));
    rewriter.replaceOp(op, {weight, scale});
    return success();
  }
};

struct LowerDequantizeWeight : OpRewritePattern<ternary::DequantizeWeightOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ternary::DequantizeWeightOp op,
                                PatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    GroupedTensor weight(b, op.getGroupAttr(), op.getWeight());
    Type type = getTensorType(op.getResult()).getElementType();
    FloatType compute = getComputeType(type);
    ArrayRef<int64_t> shape = getShape(weight.get());
    Value result =
        elementwise(b, shape, type,
                    {{weight.get(), b.getMultiDimIdentityMap(shape.size())},
                     {op.getScale(), weight.getScaleMap()}},
                    [&](ImplicitLocOpBuilder &b, ValueRange elements) -> Value {
                      return convert(b,
                                     arith::MulFOp::create(
                                         b, convert(b, elements[0], compute),
                                         convert(b, elements[1], compute)),
                                     type);
                    });
    rewriter.replaceOp(op, weight.ungroup(b, result));
    return success();
  }
};

struct LowerMatMul : OpRewritePattern<ternary::MatMulOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ternary::MatMulOp op,
                                PatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    SmallVector<AffineMap> maps(
        op.getIndexingMaps().getAsValueRange<AffineMapAttr>());
    Type wide = b.getI32Type();
    Value zero = arith::ConstantOp::create(b, b.getI32IntegerAttr(0));
    Operand start = {filledTensor(b, getShape(op.getResult()), zero), maps[2]};
    Value sum =
        generic(b, {{op.getActivation(), maps[0]}, {op.getWeight(), maps[1]}},
                start,
                [&](ImplicitLocOpBuilder &b, ValueRange elements) {
                  Value x = arith::ExtSIOp::create(b, wide, elements[0]);
                  return SmallVector<Value>{
                      addOrSubtract(b, elements[2], x, elements[1])};
                })
            .front();
    rewriter.replaceOp(op, sum);
    return success();
  }
};

struct LowerDequantize : OpRewritePattern<ternary::DequantizeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ternary::DequantizeOp op,
                                PatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    SmallVector<AffineMap> maps(
        op.getIndexingMaps().getAsValueRange<AffineMapAttr>());
    RankedTensorType type = getTensorType(op.getResult());
    FloatType compute = getComputeType(type.getElementType());
    Value zero = constant(b, compute, 0);
    Value sum =
        generic(b,
                {{op.getAcc(), maps[0]},
                 {op.getActivationScale(), maps[1]},
                 {op.getWeightScale(), maps[2]}},
                Operand{filledTensor(b, type.getShape(), zero), maps[3]},
                [&](ImplicitLocOpBuilder &b, ValueRange elements) {
                  Value term = convert(b, elements[0], compute);
                  for (Value scale : elements.slice(1, 2))
                    term = arith::MulFOp::create(b, term,
                                                 convert(b, scale, compute));
                  return SmallVector<Value>{
                      arith::AddFOp::create(b, elements[3], term)};
                })
            .front();
    // The loops of the result, by their place in it.
    SmallVector<Operand> operands = {
        {sum, b.getMultiDimIdentityMap(type.getRank())}};
    if (Value bias = op.getBias()) {
      SmallVector<int64_t> targets;
      for (AffineExpr loop : maps[4].getResults())
        targets.push_back(*maps[3].getResultPosition(loop));
      operands.push_back({bias, mapTo(b, type.getRank(), targets)});
    }
    rewriter.replaceOp(
        op,
        elementwise(b, type.getShape(), type.getElementType(), operands,
                    [&](ImplicitLocOpBuilder &b, ValueRange elements) -> Value {
                      Value result = elements[0];
                      if (elements.size() > 1)
                        result = arith::AddFOp::create(
                            b, result, convert(b, elements[1], compute));
                      return convert(b, result, type.getElementType());
                    }));
    return success();
  }
};

/// `type` with 8-bit integers where it has bits or trits.
Type toStored(Type type) {
  auto shaped = dyn_cast<ShapedType>(type);
  if (!shaped ||
      !isa<ternary::BitType, ternary::TritType>(shaped.getElementType()))
    return type;
  return shaped.clone(IntegerType::get(type.getContext(), 8));
}

struct ConvertTernaryToLinalg
    : onebit::impl::ConvertTernaryToLinalgBase<ConvertTernaryToLinalg> {
  LogicalResult initialize(MLIRContext *context) override {
    RewritePatternSet set(context);
    set.add<LowerDequantize, LowerDequantizeWeight, LowerMatMul,
            LowerQuantizeActivation, LowerQuantizeWeight, LowerWeight>(context);
    patterns = std::move(set);
    return success();
  }

  void runOnOperation() override {
    getOperation()->walk([](Operation *op) {
      // The verifier of ternary.weight looks at its type: it goes first.
      for (Value result : op->getResults())
        if (!isa<ternary::WeightOp>(op))
          result.setType(toStored(result.getType()));
      for (Region &region : op->getRegions())
        for (Block &block : region)
          for (BlockArgument argument : block.getArguments())
            argument.setType(toStored(argument.getType()));
      if (auto function = dyn_cast<FunctionOpInterface>(op)) {
        SmallVector<Type> inputs, results;
        for (Type type : function.getArgumentTypes())
          inputs.push_back(toStored(type));
        for (Type type : function.getResultTypes())
          results.push_back(toStored(type));
        function.setFunctionTypeAttr(
            TypeAttr::get(function.cloneTypeWith(inputs, results)));
      }
    });
    walkAndApplyPatterns(getOperation(), patterns);
    // Where kernels are loops already, trits were cast to what is stored.
    getOperation()->walk([](UnrealizedConversionCastOp cast) {
      if (cast.getOperandTypes() != cast.getResultTypes())
        return;
      cast.replaceAllUsesWith(cast.getOperands());
      cast.erase();
    });
    getOperation()->walk([&](Operation *op) {
      // A kernel computes that.
      if (!isa_and_present<ternary::TernaryDialect>(op->getDialect()) ||
          isa<ternary::PackedMatMulOp>(op))
        return;
      signalPassFailure();
      op->emitOpError("cannot be computed: its bytes are a resource that is "
                      "not there, or no packed weight");
    });
  }

private:
  FrozenRewritePatternSet patterns;
};

} // namespace
