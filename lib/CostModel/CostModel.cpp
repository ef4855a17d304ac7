//===- CostModel.cpp - What a schedule costs on an array ------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/CostModel/CostModel.h"
#include "Count.h"
#include "Families.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"

using namespace llvm;
using namespace onebit;
using systolic::Dataflow;
using systolic::Metric;

std::optional<int64_t> Cost::lookup(Metric metric) const {
  for (const systolic::CostEntry &entry : entries)
    if (entry.metric == metric)
      return entry.value;
  return std::nullopt;
}

Expected<Cost> onebit::makeCost(std::initializer_list<KnownFigure> figures) {
  Cost cost;
  for (const auto &[metric, count] : figures) {
    if (!count)
      continue;
    if (count->hasOverflowed())
      return createStringError("'" + systolic::stringifyMetric(metric) +
                               "' exceeds 64 bits");
    cost.entries.push_back({metric, count->getValue()});
  }
  return cost;
}

Mapping onebit::getMapping(Dataflow dataflow, const Tile &tile) {
  switch (dataflow) {
  case Dataflow::OutputStationary:
    return {tile.m, tile.n, tile.k};
  case Dataflow::WeightStationary:
    return {tile.k, tile.n, tile.m};
  case Dataflow::InputStationary:
    return {tile.k, tile.m, tile.n};
  }
  llvm_unreachable("unknown dataflow");
}

Error onebit::checkFolds(const Schedule &schedule, const ArrayDesc &array) {
  if (Error error = array.check())
    return error;
  Mapping mapping = getMapping(array.dataflow, schedule.getTile());
  if (mapping.rows > array.rows || mapping.columns > array.columns)
    return createStringError(
        "a fold needs " + Twine(mapping.rows) + " x " + Twine(mapping.columns) +
        " processing elements, but " +
        systolic::stringifyDataflow(array.dataflow) + " array '" + array.name +
        "' has " + Twine(array.rows) + " x " + Twine(array.columns));
  return Error::success();
}

const Format &onebit::getFilterFormat(const Machine &machine,
                                      FilterKind filter) {
  switch (filter) {
  case FilterKind::QuantizedWeight:
    return machine.weight;
  case FilterKind::DenseWeight:
    return machine.denseWeight;
  case FilterKind::KVCache:
    return machine.kv;
  }
  llvm_unreachable("unknown kind of filter");
}

/// Fails if `model` has no price of such folds on `array`.
static Error checkPriced(const CostModel &model, const Schedule &schedule,
                         const ArrayDesc &array) {
  if (Error error = checkFolds(schedule, array))
    return error;
  if (schedule.getMask() && !model.pricesMaskedFolds())
    return createStringError(
        "it does not price masked folds: compute them (masked-folds=computed), "
        "or take the cost model 'onebit'");
  return Error::success();
}

Expected<Cost> CostModel::price(const Schedule &schedule,
                                const ArrayDesc &array,
                                FilterKind filter) const {
  if (Error error = checkPriced(*this, schedule, array))
    return std::move(error);
  return priceFolds(schedule, array, filter);
}

Expected<SequencedCost> CostModel::priceAfter(const Prefetch &prefetch,
                                              const Schedule &schedule,
                                              const ArrayDesc &array,
                                              FilterKind filter) const {
  if (Error error = checkPriced(*this, schedule, array))
    return std::move(error);
  return priceFoldsAfter(array.hidesKernels() ? prefetch : Prefetch(), schedule,
                         array, filter);
}

Expected<SequencedCost> CostModel::priceFoldsAfter(const Prefetch &,
                                                   const Schedule &schedule,
                                                   const ArrayDesc &array,
                                                   FilterKind filter) const {
  Expected<Cost> cost = priceFolds(schedule, array, filter);
  if (!cost)
    return cost.takeError();
  return SequencedCost{std::move(*cost), PrefetchWindow()};
}

/// Those of this library, and what was registered.
static SmallVectorImpl<const CostModel *> &getMutableCostModels() {
  static SmallVector<const CostModel *, 8> models = {
      &getScaleSimV2(), &getScaleSimV3(), &getOnebit()};
  return models;
}

ArrayRef<const CostModel *> onebit::getCostModels() {
  return getMutableCostModels();
}

void onebit::registerCostModel(const CostModel &model) {
  if (!lookupCostModel(model.name()))
    getMutableCostModels().push_back(&model);
}

const CostModel *onebit::lookupCostModel(StringRef family) {
  for (const CostModel *model : getCostModels())
    if (model->name() == family)
      return model;
  return nullptr;
}

Expected<const CostModel *> onebit::findCostModel(StringRef family) {
  if (const CostModel *model = lookupCostModel(family))
    return model;
  std::string known;
  for (const CostModel *model : getCostModels())
    known += (known.empty() ? "" : ", ") + model->name().str();
  return createStringError("unknown cost model '" + family +
                           "'; expected one of: " + known);
}
