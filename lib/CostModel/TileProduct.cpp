//===- TileProduct.cpp - The folds of a product on an array ---------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/CostModel/TileProduct.h"
#include "llvm/Support/ErrorHandling.h"
#include <algorithm>
#include <utility>

using namespace llvm;
using namespace onebit;
using systolic::Dataflow;

Schedule onebit::tileProduct(const ProductExtents &product, int64_t rows,
                             int64_t columns, Dataflow dataflow,
                             bool transposed,
                             std::optional<CausalScores> causal) {
  auto loop = [](Dim dim, int64_t extent, int64_t step) {
    return ScheduleLoop{dim, extent, std::min(extent, step)};
  };
  auto [batch, m, n, k] = product;
  if (transposed)
    std::swap(m, n);
  const ScheduleLoop b = loop(Dim::Batch, batch, 1);
  auto nest = [&](ScheduleLoop outer, ScheduleLoop inner, ScheduleLoop time) {
    Tile tile;
    for (const ScheduleLoop &each : {outer, inner, time})
      (each.dim == Dim::M   ? tile.m
       : each.dim == Dim::N ? tile.n
                            : tile.k) = each.step;
    const ScheduleLoop loops[] = {b, outer, inner, time};
    Schedule whole = cantFail(Schedule::get(loops, tile, transposed));
    if (!causal)
      return whole;
    const CausalMask mask{transposed ? Dim::M : Dim::N, causal->period,
                          causal->window};
    Schedule masked = cantFail(Schedule::get(loops, tile, transposed, mask));
    return masked.hasHiddenFolds() ? masked : whole;
  };
  switch (dataflow) {
  case Dataflow::OutputStationary:
    return nest(loop(Dim::N, n, columns), loop(Dim::M, m, rows),
                loop(Dim::K, k, k));
  case Dataflow::WeightStationary:
    return nest(loop(Dim::N, n, columns), loop(Dim::K, k, rows),
                loop(Dim::M, m, m));
  case Dataflow::InputStationary:
    return nest(loop(Dim::M, m, columns), loop(Dim::K, k, rows),
                loop(Dim::N, n, n));
  }
  llvm_unreachable("unknown dataflow");
}
