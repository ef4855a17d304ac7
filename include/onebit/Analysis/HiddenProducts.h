//===- HiddenProducts.h - Where products may be unseen ----------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a report must not be silent about: ops that compute elements from the
// model's input in a way that nothing here reads. Weights alone hide nothing
// that counts, since what is made of them only can be folded.
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_ANALYSIS_HIDDENPRODUCTS_H
#define ONEBIT_ANALYSIS_HIDDENPRODUCTS_H

#include "onebit/Analysis/LoopProducts.h"
#include "onebit/Analysis/WeightAnalysis.h"
#include "llvm/ADT/MapVector.h"

namespace onebit {

/// Things of one kind that a report should say once.
struct Finding {
  unsigned count = 0;
  mlir::LocationAttr first;
  llvm::SetVector<llvm::StringRef> names;

  void add(mlir::Operation *op, llvm::StringRef name = {}) {
    if (!count++)
      first = op->getLoc();
    if (!name.empty())
      names.insert(name);
  }
};

/// What may hide a product, in what `analysis` reached of a module, and what
/// multiplies and is none.
struct HiddenProducts {
  HiddenProducts(mlir::ModuleOp module, const WeightAnalysis &analysis);

  /// Ops of dialects that are not known here, by dialect.
  llvm::MapVector<llvm::StringRef, Finding> unknownOps;
  /// Ops of known dialects that say nothing of what they do: tosa.custom,
  /// inline assembly.
  Finding opaqueOps;
  /// Calls of functions without a body.
  Finding calls;
  /// Ops that multiply and add but are no einsum of two operands, by reason.
  llvm::MapVector<llvm::StringRef, Finding> unsupported;
  /// Depthwise convolutions: seen, and no products of matrices.
  Finding depthwise;
  /// Matrix products outside of every function: nothing says what runs them.
  Finding outside;
  /// Loops, structured or of blocks, that multiply element by element in a way
  /// that is not read.
  Finding loops;
  /// What was read in loops that multiply element by element.
  llvm::SmallVector<LoopProduct> inLoops;

private:
  void visit(mlir::Operation *op, const WeightAnalysis &analysis);
  void visitBlocks(mlir::Region &region);
  void visitLoop(mlir::Operation *op);
  void visitBody(mlir::Operation *structured);

  /// The last nest of loops that was read as a whole, or is one of `loops`.
  mlir::Operation *nest = nullptr;
};

/// The function that `call` calls, for people.
llvm::StringRef getCalleeName(mlir::Operation *call);

} // namespace onebit

#endif // ONEBIT_ANALYSIS_HIDDENPRODUCTS_H
