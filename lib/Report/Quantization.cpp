//===- Quantization.cpp - What quantizing made of weights -----------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelGroups.h"
#include "QuantizationText.h"
#include "Readers.h"
#include "dialects/ternary/Packing.h"
#include "dialects/ternary/Ternary.h"
#include "dialects/ternary/WeightOrigin.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace onebit;
using namespace onebit::report;

llvm::StringRef report::stringifyWeightOrigin(WeightOrigin origin) {
  switch (origin) {
  case WeightOrigin::Quantized:
    return "quantized";
  case WeightOrigin::Recognized:
    return "recognized";
  case WeightOrigin::Unpacked:
    return "unpacked";
  case WeightOrigin::Packed:
    return "packed";
  }
  llvm_unreachable("all origins are above");
}

/// The share of zeros among the elements; nothing if they are not there.
static std::optional<double> countZeros(ternary::WeightOp weight) {
  auto type = cast<RankedTensorType>(weight.getResult().getType());
  auto shape = ternary::PackedShape::get(type.getShape());
  std::optional<SmallVector<uint8_t>> bytes = weight.getPackedBytes();
  if (!shape || !bytes)
    return std::nullopt;
  auto elements = ternary::unpack(weight.getPacking(), *bytes, *shape);
  if (!elements) {
    llvm::consumeError(elements.takeError());
    return std::nullopt;
  }
  double count = static_cast<double>(elements->size());
  return count > 0 ? static_cast<double>(llvm::count(*elements, 0)) / count : 0;
}

/// The mean of the scales; nothing if they are not there.
static std::optional<double> getMeanScale(ternary::WeightOp weight) {
  auto scales = weight.getScaleValue().tryGetValues<llvm::APFloat>();
  if (!scales || scales->empty())
    return std::nullopt;
  double mean = 0;
  for (llvm::APFloat scale : *scales) {
    bool lossy;
    scale.convert(llvm::APFloat::IEEEdouble(),
                  llvm::APFloat::rmNearestTiesToEven, &lossy);
    mean += scale.convertToDouble() / static_cast<double>(scales->size());
  }
  return mean;
}

std::optional<Quantization>
report::readQuantization(systolic::KernelOp kernel) {
  auto weight = getStored(kernel.getRhs()).getDefiningOp<ternary::WeightOp>();
  if (!weight)
    return std::nullopt;
  Quantization quantization;
  auto scale = cast<RankedTensorType>(weight.getScale().getType());
  // Scales are at most as many as elements, and those have bytes.
  quantization.bytes = weight.getBytes().getNumElements() +
                       decoder::countElements(scale) *
                           llvm::divideCeil(scale.getElementTypeBitWidth(), 8);
  std::optional<ternary::QuantizationAttr> attr = weight.getQuantization();
  if (!attr) {
    quantization.origin = weight->hasAttr(ternary::kUnpackedAttrName)
                              ? WeightOrigin::Unpacked
                              : WeightOrigin::Packed;
    quantization.zeroShare = countZeros(weight);
    quantization.scale = getMeanScale(weight);
    if (auto before =
            weight->getAttrOfType<IntegerAttr>(ternary::kBytesBeforeAttrName);
        before && before.getType().isSignlessInteger(64))
      quantization.bytesBefore = before.getInt();
    return quantization;
  }
  double elements =
      static_cast<double>(decoder::countElements(weight.getResult().getType()));
  double error = attr->getRelativeError().getValueAsDouble();
  // No other weight is what it was: a mean is a scale of its own.
  quantization.origin =
      error == 0 ? WeightOrigin::Recognized : WeightOrigin::Quantized;
  if (error != 0) {
    quantization.scheme = attr->getScheme();
    quantization.relativeError = error;
  }
  quantization.zeroShare =
      elements > 0 ? static_cast<double>(attr->getZeros()) / elements : 0;
  quantization.scale = attr->getScale().getValueAsDouble();
  quantization.bytesBefore = attr->getBytesBefore();
  return quantization;
}

static std::string format(const char *pattern, double value) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format(pattern, value);
  return text;
}

namespace {
/// What a row says of the weights of a group.
struct Summary {
  double error = 0, largestError = 0;
  /// Means, and bytes of all; none where that of one is unknown.
  std::optional<double> zeros = 0, scale = 0;
  std::optional<uint64_t> before = 0;
  uint64_t after = 0;
};
} // namespace

static Summary summarize(const Report &report, const KernelGroup &group) {
  Summary summary;
  double count = static_cast<double>(group.members.size());
  auto addMean = [&](std::optional<double> &mean, std::optional<double> one) {
    mean = mean && one ? std::optional<double>(*mean + *one / count)
                       : std::nullopt;
  };
  for (size_t member : group.members) {
    const Quantization &one = *report.kernels[member].quantization;
    double error = one.relativeError.value_or(0);
    summary.error += error / count;
    summary.largestError = std::max(summary.largestError, error);
    addMean(summary.zeros, one.zeroShare);
    addMean(summary.scale, one.scale);
    // Of many weights more bytes than 64 bits can count.
    summary.before = summary.before && one.bytesBefore
                         ? std::optional<uint64_t>(llvm::SaturatingAdd(
                               *summary.before, uint64_t(*one.bytesBefore)))
                         : std::nullopt;
    summary.after = llvm::SaturatingAdd(summary.after, uint64_t(one.bytes));
  }
  return summary;
}

static std::string formatBytes(std::optional<uint64_t> bytes) {
  return bytes ? groupDigits(static_cast<int64_t>(
                     std::min(*bytes, static_cast<uint64_t>(INT64_MAX))))
               : "-";
}

static void addColumns(Table &table, llvm::ArrayRef<llvm::StringRef> about) {
  for (llvm::StringRef title : {"kernel", "layers"})
    table.addColumn(title);
  for (llvm::StringRef title : about)
    table.addColumn(title, 4);
}

/// The columns that both tables end with.
static void addLastColumns(Table &table) {
  table.addColumn("zeros", 1);
  table.addColumn("mean scale", 3);
  for (llvm::StringRef title : {"before", "after"})
    table.addColumn(title, 2, "bytes");
}

static void addCells(llvm::SmallVectorImpl<std::string> &row,
                     const Summary &summary) {
  row.push_back(summary.zeros ? formatPercent(*summary.zeros) : "-");
  row.push_back(summary.scale ? format("%.4g", *summary.scale) : "-");
  row.push_back(formatBytes(summary.before));
  row.push_back(formatBytes(summary.after));
}

std::vector<QuantizationText>
report::makeQuantizationTexts(const Report &report) {
  std::vector<QuantizationText> texts;
  auto groupsOf = [&](WeightOrigin origin) {
    return groupKernels(report.kernels, figureOf(systolic::Metric::MACs),
                        [&](const Kernel &kernel) {
                          return kernel.quantization &&
                                 kernel.quantization->origin == origin;
                        });
  };
  std::vector<KernelGroup> groups = groupsOf(WeightOrigin::Quantized);
  if (!groups.empty()) {
    QuantizationText text;
    text.heading = "What quantizing made of the weights of each kernel";
    addColumns(text.table, {"scheme"});
    for (llvm::StringRef title : {"mean", "largest"})
      text.table.addColumn(title, 0, "relative error");
    addLastColumns(text.table);
    for (const KernelGroup &group : groups) {
      Summary summary = summarize(report, group);
      llvm::SmallVector<std::string> row = {
          toPrintable(group.name()), formatLayers(group.layers),
          ternary::stringifyScheme(*group.first->quantization->scheme).str(),
          format("%.3f", summary.error), format("%.3f", summary.largestError)};
      addCells(row, summary);
      text.table.addRow(row);
    }
    texts.push_back(std::move(text));
  }

  QuantizationText already;
  already.heading =
      "Weights that were ternary already: nothing was quantized, nothing lost";
  addColumns(already.table, {"came"});
  addLastColumns(already.table);
  bool any = false;
  for (WeightOrigin origin :
       {WeightOrigin::Packed, WeightOrigin::Unpacked, WeightOrigin::Recognized})
    for (const KernelGroup &group : groupsOf(origin)) {
      llvm::SmallVector<std::string> row = {
          toPrintable(group.name()), formatLayers(group.layers),
          stringifyWeightOrigin(origin).str()};
      addCells(row, summarize(report, group));
      already.table.addRow(row);
      any = true;
    }
  if (any)
    texts.push_back(std::move(already));
  return texts;
}
