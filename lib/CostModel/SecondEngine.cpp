//===- SecondEngine.cpp - Operands between two engines --------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/CostModel/SecondEngine.h"
#include "Count.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace onebit;
using systolic::Metric;

Expected<Cost> onebit::addMoving(Cost cost, const ProductExtents &product,
                                 const ArrayDesc &base) {
  const Machine machine = base.machine.value_or(Machine());
  const Count batch = product.batch;
  Count bits, cycles;
  for (Count elements :
       {batch * product.m * product.k, batch * product.m * product.n}) {
    const Count operand = elements * machine.activation.bits;
    bits += operand;
    if (machine.dram != 0 && !operand.hasOverflowed())
      cycles += divideCeil(operand.getValue(), machine.dram);
  }
  Expected<Cost> moving =
      makeCost({{Metric::MovedBits, bits}, {Metric::MovingCycles, cycles}});
  if (!moving)
    return moving.takeError();
  auto *place = find_if(cost.entries, [](const systolic::CostEntry &entry) {
    return entry.metric > Metric::MovedBits;
  });
  cost.entries.insert(place, moving->entries.begin(), moving->entries.end());
  return cost;
}

int64_t onebit::getPrefetchCycles(Engine engine, Engine before, bool sharedDram,
                                  int64_t cycles,
                                  const PrefetchWindow &window) {
  if (engine == before)
    return window.memory;
  return sharedDram ? window.channel : cycles;
}
