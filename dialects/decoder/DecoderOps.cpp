//===- DecoderOps.cpp - ops of the decoder dialect ------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/decoder/Decoder.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace onebit;
using namespace onebit::decoder;

#define GET_OP_CLASSES
#include "dialects/decoder/DecoderOps.cpp.inc"

//===----------------------------------------------------------------------===//
// Structure
//===----------------------------------------------------------------------===//

// block_c1: the interface compares what flows along these edges.
void BlockOp::getSuccessorRegions(RegionBranchPoint point,
                                  SmallVectorImpl<RegionSuccessor> &regions) {
  if (point.isParent())
    regions.emplace_back(&getBody());
  else
    regions.emplace_back(getOperation(), getResults());
}

LogicalResult WeightOp::verify() {
  // weight_c2
  if (getName().empty())
    return emitOpError("must have a name that is not empty");
  // weight_c1
  if (getValue() && getValue()->getShapedType() != getType())
    return emitOpError("has a value of type ")
           << getValue()->getShapedType() << ", but the weight is of type "
           << getType();
  return success();
}

//===----------------------------------------------------------------------===//
// The waist
//===----------------------------------------------------------------------===//

static bool isAttentionRole(ProductRole role) {
  return role == ProductRole::Scores || role == ProductRole::Values;
}

Value ProjectionOp::getLhs() { return getActivation(); }
Value ProjectionOp::getRhs() { return getWeight(); }
ProductClass ProjectionOp::getProductClass() {
  return ProductClass::DenseProjection;
}

/// A sum that starts from zeros needs no init.
template <typename OpT>
static OpFoldResult dropZeroInit(OpT op, Attribute init) {
  if (!init ||
      (!matchPattern(init, m_AnyZeroFloat()) && !matchPattern(init, m_Zero())))
    return {};
  op.getInitMutable().clear();
  op.setIndexingMapsAttr(ArrayAttr::get(
      op.getContext(), op.getIndexingMaps().getValue().drop_back()));
  return op.getResult();
}

OpFoldResult ProjectionOp::fold(FoldAdaptor adaptor) {
  return dropZeroInit(*this, adaptor.getInit());
}

OpFoldResult AttentionProductOp::fold(FoldAdaptor adaptor) {
  return dropZeroInit(*this, adaptor.getInit());
}

LogicalResult ProjectionOp::verify() {
  // projection_c6
  if (isAttentionRole(getRole()))
    return emitOpError("cannot have the role of an attention product, '")
           << stringifyProductRole(getRole()) << "'";
  return success();
}

ProductClass AttentionProductOp::getProductClass() {
  return ProductClass::Attention;
}

LogicalResult AttentionProductOp::verify() {
  // attention_product_c6
  if (!isAttentionRole(getRole()) && getRole() != ProductRole::Other)
    return emitOpError("must have the role scores, values or other, got '")
           << stringifyProductRole(getRole()) << "'";
  // attention_product_c8
  if (getWindow() && !getCausal())
    return emitOpError("has a window, which stands with 'causal' only");
  if (!getCausal())
    return success();
  auto product = cast<MatrixProductOpInterface>(getOperation());
  ProductDims dims = product.getProductDims();
  ProductShape shape = product.getProductShape();
  if (getRole() != ProductRole::Scores || dims.m.size() != 1 ||
      dims.n.size() != 1 || shape.m > shape.n)
    return emitOpError("is causal, so it must be scores, of one loop over rows "
                       "and one over keys, of which there are no fewer, got ")
           << stringifyProductRole(getRole()) << " of " << dims.m.size()
           << " loops and " << shape.m << " rows, " << dims.n.size()
           << " loops and " << shape.n << " keys";
  return success();
}

//===----------------------------------------------------------------------===//
// Attention
//===----------------------------------------------------------------------===//

static LogicalResult verifySoftcap(Operation *op, std::optional<APFloat> cap) {
  if (cap && !(cap->convertToDouble() > 0))
    return op->emitOpError("softcap must be positive, got ")
           << cap->convertToDouble();
  return success();
}

/// Rows that look back need to be among the keys.
template <typename OpT>
static LogicalResult verifyRows(OpT op, int64_t rows, int64_t keys) {
  if ((op.getCausal() || op.getWindow() || op.getAlibi()) && rows > keys)
    return op.emitOpError("causal, window and alibi need no more query tokens "
                          "than keys, got ")
           << rows << " and " << keys;
  return success();
}

/// Drops masks that mask nothing. Where the rows stand is known without a
/// position only: they are the last of the keys.
template <typename OpT>
static OpFoldResult dropIdleMasks(OpT op, int64_t rows, int64_t keys) {
  if (op.getPosition())
    return {};
  bool causal = op.getCausal() && rows == 1;
  bool window = op.getWindow() && static_cast<int64_t>(*op.getWindow()) >= keys;
  if (causal)
    op.setCausal(false);
  if (window)
    op.removeWindowAttr();
  return causal || window ? OpFoldResult(op.getResult()) : OpFoldResult();
}

OpFoldResult AttentionOp::fold(FoldAdaptor) {
  return dropIdleMasks(
      *this, cast<RankedTensorType>(getQuery().getType()).getDimSize(2),
      cast<RankedTensorType>(getKey().getType()).getDimSize(2));
}

OpFoldResult SoftmaxOp::fold(FoldAdaptor) {
  auto scores = cast<RankedTensorType>(getScores().getType());
  return dropIdleMasks(*this, scores.getDimSize(2), scores.getDimSize(3));
}

LogicalResult AttentionOp::verify() {
  auto q = cast<RankedTensorType>(getQuery().getType());
  auto k = cast<RankedTensorType>(getKey().getType());
  // attention_c1
  if (k.getDimSize(1) == 0 || q.getDimSize(1) % k.getDimSize(1) != 0)
    return emitOpError(
               "query heads must be a multiple of key-value heads, got ")
           << q.getDimSize(1) << " and " << k.getDimSize(1);
  // attention_c2
  if (q.getDimSize(0) != k.getDimSize(0) || q.getDimSize(3) != k.getDimSize(3))
    return emitOpError("query and key must agree in batch and head dimension, "
                       "got ")
           << q << " and " << k;
  // attention_c3
  if (failed(verifySoftcap(*this, getSoftcap())))
    return failure();
  // attention_c4
  return verifyRows(*this, q.getDimSize(2), k.getDimSize(2));
}

LogicalResult SoftmaxOp::verify() {
  // softmax_c1
  if (failed(verifySoftcap(*this, getSoftcap())))
    return failure();
  // softmax_c2
  ArrayRef<int64_t> shape =
      cast<RankedTensorType>(getScores().getType()).getShape();
  return verifyRows(*this, shape[2], shape[3]);
}

OpFoldResult CacheAppendOp::fold(FoldAdaptor adaptor) {
  // Rows that fill the cache from its first slot are the cache.
  auto position = dyn_cast_if_present<IntegerAttr>(adaptor.getPosition());
  if (!position || getRows().getType() != getType())
    return {};
  int64_t slots = cast<RankedTensorType>(getType()).getDimSize(2);
  return slots > 0 && position.getValue().getSExtValue() % slots == 0
             ? getRows()
             : OpFoldResult();
}

LogicalResult CacheAppendOp::verify() {
  // cache_append_c1
  ArrayRef<int64_t> rows =
      cast<RankedTensorType>(getRows().getType()).getShape();
  ArrayRef<int64_t> cache =
      cast<RankedTensorType>(getCache().getType()).getShape();
  if (rows[0] != cache[0] || rows[1] != cache[1] || rows[3] != cache[3] ||
      rows[2] > cache[2])
    return emitOpError(
               "rows must fit the cache: the same batch, heads and head "
               "dimension and at most as many tokens, got ")
           << getRows().getType() << " into " << getCache().getType();
  return success();
}

/// Whether `features` is `heads * size`, which may overflow.
static bool isProduct(int64_t features, int64_t heads, int64_t size) {
  int64_t product;
  return !llvm::MulOverflow(heads, size, product) && product == features;
}

/// Whether `heads` (B x H x T x E) holds the features of B x T x (H E).
static bool holdsSameFeatures(Value heads, Value features) {
  ArrayRef<int64_t> h = cast<RankedTensorType>(heads.getType()).getShape();
  ArrayRef<int64_t> f = cast<RankedTensorType>(features.getType()).getShape();
  return h[0] == f[0] && h[2] == f[1] && isProduct(f[2], h[1], h[3]) &&
         getElementTypeOrSelf(heads) == getElementTypeOrSelf(features);
}

LogicalResult SplitHeadsOp::verify() {
  // split_heads_c1
  if (!holdsSameFeatures(getResult(), getInput()))
    return emitOpError("result must hold the input's batch, tokens and "
                       "features, got ")
           << getInput().getType() << " -> " << getType();
  return success();
}

LogicalResult MergeHeadsOp::verify() {
  // merge_heads_c1
  if (!holdsSameFeatures(getInput(), getResult()))
    return emitOpError("result must hold the input's batch, tokens and "
                       "features, got ")
           << getInput().getType() << " -> " << getType();
  return success();
}

OpFoldResult SplitHeadsOp::fold(FoldAdaptor) {
  auto merge = getInput().getDefiningOp<MergeHeadsOp>();
  return merge && merge.getInput().getType() == getType() ? merge.getInput()
                                                          : OpFoldResult();
}

OpFoldResult MergeHeadsOp::fold(FoldAdaptor) {
  auto split = getInput().getDefiningOp<SplitHeadsOp>();
  return split && split.getInput().getType() == getType() ? split.getInput()
                                                          : OpFoldResult();
}

LogicalResult SplitQKVOp::verify() {
  // split_qkv_c1
  ArrayRef<int64_t> in =
      cast<RankedTensorType>(getInput().getType()).getShape();
  ArrayRef<int64_t> q = cast<RankedTensorType>(getQuery().getType()).getShape();
  ArrayRef<int64_t> k = cast<RankedTensorType>(getKey().getType()).getShape();
  int64_t heads;
  if (q[0] != in[0] || k[0] != in[0] || q[2] != in[1] || k[2] != in[1] ||
      q[3] != k[3] || k[1] == 0 || q[1] % k[1] != 0 ||
      llvm::MulOverflow(k[1], int64_t(2), heads) ||
      llvm::AddOverflow(heads, q[1], heads) || !isProduct(in[2], heads, q[3]) ||
      getElementTypeOrSelf(getInput()) != getElementTypeOrSelf(getQuery()) ||
      getElementTypeOrSelf(getInput()) != getElementTypeOrSelf(getKey()))
    return emitOpError("heads must hold the input's features: (H + 2 KV) E "
                       "of them, H a multiple of KV, got ")
           << getInput().getType() << " -> " << getQuery().getType() << ", "
           << getKey().getType();
  return success();
}

//===----------------------------------------------------------------------===//
// Positions and embeddings
//===----------------------------------------------------------------------===//

LogicalResult EmbeddingOp::verify() {
  // embedding_c1
  auto table = cast<RankedTensorType>(getTable().getType());
  auto ids = cast<RankedTensorType>(getIds().getType());
  auto expected = RankedTensorType::get(
      {ids.getDimSize(0), ids.getDimSize(1), table.getDimSize(1)},
      table.getElementType());
  if (getType() != expected)
    return emitOpError("must have a result of type ")
           << expected << ", got " << getType();
  return success();
}

LogicalResult PositionEmbeddingOp::verify() {
  auto input = cast<RankedTensorType>(getInput().getType());
  auto table = cast<RankedTensorType>(getTable().getType());
  // position_embedding_c1
  if (input.getDimSize(2) != table.getDimSize(1))
    return emitOpError("table must have rows of ")
           << input.getDimSize(2) << " elements, got " << table.getDimSize(1);
  // position_embedding_c2
  if (static_cast<int64_t>(getOffset()) > table.getDimSize(0) ||
      table.getDimSize(0) - static_cast<int64_t>(getOffset()) <
          input.getDimSize(1))
    return emitOpError("table has too few rows for ")
           << input.getDimSize(1) << " tokens after offset " << getOffset()
           << ": " << table.getDimSize(0);
  return success();
}

OpFoldResult RotaryOp::fold(FoldAdaptor) {
  // All of a head is what an absent rotary_dim says.
  int64_t size = cast<RankedTensorType>(getType()).getDimSize(3);
  if (!getRotaryDim() || static_cast<int64_t>(*getRotaryDim()) != size)
    return {};
  removeRotaryDimAttr();
  return getResult();
}

LogicalResult RotaryOp::verify() {
  int64_t e = cast<RankedTensorType>(getInput().getType()).getDimSize(3);
  int64_t dim = getRotaryDim().value_or(e);
  // rotary_c1
  if (dim <= 0 || dim % 2 != 0 || dim > e)
    return emitOpError("rotary_dim must be even, positive and at most the head "
                       "dimension ")
           << e << ", got " << dim;
  // rotary_c2
  if (!(getTheta().convertToDouble() > 0))
    return emitOpError("theta must be positive, got ")
           << getTheta().convertToDouble();
  // rotary_c3
  if (RotaryScalingAttrInterface scaling = getScalingAttr())
    if (failed(scaling.verifyDim([&] { return emitOpError(); }, dim)))
      return failure();
  // rotary_c4
  RotaryTable table = getTable();
  auto isFinite = [](double frequency) { return std::isfinite(frequency); };
  if (!llvm::all_of(table.frequencies, isFinite) ||
      !llvm::all_of(table.longFrequencies, isFinite))
    return emitOpError("theta ")
           << getTheta().convertToDouble()
           << " and the scaling give a frequency that is not finite";
  return success();
}

//===----------------------------------------------------------------------===//
// Norms and activations
//===----------------------------------------------------------------------===//

LogicalResult NormOp::verify() {
  auto input = cast<RankedTensorType>(getInput().getType());
  // norm_c5
  if (input.getRank() == 0)
    return emitOpError("input must have a dimension to normalise over, got ")
           << input;
  // norm_c1
  for (Value parameter : {getWeight(), getBias()}) {
    if (!parameter)
      continue;
    auto type = cast<RankedTensorType>(parameter.getType());
    if (type.getDimSize(0) != input.getShape().back())
      return emitOpError("weight and bias must have the length of the input's "
                         "last dimension, got ")
             << type << " for " << input;
  }
  // norm_c2
  if (getKind() == NormKind::SubLN && (getWeight() || getBias()))
    return emitOpError("of kind sub_ln has neither weight nor bias");
  if (getKind() == NormKind::RMSNorm && getBias())
    return emitOpError("of kind rms_norm has no bias");
  // norm_c3
  if (getUnitOffset() && !getWeight())
    return emitOpError("has a unit_offset but no weight to add it to");
  // norm_c4
  if (!(getEpsilon().convertToDouble() >= 0))
    return emitOpError("epsilon must not be negative, got ")
           << getEpsilon().convertToDouble();
  return success();
}

OpFoldResult ActivationOp::fold(FoldAdaptor) {
  // Nothing is left to cut off after relu and relu2.
  auto inner = getInput().getDefiningOp<ActivationOp>();
  if (getKind() != ActivationKind::ReLU || !inner ||
      (inner.getKind() != ActivationKind::ReLU &&
       inner.getKind() != ActivationKind::ReLU2))
    return {};
  return inner.getResult();
}
