//===- LowerToSystolic.cpp - From a model to a priced program -------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/Pipelines/LowerToSystolic.h"
#include "mlir/Pass/PassRegistry.h"
#include "onebit/Conversion/Passes.h"
#include "onebit/Transforms/Passes.h"

using namespace mlir;
using namespace onebit;

void onebit::buildLowerToSystolicPipeline(
    OpPassManager &passes, const LowerToSystolicOptions &options) {
  passes.addPass(createConvertStablehlo());
  if (!options.dims.empty()) {
    SetDimsOptions sizes;
    sizes.entry = options.entry.getValue();
    sizes.dims = llvm::to_vector(options.dims);
    passes.addPass(createSetDims(sizes));
  }
  RaiseContractionsOptions raise;
  raise.entry = options.entry.getValue();
  raise.weights = llvm::to_vector(options.weights);
  passes.addPass(createRaiseContractions(raise));
  passes.addPass(createDecomposeBlocks());

  QuantizeProjectionsOptions quantize;
  quantize.scheme = options.scheme;
  quantize.fullPrecision = llvm::to_vector(options.fullPrecision);
  quantize.activationBits = options.activationBits;
  quantize.groupSize = options.groupSize;
  passes.addPass(createQuantizeProjections(quantize));

  TileToSystolicOptions tile;
  tile.array = options.array.getValue();
  tile.dataflow = options.dataflow;
  tile.objective = options.objective;
  tile.costModel = options.costModel.getValue();
  tile.energy = options.energy;
  tile.queryHeads = options.queryHeads;
  tile.maskedFolds = options.maskedFolds;
  passes.addPass(createTileToSystolic(tile));
  passes.addPass(createAnnotateCost({options.costModel, options.energy}));
}

LogicalResult onebit::lowerToSystolic(ModuleOp module,
                                      const LowerToSystolicOptions &options) {
  PassManager passes(module.getContext());
  buildLowerToSystolicPipeline(passes, options);
  return passes.run(module);
}

void onebit::registerLowerToSystolicPipeline() {
  PassPipelineRegistration<LowerToSystolicOptions>(
      "lower-to-systolic",
      "From a model to a priced program: raise, decompose, quantize, tile, "
      "price",
      buildLowerToSystolicPipeline);
}
