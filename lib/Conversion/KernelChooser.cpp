//===- KernelChooser.cpp - Which dataflow for which product ---------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelChooser.h"
#include "onebit/Analysis/ExecutionCounts.h"
#include "onebit/Analysis/ExtractSchedule.h"
#include "onebit/Analysis/KernelSequence.h"
#include "onebit/Analysis/OperandKinds.h"
#include <array>
#include <map>

using namespace mlir;
using namespace onebit;
using namespace onebit::systolic;

/// Layers repeat: by this a product is priced once.
using ProductKey = std::array<int64_t, 7>;

static ProductKey getKey(const ProductToTile &product) {
  return {product.shape.batch,
          product.shape.m,
          product.shape.n,
          product.shape.k,
          static_cast<int64_t>(product.productClass),
          product.causal ? product.causal->period : 0,
          product.causal ? product.causal->window : 0};
}

static ProductExtents getProductExtents(const ProductToTile &product) {
  return {product.shape.batch, product.shape.m, product.shape.n,
          product.shape.k};
}

static systolic::ArrayAttr toAttr(MLIRContext *context, ArrayDesc array,
                                  Dataflow dataflow) {
  array.dataflow = dataflow;
  return toArrayAttr(context, array);
}

static ChoiceAttr toAttr(MLIRContext *context,
                         const DataflowCriterion &criterion,
                         const PricedDataflow *runnerUp) {
  return ChoiceAttr::get(
      context, criterion.objective,
      runnerUp ? runnerUp->dataflow : Dataflow::OutputStationary,
      runnerUp && runnerUp->transposed,
      runnerUp ? CostAttr::get(context, criterion.model.name(),
                               runnerUp->figures.entries, criterion.node)
               : CostAttr());
}

namespace {
/// Prices of products one after the other.
class SequencePricer {
public:
  SequencePricer(ModuleOp module, ArrayRef<ProductToTile> products,
                 const ArrayDesc &array, const DataflowCriterion &criterion)
      : module(module), products(products), array(array), criterion(criterion),
        counts(module) {}

  /// The objective of all products, each computed the way that `choices` says;
  /// none where one has no price, or all of them exceed 64 bits.
  std::optional<unsigned __int128> evaluate(ArrayRef<KernelChoice> choices);

private:
  struct Price {
    Cost figures;
    int64_t cycles = 0;
    PrefetchWindow window;
  };
  /// Null where there is none.
  const Price *price(const ProductToTile &product, const KernelChoice &choice,
                     const Prefetch &prefetch);

  ModuleOp module;
  ArrayRef<ProductToTile> products;
  const ArrayDesc &array;
  const DataflowCriterion &criterion;
  ExecutionCounts counts;
  using Key = std::tuple<ProductKey, Dataflow, bool, Prefetch>;
  std::map<Key, std::optional<Price>> prices;
};
} // namespace

const SequencePricer::Price *SequencePricer::price(const ProductToTile &product,
                                                   const KernelChoice &choice,
                                                   const Prefetch &prefetch) {
  const Dataflow dataflow = choice.array.getDataflow();
  auto [place, isNew] = prices.try_emplace(
      Key{getKey(product), dataflow, choice.transposed, prefetch});
  std::optional<Price> &known = place->second;
  if (!isNew)
    return known ? &*known : nullptr;
  ArrayDesc desc = array;
  desc.dataflow = dataflow;
  const Schedule schedule =
      tileProduct(getProductExtents(product), desc.rows, desc.columns, dataflow,
                  choice.transposed, product.causal);
  const decoder::ProductClass productClass = product.productClass;
  const FilterKind filter = getFilterKind(productClass);
  llvm::Expected<SequencedCost> sequenced =
      criterion.model.priceAfter(prefetch, schedule, desc, filter);
  if (!sequenced) {
    llvm::consumeError(sequenced.takeError());
    return nullptr;
  }
  const int64_t cycles = sequenced->cost.lookup(Metric::Cycles).value_or(0);
  llvm::Expected<Cost> cost =
      addEnergy(std::move(sequenced->cost), schedule, desc, filter,
                getMultiplier(productClass), criterion.node);
  if (!cost) {
    llvm::consumeError(cost.takeError());
    return nullptr;
  }
  return &known.emplace(Price{std::move(*cost), cycles, sequenced->window});
}

std::optional<unsigned __int128>
SequencePricer::evaluate(ArrayRef<KernelChoice> choices) {
  KernelSequence sequence(module);
  std::map<Metric, int64_t> sums;
  for (auto [product, choice] : llvm::zip_equal(products, choices)) {
    Block *block = product.op->getBlock();
    const FreshRows fresh = getFreshRows(module, product.productClass,
                                         product.role, choice.transposed);
    const Price *found = price(
        product, choice, sequence.getPrefetch(block, fresh, choice.array));
    if (!found)
      return std::nullopt;
    sequence.append(block, choice.array, found->cycles, found->window);
    const int64_t times = counts.get(product.op).times;
    for (const CostEntry &entry : found->figures.entries) {
      if (!isMadeOf(criterion.objective, entry.metric))
        continue;
      int64_t all;
      if (llvm::MulOverflow(entry.value, times, all) ||
          llvm::AddOverflow(sums[entry.metric], all, sums[entry.metric]))
        return std::nullopt;
    }
  }
  SmallVector<CostEntry> entries;
  for (auto [metric, sum] : sums)
    entries.push_back({metric, sum});
  return systolic::evaluate(criterion.objective, entries);
}

/// Whether the best of each product need not be the best of all.
static bool dependOnEachOther(const ArrayDesc &array, Objective objective) {
  return objective == Objective::EnergyDelay || array.hidesKernels();
}

FailureOr<KernelChoices>
onebit::chooseKernels(ModuleOp module, ArrayRef<ProductToTile> products,
                      const ArrayDesc &array,
                      const DataflowCriterion &criterion) {
  MLIRContext *context = module.getContext();
  std::map<ProductKey, ChosenDataflow> chosen;
  KernelChoices choices;
  for (const ProductToTile &product : products) {
    auto found = chosen.find(getKey(product));
    if (found == chosen.end()) {
      const decoder::ProductClass productClass = product.productClass;
      llvm::Expected<ChosenDataflow> best = chooseDataflow(
          getProductExtents(product), array, getFilterKind(productClass),
          getMultiplier(productClass), criterion, product.causal);
      if (!best) {
        return product.op->emitError("has no best dataflow: ")
               << llvm::toString(best.takeError());
      }
      found = chosen.emplace(getKey(product), std::move(*best)).first;
    }
    const ChosenDataflow &best = found->second;
    choices.products.push_back(
        {toAttr(context, array, best.best.dataflow), best.best.transposed,
         toAttr(context, criterion,
                best.runnerUp ? &*best.runnerUp : nullptr)});
  }
  if (!dependOnEachOther(array, criterion.objective))
    return choices;

  SequencePricer pricer(module, products, array, criterion);
  std::optional<unsigned __int128> least = pricer.evaluate(choices.products);
  if (!least)
    return choices;
  for (Dataflow dataflow :
       {Dataflow::OutputStationary, Dataflow::WeightStationary,
        Dataflow::InputStationary}) {
    KernelChoices all;
    all.together = dataflow;
    for (const ProductToTile &product : products) {
      // Alone the best of each is better, or the next where it is this one.
      const ChosenDataflow &best = chosen.find(getKey(product))->second;
      const PricedDataflow *other = best.best.dataflow != dataflow ? &best.best
                                    : best.runnerUp ? &*best.runnerUp
                                                    : nullptr;
      all.products.push_back({toAttr(context, array, dataflow), false,
                              toAttr(context, criterion, other)});
    }
    std::optional<unsigned __int128> value = pricer.evaluate(all.products);
    if (value && *value < *least) {
      least = value;
      choices = std::move(all);
    }
  }
  return choices;
}
