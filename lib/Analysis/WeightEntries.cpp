//===- WeightEntries.cpp - What a model starts from -----------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The functions that an analysis of weights starts from.
//
//===----------------------------------------------------------------------===//

#include "Globals.h"
#include "dialects/decoder/Decoder.h"
#include "dialects/ternary/Ternary.h"
#include "onebit/Analysis/WeightAnalysis.h"

using namespace mlir;
using namespace onebit;

StringRef WeightAnalysis::getWeightName(Value weight) const {
  if (!weight)
    return {};
  if (auto op = weight.getDefiningOp<decoder::WeightOp>())
    return op.getName();
  if (auto op = weight.getDefiningOp<ternary::WeightOp>())
    return op.getName();
  if (Operation *op = weight.getDefiningOp())
    if (StringRef global = getLoadedGlobalName(op); !global.empty())
      return global;
  return getNameOf(weight);
}

/// The functions of `module` with a body, those of nested modules among them.
static SmallVector<FunctionOpInterface> findFunctions(ModuleOp module) {
  SmallVector<FunctionOpInterface> functions;
  module.walk<WalkOrder::PreOrder>([&](Operation *op) {
    auto function = dyn_cast<FunctionOpInterface>(op);
    if (!function)
      return WalkResult::advance();
    if (!function.isExternal())
      functions.push_back(function);
    return WalkResult::skip();
  });
  return functions;
}

FailureOr<SmallVector<FunctionOpInterface>>
onebit::findEntries(ModuleOp module, StringRef name) {
  SmallVector<FunctionOpInterface> functions = findFunctions(module), entries;
  llvm::copy_if(functions, std::back_inserter(entries),
                [&](FunctionOpInterface function) {
                  return name.empty() ? function.isPublic()
                                      : function.getName() == name;
                });
  if (!entries.empty())
    return entries;
  if (!name.empty())
    return module.emitError() << "'entry' names '" << name
                              << "', but the module has no function of that "
                                 "name with a body";
  // A module of private functions only: nothing else can be meant.
  return functions;
}

/// From what is known of the roots to what every value is made of.
void WeightAnalysis::run(ArrayRef<FunctionOpInterface> entries) {
  for (const ArgumentRoot &root : roots.get())
    join(root.arg,
         root.kind == RootKind::Weight
             ? Origin{OriginLevel::Weight, false, SoftmaxStage::None, root.arg}
             : Origin{OriginLevel::Activation});
  do {
    ++round;
    again = false;
    for (FunctionOpInterface entry : entries)
      visitFunction(entry, 0);
  } while (again);
}

std::unique_ptr<WeightAnalysis>
WeightAnalysis::compute(ModuleOp module, const WeightAnalysisOptions &options) {
  auto entries = findEntries(module, options.entry);
  if (failed(entries))
    return nullptr;
  ArgumentRoots roots;
  for (FunctionOpInterface entry : *entries)
    if (failed(roots.add(entry, options)))
      return nullptr;
  auto facts = std::make_shared<Facts>(module);
  while (true) {
    std::unique_ptr<WeightAnalysis> analysis(new WeightAnalysis(facts, roots));
    analysis->run(*entries);
    // Each repetition takes back a guess; few models need more than one.
    if (!roots.revise(*analysis)) {
      analysis->roots = std::move(roots);
      return analysis;
    }
  }
}
