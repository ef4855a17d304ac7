//===- LanguageModel.h - A decoder that generates tokens --------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_EXECUTION_LANGUAGEMODEL_H
#define ONEBIT_EXECUTION_LANGUAGEMODEL_H

#include "onebit/Execution/Program.h"

namespace onebit {

/// A program with the signature of an imported decoder in the decode phase,
/// `(ids: 1 x 1, position, caches...) -> (logits: 1 x 1 x V, caches...)`, and
/// its caches. Where there is a second one, of T tokens,
/// `(ids: 1 x T, position, caches...) -> (logits: 1 x T x V, caches...)`, on
/// the same caches, prompts are fed T tokens at a time as far as they go.
class LanguageModel {
public:
  /// Compiles a function of `module` and, unless `prefill` is empty, the one of
  /// that name for prompts; they share their weights. As `Program::compile`,
  /// and fails as `get` does.
  static mlir::FailureOr<std::unique_ptr<LanguageModel>>
  compile(mlir::ModuleOp module, const CompileOptions &options,
          llvm::StringRef prefill);

  /// Fails if a program has another signature, saying which. `prefill` may be
  /// null.
  static llvm::Expected<std::unique_ptr<LanguageModel>>
  get(std::unique_ptr<Program> decode, std::unique_ptr<Program> prefill);

  int64_t getVocabularySize() const { return vocabulary; }
  /// Tokens that the model attends to, of which layers with a window keep only
  /// the newest.
  int64_t getContextLength() const { return context; }
  /// Tokens fed since the start or the last reset.
  int64_t getPosition() const { return position; }
  /// Forgets every token.
  void reset();

  /// Feeds one token and returns the logits of the next, valid until the next
  /// call. Fails on a token outside the vocabulary and when the caches are
  /// full.
  llvm::Expected<llvm::ArrayRef<float>> feed(int64_t token);
  /// The same for several; fails before any of them is fed.
  llvm::Expected<llvm::ArrayRef<float>> feed(llvm::ArrayRef<int64_t> tokens);

  /// Feeds `prompt`, then up to `count` tokens, each the one of the largest
  /// logit, the first of several. Returns these. Fails on an empty prompt, and
  /// before anything is fed if the caches cannot hold all tokens.
  llvm::Expected<std::vector<int64_t>> generate(llvm::ArrayRef<int64_t> prompt,
                                                int64_t count);

  const Program &getProgram() const { return *decode; }
  /// What counting kernels of both programs have executed, as
  /// `Program::getKernelCounts`.
  std::vector<KernelCount> getKernelCounts() const;
  /// Tokens of a prompt that are fed at once, 1 without a second program.
  int64_t getPrefillTokens() const { return prefillTokens; }

private:
  LanguageModel(std::unique_ptr<Program> decode,
                std::unique_ptr<Program> prefill)
      : decode(std::move(decode)), prefill(std::move(prefill)) {}

  llvm::Error check(llvm::ArrayRef<int64_t> tokens) const;
  /// Feeds so many of the tokens at once that are there and fit; returns how
  /// many.
  int64_t step(llvm::ArrayRef<int64_t> tokens);

  std::unique_ptr<Program> decode, prefill;
  int64_t vocabulary = 0, context = 0, position = 0, prefillTokens = 1;
  /// Slots of the shortest cache: beyond them a ring forgets what the first of
  /// several tokens still looks at.
  int64_t shortest = 0;
  std::vector<int64_t> ids;
  std::vector<std::vector<char>> caches;
  /// Of each token of a step.
  std::vector<float> logits;
  std::vector<void *> inputs;
};

} // namespace onebit

#endif // ONEBIT_EXECUTION_LANGUAGEMODEL_H
