//===- LowerToSystolic.h - From a model to a priced program -----*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_PIPELINES_LOWERTOSYSTOLIC_H
#define ONEBIT_PIPELINES_LOWERTOSYSTOLIC_H

#include "dialects/ternary/Ternary.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassOptions.h"
#include "onebit/Conversion/TileToSystolic.h"

namespace onebit {

/// Options of `--lower-to-systolic`: those of its passes, by the same names and
/// with the same defaults.
struct LowerToSystolicOptions
    : public mlir::PassPipelineOptions<LowerToSystolicOptions> {
  Option<std::string> array{
      *this, "array",
      llvm::cl::desc("The array: a name (docs/arrays.md), ROWSxCOLUMNS, or a "
                     "file, onebit's .json or SCALE-Sim's .cfg (default: "
                     "paper-cloud)."),
      llvm::cl::init("paper-cloud")};
  Option<DataflowChoice> dataflow{
      *this, "dataflow",
      llvm::cl::desc("Operand that stays in the array (default: what the array "
                     "says, or os)."),
      llvm::cl::init(DataflowChoice::OfArray),
      llvm::cl::values(
          clEnumValN(DataflowChoice::OfArray, "array",
                     "what the array says, or os"),
          clEnumValN(DataflowChoice::OutputStationary, "os",
                     "partial sums stay"),
          clEnumValN(DataflowChoice::WeightStationary, "ws", "weights stay"),
          clEnumValN(DataflowChoice::InputStationary, "is", "activations stay"),
          clEnumValN(DataflowChoice::Auto, "auto",
                     "the best for each product"))};
  Option<systolic::Objective> objective{
      *this, "objective",
      llvm::cl::desc("What dataflow=auto makes least (default: cycles)."),
      llvm::cl::init(systolic::Objective::Cycles),
      llvm::cl::values(
          clEnumValN(systolic::Objective::Cycles, "cycles", "cycles"),
          clEnumValN(systolic::Objective::Energy, "energy",
                     "energy, at the node of energy="),
          clEnumValN(systolic::Objective::EnergyDelay, "edp",
                     "energy times cycles"),
          clEnumValN(systolic::Objective::DramBytes, "dram-bytes",
                     "bytes to and from DRAM"))};
  Option<QueryHeadChoice> queryHeads{
      *this, "gqa",
      llvm::cl::desc("Query heads that share keys and values (default: rows "
                     "where the cost model is onebit or cycle-stepped, else "
                     "heads)."),
      llvm::cl::init(QueryHeadChoice::OfCostModel),
      llvm::cl::values(
          clEnumValN(QueryHeadChoice::OfCostModel, "default",
                     "as the cost model has it"),
          clEnumValN(QueryHeadChoice::Heads, "heads", "a product each"),
          clEnumValN(QueryHeadChoice::Rows, "rows", "rows of one product"))};
  Option<MaskedFolds> maskedFolds{
      *this, "masked-folds",
      llvm::cl::desc("Folds of scores that a causal mask hides whole (default: "
                     "computed)."),
      llvm::cl::init(MaskedFolds::Computed),
      llvm::cl::values(
          clEnumValN(MaskedFolds::Computed, "computed", "the whole square"),
          clEnumValN(MaskedFolds::Skipped, "skipped",
                     "left out; wants cost-model=onebit or cycle-stepped"))};
  Option<std::string> costModel{
      *this, "cost-model",
      llvm::cl::desc("The cost model (default: scale-sim-v2)."),
      llvm::cl::init("scale-sim-v2")};
  Option<systolic::EnergyNode> energy{
      *this, "energy",
      llvm::cl::desc("Process node to add energies of (default: none)."),
      llvm::cl::init(systolic::EnergyNode::None),
      llvm::cl::values(
          clEnumValN(systolic::EnergyNode::None, "none", "no energies"),
          clEnumValN(systolic::EnergyNode::Nm45, "45nm", "45 nm"),
          clEnumValN(systolic::EnergyNode::Nm7, "7nm", "7 nm"))};
  Option<ternary::Scheme> scheme{
      *this, "scheme",
      llvm::cl::desc("Quantization of weights (default: b1.58)."),
      llvm::cl::init(ternary::Scheme::B1_58),
      llvm::cl::values(
          clEnumValN(ternary::Scheme::B1, "b1", "BitNet: {-1, 1}"),
          clEnumValN(ternary::Scheme::B1_58, "b1.58",
                     "BitNet b1.58: {-1, 0, 1}"),
          clEnumValN(ternary::Scheme::B1Released, "b1-released",
                     "b1 as in code: the sign of 0 is 0"),
          clEnumValN(ternary::Scheme::B1_58Released, "b1.58-released",
                     "b1.58 as in transformers: 1e-5 is a floor"))};
  ListOption<std::string> fullPrecision{
      *this, "full-precision",
      llvm::cl::desc("Roles of projections that keep their weights, or none "
                     "(default: lm_head,router).")};
  Option<int64_t> activationBits{
      *this, "activation-bits",
      llvm::cl::desc("Bits of a quantized activation, 2 to 8 (default: 8)."),
      llvm::cl::init(8)};
  Option<int64_t> groupSize{
      *this, "group-size",
      llvm::cl::desc("Weights that share a scale, along the dimension that is "
                     "summed; 0: all of a weight (default: 0)."),
      llvm::cl::init(0)};
  Option<std::string> entry{
      *this, "entry",
      llvm::cl::desc("The function that is the model; functions that it does "
                     "not lead to are removed (default: every public "
                     "function).")};
  ListOption<std::string> dims{
      *this, "dim",
      llvm::cl::desc(
          "Sizes that arguments of the entry leave open: of all (16), "
          "of an argument (ids=16), of a dimension of it (ids:1=16); "
          "arguments by number from 0 or by a pattern of names.")};
  ListOption<std::string> weights{
      *this, "weights",
      llvm::cl::desc("Arguments of the entry that are weights, of those that "
                     "no attribute marks: all, none, numbers from 0, or "
                     "patterns of names; the decoder's own products say it "
                     "themselves (default: what can be told, which is then an "
                     "assumption).")};
};

/// Adds the passes of `--lower-to-systolic` in order: set sizes, where some are
/// given, raise contractions,
/// decompose blocks, quantize projections, tile to systolic, annotate cost.
void buildLowerToSystolicPipeline(mlir::OpPassManager &passes,
                                  const LowerToSystolicOptions &options);

/// Runs the pipeline on `module`, in place. Diagnostics say what failed.
llvm::LogicalResult lowerToSystolic(mlir::ModuleOp module,
                                    const LowerToSystolicOptions &options);

/// Registers `--lower-to-systolic`.
void registerLowerToSystolicPipeline();

} // namespace onebit

#endif // ONEBIT_PIPELINES_LOWERTOSYSTOLIC_H
