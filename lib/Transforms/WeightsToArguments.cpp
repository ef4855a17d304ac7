//===- WeightsToArguments.cpp - Weights become arguments ------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/decoder/Decoder.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"
#include "onebit/Transforms/Passes.h"
#include "llvm/ADT/MapVector.h"

namespace onebit {
#define GEN_PASS_DEF_WEIGHTSTOARGUMENTS
#include "onebit/Transforms/Passes.h.inc"
} // namespace onebit

using namespace mlir;
using namespace onebit;
using bufferization::BufferizationDialect;
using decoder::DecoderDialect;
using decoder::WeightOp;

namespace {
using WeightsByName = llvm::MapVector<StringAttr, SmallVector<WeightOp>>;

struct WeightsToArguments final
    : onebit::impl::WeightsToArgumentsBase<WeightsToArguments> {
  using WeightsToArgumentsBase::WeightsToArgumentsBase;

  void runOnOperation() final {
    SymbolTableCollection tables;
    SymbolUserMap users(tables, getOperation());
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      WeightsByName weights;
      function->walk(
          [&](WeightOp op) { weights[op.getNameAttr()].push_back(op); });
      if (weights.empty())
        continue;
      if (!users.getUsers(function).empty()) {
        weights.front().second.front().emitOpError(
            "is in a function that is called: run --inline "
            "before, so that its arguments may change");
        return signalPassFailure();
      }
      if (failed(hoist(function, weights)))
        return signalPassFailure();
    }
  }

private:
  /// The argument that is marked with this name, if there is one.
  static std::optional<unsigned> findArgument(func::FuncOp function,
                                              StringAttr name) {
    for (unsigned i = 0, e = function.getNumArguments(); i < e; ++i)
      if (function.getArgAttr(i, DecoderDialect::kWeightAttrName) == name)
        return i;
    return std::nullopt;
  }

  static LogicalResult hoist(func::FuncOp function, WeightsByName &weights) {
    for (auto &[name, ops] : weights) {
      Type type = ops.front().getType();
      Attribute value;
      std::optional<unsigned> known = findArgument(function, name);
      if (known)
        type = function.getArgument(*known).getType();
      for (WeightOp op : ops) {
        if (op.getValue() && value && op.getValueAttr() != value)
          return op.emitOpError()
                 << name
                 << " has another value elsewhere; one name is one weight: "
                    "give them names of their own";
        if (op.getValue())
          value = op.getValueAttr();
        if (op.getType() != type)
          return op.emitOpError()
                 << name << " is of type " << op.getType() << " here and of "
                 << type
                 << " elsewhere; one name is one weight: give them names of "
                    "their own";
      }
      if (!known) {
        known = function.getNumArguments();
        Builder builder(function->getContext());
        auto attrs = builder.getDictionaryAttr(
            {builder.getNamedAttr(DecoderDialect::kWeightAttrName, name),
             builder.getNamedAttr(BufferizationDialect::kWritableAttrName,
                                  builder.getBoolAttr(false))});
        // Only functions of other dialects refuse.
        (void)function.insertArgument(*known, type, attrs,
                                      ops.front().getLoc());
      }
      if (value)
        function.setArgAttr(*known, DecoderDialect::kValueAttrName, value);
      for (WeightOp op : ops) {
        op.replaceAllUsesWith(static_cast<Value>(function.getArgument(*known)));
        op.erase();
      }
    }
    return success();
  }
};
} // namespace
