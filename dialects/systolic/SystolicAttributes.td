//===- SystolicAttributes.td - systolic attributes ---------*- tablegen -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_SYSTOLIC_ATTRIBUTES
#define ONEBIT_SYSTOLIC_ATTRIBUTES

include "dialects/systolic/SystolicDialect.td"
include "dialects/systolic/SystolicEnums.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"

def Systolic_ArrayAttr : AttrDef<Systolic_Dialect, "Array"> {
  let mnemonic = "array";
  let summary = "a systolic array: its size, its dataflow, its buffers";
  let description = [{
    - `name`: what reports call it.
    - `rows`, `columns`: processing elements.
    - `dataflow`: `os` output-stationary, `ws` weight-stationary, `is`
      input-stationary.
    - `ifmap_kb`, `filter_kb`, `ofmap_kb`: on-chip memories in kB of 1024
      bytes, 0 where not said.

    - (C1) `rows` and `columns` are between 1 and 65536.
    - (C2) no memory is negative.

    Example:
    ```mlir
    #edge = #systolic.array<name = "paper-edge", rows = 32, columns = 32,
        dataflow = os, ifmap_kb = 2048, filter_kb = 4096, ofmap_kb = 2048>
    ```
  }];
  let parameters = (ins StringRefParameter<"name">:$name, "int64_t":$rows,
      "int64_t":$columns, EnumParameter<Systolic_Dataflow>:$dataflow,
      DefaultValuedParameter<"int64_t", "0">:$ifmap_kb,
      DefaultValuedParameter<"int64_t", "0">:$filter_kb,
      DefaultValuedParameter<"int64_t", "0">:$ofmap_kb);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1; /*array_c1, array_c2*/
  // Every kernel names its array: `#array` in text, said once at the top.
  let genMnemonicAlias = 1;
  let extraClassDeclaration = [{
    /// Most rows or columns an array may have.
    static constexpr int64_t kMaxSide = 65536;
  }];
}

def Systolic_CostAttr : AttrDef<Systolic_Dialect, "Cost"> {
  let mnemonic = "cost";
  let summary = "what a kernel costs by one cost model";
  let description = [{
    `family` names the cost model; `entries` are its figures, in the order of
    the metrics. A figure that the model does not know is absent, never 0.

    - (C1) metrics ascend, each once.
    - (C2) no figure is negative.

    Example: `#systolic.cost<"scale-sim-v2", cycles = 766, macs = 512>`.
  }];
  let parameters = (ins StringRefParameter<"cost model">:$family,
      ArrayRefParameter<"::onebit::systolic::CostEntry">:$entries);
  let assemblyFormat = "`<` $family `` custom<CostEntries>($entries) `>`";
  let genVerifyDecl = 1; /*cost_c1, cost_c2*/
  let extraClassDeclaration = [{
    /// The figure of `metric`, if the model knows it.
    std::optional<int64_t> lookup(Metric metric) const;
  }];
}

#endif // ONEBIT_SYSTOLIC_ATTRIBUTES
