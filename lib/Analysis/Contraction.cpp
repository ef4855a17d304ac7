//===- Contraction.cpp - Matrix products of other dialects ----------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/Analysis/Contraction.h"
#include "SumTerms.h"
#include "dialects/decoder/Decoder.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Complex/IR/Complex.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace onebit;

bool Contraction::hasStaticShape() const {
  return llvm::all_of(
      ArrayRef<Value>{lhs->get(), rhs->get(), op->getResult(0)}, [](Value v) {
        return cast<RankedTensorType>(v.getType()).hasStaticShape();
      });
}

bool Contraction::isOuter() const {
  SmallVector<int64_t> extents = getLoopExtents();
  llvm::SmallBitVector kept = decoder::getLoops(outMap);
  for (auto [loop, extent] : llvm::enumerate(extents))
    if (!kept[loop] && extent != 1)
      return false;
  return true;
}

SmallVector<int64_t> Contraction::getLoopExtents() const {
  SmallVector<int64_t> extents(outMap.getNumDims(), ShapedType::kDynamic);
  for (auto [operand, map] : {std::pair(lhs, lhsMap), std::pair(rhs, rhsMap)}) {
    ArrayRef<int64_t> shape =
        cast<RankedTensorType>(operand->get().getType()).getShape();
    for (auto [expr, size] : llvm::zip_equal(map.getResults(), shape))
      if (!ShapedType::isDynamic(size))
        extents[cast<AffineDimExpr>(expr).getPosition()] = size;
  }
  return extents;
}

/// Looks through conversions between element types, and through the rank-0
/// tensors that some frontends wrap scalars in.
static Value skipConversions(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    bool wraps = isa<tensor::FromElementsOp, tensor::ExtractOp>(op);
    if (op->getNumOperands() != 1 || (!wraps && !isa<CastOpInterface>(op)))
      break;
    value = op->getOperand(0);
  }
  return value;
}

/// The inputs `lhs` and `rhs` of a structured op whose body is
/// `out + lhs * rhs`.
static std::optional<std::pair<unsigned, unsigned>>
matchMultiplyAdd(Block *block, unsigned numInputs) {
  Operation *yield = block->getTerminator();
  if (yield->getNumOperands() != 1)
    return std::nullopt;
  Operation *add = skipConversions(yield->getOperand(0)).getDefiningOp();
  if (!add)
    return std::nullopt;
  auto isOut = [&](Value value) {
    auto arg = dyn_cast<BlockArgument>(skipConversions(value));
    return arg && arg.getOwner() == block && arg.getArgNumber() >= numInputs;
  };
  Value factors[2];
  if (auto fma = dyn_cast<math::FmaOp>(add)) {
    if (!isOut(fma.getC()))
      return std::nullopt;
    factors[0] = fma.getA();
    factors[1] = fma.getB();
  } else if (isa<arith::AddFOp, arith::AddIOp, complex::AddOp>(add)) {
    unsigned out = isOut(add->getOperand(0)) ? 0 : 1;
    if (!isOut(add->getOperand(out)))
      return std::nullopt;
    Operation *mul = skipConversions(add->getOperand(1 - out)).getDefiningOp();
    if (!isa_and_nonnull<arith::MulFOp, arith::MulIOp, complex::MulOp>(mul))
      return std::nullopt;
    factors[0] = mul->getOperand(0);
    factors[1] = mul->getOperand(1);
  } else {
    return std::nullopt;
  }

  auto lhs = dyn_cast<BlockArgument>(skipConversions(factors[0]));
  auto rhs = dyn_cast<BlockArgument>(skipConversions(factors[1]));
  if (!lhs || !rhs || lhs == rhs || lhs.getOwner() != block ||
      rhs.getOwner() != block || lhs.getArgNumber() >= numInputs ||
      rhs.getArgNumber() >= numInputs)
    return std::nullopt;
  return std::pair(lhs.getArgNumber(), rhs.getArgNumber());
}

static Contraction unsupported(Operation *op, StringRef reason) {
  Contraction result;
  result.kind = Contraction::Kind::Unsupported;
  result.op = op;
  result.reason = reason;
  return result;
}

static Contraction depthwise(Operation *op) {
  Contraction result;
  result.kind = Contraction::Kind::Depthwise;
  result.op = op;
  return result;
}

/// A convolution each of whose channels is one of the result, or several.
static bool isDepthwise(linalg::LinalgOp op) {
  FailureOr<linalg::ConvolutionDimensions> dims =
      linalg::inferConvolutionDims(op);
  return succeeded(dims) && !dims->depth.empty() &&
         dims->inputChannel.empty() && dims->outputChannel.empty();
}

/// What both dialects have in common once maps and operands are known.
static Contraction finish(Contraction product) {
  llvm::SmallBitVector lhs = decoder::getLoops(product.lhsMap);
  llvm::SmallBitVector rhs = decoder::getLoops(product.rhsMap);
  llvm::SmallBitVector out = decoder::getLoops(product.outMap);
  llvm::SmallBitVector sum = out;
  sum.flip();
  if (sum.none())
    return {};
  for (unsigned loop = 0, e = out.size(); loop < e; ++loop) {
    if (!out[loop] && lhs[loop] != rhs[loop])
      return unsupported(product.op, "it sums over a dimension that only one "
                                     "of its operands has");
    if (!lhs[loop] && !rhs[loop])
      return unsupported(product.op, "a loop of it indexes no operand");
  }
  // A sum of squares, a mean of products: work of the vector unit.
  bool shared = llvm::SmallBitVector(lhs).flip().none() &&
                llvm::SmallBitVector(rhs).flip().none();
  if (shared && out.any())
    return {};
  if (product.init && isZero(product.init->get()))
    product.init = nullptr;
  product.kind = Contraction::Kind::Product;
  return product;
}

/// A sum that is no plain product of two operands, but may hold one.
static Contraction matchSum(Operation *op) {
  switch (classifySumTerms(op)) {
  case SumTerms::Elements:
    return {};
  case SumTerms::Products:
    return unsupported(op, "what it adds up is not the plain product of two of "
                           "its operands");
  case SumTerms::EarlierProducts:
    return unsupported(op, "another operation multiplies what it adds up; fuse "
                           "the two first");
  }
  llvm_unreachable("not a kind of terms");
}

static Contraction matchLinalg(linalg::LinalgOp op) {
  if (op.getNumReductionLoops() == 0 || op->getNumRegions() != 1)
    return {};
  unsigned numInputs = op.getNumDpsInputs();
  auto factors = matchMultiplyAdd(op.getBlock(), numInputs);
  if (!factors || op.getNumDpsInits() != 1)
    return matchSum(op);
  if (!op.hasPureTensorSemantics())
    return unsupported(op, "it works on memrefs");
  if (numInputs != 2)
    return unsupported(op, "it has more than two inputs");
  if (isDepthwise(op))
    return depthwise(op);
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  if (!llvm::all_of(maps, [](AffineMap map) {
        return map.isProjectedPermutation() && map.getNumSymbols() == 0;
      }))
    return unsupported(op, "its indexing maps are not projected permutations");
  for (Value operand : op->getOperands())
    if (!isa<RankedTensorType>(operand.getType()))
      return unsupported(op, "an operand is not a ranked tensor");

  Contraction product;
  product.op = op;
  product.lhs = op.getDpsInputOperand(factors->first);
  product.rhs = op.getDpsInputOperand(factors->second);
  product.init = op.getDpsInitOperand(0);
  product.lhsMap = maps[factors->first];
  product.rhsMap = maps[factors->second];
  product.outMap = maps[2];
  return finish(product);
}

static Contraction matchTosa(tosa::MatMulOp op) {
  auto isZeroPoint = [](Value value) {
    return matchPattern(value, m_Zero()) ||
           matchPattern(value, m_AnyZeroFloat());
  };
  if (!isZeroPoint(op.getAZp()) || !isZeroPoint(op.getBZp()))
    return unsupported(op, "its zero points are not the constant 0");
  if (!isa<RankedTensorType>(op.getA().getType()) ||
      !isa<RankedTensorType>(op.getB().getType()) ||
      !isa<RankedTensorType>(op.getType()))
    return unsupported(op, "an operand is not a ranked tensor");
  MLIRContext *context = op.getContext();
  AffineExpr b, m, n, k;
  bindDims(context, b, m, n, k);
  Contraction product;
  product.op = op;
  product.lhs = &op.getAMutable();
  product.rhs = &op.getBMutable();
  product.lhsMap = AffineMap::get(4, 0, {b, m, k}, context);
  product.rhsMap = AffineMap::get(4, 0, {b, k, n}, context);
  product.outMap = AffineMap::get(4, 0, {b, m, n}, context);
  return finish(product);
}

Contraction onebit::matchContraction(Operation *op) {
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
    return matchLinalg(linalgOp);
  if (auto matmul = dyn_cast<tosa::MatMulOp>(op))
    return matchTosa(matmul);
  if (isa<tosa::DepthwiseConv2DOp>(op))
    return depthwise(op);
  if (isa<tosa::Conv2DOp, tosa::Conv3DOp, tosa::TransposeConv2DOp>(op))
    return unsupported(op, "it is a convolution");
  if (isa<tosa::MatmulTBlockScaledOp>(op))
    return unsupported(op, "its operands are scaled block by block");
  auto outer = dyn_cast<vector::OuterProductOp>(op);
  if ((outer && isa<VectorType>(outer.getOperandTypeRHS())) ||
      isa<vector::ContractionOp, LLVM::MatrixMultiplyOp>(op))
    return unsupported(op, "it works on vectors");
  return matchSum(op);
}

Contractions::Contractions(ModuleOp module) {
  module.walk<WalkOrder::PreOrder>([&](Operation *op) {
    Contraction contraction = matchContraction(op);
    if (contraction.kind != Contraction::Kind::None) {
      index[op] = all.size();
      all.push_back(contraction);
    }
    return isa<linalg::LinalgOp>(op) ? WalkResult::skip()
                                     : WalkResult::advance();
  });
}

Contraction Contractions::lookup(Operation *op) const {
  auto it = index.find(op);
  return it == index.end() ? Contraction() : all[it->second];
}

bool onebit::isZero(Value value) {
  while (value) {
    if (matchPattern(value, m_Zero()) || matchPattern(value, m_AnyZeroFloat()))
      return true;
    Operation *op = value.getDefiningOp();
    if (isa_and_nonnull<tensor::EmptyOp>(op))
      return true;
    if (auto alloc = dyn_cast_or_null<bufferization::AllocTensorOp>(op)) {
      if (!alloc.getCopy())
        return true;
      value = alloc.getCopy();
      continue;
    }
    if (auto fill = dyn_cast_or_null<linalg::FillOp>(op)) {
      value = fill.getInputs()[0];
    } else if (auto broadcast = dyn_cast_or_null<linalg::BroadcastOp>(op)) {
      value = broadcast.getInput();
    } else if (auto generic = dyn_cast_or_null<linalg::GenericOp>(op)) {
      if (generic.getNumDpsInputs() != 1 || generic.getNumDpsInits() != 1)
        return false;
      auto arg = dyn_cast<BlockArgument>(
          generic.getBody()->getTerminator()->getOperand(0));
      if (!arg || arg != generic.getBody()->getArgument(0))
        return false;
      value = generic.getDpsInputs()[0];
    } else {
      return false;
    }
  }
  return true;
}
