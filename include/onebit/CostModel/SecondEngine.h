//===- SecondEngine.h - Operands between two engines ------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// docs/microarchitecture.md, section 10.
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_COSTMODEL_SECONDENGINE_H
#define ONEBIT_COSTMODEL_SECONDENGINE_H

#include "onebit/CostModel/CostModel.h"
#include "onebit/CostModel/TileProduct.h"

namespace onebit {

/// `cost` with what it takes to move the ifmap of `product` to an engine that
/// shares the channel of `base`, and the ofmap back: `moved_bits`,
/// `moving_cycles`. Fails, naming the figure, if one exceeds 64 bits.
llvm::Expected<Cost> addMoving(Cost cost, const ProductExtents &product,
                               const ArrayDesc &base);

/// The engine for projections on which a kernel stands, or the base engine.
enum class Engine { Base, Projections };

/// For how many cycles a kernel on `engine` may prefetch after one on `before`
/// that took `cycles` and left `window`.
int64_t getPrefetchCycles(Engine engine, Engine before, bool sharedDram,
                          int64_t cycles, const PrefetchWindow &window);

} // namespace onebit

#endif // ONEBIT_COSTMODEL_SECONDENGINE_H
