//===- Quantization.cpp - What quantizing made of weights -----------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelGroups.h"
#include "QuantizationText.h"
#include "Readers.h"
#include "dialects/ternary/Ternary.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace onebit;
using namespace onebit::report;

std::optional<Quantization>
report::readQuantization(systolic::KernelOp kernel) {
  auto weight = getStored(kernel.getRhs()).getDefiningOp<ternary::WeightOp>();
  if (!weight || !weight.getQuantization())
    return std::nullopt;
  ternary::QuantizationAttr attr = *weight.getQuantization();
  double elements =
      static_cast<double>(decoder::countElements(weight.getResult().getType()));
  auto scale = cast<RankedTensorType>(weight.getScale().getType());
  Quantization quantization;
  quantization.scheme = attr.getScheme();
  quantization.relativeError = attr.getRelativeError().getValueAsDouble();
  quantization.zeroShare =
      elements > 0 ? static_cast<double>(attr.getZeros()) / elements : 0;
  quantization.scale = attr.getScale().getValueAsDouble();
  quantization.bytesBefore = attr.getBytesBefore();
  // Scales are at most as many as elements, and those have bytes.
  quantization.bytes = weight.getBytes().getNumElements() +
                       decoder::countElements(scale) *
                           llvm::divideCeil(scale.getElementTypeBitWidth(), 8);
  return quantization;
}

static std::string format(const char *pattern, double value) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format(pattern, value);
  return text;
}

std::optional<QuantizationText>
report::makeQuantizationText(const Report &report) {
  auto isQuantized = [](const Kernel &kernel) {
    return kernel.quantization.has_value();
  };
  std::vector<KernelGroup> groups = groupKernels(
      report.kernels, figureOf(systolic::Metric::MACs), isQuantized);
  if (groups.empty())
    return std::nullopt;

  QuantizationText text;
  text.heading = "What quantizing made of the weights of each kernel";
  for (llvm::StringRef title : {"kernel", "layers"})
    text.table.addColumn(title);
  text.table.addColumn("scheme", 4);
  for (llvm::StringRef title : {"mean", "largest"})
    text.table.addColumn(title, 0, "relative error");
  text.table.addColumn("zeros", 1);
  text.table.addColumn("mean scale", 3);
  for (llvm::StringRef title : {"before", "after"})
    text.table.addColumn(title, 2, "bytes");
  for (const KernelGroup &group : groups) {
    double error = 0, largest = 0, zeros = 0, scale = 0;
    // Of many weights more bytes than 64 bits can count.
    uint64_t before = 0, after = 0;
    double count = static_cast<double>(group.members.size());
    for (size_t member : group.members) {
      const Quantization &one = *report.kernels[member].quantization;
      error += one.relativeError / count;
      largest = std::max(largest, one.relativeError);
      zeros += one.zeroShare / count;
      scale += one.scale / count;
      before = llvm::SaturatingAdd(before, uint64_t(one.bytesBefore));
      after = llvm::SaturatingAdd(after, uint64_t(one.bytes));
    }
    auto digits = [](uint64_t bytes) {
      return groupDigits(static_cast<int64_t>(
          std::min(bytes, static_cast<uint64_t>(INT64_MAX))));
    };
    text.table.addRow(
        {toPrintable(group.name()), formatLayers(group.layers),
         ternary::stringifyScheme(group.first->quantization->scheme).str(),
         format("%.3f", error), format("%.3f", largest), formatPercent(zeros),
         format("%.4g", scale), digits(before), digits(after)});
  }
  return text;
}
