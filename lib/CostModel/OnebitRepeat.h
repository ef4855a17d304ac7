//===- OnebitRepeat.h - Many equal runs of folds at once --------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_COSTMODEL_ONEBITREPEAT_H
#define ONEBIT_LIB_COSTMODEL_ONEBITREPEAT_H

#include "OnebitTimeline.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace onebit {

/// Does what calling `body` `count` times does to `timeline`, where each call
/// runs the same folds. Takes a few dozen calls where the times settle into a
/// rhythm.
///
/// Every time is a maximum of sums of earlier times, so what some calls do to
/// the state is, in each time, a convex function of it. If two runs of calls in
/// a row move the state s by the same d, and one that starts at s + j d does so
/// too, then, by convexity, so do all between them, and they need not be
/// called. The same holds for the sum of the times within the run at which a
/// wait ends. Where that does not change, none of these times does, each wait
/// is as long as in the run before, and has the same cause.
void repeat(OnebitTimeline &timeline, int64_t count,
            llvm::function_ref<void()> body);

} // namespace onebit

#endif // ONEBIT_LIB_COSTMODEL_ONEBITREPEAT_H
