//===- Heads.cpp - Features as heads and back, caches ---------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Lowering.h"
#include "dialects/decoder/Decoder.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace onebit;
using namespace onebit::lowering;

/// `B x T x (H E)` to `B x H x T x E`.
static Value splitHeads(ImplicitLocOpBuilder &b, Value features, int64_t heads,
                        int64_t size) {
  RankedTensorType type = getTensorType(features);
  SmallVector<int64_t> shape = {type.getDimSize(0), type.getDimSize(1), heads,
                                size};
  SmallVector<ReassociationIndices> groups = {{0}, {1}, {2, 3}};
  Value split =
      tensor::ExpandShapeOp::create(b, type.clone(shape), features, groups);
  return transpose(b, split, {0, 2, 1, 3});
}

/// `size` elements of dimension `dim` from `offset` on.
static Value slice(ImplicitLocOpBuilder &b, Value tensor, unsigned dim,
                   OpFoldResult offset, int64_t size) {
  RankedTensorType type = getTensorType(tensor);
  SmallVector<int64_t> shape(type.getShape());
  shape[dim] = size;
  SmallVector<OpFoldResult> offsets(shape.size(), b.getIndexAttr(0));
  SmallVector<OpFoldResult> strides(shape.size(), b.getIndexAttr(1));
  SmallVector<OpFoldResult> sizes =
      getAsIndexOpFoldResult(b.getContext(), shape);
  offsets[dim] = offset;
  return tensor::ExtractSliceOp::create(b, type.clone(shape), tensor, offsets,
                                        sizes, strides);
}

namespace {

struct LowerSplitHeads : OpRewritePattern<decoder::SplitHeadsOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(decoder::SplitHeadsOp op,
                                PatternRewriter &rewriter) const override {
    ArrayRef<int64_t> heads = getShape(op.getResult());
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    rewriter.replaceOp(op, splitHeads(b, op.getInput(), heads[1], heads[3]));
    return success();
  }
};

struct LowerMergeHeads : OpRewritePattern<decoder::MergeHeadsOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(decoder::MergeHeadsOp op,
                                PatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    SmallVector<ReassociationIndices> groups = {{0}, {1}, {2, 3}};
    Value rows = transpose(b, op.getInput(), {0, 2, 1, 3});
    rewriter.replaceOpWithNewOp<tensor::CollapseShapeOp>(op, op.getType(), rows,
                                                         groups);
    return success();
  }
};

struct LowerSplitQKV : OpRewritePattern<decoder::SplitQKVOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(decoder::SplitQKVOp op,
                                PatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    Value input = op.getInput();
    RankedTensorType query = getTensorType(op.getQuery());
    int64_t heads = query.getDimSize(1), size = query.getDimSize(3);
    int64_t kvHeads = getShape(op.getKey())[1];
    if (op.getLayout() == decoder::QKVLayout::Concatenated) {
      auto part = [&](int64_t first, int64_t count) {
        return splitHeads(
            b, slice(b, input, 2, b.getIndexAttr(first * size), count * size),
            count, size);
      };
      Value queries = part(0, heads);
      Value keys = part(heads, kvHeads);
      Value values = part(heads + kvHeads, kvHeads);
      rewriter.replaceOp(op, {queries, keys, values});
      return success();
    }
    // B x T x KV x (G + 2) x E.
    int64_t group = heads / kvHeads;
    SmallVector<int64_t> shape = {query.getDimSize(0), query.getDimSize(2),
                                  kvHeads, group + 2, size};
    SmallVector<ReassociationIndices> split = {{0}, {1}, {2, 3, 4}};
    Value groups =
        tensor::ExpandShapeOp::create(b, query.clone(shape), input, split);
    SmallVector<ReassociationIndices> merge = {{0}, {1, 2}, {3}, {4}};
    auto part = [&](int64_t first, int64_t count, Type type) -> Value {
      Value heads = slice(b, groups, 3, b.getIndexAttr(first), count);
      heads = transpose(b, heads, {0, 2, 3, 1, 4});
      return tensor::CollapseShapeOp::create(b, type, heads, merge);
    };
    Type key = op.getKey().getType();
    Value queries = part(0, group, query);
    Value keys = part(group, 1, key);
    Value values = part(group + 1, 1, key);
    rewriter.replaceOp(op, {queries, keys, values});
    return success();
  }
};

struct LowerCacheAppend : OpRewritePattern<decoder::CacheAppendOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(decoder::CacheAppendOp op,
                                PatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    int64_t tokens = getShape(op.getRows())[2];
    SmallVector<int64_t> shape(getShape(op.getRows()));
    shape[2] = 1;
    auto append = [&](ImplicitLocOpBuilder &b, Value cache, Value position,
                      Value row) -> Value {
      Value slot = arith::RemUIOp::create(b, position,
                                          constantIndex(b, getShape(cache)[2]));
      SmallVector<OpFoldResult> offsets(4, b.getIndexAttr(0));
      SmallVector<OpFoldResult> strides(4, b.getIndexAttr(1));
      offsets[2] = slot;
      return tensor::InsertSliceOp::create(
          b, row, cache, offsets, getAsIndexOpFoldResult(b.getContext(), shape),
          strides);
    };
    if (tokens == 1) {
      rewriter.replaceOp(
          op, append(b, op.getCache(), op.getPosition(), op.getRows()));
      return success();
    }
    Value zero = constantIndex(b, 0);
    Value one = constantIndex(b, 1);
    Value count = constantIndex(b, tokens);
    auto loop = scf::ForOp::create(
        b, zero, count, one, op.getCache(),
        [&](OpBuilder &nested, Location loc, Value t, ValueRange cache) {
          ImplicitLocOpBuilder inner(loc, nested);
          Value position = arith::AddIOp::create(inner, op.getPosition(), t);
          Value row = slice(inner, op.getRows(), 2, t, 1);
          Value next = append(inner, cache[0], position, row);
          scf::YieldOp::create(inner, next);
        });
    rewriter.replaceOp(op, loop);
    return success();
  }
};

} // namespace

void lowering::populateHeadPatterns(RewritePatternSet &patterns) {
  patterns
      .add<LowerSplitHeads, LowerMergeHeads, LowerSplitQKV, LowerCacheAppend>(
          patterns.getContext());
}
