//===- DecoderOpBase.td - what ops are on ------------------*- tablegen -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_DECODER_OPBASE
#define ONEBIT_DECODER_OPBASE

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

#endif // ONEBIT_DECODER_OPBASE
