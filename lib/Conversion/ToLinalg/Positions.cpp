//===- Positions.cpp - Embeddings and positions as linalg.generic ---------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Lowering.h"
#include "dialects/decoder/Decoder.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace onebit;
using namespace onebit::lowering;

namespace {

struct LowerEmbedding : OpRewritePattern<decoder::EmbeddingOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(decoder::EmbeddingOp op,
                                PatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    RankedTensorType type = getTensorType(op.getResult());
    rewriter.replaceOp(
        op,
        elementwise(b, type.getShape(), type.getElementType(),
                    Operand{op.getIds(), mapTo(b, 3, {0, 1})},
                    [&](ImplicitLocOpBuilder &b, ValueRange elements) -> Value {
                      Value row = arith::IndexCastUIOp::create(
                          b, b.getIndexType(), elements[0]);
                      Value column = linalg::IndexOp::create(b, 2);
                      return tensor::ExtractOp::create(b, op.getTable(),
                                                       ValueRange{row, column});
                    }));
    return success();
  }
};

struct LowerPositionEmbedding : OpRewritePattern<decoder::PositionEmbeddingOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(decoder::PositionEmbeddingOp op,
                                PatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    RankedTensorType type = getTensorType(op.getResult());
    Type elementType = type.getElementType();
    FloatType computeType = getComputeType(elementType);
    ArrayRef<int64_t> shape = type.getShape();
    Value first = arith::AddIOp::create(b, op.getPosition(),
                                        constantIndex(b, op.getOffset()));
    SmallVector<OpFoldResult> offsets = {first, b.getIndexAttr(0)};
    SmallVector<OpFoldResult> strides(2, b.getIndexAttr(1));
    SmallVector<int64_t> sizes(shape.drop_front());
    Value rows = tensor::ExtractSliceOp::create(
        b, RankedTensorType::get(sizes, elementType), op.getTable(), offsets,
        getAsIndexOpFoldResult(b.getContext(), sizes), strides);
    rewriter.replaceOp(
        op,
        elementwise(b, shape, elementType,
                    {{op.getInput(), b.getMultiDimIdentityMap(3)},
                     {rows, mapTo(b, 3, {1, 2})}},
                    [&](ImplicitLocOpBuilder &b, ValueRange elements) -> Value {
                      Value x = convert(b, elements[0], computeType);
                      Value row = convert(b, elements[1], computeType);
                      Value sum = arith::AddFOp::create(b, x, row);
                      return convert(b, sum, elementType);
                    }));
    return success();
  }
};

/// Both halves of the pairs are slices, strided where pairs are interleaved;
/// the angles are the same for every batch entry and head.
struct LowerRotary : OpRewritePattern<decoder::RotaryOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(decoder::RotaryOp op,
                                PatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    RankedTensorType type = getTensorType(op.getInput());
    Type elementType = type.getElementType();
    FloatType computeType = getComputeType(elementType);
    int64_t tokens = type.getDimSize(2);
    int64_t dim = op.getRotaryDim().value_or(type.getDimSize(3));
    int64_t pairs = dim / 2;

    decoder::RotaryTable table = op.getTable();
    AffineMap pairMap = mapTo(b, 2, {1});
    SmallVector<Operand> frequencies = {
        {constantTensor(b, computeType, table.frequencies), pairMap}};
    Value isLong;
    if (!table.longFrequencies.empty()) {
      frequencies.push_back(
          {constantTensor(b, computeType, table.longFrequencies), pairMap});
      Value length =
          arith::AddIOp::create(b, op.getPosition(), constantIndex(b, tokens));
      isLong = arith::CmpIOp::create(b, arith::CmpIPredicate::ugt, length,
                                     constantIndex(b, table.shortContext));
    }
    SmallVector<int64_t> tableShape = {tokens, pairs};
    AffineMap tableMap = b.getMultiDimIdentityMap(2);
    Operand cosines = {emptyTensor(b, tableShape, computeType), tableMap};
    Operand sines = {emptyTensor(b, tableShape, computeType), tableMap};
    SmallVector<Value> tables =
        generic(b, frequencies, {cosines, sines},
                [&](ImplicitLocOpBuilder &b, ValueRange elements) {
                  Value token = arith::AddIOp::create(
                      b, op.getPosition(), linalg::IndexOp::create(b, 0));
                  token = arith::IndexCastOp::create(b, b.getI64Type(), token);
                  token = arith::SIToFPOp::create(b, computeType, token);
                  Value frequency = elements[0];
                  if (isLong)
                    frequency = arith::SelectOp::create(b, isLong, elements[1],
                                                        frequency);
                  Value angle = arith::MulFOp::create(b, token, frequency);
                  Value cosine = math::CosOp::create(b, angle);
                  Value sine = math::SinOp::create(b, angle);
                  if (table.amplitude != 1.0) {
                    Value amplitude = constant(b, computeType, table.amplitude);
                    cosine = arith::MulFOp::create(b, cosine, amplitude);
                    sine = arith::MulFOp::create(b, sine, amplitude);
                  }
                  return SmallVector<Value>{cosine, sine};
                });

    SmallVector<int64_t> half(type.getShape());
    half.back() = pairs;
    SmallVector<OpFoldResult> sizes =
        getAsIndexOpFoldResult(b.getContext(), half);
    SmallVector<OpFoldResult> first(4, b.getIndexAttr(0)), second = first;
    SmallVector<OpFoldResult> strides(4, b.getIndexAttr(1));
    second.back() = b.getIndexAttr(op.getInterleaved() ? 1 : pairs);
    strides.back() = b.getIndexAttr(op.getInterleaved() ? 2 : 1);
    auto extract = [&](ArrayRef<OpFoldResult> offsets) -> Operand {
      return {tensor::ExtractSliceOp::create(b, type.clone(half), op.getInput(),
                                             offsets, sizes, strides),
              b.getMultiDimIdentityMap(4)};
    };
    Operand x = extract(first), y = extract(second);
    AffineMap angleMap = mapTo(b, 4, {2, 3});
    Operand out = {emptyTensor(b, half, elementType), x.map};
    SmallVector<Value> rotated = generic(
        b, {x, y, {tables[0], angleMap}, {tables[1], angleMap}}, {out, out},
        [&](ImplicitLocOpBuilder &b, ValueRange elements) {
          Value x = convert(b, elements[0], computeType);
          Value y = convert(b, elements[1], computeType);
          Value cos = elements[2], sin = elements[3];
          Value xCos = arith::MulFOp::create(b, x, cos);
          Value ySin = arith::MulFOp::create(b, y, sin);
          Value yCos = arith::MulFOp::create(b, y, cos);
          Value xSin = arith::MulFOp::create(b, x, sin);
          Value u =
              convert(b, arith::SubFOp::create(b, xCos, ySin), elementType);
          Value v =
              convert(b, arith::AddFOp::create(b, yCos, xSin), elementType);
          return SmallVector<Value>{u, v};
        });
    Value result = tensor::InsertSliceOp::create(b, rotated[0], op.getInput(),
                                                 first, sizes, strides);
    result = tensor::InsertSliceOp::create(b, rotated[1], result, second, sizes,
                                           strides);
    rewriter.replaceOp(op, result);
    return success();
  }
};

} // namespace

void lowering::populatePositionPatterns(RewritePatternSet &patterns) {
  patterns.add<LowerEmbedding, LowerPositionEmbedding, LowerRotary>(
      patterns.getContext());
}
