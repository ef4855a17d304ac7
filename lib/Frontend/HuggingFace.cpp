//===- HuggingFace.cpp - A config.json to a decoder module ----------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/Frontend/HuggingFace.h"
#include "ConfigReader.h"
#include "Layouts.h"
#include "ModelConfig.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace onebit;
using namespace onebit::frontend;
using decoder::AssumptionKind;
using decoder::Layout;
using decoder::Phase;

/// The file's name without `.json`, or its folder's for a config.json, or what
/// it says of itself.
static std::string nameFromPath(StringRef path, StringRef family) {
  if (path == "<stdin>")
    return family.str();
  StringRef stem = llvm::sys::path::stem(path);
  StringRef folder =
      llvm::sys::path::filename(llvm::sys::path::parent_path(path));
  return (stem == "config" && !folder.empty() && folder != "." ? folder : stem)
      .str();
}

/// Multiply-accumulates of everything that is imported; at least as much as
/// the number of elements of any tensor. Saturates.
static uint64_t countMACs(const ModelConfig &config,
                          const ImportOptions &options) {
  auto product = [](std::initializer_list<int64_t> factors) {
    uint64_t result = 1;
    for (int64_t factor : factors)
      result = llvm::SaturatingMultiply(result, static_cast<uint64_t>(factor));
    return result;
  };
  int64_t context = *options.contextLength;
  int64_t tokens = options.phase == Phase::Decode ? 1 : context;
  int64_t rows = options.batch * tokens;
  int64_t heads = *options.layers * config.heads;
  // No two of these overflow: layers are below 2^17, tokens below 2^32 and all
  // else below 2^27.
  uint64_t macs = 0;
  for (uint64_t part :
       {product({4, rows, heads, config.headDim, config.hidden}),
        product({2, rows, heads, config.headDim, context}),
        product({3, rows, *options.layers, config.hidden, config.ffn}),
        product({rows, config.vocab, config.embeddingWidth}),
        product({2, config.hidden, config.embeddingWidth}),
        product({config.maxPositions + config.positionOffset, config.hidden})})
    macs = llvm::SaturatingAdd(macs, part);
  return macs;
}

/// Sets what the options leave open, and checks that they make sense, by
/// themselves and for this model.
static LogicalResult resolveOptions(ConfigReader &reader, ModelConfig &config,
                                    ImportOptions &options) {
  auto error = [&]() { return emitError(reader.location()); };
  if (!options.contextLength)
    options.contextLength = config.maxPositions != 0
                                ? std::min<int64_t>(2048, config.maxPositions)
                                : 2048;
  int64_t context = *options.contextLength;
  if (context < 1 || context > kMaxTokens)
    return error() << "the context must be from 1 to " << kMaxTokens
                   << " tokens, found " << context;
  if (options.batch < 1 || options.batch > kMaxWidth)
    return error() << "the batch must be from 1 to " << kMaxWidth
                   << " sequences, found " << options.batch;
  int64_t layers = options.layers.value_or(config.layers);
  if (layers < 1 || layers > config.layers)
    return error() << "the number of layers to import must be from 1 to the "
                      "model's "
                   << config.layers << ", found " << layers;
  options.layers = layers;
  if (options.prefillTokens) {
    int64_t shortest = context;
    for (int64_t window : ArrayRef(config.windows).take_front(layers))
      if (window != 0)
        shortest = std::min(shortest, window);
    if (*options.prefillTokens < 1 || *options.prefillTokens > shortest)
      return error() << "the tokens of a prefill must be from 1 to " << shortest
                     << ", which the shortest cache holds, found "
                     << *options.prefillTokens;
  }

  if (options.layout == Layout::Paper) {
    if (config.paperFFN == PaperFFN::None)
      return error() << "the paper has no model of family '" << config.family
                     << "'; expected the layout real, or a model of family "
                        "gpt2, llama or opt";
    if (options.phase != Phase::Decode || options.batch != 1)
      return error() << "the paper counted one token of one sequence; expected "
                        "phase decode and batch 1, found phase "
                     << stringifyPhase(options.phase) << " and batch "
                     << options.batch;
    if (config.hidden % config.heads != 0)
      return error() << "the paper's heads divide the hidden size; found "
                     << config.heads << " heads and hidden size "
                     << config.hidden;
  } else if (config.maxPositions != 0 && context > config.maxPositions) {
    if (config.positions == Positions::Learned)
      return error() << "the context must be at most the "
                     << config.maxPositions
                     << " positions that the model has learned, found "
                     << context;
    config.assume(AssumptionKind::NotModelled,
                  "the context of " + Twine(context) +
                      " tokens is beyond the model's limit of " +
                      Twine(config.maxPositions));
    if (config.dynamicRotary)
      config.assume(AssumptionKind::Deviation,
                    "rotary positions of type 'dynamic' are rotated beyond " +
                        Twine(config.maxPositions) +
                        " tokens as they are up to there");
    if (options.warns)
      emitWarning(reader.location())
          << "the context of " << context
          << " tokens is beyond the model's limit of " << config.maxPositions
          << ": it has not learned positions behind that";
  }
  if (layers < config.layers)
    config.assume(AssumptionKind::NotModelled,
                  "only " + Twine(layers) + " of " + Twine(config.layers) +
                      " layers are imported");

  if (countMACs(config, options) > uint64_t(1) << 60)
    return error() << "the model is too large to count: more than 2^60 "
                      "multiply-accumulates in "
                   << layers << " layers of hidden size " << config.hidden
                   << ", with context " << context << " and batch "
                   << options.batch;
  return success();
}

OwningOpRef<ModuleOp>
frontend::importHuggingFaceConfig(MLIRContext &context,
                                  llvm::MemoryBufferRef file,
                                  const ImportOptions &requested) {
  context.loadDialect<arith::ArithDialect, decoder::DecoderDialect,
                      func::FuncDialect, math::MathDialect,
                      tensor::TensorDialect>();
  std::unique_ptr<ConfigReader> reader = ConfigReader::parse(context, file);
  if (!reader)
    return nullptr;
  FailureOr<ModelConfig> config = readModelConfig(*reader);
  ImportOptions options = requested;
  if (failed(config) || failed(resolveOptions(*reader, *config, options)))
    return nullptr;
  if (config->name.empty())
    config->name = nameFromPath(file.getBufferIdentifier(), config->family);

  Location loc = reader->location();
  return options.layout == Layout::Paper
             ? buildPaperLayout(loc, *config, options)
             : buildRealLayout(loc, *config, options);
}
