//===- RaiseContractions.cpp - Other dialects' products to decoder's ------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Three steps: find what multiplies, decide what each product is while the IR
// is still as the frontend wrote it, then rewrite.
//
//===----------------------------------------------------------------------===//

#include "dialects/decoder/Decoder.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/CallInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "onebit/Analysis/Contraction.h"
#include "onebit/Analysis/DimTrace.h"
#include "onebit/Analysis/HiddenProducts.h"
#include "onebit/Analysis/OperandView.h"
#include "onebit/Analysis/WeightAnalysis.h"
#include "onebit/Analysis/WeightNames.h"
#include "onebit/Conversion/Passes.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringExtras.h"

namespace onebit {
#define GEN_PASS_DEF_RAISECONTRACTIONS
#include "onebit/Conversion/Passes.h.inc"
} // namespace onebit

using namespace mlir;
using namespace onebit;
using decoder::AssumptionKind;
using decoder::ProductRole;

namespace {

/// What is known of a product before it is rewritten. `lhs` is the activation,
/// or the query side.
struct Product {
  Contraction from;
  bool isProjection = false;
  Origin lhs, rhs;
  ProductRole role = ProductRole::Other;
  std::optional<int64_t> layer;
  std::string name;
  /// Loops over the query heads of one key-value head.
  llvm::SmallBitVector groups;
  /// A row loop that the producer merged query heads into: its parts, outermost
  /// first, and which of them are heads.
  std::optional<unsigned> mergedLoop;
  SmallVector<int64_t, 2> mergedSizes;
  llvm::SmallBitVector mergedGroups;

  void swapSides() {
    std::swap(lhs, rhs);
    std::swap(from.lhs, from.rhs);
    std::swap(from.lhsMap, from.rhsMap);
  }
  /// The rows of the product: loops of the left side and the result alone.
  llvm::SmallBitVector getRowLoops() const;
  /// The dimension of a side, or of the result, that `loop` indexes.
  static unsigned getDim(AffineMap map, unsigned loop) {
    return *map.getResultPosition(getAffineDimExpr(loop, map.getContext()));
  }

  int64_t getExtent(const llvm::SmallBitVector &loops) const {
    int64_t result = 1;
    SmallVector<int64_t> extents = from.getLoopExtents();
    for (unsigned loop : loops.set_bits())
      if (llvm::MulOverflow(result, extents[loop], result))
        return std::numeric_limits<int64_t>::max();
    return result;
  }
};

llvm::SmallBitVector loopsOf(AffineMap map) {
  llvm::SmallBitVector loops(map.getNumDims());
  for (AffineExpr expr : map.getResults())
    loops.set(cast<AffineDimExpr>(expr).getPosition());
  return loops;
}

llvm::SmallBitVector Product::getRowLoops() const {
  llvm::SmallBitVector rows = loopsOf(from.lhsMap);
  rows &= loopsOf(from.outMap);
  return rows.reset(loopsOf(from.rhsMap));
}

std::string plural(unsigned count, StringRef one, StringRef many) {
  return (Twine(count) + " " + (count == 1 ? one : many)).str();
}

struct RaiseContractions
    : onebit::impl::RaiseContractionsBase<RaiseContractions> {
  using RaiseContractionsBase::RaiseContractionsBase;
  void runOnOperation() override;

private:
  void collect(const WeightAnalysis &analysis);
  LogicalResult classify(const WeightAnalysis &analysis);
  void nameProjections(const WeightAnalysis &analysis);
  void pairAttention(const WeightAnalysis &analysis);
  bool hasKeysLeft(const Product &scores, const Product &values,
                   const WeightAnalysis &analysis);
  void findQueryGroups(Product &product, const WeightAnalysis &analysis);
  void rewrite();
  void rewriteProjection(Product &product, OpBuilder &builder);
  void rewriteAttention(Product &product, OpBuilder &builder);
  void report(const WeightAnalysis &analysis, const HiddenProducts &hidden);
  Value makeOperand(const OperandView &view, OpBuilder &builder);

  SmallVector<Contraction> found;
  SmallVector<Product> products;
  /// Index into `products` by result.
  DenseMap<Value, unsigned> byResult;
  /// Constants, arguments of the weights that a projection and an embedding
  /// share.
  SmallVector<std::pair<std::string, Location>> tied;
  Finding repeated, twoWeights, twoPicked, unknownSides;
  UniformDims uniform;
};

} // namespace

/// Removes the functions with a body that no path from the entry leads to, but
/// those that something which stays names.
static void removeOtherFunctions(ModuleOp module,
                                 const WeightAnalysis &analysis) {
  llvm::MapVector<StringRef, SmallVector<Operation *, 1>> others;
  SmallVector<Operation *> worklist = {module};
  module.walk<WalkOrder::PreOrder>([&](FunctionOpInterface function) {
    if (!function.isExternal() && !analysis.isReached(function))
      others[function.getName()].push_back(function);
  });
  auto stays = [&](SymbolRefAttr symbol) {
    auto it = others.find(symbol.getLeafReference());
    if (it == others.end())
      return;
    worklist.append(std::move(it->second));
    others.erase(it);
  };
  while (!worklist.empty()) {
    Operation *root = worklist.pop_back_val();
    root->walk<WalkOrder::PreOrder>([&](Operation *op) {
      auto function = dyn_cast<FunctionOpInterface>(op);
      if (op != root && function && !analysis.isReached(function))
        return WalkResult::skip();
      op->getAttrDictionary().walk(stays);
      return WalkResult::advance();
    });
  }
  for (auto &[name, functions] : others)
    for (Operation *function : functions)
      function->erase();
}

/// Finds what multiplies.
void RaiseContractions::collect(const WeightAnalysis &analysis) {
  auto countRepeated = [&](Operation *op) {
    if (analysis.isCalledRepeatedly(op))
      repeated.add(op);
  };
  getOperation().walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (auto function = dyn_cast<FunctionOpInterface>(op);
        function && !analysis.isReached(function))
      return WalkResult::skip();
    if (isa<decoder::MatrixProductOpInterface>(op))
      countRepeated(op);
    if (Contraction product = matchContraction(op))
      found.push_back(product);
    return isa<linalg::LinalgOp>(op) ? WalkResult::skip()
                                     : WalkResult::advance();
  });
}

static StringRef getSourceName(Operation *op) {
  return isa<CallOpInterface>(op) ? getCalleeName(op)
                                  : op->getName().getStringRef();
}

/// Decides what each product is. Fails on sizes that are not known.
LogicalResult RaiseContractions::classify(const WeightAnalysis &analysis) {
  LogicalResult result = success();
  for (Contraction &from : found) {
    Product product;
    product.from = from;
    product.lhs = analysis.lookup(from.lhs->get());
    product.rhs = analysis.lookup(from.rhs->get());
    OriginLevel low = std::min(product.lhs.level, product.rhs.level);
    OriginLevel high = std::max(product.lhs.level, product.rhs.level);
    if (low <= OriginLevel::Neutral)
      continue;

    llvm::SmallBitVector sum = loopsOf(from.outMap).flip();
    bool isProbability = false, isMatrix = false;
    for (const Origin &side : {product.lhs, product.rhs}) {
      isProbability |= side.exponential && byResult.contains(side.source) &&
                       !products[byResult.lookup(side.source)].isProjection;
      if (side.level != OriginLevel::Weight || !side.source)
        continue;
      auto type = dyn_cast<RankedTensorType>(side.source.getType());
      isMatrix |= type && type.getRank() == 2;
    }
    // One key attended is still an attention, and a matrix of one row a weight;
    // a vector of frequencies is none.
    if (product.getExtent(sum) == 1 && !isProbability && !isMatrix)
      continue;
    if (high == OriginLevel::Weight) {
      twoWeights.add(from.op);
      continue;
    }
    if (low == OriginLevel::PickedWeight && low == high) {
      twoPicked.add(from.op);
      continue;
    }
    if (!from.hasStaticShape()) {
      result = from.op->emitOpError(
          "is a matrix product whose sizes are not all known; export the model "
          "with static shapes, or give this value a static type");
      continue;
    }

    for (const Origin &side : {product.lhs, product.rhs})
      if (side.level == OriginLevel::Unknown) {
        unknownSides.add(from.op, getSourceName(side.source.getDefiningOp()));
        break;
      }
    product.isProjection = low < OriginLevel::Unknown && low < high;
    bool swap = product.isProjection
                    ? product.lhs.level == low
                    // Probabilities on the left; an einsum may put them right.
                    : product.rhs.exponential && !product.lhs.exponential;
    if (swap)
      product.swapSides();
    // A dot product of two activations is not a product of matrices.
    if (!product.isProjection &&
        cast<RankedTensorType>(from.op->getResult(0).getType()).getRank() == 0)
      continue;
    product.groups.resize(from.outMap.getNumDims());
    byResult[from.op->getResult(0)] = products.size();
    products.push_back(product);
    if (analysis.isCalledRepeatedly(from.op))
      repeated.add(from.op);
  }
  return result;
}

/// Role, layer and name of the projections, and which one is the lm_head.
void RaiseContractions::nameProjections(const WeightAnalysis &analysis) {
  llvm::SmallDenseSet<Value> tables(analysis.getPickedWeights().begin(),
                                    analysis.getPickedWeights().end());
  Product *last = nullptr;
  bool hasHead = false;
  for (Product &product : products) {
    if (!product.isProjection)
      continue;
    last = &product;
    Value weight = product.rhs.source;
    StringRef name = analysis.getWeightName(weight);
    WeightName known = parseWeightName(name);
    product.role = known.role;
    product.layer = known.layer;
    product.name = getProductName(name).str();
    if (known.isGate) {
      llvm::SmallBitVector lhs = loopsOf(product.from.lhsMap);
      int64_t n = product.getExtent(lhs.flip());
      int64_t k = product.getExtent(loopsOf(product.from.outMap).flip());
      product.role = n <= k / 4 ? ProductRole::Router : ProductRole::Gate;
    }
    bool isTable = product.rhs.level == OriginLevel::Weight &&
                   (known.isEmbedding || tables.contains(weight));
    if (isTable) {
      product.role = ProductRole::LMHead;
      product.name = "lm_head";
      tied.emplace_back(name.str(), product.from.op->getLoc());
    }
    hasHead |= product.role == ProductRole::LMHead;
  }
  if (hasHead || !last || last->role != ProductRole::Other)
    return;
  int64_t n = last->getExtent(loopsOf(last->from.lhsMap).flip());
  for (Value table : analysis.getPickedWeights()) {
    auto type = dyn_cast<RankedTensorType>(table.getType());
    if (type && type.getRank() == 2 && type.getDimSize(0) == n) {
      last->role = ProductRole::LMHead;
      return;
    }
  }
}

/// Whether the keys of `scores` stand on its left. What the values product sums
/// over are the keys; failing that, the names of the projections tell.
bool RaiseContractions::hasKeysLeft(const Product &scores,
                                    const Product &values,
                                    const WeightAnalysis &analysis) {
  auto roleOf = [&](const Origin &side) {
    auto it = byResult.find(side.source);
    return it == byResult.end() ? ProductRole::Other
                                : products[it->second].role;
  };
  if (roleOf(scores.lhs) == ProductRole::Q ||
      roleOf(scores.rhs) == ProductRole::K)
    return false;
  if (roleOf(scores.lhs) == ProductRole::K ||
      roleOf(scores.rhs) == ProductRole::Q)
    return true;

  SmallVector<int64_t> extents = values.from.getLoopExtents();
  llvm::SmallBitVector reduced = loopsOf(values.from.outMap).flip();
  for (unsigned loop : reduced.set_bits()) {
    if (extents[loop] == 1)
      continue;
    std::optional<DimOrigin> origin =
        traceDim(analysis, values.from.lhs->get(),
                 Product::getDim(values.from.lhsMap, loop),
                 scores.from.op->getResult(0));
    if (!origin || !origin->getExactDim())
      return false;
    unsigned key = scores.from.outMap.getDimPosition(*origin->getExactDim());
    return scores.getRowLoops().test(key);
  }
  return false;
}

/// Rows of scores and values that run over query heads and not over tokens.
/// Those of the scores come from the features of the query projection, those of
/// the values from the scores.
void RaiseContractions::findQueryGroups(Product &product,
                                        const WeightAnalysis &analysis) {
  const Product &source = products[byResult.lookup(product.lhs.source)];
  // The dimensions of the source's result that run over heads.
  llvm::SmallBitVector heads(source.from.outMap.getNumResults());
  for (auto [i, expr] : llvm::enumerate(source.from.outMap.getResults())) {
    unsigned loop = cast<AffineDimExpr>(expr).getPosition();
    heads[i] = source.isProjection ? !loopsOf(source.from.lhsMap)[loop]
                                   : source.groups[loop];
  }

  SmallVector<int64_t> extents = product.from.getLoopExtents();
  Value lhs = product.from.lhs->get();
  llvm::SmallBitVector rows = product.getRowLoops();
  for (unsigned loop : rows.set_bits()) {
    if (extents[loop] == 1)
      continue;
    unsigned dim = Product::getDim(product.from.lhsMap, loop);
    auto origin = traceDim(analysis, lhs, dim, product.lhs.source);
    if (!origin)
      continue;
    // Scores whose rows were merged hand them on to the values.
    if (!source.isProjection && source.mergedLoop &&
        origin->getExactDim() ==
            Product::getDim(source.from.outMap, *source.mergedLoop)) {
      product.mergedLoop = loop;
      product.mergedSizes = source.mergedSizes;
      product.mergedGroups = source.mergedGroups;
      continue;
    }
    if (!origin->dims.anyCommon(heads))
      continue;
    if (!origin->dims.test(heads)) {
      product.groups.set(loop);
      continue;
    }
    std::optional<MergedDim> merged =
        traceMergedDim(analysis, lhs, dim, product.lhs.source);
    if (!merged || product.mergedLoop || product.from.init)
      continue;
    llvm::SmallBitVector parts;
    for (const DimOrigin &part : merged->origins)
      parts.push_back(part.dims.any() && !part.dims.test(heads));
    if (parts.none())
      continue;
    product.mergedLoop = loop;
    product.mergedSizes = merged->sizes;
    product.mergedGroups = parts;
  }
}

/// Scores and values: the second multiplies the exponential of the first.
void RaiseContractions::pairAttention(const WeightAnalysis &analysis) {
  for (Product &product : products) {
    if (product.isProjection || !product.lhs.exponential)
      continue;
    auto source = byResult.find(product.lhs.source);
    if (source == byResult.end() || products[source->second].isProjection)
      continue;
    Product &scores = products[source->second];
    scores.role = ProductRole::Scores;
    product.role = ProductRole::Values;
    if (hasKeysLeft(scores, product, analysis))
      scores.swapSides();
  }
  for (Product &product : products) {
    auto source = byResult.find(product.lhs.source);
    if (product.isProjection || source == byResult.end())
      continue;
    const Product &before = products[source->second];
    product.layer = before.layer;
    if (product.role == ProductRole::Other)
      continue;
    findQueryGroups(product, analysis);
    if (product.role == ProductRole::Scores) {
      product.name = getSiblingName(before.name, "scores");
      continue;
    }
    product.name = before.name;
    if (size_t at = product.name.rfind("scores"); at != std::string::npos)
      product.name.replace(at, StringRef("scores").size(), "values");
  }
}

//===----------------------------------------------------------------------===//
// Rewriting
//===----------------------------------------------------------------------===//

/// The value of a view, without the dimensions that need no loop.
Value RaiseContractions::makeOperand(const OperandView &view,
                                     OpBuilder &builder) {
  if (view.isDirect())
    return view.value;
  auto type = cast<RankedTensorType>(view.value.getType());
  SmallVector<int64_t> kept;
  SmallVector<OpFoldResult> offsets(type.getRank(), builder.getIndexAttr(0));
  SmallVector<OpFoldResult> strides(type.getRank(), builder.getIndexAttr(1));
  SmallVector<OpFoldResult> sizes;
  for (auto [size, loop] : llvm::zip_equal(type.getShape(), view.loops)) {
    sizes.push_back(builder.getIndexAttr(loop ? size : 1));
    if (loop)
      kept.push_back(size);
  }
  return tensor::ExtractSliceOp::create(
      builder, view.value.getLoc(),
      RankedTensorType::get(kept, type.getElementType()), view.value, offsets,
      sizes, strides);
}

static StringAttr getNameAttr(OpBuilder &builder, StringRef name) {
  return name.empty() ? StringAttr() : builder.getStringAttr(name);
}

static IntegerAttr getLayerAttr(OpBuilder &builder,
                                std::optional<int64_t> layer) {
  return layer ? builder.getI64IntegerAttr(*layer) : IntegerAttr();
}

/// What the sum starts from: a bias is read where it was before it was
/// broadcast.
static OperandView traceInit(const Contraction &from) {
  if (!from.init)
    return {};
  llvm::SmallBitVector all(from.outMap.getNumDims(), true);
  OperandView view = traceOperand(from.init->get(), from.outMap, all);
  if (view.isDirect())
    return view;
  OperandView plain{from.init->get(), {}};
  for (AffineExpr expr : from.outMap.getResults())
    plain.loops.push_back(cast<AffineDimExpr>(expr).getPosition());
  return plain;
}

void RaiseContractions::rewriteProjection(Product &product,
                                          OpBuilder &builder) {
  Contraction &from = product.from;
  unsigned numLoops = from.outMap.getNumDims();
  // The weight may lose what the activation and the result have as well.
  llvm::SmallBitVector shared = loopsOf(from.lhsMap);
  shared &= loopsOf(from.outMap);
  OperandView view = traceOperand(from.rhs->get(), from.rhsMap, shared);
  auto type = cast<RankedTensorType>(view.value.getType());
  for (auto [dim, loop] : llvm::enumerate(view.loops))
    if (loop && shared[*loop] && type.getDimSize(dim) > 1 &&
        uniform.isUniform(view.value, dim))
      loop = std::nullopt;

  SmallVector<AffineMap> maps = {
      from.lhsMap, view.getMap(numLoops, builder.getContext()), from.outMap};
  OperandView init = traceInit(from);
  if (init.value)
    maps.push_back(init.getMap(numLoops, builder.getContext()));
  auto op = decoder::ProjectionOp::create(
      builder, from.op->getLoc(), from.op->getResult(0).getType(),
      from.lhs->get(), makeOperand(view, builder), init.value,
      builder.getAffineMapArrayAttr(maps), product.role,
      getLayerAttr(builder, product.layer), getNameAttr(builder, product.name));
  from.op->getResult(0).replaceAllUsesWith(op.getResult());
}

/// `map` with result `dim` replaced by `loops`, over `numLoops` loops.
static AffineMap splitResult(AffineMap map, std::optional<unsigned> dim,
                             ArrayRef<unsigned> loops, unsigned numLoops) {
  SmallVector<AffineExpr> exprs;
  for (auto [i, expr] : llvm::enumerate(map.getResults())) {
    if (i != dim) {
      exprs.push_back(expr);
      continue;
    }
    for (unsigned loop : loops)
      exprs.push_back(getAffineDimExpr(loop, map.getContext()));
  }
  return AffineMap::get(numLoops, 0, exprs, map.getContext());
}

/// `type` with dimension `dim` split into `sizes`, and the groups of dimensions
/// that this makes.
static std::pair<RankedTensorType, SmallVector<ReassociationIndices>>
splitDim(RankedTensorType type, unsigned dim, ArrayRef<int64_t> sizes) {
  SmallVector<int64_t> shape;
  SmallVector<ReassociationIndices> groups;
  for (unsigned i = 0, e = type.getRank(); i < e; ++i) {
    ReassociationIndices group;
    for (int64_t size :
         i == dim ? sizes : ArrayRef<int64_t>(type.getShape()[i])) {
      group.push_back(shape.size());
      shape.push_back(size);
    }
    groups.push_back(group);
  }
  return {RankedTensorType::get(shape, type.getElementType()), groups};
}

void RaiseContractions::rewriteAttention(Product &product, OpBuilder &builder) {
  Contraction &from = product.from;
  Location loc = from.op->getLoc();
  Value lhs = from.lhs->get(), result = from.op->getResult(0);
  auto resultType = cast<RankedTensorType>(result.getType());
  AffineMap lhsMap = from.lhsMap, rhsMap = from.rhsMap, outMap = from.outMap;
  SmallVector<int64_t> queryGroups;
  for (unsigned loop : product.groups.set_bits())
    queryGroups.push_back(loop);

  SmallVector<ReassociationIndices> resultGroups;
  if (product.mergedLoop) {
    unsigned numLoops = outMap.getNumDims();
    SmallVector<unsigned> parts = {*product.mergedLoop};
    for (size_t i = 1; i < product.mergedSizes.size(); ++i)
      parts.push_back(numLoops++);
    for (unsigned i : product.mergedGroups.set_bits())
      queryGroups.push_back(parts[i]);
    unsigned lhsDim = Product::getDim(lhsMap, *product.mergedLoop);
    unsigned outDim = Product::getDim(outMap, *product.mergedLoop);
    auto [lhsType, lhsGroups] = splitDim(cast<RankedTensorType>(lhs.getType()),
                                         lhsDim, product.mergedSizes);
    lhs = tensor::ExpandShapeOp::create(builder, loc, lhsType, lhs, lhsGroups);
    std::tie(resultType, resultGroups) =
        splitDim(resultType, outDim, product.mergedSizes);
    lhsMap = splitResult(lhsMap, lhsDim, parts, numLoops);
    rhsMap = splitResult(rhsMap, std::nullopt, {}, numLoops);
    outMap = splitResult(outMap, outDim, parts, numLoops);
  }
  SmallVector<AffineMap> maps = {lhsMap, rhsMap, outMap};
  OperandView init = traceInit(from);
  if (init.value)
    maps.push_back(init.getMap(outMap.getNumDims(), builder.getContext()));

  Value raised = decoder::AttentionProductOp::create(
      builder, loc, resultType, lhs, from.rhs->get(), init.value,
      builder.getAffineMapArrayAttr(maps), product.role, queryGroups,
      getLayerAttr(builder, product.layer), getNameAttr(builder, product.name));
  if (!resultGroups.empty())
    raised = tensor::CollapseShapeOp::create(builder, loc, result.getType(),
                                             raised, resultGroups);
  result.replaceAllUsesWith(raised);
}

/// Erases `op` and whatever of its operands' producers is then of no use.
static void eraseWithProducers(Operation *op) {
  SmallVector<Operation *> worklist;
  auto erase = [&](Operation *dead) {
    llvm::SmallSetVector<Operation *, 4> producers;
    for (Value operand : dead->getOperands())
      if (Operation *producer = operand.getDefiningOp())
        producers.insert(producer);
    dead->erase();
    for (Operation *producer : producers)
      if (isOpTriviallyDead(producer))
        worklist.push_back(producer);
  };
  erase(op);
  while (!worklist.empty())
    erase(worklist.pop_back_val());
}

void RaiseContractions::rewrite() {
  for (Product &product : products) {
    OpBuilder builder(product.from.op);
    if (product.isProjection)
      rewriteProjection(product, builder);
    else
      rewriteAttention(product, builder);
    eraseWithProducers(product.from.op);
  }
}

//===----------------------------------------------------------------------===//
// Assumptions
//===----------------------------------------------------------------------===//

/// "0 to 3, 7" of argument numbers in rising order.
static std::string listNumbers(ArrayRef<BlockArgument> args) {
  std::string text;
  for (size_t i = 0; i < args.size();) {
    size_t last = i;
    while (last + 1 < args.size() &&
           args[last + 1].getArgNumber() == args[last].getArgNumber() + 1)
      ++last;
    if (!text.empty())
      text += ", ";
    text += std::to_string(args[i].getArgNumber());
    if (last > i)
      text += (last == i + 1 ? ", " : " to ") +
              std::to_string(args[last].getArgNumber());
    i = last + 1;
  }
  return text;
}

static std::string listArguments(ArrayRef<BlockArgument> args) {
  // Arguments come function by function.
  std::string text;
  while (!args.empty()) {
    Operation *parent = args.front().getOwner()->getParentOp();
    ArrayRef<BlockArgument> same = args.take_while([&](BlockArgument arg) {
      return arg.getOwner()->getParentOp() == parent;
    });
    text += (text.empty() ? "" : "; ") + listNumbers(same) + " of @" +
            cast<FunctionOpInterface>(parent).getName().str();
    args = args.drop_front(same.size());
  }
  return text;
}

/// The first few names, those first that speak of products.
static std::string listNames(ArrayRef<StringRef> all) {
  // Most files have one dialect and a handful of ops.
  static constexpr size_t kMaxNames = 8;
  SmallVector<StringRef> names(all);
  std::stable_partition(names.begin(), names.end(), [](StringRef name) {
    return name.contains("dot") || name.contains("matmul") ||
           name.contains("attention") || name.contains("conv");
  });
  std::string list = llvm::join(ArrayRef(names).take_front(kMaxNames), ", ");
  if (names.size() > kMaxNames)
    list += ", ...";
  return list;
}

void RaiseContractions::report(const WeightAnalysis &analysis,
                               const HiddenProducts &hidden) {
  ModuleOp module = getOperation();
  auto assume = [&](AssumptionKind kind, const Twine &twine,
                    LocationAttr loc = {}) {
    // Text that was printed without locations has others when it is read back.
    std::string text = twine.str();
    auto said = module->getAttrOfType<ArrayAttr>(
        decoder::DecoderDialect::kAssumptionsAttrName);
    bool again = said && llvm::any_of(said, [&](Attribute attr) {
                   auto old = cast<decoder::AssumptionAttr>(attr);
                   return old.getKind() == kind && old.getText() == text;
                 });
    if (!again)
      decoder::addAssumption(module, kind, text, loc);
  };
  if (!analysis.getRequestedWeights().empty() && !found.empty())
    assume(AssumptionKind::Weight,
           "taken for weights, as 'weights' asks: arguments " +
               listArguments(analysis.getRequestedWeights()));
  ArrayRef<BlockArgument> unmarked = analysis.getUnmarkedArguments();
  if (!unmarked.empty() && !found.empty()) {
    // Without one projection the guess decided everything: not a result.
    bool blind = llvm::none_of(
        products, [](const Product &product) { return product.isProjection; });
    assume(blind ? AssumptionKind::NotVisible : AssumptionKind::Activation,
           Twine(blind ? "no product has a weight that could be told: " : "") +
               (unmarked.size() == 1 ? "argument " : "arguments ") +
               listArguments(unmarked) +
               (unmarked.size() == 1
                    ? " has no mark and is taken for an activation"
                    : " have no mark and are taken for activations") +
               "; mark weights with decoder.weight, or name them with "
               "'weights'");
  }
  if (ArrayRef<StringRef> globals = analysis.getAssumedGlobals();
      !globals.empty() && !found.empty())
    assume(AssumptionKind::Weight,
           (globals.size() == 1
                ? "taken for a weight, as nothing writes to it: global "
                : "taken for weights, as nothing writes to them: globals ") +
               listNames(globals));
  for (auto &[name, loc] : tied)
    assume(AssumptionKind::TiedWeight,
           "the lm_head shares its weight" +
               (name.empty() ? Twine() : " '" + Twine(name) + "'") +
               " with the token embedding",
           loc);
  if (twoWeights.count)
    assume(AssumptionKind::NotModelled,
           plural(twoWeights.count, "product of two weights",
                  "products of two weights") +
               " can be folded and costs nothing here",
           twoWeights.first);
  if (twoPicked.count)
    assume(AssumptionKind::NotVisible,
           plural(twoPicked.count, "product", "products") +
               " of two weights that the input picks parts of: neither "
               "projection nor attention, not counted",
           twoPicked.first);
  auto mayHide = [&](const Finding &finding, StringRef one, StringRef many) {
    if (finding.count)
      assume(AssumptionKind::NotVisible,
             plural(finding.count, one, many) +
                 " may hide products, attention among them: " +
                 listNames(finding.names.getArrayRef()),
             finding.first);
  };
  auto isHidden = [&](const Finding &finding, StringRef one, StringRef many,
                      const Twine &why) {
    if (finding.count)
      assume(AssumptionKind::NotVisible, plural(finding.count, one, many) + why,
             finding.first);
  };
  if (unknownSides.count)
    assume(AssumptionKind::NotVisible,
           plural(unknownSides.count, "product has a side",
                  "products have a side") +
               " that is taken for an activation, because nothing is known of "
               "what makes it: " +
               listNames(unknownSides.names.getArrayRef()),
           unknownSides.first);
  for (auto &[reason, finding] : hidden.unsupported)
    isHidden(finding, "operation multiplies and adds but is",
             "operations multiply and add but are", " not counted: " + reason);
  isHidden(hidden.loops, "loop multiplies", "loops multiply",
           " element by element: products written so, attention among them, "
           "are not counted");
  isHidden(repeated, "product is", "products are",
           " in a function that is called more than once, or in a loop, and "
           "counted once; --inline first");
  isHidden(hidden.outside, "product is", "products are",
           " in no function that is known here, and not counted");
  mayHide(hidden.calls, "call of a function without a body",
          "calls of functions without a body");
  mayHide(hidden.opaqueOps, "operation that does not say what it does",
          "operations that do not say what they do");
  for (auto &[dialect, finding] : hidden.unknownOps)
    mayHide(finding, "operation of a dialect that is not known here",
            "operations of a dialect that is not known here");
}

void RaiseContractions::runOnOperation() {
  WeightAnalysisOptions options;
  options.entry = entry;
  options.weights.assign(weights.begin(), weights.end());
  std::unique_ptr<WeightAnalysis> analysis =
      WeightAnalysis::compute(getOperation(), options);
  if (!analysis)
    return signalPassFailure();
  if (!entry.empty())
    removeOtherFunctions(getOperation(), *analysis);
  HiddenProducts hidden(getOperation(), *analysis);
  collect(*analysis);
  if (failed(classify(*analysis)))
    return signalPassFailure();
  nameProjections(*analysis);
  pairAttention(*analysis);
  if (products.empty())
    markAllAnalysesPreserved();
  rewrite();
  report(*analysis, hidden);
}
