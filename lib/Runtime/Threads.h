//===- Threads.h - Ranges in parallel ---------------------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_RUNTIME_THREADS_H
#define ONEBIT_LIB_RUNTIME_THREADS_H

#include <cstdint>
#include <functional>

namespace onebit::runtime {

/// Calls `work` on ranges that together are [0, count), one for each thread of
/// `setNumThreads`, and returns when all are done.
void parallelFor(int64_t count,
                 const std::function<void(int64_t, int64_t)> &work);

} // namespace onebit::runtime

#endif // ONEBIT_LIB_RUNTIME_THREADS_H
