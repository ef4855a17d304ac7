//===- DecoderVectorOps.td - embeddings, norms, activations *- tablegen -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_DECODER_VECTOROPS
#define ONEBIT_DECODER_VECTOROPS

include "dialects/decoder/DecoderOpBase.td"

//===----------------------------------------------------------------------===//
// Positions and embeddings
//===----------------------------------------------------------------------===//

def EmbeddingOp : Decoder_Op<"embedding", [Pure, VectorWorkOpInterface]> {
  let summary = "rows of a table, by token";
  let description = [{
    `result[b, t, :] = table[ids[b, t], :]`: table `V x D`, ids `B x T`, result
    `B x T x D`. Ids are unsigned; one outside the table is undefined behaviour.

    - (C1) the shapes are as said.

    Example:
    ```mlir
    func.func @embed(%ids: tensor<1x3xi64>, %table: tensor<100x8xf32>) -> tensor<1x3x8xf32> {
      %0 = decoder.embedding %table[%ids] : tensor<100x8xf32>, tensor<1x3xi64> -> tensor<1x3x8xf32>
      return %0 : tensor<1x3x8xf32>
    }
    ```
  }];
  let arguments = (ins Decoder_FloatTensor<2>:$table, Decoder_Tensor<2, [AnySignlessInteger]>:$ids);
  let results = (outs Decoder_FloatTensor<3>:$result);
  let assemblyFormat = [{
    $table `[` $ids `]` attr-dict `:` type($table) `,` type($ids) `->` type($result)
  }];
  let hasVerifier = 1; /*embedding_c1*/
}

def PositionEmbeddingOp : Decoder_Op<"position_embedding", [
    Pure, AllTypesMatch<["input", "result"]>,
    AllElementTypesMatch<["input", "table"]>,
    DeclareOpInterfaceMethods<VectorWorkOpInterface,
      ["getVectorKind", "getVectorPasses"]>]> {
  let summary = "add learned positions";
  let description = [{
    `result[b, t, :] = input[b, t, :] + table[position + offset + t, :]`: input
    `B x T x D`, table `P x D`. A position outside the table is undefined
    behaviour. (OPT's table starts with two unused rows: `offset` 2.)

    - (C1) D agrees.
    - (C2) the table has rows for T tokens after `offset`.

    Example:
    ```mlir
    func.func @positions(%x: tensor<1x3x8xf32>, %table: tensor<18x8xf32>, %p: index) -> tensor<1x3x8xf32> {
      %0 = decoder.position_embedding %x, %table at %p {offset = 2 : i64} : tensor<1x3x8xf32>, tensor<18x8xf32>
      return %0 : tensor<1x3x8xf32>
    }
    ```
  }];
  let arguments = (ins Decoder_FloatTensor<3>:$input, Decoder_FloatTensor<2>:$table,
      Index:$position, DefaultValuedAttr<ConfinedAttr<I64Attr, [IntNonNegative]>, "0">:$offset);
  let results = (outs Decoder_FloatTensor<3>:$result);
  let assemblyFormat = [{
    $input `,` $table `at` $position attr-dict `:` type($input) `,` type($table)
  }];
  let hasVerifier = 1; /*position_embedding_c1, position_embedding_c2*/
}

def RotaryOp : Decoder_Op<"rotary", [
    Pure, AllTypesMatch<["input", "result"]>,
    DeclareOpInterfaceMethods<VectorWorkOpInterface,
      ["getVectorKind", "getVectorPasses"]>]> {
  let summary = "rotary position embedding";
  let description = [{
    Rotates pairs (x, y) of the first `rotary_dim` elements of each head (all E,
    if absent) to `(x cos a - y sin a, y cos a + x sin a)` with the angle
    `a = (position + t) * theta^(-2 i / rotary_dim)`, i the index of the pair (Su
    et al. 2021, eq. 34). Pairs are elements `(i, i + rotary_dim / 2)`, or with
    `interleaved` `(2 i, 2 i + 1)`. Elements beyond `rotary_dim` pass. Input
    `B x H x T x E`. `scaling` says how the frequencies `theta^(-2 i / rotary_dim)`
    are stretched for contexts beyond that of training.

    - (C1) `rotary_dim` is even, positive and at most E.
    - (C2) `theta` is positive.
    - (C3) `scaling` is one for `rotary_dim` elements.
    - (C4) the frequencies are finite.

    Example:
    ```mlir
    func.func @rotate(%x: tensor<1x4x3x16xf32>, %p: index) -> tensor<1x4x3x16xf32> {
      %0 = decoder.rotary %x at %p {rotary_dim = 8 : i64, theta = 10000.0} : tensor<1x4x3x16xf32>
      return %0 : tensor<1x4x3x16xf32>
    }
    ```
  }];
  let arguments = (ins Decoder_FloatTensor<4>:$input, Index:$position,
      DefaultValuedAttr<F64Attr, "10000.0">:$theta, OptionalAttr<I64Attr>:$rotary_dim,
      UnitAttr:$interleaved, OptionalAttr<Decoder_RotaryScalingAttrInterface>:$scaling);
  let results = (outs Decoder_FloatTensor<4>:$result);
  let assemblyFormat = "$input `at` $position attr-dict `:` type($input)";
  let extraClassDeclaration = [{
    /// How fast the pairs turn, with the scaling.
    ::onebit::decoder::RotaryTable getTable();
  }];
  let hasFolder = 1;
  let hasVerifier = 1; /*rotary_c1, rotary_c2, rotary_c3, rotary_c4*/
}

//===----------------------------------------------------------------------===//
// Norms and activations
//===----------------------------------------------------------------------===//

def NormOp : Decoder_Op<"norm", [
    Pure, AttrSizedOperandSegments, AllTypesMatch<["input", "result"]>,
    DeclareOpInterfaceMethods<VectorWorkOpInterface,
      ["getVectorKind", "getVectorPasses"]>]> {
  let summary = "normalisation over the last dimension";
  let description = [{
    With x a row of the last dimension:
    - `layer_norm`: `(x - mean(x)) / sqrt(var(x) + epsilon) * weight + bias`
      (Ba et al. 2016), weight and bias optional; var is the mean of
      `(x - mean(x))^2`.
    - `rms_norm`: `x / sqrt(mean(x^2) + epsilon) * weight` (Zhang and Sennrich
      2019), weight optional.
    - `sub_ln`: the layer norm without parameters that BitNet (Wang et al. 2023,
      eq. 12) puts before the quantization of activations.

    With `unit_offset` the factor is `1 + weight`.

    - (C1) weight and bias have the length of the last dimension.
    - (C2) `sub_ln` has neither weight nor bias, `rms_norm` has no bias.
    - (C3) `unit_offset` comes with a weight.
    - (C4) `epsilon` is not negative.
    - (C5) the input has a last dimension.

    Example:
    ```mlir
    func.func @norm(%x: tensor<1x3x8xf32>, %w: tensor<8xf32>) -> tensor<1x3x8xf32> {
      %0 = decoder.norm rms_norm %x weight(%w : tensor<8xf32>) {epsilon = 1.0e-5} : tensor<1x3x8xf32>
      return %0 : tensor<1x3x8xf32>
    }
    ```
  }];
  let arguments = (ins Decoder_NormKindAttr:$kind, Decoder_AnyFloatTensor:$input,
      Optional<Decoder_FloatTensor<1>>:$weight, Optional<Decoder_FloatTensor<1>>:$bias,
      DefaultValuedAttr<F64Attr, "1.0e-5">:$epsilon, UnitAttr:$unit_offset);
  let results = (outs Decoder_AnyFloatTensor:$result);
  let assemblyFormat = [{
    custom<BareEnum>($kind) $input (`weight` `(` $weight^ `:` type($weight) `)`)?
    (`bias` `(` $bias^ `:` type($bias) `)`)? attr-dict `:` type($input)
  }];
  let hasVerifier = 1; /*norm_c1, norm_c2, norm_c3, norm_c4, norm_c5*/
}

def ActivationOp : Decoder_Op<"activation", [
    Pure, SameOperandsAndResultType,
    DeclareOpInterfaceMethods<VectorWorkOpInterface,
      ["getVectorKind", "getVectorPasses"]>]> {
  let summary = "elementwise non-linearity";
  let description = [{
    `relu` max(x, 0); `relu2` max(x, 0)^2 (So et al. 2021); `gelu`
    x (1 + erf(x / sqrt 2)) / 2; `gelu_tanh` its tanh approximation (Hendrycks
    and Gimpel 2016); `silu` x / (1 + exp(-x)).

    Example:
    ```mlir
    func.func @act(%x: tensor<1x3x8xf32>) -> tensor<1x3x8xf32> {
      %0 = decoder.activation gelu %x : tensor<1x3x8xf32>
      return %0 : tensor<1x3x8xf32>
    }
    ```
  }];
  let arguments = (ins Decoder_ActivationKindAttr:$kind, Decoder_AnyFloatTensor:$input);
  let results = (outs Decoder_AnyFloatTensor:$result);
  let assemblyFormat = "custom<BareEnum>($kind) $input attr-dict `:` type($input)";
  let hasFolder = 1;
}

def GatedActivationOp : Decoder_Op<"gated_activation", [
    Pure, SameOperandsAndResultType,
    DeclareOpInterfaceMethods<VectorWorkOpInterface,
      ["getVectorKind", "getVectorPasses"]>]> {
  let summary = "a gate applied to a feed-forward network's upper half";
  let description = [{
    `kind(gate) * up`, elementwise (Shazeer 2020); kinds as in
    `decoder.activation`.

    Example:
    ```mlir
    func.func @glu(%g: tensor<1x3x8xf32>, %u: tensor<1x3x8xf32>) -> tensor<1x3x8xf32> {
      %0 = decoder.gated_activation silu %g, %u : tensor<1x3x8xf32>
      return %0 : tensor<1x3x8xf32>
    }
    ```
  }];
  let arguments = (ins Decoder_ActivationKindAttr:$kind, Decoder_AnyFloatTensor:$gate,
      Decoder_AnyFloatTensor:$up);
  let results = (outs Decoder_AnyFloatTensor:$result);
  let assemblyFormat = "custom<BareEnum>($kind) $gate `,` $up attr-dict `:` type($gate)";
}

#endif // ONEBIT_DECODER_VECTOROPS
