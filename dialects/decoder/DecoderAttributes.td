//===- DecoderAttributes.td - decoder attributes -----------*- tablegen -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_DECODER_ATTRIBUTES
#define ONEBIT_DECODER_ATTRIBUTES

include "dialects/decoder/DecoderAttrInterfaces.td"
include "dialects/decoder/DecoderDialect.td"
include "dialects/decoder/DecoderEnums.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"

class Decoder_EnumAttr<Decoder_Enum e, string mnemonic>
    : EnumAttr<Decoder_Dialect, e, mnemonic> {
  let summary = e.summary;
  let assemblyFormat = "`<` $value `>`";
}

def Decoder_ProductRoleAttr : Decoder_EnumAttr<Decoder_ProductRole, "role">;
def Decoder_ProductClassAttr : Decoder_EnumAttr<Decoder_ProductClass, "class">;
def Decoder_NormKindAttr : Decoder_EnumAttr<Decoder_NormKind, "norm_kind">;
def Decoder_ActivationKindAttr
    : Decoder_EnumAttr<Decoder_ActivationKind, "activation_kind">;
def Decoder_AlibiKindAttr : Decoder_EnumAttr<Decoder_AlibiKind, "alibi">;
def Decoder_QKVLayoutAttr : Decoder_EnumAttr<Decoder_QKVLayout, "qkv_layout">;

class Decoder_Attr<string name, string mnemonic_, list<Trait> traits = []>
    : AttrDef<Decoder_Dialect, name, traits> {
  let mnemonic = mnemonic_;
}

def Decoder_ModelAttr : Decoder_Attr<"Model", "model"> {
  let summary = "what was compiled: a model, a phase and its sizes";
  let description = [{
    - `name`: the model's name, as reports print it.
    - `family`: the `model_type` of its config.
    - `layers`: decoder layers in the module.
    - `phase`: `decode` (one token a step) or `prefill`.
    - `layout`: `real`, or `paper` for the paper's way of counting.
    - `batch`: sequences side by side.
    - `context_length`: keys attended, the current token included.

    - (C1) `layers`, `batch` and `context_length` are positive.

    Example:
    ```mlir
    module attributes {decoder.model = #decoder.model<name = "opt-350m",
        family = "opt", layers = 24, phase = decode, layout = paper,
        batch = 1, context_length = 2048>} {}
    ```
  }];
  let parameters = (ins StringRefParameter<"name">:$name,
      StringRefParameter<"model_type of the config">:$family,
      "int64_t":$layers, EnumParameter<Decoder_Phase>:$phase,
      EnumParameter<Decoder_Layout>:$layout, "int64_t":$batch,
      "int64_t":$context_length);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1; /*model_c1*/
}

def Decoder_AssumptionAttr : Decoder_Attr<"Assumption", "assumption"> {
  let summary = "something taken for granted, to be said in every report";
  let description = [{
    - `kind`: what sort of thing.
    - `text`: one sentence for a person.
    - `location`: where in the source, if anywhere.

    Example:
    ```mlir
    module attributes {decoder.assumptions = [
        #decoder.assumption<kind = tied_weight,
          text = "lm_head shares its weight with the embedding">]} {}
    ```
  }];
  let parameters = (ins EnumParameter<Decoder_AssumptionKind>:$kind,
      StringRefParameter<"a sentence">:$text,
      OptionalParameter<"::mlir::LocationAttr">:$location);
  let assemblyFormat = "`<` struct(params) `>`";
}

//===----------------------------------------------------------------------===//
// Rotary positions beyond the context of training
//===----------------------------------------------------------------------===//

class Decoder_RotaryScalingAttr<string name, string mnemonic_,
                                list<string> methods = ["getTable"]>
    : Decoder_Attr<name, mnemonic_, [
        DeclareAttrInterfaceMethods<Decoder_RotaryScalingAttrInterface, methods>]> {
  let assemblyFormat = "`<` struct(params) `>`";
}

def Decoder_LinearScalingAttr : Decoder_RotaryScalingAttr<"LinearScaling", "linear_scaling"> {
  let summary = "positions divided by a factor";
  let description = [{
    Every frequency divided by `factor` (position interpolation, Chen et al.
    2023, eq. 3).

    - (C1) `factor` is positive and finite.

    Example:
    ```mlir
    func.func @rotate(%x: tensor<1x4x3x16xf32>, %p: index) -> tensor<1x4x3x16xf32> {
      %0 = decoder.rotary %x at %p {scaling = #decoder.linear_scaling<factor = 4.0>} : tensor<1x4x3x16xf32>
      return %0 : tensor<1x4x3x16xf32>
    }
    ```
  }];
  let parameters = (ins "::mlir::FloatAttr":$factor);
  let genVerifyDecl = 1; /*linear_scaling_c1*/
}

def Decoder_Llama3ScalingAttr : Decoder_RotaryScalingAttr<"Llama3Scaling", "llama3_scaling"> {
  let summary = "slow frequencies divided by a factor, as in Llama 3.1";
  let description = [{
    With r = `original_context * frequency / (2 pi)`, the turns that a pair makes
    in the context of training: pairs of fewer than `low_freq_factor` turns have
    their frequency divided by `factor`, those of more than `high_freq_factor`
    keep it, and between the two the frequency is
    `(1 - s) frequency / factor + s frequency` with
    `s = (r - low_freq_factor) / (high_freq_factor - low_freq_factor)` (the
    released code of Llama 3.1).

    - (C1) all numbers are positive and finite.
    - (C2) `low_freq_factor` is below `high_freq_factor`.

    Example:
    ```mlir
    func.func @rotate(%x: tensor<1x4x3x16xf32>, %p: index) -> tensor<1x4x3x16xf32> {
      %0 = decoder.rotary %x at %p {scaling = #decoder.llama3_scaling<factor = 8.0,
          low_freq_factor = 1.0, high_freq_factor = 4.0, original_context = 8192>,
          theta = 500000.0} : tensor<1x4x3x16xf32>
      return %0 : tensor<1x4x3x16xf32>
    }
    ```
  }];
  let parameters = (ins "::mlir::FloatAttr":$factor,
      "::mlir::FloatAttr":$low_freq_factor,
      "::mlir::FloatAttr":$high_freq_factor, "int64_t":$original_context);
  let genVerifyDecl = 1; /*llama3_scaling_c1, llama3_scaling_c2*/
}

def Decoder_YarnScalingAttr : Decoder_RotaryScalingAttr<"YarnScaling", "yarn_scaling"> {
  let summary = "slow frequencies divided by a factor, by a ramp over pairs (YaRN)";
  let description = [{
    Pair i has the frequency `(1 - g) frequency + g frequency / factor` with the
    ramp `g = (i - low) / (high - low)` held within 0 and 1. `low` and `high` are
    the pairs that make `beta_fast` and `beta_slow` turns in the context of
    training, `dim ln(original_context / (2 pi beta)) / (2 ln theta)`, rounded
    down and up unless `truncate` is false, and held within 0 and dim - 1 (Peng
    et al. 2023, section 3.2, and their released code, whose ramp is over pairs
    where the paper's is over turns). Cosines and sines are multiplied by
    `amplitude`, the square root of 1/t of eq. 22.

    - (C1) all numbers are positive and finite.
    - (C2) `beta_slow` is not above `beta_fast`.

    Example:
    ```mlir
    func.func @rotate(%x: tensor<1x4x3x16xf32>, %p: index) -> tensor<1x4x3x16xf32> {
      %0 = decoder.rotary %x at %p {scaling = #decoder.yarn_scaling<factor = 4.0,
          beta_fast = 32.0, beta_slow = 1.0, original_context = 32768,
          amplitude = 1.138629436111989>} : tensor<1x4x3x16xf32>
      return %0 : tensor<1x4x3x16xf32>
    }
    ```
  }];
  let parameters = (ins "::mlir::FloatAttr":$factor, "::mlir::FloatAttr":$beta_fast,
      "::mlir::FloatAttr":$beta_slow, "int64_t":$original_context,
      "::mlir::FloatAttr":$amplitude,
      OptionalParameter<"::mlir::BoolAttr">:$truncate);
  let genVerifyDecl = 1; /*yarn_scaling_c1, yarn_scaling_c2*/
}

def Decoder_LongScalingAttr : Decoder_RotaryScalingAttr<"LongScaling", "long_scaling", ["getTable", "verifyDim"]> {
  let summary = "each frequency divided by a factor of its own (LongRoPE)";
  let description = [{
    Pair i has its frequency divided by `short_factors[i]` while the sequence,
    the current tokens included, has at most `original_context` tokens, and by
    `long_factors[i]` from then on; keys that are in a cache stay as they were
    rotated. Cosines and sines are multiplied by `amplitude` (Ding et al. 2024;
    the released code of Phi-3).

    - (C1) all numbers are positive and finite.
    - (C2) both lists have one factor for each pair of rotated elements.

    Example:
    ```mlir
    func.func @rotate(%x: tensor<1x4x3x4xf32>, %p: index) -> tensor<1x4x3x4xf32> {
      %0 = decoder.rotary %x at %p {scaling = #decoder.long_scaling<
          short_factors = [1.0, 1.25], long_factors = [1.5, 8.0],
          original_context = 4096, amplitude = 1.25>} : tensor<1x4x3x4xf32>
      return %0 : tensor<1x4x3x4xf32>
    }
    ```
  }];
  let parameters = (ins "::mlir::DenseF64ArrayAttr":$short_factors,
      "::mlir::DenseF64ArrayAttr":$long_factors, "int64_t":$original_context,
      "::mlir::FloatAttr":$amplitude);
  let genVerifyDecl = 1; /*long_scaling_c1, long_scaling_c2*/
}

#endif // ONEBIT_DECODER_ATTRIBUTES
