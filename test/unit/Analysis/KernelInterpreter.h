//===- KernelInterpreter.h - The folds of a kernel, one by one --*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_TEST_UNIT_ANALYSIS_KERNELINTERPRETER_H
#define ONEBIT_TEST_UNIT_ANALYSIS_KERNELINTERPRETER_H

#include "../CostModel/TestSchedules.h"
#include "dialects/systolic/Systolic.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include <functional>

namespace onebit::test {

/// Where a fold works: offsets and sizes of batch, m, n and k.
struct FoldRegion {
  int64_t begin[4], size[4];
  bool operator==(const FoldRegion &other) const {
    return std::equal(begin, begin + 4, other.begin) &&
           std::equal(size, size + 4, other.size);
  }
};

/// Calls `body` with the counters of each iteration of these loops, in order.
inline void
forEachIteration(llvm::ArrayRef<int64_t> extents, llvm::ArrayRef<int64_t> steps,
                 llvm::function_ref<void(llvm::ArrayRef<int64_t>)> body) {
  llvm::SmallVector<int64_t> counters;
  std::function<void()> descend = [&] {
    size_t level = counters.size();
    if (level == extents.size())
      return body(counters);
    for (int64_t i = 0; i < extents[level]; i += steps[level]) {
      counters.push_back(i);
      descend();
      counters.pop_back();
    }
  };
  descend();
}

/// Does what the ops of `kernel` say, fold by fold; knows no schedule.
inline llvm::SmallVector<FoldRegion> interpret(systolic::KernelOp kernel) {
  llvm::SmallVector<FoldRegion> regions;
  systolic::LoopOp loop = kernel.getLoop();
  forEachIteration(
      loop.getExtents(), loop.getSteps(),
      [&](llvm::ArrayRef<int64_t> counters) {
        auto at = [&](mlir::OpFoldResult offset) -> int64_t {
          if (std::optional<int64_t> constant =
                  mlir::getConstantIntValue(offset))
            return *constant;
          auto iv =
              llvm::cast<mlir::BlockArgument>(llvm::cast<mlir::Value>(offset));
          return counters[iv.getArgNumber()];
        };
        systolic::FoldOp fold = loop.getFold();
        auto cut = [&](mlir::Value tile, int rows, int columns,
                       FoldRegion &region) {
          auto slice = tile.getDefiningOp<systolic::SliceOp>();
          auto shape =
              llvm::cast<mlir::RankedTensorType>(slice.getSource().getType());
          int i = 0;
          for (int dim : {0, rows, columns}) {
            int64_t begin = at(slice.getMixedOffsets()[i]);
            region.begin[dim] = begin;
            region.size[dim] =
                std::min(slice.getSizes()[i], shape.getDimSize(i) - begin);
            ++i;
          }
        };
        FoldRegion region;
        cut(fold.getIfmap(), 1, 3, region);
        cut(fold.getFilter(), 2, 3, region);
        FoldRegion again = region;
        cut(fold.getOfmap(), 1, 2, again);
        EXPECT_TRUE(region == again) << "the slices disagree";
        regions.push_back(region);
      });
  return regions;
}

/// Expects that the folds together do each element of the product once.
inline void expectCoverage(llvm::ArrayRef<FoldRegion> folds, Shape shape) {
  std::vector<int> visits(shape.batch * shape.m * shape.n * shape.k);
  for (const auto &[begin, size] : folds)
    for (int64_t m = begin[1]; m < begin[1] + size[1]; ++m)
      for (int64_t n = begin[2]; n < begin[2] + size[2]; ++n)
        for (int64_t k = begin[3]; k < begin[3] + size[3]; ++k)
          ++visits.at(((begin[0] * shape.m + m) * shape.n + n) * shape.k + k);
  EXPECT_TRUE(llvm::all_of(visits, [](int count) { return count == 1; }));
}

} // namespace onebit::test

#endif // ONEBIT_TEST_UNIT_ANALYSIS_KERNELINTERPRETER_H
