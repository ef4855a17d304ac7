//===- LowerSums.cpp - Sums as loops over registers -----------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "onebit/Transforms/Passes.h"
#include "llvm/ADT/STLExtras.h"

namespace onebit {
#define GEN_PASS_DEF_LOWERSUMS
#include "onebit/Transforms/Passes.h.inc"
} // namespace onebit

using namespace mlir;
using namespace onebit;

namespace {
/// A linalg.generic on buffers whose innermost loops are its reductions.
class SumLowering {
public:
  /// Nothing where `op` is no such generic.
  static std::optional<SumLowering> get(linalg::GenericOp op) {
    SmallVector<utils::IteratorType> types = op.getIteratorTypesArray();
    auto isReduction = [](utils::IteratorType type) {
      return type == utils::IteratorType::reduction;
    };
    auto *first = llvm::find_if(types, isReduction);
    if (!op.hasPureBufferSemantics() || op.getNumDpsInits() != 1 ||
        first == types.end() || !std::all_of(first, types.end(), isReduction) ||
        ShapedType::isDynamicShape(op.getStaticLoopRanges()))
      return std::nullopt;
    return SumLowering(op, first - types.begin());
  }

  /// Replaces the op by loops, `width` sums at a time.
  void run(int64_t width) {
    for (unsigned i = 0; i + 1 < numParallel; ++i)
      ivs[i] = enter(0, extents[i], 1);
    if (numParallel == 0) {
      sum({ivs});
    } else {
      int64_t extent = extents[numParallel - 1];
      int64_t most = extent - extent % width;
      sumSeveral(0, most, width);
      sumSeveral(most, extent, 1);
    }
    op.erase();
  }

private:
  using Indices = SmallVector<Value>;

  SumLowering(linalg::GenericOp op, unsigned numParallel)
      : op(op), b(op.getLoc(), op), extents(op.getStaticLoopRanges()),
        numParallel(numParallel), ivs(extents.size()) {}

  Value index(int64_t value) {
    return arith::ConstantIndexOp::create(b, value);
  }

  /// Goes into a new loop.
  Value enter(int64_t lower, int64_t upper, int64_t step) {
    auto loop = scf::ForOp::create(b, index(lower), index(upper), index(step));
    b.setInsertionPointToStart(loop.getBody());
    return loop.getInductionVar();
  }

  /// The sums from `lower` to `upper` of the last parallel loop.
  void sumSeveral(int64_t lower, int64_t upper, int64_t width) {
    if (lower == upper)
      return;
    OpBuilder::InsertionGuard guard(b);
    Value first = enter(lower, upper, width);
    SmallVector<Indices> lanes(width, ivs);
    for (auto [i, lane] : llvm::enumerate(lanes))
      lane[numParallel - 1] =
          i == 0 ? first : arith::AddIOp::create(b, first, index(i));
    sum(lanes);
  }

  /// One sum for each of `lanes`, which are the indices of the parallel loops.
  void sum(MutableArrayRef<Indices> lanes) {
    OpOperand *init = op.getDpsInitOperand(0);
    SmallVector<Value> sums;
    for (const Indices &lane : lanes)
      sums.push_back(load(init, lane));
    sums = addUp(lanes, numParallel, sums);
    for (auto [lane, value] : llvm::zip_equal(lanes, sums))
      memref::StoreOp::create(b, value, init->get(), getIndices(init, lane));
  }

  /// `sums` with the terms of the loops from `loop` on.
  SmallVector<Value> addUp(MutableArrayRef<Indices> lanes, unsigned loop,
                           ValueRange sums) {
    if (loop == extents.size()) {
      SmallVector<Value> results;
      for (auto [lane, value] : llvm::zip_equal(lanes, sums))
        results.push_back(addTerm(lane, value));
      return results;
    }
    auto nest =
        scf::ForOp::create(b, index(0), index(extents[loop]), index(1), sums);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(nest.getBody());
    for (Indices &lane : lanes)
      lane[loop] = nest.getInductionVar();
    scf::YieldOp::create(b, addUp(lanes, loop + 1, nest.getRegionIterArgs()));
    return SmallVector<Value>(nest.getResults());
  }

  /// The op's body for one element of each input.
  Value addTerm(const Indices &lane, Value value) {
    IRMapping mapping;
    for (OpOperand *input : op.getDpsInputOperands())
      mapping.map(op.getMatchingBlockArgument(input), load(input, lane));
    mapping.map(op.getMatchingBlockArgument(op.getDpsInitOperand(0)), value);
    for (Operation &inner : op.getBody()->without_terminator()) {
      if (auto position = dyn_cast<linalg::IndexOp>(inner))
        mapping.map(position.getResult(), lane[position.getDim()]);
      else
        b.clone(inner, mapping);
    }
    return mapping.lookupOrDefault(
        op.getBody()->getTerminator()->getOperand(0));
  }

  Indices getIndices(OpOperand *operand, const Indices &lane) {
    AffineMap map = op.getMatchingIndexingMap(operand);
    Indices indices;
    for (auto [i, expr] : llvm::enumerate(map.getResults())) {
      if (auto dim = dyn_cast<AffineDimExpr>(expr)) {
        indices.push_back(lane[dim.getPosition()]);
        continue;
      }
      // An init is read outside the loops that it does not have.
      Indices known = lane;
      for (Value &iv : known)
        iv = iv ? iv : index(0);
      indices.push_back(
          affine::AffineApplyOp::create(b, map.getSubMap(i), known));
    }
    return indices;
  }

  Value load(OpOperand *operand, const Indices &lane) {
    if (!isa<MemRefType>(operand->get().getType()))
      return operand->get();
    return memref::LoadOp::create(b, operand->get(), getIndices(operand, lane));
  }

  linalg::GenericOp op;
  ImplicitLocOpBuilder b;
  SmallVector<int64_t> extents;
  unsigned numParallel;
  Indices ivs;
};

struct LowerSums final : onebit::impl::LowerSumsBase<LowerSums> {
  using LowerSumsBase::LowerSumsBase;

  void runOnOperation() final {
    if (width < 1) {
      emitError(getOperation()->getLoc())
          << "width must be at least 1, got " << width.getValue();
      return signalPassFailure();
    }
    SmallVector<SumLowering> sums;
    getOperation()->walk([&](linalg::GenericOp op) {
      if (std::optional<SumLowering> lowering = SumLowering::get(op))
        sums.push_back(*lowering);
    });
    for (SumLowering &lowering : sums)
      lowering.run(width);
  }
};
} // namespace
