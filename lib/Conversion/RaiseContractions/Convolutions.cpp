//===- Convolutions.cpp - Convolutions of one element ---------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../ToLinalg/Lowering.h"
#include "Products.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace onebit;

static bool isZeroConstant(Value value) {
  return matchPattern(value, m_Zero()) || matchPattern(value, m_AnyZeroFloat());
}

/// Whether each element of the result is a sum over the channels of one of the
/// input: a product of matrices.
static bool isPointwise(tosa::Conv2DOp op) {
  auto weight = dyn_cast<RankedTensorType>(op.getWeight().getType());
  auto bias = dyn_cast<RankedTensorType>(op.getBias().getType());
  auto type = dyn_cast<RankedTensorType>(op.getType());
  auto isAll = [](ArrayRef<int64_t> values, int64_t wanted) {
    return llvm::all_of(values, [=](int64_t value) { return value == wanted; });
  };
  return weight && bias && type && weight.hasStaticShape() &&
         bias.hasStaticShape() && type.hasStaticShape() &&
         weight.getDimSize(1) == 1 && weight.getDimSize(2) == 1 &&
         isAll(op.getStride(), 1) && isAll(op.getPad(), 0) &&
         bias.getElementType() == type.getElementType() &&
         isZeroConstant(op.getInputZp()) && isZeroConstant(op.getWeightZp());
}

static void rewritePointwise(tosa::Conv2DOp op) {
  OpBuilder b(op);
  Location loc = op.getLoc();
  auto type = cast<RankedTensorType>(op.getType());
  Value weight = tensor::CollapseShapeOp::create(
      b, loc, op.getWeight(),
      SmallVector<ReassociationIndices>{{0}, {1, 2, 3}});
  Value bias = op.getBias();
  Value empty =
      tensor::EmptyOp::create(b, loc, type.getShape(), type.getElementType());
  // One number for all channels, or one each.
  SmallVector<int64_t> added = {0, 1, 2};
  if (cast<RankedTensorType>(bias.getType()).getDimSize(0) == 1) {
    bias = tensor::CollapseShapeOp::create(b, loc, bias,
                                           ArrayRef<ReassociationIndices>());
    added.push_back(3);
  }
  Value init =
      linalg::BroadcastOp::create(b, loc, bias, empty, added)->getResult(0);

  MLIRContext *context = op.getContext();
  AffineExpr n, h, w, out, in;
  bindDims(context, n, h, w, out, in);
  using utils::IteratorType;
  SmallVector<IteratorType> iterators(4, IteratorType::parallel);
  iterators.push_back(IteratorType::reduction);
  auto generic = linalg::GenericOp::create(
      b, loc, type, ValueRange{op.getInput(), weight}, init,
      ArrayRef<AffineMap>{AffineMap::get(5, 0, {n, h, w, in}, context),
                          AffineMap::get(5, 0, {out, in}, context),
                          AffineMap::get(5, 0, {n, h, w, out}, context)},
      iterators, [](OpBuilder &inner, Location at, ValueRange args) {
        ImplicitLocOpBuilder body(at, inner);
        linalg::YieldOp::create(
            body, lowering::multiplyAdd(body, args[2], args[0], args[1]));
      });
  op.replaceAllUsesWith(generic.getResult(0));
  op.erase();
}

bool raise::rewriteConvolutions(ModuleOp module) {
  SmallVector<tosa::Conv2DOp> pointwise;
  module.walk([&](tosa::Conv2DOp op) {
    if (isPointwise(op))
      pointwise.push_back(op);
  });
  for (tosa::Conv2DOp op : pointwise)
    rewritePointwise(op);
  return !pointwise.empty();
}
