//===- WritersTest.cpp - Text, JSON and CSV of hand-made reports ----------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/Report/Report.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include <gtest/gtest.h>

using namespace onebit;
using namespace onebit::report;
using decoder::ProductClass;
using systolic::Metric;

static Kernel makeKernel(llvm::StringRef name, int64_t cycles) {
  Kernel kernel;
  kernel.name = name.str();
  kernel.named = true;
  kernel.productClass = ProductClass::MatMulFree;
  kernel.role = decoder::ProductRole::Q;
  kernel.shape = {1, 2, 3, 4};
  kernel.dataflow = systolic::Dataflow::OutputStationary;
  kernel.figures.kernels = 1;
  kernel.figures.values[figureOf(Metric::Cycles)] = cycles;
  kernel.figures.values[figureOf(Metric::MACs)] = 24;
  return kernel;
}

/// A report of kernels that are all matmul_free, as buildReport makes it.
static Report makeReport(std::vector<Kernel> kernels) {
  Report report;
  report.costModel = "by hand";
  report.model.name = "m";
  report.array = {{"4x4", 4, 4, systolic::Dataflow::OutputStationary, 0, 0, 0}};
  Figures sum;
  for (const Kernel &kernel : kernels) {
    ++sum.kernels;
    for (Figure figure = 0; figure < kNumFigures; ++figure)
      if (kernel.figures[figure])
        sum.values[figure] =
            sum.values[figure].value_or(0) + *kernel.figures[figure];
  }
  for (Figures &figures : report.totals.classes)
    for (Figure figure = 0; figure < kNumFigures; ++figure)
      if (sum[figure])
        figures.values[figure] = 0;
  report.totals.all = sum;
  report.totals.classes[unsigned(ProductClass::MatMulFree)] = sum;
  report.kernels = std::move(kernels);
  return report;
}

static std::string toCsv(const Report &report) {
  std::string text;
  llvm::raw_string_ostream os(text);
  writeCsv(report, os);
  return text;
}

static std::string toText(const Report &report, unsigned width) {
  std::string text;
  llvm::raw_string_ostream os(text);
  writeText(report, width, /*color=*/false, os);
  return text;
}

static llvm::json::Object toJson(const Report &report) {
  std::string text;
  llvm::raw_string_ostream os(text);
  writeJson(report, os);
  EXPECT_EQ(text.find('\n'), text.size() - 1) << "one line";
  llvm::Expected<llvm::json::Value> value = llvm::json::parse(text);
  if (!value) {
    ADD_FAILURE() << llvm::toString(value.takeError()) << text;
    return {};
  }
  return *value->getAsObject();
}

TEST(Csv, quotesAsRfc4180) {
  std::string text = toCsv(
      makeReport({makeKernel("plain", 1), makeKernel("a,b", 2),
                  makeKernel("say \"q\"", 3), makeKernel("two\nlines", 4)}));
  EXPECT_NE(text.find("\nplain,,matmul_free,q,1,2,3,4,os,1,24,"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("\n\"a,b\",,"), std::string::npos) << text;
  EXPECT_NE(text.find("\n\"say \"\"q\"\"\",,"), std::string::npos) << text;
  EXPECT_NE(text.find("\n\"two\nlines\",,"), std::string::npos) << text;
}

TEST(Csv, anUnknownFigureIsAnEmptyField) {
  Kernel with = makeKernel("with", 1), without = makeKernel("without", 2);
  with.figures.values[figureOf(Metric::Folds)] = 7;
  with.layer = 5;
  std::string text = toCsv(makeReport({with, without}));
  EXPECT_EQ(llvm::StringRef(text).split('\n').first,
            "name,layer,class,role,batch,m,n,k,dataflow,folds,cycles,macs,"
            "mapping_efficiency_pct,compute_utilization_pct,"
            "compute_utilization_pct_corrected,overall_utilization_pct,"
            "overall_utilization_pct_corrected");
  EXPECT_NE(text.find("\nwith,5,matmul_free,q,1,2,3,4,os,7,1,24,,,,150,\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("\nwithout,,matmul_free,q,1,2,3,4,os,,2,24,,,,75,\n"),
            std::string::npos)
      << text;
}

TEST(Json, absentMeansUnknownAndNullMeansUndefined) {
  Report report = makeReport({makeKernel("a", 0)});
  llvm::json::Object json = toJson(report);
  const llvm::json::Object *fraction =
      json.getObject("matmul_free_fraction")->getObject("decoder");
  ASSERT_TRUE(fraction->get("cycles"));
  EXPECT_EQ(fraction->get("cycles")->kind(), llvm::json::Value::Null);
  EXPECT_EQ(fraction->getNumber("macs"), 1.0);
  EXPECT_FALSE(fraction->get("sram_accesses"));
  const llvm::json::Object *sums =
      json.getObject("classes")->getObject("matmul_free");
  EXPECT_EQ(sums->getInteger("cycles"), 0);
  EXPECT_FALSE(sums->get("folds"));
  EXPECT_FALSE(sums->get("overall_utilization_pct")) << "0 cycles";
}

TEST(Json, classesThatAreAlwaysThere) {
  Report report = makeReport({makeKernel("a", 3)});
  llvm::json::Object json = toJson(report);
  const llvm::json::Object *classes = json.getObject("classes");
  EXPECT_EQ(classes->size(), 3u);
  EXPECT_EQ(classes->getObject("attention")->getInteger("cycles"), 0);
  EXPECT_EQ(classes->getObject("dense_projection")->getInteger("kernels"), 0);
  EXPECT_FALSE(classes->get("low_bit_projection"));

  report.totals.classes[unsigned(ProductClass::LowBitProjection)].kernels = 1;
  EXPECT_TRUE(
      toJson(report).getObject("classes")->getObject("low_bit_projection"));
}

TEST(Json, largeIntegersStayExact) {
  int64_t large = std::numeric_limits<int64_t>::max();
  llvm::json::Object json = toJson(makeReport({makeKernel("a", large)}));
  EXPECT_EQ((*json.getArray("kernels"))[0].getAsObject()->getInteger("cycles"),
            large);
}

TEST(Json, anUnboundedCeilingIsNull) {
  Report report = makeReport({makeKernel("a", 3)});
  Amdahl amdahl;
  amdahl.basis = kSramAccesses;
  amdahl.scope = Scope::Model;
  amdahl.points = {{2.5, 2, 1, 2}};
  amdahl.attentionCeiling = 1;
  report.amdahl = {amdahl};
  llvm::json::Object json = toJson(report);
  const llvm::json::Object *entry = (*json.getArray("amdahl"))[0].getAsObject();
  EXPECT_EQ(entry->getString("basis"), "sram_accesses");
  EXPECT_EQ(entry->getString("scope"), "model");
  EXPECT_EQ((*entry->getArray("points"))[0].getAsObject()->getNumber("speedup"),
            2.5);
  const llvm::json::Object *ceiling = entry->getObject("ceiling");
  ASSERT_TRUE(ceiling->get("projections_faster"));
  EXPECT_EQ(ceiling->get("projections_faster")->kind(),
            llvm::json::Value::Null);
  EXPECT_EQ(ceiling->getNumber("attention_faster"), 1.0);
}

TEST(Figures, utilizations) {
  Figures figures;
  figures.values[figureOf(Metric::Folds)] = 2;
  figures.values[figureOf(Metric::MappedPEs)] = 6;
  figures.values[figureOf(Metric::MACs)] = 24;
  figures.values[figureOf(Metric::Cycles)] = 19;
  figures.values[figureOf(Metric::ComputePECycles)] = 320;
  llvm::StringMap<std::optional<double>> values;
  for (const Utilization &utilization : getUtilizations())
    values[utilization.key] = evaluate(utilization, figures, 16);
  EXPECT_EQ(values["mapping_efficiency_pct"], 18.75); // 6 / (2 * 16)
  EXPECT_EQ(values["compute_utilization_pct"], 7.5);  // 24 / 320
  EXPECT_EQ(values["overall_utilization_pct"], 100 * 24 / (19.0 * 16));
  EXPECT_FALSE(values["compute_utilization_pct_corrected"]) << "unknown";
  figures.values[figureOf(Metric::Cycles)] = 0;
  EXPECT_FALSE(evaluate(getUtilizations()[3], figures, 16)) << "0 cycles";
}

/// Wide numbers, a long name, every table.
static Report makeWideReport(int64_t large) {
  Kernel kernel = makeKernel(std::string(200, 'x') + ".0.q", large);
  for (Figure figure = 0; figure < kNumFigures; ++figure)
    kernel.figures.values[figure] = large;
  kernel.layer = 0;
  kernel.shape = {128, 131072, 131072, 131072};
  Report report = makeReport({kernel, kernel});
  report.model = {std::string(200, 'm'), 1234, true, "family"};
  report.layers = {{0, report.totals}, {7, report.totals}};
  report.outsideLayers = report.totals;
  report.assumptions = {{decoder::AssumptionKind::NotVisible,
                         "a sentence that is much longer than a line of a "
                         "terminal of eighty columns may be",
                         "file.mlir:1:2"}};
  report.complete = false;
  for (Scope scope : {Scope::Decoder, Scope::Model})
    for (Figure basis : {figureOf(Metric::Cycles), kSramAccesses}) {
      Amdahl amdahl;
      amdahl.basis = basis;
      amdahl.scope = scope;
      amdahl.points = {{1, 1, 1, 1}, {1e9, 1e9, 1.25, 1e9}};
      report.amdahl.push_back(amdahl);
    }
  return report;
}

TEST(Text, staysInItsWidth) {
  int64_t widest = std::numeric_limits<int64_t>::max() / 4;
  for (auto [width, large] :
       {std::pair(80u, int64_t(1) << 56), std::pair(100u, widest),
        std::pair(200u, widest)}) {
    std::string text = toText(makeWideReport(large), width);
    llvm::SmallVector<llvm::StringRef> lines;
    llvm::StringRef(text).split(lines, '\n');
    EXPECT_GT(lines.size(), 30u);
    for (llvm::StringRef line : lines)
      EXPECT_LE(line.size(), width) << line.str();
  }
}

TEST(Text, aFractionOfWhatCouldBeSeenIsNotABareHundredPercent) {
  Report report = makeReport({makeKernel("a", 3)});
  EXPECT_NE(toText(report, 80).find("100.00 %\n"), std::string::npos);
  report.complete = false;
  report.assumptions = {
      {decoder::AssumptionKind::NotVisible, "attention in a loop", ""}};
  std::string text = toText(report, 80);
  EXPECT_EQ(text.find("100.00 %\n"), std::string::npos) << text;
  EXPECT_EQ(text.find("100.00 % "), std::string::npos) << text;
  EXPECT_NE(text.find("that could be seen*"), std::string::npos);
  EXPECT_NE(text.find("* not of the whole model: part of it could not be seen\n"
                      "  - attention in a loop\n"),
            std::string::npos)
      << text;
}

TEST(Text, manyAssumptionsOfAKindAreCounted) {
  Report report = makeReport({makeKernel("a", 3)});
  for (int i = 0; i < 1234; ++i)
    report.assumptions.push_back(
        {decoder::AssumptionKind::Weight, "w" + std::to_string(i), ""});
  std::string text = toText(report, 80);
  EXPECT_NE(text.find("- weight: w7\n"
                      "- weight: and 1,226 more, all in --report=json\n"),
            std::string::npos)
      << text;
}

TEST(Text, colorsWhereAskedOnly) {
  Report report = makeReport({makeKernel("a", 3)});
  for (bool color : {false, true}) {
    std::string text;
    llvm::raw_string_ostream os(text);
    os.enable_colors(true);
    writeText(report, 80, color, os);
    EXPECT_EQ(text.find('\x1b') != std::string::npos, color);
  }
}

TEST(Documentation, everyKeyAndEveryName) {
  for (llvm::StringRef path : {"/docs/report.md", "/docs/report-schema.json"}) {
    auto file = llvm::MemoryBuffer::getFile(ONEBIT_SOURCE_DIR + path.str());
    ASSERT_TRUE(file) << path.str();
    llvm::StringRef text = (*file)->getBuffer();
    auto expectKey = [&](llvm::StringRef key) {
      EXPECT_TRUE(text.contains(("`" + key + "`").str()) ||
                  text.contains(("\"" + key + "\"").str()))
          << path.str() << " says nothing of " << key.str();
    };
    for (Figure figure = 0; figure < kNumFigures; ++figure)
      expectKey(getKey(figure));
    for (Figure basis : {kDramBits, figureOf(Metric::EnergyTotal)})
      expectKey(getBasisKey(basis));
    for (const Energy &energy : getEnergies())
      expectKey(energy.key);
    for (const Utilization &utilization : getUtilizations())
      expectKey(utilization.key);
    using namespace decoder;
    for (unsigned i = 0; i <= getMaxEnumValForProductRole(); ++i)
      expectKey(stringifyProductRole(ProductRole(i)));
    for (unsigned i = 0; i <= getMaxEnumValForProductClass(); ++i)
      expectKey(stringifyProductClass(ProductClass(i)));
    for (unsigned i = 0; i <= getMaxEnumValForAssumptionKind(); ++i)
      expectKey(stringifyAssumptionKind(AssumptionKind(i)));
    for (unsigned i = 0; i <= getMaxEnumValForPhase(); ++i)
      expectKey(stringifyPhase(Phase(i)));
    for (unsigned i = 0; i <= getMaxEnumValForLayout(); ++i)
      expectKey(stringifyLayout(Layout(i)));
    for (unsigned i = 0; i <= systolic::getMaxEnumValForDataflow(); ++i)
      expectKey(stringifyDataflow(systolic::Dataflow(i)));
  }
}
