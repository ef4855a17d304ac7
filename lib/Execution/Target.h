//===- Target.h - This machine ----------------------------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_EXECUTION_TARGET_H
#define ONEBIT_LIB_EXECUTION_TARGET_H

#include "llvm/Support/Error.h"
#include <memory>

namespace llvm {
class Module;
class TargetMachine;
} // namespace llvm

namespace onebit {

/// A workspace, and a weight of an object's file of weights, begins where a
/// cache line does.
constexpr int64_t kBufferAlignment = 64;

/// The processor that this runs on, with all it has, for position-independent
/// code.
llvm::Expected<std::unique_ptr<llvm::TargetMachine>> makeTargetMachine();

/// LLVM's passes of level 3 for `machine`, but that scalars side by side stay
/// scalars: sums of neighbouring rows would be gathered into vectors, which
/// takes longer than their additions.
void optimize(llvm::Module &module, llvm::TargetMachine &machine);

} // namespace onebit

#endif // ONEBIT_LIB_EXECUTION_TARGET_H
