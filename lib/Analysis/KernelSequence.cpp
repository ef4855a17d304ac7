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

FreshRows onebit::getFreshRows(ModuleOp module,
                               decoder::ProductClass productClass,
                               decoder::ProductRole role, bool transposed) {
  // What comes in as filter of a transposed product is made on the way.
  if (transposed)
    return FreshRows::All;
  if (productClass != decoder::ProductClass::Attention)
    return FreshRows::None;
  auto model = module->getAttrOfType<decoder::ModelAttr>(
      decoder::DecoderDialect::kModelAttrName);
  if (!model || model.getPhase() != decoder::Phase::Decode)
    return FreshRows::All;
  switch (role) {
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
  return getPrefetch(kernel->getBlock(),
                     getFreshRows(kernel->getParentOfType<ModuleOp>(),
                                  kernel.getProductClass(), kernel.getRole(),
                                  kernel.getTransposed()),
                     array);
}

Prefetch KernelSequence::getPrefetch(Block *block, FreshRows fresh,
                                     systolic::ArrayAttr array) const {
  if (block != this->block || !array.hidesKernels())
    return {0, fresh};
  return {
      getPrefetchCycles(getEngine(array), engine, sharedDram, cycles, window),
      fresh};
}

void KernelSequence::append(Block *block, systolic::ArrayAttr array,
                            int64_t cycles, const PrefetchWindow &window) {
  this->block = block;
  engine = getEngine(array);
  this->cycles = cycles;
  this->window = window;
}
