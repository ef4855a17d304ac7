//===- RealLayout.cpp - The model as it is --------------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DecoderBuilder.h"
#include "Layouts.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace onebit;
using namespace onebit::frontend;
using decoder::ProductRole;

namespace {
/// The model as it is, part by part.
class RealBuilder : public DecoderBuilder {
public:
  RealBuilder(Location loc, const ModelConfig &config,
              const ImportOptions &options, Type ids,
              ArrayRef<RankedTensorType> cacheTypes)
      : DecoderBuilder(loc, config, options, ids, cacheTypes), config(config),
        options(options) {}

  OwningOpRef<ModuleOp> build(int64_t layers);

private:
  Value linear(Value x, const Linear &linear, int64_t outputs,
               ProductRole role) {
    bool transposed = config.transposedLinears;
    int64_t inputs = dim(x, 2);
    Value factor = weight(prefix + linear.name + ".weight",
                          transposed ? ArrayRef{inputs, outputs}
                                     : ArrayRef{outputs, inputs});
    Value bias;
    if (linear.bias)
      bias = weight(prefix + linear.name + ".bias", outputs);
    return apply(x, factor, bias, prefix + linear.name, role, transposed);
  }

  /// The linear layer `name` of `x`, with the norm that it may begin with if
  /// its weight is 1-bit.
  Value apply(Value x, Value factor, Value bias, const Twine &name,
              ProductRole role, bool transposed) {
    if (!config.oneBit)
      return project(x, factor, bias, name, role, transposed);
    // transformers converts modules of class Linear, which are not transposed.
    bool oneBit = !transposed && config.oneBit->isQuantized(name.str());
    if (oneBit && config.oneBit->rmsNorm)
      x = decoder::NormOp::create(
          builder, loc, decoder::NormKind::RMSNorm, x,
          weight(name + ".rms_norm.weight", dim(x, 2)), /*bias=*/Value(),
          APFloat(config.oneBit->epsilon), /*unit_offset=*/false);
    // Said where it is not what goes without saying.
    BoolAttr quantize;
    if (oneBit == (role == ProductRole::LMHead))
      quantize = builder.getBoolAttr(oneBit);
    return project(x, factor, bias, name, role, transposed, quantize);
  }

  /// `x` itself where the model has no such norm.
  Value norm(Value x, Norm name) {
    if (name.empty())
      return x;
    int64_t width = cast<RankedTensorType>(x.getType()).getShape().back();
    Value factor, bias;
    if (config.norm.weight)
      factor = weight(prefix + name + ".weight", width);
    if (config.norm.bias)
      bias = weight(prefix + name + ".bias", width);
    return decoder::NormOp::create(builder, loc, config.norm.kind, x, factor,
                                   bias, APFloat(config.norm.epsilon),
                                   config.norm.unitOffset);
  }

  /// `x` times a number, unless that is one.
  Value scale(Value x, double factor) {
    if (factor == 1.0)
      return x;
    return arith::MulFOp::create(builder, loc, x, splat(x, factor));
  }

  Value splat(Value like, double value) {
    auto type = cast<RankedTensorType>(like.getType());
    return arith::ConstantOp::create(
        builder, loc, DenseElementsAttr::get(type, static_cast<float>(value)));
  }

  Value add(Value residual, Value x) {
    return arith::AddFOp::create(builder, loc, residual,
                                 scale(x, config.residualScale));
  }

  Value rotate(Value x) {
    if (config.positions != Positions::Rotary)
      return x;
    return decoder::RotaryOp::create(
        builder, loc, x, getPosition(),
        builder.getF64FloatAttr(config.rotaryTheta),
        config.rotaryDim == config.headDim
            ? IntegerAttr()
            : builder.getI64IntegerAttr(config.rotaryDim),
        /*interleaved=*/UnitAttr(), config.rotaryScaling);
  }

  Value embed();
  Value attention(Value x, int64_t layer, Value &keys, Value &values);
  Value feedForward(Value x);
  Value layer(Value x, int64_t layer, Value &keys, Value &values);
  Value logits(Value x);

  const ModelConfig &config;
  const ImportOptions &options;
  /// Of the names of weights.
  std::string prefix;
  /// The embedding, for an lm_head that is tied to it.
  Value embedding;
};
} // namespace

Value RealBuilder::embed() {
  embedding = weight(config.embedding + ".weight",
                     {config.vocab, config.embeddingWidth});
  auto ids = cast<RankedTensorType>(getInput().getType());
  Value x = decoder::EmbeddingOp::create(
      builder, loc,
      type({ids.getDimSize(0), ids.getDimSize(1), config.embeddingWidth}),
      embedding, getInput());
  if (!config.projectIn.name.empty())
    x = linear(x, config.projectIn, config.hidden, ProductRole::Other);
  x = scale(x, config.embeddingScale);
  if (config.positions == Positions::Learned) {
    Value table =
        weight(config.positionTable + ".weight",
               {config.maxPositions + config.positionOffset, config.hidden});
    x = decoder::PositionEmbeddingOp::create(
        builder, loc, x, table, getPosition(), config.positionOffset);
  }
  return norm(x, config.embeddingNorm);
}

Value RealBuilder::attention(Value x, int64_t index, Value &keys,
                             Value &values) {
  const LayerConfig &layer = config.layer;
  int64_t qWidth = config.heads * config.headDim;
  int64_t kvWidth = config.kvHeads * config.headDim;
  Value q, k, v;
  if (!layer.qkv.name.empty()) {
    Value fused = linear(x, layer.qkv, qWidth + 2 * kvWidth, ProductRole::QKV);
    Type qType = type({dim(x, 0), config.heads, dim(x, 1), config.headDim});
    Type kvType = type({dim(x, 0), config.kvHeads, dim(x, 1), config.headDim});
    auto split = decoder::SplitQKVOp::create(builder, loc, qType, kvType,
                                             kvType, layer.qkvLayout, fused);
    q = split.getQuery();
    k = split.getKey();
    v = split.getValue();
  } else {
    auto heads = [&](const Linear &projection, int64_t count, ProductRole role,
                     Norm normed) {
      Value y = linear(x, projection, count * config.headDim, role);
      if (!layer.normPerHead)
        y = norm(y, normed);
      y = splitHeads(y, count);
      return layer.normPerHead ? norm(y, normed) : y;
    };
    q = heads(layer.q, config.heads, ProductRole::Q, layer.queries);
    k = heads(layer.k, config.kvHeads, ProductRole::K, layer.keys);
    v = heads(layer.v, config.kvHeads, ProductRole::V, Norm());
  }
  keys = append(rotate(k), keys);
  values = append(v, values);

  // A cache that is as short as the window is a ring and forgets by itself.
  int64_t window = config.windows[index];
  bool masked = window != 0 && window < dim(keys, 2);
  double scale = config.attentionScale;
  if (config.scaleByLayer)
    scale /= static_cast<double>(index + 1);
  auto softcap = config.attentionSoftcap
                     ? builder.getF64FloatAttr(*config.attentionSoftcap)
                     : FloatAttr();
  auto alibi =
      config.positions == Positions::ALiBi
          ? decoder::AlibiKindAttr::get(builder.getContext(), config.alibi)
          : decoder::AlibiKindAttr();
  Value y = decoder::AttentionOp::create(
      builder, loc, rotate(q), keys, values, getPosition(), IntegerAttr(),
      builder.getStringAttr(prefix + layer.attention), APFloat(scale), softcap,
      masked ? builder.getI64IntegerAttr(window) : IntegerAttr(),
      /*causal=*/true, alibi);
  return linear(norm(mergeHeads(y), layer.attentionSub), layer.o, config.hidden,
                ProductRole::O);
}

Value RealBuilder::feedForward(Value x) {
  const LayerConfig &layer = config.layer;
  Value y;
  if (!layer.gateUp.name.empty()) {
    Value fused = linear(x, layer.gateUp, 2 * config.ffn, ProductRole::GateUp);
    RankedTensorType half = type({dim(x, 0), dim(x, 1), config.ffn});
    auto slice = [&](int64_t offset) {
      SmallVector<OpFoldResult> offsets(3, builder.getIndexAttr(0));
      SmallVector<OpFoldResult> strides(3, builder.getIndexAttr(1));
      offsets[2] = builder.getIndexAttr(offset);
      return tensor::ExtractSliceOp::create(
          builder, loc, half, fused, offsets,
          getAsIndexOpFoldResult(builder.getContext(), half.getShape()),
          strides);
    };
    Value gate = slice(0);
    Value up = slice(config.ffn);
    y = decoder::GatedActivationOp::create(builder, loc, layer.activation, gate,
                                           up);
  } else if (!layer.gate.name.empty()) {
    Value gate = linear(x, layer.gate, config.ffn, ProductRole::Gate);
    Value up = linear(x, layer.up, config.ffn, ProductRole::Up);
    y = decoder::GatedActivationOp::create(builder, loc, layer.activation, gate,
                                           up);
  } else {
    Value up = linear(x, layer.up, config.ffn, ProductRole::Up);
    y = decoder::ActivationOp::create(builder, loc, layer.activation, up);
  }
  return linear(norm(y, layer.ffnSub), layer.down, config.hidden,
                ProductRole::Down);
}

Value RealBuilder::layer(Value x, int64_t index, Value &keys, Value &values) {
  const LayerConfig &layer = config.layer;
  prefix = (config.layerPrefix + Twine(index) + ".").str();
  Value normed = norm(x, layer.attentionInput);
  Value residual = layer.normalizedResidual ? normed : x;
  if (layer.parallel) {
    Value other = layer.ffnInput.empty() ? normed : norm(x, layer.ffnInput);
    residual = add(residual, attention(normed, index, keys, values));
    x = add(residual, feedForward(other));
  } else {
    Value y = attention(normed, index, keys, values);
    x = add(residual, norm(y, layer.attentionOutput));
    x = norm(x, layer.attentionResidual);
    normed = norm(x, layer.ffnInput);
    residual = layer.normalizedResidual ? normed : x;
    x = add(residual, norm(feedForward(normed), layer.ffnOutput));
    x = norm(x, layer.ffnResidual);
  }
  prefix.clear();
  return x;
}

Value RealBuilder::logits(Value x) {
  x = norm(x, config.finalNorm);
  if (!config.projectOut.name.empty())
    x = linear(x, config.projectOut, config.embeddingWidth, ProductRole::Other);
  Value head = config.tied ? embedding
                           : weight(config.lmHead.name + ".weight",
                                    {config.vocab, config.embeddingWidth});
  Value bias;
  if (config.lmHead.bias)
    bias = weight(config.lmHead.name + ".bias", config.vocab);
  x = apply(x, head, bias, config.lmHead.name, ProductRole::LMHead,
            /*transposed=*/false);
  x = scale(x, config.logitsScale);
  if (!config.logitsSoftcap)
    return x;
  x = math::TanhOp::create(builder, loc, scale(x, 1.0 / *config.logitsSoftcap));
  return scale(x, *config.logitsSoftcap);
}

OwningOpRef<ModuleOp> RealBuilder::build(int64_t layers) {
  Value x = embed();
  for (int64_t index = 0; index < layers; ++index)
    x = block(index, x, [&](Value hidden, Value &keys, Value &values) {
      return layer(hidden, index, keys, values);
    });
  return finish(logits(x));
}

OwningOpRef<ModuleOp> frontend::buildRealLayout(Location loc,
                                                const ModelConfig &config,
                                                const ImportOptions &options) {
  bool decode = options.phase == decoder::Phase::Decode;
  int64_t layers = *options.layers;
  Builder builder(loc.getContext());
  SmallVector<RankedTensorType> cacheTypes;
  for (int64_t window : ArrayRef(config.windows).take_front(layers)) {
    int64_t slots = *options.contextLength;
    if ((decode || options.prefillTokens) && window != 0)
      slots = std::min(slots, window);
    cacheTypes.push_back(RankedTensorType::get(
        {options.batch, config.kvHeads, slots, config.headDim},
        builder.getF32Type()));
  }
  int64_t tokens =
      decode ? 1 : options.prefillTokens.value_or(*options.contextLength);
  auto ids =
      RankedTensorType::get({options.batch, tokens}, builder.getI64Type());
  return RealBuilder(loc, config, options, ids, cacheTypes).build(layers);
}
