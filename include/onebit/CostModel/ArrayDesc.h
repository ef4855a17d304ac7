//===- ArrayDesc.h - A systolic array as plain numbers ----------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_COSTMODEL_ARRAYDESC_H
#define ONEBIT_COSTMODEL_ARRAYDESC_H

#include "dialects/systolic/SystolicEnums.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace onebit {

/// `bits` hold `elements` of an operand.
struct Format {
  int64_t bits = 8, elements = 1;
  bool operator==(const Format &other) const {
    return bits == other.bits && elements == other.elements;
  }
};

/// An array at register level: the keys and defaults of
/// docs/microarchitecture.md, section 1. Bandwidths in bits per cycle, 0 where
/// unlimited.
struct Machine {
  /// 0 where not said.
  int64_t clockKhz = 0;
  systolic::Overlap preload = systolic::Overlap::Exposed;
  systolic::Overlap drain = systolic::Overlap::Exposed;
  systolic::Overlap kernels = systolic::Overlap::Exposed;
  systolic::IdleLanes idleLanes = systolic::IdleLanes::Waited;
  Format activation{8, 1}, weight{8, 1}, denseWeight{16, 1}, partialSum{32, 1},
      kv{8, 1};
  int64_t ifmapPort = 0, filterPort = 0, ofmapPort = 0;
  int64_t dram = 0;
  /// Whether operands come and go over that channel. Else they are on the chip,
  /// where they fit; activations, weights and results, whichever memory a
  /// product has them in.
  bool ifmapDram = true, filterDram = true, ofmapDram = true;
  /// Elements a cycle of the vector unit, 0 where there is none.
  int64_t vectorLanes = 0;
  /// Whether vector work runs beside the product before it.
  systolic::Overlap vector = systolic::Overlap::Exposed;
};

/// SCALE-Sim's user-defined bandwidths to DRAM, in words per cycle. Its version
/// 2 has one for all three memories, which is that of the ofmap; version 3 has
/// these.
struct ScaleSimBandwidth {
  int64_t ifmap, filter, ofmap;
};

/// A systolic array. What a description does not say is 0.
struct ArrayDesc {
  /// Most rows or columns an array may have.
  static constexpr int64_t kMaxSide = 65536;

  /// What reports call it.
  std::string name;
  /// Processing elements.
  int64_t rows = 0, columns = 0;
  systolic::Dataflow dataflow = systolic::Dataflow::OutputStationary;
  /// On-chip memories in kB of 1024 bytes.
  int64_t ifmapKb = 0, filterKb = 0, ofmapKb = 0;
  /// None where nothing was said of it: its defaults hold.
  std::optional<Machine> machine;
  /// None where SCALE-Sim estimates bandwidths.
  std::optional<ScaleSimBandwidth> scaleSim;
  /// An engine for projections beside this one; null where there is none.
  std::shared_ptr<const ArrayDesc> projectionEngine;
  /// Whether that engine's channel is this one's.
  bool sharedDram = false;

  /// Whether kernels prefetch while the kernel before them ends.
  bool hidesKernels() const {
    return machine && machine->kernels == systolic::Overlap::Hidden;
  }
  /// Fails if a side is not within [1, kMaxSide], a memory or a bandwidth is
  /// negative, or a format does not store 1 to 64 elements in 1 to 64 bits,
  /// here or in the engine beside it.
  llvm::Error check() const;
};

/// An array that ships with the project: a file of docs/examples/arrays.
struct ArrayPreset {
  llvm::StringLiteral name;
  /// What stands in the file.
  llvm::StringLiteral json;
};

/// The arrays that `parseArray` knows by name, in alphabetic order.
llvm::ArrayRef<ArrayPreset> getArrayPresets();

/// Reads `text`: the name of a preset; `RxC` for an array of R rows and C
/// columns without memories, output-stationary, named as it is written; or the
/// path of an array file (ArrayFile.h), which ends in `.json` or `.cfg`, holds
/// a
/// `/` or is there. The error says what is wrong and which forms there are.
llvm::Expected<ArrayDesc> parseArray(llvm::StringRef text);

} // namespace onebit

#endif // ONEBIT_COSTMODEL_ARRAYDESC_H
