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

def Systolic_Overlap : Systolic_Enum<"Overlap",
    "whether a phase of a fold waits for its neighbour or runs beside it", [
  I32EnumAttrCase<"Exposed", 0, "exposed">,
  I32EnumAttrCase<"Hidden", 1, "hidden">
]>;

def Systolic_IdleLanes : Systolic_Enum<"IdleLanes",
    "whether a fold waits for the rows and columns that it does not use", [
  I32EnumAttrCase<"Waited", 0, "waited">,
  I32EnumAttrCase<"Skipped", 1, "skipped">
]>;

def Systolic_Objective : Systolic_Enum<"Objective",
    "what a dataflow was chosen to make least", [
  I32EnumAttrCase<"Cycles", 0, "cycles">,
  I32EnumAttrCase<"Energy", 1, "energy">,
  I32EnumAttrCase<"EnergyDelay", 2, "edp">,
  I32EnumAttrCase<"DramBytes", 3, "dram_bytes">
]>;

// None: no energies were asked for.
def Systolic_EnergyNode : Systolic_Enum<"EnergyNode",
    "the process node that energies are of", [
  I32EnumAttrCase<"None", 0, "none">,
  I32EnumAttrCase<"Nm45", 1, "nm45">,
  I32EnumAttrCase<"Nm7", 2, "nm7">
]>;

// The order is the order of columns in reports. A start or stop is a cycle of
// the first run of a kernel, all others are counts; see isPosition and
// isEnergy.
def Systolic_Metric : Systolic_Enum<"Metric",
    "a figure of a cost, in the unit that its name says", [
  I32EnumAttrCase<"Folds", 0, "folds">,
  I32EnumAttrCase<"Cycles", 1, "cycles">,
  I32EnumAttrCase<"CyclesCorrected", 2, "cycles_corrected">,
  I32EnumAttrCase<"CyclesWithPrefetch", 3, "cycles_with_prefetch">,
  I32EnumAttrCase<"StallCycles", 4, "stall_cycles">,
  I32EnumAttrCase<"StallIfmapCycles", 5, "stall_ifmap_cycles">,
  I32EnumAttrCase<"StallFilterCycles", 6, "stall_filter_cycles">,
  I32EnumAttrCase<"StallOfmapCycles", 7, "stall_ofmap_cycles">,
  I32EnumAttrCase<"StreamCycles", 8, "stream_cycles">,
  I32EnumAttrCase<"PortCycles", 9, "port_cycles">,
  I32EnumAttrCase<"PreloadCycles", 10, "preload_cycles">,
  I32EnumAttrCase<"DrainCycles", 11, "drain_cycles">,
  I32EnumAttrCase<"MACs", 12, "macs">,
  I32EnumAttrCase<"SramIfmapReads", 13, "sram_ifmap_reads">,
  I32EnumAttrCase<"SramFilterReads", 14, "sram_filter_reads">,
  I32EnumAttrCase<"SramOfmapWrites", 15, "sram_ofmap_writes">,
  I32EnumAttrCase<"SramOfmapReads", 16, "sram_ofmap_reads">,
  I32EnumAttrCase<"SramOfmapWritesCorrected", 17, "sram_ofmap_writes_corrected">,
  I32EnumAttrCase<"SramOfmapReadsCorrected", 18, "sram_ofmap_reads_corrected">,
  I32EnumAttrCase<"DramIfmapReads", 19, "dram_ifmap_reads">,
  I32EnumAttrCase<"DramFilterReads", 20, "dram_filter_reads">,
  I32EnumAttrCase<"DramOfmapWrites", 21, "dram_ofmap_writes">,
  I32EnumAttrCase<"DramIfmapReadsCorrected", 22, "dram_ifmap_reads_corrected">,
  I32EnumAttrCase<"DramFilterReadsCorrected", 23, "dram_filter_reads_corrected">,
  I32EnumAttrCase<"DramOfmapWritesCorrected", 24, "dram_ofmap_writes_corrected">,
  I32EnumAttrCase<"DramIfmapBits", 25, "dram_ifmap_bits">,
  I32EnumAttrCase<"DramFilterBits", 26, "dram_filter_bits">,
  I32EnumAttrCase<"DramOfmapReadBits", 27, "dram_ofmap_read_bits">,
  I32EnumAttrCase<"DramOfmapWriteBits", 28, "dram_ofmap_write_bits">,
  I32EnumAttrCase<"MovedBits", 29, "moved_bits">,
  I32EnumAttrCase<"MovingCycles", 30, "moving_cycles">,
  I32EnumAttrCase<"MappedPEs", 31, "mapped_pes">,
  I32EnumAttrCase<"ComputePECycles", 32, "compute_pe_cycles">,
  I32EnumAttrCase<"ComputePECyclesCorrected", 33, "compute_pe_cycles_corrected">,
  I32EnumAttrCase<"EnergyArithmeticInt8", 34, "energy_arithmetic_int8_fj">,
  I32EnumAttrCase<"EnergyArithmeticInt32", 35, "energy_arithmetic_int32_fj">,
  I32EnumAttrCase<"EnergyScales", 36, "energy_scales_fj">,
  I32EnumAttrCase<"EnergySram", 37, "energy_sram_fj">,
  I32EnumAttrCase<"EnergyDram", 38, "energy_dram_fj">,
  I32EnumAttrCase<"EnergyTotal", 39, "energy_total_fj">,
  I32EnumAttrCase<"SramIfmapStart", 40, "sram_ifmap_start">,
  I32EnumAttrCase<"SramIfmapStop", 41, "sram_ifmap_stop">,
  I32EnumAttrCase<"SramFilterStart", 42, "sram_filter_start">,
  I32EnumAttrCase<"SramFilterStop", 43, "sram_filter_stop">,
  I32EnumAttrCase<"SramOfmapStart", 44, "sram_ofmap_start">,
  I32EnumAttrCase<"SramOfmapStop", 45, "sram_ofmap_stop">,
  I32EnumAttrCase<"DramIfmapStart", 46, "dram_ifmap_start">,
  I32EnumAttrCase<"DramIfmapStop", 47, "dram_ifmap_stop">,
  I32EnumAttrCase<"DramFilterStart", 48, "dram_filter_start">,
  I32EnumAttrCase<"DramFilterStop", 49, "dram_filter_stop">,
  I32EnumAttrCase<"DramOfmapStart", 50, "dram_ofmap_start">,
  I32EnumAttrCase<"DramOfmapStop", 51, "dram_ofmap_stop">
]>;

#endif // ONEBIT_SYSTOLIC_ENUMS
