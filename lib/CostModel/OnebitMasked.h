//===- OnebitMasked.h - Folds that a mask leaves out ------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_COSTMODEL_ONEBITMASKED_H
#define ONEBIT_LIB_COSTMODEL_ONEBITMASKED_H

#include "OnebitTimeline.h"

namespace onebit {

/// Runs the folds of a schedule with a mask, in order, but for those that it
/// leaves out. One by one, but for equal batch entries.
void runMasked(const Schedule &schedule, const OnebitPlan &plan,
               OnebitTimeline &timeline);

} // namespace onebit

#endif // ONEBIT_LIB_COSTMODEL_ONEBITMASKED_H
