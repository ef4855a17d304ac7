//===- SystolicDialect.td - The systolic dialect ----------------------*- tablegen -*-===//
//
// Part of the onebit project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DIALECTS_SYSTOLIC_SYSTOLICDIALECT_TD
#define DIALECTS_SYSTOLIC_SYSTOLICDIALECT_TD

include "mlir/IR/DialectBase.td"

def Systolic_Dialect : Dialect {
  let name = "systolic";
  let cppNamespace = "::onebit::systolic";
  let summary = "Tiled products on a systolic array";
}

#endif // DIALECTS_SYSTOLIC_SYSTOLICDIALECT_TD
