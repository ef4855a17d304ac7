//===- Layout.cpp - StableHLO ops that move elements ----------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Stablehlo.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/ReshapeOpsUtils.h"

using namespace mlir;
using namespace onebit;
using namespace onebit::stablehlo;

static Value reshape(OpBuilder &b, Location loc, Value source,
                     RankedTensorType type) {
  RankedTensorType from = getPlainType(source);
  if (from.getShape() == type.getShape())
    return source;
  auto groups = from.getRank() == type.getRank()
                    ? std::nullopt
                    : getReassociationIndicesForReshape(from, type);
  if (groups && from.getRank() > type.getRank())
    return tensor::CollapseShapeOp::create(b, loc, type, source, *groups);
  if (groups)
    return tensor::ExpandShapeOp::create(b, loc, type, source, *groups);
  // Through a vector.
  auto flat =
      RankedTensorType::get({type.getNumElements()}, type.getElementType());
  auto all = [](int64_t rank) {
    ReassociationIndices group;
    for (int64_t i = 0; i < rank; ++i)
      group.push_back(i);
    return SmallVector<ReassociationIndices>{group};
  };
  if (from.getRank() != 1)
    source = tensor::CollapseShapeOp::create(b, loc, flat, source,
                                             all(from.getRank()));
  if (type.getRank() == 1)
    return source;
  return tensor::ExpandShapeOp::create(b, loc, type, source,
                                       all(type.getRank()));
}

/// Where a slice of `size` out of `extent` starts: StableHLO keeps it inside.
static OpFoldResult getStart(OpBuilder &b, Location loc, Value start,
                             int64_t size, int64_t extent) {
  if (size == extent)
    return b.getIndexAttr(0);
  Value index = tensor::ExtractOp::create(b, loc, start);
  index = arith::IndexCastOp::create(b, loc, b.getIndexType(), index);
  Value zero = arith::ConstantIndexOp::create(b, loc, 0);
  Value last = arith::ConstantIndexOp::create(b, loc, extent - size);
  index = arith::MaxSIOp::create(b, loc, index, zero);
  return arith::MinSIOp::create(b, loc, index, last).getResult();
}

/// `dynamic_slice` and `dynamic_update_slice`: `part` out of, or into, the
/// first operand, from the scalars after the first `numTensors` operands on.
static FailureOr<SmallVector<OpFoldResult>> getStarts(Operation *op,
                                                      unsigned numTensors,
                                                      RankedTensorType part,
                                                      OpBuilder &b) {
  RankedTensorType whole = getPlainType(op->getOperand(0));
  if (!whole || !part || whole.getRank() != part.getRank() ||
      op->getNumOperands() != numTensors + unsigned(whole.getRank()))
    return failure();
  SmallVector<OpFoldResult> starts;
  for (int64_t i = 0; i < whole.getRank(); ++i) {
    Value start = op->getOperand(numTensors + i);
    RankedTensorType type = getPlainType(start);
    if (!type || type.getRank() != 0 ||
        part.getDimSize(i) > whole.getDimSize(i))
      return failure();
    starts.push_back(getStart(b, op->getLoc(), start, part.getDimSize(i),
                              whole.getDimSize(i)));
  }
  return starts;
}

static SmallVector<OpFoldResult> toIndices(OpBuilder &b,
                                           ArrayRef<int64_t> values) {
  SmallVector<OpFoldResult> result;
  for (int64_t value : values)
    result.push_back(b.getIndexAttr(value));
  return result;
}

LogicalResult stablehlo::convertLayout(Operation *op, OpBuilder &b) {
  StringRef name = op->getName().stripDialect();
  Location loc = op->getLoc();
  if (name == "optimization_barrier" &&
      op->getNumOperands() == op->getNumResults()) {
    op->replaceAllUsesWith(op->getOperands());
    return success();
  }
  if (op->getNumResults() != 1 || op->getNumOperands() == 0 ||
      op->getNumRegions() != 0)
    return failure();
  RankedTensorType type = getPlainType(op->getResult(0));
  Value source = op->getOperand(0);
  RankedTensorType from = getPlainType(source);
  if (!type || !from)
    return failure();
  SmallVector<OpFoldResult> ones =
      toIndices(b, SmallVector<int64_t>(from.getRank(), 1));

  Value result;
  if (name == "reshape" && type.getNumElements() == from.getNumElements()) {
    result = reshape(b, loc, source, type);
  } else if (name == "transpose") {
    SmallVector<int64_t> order = getIntegers(op, "permutation");
    if (int64_t(order.size()) != type.getRank())
      return failure();
    result = linalg::TransposeOp::create(b, loc, source,
                                         buildEmpty(b, loc, type), order)
                 ->getResult(0);
  } else if (name == "broadcast_in_dim") {
    SmallVector<int64_t> dims = getIntegers(op, "broadcast_dimensions");
    if (int64_t(dims.size()) != from.getRank())
      return failure();
    SmallVector<AffineExpr> exprs;
    for (auto [i, dim] : llvm::enumerate(dims)) {
      if (dim < 0 || dim >= type.getRank())
        return failure();
      bool repeats = from.getDimSize(i) != type.getDimSize(dim);
      exprs.push_back(repeats ? b.getAffineConstantExpr(0)
                              : b.getAffineDimExpr(dim));
    }
    unsigned rank = type.getRank();
    result = buildGeneric(
        b, loc, source, buildEmpty(b, loc, type),
        {AffineMap::get(rank, 0, exprs, b.getContext()),
         b.getMultiDimIdentityMap(rank)},
        [](OpBuilder &, Location, ValueRange in) { return in[0]; });
  } else if (name == "slice") {
    SmallVector<int64_t> strides = getIntegers(op, "strides");
    SmallVector<int64_t> starts = getIntegers(op, "start_indices");
    if (int64_t(starts.size()) != type.getRank() ||
        strides.size() != starts.size())
      return failure();
    result = tensor::ExtractSliceOp::create(
        b, loc, type, source, toIndices(b, starts),
        toIndices(b, type.getShape()), toIndices(b, strides));
  } else if (name == "concatenate") {
    auto dim = op->getAttrOfType<IntegerAttr>("dimension");
    if (!dim || !llvm::all_of(op->getOperands(), [](Value value) {
          return bool(getPlainType(value));
        }))
      return failure();
    result =
        tensor::ConcatOp::create(b, loc, type, dim.getInt(), op->getOperands());
  } else if (name == "dynamic_slice") {
    auto starts = getStarts(op, 1, type, b);
    if (failed(starts))
      return failure();
    result = tensor::ExtractSliceOp::create(
        b, loc, type, source, *starts, toIndices(b, type.getShape()), ones);
  } else if (name == "dynamic_update_slice" && op->getNumOperands() >= 2) {
    Value update = op->getOperand(1);
    RankedTensorType part = getPlainType(update);
    auto starts = getStarts(op, 2, part, b);
    if (failed(starts))
      return failure();
    result = tensor::InsertSliceOp::create(b, loc, update, source, *starts,
                                           toIndices(b, part.getShape()), ones);
  } else {
    return failure();
  }
  op->getResult(0).replaceAllUsesWith(result);
  return success();
}
