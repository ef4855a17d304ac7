//===- RandomCases.h - Arrays and schedules to simulate ---------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_TEST_UNIT_SIMULATOR_RANDOMCASES_H
#define ONEBIT_TEST_UNIT_SIMULATOR_RANDOMCASES_H

#include "onebit/Simulator/Simulator.h"
#include "test/unit/CostModel/TestSchedules.h"
#include <functional>
#include <random>
#include <set>

namespace onebit::test {

using systolic::IdleLanes;
using systolic::Overlap;

/// Draws shapes, schedules and arrays.
class Draw {
public:
  explicit Draw(uint32_t seed) : random(seed) {}

  int64_t upTo(int64_t most) {
    return std::uniform_int_distribution<int64_t>(1, most)(random);
  }
  bool maybe() { return upTo(2) == 1; }
  template <typename T> T pick(std::initializer_list<T> from) {
    return from.begin()[upTo(from.size()) - 1];
  }
  template <typename T> void shuffle(T &range) {
    std::shuffle(range.begin(), range.end(), random);
  }
  std::vector<int16_t> matrix(int64_t size) {
    std::vector<int16_t> values(size);
    for (int16_t &value : values)
      value = int16_t(upTo(255) - 128);
    return values;
  }

  /// An array with every setting of overlap and of idle lanes, and no bound.
  ArrayDesc array(int64_t most) {
    ArrayDesc array;
    array.name = "drawn";
    array.rows = upTo(most);
    array.columns = upTo(most);
    array.dataflow = kDataflows[upTo(3) - 1];
    Machine &machine = array.machine.emplace();
    machine.preload = maybe() ? Overlap::Hidden : Overlap::Exposed;
    machine.drain = maybe() ? Overlap::Hidden : Overlap::Exposed;
    machine.idleLanes = maybe() ? IdleLanes::Skipped : IdleLanes::Waited;
    return array;
  }
  Shape shape(int64_t most) {
    auto side = [&] { return upTo(6) == 1 ? upTo(5 * most) : upTo(most); };
    return {upTo(3), side(), side(), side()};
  }
  /// A nest around folds that fit `array`, its loops and tiles as they come.
  Schedule schedule(Shape shape, const ArrayDesc &array);
  /// Widths, ports and a channel, from those that starve an array to none.
  void bounds(ArrayDesc &array);
  /// Leaves some operands on the chip.
  void onChip(ArrayDesc &array) {
    array.machine->ifmapDram = upTo(4) > 1;
    array.machine->filterDram = upTo(4) > 1;
    array.machine->ofmapDram = upTo(4) > 1;
  }

private:
  std::mt19937 random;
};

inline Schedule Draw::schedule(Shape shape, const ArrayDesc &array) {
  // The dimension of time is whole more often than not.
  auto side = [&](int64_t extent, int64_t most) {
    return upTo(4) == 1 ? upTo(std::min(extent, most)) : std::min(extent, most);
  };
  const bool os = array.dataflow == Dataflow::OutputStationary;
  const bool is = array.dataflow == Dataflow::InputStationary;
  const int64_t whole = INT64_MAX;
  ScheduleLoop b{Dim::Batch, shape.batch, 1};
  ScheduleLoop m{Dim::M, shape.m,
                 side(shape.m, os   ? array.rows
                               : is ? array.columns
                                    : whole)};
  ScheduleLoop n{Dim::N, shape.n, side(shape.n, is ? whole : array.columns)};
  ScheduleLoop k{Dim::K, shape.k, side(shape.k, os ? whole : array.rows)};
  std::vector<ScheduleLoop> loops = {b, n, m, k};
  if (!os)
    loops = is ? std::vector{b, m, k, n} : std::vector{b, n, k, m};
  if (upTo(3) == 1)
    shuffle(loops);
  return makeSchedule(loops, {m.step, n.step, k.step});
}

inline void Draw::bounds(ArrayDesc &array) {
  Machine &machine = *array.machine;
  // Wide elements, and memories are small.
  machine.activation.bits = pick({1, 8, 16, 64});
  machine.weight =
      pick<Format>({{64, 1}, {16, 1}, {8, 1}, {4, 1}, {2, 1}, {5, 3}, {8, 5}});
  machine.denseWeight.bits = pick({8, 16, 32});
  machine.partialSum.bits = pick({8, 24, 32, 64});
  machine.kv.bits = pick({4, 8});
  auto bandwidth = [&]() -> int64_t {
    return maybe() ? 0 : maybe() ? upTo(20) : upTo(2000);
  };
  machine.ifmapPort = bandwidth();
  machine.filterPort = bandwidth();
  machine.ofmapPort = bandwidth();
  machine.dram = maybe() ? 0 : maybe() ? upTo(30) : upTo(3000);
  auto kb = [&]() -> int64_t { return maybe() ? 0 : upTo(3); };
  array.ifmapKb = kb();
  array.filterKb = kb();
  array.ofmapKb = kb();
}

/// A fold of a nest: where it starts in batch, m, n and k, and its tile.
struct FoldPlace {
  std::array<int64_t, 4> start;
  Tile tile;
};

/// Calls `visit` for each fold of `schedule`, in order.
inline void forEachFold(const Schedule &schedule,
                        llvm::function_ref<void(const FoldPlace &)> visit) {
  llvm::ArrayRef<ScheduleLoop> loops = schedule.getLoops();
  FoldPlace fold{};
  std::function<void(size_t)> walk = [&](size_t level) {
    if (level == loops.size()) {
      fold.tile = schedule.getTile();
      int64_t *sizes[] = {nullptr, &fold.tile.m, &fold.tile.n, &fold.tile.k};
      for (const ScheduleLoop &loop : loops)
        if (int64_t *size = sizes[int(loop.dim)])
          *size = std::min(loop.step, loop.extent - fold.start[int(loop.dim)]);
      return visit(fold);
    }
    const ScheduleLoop &loop = loops[level];
    for (int64_t at = 0; at < loop.extent; at += loop.step) {
      fold.start[int(loop.dim)] = at;
      walk(level + 1);
    }
  };
  walk(0);
}

/// A case in words, for failures.
inline std::string describe(const ArrayDesc &array, const Schedule &schedule) {
  const Machine machine = array.machine.value_or(Machine());
  auto format = [](Format f) {
    return std::to_string(f.bits) + ":" + std::to_string(f.elements);
  };
  std::string text;
  llvm::raw_string_ostream os(text);
  os << systolic::stringifyDataflow(array.dataflow) << " " << array.rows << "x"
     << array.columns << " preload "
     << systolic::stringifyOverlap(machine.preload) << ", drain "
     << systolic::stringifyOverlap(machine.drain) << ", "
     << systolic::stringifyIdleLanes(machine.idleLanes) << "; a "
     << machine.activation.bits << " w " << format(machine.weight) << " dense "
     << machine.denseWeight.bits << " p " << machine.partialSum.bits << " kv "
     << machine.kv.bits << "; kb " << array.ifmapKb << " " << array.filterKb
     << " " << array.ofmapKb << "; ports " << machine.ifmapPort << " "
     << machine.filterPort << " " << machine.ofmapPort << ", dram "
     << machine.dram << " of " << machine.ifmapDram << machine.filterDram
     << machine.ofmapDram << "; loops";
  for (const ScheduleLoop &loop : schedule.getLoops())
    os << " " << stringifyDim(loop.dim) << " " << loop.extent << "/"
       << loop.step;
  const Tile &tile = schedule.getTile();
  os << "; tile " << tile.m << " " << tile.n << " " << tile.k;
  return text;
}

inline Figures getFigures(const Cost &cost) {
  Figures figures;
  for (const systolic::CostEntry &entry : cost.entries)
    figures[entry.metric] = entry.value;
  return figures;
}

/// The product of matrices with rows of k.
inline std::vector<int32_t> multiply(Shape s, llvm::ArrayRef<int16_t> ifmap,
                                     llvm::ArrayRef<int16_t> filter) {
  std::vector<int32_t> ofmap(s.batch * s.m * s.n);
  for (int64_t b = 0; b < s.batch; ++b)
    for (int64_t m = 0; m < s.m; ++m)
      for (int64_t n = 0; n < s.n; ++n)
        for (int64_t k = 0; k < s.k; ++k)
          ofmap[(b * s.m + m) * s.n + n] +=
              ifmap[(b * s.m + m) * s.k + k] * filter[(b * s.n + n) * s.k + k];
  return ofmap;
}

} // namespace onebit::test

#endif // ONEBIT_TEST_UNIT_SIMULATOR_RANDOMCASES_H
