//===- TimeJson.cpp - Time and memory for programs ------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TimeJson.h"
#include "Number.h"
#include "llvm/ADT/STLExtras.h"

using namespace onebit;
using namespace onebit::report;
using decoder::ProductClass;
using llvm::json::OStream;

static constexpr ProductClass kWeightClasses[] = {
    ProductClass::MatMulFree, ProductClass::DenseProjection,
    ProductClass::LowBitProjection};

static void attribute(OStream &json, llvm::StringRef key,
                      std::optional<double> value) {
  if (!value)
    return;
  json.attributeBegin(key);
  json.rawValue([&](llvm::raw_ostream &os) { writeNumber(*value, os); });
  json.attributeEnd();
}

static void writeFigures(const VectorFigures &figures, OStream &json) {
  json.attribute("passes", figures.passes);
  json.attribute("elements", figures.elements);
  json.attribute("reductions", figures.reductions);
}

void report::writeVectorClass(const Report &report, OStream &json) {
  if (!report.vector)
    return;
  json.attributeObject("vector", [&] {
    json.attribute("kernels", report.vector->all.ops);
    json.attribute("cycles", report.vector->exposedCycles());
    json.attribute("busy_cycles", report.vector->all.cycles);
    writeFigures(report.vector->all, json);
  });
}

void report::writeTimeFraction(const Report &report, OStream &json) {
  std::optional<int64_t> whole = getTimeCycles(report);
  if (!whole)
    return;
  json.attributeObject("time", [&] {
    const Figure cycles = figureOf(systolic::Metric::Cycles);
    const int64_t part = *report.totals.of(ProductClass::MatMulFree)[cycles];
    if (*whole == 0)
      return json.attribute(getKey(cycles), nullptr);
    attribute(json, getKey(cycles),
              static_cast<double>(part) / static_cast<double>(*whole));
  });
}

static void writeVector(const VectorWork &vector, OStream &json) {
  json.attributeObject("vector", [&] {
    json.attribute("overlap", systolic::stringifyOverlap(vector.overlap));
    json.attribute("hidden_cycles", vector.hiddenCycles);
    json.attribute("unknown_ops", vector.unknownOps);
    json.attributeArray("kinds", [&] {
      for (const auto &[kind, figures] : vector.kinds)
        json.object([&, kind = kind, &figures = figures] {
          json.attribute("kind", decoder::stringifyVectorKind(kind));
          json.attribute("ops", figures.ops);
          json.attribute("cycles", figures.cycles);
          writeFigures(figures, json);
        });
    });
  });
}

static void writeTime(const Report &report, const Time &time, OStream &json) {
  json.attributeObject("time", [&] {
    json.attribute("cycles", time.cycles);
    json.attribute("vector_work", time.vectorWork);
    if (time.tokens)
      json.attribute("tokens", *time.tokens);
    if (!time.seconds)
      return;
    attribute(json, "clock_mhz",
              static_cast<double>(report.array.clockKhz()) / 1000);
    attribute(json, "seconds", time.seconds);
    attribute(json, "tokens_per_second", time.tokensPerSecond);
    json.attributeObject("classes", [&] {
      for (ProductClass productClass :
           {ProductClass::MatMulFree, ProductClass::Attention,
            ProductClass::DenseProjection, ProductClass::LowBitProjection}) {
        const Figures &sums = report.totals.of(productClass);
        if (sums.kernels)
          attribute(
              json, decoder::stringifyProductClass(productClass),
              toSeconds(report, *sums[figureOf(systolic::Metric::Cycles)]));
      }
      if (report.vector)
        attribute(json, "vector",
                  toSeconds(report, report.vector->exposedCycles()));
    });
  });
}

static void writeFootprint(const Report &report, OStream &json) {
  const Footprint &footprint = *report.footprint;
  auto write = [&](llvm::StringRef key, const Stored &stored) {
    json.attributeObject(key, [&] {
      json.attribute("elements", stored.elements);
      json.attribute("bytes", stored.bytes());
    });
  };
  json.attributeObject("footprint", [&] {
    json.attributeObject("weights", [&] {
      for (ProductClass productClass : kWeightClasses) {
        const Stored &stored =
            footprint.weights[static_cast<unsigned>(productClass)];
        if (stored.elements)
          write(decoder::stringifyProductClass(productClass), stored);
      }
      if (footprint.scales.elements)
        write("scales", footprint.scales);
      if (footprint.others.elements)
        write("other", footprint.others);
    });
    write("all_weights", footprint.allWeights);
    json.attributeObject("kv_cache", [&] {
      json.attribute("elements", footprint.kv.elements);
      json.attribute("bytes", footprint.kv.bytes());
      attribute(json, "bytes_per_token", getKvBytesPerToken(report));
    });
  });
}

static void writeTraffic(const Report &report, OStream &json) {
  auto write = [&](llvm::StringRef key, const Traffic::Bytes &bytes) {
    json.attributeObject(key, [&] {
      for (auto [memory, count] : llvm::zip_equal(getMemoryKeys(), bytes))
        if (count)
          json.attribute(memory, *count);
    });
  };
  json.attributeObject("bytes", [&] {
    write("all", report.traffic->all);
    for (ProductClass productClass :
         {ProductClass::MatMulFree, ProductClass::Attention,
          ProductClass::DenseProjection, ProductClass::LowBitProjection})
      if (report.totals.of(productClass).kernels)
        write(decoder::stringifyProductClass(productClass),
              report.traffic->classes[static_cast<unsigned>(productClass)]);
  });
}

void report::writeTimeAndMemory(const Report &report, OStream &json) {
  if (report.vector)
    writeVector(*report.vector, json);
  if (std::optional<Time> time = getTime(report))
    writeTime(report, *time, json);
  if (report.footprint)
    writeFootprint(report, json);
  if (report.traffic)
    writeTraffic(report, json);
}
