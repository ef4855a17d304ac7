//===- Systolic.h - the systolic dialect ------------------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_DIALECTS_SYSTOLIC_SYSTOLIC_H
#define ONEBIT_DIALECTS_SYSTOLIC_SYSTOLIC_H

#include "dialects/decoder/Decoder.h"
#include "dialects/systolic/SystolicEnums.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "dialects/systolic/SystolicDialect.h.inc"

namespace onebit::systolic {
class LoopOp;
class FoldOp;

/// What `product` looks like to an array that takes query heads of one
/// key-value head as rows, or computes the transposed product: its shape in
/// normal form, with the loops of its query groups as M, or with M and N
/// exchanged.
decoder::ProductShape getBodyShape(decoder::MatrixProductOpInterface product,
                                   bool queryRows, bool transposed);

/// Matrix form of ifmap (batch x M x K), filter (batch x N x K) and ofmap
/// (batch x M x N) of a product of this shape.
struct MatrixForm {
  llvm::SmallVector<int64_t, 3> ifmap, filter, ofmap;
  explicit MatrixForm(const decoder::ProductShape &shape)
      : ifmap{shape.batch, shape.m, shape.k},
        filter{shape.batch, shape.n, shape.k},
        ofmap{shape.batch, shape.m, shape.n} {}
};
} // namespace onebit::systolic

#define GET_ATTRDEF_CLASSES
#include "dialects/systolic/SystolicAttributes.h.inc"

#define GET_OP_CLASSES
#include "dialects/systolic/SystolicOps.h.inc"

#endif // ONEBIT_DIALECTS_SYSTOLIC_SYSTOLIC_H
