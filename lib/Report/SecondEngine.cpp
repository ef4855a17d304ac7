//===- SecondEngine.cpp - A report on two engines -------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Readers.h"
#include "Totals.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace onebit;
using namespace onebit::report;
using decoder::ProductClass;
using systolic::Metric;

static EngineTerms getTerms(const Totals &totals) {
  auto cycles = [&](ProductClass productClass) {
    return totals.of(productClass)[figureOf(Metric::Cycles)].value_or(0);
  };
  EngineTerms terms;
  terms.projections = cycles(ProductClass::MatMulFree);
  terms.attention = cycles(ProductClass::Attention);
  terms.others = cycles(ProductClass::LowBitProjection) +
                 cycles(ProductClass::DenseProjection);
  return terms;
}

LogicalResult report::measureSecondEngine(ModuleOp module, Report &report) {
  std::vector<Kernel> compiled = report.kernels;
  for (Kernel &kernel : compiled)
    if (kernel.compiled)
      kernel.figures = *kernel.compiled;
  const KnownFigures known = findKnown(compiled);
  if (failed(checkSums(module, compiled, known)))
    return failure();
  SecondEngine &second = *report.secondEngine;
  second.totals = zeroTotals(known);
  // What moves is known of the kernels on the second engine alone.
  int64_t moving = 0;
  bool fits = true;
  for (const Kernel &kernel : compiled) {
    add(second.totals, kernel, known);
    auto value = [&](Metric metric) {
      return kernel.figures[figureOf(metric)].value_or(0);
    };
    fits &= !llvm::AddOverflow(second.movedBits, value(Metric::MovedBits),
                               second.movedBits) &&
            !llvm::AddOverflow(moving, value(Metric::MovingCycles), moving);
  }
  second.baseline = getTerms(report.totals);
  second.measured = getTerms(second.totals);
  second.measured.moving = moving;
  // Beside products, it would have to be seen beside which.
  int64_t vector = 0;
  if (report.vector && report.vector->overlap == systolic::Overlap::Exposed) {
    vector = report.vector->all.cycles;
    second.baseline.vector = second.measured.vector = vector;
    // The baseline quantizes the same activations.
    second.measured.quantizing = 0;
  }
  auto exceeds = [&](const Totals &totals, int64_t more) {
    int64_t sum;
    return llvm::AddOverflow(totals.all[figureOf(Metric::Cycles)].value_or(0),
                             vector, sum) ||
           llvm::AddOverflow(sum, more, sum);
  };
  if (!fits || exceeds(report.totals, 0) || exceeds(second.totals, moving))
    return emitError(module.getLoc(),
                     "moving operands between the engines takes more bits or "
                     "cycles than 64 bits can count: report on fewer layers, "
                     "or on parts of the module");
  return success();
}
