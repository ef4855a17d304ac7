//===- KernelSequence.h - Kernels one after the other -----------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a kernel's price owes to the kernel before it; sections 9 and 10 of
// docs/microarchitecture.md.
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_ANALYSIS_KERNELSEQUENCE_H
#define ONEBIT_ANALYSIS_KERNELSEQUENCE_H

#include "dialects/systolic/Systolic.h"
#include "mlir/IR/BuiltinOps.h"
#include "onebit/CostModel/SecondEngine.h"

namespace onebit {

/// The product of `kernel`, as numbers.
ProductExtents getExtents(systolic::KernelOp kernel);

/// What of its filter the model makes on the way: of a product of this class
/// and role, computed so, in `module`.
FreshRows getFreshRows(mlir::ModuleOp module,
                       decoder::ProductClass productClass,
                       decoder::ProductRole role, bool transposed);

/// The kernels of a module in the order of the IR, each priced after the one
/// before it in its block.
class KernelSequence {
public:
  explicit KernelSequence(mlir::ModuleOp module);

  /// What may come in before `kernel` begins on `array`: of 0 cycles where
  /// nothing may.
  Prefetch getPrefetch(systolic::KernelOp kernel,
                       systolic::ArrayAttr array) const;
  /// The same, of a product in `block` that is no kernel yet.
  Prefetch getPrefetch(mlir::Block *block, FreshRows fresh,
                       systolic::ArrayAttr array) const;

  /// Goes on to what follows a kernel in `block`, which took so many cycles on
  /// `array`.
  void append(mlir::Block *block, systolic::ArrayAttr array, int64_t cycles,
              const PrefetchWindow &window);

private:
  /// Whether two engines share a channel.
  bool sharedDram = false;
  /// Of the kernel before; null where there is none.
  mlir::Block *block = nullptr;
  Engine engine = Engine::Base;
  int64_t cycles = 0;
  PrefetchWindow window;
};

} // namespace onebit

#endif // ONEBIT_ANALYSIS_KERNELSEQUENCE_H
