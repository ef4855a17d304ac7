//===- DecoderDialect.td - The decoder dialect ----------------------*- tablegen -*-===//
//
// Part of the onebit project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DIALECTS_DECODER_DECODERDIALECT_TD
#define DIALECTS_DECODER_DECODERDIALECT_TD

include "mlir/IR/DialectBase.td"

def Decoder_Dialect : Dialect {
  let name = "decoder";
  let cppNamespace = "::onebit::decoder";
  let summary = "Decoder blocks of language models";
}

#endif // DIALECTS_DECODER_DECODERDIALECT_TD
