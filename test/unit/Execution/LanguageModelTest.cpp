//===- LanguageModelTest.cpp - Steps, prompts, threads, memory ------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AllocationCounter.h"
#include "TestModules.h"
#include "onebit/Runtime/TernaryGemv.h"
#include <cmath>
#include <cstring>
#include <gtest/gtest.h>

using namespace mlir;
using namespace onebit;

namespace {
/// A compiled decoder and what it needs to live.
class Decoder {
public:
  explicit Decoder(int64_t prefillTokens = 1, unsigned threads = 1,
                   bool quantized = true, bool packed = true,
                   int64_t window = 0,
                   std::optional<runtime::Kernel> kernel = std::nullopt)
      : context(getTestRegistry(), MLIRContext::Threading::DISABLED),
        module(makeDecoder(context, prefillTokens, quantized, window)) {
    CompileOptions options;
    options.entry = "decode";
    options.threads = threads;
    options.packProducts = packed;
    options.kernel = kernel;
    auto compiled = LanguageModel::compile(*module, options,
                                           prefillTokens > 1 ? "prefill" : "");
    if (succeeded(compiled))
      model = std::move(*compiled);
  }

  LanguageModel &operator*() { return *model; }
  LanguageModel *operator->() { return model.get(); }

  /// The logits behind each of the tokens.
  std::vector<std::vector<float>> feedOneByOne(ArrayRef<int64_t> tokens) {
    std::vector<std::vector<float>> logits;
    for (int64_t token : tokens)
      logits.push_back(llvm::cantFail(model->feed(token)).vec());
    return logits;
  }

private:
  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  std::unique_ptr<LanguageModel> model;
};

std::vector<int64_t> makeTokens(int64_t count) {
  std::mt19937 random(8);
  std::vector<int64_t> tokens(count);
  for (int64_t &token : tokens)
    token = random() % kVocabulary;
  return tokens;
}

TEST(LanguageModel, ThreadsChangeNothing) {
  std::vector<int64_t> tokens = makeTokens(12);
  auto expected = Decoder().feedOneByOne(tokens);
  for (unsigned threads : {2, 3})
    EXPECT_EQ(Decoder(1, threads).feedOneByOne(tokens), expected);
}

TEST(LanguageModel, KernelsChangeNothing) {
  std::vector<int64_t> tokens = makeTokens(12);
  Decoder loops(1, 1, true, /*packed=*/false);
  auto expected = loops.feedOneByOne(tokens);
  Decoder packed(1, 1, true, true, 0, runtime::getBest(/*adds=*/true));
  EXPECT_EQ(packed.feedOneByOne(tokens), expected);
  EXPECT_EQ(Decoder().feedOneByOne(tokens), expected);
  // Unpacked trits are part of the program.
  EXPECT_GT(packed->getProgram().getWeightBytes(),
            loops->getProgram().getWeightBytes());
}

/// Feeds a prompt as far as possible in steps of several tokens, then the rest.
void checkPrefill(Decoder &decoder, ArrayRef<int64_t> tokens,
                  const std::vector<std::vector<float>> &expected) {
  auto check = [&](ArrayRef<float> logits, const std::vector<float> &want) {
    ASSERT_EQ(logits.size(), want.size());
    float largest = 0;
    for (float logit : want)
      largest = std::max(largest, std::abs(logit));
    for (auto [got, one] : llvm::zip_equal(logits, want))
      EXPECT_NEAR(got, one, 1e-5 * largest);
  };
  for (size_t prompt : {size_t(1), size_t(3), size_t(4), size_t(5), size_t(11),
                        tokens.size()}) {
    decoder->reset();
    check(llvm::cantFail(decoder->feed(tokens.take_front(prompt))),
          expected[prompt - 1]);
    EXPECT_EQ(decoder->getPosition(), static_cast<int64_t>(prompt));
    // What it left in the caches is what single steps leave.
    for (size_t at = prompt; at < tokens.size(); ++at)
      check(llvm::cantFail(decoder->feed(tokens[at])), expected[at]);
  }
}

TEST(LanguageModel, PrefillEqualsSteps) {
  std::vector<int64_t> tokens = makeTokens(kContext);
  for (bool quantized : {true, false}) {
    auto expected = Decoder(1, 1, quantized).feedOneByOne(tokens);
    Decoder several(/*prefillTokens=*/4, /*threads=*/2, quantized);
    EXPECT_EQ(several->getPrefillTokens(), 4);
    checkPrefill(several, tokens, expected);
    // Bytes that both programs read are there once, so are those of one.
    EXPECT_EQ(several->getProgram().getWeightBytes(),
              Decoder(1, 1, quantized)->getProgram().getWeightBytes());
  }
}

// A ring as long as the window: several tokens would write over what the first
// of them looks at, once it is full.
TEST(LanguageModel, PrefillStopsWhereARingIsFull) {
  std::vector<int64_t> tokens = makeTokens(kContext - 1);
  auto expected = Decoder(1, 1, true, true, /*window=*/9).feedOneByOne(tokens);
  Decoder several(4, 1, true, true, /*window=*/9);
  checkPrefill(several, tokens, expected);
}

// Threads, the workspace and the padding of activations are there after the
// first prompt.
TEST(LanguageModel, AllocatesNothingPerToken) {
  int64_t start = countAllocations();
  Decoder decoder(/*prefillTokens=*/4, /*threads=*/3);
  std::vector<int64_t> tokens = makeTokens(9);
  ASSERT_TRUE(static_cast<bool>(decoder->feed(tokens)));
  int64_t before = countAllocations();
  // The counter counts.
  EXPECT_GT(before, start);
  for (int i = 0; i < 5; ++i)
    ASSERT_TRUE(static_cast<bool>(decoder->feed(tokens[i])));
  ASSERT_TRUE(static_cast<bool>(decoder->feed(tokens)));
  EXPECT_EQ(countAllocations(), before);
}

TEST(LanguageModel, RefusesBeforeItFeeds) {
  Decoder decoder(/*prefillTokens=*/4);
  auto messageOf = [](auto result) {
    return result ? std::string() : llvm::toString(result.takeError());
  };
  EXPECT_EQ(messageOf(decoder->feed({1, 2, kVocabulary})),
            "token 61 is outside the vocabulary of 61");
  EXPECT_EQ(messageOf(decoder->feed(std::vector<int64_t>(kContext + 1))),
            "the caches hold 40 tokens, of which 0 are taken, and 41 do not "
            "fit: give the model a longer context (--context=N; in Python "
            "context=N), or reset it");
  EXPECT_EQ(messageOf(decoder->generate({1, -1}, 2)),
            "token -1 is outside the vocabulary of 61");
  EXPECT_EQ(decoder->getPosition(), 0);
}
} // namespace
