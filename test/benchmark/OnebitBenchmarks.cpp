//===- OnebitBenchmarks.cpp - How long a report takes, in process ---------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/CostModel/CostModel.h"
#include "onebit/Frontend/HuggingFace.h"
#include "onebit/InitAllDialects.h"
#include "onebit/Pipelines/LowerToSystolic.h"
#include "onebit/Report/Report.h"
#include "onebit/Simulator/Simulator.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include <benchmark/benchmark.h>

using namespace mlir;
using namespace onebit;

namespace {

constexpr const char *kModels[] = {
    "opt-350m", "opt-1.3b", "opt-2.7b",   "opt-6.7b",    "opt-13b",
    "opt-30b",  "opt-66b",  "gpt2-small", "gpt2-medium", "gpt2-large",
    "gpt2-xl",  "llama-7b", "llama-13b"};
constexpr int64_t kContexts[] = {128, 256, 512, 1024, 2048, 4096};

std::unique_ptr<llvm::MemoryBuffer> readConfig(llvm::StringRef model) {
  std::string path =
      (ONEBIT_SOURCE_DIR "/docs/examples/paper/" + model + ".json").str();
  auto buffer = llvm::MemoryBuffer::getFile(path);
  if (!buffer)
    llvm::report_fatal_error(llvm::Twine("cannot read ") + path);
  return std::move(*buffer);
}

void unwrap(LogicalResult result, const char *what) {
  if (failed(result))
    llvm::report_fatal_error(what);
}

/// Import, lower, price, report as JSON.
size_t run(MLIRContext &context, llvm::MemoryBufferRef config,
           const frontend::ImportOptions &import,
           const LowerToSystolicOptions &lower) {
  OwningOpRef<ModuleOp> module =
      frontend::importHuggingFaceConfig(context, config, import);
  unwrap(success(static_cast<bool>(module)), "import failed");
  unwrap(lowerToSystolic(*module, lower), "lowering failed");
  std::string text;
  llvm::raw_string_ostream os(text);
  report::ReportOptions options;
  options.format = report::Format::Json;
  unwrap(report::emitReport(*module, options, os), "report failed");
  return text.size();
}

DialectRegistry makeRegistry() {
  DialectRegistry registry;
  registerOnebitDialects(registry);
  return registry;
}

/// The paper's 468 configurations, one block each, in one process.
void paper(benchmark::State &state) {
  DialectRegistry registry = makeRegistry();
  int64_t configurations = 0;
  for (auto _ : state) {
    MLIRContext context(registry, MLIRContext::Threading::DISABLED);
    for (const char *model : kModels) {
      auto config = readConfig(model);
      for (int64_t length : kContexts) {
        frontend::ImportOptions import;
        import.layout = decoder::Layout::Paper;
        import.contextLength = length;
        import.layers = 1;
        for (const char *array : {"paper-cloud", "paper-edge"})
          for (auto dataflow : {DataflowChoice::OutputStationary,
                                DataflowChoice::WeightStationary,
                                DataflowChoice::InputStationary}) {
            LowerToSystolicOptions lower;
            lower.array = std::string(array);
            lower.dataflow = dataflow;
            benchmark::DoNotOptimize(run(context, *config, import, lower));
            ++configurations;
          }
      }
    }
  }
  state.counters["configurations"] = configurations / state.iterations();
  state.SetItemsProcessed(configurations);
}
BENCHMARK(paper)->Unit(benchmark::kMillisecond);

/// A model of so many layers, everything from its config to its report.
void layers(benchmark::State &state) {
  DialectRegistry registry = makeRegistry();
  std::string config = readConfig("opt-350m")->getBuffer().str();
  std::string field = "\"num_hidden_layers\": 24";
  size_t at = config.find(field);
  if (at == std::string::npos)
    llvm::report_fatal_error("opt-350m.json has no num_hidden_layers of 24");
  config.replace(at, field.size(),
                 "\"num_hidden_layers\": " + std::to_string(state.range(0)));
  llvm::MemoryBufferRef buffer(config, "opt.json");
  LowerToSystolicOptions lower;
  for (auto _ : state) {
    MLIRContext context(registry, MLIRContext::Threading::DISABLED);
    benchmark::DoNotOptimize(
        run(context, buffer, frontend::ImportOptions(), lower));
  }
  state.SetComplexityN(state.range(0));
}
BENCHMARK(layers)
    ->Arg(10)
    ->Arg(100)
    ->Arg(1000)
    ->Complexity(benchmark::oN)
    ->Unit(benchmark::kMillisecond);

/// What one kernel's price takes: a projection of OPT-66B.
void price(benchmark::State &state, llvm::StringRef family) {
  const CostModel *model = lookupCostModel(family);
  ArrayDesc array = llvm::cantFail(parseArray("paper-cloud"));
  ScheduleLoop loops[] = {{Dim::Batch, 1, 1},
                          {Dim::N, 36864, 256},
                          {Dim::M, 1, 1},
                          {Dim::K, 9216, 9216}};
  Schedule schedule = llvm::cantFail(Schedule::get(loops, {1, 256, 9216}));
  for (auto _ : state)
    benchmark::DoNotOptimize(llvm::cantFail(model->price(schedule, array)));
}
BENCHMARK_CAPTURE(price, scale_sim_v2, "scale-sim-v2");
BENCHMARK_CAPTURE(price, scale_sim_v3, "scale-sim-v3");

/// The same for 4,096 tokens at once, whose outputs drain hundreds of times, at
/// bandwidths of so many words per cycle or, for 0, of the tool's choice.
void priceGivenBandwidth(benchmark::State &state) {
  const CostModel *model = lookupCostModel("scale-sim-v3");
  ArrayDesc array = llvm::cantFail(parseArray("paper-cloud"));
  if (int64_t words = state.range(0))
    array.scaleSim = {words, words, words};
  ScheduleLoop loops[] = {{Dim::N, 36864, 256}, {Dim::M, 4096, 256}};
  Schedule schedule = llvm::cantFail(Schedule::get(loops, {256, 256, 9216}));
  for (auto _ : state)
    benchmark::DoNotOptimize(llvm::cantFail(model->price(schedule, array)));
}
BENCHMARK(priceGivenBandwidth)->Arg(0)->Arg(10)->Arg(100);

/// A product of OPT-66B at a context of 2048.
struct Product {
  const char *name;
  FilterKind filter;
  int64_t batch, n, k;
};
constexpr Product kProducts[] = {
    {"q_proj", FilterKind::QuantizedWeight, 1, 9216, 9216},
    {"fc1", FilterKind::QuantizedWeight, 1, 36864, 9216},
    {"fc2", FilterKind::QuantizedWeight, 1, 9216, 36864},
    {"scores", FilterKind::KVCache, 72, 2048, 128},
    {"values", FilterKind::KVCache, 72, 128, 2048}};

/// What one kernel's price takes in the family onebit, of `m` tokens, weights
/// or outputs stationary, on an array without bounds and on one whose memories
/// hold little and whose channel is slow.
void priceOnebit(benchmark::State &state, Product product, int64_t m,
                 systolic::Dataflow dataflow, int64_t side, bool bounded) {
  const CostModel *model = lookupCostModel("onebit");
  ArrayDesc array;
  array.rows = array.columns = side;
  array.dataflow = dataflow;
  if (bounded) {
    array.ifmapKb = array.filterKb = 256;
    // Two tiles of 256 x 256 sums.
    array.ofmapKb = 512;
    array.machine.emplace();
    array.machine->preload = systolic::Overlap::Hidden;
    array.machine->drain = systolic::Overlap::Hidden;
    array.machine->weight = {8, 5};
    array.machine->ofmapPort = 16 * side;
    array.machine->dram = 4 * side;
  }
  const bool os = dataflow == systolic::Dataflow::OutputStationary;
  const int64_t rows = os ? std::min(m, side) : m,
                depth = os ? product.k : std::min(product.k, side),
                columns = std::min(product.n, side);
  ScheduleLoop loops[] = {{Dim::Batch, product.batch, 1},
                          {Dim::N, product.n, columns},
                          {Dim::M, m, rows},
                          {Dim::K, product.k, depth}};
  Schedule schedule =
      llvm::cantFail(Schedule::get(loops, {rows, columns, depth}));
  int64_t folds = 0;
  for (auto _ : state) {
    Cost cost = llvm::cantFail(model->price(schedule, array, product.filter));
    folds = *cost.lookup(systolic::Metric::Folds);
  }
  state.counters["folds"] = folds;
}

/// A benchmark for each product, phase, dataflow and machine.
[[maybe_unused]] const bool registered = [] {
  for (const Product &product : kProducts)
    for (auto [phase, m] : {std::pair("decode", 1), std::pair("prefill", 2048)})
      for (auto dataflow : {systolic::Dataflow::OutputStationary,
                            systolic::Dataflow::WeightStationary})
        for (auto [side, bounded] : {std::pair(32, false), {256, true}}) {
          std::string name =
              llvm::formatv("priceOnebit/{0}/{1}/{2}/{3}x{3}", product.name,
                            phase, systolic::stringifyDataflow(dataflow), side);
          benchmark::RegisterBenchmark(name.c_str(), priceOnebit, product, m,
                                       dataflow, side, bounded);
        }
  return true;
}();

/// Steps of processing elements that the simulator takes in a second: products
/// of 2 x 2 folds on square arrays, their overlap hidden.
void simulateArray(benchmark::State &state) {
  const auto dataflow = systolic::Dataflow(state.range(0));
  const int64_t side = state.range(1), time = 4 * side;
  ArrayDesc array = llvm::cantFail(
      parseArray((llvm::Twine(side) + "x" + llvm::Twine(side)).str()));
  array.dataflow = dataflow;
  array.machine.emplace();
  array.machine->preload = array.machine->drain = systolic::Overlap::Hidden;
  const bool os = dataflow == systolic::Dataflow::OutputStationary;
  const bool ws = dataflow == systolic::Dataflow::WeightStationary;
  ScheduleLoop m{Dim::M, 2 * side, side}, n{Dim::N, 2 * side, side},
      k{Dim::K, 2 * side, side};
  ScheduleLoop &last = os ? k : ws ? m : n;
  last.extent = last.step = time;
  Schedule schedule =
      llvm::cantFail(Schedule::get({n, m, k}, {m.step, n.step, k.step}));
  int64_t steps = 0;
  for (auto _ : state)
    steps += llvm::cantFail(simulate(schedule, array)).steps;
  state.SetLabel(systolic::stringifyDataflow(dataflow).str());
  state.counters["pe_steps"] =
      benchmark::Counter(steps, benchmark::Counter::kIsRate);
}
BENCHMARK(simulateArray)
    ->ArgsProduct({{0, 1, 2}, {16, 64, 256}})
    ->Unit(benchmark::kMillisecond);

} // namespace

BENCHMARK_MAIN();
