//===- Passes.td - Passes from one level to the next ------------*- tablegen -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_CONVERSION_PASSES_TD
#define ONEBIT_CONVERSION_PASSES_TD

include "mlir/Pass/PassBase.td"

//===----------------------------------------------------------------------===//
// ConvertStablehlo
//===----------------------------------------------------------------------===//

def ConvertStablehlo : Pass<"onebit-convert-stablehlo", "::mlir::ModuleOp"> {
  let summary = "StableHLO in the generic form to linalg";
  let description = [{
    Reads StableHLO without its dialect: its ops in MLIR's generic form, as
    `mlir_module.operation.get_asm(print_generic_op_form=True)` prints them, parse
    with `--allow-unregistered-dialect`. Products, reductions, work on elements,
    reshapes, slices, `while`, `if` and `case` become linalg, tensor and scf. Static shapes of
    floats and signless integers only; any other op stays and is reported as
    unknown.

    ```
    %0 = "stablehlo.add"(%a, %b) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    // ==>
    %1 = tensor.empty() : tensor<4xf32>
    %0 = linalg.generic {...} ins(%a, %b : tensor<4xf32>, tensor<4xf32>) outs(%1 : tensor<4xf32>) {
    ^bb0(%x: f32, %y: f32, %out: f32):
      %2 = arith.addf %x, %y : f32
      linalg.yield %2 : f32
    } -> tensor<4xf32>
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::math::MathDialect", "::mlir::scf::SCFDialect",
    "::mlir::tensor::TensorDialect"
  ];
}

//===----------------------------------------------------------------------===//
// SetDims
//===----------------------------------------------------------------------===//

def SetDims : Pass<"onebit-set-dims", "::mlir::ModuleOp"> {
  let summary = "Sizes for the dimensions that a file leaves open";
  let description = [{
    Gives arguments of the entry functions a static shape and lets upstream's
    canonicalization and TOSA's shape inference carry it through the bodies. What
    is given later wins; an item that no dimension of open size answers to is an
    error. Memrefs stay as they are.

    ```
    // dims=2,ids:1=16
    func.func @f(%x: tensor<?x8xf32>, %ids: tensor<?x?xi64>)
    // ==>
    func.func @f(%x: tensor<2x8xf32>, %ids: tensor<2x16xi64>)
    ```
  }];
  let options = [
    Option<"entry", "entry", "std::string", /*default=*/"",
           "As for onebit-raise-contractions.">,
    ListOption<"dims", "dims", "std::string",
               "Sizes: of all dimensions (16), of those of an argument (ids=16), "
               "of one of them (ids:1=16). Arguments by number from 0 or by a "
               "pattern of names.">
  ];
  let dependentDialects = ["::mlir::tensor::TensorDialect"];
}

//===----------------------------------------------------------------------===//
// RaiseContractions
//===----------------------------------------------------------------------===//

def RaiseContractions : Pass<"onebit-raise-contractions", "::mlir::ModuleOp"> {
  let summary = "Turn other dialects' matrix products into decoder products";
  let description = [{
    Replaces each matrix product of linalg and TOSA by `decoder.projection`
    (weight x activation) or `decoder.attention_product` (activation x
    activation). What a product is, linalg's own interfaces say: named ops,
    transposed forms, `linalg.contract` and `linalg.generic` are one case. What
    a weight is, one analysis says, see `onebit/Analysis/WeightAnalysis.h`; which
    arguments are, where nothing marks them, docs/roots.md.

    - Nothing is moved: operands keep their layout, indexing maps are permuted.
    - Transposes, broadcasts and reshapes of a weight are composed into its map.
      A dimension along which the weight does not change is not the weight's,
      so it counts as M.
    - What the sum starts from becomes the init, unless it is zero.
    - A `tosa.conv2d` whose window is one element is a product as well.
    - Role, layer and name come from the weight's name. A projection with the
      weight that the embedding looks up is the lm_head and `tied_weight`; where
      nothing has a name, so is the last projection whose N is the number of rows
      of that table.
    - Scores and values are told by the exponential between them.
    - Products that nests of loops over memory compute get an op beside the nest,
      for a result that `decoder.keep` uses.

    Left alone: products over one element (rotary angles, masks, gates), products
    of two weights (they can be folded), products that no entry function
    reaches; with `entry`, the functions that it does not lead to are removed,
    whatever their products are. What may hide a product is written to `decoder.assumptions` of the
    module, so that no report can call a model complete that is not: ops of
    unknown dialects, calls of functions without a body, loops that multiply
    elements in a way that is not read, convolutions that mix channels, work on
    vectors, and sums of pairs that are no plain product, see `onebit/Analysis/HiddenProducts.h`. Sizes must be static.

    A module with nothing to raise stays as it is; raising twice is raising once.
  }];
  let options = [
    Option<"entry", "entry", "std::string", /*default=*/"",
           "The function that is the model; functions that it does not lead to "
           "are removed (default: every public function).">,
    ListOption<"weights", "weights", "std::string",
               "Arguments of the entry that are weights, of those that no "
               "attribute marks: all, none, numbers from 0, or patterns of "
               "names; the decoder's own products say it themselves (default: "
               "what can be told, which is then an assumption).">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::onebit::decoder::DecoderDialect", "::mlir::tensor::TensorDialect"
  ];
}

//===----------------------------------------------------------------------===//
// PrintOrigins
//===----------------------------------------------------------------------===//

def PrintOrigins : Pass<"onebit-print-origins", "::mlir::ModuleOp"> {
  let summary = "Say for each tensor whether it is a weight or an activation";
  let description = [{
    A remark at each function for its arguments and at each op for its tensors:
    `neutral`, `weight`, `picked weight`, `unknown`, `activation` or `not
    reached`, with the weight's name where it has one. This is what
    `--onebit-raise-contractions` goes by; run it where a product was not taken
    for what it is. The module stays as it is.
  }];
  let options = [
    Option<"entry", "entry", "std::string", /*default=*/"",
           "As for onebit-raise-contractions.">,
    ListOption<"weights", "weights", "std::string",
               "As for onebit-raise-contractions.">
  ];
}

//===----------------------------------------------------------------------===//
// DecomposeBlocks
//===----------------------------------------------------------------------===//

def DecomposeBlocks : Pass<"onebit-decompose-blocks", "::mlir::ModuleOp"> {
  let summary = "Decoder blocks to matrix products";
  let description = [{
    Inlines each `decoder.block` and writes its layer on the matrix products
    that were in it. Each `decoder.attention` becomes a
    `decoder.attention_product` of queries and keys, a `decoder.softmax` and a
    `decoder.attention_product` of probabilities and values; where query heads
    share key-value heads, they are a loop of their own in both products, so
    no key or value is repeated. Other ops stay.
  }];
  let dependentDialects = ["::onebit::decoder::DecoderDialect",
                           "::mlir::tensor::TensorDialect"];
}

//===----------------------------------------------------------------------===//
// QuantizeProjections
//===----------------------------------------------------------------------===//

def QuantizeProjections : Pass<"onebit-quantize-projections", "::mlir::ModuleOp"> {
  let summary = "Projections to products without multiplication";
  let description = [{
    Each `decoder.projection` of floats becomes a `ternary.quantize_activation`
    (absmax, per token), a `ternary.quantize_weight` by `scheme`, a
    `ternary.matmul` and a `ternary.dequantize` that adds the bias. Projections
    that share an activation or a weight share its quantization.

    A weight with a value is quantized here: it becomes a `ternary.weight`, whose
    `quantization` says what that did to it (error, zeros, scale, bytes before;
    `#ternary.quantization`), and so does the operand of a
    `ternary.quantize_weight` that is there already. An infinite element or a NaN
    is an error. A weight that is ternary already is not quantized again: one
    behind a `ternary.dequantize_weight`, as `--onebit-load-weights` makes it, is
    taken as it is; one whose elements are all -s, 0 or s keeps them and s, under
    the schemes of trits.

    With `group-size` each so many elements along the summed dimension have a
    scale of their own; the product then sums within groups and has them as its
    last dimension, and dequantization adds them up. With `activation-groups`
    activations have scales for the same groups. A weight that came with groups
    of its own keeps them, and its activation has those; one that came with a
    single scale keeps that, and its activation has groups of `group-size`.

    Roles in `full-precision` stay as they are, and so do projections of
    integers. Whether a model was trained for the scheme cannot be seen here:
    the module's assumptions say so.
  }];
  let options = [
    Option<"scheme", "scheme", "::onebit::ternary::Scheme",
           /*default=*/"::onebit::ternary::Scheme::B1_58",
           "Quantization of weights (default: b1.58).",
           [{::llvm::cl::values(
             clEnumValN(::onebit::ternary::Scheme::B1, "b1", "BitNet: {-1, 1}"),
             clEnumValN(::onebit::ternary::Scheme::B1_58, "b1.58", "BitNet b1.58: {-1, 0, 1}"),
             clEnumValN(::onebit::ternary::Scheme::B1Released, "b1-released", "b1 as in code: the sign of 0 is 0"),
             clEnumValN(::onebit::ternary::Scheme::B1_58Released, "b1.58-released", "b1.58 as in transformers: 1e-5 is a floor"))}]>,
    Option<"packing", "packing", "::onebit::ternary::Packing",
           /*default=*/"::onebit::ternary::Packing::I2S",
           "How trits of weights with values are packed; bits are packed as b1 (default: i2_s).",
           [{::llvm::cl::values(
             clEnumValN(::onebit::ternary::Packing::I2S, "i2_s", "two bits, blocks of 128"),
             clEnumValN(::onebit::ternary::Packing::HF, "hf", "two bits, four rows a byte"),
             clEnumValN(::onebit::ternary::Packing::TL2, "tl2", "three trits in five bits"),
             clEnumValN(::onebit::ternary::Packing::Base3, "base3", "five trits a byte"),
             clEnumValN(::onebit::ternary::Packing::TQ1_0, "tq1_0", "GGUF's five trits a byte"),
             clEnumValN(::onebit::ternary::Packing::TQ2_0, "tq2_0", "GGUF's two bits"))}]>,
    Option<"groupSize", "group-size", "int64_t", /*default=*/"0",
           "Elements along the summed dimension that share a scale, or 0 for all of a weight (default: 0).">,
    Option<"activationGroups", "activation-groups", "bool", /*default=*/"false",
           "Whether activations have a scale for each group of their weights, which needs group-size (default: false).">,
    Option<"recognizeTernary", "recognize-ternary", "bool", /*default=*/"true",
           "Whether a weight of -s, 0 and s keeps them (default: true).">,
    ListOption<"fullPrecision", "full-precision", "std::string",
           "Roles of projections that keep their weights, or none "
           "(default: lm_head,router).">,
    Option<"activationBits", "activation-bits", "int64_t", /*default=*/"8",
           "Bits of a quantized activation, 2 to 8 (default: 8).">,
    Option<"activationScheme", "activation-scheme", "::onebit::ternary::ActivationScheme",
           /*default=*/"::onebit::ternary::ActivationScheme::Released",
           "Quantization of activations (default: released).",
           [{::llvm::cl::values(
             clEnumValN(::onebit::ternary::ActivationScheme::Released, "released", "127 in eight bits, as in code"),
             clEnumValN(::onebit::ternary::ActivationScheme::Paper, "paper", "128 in eight bits, as in the papers"),
             clEnumValN(::onebit::ternary::ActivationScheme::PaperEta, "paper-eta", "as paper, and less the smallest element for products that a nonlinear function reads"))}]>
  ];
  let dependentDialects = ["::onebit::ternary::TernaryDialect",
                           "::mlir::tensor::TensorDialect"];
}

//===----------------------------------------------------------------------===//
// ConvertDecoderToLinalg
//===----------------------------------------------------------------------===//

def ConvertDecoderToLinalg : Pass<"onebit-convert-decoder-to-linalg"> {
  let summary = "Lower decoder ops to linalg, to run a model";
  let description = [{
    Replaces every op of the decoder dialect by linalg, tensor, arith, math and
    scf on the same tensors, by the formulas of the dialect's page. Upstream's
    bufferization and lowerings take it from there to a program.

    `decoder.block` must be gone: run `--onebit-decompose-blocks` first. What
    that pass leaves and `decoder.attention` itself, which this pass lowers in a
    way of its own, are both accepted. Weights become constants. It fails on a
    weight that is used and has no value, and on a matrix product of element
    types that have no multiplication here. Attributes of the dialect on modules,
    functions and arguments go, so that other tools can read the result.

    Products add up in the element type of their result; everything else
    computes in f32, or in f64 on f64, and rounds once at the end.

    ```
    %0 = decoder.activation relu %x : tensor<2x8xf32>
    // ==>
    %1 = tensor.empty() : tensor<2x8xf32>
    %0 = linalg.generic {...} ins(%x : tensor<2x8xf32>) outs(%1 : tensor<2x8xf32>) {
    ^bb0(%in: f32, %out: f32):
      %zero = arith.constant 0.000000e+00 : f32
      %2 = arith.maximumf %in, %zero : f32
      linalg.yield %2 : f32
    } -> tensor<2x8xf32>
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::math::MathDialect", "::mlir::scf::SCFDialect",
    "::mlir::tensor::TensorDialect"
  ];
}

//===----------------------------------------------------------------------===//
// ConvertTernaryToLinalg
//===----------------------------------------------------------------------===//

def ConvertTernaryToLinalg : Pass<"onebit-convert-ternary-to-linalg"> {
  let summary = "Lower ternary ops to linalg, to run a model";
  let description = [{
    Replaces every op of the ternary dialect by linalg, tensor, arith and math, by
    the formulas of the dialect's page. Bits and trits become 8-bit integers of
    the same values; a packed weight becomes a constant of them.

    A `ternary.matmul` has no multiplication: each activation is added to the
    sum, subtracted from it or left out.

    ```
    %0 = ternary.matmul role(up) ins(%x, %w : tensor<3x8xi8>, tensor<32x8x!ternary.trit>) maps [...] -> tensor<3x32xi32>
    // ==>
    %0 = linalg.generic {...} ins(%x, %w : tensor<3x8xi8>, tensor<32x8xi8>) outs(%zero : tensor<3x32xi32>) {
    ^bb0(%in: i8, %weight: i8, %sum: i32):
      %1 = arith.extsi %in : i8 to i32
      %2 = arith.addi %sum, %1 : i32
      %3 = arith.subi %sum, %1 : i32
      ...
    ```

    `ternary.packed_matmul` stays, for `--onebit-convert-ternary-to-runtime`.
    Fails on a packed weight whose bytes are not there.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::linalg::LinalgDialect",
                           "::mlir::math::MathDialect",
                           "::mlir::tensor::TensorDialect"];
}

//===----------------------------------------------------------------------===//
// PackProducts
//===----------------------------------------------------------------------===//

def PackProducts : Pass<"onebit-pack-products", "::mlir::ModuleOp"> {
  let summary = "Ternary products on weights as they lie in memory";
  let description = [{
    Each `ternary.matmul` of a `ternary.weight` whose bytes are there becomes a
    `ternary.packed_matmul`, for a machine with kernels for packed trits
    (docs/running.md). Activations and results are brought into its three
    dimensions, by reshapes alone where they are in this order already. Bytes
    become a `decoder.weight`: as they are where they are packed so, in a file as
    well, or else packed again, once. Groups of a weight are a batch of products.

    ```
    %w, %s = ternary.weight "up" packing(i2_s) = ... -> tensor<32x8x!ternary.trit>, tensor<f32>
    %0 = ternary.matmul role(up) ins(%x, %w : tensor<3x8xi8>, tensor<32x8x!ternary.trit>) maps [...] -> tensor<3x32xi32>
    // ==>
    %w = decoder.weight "up.i2_s" = ... : tensor<1024xi8>
    %s = decoder.weight "up.scale" = ... : tensor<f32>
    %1 = ternary.packed_matmul ins(%y, %w : tensor<1x3x8xi8>, tensor<1024xi8>) outs(...) -> tensor<1x3x32xi32>
    ```

    Other products stay: of weights that are computed, or that nobody has seen,
    or over 2^23 elements and more. What else reads a `ternary.weight`, such as
    `ternary.dequantize_weight`, reads a `decoder.weight` of its trits, a byte
    each.
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect",
                           "::mlir::tensor::TensorDialect",
                           "::onebit::decoder::DecoderDialect",
                           "::onebit::ternary::TernaryDialect"];
}

//===----------------------------------------------------------------------===//
// ConvertTernaryToRuntime
//===----------------------------------------------------------------------===//

def ConvertTernaryToRuntime : Pass<"onebit-convert-ternary-to-runtime", "::mlir::ModuleOp"> {
  let summary = "Call kernels for products on packed weights";
  let description = [{
    Each `ternary.packed_matmul` of memrefs becomes a call of
    `onebit_ternary_matmul_i2_s` (onebit/Runtime/TernaryGemv.h), one for each
    entry of the batch, which are looped over. Pointers are passed as numbers of
    type index; the function is declared.

    Fails on a `ternary.packed_matmul` of tensors: bufferization comes before.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::func::FuncDialect",
                           "::mlir::memref::MemRefDialect",
                           "::mlir::scf::SCFDialect"];
}

//===----------------------------------------------------------------------===//
// TileToSystolic
//===----------------------------------------------------------------------===//

def TileToSystolic : Pass<"onebit-tile-to-systolic", "::mlir::ModuleOp"> {
  let summary = "Matrix products to folds of a systolic array";
  let description = [{
    Each matrix product (`decoder.projection`, `decoder.attention_product`,
    `ternary.matmul`) becomes a `systolic.kernel` on `array`. Its loop runs over
    batch entries, then over folds: the dimension along the array's columns
    outside, the one along its rows inside, the streamed one whole, as
    SCALE-Sim orders them.

    | dataflow | rows | columns | streamed |
    |----------|------|---------|----------|
    | os       | m    | n       | k        |
    | ws       | k    | n       | m        |
    | is       | k    | m       | n        |

    With `dataflow=auto` each product gets the dataflow that `cost-model` prices
    best by `objective`; under `os` it may also be the transposed product that is
    computed. The kernel then says so in `transposed`, and in `choice` what the
    best other dataflow would have cost (docs/choosing.md).

    Query heads that share keys and values are a product each (`gqa=heads`), or
    rows of one product (`gqa=rows`), whose keys or values pass the array once.

    With `masked-folds=skipped` the folds of causal scores of which no element is
    used are left out: the loop then has a `mask`. Under `ws` and `is` every fold
    has a query that uses it.

    Fails on a product with an empty dimension, on an array that cannot be read
    (docs/arrays.md says what there is), and where nothing can be chosen.
  }];
  let options = [
    Option<"array", "array", "std::string", /*default=*/"\"paper-cloud\"",
           "The array: a name (docs/arrays.md), ROWSxCOLUMNS, or a file, onebit's "
           ".json or SCALE-Sim's .cfg (default: paper-cloud).">,
    Option<"dataflow", "dataflow", "::onebit::DataflowChoice",
           /*default=*/"::onebit::DataflowChoice::OfArray",
           "Operand that stays in the array (default: what the array says, or os).",
           [{::llvm::cl::values(
             clEnumValN(::onebit::DataflowChoice::OfArray, "array", "what the array says, or os"),
             clEnumValN(::onebit::DataflowChoice::OutputStationary, "os", "partial sums stay"),
             clEnumValN(::onebit::DataflowChoice::WeightStationary, "ws", "weights stay"),
             clEnumValN(::onebit::DataflowChoice::InputStationary, "is", "activations stay"),
             clEnumValN(::onebit::DataflowChoice::Auto, "auto", "the best for each product"))}]>,
    Option<"objective", "objective", "::onebit::systolic::Objective",
           /*default=*/"::onebit::systolic::Objective::Cycles",
           "What dataflow=auto makes least (default: cycles).",
           [{::llvm::cl::values(
             clEnumValN(::onebit::systolic::Objective::Cycles, "cycles", "cycles"),
             clEnumValN(::onebit::systolic::Objective::Energy, "energy", "energy, at the node of energy="),
             clEnumValN(::onebit::systolic::Objective::EnergyDelay, "edp", "energy times cycles"),
             clEnumValN(::onebit::systolic::Objective::DramBytes, "dram-bytes", "bytes to and from DRAM"))}]>,
    Option<"costModel", "cost-model", "std::string", /*default=*/"\"scale-sim-v2\"",
           "The cost model that dataflow=auto and gqa=default go by (default: "
           "scale-sim-v2).">,
    Option<"energy", "energy", "::onebit::systolic::EnergyNode",
           /*default=*/"::onebit::systolic::EnergyNode::None",
           "Process node of the objectives energy and edp (default: none).",
           [{::llvm::cl::values(
             clEnumValN(::onebit::systolic::EnergyNode::None, "none", "no energies"),
             clEnumValN(::onebit::systolic::EnergyNode::Nm45, "45nm", "45 nm"),
             clEnumValN(::onebit::systolic::EnergyNode::Nm7, "7nm", "7 nm"))}]>,
    Option<"queryHeads", "gqa", "::onebit::QueryHeadChoice",
           /*default=*/"::onebit::QueryHeadChoice::OfCostModel",
           "Query heads that share keys and values (default: rows where the "
           "cost model is onebit or cycle-stepped, else heads).",
           [{::llvm::cl::values(
             clEnumValN(::onebit::QueryHeadChoice::OfCostModel, "default", "as the cost model has it"),
             clEnumValN(::onebit::QueryHeadChoice::Heads, "heads", "a product each"),
             clEnumValN(::onebit::QueryHeadChoice::Rows, "rows", "rows of one product"))}]>,
    Option<"maskedFolds", "masked-folds", "::onebit::MaskedFolds",
           /*default=*/"::onebit::MaskedFolds::Computed",
           "Folds of scores that a causal mask hides whole (default: computed).",
           [{::llvm::cl::values(
             clEnumValN(::onebit::MaskedFolds::Computed, "computed", "the whole square"),
             clEnumValN(::onebit::MaskedFolds::Skipped, "skipped", "left out; wants cost-model=onebit or cycle-stepped"))}]>
  ];
  let dependentDialects = ["::onebit::systolic::SystolicDialect",
                           "::mlir::arith::ArithDialect",
                           "::mlir::linalg::LinalgDialect",
                           "::mlir::tensor::TensorDialect"];
}

//===----------------------------------------------------------------------===//
// ConvertSystolicToScf
//===----------------------------------------------------------------------===//

def ConvertSystolicToScf : Pass<"onebit-convert-systolic-to-scf", "::mlir::ModuleOp"> {
  let summary = "Kernels to loops over tiles, to run what was priced";
  let description = [{
    Each `systolic.kernel` becomes the loops of its `systolic.loop`, in their
    order, around a product of slices: a `linalg.generic` on the tiles of ifmap,
    filter and ofmap, put back into the ofmap, which the loops carry. Where the
    dataflow splits K, a fold adds to what the folds before it left. Tiles at the
    end of a matrix are smaller; nothing is padded. A loop of one step is none.

    - Operands keep their layout: loops of a dimension are collapsed, slices are
      taken where they lie. Only where the loops of M, N or K are not neighbours
      in an operand, it is transposed.
    - Each element of the ofmap is summed in the order of K, as without tiles:
      integers and floats are the same to the last bit.
    - A side of bits or trits is added or subtracted, as in `ternary.matmul`. Run
      this pass before `--onebit-convert-ternary-to-linalg`, which knows where
      they are.
    - A fold that a `mask` leaves out is left out, under an `scf.if`. What a
      window hides depends on the position, which a mask takes for the last: a
      warning says where that matters.

    With `count-macs` each kernel has a global of 64 bits, `@systolic_macs`, whose
    attribute `systolic.counted` names the kernel. The body of the product counts:
    after a run the global has been raised by the multiply-accumulates that were
    executed, of all runs of the kernel.

    Fails on element types that do not multiply.

    ```
    %0 = systolic.kernel class(dense_projection) role(q) on #array ins(%x, %w : tensor<1x4xf32>, tensor<6x4xf32>) ...
    // ==>
    %0 = scf.for %n = %c0 to %c6 step %c4 iter_args(%acc = %ofmap) -> (tensor<6xf32>) {
      %size = arith.minsi %c4, %left : index
      %f = tensor.extract_slice %filter[%n, 0] [%size, 4] [1, 1] : tensor<6x4xf32> to tensor<?x4xf32>
      %o = tensor.extract_slice %acc[%n] [%size] [1] : tensor<6xf32> to tensor<?xf32>
      %r = linalg.generic {...} ins(%ifmap, %f : tensor<4xf32>, tensor<?x4xf32>) outs(%o : tensor<?xf32>) {...}
      %u = tensor.insert_slice %r into %acc[%n] [%size] [1] : tensor<?xf32> into tensor<6xf32>
      scf.yield %u : tensor<6xf32>
    }
    ```
  }];
  let options = [
    Option<"countMacs", "count-macs", "bool", /*default=*/"false",
           "Count the multiply-accumulates that each kernel executes (default: false).">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect",
    "::mlir::tensor::TensorDialect"
  ];
}

#endif // ONEBIT_CONVERSION_PASSES_TD
