//===- LanguageModel.cpp - A decoder that generates tokens ----------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/Execution/LanguageModel.h"
#include "dialects/decoder/Decoder.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Pass/PassManager.h"
#include "onebit/Conversion/Passes.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include <algorithm>
#include <cmath>
#include <limits>

using namespace onebit;

/// What to do where tokens do not fit. The option has one name everywhere.
static constexpr llvm::StringLiteral kLongerContext =
    "give the model a longer context (--context=N; in Python context=N)";

template <typename... Ts>
static llvm::Error failure(const char *format, Ts &&...values) {
  return llvm::createStringError(
      llvm::formatv(format, std::forward<Ts>(values)...).str());
}

/// The weight to blame, where there is one. Weights are read once more, and
/// only now.
static llvm::Error failNotNumbers(const Program &program, int64_t position) {
  if (std::optional<NonFinite> found = program.findNonFiniteWeight())
    return failure("the logits after {0} tokens are not numbers: element {1} "
                   "of weight '{2}' is {3}",
                   position, found->element, found->weight,
                   found->isNaN ? "NaN" : "infinite");
  return failure("the logits after {0} tokens are not numbers, though all "
                 "weights are: a sum became too large",
                 position);
}

/// The tokens of a step, if `program` has the signature of a decoder.
static llvm::Expected<int64_t> readSignature(const Program &program,
                                             bool isPrefill) {
  auto refuse = [&](llvm::StringRef what) {
    return failure(
        "'{0}' does not generate tokens: {1}; expected (ids: 1 x {2} "
        "x i64, position: index, caches...) -> (logits: 1 x {2} x V "
        "x f32, caches...), as the import of a configuration makes "
        "it with --phase=decode --batch=1",
        program.getEntry(), what, isPrefill ? "T" : "1");
  };
  llvm::ArrayRef<Port> inputs = program.getInputs();
  llvm::ArrayRef<Port> results = program.getResults();
  if (inputs.size() < 2 || inputs[0].kind != Port::Kind::Tensor ||
      inputs[0].elementType != "i64" || inputs[0].shape.size() != 2 ||
      inputs[0].shape[0] != 1 || inputs[0].shape[1] < 1 ||
      (!isPrefill && inputs[0].shape[1] != 1) ||
      inputs[1].kind != Port::Kind::Index)
    return refuse("it does not take one token and its position");
  int64_t tokens = inputs[0].shape[1];
  if (results.empty() || results[0].elementType != "f32" ||
      results[0].shape.size() != 3 || results[0].shape[0] != 1 ||
      results[0].shape[1] != tokens || program.getUpdatedInput(0))
    return refuse("its first result is not the logits of one token");
  if (results.size() != inputs.size() - 1)
    return refuse("it does not return a cache for each that it takes");
  for (size_t i = 2; i < inputs.size(); ++i)
    if (inputs[i].kind != Port::Kind::Tensor || inputs[i].shape.size() != 4 ||
        inputs[i].shape[2] < 1 || program.getUpdatedInput(i - 1) != i)
      return failure("'{0}' does not generate tokens: result {1} is not cache "
                     "{1}, updated in place",
                     program.getEntry(), i - 1);
  return tokens;
}

llvm::Expected<std::unique_ptr<LanguageModel>>
LanguageModel::get(std::unique_ptr<Program> decode,
                   std::unique_ptr<Program> prefill) {
  llvm::Expected<int64_t> one = readSignature(*decode, /*isPrefill=*/false);
  if (!one)
    return one.takeError();
  std::unique_ptr<LanguageModel> model(
      new LanguageModel(std::move(decode), std::move(prefill)));
  llvm::ArrayRef<Port> inputs = model->decode->getInputs();
  model->vocabulary = model->decode->getResults()[0].shape[2];
  if (model->prefill) {
    llvm::Expected<int64_t> several =
        readSignature(*model->prefill, /*isPrefill=*/true);
    if (!several)
      return several.takeError();
    auto isSame = [](const Port &a, const Port &b) {
      return a.shape == b.shape && a.elementType == b.elementType;
    };
    llvm::ArrayRef<Port> others = model->prefill->getInputs();
    if (model->prefill->getResults()[0].shape[2] != model->vocabulary ||
        !std::equal(inputs.begin() + 2, inputs.end(), others.begin() + 2,
                    others.end(), isSame))
      return failure("'{0}' cannot feed prompts to '{1}': they have other "
                     "caches, or another vocabulary",
                     model->prefill->getEntry(), model->decode->getEntry());
    model->prefillTokens = *several;
  }

  model->ids.resize(model->prefillTokens);
  model->logits.resize(model->prefillTokens * model->vocabulary);
  model->inputs = {model->ids.data(), &model->position};
  model->shortest = std::numeric_limits<int64_t>::max();
  for (const Port &port : inputs.drop_front(2)) {
    // A sliding window's ring may be shorter than the others.
    model->context = std::max(model->context, port.shape[2]);
    model->shortest = std::min(model->shortest, port.shape[2]);
    model->caches.emplace_back(port.bytes());
    model->inputs.push_back(model->caches.back().data());
  }
  // What keeps nothing is never full.
  if (model->caches.empty())
    model->context = model->shortest;
  return model;
}

/// A model that is computed otherwise can be priced; its numbers are nobody's.
static mlir::LogicalResult checkNumbers(mlir::ModuleOp module) {
  auto assumptions = module->getAttrOfType<mlir::ArrayAttr>(
      decoder::DecoderDialect::kAssumptionsAttrName);
  if (!assumptions)
    return mlir::success();
  for (auto assumption : assumptions.getAsRange<decoder::AssumptionAttr>())
    if (assumption.getKind() == decoder::AssumptionKind::Deviation)
      return mlir::emitError(module.getLoc())
             << "the model can be priced but not run, its numbers would be "
                "wrong: "
             << assumption.getText();
  return mlir::success();
}

mlir::FailureOr<std::unique_ptr<LanguageModel>>
LanguageModel::compile(mlir::ModuleOp module, const CompileOptions &options,
                       llvm::StringRef prefill) {
  if (mlir::failed(checkNumbers(module)))
    return mlir::failure();
  std::unique_ptr<Program> forPrompts;
  if (!prefill.empty()) {
    // Weights are packed before they are shared.
    mlir::PassManager passes(module.getContext());
    if (options.packProducts)
      passes.addPass(createPackProducts());
    if (mlir::failed(passes.run(module)))
      return mlir::failure();
    mlir::OwningOpRef<mlir::ModuleOp> copy = module.clone();
    CompileOptions of = options;
    of.entry = prefill.str();
    auto program = Program::compile(*copy, of);
    if (mlir::failed(program))
      return mlir::failure();
    forPrompts = std::move(*program);
  }
  // Where every layer has a window, no cache is as long as the context.
  int64_t context = 0;
  if (auto attr = module->getAttrOfType<decoder::ModelAttr>(
          decoder::DecoderDialect::kModelAttrName))
    context = attr.getContextLength();
  auto program = Program::compile(module, options);
  if (mlir::failed(program))
    return mlir::failure();
  auto model = get(std::move(*program), std::move(forPrompts));
  if (!model)
    return mlir::emitError(module.getLoc(), llvm::toString(model.takeError()));
  (*model)->context = std::max((*model)->context, context);
  return std::move(*model);
}

std::vector<KernelCount> LanguageModel::getKernelCounts() const {
  std::vector<KernelCount> counts = decode->getKernelCounts();
  if (!prefill)
    return counts;
  // Both are of one module: each has the counters of all kernels.
  for (auto [count, more] : llvm::zip_equal(counts, prefill->getKernelCounts()))
    count.macs += more.macs;
  return counts;
}

void LanguageModel::reset() {
  position = 0;
  for (std::vector<char> &cache : caches)
    std::fill(cache.begin(), cache.end(), 0);
}

llvm::Error LanguageModel::check(llvm::ArrayRef<int64_t> tokens) const {
  for (int64_t id : tokens)
    if (id < 0 || id >= vocabulary)
      return failure("token {0} is outside the vocabulary of {1}", id,
                     vocabulary);
  return llvm::Error::success();
}

int64_t LanguageModel::step(llvm::ArrayRef<int64_t> tokens) {
  int64_t count = static_cast<int64_t>(tokens.size());
  bool several =
      prefill && count >= prefillTokens && position + prefillTokens <= shortest;
  int64_t taken = several ? prefillTokens : 1;
  std::copy_n(tokens.begin(), taken, ids.begin());
  void *result = logits.data();
  (several ? prefill : decode)->run(inputs, result);
  position += taken;
  return taken;
}

llvm::Expected<llvm::ArrayRef<float>> LanguageModel::feed(int64_t token) {
  return feed(llvm::ArrayRef(token));
}

llvm::Expected<llvm::ArrayRef<float>>
LanguageModel::feed(llvm::ArrayRef<int64_t> tokens) {
  if (tokens.empty())
    return failure("there is no prompt: give at least one token");
  if (llvm::Error error = check(tokens))
    return std::move(error);
  if (static_cast<int64_t>(tokens.size()) > context - position)
    return failure("the caches hold {0} tokens, of which {1} are taken, and "
                   "{2} do not fit: {3}, or reset it",
                   context, position, tokens.size(), kLongerContext);
  int64_t taken = 0;
  while (!tokens.empty()) {
    taken = step(tokens);
    tokens = tokens.drop_front(taken);
  }
  llvm::ArrayRef<float> scores =
      llvm::ArrayRef(logits).slice((taken - 1) * vocabulary, vocabulary);
  // What is minus infinity is never the likeliest; the likeliest is a number.
  if (llvm::any_of(scores, [](float score) {
        return std::isnan(score) || score == INFINITY;
      }))
    return failNotNumbers(*decode, position);
  return scores;
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
                   "of {2}, of which {3} are taken: {4}",
                   prompt.size(), count, context, position, kLongerContext);

  std::vector<int64_t> generated;
  generated.reserve(count);
  llvm::Expected<llvm::ArrayRef<float>> scores = feed(prompt);
  while (scores && static_cast<int64_t>(generated.size()) < count) {
    generated.push_back(std::max_element(scores->begin(), scores->end()) -
                        scores->begin());
    if (static_cast<int64_t>(generated.size()) < count)
      scores = feed(generated.back());
  }
  if (!scores)
    return scores.takeError();
  return generated;
}
