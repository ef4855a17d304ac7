//===- Families.h - Every cost model ----------------------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A family is one file, one line here and one in getCostModels().
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_COSTMODEL_FAMILIES_H
#define ONEBIT_LIB_COSTMODEL_FAMILIES_H

#include "onebit/CostModel/CostModel.h"

namespace onebit {

const CostModel &getScaleSimV2();
const CostModel &getScaleSimV3();
const CostModel &getOnebit();

} // namespace onebit

#endif // ONEBIT_LIB_COSTMODEL_FAMILIES_H
