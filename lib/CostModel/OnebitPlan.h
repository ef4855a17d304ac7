//===- OnebitPlan.h - What a kernel asks of a machine -----------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The lengths of docs/microarchitecture.md, sections 1 to 3, that depend on a
// fold's size alone: what a vector takes at the ports, how long a tile is on
// its way, where it stays. The symbols are the page's.
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_COSTMODEL_ONEBITPLAN_H
#define ONEBIT_LIB_COSTMODEL_ONEBITPLAN_H

#include "onebit/CostModel/CostModel.h"
#include <array>

namespace onebit {

/// Cycles, bits or elements on the way to a figure. With products of less than
/// 2^63 multiplications no time and no sum of bits reaches 2^110.
__extension__ typedef __int128 Wide;

inline Wide divideUp(Wide value, Wide divisor) {
  return (value + divisor - 1) / divisor;
}

/// The operands in the order in which the page prefers them.
enum Operand : unsigned { Ifmap, Filter, Ofmap, kNumOperands };

/// A set of loops.
using DimSet = unsigned;
constexpr DimSet dimSet(Dim dim) { return 1u << static_cast<unsigned>(dim); }
constexpr DimSet kAllDims =
    dimSet(Dim::Batch) | dimSet(Dim::M) | dimSet(Dim::N) | dimSet(Dim::K);

/// Section 3: how long an operand stays in its memory.
enum class Residency { Whole, Tile, Vectors };

struct OperandPlan {
  /// Whether the operand is on the chip: nothing of it is transferred. It then
  /// lies as one that stays whole in a memory without a bound.
  bool onChip = false;
  /// The loops that name a tile.
  DimSet dims = 0;
  Format format;
  /// H; none: unlimited.
  std::optional<Wide> half;
  /// P; 0: unlimited.
  int64_t port = 0;
  Residency residency = Residency::Whole;
  /// V, where vectors stay.
  Wide groupSize = 0;
};

/// One transfer between DRAM and a memory.
struct Transfer {
  Wide bits = 0, cycles = 0;
};

/// The transfers of one operand of a fold: of its tile, or, where vectors stay,
/// of V vectors and of the T mod V that are left.
struct TileTransfers {
  Wide lanes = 0;
  Transfer tile, group, rest;
  /// From the start of a load to the arrival of its first vector.
  Wide firstVector = 0;
};

/// A fold of one size. Sides and columns are those that its times follow.
struct FoldPlan {
  /// T, r and c.
  Wide steps = 0, rows = 0, columns = 0;
  /// Cycles that each vector takes.
  Wide sigma = 1;
  /// os: cycles that each row of sums takes at the port.
  Wide delta = 1;
  /// ws, is: r rho.
  Wide preload = 0;
  /// ws, is: from e(t) to when vector t is complete, D + r + c - 2.
  Wide wayOut = 0;
  /// Into the memories.
  std::array<TileTransfers, kNumOperands> loads;
  /// Out of the ofmap: sums that are not finished, and those that are.
  TileTransfers partialSums, results;
};

/// A kernel on a machine.
struct OnebitPlan {
  /// Fails, naming the memory, if a half of it cannot hold the tile that stays
  /// or a single vector.
  static llvm::Expected<OnebitPlan>
  get(const Schedule &schedule, const ArrayDesc &array, FilterKind filter);

  /// b of section 9: the cycles of the first load of filter that are done
  /// before the kernel of `schedule` begins.
  Wide getPrefetched(const Schedule &schedule, const Prefetch &prefetch) const;

  systolic::Dataflow dataflow;
  bool hiddenPreload, hiddenDrain;
  /// d; 0: unlimited.
  int64_t dram;
  /// The operand that stays in the array.
  Operand stationary;
  /// Whether a batch entry is a group of what stays whole; else all entries
  /// together are one.
  bool entriesAreGroups;
  std::array<OperandPlan, kNumOperands> operands;
  /// By the set of M, N and K in which a fold does what is left of the extent.
  std::array<FoldPlan, kAllDims + 1> folds;
};

} // namespace onebit

#endif // ONEBIT_LIB_COSTMODEL_ONEBITPLAN_H
