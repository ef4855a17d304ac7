//===- DecoderAttributes.td - decoder attributes -----------*- tablegen -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_DECODER_ATTRIBUTES
#define ONEBIT_DECODER_ATTRIBUTES

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

#endif // ONEBIT_DECODER_ATTRIBUTES
