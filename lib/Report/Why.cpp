//===- Why.cpp - Priced kernels, priced again -----------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The one place of this folder that asks the cost models.
//
//===----------------------------------------------------------------------===//

#include "KernelGroups.h"
#include "Readers.h"
#include "onebit/Analysis/ExtractSchedule.h"
#include "onebit/Analysis/KernelSequence.h"
#include "onebit/Analysis/OperandKinds.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/GlobPattern.h"
#include "llvm/Support/MathExtras.h"
#include <unordered_map>

using namespace mlir;
using namespace onebit;
using namespace onebit::report;
using decoder::ProductClass;
using systolic::Metric;

/// Groups that are explained where nobody says which.
static constexpr size_t kTopGroups = 3;
/// Names that an error lists.
static constexpr size_t kTopNames = 8;

/// The kernels of a module in the order of a report.
static SmallVector<systolic::KernelOp> collectKernels(ModuleOp module) {
  SmallVector<systolic::KernelOp> kernels;
  module.walk<WalkOrder::PreOrder>([&](systolic::KernelOp kernel) {
    kernels.push_back(kernel);
    return WalkResult::skip();
  });
  return kernels;
}

namespace {
/// Layers repeat: by what a price depends on, something found before.
template <typename T> class OncePerWork {
public:
  /// What `make` says of `work`, asked once.
  template <typename Function>
  T &get(const Work &work, systolic::ArrayAttr array, Function make) {
    Key key{work.schedule, array, work.filter, work.prefetch};
    auto found = known.find(key);
    if (found == known.end())
      found = known.emplace(std::move(key), make()).first;
    return found->second;
  }

private:
  struct Key {
    Schedule schedule;
    systolic::ArrayAttr array;
    FilterKind filter;
    Prefetch prefetch;
    bool operator==(const Key &other) const {
      return array == other.array && filter == other.filter &&
             prefetch == other.prefetch && schedule == other.schedule;
    }
  };
  struct Hash {
    size_t operator()(const Key &key) const {
      return llvm::hash_combine(key.schedule, key.array, key.filter,
                                key.prefetch);
    }
  };
  std::unordered_map<Key, T, Hash> known;
};
} // namespace

/// What `kernels` were compiled to, each after the one before it.
static FailureOr<std::vector<Work>>
getWorks(ModuleOp module, ArrayRef<systolic::KernelOp> kernels,
         const CostModel &model) {
  const bool prefetches = llvm::any_of(kernels, [](systolic::KernelOp kernel) {
    return kernel.getArray().hidesKernels();
  });
  KernelSequence sequence(module);
  OncePerWork<llvm::Expected<SequencedCost>> prices;
  std::vector<Work> works;
  for (systolic::KernelOp kernel : kernels) {
    FailureOr<Schedule> schedule = extractSchedule(kernel);
    if (failed(schedule))
      return failure();
    const systolic::ArrayAttr array = kernel.getArray();
    const Work &work = works.emplace_back(Work{
        *schedule, toArrayDesc(array), getFilterKind(kernel.getProductClass()),
        sequence.getPrefetch(kernel, array)});
    if (!prefetches)
      continue;
    llvm::Expected<SequencedCost> &price = prices.get(work, array, [&] {
      return model.priceAfter(work.prefetch, work.schedule, work.array,
                              work.filter);
    });
    if (!price)
      return kernel.emitOpError("cannot be explained: ")
             << llvm::toString(price.takeError());
    sequence.append(kernel->getBlock(), array,
                    price->cost.lookup(Metric::Cycles).value_or(0),
                    price->window);
  }
  return works;
}

//===----------------------------------------------------------------------===//
// Explanations
//===----------------------------------------------------------------------===//

static std::vector<bool> selectMostExpensive(const Report &report) {
  std::vector<bool> selected(report.kernels.size());
  std::vector<KernelGroup> groups =
      groupKernels(report.kernels, figureOf(Metric::Cycles));
  for (const KernelGroup &group : llvm::ArrayRef(groups).take_front(kTopGroups))
    for (size_t number : group.members)
      selected[number] = true;
  return selected;
}

static FailureOr<std::vector<bool>>
selectByName(ModuleOp module, StringRef pattern, const Report &report) {
  llvm::Expected<llvm::GlobPattern> glob = llvm::GlobPattern::create(pattern);
  if (!glob)
    return emitError(module.getLoc(), "bad pattern '")
           << pattern
           << "' for names of kernels: " << llvm::toString(glob.takeError());
  std::vector<bool> selected;
  llvm::SmallVector<std::string> names;
  for (const Kernel &kernel : report.kernels) {
    std::string name = nameInLayer(kernel);
    selected.push_back(glob->match(kernel.name) || glob->match(name));
    if (names.size() <= kTopNames && !llvm::is_contained(names, name))
      names.push_back(std::move(name));
  }
  if (llvm::is_contained(selected, true))
    return selected;
  if (names.size() > kTopNames)
    names.back() = "...";
  return emitError(module.getLoc(), "no kernel has a name like '")
         << pattern << "'; there are " << llvm::join(names, ", ");
}

/// Whether `kernel` costs what `why` explains, as often as it runs.
static bool isCostOf(const Kernel &kernel, const Explanation &why) {
  const Figures &figures = kernel.compiled ? *kernel.compiled : kernel.figures;
  int64_t cycles, macs;
  return !llvm::MulOverflow(why.cycles, kernel.times, cycles) &&
         !llvm::MulOverflow(why.macs, kernel.times, macs) &&
         figures[figureOf(Metric::MACs)] == macs &&
         figures[figureOf(why.cyclesMetric)] == cycles;
}

LogicalResult report::explainKernels(ModuleOp module, StringRef pattern,
                                     Report &report) {
  std::vector<bool> selected;
  if (pattern.empty()) {
    selected = selectMostExpensive(report);
  } else {
    FailureOr<std::vector<bool>> byName = selectByName(module, pattern, report);
    if (failed(byName))
      return failure();
    selected = std::move(*byName);
  }

  SmallVector<systolic::KernelOp> ops = collectKernels(module);
  const CostModel *model = lookupCostModel(report.costModel);
  if (!model)
    return ops.front().emitOpError("cannot be explained: it is priced by '")
           << report.costModel
           << "', which is no cost model here; run --onebit-annotate-cost "
              "again";
  FailureOr<std::vector<Work>> works = getWorks(module, ops, *model);
  if (failed(works))
    return failure();

  OncePerWork<std::optional<size_t>> explained;
  for (auto [op, kernel, work, isSelected] :
       llvm::zip_equal(ops, report.kernels, *works, selected)) {
    if (!isSelected)
      continue;
    std::string error;
    kernel.explanation = explained.get(
        work, op.getArray(), [&, &work = work]() -> std::optional<size_t> {
          llvm::Expected<Explanation> why = explain(*model, work);
          if (!why) {
            error = llvm::toString(why.takeError());
            return std::nullopt;
          }
          report.explanations.push_back(std::move(*why));
          return report.explanations.size() - 1;
        });
    if (!kernel.explanation)
      return op.emitOpError("cannot be explained: ") << error;
    if (!isCostOf(kernel, report.explanations[*kernel.explanation]))
      return op.emitOpError("cannot be explained: its cost is not that of its "
                            "folds; run --onebit-annotate-cost again");
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Readings
//===----------------------------------------------------------------------===//

std::optional<double> ReadingSums::matmulFreeFraction(Scope scope) const {
  auto of = [&](ProductClass productClass) {
    return classes[static_cast<unsigned>(productClass)];
  };
  const int64_t part = of(ProductClass::MatMulFree);
  const int64_t whole =
      scope == Scope::Model ? all : part + of(ProductClass::Attention);
  if (!error.empty() || whole == 0)
    return std::nullopt;
  return static_cast<double>(part) / static_cast<double>(whole);
}

namespace {
/// A count, or why there is none.
struct Counted {
  int64_t value = 0;
  std::string error;
};
} // namespace

/// What `kernel` would be compiled to without a second engine.
static FailureOr<Work> getBaselineWork(systolic::KernelOp kernel) {
  const systolic::ArrayAttr array = getBaseEngine(kernel);
  const FilterKind filter = getFilterKind(kernel.getProductClass());
  if (array != kernel.getArray())
    return Work{tileProduct(getExtents(kernel), array.getRows(),
                            array.getColumns(), array.getDataflow()),
                toArrayDesc(array), filter};
  FailureOr<Schedule> schedule = extractSchedule(kernel);
  if (failed(schedule))
    return failure();
  return Work{*schedule, toArrayDesc(array), filter};
}

LogicalResult report::addReadings(ModuleOp module, Report &report) {
  SmallVector<systolic::KernelOp> ops = collectKernels(module);
  std::vector<Work> works;
  for (systolic::KernelOp op : ops) {
    // Like all sums of a report, of everything on the base engine.
    FailureOr<Work> work = getBaselineWork(op);
    if (failed(work))
      return failure();
    works.push_back(std::move(*work));
  }

  for (Reading reading : getReadings()) {
    ReadingSums sums;
    sums.reading = reading;
    OncePerWork<Counted> counted;
    for (auto [op, kernel, work] :
         llvm::zip_equal(ops, report.kernels, works)) {
      const Counted &counts =
          counted.get(work, getBaseEngine(op), [&, &work = work]() -> Counted {
            llvm::Expected<int64_t> value = evaluateReading(
                reading, work.schedule, work.array, work.filter);
            if (!value)
              return {0, llvm::toString(value.takeError())};
            return {*value, ""};
          });
      if (!counts.error.empty()) {
        sums = {};
        sums.reading = reading;
        sums.error = kernel.name + ": " + counts.error;
        break;
      }
      int64_t value;
      if (llvm::MulOverflow(counts.value, kernel.times, value) ||
          llvm::AddOverflow(sums.all, value, sums.all))
        return emitError(module.getLoc(), "the sum of reading '")
               << stringifyReading(reading)
               << "' over all kernels is more than 64 bits can count: report "
                  "on fewer layers, or on parts of the module";
      sums.classes[static_cast<unsigned>(kernel.productClass)] += value;
    }
    report.readings.push_back(std::move(sums));
  }
  return success();
}
