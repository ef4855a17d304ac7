//===- Ternary.h - the ternary dialect --------------------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_DIALECTS_TERNARY_TERNARY_H
#define ONEBIT_DIALECTS_TERNARY_TERNARY_H

#include "dialects/decoder/Decoder.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinTypeInterfaces.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "dialects/ternary/TernaryDialect.h.inc"

#include "dialects/ternary/TernaryEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/ternary/TernaryAttributes.h.inc"

#define GET_TYPEDEF_CLASSES
#include "dialects/ternary/TernaryTypes.h.inc"

#define GET_OP_CLASSES
#include "dialects/ternary/TernaryOps.h.inc"

namespace onebit::ternary {

/// Columns of a packed weight must be fewer: sums of as many activations of 8
/// bits fit into 32 bits.
constexpr int64_t kMaxPackedColumns = int64_t(1) << 23;

/// The element type of a weight that `scheme` quantizes.
mlir::Type getElementType(mlir::MLIRContext *context, Scheme scheme);

} // namespace onebit::ternary

#endif // ONEBIT_DIALECTS_TERNARY_TERNARY_H
