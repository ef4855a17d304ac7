//===- OutlineBlocks.cpp - One function for layers that are the same ------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/decoder/Decoder.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Transforms/RegionUtils.h"
#include "onebit/Transforms/Passes.h"

namespace onebit {
#define GEN_PASS_DEF_OUTLINEBLOCKS
#include "onebit/Transforms/Passes.h.inc"
} // namespace onebit

using namespace mlir;
using namespace onebit;
using namespace onebit::decoder;

namespace {
struct OutlineBlocks final : onebit::impl::OutlineBlocksBase<OutlineBlocks> {
  using OutlineBlocksBase::OutlineBlocksBase;

  void runOnOperation() final {
    functions.clear();
    SymbolTable symbols(getOperation());
    SmallVector<BlockOp> blocks;
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (!function.isExternal())
        llvm::append_range(blocks, function.getOps<BlockOp>());
    for (BlockOp block : blocks)
      outline(block, symbols);
  }

private:
  void outline(BlockOp block, SymbolTable &symbols) {
    // What differs from layer to layer goes to the caller, or away.
    block.walk([&](Operation *op) {
      if (isa<WeightOp>(op)) {
        op->moveBefore(block);
      } else if (isa<MatrixProductOpInterface, AttentionOp>(op)) {
        op->removeAttr("layer");
        op->removeAttr("product_name");
      }
    });
    llvm::SetVector<Value> captured;
    getUsedValuesDefinedAbove(block.getBody(), captured);
    OpBuilder builder(&block.getBody());
    SmallVector<Value> arguments;
    for (Value value : captured) {
      Operation *op = value.getDefiningOp();
      if (!op || op->getNumOperands() != 0 || !matchPattern(op, m_Constant())) {
        arguments.push_back(value);
        continue;
      }
      Value copy = builder.clone(*op)->getResult(0);
      value.replaceUsesWithIf(copy, [&](OpOperand &use) {
        return block->isProperAncestor(use.getOwner());
      });
    }

    func::FuncOp function = makeFunction(block, arguments);
    func::FuncOp known = findSame(function);
    if (known) {
      function.erase();
      function = known;
    } else {
      symbols.insert(function);
      functions[function.getFunctionType()].push_back(function);
    }
    builder.setInsertionPoint(block);
    auto call =
        func::CallOp::create(builder, block.getLoc(), function, arguments);
    block.replaceAllUsesWith(call.getResults());
    block.erase();
  }

  /// A function of its own, with what is in `block`.
  static func::FuncOp makeFunction(BlockOp block, ValueRange arguments) {
    auto parent = block->getParentOfType<func::FuncOp>();
    OpBuilder builder(block.getContext());
    auto type =
        builder.getFunctionType(arguments.getTypes(), block.getResultTypes());
    auto function = func::FuncOp::create(
        block.getLoc(), (parent.getName() + "_block").str(), type);
    function.setPrivate();
    Block *body = function.addEntryBlock();
    for (auto [outer, inner] : llvm::zip_equal(arguments, body->getArguments()))
      outer.replaceUsesWithIf(inner, [&](OpOperand &use) {
        return block->isProperAncestor(use.getOwner());
      });
    Block &from = block.getBody().front();
    body->getOperations().splice(body->end(), from.getOperations());
    Operation *yield = body->getTerminator();
    builder.setInsertionPoint(yield);
    func::ReturnOp::create(builder, yield->getLoc(), yield->getOperands());
    yield->erase();
    return function;
  }

  func::FuncOp findSame(func::FuncOp function) {
    for (func::FuncOp known : functions[function.getFunctionType()])
      if (OperationEquivalence::isRegionEquivalentTo(
              &known.getBody(), &function.getBody(),
              OperationEquivalence::IgnoreLocations))
        return known;
    return {};
  }

  llvm::DenseMap<Type, SmallVector<func::FuncOp>> functions;
};
} // namespace
