//===- ExtractSchedule.h - Kernels as plain numbers -------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The way from the IR to the cost models, which know no IR.
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_ANALYSIS_EXTRACTSCHEDULE_H
#define ONEBIT_ANALYSIS_EXTRACTSCHEDULE_H

#include "dialects/systolic/Systolic.h"
#include "onebit/CostModel/ArrayDesc.h"
#include "onebit/CostModel/Schedule.h"

namespace onebit {

/// The folds of `kernel` in their order: loops by the slices that their
/// induction variables index, the tile by the fold. Reads the loop op, its
/// slices and its fold, and whether it is the transposed product, and nothing
/// else; in particular neither the kernel's maps nor the shapes of its
/// operands. Emits an error at what it cannot read, which no verified kernel
/// holds.
mlir::FailureOr<Schedule> extractSchedule(systolic::KernelOp kernel);

/// The array as plain numbers, without what stands beside it.
ArrayDesc toArrayDesc(systolic::ArrayAttr array);

/// The array as an attribute, without the engine beside it; `desc.check()` must
/// succeed.
systolic::ArrayAttr toArrayAttr(mlir::MLIRContext *context,
                                const ArrayDesc &desc);

/// The engine for projections beside `desc`, whose attribute is `base`; null
/// where there is none.
systolic::ArrayAttr toProjectionEngineAttr(const ArrayDesc &desc,
                                           systolic::ArrayAttr base);

} // namespace onebit

#endif // ONEBIT_ANALYSIS_EXTRACTSCHEDULE_H
