//===- TernaryEnums.td - enums of the ternary dialect ------*- tablegen -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_TERNARY_ENUMS
#define ONEBIT_TERNARY_ENUMS

include "mlir/IR/EnumAttr.td"

class Ternary_Enum<string name, string summary, list<I32EnumAttrCase> cases>
    : I32EnumAttr<name, summary, cases> {
  let cppNamespace = "::onebit::ternary";
  let genSpecializedAttr = 0;
}

def Ternary_Scheme : Ternary_Enum<"Scheme", "a published quantization of weights", [
  I32EnumAttrCase<"B1", 0, "b1">,
  I32EnumAttrCase<"B1_58", 1, "b1_58">
]>;

def Ternary_Granularity : Ternary_Enum<"Granularity",
    "what shares one scale of a quantized activation", [
  I32EnumAttrCase<"PerToken", 0, "per_token">,
  I32EnumAttrCase<"PerTensor", 1, "per_tensor">
]>;

#endif // ONEBIT_TERNARY_ENUMS
