//===- JsonReport.cpp - A report for programs -----------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ExplainJson.h"
#include "Number.h"
#include "TimeJson.h"
#include "onebit/CostModel/ArrayFile.h"
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
  void writeFigures(const Figures &figures, int64_t elements);
  void writeFigures(const Figures &figures) {
    writeFigures(figures, report.array.elements());
  }
  void writeClasses(const Totals &totals);
  void writeFractions(const Totals &totals);
  void writeModel();
  void writeArray(const Array &array);
  void writeSecondEngine();
  void writeEnergy();
  void writeAmdahl(const Amdahl &amdahl);
  void writeChoice(const Choice &choice);
  void writeQuantization(const Quantization &quantization);
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
void JsonWriter::writeFigures(const Figures &figures, int64_t elements) {
  json.attributeBegin("kernels");
  json.rawValue([&](llvm::raw_ostream &os) {
    os << figures.kernels;
    for (Figure figure = 0; figure < kNumFigures; ++figure)
      if (figures[figure])
        os << ",\"" << getKey(figure) << "\":" << *figures[figure];
    for (const Utilization &utilization : getUtilizations())
      if (std::optional<double> value =
              evaluate(utilization, figures, elements)) {
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
    // Vector work belongs to no layer.
    if (&totals == &report.totals)
      writeVectorClass(report, json);
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
    if (&totals == &report.totals)
      writeTimeFraction(report, json);
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

void JsonWriter::writeArray(const Array &array) {
  json.attributeObject("array", [&] {
    json.attribute("name", array.name);
    json.attribute("rows", array.rows);
    json.attribute("columns", array.columns);
    json.attribute("dataflow",
                   array.mixed ? "mixed"
                               : systolic::stringifyDataflow(array.dataflow));
    writeArrayDescription(array, json);
    if (array.scaleSim)
      json.attributeObject("scale_sim_bandwidth", [&] {
        json.attribute("ifmap", array.scaleSim->ifmap);
        json.attribute("filter", array.scaleSim->filter);
        json.attribute("ofmap", array.scaleSim->ofmap);
      });
  });
}

void JsonWriter::writeEnergy() {
  if (report.energyNode == systolic::EnergyNode::None)
    return;
  auto writeJoules = [&](llvm::StringRef key, const Figures &sums) {
    json.attributeObject(key, [&] {
      for (const auto &[metric, key] : getEnergies()) {
        std::optional<double> joules = toJoules(report, sums, metric);
        // Arithmetic says nothing without DRAM beside it.
        if (!joules && metric != systolic::Metric::EnergyDram)
          continue;
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

void JsonWriter::writeChoice(const Choice &choice) {
  json.attributeObject("choice", [&] {
    json.attribute("objective", systolic::stringifyObjective(choice.objective));
    if (!choice.runnerUp)
      return;
    json.attributeObject("runner_up", [&] {
      json.attribute("dataflow",
                     systolic::stringifyDataflow(choice.runnerUp->dataflow));
      if (choice.runnerUp->transposed)
        json.attribute("transposed", true);
      for (const systolic::CostEntry &entry : choice.runnerUp->figures)
        json.attribute(systolic::stringifyMetric(entry.metric), entry.value);
      if (std::optional<double> ratio = choice.getRatio()) {
        json.attributeBegin("ratio");
        writeDouble(ratio);
        json.attributeEnd();
      }
    });
  });
}

void JsonWriter::writeQuantization(const Quantization &quantization) {
  json.attributeObject("quantization", [&] {
    json.attribute("origin", stringifyWeightOrigin(quantization.origin));
    if (quantization.scheme)
      json.attribute("scheme", ternary::stringifyScheme(*quantization.scheme));
    auto number = [&](llvm::StringRef key, std::optional<double> value) {
      if (!value)
        return;
      json.attributeBegin(key);
      writeDouble(value);
      json.attributeEnd();
    };
    number("relative_error", quantization.relativeError);
    number("zero_share", quantization.zeroShare);
    number("scale", quantization.scale);
    if (quantization.bytesBefore)
      json.attribute("bytes_before", *quantization.bytesBefore);
    json.attribute("bytes", quantization.bytes);
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
    if (kernel.transposed)
      json.attribute("transposed", true);
    if (kernel.queryRows)
      json.attribute("gqa", *kernel.queryRows ? "rows" : "heads");
    if (kernel.skippedMACs)
      json.attribute("macs_skipped", *kernel.skippedMACs);
    if (kernel.choice)
      writeChoice(*kernel.choice);
    if (kernel.quantization)
      writeQuantization(*kernel.quantization);
    writeFigures(kernel.figures);
    if (kernel.secondDataflow)
      json.attributeObject("second_engine", [&] {
        json.attribute("dataflow",
                       systolic::stringifyDataflow(*kernel.secondDataflow));
        writeFigures(*kernel.compiled, report.secondEngine->array.elements());
      });
    if (kernel.explanation)
      writeExplanation(report.explanations[*kernel.explanation], json);
  });
}

void JsonWriter::writeSecondEngine() {
  if (!report.secondEngine)
    return;
  const SecondEngine &second = *report.secondEngine;
  const EngineTerms &baseline = second.baseline, &measured = second.measured;
  auto ratio = [&](llvm::StringRef key, int64_t part, int64_t whole) {
    json.attributeBegin(key);
    writeDouble(whole == 0
                    ? std::nullopt
                    : std::optional<double>(double(part) / double(whole)));
    json.attributeEnd();
  };
  auto terms = [&](llvm::StringRef key, const EngineTerms &terms) {
    json.attributeObject(key, [&] {
      json.attribute("projections", terms.projections);
      json.attribute("attention", terms.attention);
      json.attribute("other_projections", terms.others);
      if (terms.vector)
        json.attribute("vector", *terms.vector);
      if (terms.quantizing)
        json.attribute("quantizing", *terms.quantizing);
      if (&terms == &measured)
        json.attribute("moving", terms.moving);
      json.attribute("total", terms.total());
    });
  };
  json.attributeObject("second_engine", [&] {
    writeArray(second.array);
    json.attribute("shared_dram", second.sharedDram);
    json.attribute("moved_bits", second.movedBits);
    terms("baseline_cycles", baseline);
    terms("measured_cycles", measured);
    ratio("fraction", baseline.projections, baseline.total());
    ratio("projection_speedup", baseline.projections, measured.projections);
    json.attribute("predicted_cycles", second.predicted());
    ratio("predicted_speedup", baseline.total(), second.predicted());
    ratio("measured_speedup", baseline.total(), measured.total());
    if (std::optional<Time> time = getSecondEngineTime(report)) {
      json.attributeBegin("seconds");
      writeDouble(time->seconds);
      json.attributeEnd();
      if (time->tokensPerSecond) {
        json.attributeBegin("tokens_per_second");
        writeDouble(time->tokensPerSecond);
        json.attributeEnd();
      }
    }
    json.attributeObject("residual_cycles", [&] {
      json.attribute("attention", measured.attention - baseline.attention);
      json.attribute("other_projections", measured.others - baseline.others);
      if (baseline.vector && measured.vector)
        json.attribute("vector", *measured.vector - *baseline.vector);
      if (measured.quantizing)
        json.attribute("quantizing", *measured.quantizing);
      json.attribute("moving", measured.moving);
      json.attribute("total", measured.total() - second.predicted());
    });
    json.attributeObject("total", [&] {
      json.attribute("kernels", second.totals.all.kernels);
      for (Figure figure = 0; figure < kNumFigures; ++figure)
        if (std::optional<int64_t> value = second.totals.all[figure])
          json.attribute(getKey(figure), *value);
    });
  });
}

void JsonWriter::write() {
  json.object([&] {
    json.attribute("schema", "onebit-report/1");
    json.attribute("cost_model", report.costModel);
    json.attribute("complete", report.complete);
    writeModel();
    writeArray(report.array);
    json.attributeObject("total", [&] { writeFigures(report.totals.all); });
    writeClasses(report.totals);
    writeFractions(report.totals);
    writeEnergy();
    writeSecondEngine();
    writeTimeAndMemory(report, json);
    json.attributeArray("amdahl", [&] {
      for (const Amdahl &amdahl : report.amdahl)
        writeAmdahl(amdahl);
    });
    writeReadings(report, json);
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
