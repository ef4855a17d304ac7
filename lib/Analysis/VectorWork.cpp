//===- VectorWork.cpp - Work that is no matrix product --------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/Analysis/VectorWork.h"
#include "dialects/systolic/Systolic.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MLProgram/IR/MLProgram.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Interfaces/CallInterfaces.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "onebit/Analysis/Contraction.h"

using namespace mlir;
using namespace onebit;
using decoder::VectorKind;

static VectorWork work(VectorKind kind, ArrayRef<LanePass> passes) {
  return {kind, SmallVector<LanePass>(passes)};
}

static const VectorWork kUnknown = {};

/// Whether `body` computes nothing: it yields what it gets.
static bool onlyYields(Block &body) {
  return llvm::all_of(body.without_terminator(), [](Operation &op) {
    return op.hasTrait<OpTrait::ConstantLike>();
  });
}

/// The product of those of `extents` whose iterator is among `kinds`.
static int64_t count(linalg::LinalgOp op, bool parallelOnly) {
  SmallVector<int64_t> extents;
  for (auto [extent, iterator] :
       llvm::zip_equal(op.getStaticLoopRanges(), op.getIteratorTypesArray()))
    if (!parallelOnly || iterator == utils::IteratorType::parallel)
      extents.push_back(extent);
  return decoder::countElements(
      RankedTensorType::get(extents, IntegerType::get(op.getContext(), 1)));
}

static std::optional<VectorWork> getLinalgWork(linalg::LinalgOp op) {
  if (llvm::any_of(op.getStaticLoopRanges(), ShapedType::isDynamic))
    return kUnknown;
  const Contraction product = matchContraction(op);
  const int64_t elements = count(op, /*parallelOnly=*/false);
  const int64_t rows = count(op, /*parallelOnly=*/true);
  // A product over one element is no sum.
  if (product.kind != Contraction::Kind::None &&
      product.kind != Contraction::Kind::Depthwise && elements != rows)
    return kUnknown;
  if (onlyYields(*op.getBlock()))
    return std::nullopt;
  if (op.getNumReductionLoops() == 0 || elements == rows)
    return work(VectorKind::Elementwise, {{elements}});
  return work(VectorKind::Reduction, {{elements, rows}});
}

static VectorWork getSoftmaxWork(linalg::SoftmaxOp op) {
  auto type = cast<ShapedType>(op.getInput().getType());
  if (!type.hasStaticShape())
    return kUnknown;
  SmallVector<int64_t> rows(type.getShape());
  rows.erase(rows.begin() + op.getDimension());
  const int64_t elements = decoder::countElements(type);
  const LanePass reduce = {elements, decoder::countElements(type.clone(rows))};
  return work(VectorKind::Softmax, {reduce, reduce, {elements}});
}

/// TOSA's reductions along an axis: one operand, and one row for each element
/// of the result.
static bool isTosaReduction(Operation *op) {
  return isa<tosa::ReduceSumOp, tosa::ReduceMaxOp, tosa::ReduceMinOp,
             tosa::ReduceProductOp, tosa::ReduceAllOp, tosa::ReduceAnyOp,
             tosa::ArgMaxOp>(op);
}

/// Upstream's traits, and TOSA's ops that have a parameter beside their
/// tensors.
static bool isElementwise(Operation *op) {
  return OpTrait::hasElementwiseMappableTraits(op) ||
         op->hasTrait<OpTrait::tosa::TosaElementwiseOperator>() ||
         isa<tosa::MulOp, tosa::NegateOp, tosa::CastOp, tosa::RescaleOp,
             tosa::TableOp>(op);
}

/// Whether `op` brings elements to another place and computes none.
static bool moves(Operation *op) {
  if (isa<tensor::GenerateOp>(op))
    return false;
  if (isa<tensor::TensorDialect, bufferization::BufferizationDialect,
          memref::MemRefDialect, ml_program::MLProgramDialect, BuiltinDialect>(
          op->getDialect()))
    return true;
  return op->hasTrait<OpTrait::ConstantLike>() ||
         isa<linalg::PackOp, linalg::UnPackOp, tosa::ReshapeOp,
             tosa::TransposeOp, tosa::ConcatOp, tosa::SliceOp, tosa::TileOp,
             tosa::ReverseOp, tosa::PadOp, tosa::GatherOp, tosa::ScatterOp,
             tosa::IdentityOp, tosa::VariableReadOp, tosa::VariableWriteOp>(op);
}

/// Whether a region of `op` computes numbers one by one.
static bool computesScalars(Operation *op) {
  WalkResult result = op->walk([&](Operation *nested) -> WalkResult {
    if (nested == op)
      return WalkResult::advance();
    if (isa<linalg::LinalgOp, systolic::KernelOp>(nested))
      return WalkResult::skip();
    // The innermost loop is the one that computes.
    if (isa<LoopLikeOpInterface, tensor::GenerateOp>(nested))
      return WalkResult::skip();
    const bool computes =
        isa<arith::ArithDialect, math::MathDialect>(nested->getDialect()) &&
        !nested->hasTrait<OpTrait::ConstantLike>() &&
        llvm::any_of(nested->getResultTypes(),
                     [](Type type) { return isa<FloatType>(type); });
    return computes ? WalkResult::interrupt() : WalkResult::advance();
  });
  return result.wasInterrupted();
}

static bool makesTensor(Operation *op) {
  return llvm::any_of(op->getResultTypes(), [](Type type) {
    auto shaped = dyn_cast<ShapedType>(type);
    return shaped && (!shaped.hasRank() || shaped.getRank() > 0);
  });
}

std::optional<VectorWork> onebit::getVectorWork(Operation *op) {
  if (auto known = dyn_cast<decoder::VectorWorkOpInterface>(op)) {
    SmallVector<LanePass> passes;
    for (auto [elements, reductions] : known.getVectorPasses())
      passes.push_back({elements, reductions});
    if (passes.empty())
      return std::nullopt;
    return work(known.getVectorKind(), passes);
  }
  if (isa<decoder::MatrixProductOpInterface>(op) ||
      op->hasTrait<OpTrait::IsTerminator>())
    return std::nullopt;
  // Buffers are written without a result.
  if (auto linalg = dyn_cast<linalg::LinalgOp>(op))
    return getLinalgWork(linalg);
  if (isa<LoopLikeOpInterface, tensor::GenerateOp>(op))
    return computesScalars(op) ? std::optional(kUnknown) : std::nullopt;
  if (isa<RegionBranchOpInterface, CallOpInterface>(op) || !makesTensor(op) ||
      moves(op))
    return std::nullopt;
  if (auto softmax = dyn_cast<linalg::SoftmaxOp>(op))
    return getSoftmaxWork(softmax);

  auto type = dyn_cast<RankedTensorType>(op->getResult(0).getType());
  if (!type || !type.hasStaticShape())
    return kUnknown;
  const int64_t elements = decoder::countElements(type);
  if (isElementwise(op))
    return work(VectorKind::Elementwise, {{elements}});
  if (isTosaReduction(op)) {
    auto input = dyn_cast<RankedTensorType>(op->getOperand(0).getType());
    if (input && input.hasStaticShape())
      return work(VectorKind::Reduction,
                  {{decoder::countElements(input), elements}});
  }
  return kUnknown;
}
