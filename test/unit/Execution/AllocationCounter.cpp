//===- AllocationCounter.cpp - How often memory was asked for -------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The allocator of the whole binary. A sanitizer brings its own, and says when
// it is called.
//
//===----------------------------------------------------------------------===//

#include "AllocationCounter.h"
#include <atomic>
#include <cstddef>

static std::atomic<int64_t> count = 0;

int64_t countAllocations() { return count; }

#if defined(__SANITIZE_ADDRESS__)
// Of <sanitizer/allocator_interface.h>, which not every gcc comes with.
extern "C" int __sanitizer_install_malloc_and_free_hooks(
    void (*)(const volatile void *, size_t), void (*)(const volatile void *));

namespace {
struct Hooks {
  Hooks() {
    __sanitizer_install_malloc_and_free_hooks(
        [](const volatile void *, size_t) { ++count; },
        [](const volatile void *) {});
  }
} hooks;
} // namespace
#else
extern "C" {
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);

void *malloc(size_t size) {
  ++count;
  return __libc_malloc(size);
}
void *calloc(size_t number, size_t size) {
  ++count;
  return __libc_calloc(number, size);
}
void *realloc(void *old, size_t size) {
  ++count;
  return __libc_realloc(old, size);
}
void *aligned_alloc(size_t alignment, size_t size) {
  ++count;
  return __libc_memalign(alignment, size);
}
int posix_memalign(void **result, size_t alignment, size_t size) {
  ++count;
  *result = __libc_memalign(alignment, size);
  return *result ? 0 : 12;
}
}
#endif
