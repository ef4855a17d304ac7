//===- QuantizeProjections.cpp - Projections without multiplication -------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/decoder/Decoder.h"
#include "dialects/ternary/Ternary.h"
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
                      int64_t activationBits)
      : builder(context), scheme(scheme), activationBits(activationBits) {}

  void quantize(ProjectionOp op) {
    builder.setInsertionPoint(op);
    ArrayAttr maps = op.getIndexingMaps();
    AffineMap activationMap = getMap(maps, 0), resultMap = getMap(maps, 2);
    SmallVector<int64_t> reduced;
    for (auto [dim, loop] : llvm::enumerate(activationMap.getResults()))
      if (!llvm::is_contained(resultMap.getResults(), loop))
        reduced.push_back(dim);

    Quantized activation = quantizeActivation(op, reduced);
    Quantized weight = quantizeWeight(op);
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

private:
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

  Quantized quantizeWeight(ProjectionOp op) {
    Value value = op.getWeight();
    auto [it, inserted] = weights.try_emplace({value, op->getBlock()});
    if (!inserted)
      return it->second;
    auto type = cast<RankedTensorType>(value.getType());
    auto quantize = ternary::QuantizeWeightOp::create(
        builder, op.getLoc(),
        RankedTensorType::get(
            type.getShape(),
            ternary::getElementType(builder.getContext(), scheme)),
        RankedTensorType::get({}, type.getElementType()), scheme, value,
        ternary::GroupAttr());
    return it->second = {quantize.getResult(), quantize.getScale()};
  }

  OpBuilder builder;
  ternary::Scheme scheme;
  int64_t activationBits;
  using InBlock = std::pair<Value, Block *>;
  llvm::DenseMap<std::pair<InBlock, Attribute>, Quantized> activations;
  llvm::DenseMap<InBlock, Quantized> weights;
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

    ProjectionQuantizer quantizer(&getContext(), scheme, activationBits);
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
      quantizer.quantize(op);
      ++quantized;
    }
    if (quantized > 0)
      addAssumption(module, AssumptionKind::Quantization,
                    Twine(quantized) + " projections were quantized to " +
                        (scheme == ternary::Scheme::B1 ? "b1" : "b1.58") +
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
