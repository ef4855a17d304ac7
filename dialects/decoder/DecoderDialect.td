//===- DecoderDialect.td - the decoder dialect -------------*- tablegen -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_DECODER_DIALECT
#define ONEBIT_DECODER_DIALECT

include "mlir/IR/OpBase.td"

def Decoder_Dialect : Dialect {
  let name = "decoder";
  let cppNamespace = "::onebit::decoder";
  let summary = "Decoder blocks and the matrix products they are made of";
  let description = [{
    Two levels in one room. The upper one is a decoder as a model card tells
    it: `decoder.block` groups a layer, `decoder.attention` is an attention
    with its heads, `decoder.norm`, `decoder.rotary` and so on stand between.
    The lower one is the waist of the compiler: every matrix product is either
    a `decoder.projection` (weight x activation) or a
    `decoder.attention_product` (activation x activation), whatever frontend
    it came from.

    Shapes are written with B for batch entries, T for tokens, L for attended
    keys, H for query heads, KV for key-value heads, E for the head dimension
    and D for the hidden size.

    Discardable attributes of the dialect:
    - `decoder.model` on a module: a `#decoder.model`, what was compiled.
    - `decoder.assumptions` on a module: an array of `#decoder.assumption`,
      what was taken for granted on the way and belongs in every report.
    - `decoder.weight = "name"` on a function argument: it is a weight.
    - `decoder.value` on such an argument: the weight's elements.
    - `decoder.cache` on a function argument: it is a KV cache.
    - `decoder.activation` on a function argument: it is neither.
  }];
  let dependentDialects = [];
  let useDefaultAttributePrinterParser = 1;
  let hasOperationAttrVerify = 1;
  let hasRegionArgAttrVerify = 1;
  let hasRegionResultAttrVerify = 1;
  let extraClassDeclaration = [{
    /// What was compiled: a ModelAttr on the module.
    static constexpr ::llvm::StringLiteral kModelAttrName = "decoder.model";
    /// What was taken for granted: an ArrayAttr of AssumptionAttr on the module.
    static constexpr ::llvm::StringLiteral kAssumptionsAttrName =
        "decoder.assumptions";
    /// Marks of function arguments: a weight and its name, what it holds, a KV
    /// cache, neither.
    static constexpr ::llvm::StringLiteral kWeightAttrName = "decoder.weight";
    static constexpr ::llvm::StringLiteral kValueAttrName = "decoder.value";
    static constexpr ::llvm::StringLiteral kCacheAttrName = "decoder.cache";
    static constexpr ::llvm::StringLiteral kActivationAttrName =
        "decoder.activation";
  }];
}

class Decoder_Op<string mnemonic, list<Trait> traits = []>
    : Op<Decoder_Dialect, mnemonic, traits>;

#endif // ONEBIT_DECODER_DIALECT
