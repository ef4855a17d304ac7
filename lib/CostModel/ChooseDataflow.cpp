//===- ChooseDataflow.cpp - The best dataflow of a product ----------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/CostModel/ChooseDataflow.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace onebit;
using systolic::CostEntry;
using systolic::Dataflow;
using systolic::Metric;
using systolic::Objective;

/// As an option has it.
static std::string getOptionName(Objective objective) {
  std::string name = systolic::stringifyObjective(objective).str();
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

/// The figures that `objective` is made of; fewer where the family does not
/// know them.
static Cost selectFigures(Objective objective, const Cost &cost) {
  Cost selected;
  for (const CostEntry &entry : cost.entries)
    if (isMadeOf(objective, entry.metric))
      selected.entries.push_back(entry);
  return selected;
}

static bool isKnown(Objective objective, const Cost &figures) {
  return figures.entries.size() >=
         (objective == Objective::EnergyDelay ? 2u : 1u);
}

namespace {
/// Prices one product.
class Pricer {
public:
  Pricer(const ProductExtents &product, const ArrayDesc &array,
         FilterKind filter, Multiplier multiplier,
         const DataflowCriterion &criterion,
         std::optional<CausalScores> causal = std::nullopt)
      : product(product), array(array), filter(filter), multiplier(multiplier),
        criterion(criterion), causal(causal) {}

  /// The figures of the objective, or as many as `model` knows.
  Expected<Cost> price(const CostModel &model, Dataflow dataflow,
                       bool transposed) {
    array.dataflow = dataflow;
    Schedule schedule = tileProduct(product, array.rows, array.columns,
                                    dataflow, transposed, causal);
    Expected<Cost> cost = model.price(schedule, array, filter);
    if (cost)
      cost = addEnergy(std::move(*cost), schedule, array, filter, multiplier,
                       criterion.node);
    if (!cost)
      return cost.takeError();
    return selectFigures(criterion.objective, *cost);
  }

private:
  ProductExtents product;
  ArrayDesc array;
  FilterKind filter;
  Multiplier multiplier;
  const DataflowCriterion &criterion;
  std::optional<CausalScores> causal;
};
} // namespace

/// Why `criterion` cannot be had on `array`, and who could have it.
static Error makeUnknownError(const ArrayDesc &array,
                              const DataflowCriterion &criterion) {
  std::string families;
  Pricer smallest({1, 1, 1, 1}, array, FilterKind::QuantizedWeight,
                  Multiplier::Sign, criterion);
  for (const CostModel *model : getCostModels()) {
    Expected<Cost> figures =
        smallest.price(*model, array.dataflow, /*transposed=*/false);
    if (!figures)
      consumeError(figures.takeError());
    else if (isKnown(criterion.objective, *figures))
      families += (families.empty() ? "'" : ", '") + model->name().str() + "'";
  }
  return createStringError(
      "'" + criterion.model.name() + "' does not know what the objective '" +
      getOptionName(criterion.objective) + "' asks for on array '" +
      array.name + "'; " +
      (families.empty() ? "no cost model does: take an array that says how "
                          "large its memories are"
                        : "cost models that do: " + families));
}

Expected<ChosenDataflow>
onebit::chooseDataflow(const ProductExtents &product, const ArrayDesc &array,
                       FilterKind filter, Multiplier multiplier,
                       const DataflowCriterion &criterion,
                       std::optional<CausalScores> causal) {
  if (Error error = array.check())
    return std::move(error);
  Objective objective = criterion.objective;
  if ((objective == Objective::Energy || objective == Objective::EnergyDelay) &&
      criterion.node == systolic::EnergyNode::None)
    return createStringError("objective '" + getOptionName(objective) +
                             "' is about energies, which are of a process "
                             "node: add energy=45nm or energy=7nm");

  // In the order in which equal ones are preferred. Under ws and is the
  // transposed product is the other of the two.
  SmallVector<std::pair<Dataflow, bool>, 4> ways = {
      {Dataflow::OutputStationary, false},
      {Dataflow::WeightStationary, false},
      {Dataflow::InputStationary, false},
      {Dataflow::OutputStationary, true}};
  llvm::stable_sort(ways, [&](const auto &a, const auto &b) {
    return a.first == array.dataflow && b.first != array.dataflow;
  });

  // The best of each dataflow, in that order.
  SmallVector<PricedDataflow, 3> best;
  std::string failure;
  Pricer pricer(product, array, filter, multiplier, criterion, causal);
  auto value = [&](const PricedDataflow &priced) {
    return systolic::evaluate(objective, priced.figures.entries);
  };
  for (auto [dataflow, transposed] : ways) {
    Expected<Cost> figures =
        pricer.price(criterion.model, dataflow, transposed);
    if (!figures) {
      std::string why = toString(figures.takeError());
      if (failure.empty())
        failure = why;
      continue;
    }
    if (!isKnown(objective, *figures))
      return makeUnknownError(array, criterion);
    PricedDataflow priced{dataflow, transposed, std::move(*figures)};
    PricedDataflow *same =
        llvm::find_if(best, [&, dataflow = dataflow](PricedDataflow &other) {
          return other.dataflow == dataflow;
        });
    if (same == best.end())
      best.push_back(std::move(priced));
    else if (value(priced) < value(*same))
      *same = std::move(priced);
  }
  if (best.empty())
    return createStringError(failure);

  llvm::stable_sort(best,
                    [&](const PricedDataflow &a, const PricedDataflow &b) {
                      return value(a) < value(b);
                    });
  ChosenDataflow chosen{best[0], std::nullopt};
  if (best.size() > 1)
    chosen.runnerUp = best[1];
  return chosen;
}
