//===- LoadersFuzzTest.cpp - Mutated checkpoints into a model -------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Files are written by their formats, and now and then a number, a string or a
// field comes out otherwise. They go the whole way into a module: each is a
// success that verifies, or an error that says something. ONEBIT_FUZZ_RUNS and
// ONEBIT_FUZZ_SEED make more of them.
//
//===----------------------------------------------------------------------===//

#include "FileMutator.h"
#include "dialects/ternary/Ternary.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "onebit/Frontend/LoadWeights.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "gtest/gtest.h"
#include <cstdlib>

using namespace mlir;
using namespace onebit;
using namespace onebit::frontend;

static constexpr llvm::StringLiteral kModel = R"mlir(
#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
func.func @model(%a: tensor<1x256xf32>) -> (tensor<1x8xf32>, tensor<1x8xf32>, tensor<8x256xf32>, tensor<256xf32>) {
  %q = decoder.weight "model.layers.0.self_attn.q_proj.weight" : tensor<8x256xf32>
  %k = decoder.weight "model.layers.0.self_attn.k_proj.weight" : tensor<8x256xf32>
  %v = decoder.weight "model.layers.0.self_attn.v_proj.weight" : tensor<8x256xf32>
  %n = decoder.weight "model.layers.0.input_layernorm.weight" : tensor<256xf32>
  %0 = decoder.projection role(q) ins(%a, %q : tensor<1x256xf32>, tensor<8x256xf32>) maps [#x, #w, #y] -> tensor<1x8xf32>
  %1 = decoder.projection role(k) ins(%a, %k : tensor<1x256xf32>, tensor<8x256xf32>) maps [#x, #w, #y] -> tensor<1x8xf32>
  return %0, %1, %v, %n : tensor<1x8xf32>, tensor<1x8xf32>, tensor<8x256xf32>, tensor<256xf32>
}
)mlir";

static uint64_t fromEnvironment(const char *name, uint64_t usual) {
  const char *text = std::getenv(name);
  return text ? std::strtoull(text, nullptr, 10) : usual;
}

namespace {
/// Loads checkpoints into modules of their own and counts what came of it.
class Target {
public:
  void load(llvm::Expected<std::unique_ptr<Checkpoint>> checkpoint,
            ScaleMeaning meaning) {
    if (!checkpoint) {
      fail(llvm::toString(checkpoint.takeError()));
      return;
    }
    // Resources stay in a context: a new one before they are many.
    if (loads++ % 64 == 0)
      context = makeContext();
    std::string messages;
    ScopedDiagnosticHandler handler(context.get(), [&](Diagnostic &diagnostic) {
      messages += diagnostic.str();
    });
    OwningOpRef<ModuleOp> module =
        parseSourceString<ModuleOp>(kModel, context.get());
    ASSERT_TRUE(module) << messages;
    if (failed(loadWeights(*module, std::move(*checkpoint), meaning))) {
      fail(messages);
      return;
    }
    ++successes;
    EXPECT_TRUE(succeeded(verify(*module))) << messages;
    module->walk([](decoder::WeightOp op) { EXPECT_TRUE(op.getValue()); });
  }

  /// Files that are wrong, and those that are not.
  int failures = 0, successes = 0;
  /// What was said, without what differs from file to file.
  llvm::StringSet<> reasons;

private:
  static std::unique_ptr<MLIRContext> makeContext() {
    auto context =
        std::make_unique<MLIRContext>(MLIRContext::Threading::DISABLED);
    context->loadDialect<func::FuncDialect, decoder::DecoderDialect,
                         ternary::TernaryDialect>();
    return context;
  }

  void fail(llvm::StringRef message) {
    ++failures;
    EXPECT_FALSE(message.trim().empty()) << "an error that says nothing";
    EXPECT_TRUE(successes > 0) << "the file as it is: " << message.str();
    std::string words;
    for (char c : message)
      if (llvm::isAlpha(c) || c == ' ')
        words += c;
    reasons.insert(llvm::StringRef(words).take_back(40));
  }

  std::unique_ptr<MLIRContext> context;
  uint64_t loads = 0;
};

/// A buffer of just the size, so that a sanitizer sees what is read beyond.
std::unique_ptr<llvm::MemoryBuffer> exactly(llvm::StringRef text,
                                            llvm::StringRef name) {
  auto buffer =
      llvm::WritableMemoryBuffer::getNewUninitMemBuffer(text.size(), name);
  std::copy(text.begin(), text.end(), buffer->getBufferStart());
  return buffer;
}

/// Calls `check` with mutations of what `write` writes.
void fuzz(llvm::function_ref<void(FileMutator &)> write,
          llvm::function_ref<void(llvm::StringRef)> check) {
  const uint64_t seed = fromEnvironment("ONEBIT_FUZZ_SEED", 1);
  const uint64_t runs = fromEnvironment("ONEBIT_FUZZ_RUNS", 2000);
  FileMutator whole;
  write(whole);
  check(whole.getText());
  for (uint64_t run = 0; run < runs; ++run) {
    FileMutator mutator(seed * 1'000'003 + run, whole.getNumPlaces());
    write(mutator);
    SCOPED_TRACE("run " + std::to_string(run));
    check(mutator.finish());
    if (testing::Test::HasFatalFailure())
      return;
  }
}

ScaleMeaning meaningOf(llvm::StringRef text) {
  // FromConfig finds no config.json, which is an error as well.
  return static_cast<ScaleMeaning>(text.size() % 8 == 0 ? 0
                                                        : 1 + text.size() % 2);
}

/// Both kinds were seen: neither is every file broken nor none.
void expectBoth(const Target &target) {
  EXPECT_GT(target.successes, 20);
  EXPECT_GT(target.failures, 100);
  EXPECT_GT(target.reasons.size(), 20u);
  testing::Test::RecordProperty("successes", target.successes);
  testing::Test::RecordProperty("failures", target.failures);
}
} // namespace

TEST(LoadersFuzz, SafeTensors) {
  Target target;
  fuzz(writeSafeTensors, [&](llvm::StringRef text) {
    target.load(readCheckpoint(exactly(text, "fuzz.safetensors")),
                meaningOf(text));
  });
  expectBoth(target);
}

TEST(LoadersFuzz, Gguf) {
  Target target;
  fuzz(writeGguf, [&](llvm::StringRef text) {
    target.load(readCheckpoint(exactly(text, "fuzz.gguf")), meaningOf(text));
  });
  expectBoth(target);
}

TEST(LoadersFuzz, Index) {
  llvm::SmallString<128> folder;
  ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("onebit-fuzz", folder));
  auto write = [&](llvm::StringRef name, llvm::StringRef text) {
    llvm::SmallString<128> path = folder;
    llvm::sys::path::append(path, name);
    std::error_code error;
    llvm::raw_fd_ostream(path, error) << text;
    EXPECT_FALSE(error);
    return path;
  };
  for (unsigned shard : {0, 1}) {
    FileMutator whole;
    writeShard(whole, shard);
    write("shard-" + std::to_string(shard) + ".safetensors", whole.getText());
  }
  Target target;
  fuzz(writeIndex, [&](llvm::StringRef text) {
    llvm::SmallString<128> path = write("model.safetensors.index.json", text);
    target.load(openCheckpoint(path), meaningOf(text));
  });
  // A shard that is not what it was.
  FileMutator index;
  writeIndex(index);
  llvm::SmallString<128> path =
      write("model.safetensors.index.json", index.getText());
  fuzz([](FileMutator &mutator) { writeShard(mutator, 1); },
       [&](llvm::StringRef text) {
         write("shard-1.safetensors", text);
         target.load(openCheckpoint(path), meaningOf(text));
       });
  expectBoth(target);
  llvm::sys::fs::remove_directories(folder);
}
