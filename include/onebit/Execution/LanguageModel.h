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
/// `(ids: 1 x T, position, caches...) -> (logits: 1 x T x V, caches...)`, and
/// its caches. Tokens are fed T at a time; T is 1 for the decode phase.
class LanguageModel {
public:
  /// Fails if `program` has another signature, saying which.
  static llvm::Expected<std::unique_ptr<LanguageModel>>
  get(std::unique_ptr<Program> program);

  int64_t getVocabularySize() const { return vocabulary; }
  /// Tokens that the caches hold.
  int64_t getContextLength() const { return context; }
  /// Tokens fed since the start or the last reset.
  int64_t getPosition() const { return position; }
  /// Forgets every token.
  void reset();

  /// Feeds one token and returns the logits of the next, valid until the next
  /// call. Fails on a token outside the vocabulary and when the caches are
  /// full.
  llvm::Expected<llvm::ArrayRef<float>> feed(int64_t token);

  /// Feeds `prompt`, then up to `count` tokens, each the one of the largest
  /// logit, the first of several. Returns these. Fails on an empty prompt, and
  /// before anything is fed if the caches cannot hold all tokens.
  llvm::Expected<std::vector<int64_t>> generate(llvm::ArrayRef<int64_t> prompt,
                                                int64_t count);

  const Program &getProgram() const { return *program; }

private:
  explicit LanguageModel(std::unique_ptr<Program> program)
      : program(std::move(program)) {}

  std::unique_ptr<Program> program;
  int64_t vocabulary = 0, context = 0, position = 0, token = 0;
  std::vector<std::vector<char>> caches;
  std::vector<float> logits;
  std::vector<void *> inputs;
};

} // namespace onebit

#endif // ONEBIT_EXECUTION_LANGUAGEMODEL_H
