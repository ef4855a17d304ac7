//===- Attention.cpp - Softmax and attention as linalg.generic ------------===//
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
#include "mlir/IR/PatternMatch.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>

using namespace mlir;
using namespace onebit;
using namespace onebit::lowering;

/// Slopes of Press et al. 2022: a geometric sequence for a power of two; the
/// other heads take every second slope of twice as many heads.
static SmallVector<double> getAlibiSlopes(int64_t heads) {
  SmallVector<double> slopes;
  int64_t power = heads ? llvm::bit_floor(static_cast<uint64_t>(heads)) : 0;
  for (int64_t h = 0; h < power; ++h)
    slopes.push_back(std::exp2(-8.0 * (h + 1) / power));
  for (int64_t h = power; h < heads; ++h)
    slopes.push_back(std::exp2(-4.0 * (2 * (h - power) + 1) / power));
  return slopes;
}

namespace {

/// Which token a key is of, and how far it lies before row t: index arithmetic
/// on scalars.
/// The keys are a ring: slot j holds the newest token that the last row may
/// know and whose position is j modulo L.
class Distance {
public:
  /// `position` is that of row 0, or null where the rows are the last tokens.
  Distance(ImplicitLocOpBuilder &b, Value position, int64_t rows,
           int64_t keys) {
    if (!position) {
      first = constantIndex(b, keys - rows);
      return;
    }
    first = position;
    Value length = constantIndex(b, keys);
    Value last = arith::AddIOp::create(b, position, constantIndex(b, rows - 1));
    lastSlot = arith::RemUIOp::create(b, last, length);
    newer = arith::SubIOp::create(b, last, lastSlot);
    // Before the ring has gone round, slots beyond the last are later tokens.
    Value full =
        arith::CmpIOp::create(b, arith::CmpIPredicate::uge, last, length);
    older = arith::SelectOp::create(
        b, full, arith::SubIOp::create(b, newer, length), newer);
  }

  /// The position of the token whose key this is.
  Value getToken(ImplicitLocOpBuilder &b, Value key) const {
    if (!lastSlot)
      return key;
    Value isNewer =
        arith::CmpIOp::create(b, arith::CmpIPredicate::ule, key, lastSlot);
    return arith::AddIOp::create(
        b, key, arith::SelectOp::create(b, isNewer, newer, older));
  }

  Value get(ImplicitLocOpBuilder &b, Value row, Value token) const {
    return arith::SubIOp::create(b, arith::AddIOp::create(b, first, row),
                                 token);
  }

private:
  Value first;
  Value lastSlot, newer, older;
};

} // namespace

/// `score`, which is scaled, with the bias of decoder.softmax's `alibi`.
static Value addAlibi(ImplicitLocOpBuilder &b, decoder::AlibiKind kind,
                      Value score, Value slope, Value token, Value distance,
                      double scale) {
  Type type = score.getType();
  auto toFloat = [&](Value tokens) -> Value {
    tokens = arith::IndexCastOp::create(b, b.getI64Type(), tokens);
    return arith::SIToFPOp::create(b, type, tokens);
  };
  if (kind == decoder::AlibiKind::Press)
    return arith::SubFOp::create(
        b, score, arith::MulFOp::create(b, slope, toFloat(distance)));
  auto round = [&](Value x) {
    return convert(b, convert(b, x, b.getBF16Type()), type);
  };
  Value bias =
      round(arith::MulFOp::create(b, round(slope), round(toFloat(token))));
  return arith::AddFOp::create(
      b, score, arith::MulFOp::create(b, bias, constant(b, type, scale)));
}

/// Scores `B x H x T x L` as elements of `type`, scaled, capped, biased and
/// masked with -inf: all of a softmax but the softmax. `op` is a
/// decoder.softmax or a decoder.attention.
template <typename OpT>
static Value modifyScores(ImplicitLocOpBuilder &b, Value scores, FloatType type,
                          OpT op) {
  ArrayRef<int64_t> shape = getShape(scores);
  AffineMap all = b.getMultiDimIdentityMap(4);
  SmallVector<Operand> inputs = {{scores, all}};
  if (op.getAlibi())
    inputs.push_back(
        {constantTensor(b, type, getAlibiSlopes(shape[1])), mapTo(b, 4, {1})});
  bool masked = op.getCausal() || op.getWindow();
  std::optional<Distance> distance;
  if (masked || op.getAlibi())
    distance.emplace(b, op.getPosition(), shape[2], shape[3]);

  return elementwise(
      b, shape, type, inputs,
      [&](ImplicitLocOpBuilder &b, ValueRange elements) {
        Value s = convert(b, elements[0], type);
        if (double scale = op.getScale().convertToDouble(); scale != 1.0)
          s = arith::MulFOp::create(b, s, constant(b, type, scale));
        if (std::optional<APFloat> softcap = op.getSoftcap()) {
          Value cap = constant(b, type, softcap->convertToDouble());
          s = math::TanhOp::create(b, arith::DivFOp::create(b, s, cap));
          s = arith::MulFOp::create(b, s, cap);
        }
        if (!distance)
          return s;
        Value row = linalg::IndexOp::create(b, 2);
        Value key = linalg::IndexOp::create(b, 3);
        Value token = distance->getToken(b, key);
        Value d = distance->get(b, row, token);
        if (std::optional<decoder::AlibiKind> kind = op.getAlibi())
          s = addAlibi(b, *kind, s, elements[1], token, d,
                       op.getScale().convertToDouble());
        if (!masked)
          return s;
        Value mask;
        if (op.getCausal())
          mask = arith::CmpIOp::create(b, arith::CmpIPredicate::slt, d,
                                       constantIndex(b, 0));
        if (std::optional<uint64_t> window = op.getWindow()) {
          Value far = arith::CmpIOp::create(b, arith::CmpIPredicate::sge, d,
                                            constantIndex(b, *window));
          mask = mask ? arith::OrIOp::create(b, mask, far) : far;
        }
        Value none =
            constant(b, type, -std::numeric_limits<double>::infinity());
        return arith::SelectOp::create(b, mask, none, s).getResult();
      });
}

/// The least finite value: where a running maximum starts that must not meet
/// -inf - -inf.
static Value lowest(ImplicitLocOpBuilder &b, FloatType type) {
  return arith::ConstantOp::create(
      b, FloatAttr::get(type, APFloat::getLargest(type.getFloatSemantics(),
                                                  /*Negative=*/true)));
}

namespace {

/// Each row less its maximum, so that no exponential overflows.
struct LowerSoftmax : OpRewritePattern<decoder::SoftmaxOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(decoder::SoftmaxOp op,
                                PatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    FloatType type =
        getComputeType(getTensorType(op.getScores()).getElementType());
    Value scores = modifyScores(b, op.getScores(), type, op);
    ArrayRef<int64_t> shape = getShape(scores);
    FloatType sumType = getSumType(type);
    Type resultType = getTensorType(op.getResult()).getElementType();
    AffineMap all = b.getMultiDimIdentityMap(4);
    AffineMap rows = all.dropResult(3);

    Value max = reduceLast(
        b, scores, {}, lowest(b, type),
        [&](ImplicitLocOpBuilder &b, ValueRange elements) -> Value {
          return arith::MaximumFOp::create(b, elements[0], elements[1]);
        });
    Value weights = elementwise(
        b, shape, type, {{scores, all}, {max, rows}},
        [&](ImplicitLocOpBuilder &b, ValueRange elements) -> Value {
          return math::ExpOp::create(
              b, arith::SubFOp::create(b, elements[0], elements[1]));
        });
    Value sum =
        reduceLast(b, weights, {}, constant(b, sumType, 0),
                   [&](ImplicitLocOpBuilder &b, ValueRange elements) -> Value {
                     return arith::AddFOp::create(
                         b, convert(b, elements[0], sumType), elements[1]);
                   });
    rewriter.replaceOp(
        op,
        elementwise(b, shape, resultType, {{weights, all}, {sum, rows}},
                    [&](ImplicitLocOpBuilder &b, ValueRange elements) -> Value {
                      return convert(
                          b,
                          arith::DivFOp::create(b, elements[0],
                                                convert(b, elements[1], type)),
                          resultType);
                    }));
    return success();
  }
};

/// Head by head on the key-value heads as they lie, in one pass over the keys
/// for maximum and normaliser together (Milakov and Gimelshein 2018), divided
/// at the very end. --onebit-decompose-blocks takes another way, by
/// decoder.attention_product and decoder.softmax; the two check each other.
struct LowerAttention : OpRewritePattern<decoder::AttentionOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(decoder::AttentionOp op,
                                PatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    ArrayRef<int64_t> query = getShape(op.getQuery());
    ArrayRef<int64_t> key = getShape(op.getKey());
    Type elementType = getTensorType(op.getQuery()).getElementType();
    FloatType type = getComputeType(elementType);
    FloatType sumType = getSumType(type);
    SmallVector<int64_t> scoresShape = {query[0], query[1], query[2], key[2]};
    SmallVector<int64_t> rowsShape = {query[0], query[1], query[2]};
    int64_t group = query[1] / key[1];

    // Loops b, h, t, l, e of both products.
    SmallVector<AffineExpr> d(5);
    bindDimsList(b.getContext(), MutableArrayRef(d));
    auto map = [&](ArrayRef<AffineExpr> results) {
      return AffineMap::get(5, 0, results, b.getContext());
    };
    AffineMap keyMap =
        map({d[0], group ? d[1].floorDiv(group) : d[1], d[3], d[4]});
    AffineMap queryMap = map({d[0], d[1], d[2], d[4]});
    AffineMap scoreMap = map({d[0], d[1], d[2], d[3]});

    Value zero = constant(b, sumType, 0);
    Value scores =
        generic(b, {{op.getQuery(), queryMap}, {op.getKey(), keyMap}},
                Operand{filledTensor(b, scoresShape, zero), scoreMap},
                [&](ImplicitLocOpBuilder &b, ValueRange e) {
                  return SmallVector<Value>{multiplyAdd(b, e[2], e[0], e[1])};
                })
            .front();
    scores = modifyScores(b, scores, type, op);

    AffineMap all = b.getMultiDimIdentityMap(4);
    AffineMap rows = all.dropResult(3);
    SmallVector<Value> running = generic(
        b, Operand{scores, all},
        {{filledTensor(b, rowsShape, lowest(b, type)), rows},
         {filledTensor(b, rowsShape, zero), rows}},
        [&](ImplicitLocOpBuilder &b, ValueRange e) {
          Value max = arith::MaximumFOp::create(b, e[0], e[1]);
          Value rescale =
              math::ExpOp::create(b, arith::SubFOp::create(b, e[1], max));
          Value weight =
              math::ExpOp::create(b, arith::SubFOp::create(b, e[0], max));
          Value sum = arith::AddFOp::create(
              b, arith::MulFOp::create(b, e[2], convert(b, rescale, sumType)),
              convert(b, weight, sumType));
          return SmallVector<Value>{max, sum};
        });
    Value weights = elementwise(
        b, scoresShape, type, {{scores, all}, {running[0], rows}},
        [&](ImplicitLocOpBuilder &b, ValueRange e) -> Value {
          return math::ExpOp::create(b, arith::SubFOp::create(b, e[0], e[1]));
        });
    Value attended =
        generic(b, {{weights, scoreMap}, {op.getValue(), keyMap}},
                Operand{filledTensor(b, query, zero), queryMap},
                [&](ImplicitLocOpBuilder &b, ValueRange e) {
                  return SmallVector<Value>{multiplyAdd(b, e[2], e[0], e[1])};
                })
            .front();
    rewriter.replaceOp(
        op, elementwise(
                b, query, elementType, {{attended, all}, {running[1], rows}},
                [&](ImplicitLocOpBuilder &b, ValueRange e) -> Value {
                  return convert(b, arith::DivFOp::create(b, e[0], e[1]),
                                 elementType);
                }));
    return success();
  }
};

} // namespace

void lowering::populateAttentionPatterns(RewritePatternSet &patterns) {
  patterns.add<LowerSoftmax, LowerAttention>(patterns.getContext());
}
