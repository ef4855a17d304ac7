//===- CostModel.h - What a schedule costs on an array ----------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Plain numbers in, plain numbers out. docs/cost-models.md has the mathematics.
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_COSTMODEL_COSTMODEL_H
#define ONEBIT_COSTMODEL_COSTMODEL_H

#include "onebit/CostModel/ArrayDesc.h"
#include "onebit/CostModel/Schedule.h"
#include "onebit/CostModel/VectorUnit.h"
#include "llvm/ADT/Hashing.h"
#include <optional>
#include <tuple>

namespace onebit {

/// Figures, ascending by metric; no count is negative. A figure that a model
/// does not know is absent.
struct Cost {
  llvm::SmallVector<systolic::CostEntry, 32> entries;

  /// The figure of `metric`, if the model knows it.
  std::optional<int64_t> lookup(systolic::Metric metric) const;
};

/// What the filter of a product is: it decides its bits on a machine.
enum class FilterKind { QuantizedWeight, DenseWeight, KVCache };

/// How `machine` keeps such filters.
const Format &getFilterFormat(const Machine &machine, FilterKind filter);

/// Which of a filter's elements do not exist before their kernel begins, since
/// the model makes them on the way (docs/microarchitecture.md, section 9).
enum class FreshRows {
  /// Weights are there.
  None,
  /// Keys in a decode step: the last row of N.
  LastOfN,
  /// Values in a decode step: the last row of K.
  LastOfK,
  /// Keys and values of a prefill, and what nobody knows of.
  All
};

/// What may come in before a kernel begins: of the filter's first load, what is
/// not fresh, in so many cycles of the channel.
struct Prefetch {
  int64_t cycles = 0;
  FreshRows fresh = FreshRows::All;
  bool operator==(const Prefetch &other) const {
    return cycles == other.cycles && fresh == other.fresh;
  }
  bool operator<(const Prefetch &other) const {
    return std::tie(cycles, fresh) < std::tie(other.cycles, other.fresh);
  }
};

inline llvm::hash_code hash_value(const Prefetch &prefetch) {
  return llvm::hash_combine(prefetch.cycles, prefetch.fresh);
}

/// For how many cycles before the last write-back of a kernel the channel is
/// idle: in all, and with a half of the kernel's filter memory free. The next
/// kernel's prefetch, on another engine's memories or on these.
struct PrefetchWindow {
  int64_t channel = 0, memory = 0;
  bool operator==(const PrefetchWindow &other) const {
    return channel == other.channel && memory == other.memory;
  }
};

/// A kernel of a sequence.
struct SequencedCost {
  Cost cost;
  PrefetchWindow window;
};

/// A family of prices. A price is a function of schedule and array, and not
/// always a sum over folds: a model owns all state from fold to fold.
class CostModel {
public:
  virtual ~CostModel() = default;

  /// The family's name, which reports print beside every number.
  virtual llvm::StringRef name() const = 0;
  /// One line for help texts.
  virtual llvm::StringRef description() const = 0;
  /// Whether query heads that share keys and values are rows of one product
  /// where nobody says how they are tiled, and not a product each.
  virtual bool prefersQueryRows() const { return false; }
  /// Whether it prices schedules with a mask, which leave folds out.
  virtual bool pricesMaskedFolds() const { return false; }

  /// What `schedule`, of products with such a filter, costs on `array`. Fails
  /// if the array is impossible, if a fold does not fit it, or, naming the
  /// figure, if one exceeds 64 bits.
  llvm::Expected<Cost>
  price(const Schedule &schedule, const ArrayDesc &array,
        FilterKind filter = FilterKind::QuantizedWeight) const;

  /// The cycles that `passes` take the vector unit of `array`; none where the
  /// family does not model it, or the array has none. Fails if a pass is
  /// impossible, or if the cycles exceed 64 bits.
  virtual llvm::Expected<std::optional<int64_t>>
  priceVectorWork(llvm::ArrayRef<LanePass> passes,
                  const ArrayDesc &array) const;

  /// `price` after another kernel, and what this one leaves to the next: of
  /// `prefetch` only where `array` hides kernels behind each other. Prices of a
  /// sequence add up to that of all. A family without prefetching prices the
  /// kernel alone and leaves nothing.
  llvm::Expected<SequencedCost>
  priceAfter(const Prefetch &prefetch, const Schedule &schedule,
             const ArrayDesc &array,
             FilterKind filter = FilterKind::QuantizedWeight) const;

private:
  /// `price`, of folds that fit the array.
  virtual llvm::Expected<Cost> priceFolds(const Schedule &schedule,
                                          const ArrayDesc &array,
                                          FilterKind filter) const = 0;
  /// `priceAfter`, of folds that fit the array.
  virtual llvm::Expected<SequencedCost>
  priceFoldsAfter(const Prefetch &prefetch, const Schedule &schedule,
                  const ArrayDesc &array, FilterKind filter) const;
};

/// The processing elements that folds of `tile` occupy, and the steps for which
/// each of them works.
struct Mapping {
  int64_t rows, columns, time;
};

/// How `dataflow` lays a tile on the array: the operand that stays is spread
/// over rows and columns, the third dimension is time.
///
///   os: m rows, n columns, k steps
///   ws: k rows, n columns, m steps
///   is: k rows, m columns, n steps
Mapping getMapping(systolic::Dataflow dataflow, const Tile &tile);

/// Fails if `array` is impossible, or if a fold of `schedule` does not fit it.
llvm::Error checkFolds(const Schedule &schedule, const ArrayDesc &array);

/// Every cost model, the default first.
llvm::ArrayRef<const CostModel *> getCostModels();

/// Adds `model`, which lives as long as the process, to `getCostModels()`,
/// once. For families of other libraries; before there are threads.
void registerCostModel(const CostModel &model);

/// The cost model of this name, or null.
const CostModel *lookupCostModel(llvm::StringRef family);

/// The cost model of this name, or an error that says which there are.
llvm::Expected<const CostModel *> findCostModel(llvm::StringRef family);

} // namespace onebit

#endif // ONEBIT_COSTMODEL_COSTMODEL_H
