//===- Products.cpp - Matrix products as linalg.generic -------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Lowering.h"
#include "dialects/decoder/Decoder.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace onebit;
using namespace onebit::lowering;

/// The tensor that the sum starts at, in the layout of the result: zero, or the
/// init along the loops that it has.
static Value getStart(ImplicitLocOpBuilder &b, Value init,
                      ArrayRef<AffineMap> maps, RankedTensorType result) {
  Type type = result.getElementType();
  if (!init)
    return filledTensor(b, result.getShape(),
                        arith::ConstantOp::create(b, b.getZeroAttr(type)));
  if (maps[3] == maps[2] && init.getType() == result)
    return init;
  SmallVector<int64_t> targets;
  for (AffineExpr expr : maps[3].getResults())
    targets.push_back(*maps[2].getResultPosition(expr));
  return elementwise(b, result.getShape(), type,
                     Operand{init, mapTo(b, result.getRank(), targets)},
                     [&](ImplicitLocOpBuilder &inner, ValueRange elements) {
                       return convert(inner, elements[0], type);
                     });
}

namespace {

struct LowerProduct
    : OpInterfaceRewritePattern<decoder::MatrixProductOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;
  LogicalResult matchAndRewrite(decoder::MatrixProductOpInterface op,
                                PatternRewriter &rewriter) const override {
    // Other dialects' products have meanings of their own.
    if (!isa<decoder::ProjectionOp, decoder::AttentionProductOp>(op))
      return failure();
    auto result = cast<RankedTensorType>(op->getResult(0).getType());
    Type type = result.getElementType();
    for (Value operand : op->getOperands())
      if (!canConvert(getTensorType(operand).getElementType(), type))
        return rewriter.notifyMatchFailure(op, "element types do not multiply");

    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    SmallVector<AffineMap> maps(
        op.getIndexingMaps().getAsValueRange<AffineMapAttr>());
    Operand start = {getStart(b, op.getInit(), maps, result), maps[2]};
    SmallVector<Value> sum =
        generic(b, {{op.getLhs(), maps[0]}, {op.getRhs(), maps[1]}}, start,
                [&](ImplicitLocOpBuilder &inner, ValueRange elements) {
                  return SmallVector<Value>{multiplyAdd(
                      inner, elements[2], elements[0], elements[1])};
                });
    rewriter.replaceOp(op, sum);
    return success();
  }
};

} // namespace

void lowering::populateProductPatterns(RewritePatternSet &patterns) {
  patterns.add<LowerProduct>(patterns.getContext());
}
