//===- EqualsOnebitTest.cpp - The cost model onebit, checked --------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RandomCases.h"

using namespace onebit;
using namespace onebit::test;

namespace {

/// What a cost says, or why there is none.
std::string describe(llvm::Expected<Cost> cost) {
  if (!cost)
    return llvm::toString(cost.takeError());
  std::string text;
  llvm::raw_string_ostream os(text);
  for (const systolic::CostEntry &entry : cost->entries)
    os << systolic::stringifyMetric(entry.metric) << " " << entry.value << ", ";
  return text;
}

// The cost model and the simulator were written apart from one page. Every
// figure of every machine is the same, and what one refuses the other does.
TEST(Simulator, EqualsOnebit) {
  const CostModel *onebit = lookupCostModel("onebit");
  ASSERT_TRUE(onebit);
  const int64_t kCases = 10000;
  // Folds and cycles are not many, so that there is time for many machines.
  const int64_t kMaxSteps = 400000;
  Draw draw(8);
  int64_t equal = 0, refused = 0, fewest = INT64_MAX;
  std::string smallest;
  for (int64_t i = 0; i < kCases;) {
    ArrayDesc array = draw.array(draw.pick({4, 16, 64}));
    Shape shape = draw.shape(draw.pick({6, 24, 64}));
    if (draw.upTo(4) > 1)
      draw.bounds(array);
    if (draw.upTo(3) == 1)
      draw.onChip(array);
    Schedule schedule = draw.schedule(shape, array);
    int64_t cycles = 0;
    forEachFold(schedule, [&](const FoldPlace &fold) {
      cycles += getMapping(array.dataflow, fold.tile).time + array.rows;
    });
    if (cycles * array.rows * array.columns > kMaxSteps)
      continue;
    ++i;
    const FilterKind filter =
        draw.pick({FilterKind::QuantizedWeight, FilterKind::DenseWeight,
                   FilterKind::KVCache});
    llvm::Expected<Cost> priced = onebit->price(schedule, array, filter);
    llvm::Expected<Cost> counted =
        getCycleStepped().price(schedule, array, filter);
    // How a fold lies on the array is asked of the mapping, and not counted.
    if (priced)
      llvm::erase_if(priced->entries, [](const systolic::CostEntry &entry) {
        return entry.metric == systolic::Metric::MappedPEs;
      });
    if (priced && counted && priced->entries == counted->entries) {
      ++equal;
      continue;
    }
    const bool agree = !priced && !counted;
    std::string lhs = describe(std::move(priced));
    std::string rhs = describe(std::move(counted));
    if (agree) {
      ++refused;
      continue;
    }
    if (cycles < fewest) {
      fewest = cycles;
      smallest = "  onebit: " + lhs + "\n  counted: " + rhs + "\n  " +
                 test::describe(array, schedule) + "; filter " +
                 std::to_string(int(filter));
    }
  }
  EXPECT_EQ(equal + refused, kCases) << "the smallest that differs:\n"
                                     << smallest;
  EXPECT_GT(equal, kCases * 8 / 10);
}

} // namespace
