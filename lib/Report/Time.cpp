//===- Time.cpp - Cycles in seconds ---------------------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/Report/Report.h"
#include "llvm/Support/MathExtras.h"

using namespace onebit;
using namespace onebit::report;

std::optional<int64_t> report::getTimeCycles(const Report &report) {
  std::optional<int64_t> products =
      report.totals.all[figureOf(systolic::Metric::Cycles)];
  if (!products || !report.vector)
    return std::nullopt;
  return *products + report.vector->exposedCycles();
}

std::optional<double> report::toSeconds(const Report &report, int64_t cycles) {
  if (report.array.clockKhz() == 0)
    return std::nullopt;
  return static_cast<double>(cycles) /
         (1e3 * static_cast<double>(report.array.clockKhz()));
}

/// The tokens of one step.
static std::optional<int64_t> countTokens(const Model &model) {
  if (!model.described)
    return std::nullopt;
  if (model.phase == decoder::Phase::Decode)
    return model.batch;
  int64_t tokens = 0;
  if (llvm::MulOverflow(model.batch, model.context, tokens))
    return std::nullopt;
  return tokens;
}

static Time makeTime(const Report &report, int64_t cycles, bool vectorWork) {
  Time time;
  time.cycles = cycles;
  time.vectorWork = vectorWork;
  time.seconds = toSeconds(report, cycles);
  time.tokens = countTokens(report.model);
  if (time.tokens && time.seconds.value_or(0) > 0)
    time.tokensPerSecond = static_cast<double>(*time.tokens) / *time.seconds;
  return time;
}

std::optional<Time> report::getTime(const Report &report) {
  std::optional<int64_t> products =
      report.totals.all[figureOf(systolic::Metric::Cycles)];
  std::optional<int64_t> all = getTimeCycles(report);
  if (!products || (!all && report.array.clockKhz() == 0))
    return std::nullopt;
  return makeTime(report, all.value_or(*products), all.has_value());
}

std::optional<Time> report::getSecondEngineTime(const Report &report) {
  if (!report.secondEngine || report.array.clockKhz() == 0)
    return std::nullopt;
  const EngineTerms &measured = report.secondEngine->measured;
  return makeTime(report, measured.total(), measured.vector.has_value());
}

std::optional<double> report::getKvBytesPerToken(const Report &report) {
  std::optional<int64_t> sequences;
  if (report.model.described)
    sequences = report.model.batch;
  if (!sequences || !report.footprint || report.footprint->kv.elements == 0)
    return std::nullopt;
  return static_cast<double>(report.footprint->kv.bits) /
         (8.0 * static_cast<double>(*sequences) *
          static_cast<double>(report.model.context));
}
