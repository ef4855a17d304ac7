//===- GemvBenchmarks.cpp - Ternary products against read bandwidth -------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One token's products, their weights from memory: as many copies of a layer as
// four last-level caches hold, each read in turn. What memory gives is measured
// in the same run, by adding up the same bytes.
//
//===----------------------------------------------------------------------===//

#include "onebit/Runtime/TernaryGemv.h"
#include <algorithm>
#include <benchmark/benchmark.h>
#include <cstring>
#include <random>
#include <string>
#include <vector>

using namespace onebit::runtime;

namespace {

struct Layer {
  int64_t rows, columns;
  int64_t getBytes() const { return rows * ((columns + 127) / 128) * 32; }
};
/// A down projection of LLaMA-7B, and an up projection's transpose, as BitNet
/// b1.58 2B4T has it.
constexpr Layer kLayers[] = {{4096, 11008}, {2560, 6912}};
constexpr int64_t kLargestLayerBytes = 4096 * 86 * 32;

/// Four times the last-level cache, and a layer more, so that copies fill it.
int64_t getWorkingSetBytes() {
  static const int64_t bytes = [] {
    // Not sysconf's: it may be that of the processor, of which a virtual
    // machine has a part.
    int64_t largest = 0;
    for (const auto &cache : benchmark::CPUInfo::Get().caches)
      largest = std::max<int64_t>(largest, cache.size);
    return 4 * (largest > 0 ? largest : 64 << 20) + kLargestLayerBytes;
  }();
  return bytes;
}

/// Bytes of four trits each, random.
const std::vector<uint8_t> &getWeights() {
  static const std::vector<uint8_t> weights = [] {
    uint8_t codes[81];
    for (int i = 0; i < 81; ++i)
      codes[i] = i % 3 | i / 3 % 3 << 2 | i / 9 % 3 << 4 | i / 27 << 6;
    std::mt19937 random(1);
    std::uniform_int_distribution<int> any(0, 80);
    std::vector<uint8_t> bytes(getWorkingSetBytes());
    // One megabyte is random enough, and quickly made.
    const size_t first = 1 << 20;
    for (size_t i = 0; i < first; ++i)
      bytes[i] = codes[any(random)];
    for (size_t i = first; i < bytes.size(); i += first)
      std::memcpy(&bytes[i], bytes.data(), std::min(first, bytes.size() - i));
    return bytes;
  }();
  return weights;
}

void gemv(benchmark::State &state, Layer layer, Kernel kernel, int threads) {
  // As a model's workspace has it.
  constexpr size_t alignment = 64;
  std::vector<int8_t> storage(layer.columns + alignment);
  int8_t *x = storage.data();
  x += -reinterpret_cast<uintptr_t>(x) % alignment;
  for (int64_t i = 0; i < layer.columns; ++i)
    x[i] = static_cast<int8_t>(i * 37 % 255 - 127);
  std::vector<int32_t> y(layer.rows);
  const std::vector<uint8_t> &weights = getWeights();
  const int64_t bytes = layer.getBytes();
  const int64_t copies = static_cast<int64_t>(weights.size()) / bytes;
  setKernel(kernel);
  setNumThreads(threads);
  int64_t copy = 0;
  for (auto _ : state) {
    onebit_ternary_matmul_i2_s(x, weights.data() + copy * bytes, y.data(), 1,
                               layer.rows, layer.columns);
    benchmark::DoNotOptimize(y.data());
    benchmark::ClobberMemory();
    copy = (copy + 1) % copies;
  }
  state.SetBytesProcessed(state.iterations() * bytes);
}

#if defined(__x86_64__)
__attribute__((target_clones("default", "avx2", "avx512f")))
#endif
uint64_t sum(const uint64_t *words, size_t count) {
  uint64_t result = 0;
  for (size_t i = 0; i < count; ++i)
    result += words[i];
  return result;
}

/// As many bytes as a layer has in turn, each thread in its part of the working
/// set.
void readWeights(benchmark::State &state) {
  const int threads = state.threads();
  const std::vector<uint8_t> &weights = getWeights();
  const auto *words = reinterpret_cast<const uint64_t *>(weights.data());
  const size_t part = weights.size() / sizeof(uint64_t) / threads;
  const size_t count = kLargestLayerBytes / sizeof(uint64_t) / threads;
  size_t at = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        sum(words + state.thread_index() * part + at, count));
    at = at + 2 * count <= part ? at + count : 0;
  }
  state.SetBytesProcessed(state.iterations() * count * sizeof(uint64_t));
}

} // namespace

int main(int argc, char **argv) {
  for (int threads : {1, 2}) {
    std::string suffix = "/threads:" + std::to_string(threads);
    benchmark::RegisterBenchmark("read", readWeights)
        ->Threads(threads)
        ->UseRealTime();
    for (Layer layer : kLayers)
      for (int i = 0; i < kNumKernels; ++i) {
        auto kernel = static_cast<Kernel>(i);
        if (!isSupported(kernel))
          continue;
        std::string name = "gemv/" + std::to_string(layer.rows) + "x" +
                           std::to_string(layer.columns) + "/" +
                           getName(kernel) + suffix;
        benchmark::RegisterBenchmark(name.c_str(), gemv, layer, kernel, threads)
            ->UseRealTime();
      }
  }
  benchmark::AddCustomContext("working_set_bytes",
                              std::to_string(getWorkingSetBytes()));
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv))
    return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
