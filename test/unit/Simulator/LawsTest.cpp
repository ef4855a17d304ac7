//===- LawsTest.cpp - The laws of an array without bounds -----------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RandomCases.h"

using namespace onebit;
using namespace onebit::test;

namespace {

/// A fold on the array: rows, columns, steps.
struct LawFold {
  int64_t r, c, T;
};

/// Cycles of folds one after the other, ports and DRAM without bound: the fold
/// laws of section 6 of docs/microarchitecture.md for whole sequences. Written
/// from them and not from what a machine does.
int64_t getLawCycles(Dataflow dataflow, const std::vector<LawFold> &folds,
                     bool hidden) {
  int64_t end = 0;
  if (!hidden) {
    for (auto [r, c, T] : folds)
      end += T + 2 * r + c - 2;
    return end;
  }
  if (dataflow == Dataflow::OutputStationary) {
    // s: when the first vector of a fold comes in.
    int64_t s = 0;
    for (size_t n = 0; n < folds.size(); ++n) {
      auto [r, c, T] = folds[n];
      if (n > 0)
        s += std::max(folds[n - 1].T,
                      folds[n - 1].T - T + 2 * folds[n - 1].r - 1);
      end = std::max(end, s + T + 2 * r + c - 2);
    }
    return end;
  }
  // v: when the first vector of a fold comes to row 0 of the first fold.
  const int64_t rows = folds.front().r;
  int64_t v = rows;
  for (size_t n = 0; n < folds.size(); ++n) {
    auto [r, c, T] = folds[n];
    if (n > 0)
      v += std::max(folds[n - 1].T, r);
    end = std::max(end, v + T + rows + c - 2);
  }
  return end;
}

std::vector<LawFold> getLawFolds(const Schedule &schedule,
                                 const ArrayDesc &array) {
  std::vector<LawFold> folds;
  forEachFold(schedule, [&](const FoldPlace &fold) {
    const auto [m, n, k] = fold.tile;
    const bool os = array.dataflow == Dataflow::OutputStationary;
    const bool ws = array.dataflow == Dataflow::WeightStationary;
    LawFold law = os   ? LawFold{m, n, k}
                  : ws ? LawFold{k, n, m}
                       : LawFold{k, m, n};
    if (array.machine->idleLanes == IdleLanes::Waited)
      law = {array.rows, array.columns, law.T};
    folds.push_back(law);
  });
  return folds;
}

TEST(Simulator, ObeysTheLawsWithoutBounds) {
  Draw draw(2);
  for (int i = 0; i < 2000; ++i) {
    ArrayDesc array = draw.array(20);
    Shape shape = draw.shape(30);
    Schedule schedule = draw.schedule(shape, array);
    SCOPED_TRACE(describe(array, schedule));
    llvm::Expected<Simulation> simulation = simulate(schedule, array);
    ASSERT_TRUE(bool(simulation)) << llvm::toString(simulation.takeError());
    Figures figures = getFigures(simulation->cost);
    const bool os = array.dataflow == Dataflow::OutputStationary;
    const bool hidden =
        (os ? array.machine->drain : array.machine->preload) == Overlap::Hidden;
    std::vector<LawFold> folds = getLawFolds(schedule, array);
    ASSERT_EQ(figures[Metric::Cycles],
              getLawCycles(array.dataflow, folds, hidden));
    ASSERT_EQ(figures[Metric::Folds], int64_t(folds.size()));
    ASSERT_EQ(figures[Metric::StallCycles], 0);
    ASSERT_EQ(figures[Metric::PortCycles], 0);
  }
}

} // namespace
