//===- ConvertSystolicToScf.cpp - Folds as loops that run -----------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../ToLinalg/Lowering.h"
#include "MatrixView.h"
#include "dialects/ternary/Ternary.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"
#include "onebit/Analysis/ExtractSchedule.h"
#include "onebit/Conversion/Passes.h"

namespace onebit {
#define GEN_PASS_DEF_CONVERTSYSTOLICTOSCF
#include "onebit/Conversion/Passes.h.inc"
} // namespace onebit

using namespace mlir;
using namespace onebit;
using namespace onebit::lowering;
using systolic::KernelOp;

static bool isTernary(Value tensor) {
  return isa<ternary::BitType, ternary::TritType>(
      getTensorType(tensor).getElementType());
}

/// `operand` with 8-bit integers where it has bits or trits, which is what
/// --onebit-convert-ternary-to-linalg makes of them.
static Value getStored(ImplicitLocOpBuilder &b, Value operand) {
  if (!isTernary(operand))
    return operand;
  return UnrealizedConversionCastOp::create(
             b, getTensorType(operand).clone(b.getI8Type()), operand)
      .getResult(0);
}

namespace {

/// Makes loops of one kernel. What ifmap and filter are, its body says: of a
/// transposed product the weight is the ifmap.
class KernelLowering {
public:
  KernelLowering(ImplicitLocOpBuilder &b, KernelOp kernel,
                 const Schedule &schedule)
      : b(b), schedule(schedule), loops(kernel),
        ifmap(
            getView(kernel, kernel.getTransposed() ? 1 : 0, loops.m, loops.k)),
        filter(
            getView(kernel, kernel.getTransposed() ? 0 : 1, loops.n, loops.k)),
        ofmap(getView(kernel, 2, loops.m, loops.n)) {
    Value sides[] = {kernel.getIfmap(), kernel.getFilter()};
    if (kernel.getTransposed())
      std::swap(sides[0], sides[1]);
    ifmapIsSign = isTernary(sides[0]);
    filterIsSign = isTernary(sides[1]);
  }

  struct Result {
    Value ofmap;
    /// Multiply-accumulates that were done, an i64; null if not asked for.
    Value macs;
  };

  Result lower(bool countMacs) {
    SmallVector<Value> lower, upper, steps;
    SmallVector<Dim> dims;
    for (const ScheduleLoop &loop : schedule.getLoops()) {
      // Of a loop of one step the first is all there is.
      if (loop.extent == loop.step)
        continue;
      dims.push_back(loop.dim);
      lower.push_back(constantIndex(b, 0));
      upper.push_back(constantIndex(b, loop.extent));
      steps.push_back(constantIndex(b, loop.step));
    }
    SmallVector<Value> carried = {ofmap.get()};
    if (countMacs)
      carried.push_back(filledTensor(
          b, {}, arith::ConstantOp::create(b, b.getI64IntegerAttr(0))));
    scf::LoopNest nest = scf::buildLoopNest(
        b, b.getLoc(), lower, upper, steps, carried,
        [&](OpBuilder &nested, Location loc, ValueRange ivs,
            ValueRange partial) {
          ImplicitLocOpBuilder inner(loc, nested);
          auto rangeOf = [&](Dim dim) {
            const auto *at = llvm::find(dims, dim);
            return getRange(inner, dim,
                            at == dims.end() ? Value()
                                             : ivs[at - dims.begin()]);
          };
          return foldUnlessHidden(inner,
                                  {rangeOf(Dim::Batch), rangeOf(Dim::M),
                                   rangeOf(Dim::N), rangeOf(Dim::K)},
                                  partial);
        });
    Result result = {ofmap.restore(b, nest.results[0]), {}};
    if (countMacs)
      result.macs = tensor::ExtractOp::create(b, nest.results[1], ValueRange());
    return result;
  }

private:
  /// Elements of a fold.
  struct FoldRanges {
    TileRange batch, m, n, k;
  };

  MatrixView getView(KernelOp kernel, unsigned operand, ArrayRef<unsigned> rows,
                     ArrayRef<unsigned> columns) {
    return MatrixView(
        b, getStored(b, kernel->getOperand(operand)),
        decoder::getIndexingMap(kernel.getIndexingMaps(), operand), loops, rows,
        columns);
  }

  /// What a fold does of `dim`, from `begin` on; without a loop, all of it.
  TileRange getRange(ImplicitLocOpBuilder &b, Dim dim, Value begin) const {
    const int64_t extent = schedule.getExtent(dim);
    if (!begin)
      return {b.getIndexAttr(0), b.getIndexAttr(extent)};
    const int64_t step = schedule.getStep(dim);
    if (extent % step == 0)
      return {begin, b.getIndexAttr(step)};
    Value left = arith::SubIOp::create(b, constantIndex(b, extent), begin);
    Value size = arith::MinSIOp::create(b, constantIndex(b, step), left);
    return {begin, size};
  }

  /// The index of each loop of the batch in batch entry `entry`.
  SmallVector<OpFoldResult> getBatchIndices(ImplicitLocOpBuilder &b,
                                            OpFoldResult entry) const {
    SmallVector<OpFoldResult> indices(loops.extents.size(), b.getIndexAttr(0));
    SmallVector<unsigned> order = llvm::filter_to_vector(
        loops.batch, [&](unsigned loop) { return loops.extents[loop] != 1; });
    if (order.empty())
      return indices;
    OpFoldResult left = entry;
    for (unsigned loop : llvm::reverse(ArrayRef(order).drop_front())) {
      Value extent = constantIndex(b, loops.extents[loop]);
      Value value = getValueOrCreateConstantIndexOp(b, b.getLoc(), left);
      indices[loop] = arith::RemUIOp::create(b, value, extent).getResult();
      left = arith::DivUIOp::create(b, value, extent).getResult();
    }
    indices[order.front()] = left;
    return indices;
  }

  SmallVector<Value> foldUnlessHidden(ImplicitLocOpBuilder &b,
                                      const FoldRanges &ranges,
                                      ValueRange partial) const {
    if (!schedule.getMask())
      return fold(b, ranges, partial);
    const bool inRows = schedule.getMask()->keys == Dim::M;
    Value isUsed =
        hasUse(b, inRows ? ranges.n : ranges.m, inRows ? ranges.m : ranges.n);
    auto branch = scf::IfOp::create(
        b, isUsed,
        [&](OpBuilder &nested, Location loc) {
          ImplicitLocOpBuilder inner(loc, nested);
          scf::YieldOp::create(inner, fold(inner, ranges, partial));
        },
        [&](OpBuilder &nested, Location loc) {
          scf::YieldOp::create(nested, loc, partial);
        });
    return branch.getResults();
  }

  /// Whether one of these queries uses one of these keys: `Schedule::isHidden`
  /// of numbers that a run knows.
  Value hasUse(ImplicitLocOpBuilder &b, TileRange queries,
               TileRange keys) const {
    const CausalMask &mask = *schedule.getMask();
    auto value = [&](OpFoldResult size) {
      return getValueOrCreateConstantIndexOp(b, b.getLoc(), size);
    };
    auto last = [&](TileRange range) -> Value {
      Value end =
          arith::AddIOp::create(b, value(range.offset), value(range.size));
      return arith::SubIOp::create(b, end, constantIndex(b, 1));
    };
    const int64_t length = schedule.getExtent(mask.keys);
    Value offset = constantIndex(b, length - mask.period);
    Value firstUser = arith::SubIOp::create(b, value(keys.offset), offset);
    // A window of all keys hides none.
    Value lastUser;
    if (mask.window != 0 && mask.window < length)
      lastUser =
          arith::AddIOp::create(b, arith::SubIOp::create(b, last(keys), offset),
                                constantIndex(b, mask.window - 1));
    auto compare = [&](arith::CmpIPredicate predicate, Value x, Value y) {
      return arith::CmpIOp::create(b, predicate, x, y).getResult();
    };
    auto uses = [&](Value first, Value last) -> Value {
      Value reached = compare(arith::CmpIPredicate::sge, last, firstUser);
      if (!lastUser)
        return reached;
      return arith::AndIOp::create(
          b, reached, compare(arith::CmpIPredicate::sle, first, lastUser));
    };

    Value firstQuery = value(queries.offset), lastQuery = last(queries);
    const Dim along = mask.keys == Dim::M ? Dim::N : Dim::M;
    if (schedule.getExtent(along) == mask.period)
      return uses(firstQuery, lastQuery);
    // The end of one head, whole ones, and the beginning of another.
    Value period = constantIndex(b, mask.period);
    Value zero = constantIndex(b, 0), end = constantIndex(b, mask.period - 1);
    Value firstHead = arith::DivUIOp::create(b, firstQuery, period);
    Value lastHead = arith::DivUIOp::create(b, lastQuery, period);
    Value first = arith::RemUIOp::create(b, firstQuery, period);
    Value rest = arith::RemUIOp::create(b, lastQuery, period);
    Value heads = arith::SubIOp::create(b, lastHead, firstHead);
    Value hasWhole =
        compare(arith::CmpIPredicate::ugt, heads, constantIndex(b, 1));
    Value several = arith::OrIOp::create(
        b, arith::OrIOp::create(b, uses(first, end), uses(zero, rest)),
        arith::AndIOp::create(b, hasWhole, uses(zero, end)));
    return arith::SelectOp::create(
        b, compare(arith::CmpIPredicate::eq, heads, zero), uses(first, rest),
        several);
  }

  /// A fold: a product of slices, added to the ofmap's.
  SmallVector<Value> fold(ImplicitLocOpBuilder &b, const FoldRanges &ranges,
                          ValueRange partial) const {
    SmallVector<OpFoldResult> at = getBatchIndices(b, ranges.batch.offset);
    Location loc = b.getLoc();
    // Tiles do not have the loops of one iteration. Those of the batch stay, of
    // one step: a slice that drops them could be of several layouts.
    unsigned depth = 0;
    SmallVector<AffineExpr> batch(loops.extents.size());
    auto isLong = [&](unsigned loop) { return loops.extents[loop] != 1; };
    for (unsigned loop : llvm::make_filter_range(loops.batch, isLong))
      batch[loop] = b.getAffineDimExpr(depth++);
    auto loopOver = [&](ArrayRef<unsigned> group) {
      return llvm::any_of(group, isLong) ? b.getAffineDimExpr(depth++)
                                         : AffineExpr();
    };
    AffineExpr m = loopOver(loops.m), n = loopOver(loops.n),
               k = loopOver(loops.k);
    auto mapOf = [&](ArrayRef<AffineExpr> exprs) {
      return AffineMap::get(depth, 0, exprs, b.getContext());
    };
    Operand inputs[] = {
        {ifmap.slice(b, loc, ifmap.get(), at, ranges.m, ranges.k),
         mapOf(ifmap.getTileExprs(batch, m, k))},
        {filter.slice(b, loc, filter.get(), at, ranges.n, ranges.k),
         mapOf(filter.getTileExprs(batch, n, k))}};
    SmallVector<Operand> outputs = {
        {ofmap.slice(b, loc, partial[0], at, ranges.m, ranges.n),
         mapOf(ofmap.getTileExprs(batch, m, n))}};
    if (partial.size() > 1)
      outputs.push_back({partial[1], mapOf({})});
    SmallVector<Value> sums = generic(
        b, inputs, outputs, [&](ImplicitLocOpBuilder &b, ValueRange elements) {
          SmallVector<Value> results = {accumulate(b, elements)};
          if (elements.size() > 3)
            results.push_back(arith::AddIOp::create(
                b, elements[3],
                arith::ConstantOp::create(b, b.getI64IntegerAttr(1))));
          return results;
        });
    sums[0] = ofmap.insert(b, loc, sums[0], partial[0], at, ranges.m, ranges.n);
    return sums;
  }

  Value accumulate(ImplicitLocOpBuilder &b, ValueRange elements) const {
    Value ifmap = elements[0], filter = elements[1], acc = elements[2];
    if (filterIsSign)
      return addOrSubtract(b, acc, convert(b, ifmap, acc.getType()), filter);
    if (ifmapIsSign)
      return addOrSubtract(b, acc, convert(b, filter, acc.getType()), ifmap);
    return multiplyAdd(b, acc, ifmap, filter);
  }

  ImplicitLocOpBuilder &b;
  const Schedule &schedule;
  MatrixLoops loops;
  bool ifmapIsSign, filterIsSign;
  MatrixView ifmap, filter, ofmap;
};

struct ConvertSystolicToScf
    : onebit::impl::ConvertSystolicToScfBase<ConvertSystolicToScf> {
  using ConvertSystolicToScfBase::ConvertSystolicToScfBase;

  void runOnOperation() override {
    SmallVector<KernelOp> kernels;
    getOperation()->walk([&](KernelOp kernel) { kernels.push_back(kernel); });
    SymbolTable symbols(getOperation());
    front = getOperation().getBody()->begin();
    for (KernelOp kernel : kernels)
      if (failed(lower(kernel, symbols)))
        return signalPassFailure();
  }

private:
  LogicalResult lower(KernelOp kernel, SymbolTable &symbols) {
    FailureOr<Schedule> schedule = extractSchedule(kernel);
    if (failed(schedule))
      return failure();
    auto elementType = [&](unsigned operand) {
      Value value = kernel->getOperand(operand);
      return isTernary(value) ? IntegerType::get(&getContext(), 8)
                              : getTensorType(value).getElementType();
    };
    if (!canConvert(elementType(0), elementType(2)) ||
        !canConvert(elementType(1), elementType(2)) ||
        isTernary(kernel.getOfmap()))
      return kernel.emitOpError(
                 "cannot be computed with these element types: operands must "
                 "be floats, signless integers of more than one bit, bits or "
                 "trits, and a result of integers has no operand of floats; "
                 "got ")
             << kernel->getOperandTypes();
    warnOfWindow(kernel, *schedule);

    ImplicitLocOpBuilder b(kernel.getLoc(), kernel);
    KernelLowering::Result result =
        KernelLowering(b, kernel, *schedule).lower(countMacs);
    if (countMacs)
      add(b, makeCounter(kernel, symbols), result.macs);
    kernel.replaceAllUsesWith(result.ofmap);
    kernel.erase();
    return success();
  }

  static void warnOfWindow(KernelOp kernel, const Schedule &schedule) {
    const std::optional<CausalMask> &mask = schedule.getMask();
    if (!mask || mask->window == 0 ||
        mask->window >= schedule.getExtent(mask->keys) ||
        mask->period == schedule.getExtent(mask->keys) ||
        !schedule.hasHiddenFolds())
      return;
    kernel.emitWarning("leaves out what a window hides from the last ")
        << mask->period << " tokens of " << schedule.getExtent(mask->keys)
        << ": at an earlier position it computes something else; tile with "
           "masked-folds=computed";
  }

  /// A global for what `kernel` does.
  memref::GlobalOp makeCounter(KernelOp kernel, SymbolTable &symbols) {
    OpBuilder builder(&getContext());
    std::optional<int64_t> layer;
    if (std::optional<uint64_t> number = kernel.getLayer())
      layer = *number;
    auto scalar = MemRefType::get({}, builder.getI64Type());
    auto counter = memref::GlobalOp::create(
        builder, kernel.getLoc(), "systolic_macs",
        /*sym_visibility=*/StringAttr(), scalar,
        DenseElementsAttr::get(RankedTensorType::get({}, builder.getI64Type()),
                               builder.getI64IntegerAttr(0).getValue()),
        /*constant=*/false, /*alignment=*/IntegerAttr());
    counter->setAttr(systolic::SystolicDialect::kCountedAttrName,
                     systolic::CountedAttr::get(
                         &getContext(), kernel.getProductNameAttr(), layer));
    symbols.insert(counter, front);
    return counter;
  }

  static void add(ImplicitLocOpBuilder &b, memref::GlobalOp counter,
                  Value macs) {
    Value memory =
        memref::GetGlobalOp::create(b, counter.getType(), counter.getSymName());
    Value before = memref::LoadOp::create(b, memory, ValueRange());
    memref::StoreOp::create(b, arith::AddIOp::create(b, before, macs), memory,
                            ValueRange());
  }

  /// Counters stand before it, in the order of their kernels.
  Block::iterator front;
};

} // namespace
