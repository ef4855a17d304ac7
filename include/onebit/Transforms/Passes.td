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
    already is replaced. With `energy`, the cost also has what published tables
    say that its figures take (docs/energy.md).

    Where the cost model and the kernels' array have a vector unit, ops that are no
    matrix product get a `systolic.vector_cost` by their passes over it
    (docs/microarchitecture.md, section 8), of the kind `unknown` where nothing is
    known of them; one that is there already is replaced or removed.

    Fails at the first kernel or op with a figure that exceeds 64 bits, on kernels with
    different vector units, and if there is no such cost model.
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
