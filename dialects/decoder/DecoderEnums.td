//===- DecoderEnums.td - enums of the decoder dialect ------*- tablegen -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_DECODER_ENUMS
#define ONEBIT_DECODER_ENUMS

include "mlir/IR/EnumAttr.td"

class Decoder_Enum<string name, string summary, list<I32EnumAttrCase> cases>
    : I32EnumAttr<name, summary, cases> {
  let cppNamespace = "::onebit::decoder";
  let genSpecializedAttr = 0;
}

def Decoder_ProductRole : Decoder_Enum<"ProductRole",
    "the part a matrix product plays in a decoder block", [
  I32EnumAttrCase<"Q", 0, "q">,
  I32EnumAttrCase<"K", 1, "k">,
  I32EnumAttrCase<"V", 2, "v">,
  I32EnumAttrCase<"QKV", 3, "qkv">,
  I32EnumAttrCase<"O", 4, "o">,
  I32EnumAttrCase<"Gate", 5, "gate">,
  I32EnumAttrCase<"Up", 6, "up">,
  I32EnumAttrCase<"GateUp", 7, "gate_up">,
  I32EnumAttrCase<"Down", 8, "down">,
  I32EnumAttrCase<"Router", 9, "router">,
  I32EnumAttrCase<"LMHead", 10, "lm_head">,
  I32EnumAttrCase<"Scores", 11, "scores">,
  I32EnumAttrCase<"Values", 12, "values">,
  I32EnumAttrCase<"Other", 13, "other">
]>;

def Decoder_ProductClass : Decoder_Enum<"ProductClass",
    "what a matrix product costs in multiplications: decided by the codebook "
    "of its weight, not by the number of bits", [
  I32EnumAttrCase<"MatMulFree", 0, "matmul_free">,
  I32EnumAttrCase<"LowBitProjection", 1, "low_bit_projection">,
  I32EnumAttrCase<"DenseProjection", 2, "dense_projection">,
  I32EnumAttrCase<"Attention", 3, "attention">
]>;

def Decoder_NormKind : Decoder_Enum<"NormKind", "a normalisation", [
  I32EnumAttrCase<"LayerNorm", 0, "layer_norm">,
  I32EnumAttrCase<"RMSNorm", 1, "rms_norm">,
  I32EnumAttrCase<"SubLN", 2, "sub_ln">
]>;

def Decoder_ActivationKind : Decoder_Enum<"ActivationKind",
    "a non-linearity of a feed-forward network", [
  I32EnumAttrCase<"ReLU", 0, "relu">,
  I32EnumAttrCase<"ReLU2", 1, "relu2">,
  I32EnumAttrCase<"GELU", 2, "gelu">,
  I32EnumAttrCase<"GELUTanh", 3, "gelu_tanh">,
  I32EnumAttrCase<"SiLU", 4, "silu">
]>;

def Decoder_AlibiKind : Decoder_Enum<"AlibiKind",
    "how distances to keys lower their scores", [
  I32EnumAttrCase<"Press", 0, "press">,
  I32EnumAttrCase<"Falcon", 1, "falcon">
]>;

def Decoder_QKVLayout : Decoder_Enum<"QKVLayout",
    "the order of features in a fused query-key-value projection", [
  I32EnumAttrCase<"Concatenated", 0, "concatenated">,
  I32EnumAttrCase<"Grouped", 1, "grouped">
]>;

def Decoder_Phase : Decoder_Enum<"Phase", "a phase of inference", [
  I32EnumAttrCase<"Decode", 0, "decode">,
  I32EnumAttrCase<"Prefill", 1, "prefill">
]>;

def Decoder_Layout : Decoder_Enum<"Layout",
    "whether a model is written as it is or as the paper counted it", [
  I32EnumAttrCase<"Real", 0, "real">,
  I32EnumAttrCase<"Paper", 1, "paper">
]>;

def Decoder_AssumptionKind : Decoder_Enum<"AssumptionKind",
    "what sort of thing was taken for granted", [
  I32EnumAttrCase<"Weight", 0, "weight">,
  I32EnumAttrCase<"Activation", 1, "activation">,
  I32EnumAttrCase<"TiedWeight", 2, "tied_weight">,
  I32EnumAttrCase<"Quantization", 3, "quantization">,
  I32EnumAttrCase<"Layout", 4, "layout">,
  I32EnumAttrCase<"NotModelled", 5, "not_modelled">,
  I32EnumAttrCase<"NotVisible", 6, "not_visible">,
  I32EnumAttrCase<"Deviation", 7, "deviation">
]>;

def Decoder_VectorKind : Decoder_Enum<"VectorKind",
    "what a vector unit does, where it is no matrix product", [
  I32EnumAttrCase<"Softmax", 0, "softmax">,
  I32EnumAttrCase<"Norm", 1, "norm">,
  I32EnumAttrCase<"Activation", 2, "activation">,
  I32EnumAttrCase<"Rotary", 3, "rotary">,
  I32EnumAttrCase<"Position", 4, "position">,
  I32EnumAttrCase<"Quantization", 5, "quantization">,
  I32EnumAttrCase<"Dequantization", 6, "dequantization">,
  I32EnumAttrCase<"Elementwise", 7, "elementwise">,
  I32EnumAttrCase<"Reduction", 8, "reduction">,
  I32EnumAttrCase<"Unknown", 9, "unknown">
]>;

#endif // ONEBIT_DECODER_ENUMS
