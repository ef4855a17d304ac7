//===- Assumptions.cpp - What a report takes for granted ------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Readers.h"
#include "mlir/IR/Location.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace onebit;
using namespace onebit::report;
using decoder::AssumptionKind;

static std::string describe(LocationAttr location) {
  if (!location)
    return "";
  if (auto file = location.findInstanceOf<FileLineColLoc>())
    return toText((file.getFilename().getValue() + ":" + Twine(file.getLine()) +
                   ":" + Twine(file.getColumn()))
                      .str());
  if (auto name = location.findInstanceOf<NameLoc>())
    return toText(name.getName());
  return "";
}

void report::readAssumptions(ModuleOp module, Report &report) {
  auto assumptions = module->getAttrOfType<ArrayAttr>(
      decoder::DecoderDialect::kAssumptionsAttrName);
  if (!assumptions)
    return;
  for (auto assumption : assumptions.getAsRange<decoder::AssumptionAttr>()) {
    report.assumptions.push_back({assumption.getKind(),
                                  toText(assumption.getText()),
                                  describe(assumption.getLocation())});
    if (assumption.getKind() == AssumptionKind::NotVisible)
      report.complete = false;
  }
}

void report::assumeLoopsAndBranches(int64_t inUnknownLoops, int64_t inBranches,
                                    Report &report) {
  if (inUnknownLoops > 0) {
    report.assumptions.push_back(
        {AssumptionKind::NotVisible,
         llvm::formatv(
             "{0} kernel{1} in loops that run nobody knows how often: counted "
             "for one step of these",
             inUnknownLoops, inUnknownLoops == 1 ? "" : "s"),
         ""});
    report.complete = false;
  }
  if (inBranches > 0) {
    report.assumptions.push_back(
        {AssumptionKind::NotVisible,
         llvm::formatv("{0} kernel{1} in branches that may not run: counted as "
                       "though every branch did",
                       inBranches, inBranches == 1 ? "" : "s"),
         ""});
    report.complete = false;
  }
}

/// Scales of groups are as much as some weights, and no kernel reads them.
static void assumeScalesNotRead(Report &report) {
  if (!report.footprint)
    return;
  const Footprint &footprint = *report.footprint;
  if (footprint.scales.bits < footprint.allWeights.bits / 1000 ||
      footprint.scales.bits == 0)
    return;
  report.assumptions.push_back(
      {AssumptionKind::NotModelled,
       llvm::formatv("scales of weights are {0} bytes, which come from DRAM "
                     "beside the weights: they are in no count of its bytes, "
                     "in no cycle and in no energy",
                     footprint.scales.bytes()),
       ""});
}

void report::assumeWhatIsNotCounted(Report &report) {
  if (report.array.scaleSim && countsBits(report.totals.all))
    report.assumptions.push_back(
        {AssumptionKind::NotModelled,
         "the bandwidths of the array's configuration are SCALE-Sim's, words a "
         "cycle for each operand: " +
             report.costModel +
             " has one channel to DRAM, dram_bits_per_cycle of an array file, "
             "and takes it as unlimited here",
         ""});
  assumeScalesNotRead(report);
}
