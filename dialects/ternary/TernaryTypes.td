//===- TernaryTypes.td - types of the ternary dialect ------*- tablegen -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_TERNARY_TYPES
#define ONEBIT_TERNARY_TYPES

include "dialects/ternary/TernaryDialect.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/BuiltinTypeInterfaces.td"

class Ternary_Type<string name, string mnemonic_>
    : TypeDef<Ternary_Dialect, name, [MemRefElementTypeInterface]> {
  let mnemonic = mnemonic_;
}

def Ternary_BitType : Ternary_Type<"Bit", "bit"> {
  let summary = "an element of {-1, 1}";
  let description = [{
    The codebook of BitNet's weights. Logical: how elements are packed is said
    elsewhere.

    Example: `tensor<4x8x!ternary.bit>`.
  }];
}

def Ternary_TritType : Ternary_Type<"Trit", "trit"> {
  let summary = "an element of {-1, 0, 1}";
  let description = [{
    The codebook of BitNet b1.58's weights. Logical: how elements are packed is
    said elsewhere.

    Example: `tensor<4x8x!ternary.trit>`.
  }];
}

def Ternary_Element : AnyTypeOf<[Ternary_BitType, Ternary_TritType],
    "!ternary.bit or !ternary.trit">;

#endif // ONEBIT_TERNARY_TYPES
