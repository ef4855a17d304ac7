//===- QuantizeProjections.cpp - Projections without multiplication -------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

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

/// A quantized tensor and its scale.
struct Quantized {
  Value value, scale;
};

/// Rewrites projections one by one, in the order in which they stand.
class ProjectionQuantizer {
public:
  ProjectionQuantizer(MLIRContext *context, ternary::Scheme scheme,
                      int64_t activationBits, int64_t groupSize)
      : builder(context), scheme(scheme), activationBits(activationBits),
        groupSize(groupSize) {}

  LogicalResult quantize(ProjectionOp op) {
    if (groupSize == 0) {
      quantizeWhole(op);
      return success();
    }
    return quantizeGroups(op);
  }

private:
  /// One scale for the whole weight.
  void quantizeWhole(ProjectionOp op) {
    builder.setInsertionPoint(op);
    ArrayAttr maps = op.getIndexingMaps();
    AffineMap activationMap = getMap(maps, 0), resultMap = getMap(maps, 2);
    SmallVector<int64_t> reduced;
    for (auto [dim, loop] : llvm::enumerate(activationMap.getResults()))
      if (!llvm::is_contained(resultMap.getResults(), loop))
        reduced.push_back(dim);

    Quantized activation = quantizeActivation(op, reduced);
    Quantized weight = quantizeWeight(op, /*groupDim=*/std::nullopt);
    auto resultType = cast<RankedTensorType>(op.getType());
    auto accType =
        RankedTensorType::get(resultType.getShape(), builder.getI32Type());
    Value acc = ternary::MatMulOp::create(
        builder, op.getLoc(), accType, activation.value, weight.value,
        builder.getArrayAttr(maps.getValue().take_front(3)), op.getRoleAttr(),
        op.getLayerAttr(), op.getProductNameAttr());

    // Dequantization runs over the dimensions of the result.
    unsigned rank = resultType.getRank();
    auto overResult = [&](AffineMap map) {
      SmallVector<AffineExpr> dims;
      for (AffineExpr loop : map.getResults())
        if (auto *it = llvm::find(resultMap.getResults(), loop);
            it != resultMap.getResults().end())
          dims.push_back(
              builder.getAffineDimExpr(it - resultMap.getResults().begin()));
      return AffineMap::get(rank, 0, dims, builder.getContext());
    };
    AffineMap identity = builder.getMultiDimIdentityMap(rank);
    SmallVector<AffineMap> scales = {
        identity, overResult(activationMap),
        AffineMap::get(rank, 0, builder.getContext()), identity};
    if (op.getInit())
      scales.push_back(overResult(getMap(maps, 3)));
    Value result = ternary::DequantizeOp::create(
        builder, op.getLoc(), resultType, acc, activation.scale, weight.scale,
        op.getInit(), builder.getAffineMapArrayAttr(scales));
    op.getResult().replaceAllUsesWith(result);
    op.erase();
  }

  /// A scale for each `groupSize` weights along the last dimension of the
  /// weight that is summed. A group is summed by the product, groups by the
  /// dequantization: they are a loop of the product's result.
  LogicalResult quantizeGroups(ProjectionOp op) {
    builder.setInsertionPoint(op);
    Location loc = op.getLoc();
    MLIRContext *context = builder.getContext();
    ArrayAttr maps = op.getIndexingMaps();
    AffineMap activationMap = getMap(maps, 0), weightMap = getMap(maps, 1),
              resultMap = getMap(maps, 2);
    auto weightType = cast<RankedTensorType>(op.getWeight().getType());
    SmallVector<int64_t> reduced, summed;
    for (auto [dim, loop] : llvm::enumerate(activationMap.getResults()))
      if (!llvm::is_contained(resultMap.getResults(), loop))
        reduced.push_back(dim);
    for (auto [dim, loop] : llvm::enumerate(weightMap.getResults()))
      if (!llvm::is_contained(resultMap.getResults(), loop))
        summed.push_back(dim);
    if (summed.empty())
      return op.emitOpError("sums nothing, so its weight has no groups: leave "
                            "its role in full-precision");
    const int64_t weightDim = summed.back();
    const int64_t extent = weightType.getDimSize(weightDim);
    if (extent % groupSize != 0)
      return op.emitOpError("sums ")
             << extent << " weights, which are no groups of " << groupSize
             << ": choose a group-size that divides them, or leave its role in "
                "full-precision";
    const AffineExpr inGroup = weightMap.getResult(weightDim);
    const int64_t activationDim = *activationMap.getResultPosition(inGroup);

    Quantized activation = quantizeActivation(op, reduced);
    Quantized weight = quantizeWeight(op, weightDim);
    Value activationGroups = split(loc, activation.value, activationDim);
    Value weightGroups = split(loc, weight.value, weightDim);

    // One loop more, over groups. It and the other loops that are summed stay.
    const unsigned loops = resultMap.getNumDims() + 1;
    const AffineExpr group = builder.getAffineDimExpr(loops - 1);
    auto withGroups = [&](AffineMap map) {
      SmallVector<AffineExpr> results;
      for (AffineExpr loop : map.getResults()) {
        if (loop == inGroup)
          results.push_back(group);
        results.push_back(loop);
      }
      return AffineMap::get(loops, 0, results, context);
    };
    SmallVector<AffineExpr> accLoops(resultMap.getResults());
    auto resultType = cast<RankedTensorType>(op.getType());
    SmallVector<int64_t> accShape(resultType.getShape());
    for (int64_t dim : ArrayRef(summed).drop_back()) {
      accLoops.push_back(weightMap.getResult(dim));
      accShape.push_back(weightType.getDimSize(dim));
    }
    accLoops.push_back(group);
    accShape.push_back(extent / groupSize);
    Value acc = ternary::MatMulOp::create(
        builder, loc, RankedTensorType::get(accShape, builder.getI32Type()),
        activationGroups, weightGroups,
        builder.getAffineMapArrayAttr(
            {withGroups(activationMap), withGroups(weightMap),
             AffineMap::get(loops, 0, accLoops, context)}),
        op.getRoleAttr(), op.getLayerAttr(), op.getProductNameAttr());

    // Dequantization runs over the dimensions of acc.
    const unsigned rank = accShape.size();
    auto overAcc = [&](AffineMap map) {
      SmallVector<AffineExpr> dims;
      for (AffineExpr loop : map.getResults())
        if (auto *it = llvm::find(accLoops, loop == inGroup ? group : loop);
            it != accLoops.end())
          dims.push_back(builder.getAffineDimExpr(it - accLoops.begin()));
      return AffineMap::get(rank, 0, dims, context);
    };
    // The scale of a token is for all that is summed.
    SmallVector<AffineExpr> token;
    for (AffineExpr loop : activationMap.getResults())
      if (auto position = resultMap.getResultPosition(loop))
        token.push_back(builder.getAffineDimExpr(*position));
    SmallVector<AffineMap> scales = {
        builder.getMultiDimIdentityMap(rank),
        AffineMap::get(rank, 0, token, context), overAcc(weightMap),
        builder.getMultiDimIdentityMap(rank).getMajorSubMap(
            resultType.getRank())};
    if (op.getInit())
      scales.push_back(overAcc(getMap(maps, 3)));
    Value result = ternary::DequantizeOp::create(
        builder, loc, resultType, acc, activation.scale, weight.scale,
        op.getInit(), builder.getAffineMapArrayAttr(scales));
    op.getResult().replaceAllUsesWith(result);
    op.erase();
    return success();
  }

  /// `value` with its dimension `dim` as groups of elements.
  Value split(Location loc, Value value, int64_t dim) {
    auto type = cast<RankedTensorType>(value.getType());
    Value &result = groups[{value, dim}];
    if (result)
      return result;
    SmallVector<int64_t> shape(type.getShape());
    shape[dim] /= groupSize;
    shape.insert(shape.begin() + dim + 1, groupSize);
    SmallVector<ReassociationIndices> dims;
    for (int64_t i = 0, next = 0; i < type.getRank(); ++i) {
      dims.push_back({next++});
      if (i == dim)
        dims.back().push_back(next++);
    }
    result = tensor::ExpandShapeOp::create(builder, loc, type.clone(shape),
                                           value, dims);
    return result;
  }

  static AffineMap getMap(ArrayAttr maps, unsigned i) {
    return cast<AffineMapAttr>(maps[i]).getValue();
  }

  Quantized quantizeActivation(ProjectionOp op, ArrayRef<int64_t> reduced) {
    Value value = op.getActivation();
    auto dims = builder.getDenseI64ArrayAttr(reduced);
    // One quantization per block: what stands in another need not dominate.
    auto [it, inserted] =
        activations.try_emplace({{value, op->getBlock()}, dims});
    if (!inserted)
      return it->second;
    auto type = cast<RankedTensorType>(value.getType());
    SmallVector<int64_t> tokens;
    for (auto [dim, size] : llvm::enumerate(type.getShape()))
      if (!llvm::is_contained(reduced, static_cast<int64_t>(dim)))
        tokens.push_back(size);
    auto quantize = ternary::QuantizeActivationOp::create(
        builder, op.getLoc(),
        RankedTensorType::get(type.getShape(), builder.getI8Type()),
        RankedTensorType::get(tokens, type.getElementType()),
        ternary::Granularity::PerToken, value, dims, activationBits);
    return it->second = {quantize.getResult(), quantize.getScale()};
  }

  /// With a scale for each group along `groupDim`, or one for all.
  Quantized quantizeWeight(ProjectionOp op, std::optional<int64_t> groupDim) {
    Value value = op.getWeight();
    auto [it, inserted] =
        weights.try_emplace({{value, op->getBlock()}, groupDim.value_or(-1)});
    if (!inserted)
      return it->second;
    auto type = cast<RankedTensorType>(value.getType());
    ternary::GroupAttr group;
    SmallVector<int64_t> scales;
    if (groupDim) {
      group =
          ternary::GroupAttr::get(builder.getContext(), groupSize, *groupDim);
      scales.assign(type.getShape().begin(), type.getShape().end());
      scales[*groupDim] /= groupSize;
    }
    auto quantize = ternary::QuantizeWeightOp::create(
        builder, op.getLoc(),
        RankedTensorType::get(
            type.getShape(),
            ternary::getElementType(builder.getContext(), scheme)),
        RankedTensorType::get(scales, type.getElementType()), scheme, value,
        group);
    return it->second = {quantize.getResult(), quantize.getScale()};
  }

  OpBuilder builder;
  ternary::Scheme scheme;
  int64_t activationBits, groupSize;
  using InBlock = std::pair<Value, Block *>;
  llvm::DenseMap<std::pair<InBlock, Attribute>, Quantized> activations;
  llvm::DenseMap<std::pair<InBlock, int64_t>, Quantized> weights;
  /// By tensor and dimension.
  llvm::DenseMap<std::pair<Value, int64_t>, Value> groups;
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
          << "group-size must be positive, or 0 for one scale a weight, got "
          << groupSize.getValue();
      return signalPassFailure();
    }

    ProjectionQuantizer quantizer(&getContext(), scheme, activationBits,
                                  groupSize);
    SmallVector<ProjectionOp> projections;
    module.walk([&](ProjectionOp op) { projections.push_back(op); });
    int64_t quantized = 0;
    llvm::SmallSet<ProductRole, 4> stayed;
    for (ProjectionOp op : projections) {
      if (!isa<FloatType>(getElementTypeOrSelf(op.getActivation())) ||
          !isa<FloatType>(getElementTypeOrSelf(op.getWeight())) ||
          !isa<FloatType>(getElementTypeOrSelf(op.getType())))
        continue;
      if (kept.contains(op.getRole())) {
        stayed.insert(op.getRole());
        continue;
      }
      if (failed(quantizer.quantize(op)))
        return signalPassFailure();
      ++quantized;
    }
    std::string groups;
    if (groupSize > 0)
      groups = ", a scale for each " + llvm::itostr(groupSize) + " weights";
    if (quantized > 0)
      addAssumption(module, AssumptionKind::Quantization,
                    Twine(quantized) + " projections were quantized to " +
                        (scheme == ternary::Scheme::B1 ? "b1" : "b1.58") +
                        groups +
                        "; a model that was not trained for it keeps its "
                        "price, not its accuracy");
    for (ProductRole role : stayed)
      addAssumption(module, AssumptionKind::Quantization,
                    "projections of role " + stringifyProductRole(role) +
                        " stay in full precision");
  }

private:
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
