//===- KernelGroups.h - Kernels that differ in their layer only -*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_REPORT_KERNELGROUPS_H
#define ONEBIT_LIB_REPORT_KERNELGROUPS_H

#include "onebit/Report/Report.h"

namespace onebit::report {

/// Kernels that are the same but for the layer.
struct KernelGroup {
  const Kernel *first;
  /// Their numbers in the report.
  llvm::SmallVector<size_t> members;
  llvm::SmallVector<int64_t> layers;
  /// How often all of them together run.
  int64_t count = 0;

  /// The name of one kernel; of several what they share.
  std::string name() const;
  /// `figure` of all of them, 0 where it is unknown.
  int64_t sum(Figure figure) const {
    return static_cast<int64_t>(members.size()) *
           first->figures[figure].value_or(0);
  }
};

/// The groups of the kernels that are `wanted`, those with the largest sums of
/// `figure` first.
std::vector<KernelGroup> groupKernels(
    llvm::ArrayRef<Kernel> kernels, Figure figure,
    llvm::function_ref<bool(const Kernel &)> wanted = [](const Kernel &) {
      return true;
    });

/// The name of kernels that differ in their layer only: what follows the
/// layer's number.
std::string nameInLayer(const Kernel &kernel);

/// `0-3, 7`.
std::string formatLayers(llvm::SmallVector<int64_t> layers);

} // namespace onebit::report

#endif // ONEBIT_LIB_REPORT_KERNELGROUPS_H
