//===- InitAllPasses.h - Passes that the tools can run ----------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_INITALLPASSES_H
#define ONEBIT_INITALLPASSES_H

#include "onebit/Conversion/Passes.h"
#include "onebit/Frontend/Passes.h"
#include "onebit/Pipelines/LowerToSystolic.h"
#include "onebit/Simulator/Simulator.h"
#include "onebit/Transforms/Passes.h"

namespace onebit {

/// Every pass, pipeline and cost model.
inline void registerAllPasses() {
  registerOnebitConversionPasses();
  registerOnebitFrontendPasses();
  registerOnebitTransformsPasses();
  registerLowerToSystolicPipeline();
  registerSimulator();
}

} // namespace onebit

#endif // ONEBIT_INITALLPASSES_H
