//===- QuantizeProjections.cpp - Projections without multiplication -------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "QuantizeConstant.h"
#include "dialects/decoder/Decoder.h"
#include "dialects/ternary/Ternary.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/TypeUtilities.h"
#include "onebit/Conversion/Passes.h"
#include "llvm/ADT/SmallSet.h"
#include "llvm/ADT/StringExtras.h"

namespace onebit {
#define GEN_PASS_DEF_QUANTIZEPROJECTIONS
#include "onebit/Conversion/Passes.h.inc"
} // namespace onebit

using namespace mlir;
using namespace onebit;
using namespace onebit::decoder;

namespace {

/// A quantized tensor and its scale, or its scales.
struct Quantized {
  Value value, scale;
  ternary::GroupAttr group;
  /// Whether it came so.
  bool before = false;
};

/// What a pass is asked for.
struct Request {
  ConstantQuantization weights;
  /// Elements along the summed dimension that share a scale; 0 for all.
  int64_t groupSize;
  /// Whether activations have groups where weights have them.
  bool activationGroups;
  int64_t activationBits;
  ternary::ActivationScheme activationScheme;
};

/// Rewrites projections one by one, in the order in which they stand.
class ProjectionQuantizer {
public:
  ProjectionQuantizer(MLIRContext *context, const Request &request)
      : builder(context), request(request) {}

  LogicalResult quantize(ProjectionOp op) {
    builder.setInsertionPoint(op);
    SmallVector<AffineMap> maps(
        op.getIndexingMaps().getAsValueRange<AffineMapAttr>());
    auto resultType = cast<RankedTensorType>(op.getType());
    SmallVector<int64_t> accShape(resultType.getShape());
    FailureOr<Quantized> activation =
        quantizeActivation(op, getSummed(maps, 0));
    if (failed(activation))
      return failure();
    SmallVector<int64_t> summed = getSummed(maps, 1);
    FailureOr<Quantized> weight = quantizeWeight(op, summed);
    if (failed(weight))
      return failure();
    if (weight->group && summed != ArrayRef(weight->group.getDim()))
      return op.emitOpError("has a weight with scales along dimension ")
             << weight->group.getDim()
             << ", which must be the one that is summed";

    // The loops of dequantization: those of the result, and the groups.
    unsigned rank = resultType.getRank(), loops = rank;
    AffineMap activationMap = maps[0], weightMap = maps[1], resultMap = maps[2];
    auto overResult = [&](AffineMap map) {
      SmallVector<AffineExpr> dims;
      for (AffineExpr loop : map.getResults())
        if (auto *it = llvm::find(resultMap.getResults(), loop);
            it != resultMap.getResults().end())
          dims.push_back(
              builder.getAffineDimExpr(it - resultMap.getResults().begin()));
      return dims;
    };
    SmallVector<AffineExpr> activationScale = overResult(activationMap);
    SmallVector<AffineExpr> weightScale;
    if (weight->group)
      weightScale = overResult(weightMap);
    // Where both have groups they are the same.
    auto [grouped, groupedMap] = weight->group
                                     ? std::pair(*weight, weightMap)
                                     : std::pair(*activation, activationMap);
    if (grouped.group) {
      AffineExpr groups = builder.getAffineDimExpr(loops++);
      auto insertGroups = [&](const Quantized &operand,
                              SmallVector<AffineExpr> &scale) {
        if (operand.group)
          scale.insert(scale.begin() + operand.group.getDim(), groups);
      };
      insertGroups(*activation, activationScale);
      insertGroups(*weight, weightScale);
      splitLoop(op.getLoc(), groupedMap.getResult(grouped.group.getDim()),
                grouped.group.getSize(), maps, activation->value,
                weight->value);
      accShape.push_back(cast<RankedTensorType>(grouped.scale.getType())
                             .getDimSize(grouped.group.getDim()));
    }
    Value acc = ternary::MatMulOp::create(
        builder, op.getLoc(),
        RankedTensorType::get(accShape, builder.getI32Type()),
        activation->value, weight->value,
        builder.getAffineMapArrayAttr(ArrayRef(maps).take_front(3)),
        op.getRoleAttr(), op.getLayerAttr(), op.getProductNameAttr());

    auto overLoops = [&](ArrayRef<AffineExpr> dims) {
      return AffineMap::get(loops, 0, dims, builder.getContext());
    };
    SmallVector<AffineExpr> results;
    for (unsigned i = 0; i < rank; ++i)
      results.push_back(builder.getAffineDimExpr(i));
    SmallVector<AffineMap> scales = {
        builder.getMultiDimIdentityMap(loops), overLoops(activationScale),
        overLoops(weightScale), overLoops(results)};
    if (op.getInit())
      scales.push_back(overLoops(overResult(maps[3])));
    Value result = ternary::DequantizeOp::create(
        builder, op.getLoc(), resultType, acc, activation->scale, weight->scale,
        op.getInit(), builder.getAffineMapArrayAttr(scales));
    op.getResult().replaceAllUsesWith(result);
    op.erase();
    quantizedBefore += weight->before;
    return success();
  }

  /// Projections whose weights had been quantized before.
  int64_t quantizedBefore = 0;

private:
  /// Dimensions of an operand that the product sums over.
  static SmallVector<int64_t> getSummed(ArrayRef<AffineMap> maps,
                                        unsigned operand) {
    SmallVector<int64_t> summed;
    for (auto [dim, loop] : llvm::enumerate(maps[operand].getResults()))
      if (!llvm::is_contained(maps[2].getResults(), loop))
        summed.push_back(dim);
    return summed;
  }

  /// Makes two loops of `loop`, the inner one of `size` steps, in maps and
  /// operands; the outer one becomes the result's last dimension.
  void splitLoop(Location loc, AffineExpr loop, int64_t size,
                 SmallVector<AffineMap> &maps, Value &activation,
                 Value &weight) {
    unsigned loops = maps[0].getNumDims();
    AffineExpr outer = builder.getAffineDimExpr(loops);
    unsigned i = 0;
    for (Value *operand : {&activation, &weight}) {
      auto type = cast<RankedTensorType>(operand->getType());
      SmallVector<int64_t> shape;
      SmallVector<ReassociationIndices> dims;
      SmallVector<AffineExpr> results;
      for (auto [extent, expr] :
           llvm::zip_equal(type.getShape(), maps[i].getResults())) {
        int64_t dim = shape.size();
        if (expr != loop) {
          shape.push_back(extent);
          results.push_back(expr);
          dims.push_back({dim});
          continue;
        }
        shape.append({extent / size, size});
        results.append({outer, loop});
        dims.push_back({dim, dim + 1});
      }
      *operand = tensor::ExpandShapeOp::create(
          builder, loc, RankedTensorType::get(shape, type.getElementType()),
          *operand, dims);
      maps[i++] = AffineMap::get(loops + 1, 0, results, builder.getContext());
    }
    SmallVector<AffineExpr> results(maps[2].getResults());
    results.push_back(outer);
    maps[2] = AffineMap::get(loops + 1, 0, results, builder.getContext());
  }

  /// The eta form is that of products which a nonlinear function reads.
  ternary::ActivationScheme getActivationScheme(ProjectionOp op) const {
    auto isNonlinear = [](OpOperand &use) {
      if (auto gated = dyn_cast<GatedActivationOp>(use.getOwner()))
        return &use == &gated.getGateMutable();
      return isa<ActivationOp>(use.getOwner());
    };
    bool plain =
        request.activationScheme == ternary::ActivationScheme::PaperEta &&
        llvm::none_of(op.getResult().getUses(), isNonlinear);
    return plain ? ternary::ActivationScheme::Paper : request.activationScheme;
  }

  /// The groups of an activation, if it has them: those of the weight, which
  /// may have come with its own.
  FailureOr<ternary::GroupAttr>
  getActivationGroup(ProjectionOp op, ArrayRef<int64_t> reduced) const {
    if (!request.activationGroups)
      return ternary::GroupAttr();
    int64_t size = request.groupSize;
    auto real = op.getWeight().getDefiningOp<ternary::DequantizeWeightOp>();
    if (real && real.getGroup())
      size = real.getGroupAttr().getSize();
    auto type = cast<RankedTensorType>(op.getActivation().getType());
    if (reduced.size() != 1 || type.getDimSize(reduced.front()) % size != 0)
      return op.emitOpError("groups of ")
             << size
             << " must divide the one dimension of the activation that is "
                "summed, got "
             << type;
    return ternary::GroupAttr::get(op.getContext(), size, reduced.front());
  }

  FailureOr<Quantized> quantizeActivation(ProjectionOp op,
                                          ArrayRef<int64_t> reduced) {
    Value value = op.getActivation();
    ternary::ActivationScheme scheme = getActivationScheme(op);
    FailureOr<ternary::GroupAttr> group = getActivationGroup(op, reduced);
    if (failed(group))
      return failure();
    auto dims = builder.getDenseI64ArrayAttr(reduced);
    auto how = builder.getArrayAttr(
        {dims, ternary::ActivationSchemeAttr::get(op.getContext(), scheme),
         *group ? Attribute(*group) : Attribute(builder.getUnitAttr())});
    // One quantization per block: what stands in another need not dominate.
    auto [it, inserted] =
        activations.try_emplace({{value, op->getBlock()}, how});
    if (!inserted)
      return it->second;
    auto type = cast<RankedTensorType>(value.getType());
    SmallVector<int64_t> scales;
    for (auto [dim, size] : llvm::enumerate(type.getShape()))
      if (!llvm::is_contained(reduced, static_cast<int64_t>(dim)))
        scales.push_back(size);
      else if (*group)
        scales.push_back(size / group->getSize());
    auto quantize = ternary::QuantizeActivationOp::create(
        builder, op.getLoc(),
        RankedTensorType::get(type.getShape(), builder.getI8Type()),
        RankedTensorType::get(scales, type.getElementType()),
        ternary::Granularity::PerToken, value, dims, request.activationBits,
        *group, scheme);
    return it->second = {quantize.getResult(), quantize.getScale(), *group};
  }

  FailureOr<Quantized> quantizeWeight(ProjectionOp op,
                                      ArrayRef<int64_t> summed) {
    Value value = op.getWeight();
    auto [it, inserted] = weights.try_emplace({value, op->getBlock()});
    if (!inserted)
      return it->second;
    if (auto real = value.getDefiningOp<ternary::DequantizeWeightOp>()) {
      return it->second = {real.getWeight(), real.getScale(),
                           real.getGroupAttr(), /*before=*/true};
    }

    auto type = cast<RankedTensorType>(value.getType());
    ConstantQuantization how = request.weights;
    SmallVector<int64_t> scales;
    if (request.groupSize > 0) {
      if (summed.size() != 1 ||
          type.getDimSize(summed.front()) % request.groupSize != 0)
        return op.emitOpError("group-size ")
               << request.groupSize
               << " must divide the one dimension of the weight that is "
                  "summed, got "
               << type;
      how.group = ternary::GroupAttr::get(builder.getContext(),
                                          request.groupSize, summed.front());
      llvm::append_range(scales, type.getShape());
      scales[summed.front()] /= request.groupSize;
    }
    if (ElementsAttr constant = getFloatValue(value)) {
      StringAttr name = getName(op, value);
      ternary::WeightOp &known = constants[{
          name, builder.getArrayAttr(
                    {constant, how.group ? Attribute(how.group)
                                         : Attribute(builder.getUnitAttr())})}];
      if (known) {
        // Another block's, or another function's.
        auto copy = cast<ternary::WeightOp>(builder.clone(*known));
        return it->second = {copy.getResult(), copy.getScale(), how.group,
                             wasBefore(copy)};
      }
      FailureOr<ternary::WeightOp> weight =
          quantizeConstant(builder, value.getLoc(), name, constant, how);
      if (failed(weight))
        return failure();
      known = *weight;
      return it->second = {weight->getResult(), weight->getScale(), how.group,
                           wasBefore(*weight)};
    }
    auto quantize = ternary::QuantizeWeightOp::create(
        builder, op.getLoc(),
        RankedTensorType::get(
            type.getShape(),
            ternary::getElementType(builder.getContext(), how.scheme)),
        RankedTensorType::get(scales, type.getElementType()), how.scheme, value,
        how.group);
    return it->second = {quantize.getResult(), quantize.getScale(), how.group};
  }

  /// Whether quantizing has left a weight as it was.
  static bool wasBefore(ternary::WeightOp weight) {
    return weight.getQuantization()->getRelativeError().getValueAsDouble() == 0;
  }

  /// What the checkpoint calls a weight, or what goes by it.
  StringAttr getName(ProjectionOp op, Value value) {
    if (auto weight = value.getDefiningOp<WeightOp>())
      return weight.getNameAttr();
    StringRef product = op.getProductName().value_or("constant");
    return builder.getStringAttr(product + ".weight");
  }

  OpBuilder builder;
  const Request &request;
  using InBlock = std::pair<Value, Block *>;
  llvm::DenseMap<std::pair<InBlock, Attribute>, Quantized> activations;
  llvm::DenseMap<InBlock, Quantized> weights;
  /// Those that have a value, by name, value and group.
  llvm::DenseMap<std::pair<Attribute, Attribute>, ternary::WeightOp> constants;
};

struct QuantizeProjections
    : onebit::impl::QuantizeProjectionsBase<QuantizeProjections> {
  using QuantizeProjectionsBase::QuantizeProjectionsBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    llvm::SmallSet<ProductRole, 4> kept;
    if (failed(readFullPrecision(kept)))
      return signalPassFailure();
    if (activationBits < 2 || activationBits > 8) {
      emitError(module.getLoc())
          << "activation-bits must be between 2 and 8, got "
          << activationBits.getValue();
      return signalPassFailure();
    }

    if (groupSize < 0) {
      emitError(module.getLoc())
          << "group-size must not be negative, got " << groupSize.getValue();
      return signalPassFailure();
    }
    if (activationGroups && groupSize == 0) {
      emitError(module.getLoc())
          << "activation-groups needs a group-size: the groups are those of "
             "weights";
      return signalPassFailure();
    }

    Request request{{scheme, {}, packing, recognizeTernary},
                    groupSize,
                    activationGroups,
                    activationBits,
                    activationScheme};
    ProjectionQuantizer quantizer(&getContext(), request);
    SmallVector<ProjectionOp> projections;
    SmallVector<ternary::QuantizeWeightOp> weights;
    module.walk([&](ProjectionOp op) { projections.push_back(op); });
    module.walk([&](ternary::QuantizeWeightOp op) { weights.push_back(op); });
    int64_t quantized = 0, keptByModel = 0;
    llvm::SmallSet<ProductRole, 4> stayed;
    for (ProjectionOp op : projections) {
      if (!isa<FloatType>(getElementTypeOrSelf(op.getActivation())) ||
          !isa<FloatType>(getElementTypeOrSelf(op.getWeight())) ||
          !isa<FloatType>(getElementTypeOrSelf(op.getType())))
        continue;
      if (op.getQuantize() == false) {
        ++keptByModel;
        continue;
      }
      if (!op.getQuantize() && kept.contains(op.getRole())) {
        stayed.insert(op.getRole());
        continue;
      }
      if (failed(quantizer.quantize(op)))
        return signalPassFailure();
      ++quantized;
    }
    for (ternary::QuantizeWeightOp op : weights)
      if (failed(quantizeNow(op)))
        return signalPassFailure();
    // Weights whose values nobody reads any more.
    module.walk([](Operation *op) {
      if (isa<WeightOp, ternary::DequantizeWeightOp>(op) && op->use_empty())
        op->erase();
    });

    int64_t before = quantizer.quantizedBefore;
    std::string groups;
    if (groupSize > 0)
      groups = ", a scale for each " + std::to_string(groupSize) +
               (activationGroups ? " weights and activations" : " weights");
    if (quantized > before)
      addAssumption(module, AssumptionKind::Quantization,
                    Twine(quantized - before) +
                        " projections were quantized to " + nameOf(scheme) +
                        groups +
                        "; a model that was not trained for it keeps its "
                        "price, not its accuracy");
    if (before > 0)
      addAssumption(module, AssumptionKind::Quantization,
                    Twine(before) +
                        " projections have weights that were quantized before" +
                        (activationGroups
                             ? "; their activations have scales of groups, "
                               "which changes what a model was trained for"
                             : ""));
    if (keptByModel > 0)
      addAssumption(module, AssumptionKind::Quantization,
                    Twine(keptByModel) +
                        " projections stay in full precision, as the model has "
                        "them");
    for (ProductRole role : stayed)
      addAssumption(module, AssumptionKind::Quantization,
                    "projections of role " + stringifyProductRole(role) +
                        " stay in full precision");
  }

private:
  /// As the option has it.
  static StringRef nameOf(ternary::Scheme scheme) {
    switch (scheme) {
    case ternary::Scheme::B1:
      return "b1";
    case ternary::Scheme::B1_58:
      return "b1.58";
    case ternary::Scheme::B1Released:
      return "b1-released";
    case ternary::Scheme::B1_58Released:
      return "b1.58-released";
    }
    llvm_unreachable("unknown scheme");
  }

  /// What an earlier run left to be done, of a weight that has a value now.
  LogicalResult quantizeNow(ternary::QuantizeWeightOp op) {
    ElementsAttr constant = getFloatValue(op.getWeight());
    auto weight = op.getWeight().getDefiningOp<WeightOp>();
    if (!constant || !weight)
      return success();
    OpBuilder builder(op);
    FailureOr<ternary::WeightOp> quantized = quantizeConstant(
        builder, weight.getLoc(), weight.getNameAttr(), constant,
        {op.getScheme(), op.getGroupAttr(), packing, recognizeTernary});
    if (failed(quantized))
      return failure();
    op->replaceAllUsesWith(quantized->getResults());
    op.erase();
    return success();
  }

  LogicalResult readFullPrecision(llvm::SmallSet<ProductRole, 4> &kept) {
    if (fullPrecision.empty()) {
      kept.insert(ProductRole::LMHead);
      kept.insert(ProductRole::Router);
      return success();
    }
    if (fullPrecision.size() == 1 && fullPrecision.front() == "none")
      return success();
    for (const std::string &name : fullPrecision) {
      std::optional<ProductRole> role = symbolizeProductRole(name);
      if (!role || *role == ProductRole::Scores || *role == ProductRole::Values)
        return emitError(getOperation().getLoc())
               << "full-precision: '" << name
               << "' is not the role of a projection; expected none or a list "
                  "of q, k, v, qkv, o, gate, up, gate_up, down, router, "
                  "lm_head, other";
      kept.insert(*role);
    }
    return success();
  }
};

} // namespace
