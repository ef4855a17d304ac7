//===- TernaryOps.td - ops of the ternary dialect ----------*- tablegen -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_TERNARY_OPS
#define ONEBIT_TERNARY_OPS

include "dialects/decoder/DecoderAttributes.td"
include "dialects/decoder/DecoderInterfaces.td"
include "dialects/ternary/TernaryAttributes.td"
include "dialects/ternary/TernaryTypes.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def WeightOp : Ternary_Op<"weight", [Pure, VectorWorkOpInterface]> {
  let summary = "a quantized weight, by the checkpoint's own name";
  let description = [{
    A constant of bits or trits, called `name` in the checkpoint, and its scale.
    The elements lie in `bytes` as `packing` says (`#ternary.packing`); what an
    element stands for is `element * scale`. The scale has rank 0, or with
    `group` the shape that `ternary.quantize_weight` says. `quantization` says
    what making it from real numbers cost, where that was seen.

    - (C1) `name` is not empty.
    - (C2) `bytes` is `tensor<size x i8>` of the size that the packing of the
      result's shape has.
    - (C3) packing `b1` is of `!ternary.bit`, all others of `!ternary.trit`.
    - (C4) `scale_value` has the type of the scale: floats, of the shape said
      above.
    - (C5) every byte is one that packing writes. Checked each time up to 64
      KiB, and not for resources without data; a pass that makes a larger weight
      checks it there.

    Example: a byte holds four rows.
    ```mlir
    func.func @weight() -> (tensor<4x3x!ternary.trit>, tensor<f32>) {
      %w, %s = ternary.weight "model.layers.0.mlp.up_proj.weight" packing(hf)
          = dense<[89, 6, -92]> : tensor<3xi8> scale = dense<0.25> : tensor<f32>
          -> tensor<4x3x!ternary.trit>, tensor<f32>
      return %w, %s : tensor<4x3x!ternary.trit>, tensor<f32>
    }
    ```
  }];
  let arguments = (ins StrAttr:$name, Ternary_PackingAttr:$packing,
      ElementsAttr:$bytes, ElementsAttr:$scale_value,
      OptionalAttr<Ternary_GroupAttr>:$group,
      OptionalAttr<Ternary_QuantizationAttr>:$quantization);
  let results = (outs StaticShapeTensorOf<[Ternary_Element]>:$result,
      StaticShapeTensorOf<[AnyFloat]>:$scale);
  let assemblyFormat = [{
    $name `packing` `` `(` custom<BareEnum>($packing) `)` `=` $bytes
    `scale` `=` $scale_value (`group` $group^)? (`quantization` $quantization^)?
    attr-dict `->` type($result) `,` type($scale)
  }];
  let extraClassDeclaration = [{
    /// The packed bytes; nothing where they are a resource without data.
    std::optional<::llvm::SmallVector<uint8_t>> getPackedBytes();
  }];
  let hasVerifier = 1; /*ternary_weight_c1, ternary_weight_c2, ternary_weight_c3, ternary_weight_c4, ternary_weight_c5*/
}

def DequantizeWeightOp : Ternary_Op<"dequantize_weight", [Pure, VectorWorkOpInterface]> {
  let summary = "what a quantized weight stands for";
  let description = [{
    `result = weight * scale`, real numbers. With `group` each run of elements
    has its own scale, as in `ternary.quantize_weight`. Whoever reads a weight
    that a checkpoint has quantized reads this; `--onebit-quantize-projections`
    takes the quantized weight from behind it.

    - (C1) the result has the weight's shape.
    - (C2) `group` names a dimension of the weight and divides it.
    - (C3) the scale has the result's element type and rank 0, or with `group`
      the weight's shape with dimension `dim` divided by `size`.

    Example:
    ```mlir
    func.func @real(%w: tensor<4x8x!ternary.trit>, %s: tensor<f32>) -> tensor<4x8xf32> {
      %0 = ternary.dequantize_weight %w, %s
          : tensor<4x8x!ternary.trit>, tensor<f32> -> tensor<4x8xf32>
      return %0 : tensor<4x8xf32>
    }
    ```
  }];
  let arguments = (ins StaticShapeTensorOf<[Ternary_Element]>:$weight,
      StaticShapeTensorOf<[AnyFloat]>:$scale, OptionalAttr<Ternary_GroupAttr>:$group);
  let results = (outs StaticShapeTensorOf<[AnyFloat]>:$result);
  let assemblyFormat = [{
    $weight `,` $scale (`group` $group^)? attr-dict
    `:` type($weight) `,` type($scale) `->` type($result)
  }];
  let hasVerifier = 1; /*dequantize_weight_c1, dequantize_weight_c2, dequantize_weight_c3*/
}

def QuantizeWeightOp : Ternary_Op<"quantize_weight", [Pure, VectorWorkOpInterface]> {
  let summary = "a weight to one bit or one trit an element";
  let description = [{
    With `gamma = mean(|W|)` and `alpha = mean(W)`, by scheme:

    | scheme | elements | scale | source |
    |--------|----------|-------|--------|
    | `b1` | `W > alpha ? 1 : -1` | `gamma` | BitNet, arXiv 2310.11453, eqs. 1 to 3 |
    | `b1_released` | `sign(W - alpha)`, 0 where they are equal | `gamma` | `weight_quant` of code that is passed on for BitNet (kyegomez/BitNet, `bitlinear_weight_quant`): its sign has three values |
    | `b1_58` | `max(-1, min(1, round(W / (gamma + 1e-5))))` | `gamma` | BitNet b1.58, arXiv 2402.17764, eqs. 1 to 3 |
    | `b1_58_released` | `max(-1, min(1, round(W s)))`, `s = 1 / max(gamma, 1e-5)` | `1 / s` | Microsoft's "Training Tips, Code, FAQ", and transformers' `WeightQuant` (autobitlinear, online) |

    So the paper adds its 1e-5 and the code takes it as a floor, and the code
    multiplies by a rounded reciprocal. `round` is to the nearest integer, of two
    to the even one: the papers do not say, torch does so. A mean is rounded
    once, from a sum in f64, in the order of the elements; all else is computed
    in f32, or in f64 for a weight of f64, and the scale is rounded to the
    weight's type at the end. Infinities and NaN have no mean: what comes out
    of them is not said here, and a pass that sees one refuses it.

    Without `group` the means are over the whole weight and the scale is a
    tensor of rank 0; with one they are over each group and the scale has the
    weight's shape with dimension `dim` divided by `size`.

    - (C1) scheme `b1` gives `!ternary.bit`, every other `!ternary.trit`.
    - (C2) the result has the weight's shape.
    - (C3) `group` names a dimension of the weight and divides it.
    - (C4) the scale has the weight's element type and the shape said above.

    Example:
    ```mlir
    func.func @quantize(%w: tensor<4x256xf32>)
        -> (tensor<4x256x!ternary.trit>, tensor<4x2xf32>) {
      %q, %s = ternary.quantize_weight b1_58 %w group <size = 128, dim = 1>
          : tensor<4x256xf32> -> tensor<4x256x!ternary.trit>, tensor<4x2xf32>
      return %q, %s : tensor<4x256x!ternary.trit>, tensor<4x2xf32>
    }
    ```
  }];
  let arguments = (ins Ternary_SchemeAttr:$scheme, StaticShapeTensorOf<[AnyFloat]>:$weight,
      OptionalAttr<Ternary_GroupAttr>:$group);
  let results = (outs RankedTensorOf<[Ternary_Element]>:$result,
      RankedTensorOf<[AnyFloat]>:$scale);
  let assemblyFormat = [{
    custom<BareEnum>($scheme) $weight (`group` $group^)? attr-dict
    `:` type($weight) `->` type($result) `,` type($scale)
  }];
  let hasVerifier = 1; /*quantize_weight_c1, quantize_weight_c2, quantize_weight_c3, quantize_weight_c4*/
}

def QuantizeActivationOp : Ternary_Op<"quantize_activation", [
    Pure, DeclareOpInterfaceMethods<VectorWorkOpInterface,
      ["getVectorKind", "getVectorPasses"]>]> {
  let summary = "an activation to a few bits, by its largest element";
  let description = [{
    absmax quantization. With `gamma` the largest absolute value, at least 1e-5,
    by scheme:

    | scheme | elements | scale | source |
    |--------|----------|-------|--------|
    | `released` | `max(-Q - 1, min(Q, round(x s)))`, `Q = 2^(bits - 1) - 1`, `s = Q / gamma` | `1 / s` | Microsoft's "Training Tips, Code, FAQ", and transformers' bitnet integration |
    | `paper` | `max(-Q, min(Q - 1, round(x Q / gamma)))`, `Q = 2^(bits - 1)` | `gamma / Q` | BitNet, arXiv 2310.11453, eqs. 4 and 5, and BitNet b1.58 |
    | `paper_eta` | `max(0, min(Q - 1, round((x - eta) Q / gamma)))`, `Q = 2^(bits - 1)`, `eta` the smallest `x` | `gamma / Q` | BitNet, eq. 6, of activations before a nonlinear function |

    So code has 127 where the papers have 128, which no int8 holds: the papers
    clip just below it, and the largest element saturates. They have no 1e-5
    either, without which zeros would be 0 / 0. Rounding is to the nearest
    integer, of two to the even one. `eta` is not added again, as in the paper:
    elements stand for `x - eta`. No released model has that form.

    `per_token` takes gamma, and eta, over `reduction_dims`, the dimensions a product sums
    over, and the scale has the others: a token gets what it gets alone.
    `per_tensor` takes them over the whole tensor and the scale has rank 0.

    With `group` they are over each group of a token's elements (BitNet, section
    2.1, group quantization), and the scale has the input's shape with dimension
    `dim` divided by `size`. Groups know nothing of each other: one with an
    infinity or a NaN has codes of 0 and a scale that is none, and no other has
    anything of it.

    - (C1) `bits` is between 2 and 8.
    - (C2) `reduction_dims` are dimensions of the input, ascending, each once.
    - (C3) the result has the input's shape and the scale the shape said above.
    - (C4) `group` is of granularity `per_token`, names the one reduction
      dimension and divides it.

    Example: a scale for each token, and one for each 128 elements of a token.
    ```mlir
    func.func @quantize(%x: tensor<1x3x256xf32>) -> (tensor<1x3x256xi8>, tensor<1x3xf32>) {
      %q, %s = ternary.quantize_activation per_token %x over [2] bits 8
          : tensor<1x3x256xf32> -> tensor<1x3x256xi8>, tensor<1x3xf32>
      return %q, %s : tensor<1x3x256xi8>, tensor<1x3xf32>
    }
    func.func @groups(%x: tensor<1x3x256xf32>) -> (tensor<1x3x256xi8>, tensor<1x3x2xf32>) {
      %q, %s = ternary.quantize_activation per_token %x over [2] bits 8
          group <size = 128, dim = 2> : tensor<1x3x256xf32>
          -> tensor<1x3x256xi8>, tensor<1x3x2xf32>
      return %q, %s : tensor<1x3x256xi8>, tensor<1x3x2xf32>
    }
    ```
  }];
  let arguments = (ins Ternary_GranularityAttr:$granularity,
      StaticShapeTensorOf<[AnyFloat]>:$input, DenseI64ArrayAttr:$reduction_dims,
      I64Attr:$bits, OptionalAttr<Ternary_GroupAttr>:$group,
      DefaultValuedAttr<Ternary_ActivationSchemeAttr,
                        "::onebit::ternary::ActivationScheme::Released">:$scheme);
  let results = (outs RankedTensorOf<[I8]>:$result,
      RankedTensorOf<[AnyFloat]>:$scale);
  let assemblyFormat = [{
    custom<BareEnum>($granularity) $input `over` $reduction_dims `bits` $bits
    (`group` $group^)? (`scheme` `` $scheme^)? attr-dict
    `:` type($input) `->` type($result) `,` type($scale)
  }];
  let hasVerifier = 1; /*quantize_activation_c1, quantize_activation_c2, quantize_activation_c3, quantize_activation_c4*/
}

def MatMulOp : Ternary_Op<"matmul", [
    Pure, DeclareOpInterfaceMethods<MatrixProductOpInterface,
      ["getLhs", "getRhs", "getInit", "getProductClass"]>]> {
  let summary = "a product that adds and subtracts, but never multiplies";
  let description = [{
    The einsum `result = sum activation * weight` of 8-bit integers and bits or
    trits into 32-bit integers: every term is the activation, its negation or,
    for a trit, nothing. Maps, role, layer and name are those of
    `decoder.projection`, whose constraints C1 to C5 (product_c1 to product_c5)
    hold here, too. There is no init.

    - (C6) `role` is not that of an attention product.

    Example:
    ```mlir
    #x = affine_map<(b, t, n, k) -> (b, t, k)>
    #w = affine_map<(b, t, n, k) -> (n, k)>
    #y = affine_map<(b, t, n, k) -> (b, t, n)>
    func.func @up(%x: tensor<1x3x8xi8>, %w: tensor<32x8x!ternary.trit>) -> tensor<1x3x32xi32> {
      %y = ternary.matmul "mlp.up_proj" role(up) layer(0)
          ins(%x, %w : tensor<1x3x8xi8>, tensor<32x8x!ternary.trit>)
          maps [#x, #w, #y] -> tensor<1x3x32xi32>
      return %y : tensor<1x3x32xi32>
    }
    ```
  }];
  let arguments = (ins RankedTensorOf<[I8]>:$activation,
      RankedTensorOf<[Ternary_Element]>:$weight,
      AffineMapArrayAttr:$indexing_maps, Decoder_ProductRoleAttr:$role,
      OptionalAttr<ConfinedAttr<I64Attr, [IntNonNegative]>>:$layer,
      OptionalAttr<StrAttr>:$product_name);
  let results = (outs RankedTensorOf<[I32]>:$result);
  let assemblyFormat = [{
    ($product_name^)? `role` `` `(` custom<BareEnum>($role) `)` (`layer` `` `(` $layer^ `)`)?
    `ins` `(` $activation `,` $weight `:` type($activation) `,` type($weight) `)`
    `maps` $indexing_maps `->` type($result) attr-dict
  }];
  let hasVerifier = 1; /*matmul_c6*/
}

class Ternary_Buffer<Type element>
    : AnyTypeOf<[StaticShapeTensorOf<[element]>, StaticShapeMemRefOf<[element]>]>;

def PackedMatMulOp : Ternary_Op<"packed_matmul", [
    DestinationStyleOpInterface, DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let summary = "products with weights as they lie in memory";
  let description = [{
    `init[b, t, n] = sum over k of activation[b, t, k] * weight[b, n, k]`, where
    `bytes` are weights packed as `i2_s` (`#ternary.packing`), `B N` rows of `K`
    trits. What `ternary.matmul` becomes for a machine that has kernels for packed
    trits; what was in `init` before is not read.

    - (C1) all operands are tensors, with a result, or all are row-major memrefs,
      without one.
    - (C2) activation is `B x T x K` and init `B x T x N`.
    - (C3) bytes are as many as packing `B N` rows of `K` trits takes.
    - (C4) K is less than 2^23: no sum leaves 32 bits.

    Example:
    ```mlir
    func.func @up(%x: tensor<1x3x8xi8>, %w: tensor<1024xi8>, %init: tensor<1x3x32xi32>)
        -> tensor<1x3x32xi32> {
      %y = ternary.packed_matmul ins(%x, %w : tensor<1x3x8xi8>, tensor<1024xi8>)
          outs(%init : tensor<1x3x32xi32>) -> tensor<1x3x32xi32>
      return %y : tensor<1x3x32xi32>
    }
    ```
  }];
  let arguments = (ins Ternary_Buffer<I8>:$activation, Ternary_Buffer<I8>:$bytes,
      Ternary_Buffer<I32>:$init);
  let results = (outs Variadic<StaticShapeTensorOf<[I32]>>:$result);
  let assemblyFormat = [{
    `ins` `(` $activation `,` $bytes `:` type($activation) `,` type($bytes) `)`
    `outs` `(` $init `:` type($init) `)` attr-dict (`->` type($result)^)?
  }];
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getInitMutable(); }

    /// B, T, N and K.
    int64_t getBatch() { return getShape(getActivation())[0]; }
    int64_t getTokens() { return getShape(getActivation())[1]; }
    int64_t getRows() { return getShape(getInit())[2]; }
    int64_t getColumns() { return getShape(getActivation())[2]; }

  private:
    static ::llvm::ArrayRef<int64_t> getShape(::mlir::Value buffer) {
      return ::mlir::cast<::mlir::ShapedType>(buffer.getType()).getShape();
    }

  public:
  }];
  let hasVerifier = 1; /*packed_matmul_c1, packed_matmul_c2, packed_matmul_c3, packed_matmul_c4*/
}

def DequantizeOp : Ternary_Op<"dequantize", [
    Pure, DeclareOpInterfaceMethods<VectorWorkOpInterface,
      ["getVectorKind", "getVectorPasses"]>]> {
  let summary = "integer sums back to real numbers";
  let description = [{
    `result[out] = bias[out'] + sum acc[...] * activation_scale[...] * weight_scale[...]`
    over the loops of `maps`: one projected permutation for acc, activation
    scale, weight scale, result and, where there is one, bias. A loop of acc
    that the result does not have is summed: the groups of a weight, or of a
    weight and an activation, along the dimension their product reduces.

    - (C1) one map for each operand and the result, all over the same loops.
    - (C2) each map is a projected permutation that fits its operand, and a loop
      has one extent wherever it occurs.
    - (C3) the loops of the other operands are loops of acc, and those of the
      bias are loops of the result.

    Example:
    ```mlir
    #y = affine_map<(b, t, n) -> (b, t, n)>
    #token = affine_map<(b, t, n) -> (b, t)>
    #one = affine_map<(b, t, n) -> ()>
    func.func @dequantize(%a: tensor<1x3x32xi32>, %x: tensor<1x3xf32>, %w: tensor<f32>)
        -> tensor<1x3x32xf32> {
      %y = ternary.dequantize %a scales(%x, %w : tensor<1x3xf32>, tensor<f32>)
          maps [#y, #token, #one, #y] : tensor<1x3x32xi32> -> tensor<1x3x32xf32>
      return %y : tensor<1x3x32xf32>
    }
    ```
  }];
  let arguments = (ins StaticShapeTensorOf<[I32]>:$acc,
      StaticShapeTensorOf<[AnyFloat]>:$activation_scale,
      StaticShapeTensorOf<[AnyFloat]>:$weight_scale,
      Optional<StaticShapeTensorOf<[AnyFloat]>>:$bias, AffineMapArrayAttr:$indexing_maps);
  let results = (outs StaticShapeTensorOf<[AnyFloat]>:$result);
  let assemblyFormat = [{
    $acc `scales` `(` $activation_scale `,` $weight_scale `:`
    type($activation_scale) `,` type($weight_scale) `)`
    (`bias` `(` $bias^ `:` type($bias) `)`)? `maps` $indexing_maps attr-dict
    `:` type($acc) `->` type($result)
  }];
  let hasFolder = 1;
  let hasVerifier = 1; /*dequantize_c1, dequantize_c2, dequantize_c3*/
}

#endif // ONEBIT_TERNARY_OPS
