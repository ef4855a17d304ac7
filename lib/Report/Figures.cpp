//===- Figures.cpp - What a report counts ---------------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/Report/Report.h"
#include "llvm/Support/ErrorHandling.h"

using namespace onebit;
using namespace onebit::report;
using systolic::Metric;

llvm::StringRef report::getKey(Figure figure) {
  switch (figure) {
  case kSramAccesses:
    return "sram_accesses";
  case kSramAccessesCorrected:
    return "sram_accesses_corrected";
  case kDramBits:
    return "dram_bits";
  case kScaleMultiplications:
    return "scale_multiplications";
  default:
    return stringifyMetric(static_cast<Metric>(figure));
  }
}

// A ratio of bits is one of bytes, and bytes of packed weights are no integers.
llvm::StringRef report::getBasisKey(Figure figure) {
  if (figure == kDramBits)
    return "dram_bytes";
  if (figure == figureOf(Metric::EnergyTotal))
    return "energy";
  return getKey(figure);
}

llvm::StringRef report::getKey(Scope scope) {
  switch (scope) {
  case Scope::Decoder:
    return "decoder";
  case Scope::Model:
    return "model";
  case Scope::Time:
    return "time";
  }
  llvm_unreachable("unknown scope");
}

llvm::ArrayRef<Utilization> report::getUtilizations() {
  static constexpr Utilization utilizations[] = {
      {"mapping_efficiency_pct", figureOf(Metric::MappedPEs),
       figureOf(Metric::Folds), true},
      {"compute_utilization_pct", figureOf(Metric::MACs),
       figureOf(Metric::ComputePECycles), false},
      {"compute_utilization_pct_corrected", figureOf(Metric::MACs),
       figureOf(Metric::ComputePECyclesCorrected), false},
      {"overall_utilization_pct", figureOf(Metric::MACs),
       figureOf(Metric::Cycles), true},
      {"overall_utilization_pct_corrected", figureOf(Metric::MACs),
       figureOf(Metric::CyclesCorrected), true}};
  return utilizations;
}

std::optional<double> report::evaluate(const Utilization &utilization,
                                       const Figures &figures,
                                       int64_t elements) {
  std::optional<int64_t> part = figures[utilization.part];
  std::optional<int64_t> whole = figures[utilization.whole];
  if (!part || !whole || *whole == 0)
    return std::nullopt;
  double denominator = static_cast<double>(*whole);
  if (utilization.perElement)
    denominator *= static_cast<double>(elements);
  return 100.0 * static_cast<double>(*part) / denominator;
}

std::optional<int64_t> Totals::whole(Figure figure, Scope scope) const {
  assert(scope != Scope::Time && "vector work is no product");
  if (scope == Scope::Model)
    return all[figure];
  std::optional<int64_t> matmulFree =
      of(decoder::ProductClass::MatMulFree)[figure];
  std::optional<int64_t> attention =
      of(decoder::ProductClass::Attention)[figure];
  if (!matmulFree || !attention)
    return std::nullopt;
  return *matmulFree + *attention;
}

std::optional<double> Totals::matmulFreeFraction(Figure figure,
                                                 Scope scope) const {
  std::optional<int64_t> part = of(decoder::ProductClass::MatMulFree)[figure];
  std::optional<int64_t> whole = this->whole(figure, scope);
  if (!part || !whole || *whole == 0)
    return std::nullopt;
  return static_cast<double>(*part) / static_cast<double>(*whole);
}

bool report::countsBits(const Figures &figures) {
  return figures[figureOf(systolic::Metric::DramFilterBits)].has_value();
}
