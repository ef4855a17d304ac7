//===- TernaryDialect.td - The ternary dialect ----------------------*- tablegen -*-===//
//
// Part of the onebit project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DIALECTS_TERNARY_TERNARYDIALECT_TD
#define DIALECTS_TERNARY_TERNARYDIALECT_TD

include "mlir/IR/DialectBase.td"

def Ternary_Dialect : Dialect {
  let name = "ternary";
  let cppNamespace = "::onebit::ternary";
  let summary = "Weights of one bit or one trit";
}

#endif // DIALECTS_TERNARY_TERNARYDIALECT_TD
