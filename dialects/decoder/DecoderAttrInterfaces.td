//===- DecoderAttrInterfaces.td - what attributes answer ---*- tablegen -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_DECODER_ATTRINTERFACES
#define ONEBIT_DECODER_ATTRINTERFACES

include "mlir/IR/Interfaces.td"

def Decoder_RotaryScalingAttrInterface : AttrInterface<"RotaryScalingAttrInterface"> {
  let cppNamespace = "::onebit::decoder";
  let description = [{
    How rotary positions are stretched, so that a model attends beyond the
    context that it was trained on: new frequencies for those of the plain
    position embedding, `theta^(-2 i / dim)` radians per token for pair i.
  }];
  let methods = [
    InterfaceMethod<"The frequencies for `dim` rotated elements of a head.",
      "::onebit::decoder::RotaryTable", "getTable",
      (ins "double":$theta, "int64_t":$dim)>,
    InterfaceMethod<[{Whether the attribute is one for `dim` rotated elements;
      if not, an error.}],
      "::llvm::LogicalResult", "verifyDim",
      (ins "::llvm::function_ref<::mlir::InFlightDiagnostic()>":$emitError,
           "int64_t":$dim), "", "return ::llvm::success();">
  ];
}

#endif // ONEBIT_DECODER_ATTRINTERFACES
