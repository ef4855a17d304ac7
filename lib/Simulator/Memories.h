//===- Memories.h - On-chip memories ----------------------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_SIMULATOR_MEMORIES_H
#define ONEBIT_LIB_SIMULATOR_MEMORIES_H

#include "Parameters.h"
#include <set>
#include <vector>

namespace onebit::sim {

/// Which groups of an operand the two halves of its memory hold. Groups come
/// in turn, each into the half that the group before the last one has left.
class Halves {
public:
  Halves(Operand operand, bool isLimited)
      : operand(operand), isLimited(isLimited) {}

  /// Whether `group` may come in.
  bool isFree(int64_t group) const {
    return !isLimited || group < 2 || isReleased(group - 2);
  }
  /// Whether `group` has left.
  bool isReleased(int64_t group) const {
    return group < released || later.count(group);
  }
  /// `group` comes in, or more of it does. Fails if its half is in use.
  llvm::Error take(int64_t group);
  /// Fails if `group` is not there.
  llvm::Error read(int64_t group) const;
  /// `group` leaves.
  void release(int64_t group);

private:
  Operand operand;
  bool isLimited;
  /// The groups before this one have left, and these.
  int64_t released = 0;
  std::set<int64_t> later;
  /// What is in the halves, or -1.
  int64_t holds[2] = {-1, -1};
};

/// Part of a product: rows m and columns n of one batch entry.
struct Region {
  int64_t batch = 0, m = 0, n = 0, rows = 1, columns = 1;
  bool operator==(const Region &other) const {
    return batch == other.batch && m == other.m && n == other.n &&
           rows == other.rows && columns == other.columns;
  }
};

/// The memory of sums: it adds what arrives to what is there. Each sum knows of
/// how much of K it is made.
class OfmapMemory {
public:
  explicit OfmapMemory(const Schedule &schedule)
      : extentM(schedule.getExtent(Dim::M)),
        extentN(schedule.getExtent(Dim::N)),
        sums(schedule.getExtent(Dim::Batch) * extentM * extentN),
        begun(sums.size()) {}

  /// Adds the sum over `k` to `k + size` of element m, n. Fails if the sum so
  /// far is not the one up to `k`.
  llvm::Error add(int64_t batch, int64_t m, int64_t n, int64_t k, int64_t size,
                  int32_t value) {
    const size_t i = (batch * extentM + m) * extentN + n;
    if (begun[i] != k)
      return failAdd(m, n, k, begun[i]);
    begun[i] = k + size;
    // The first fold overwrites.
    sums[i] = k == 0 ? value : sums[i] + value;
    ++numWrites;
    numReads += k != 0;
    return llvm::Error::success();
  }
  /// Fails if a sum of `region` is not the one up to `k`.
  llvm::Error check(const Region &region, int64_t k) const;

  int64_t getNumReads() const { return numReads; }
  int64_t getNumWrites() const { return numWrites; }
  std::vector<int32_t> takeSums() { return std::move(sums); }

private:
  static llvm::Error failAdd(int64_t m, int64_t n, int64_t k, int64_t begun);

  int64_t extentM, extentN;
  std::vector<int32_t> sums, begun;
  int64_t numReads = 0, numWrites = 0;
};

} // namespace onebit::sim

#endif // ONEBIT_LIB_SIMULATOR_MEMORIES_H
