//===- Traffic.cpp - Bytes by memory --------------------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The widths are those of docs/energy.md.
//
//===----------------------------------------------------------------------===//

#include "Readers.h"
#include "onebit/Analysis/ExtractSchedule.h"
#include "onebit/Analysis/OperandKinds.h"
#include <limits>

using namespace mlir;
using namespace onebit;
using namespace onebit::report;
using systolic::Metric;

namespace {
/// Bits of one kernel; none where a figure is unknown.
using Bits = std::optional<__int128>;

class Reader {
public:
  Reader(const Kernel &kernel, const Machine &machine)
      : kernel(kernel), machine(machine) {}

  std::array<Bits, kNumMemories> read() const;

private:
  Bits figure(Metric corrected, Metric reported) const {
    std::optional<int64_t> value = kernel.figures[figureOf(corrected)];
    if (!value)
      value = kernel.figures[figureOf(reported)];
    return value ? Bits(*value) : std::nullopt;
  }
  Bits figure(Metric metric) const { return figure(metric, metric); }

  const Kernel &kernel;
  const Machine &machine;
};
} // namespace

static Bits operator*(Bits words, onebit::Format format) {
  if (!words)
    return std::nullopt;
  return (*words * format.bits + format.elements - 1) / format.elements;
}

static Bits sum(Bits a, Bits b) {
  return a && b ? Bits(*a + *b) : std::nullopt;
}

std::array<Bits, kNumMemories> Reader::read() const {
  // A family that counts words knows only bytes.
  onebit::Format ifmap, filter, ofmap;
  const bool inBits = countsBits(kernel.figures);
  if (inBits) {
    ifmap = machine.activation;
    filter = getFilterFormat(machine, getFilterKind(kernel.productClass));
    ofmap = machine.partialSum;
    // What comes in as ifmap of a transposed product is its filter.
    if (kernel.transposed)
      std::swap(ifmap, filter);
  }
  const Bits sums =
      sum(figure(Metric::SramOfmapWritesCorrected, Metric::SramOfmapWrites),
          figure(Metric::SramOfmapReadsCorrected, Metric::SramOfmapReads));
  std::array<Bits, kNumMemories> bits = {
      figure(Metric::SramIfmapReads) * ifmap,
      figure(Metric::SramFilterReads) * filter, sums * ofmap};
  if (inBits) {
    bits[3] = figure(Metric::DramIfmapBits);
    bits[4] = figure(Metric::DramFilterBits);
    bits[5] = sum(figure(Metric::DramOfmapReadBits),
                  figure(Metric::DramOfmapWriteBits));
  } else {
    const onebit::Format byte;
    bits[3] =
        figure(Metric::DramIfmapReadsCorrected, Metric::DramIfmapReads) * byte;
    bits[4] =
        figure(Metric::DramFilterReadsCorrected, Metric::DramFilterReads) *
        byte;
    bits[5] =
        figure(Metric::DramOfmapWritesCorrected, Metric::DramOfmapWrites) *
        byte;
  }
  return bits;
}

llvm::ArrayRef<llvm::StringLiteral> report::getMemoryKeys() {
  static constexpr llvm::StringLiteral keys[kNumMemories] = {
      "sram_ifmap", "sram_filter", "sram_ofmap",
      "dram_ifmap", "dram_filter", "dram_ofmap"};
  return keys;
}

LogicalResult report::readTraffic(ModuleOp module, Report &report) {
  std::optional<Machine> machine;
  module.walk([&](systolic::KernelOp kernel) {
    machine = toArrayDesc(getBaseEngine(kernel)).machine;
    return WalkResult::interrupt();
  });
  if (!machine)
    return success();

  using Sums = std::array<Bits, kNumMemories>;
  Sums all;
  std::array<Sums, kNumClasses> classes;
  all.fill(0);
  for (Sums &sums : classes)
    sums.fill(0);
  for (const Kernel &kernel : report.kernels) {
    const Sums bits = Reader(kernel, *machine).read();
    Sums &sums = classes[static_cast<unsigned>(kernel.productClass)];
    for (unsigned memory = 0; memory < kNumMemories; ++memory) {
      sums[memory] = sum(sums[memory], bits[memory]);
      all[memory] = sum(all[memory], bits[memory]);
    }
  }

  // What one kernel does not know is unknown of all.
  if (llvm::none_of(all, [](const Bits &bits) { return bits.has_value(); }))
    return success();
  Traffic &traffic = report.traffic.emplace();
  for (unsigned memory = 0; memory < kNumMemories; ++memory) {
    if (!all[memory])
      continue;
    auto toBytes = [](Bits bits) {
      return static_cast<int64_t>((*bits + 7) / 8);
    };
    if ((*all[memory] + 7) / 8 > std::numeric_limits<int64_t>::max())
      return emitError(module.getLoc(), "the bytes of a memory are more than "
                                        "64 bits can count");
    traffic.all[memory] = toBytes(all[memory]);
    for (unsigned i = 0; i < kNumClasses; ++i)
      traffic.classes[i][memory] = toBytes(classes[i][memory]);
  }
  return success();
}
