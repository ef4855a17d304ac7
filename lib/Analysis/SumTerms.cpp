//===- SumTerms.cpp - What a sum adds up ----------------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SumTerms.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Complex/IR/Complex.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "onebit/Analysis/OperandView.h"
#include "llvm/ADT/SmallBitVector.h"

using namespace mlir;
using namespace onebit;

namespace {

using Loops = llvm::SmallBitVector;

/// What is known of a value in terms of the loops of the sum.
struct Term {
  /// Loops along which it changes.
  Loops loops;
  /// Whether it is made of elements, and not of positions alone.
  bool isData = false;
  /// Whether a pair makes it that is a product of matrices.
  SumTerms made = SumTerms::Elements;
  /// Whether it is made of what was added up before.
  bool hasSum = false;
};

/// A structured op whose body is looked at.
struct Scope {
  linalg::LinalgOp op;
  /// For each of its loops, those of the sum.
  SmallVector<Loops> loops;
  bool isSum;
  llvm::DenseMap<Value, Term> known;

  Scope(linalg::LinalgOp op, bool isSum) : op(op), isSum(isSum) {}
};

class SumReader {
public:
  SumReader(unsigned numLoops) : all(numLoops), summed(numLoops) {}

  SumTerms read(linalg::LinalgOp op);
  SumTerms read(tosa::ReduceSumOp op);

private:
  Term none() const { return {Loops(all.size())}; }
  void evaluateBody(Scope &scope);
  Term evaluate(Value value, Scope &scope);
  Term evaluateArgument(BlockArgument arg, Scope &scope);
  Term evaluateTensor(Value tensor, ArrayRef<Loops> dims);
  Term makeLeaf(Value tensor, ArrayRef<Loops> dims);
  Term unite(ArrayRef<Term> terms) const;
  Term combine(Operation *op, ArrayRef<Term> terms, bool isSum) const;

  bool isUsedAgain(const Term &term) const { return all.test(term.loops); }
  bool meet(const Term &a, const Term &b) const {
    Loops common = a.loops;
    common &= b.loops;
    return a.isData && b.isData && common.anyCommon(summed);
  }

  /// Loops of more than one step; of these, those that are summed over.
  Loops all, summed;
  UniformDims uniform;
  /// Ops between a multiplication and its sum: frontends write a handful.
  unsigned budget = 16;
};

} // namespace

static bool isAdditive(Operation *op) {
  return isa<arith::AddFOp, arith::AddIOp, arith::SubFOp, arith::SubIOp,
             arith::MaximumFOp, arith::MinimumFOp, arith::MaxNumFOp,
             arith::MinNumFOp, arith::MaxSIOp, arith::MinSIOp, arith::MaxUIOp,
             arith::MinUIOp, complex::AddOp, complex::SubOp, tosa::AddOp,
             tosa::SubOp, tosa::MaximumOp, tosa::MinimumOp>(op);
}

/// Ops that a sum can be exchanged with, where their other operands are fixed.
static bool isLinear(Operation *op) {
  return isa<CastOpInterface, arith::MulFOp, arith::MulIOp, arith::DivFOp,
             arith::NegFOp, complex::MulOp, tosa::MulOp, tosa::NegateOp,
             tosa::CastOp>(op);
}

static bool isSelect(Operation *op) {
  return isa<arith::SelectOp, tosa::SelectOp>(op);
}

Term SumReader::unite(ArrayRef<Term> terms) const {
  Term result = none();
  for (const Term &term : terms) {
    result.loops |= term.loops;
    result.isData |= term.isData;
    result.hasSum |= term.hasSum;
    if (term.made != SumTerms::Elements)
      result.made = term.made;
  }
  return result;
}

Term SumReader::combine(Operation *op, ArrayRef<Term> terms, bool isSum) const {
  Term result = unite(terms);
  result.made = SumTerms::Elements;
  bool choosesData = isSelect(op) && (terms[1].isData || terms[2].isData);
  for (auto [i, a] : llvm::enumerate(terms)) {
    // A mask does not multiply what it is laid over, or added to.
    bool isMask = choosesData && i == 0;
    for (auto [j, b] : llvm::enumerate(terms))
      isMask |= isAdditive(op) && i != j && b.isData && !isUsedAgain(b);
    if (a.made != SumTerms::Elements && (isSum || isLinear(op)) && !isMask)
      result.made = a.made;
    for (const Term &b : terms.drop_front(i + 1)) {
      if (!meet(a, b))
        continue;
      bool isPair;
      if (isAdditive(op))
        isPair = isUsedAgain(a) && isUsedAgain(b) && a.loops.test(b.loops) &&
                 b.loops.test(a.loops);
      else if (isSelect(op))
        isPair = i == 0 && isUsedAgain(b);
      else
        isPair = isUsedAgain(a) || isUsedAgain(b);
      if (isPair)
        result.made = isSum ? SumTerms::Products : SumTerms::EarlierProducts;
    }
  }
  // Positions are computed, too.
  if (op->getNumResults() == 1 && op->getResult(0).getType().isIndex())
    result.isData = false;
  return result;
}

Term SumReader::makeLeaf(Value tensor, ArrayRef<Loops> dims) {
  Term term = none();
  auto type = dyn_cast<ShapedType>(tensor.getType());
  if (!type || !type.hasRank() || size_t(type.getRank()) != dims.size())
    return term;
  term.isData = true;
  for (auto [i, loops] : llvm::enumerate(dims))
    if (loops.any() && type.getDimSize(i) != 1 && !uniform.isUniform(tensor, i))
      term.loops |= loops;
  return term;
}

/// `tensor`, of which `dims` says which loops index each dimension. Looks
/// through work on single elements.
Term SumReader::evaluateTensor(Value tensor, ArrayRef<Loops> dims) {
  Operation *op = tensor.getDefiningOp();
  if (!op || budget == 0 || !isa<RankedTensorType>(tensor.getType()))
    return makeLeaf(tensor, dims);
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op)) {
    AffineMap out =
        linalgOp.getIndexingMapMatchingResult(cast<OpResult>(tensor));
    if (linalgOp.getNumReductionLoops() != 0 || op->getNumRegions() != 1 ||
        !out.isPermutation())
      return makeLeaf(tensor, dims);
    --budget;
    Scope scope(linalgOp, /*isSum=*/false);
    scope.loops.assign(out.getNumDims(), none().loops);
    for (auto [i, loops] : llvm::enumerate(dims))
      scope.loops[out.getDimPosition(i)] = loops;
    evaluateBody(scope);
    return evaluate(linalgOp.getBlock()->getTerminator()->getOperand(
                        cast<OpResult>(tensor).getResultNumber()),
                    scope);
  }
  if (op->getNumRegions() != 0 || (!isLinear(op) && !isSelect(op)))
    return makeLeaf(tensor, dims);
  --budget;
  SmallVector<Term> terms;
  for (Value operand : op->getOperands())
    terms.push_back(evaluateTensor(operand, dims));
  return combine(op, terms, /*isSum=*/false);
}

Term SumReader::evaluateArgument(BlockArgument arg, Scope &scope) {
  // Arguments of a loop inside the body.
  if (arg.getOwner() != scope.op.getBlock())
    return none();
  OpOperand *operand = scope.op.getMatchingOpOperand(arg);
  if (scope.isSum && scope.op.isDpsInit(operand)) {
    Term term = none();
    term.hasSum = true;
    return term;
  }
  SmallVector<Loops> dims;
  for (AffineExpr expr :
       scope.op.getMatchingIndexingMap(operand).getResults()) {
    dims.push_back(none().loops);
    expr.walk([&](AffineExpr part) {
      if (auto dim = dyn_cast<AffineDimExpr>(part))
        dims.back() |= scope.loops[dim.getPosition()];
    });
  }
  return evaluateTensor(operand->get(), dims);
}

/// A value of the body of `scope`.
Term SumReader::evaluate(Value value, Scope &scope) {
  auto [it, inserted] = scope.known.try_emplace(value, none());
  if (!inserted)
    return it->second;
  Term term = none();
  Operation *op = value.getDefiningOp();
  if (!op) {
    term = evaluateArgument(cast<BlockArgument>(value), scope);
  } else if (!scope.op->isProperAncestor(op)) {
    // The same for every step.
  } else if (auto index = dyn_cast<linalg::IndexOp>(op)) {
    term.loops = scope.loops[index.getDim()];
  } else if (isa<tensor::ExtractOp, memref::LoadOp>(op)) {
    // A tensor that the body reads by itself changes as its indices do.
    for (Value operand : op->getOperands().drop_front())
      term.loops |= evaluate(operand, scope).loops;
    term.isData = true;
  } else {
    SmallVector<Term> terms;
    op->walk([&](Operation *inner) {
      for (Value operand : inner->getOperands())
        terms.push_back(evaluate(operand, scope));
    });
    term = op->getNumRegions() == 0 ? combine(op, terms, scope.isSum)
                                    : unite(terms);
  }
  return scope.known[value] = term;
}

/// In program order, so that no chain of ops is a chain of calls.
void SumReader::evaluateBody(Scope &scope) {
  for (Operation &op : *scope.op.getBlock())
    for (Value result : op.getResults())
      evaluate(result, scope);
}

SumTerms SumReader::read(linalg::LinalgOp op) {
  Scope scope(op, /*isSum=*/true);
  SmallVector<int64_t> extents = op.getStaticLoopRanges();
  SmallVector<utils::IteratorType> iterators = op.getIteratorTypesArray();
  for (auto [i, extent] : llvm::enumerate(extents)) {
    scope.loops.push_back(none().loops);
    if (extent == 1)
      continue;
    scope.loops.back().set(i);
    all.set(i);
    if (iterators[i] == utils::IteratorType::reduction)
      summed.set(i);
  }

  evaluateBody(scope);
  SumTerms found = SumTerms::Elements;
  auto addUp = [&](const Term &term) {
    if (found != SumTerms::Products && term.made != SumTerms::Elements)
      found = term.made;
  };
  for (Operation &add : *op.getBlock()) {
    if (auto fma = dyn_cast<math::FmaOp>(add)) {
      Term terms[] = {evaluate(fma.getA(), scope), evaluate(fma.getB(), scope)};
      if (evaluate(fma.getC(), scope).hasSum && !terms[0].hasSum &&
          !terms[1].hasSum)
        addUp(combine(&add, terms, /*isSum=*/true));
      continue;
    }
    if (!isa<arith::AddFOp, arith::AddIOp, arith::SubFOp, arith::SubIOp,
             complex::AddOp, complex::SubOp>(add))
      continue;
    Term lhs = evaluate(add.getOperand(0), scope);
    Term rhs = evaluate(add.getOperand(1), scope);
    if (lhs.hasSum != rhs.hasSum)
      addUp(lhs.hasSum ? rhs : lhs);
  }
  return found;
}

SumTerms SumReader::read(tosa::ReduceSumOp op) {
  auto type = dyn_cast<RankedTensorType>(op.getInput().getType());
  if (!type)
    return SumTerms::Elements;
  SmallVector<Loops> dims;
  for (auto [i, size] : llvm::enumerate(type.getShape())) {
    dims.push_back(none().loops);
    if (size == 1)
      continue;
    dims.back().set(i);
    all.set(i);
    if (i == op.getAxis())
      summed.set(i);
  }
  return evaluateTensor(op.getInput(), dims).made;
}

SumTerms onebit::classifySumTerms(Operation *op) {
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op)) {
    if (linalgOp.getNumReductionLoops() == 0 || op->getNumRegions() != 1)
      return SumTerms::Elements;
    return SumReader(linalgOp.getNumLoops()).read(linalgOp);
  }
  if (auto sum = dyn_cast<tosa::ReduceSumOp>(op)) {
    auto type = dyn_cast<RankedTensorType>(sum.getInput().getType());
    return SumReader(type ? type.getRank() : 0).read(sum);
  }
  return SumTerms::Elements;
}
