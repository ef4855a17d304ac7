//===- SystolicEnums.td - enums of the systolic dialect ----*- tablegen -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_SYSTOLIC_ENUMS
#define ONEBIT_SYSTOLIC_ENUMS

include "mlir/IR/EnumAttr.td"

class Systolic_Enum<string name, string summary, list<I32EnumAttrCase> cases>
    : I32EnumAttr<name, summary, cases> {
  let cppNamespace = "::onebit::systolic";
  let genSpecializedAttr = 0;
}

def Systolic_Dataflow : Systolic_Enum<"Dataflow", "the operand that stays in the array", [
  I32EnumAttrCase<"OutputStationary", 0, "os">,
  I32EnumAttrCase<"WeightStationary", 1, "ws">,
  I32EnumAttrCase<"InputStationary", 2, "is">
]>;

// The order is the order of columns in reports.
def Systolic_Metric : Systolic_Enum<"Metric",
    "a figure of a cost: a count, in the unit that its name says", [
  I32EnumAttrCase<"Folds", 0, "folds">,
  I32EnumAttrCase<"Cycles", 1, "cycles">,
  I32EnumAttrCase<"CyclesCorrected", 2, "cycles_corrected">,
  I32EnumAttrCase<"MACs", 3, "macs">,
  I32EnumAttrCase<"SramIfmapReads", 4, "sram_ifmap_reads">,
  I32EnumAttrCase<"SramFilterReads", 5, "sram_filter_reads">,
  I32EnumAttrCase<"SramOfmapWrites", 6, "sram_ofmap_writes">,
  I32EnumAttrCase<"SramOfmapWritesCorrected", 7, "sram_ofmap_writes_corrected">,
  I32EnumAttrCase<"SramOfmapReadsCorrected", 8, "sram_ofmap_reads_corrected">,
  I32EnumAttrCase<"MappedPEs", 9, "mapped_pes">,
  I32EnumAttrCase<"ComputePECycles", 10, "compute_pe_cycles">,
  I32EnumAttrCase<"ComputePECyclesCorrected", 11, "compute_pe_cycles_corrected">
]>;

#endif // ONEBIT_SYSTOLIC_ENUMS
