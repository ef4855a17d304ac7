//===- SetDims.cpp - Sizes that a file leaves open ------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Dialect/Tosa/Transforms/Passes.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "onebit/Analysis/WeightAnalysis.h"
#include "onebit/Conversion/Passes.h"
#include "llvm/Support/GlobPattern.h"

namespace onebit {
#define GEN_PASS_DEF_SETDIMS
#include "onebit/Conversion/Passes.h.inc"
} // namespace onebit

using namespace mlir;
using namespace onebit;

namespace {
/// One item of `dims`.
struct SizeRequest {
  StringRef text;
  /// Which arguments: a number, or a pattern of names. Neither: all.
  std::optional<unsigned> number;
  std::optional<llvm::GlobPattern> name;
  /// Which of their dimensions, or all that are open.
  std::optional<unsigned> dim;
  int64_t size = 0;
  bool isUsed = false;

  bool matches(BlockArgument arg) const {
    if (number)
      return arg.getArgNumber() == *number;
    return !name || name->match(getNameOf(arg));
  }
};

struct SetDims : onebit::impl::SetDimsBase<SetDims> {
  using SetDimsBase::SetDimsBase;
  void runOnOperation() override;
};
} // namespace

namespace {
/// Arithmetic on tensors of open sizes takes the sizes of an operand that was
/// cast from known ones: it works element by element.
struct SizeElementwise : RewritePattern {
  explicit SizeElementwise(MLIRContext *context)
      : RewritePattern(MatchAnyOpTypeTag(), /*benefit=*/1, context) {}

  LogicalResult matchAndRewrite(Operation *op,
                                PatternRewriter &rewriter) const override {
    if (!OpTrait::hasElementwiseMappableTraits(op) || op->getNumResults() != 1)
      return failure();
    auto type = dyn_cast<RankedTensorType>(op->getResult(0).getType());
    if (!type || type.hasStaticShape())
      return failure();
    RankedTensorType known;
    for (Value operand : op->getOperands())
      if (auto cast = operand.getDefiningOp<tensor::CastOp>()) {
        auto source = dyn_cast<RankedTensorType>(cast.getSource().getType());
        if (source && source.hasStaticShape())
          known = source;
      }
    if (!known)
      return failure();
    auto resize = [&](Value value, RankedTensorType from) -> Value {
      return tensor::CastOp::create(rewriter, op->getLoc(),
                                    from.clone(known.getShape()), value);
    };
    SmallVector<Value> operands;
    for (Value operand : op->getOperands()) {
      auto from = dyn_cast<RankedTensorType>(operand.getType());
      operands.push_back(from ? resize(operand, from) : operand);
    }
    Operation *sized = rewriter.clone(*op);
    sized->setOperands(operands);
    sized->getResult(0).setType(type.clone(known.getShape()));
    rewriter.replaceOpWithNewOp<tensor::CastOp>(op, type, sized->getResult(0));
    return success();
  }
};

/// TOSA's shape inference looks at the types of operands, and not through
/// casts.
struct SizeTosaOperands : RewritePattern {
  explicit SizeTosaOperands(MLIRContext *context)
      : RewritePattern(MatchAnyOpTypeTag(), /*benefit=*/1, context) {}

  LogicalResult matchAndRewrite(Operation *op,
                                PatternRewriter &rewriter) const override {
    if (!isa_and_nonnull<tosa::TosaDialect>(op->getDialect()))
      return failure();
    bool changed = false;
    for (OpOperand &operand : op->getOpOperands()) {
      auto cast = operand.get().getDefiningOp<tensor::CastOp>();
      if (!cast || !tensor::canFoldIntoConsumerOp(cast))
        continue;
      rewriter.modifyOpInPlace(op, [&] { operand.set(cast.getSource()); });
      changed = true;
    }
    return success(changed);
  }
};

/// A reshape to a shape that has become constant.
struct SizeReshape : OpRewritePattern<tensor::ReshapeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tensor::ReshapeOp op,
                                PatternRewriter &rewriter) const override {
    auto type = dyn_cast<RankedTensorType>(op.getType());
    DenseIntElementsAttr shape;
    if (!type || type.hasStaticShape() ||
        !matchPattern(op.getShape(), m_Constant(&shape)))
      return failure();
    SmallVector<int64_t> sizes;
    for (const APInt &size : shape.getValues<APInt>())
      sizes.push_back(size.getSExtValue());
    if (llvm::any_of(sizes, [](int64_t size) { return size < 0; }))
      return failure();
    Value sized =
        tensor::ReshapeOp::create(rewriter, op.getLoc(), type.clone(sizes),
                                  op.getSource(), op.getShape());
    rewriter.replaceOpWithNewOp<tensor::CastOp>(op, type, sized);
    return success();
  }
};
} // namespace

/// A file that says itself how long a dimension is must be right about it.
static LogicalResult verifyCasts(ModuleOp module) {
  WalkResult result = module.walk([](tensor::CastOp cast) {
    Value source = cast.getSource();
    while (auto inner = source.getDefiningOp<tensor::CastOp>())
      source = inner.getSource();
    auto from = dyn_cast<RankedTensorType>(source.getType());
    auto to = dyn_cast<RankedTensorType>(cast.getType());
    if (!from || !to || from.getRank() != to.getRank())
      return WalkResult::advance();
    for (auto [is, said] : llvm::zip_equal(from.getShape(), to.getShape()))
      if (!ShapedType::isDynamic(is) && !ShapedType::isDynamic(said) &&
          is != said) {
        cast.emitOpError() << "takes a size for " << said
                           << " that 'dim' makes " << is
                           << "; export the model with static shapes";
        return WalkResult::interrupt();
      }
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

/// Reads `SIZE`, `ARGUMENT=SIZE` or `ARGUMENT:DIMENSION=SIZE`.
static std::optional<SizeRequest> parseRequest(StringRef text) {
  SizeRequest request;
  request.text = text;
  auto [key, size] = text.rsplit('=');
  if (!text.contains('=')) {
    key = "";
    size = text;
  }
  if (size.getAsInteger(10, request.size) || request.size < 1)
    return std::nullopt;
  if (text.contains('=') && key.empty())
    return std::nullopt;
  auto [arg, dim] = key.rsplit(':');
  unsigned number;
  if (key.contains(':')) {
    if (dim.getAsInteger(10, number))
      return std::nullopt;
    request.dim = number;
  }
  if (!arg.getAsInteger(10, number)) {
    request.number = number;
  } else if (!arg.empty()) {
    llvm::Expected<llvm::GlobPattern> pattern = llvm::GlobPattern::create(arg);
    if (!pattern) {
      llvm::consumeError(pattern.takeError());
      return std::nullopt;
    }
    request.name = std::move(*pattern);
  }
  return request;
}

/// The type of `arg` with the sizes that are asked for. What comes later in
/// `requests` is more special, and wins.
static RankedTensorType getSizedType(BlockArgument arg, RankedTensorType type,
                                     MutableArrayRef<SizeRequest> requests) {
  SmallVector<int64_t> shape(type.getShape());
  for (SizeRequest &request : requests)
    if (request.matches(arg))
      for (unsigned i = 0, e = shape.size(); i < e; ++i)
        if (type.isDynamicDim(i) && (!request.dim || *request.dim == i)) {
          shape[i] = request.size;
          request.isUsed = true;
        }
  return type.clone(shape);
}

/// Gives the arguments of `function` the sizes of `requests`; its body sees the
/// types that it had.
static void setSizes(FunctionOpInterface function,
                     MutableArrayRef<SizeRequest> requests) {
  OpBuilder builder = OpBuilder::atBlockBegin(&function.getBlocks().front());
  for (BlockArgument arg : function.getArguments()) {
    auto type = dyn_cast<RankedTensorType>(arg.getType());
    if (!type || type.hasStaticShape())
      continue;
    RankedTensorType sized = getSizedType(arg, type, requests);
    if (sized == type)
      continue;
    arg.setType(sized);
    auto cast = tensor::CastOp::create(builder, arg.getLoc(), type, arg);
    arg.replaceAllUsesExcept(cast, cast);
  }
  function.setType(cast<FunctionType>(function.getFunctionType())
                       .clone(function.getBlocks().front().getArgumentTypes(),
                              function.getResultTypes()));
}

void SetDims::runOnOperation() {
  SmallVector<SizeRequest> requests;
  for (const std::string &item : dims) {
    std::optional<SizeRequest> request = parseRequest(item);
    if (!request) {
      getOperation().emitError()
          << "'dim' takes SIZE, ARGUMENT=SIZE or ARGUMENT:DIMENSION=SIZE, "
             "where "
             "ARGUMENT is a number from 0 or a pattern of names, not '"
          << item << "'";
      return signalPassFailure();
    }
    requests.push_back(std::move(*request));
  }
  if (requests.empty())
    return markAllAnalysesPreserved();
  auto entries = findEntries(getOperation(), entry);
  if (failed(entries))
    return signalPassFailure();
  for (FunctionOpInterface function : *entries)
    if (isa<FunctionType>(function.getFunctionType()))
      setSizes(function, requests);
  for (const SizeRequest &request : requests)
    if (!request.isUsed) {
      getOperation().emitError()
          << "'dim' has '" << request.text
          << "', but no argument that this names has such a dimension of open "
             "size";
      return signalPassFailure();
    }

  // Upstream's patterns carry the sizes through the body. TOSA's inference is a
  // pass, and stops where others have to go on.
  MLIRContext *context = &getContext();
  RewritePatternSet set(context);
  set.add<SizeElementwise, SizeReshape, SizeTosaOperands>(context);
  for (Dialect *dialect : context->getLoadedDialects())
    dialect->getCanonicalizationPatterns(set);
  for (RegisteredOperationName op : context->getRegisteredOperations())
    op.getCanonicalizationPatterns(set, context);
  FrozenRewritePatternSet patterns(std::move(set));
  OpPassManager inference(ModuleOp::getOperationName());
  inference.addNestedPass<func::FuncOp>(tosa::createTosaInferShapesPass());
  for (int i = 0; i < 2; ++i) {
    // Patterns that go on for ever have done what they can.
    (void)applyPatternsGreedily(getOperation(), patterns);
    if (failed(runPipeline(inference, getOperation())))
      return signalPassFailure();
  }
  (void)applyPatternsGreedily(getOperation(), patterns);
  if (failed(verifyCasts(getOperation())))
    signalPassFailure();
}
