//===- ArgumentRoots.h - What an entry's arguments are ----------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which arguments of an entry function are weights. Marks and options say so;
// where they do not, docs/roots.md says by which rules it is guessed. Every
// guess keeps the ground it was made on, for the report.
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_ANALYSIS_ARGUMENTROOTS_H
#define ONEBIT_ANALYSIS_ARGUMENTROOTS_H

#include "mlir/IR/Value.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "onebit/Analysis/Contraction.h"
#include "llvm/ADT/DenseMap.h"
#include <optional>

namespace onebit {

class WeightAnalysis;
struct Origin;
struct WeightAnalysisOptions;

enum class RootKind : uint8_t { Weight, Activation, Cache };

/// Why an argument is taken for what it is taken for, the surest first.
enum class RootGround : uint8_t {
  /// It has an attribute that says so.
  Marked,
  /// The options name it, or name others.
  Requested,
  /// Other arguments are marked as weights, this one is not.
  Unmarked,
  /// Token ids, positions, masks: no weight has such a type.
  Type,
  /// The name that the frontend left on it.
  Name,
  /// It is written to, or returned with something inserted.
  Updated,
  /// It has the batch and sequence dimensions of the token ids.
  InputShape,
  /// Constant weights multiply it.
  ConstantWeights,
  /// It has a leading batch dimension of one, what it multiplies is a matrix.
  BatchOfOne,
  /// The softmax of scores multiplies it, or its product is those scores.
  Attended,
  /// It multiplies what depends on the input.
  MultipliesInput,
  /// What it multiplies is packed into few bits.
  Packed,
  /// It multiplies several arguments, none of which multiplies several.
  Shared,
  /// The producer writes parameters first, and it comes later than what it
  /// multiplies.
  Order,
  /// Nothing tells it from what it multiplies.
  Alike,
};

/// Whether a module gives the same answer whoever reads it. The other grounds
/// are guesses that a report must not call complete.
inline bool isTelling(RootGround ground) { return ground < RootGround::Packed; }

struct ArgumentRoot {
  mlir::BlockArgument arg;
  RootKind kind = RootKind::Activation;
  RootGround ground = RootGround::Type;
  /// Whether it is the weight of a product.
  bool isUsed = false;
};

/// What the arguments of all entry functions are.
class ArgumentRoots {
public:
  /// Adds the arguments of `entry`. Emits an error where `options` name what is
  /// not there.
  mlir::LogicalResult add(mlir::FunctionOpInterface entry,
                          const WeightAnalysisOptions &options);

  /// Corrects guesses by what `analysis`, which started from them, found out
  /// about products. Returns whether there was something to correct, so that
  /// the analysis is to be repeated.
  bool revise(const WeightAnalysis &analysis);

  /// In the order of functions and arguments.
  llvm::ArrayRef<ArgumentRoot> get() const { return roots; }
  /// Those of one kind and ground, of types that weights have; of the weights
  /// that were guessed, those that multiply.
  llvm::SmallVector<mlir::BlockArgument> get(RootKind kind,
                                             RootGround ground) const;

private:
  struct Sides;
  bool isGuess(const Origin &origin) const;
  bool isKnownWeight(const Origin &origin) const;
  bool reassign(const Origin &origin, RootKind kind, RootGround ground);
  void collect(const WeightAnalysis &analysis);
  bool reviseByConstants(llvm::ArrayRef<Sides> products);
  bool reviseBySoftmax(llvm::ArrayRef<Sides> products);
  bool reviseByShape(llvm::ArrayRef<Sides> products);
  bool reviseAlike(llvm::ArrayRef<Sides> products);

  llvm::SmallVector<ArgumentRoot> roots;
  llvm::DenseMap<mlir::Value, unsigned> index;
  /// What multiplies in the functions that are reached.
  std::optional<llvm::SmallVector<Contraction>> products;
};

/// The name of a value: that of its weight mark, of an attribute that the
/// frontend wrote on the argument, or of its location; or empty.
llvm::StringRef getNameOf(mlir::Value value);

/// What the name of an argument says it is: a leaf of a tree of parameters
/// (`params['layers'][0]['wq']`, `p_model_norm_weight`), a checkpoint's weight,
/// a cache, an input. Nothing where it could be any.
std::optional<RootKind> parseArgumentName(llvm::StringRef name);

/// Whether something writes to the memory of `arg`, or it is returned after
/// something was inserted into it or appended to it; or the frontend says that
/// a result takes its place.
bool isUpdated(mlir::BlockArgument arg);

/// Whether bits are shifted or masked out of `arg`: a packed weight.
bool isUnpacked(mlir::BlockArgument arg);

/// Whether a weight may have this type, packed ones included: no booleans, no
/// indices and no integers of 64 bits.
bool mayBeWeight(mlir::Type type);

} // namespace onebit

#endif // ONEBIT_ANALYSIS_ARGUMENTROOTS_H
