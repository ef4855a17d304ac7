//===- KernelCounts.cpp - What kernels execute ----------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/Execution/KernelCounts.h"
#include "dialects/systolic/Systolic.h"
#include "mlir/Pass/PassManager.h"
#include "onebit/Conversion/Passes.h"
#include "llvm/Support/JSON.h"

using namespace mlir;
using namespace onebit;

LogicalResult onebit::countMacs(ModuleOp module) {
  WalkResult found = module.walk([](Operation *op) {
    const bool counts = isa<systolic::KernelOp>(op) ||
                        op->hasAttrOfType<systolic::CountedAttr>(
                            systolic::SystolicDialect::kCountedAttrName);
    return counts ? WalkResult::interrupt() : WalkResult::advance();
  });
  if (!found.wasInterrupted())
    return emitError(module.getLoc())
           << "there is no kernel whose multiply-accumulates could be counted: "
              "tile the model first, with onebit-opt --lower-to-systolic";
  PassManager passes(module.getContext());
  passes.addPass(createConvertSystolicToScf({/*countMacs=*/true}));
  return passes.run(module);
}

void onebit::printKernelCounts(ArrayRef<KernelCount> kernels,
                               llvm::raw_ostream &os) {
  int64_t macs = 0;
  for (const KernelCount &kernel : kernels)
    macs += kernel.macs;
  llvm::json::OStream json(os);
  json.object([&] {
    json.attribute("macs", macs);
    json.attributeArray("kernels", [&] {
      for (const KernelCount &kernel : kernels)
        json.object([&] {
          json.attribute("name", llvm::json::fixUTF8(kernel.name));
          if (kernel.layer)
            json.attribute("layer", *kernel.layer);
          json.attribute("macs", kernel.macs);
        });
    });
  });
  os << '\n';
}
