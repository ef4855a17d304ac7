//===- ScaleSimReportTest.cpp - The reports that SCALE-Sim would write ----===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/Report/Report.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include <gtest/gtest.h>

using namespace onebit;
using namespace onebit::report;
using systolic::Metric;

// What SCALE-Sim 3.0.0 wrote about two products, 1 x 512 x 569 and 3 x 4 x 5,
// on an array of 8 x 32, weight-stationary, with memories of 2, 4 and 2 kB.
static const char kCompute[] =
    R"(LayerID, Total Cycles (incl. prefetch), Total Cycles, Stall Cycles, Overall Util %, Mapping Efficiency %, Compute Util %,
0, 54375, 54143, 0, 2.101841419943483, 98.78472222222221, 1.2664707977207932,
1, 52, 48, 0, 0.48828125, 7.8125, 0.29296875,
)";
static const char kBandwidth[] =
    R"(LayerID, Avg IFMAP SRAM BW, Avg FILTER SRAM BW, Avg OFMAP SRAM BW, Avg IFMAP DRAM BW, Avg FILTER DRAM BW, Avg OFMAP DRAM BW,
0, 0.16814731359547863, 5.380714035055316, 0.6808636388822193, 9.810344827586206, 5.392566266844366, 0.7006665780428053,
1, 0.3125, 0.4166666666666667, 0.25, 7.5, 5.0, 12.0,
)";
static const char kDetailedAccess[] =
    R"(LayerID, SRAM IFMAP Start Cycle, SRAM IFMAP Stop Cycle, SRAM IFMAP Reads, SRAM Filter Start Cycle, SRAM Filter Stop Cycle, SRAM Filter Reads, SRAM OFMAP Start Cycle, SRAM OFMAP Stop Cycle, SRAM OFMAP Writes, DRAM IFMAP Start Cycle, DRAM IFMAP Stop Cycle, DRAM IFMAP Reads, DRAM Filter Start Cycle, DRAM Filter Stop Cycle, DRAM Filter Reads, DRAM OFMAP Start Cycle, DRAM OFMAP Stop Cycle, DRAM OFMAP Writes,
0, 9.0, 54106.0, 9104, 1.0, 54105.0, 291328, 15.0, 54143.0, 36864, -58.0, -1.0, 569, -200.0, 53823.0, 291328, 1519.0, 54175.0, 36895,
1, 9.0, 15.0, 15, 4.0, 8.0, 20, 15.0, 20.0, 12, -2.0, -1.0, 15, -4.0, -1.0, 20, 48.0, 48.0, 12,
)";

/// Field by field: text and integers are equal, which Python may write as
/// `9.0`, ratios to 1e-12: SCALE-Sim takes means of rounded ones.
static void expectSame(llvm::StringRef found, llvm::StringRef expected) {
  llvm::SmallVector<llvm::StringRef> foundFields, expectedFields;
  found.split(foundFields, ',');
  expected.split(expectedFields, ',');
  ASSERT_EQ(foundFields.size(), expectedFields.size());
  for (auto [f, e] : llvm::zip(foundFields, expectedFields)) {
    double foundNumber, expectedNumber;
    if (f.trim(" ").getAsDouble(foundNumber) ||
        e.trim(" ").getAsDouble(expectedNumber) || !e.contains('.'))
      EXPECT_EQ(f, e);
    else
      EXPECT_NEAR(foundNumber, expectedNumber,
                  1e-12 * std::abs(expectedNumber));
  }
}

using Entries = std::vector<std::pair<Metric, int64_t>>;

static Kernel makeKernel(decoder::ProductShape shape, const Entries &entries) {
  Kernel kernel;
  kernel.name = "k";
  kernel.productClass = decoder::ProductClass::MatMulFree;
  kernel.role = decoder::ProductRole::Other;
  kernel.shape = shape;
  kernel.runs = shape.batch;
  kernel.dataflow = systolic::Dataflow::WeightStationary;
  for (auto [metric, value] : entries)
    kernel.figures.values[figureOf(metric)] = value;
  return kernel;
}

static const Entries kFirst = {
    {Metric::Folds, 72 * 16},
    {Metric::Cycles, 54143},
    {Metric::CyclesWithPrefetch, 54375},
    {Metric::StallCycles, 0},
    {Metric::MACs, 512 * 569},
    {Metric::SramIfmapReads, 9104},
    {Metric::SramFilterReads, 291328},
    {Metric::SramOfmapWrites, 36864},
    {Metric::DramIfmapReads, 569},
    {Metric::DramFilterReads, 291328},
    {Metric::DramOfmapWrites, 36895},
    {Metric::MappedPEs, 512 * 569},
    {Metric::ComputePECycles, 72 * 16 * 8 * 32 * (2 * 8 + 2 * 32 + 1 - 3)},
    {Metric::SramIfmapStart, 9},
    {Metric::SramIfmapStop, 54106},
    {Metric::SramFilterStart, 1},
    {Metric::SramFilterStop, 54105},
    {Metric::SramOfmapStart, 15},
    {Metric::SramOfmapStop, 54143},
    {Metric::DramIfmapStart, -58},
    {Metric::DramIfmapStop, -1},
    {Metric::DramFilterStart, -200},
    {Metric::DramFilterStop, 53823},
    {Metric::DramOfmapStart, 1519},
    {Metric::DramOfmapStop, 54175}};
static const Entries kSecond = {
    {Metric::Folds, 1},
    {Metric::Cycles, 48},
    {Metric::CyclesWithPrefetch, 52},
    {Metric::StallCycles, 0},
    {Metric::MACs, 60},
    {Metric::SramIfmapReads, 15},
    {Metric::SramFilterReads, 20},
    {Metric::SramOfmapWrites, 12},
    {Metric::DramIfmapReads, 15},
    {Metric::DramFilterReads, 20},
    {Metric::DramOfmapWrites, 12},
    {Metric::MappedPEs, 20},
    {Metric::ComputePECycles, 8 * 32 * (2 * 8 + 2 * 32 + 3 - 3)},
    {Metric::SramIfmapStart, 9},
    {Metric::SramIfmapStop, 15},
    {Metric::SramFilterStart, 4},
    {Metric::SramFilterStop, 8},
    {Metric::SramOfmapStart, 15},
    {Metric::SramOfmapStop, 20},
    {Metric::DramIfmapStart, -2},
    {Metric::DramIfmapStop, -1},
    {Metric::DramFilterStart, -4},
    {Metric::DramFilterStop, -1},
    {Metric::DramOfmapStart, 48},
    {Metric::DramOfmapStop, 48}};

static Report makeReport(std::vector<Kernel> kernels) {
  Report report;
  report.array = {
      {"8x32", 8, 32, systolic::Dataflow::WeightStationary, 2, 4, 2}};
  report.kernels = std::move(kernels);
  return report;
}

static std::string errorOf(const Report &report) {
  llvm::Expected<ScaleSimReports> texts = formatScaleSim(report);
  return texts ? "" : llvm::toString(texts.takeError());
}

static std::string contents(const llvm::Twine &path) {
  auto buffer = llvm::MemoryBuffer::getFile(path);
  return buffer ? (*buffer)->getBuffer().str() : "no file";
}

namespace {

TEST(ScaleSim, writesWhatScaleSimWrote) {
  llvm::Expected<ScaleSimReports> texts =
      formatScaleSim(makeReport({makeKernel({1, 1, 512, 569}, kFirst),
                                 makeKernel({1, 3, 4, 5}, kSecond)}));
  ASSERT_TRUE(bool(texts));
  expectSame(texts->compute, kCompute);
  expectSame(texts->bandwidth, kBandwidth);
  expectSame(texts->detailedAccess, kDetailedAccess);
}

/// Every count is that of three runs, every start and stop is that of the
/// first.
TEST(ScaleSim, anEntryOfABatchIsARow) {
  Entries sums = kSecond;
  for (auto &[metric, value] : sums)
    if (!systolic::isPosition(metric))
      value *= 3;
  llvm::Expected<ScaleSimReports> batch =
      formatScaleSim(makeReport({makeKernel({3, 3, 4, 5}, sums)}));
  Kernel one = makeKernel({1, 3, 4, 5}, kSecond);
  llvm::Expected<ScaleSimReports> rows =
      formatScaleSim(makeReport({one, one, one}));
  ASSERT_TRUE(batch && rows);
  EXPECT_EQ(batch->compute, rows->compute);
  EXPECT_EQ(batch->bandwidth, rows->bandwidth);
  EXPECT_EQ(batch->detailedAccess, rows->detailedAccess);
}

TEST(ScaleSim, anUnknownFigureIsAnEmptyField) {
  llvm::Expected<ScaleSimReports> texts = formatScaleSim(
      makeReport({makeKernel({1, 3, 4, 5}, {{Metric::Cycles, 48},
                                            {Metric::SramIfmapReads, 15},
                                            {Metric::DramIfmapReads, 15}})}));
  ASSERT_TRUE(bool(texts));
  // The column of version 3 is not there.
  EXPECT_EQ(texts->compute, "LayerID, Total Cycles, Stall Cycles, Overall Util "
                            "%, Mapping Efficiency %, Compute Util %,\n"
                            "0, 48, , , , ,\n");
  EXPECT_EQ(llvm::StringRef(texts->bandwidth).split('\n').second,
            "0, 0.3125, , , , , ,\n");
  EXPECT_EQ(llvm::StringRef(texts->detailedAccess).split('\n').second,
            "0, , , 15, , , , , , , , , 15, , , , , , ,\n");
}

TEST(ScaleSim, noQuotientByZero) {
  llvm::Expected<ScaleSimReports> texts = formatScaleSim(
      makeReport({makeKernel({1, 1, 1, 1}, {{Metric::Cycles, 0},
                                            {Metric::MACs, 1},
                                            {Metric::SramIfmapReads, 1},
                                            {Metric::DramIfmapReads, 1},
                                            {Metric::DramIfmapStart, 5},
                                            {Metric::DramIfmapStop, 4}})}));
  ASSERT_TRUE(bool(texts));
  EXPECT_EQ(llvm::StringRef(texts->compute).split('\n').second,
            "0, 0, , , , ,\n");
  EXPECT_EQ(llvm::StringRef(texts->bandwidth).split('\n').second,
            "0, , , , , , ,\n");
}

TEST(ScaleSim, refusesWhatIsNoSumOfEqualRuns) {
  EXPECT_EQ(
      errorOf(makeReport({makeKernel({2, 3, 4, 5}, {{Metric::Cycles, 97}})})),
      "kernel 'k' has no SCALE-Sim report: its cycles, 97, is not that of "
      "2 equal runs; price with scale-sim-v2 or scale-sim-v3");
}

TEST(ScaleSim, refusesMoreRowsThanAnybodyReads) {
  int64_t rows = int64_t(1) << 20;
  const char *error =
      "SCALE-Sim's reports have a row for each entry of a batch, "
      "and more than 1048576 are too many";
  EXPECT_EQ(errorOf(makeReport({makeKernel({rows + 1, 1, 1, 1}, {})})), error);
  EXPECT_EQ(errorOf(makeReport({makeKernel({1, 1, 1, 1}, {}),
                                makeKernel({rows, 1, 1, 1}, {})})),
            error);
}

TEST(ScaleSim, writesAllFilesOrNone) {
  llvm::SmallString<128> folder;
  ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("reports", folder));
  Report report = makeReport({makeKernel({1, 3, 4, 5}, kSecond)});
  Report other = makeReport({makeKernel({1, 1, 512, 569}, kFirst)});
  std::string made = (folder + "/a/b").str();
  auto entries = [&] {
    unsigned count = 0;
    std::error_code error;
    for (llvm::sys::fs::directory_iterator file(made, error), end;
         file != end && !error; file.increment(error))
      ++count;
    return count;
  };

  EXPECT_EQ(llvm::toString(writeScaleSim(report, made)), "");
  EXPECT_EQ(entries(), 3u);
  std::string first = contents(made + "/COMPUTE_REPORT.csv");
  EXPECT_EQ(first, formatScaleSim(report)->compute);
  EXPECT_EQ(contents(made + "/BANDWIDTH_REPORT.csv"),
            formatScaleSim(report)->bandwidth);
  EXPECT_EQ(contents(made + "/DETAILED_ACCESS_REPORT.csv"),
            formatScaleSim(report)->detailedAccess);

  // What is there is replaced.
  EXPECT_EQ(llvm::toString(writeScaleSim(other, made)), "");
  EXPECT_EQ(entries(), 3u);
  EXPECT_EQ(contents(made + "/COMPUTE_REPORT.csv"),
            formatScaleSim(other)->compute);

  // The last of the files cannot be: the first stay as they are.
  std::string last = made + "/DETAILED_ACCESS_REPORT.csv";
  ASSERT_FALSE(llvm::sys::fs::remove(last));
  ASSERT_FALSE(llvm::sys::fs::create_directory(last));
  EXPECT_EQ(llvm::toString(writeScaleSim(report, made)),
            "cannot write '" + last + "': it is a directory");
  EXPECT_EQ(entries(), 3u);
  EXPECT_EQ(contents(made + "/COMPUTE_REPORT.csv"),
            formatScaleSim(other)->compute);

  std::string blocked = made + "/COMPUTE_REPORT.csv/x";
  EXPECT_EQ(llvm::toString(writeScaleSim(report, blocked)),
            "cannot make directory '" + blocked + "': Not a directory");
  ASSERT_FALSE(llvm::sys::fs::remove_directories(folder));
}

} // namespace
