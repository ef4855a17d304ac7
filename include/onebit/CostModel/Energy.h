//===- Energy.h - Published energies of operations and accesses -*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Energies are whole femtojoules. What nobody published is absent, never 0.
// docs/energy.md has the tables, the rules and a worked example.
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_COSTMODEL_ENERGY_H
#define ONEBIT_COSTMODEL_ENERGY_H

#include "onebit/CostModel/CostModel.h"

namespace onebit {

//===----------------------------------------------------------------------===//
// Tables
//===----------------------------------------------------------------------===//

/// Where a published energy was read.
enum class EnergySource {
  /// BitNet, arXiv 2310.11453, Table 2, after Horowitz (ISSCC 2014) for 45 nm
  /// and PokeBNN (Zhang et al., CVPR 2022) for 7 nm.
  BitNet,
  /// "Ten Lessons From Three Generations Shaped Google's TPUv4i", Jouppi et
  /// al., ISCA 2021, Table 2.
  TPUv4i
};
/// `BitNet, Table 2` or `TPUv4i, Table 2`.
llvm::StringRef stringifyEnergySource(EnergySource source);

enum class NumberFormat { Int8, Int32, BF16, FP16, FP32 };
/// `int8`, `int32`, `bf16`, `fp16`, `fp32`.
llvm::StringRef stringifyNumberFormat(NumberFormat format);

enum class Operation { Add, Multiply };
/// `add` or `multiply`.
llvm::StringRef stringifyOperation(Operation operation);

/// One energy at each process node, in femtojoules.
struct NodeEnergies {
  std::optional<int64_t> nm45Fj, nm7Fj;

  /// None where nothing was published, and of systolic::EnergyNode::None.
  std::optional<int64_t> at(systolic::EnergyNode node) const;
};

/// An operation on two numbers of one format.
struct OperationEnergy {
  Operation operation;
  NumberFormat format;
  NodeEnergies energies;
  EnergySource source;
};

/// An access of 64 bits to an SRAM of `kb` kB of 1024 bytes.
struct SramEnergy {
  int64_t kb;
  NodeEnergies energies;
  EnergySource source;
};

/// An access of 64 bits to DRAM.
struct DramEnergy {
  NodeEnergies energies;
  EnergySource source;
};

/// Every published operation, each once.
llvm::ArrayRef<OperationEnergy> getOperationEnergies();
/// Every published SRAM, by ascending size.
llvm::ArrayRef<SramEnergy> getSramEnergies();
/// DDR3 and DDR4.
const DramEnergy &getDramEnergy();

/// The energy of one operation; none where not published.
std::optional<int64_t> getOperationFj(Operation operation, NumberFormat format,
                                      systolic::EnergyNode node);

/// The energy of an access of 64 bits to an SRAM of `kb` kB: the published one
/// where there is one, else, to the nearest femtojoule, what the straight line
/// through the two nearest published sizes says on logarithmic axes, between
/// them and beyond them. None if `kb` is less than 1.
std::optional<int64_t> getSramFj(int64_t kb, systolic::EnergyNode node);

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

/// What an activation is multiplied by: it decides the energy of a
/// multiply-accumulate.
enum class Multiplier {
  /// A sign, or 0: an addition is all there is.
  Sign,
  /// An integer of at most 8 bits.
  Integer,
  /// A half-precision float.
  Float
};

/// `cost` with its energies at `node`, after docs/energy.md: of arithmetic, of
/// scales, of SRAM where the array says how large each memory is, of DRAM where
/// the cost has traffic, and their sum where arithmetic and DRAM are known.
/// `schedule`, `array` and `filter` are those that were priced. Nothing changes
/// at systolic::EnergyNode::None. Fails, naming the figure, if one exceeds 64
/// bits.
llvm::Expected<Cost> addEnergy(Cost cost, const Schedule &schedule,
                               const ArrayDesc &array, FilterKind filter,
                               Multiplier multiplier,
                               systolic::EnergyNode node);

} // namespace onebit

#endif // ONEBIT_COSTMODEL_ENERGY_H
