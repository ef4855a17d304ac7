//===- SecondEngineTest.cpp - Two engines, terms by hand ------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/Report/Report.h"
#include "llvm/Support/JSON.h"
#include <gtest/gtest.h>

using namespace onebit;
using namespace onebit::report;

namespace {

/// T = 600 + 300 + 100 cycles, P1 = 60: F = 0.6, S = 10, predicted are 460.
Report makeReport() {
  Report report;
  report.costModel = "by hand";
  report.model.name = "m";
  report.array = {{"4x4", 4, 4, systolic::Dataflow::OutputStationary, 0, 0, 0}};
  SecondEngine &second = report.secondEngine.emplace();
  second.array = {{"8x8", 8, 8, systolic::Dataflow::WeightStationary, 0, 0, 0}};
  second.baseline.projections = 600;
  second.baseline.attention = 300;
  second.baseline.others = 100;
  second.measured = second.baseline;
  second.measured.projections = 60;
  return report;
}

llvm::json::Object toJson(const Report &report) {
  std::string text;
  llvm::raw_string_ostream os(text);
  writeJson(report, os);
  return *llvm::cantFail(llvm::json::parse(text))
              .getAsObject()
              ->getObject("second_engine");
}

std::string toText(const Report &report) {
  std::string text;
  llvm::raw_string_ostream os(text);
  writeText(report, 100, /*color=*/false, os);
  return text;
}

TEST(SecondEngine, PredictionIsMeasured) {
  Report report = makeReport();
  EXPECT_EQ(report.secondEngine->predicted(), 460);
  llvm::json::Object json = toJson(report);
  EXPECT_EQ(json.getNumber("fraction"), 0.6);
  EXPECT_EQ(json.getNumber("projection_speedup"), 10);
  EXPECT_EQ(json.getInteger("predicted_cycles"), 460);
  EXPECT_EQ(json.getObject("measured_cycles")->getInteger("total"), 460);
  EXPECT_EQ(json.getObject("residual_cycles")->getInteger("total"), 0);
  EXPECT_EQ(json.getNumber("predicted_speedup"), 1000. / 460);
  EXPECT_EQ(json.getNumber("predicted_speedup"),
            json.getNumber("measured_speedup"));
  // What is not modelled is no key, and said in the text.
  EXPECT_FALSE(json.getObject("measured_cycles")->get("vector"));
  EXPECT_FALSE(json.getObject("residual_cycles")->get("quantizing"));
  std::string text = toText(report);
  EXPECT_NE(text.find("Law predicts 460 cycles, 2.17x"), std::string::npos)
      << text;
  EXPECT_NE(text.find("vector work               not known"), std::string::npos)
      << text;
}

TEST(SecondEngine, ResidualByTerm) {
  Report report = makeReport();
  SecondEngine &second = *report.secondEngine;
  second.baseline.vector = 200;
  second.measured.attention = 290;
  second.measured.others = 105;
  second.measured.vector = 207;
  second.measured.quantizing = 30;
  second.measured.moving = 40;
  // 1200 - 600 + 60 predicted.
  EXPECT_EQ(second.predicted(), 660);
  llvm::json::Object json = toJson(report);
  EXPECT_EQ(json.getNumber("fraction"), 0.5);
  const llvm::json::Object &residual = *json.getObject("residual_cycles");
  EXPECT_EQ(residual.getInteger("attention"), -10);
  EXPECT_EQ(residual.getInteger("other_projections"), 5);
  EXPECT_EQ(residual.getInteger("vector"), 7);
  EXPECT_EQ(residual.getInteger("quantizing"), 30);
  EXPECT_EQ(residual.getInteger("moving"), 40);
  EXPECT_EQ(residual.getInteger("total"), -10 + 5 + 7 + 30 + 40);
  EXPECT_EQ(json.getObject("baseline_cycles")->getInteger("total"), 1200);
  EXPECT_EQ(json.getObject("baseline_cycles")->getInteger("vector"), 200);
  EXPECT_EQ(json.getObject("measured_cycles")->getInteger("total"), 732);
  std::string text = toText(report);
  EXPECT_EQ(text.find("not modelled"), std::string::npos) << text;
  EXPECT_NE(text.find("attention                       300          290       "
                      "-10"),
            std::string::npos)
      << text;
}

// Nothing takes no cycles, and is no ratio.
TEST(SecondEngine, RatiosToNothing) {
  Report report = makeReport();
  report.secondEngine->baseline = report.secondEngine->measured = {};
  llvm::json::Object json = toJson(report);
  for (const char *key : {"fraction", "projection_speedup", "predicted_speedup",
                          "measured_speedup"})
    EXPECT_EQ(json.get(key)->kind(), llvm::json::Value::Null) << key;
  EXPECT_NE(toText(report).find("S = -"), std::string::npos);
}

} // namespace
