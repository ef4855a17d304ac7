//===- VectorWork.h - Work that is no matrix product ------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_ANALYSIS_VECTORWORK_H
#define ONEBIT_ANALYSIS_VECTORWORK_H

#include "dialects/decoder/Decoder.h"
#include "onebit/CostModel/VectorUnit.h"
#include <optional>

namespace onebit {

/// What a vector unit has to do for an op.
struct VectorWork {
  decoder::VectorKind kind = decoder::VectorKind::Unknown;
  /// None where the kind is unknown, else at least one.
  llvm::SmallVector<LanePass> passes;
};

/// The work of `op` by the table of docs/microarchitecture.md, section 8: what
/// the op itself says (decoder::VectorWorkOpInterface), else what linalg's
/// interface or upstream's elementwise traits say. None where there is nothing
/// to do: the op moves elements, is a product of the waist or a kernel, is
/// control, or makes no tensor. A loop that computes numbers one by one is of
/// unknown work, and so is any op that nothing is known of.
std::optional<VectorWork> getVectorWork(mlir::Operation *op);

} // namespace onebit

#endif // ONEBIT_ANALYSIS_VECTORWORK_H
