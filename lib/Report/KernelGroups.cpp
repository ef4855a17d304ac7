//===- KernelGroups.cpp - Kernels that differ in their layer only ---------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelGroups.h"
#include "Words.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <map>
#include <tuple>

using namespace onebit;
using namespace onebit::report;

/// The name with its layer's number left open.
static std::string genericName(const Kernel &kernel) {
  if (!kernel.named)
    return decoder::stringifyProductRole(kernel.role).str();
  if (!kernel.layer)
    return kernel.name;
  std::string number = std::to_string(*kernel.layer);
  llvm::SmallVector<llvm::StringRef> parts;
  llvm::StringRef(kernel.name).split(parts, '.');
  for (llvm::StringRef &part : parts)
    if (part == number) {
      part = "*";
      break;
    }
  return llvm::join(parts, ".");
}

std::string report::nameInLayer(const Kernel &kernel) {
  std::string name = genericName(kernel);
  llvm::StringRef rest = llvm::StringRef(name).split(".*.").second;
  return rest.empty() ? name : rest.str();
}

std::string KernelGroup::name() const {
  return members.size() > 1 ? nameInLayer(*first) : first->name;
}

/// What kernels of one group have in common.
static auto groupKey(const Kernel &kernel) {
  const decoder::ProductShape &shape = kernel.shape;
  return std::make_tuple(genericName(kernel), kernel.productClass, kernel.role,
                         kernel.dataflow, shape.batch, shape.m, shape.n,
                         shape.k, kernel.times, kernel.figures.values);
}

std::vector<KernelGroup>
report::groupKernels(llvm::ArrayRef<Kernel> kernels, Figure figure,
                     llvm::function_ref<bool(const Kernel &)> wanted) {
  std::vector<KernelGroup> groups;
  std::map<decltype(groupKey(kernels.front())), size_t> groupOf;
  for (const auto &[number, kernel] : llvm::enumerate(kernels)) {
    if (!wanted(kernel))
      continue;
    auto [found, isNew] = groupOf.try_emplace(groupKey(kernel), groups.size());
    if (isNew)
      groups.push_back({&kernel, {}, {}, 0});
    KernelGroup &group = groups[found->second];
    group.count += kernel.times;
    group.members.push_back(number);
    if (kernel.layer)
      group.layers.push_back(*kernel.layer);
  }
  llvm::stable_sort(groups, [&](const KernelGroup &a, const KernelGroup &b) {
    return a.sum(figure) > b.sum(figure);
  });
  return groups;
}

std::string report::formatLayers(llvm::SmallVector<int64_t> layers) {
  llvm::sort(layers);
  layers.erase(llvm::unique(layers), layers.end());
  std::string text;
  for (size_t begin = 0, end; begin < layers.size(); begin = end) {
    end = begin + 1;
    while (end < layers.size() && layers[end] == layers[end - 1] + 1)
      ++end;
    if (begin > 0)
      text += ", ";
    text += std::to_string(layers[begin]);
    if (end - begin > 1)
      text += "-" + std::to_string(layers[end - 1]);
  }
  return text.empty() ? kNone.str() : text;
}
