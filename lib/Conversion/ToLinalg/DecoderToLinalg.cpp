//===- DecoderToLinalg.cpp - Decoder ops as linalg ops --------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/Conversion/DecoderToLinalg.h"
#include "Lowering.h"
#include "dialects/decoder/Decoder.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace onebit {
#define GEN_PASS_DEF_CONVERTDECODERTOLINALG
#include "onebit/Conversion/Passes.h.inc"
} // namespace onebit

using namespace mlir;
using namespace onebit;

namespace {

struct LowerWeight : OpRewritePattern<decoder::WeightOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(decoder::WeightOp op,
                                PatternRewriter &rewriter) const override {
    if (op->use_empty()) {
      rewriter.eraseOp(op);
      return success();
    }
    if (!op.getValue())
      return rewriter.notifyMatchFailure(op, "has no value");
    rewriter.replaceOpWithNewOp<arith::ConstantOp>(op, *op.getValue());
    return success();
  }
};

/// What loops compute is counted beside them, and computed by them.
struct LowerKeep : OpRewritePattern<decoder::KeepOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(decoder::KeepOp op,
                                PatternRewriter &rewriter) const override {
    rewriter.eraseOp(op);
    return success();
  }
};

/// Results without elements need no computing, and offsets into them are out of
/// bounds.
struct LowerEmpty : RewritePattern {
  LowerEmpty(MLIRContext *context)
      : RewritePattern(MatchAnyOpTypeTag(), /*benefit=*/2, context) {}
  LogicalResult matchAndRewrite(Operation *op,
                                PatternRewriter &rewriter) const override {
    if (!isa_and_present<decoder::DecoderDialect>(op->getDialect()) ||
        isa<decoder::BlockOp>(op) || op->getNumResults() == 0 ||
        !llvm::all_of(op->getResultTypes(), [](Type type) {
          return cast<RankedTensorType>(type).getNumElements() == 0;
        }))
      return failure();
    SmallVector<Value> empty;
    for (Type type : op->getResultTypes())
      empty.push_back(tensor::EmptyOp::create(
          rewriter, op->getLoc(), cast<RankedTensorType>(type), ValueRange()));
    rewriter.replaceOp(op, empty);
    return success();
  }
};

} // namespace

void onebit::populateDecoderToLinalgPatterns(RewritePatternSet &patterns) {
  patterns.add<LowerEmpty, LowerKeep, LowerWeight>(patterns.getContext());
  lowering::populateAttentionPatterns(patterns);
  lowering::populateElementwisePatterns(patterns);
  lowering::populateHeadPatterns(patterns);
  lowering::populatePositionPatterns(patterns);
  lowering::populateProductPatterns(patterns);
}

/// Says why `weights`, which are used and have no value, cannot run: one error
/// for all, as a model has thousands.
static void explain(ArrayRef<decoder::WeightOp> weights) {
  decoder::WeightOp first = weights.front(), last = weights.back();
  InFlightDiagnostic diag = first.emitOpError("\"")
                            << first.getName()
                            << "\" has no value: the model can be priced but "
                               "not run; give the weight one with "
                               "`= dense<...>`";
  if (weights.size() > 1)
    diag.attachNote(last.getLoc())
        << weights.size() - 1 << " more without a value, up to this one";
}

/// Says why `op`, which no pattern took, cannot run.
static void explain(Operation *op) {
  if (isa<decoder::BlockOp>(op)) {
    op->emitOpError("is still there: run --onebit-decompose-blocks first");
    return;
  }
  InFlightDiagnostic diag = op->emitOpError(
      "cannot be computed with these element types: operands must be floats "
      "or signless integers of more than one bit, and a result of integers "
      "has integer operands; got ");
  llvm::interleaveComma(op->getOperandTypes(), diag);
  diag << " -> " << op->getResultTypes();
}

/// Removes what the dialect has written on other ops: a model that runs is read
/// by tools that do not know it.
static void removeMarks(Operation *op) {
  auto isMark = [](NamedAttribute attr) {
    return attr.getName().strref().starts_with("decoder.");
  };
  for (NamedAttribute attr : llvm::to_vector(op->getDiscardableAttrs()))
    if (isMark(attr))
      op->removeDiscardableAttr(attr.getName());
  auto function = dyn_cast<FunctionOpInterface>(op);
  if (!function)
    return;
  for (unsigned i = 0, e = function.getNumArguments(); i < e; ++i)
    for (NamedAttribute attr : function.getArgAttrs(i))
      if (isMark(attr))
        function.removeArgAttr(i, attr.getName());
}

namespace {

struct ConvertDecoderToLinalg
    : onebit::impl::ConvertDecoderToLinalgBase<ConvertDecoderToLinalg> {
  LogicalResult initialize(MLIRContext *context) override {
    RewritePatternSet set(context);
    populateDecoderToLinalgPatterns(set);
    patterns = std::move(set);
    return success();
  }

  void runOnOperation() override {
    walkAndApplyPatterns(getOperation(), patterns);
    SmallVector<decoder::WeightOp> weights;
    getOperation()->walk([&](Operation *op) {
      removeMarks(op);
      if (!isa_and_present<decoder::DecoderDialect>(op->getDialect()) ||
          isa<decoder::YieldOp>(op))
        return;
      signalPassFailure();
      if (auto weight = dyn_cast<decoder::WeightOp>(op))
        weights.push_back(weight);
      else
        explain(op);
    });
    if (!weights.empty())
      explain(weights);
  }

private:
  FrozenRewritePatternSet patterns;
};

} // namespace
