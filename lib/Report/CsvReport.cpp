//===- CsvReport.cpp - A report for spreadsheets --------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Number.h"
#include "onebit/Report/Report.h"

using namespace onebit;
using namespace onebit::report;

/// Quotes as RFC 4180 says.
static void writeField(llvm::StringRef field, llvm::raw_ostream &os) {
  if (field.find_first_of(",\"\r\n") == llvm::StringRef::npos) {
    os << field;
    return;
  }
  os << '"';
  for (char c : field) {
    if (c == '"')
      os << '"';
    os << c;
  }
  os << '"';
}

void report::writeCsv(const Report &report, llvm::raw_ostream &os) {
  auto isKnown = [&](Figure figure) {
    return llvm::any_of(report.kernels, [&](const Kernel &kernel) {
      return kernel.figures[figure].has_value();
    });
  };
  // Arithmetic says nothing without DRAM beside it, which may be empty.
  constexpr Figure dram = figureOf(systolic::Metric::EnergyDram);
  const bool hasEnergies =
      isKnown(figureOf(systolic::Metric::EnergyArithmeticInt32));
  llvm::SmallVector<Figure> figures;
  for (Figure figure = 0; figure < kNumFigures; ++figure)
    if (isKnown(figure) || (figure == dram && hasEnergies))
      figures.push_back(figure);

  bool hasTimes = llvm::any_of(
      report.kernels, [](const Kernel &kernel) { return kernel.times != 1; });
  os << "name,layer,class,role,batch,m,n,k," << (hasTimes ? "times," : "")
     << "dataflow";
  for (Figure figure : figures)
    os << ',' << getKey(figure);
  for (const Utilization &utilization : getUtilizations())
    os << ',' << utilization.key;
  os << '\n';

  for (const Kernel &kernel : report.kernels) {
    writeField(kernel.name, os);
    os << ',';
    if (kernel.layer)
      os << *kernel.layer;
    os << ',' << decoder::stringifyProductClass(kernel.productClass) << ','
       << decoder::stringifyProductRole(kernel.role) << ','
       << kernel.shape.batch << ',' << kernel.shape.m << ',' << kernel.shape.n
       << ',' << kernel.shape.k << ',';
    if (hasTimes)
      os << kernel.times << ',';
    os << systolic::stringifyDataflow(kernel.dataflow);
    for (Figure figure : figures) {
      os << ',';
      if (kernel.figures[figure])
        os << *kernel.figures[figure];
    }
    for (const Utilization &utilization : getUtilizations()) {
      os << ',';
      if (std::optional<double> value =
              evaluate(utilization, kernel.figures, report.array.elements()))
        writeNumber(*value, os);
    }
    os << '\n';
  }
}
