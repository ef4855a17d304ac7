//===- Passes.td - Passes that stay on one level ------------*- tablegen -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_TRANSFORMS_PASSES_TD
#define ONEBIT_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def AnnotateCost : Pass<"onebit-annotate-cost", "::mlir::ModuleOp"> {
  let summary = "Price every kernel";
  let description = [{
    Sets `cost` of each `systolic.kernel` to what the cost model says of the
    loop, the slices and the fold in its body. Nothing else is read, so a kernel
    edited or written by hand is priced as it stands; a cost that is there
    already is replaced. Only where an array hides kernels behind each other, a
    price depends on the kernel before in the block; and where some kernels are on
    an engine beside a base array, each kernel also gets a `baseline`, the price of
    its product with everything on the base array. With `energy`, the cost also has what published tables
    say that its figures take (docs/energy.md). Fails at the first kernel with a figure that exceeds 64
    bits, and if there is no such cost model.
  }];
  let options = [
    Option<"costModel", "cost-model", "std::string", /*default=*/"\"scale-sim-v2\"",
           "Family of prices (default: scale-sim-v2).">,
    Option<"energy", "energy", "::onebit::systolic::EnergyNode",
           /*default=*/"::onebit::systolic::EnergyNode::None",
           "Process node to add energies of (default: none).",
           [{::llvm::cl::values(
             clEnumValN(::onebit::systolic::EnergyNode::None, "none", "no energies"),
             clEnumValN(::onebit::systolic::EnergyNode::Nm45, "45nm", "45 nm"),
             clEnumValN(::onebit::systolic::EnergyNode::Nm7, "7nm", "7 nm"))}]>];
  let dependentDialects = ["::onebit::systolic::SystolicDialect"];
}

#endif // ONEBIT_TRANSFORMS_PASSES_TD
