//===- ExplainJson.cpp - Explanations and readings for programs -----------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ExplainJson.h"
#include "Number.h"

using namespace onebit;
using namespace onebit::report;
using decoder::ProductClass;

static void writeDouble(llvm::StringRef key, std::optional<double> value,
                        llvm::json::OStream &json) {
  json.attributeBegin(key);
  if (value)
    json.rawValue([&](llvm::raw_ostream &os) { writeNumber(*value, os); });
  else
    json.value(nullptr);
  json.attributeEnd();
}

static void writeTraffic(const Explanation &why, llvm::json::OStream &json) {
  json.attributeObject("traffic", [&] {
    for (const OperandTraffic &traffic : why.traffic)
      json.attributeObject(stringifyMemoryLevel(traffic.level), [&] {
        json.attribute("ifmap_read_bits", traffic.ifmapReadBits);
        json.attribute("filter_read_bits", traffic.filterReadBits);
        if (traffic.ofmapReadBits)
          json.attribute("ofmap_read_bits", *traffic.ofmapReadBits);
        json.attribute("ofmap_write_bits", traffic.ofmapWriteBits);
        if (std::optional<double> reuse = traffic.getReuse(why.macs))
          writeDouble("macs_per_byte_read", reuse, json);
      });
  });
}

void report::writeExplanation(const Explanation &why,
                              llvm::json::OStream &json) {
  json.attributeObject("explain", [&] {
    json.attribute("basis", systolic::stringifyMetric(why.cyclesMetric));
    json.attribute("cycles", why.cycles);
    json.attribute("steps", why.steps);
    json.attributeObject("largest_fold", [&] {
      json.attribute("rows", why.largestFold.rows);
      json.attribute("columns", why.largestFold.columns);
      json.attribute("steps", why.largestFold.time);
    });
    json.attributeObject("pe_cycles", [&] {
      for (const PEShare &share : why.peShares)
        json.attribute(stringifyPECause(share.cause), share.peCycles);
    });
    writeTraffic(why, json);
    json.attributeObject("bounds", [&] {
      for (const Bound &bound : why.bounds)
        json.attribute(stringifyBoundKind(bound.kind), bound.cycles);
    });
    json.attribute("bound_by", stringifyBoundKind(why.binding));
    json.attributeArray("changes", [&] {
      for (const Alternative &alternative : why.alternatives)
        json.object([&] {
          json.attribute("change", stringifyChange(alternative.change));
          if (alternative.cycles) {
            json.attribute("cycles", *alternative.cycles);
            json.attribute("saved_cycles", why.cycles - *alternative.cycles);
          } else {
            json.attribute("error", alternative.error);
          }
        });
    });
    if (const Alternative *best = why.getBestAlternative())
      json.attribute("helps_most", stringifyChange(best->change));
    json.attributeArray("not_modelled", [&] {
      for (NotModelled what : why.notModelled)
        json.value(stringifyNotModelled(what));
    });
  });
}

void report::writeReadings(const Report &report, llvm::json::OStream &json) {
  if (report.readings.empty())
    return;
  json.attributeArray("readings", [&] {
    for (const ReadingSums &sums : report.readings)
      json.object([&] {
        json.attribute("reading", stringifyReading(sums.reading));
        if (!sums.error.empty())
          return json.attribute("error", sums.error);
        json.attribute("total", sums.all);
        json.attributeObject("classes", [&] {
          for (ProductClass productClass :
               {ProductClass::MatMulFree, ProductClass::Attention,
                ProductClass::DenseProjection, ProductClass::LowBitProjection})
            if (productClass != ProductClass::LowBitProjection ||
                report.totals.of(productClass).kernels)
              json.attribute(decoder::stringifyProductClass(productClass),
                             sums.classes[static_cast<unsigned>(productClass)]);
        });
        json.attributeObject("matmul_free_fraction", [&] {
          for (Scope scope : {Scope::Decoder, Scope::Model})
            writeDouble(getKey(scope), sums.matmulFreeFraction(scope), json);
        });
      });
  });
}
