//===- AmdahlTest.cpp - Amdahl's Law against hand values ------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/Report/Report.h"
#include <gtest/gtest.h>
#include <limits>

using namespace onebit::report;

TEST(Amdahl, handValues) {
  // 1 / (0.629 + 0.0371)
  EXPECT_NEAR(amdahlSpeedup(1000, 371, 10), 1.5012760846719712, 1e-15);
  // 1 / (0.371 + 0.0629)
  EXPECT_NEAR(amdahlSpeedup(1000, 629, 10), 2.304678497349620, 1e-14);
  // 1 / (0.75 + 0.125)
  EXPECT_EQ(amdahlSpeedup(4, 1, 2), 1 / 0.875);
}

TEST(Amdahl, nothingChangesAtOneOrWithoutAPart) {
  EXPECT_EQ(amdahlSpeedup(7, 3, 1), 1);
  EXPECT_EQ(amdahlSpeedup(7, 0, 100), 1);
}

TEST(Amdahl, aWholeOfOnePartIsAsFastAsThePart) {
  // 3 / (3 / 49.) would be 49.00000000000001.
  EXPECT_EQ(amdahlSpeedup(3, 3, 49), 49);
}

TEST(Amdahl, ceilings) {
  EXPECT_NEAR(*amdahlCeiling(1000, 371), 1.589825119236884, 1e-15); // 1 / 0.629
  EXPECT_NEAR(*amdahlCeiling(1000, 629), 2.695417789757412, 1e-15); // 1 / 0.371
  EXPECT_EQ(*amdahlCeiling(5, 0), 1);
  EXPECT_FALSE(amdahlCeiling(5, 5));
}

TEST(Amdahl, aRestOfOneIsNotLost) {
  // In double, (2^62 - 1) / 2^62 is 1: the rest must be taken before.
  int64_t whole = int64_t(1) << 62;
  EXPECT_EQ(*amdahlCeiling(whole, whole - 1), static_cast<double>(whole));
}

TEST(Amdahl, neverBeyondCeilingOrSpeedup) {
  for (int64_t part = 0; part <= 100; ++part)
    for (double speedup : {1.0, 1.5, 3.0, 10.0, 100.0, 1e300}) {
      double value = amdahlSpeedup(100, part, speedup);
      EXPECT_GE(value, 1);
      EXPECT_LE(value, speedup * (1 + 1e-15));
      if (std::optional<double> ceiling = amdahlCeiling(100, part)) {
        EXPECT_LE(value, *ceiling);
      }
    }
}
