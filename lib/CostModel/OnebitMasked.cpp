//===- OnebitMasked.cpp - Folds that a mask leaves out --------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OnebitMasked.h"
#include "OnebitRepeat.h"
#include <array>
#include <vector>

using namespace llvm;
using namespace onebit;

namespace {
/// Runs the folds of a schedule that are not left out.
class MaskedNest {
public:
  MaskedNest(const Schedule &schedule, const OnebitPlan &plan,
             OnebitTimeline &timeline);

  void run(size_t level = 0);

private:
  using Indices = std::array<int64_t, 4>;
  static size_t number(Dim dim) { return static_cast<size_t>(dim); }
  void runFold();

  const Schedule &schedule;
  const OnebitPlan &plan;
  OnebitTimeline &timeline;
  Indices steps{}, index{}, previous{};
  /// Of each step of N, the first and last of M that is done, and of M of N.
  struct Span {
    int64_t first = -1, last = -1;
  };
  std::vector<Span> alongM, alongN;
  bool isFirstFold = true, isNewEntry = false;
};
} // namespace

MaskedNest::MaskedNest(const Schedule &schedule, const OnebitPlan &plan,
                       OnebitTimeline &timeline)
    : schedule(schedule), plan(plan), timeline(timeline) {
  for (Dim dim : {Dim::Batch, Dim::M, Dim::N, Dim::K})
    steps[number(dim)] = schedule.getNumSteps(dim);
  const int64_t stepsM = steps[number(Dim::M)], stepsN = steps[number(Dim::N)];
  alongM.resize(stepsN);
  alongN.resize(stepsM);
  auto extend = [](Span &span, int64_t i) {
    if (span.first < 0)
      span.first = i;
    span.last = i;
  };
  for (int64_t m = 0; m < stepsM; ++m)
    for (int64_t n = 0; n < stepsN; ++n)
      if (!schedule.isHidden(m, n)) {
        extend(alongM[n], m);
        extend(alongN[m], n);
      }
}

void MaskedNest::runFold() {
  const int64_t m = index[number(Dim::M)], n = index[number(Dim::N)];
  if (schedule.isHidden(m, n))
    return;
  DimSet changed = 0, first = 0, last = 0, left = 0;
  for (Dim dim : {Dim::Batch, Dim::M, Dim::N, Dim::K}) {
    const size_t i = number(dim);
    if (isFirstFold || index[i] != previous[i])
      changed |= dimSet(dim);
    Span span{0, steps[i] - 1};
    if (dim == Dim::M)
      span = alongM[n];
    else if (dim == Dim::N)
      span = alongN[m];
    if (index[i] == span.first)
      first |= dimSet(dim);
    if (index[i] == span.last)
      last |= dimSet(dim);
    const int64_t step = schedule.getStep(dim);
    if (dim != Dim::Batch && (index[i] + 1) * step > schedule.getExtent(dim))
      left |= dimSet(dim);
  }
  // Entries in the middle are all entry 1 here.
  if (isNewEntry)
    changed |= dimSet(Dim::Batch);
  isFirstFold = isNewEntry = false;
  previous = index;
  timeline.run({&plan.folds[left], changed, first, last});
}

void MaskedNest::run(size_t level) {
  ArrayRef<ScheduleLoop> loops = schedule.getLoops();
  if (level == loops.size())
    return runFold();
  const size_t dim = number(loops[level].dim);
  if (loops[level].dim == Dim::Batch && plan.entriesAreGroups &&
      steps[dim] > 2) {
    auto entry = [&](int64_t i) {
      index[dim] = i;
      isNewEntry = true;
      run(level + 1);
    };
    entry(0);
    repeat(timeline, steps[dim] - 2, [&] { entry(1); });
    return entry(steps[dim] - 1);
  }
  for (index[dim] = 0; index[dim] < steps[dim]; ++index[dim])
    run(level + 1);
  index[dim] = 0;
}

void onebit::runMasked(const Schedule &schedule, const OnebitPlan &plan,
                       OnebitTimeline &timeline) {
  MaskedNest(schedule, plan, timeline).run();
}
