//===- DecoderOps.td - ops of the decoder dialect ----------*- tablegen -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_DECODER_OPS
#define ONEBIT_DECODER_OPS

include "dialects/decoder/DecoderOpBase.td"

//===----------------------------------------------------------------------===//
// Structure
//===----------------------------------------------------------------------===//

def BlockOp : Decoder_Op<"block", [
    RecursiveMemoryEffects, SingleBlockImplicitTerminator<"YieldOp">,
    NoRegionArguments,
    DeclareOpInterfaceMethods<RegionBranchOpInterface>/*block_c1*/]> {
  let summary = "one layer of a decoder";
  let description = [{
    Groups the ops of decoder layer `layer`. The region runs once and its
    `decoder.yield` gives the results. `--onebit-decompose-blocks` inlines it
    and leaves the layer on each matrix product.

    - (C1) the region's yield has the types of the results.

    Example:
    ```mlir
    func.func @layer(%x: tensor<1x1x8xf32>) -> tensor<1x1x8xf32> {
      %y = decoder.block layer(0) -> (tensor<1x1x8xf32>) {
        %0 = decoder.activation relu %x : tensor<1x1x8xf32>
        decoder.yield %0 : tensor<1x1x8xf32>
      }
      return %y : tensor<1x1x8xf32>
    }
    ```
  }];
  let arguments = (ins ConfinedAttr<I64Attr, [IntNonNegative]>:$layer);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    `layer` `(` $layer `)` (`->` `(` type($results)^ `)`)? $body attr-dict
  }];
}

def YieldOp : Decoder_Op<"yield", [
    Pure, ReturnLike, Terminator, HasParent<"BlockOp">]> {
  let summary = "the results of a block";
  let description = [{
    Ends the region of `decoder.block`; its operands are the block's results.

    Example: see `decoder.block`.
  }];
  let arguments = (ins Variadic<AnyRankedTensor>:$operands);
  let assemblyFormat = "($operands^ `:` type($operands))? attr-dict";
  let builders = [OpBuilder<(ins), [{
    // The yield of a block without results.
  }]>];
}

def WeightOp : Decoder_Op<"weight", [Pure, VectorWorkOpInterface]> {
  let summary = "a weight, by the checkpoint's own name";
  let description = [{
    A constant tensor called `name` in the checkpoint. Without `value` only its
    name, shape and element type are known: enough to price a model, not to
    run it. Two ops of one name are the same weight.

    - (C1) `value` has the type of the result.
    - (C2) `name` is not empty.

    Example:
    ```mlir
    func.func @weights() -> (tensor<4x2xf32>, tensor<2xf32>) {
      %w = decoder.weight "model.layers.0.mlp.up_proj.weight" : tensor<4x2xf32>
      %b = decoder.weight "bias" = dense<[0.5, 1.0]> : tensor<2xf32> : tensor<2xf32>
      return %w, %b : tensor<4x2xf32>, tensor<2xf32>
    }
    ```
  }];
  let arguments = (ins StrAttr:$name, OptionalAttr<ElementsAttr>:$value);
  let results = (outs AnyStaticShapeTensor:$result);
  let assemblyFormat = "$name (`=` $value^)? `:` type($result) attr-dict";
  let hasVerifier = 1; /*weight_c1, weight_c2*/
}

//===----------------------------------------------------------------------===//
// The waist
//===----------------------------------------------------------------------===//

def ProjectionOp : Decoder_Op<"projection", [
    Pure, DeclareOpInterfaceMethods<MatrixProductOpInterface,
      ["getLhs", "getRhs", "getProductClass"]>]> {
  let summary = "a product of a weight and an activation";
  let description = [{
    `result[out] = init[out'] + sum activation[...] * weight[...]`, an einsum
    over the loops of `maps`: one projected permutation for activation, weight,
    result and, where there is an `init`, init. The init may have fewer
    dimensions than the result (a bias) and is then broadcast; without one the
    sum starts at zero. A fourth map is there exactly when an init is. Elements
    are converted to the element type of the result (integers are signed) and
    multiplied and added in it.

    `product_name` is what reports call the product: the weight's name without its
    `.weight`. `quantize` says whether the model was trained for a quantized weight
    here; where it is absent, `--onebit-quantize-projections` goes by the role.

    - (C1) one map for each operand and the result, all over the same loops.
    - (C2) each map is a projected permutation whose results fit the rank.
    - (C3) a loop has one extent wherever it occurs, and every extent is static.
    - (C4) every loop occurs in an operand, and the result's in at least one;
      loops that only one operand has are in the result.
    - (C5) the init's loops are loops of the result.
    - (C6) `role` is not that of an attention product.

    Example:
    ```mlir
    #x = affine_map<(b, t, n, k) -> (b, t, k)>
    #w = affine_map<(b, t, n, k) -> (n, k)>
    #y = affine_map<(b, t, n, k) -> (b, t, n)>
    #bias = affine_map<(b, t, n, k) -> (n)>
    func.func @up(%x: tensor<1x3x8xf32>, %w: tensor<32x8xf32>, %b: tensor<32xf32>)
        -> tensor<1x3x32xf32> {
      %y = decoder.projection "mlp.up_proj" role(up) layer(0)
          ins(%x, %w : tensor<1x3x8xf32>, tensor<32x8xf32>)
          init(%b : tensor<32xf32>) maps [#x, #w, #y, #bias]
          -> tensor<1x3x32xf32>
      return %y : tensor<1x3x32xf32>
    }
    ```
  }];
  let arguments = (ins AnyRankedTensor:$activation, AnyRankedTensor:$weight,
      Optional<AnyRankedTensor>:$init, AffineMapArrayAttr:$indexing_maps,
      Decoder_ProductRoleAttr:$role,
      OptionalAttr<ConfinedAttr<I64Attr, [IntNonNegative]>>:$layer,
      OptionalAttr<StrAttr>:$product_name, OptionalAttr<BoolAttr>:$quantize);
  let results = (outs AnyRankedTensor:$result);
  // Of a model that does not say what it was trained for.
  let builders = [
    OpBuilder<(ins "::mlir::Type":$result, "::mlir::Value":$activation,
      "::mlir::Value":$weight, "::mlir::Value":$init,
      "::mlir::ArrayAttr":$indexing_maps,
      "::onebit::decoder::ProductRole":$role, "::mlir::IntegerAttr":$layer,
      "::mlir::StringAttr":$product_name), [{
      build($_builder, $_state, result, activation, weight, init,
            indexing_maps, role, layer, product_name, ::mlir::BoolAttr());
    }]>
  ];
  let assemblyFormat = [{
    ($product_name^)? `role` `` `(` custom<BareEnum>($role) `)` (`layer` `` `(` $layer^ `)`)?
    `ins` `(` $activation `,` $weight `:` type($activation) `,` type($weight) `)`
    (`init` `(` $init^ `:` type($init) `)`)? `maps` $indexing_maps
    `->` type($result) attr-dict
  }];
  let hasFolder = 1;
  let hasVerifier = 1; /*projection_c6*/
}

def AttentionProductOp : Decoder_Op<"attention_product", [
    Pure, DeclareOpInterfaceMethods<MatrixProductOpInterface,
      ["getProductClass"]>]> {
  let summary = "a product of two activations";
  let description = [{
    The einsum `result = init + sum lhs * rhs` of two activations: queries and
    keys (role `scores`) or probabilities and values (role `values`). Maps and
    init are as in `decoder.projection`, whose constraints C1 to C5 (product_c1
    to product_c5) hold here, too. `query_groups` lists the loops over the query
    heads that share a key-value head.

    `causal` says of scores that a causal mask follows, with `window` that of a
    sliding window: the rows are the last T of the L keys, row t uses key j where
    `j <= L - T + t`, and, with a window, `j > L - T + t - window`. Nobody reads
    the other scores. Where the rows begin at a position that the program is
    told, this is what holds if it begins with the first.

    - (C6) `role` is `scores`, `values` or `other`.
    - (C7) `query_groups` are loops of lhs and result that rhs does not have.
    - (C8) `causal` products are `scores` with one loop over rows and one over
      keys, of which there are no fewer; `window` stands with `causal`.

    Example: four query heads on two key-value heads.
    ```mlir
    #q = affine_map<(b, h, g, t, l, e) -> (b, h, g, t, e)>
    #k = affine_map<(b, h, g, t, l, e) -> (b, h, l, e)>
    #s = affine_map<(b, h, g, t, l, e) -> (b, h, g, t, l)>
    func.func @scores(%q: tensor<1x2x2x1x16xf32>, %k: tensor<1x2x9x16xf32>)
        -> tensor<1x2x2x1x9xf32> {
      %s = decoder.attention_product "self_attn.scores" role(scores) layer(0)
          query_groups([2])
          ins(%q, %k : tensor<1x2x2x1x16xf32>, tensor<1x2x9x16xf32>)
          maps [#q, #k, #s] -> tensor<1x2x2x1x9xf32>
      return %s : tensor<1x2x2x1x9xf32>
    }
    ```
  }];
  let arguments = (ins AnyRankedTensor:$lhs, AnyRankedTensor:$rhs,
      Optional<AnyRankedTensor>:$init, AffineMapArrayAttr:$indexing_maps,
      Decoder_ProductRoleAttr:$role,
      DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$query_groups,
      OptionalAttr<ConfinedAttr<I64Attr, [IntNonNegative]>>:$layer,
      OptionalAttr<StrAttr>:$product_name, UnitAttr:$causal,
      OptionalAttr<ConfinedAttr<I64Attr, [IntPositive]>>:$window);
  let results = (outs AnyRankedTensor:$result);
  let assemblyFormat = [{
    ($product_name^)? `role` `` `(` custom<BareEnum>($role) `)` (`layer` `` `(` $layer^ `)`)?
    (`query_groups` `` `(` $query_groups^ `)`)?
    `ins` `(` $lhs `,` $rhs `:` type($lhs) `,` type($rhs) `)`
    (`init` `(` $init^ `:` type($init) `)`)? `maps` $indexing_maps
    `->` type($result) attr-dict
  }];
  // Of a product without a mask: not causal, no window.
  let builders = [
    OpBuilder<(ins "::mlir::Type":$result, "::mlir::Value":$lhs,
      "::mlir::Value":$rhs, "::mlir::Value":$init,
      "::mlir::ArrayAttr":$indexing_maps,
      "::onebit::decoder::ProductRole":$role,
      "::llvm::ArrayRef<int64_t>":$query_groups, "::mlir::IntegerAttr":$layer,
      "::mlir::StringAttr":$product_name), [{
      build($_builder, $_state, result, lhs, rhs, init, indexing_maps, role,
            query_groups, layer, product_name, false,
            ::mlir::IntegerAttr());
    }]>
  ];
  let hasFolder = 1;
  let hasVerifier = 1; /*attention_product_c6, attention_product_c8*/
}

def KeepOp : Decoder_Op<"keep", [MemoryEffects<[MemWrite]>]> {
  let summary = "something unseen uses a value";
  let description = [{
    Keeps `value` and what makes it from being removed as unused. Beside a nest
    of loops that computes a matrix product element by element stands a product
    of the same extents, so that it is counted; its result goes here. To run a
    model, both are removed: the loops do the work.

    Example:
    ```mlir
    func.func @loops(%q: tensor<12x128xf32>, %k: tensor<12x1024x128xf32>) {
      %s = decoder.attention_product role(scores) ins(%q, %k : tensor<12x128xf32>, tensor<12x1024x128xf32>)
          maps [affine_map<(h, n, k) -> (h, k)>, affine_map<(h, n, k) -> (h, n, k)>, affine_map<(h, n, k) -> (h, n)>]
          -> tensor<12x1024xf32>
      decoder.keep %s : tensor<12x1024xf32>
      return
    }
    ```
  }];
  let arguments = (ins AnyRankedTensor:$value);
  let assemblyFormat = "$value `:` type($value) attr-dict";
}

//===----------------------------------------------------------------------===//
// The parts of a block
//===----------------------------------------------------------------------===//

include "dialects/decoder/DecoderAttentionOps.td"
include "dialects/decoder/DecoderVectorOps.td"

#endif // ONEBIT_DECODER_OPS
