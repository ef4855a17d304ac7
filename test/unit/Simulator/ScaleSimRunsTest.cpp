//===- ScaleSimRunsTest.cpp - Against runs of SCALE-Sim -------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The machine with everything exposed, nothing bounded and every element a
// byte, against what SCALE-Sim 2.0.2 and 3.0.0 reported of the same products:
// equal, but for the oddities that docs/cost-models.md names, each of which is
// exactly the difference that stands there.
//
//===----------------------------------------------------------------------===//

#include "test/unit/CostModel/ScaleSimRuns.h"
#include "RandomCases.h"

using namespace onebit;
using namespace onebit::test;

namespace {

/// Runs that take more steps of processing elements are left out.
constexpr int64_t kMaxSteps = 300'000'000;

TEST(Simulator, DiffersFromScaleSimByItsOddities) {
  std::map<std::vector<int64_t>, Figures> simulated;
  std::map<std::pair<std::string, std::string>, int64_t> compared;
  for (const ScaleSimRun &run : readScaleSimRuns()) {
    // Where bandwidths are given SCALE-Sim stalls; nothing is bounded here.
    if (!run.text("bandwidth").empty())
      continue;
    SCOPED_TRACE(run.line);
    ArrayDesc array = run.array();
    const int64_t R = array.rows, C = array.columns, Zi = array.ifmapKb,
                  Zf = array.filterKb;
    array.ifmapKb = array.filterKb = array.ofmapKb = 0;
    const Shape shape = run.shape();
    if ((run.number("total_cycles") + 1) * R * C > kMaxSteps)
      continue;
    Figures &figures =
        simulated[{R, C, int64_t(array.dataflow), shape.m, shape.n, shape.k}];
    const Schedule schedule = tileLikeScaleSim(shape, array);
    if (figures.empty()) {
      llvm::Expected<Simulation> simulation = simulate(schedule, array);
      ASSERT_TRUE(bool(simulation)) << llvm::toString(simulation.takeError());
      figures = getFigures(simulation->cost);
    }
    ++compared[{run.text("family"), run.text("dataflow")}];
    const bool os = array.dataflow == Dataflow::OutputStationary;
    const int64_t folds = figures[Metric::Folds], macs = figures[Metric::MACs];

    // Under `os` the outputs never leave the array: R a fold. A run reports the
    // index of its last cycle.
    const int64_t cycles = figures[Metric::Cycles] - (os ? R * folds : 0);
    EXPECT_EQ(run.number("total_cycles"), cycles - 1);
    EXPECT_EQ(run.number("stall_cycles"), 0);
    EXPECT_EQ(figures[Metric::StallCycles], 0);
    EXPECT_EQ(run.number("sram_ifmap_reads"), figures[Metric::SramIfmapReads]);
    EXPECT_EQ(run.number("sram_filter_reads"),
              figures[Metric::SramFilterReads]);
    // Padding under `os` adds the sum of the sides to the writes of a fold.
    EXPECT_EQ(run.number("sram_ofmap_writes"),
              figures[Metric::SramOfmapWrites] + (os ? (R + C) * folds : 0));
    // Reading partial sums back is not counted; each but the first is.
    EXPECT_EQ(figures[Metric::SramOfmapReads],
              figures[Metric::SramOfmapWrites] - shape.m * shape.n);

    int64_t mapped = 0;
    forEachFold(schedule, [&](const FoldPlace &fold) {
      Mapping mapping = getMapping(array.dataflow, fold.tile);
      mapped += mapping.rows * mapping.columns;
    });
    auto expectPercent = [&](const char *column, double part, double whole) {
      EXPECT_NEAR(run.real(column), 100 * part / whole,
                  1e-9 * run.real(column));
    };
    expectPercent("mapping_efficiency_pct", mapped, double(folds) * R * C);
    // The divisor has the skew of the columns once too often.
    expectPercent("compute_utilization_pct", macs,
                  double(cycles + (os ? 0 : folds * (C - 1))) * R * C);
    expectPercent("overall_utilization_pct", macs, double(cycles - 1) * R * C);

    // DRAM: where an operand fits SCALE-Sim's window, each element comes once.
    for (auto [column, metric, kb] :
         {std::tuple("dram_ifmap_reads", Metric::DramIfmapBits, Zi),
          std::tuple("dram_filter_reads", Metric::DramFilterBits, Zf)}) {
      const int64_t words = figures[metric] / 8;
      if (words < 50 * (1024 * kb / 100)) {
        EXPECT_EQ(run.number(column), words) << column;
      } else {
        EXPECT_GE(run.number(column), words) << column;
      }
    }
    // Partial sums all go there, and nulls of a line that is closed early.
    const int64_t nulls =
        run.number("dram_ofmap_writes") - figures[Metric::SramOfmapWrites];
    EXPECT_GE(nulls, 0);
    EXPECT_LT(nulls, C);
  }
  for (const char *family : {"scale-sim-v2", "scale-sim-v3"})
    for (const char *dataflow : {"os", "ws", "is"})
      EXPECT_GT((compared[{family, dataflow}]), 15) << family << dataflow;
}

} // namespace
