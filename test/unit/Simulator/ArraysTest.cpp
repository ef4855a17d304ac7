//===- ArraysTest.cpp - Registers hold one value --------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Simulator/OperandStationaryArray.h"
#include "lib/Simulator/OutputStationaryArray.h"
#include "gtest/gtest.h"
#include <map>

using namespace onebit::sim;
using llvm::Error;

namespace {

const std::vector<int16_t> ones = {1, 1, 1};

std::string message(Error error) {
  return error ? llvm::toString(std::move(error)) : "no failure";
}

/// Drives an array of sums by hand, and notes in which cycle each one leaves.
class Sums {
public:
  Sums(int64_t rows, int64_t columns, bool hidden)
      : rows(rows), columns(columns), array(rows, columns, hidden) {}

  /// In this cycle a vector of ones comes in.
  void enter() {
    ++tag;
    note(array.enterIfmap(llvm::ArrayRef(ones).take_front(rows), tag));
    note(array.enterFilter(llvm::ArrayRef(ones).take_front(columns), tag));
  }
  void enterLast(OutputStationaryArray::Extent extent) {
    enter();
    array.enterLast(extent);
  }
  /// Lets cycles pass.
  void step(int64_t cycles = 1) {
    for (; cycles > 0; --cycles, ++now)
      note(array.multiply());
  }
  /// The first half of a cycle, before vectors come in.
  void drain() {
    note(array.drain(
        [&](int64_t fold, int64_t row, int64_t column, int32_t sum) {
          left[{fold, row, column}] = {now, sum};
          return Error::success();
        }));
  }
  void cycle() {
    drain();
    step();
  }

  void note(Error error) {
    std::string text = message(std::move(error));
    if (failure.empty() && text != "no failure")
      failure = text;
  }

  int64_t rows, columns;
  OutputStationaryArray array;
  VectorTag tag = 0;
  int64_t now = 0;
  /// fold, row, column -> the last cycle at the port, and the sum.
  std::map<std::tuple<int64_t, int64_t, int64_t>, std::pair<int64_t, int32_t>>
      left;
  std::string failure;
};

// One vector on 2 x 2. Element (i, j) multiplies in cycle i + j. The sum of row
// 0 is in its drain register in cycle 1 and leaves; that of row 1 is in its own
// in cycle 2, in that of row 0 in cycle 3, and leaves; column 1 a cycle later.
TEST(OutputStationaryArray, SumsClimb) {
  Sums sums(2, 2, /*hidden=*/true);
  sums.drain();
  sums.enterLast({0, 2, 2, 1});
  sums.step();
  while (!sums.array.isIdle())
    sums.cycle();
  EXPECT_EQ(sums.failure, "");
  EXPECT_EQ(sums.left[std::tuple(0, 0, 0)], std::pair(1l, 1));
  EXPECT_EQ(sums.left[std::tuple(0, 0, 1)], std::pair(2l, 1));
  EXPECT_EQ(sums.left[std::tuple(0, 1, 0)], std::pair(3l, 1));
  EXPECT_EQ(sums.left[std::tuple(0, 1, 1)], std::pair(4l, 1));
}

// Of the next fold of one vector the last may come in cycle 3 at the earliest:
// E = 4 is x + 1.
TEST(OutputStationaryArray, SumsDoNotPassEachOther) {
  for (int64_t gap : {1, 2, 3}) {
    Sums sums(2, 1, /*hidden=*/true);
    sums.drain();
    sums.enterLast({0, 2, 1, 1});
    sums.step();
    for (int64_t i = 1; i < gap; ++i)
      sums.cycle();
    sums.drain();
    EXPECT_EQ(sums.array.hasDrained(0), gap == 3);
    sums.enterLast({1, 2, 1, 1});
    sums.step();
    while (!sums.array.isIdle() && sums.failure.empty())
      sums.cycle();
    EXPECT_EQ(sums.failure, gap == 1 ? "a sum of fold 1 leaves column 0 before "
                                       "the last of fold 0"
                            : gap == 2
                                ? "two sums meet in a drain register of row 0, "
                                  "from column 0 on"
                                : "");
  }
}

// Exposed, a sum leaves in delta cycles; before the last one has left, no
// vector may come.
TEST(OutputStationaryArray, SumsStayUntilTheyLeave) {
  Sums sums(2, 1, /*hidden=*/false);
  sums.drain();
  sums.enterLast({0, 2, 1, 3});
  sums.step();
  for (int64_t i = 1; i < 7; ++i)
    sums.cycle();
  EXPECT_EQ(sums.failure, "");
  // The last element multiplies in cycle 1; rows leave in 2 to 4 and 5 to 7.
  EXPECT_EQ(sums.left[std::tuple(0, 0, 0)], std::pair(4l, 1));
  EXPECT_EQ(sums.left.size(), 1u);
  sums.enter();
  EXPECT_EQ(sums.failure, "a vector comes to sums that have not left");
}

TEST(OutputStationaryArray, OperandsMeet) {
  OutputStationaryArray array(2, 2, /*hidden=*/true);
  llvm::cantFail(array.enterIfmap({1, 1}, 1));
  llvm::cantFail(array.enterFilter({1, 1}, 2));
  EXPECT_EQ(message(array.multiply()),
            "lanes of two vectors meet in a processing element");
}

TEST(OutputStationaryArray, OneVectorACycle) {
  OutputStationaryArray array(2, 2, /*hidden=*/true);
  llvm::cantFail(array.enterIfmap({1, 1}, 1));
  EXPECT_EQ(message(array.enterIfmap({1, 1}, 2)),
            "two vectors come into one register at the edge of the array");
}

Error ignore(VectorTag, int64_t, int32_t) { return Error::success(); }

TEST(OperandStationaryArray, TilesComeBeforeTheirVectors) {
  // The rows of the tile are in place in cycles 3 and 2.
  for (int64_t first : {1, 2}) {
    OperandStationaryArray array(2, 1);
    std::vector<int32_t> left;
    auto sink = [&](VectorTag, int64_t, int32_t sum) {
      left.push_back(sum);
      return Error::success();
    };
    std::string failure;
    for (int64_t now = 0; now < 6 && failure.empty(); ++now) {
      if (now < 2)
        llvm::cantFail(array.preload({int16_t(3 + now)}, 0));
      if (now == first) {
        array.enterFirst({0, 0, 1});
        llvm::cantFail(array.enterLanes({10, 1}, 1));
        llvm::cantFail(array.enterSums(1));
      }
      Error error = array.step(sink);
      if (error)
        failure = llvm::toString(std::move(error));
    }
    if (first == 1) {
      EXPECT_EQ(failure, "fold 0 comes to row 1, column 0 before its tile");
      continue;
    }
    EXPECT_EQ(failure, "");
    // The last row came first: 10 * 4 + 1 * 3.
    EXPECT_EQ(left, std::vector<int32_t>{43});
    EXPECT_TRUE(array.isIdle());
  }
}

TEST(OperandStationaryArray, ShadowsHoldOneTile) {
  OperandStationaryArray array(2, 1);
  std::string failure;
  for (int64_t now = 0; now < 3 && failure.empty(); ++now) {
    llvm::cantFail(array.preload({1}, 0));
    Error error = array.step(ignore);
    if (error)
      failure =
          llvm::toString(std::move(error)) + " in cycle " + std::to_string(now);
  }
  EXPECT_EQ(failure,
            "two rows of tiles meet in one shadow register in cycle 2");
}

TEST(OperandStationaryArray, LanesMeetTheirSums) {
  OperandStationaryArray array(2, 2);
  llvm::cantFail(array.enterLanes({1, 1}, 1));
  llvm::cantFail(array.enterSums(2));
  EXPECT_EQ(message(array.step(ignore)),
            "lanes of two vectors meet in a processing element");
}

} // namespace
