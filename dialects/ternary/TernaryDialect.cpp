//===- TernaryDialect.cpp - the ternary dialect ---------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/ternary/Ternary.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/Transforms/InliningUtils.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace onebit;
using namespace onebit::ternary;

#include "dialects/ternary/TernaryDialect.cpp.inc"

#include "dialects/ternary/TernaryEnums.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/ternary/TernaryAttributes.cpp.inc"

#define GET_TYPEDEF_CLASSES
#include "dialects/ternary/TernaryTypes.cpp.inc"

namespace {
/// Every op may move into another function: none refers to where it stands.
struct TernaryInliner : DialectInlinerInterface {
  using DialectInlinerInterface::DialectInlinerInterface;
  bool isLegalToInline(Operation *, Region *, bool, IRMapping &) const final {
    return true;
  }
};
} // namespace

void TernaryDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/ternary/TernaryAttributes.cpp.inc"
      >();
  addTypes<
#define GET_TYPEDEF_LIST
#include "dialects/ternary/TernaryTypes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/ternary/TernaryOps.cpp.inc"
      >();
  addInterfaces<TernaryInliner>();
}

// group_c1
LogicalResult GroupAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                int64_t size, int64_t dim) {
  if (size <= 0 || dim < 0)
    return emitError() << "a group must have a positive size and a dimension "
                          "that is not negative, got "
                       << size << " and " << dim;
  return success();
}

Type ternary::getElementType(MLIRContext *context, Scheme scheme) {
  if (scheme == Scheme::B1)
    return BitType::get(context);
  return TritType::get(context);
}
