//===- Memory.cpp - SCALE-Sim's memories ----------------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Modes.h"
#include "onebit/CostModel/ScaleSimMemory.h"

using namespace llvm;
using namespace onebit;
using namespace onebit::scalesim;

/// Fails if `memory` is impossible.
static Error check(StringRef name, const Memory &memory) {
  constexpr int64_t most = int64_t(1) << 60;
  if (memory.words != 0 &&
      (memory.words < 100 || memory.words % 2 != 0 || memory.words > most))
    return createStringError("the " + name +
                             " memory must have an even number of words from "
                             "100 to 2^60, got " +
                             Twine(memory.words));
  if (memory.bandwidth < 0 || memory.bandwidth > most)
    return createStringError("the bandwidth of the " + name +
                             " memory must be from 0 to 2^60 words per cycle, "
                             "got " +
                             Twine(memory.bandwidth));
  return Error::success();
}

Expected<MemoryFigures> scalesim::getMemoryFigures(const Schedule &schedule,
                                                   const MemorySystem &system) {
  const std::pair<StringRef, const Memory &> memories[] = {
      {"ifmap", system.ifmap},
      {"filter", system.filter},
      {"ofmap", system.ofmap}};
  bool allGiven = true, someGiven = false, allKnown = true;
  for (const auto &[name, memory] : memories) {
    if (Error error = check(name, memory))
      return std::move(error);
    allGiven &= memory.bandwidth != 0;
    someGiven |= memory.bandwidth != 0;
    allKnown &= memory.words != 0;
  }
  if (someGiven && !allGiven)
    return createStringError("SCALE-Sim takes the bandwidths of ifmap, filter "
                             "and ofmap or estimates all three; give all or "
                             "none");
  if (someGiven && !allKnown)
    return createStringError(
        "SCALE-Sim needs the sizes of the ifmap, filter and "
        "ofmap memories to know how long the array waits "
        "at given bandwidths");

  auto nest =
      FoldNest::get(schedule, system.dataflow, system.rows, system.columns);
  if (!nest)
    return nest.takeError();
  MemoryFigures figures;
  if (!someGiven) {
    figures = estimate(*nest, system);
  } else {
    auto simulated = simulate(*nest, system);
    if (!simulated)
      return simulated.takeError();
    figures = *simulated;
  }
  if (system.version == Version::V3 && allKnown)
    figures.cyclesWithPrefetch = figures.ofmap.dram->span.stop -
                                 std::min(figures.ifmap.dram->span.start,
                                          figures.filter.dram->span.start);
  return figures;
}
