//===- BufferizeTernary.cpp - Buffers of packed products ------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BufferizeTernary.h"
#include "dialects/ternary/Ternary.h"
#include "mlir/Dialect/Bufferization/IR/DstBufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace mlir::bufferization;
using namespace onebit;

namespace {
struct PackedMatMulModel
    : DstBufferizableOpInterfaceExternalModel<PackedMatMulModel,
                                              ternary::PackedMatMulOp> {
  bool bufferizesToMemoryRead(Operation *op, OpOperand &operand,
                              const AnalysisState &) const {
    return !cast<ternary::PackedMatMulOp>(op).isDpsInit(&operand);
  }

  LogicalResult bufferize(Operation *op, RewriterBase &rewriter,
                          const BufferizationOptions &options,
                          BufferizationState &state) const {
    auto product = cast<ternary::PackedMatMulOp>(op);
    rewriter.setInsertionPoint(op);
    FailureOr<Value> init =
        getBuffer(rewriter, product.getInit(), options, state);
    if (failed(init))
      return failure();
    SmallVector<Value> buffers;
    for (Value input : {product.getActivation(), product.getBytes()}) {
      FailureOr<Value> buffer = getBuffer(rewriter, input, options, state);
      if (failed(buffer))
        return failure();
      buffers.push_back(rowMajor(rewriter, op->getLoc(), *buffer));
    }
    // A slice of something larger is written by way of a buffer of its own.
    Value whole = *init;
    if (!isRowMajor(whole))
      whole = allocate(rewriter, op->getLoc(), whole);
    ternary::PackedMatMulOp::create(rewriter, op->getLoc(), TypeRange(),
                                    buffers[0], buffers[1], whole);
    if (whole != *init)
      memref::CopyOp::create(rewriter, op->getLoc(), whole, *init);
    replaceOpWithBufferizedValues(rewriter, op, *init);
    return success();
  }

private:
  static bool isRowMajor(Value buffer) {
    return cast<MemRefType>(buffer.getType()).getLayout().isIdentity();
  }
  static Value allocate(RewriterBase &rewriter, Location loc, Value like) {
    auto type = cast<MemRefType>(like.getType());
    return memref::AllocOp::create(
        rewriter, loc, MemRefType::get(type.getShape(), type.getElementType()));
  }
  static Value rowMajor(RewriterBase &rewriter, Location loc, Value buffer) {
    if (isRowMajor(buffer))
      return buffer;
    Value copy = allocate(rewriter, loc, buffer);
    memref::CopyOp::create(rewriter, loc, buffer, copy);
    return copy;
  }
};
} // namespace

void onebit::registerTernaryBufferization(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, ternary::TernaryDialect *) {
    ternary::PackedMatMulOp::attachInterface<PackedMatMulModel>(*context);
  });
}
