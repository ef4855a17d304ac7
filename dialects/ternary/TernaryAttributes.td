//===- TernaryAttributes.td - ternary attributes -----------*- tablegen -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_TERNARY_ATTRIBUTES
#define ONEBIT_TERNARY_ATTRIBUTES

include "dialects/ternary/TernaryDialect.td"
include "dialects/ternary/TernaryEnums.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"

def Ternary_SchemeAttr : EnumAttr<Ternary_Dialect, Ternary_Scheme, "scheme"> {
  let summary = Ternary_Scheme.summary;
  let assemblyFormat = "`<` $value `>`";
}
def Ternary_GranularityAttr
    : EnumAttr<Ternary_Dialect, Ternary_Granularity, "granularity"> {
  let summary = Ternary_Granularity.summary;
  let assemblyFormat = "`<` $value `>`";
}

def Ternary_GroupAttr : AttrDef<Ternary_Dialect, "Group"> {
  let mnemonic = "group";
  let summary = "elements of a weight that share a scale";
  let description = [{
    Each run of `size` elements along dimension `dim` has a scale of its own.

    - (C1) `size` is positive and `dim` is not negative.

    Example: `#ternary.group<size = 128, dim = 1>`.
  }];
  let parameters = (ins "int64_t":$size, "int64_t":$dim);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1; /*group_c1*/
}

#endif // ONEBIT_TERNARY_ATTRIBUTES
