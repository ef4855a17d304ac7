//===- SystolicDialect.td - the systolic dialect -----------*- tablegen -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_SYSTOLIC_DIALECT
#define ONEBIT_SYSTOLIC_DIALECT

include "mlir/IR/OpBase.td"

def Systolic_Dialect : Dialect {
  let name = "systolic";
  let cppNamespace = "::onebit::systolic";
  let summary = "Matrix products tiled onto a systolic array";
  let description = [{
    One `systolic.kernel` per matrix product, in it one `systolic.loop` with
    static, ordered extents and steps, in that the slices of the three matrices
    and the `systolic.fold`: what the array does without stopping. How large a
    product or an array is does not change how much IR there is. Costs hang on
    the kernel as a `#systolic.cost`.

    A kernel sees its operands in *matrix form*, by the normal form of its
    indexing maps: ifmap `batch x M x K`, filter `batch x N x K`, ofmap
    `batch x M x N`, each dimension the product of its group of loops in loop
    order. The form is a view: nothing is moved.

    Discardable attributes of the dialect:
    - `systolic.vector_cost` on an op that is no matrix product: a
      `#systolic.vector_cost`, what it costs the array's vector unit.
    - `systolic.counted` on a global that counts what a kernel multiplies when it
      is run: a `#systolic.counted`, which kernel.
  }];
  let dependentDialects = ["::onebit::decoder::DecoderDialect"];
  let useDefaultAttributePrinterParser = 1;
  let hasOperationAttrVerify = 1; /*vector_cost_c3, counted_c1*/
  let extraClassDeclaration = [{
    /// What an op costs the vector unit: a VectorCostAttr.
    static constexpr ::llvm::StringLiteral kVectorCostAttrName =
        "systolic.vector_cost";
    /// Which kernel a global counts the multiply-accumulates of: a CountedAttr.
    static constexpr ::llvm::StringLiteral kCountedAttrName =
        "systolic.counted";
  }];
}

class Systolic_Op<string mnemonic, list<Trait> traits = []>
    : Op<Systolic_Dialect, mnemonic, traits>;

#endif // ONEBIT_SYSTOLIC_DIALECT
