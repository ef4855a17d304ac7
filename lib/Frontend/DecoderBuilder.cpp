//===- DecoderBuilder.cpp - Ops of a decoder, one call each ---------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DecoderBuilder.h"

using namespace mlir;
using namespace onebit;
using namespace onebit::frontend;
using decoder::DecoderDialect;

int64_t frontend::dim(Value tensor, unsigned index) {
  return cast<RankedTensorType>(tensor.getType()).getDimSize(index);
}

DecoderBuilder::DecoderBuilder(Location loc, const ModelConfig &config,
                               const ImportOptions &options, Type inputType,
                               ArrayRef<RankedTensorType> cacheTypes)
    : builder(loc.getContext()), loc(loc), config(config),
      module(ModuleOp::create(loc)) {
  (*module)->setAttr(
      DecoderDialect::kModelAttrName,
      decoder::ModelAttr::get(loc.getContext(), config.name, config.family,
                              cacheTypes.size(), options.phase, options.layout,
                              options.batch, *options.contextLength));

  SmallVector<Type> inputs = {inputType, builder.getIndexType()};
  for (Type type : cacheTypes)
    inputs.append(2, type);
  builder.setInsertionPointToEnd(module->getBody());
  function =
      func::FuncOp::create(builder, loc, decoder::stringifyPhase(options.phase),
                           builder.getFunctionType(inputs, {}));
  SmallVector<Attribute> marks(2, builder.getDictionaryAttr({}));
  marks.append(inputs.size() - 2,
               builder.getDictionaryAttr(builder.getNamedAttr(
                   DecoderDialect::kCacheAttrName, builder.getUnitAttr())));
  function.setArgAttrsAttr(builder.getArrayAttr(marks));
  builder.setInsertionPointToStart(function.addEntryBlock());
  llvm::append_range(caches, function.getArguments().drop_front(2));
}

OwningOpRef<ModuleOp> DecoderBuilder::finish(Value output) {
  SmallVector<Value> results = {output};
  llvm::append_range(results, caches);
  func::ReturnOp::create(builder, loc, results);
  function.setFunctionType(builder.getFunctionType(
      function.getArgumentTypes(), ValueRange(results).getTypes()));
  for (const auto &[kind, text] : config.assumptions)
    decoder::addAssumption(*module, kind, text);
  return std::move(module);
}

Value DecoderBuilder::block(int64_t layer, Value hidden, BlockBody body) {
  Value &keys = caches[2 * layer], &values = caches[2 * layer + 1];
  auto block = decoder::BlockOp::create(
      builder, loc,
      TypeRange{hidden.getType(), keys.getType(), values.getType()}, layer);
  OpBuilder::InsertionGuard guard(builder);
  builder.createBlock(&block.getBody());
  Value output = body(hidden, keys, values);
  decoder::YieldOp::create(builder, loc, ValueRange{output, keys, values});
  keys = block.getResult(1);
  values = block.getResult(2);
  return block.getResult(0);
}

RankedTensorType DecoderBuilder::type(ArrayRef<int64_t> shape) {
  return RankedTensorType::get(shape, builder.getF32Type());
}

Value DecoderBuilder::weight(const Twine &name, ArrayRef<int64_t> shape) {
  return decoder::WeightOp::create(builder, loc, type(shape),
                                   builder.getStringAttr(name), ElementsAttr());
}

Value DecoderBuilder::project(Value x, Value weight, Value bias,
                              const Twine &name, decoder::ProductRole role,
                              bool transposed, BoolAttr quantize) {
  AffineExpr b, t, n, k;
  bindDims(loc.getContext(), b, t, n, k);
  auto map = [&](ArrayRef<AffineExpr> results) {
    return AffineMap::get(4, 0, results, loc.getContext());
  };
  SmallVector<AffineMap> maps = {
      map({b, t, k}), transposed ? map({k, n}) : map({n, k}), map({b, t, n})};
  if (bias)
    maps.push_back(map(n));
  return decoder::ProjectionOp::create(
      builder, loc, type({dim(x, 0), dim(x, 1), dim(weight, transposed)}), x,
      weight, bias, builder.getAffineMapArrayAttr(maps), role, IntegerAttr(),
      builder.getStringAttr(name), quantize);
}

Value DecoderBuilder::splitHeads(Value x, int64_t heads) {
  return decoder::SplitHeadsOp::create(
      builder, loc, type({dim(x, 0), heads, dim(x, 1), dim(x, 2) / heads}), x);
}

Value DecoderBuilder::mergeHeads(Value x) {
  return decoder::MergeHeadsOp::create(
      builder, loc, type({dim(x, 0), dim(x, 2), dim(x, 1) * dim(x, 3)}), x);
}

Value DecoderBuilder::append(Value rows, Value cache) {
  return decoder::CacheAppendOp::create(builder, loc, rows, cache,
                                        getPosition());
}
