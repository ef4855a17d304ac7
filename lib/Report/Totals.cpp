//===- Totals.cpp - Sums over kernels -------------------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Totals.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace onebit;
using namespace onebit::report;

KnownFigures report::findKnown(ArrayRef<Kernel> kernels) {
  KnownFigures known;
  for (Figure figure = 0; figure < kNumFigures; ++figure)
    known[figure] =
        hasSum(figure) && llvm::all_of(kernels, [&](const Kernel &kernel) {
          return kernel.figures[figure].has_value();
        });
  return known;
}

Totals report::zeroTotals(const KnownFigures &known) {
  Figures zero;
  for (Figure figure = 0; figure < kNumFigures; ++figure)
    if (known[figure])
      zero.values[figure] = 0;
  Totals totals;
  totals.all = zero;
  totals.classes.fill(zero);
  return totals;
}

static void addFigures(Figures &sum, const Figures &figures,
                       const KnownFigures &known) {
  sum.kernels += figures.kernels;
  for (Figure figure = 0; figure < kNumFigures; ++figure)
    if (known[figure])
      sum.values[figure] = sum[figure].value_or(0) + *figures[figure];
}

void report::add(Totals &totals, const Kernel &kernel,
                 const KnownFigures &known) {
  addFigures(totals.all, kernel.figures, known);
  addFigures(totals.classes[static_cast<unsigned>(kernel.productClass)],
             kernel.figures, known);
}

LogicalResult report::checkSums(ModuleOp module, ArrayRef<Kernel> kernels,
                                const KnownFigures &known) {
  for (Figure figure = 0; figure < kNumFigures; ++figure) {
    if (!known[figure])
      continue;
    int64_t sum = 0;
    for (const Kernel &kernel : kernels)
      if (llvm::AddOverflow(sum, *kernel.figures[figure], sum))
        return emitError(module.getLoc(), "the sum of '")
               << getKey(figure)
               << "' over all kernels is more than 64 bits can count: report "
                  "on fewer layers, or on parts of the module";
  }
  return success();
}
