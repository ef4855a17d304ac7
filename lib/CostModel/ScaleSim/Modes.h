//===- Modes.h - SCALE-Sim's two modes of bandwidth -------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_COSTMODEL_SCALESIM_MODES_H
#define ONEBIT_LIB_COSTMODEL_SCALESIM_MODES_H

#include "FoldNest.h"

namespace onebit::scalesim {

/// CALC: the tool estimates bandwidths.
MemoryFigures estimate(const FoldNest &nest, const MemorySystem &system);

/// USER: the bandwidths are given.
llvm::Expected<MemoryFigures> simulate(const FoldNest &nest,
                                       const MemorySystem &system);

} // namespace onebit::scalesim

#endif // ONEBIT_LIB_COSTMODEL_SCALESIM_MODES_H
