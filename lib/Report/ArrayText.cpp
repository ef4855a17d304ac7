//===- ArrayText.cpp - An array in words ----------------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ArrayText.h"
#include "Table.h"
#include "Words.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"

using namespace onebit;
using namespace onebit::report;

std::string report::describeArray(const Array &array) {
  std::string text = groupDigits(array.rows) + " x " +
                     groupDigits(array.columns) + ", " +
                     (array.mixed ? "a dataflow for each kernel"
                                  : title(array.dataflow).str());
  llvm::StringRef unit;
  for (auto [memory, kb] :
       {std::pair("ifmap", array.ifmapKb), std::pair("filter", array.filterKb),
        std::pair("ofmap", array.ofmapKb)})
    if (kb) {
      text += std::string(", ") + memory + " " + groupDigits(kb);
      unit = " kB";
    }
  return text + unit.str();
}

/// `8`, `1.6`.
static std::string formatBits(const onebit::Format &format) {
  std::string text;
  llvm::raw_string_ostream(text)
      << llvm::format("%.3g", static_cast<double>(format.bits) /
                                  static_cast<double>(format.elements));
  return text;
}

static std::string formatWidth(int64_t bits) {
  return bits == 0 ? "unlimited" : groupDigits(bits);
}

/// What is hidden, and that idle lanes are skipped: what is not said here is
/// exposed and waited for.
static std::string describeOverlap(const Machine &machine) {
  std::string hidden;
  for (auto [what, overlap] :
       {std::pair("preload", machine.preload),
        std::pair("drain", machine.drain),
        std::pair("next kernel's filter", machine.kernels),
        std::pair("vector work", machine.vector)})
    if (overlap == systolic::Overlap::Hidden)
      hidden += (hidden.empty() ? "" : ", ") + std::string(what);
  std::string text = hidden.empty() ? "nothing hidden" : hidden + " hidden";
  if (machine.idleLanes == systolic::IdleLanes::Skipped)
    text += "; idle lanes skipped";
  return text;
}

static std::string describePorts(const Machine &machine) {
  if (machine.ifmapPort == 0 && machine.filterPort == 0 &&
      machine.ofmapPort == 0)
    return "ports unlimited";
  return "ports " + formatWidth(machine.ifmapPort) + ", " +
         formatWidth(machine.filterPort) + ", " +
         formatWidth(machine.ofmapPort);
}

/// `; ifmap, ofmap on the chip`, or nothing.
static std::string describeOnChip(const Machine &machine) {
  std::string operands;
  for (auto [name, dram] : {std::pair("ifmap", machine.ifmapDram),
                            std::pair("filter", machine.filterDram),
                            std::pair("ofmap", machine.ofmapDram)})
    if (!dram)
      operands += (operands.empty() ? "; " : ", ") + std::string(name);
  return operands.empty() ? "" : operands + " on the chip where they fit";
}

std::string report::describeMachine(const Machine &machine) {
  std::string text = llvm::formatv(
      "bits: activations {0}, weights {1} (dense {2}), keys and values {3}, "
      "sums {4}; bits a cycle: DRAM {5}, {6}; {7}",
      formatBits(machine.activation), formatBits(machine.weight),
      formatBits(machine.denseWeight), formatBits(machine.kv),
      formatBits(machine.partialSum), formatWidth(machine.dram),
      describePorts(machine), describeOverlap(machine));
  text += describeOnChip(machine);
  if (machine.vectorLanes != 0)
    text += "; " + plural(machine.vectorLanes, "vector lane");
  return text;
}

std::string report::describe(const ScaleSimBandwidth &bandwidth) {
  return llvm::formatv("words a cycle to DRAM: ifmap {0}, filter {1}, ofmap "
                       "{2}",
                       groupDigits(bandwidth.ifmap),
                       groupDigits(bandwidth.filter),
                       groupDigits(bandwidth.ofmap));
}
