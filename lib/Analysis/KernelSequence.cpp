//===- KernelSequence.cpp - Kernels one after the other -------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/Analysis/KernelSequence.h"

using namespace mlir;
using namespace onebit;

ProductExtents onebit::getExtents(systolic::KernelOp kernel) {
  auto product = cast<decoder::MatrixProductOpInterface>(kernel.getOperation());
  decoder::ProductShape shape = product.getProductShape();
  return {shape.batch, shape.m, shape.n, shape.k};
}

/// What of a kernel's filter the model makes on the way.
static FreshRows getFreshRows(systolic::KernelOp kernel) {
  // What comes in as filter of a transposed product is made on the way.
  if (kernel.getTransposed())
    return FreshRows::All;
  if (kernel.getProductClass() != decoder::ProductClass::Attention)
    return FreshRows::None;
  auto model =
      kernel->getParentOfType<ModuleOp>()->getAttrOfType<decoder::ModelAttr>(
          decoder::DecoderDialect::kModelAttrName);
  if (!model || model.getPhase() != decoder::Phase::Decode)
    return FreshRows::All;
  switch (kernel.getRole()) {
  case decoder::ProductRole::Scores:
    return FreshRows::LastOfN;
  case decoder::ProductRole::Values:
    return FreshRows::LastOfK;
  default:
    return FreshRows::All;
  }
}

static Engine getEngine(systolic::ArrayAttr array) {
  return array.getBase() ? Engine::Projections : Engine::Base;
}

KernelSequence::KernelSequence(ModuleOp module) {
  module.walk<WalkOrder::PreOrder>([&](systolic::KernelOp kernel) {
    sharedDram |= kernel.getArray().getSharedDram();
    return WalkResult::skip();
  });
}

Prefetch KernelSequence::getPrefetch(systolic::KernelOp kernel,
                                     systolic::ArrayAttr array) const {
  const FreshRows fresh = getFreshRows(kernel);
  systolic::MachineAttr machine = array.getMachine();
  if (block != kernel->getBlock() || !machine ||
      machine.getKernels() != systolic::Overlap::Hidden)
    return {0, fresh};
  return {
      getPrefetchCycles(getEngine(array), engine, sharedDram, cycles, window),
      fresh};
}

void KernelSequence::append(systolic::KernelOp kernel,
                            systolic::ArrayAttr array, int64_t cycles,
                            const PrefetchWindow &window) {
  block = kernel->getBlock();
  engine = getEngine(array);
  this->cycles = cycles;
  this->window = window;
}
