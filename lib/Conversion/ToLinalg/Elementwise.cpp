//===- Elementwise.cpp - Norms and activations as linalg.generic ----------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Lowering.h"
#include "dialects/decoder/Decoder.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/PatternMatch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace onebit;
using namespace onebit::lowering;

static Value activate(ImplicitLocOpBuilder &b, decoder::ActivationKind kind,
                      Value x) {
  Type type = x.getType();
  auto number = [&](double value) { return constant(b, type, value); };
  auto times = [&](Value lhs, Value rhs) -> Value {
    return arith::MulFOp::create(b, lhs, rhs);
  };
  auto scale = [&](Value value, double factor) {
    return times(value, number(factor));
  };
  // x / 2 * (1 + f)
  auto gate = [&](Value f) {
    f = arith::AddFOp::create(b, f, number(1));
    return times(scale(x, 0.5), f);
  };
  switch (kind) {
  case decoder::ActivationKind::ReLU:
    return arith::MaximumFOp::create(b, x, number(0));
  case decoder::ActivationKind::ReLU2: {
    Value positive = arith::MaximumFOp::create(b, x, number(0));
    return times(positive, positive);
  }
  case decoder::ActivationKind::GELU:
    return gate(math::ErfOp::create(b, scale(x, llvm::numbers::inv_sqrt2)));
  case decoder::ActivationKind::GELUTanh: {
    Value cube = times(times(x, x), x);
    Value sum = arith::AddFOp::create(b, x, scale(cube, 0.044715));
    constexpr double kFactor = llvm::numbers::sqrt2 * llvm::numbers::inv_sqrtpi;
    return gate(math::TanhOp::create(b, scale(sum, kFactor)));
  }
  case decoder::ActivationKind::SiLU: {
    Value exp = math::ExpOp::create(b, arith::NegFOp::create(b, x));
    exp = arith::AddFOp::create(b, exp, number(1));
    return arith::DivFOp::create(b, x, exp);
  }
  }
  llvm_unreachable("unknown activation");
}

namespace {

struct LowerActivation : OpRewritePattern<decoder::ActivationOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(decoder::ActivationOp op,
                                PatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    RankedTensorType type = getTensorType(op.getResult());
    Type elementType = type.getElementType();
    FloatType computeType = getComputeType(elementType);
    rewriter.replaceOp(
        op,
        elementwise(
            b, type.getShape(), elementType,
            Operand{op.getInput(), b.getMultiDimIdentityMap(type.getRank())},
            [&](ImplicitLocOpBuilder &b, ValueRange elements) {
              Value x = convert(b, elements[0], computeType);
              return convert(b, activate(b, op.getKind(), x), elementType);
            }));
    return success();
  }
};

struct LowerGatedActivation : OpRewritePattern<decoder::GatedActivationOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(decoder::GatedActivationOp op,
                                PatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    RankedTensorType type = getTensorType(op.getResult());
    Type elementType = type.getElementType();
    FloatType computeType = getComputeType(elementType);
    AffineMap map = b.getMultiDimIdentityMap(type.getRank());
    rewriter.replaceOp(
        op, elementwise(b, type.getShape(), elementType,
                        {{op.getGate(), map}, {op.getUp(), map}},
                        [&](ImplicitLocOpBuilder &b, ValueRange elements) {
                          Value gate = convert(b, elements[0], computeType);
                          Value up = convert(b, elements[1], computeType);
                          Value product = arith::MulFOp::create(
                              b, activate(b, op.getKind(), gate), up);
                          return convert(b, product, elementType);
                        }));
    return success();
  }
};

struct LowerNorm : OpRewritePattern<decoder::NormOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(decoder::NormOp op,
                                PatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    RankedTensorType type = getTensorType(op.getInput());
    Type elementType = type.getElementType();
    FloatType computeType = getComputeType(elementType);
    ArrayRef<int64_t> shape = type.getShape();
    ArrayRef<int64_t> rowsShape = shape.drop_back();
    AffineMap all = b.getMultiDimIdentityMap(type.getRank());
    AffineMap rows = all.dropResult(type.getRank() - 1);
    AffineMap rowsAlone = b.getMultiDimIdentityMap(type.getRank() - 1);
    FloatType sumType = getSumType(computeType);
    Value zero = constant(b, sumType, 0);
    Value size = constant(b, sumType, shape.back());

    // Centred, unless only the mean square counts.
    Value mean;
    if (op.getKind() != decoder::NormKind::RMSNorm) {
      Value sum = reduceLast(
          b, op.getInput(), {}, zero,
          [&](ImplicitLocOpBuilder &b, ValueRange e) -> Value {
            return arith::AddFOp::create(b, e[1], convert(b, e[0], sumType));
          });
      mean =
          elementwise(b, rowsShape, computeType, Operand{sum, rowsAlone},
                      [&](ImplicitLocOpBuilder &b, ValueRange e) -> Value {
                        return convert(b, arith::DivFOp::create(b, e[0], size),
                                       computeType);
                      });
    }
    auto centre = [&](ImplicitLocOpBuilder &b, Value x, Value mean) -> Value {
      x = convert(b, x, computeType);
      return mean ? arith::SubFOp::create(b, x, mean).getResult() : x;
    };

    Value squares =
        reduceLast(b, op.getInput(), mean ? ValueRange(mean) : ValueRange(),
                   zero, [&](ImplicitLocOpBuilder &b, ValueRange e) -> Value {
                     Value x = centre(b, e[0], mean ? e[1] : Value());
                     x = convert(b, x, sumType);
                     return arith::AddFOp::create(
                         b, e.back(), arith::MulFOp::create(b, x, x));
                   });
    Value deviation = elementwise(
        b, rowsShape, computeType, Operand{squares, rowsAlone},
        [&](ImplicitLocOpBuilder &b, ValueRange e) -> Value {
          Value variance =
              convert(b, arith::DivFOp::create(b, e[0], size), computeType);
          return math::SqrtOp::create(
              b,
              arith::AddFOp::create(
                  b, variance,
                  constant(b, computeType, op.getEpsilon().convertToDouble())));
        });

    SmallVector<Operand> inputs = {{op.getInput(), all}, {deviation, rows}};
    AffineMap last = mapTo(b, type.getRank(), {type.getRank() - 1});
    if (mean)
      inputs.push_back({mean, rows});
    if (op.getWeight())
      inputs.push_back({op.getWeight(), last});
    if (op.getBias())
      inputs.push_back({op.getBias(), last});
    rewriter.replaceOp(
        op, elementwise(b, shape, elementType, inputs,
                        [&](ImplicitLocOpBuilder &b, ValueRange e) {
                          ValueRange rest = e.drop_front(2);
                          auto next = [&]() -> Value {
                            Value value = rest.front();
                            rest = rest.drop_front();
                            return convert(b, value, computeType);
                          };
                          Value x = centre(b, e[0], mean ? next() : Value());
                          x = arith::DivFOp::create(b, x, e[1]);
                          if (op.getWeight()) {
                            Value factor = next();
                            if (op.getUnitOffset())
                              factor = arith::AddFOp::create(
                                  b, factor, constant(b, computeType, 1));
                            x = arith::MulFOp::create(b, x, factor);
                          }
                          if (op.getBias())
                            x = arith::AddFOp::create(b, x, next());
                          return convert(b, x, elementType);
                        }));
    return success();
  }
};

} // namespace

void lowering::populateElementwisePatterns(RewritePatternSet &patterns) {
  patterns.add<LowerActivation, LowerGatedActivation, LowerNorm>(
      patterns.getContext());
}
