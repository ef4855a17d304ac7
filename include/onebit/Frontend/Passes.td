//===- Passes.td - Passes that read outside formats -------------*- tablegen -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_FRONTEND_PASSES_TD
#define ONEBIT_FRONTEND_PASSES_TD

include "mlir/Pass/PassBase.td"

//===----------------------------------------------------------------------===//
// LoadWeights
//===----------------------------------------------------------------------===//

def LoadWeights : Pass<"onebit-load-weights", "::mlir::ModuleOp"> {
  let summary = "Fill in the values of weights from a checkpoint";
  let description = [{
    Each `decoder.weight` without a value gets that of the tensor of its name in
    `path`: a `.safetensors` or `.gguf` file, a `.safetensors.index.json`, or a
    folder of Hugging Face's. Values are resources; those that are in the file as
    the module wants them, stay in the mapped file and are not copied.

    - F32, F16 and BF16 are widened to the weight's type or taken as they are,
      never narrowed; Q8_0 becomes f32. All of it is exact.
    - Weights that the checkpoint has quantized become `ternary.weight` where a
      projection reads them, with a `ternary.dequantize_weight` in between, or
      where a `ternary.quantize_weight` does, which goes; elsewhere they become
      floats. These are: uint8 with a `weight_scale` (transformers' `bitlinear`
      and packed `autobitlinear`), floats of -1, 0 and 1 with a `weight_scale`
      (`autobitlinear`, offline), GGUF's TQ1_0, TQ2_0 and I2_S. Their bytes are
      taken as they are and checked. Blocks of TQ1_0 and TQ2_0 that all have one
      scale, or nothing to scale, make one scale; otherwise groups of 256.
    - Floats without a scale beside them (`autobitlinear`, online) are weights
      that `--onebit-quantize-projections=scheme=b1.58-released` quantizes.
    - GGUF's names are those of llama.cpp for the architectures llama, qwen2,
      qwen3, bitnet and microsoft/BitNet's bitnet-25 and bitnet-b1.58; rows of q
      and k that its converter has permuted for llama go back to where they
      were.

    Fails on a weight that the checkpoint lacks or has in another shape or in a
    type that cannot be taken. Tensors that the module does not ask for are not
    looked at. A weight with a value keeps it.
  }];
  let options = [
    Option<"path", "path", "std::string", /*default=*/"", "The checkpoint.">,
    Option<"weightScale", "weight-scale", "::onebit::frontend::ScaleMeaning",
           /*default=*/"::onebit::frontend::ScaleMeaning::FromConfig",
           "What a weight_scale does to a product (default: what the config.json "
           "beside the checkpoint says by its linear_class).",
           [{::llvm::cl::values(
             clEnumValN(::onebit::frontend::ScaleMeaning::FromConfig, "config", "as config.json says"),
             clEnumValN(::onebit::frontend::ScaleMeaning::Divide, "divide", "bitlinear: results are divided by it"),
             clEnumValN(::onebit::frontend::ScaleMeaning::Multiply, "multiply", "autobitlinear: results are multiplied by it"))}]>
  ];
  let dependentDialects = ["::onebit::decoder::DecoderDialect",
                           "::onebit::ternary::TernaryDialect"];
}

#endif // ONEBIT_FRONTEND_PASSES_TD
