//===- TestSchedules.h - Schedules for tests --------------------*- C++ -*-===//
//
// Part of the onebit project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_TEST_UNIT_COSTMODEL_TESTSCHEDULES_H
#define ONEBIT_TEST_UNIT_COSTMODEL_TESTSCHEDULES_H

#include "onebit/CostModel/CostModel.h"
#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"
#include <map>

namespace onebit::test {

using systolic::Dataflow;
using systolic::Metric;

inline constexpr Dataflow kDataflows[] = {Dataflow::OutputStationary,
                                          Dataflow::WeightStationary,
                                          Dataflow::InputStationary};

/// `batch` products of an m x k and a k x n matrix.
struct Shape {
  int64_t batch, m, n, k;
};

inline ArrayDesc makeArray(int64_t rows, int64_t columns, Dataflow dataflow) {
  ArrayDesc array;
  array.name = "test";
  array.rows = rows;
  array.columns = columns;
  array.dataflow = dataflow;
  return array;
}

inline Schedule makeSchedule(llvm::ArrayRef<ScheduleLoop> loops, Tile tile) {
  llvm::Expected<Schedule> schedule = Schedule::get(loops, tile);
  if (!schedule)
    llvm::report_fatal_error(schedule.takeError());
  return *schedule;
}

/// As SCALE-Sim walks: column folds outside, row folds inside, the third
/// dimension whole.
inline Schedule tileLikeScaleSim(Shape shape, const ArrayDesc &array) {
  auto loop = [](Dim dim, int64_t extent, int64_t most) {
    return ScheduleLoop{dim, extent, std::min(extent, most)};
  };
  ScheduleLoop batch{Dim::Batch, shape.batch, 1};
  ScheduleLoop m{Dim::M, shape.m, shape.m}, n{Dim::N, shape.n, shape.n},
      k{Dim::K, shape.k, shape.k};
  switch (array.dataflow) {
  case Dataflow::OutputStationary:
    m = loop(Dim::M, shape.m, array.rows);
    n = loop(Dim::N, shape.n, array.columns);
    return makeSchedule({batch, n, m, k}, {m.step, n.step, k.step});
  case Dataflow::WeightStationary:
    k = loop(Dim::K, shape.k, array.rows);
    n = loop(Dim::N, shape.n, array.columns);
    return makeSchedule({batch, n, k, m}, {m.step, n.step, k.step});
  case Dataflow::InputStationary:
    k = loop(Dim::K, shape.k, array.rows);
    m = loop(Dim::M, shape.m, array.columns);
    return makeSchedule({batch, m, k, n}, {m.step, n.step, k.step});
  }
  llvm_unreachable("unknown dataflow");
}

/// The figures of a price, which must be there.
using Figures = std::map<Metric, int64_t>;
inline Figures price(const Schedule &schedule, const ArrayDesc &array) {
  llvm::Expected<Cost> cost =
      lookupCostModel("scale-sim-v2")->price(schedule, array);
  if (!cost) {
    ADD_FAILURE() << llvm::toString(cost.takeError());
    return {};
  }
  Figures figures;
  for (const systolic::CostEntry &entry : cost->entries)
    figures[entry.metric] = entry.value;
  return figures;
}

/// What a failure says.
template <typename T> std::string message(llvm::Expected<T> result) {
  if (result)
    return "no failure";
  return llvm::toString(result.takeError());
}

} // namespace onebit::test

#endif // ONEBIT_TEST_UNIT_COSTMODEL_TESTSCHEDULES_H
