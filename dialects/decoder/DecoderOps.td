//===- DecoderOps.td - ops of the decoder dialect ----------*- tablegen -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_DECODER_OPS
#define ONEBIT_DECODER_OPS

include "dialects/decoder/DecoderAttributes.td"
include "dialects/decoder/DecoderInterfaces.td"
include "mlir/IR/OpAsmInterface.td"
include "mlir/IR/RegionKindInterface.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

// Block-level ops are on static shapes: a cost needs every extent.
class Decoder_Tensor<int rank, list<Type> elements> : Type<
    And<[TensorOf<elements>.predicate, HasStaticShapePred, HasAnyRankOfPred<[rank]>]>,
    rank # "D tensor of static shape of " # !interleave(!foreach(e, elements, e.summary), " or "),
    "::mlir::RankedTensorType">;
class Decoder_FloatTensor<int rank> : Decoder_Tensor<rank, [AnyFloat]>;
def Decoder_AnyFloatTensor : Type<
    And<[TensorOf<[AnyFloat]>.predicate, HasStaticShapePred]>,
    "tensor of static shape of floating-point", "::mlir::RankedTensorType">;

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
    `.weight`.

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
      OptionalAttr<StrAttr>:$product_name);
  let results = (outs AnyRankedTensor:$result);
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

//===----------------------------------------------------------------------===//
// Attention
//===----------------------------------------------------------------------===//

// What masks and reshapes scores; shared by decoder.attention and
// decoder.softmax.
defvar ScoreModifiers = (ins
    DefaultValuedAttr<F64Attr, "1.0">:$scale,
    OptionalAttr<F64Attr>:$softcap,
    OptionalAttr<ConfinedAttr<I64Attr, [IntPositive]>>:$window,
    UnitAttr:$causal, UnitAttr:$alibi);

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

def AttentionOp : Decoder_Op<"attention", [
    Pure, AllElementTypesMatch<["query", "key", "value", "result"]>,
    AllTypesMatch<["key", "value"]>, AllTypesMatch<["query", "result"]>]> {
  let summary = "attention of query heads over key-value heads";
  let description = [{
    `softmax(modify(Q K^T)) V`, head by head. `query` is `B x H x T x E`, `key`
    and `value` are `B x KV x L x E`; query head h attends to key-value head
    `h / (H / KV)` (grouped queries). The modifiers are those of
    `decoder.softmax`. `product_name` is the prefix of the names of its two products.

    - (C1) H is a multiple of KV.
    - (C2) B and E agree.
    - (C3) `softcap` is positive.
    - (C4) with `causal`, `window` or `alibi` T is at most L.

    Example:
    ```mlir
    func.func @attend(%q: tensor<1x4x1x16xf32>, %k: tensor<1x2x9x16xf32>,
                      %v: tensor<1x2x9x16xf32>, %p: index) -> tensor<1x4x1x16xf32> {
      %0 = decoder.attention "model.layers.0.self_attn" %q, %k, %v at %p
          {causal, scale = 0.25} : tensor<1x4x1x16xf32>, tensor<1x2x9x16xf32>
      return %0 : tensor<1x4x1x16xf32>
    }
    ```
  }];
  let arguments = !con((ins Decoder_FloatTensor<4>:$query, Decoder_FloatTensor<4>:$key,
      Decoder_FloatTensor<4>:$value, Optional<Index>:$position,
      OptionalAttr<ConfinedAttr<I64Attr, [IntNonNegative]>>:$layer,
      OptionalAttr<StrAttr>:$product_name), ScoreModifiers);
  let results = (outs Decoder_FloatTensor<4>:$result);
  let assemblyFormat = [{
    ($product_name^)? (`layer` `` `(` $layer^ `)`)? $query `,` $key `,` $value
    (`at` $position^)? attr-dict `:` type($query) `,` type($key)
  }];
  let hasFolder = 1;
  let hasVerifier = 1; /*attention_c1, attention_c2, attention_c3, attention_c4*/
}

def SoftmaxOp : Decoder_Op<"softmax", [
    Pure, AllTypesMatch<["scores", "result"]>,
    DeclareOpInterfaceMethods<VectorWorkOpInterface,
      ["getVectorKind", "getVectorPasses"]>]> {
  let summary = "masked softmax of attention scores over the keys";
  let description = [{
    Softmax over the last dimension of scores `B x H x T x L` after, in this
    order: multiplication by `scale`; `softcap * tanh(s / softcap)`; with
    `alibi` the linear bias `slope(h) * (p(j) - i)` of Press et al. 2022; mask.

    Row t is the token at position `i = position + t`; without `position` the
    rows are the last T of the L tokens, `i = L - T + t`. Key j is the token at
    position p(j) = j until the last row's position has reached L, and from
    then on, as `decoder.cache_append` wrote them, the newest token up to that
    position whose own is j modulo L. Key j is masked where `causal` and
    `p(j) > i`, and where there is a `window` and `p(j) <= i - window`.
    Positions are not negative.

    With P the largest power of two not above H, `slope(h)` is `2^(-8 (h+1) / P)`
    for h < P and `2^(-4 (2 (h-P) + 1) / P)` for the other heads.

    - (C1) `softcap` is positive.
    - (C2) with `causal`, `window` or `alibi` T is at most L: every row keeps
      its own key.

    Example:
    ```mlir
    func.func @probabilities(%s: tensor<1x4x1x9xf32>, %p: index) -> tensor<1x4x1x9xf32> {
      %0 = decoder.softmax %s at %p {causal, scale = 0.25, window = 4 : i64} : tensor<1x4x1x9xf32>
      return %0 : tensor<1x4x1x9xf32>
    }
    ```
  }];
  let arguments = !con((ins Decoder_FloatTensor<4>:$scores, Optional<Index>:$position),
      ScoreModifiers);
  let results = (outs Decoder_FloatTensor<4>:$result);
  let assemblyFormat = "$scores (`at` $position^)? attr-dict `:` type($scores)";
  let hasFolder = 1;
  let hasVerifier = 1; /*softmax_c1, softmax_c2*/
}

def CacheAppendOp : Decoder_Op<"cache_append", [
    Pure, VectorWorkOpInterface, AllTypesMatch<["cache", "result"]>,
    AllElementTypesMatch<["cache", "rows"]>]> {
  let summary = "write the keys or values of new tokens into a cache";
  let description = [{
    The cache `B x KV x L x E` with the `T` new rows `B x KV x T x E` at slots
    `(position + t) mod L`: a ring, so that a sliding window of L keys needs no
    more than L slots.

    - (C1) B, KV and E agree, and T is at most L.

    Example:
    ```mlir
    func.func @append(%k: tensor<1x2x1x16xf32>, %cache: tensor<1x2x9x16xf32>, %p: index)
        -> tensor<1x2x9x16xf32> {
      %0 = decoder.cache_append %k into %cache at %p : tensor<1x2x1x16xf32> into tensor<1x2x9x16xf32>
      return %0 : tensor<1x2x9x16xf32>
    }
    ```
  }];
  let arguments = (ins Decoder_FloatTensor<4>:$rows, Decoder_FloatTensor<4>:$cache, Index:$position);
  let results = (outs Decoder_FloatTensor<4>:$result);
  let assemblyFormat = [{
    $rows `into` $cache `at` $position attr-dict `:` type($rows) `into` type($cache)
  }];
  let hasFolder = 1;
  let hasVerifier = 1; /*cache_append_c1*/
}

def SplitHeadsOp : Decoder_Op<"split_heads", [Pure, VectorWorkOpInterface]> {
  let summary = "features to heads";
  let description = [{
    `B x T x (H E)` to `B x H x T x E`: feature `h E + e` is element e of head h.

    - (C1) the result holds the same B, T and H E.

    Example:
    ```mlir
    func.func @split(%x: tensor<1x3x64xf32>) -> tensor<1x4x3x16xf32> {
      %0 = decoder.split_heads %x : tensor<1x3x64xf32> -> tensor<1x4x3x16xf32>
      return %0 : tensor<1x4x3x16xf32>
    }
    ```
  }];
  let arguments = (ins Decoder_FloatTensor<3>:$input);
  let results = (outs Decoder_FloatTensor<4>:$result);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($result)";
  let hasFolder = 1;
  let hasVerifier = 1; /*split_heads_c1*/
}

def MergeHeadsOp : Decoder_Op<"merge_heads", [Pure, VectorWorkOpInterface]> {
  let summary = "heads to features";
  let description = [{
    `B x H x T x E` to `B x T x (H E)`: the inverse of `decoder.split_heads`.

    - (C1) the result holds the same B, T and H E.

    Example:
    ```mlir
    func.func @merge(%x: tensor<1x4x3x16xf32>) -> tensor<1x3x64xf32> {
      %0 = decoder.merge_heads %x : tensor<1x4x3x16xf32> -> tensor<1x3x64xf32>
      return %0 : tensor<1x3x64xf32>
    }
    ```
  }];
  let arguments = (ins Decoder_FloatTensor<4>:$input);
  let results = (outs Decoder_FloatTensor<3>:$result);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($result)";
  let hasFolder = 1;
  let hasVerifier = 1; /*merge_heads_c1*/
}

def SplitQKVOp : Decoder_Op<"split_qkv", [
    Pure, VectorWorkOpInterface, AllTypesMatch<["key", "value"]>]> {
  let summary = "features of a fused projection to query, key and value heads";
  let description = [{
    `B x T x F` with `F = (H + 2 KV) E` to query `B x H x T x E`, key and value
    `B x KV x T x E`. Layout `concatenated`: all queries, all keys, all values.
    Layout `grouped`: for each key-value head its `H / KV` query heads, its key
    head, its value head.

    - (C1) shapes are as said and H is a multiple of KV.

    Example:
    ```mlir
    func.func @split(%x: tensor<1x3x128xf32>)
        -> (tensor<1x4x3x16xf32>, tensor<1x2x3x16xf32>, tensor<1x2x3x16xf32>) {
      %q, %k, %v = decoder.split_qkv grouped %x
          : tensor<1x3x128xf32> -> tensor<1x4x3x16xf32>, tensor<1x2x3x16xf32>
      return %q, %k, %v : tensor<1x4x3x16xf32>, tensor<1x2x3x16xf32>, tensor<1x2x3x16xf32>
    }
    ```
  }];
  let arguments = (ins Decoder_QKVLayoutAttr:$layout, Decoder_FloatTensor<3>:$input);
  let results = (outs Decoder_FloatTensor<4>:$query, Decoder_FloatTensor<4>:$key,
      Decoder_FloatTensor<4>:$value);
  let assemblyFormat = [{
    custom<BareEnum>($layout) $input attr-dict `:` type($input) `->` type($query) `,` type($key)
  }];
  let hasVerifier = 1; /*split_qkv_c1*/
}

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
    `B x H x T x E`.

    - (C1) `rotary_dim` is even, positive and at most E.
    - (C2) `theta` is positive.

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
      UnitAttr:$interleaved);
  let results = (outs Decoder_FloatTensor<4>:$result);
  let assemblyFormat = "$input `at` $position attr-dict `:` type($input)";
  let hasFolder = 1;
  let hasVerifier = 1; /*rotary_c1, rotary_c2*/
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

#endif // ONEBIT_DECODER_OPS
