//===- DecomposeBlocks.cpp - Decoder blocks to matrix products ------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/decoder/Decoder.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/PatternMatch.h"
#include "onebit/Conversion/Passes.h"

namespace onebit {
#define GEN_PASS_DEF_DECOMPOSEBLOCKS
#include "onebit/Conversion/Passes.h.inc"
} // namespace onebit

using namespace mlir;
using namespace onebit;
using namespace onebit::decoder;

namespace {

/// The two products of an attention over loops (b, h, [g,] i, j, r): query
/// heads h are grouped by g, if `grouped`; r is summed.
struct AttentionMaps {
  AttentionMaps(Builder &builder, bool grouped) {
    MLIRContext *context = builder.getContext();
    unsigned loops = grouped ? 6 : 5, next = 0;
    SmallVector<AffineExpr> d(loops);
    for (AffineExpr &expr : d)
      expr = getAffineDimExpr(next++, context);
    SmallVector<AffineExpr> heads(d.begin(), d.end() - 3);
    AffineExpr i = d[loops - 3], j = d[loops - 2], r = d[loops - 1];
    auto map = [&](ArrayRef<AffineExpr> prefix, AffineExpr x, AffineExpr y) {
      SmallVector<AffineExpr> results(prefix);
      results.append({x, y});
      return AffineMap::get(loops, 0, results, context);
    };
    ArrayRef<AffineExpr> kvHeads(d.data(), 2);
    scores = builder.getAffineMapArrayAttr(
        {map(heads, i, r), map(kvHeads, j, r), map(heads, i, j)});
    values = builder.getAffineMapArrayAttr(
        {map(heads, i, r), map(kvHeads, r, j), map(heads, i, j)});
    if (grouped)
      queryGroups.push_back(2);
  }
  ArrayAttr scores, values;
  SmallVector<int64_t, 1> queryGroups;
};

/// Puts attention's two products and its softmax in its place.
class AttentionDecomposition {
public:
  explicit AttentionDecomposition(MLIRContext *context)
      : builder(context), plain(builder, false), grouped(builder, true) {}

  void decompose(AttentionOp op) {
    builder.setInsertionPoint(op);
    loc = op.getLoc();
    auto query = cast<RankedTensorType>(op.getQuery().getType());
    auto key = cast<RankedTensorType>(op.getKey().getType());
    int64_t b = query.getDimSize(0), h = query.getDimSize(1),
            t = query.getDimSize(2), l = key.getDimSize(2),
            kv = key.getDimSize(1);
    auto type = [&](ArrayRef<int64_t> shape) {
      return RankedTensorType::get(shape, query.getElementType());
    };
    RankedTensorType scoresType = type({b, h, t, l});
    const AttentionMaps &maps = h == kv ? plain : grouped;
    IntegerAttr layer = op.getLayerAttr();

    auto product = [&](Value lhs, Value rhs, ArrayAttr indexing,
                       ProductRole role, RankedTensorType result) -> Value {
      StringAttr name;
      if (op.getProductName())
        name = builder.getStringAttr(*op.getProductName() + "." +
                                     stringifyProductRole(role));
      RankedTensorType grouping = groupedType(result, kv);
      // Of fewer rows at a position that the program is told, nobody knows
      // which keys they see.
      const bool masked = role == ProductRole::Scores && op.getCausal() &&
                          (!op.getPosition() || t == l);
      Value out = AttentionProductOp::create(
          builder, loc, grouping, expand(lhs, kv), rhs, /*init=*/Value(),
          indexing, ProductRoleAttr::get(builder.getContext(), role),
          builder.getDenseI64ArrayAttr(maps.queryGroups), layer, name,
          masked ? op.getCausalAttr() : UnitAttr(),
          masked ? op.getWindowAttr() : IntegerAttr());
      return collapse(out, result);
    };

    Value scores = product(op.getQuery(), op.getKey(), maps.scores,
                           ProductRole::Scores, scoresType);
    Value probabilities = SoftmaxOp::create(
        builder, loc, scoresType, scores, op.getPosition(), op.getScaleAttr(),
        op.getSoftcapAttr(), op.getWindowAttr(), op.getCausalAttr(),
        op.getAlibiAttr());
    op.getResult().replaceAllUsesWith(product(
        probabilities, op.getValue(), maps.values, ProductRole::Values, query));
    op.erase();
  }

private:
  static constexpr int64_t kHeads = 1;

  /// B x H x ... as B x KV x H / KV x ..., or as it is without groups.
  static RankedTensorType groupedType(RankedTensorType type, int64_t kv) {
    if (type.getDimSize(kHeads) == kv)
      return type;
    ArrayRef<int64_t> s = type.getShape();
    return RankedTensorType::get({s[0], kv, s[1] / kv, s[2], s[3]},
                                 type.getElementType());
  }
  static SmallVector<ReassociationIndices> reassociation() {
    return {{0}, {1, 2}, {3}, {4}};
  }
  Value expand(Value value, int64_t kv) {
    RankedTensorType type =
        groupedType(cast<RankedTensorType>(value.getType()), kv);
    if (type == value.getType())
      return value;
    return tensor::ExpandShapeOp::create(builder, loc, type, value,
                                         reassociation());
  }
  Value collapse(Value value, RankedTensorType type) {
    if (type == value.getType())
      return value;
    return tensor::CollapseShapeOp::create(builder, loc, type, value,
                                           reassociation());
  }

  OpBuilder builder;
  Location loc = builder.getUnknownLoc();
  AttentionMaps plain, grouped;
};

struct DecomposeBlocks : onebit::impl::DecomposeBlocksBase<DecomposeBlocks> {
  void runOnOperation() override {
    SmallVector<BlockOp> blocks;
    SmallVector<AttentionOp> attentions;
    getOperation().walk([&](Operation *op) {
      if (auto block = dyn_cast<BlockOp>(op))
        blocks.push_back(block);
      else if (auto attention = dyn_cast<AttentionOp>(op))
        attentions.push_back(attention);
    });
    if (blocks.empty() && attentions.empty())
      return markAllAnalysesPreserved();
    // A walk visits what is inside first, so an inner block's layer wins.
    for (BlockOp block : blocks)
      inlineBlock(block);
    AttentionDecomposition decomposition(&getContext());
    for (AttentionOp attention : attentions)
      decomposition.decompose(attention);
  }

private:
  static void inlineBlock(BlockOp block) {
    uint64_t layer = block.getLayer();
    block.getBody().walk([&](Operation *op) {
      if (auto attention = dyn_cast<AttentionOp>(op)) {
        if (!attention.getLayer())
          attention.setLayer(layer);
      } else if (auto product = dyn_cast<MatrixProductOpInterface>(op)) {
        if (!product.getLayer())
          product.setLayer(layer);
      }
    });
    Block &body = block.getBody().front();
    Operation *yield = body.getTerminator();
    block.replaceAllUsesWith(yield->getOperands());
    yield->erase();
    block->getBlock()->getOperations().splice(block->getIterator(),
                                              body.getOperations());
    block.erase();
  }
};

} // namespace
