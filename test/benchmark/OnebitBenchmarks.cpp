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

} // namespace

BENCHMARK_MAIN();
