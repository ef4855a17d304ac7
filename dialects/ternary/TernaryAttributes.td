//===- TernaryAttributes.td - ternary attributes -----------*- tablegen -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_TERNARY_ATTRIBUTES
#define ONEBIT_TERNARY_ATTRIBUTES

include "dialects/ternary/TernaryDialect.td"
include "dialects/ternary/TernaryEnums.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"

def Ternary_SchemeAttr : EnumAttr<Ternary_Dialect, Ternary_Scheme, "scheme"> {
  let summary = Ternary_Scheme.summary;
  let assemblyFormat = "`<` $value `>`";
}
def Ternary_ActivationSchemeAttr
    : EnumAttr<Ternary_Dialect, Ternary_ActivationScheme, "activation_scheme"> {
  let summary = Ternary_ActivationScheme.summary;
  let assemblyFormat = "`<` $value `>`";
}
def Ternary_GranularityAttr
    : EnumAttr<Ternary_Dialect, Ternary_Granularity, "granularity"> {
  let summary = Ternary_Granularity.summary;
  let assemblyFormat = "`<` $value `>`";
}

def Ternary_PackingAttr : EnumAttr<Ternary_Dialect, Ternary_Packing, "packing"> {
  let summary = Ternary_Packing.summary;
  let description = [{
    A weight is packed as a matrix: its first dimension is the rows, all others
    together are the columns; one of rank 0 or 1 is one row. But for `hf`, each
    row is cut into blocks, the last one filled up, so that a row begins at a
    byte. Trits are written as their code `c = trit + 1`.

    | packing | elements | bytes | layout of a block | filled with |
    |---------|----------|-------|-------------------|-------------|
    | `i2_s`  | 128 | 32 | element `e` in byte `e mod 32`, at bit `6 - 2 (e div 32)` | 0 |
    | `hf`    | 4   | 1  | not along rows: with `R = ceil(rows / 4)`, byte `(r, k)` of `R` x columns holds row `r + i R` at bit `2 i` | no bits, so -1 |
    | `tl2`   | 24  | 5  | groups of three, `v = 9 a + 3 b + c` of trits: `abs(v)` in four bits, group `g` in byte `g div 2`, even ones in the low half; then a byte of signs, bit `g` set where `v < 0` | 0 |
    | `base3` | 5   | 1  | `sum c[e] 3^e` | 0 |
    | `b1`    | 8   | 1  | bit `e` is set for 1 and not for -1 | -1 |
    | `tq1_0` | 256 | 54 | GGUF's TQ1_0 | 0 |
    | `tq2_0` | 256 | 66 | GGUF's TQ2_0 | 0 |

    Sources: `i2_s` is that of microsoft/BitNet on x86, whose columns are a
    multiple of 128; `hf` is `pack_weights` of transformers' bitnet integration;
    `tl2` has the indices and signs of microsoft/BitNet's TL2, which orders them
    further by the tiles of its kernels. A block of GGUF ends with a scale, an
    f16: `tq1_0` and `tq2_0` leave it where it is, so that the bytes of a file
    are taken as they are; packed here, it is 1. It counts for nothing:
    `ternary.weight` has its scales beside its bytes.

    Bytes that packing never writes are no packed weight: 3 in two bits, a `tl2`
    index above 13 or a sign of zero, a `base3` byte above 242, other filling.
  }];
  let assemblyFormat = "`<` $value `>`";
}

def Ternary_GroupAttr : AttrDef<Ternary_Dialect, "Group"> {
  let mnemonic = "group";
  let summary = "elements of a weight or an activation that share a scale";
  let description = [{
    Each run of `size` elements along dimension `dim` has a scale of its own.

    - (C1) `size` is positive and `dim` is not negative.

    Example: `#ternary.group<size = 128, dim = 1>`.
  }];
  let parameters = (ins "int64_t":$size, "int64_t":$dim);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1; /*group_c1*/
}

def Ternary_QuantizationAttr : AttrDef<Ternary_Dialect, "Quantization"> {
  let mnemonic = "quantization";
  let summary = "what quantizing a weight made of it";
  let description = [{
    Of a weight W and what is left of it, `Q = element * scale`:
    `relative_error` is `|W - Q| / |W|`, the square roots of the sums of squares
    (0 where W is); `zeros` is how many elements are 0; `scale` is the scale,
    the mean of them where there are groups; `bytes_before` is what W took. The
    number of elements and the bytes of today are those of the op.

    Example: `#ternary.quantization<scheme = b1_58, relative_error = 4.3e-01 : f64, zeros = 31, scale = 7.5e-01 : f64, bytes_before = 512>`.
  }];
  let parameters = (ins EnumParameter<Ternary_Scheme>:$scheme,
      "::mlir::FloatAttr":$relative_error, "int64_t":$zeros,
      "::mlir::FloatAttr":$scale, "int64_t":$bytes_before);
  let assemblyFormat = "`<` struct(params) `>`";
}

#endif // ONEBIT_TERNARY_ATTRIBUTES
