//===- JsonReport.cpp - A report for programs -----------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Number.h"
#include "onebit/Report/Report.h"
#include "llvm/Support/JSON.h"

using namespace onebit;
using namespace onebit::report;
using decoder::ProductClass;

namespace {
class JsonWriter {
public:
  JsonWriter(const Report &report, llvm::raw_ostream &os)
      : report(report), json(os) {}

  void write();

private:
  void writeDouble(std::optional<double> value);
  void writeFigures(const Figures &figures);
  void writeClasses(const Totals &totals);
  void writeFractions(const Totals &totals);
  void writeModel();
  void writeArray();
  void writeEnergy();
  void writeAmdahl(const Amdahl &amdahl);
  void writeKernel(const Kernel &kernel);

  const Report &report;
  llvm::json::OStream json;
};
} // namespace

void JsonWriter::writeDouble(std::optional<double> value) {
  if (!value)
    return json.value(nullptr);
  json.rawValue([&](llvm::raw_ostream &os) { writeNumber(*value, os); });
}

// The figures after the first follow in its value: a report is little else, and
// quoting and checking the same keys again and again takes most of its time.
void JsonWriter::writeFigures(const Figures &figures) {
  json.attributeBegin("kernels");
  json.rawValue([&](llvm::raw_ostream &os) {
    os << figures.kernels;
    for (Figure figure = 0; figure < kNumFigures; ++figure)
      if (figures[figure])
        os << ",\"" << getKey(figure) << "\":" << *figures[figure];
    for (const Utilization &utilization : getUtilizations())
      if (std::optional<double> value =
              evaluate(utilization, figures, report.array.elements())) {
        os << ",\"" << utilization.key << "\":";
        writeNumber(*value, os);
      }
  });
  json.attributeEnd();
}

void JsonWriter::writeClasses(const Totals &totals) {
  json.attributeObject("classes", [&] {
    for (ProductClass productClass :
         {ProductClass::MatMulFree, ProductClass::Attention,
          ProductClass::DenseProjection, ProductClass::LowBitProjection}) {
      const Figures &figures = totals.of(productClass);
      if (productClass == ProductClass::LowBitProjection &&
          report.totals.of(productClass).kernels == 0)
        continue;
      json.attributeObject(decoder::stringifyProductClass(productClass),
                           [&] { writeFigures(figures); });
    }
  });
}

void JsonWriter::writeFractions(const Totals &totals) {
  json.attributeObject("matmul_free_fraction", [&] {
    for (Scope scope : {Scope::Decoder, Scope::Model})
      json.attributeObject(getKey(scope), [&] {
        for (Figure figure :
             {figureOf(systolic::Metric::Cycles),
              figureOf(systolic::Metric::CyclesCorrected), kSramAccesses,
              kSramAccessesCorrected, figureOf(systolic::Metric::MACs),
              kDramBits, figureOf(systolic::Metric::EnergyTotal)}) {
          if (!totals.whole(figure, scope))
            continue;
          json.attributeBegin(getKey(figure));
          writeDouble(totals.matmulFreeFraction(figure, scope));
          json.attributeEnd();
        }
      });
  });
}

void JsonWriter::writeModel() {
  const Model &model = report.model;
  json.attributeObject("model", [&] {
    json.attribute("name", model.name);
    json.attribute("layers", model.layers);
    if (!model.described)
      return;
    json.attribute("family", model.family);
    json.attribute("phase", decoder::stringifyPhase(model.phase));
    json.attribute("batch", model.batch);
    json.attribute("context", model.context);
    json.attribute("layout", decoder::stringifyLayout(model.layout));
  });
}

void JsonWriter::writeArray() {
  const Array &array = report.array;
  json.attributeObject("array", [&] {
    json.attribute("name", array.name);
    json.attribute("rows", array.rows);
    json.attribute("columns", array.columns);
    json.attribute("dataflow",
                   array.dataflow ? systolic::stringifyDataflow(*array.dataflow)
                                  : "mixed");
    if (!array.ifmapKb && !array.filterKb && !array.ofmapKb)
      return;
    json.attributeObject("memories", [&] {
      for (auto [name, kb] : {std::pair("ifmap", array.ifmapKb),
                              std::pair("filter", array.filterKb),
                              std::pair("ofmap", array.ofmapKb)})
        if (kb)
          json.attributeObject(name,
                               [&, kb = kb] { json.attribute("kb", kb); });
    });
  });
}

void JsonWriter::writeEnergy() {
  if (report.energyNode == systolic::EnergyNode::None)
    return;
  auto writeJoules = [&](llvm::StringRef key, const Figures &sums) {
    json.attributeObject(key, [&] {
      for (const auto &[metric, key] : getEnergies())
        if (std::optional<double> joules = toJoules(report, sums, metric)) {
          json.attributeBegin(key);
          writeDouble(joules);
          json.attributeEnd();
        }
    });
  };
  json.attributeObject("energy", [&] {
    json.attribute("node", report.energyNode == systolic::EnergyNode::Nm7
                               ? "7nm"
                               : "45nm");
    json.attribute("per", isEnergyPerToken(report) ? "token" : "forward");
    writeJoules("joules", report.totals.all);
    json.attributeObject("classes", [&] {
      for (ProductClass productClass :
           {ProductClass::MatMulFree, ProductClass::Attention,
            ProductClass::DenseProjection, ProductClass::LowBitProjection})
        if (report.totals.of(productClass).kernels)
          writeJoules(decoder::stringifyProductClass(productClass),
                      report.totals.of(productClass));
    });
  });
}

void JsonWriter::writeAmdahl(const Amdahl &amdahl) {
  auto attribute = [&](llvm::StringRef key, std::optional<double> value) {
    json.attributeBegin(key);
    writeDouble(value);
    json.attributeEnd();
  };
  json.object([&] {
    json.attribute("basis", getBasisKey(amdahl.basis));
    json.attribute("scope", getKey(amdahl.scope));
    json.attributeArray("points", [&] {
      for (const AmdahlPoint &point : amdahl.points)
        json.object([&] {
          attribute("speedup", point.speedup);
          attribute("projections_faster", point.projectionsFaster);
          attribute("attention_faster", point.attentionFaster);
          attribute("both_faster", point.bothFaster);
        });
    });
    json.attributeObject("ceiling", [&] {
      attribute("projections_faster", amdahl.projectionsCeiling);
      attribute("attention_faster", amdahl.attentionCeiling);
      attribute("both_faster", amdahl.bothCeiling);
    });
  });
}

void JsonWriter::writeKernel(const Kernel &kernel) {
  json.object([&] {
    json.attribute("name", kernel.name);
    if (kernel.layer)
      json.attribute("layer", *kernel.layer);
    json.attribute("class",
                   decoder::stringifyProductClass(kernel.productClass));
    json.attribute("role", decoder::stringifyProductRole(kernel.role));
    json.attribute("batch", kernel.shape.batch);
    json.attribute("m", kernel.shape.m);
    json.attribute("n", kernel.shape.n);
    json.attribute("k", kernel.shape.k);
    if (kernel.times != 1)
      json.attribute("times", kernel.times);
    json.attribute("dataflow", systolic::stringifyDataflow(kernel.dataflow));
    writeFigures(kernel.figures);
  });
}

void JsonWriter::write() {
  json.object([&] {
    json.attribute("schema", "onebit-report/1");
    json.attribute("cost_model", report.costModel);
    json.attribute("complete", report.complete);
    writeModel();
    writeArray();
    json.attributeObject("total", [&] { writeFigures(report.totals.all); });
    writeClasses(report.totals);
    writeFractions(report.totals);
    writeEnergy();
    json.attributeArray("amdahl", [&] {
      for (const Amdahl &amdahl : report.amdahl)
        writeAmdahl(amdahl);
    });
    json.attributeArray("layers", [&] {
      for (const Layer &layer : report.layers)
        json.object([&] {
          json.attribute("layer", layer.layer);
          writeFigures(layer.totals.all);
          writeClasses(layer.totals);
          writeFractions(layer.totals);
        });
    });
    json.attributeArray("kernels", [&] {
      for (const Kernel &kernel : report.kernels)
        writeKernel(kernel);
    });
    json.attributeArray("assumptions", [&] {
      for (const Assumption &assumption : report.assumptions)
        json.object([&] {
          json.attribute("kind",
                         decoder::stringifyAssumptionKind(assumption.kind));
          json.attribute("text", assumption.text);
          if (!assumption.location.empty())
            json.attribute("location", assumption.location);
        });
    });
  });
}

void report::writeJson(const Report &report, llvm::raw_ostream &os) {
  JsonWriter(report, os).write();
  os << '\n';
}
