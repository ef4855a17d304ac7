//===- ArgumentRoots.cpp - What an entry's arguments are ------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Guess that what nothing marks is a weight, see what that makes of the
// products, and take back what cannot be. docs/roots.md has the rules.
//
//===----------------------------------------------------------------------===//

#include "onebit/Analysis/ArgumentRoots.h"
#include "dialects/decoder/Decoder.h"
#include "onebit/Analysis/WeightAnalysis.h"
#include "llvm/Support/GlobPattern.h"

using namespace mlir;
using namespace onebit;
using decoder::DecoderDialect;

/// A product and what its sides are made of.
struct ArgumentRoots::Sides {
  const Contraction *product;
  Origin lhs, rhs;
};

bool onebit::mayBeWeight(Type type) {
  auto shaped = dyn_cast<ShapedType>(type);
  return shaped && !shaped.getElementType().isIndex() &&
         !shaped.getElementType().isInteger(1) &&
         !shaped.getElementType().isInteger(64);
}

//===----------------------------------------------------------------------===//
// Marks, options, and the function alone
//===----------------------------------------------------------------------===//

static bool isMarked(BlockArgument arg, StringRef attr) {
  auto function = cast<FunctionOpInterface>(arg.getOwner()->getParentOp());
  return function.getArgAttr(arg.getArgNumber(), attr) != nullptr;
}

static std::optional<RootKind> getMark(BlockArgument arg) {
  if (isMarked(arg, DecoderDialect::kWeightAttrName))
    return RootKind::Weight;
  if (isMarked(arg, DecoderDialect::kCacheAttrName))
    return RootKind::Cache;
  if (isMarked(arg, DecoderDialect::kActivationAttrName))
    return RootKind::Activation;
  return std::nullopt;
}

/// The arguments of `function` that `options` call weights.
static FailureOr<llvm::SmallBitVector>
readRequest(FunctionOpInterface function,
            const WeightAnalysisOptions &options) {
  unsigned numArgs = function.getNumArguments();
  llvm::SmallBitVector chosen(numArgs);
  for (const std::string &item : options.weights) {
    unsigned number;
    if (item == "none" || item.empty())
      continue;
    if (!StringRef(item).getAsInteger(10, number)) {
      if (number >= numArgs)
        return function.emitError()
               << "'weights' names argument " << number << ", but '"
               << function.getName() << "' has " << numArgs
               << "; arguments count from 0";
      chosen.set(number);
      continue;
    }
    bool all = item == "all";
    llvm::Expected<llvm::GlobPattern> pattern =
        llvm::GlobPattern::create(all ? StringRef("*") : StringRef(item));
    if (!pattern) {
      std::string why = llvm::toString(pattern.takeError());
      return function.emitError() << "'weights' has the pattern '" << item
                                  << "', which cannot be read: " << why;
    }
    bool any = false;
    for (BlockArgument arg : function.getArguments()) {
      StringRef name = getNameOf(arg);
      if (!mayBeWeight(arg.getType()) ||
          (!all && (name.empty() || (name != item && !pattern->match(name)))))
        continue;
      any = true;
      chosen.set(arg.getArgNumber());
    }
    if (!any && !all)
      return function.emitError()
             << "'weights' has the pattern '" << item
             << "', but no argument of '" << function.getName()
             << "' is called so; give argument numbers, or keep the names "
                "that the frontend puts into locations "
                "(--mlir-print-debuginfo)";
  }
  return chosen;
}

/// Integers wider than packed weights are, unless something unpacks them.
static bool isIndexLike(BlockArgument arg) {
  if (!mayBeWeight(arg.getType()))
    return true;
  auto integer = dyn_cast<IntegerType>(getElementTypeOrSelf(arg.getType()));
  return integer && integer.getWidth() > 8 && !isUnpacked(arg);
}

/// Whether `type` starts with the dimensions of token ids, batch x sequence.
static bool startsLikeIds(Type type, ArrayRef<ArrayRef<int64_t>> ids) {
  auto shaped = dyn_cast<RankedTensorType>(type);
  return shaped && shaped.getRank() >= 3 &&
         llvm::any_of(ids, [&](ArrayRef<int64_t> shape) {
           return shaped.getShape().take_front(2) == shape;
         });
}

LogicalResult ArgumentRoots::add(FunctionOpInterface entry,
                                 const WeightAnalysisOptions &options) {
  FailureOr<llvm::SmallBitVector> chosen = readRequest(entry, options);
  if (failed(chosen))
    return failure();
  bool hasMarks = llvm::any_of(entry.getArguments(), [](BlockArgument arg) {
    return isMarked(arg, DecoderDialect::kWeightAttrName);
  });
  SmallVector<ArrayRef<int64_t>> ids;
  for (BlockArgument arg : entry.getArguments())
    if (auto type = dyn_cast<RankedTensorType>(arg.getType());
        type && type.getRank() == 2 && type.getElementType().isInteger() &&
        isIndexLike(arg))
      ids.push_back(type.getShape());

  for (BlockArgument arg : entry.getArguments()) {
    ArgumentRoot root{arg, RootKind::Weight, RootGround::MultipliesInput};
    std::optional<RootKind> mark = getMark(arg);
    if (mark) {
      root.kind = *mark;
      root.ground = RootGround::Marked;
    } else if (!options.weights.empty()) {
      root.kind = chosen->test(arg.getArgNumber()) ? RootKind::Weight
                                                   : RootKind::Activation;
      root.ground = RootGround::Requested;
    } else if (isIndexLike(arg)) {
      root.kind = RootKind::Activation;
      root.ground = RootGround::Type;
    } else if (hasMarks) {
      root.kind = RootKind::Activation;
      root.ground = RootGround::Unmarked;
    } else if (auto kind = parseArgumentName(getNameOf(arg))) {
      root.kind = *kind;
      root.ground = RootGround::Name;
    } else if (isUpdated(arg)) {
      root.kind = RootKind::Cache;
      root.ground = RootGround::Updated;
    } else if (startsLikeIds(arg.getType(), ids)) {
      root.kind = RootKind::Activation;
      root.ground = RootGround::InputShape;
    }
    index[arg] = roots.size();
    roots.push_back(root);
  }
  return success();
}

SmallVector<BlockArgument> ArgumentRoots::get(RootKind kind,
                                              RootGround ground) const {
  SmallVector<BlockArgument> result;
  for (const ArgumentRoot &root : roots)
    if (root.kind == kind && root.ground == ground &&
        mayBeWeight(root.arg.getType()) &&
        (root.isUsed || kind != RootKind::Weight ||
         ground == RootGround::Requested))
      result.push_back(root.arg);
  return result;
}

//===----------------------------------------------------------------------===//
// What the products say
//===----------------------------------------------------------------------===//

/// Whether `origin` is what an argument that was guessed to be a weight makes.
bool ArgumentRoots::isGuess(const Origin &origin) const {
  auto it = origin.isWeight() ? index.find(origin.source) : index.end();
  return it != index.end() && roots[it->second].kind == RootKind::Weight &&
         roots[it->second].ground == RootGround::MultipliesInput;
}

bool ArgumentRoots::isKnownWeight(const Origin &origin) const {
  return origin.level == OriginLevel::Weight && origin.source &&
         !isGuess(origin);
}

bool ArgumentRoots::reassign(const Origin &origin, RootKind kind,
                             RootGround ground) {
  if (!isGuess(origin))
    return false;
  ArgumentRoot &root = roots[index.lookup(origin.source)];
  root.kind = kind;
  root.ground = ground;
  return true;
}

void ArgumentRoots::collect(const WeightAnalysis &analysis) {
  products.emplace();
  for (const Contraction &product : analysis.getContractions().get())
    if (product && !product.isOuter() &&
        analysis.isInReachedFunctions(product.op))
      products->push_back(product);
}

/// What constant weights multiply is the input: a producer that writes some
/// weights as constants writes all of them so.
bool ArgumentRoots::reviseByConstants(ArrayRef<Sides> products) {
  bool changed = false;
  for (const Sides &sides : products) {
    if (isKnownWeight(sides.lhs))
      changed |= reassign(sides.rhs, RootKind::Activation,
                          RootGround::ConstantWeights);
    else if (isKnownWeight(sides.rhs))
      changed |= reassign(sides.lhs, RootKind::Activation,
                          RootGround::ConstantWeights);
  }
  return changed;
}

/// What the softmax of a product multiplies are values, and the product was
/// that of queries and keys.
bool ArgumentRoots::reviseBySoftmax(ArrayRef<Sides> products) {
  llvm::DenseMap<Value, const Sides *> byResult;
  for (const Sides &sides : products)
    byResult[sides.product->op->getResult(0)] = &sides;
  bool changed = false;
  for (const Sides &sides : products)
    for (auto [probabilities, values] :
         {std::pair(sides.lhs, sides.rhs), std::pair(sides.rhs, sides.lhs)}) {
      const Sides *scores = byResult.lookup(probabilities.source);
      if (probabilities.stage != SoftmaxStage::Done || !scores)
        continue;
      changed |= reassign(values, RootKind::Cache, RootGround::Attended);
      changed |= reassign(scores->lhs, RootKind::Cache, RootGround::Attended);
      changed |= reassign(scores->rhs, RootKind::Cache, RootGround::Attended);
    }
  return changed;
}

static ArrayRef<int64_t> getShape(const Origin &origin) {
  auto type = dyn_cast<RankedTensorType>(origin.source.getType());
  return type ? type.getShape() : ArrayRef<int64_t>();
}

/// Producers give activations a batch dimension, also where it is one, and
/// weights none.
bool ArgumentRoots::reviseByShape(ArrayRef<Sides> products) {
  auto hasBatchOfOne = [](const Origin &origin) {
    ArrayRef<int64_t> shape = getShape(origin);
    return shape.size() >= 3 && shape.front() == 1;
  };
  bool changed = false;
  for (const Sides &sides : products) {
    if (!isGuess(sides.lhs) || !isGuess(sides.rhs))
      continue;
    if (hasBatchOfOne(sides.lhs) && getShape(sides.rhs).size() == 2)
      changed |=
          reassign(sides.lhs, RootKind::Activation, RootGround::BatchOfOne);
    else if (hasBatchOfOne(sides.rhs) && getShape(sides.lhs).size() == 2)
      changed |=
          reassign(sides.rhs, RootKind::Activation, RootGround::BatchOfOne);
  }
  return changed;
}

static bool isPacked(const Origin &origin) {
  auto integer =
      dyn_cast<IntegerType>(getElementTypeOrSelf(origin.source.getType()));
  return integer && integer.getWidth() <= 8;
}

/// Whether the producer of the entry that has `arg` is JAX, whose functions are
/// written f(params, inputs).
static bool writesParametersFirst(Value arg) {
  auto function = cast<FunctionOpInterface>(
      cast<BlockArgument>(arg).getOwner()->getParentOp());
  for (unsigned i = 0, e = function.getNumResults(); i < e; ++i)
    for (NamedAttribute attr : function.getResultAttrs(i))
      if (attr.getName().strref().starts_with("jax."))
        return true;
  return false;
}

/// Both sides of a product share a loop that the result has, of more than one
/// step: heads, or examples.
static bool isBatched(const Contraction &product) {
  SmallVector<int64_t> extents = product.getLoopExtents();
  llvm::SmallBitVector shared = decoder::getLoops(product.lhsMap);
  shared &= decoder::getLoops(product.rhsMap);
  shared &= decoder::getLoops(product.outMap);
  return llvm::any_of(shared.set_bits(),
                      [&](unsigned loop) { return extents[loop] != 1; });
}

/// Products of arguments alone, where nothing in the module depends on an input
/// that is known.
bool ArgumentRoots::reviseAlike(ArrayRef<Sides> products) {
  // What a product of two of them makes is told after these.
  auto isDirect = [&](const Origin &side) {
    return isGuess(side) && !side.isFolded;
  };
  llvm::MapVector<Value, llvm::SmallPtrSet<Value, 4>> partners;
  for (const Sides &sides : products) {
    OriginLevel high = std::max(sides.lhs.level, sides.rhs.level);
    OriginLevel low = std::min(sides.lhs.level, sides.rhs.level);
    if (low == OriginLevel::Weight && high > OriginLevel::Weight)
      return false;
    if (!isDirect(sides.lhs) || !isDirect(sides.rhs))
      continue;
    partners[sides.lhs.source].insert(sides.rhs.source);
    partners[sides.rhs.source].insert(sides.lhs.source);
  }

  bool changed = false;
  for (const Sides &sides : products) {
    Origin lhs = sides.lhs, rhs = sides.rhs;
    if (!isDirect(lhs) || !isDirect(rhs))
      continue;
    if (lhs.source == rhs.source) {
      changed |= reassign(lhs, RootKind::Activation, RootGround::Alike);
      continue;
    }
    size_t left = partners[lhs.source].size();
    size_t right = partners[rhs.source].size();
    if (isBatched(*sides.product)) {
      changed |= reassign(lhs, RootKind::Activation, RootGround::Alike);
      changed |= reassign(rhs, RootKind::Activation, RootGround::Alike);
    } else if (isPacked(lhs) != isPacked(rhs)) {
      changed |= reassign(isPacked(lhs) ? rhs : lhs, RootKind::Activation,
                          RootGround::Packed);
    } else if (left != right && std::min(left, right) == 1) {
      changed |= reassign(left > right ? lhs : rhs, RootKind::Activation,
                          RootGround::Shared);
    } else if (writesParametersFirst(lhs.source)) {
      bool isLeftLater = index.lookup(lhs.source) > index.lookup(rhs.source);
      changed |= reassign(isLeftLater ? lhs : rhs, RootKind::Activation,
                          RootGround::Order);
    } else {
      changed |= reassign(lhs, RootKind::Activation, RootGround::Alike);
      changed |= reassign(rhs, RootKind::Activation, RootGround::Alike);
    }
  }
  return changed;
}

bool ArgumentRoots::revise(const WeightAnalysis &analysis) {
  if (roots.empty())
    return false;
  if (!products)
    collect(analysis);
  SmallVector<Sides> all;
  for (const Contraction &product : *products)
    all.push_back({&product, analysis.lookup(product.lhs->get()),
                   analysis.lookup(product.rhs->get())});
  if (reviseByConstants(all) || reviseBySoftmax(all) || reviseByShape(all) ||
      reviseAlike(all))
    return true;
  for (const Sides &sides : all)
    for (const Origin &side : {sides.lhs, sides.rhs})
      if (auto it = index.find(side.source);
          side.isWeight() && it != index.end())
        roots[it->second].isUsed = true;
  return false;
}
