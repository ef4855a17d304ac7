//===- Passes.td - Passes from one level to the next ------------*- tablegen -*-===//
//
// Part of the onebit project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_CONVERSION_PASSES_TD
#define ONEBIT_CONVERSION_PASSES_TD

include "mlir/Pass/PassBase.td"

//===----------------------------------------------------------------------===//
// DecomposeBlocks
//===----------------------------------------------------------------------===//

def DecomposeBlocks : Pass<"onebit-decompose-blocks", "::mlir::ModuleOp"> {
  let summary = "Decoder blocks to matrix products";
  let description = [{
    Inlines each `decoder.block` and writes its layer on the matrix products
    that were in it. Each `decoder.attention` becomes a
    `decoder.attention_product` of queries and keys, a `decoder.softmax` and a
    `decoder.attention_product` of probabilities and values; where query heads
    share key-value heads, they are a loop of their own in both products, so
    no key or value is repeated. Other ops stay.
  }];
  let dependentDialects = ["::onebit::decoder::DecoderDialect",
                           "::mlir::tensor::TensorDialect"];
}

//===----------------------------------------------------------------------===//
// QuantizeProjections
//===----------------------------------------------------------------------===//

def QuantizeProjections : Pass<"onebit-quantize-projections", "::mlir::ModuleOp"> {
  let summary = "Projections to products without multiplication";
  let description = [{
    Each `decoder.projection` of floats becomes a `ternary.quantize_activation`
    (absmax, per token), a `ternary.quantize_weight` by `scheme`, a
    `ternary.matmul` and a `ternary.dequantize` that adds the bias. Projections
    that share an activation or a weight share its quantization.

    Roles in `full-precision` stay as they are, and so do projections of
    integers. Whether a model was trained for the scheme cannot be seen here:
    the module's assumptions say so.
  }];
  let options = [
    Option<"scheme", "scheme", "::onebit::ternary::Scheme",
           /*default=*/"::onebit::ternary::Scheme::B1_58",
           "Quantization of weights (default: b1.58).",
           [{::llvm::cl::values(
             clEnumValN(::onebit::ternary::Scheme::B1, "b1", "BitNet: {-1, 1}"),
             clEnumValN(::onebit::ternary::Scheme::B1_58, "b1.58", "BitNet b1.58: {-1, 0, 1}"))}]>,
    ListOption<"fullPrecision", "full-precision", "std::string",
           "Roles of projections that keep their weights, or none "
           "(default: lm_head,router).">,
    Option<"activationBits", "activation-bits", "int64_t", /*default=*/"8",
           "Bits of a quantized activation, 2 to 8 (default: 8).">
  ];
  let dependentDialects = ["::onebit::ternary::TernaryDialect"];
}

#endif // ONEBIT_CONVERSION_PASSES_TD
