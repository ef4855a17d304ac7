//===- TileProductTest.cpp ------------------------------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/CostModel/TileProduct.h"
#include "gtest/gtest.h"

using namespace onebit;
using systolic::Dataflow;

namespace {

using Loops = std::vector<ScheduleLoop>;

Loops loopsOf(const Schedule &schedule) {
  return Loops(schedule.getLoops().begin(), schedule.getLoops().end());
}

// A product that no side of the array divides.
constexpr ProductExtents kProduct{2, 5, 7, 9};

TEST(TileProduct, OutputStationary) {
  Schedule schedule = tileProduct(kProduct, 2, 3, Dataflow::OutputStationary);
  EXPECT_EQ(
      loopsOf(schedule),
      (Loops{
          {Dim::Batch, 2, 1}, {Dim::N, 7, 3}, {Dim::M, 5, 2}, {Dim::K, 9, 9}}));
  EXPECT_EQ(schedule.getTile(), (Tile{2, 3, 9}));
}

TEST(TileProduct, WeightStationary) {
  Schedule schedule = tileProduct(kProduct, 2, 3, Dataflow::WeightStationary);
  EXPECT_EQ(
      loopsOf(schedule),
      (Loops{
          {Dim::Batch, 2, 1}, {Dim::N, 7, 3}, {Dim::K, 9, 2}, {Dim::M, 5, 5}}));
  EXPECT_EQ(schedule.getTile(), (Tile{5, 3, 2}));
}

TEST(TileProduct, InputStationary) {
  Schedule schedule = tileProduct(kProduct, 2, 3, Dataflow::InputStationary);
  EXPECT_EQ(
      loopsOf(schedule),
      (Loops{
          {Dim::Batch, 2, 1}, {Dim::M, 5, 3}, {Dim::K, 9, 2}, {Dim::N, 7, 7}}));
  EXPECT_EQ(schedule.getTile(), (Tile{3, 7, 2}));
}

// A product smaller than the array, down to one element.
TEST(TileProduct, SmallerThanTheArray) {
  for (Dataflow dataflow :
       {Dataflow::OutputStationary, Dataflow::WeightStationary,
        Dataflow::InputStationary}) {
    Schedule schedule = tileProduct({1, 1, 1, 1}, 4, 4, dataflow);
    EXPECT_EQ(schedule.getTile(), (Tile{1, 1, 1}));
    EXPECT_EQ(schedule.getLoops().size(), 4u);
  }
}

} // namespace
