//===- SystolicAttributes.td - systolic attributes ---------*- tablegen -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_SYSTOLIC_ATTRIBUTES
#define ONEBIT_SYSTOLIC_ATTRIBUTES

include "dialects/decoder/DecoderAttributes.td"
include "dialects/systolic/SystolicDialect.td"
include "dialects/systolic/SystolicEnums.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"

def Systolic_MachineAttr : AttrDef<Systolic_Dialect, "Machine"> {
  let mnemonic = "machine";
  let summary = "an array at register level: bits, ports, overlap";
  let description = [{
    What docs/microarchitecture.md asks of an array. Bits are of one element, or
    bits per cycle; a bandwidth of 0 is unlimited.

    - `clock_khz`: 0 where not said.
    - `preload`, `drain`: `hidden` while another fold runs, or `exposed`.
    - `vector`: vector work is `hidden` beside the product before it, or `exposed`.
    - `kernels`: a kernel's first weights come in while the kernel before it
      ends, `hidden`, or do not, `exposed`.
    - `idle_lanes`: `waited` for, or `skipped`.
    - `activation_bits`, `dense_weight_bits`, `partial_sum_bits`, `kv_bits`.
    - `weight_word_bits` hold `weights_per_word` quantized weights.
    - `ifmap_port`, `filter_port`, `ofmap_port`: between memory and array.
    - `dram`: the one channel.
    - `ifmap_dram`, `filter_dram`, `ofmap_dram`: whether an operand comes and goes
      over it; false: it is on the chip, where it fits.
    - `vector_lanes`: elements a cycle of the vector unit, 0 where there is none.

    - (C1) bits of an element and of a word, and weights per word, are between 1
      and 64.
    - (C2) clock, bandwidths and lanes are not negative.

    Example:
    ```mlir
    #machine = #systolic.machine<preload = hidden, weight_word_bits = 8,
        weights_per_word = 5, dram = 512>
    ```
  }];
  let parameters = (ins
      DefaultValuedParameter<"int64_t", "0">:$clock_khz,
      DefaultValuedParameter<"::onebit::systolic::Overlap",
          "::onebit::systolic::Overlap::Exposed">:$preload,
      DefaultValuedParameter<"::onebit::systolic::Overlap",
          "::onebit::systolic::Overlap::Exposed">:$drain,
      DefaultValuedParameter<"::onebit::systolic::Overlap",
          "::onebit::systolic::Overlap::Exposed">:$kernels,
      DefaultValuedParameter<"::onebit::systolic::IdleLanes",
          "::onebit::systolic::IdleLanes::Waited">:$idle_lanes,
      DefaultValuedParameter<"int64_t", "8">:$activation_bits,
      DefaultValuedParameter<"int64_t", "8">:$weight_word_bits,
      DefaultValuedParameter<"int64_t", "1">:$weights_per_word,
      DefaultValuedParameter<"int64_t", "16">:$dense_weight_bits,
      DefaultValuedParameter<"int64_t", "32">:$partial_sum_bits,
      DefaultValuedParameter<"int64_t", "8">:$kv_bits,
      DefaultValuedParameter<"int64_t", "0">:$ifmap_port,
      DefaultValuedParameter<"int64_t", "0">:$filter_port,
      DefaultValuedParameter<"int64_t", "0">:$ofmap_port,
      DefaultValuedParameter<"int64_t", "0">:$dram,
      DefaultValuedParameter<"int64_t", "0">:$vector_lanes,
      DefaultValuedParameter<"::onebit::systolic::Overlap",
          "::onebit::systolic::Overlap::Exposed">:$vector,
      DefaultValuedParameter<"bool", "true">:$ifmap_dram,
      DefaultValuedParameter<"bool", "true">:$filter_dram,
      DefaultValuedParameter<"bool", "true">:$ofmap_dram);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1; /*machine_c1, machine_c2*/
}

def Systolic_ScaleSimAttr : AttrDef<Systolic_Dialect, "ScaleSim"> {
  let mnemonic = "scale_sim";
  let summary = "SCALE-Sim's user-defined bandwidths";
  let description = [{
    Words per cycle between each memory and DRAM (`InterfaceBandwidth: USER`).

    - (C1) a bandwidth is at least 1.

    Example: `#systolic.scale_sim<ifmap = 10, filter = 10, ofmap = 10>`.
  }];
  let parameters = (ins "int64_t":$ifmap, "int64_t":$filter, "int64_t":$ofmap);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1; /*scale_sim_c1*/
}

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
    - `machine`: the array at register level, absent where not said.
    - `scale_sim`: bandwidths for the families `scale-sim-v2` and `-v3`, absent
      where SCALE-Sim shall estimate them.
    - `base`: of an engine for projections, the array that stands beside it and
      does the rest, and without it would do all (docs/microarchitecture.md,
      section 10); absent for an array of its own.
    - `shared_dram`: that array's channel is this one's, too.

    - (C1) `rows` and `columns` are between 1 and 65536.
    - (C2) no memory is negative.
    - (C3) `base` has no `base`, and only where there is one is `shared_dram`.

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
      DefaultValuedParameter<"int64_t", "0">:$ofmap_kb,
      OptionalParameter<"::onebit::systolic::MachineAttr">:$machine,
      OptionalParameter<"::onebit::systolic::ScaleSimAttr">:$scale_sim,
      OptionalParameter<"::onebit::systolic::ArrayAttr">:$base,
      DefaultValuedParameter<"bool", "false">:$shared_dram);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1; /*array_c1, array_c2, array_c3*/
  // Every kernel names its array: `#array` in text, said once at the top.
  let genMnemonicAlias = 1;
  let extraClassDeclaration = [{
    /// Most rows or columns an array may have.
    static constexpr int64_t kMaxSide = 65536;
    /// Whether kernels prefetch while the kernel before them ends.
    bool hidesKernels() const {
      return getMachine() && getMachine().getKernels() == Overlap::Hidden;
    }
  }];
}

def Systolic_CostAttr : AttrDef<Systolic_Dialect, "Cost"> {
  let mnemonic = "cost";
  let summary = "what a kernel costs by one cost model";
  let description = [{
    `family` names the cost model; `entries` are its figures, in the order of
    the metrics. A figure that the model does not know is absent, never 0.
    `energy_node` is the process node of the energies among them, `nm45` or
    `nm7`, and is not written where nobody asked for energies.

    - (C1) metrics ascend, each once.
    - (C2) no count is negative.
    - (C3) energies have a node.

    Example: `#systolic.cost<"scale-sim-v2", cycles = 766, macs = 512>`,
    `#systolic.cost<"scale-sim-v2" at nm7, macs = 512, energy_scales_fj = 5440>`.
  }];
  let parameters = (ins StringRefParameter<"cost model">:$family,
      ArrayRefParameter<"::onebit::systolic::CostEntry">:$entries,
      DefaultValuedParameter<"::onebit::systolic::EnergyNode",
          "::onebit::systolic::EnergyNode::None">:$energy_node);
  let assemblyFormat = "`<` $family (`at` $energy_node^)? "
                       "`` custom<CostEntries>($entries) `>`";
  let genVerifyDecl = 1; /*cost_c1, cost_c2, cost_c3*/
  let extraClassDeclaration = [{
    /// The figure of `metric`, if the model knows it.
    std::optional<int64_t> lookup(Metric metric) const;
  }];
}

def Systolic_VectorCostAttr : AttrDef<Systolic_Dialect, "VectorCost"> {
  let mnemonic = "vector_cost";
  let summary = "what an op costs a vector unit by one cost model";
  let description = [{
    `family` names the cost model. `elements` and `reductions` are sums over the
    `passes`, see docs/microarchitecture.md, section 8. Of work of the kind
    `unknown` nothing else is known.

    - (C1) there is a pass, unless the kind is `unknown`.
    - (C2) no count is negative, and of the kind `unknown` all are 0.
    - (C3) it stands on an op as `systolic.vector_cost`.

    Example: `#systolic.vector_cost<family = "onebit", kind = activation,
    passes = 1, elements = 512, cycles = 4>`.
  }];
  let parameters = (ins StringRefParameter<"cost model">:$family,
      EnumParameter<Decoder_VectorKind>:$kind,
      DefaultValuedParameter<"int64_t", "0">:$passes,
      DefaultValuedParameter<"int64_t", "0">:$elements,
      DefaultValuedParameter<"int64_t", "0">:$reductions,
      DefaultValuedParameter<"int64_t", "0">:$cycles);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1; /*vector_cost_c1, vector_cost_c2*/
}

def Systolic_CountedAttr : AttrDef<Systolic_Dialect, "Counted"> {
  let mnemonic = "counted";
  let summary = "whose multiply-accumulates a global counts";
  let description = [{
    Name and layer of the kernel that `--onebit-convert-systolic-to-scf` made
    loops of, for whoever reads the counter after a run.

    - (C1) it stands on an op as `systolic.counted`.

    Example: `#systolic.counted<name = "self_attn.q_proj", layer = 3>`.
  }];
  let parameters = (ins OptionalParameter<"::mlir::StringAttr">:$name,
      OptionalParameter<"::std::optional<int64_t>">:$layer);
  let assemblyFormat = "(`<` struct(params)^ `>`)?";
}

def Systolic_CausalMaskAttr : AttrDef<Systolic_Dialect, "CausalMask"> {
  let mnemonic = "causal_mask";
  let summary = "which folds of causal scores are left out";
  let description = [{
    Rows of the ofmap are queries and columns keys (`keys_in_rows = false`), or
    the other way round. Queries of several heads follow each other, `period` of
    each; they are at the last positions of the L keys: query t uses key j where
    `j <= L - period + t` and, with a `window`, `j > L - period + t - window`. A
    fold of which no element is used is left out.

    - (C1) `period` is positive, `window` not negative; 0 is no window.

    Example: `#systolic.causal_mask<period = 128, window = 64>`.
  }];
  let parameters = (ins "int64_t":$period,
      DefaultValuedParameter<"int64_t", "0">:$window,
      DefaultValuedParameter<"bool", "false">:$keys_in_rows);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1; /*causal_mask_c1*/
}

def Systolic_ChoiceAttr : AttrDef<Systolic_Dialect, "Choice"> {
  let mnemonic = "choice";
  let summary = "why a kernel has its dataflow and its orientation";
  let description = [{
    Written where `--onebit-tile-to-systolic` chose: the kernel's own array and
    orientation are what `objective` was least with. The runner-up is the best
    of the other dataflows, in its better orientation, and `cost` the figures
    that the objective is made of, as the runner-up has them. There is none where
    no other dataflow has a price.

    - `objective`: `cycles`, `energy`, `edp` (energy times cycles) or
      `dram_bytes`.

    - (C1) the figures of `cost` are those that the objective is made of:
      `cycles`, `energy_total_fj`, both, or DRAM traffic.

    Example: `#systolic.choice<cycles, runner_up = os transposed,
    cost = #systolic.cost<"scale-sim-v2", cycles = 766>>`.
  }];
  let parameters = (ins
      EnumParameter<Systolic_Objective>:$objective,
      DefaultValuedParameter<"::onebit::systolic::Dataflow",
          "::onebit::systolic::Dataflow::OutputStationary">:$runner_up,
      DefaultValuedParameter<"bool", "false">:$runner_up_transposed,
      OptionalParameter<"::onebit::systolic::CostAttr">:$cost);
  let assemblyFormat = "`<` $objective `` custom<RunnerUp>($runner_up, "
                       "$runner_up_transposed, $cost) `>`";
  let genVerifyDecl = 1; /*choice_c1*/
}

#endif // ONEBIT_SYSTOLIC_ATTRIBUTES
