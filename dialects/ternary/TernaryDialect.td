//===- TernaryDialect.td - the ternary dialect -------------*- tablegen -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_TERNARY_DIALECT
#define ONEBIT_TERNARY_DIALECT

include "mlir/IR/OpBase.td"

def Ternary_Dialect : Dialect {
  let name = "ternary";
  let cppNamespace = "::onebit::ternary";
  let summary = "Binary and ternary weights and products without multiplication";
  let description = [{
    What BitNet (Wang et al. 2023) and BitNet b1.58 (Ma et al. 2024) make of a
    linear layer: a weight in {-1, 1} or {-1, 0, 1} with a scale, an activation
    in a few bits with a scale, a product that only adds and subtracts, and a
    dequantization that applies both scales.

    `!ternary.bit` and `!ternary.trit` are logical: they say which values an
    element has, not how it lies in memory.
  }];
  let dependentDialects = ["::onebit::decoder::DecoderDialect"];
  let useDefaultTypePrinterParser = 1;
  let useDefaultAttributePrinterParser = 1;
}

class Ternary_Op<string mnemonic, list<Trait> traits = []>
    : Op<Ternary_Dialect, mnemonic, traits>;

#endif // ONEBIT_TERNARY_DIALECT
