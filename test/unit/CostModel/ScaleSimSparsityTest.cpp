//===- ScaleSimSparsityTest.cpp - Equal to SCALE-Sim v3's sparse runs -----===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/CostModel/ScaleSimSparsity.h"
#include "ScaleSimRuns.h"

using namespace onebit;
using namespace onebit::test;
using namespace onebit::scalesim;

namespace {

TEST(ScaleSimSparsity, EqualsRunsOfScaleSim) {
  int rows = 0;
  for (const ScaleSimRun &run : readScaleSimRuns("scale_sim_sparsity.csv")) {
    SCOPED_TRACE(run.line);
    auto [kept, block] = llvm::StringRef(run.text("ratio")).split(':');
    Sparsity sparsity;
    ASSERT_FALSE(kept.getAsInteger(10, sparsity.kept));
    ASSERT_FALSE(block.getAsInteger(10, sparsity.block));
    ArrayDesc array =
        makeArray(run.number("rows"), run.number("columns"),
                  *systolic::symbolizeDataflow(run.text("dataflow")));
    array.ifmapKb = array.filterKb = array.ofmapKb = 1;
    Shape shape = run.shape();
    llvm::Expected<int64_t> k = getSparseK(shape.k, sparsity);
    ASSERT_TRUE(bool(k));
    shape.k = *k;
    Figures got = price(tileLikeScaleSim(shape, array), array, "scale-sim-v3");

    EXPECT_EQ(got[Metric::Cycles], run.number("total_cycles"));
    for (Metric metric : {Metric::SramFilterReads, Metric::SramOfmapWrites,
                          Metric::DramIfmapReads, Metric::DramFilterReads,
                          Metric::DramOfmapWrites})
      EXPECT_EQ(got[metric], run.number(stringifyMetric(metric).str()));
    double reads = got[Metric::SramIfmapReads];
    if (array.dataflow == Dataflow::WeightStationary)
      reads = getSparseIfmapReads(got[Metric::SramIfmapReads], sparsity);
    EXPECT_NEAR(reads, run.real("sram_ifmap_reads"), 1e-9 * reads);
    ++rows;
  }
  EXPECT_EQ(rows, 30);
}

TEST(ScaleSimSparsity, ABlockBegunKeepsItsFirstWeights) {
  auto left = [](int64_t k) { return llvm::cantFail(getSparseK(k, {2, 4})); };
  EXPECT_EQ(left(1), 1);
  EXPECT_EQ(left(2), 2);
  EXPECT_EQ(left(3), 2);
  EXPECT_EQ(left(4), 2);
  EXPECT_EQ(left(5), 3);
  EXPECT_EQ(llvm::cantFail(getSparseK(INT64_MAX, {1, 1})), INT64_MAX);
}

TEST(ScaleSimSparsity, SaysWhatIsImpossible) {
  EXPECT_EQ(message(getSparseK(0, {2, 4})),
            "a product must have a positive k, got 0");
  for (auto [kept, block] :
       {std::pair(0, 4), std::pair(5, 4), std::pair(-1, -1)})
    EXPECT_EQ(message(getSparseK(8, {kept, block})),
              "sparsity must keep at least 1 and at most all weights of a "
              "block, got " +
                  std::to_string(kept) + " of " + std::to_string(block));
}

} // namespace
