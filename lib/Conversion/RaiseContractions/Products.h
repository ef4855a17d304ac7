//===- Products.h - Products on their way to the waist ----------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_CONVERSION_RAISECONTRACTIONS_PRODUCTS_H
#define ONEBIT_LIB_CONVERSION_RAISECONTRACTIONS_PRODUCTS_H

#include "dialects/decoder/Decoder.h"
#include "onebit/Analysis/Contraction.h"
#include "onebit/Analysis/HiddenProducts.h"
#include "onebit/Analysis/WeightAnalysis.h"
#include "llvm/ADT/SmallBitVector.h"

namespace onebit::raise {

/// What is known of a product before it is rewritten. `lhs` is the activation,
/// or the query side.
struct Product {
  Contraction from;
  bool isProjection = false;
  Origin lhs, rhs;
  decoder::ProductRole role = decoder::ProductRole::Other;
  std::optional<int64_t> layer;
  std::string name;
  /// Loops over the query heads of one key-value head.
  llvm::SmallBitVector groups;
  /// A row loop that the producer merged query heads into: its parts, outermost
  /// first, and which of them are heads.
  std::optional<unsigned> mergedLoop;
  llvm::SmallVector<int64_t, 2> mergedSizes;
  llvm::SmallBitVector mergedGroups;

  void swapSides();
  /// The rows of the product: loops of the left side and the result alone.
  llvm::SmallBitVector getRowLoops() const;
  /// Steps of `loops` together. Saturates at INT64_MAX.
  int64_t getExtent(const llvm::SmallBitVector &loops) const;
  /// The dimension of a side, or of the result, that `loop` indexes.
  static unsigned getDim(mlir::AffineMap map, unsigned loop);
};

/// The products of a module, and what was found while they were told apart.
struct Products {
  explicit Products(const WeightAnalysis &analysis) : analysis(analysis) {}

  const WeightAnalysis &analysis;
  /// What multiplies, in program order.
  llvm::SmallVector<Contraction> found;
  /// Of these, what is to be raised.
  llvm::SmallVector<Product> raised;

  /// The name of each weight that the lm_head and the embedding share.
  llvm::SmallVector<std::pair<std::string, mlir::Location>> tied;
  /// Products that loops over memory compute.
  Finding inLoops;
  Finding twoWeights, twoPicked;
  /// Products with a side that nothing is known of.
  Finding unknownSides;

  void add(Product product);
  /// The product with the result `value`, or null.
  Product *lookup(mlir::Value value);

private:
  /// Index into `raised`.
  llvm::DenseMap<mlir::Value, unsigned> byResult;
};

/// Writes convolutions whose window is one element as the sums over channels
/// that they are. Returns whether there were any.
bool rewriteConvolutions(mlir::ModuleOp module);

/// Decides which of what was found is a projection, which is attention and
/// which is neither. Emits an error and fails on sizes that are not known.
llvm::LogicalResult classify(Products &products);

/// Role, layer and name of the projections, and which one is the lm_head.
void nameProjections(Products &products);

/// Finds scores and values (the second multiplies the exponential of the
/// first), their query heads, and the layers and names of attention.
void pairAttention(Products &products);

/// Replaces each product by a decoder op.
void rewrite(Products &products);

/// Adds a decoder op for each product that a nest of loops computes.
void countLoops(Products &products, const HiddenProducts &hidden);

/// Writes what was assumed, and what may be hidden, on `module`.
void writeAssumptions(mlir::ModuleOp module, const Products &products,
                      const HiddenProducts &hidden);

} // namespace onebit::raise

#endif // ONEBIT_LIB_CONVERSION_RAISECONTRACTIONS_PRODUCTS_H
