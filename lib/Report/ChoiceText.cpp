//===- ChoiceText.cpp - Chosen dataflows for people -----------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ChoiceText.h"
#include "Words.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include <map>

using namespace onebit;
using namespace onebit::report;
using systolic::CostEntry;
using systolic::Objective;

static llvm::StringRef title(Objective objective) {
  switch (objective) {
  case Objective::Cycles:
    return "cycles";
  case Objective::Energy:
    return "energy, fJ";
  case Objective::EnergyDelay:
    return "fJ x cycles";
  case Objective::DramBytes:
    return "DRAM bytes";
  }
  llvm_unreachable("an objective without a title");
}

static std::string describe(systolic::Dataflow dataflow, bool transposed) {
  return (systolic::stringifyDataflow(dataflow) +
          (transposed ? " transposed" : ""))
      .str();
}

static std::string format(Objective objective,
                          llvm::ArrayRef<CostEntry> figures) {
  if (figures.empty())
    return kNone.str();
  unsigned __int128 value = systolic::evaluate(objective, figures);
  if (objective == Objective::DramBytes)
    value = value / 8 + (value % 8 != 0);
  if (objective != Objective::EnergyDelay && value <= INT64_MAX)
    return groupDigits(static_cast<int64_t>(value));
  std::string text;
  llvm::raw_string_ostream(text)
      << llvm::format("%.4g", static_cast<double>(value));
  return text;
}

namespace {
/// Kernels with the same choice.
struct Group {
  const Kernel *first;
  llvm::SetVector<decoder::ProductRole> roles;
  int64_t count = 0;
};
} // namespace

/// What a choice follows from, and the choice.
static auto groupKey(const Kernel &kernel) {
  const decoder::ProductShape &shape = kernel.shape;
  return std::make_tuple(kernel.productClass, shape.batch, shape.m, shape.n,
                         shape.k, kernel.runs, kernel.dataflow,
                         kernel.transposed);
}

static ChoiceText makeChoiceText(const Report &report, Objective objective) {
  std::vector<Group> groups;
  std::map<decltype(groupKey(report.kernels.front())), size_t> groupOf;
  for (const Kernel &kernel : report.kernels) {
    if (!kernel.choice || kernel.choice->objective != objective)
      continue;
    auto [found, isNew] = groupOf.try_emplace(groupKey(kernel), groups.size());
    if (isNew)
      groups.push_back({&kernel, {}});
    groups[found->second].roles.insert(kernel.role);
    ++groups[found->second].count;
  }

  ChoiceText text;
  text.heading = "The dataflow of each kernel, chosen by " +
                 (objective == Objective::EnergyDelay
                      ? std::string("energy times cycles")
                      : title(objective).split(',').first.str());
  text.table.addColumn("kernels");
  text.table.addColumn("class", 3);
  text.table.addColumn("batch x m x n x k", 1);
  text.table.addColumn("count", 2);
  text.table.addColumn("dataflow", 0, "chosen");
  text.table.addColumn(title(objective), 0, "chosen");
  text.table.addColumn("dataflow", 0, "runner-up");
  text.table.addColumn(title(objective), 0, "runner-up");
  text.table.addColumn("times", 0, "runner-up");
  for (const Group &group : groups) {
    const Kernel &kernel = *group.first;
    const decoder::ProductShape &shape = kernel.shape;
    llvm::SmallVector<std::string> roles;
    for (decoder::ProductRole role : group.roles)
      roles.push_back(decoder::stringifyProductRole(role).str());
    llvm::SmallVector<std::string> row = {
        llvm::join(roles, ", "),
        title(kernel.productClass).str(),
        llvm::formatv("{0} x {1} x {2} x {3}", shape.batch, shape.m, shape.n,
                      shape.k),
        groupDigits(group.count),
        describe(kernel.dataflow, kernel.transposed),
        format(objective, kernel.choice->figures)};
    if (const std::optional<Choice::RunnerUp> &other =
            kernel.choice->runnerUp) {
      row.push_back(describe(other->dataflow, other->transposed));
      row.push_back(format(objective, other->figures));
    } else {
      row.append(2, kNone.str());
    }
    std::string times = kNone.str();
    if (std::optional<double> ratio = kernel.choice->getRatio())
      times = llvm::formatv("{0:f2}x", *ratio);
    row.push_back(times);
    text.table.addRow(row);
  }
  return text;
}

std::vector<ChoiceText> report::makeChoiceTexts(const Report &report) {
  llvm::SetVector<Objective> objectives;
  for (const Kernel &kernel : report.kernels)
    if (kernel.choice)
      objectives.insert(kernel.choice->objective);
  std::vector<ChoiceText> texts;
  for (Objective objective : objectives)
    texts.push_back(makeChoiceText(report, objective));
  return texts;
}

std::string report::describeQueryHeads(const Report &report) {
  bool rows = false, heads = false;
  for (const Kernel &kernel : report.kernels)
    if (kernel.queryRows)
      (*kernel.queryRows ? rows : heads) = true;
  if (rows && heads)
    return "of one key-value head are rows of one product in some kernels, a "
           "product each in others";
  if (rows)
    return "of one key-value head are rows of one product (gqa=rows)";
  if (heads)
    return "of one key-value head are a product each (gqa=heads)";
  return "";
}

std::string report::describeSkippedFolds(const Report &report) {
  double skipped = 0, done = 0;
  for (const Kernel &kernel : report.kernels)
    if (kernel.skippedMACs) {
      skipped += static_cast<double>(*kernel.skippedMACs);
      done += static_cast<double>(
          kernel.figures[figureOf(systolic::Metric::MACs)].value_or(0));
    }
  if (skipped == 0)
    return "";
  return llvm::formatv("of causal scores are skipped: {0} of their MACs",
                       formatPercent(skipped / (skipped + done)));
}
