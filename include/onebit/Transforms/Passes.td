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
    its product with everything on the base array. With `energy`, the cost also has
    what published tables say that its figures take (docs/energy.md).

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

def WeightsToArguments : Pass<"onebit-weights-to-arguments", "::mlir::ModuleOp"> {
  let summary = "Weights become arguments";
  let description = [{
    Each `decoder.weight` becomes an argument of its function, behind those that
    are there, in the order of first use, marked `decoder.weight = "name"` and,
    where it has a value, `decoder.value`. Ops of one name share one argument.
    Whoever runs the program hands the weights over: they are no part of it,
    however large they are. `bufferization.writable = false` keeps the program
    from writing into them.

    Fails where a function with weights is called, and where one name stands for
    two types or two values.
  }];
  let dependentDialects = ["::mlir::bufferization::BufferizationDialect",
                           "::onebit::decoder::DecoderDialect"];
}

def OutlineBlocks : Pass<"onebit-outline-blocks", "::mlir::ModuleOp"> {
  let summary = "One function for layers that are the same";
  let description = [{
    Each `decoder.block` in a function's body becomes a call of a private function
    with what was in it. Weights, caches and whatever else comes from outside are
    arguments; constants move along. Names and layers of products go: blocks that
    differ in nothing else share a function, and a model of many layers compiles
    in the time of one of each kind.
  }];
  let dependentDialects = ["::mlir::func::FuncDialect"];
}

def PlanMemory : Pass<"onebit-plan-memory", "::mlir::ModuleOp"> {
  let summary = "One workspace for all buffers of a function";
  let description = [{
    Each `memref.alloc` becomes a view of one workspace, a last argument of type
    `memref<BYTESxi8>`: the function allocates nothing. Buffers that are never
    in use at the same time share bytes. Offsets are multiples of 64. Whoever calls
    the function has a buffer for its workspace, which is planned with its own.

    A buffer is in use from the first to the last op of the function's body
    that reads or writes it or a view of it. Functions of more than one block
    stay as they are, and of those that call each other in a circle one. Fails on
    a buffer of dynamic shape, and on one that leaves the function.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::memref::MemRefDialect"];
}

def DropUpdatedArguments : Pass<"onebit-drop-updated-arguments", "::mlir::ModuleOp"> {
  let summary = "No result for a buffer that was an argument";
  let description = [{
    A function that returns one of its own buffer arguments, a KV cache that it
    has updated where it lies, returns it no longer: the caller has it. Upstream's
    `--drop-equivalent-buffer-results` does the same for private functions and
    rewrites their calls; this is for those that nobody calls.
  }];
}

def LowerCopies : Pass<"onebit-lower-copies"> {
  let summary = "memref.copy to linalg.copy";
  let description = [{
    Upstream lowers a `memref.copy` with strides to a call into its run-time
    library. As `linalg.copy` it becomes loops, and a program stands alone.
    Copies of buffers without a rank stay.
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect"];
}

def FuseElementwise : Pass<"onebit-fuse-elementwise"> {
  let summary = "Fusion of elementwise linalg.generic that computes nothing twice";
  let description = [{
    Upstream's `--linalg-fuse-elementwise-ops` moves elementwise work into whoever
    alone reads its result, also into a product that reads each element once for
    every row: a norm before a projection would be divided again for each of its
    features. This fuses only where each element is read once.
  }];
  let dependentDialects = ["::mlir::affine::AffineDialect",
                           "::mlir::linalg::LinalgDialect"];
}

def LowerSums : Pass<"onebit-lower-sums"> {
  let summary = "Sums to loops that keep them in registers";
  let description = [{
    A `linalg.generic` on buffers whose innermost loops are its reductions, such
    as a product of a matrix and a vector, becomes loops that store a sum when it
    is complete, and add up `width` neighbouring sums side by side: one addition
    need not wait for another. Every sum has the terms that it has without this
    pass, in the same order. Others, and those of dynamic shape, stay.
  }];
  let options = [
    Option<"width", "width", "int64_t", /*default=*/"8", "Sums side by side.">
  ];
  let dependentDialects = ["::mlir::affine::AffineDialect",
                           "::mlir::arith::ArithDialect",
                           "::mlir::memref::MemRefDialect",
                           "::mlir::scf::SCFDialect"];
}

#endif // ONEBIT_TRANSFORMS_PASSES_TD
