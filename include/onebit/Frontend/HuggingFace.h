//===- HuggingFace.h - A config.json to a decoder module --------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_FRONTEND_HUGGINGFACE_H
#define ONEBIT_FRONTEND_HUGGINGFACE_H

#include "dialects/decoder/Decoder.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/Support/MemoryBufferRef.h"
#include <optional>
#include <string>
#include <vector>

namespace onebit::frontend {

/// What of a model is imported.
struct ImportOptions {
  /// `Decode` computes one token per sequence, `Prefill` all of the context.
  decoder::Phase phase = decoder::Phase::Decode;
  /// `Real` is the model as it is. `Paper` is what "MatMul or No MatMul in the
  /// Era of 1-bit LLMs" (arXiv 2408.11939) counted of it: blocks of four
  /// `hidden x hidden` projections, attention with as many key-value heads as
  /// query heads, and two feed-forward projections; of OPT, GPT-2 and LLaMA,
  /// one token of one sequence. Each difference is an assumption.
  decoder::Layout layout = decoder::Layout::Real;
  /// Sequences side by side.
  int64_t batch = 1;
  /// Keys attended, in tokens, the current token included. If absent, 2048 or
  /// the model's limit, whichever is less.
  std::optional<int64_t> contextLength;
  /// Of `Prefill`, to run it: so many tokens at once, at any position, into the
  /// caches that `Decode` has; all of the context, from its start, if absent.
  /// No cache may be shorter.
  std::optional<int64_t> prefillTokens;
  /// Only the first so many layers; all of them if absent.
  std::optional<int64_t> layers;
  /// Whether a context beyond the model's limit is a warning, too, besides an
  /// assumption of the module: for those who run it and see no report.
  bool warns = false;
};

/// Reads a Hugging Face `config.json` and builds the model that it describes:
/// a module with one function, `@decode` or `@prefill`, of decoder blocks. Its
/// arguments are token ids `tensor<BxTxi64>`, the position of the first of
/// them, and the key and the value cache of each layer,
/// `tensor<BxKVxLxExf32>`; its results are the logits `tensor<BxTxVxf32>` and
/// the caches. Weights have the names, the shapes and the layout of the
/// checkpoint, and no payload.
///
/// The fields of a config are those that `transformers` 5 reads, older
/// spellings included. Whatever the module leaves out of the model is listed in
/// its `decoder.assumptions`.
///
/// The result is null where the config cannot be understood; a diagnostic then
/// names the file (the buffer's identifier), the field, what was expected and
/// what was found. Loads the dialects that it needs into `context`.
mlir::OwningOpRef<mlir::ModuleOp>
importHuggingFaceConfig(mlir::MLIRContext &context,
                        llvm::MemoryBufferRef config,
                        const ImportOptions &options);

/// The values of `model_type` that importHuggingFaceConfig understands.
std::vector<std::string> getHuggingFaceFamilies();

} // namespace onebit::frontend

#endif // ONEBIT_FRONTEND_HUGGINGFACE_H
