//===- WeightAnalysis.h - What each value is made of ------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which operand of a product is a weight. One forward walk over the functions
// that can be reached, repeated only where a loop or a call carries something
// back: linear in the size of the module for the programs frontends write.
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_ANALYSIS_WEIGHTANALYSIS_H
#define ONEBIT_ANALYSIS_WEIGHTANALYSIS_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/IR/Value.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "onebit/Analysis/ArgumentRoots.h"
#include "onebit/Analysis/Contraction.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringSet.h"
#include <memory>
#include <optional>

namespace onebit {

struct LoadedGlobal;

/// What a value is made of, in rising order. A value made of several is the
/// highest of them.
enum class OriginLevel : uint8_t {
  /// No path from an entry function leads here.
  NotReached,
  /// Scalars, zeros, positions: says nothing about either side.
  Neutral,
  /// Weights only, whatever was done to them: unpacked, scaled, transposed.
  Weight,
  /// A part of a weight that an activation chose: an embedding row, an expert.
  PickedWeight,
  /// The result of an op or a function that nothing goes into and nothing is
  /// known of: a weight, a state or a part of the input.
  Unknown,
  /// Everything that depends on the input otherwise.
  Activation,
};

llvm::StringRef stringifyOriginLevel(OriginLevel level);

/// How far a value is on the way from the result of a product to its softmax,
/// which is an exponential divided by a sum of it. What else there is between
/// the two starts over.
enum class SoftmaxStage : uint8_t { None, Exponential, Sum, Done };

struct Origin {
  OriginLevel level = OriginLevel::NotReached;
  /// Whether an exponential stands between the value and the products it is
  /// made of, as in a softmax.
  bool exponential = false;
  SoftmaxStage stage = SoftmaxStage::None;
  /// Of a weight or a picked weight, the largest weight in it: an argument, a
  /// constant, a global, a decoder.weight. Of an activation, the matrix product
  /// that it was last the result of, where there is one. Of what is unknown,
  /// the first value that is.
  mlir::Value source;
  /// Whether a product of two weights is in it.
  bool isFolded = false;

  bool isWeight() const {
    return level == OriginLevel::Weight || level == OriginLevel::PickedWeight;
  }
  bool operator==(const Origin &other) const {
    return level == other.level && exponential == other.exponential &&
           stage == other.stage && source == other.source &&
           isFolded == other.isFolded;
  }
};

/// What a user can say about a module that the file does not.
struct WeightAnalysisOptions {
  /// The function to start from; empty: every public function.
  std::string entry;
  /// Which arguments of the entry functions are weights, of those that no
  /// attribute marks: `all` (but token ids, positions, masks), `none`, or
  /// argument numbers and name patterns (`*` stands for anything). Names are
  /// those that the arguments' locations carry. Empty: what is guessed by the
  /// rules of docs/roots.md, and that is an assumption.
  llvm::SmallVector<std::string> weights;
};

/// The functions that a model starts from: those with a body called `name`;
/// where that is empty, the public ones, or all where none is public. Emits an
/// error where there is none of that name.
llvm::FailureOr<llvm::SmallVector<mlir::FunctionOpInterface>>
findEntries(mlir::ModuleOp module, llvm::StringRef name);

/// Tells weights from activations.
///
/// Weights are: `decoder.weight`, arguments marked so or named by the options,
/// and constants of more than one element, except zeros and the splats of rank
/// below two (initial values, bounds). A splat of matrix shape is a weight:
/// files whose weights were replaced by one value are common. So are globals
/// that are constant or that nothing writes to. What arguments are that nothing
/// marks, `ArgumentRoots` guesses. Through bodies of structured ops, captured
/// tensors, loops and calls; a function called from several places is seen once
/// for all of them.
class WeightAnalysis {
public:
  /// Emits an error and returns null where `options` name a function or an
  /// argument that is not there.
  static std::unique_ptr<WeightAnalysis>
  compute(mlir::ModuleOp module, const WeightAnalysisOptions &options);

  /// Values inside of structured ops, which are elements, have none.
  Origin lookup(mlir::Value value) const { return origins.lookup(value); }

  /// What multiplies in the module, also where nothing leads to it.
  const Contractions &getContractions() const { return facts->contractions; }

  /// The name of a weight: its checkpoint name, the name its location carries,
  /// or empty.
  llvm::StringRef getWeightName(mlir::Value weight) const;

  /// Weights of which an activation picks parts, in program order.
  llvm::ArrayRef<mlir::Value> getPickedWeights() const {
    return pickedWeights.getArrayRef();
  }
  /// Whether a path from an entry leads to `function`.
  bool isReached(mlir::FunctionOpInterface function) const {
    return visitedInRound.contains(function);
  }
  /// Whether every function that `op` is in is reached.
  bool isInReachedFunctions(mlir::Operation *op) const;
  /// Whether `op` is a call that was reached and whose callee has no body, or
  /// is not known.
  bool isOpaqueCall(mlir::Operation *op) const {
    return opaqueCalls.contains(op);
  }
  /// What the arguments of the entries were taken for, and why.
  const ArgumentRoots &getRoots() const { return roots; }

  /// Names of globals taken for weights because nothing writes to them.
  llvm::ArrayRef<llvm::StringRef> getAssumedGlobals() const {
    return assumedGlobals.getArrayRef();
  }

private:
  /// What does not depend on the roots, so that repetitions share it.
  struct Facts {
    explicit Facts(mlir::ModuleOp module)
        : module(module), contractions(module) {}
    mlir::ModuleOp module;
    Contractions contractions;
    /// Found when a global is first met.
    std::optional<llvm::StringSet<>> writtenGlobals;
  };

  WeightAnalysis(std::shared_ptr<Facts> facts, const ArgumentRoots &roots)
      : facts(std::move(facts)), roots(roots) {}

  void run(llvm::ArrayRef<mlir::FunctionOpInterface> entries);
  void visitFunction(mlir::FunctionOpInterface function, unsigned depth);
  void visitRegion(mlir::Region &region, unsigned depth);
  void visitOperation(mlir::Operation *op, unsigned depth);
  void visitBranches(mlir::Operation *op, unsigned depth);
  void visitCall(mlir::Operation *op, unsigned depth);
  void visitBody(mlir::Operation *op, unsigned depth);
  void setResults(mlir::Operation *op, Origin origin);
  void setUnknown(mlir::Operation *op);
  Origin getGlobalOrigin(mlir::Operation *load, const LoadedGlobal &global);
  /// As `lookup`, and of values inside of the structured op that is visited.
  Origin lookupInside(mlir::Value value) const;
  Origin joinOperands(mlir::ValueRange operands) const;
  Origin pick(mlir::Value source, mlir::ValueRange indices);
  /// Returns whether that changed what is known of `value`.
  bool join(mlir::Value value, Origin origin);
  static Origin join(Origin lhs, Origin rhs);

  std::shared_ptr<Facts> facts;
  llvm::DenseMap<mlir::Value, Origin> origins;
  /// Those of values inside of `structured`, the structured op that is visited,
  /// or null. They are most of a module's values and nobody asks again.
  llvm::DenseMap<mlir::Value, Origin> elements;
  mlir::Operation *structured = nullptr;
  /// What a function returns, and whether a call has looked at it.
  struct Returns {
    llvm::SmallVector<Origin, 1> origins;
    bool wasRead = false;
  };
  llvm::DenseMap<mlir::Operation *, Returns> returns;
  llvm::DenseMap<mlir::Operation *, unsigned> visitedInRound;
  llvm::SmallPtrSet<mlir::Operation *, 8> active, opaqueCalls;
  llvm::SetVector<mlir::Value> pickedWeights;
  ArgumentRoots roots;
  llvm::SetVector<llvm::StringRef> assumedGlobals;
  mlir::SymbolTableCollection symbols;
  unsigned round = 0;
  /// Something changed that was looked at before: another round is needed.
  bool again = false;
};

} // namespace onebit

#endif // ONEBIT_ANALYSIS_WEIGHTANALYSIS_H
