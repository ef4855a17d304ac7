//===- DecoderAttentionOps.td - attention, heads, caches ---*- tablegen -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_DECODER_ATTENTIONOPS
#define ONEBIT_DECODER_ATTENTIONOPS

include "dialects/decoder/DecoderOpBase.td"

// What masks and reshapes scores; shared by decoder.attention and
// decoder.softmax.
defvar ScoreModifiers = (ins
    DefaultValuedAttr<F64Attr, "1.0">:$scale,
    OptionalAttr<F64Attr>:$softcap,
    OptionalAttr<ConfinedAttr<I64Attr, [IntPositive]>>:$window,
    UnitAttr:$causal, OptionalAttr<Decoder_AlibiKindAttr>:$alibi);

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
    `alibi` a linear bias; mask. `press` adds `slope(h) * (p(j) - i)` (Press et
    al. 2022). `falcon` adds `scale * bias` with `bias = slope(h) * p(j)`, slope,
    position and bias rounded to bf16, as the released code of Falcon does.

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

#endif // ONEBIT_DECODER_ATTENTIONOPS
