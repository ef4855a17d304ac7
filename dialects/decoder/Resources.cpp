//===- Resources.cpp - Values of weights outside the IR -------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/decoder/Resources.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/DialectResourceBlobManager.h"

using namespace mlir;

static constexpr size_t kAlignment = 64;

ElementsAttr onebit::decoder::copyToResource(ShapedType type, StringRef name,
                                             ArrayRef<char> bytes) {
  return DenseResourceElementsAttr::get(
      type, name,
      HeapAsmResourceBlob::allocateAndCopyWithAlign(bytes, kAlignment,
                                                    /*dataIsMutable=*/false));
}
