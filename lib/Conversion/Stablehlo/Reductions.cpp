//===- Reductions.cpp - StableHLO's products and sums ---------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Stablehlo.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace onebit;
using namespace onebit::stablehlo;

/// `out + lhs * rhs` in the type of `out`.
static Value multiplyAdd(OpBuilder &b, Location loc, ValueRange in) {
  Type type = in[2].getType();
  Value lhs = convertElement(b, loc, in[0], type);
  Value rhs = convertElement(b, loc, in[1], type);
  if (isa<FloatType>(type)) {
    Value product = arith::MulFOp::create(b, loc, lhs, rhs);
    return arith::AddFOp::create(b, loc, in[2], product);
  }
  Value product = arith::MulIOp::create(b, loc, lhs, rhs);
  return arith::AddIOp::create(b, loc, in[2], product);
}

/// The result has the batch dimensions, then those that only the left side has,
/// then those of the right.
static LogicalResult convertDot(Operation *op, ArrayRef<int64_t> lhsBatch,
                                ArrayRef<int64_t> rhsBatch,
                                ArrayRef<int64_t> lhsSum,
                                ArrayRef<int64_t> rhsSum, OpBuilder &b) {
  Value lhs = op->getOperand(0), rhs = op->getOperand(1);
  RankedTensorType type = getPlainType(op->getResult(0));
  RankedTensorType left = getPlainType(lhs), right = getPlainType(rhs);
  if (!type || !left || !right || lhsBatch.size() != rhsBatch.size() ||
      lhsSum.size() != rhsSum.size())
    return failure();
  SmallVector<AffineExpr> leftExprs(left.getRank()),
      rightExprs(right.getRank());
  unsigned loop = 0;
  auto place = [&](SmallVector<AffineExpr> &exprs, int64_t dim, unsigned at) {
    if (dim < 0 || dim >= int64_t(exprs.size()) || exprs[dim])
      return failure();
    exprs[dim] = b.getAffineDimExpr(at);
    return success();
  };
  for (auto [l, r] : llvm::zip_equal(lhsBatch, rhsBatch)) {
    if (failed(place(leftExprs, l, loop)) || failed(place(rightExprs, r, loop)))
      return failure();
    ++loop;
  }
  // The loops of the sum come last.
  unsigned sum = type.getRank();
  for (auto [l, r] : llvm::zip_equal(lhsSum, rhsSum)) {
    if (failed(place(leftExprs, l, sum)) || failed(place(rightExprs, r, sum)))
      return failure();
    ++sum;
  }
  for (SmallVector<AffineExpr> *exprs : {&leftExprs, &rightExprs})
    for (AffineExpr &expr : *exprs)
      if (!expr)
        expr = b.getAffineDimExpr(loop++);
  if (int64_t(loop) != type.getRank())
    return failure();
  SmallVector<AffineExpr> outExprs;
  for (unsigned i = 0; i < loop; ++i)
    outExprs.push_back(b.getAffineDimExpr(i));
  MLIRContext *context = b.getContext();
  SmallVector<AffineMap> maps = {AffineMap::get(sum, 0, leftExprs, context),
                                 AffineMap::get(sum, 0, rightExprs, context),
                                 AffineMap::get(sum, 0, outExprs, context)};
  Location loc = op->getLoc();
  op->getResult(0).replaceAllUsesWith(buildGeneric(
      b, loc, {lhs, rhs}, buildZeros(b, loc, type), maps, multiplyAdd));
  return success();
}

/// `reduce` of one tensor by an op of two elements.
static LogicalResult convertReduce(Operation *op, OpBuilder &b) {
  if (op->getNumOperands() != 2 || op->getNumResults() != 1 ||
      op->getNumRegions() != 1 || !op->getRegion(0).hasOneBlock())
    return failure();
  RankedTensorType type = getPlainType(op->getResult(0));
  RankedTensorType from = getPlainType(op->getOperand(0));
  RankedTensorType init = getPlainType(op->getOperand(1));
  SmallVector<int64_t> dims = getIntegers(op, "dimensions");
  // Its body was converted before: a structured op of scalars.
  Block &body = op->getRegion(0).front();
  if (!type || !from || !init || init.getRank() != 0 ||
      body.getNumArguments() != 2 ||
      body.getTerminator()->getNumOperands() != 1)
    return failure();
  auto scalar =
      body.getTerminator()->getOperand(0).getDefiningOp<linalg::GenericOp>();
  if (!scalar || scalar.getNumDpsInputs() != 2 ||
      !llvm::equal(scalar.getDpsInputs(), body.getArguments()))
    return failure();

  unsigned rank = from.getRank();
  SmallVector<AffineExpr> kept;
  for (unsigned i = 0; i < rank; ++i)
    if (!llvm::is_contained(dims, int64_t(i)))
      kept.push_back(b.getAffineDimExpr(i));
  if (int64_t(kept.size()) != type.getRank())
    return failure();
  Location loc = op->getLoc();
  Value first = tensor::ExtractOp::create(b, loc, op->getOperand(1));
  Value start = linalg::FillOp::create(b, loc, first, buildEmpty(b, loc, type))
                    .getResult(0);
  op->getResult(0).replaceAllUsesWith(buildGeneric(
      b, loc, op->getOperand(0), start,
      {b.getMultiDimIdentityMap(rank),
       AffineMap::get(rank, 0, kept, b.getContext())},
      [&](OpBuilder &inner, Location, ValueRange in) {
        IRMapping mapping;
        Block *element = scalar.getBlock();
        mapping.map(element->getArgument(0), in[1]);
        mapping.map(element->getArgument(1), in[0]);
        for (Operation &each : element->without_terminator())
          inner.clone(each, mapping);
        return mapping.lookupOrDefault(element->getTerminator()->getOperand(0));
      }));
  return success();
}

LogicalResult stablehlo::convertReduction(Operation *op, OpBuilder &b) {
  StringRef name = op->getName().stripDialect();
  if (name == "reduce")
    return convertReduce(op, b);
  if (op->getNumOperands() != 2 || op->getNumResults() != 1)
    return failure();
  if (name == "dot_general") {
    auto get = [&](StringRef key) {
      return getIntegers(op, "dot_dimension_numbers", key);
    };
    return convertDot(op, get("lhs_batching_dimensions"),
                      get("rhs_batching_dimensions"),
                      get("lhs_contracting_dimensions"),
                      get("rhs_contracting_dimensions"), b);
  }
  RankedTensorType left = getPlainType(op->getOperand(0));
  if (name == "dot" && left && left.getRank() > 0)
    return convertDot(op, {}, {}, {left.getRank() - 1}, {0}, b);
  return failure();
}
