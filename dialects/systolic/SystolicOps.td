//===- SystolicOps.td - ops of the systolic dialect --------*- tablegen -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_SYSTOLIC_OPS
#define ONEBIT_SYSTOLIC_OPS

include "dialects/decoder/DecoderAttributes.td"
include "dialects/decoder/DecoderInterfaces.td"
include "dialects/systolic/SystolicAttributes.td"
include "mlir/IR/OpAsmInterface.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"
include "mlir/Interfaces/LoopLikeInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def KernelOp : Systolic_Op<"kernel", [
    IsolatedFromAbove, RecursiveMemoryEffects, SingleBlock,
    DestinationStyleOpInterface,
    DeclareOpInterfaceMethods<OpAsmOpInterface, ["getAsmBlockArgumentNames"]>,
    DeclareOpInterfaceMethods<MatrixProductOpInterface,
      ["getLhs", "getRhs", "getInit", "getProductClass", "getQueryGroups"]>]> {
  let summary = "one matrix product on an array";
  let description = [{
    `result = ofmap + ifmap * filter`, the einsum of `maps` (ifmap, filter,
    ofmap), done by the folds of its body on `array`. Class, role, layer and
    name are those of the product it was made of and go into reports; the body
    alone says what it costs. `cost` is written by `--onebit-annotate-cost`,
    `choice` where dataflow and orientation were chosen. Where some kernels run on
    an engine beside a base array, `baseline` is what the product costs where all
    run on the base array.

    Maps are those of the product: ifmap is the side of the tokens. How the array
    computes it is said apart, and the body is what follows from it:

    - `query_rows`: the query heads of one key-value head are rows of one
      product: its batch is as many times smaller as its M is larger.
    - `transposed`: it is the transposed product that is computed. What the body
      calls ifmap is the kernel's filter and the other way round, rows and
      columns of the ofmap are exchanged, and so are M and N.

    Constraints C1 to C5 of `decoder.projection` (product_c1 to product_c5) and
    C7 of `decoder.attention_product` (attention_product_c7) hold here, too.

    - (C6) the body's arguments are ifmap, filter and ofmap in matrix form; with
      `query_rows` the loops of `query_groups` count as M, with `transposed` M
      and N are exchanged.
    - (C7) the body is one `systolic.loop` and a yield of its result.
    - (C8) with `query_rows` there are query groups.

    Example: a row of 4 times a matrix of 4 x 6 on an array of 4 x 4.
    ```mlir
    #x = affine_map<(m, n, k) -> (m, k)>
    #w = affine_map<(m, n, k) -> (n, k)>
    #y = affine_map<(m, n, k) -> (m, n)>
    #array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
    func.func @gemv(%x: tensor<1x4xf32>, %w: tensor<6x4xf32>, %y: tensor<1x6xf32>) -> tensor<1x6xf32> {
      %0 = systolic.kernel "q_proj" class(dense_projection) role(q) layer(0) on #array
          ins(%x, %w : tensor<1x4xf32>, tensor<6x4xf32>) outs(%y : tensor<1x6xf32>)
          maps [#x, #w, #y] {
      ^bb0(%ifmap: tensor<1x1x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x1x6xf32>):
        %1 = systolic.loop (%b, %n, %m, %k) to (1, 6, 1, 4) step (1, 4, 1, 4)
            init(%acc = %ofmap) : tensor<1x1x6xf32> {
          %i = systolic.slice %ifmap[%b, %m, %k] size [1, 1, 4] : tensor<1x1x4xf32> to tensor<1x1x4xf32>
          %f = systolic.slice %filter[%b, %n, %k] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
          %o = systolic.slice %acc[%b, %m, %n] size [1, 1, 4] : tensor<1x1x6xf32> to tensor<1x1x?xf32>
          %r = systolic.fold %i, %f into %o tile [1, 4, 4]
              : tensor<1x1x4xf32>, tensor<1x?x4xf32> into tensor<1x1x?xf32>
          %u = systolic.insert %r into %acc[%b, %m, %n] size [1, 1, 4] : tensor<1x1x?xf32> into tensor<1x1x6xf32>
          systolic.yield %u : tensor<1x1x6xf32>
        }
        systolic.yield %1 : tensor<1x1x6xf32>
      } -> tensor<1x6xf32>
      return %0 : tensor<1x6xf32>
    }
    ```
  }];
  let arguments = (ins AnyRankedTensor:$ifmap, AnyRankedTensor:$filter,
      AnyRankedTensor:$ofmap, AffineMapArrayAttr:$indexing_maps,
      DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$query_groups,
      Decoder_ProductClassAttr:$product_class, Decoder_ProductRoleAttr:$role,
      OptionalAttr<ConfinedAttr<I64Attr, [IntNonNegative]>>:$layer,
      OptionalAttr<StrAttr>:$product_name, Systolic_ArrayAttr:$array,
      UnitAttr:$query_rows, UnitAttr:$transposed,
      OptionalAttr<Systolic_ChoiceAttr>:$choice,
      OptionalAttr<Systolic_CostAttr>:$cost,
      OptionalAttr<Systolic_CostAttr>:$baseline);
  let results = (outs AnyRankedTensor:$result);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    ($product_name^)? `class` `` `(` custom<BareEnum>($product_class) `)` `role` `` `(` custom<BareEnum>($role) `)`
    (`layer` `` `(` $layer^ `)`)? `on` qualified($array)
    `ins` `(` $ifmap `,` $filter `:` type($ifmap) `,` type($filter) `)`
    `outs` `` `(` $ofmap `:` type($ofmap) `)` `maps` $indexing_maps
    (`query_groups` `` `(` $query_groups^ `)`)? (`query_rows` $query_rows^)?
    (`transposed` $transposed^)? (`choice` `` `(` $choice^ `)`)? (`cost` `` `(` $cost^ `)`)?
    (`baseline` `` `(` $baseline^ `)`)?
    $body `->` type($result) attr-dict
  }];
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getOfmapMutable(); }
    /// The loop of the body.
    ::onebit::systolic::LoopOp getLoop();
    /// The product as the body computes it: `getProductShape`, with query heads
    /// as rows and M and N exchanged where the kernel says so.
    ::onebit::decoder::ProductShape getBodyShape();
  }];
  let hasVerifier = 1; /*kernel_c6, kernel_c8*/
  let hasRegionVerifier = 1; /*kernel_c7*/
}

def LoopOp : Systolic_Op<"loop", [
    RecursiveMemoryEffects, SingleBlock, HasParent<"KernelOp">,
    DeclareOpInterfaceMethods<OpAsmOpInterface, ["getAsmBlockArgumentNames"]>,
    DeclareOpInterfaceMethods<LoopLikeOpInterface,
      ["getLoopInductionVars", "getLoopLowerBounds", "getLoopUpperBounds",
       "getLoopSteps", "getInitsMutable", "getRegionIterArgs",
       "getYieldedValuesMutable", "getLoopResults"]>]> {
  let summary = "the folds of a kernel, in order";
  let description = [{
    A nest of counted loops, the first the outermost: induction variable i runs
    from 0 to `extents[i]` by `steps[i]`. The ofmap is carried from fold to
    fold. A loop of one step stays: it says that its dimension has extent 1.

    - (C1) as many extents and steps as induction variables, each step between
      1 and its extent.
    - (C2) the init, the carried value, the yielded value and the result have
      one type.
    - (C3) the body is a slice of each operand, one fold of these slices, one
      insert of its result, and a yield of that.
    - (C4) each loop indexes exactly one of batch, m, n and k, and no two loops
      the same.
    - (C5) with a `mask`, the ofmap has a multiple of its `period` queries, and no
      fewer keys than `period`.

    With a `mask`, folds of which nobody uses an element are left out: what they
    would have changed of the ofmap stays as it was.

    Example: see `systolic.kernel`.
  }];
  let arguments = (ins AnyRankedTensor:$init, DenseI64ArrayAttr:$extents,
      DenseI64ArrayAttr:$steps, OptionalAttr<Systolic_CausalMaskAttr>:$mask);
  let results = (outs AnyRankedTensor:$result);
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
  let skipDefaultBuilders = 1;
  let builders = [
    OpBuilder<(ins "::mlir::Value":$init, "::llvm::ArrayRef<int64_t>":$extents,
      "::llvm::ArrayRef<int64_t>":$steps,
      CArg<"::onebit::systolic::CausalMaskAttr", "{}">:$mask)>
  ];
  let extraClassDeclaration = [{
    /// The induction variables, outermost first.
    ::mlir::Block::BlockArgListType getInductionVars() {
      return getBody().front().getArguments().drop_back();
    }
    /// The ofmap as the folds before this one left it.
    ::mlir::BlockArgument getCarried() {
      return getBody().front().getArguments().back();
    }
    /// The fold of the body.
    ::onebit::systolic::FoldOp getFold();
  }];
  let hasVerifier = 1; /*loop_c1, loop_c2, loop_c5*/
  // Also what the ops of the body say of each other: by now each of them is
  // known to be well-formed.
  let hasRegionVerifier = 1; /*loop_c3, loop_c4, fold_c1, fold_c3, insert_c1*/
}

// Not speculatable: a tile belongs to its fold, and must not be hoisted out of
// the loop where its offsets do not depend on it.
def SliceOp : Systolic_Op<"slice", [NoMemoryEffect, HasParent<"LoopOp">]> {
  let summary = "the tile of a matrix that a fold works on";
  let description = [{
    The elements of `source` (`batch x row x column`) from the offsets on, at
    most `sizes` of them in each dimension: at the end of the matrix a tile is
    cut off, and its extent is then dynamic in the result.

    - (C1) three sizes, each between 1 and the extent of its dimension.
    - (C2) an offset is an induction variable of the loop, whose step is the
      size and whose extent is that of the dimension, or it is 0 and the size
      is the whole dimension.
    - (C3) the result has the source's element type and the sizes, dynamic
      where the size does not divide the extent.

    Example: see `systolic.kernel`.
  }];
  let arguments = (ins 3DTensorOf<[AnyType]>:$source, Variadic<Index>:$offsets,
      DenseI64ArrayAttr:$static_offsets, DenseI64ArrayAttr:$sizes);
  let results = (outs 3DTensorOf<[AnyType]>:$result);
  let assemblyFormat = [{
    $source `` custom<DynamicIndexList>($offsets, $static_offsets)
    `size` $sizes attr-dict `:` type($source) `to` type($result)
  }];
  let builders = [
    OpBuilder<(ins "::mlir::Value":$source, "::mlir::ValueRange":$offsets,
      "::llvm::ArrayRef<int64_t>":$sizes)>
  ];
  let extraClassDeclaration = [{
    /// The type of a tile of at most `sizes` elements of `source`.
    static ::mlir::RankedTensorType inferType(::mlir::RankedTensorType source,
                                              ::llvm::ArrayRef<int64_t> sizes);
    /// The offsets, induction variables and zeros.
    ::llvm::SmallVector<::mlir::OpFoldResult> getMixedOffsets();
  }];
  let hasVerifier = 1; /*slice_c1, slice_c2, slice_c3*/
}

def FoldOp : Systolic_Op<"fold", [
    Pure, HasParent<"LoopOp">, AllTypesMatch<["ofmap", "result"]>]> {
  let summary = "what the array does without stopping";
  let description = [{
    `result = ofmap + ifmap * filter` on tiles: `m x k`, `n x k` and `m x n`.
    `tile` is the largest `[m, n, k]`; tiles at the end of a matrix are smaller.

    - (C1) `tile` is what the slices of its operands say, one batch entry.
    - (C2) the tile fits the array: with `os` m rows and n columns, with `ws` k
      rows and n columns, with `is` k rows and m columns.
    - (C3) ifmap and ofmap are sliced at the same m, filter and ofmap at the
      same n, ifmap and filter at the same k, and all three at the same batch.

    Example: see `systolic.kernel`.
  }];
  let arguments = (ins 3DTensorOf<[AnyType]>:$ifmap, 3DTensorOf<[AnyType]>:$filter,
      3DTensorOf<[AnyType]>:$ofmap, DenseI64ArrayAttr:$tile);
  let results = (outs 3DTensorOf<[AnyType]>:$result);
  let assemblyFormat = [{
    $ifmap `,` $filter `into` $ofmap `tile` $tile attr-dict
    `:` type($ifmap) `,` type($filter) `into` type($ofmap)
  }];
  let hasVerifier = 1; /*fold_c1, fold_c2*/
}

def InsertOp : Systolic_Op<"insert", [
    Pure, HasParent<"LoopOp">, AllTypesMatch<["dest", "result"]>]> {
  let summary = "put a tile back";
  let description = [{
    `dest` with `source` at the offsets: the counterpart of `systolic.slice`.

    - (C1) offsets, sizes and type of `source` are those of a slice of `dest`
      in the same loop.

    Example: see `systolic.kernel`.
  }];
  let arguments = (ins 3DTensorOf<[AnyType]>:$source, 3DTensorOf<[AnyType]>:$dest,
      Variadic<Index>:$offsets, DenseI64ArrayAttr:$static_offsets,
      DenseI64ArrayAttr:$sizes);
  let results = (outs 3DTensorOf<[AnyType]>:$result);
  let assemblyFormat = [{
    $source `into` $dest `` custom<DynamicIndexList>($offsets, $static_offsets)
    `size` $sizes attr-dict `:` type($source) `into` type($dest)
  }];
}

def YieldOp : Systolic_Op<"yield", [
    Pure, ReturnLike, Terminator, ParentOneOf<["KernelOp", "LoopOp"]>]> {
  let summary = "the result of a kernel's body or of a loop's";
  let description = [{
    Ends a body.

    Example: see `systolic.kernel`.
  }];
  let arguments = (ins AnyRankedTensor:$value);
  let assemblyFormat = "$value attr-dict `:` type($value)";
}

#endif // ONEBIT_SYSTOLIC_OPS
