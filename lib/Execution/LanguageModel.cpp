//===- LanguageModel.cpp - A decoder that generates tokens ----------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/Execution/LanguageModel.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include <algorithm>
#include <limits>

using namespace onebit;

template <typename... Ts>
static llvm::Error failure(const char *format, Ts &&...values) {
  return llvm::createStringError(
      llvm::formatv(format, std::forward<Ts>(values)...).str());
}

llvm::Expected<std::unique_ptr<LanguageModel>>
LanguageModel::get(std::unique_ptr<Program> program) {
  auto refuse = [&](llvm::StringRef what) {
    return failure("'{0}' does not generate tokens: {1}; expected (ids: 1 x 1 "
                   "x i64, position: index, caches...) -> (logits: 1 x 1 x V x "
                   "f32, caches...), as the import of a configuration makes it "
                   "with --phase=decode --batch=1",
                   program->getEntry(), what);
  };
  llvm::ArrayRef<Port> inputs = program->getInputs();
  llvm::ArrayRef<Port> results = program->getResults();
  if (inputs.size() < 2 || inputs[0].kind != Port::Kind::Tensor ||
      inputs[0].elementType != "i64" ||
      inputs[0].shape != std::vector<int64_t>{1, 1} ||
      inputs[1].kind != Port::Kind::Index)
    return refuse("it does not take one token and its position");
  if (results.empty() || results[0].elementType != "f32" ||
      results[0].shape.size() != 3 || results[0].shape[0] != 1 ||
      results[0].shape[1] != 1 || program->getUpdatedInput(0))
    return refuse("its first result is not the logits of one token");
  if (results.size() != inputs.size() - 1)
    return refuse("it does not return a cache for each that it takes");

  std::unique_ptr<LanguageModel> model(new LanguageModel(std::move(program)));
  model->vocabulary = results[0].shape[2];
  model->logits.resize(model->vocabulary);
  model->inputs = {&model->token, &model->position};
  for (auto [index, port] : llvm::enumerate(inputs.drop_front(2))) {
    if (port.kind != Port::Kind::Tensor || port.shape.size() != 4 ||
        model->program->getUpdatedInput(index + 1) != index + 2)
      return failure("'{0}' does not generate tokens: result {1} is not cache "
                     "{1}, updated in place",
                     model->program->getEntry(), index + 1);
    // A sliding window's ring may be shorter than the others.
    model->context = std::max(model->context, port.shape[2]);
    model->caches.emplace_back(port.bytes());
    model->inputs.push_back(model->caches.back().data());
  }
  // What keeps nothing is never full.
  if (model->caches.empty())
    model->context = std::numeric_limits<int64_t>::max();
  return model;
}

void LanguageModel::reset() {
  position = 0;
  for (std::vector<char> &cache : caches)
    std::fill(cache.begin(), cache.end(), 0);
}

llvm::Expected<llvm::ArrayRef<float>> LanguageModel::feed(int64_t next) {
  if (next < 0 || next >= vocabulary)
    return failure("token {0} is outside the vocabulary of {1}", next,
                   vocabulary);
  if (position >= context)
    return failure("the caches hold {0} tokens and are full: import the model "
                   "with a longer context, or reset it",
                   context);
  token = next;
  void *result = logits.data();
  program->run(inputs, result);
  ++position;
  return logits;
}

llvm::Expected<std::vector<int64_t>>
LanguageModel::generate(llvm::ArrayRef<int64_t> prompt, int64_t count) {
  if (prompt.empty())
    return failure("there is no prompt: give at least one token");
  if (count < 0)
    return failure("cannot generate {0} tokens", count);
  // The last token is generated, but not fed.
  int64_t room = context - position;
  if (static_cast<int64_t>(prompt.size()) > room ||
      count - 1 > room - static_cast<int64_t>(prompt.size()))
    return failure("a prompt of {0} and {1} new tokens do not fit into caches "
                   "of {2}, of which {3} are taken: import the model with a "
                   "longer context",
                   prompt.size(), count, context, position);
  for (int64_t id : prompt)
    if (id < 0 || id >= vocabulary)
      return failure("token {0} is outside the vocabulary of {1}", id,
                     vocabulary);

  std::vector<int64_t> generated;
  generated.reserve(count);
  for (int64_t id : prompt) {
    llvm::Expected<llvm::ArrayRef<float>> scores = feed(id);
    if (!scores)
      return scores.takeError();
  }
  while (static_cast<int64_t>(generated.size()) < count) {
    generated.push_back(std::max_element(logits.begin(), logits.end()) -
                        logits.begin());
    if (static_cast<int64_t>(generated.size()) == count)
      break;
    llvm::Expected<llvm::ArrayRef<float>> scores = feed(generated.back());
    if (!scores)
      return scores.takeError();
  }
  return generated;
}
