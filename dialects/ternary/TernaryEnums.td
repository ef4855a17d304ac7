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
  I32EnumAttrCase<"B1_58", 1, "b1_58">,
  I32EnumAttrCase<"B1Released", 2, "b1_released">,
  I32EnumAttrCase<"B1_58Released", 3, "b1_58_released">
]>;

def Ternary_ActivationScheme : Ternary_Enum<"ActivationScheme",
    "a published quantization of activations", [
  I32EnumAttrCase<"Released", 0, "released">,
  I32EnumAttrCase<"Paper", 1, "paper">,
  I32EnumAttrCase<"PaperEta", 2, "paper_eta">
]>;

// What each is: TernaryAttributes.td.
def Ternary_Packing : Ternary_Enum<"Packing", "how elements lie in bytes", [
  I32EnumAttrCase<"I2S", 0, "i2_s">,
  I32EnumAttrCase<"HF", 1, "hf">,
  I32EnumAttrCase<"TL2", 2, "tl2">,
  I32EnumAttrCase<"Base3", 3, "base3">,
  I32EnumAttrCase<"B1", 4, "b1">,
  I32EnumAttrCase<"TQ1_0", 5, "tq1_0">,
  I32EnumAttrCase<"TQ2_0", 6, "tq2_0">
]>;

def Ternary_Granularity : Ternary_Enum<"Granularity",
    "what shares one scale of a quantized activation", [
  I32EnumAttrCase<"PerToken", 0, "per_token">,
  I32EnumAttrCase<"PerTensor", 1, "per_tensor">
]>;

#endif // ONEBIT_TERNARY_ENUMS
