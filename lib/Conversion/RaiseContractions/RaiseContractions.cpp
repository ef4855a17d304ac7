//===- RaiseContractions.cpp - Other dialects' products to decoder's ------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Three steps: find what multiplies, decide what each product is while the IR
// is still as the frontend wrote it, then rewrite.
//
//===----------------------------------------------------------------------===//

#include "Products.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "onebit/Conversion/Passes.h"
#include "llvm/ADT/MapVector.h"

namespace onebit {
#define GEN_PASS_DEF_RAISECONTRACTIONS
#include "onebit/Conversion/Passes.h.inc"
} // namespace onebit

using namespace mlir;
using namespace onebit;

/// Removes the functions with a body that no path from the entry leads to, but
/// those that something which stays names.
static void removeOtherFunctions(ModuleOp module,
                                 const WeightAnalysis &analysis) {
  llvm::MapVector<StringRef, SmallVector<Operation *, 1>> others;
  SmallVector<Operation *> worklist = {module};
  module.walk<WalkOrder::PreOrder>([&](FunctionOpInterface function) {
    if (!function.isExternal() && !analysis.isReached(function))
      others[function.getName()].push_back(function);
  });
  auto stays = [&](SymbolRefAttr symbol) {
    auto it = others.find(symbol.getLeafReference());
    if (it == others.end())
      return;
    worklist.append(std::move(it->second));
    others.erase(it);
  };
  while (!worklist.empty()) {
    Operation *root = worklist.pop_back_val();
    root->walk<WalkOrder::PreOrder>([&](Operation *op) {
      auto function = dyn_cast<FunctionOpInterface>(op);
      if (op != root && function && !analysis.isReached(function))
        return WalkResult::skip();
      op->getAttrDictionary().walk(stays);
      return WalkResult::advance();
    });
  }
  for (auto &[name, functions] : others)
    for (Operation *function : functions)
      function->erase();
}

/// Finds what multiplies.
static void collect(raise::Products &products) {
  const WeightAnalysis &analysis = products.analysis;
  for (const Contraction &product : analysis.getContractions().get())
    if (product && analysis.isInReachedFunctions(product.op))
      products.found.push_back(product);
}

namespace {
struct RaiseContractions
    : onebit::impl::RaiseContractionsBase<RaiseContractions> {
  using RaiseContractionsBase::RaiseContractionsBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    bool isChanged = raise::rewriteConvolutions(module);
    WeightAnalysisOptions options;
    options.entry = entry;
    options.weights.assign(weights.begin(), weights.end());
    std::unique_ptr<WeightAnalysis> analysis =
        WeightAnalysis::compute(module, options);
    if (!analysis)
      return signalPassFailure();
    raise::Products products(*analysis);
    collect(products);
    // What multiplies elsewhere is gone after this.
    if (!entry.empty())
      removeOtherFunctions(module, *analysis);

    HiddenProducts hidden(module, *analysis);
    if (failed(raise::classify(products)))
      return signalPassFailure();
    if (!isChanged && products.raised.empty() && hidden.inLoops.empty())
      markAllAnalysesPreserved();
    raise::nameProjections(products);
    raise::pairAttention(products);
    raise::rewrite(products);
    raise::countLoops(products, hidden);
    raise::writeAssumptions(module, products, hidden);
  }
};
} // namespace
