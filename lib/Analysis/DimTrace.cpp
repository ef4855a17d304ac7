//===- DimTrace.cpp - Where a dimension of an activation comes from -------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/Analysis/DimTrace.h"
#include "dialects/decoder/Decoder.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Dialect/Utils/ReshapeOpsUtils.h"
#include "mlir/Interfaces/CallInterfaces.h"

using namespace mlir;
using namespace onebit;

namespace {

struct Position {
  Value value;
  unsigned dim;
};

/// What one step back finds: one dimension, or the dimensions merged into it.
struct Step {
  SmallVector<Position, 2> from;
  /// The dimension is a part of the one before.
  bool isSplit = false;
};

class Tracer {
public:
  Tracer(const WeightAnalysis &analysis, Value product)
      : analysis(analysis), product(product) {}

  bool trace(Position at, DimOrigin &origin);
  std::optional<Step> step(Position at);
  bool isProduct(Value value) const { return value == product; }

private:
  /// Whether the chain from the product leads through `value`.
  bool isOnChain(Value value) const {
    return isa<RankedTensorType>(value.getType()) &&
           analysis.lookup(value).source == product;
  }
  std::optional<Step> stepStructured(linalg::LinalgOp op, Position at);
  std::optional<Step> stepReshape(Value source, Position at);

  const WeightAnalysis &analysis;
  Value product;
  unsigned budget = 256;
};

} // namespace

static RankedTensorType getType(Value value) {
  return dyn_cast<RankedTensorType>(value.getType());
}

std::optional<Step> Tracer::stepStructured(linalg::LinalgOp op, Position at) {
  AffineMap out = op.getIndexingMapMatchingResult(cast<OpResult>(at.value));
  auto loop = dyn_cast<AffineDimExpr>(out.getResult(at.dim));
  if (!loop)
    return std::nullopt;
  for (OpOperand *input : op.getDpsInputOperands()) {
    if (!isOnChain(input->get()))
      continue;
    AffineMap map = op.getMatchingIndexingMap(input);
    for (auto [i, expr] : llvm::enumerate(map.getResults()))
      if (expr == loop)
        return Step{{{input->get(), unsigned(i)}}};
  }
  // A tensor that the body reads by itself, at this loop's own index.
  std::optional<Step> found;
  op.getBlock()->walk([&](tensor::ExtractOp extract) {
    if (!isOnChain(extract.getTensor()))
      return WalkResult::advance();
    for (auto [i, value] : llvm::enumerate(extract.getIndices())) {
      auto index = value.getDefiningOp<linalg::IndexOp>();
      if (!index || index.getDim() != loop.getPosition())
        continue;
      found = Step{{{extract.getTensor(), unsigned(i)}}};
      return WalkResult::interrupt();
    }
    return WalkResult::advance();
  });
  return found;
}

std::optional<Step> Tracer::stepReshape(Value source, Position at) {
  RankedTensorType from = getType(source), to = getType(at.value);
  if (!from || !from.hasStaticShape() || !to.hasStaticShape())
    return std::nullopt;
  if (from == to)
    return Step{{{source, at.dim}}};
  if (from.getRank() == to.getRank())
    return std::nullopt;
  auto groups = getReassociationIndicesForReshape(from, to);
  if (!groups)
    return std::nullopt;
  Step result;
  if (from.getRank() > to.getRank()) {
    for (int64_t dim : (*groups)[at.dim])
      if (from.getDimSize(dim) != 1)
        result.from.push_back({source, unsigned(dim)});
    return result;
  }
  for (auto [i, group] : llvm::enumerate(*groups)) {
    if (!llvm::is_contained(group, at.dim))
      continue;
    result.from.push_back({source, unsigned(i)});
    result.isSplit = from.getDimSize(i) != to.getDimSize(at.dim);
  }
  return result;
}

std::optional<Step> Tracer::step(Position at) {
  Operation *op = at.value.getDefiningOp();
  if (!op || !getType(at.value) || budget == 0)
    return std::nullopt;
  --budget;
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
    return stepStructured(linalgOp, at);
  if (isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp, tosa::ReshapeOp>(op))
    return stepReshape(op->getOperand(0), at);
  if (auto transpose = dyn_cast<tosa::TransposeOp>(op))
    return Step{
        {{transpose.getInput1(), unsigned(transpose.getPerms()[at.dim])}}};
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op)) {
    llvm::SmallBitVector dropped = slice.getDroppedDims();
    unsigned kept = 0;
    for (unsigned i = 0, e = dropped.size(); i < e; ++i)
      if (!dropped[i] && kept++ == at.dim)
        return Step{{{slice.getSource(), i}}};
    return std::nullopt;
  }
  // What keeps a dimension of this size in its place. A call does for the
  // helpers that frontends outline: a select, a clip, an activation.
  if (op->hasTrait<OpTrait::Elementwise>() ||
      op->hasTrait<OpTrait::tosa::TosaElementwiseOperator>() ||
      isa<tensor::CastOp, tensor::PadOp, tensor::InsertSliceOp,
          tensor::ConcatOp, tosa::CastOp, tosa::SliceOp, tosa::PadOp,
          tosa::ConcatOp, linalg::SoftmaxOp, decoder::SoftmaxOp,
          CallOpInterface>(op))
    for (Value operand : op->getOperands())
      if (isOnChain(operand) &&
          getType(operand).getRank() == getType(at.value).getRank() &&
          getType(operand).getDimSize(at.dim) ==
              getType(at.value).getDimSize(at.dim))
        return Step{{{operand, at.dim}}};
  return std::nullopt;
}

bool Tracer::trace(Position at, DimOrigin &origin) {
  while (!isProduct(at.value)) {
    std::optional<Step> next = step(at);
    if (!next)
      return false;
    origin.isExact &= !next->isSplit && next->from.size() == 1;
    if (next->from.size() != 1)
      return llvm::all_of(next->from,
                          [&](Position from) { return trace(from, origin); });
    at = next->from.front();
  }
  origin.dims.resize(getType(product).getRank());
  origin.dims.set(at.dim);
  return true;
}

std::optional<DimOrigin> onebit::traceDim(const WeightAnalysis &analysis,
                                          Value value, unsigned dim,
                                          Value product) {
  DimOrigin origin;
  origin.dims.resize(getType(product).getRank());
  if (!Tracer(analysis, product).trace({value, dim}, origin))
    return std::nullopt;
  return origin;
}

std::optional<MergedDim> onebit::traceMergedDim(const WeightAnalysis &analysis,
                                                Value value, unsigned dim,
                                                Value product) {
  Tracer tracer(analysis, product);
  Position at{value, dim};
  while (!tracer.isProduct(at.value)) {
    std::optional<Step> next = tracer.step(at);
    if (!next || next->isSplit)
      return std::nullopt;
    if (next->from.size() == 1) {
      at = next->from.front();
      continue;
    }
    MergedDim merged;
    for (Position from : next->from) {
      DimOrigin origin;
      origin.dims.resize(getType(product).getRank());
      if (!tracer.trace(from, origin))
        return std::nullopt;
      merged.sizes.push_back(getType(from.value).getDimSize(from.dim));
      merged.origins.push_back(origin);
    }
    if (merged.sizes.empty())
      return std::nullopt;
    return merged;
  }
  return std::nullopt;
}
