//===- OnebitRandom.h - Random machines and schedules -----------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_TEST_UNIT_COSTMODEL_ONEBITRANDOM_H
#define ONEBIT_TEST_UNIT_COSTMODEL_ONEBITRANDOM_H

#include "TestSchedules.h"
#include <random>

namespace onebit::test {

/// Draws cases for the family onebit.
class OnebitRandom {
public:
  explicit OnebitRandom(unsigned seed) : random(seed) {}

  /// From 1 to `most`.
  int64_t draw(int64_t most) {
    return std::uniform_int_distribution<int64_t>(1, most)(random);
  }
  bool chance(double probability) {
    return std::bernoulli_distribution(probability)(random);
  }

  FilterKind filter() { return static_cast<FilterKind>(draw(3) - 1); }

  /// An array of at most `side` rows and columns, memories of which many are
  /// too small for most products, ports and a channel that many products wait
  /// for.
  ArrayDesc array(int64_t side) {
    ArrayDesc array =
        makeArray(draw(side), draw(side), kDataflows[draw(3) - 1]);
    Machine machine;
    auto overlap = [&] {
      return chance(0.5) ? systolic::Overlap::Hidden
                         : systolic::Overlap::Exposed;
    };
    machine.preload = overlap();
    machine.drain = overlap();
    machine.idleLanes = chance(0.7) ? systolic::IdleLanes::Skipped
                                    : systolic::IdleLanes::Waited;
    machine.activation = {draw(16), 1};
    machine.weight = chance(0.5) ? Format{8, 5} : Format{draw(8), draw(3)};
    machine.denseWeight = {16, 1};
    machine.partialSum = {draw(32), 1};
    machine.kv = {draw(8), 1};
    auto bandwidth = [&](int64_t most) {
      return chance(0.5) ? 0 : draw(chance(0.5) ? most : 1 + most / 8);
    };
    machine.ifmapPort = bandwidth(16 * side);
    machine.filterPort = bandwidth(16 * side);
    machine.ofmapPort = bandwidth(32 * side);
    machine.dram = chance(0.25) ? 0 : draw(chance(0.5) ? 40 : 400);
    auto memory = [&] { return chance(0.35) ? 0 : draw(chance(0.6) ? 2 : 12); };
    array.ifmapKb = memory();
    array.filterKb = memory();
    array.ofmapKb = memory();
    array.machine = machine;
    return array;
  }

  /// Leaves some operands of `array` on the chip.
  void onChip(ArrayDesc &array) {
    array.machine->ifmapDram = !chance(0.25);
    array.machine->filterDram = !chance(0.25);
    array.machine->ofmapDram = !chance(0.25);
  }

  /// Folds of a product of at most `extent` in each dimension, its loops in any
  /// order, each dimension in full or in parts.
  Schedule schedule(const ArrayDesc &array, int64_t extent, int64_t entries) {
    const bool os = array.dataflow == Dataflow::OutputStationary;
    const bool is = array.dataflow == Dataflow::InputStationary;
    auto loop = [&](Dim dim, int64_t side) {
      int64_t size = draw(chance(0.2) ? 3 : extent);
      int64_t most = std::min(size, side);
      // Steps of one element make many folds.
      return ScheduleLoop{
          dim, size, chance(0.5) ? most : std::max(draw(most), draw(most))};
    };
    std::vector<ScheduleLoop> loops = {
        {Dim::Batch, draw(entries), 1},
        loop(Dim::M, os   ? array.rows
                     : is ? array.columns
                          : extent),
        loop(Dim::N, is ? extent : array.columns),
        loop(Dim::K, os ? extent : array.rows)};
    Tile tile{loops[1].step, loops[2].step, loops[3].step};
    std::shuffle(loops.begin() + (chance(0.8) ? 1 : 0), loops.end(), random);
    // A loop of one step may as well not be there.
    while (draw(3) == 1 && !loops.empty() &&
           loops.back().extent == loops.back().step)
      loops.pop_back();
    return makeSchedule(loops, tile);
  }

private:
  std::mt19937 random;
};

/// A case in words, for a failure.
inline std::string describe(const Schedule &schedule, const ArrayDesc &array,
                            FilterKind filter) {
  std::string text;
  llvm::raw_string_ostream os(text);
  const Machine machine = array.machine.value_or(Machine());
  auto format = [](const Format &format) {
    return std::to_string(format.bits) + "/" + std::to_string(format.elements);
  };
  os << array.rows << "x" << array.columns << " "
     << systolic::stringifyDataflow(array.dataflow) << ", preload "
     << systolic::stringifyOverlap(machine.preload) << ", drain "
     << systolic::stringifyOverlap(machine.drain) << ", "
     << systolic::stringifyIdleLanes(machine.idleLanes) << ", kB "
     << array.ifmapKb << " " << array.filterKb << " " << array.ofmapKb
     << ", ports " << machine.ifmapPort << " " << machine.filterPort << " "
     << machine.ofmapPort << ", dram " << machine.dram << " of "
     << machine.ifmapDram << machine.filterDram << machine.ofmapDram
     << ", bits " << format(machine.activation) << " " << format(machine.weight)
     << " " << format(machine.denseWeight) << " " << format(machine.partialSum)
     << " " << format(machine.kv) << ", filter " << int(filter) << "; loops";
  for (const ScheduleLoop &loop : schedule.getLoops())
    os << " " << stringifyDim(loop.dim) << " " << loop.extent << "/"
       << loop.step;
  const Tile &tile = schedule.getTile();
  os << ", tile " << tile.m << " " << tile.n << " " << tile.k;
  return text;
}

} // namespace onebit::test

#endif // ONEBIT_TEST_UNIT_COSTMODEL_ONEBITRANDOM_H
