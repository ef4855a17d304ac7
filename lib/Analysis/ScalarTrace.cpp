//===- ScalarTrace.cpp - A counter and a constant -------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ScalarTrace.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace onebit;

static std::optional<int64_t> getConstant(Value value) {
  Attribute attr;
  if (!matchPattern(value, m_Constant(&attr)))
    return std::nullopt;
  APInt number;
  if (auto integer = dyn_cast<IntegerAttr>(attr))
    number = integer.getValue();
  else if (auto elements = dyn_cast<DenseIntElementsAttr>(attr);
           elements && elements.isSplat())
    number = elements.getSplatValue<APInt>();
  else
    return std::nullopt;
  return number.getSignificantBits() <= 64
             ? std::optional<int64_t>(number.getSExtValue())
             : std::nullopt;
}

static bool hasOneElement(Type type) {
  auto shaped = dyn_cast<ShapedType>(type);
  return !shaped || (shaped.hasStaticShape() && shaped.getNumElements() == 1);
}

/// What `value` is a wrapping of; null where it is none.
static Value unwrap(Value value) {
  if (auto arg = dyn_cast<BlockArgument>(value)) {
    // Read what a structured op goes through element by element.
    auto op = dyn_cast<linalg::LinalgOp>(arg.getOwner()->getParentOp());
    if (!op)
      return {};
    OpOperand *operand = op.getMatchingOpOperand(arg);
    return op.isDpsInit(operand) || !hasOneElement(operand->get().getType())
               ? Value()
               : operand->get();
  }
  Operation *op = value.getDefiningOp();
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op)) {
    unsigned number = cast<OpResult>(value).getResultNumber();
    return op->getNumRegions() == 1 && linalgOp.getNumReductionLoops() == 0
               ? linalgOp.getBlock()->getTerminator()->getOperand(number)
               : Value();
  }
  if (isa<tensor::FromElementsOp, tensor::ExtractOp, tensor::CollapseShapeOp,
          tensor::ExpandShapeOp, arith::IndexCastOp, arith::ExtSIOp,
          arith::TruncIOp>(op) &&
      hasOneElement(op->getOperand(0).getType()))
    return op->getOperand(0);
  return {};
}

ScalarTrace onebit::traceScalar(Value value) {
  // Longer than frontends write: as far as it was seen.
  static constexpr unsigned kMaxSteps = 64;
  int64_t offset = 0;
  for (unsigned i = 0; i < kMaxSteps; ++i) {
    int64_t sum;
    if (std::optional<int64_t> constant = getConstant(value)) {
      if (llvm::AddOverflow(offset, *constant, sum))
        break;
      return {Value(), sum};
    }
    if (!hasOneElement(value.getType()))
      break;
    if (Value inner = unwrap(value)) {
      value = inner;
      continue;
    }
    Operation *op = value.getDefiningOp();
    if (!isa_and_nonnull<arith::AddIOp, arith::SubIOp>(op))
      break;
    bool isSub = isa<arith::SubIOp>(op);
    unsigned counter = 0;
    std::optional<int64_t> constant = getScalar(op->getOperand(1));
    if (!constant && !isSub) {
      counter = 1;
      constant = getScalar(op->getOperand(0));
    }
    if (!constant || (isSub ? llvm::SubOverflow(offset, *constant, sum)
                            : llvm::AddOverflow(offset, *constant, sum)))
      break;
    offset = sum;
    value = op->getOperand(counter);
  }
  return {value, offset};
}

std::optional<int64_t> onebit::getScalar(OpFoldResult value) {
  if (auto attr = dyn_cast<Attribute>(value))
    return cast<IntegerAttr>(attr).getInt();
  // Constants may be wrapped, too.
  Value inner = cast<Value>(value);
  for (unsigned i = 0; i < 8 && inner; ++i) {
    if (std::optional<int64_t> constant = getConstant(inner))
      return constant;
    inner = hasOneElement(inner.getType()) ? unwrap(inner) : Value();
  }
  return std::nullopt;
}
