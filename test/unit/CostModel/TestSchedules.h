//===- TestSchedules.h - Schedules for tests --------------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
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
inline Figures price(const Schedule &schedule, const ArrayDesc &array,
                     llvm::StringRef family = "scale-sim-v2") {
  llvm::Expected<Cost> cost = lookupCostModel(family)->price(schedule, array);
  if (!cost) {
    ADD_FAILURE() << llvm::toString(cost.takeError());
    return {};
  }
  Figures figures;
  for (const systolic::CostEntry &entry : cost->entries)
    figures[entry.metric] = entry.value;
  return figures;
}

inline int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

/// The closed forms: what SCALE-Sim reports of a product, by its extents, when
/// nothing is known of the memories. Shares nothing with the cost model, which
/// sees folds.
inline Figures closedForm(Shape s, const ArrayDesc &array) {
  const int64_t R = array.rows, C = array.columns;
  const bool os = array.dataflow == Dataflow::OutputStationary;
  const bool is = array.dataflow == Dataflow::InputStationary;
  const int64_t rows = os ? s.m : s.k, columns = is ? s.m : s.n,
                time = os   ? s.k
                       : is ? s.n
                            : s.m;
  const int64_t rowFolds = ceilDiv(rows, R), columnFolds = ceilDiv(columns, C);
  const int64_t folds = rowFolds * columnFolds;
  const int64_t length = os ? time + R + C - 2 : 2 * R + C + time - 2;
  const int64_t reportedLength = os ? length : 2 * R + 2 * C + time - 3;
  const int64_t written = s.m * s.n * (os ? 1 : rowFolds);
  Figures figures = {
      {Metric::Folds, folds},
      {Metric::Cycles, folds * length - 1},
      {Metric::CyclesCorrected, folds * length},
      {Metric::StallCycles, 0},
      {Metric::MACs, s.m * s.n * s.k},
      {Metric::SramIfmapReads, s.m * s.k * (is ? 1 : columnFolds)},
      {Metric::SramFilterReads, s.k * s.n *
                                    (os   ? rowFolds
                                     : is ? columnFolds
                                          : 1)},
      {Metric::SramOfmapWrites, written + (os ? folds * (R + C) : 0)},
      {Metric::SramOfmapWritesCorrected, written},
      {Metric::SramOfmapReadsCorrected, written - s.m * s.n},
      {Metric::MappedPEs, rows * columns},
      {Metric::ComputePECycles, folds * R * C * reportedLength},
      {Metric::ComputePECyclesCorrected, folds * R * C * length}};
  for (auto &[metric, value] : figures)
    value *= s.batch;

  const int64_t last = (folds - 1) * length;
  const int64_t lastRows = rows - (rowFolds - 1) * R;
  const int64_t lastColumns = columns - (columnFolds - 1) * C;
  const int64_t unused = std::max<int64_t>(0, R - rows);
  if (os) {
    figures[Metric::SramIfmapStart] = figures[Metric::SramFilterStart] = 1;
    figures[Metric::SramIfmapStop] = last + time + lastRows - 1;
    figures[Metric::SramFilterStop] = last + time + lastColumns - 1;
    figures[Metric::SramOfmapStart] = time - 1 + unused;
    figures[Metric::SramOfmapStop] = last + time + R + lastColumns - 3;
    return figures;
  }
  figures[is ? Metric::SramIfmapStart : Metric::SramFilterStart] = unused + 1;
  figures[is ? Metric::SramIfmapStop : Metric::SramFilterStop] = last + R;
  figures[is ? Metric::SramFilterStart : Metric::SramIfmapStart] = R + 1;
  figures[is ? Metric::SramFilterStop : Metric::SramIfmapStop] =
      last + R + time + lastRows - 1;
  figures[Metric::SramOfmapStart] = 2 * R - 1;
  figures[Metric::SramOfmapStop] = last + 2 * R + time + lastColumns - 3;
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
