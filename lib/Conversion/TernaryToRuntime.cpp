//===- TernaryToRuntime.cpp - Packed products as calls --------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/ternary/Ternary.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/SymbolTable.h"
#include "onebit/Conversion/Passes.h"

namespace onebit {
#define GEN_PASS_DEF_CONVERTTERNARYTORUNTIME
#include "onebit/Conversion/Passes.h.inc"
} // namespace onebit

using namespace mlir;
using namespace onebit;

/// Of onebit/Runtime/TernaryGemv.h.
static constexpr llvm::StringLiteral kFunction = "onebit_ternary_matmul_i2_s";

static FailureOr<func::FuncOp> declare(ModuleOp module) {
  OpBuilder b = OpBuilder::atBlockBegin(module.getBody());
  Type index = b.getIndexType(), i64 = b.getI64Type();
  auto type = b.getFunctionType({index, index, index, i64, i64, i64}, {});
  if (Operation *known = SymbolTable::lookupSymbolIn(module, kFunction)) {
    auto function = dyn_cast<func::FuncOp>(known);
    if (function && function.isExternal() && function.getFunctionType() == type)
      return function;
    return known->emitError()
           << "'" << kFunction
           << "' is the kernel of packed products: call it something else";
  }
  auto function = func::FuncOp::create(b, module.getLoc(), kFunction, type);
  function.setPrivate();
  return function;
}

static void convert(ternary::PackedMatMulOp op, func::FuncOp function) {
  ImplicitLocOpBuilder b(op.getLoc(), op);
  int64_t batch = op.getBatch(), tokens = op.getTokens(), rows = op.getRows(),
          columns = op.getColumns();
  auto addressOf = [&](Value buffer) -> Value {
    return memref::ExtractAlignedPointerAsIndexOp::create(b, buffer);
  };
  Value pointers[] = {addressOf(op.getActivation()), addressOf(op.getBytes()),
                      addressOf(op.getInit())};
  auto sizeOf = [](Value buffer) {
    auto type = cast<MemRefType>(buffer.getType());
    return type.getNumElements() * type.getElementTypeBitWidth() / 8;
  };
  auto call = [&](ImplicitLocOpBuilder &b, ValueRange pointers) {
    SmallVector<Value> arguments(pointers);
    for (int64_t size : {tokens, rows, columns})
      arguments.push_back(arith::ConstantIntOp::create(b, size, 64));
    func::CallOp::create(b, function, arguments);
  };
  if (batch == 1) {
    call(b, pointers);
  } else if (batch > 1) {
    auto number = [&](int64_t value) -> Value {
      return arith::ConstantIndexOp::create(b, value);
    };
    auto loop = scf::ForOp::create(b, number(0), number(batch), number(1));
    b.setInsertionPointToStart(loop.getBody());
    SmallVector<Value> entry;
    for (auto [pointer, buffer] : llvm::zip_equal(pointers, op.getOperands()))
      entry.push_back(arith::AddIOp::create(
          b, pointer,
          arith::MulIOp::create(b, loop.getInductionVar(),
                                number(sizeOf(buffer) / batch))));
    call(b, entry);
  }
  op.erase();
}

namespace {

struct ConvertTernaryToRuntime
    : onebit::impl::ConvertTernaryToRuntimeBase<ConvertTernaryToRuntime> {
  using ConvertTernaryToRuntimeBase::ConvertTernaryToRuntimeBase;

  void runOnOperation() override {
    SmallVector<ternary::PackedMatMulOp> products;
    getOperation()->walk(
        [&](ternary::PackedMatMulOp op) { products.push_back(op); });
    if (products.empty())
      return;
    FailureOr<func::FuncOp> function = declare(getOperation());
    if (failed(function))
      return signalPassFailure();
    for (ternary::PackedMatMulOp op : products) {
      if (op.hasPureTensorSemantics()) {
        op.emitOpError("is of tensors, which have no address: bufferize first");
        return signalPassFailure();
      }
      convert(op, *function);
    }
  }
};

} // namespace
