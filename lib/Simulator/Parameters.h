//===- Parameters.h - The machine as it is stepped --------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_SIMULATOR_PARAMETERS_H
#define ONEBIT_LIB_SIMULATOR_PARAMETERS_H

#include "onebit/CostModel/CostModel.h"
#include "llvm/Support/MathExtras.h"
#include <limits>

namespace onebit::sim {

enum class Operand { Ifmap, Filter, Ofmap };
inline constexpr Operand kOperands[] = {Operand::Ifmap, Operand::Filter,
                                        Operand::Ofmap};

/// `ifmap`, `filter` or `ofmap`.
llvm::StringRef stringifyOperand(Operand operand);

/// One of these for each operand.
template <typename T> class PerOperand {
public:
  PerOperand(T ifmap = {}, T filter = {}, T ofmap = {})
      : values{ifmap, filter, ofmap} {}
  T &operator[](Operand operand) { return values[int(operand)]; }
  const T &operator[](Operand operand) const { return values[int(operand)]; }

private:
  T values[3];
};

inline constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

/// The description of section 1 for one kernel. A bandwidth of 0 is unlimited.
struct Parameters {
  /// `transposed`: of a product whose filter comes in as the ifmap.
  Parameters(const ArrayDesc &array, FilterKind filter,
             const Prefetch &prefetch = {}, bool transposed = false);

  systolic::Dataflow dataflow;
  int64_t rows, columns;
  /// Whether lanes that a fold does not use are waited for.
  bool waited;
  /// Whether the preload (`ws`, `is`) or the drain (`os`) is hidden.
  bool hidden;
  /// Ofmap: of sums that are not finished.
  PerOperand<Format> format;
  /// Of sums that are finished.
  Format finished;
  PerOperand<int64_t> port;
  int64_t dram;
  /// Whether an operand is to be on the chip, if it fits.
  PerOperand<bool> onChip;
  /// What may have come in before the kernel; nothing unless the array says so.
  Prefetch prefetch;
  /// Bits of half a memory; `kNever` where unlimited.
  PerOperand<int64_t> half;

  bool sumsStay() const {
    return dataflow == systolic::Dataflow::OutputStationary;
  }
  Operand getStationary() const;
  /// Elements of one vector of `operand` in a fold of `tile`; of a stationary
  /// operand, of its tile.
  int64_t getLanes(Operand operand, const Tile &tile) const;
  /// Cycles in which `lanes` elements pass the port of `operand`.
  int64_t getPortCycles(Operand operand, int64_t lanes) const;
  /// Cycles of a transfer on the channel.
  int64_t getDramCycles(int64_t bits) const {
    return dram == 0 ? 0 : llvm::divideCeil(bits, dram);
  }
};

/// Bits of so many elements.
inline int64_t getBits(Format format, int64_t elements) {
  return llvm::divideCeil(elements * format.bits, format.elements);
}

} // namespace onebit::sim

#endif // ONEBIT_LIB_SIMULATOR_PARAMETERS_H
