//===- DecoderInterfaces.td - products and vector work -----*- tablegen -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_DECODER_INTERFACES
#define ONEBIT_DECODER_INTERFACES

include "mlir/IR/OpBase.td"

def MatrixProductOpInterface : OpInterface<"MatrixProductOpInterface"> {
  let cppNamespace = "::onebit::decoder";
  let description = [{
    A matrix product at the waist of the compiler, einsum-like: indexing maps
    say which loop of the product indexes which dimension of an operand, so
    operands keep the layout they came in.

    The loops fall into four groups, the *normal form*: K are the loops that
    the result does not have; M are those that the right-hand side (the weight,
    or the keys and values) does not have; N are those that the left-hand side
    does not have; the rest is batch. In an attention product the loops listed
    in `query_groups` run over the query heads of one key-value head: the right
    side does not have them, yet each is an independent product and they count
    as batch.
  }];
  let methods = [
    InterfaceMethod<"The activation, or the query side.", "::mlir::Value", "getLhs">,
    InterfaceMethod<"The weight, or the key and value side.", "::mlir::Value", "getRhs">,
    InterfaceMethod<"What the product is added to, or null: a bias, a partial sum.",
      "::mlir::Value", "getInit">,
    InterfaceMethod<"Maps of left side, right side, result and, if there is one, init.",
      "::mlir::ArrayAttr", "getIndexingMaps">,
    InterfaceMethod<"Loops over the query heads of one key-value head.",
      "::llvm::ArrayRef<int64_t>", "getQueryGroups", (ins), "", "return {};">,
    InterfaceMethod<"The class that the product's cost belongs to.",
      "::onebit::decoder::ProductClass", "getProductClass">,
    InterfaceMethod<"The part it plays in its block.",
      "::onebit::decoder::ProductRole", "getRole">,
    InterfaceMethod<"Index of its decoder layer, if it belongs to one.",
      "::std::optional<uint64_t>", "getLayer">,
    InterfaceMethod<"Sets the decoder layer.", "void", "setLayer",
      (ins "uint64_t":$layer), "$_op.setLayer(layer);">,
    InterfaceMethod<"Its name in reports, if it has one.",
      "::std::optional<::llvm::StringRef>", "getProductName">
  ];
  let extraClassDeclaration = [{
    /// The loops of the product by group; see the interface's description.
    /// The op must have been verified.
    ::onebit::decoder::ProductDims getProductDims();
    /// Extents of the groups: products of the loops in each; with `queryRows`
    /// the loops of query groups are among M. The op must have been verified.
    ::onebit::decoder::ProductShape getProductShape(bool queryRows = false);
  }];
  // Before any op's own verifier, which may rely on it.
  let verify = [{ return ::onebit::decoder::verifyMatrixProduct($_op); }]; /*product_c1, product_c2, product_c3, product_c4, product_c5, attention_product_c7*/
}

def VectorWorkOpInterface : OpInterface<"VectorWorkOpInterface"> {
  let cppNamespace = "::onebit::decoder";
  let description = [{
    What a vector unit has to do for an op that is no matrix product, as passes
    over its elements; docs/microarchitecture.md, section 8, has the passes of
    each op and why. An op without passes, which is the default, only moves
    elements, or is done before a model runs. Shapes are static.
  }];
  let methods = [
    InterfaceMethod<"What sort of work it is.", "::onebit::decoder::VectorKind",
      "getVectorKind", (ins), "",
      "return ::onebit::decoder::VectorKind::Elementwise;">,
    InterfaceMethod<"The passes, in order.",
      "::llvm::SmallVector<::onebit::decoder::VectorPass>", "getVectorPasses",
      (ins), "", "return {};">
  ];
}

#endif // ONEBIT_DECODER_INTERFACES
