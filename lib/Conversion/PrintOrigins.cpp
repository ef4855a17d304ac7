//===- PrintOrigins.cpp - Say what each tensor is made of -----------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "onebit/Analysis/WeightAnalysis.h"
#include "onebit/Conversion/Passes.h"

namespace onebit {
#define GEN_PASS_DEF_PRINTORIGINS
#include "onebit/Conversion/Passes.h.inc"
} // namespace onebit

using namespace mlir;
using namespace onebit;

namespace {

struct PrintOrigins : onebit::impl::PrintOriginsBase<PrintOrigins> {
  using PrintOriginsBase::PrintOriginsBase;

  void runOnOperation() override {
    markAllAnalysesPreserved();
    WeightAnalysisOptions options;
    options.entry = entry;
    options.weights.assign(weights.begin(), weights.end());
    std::unique_ptr<WeightAnalysis> analysis =
        WeightAnalysis::compute(getOperation(), options);
    if (!analysis)
      return signalPassFailure();

    auto print = [&](Diagnostic &diag, Value value) {
      Origin origin = analysis->lookup(value);
      diag << stringifyOriginLevel(origin.level);
      StringRef name = analysis->getWeightName(origin.source);
      if (origin.isWeight() && !name.empty())
        diag << " '" << name << "'";
    };
    getOperation().walk<WalkOrder::PreOrder>([&](Operation *op) {
      if (auto function = dyn_cast<FunctionOpInterface>(op)) {
        for (BlockArgument arg : function.getArguments()) {
          InFlightDiagnostic remark = function.emitRemark()
                                      << "argument " << arg.getArgNumber()
                                      << ": ";
          print(*remark.getUnderlyingDiagnostic(), arg);
        }
        return WalkResult::advance();
      }
      for (OpResult result : op->getResults()) {
        if (!isa<ShapedType>(result.getType()))
          continue;
        InFlightDiagnostic remark = op->emitRemark() << "result";
        if (op->getNumResults() > 1)
          remark << ' ' << result.getResultNumber();
        remark << ": ";
        print(*remark.getUnderlyingDiagnostic(), result);
      }
      return isa<linalg::LinalgOp>(op) ? WalkResult::skip()
                                       : WalkResult::advance();
    });
  }
};

} // namespace
