//===- Program.cpp - A compiled function of a model -----------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/Execution/Program.h"
#include "LowerFunction.h"
#include "Target.h"
#include "mlir/ExecutionEngine/ExecutionEngine.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "llvm/Support/Alignment.h"
#include "llvm/Target/TargetMachine.h"
#include <cstring>
#include <limits>

using namespace mlir;
using namespace onebit;

llvm::Expected<runtime::Kernel> onebit::getKernel(StringRef name) {
  std::string names;
  for (int i = 0; i < runtime::kNumKernels; ++i) {
    auto kernel = static_cast<runtime::Kernel>(i);
    if (name != runtime::getName(kernel)) {
      names += std::string(i > 0 ? ", " : "") + runtime::getName(kernel);
      continue;
    }
    if (runtime::isSupported(kernel))
      return kernel;
    return llvm::createStringError("this machine has no instructions for the "
                                   "kernel '" +
                                   name + "'");
  }
  return llvm::createStringError("there is no kernel '" + name +
                                 "': expected one of " + names);
}

struct Program::Impl {
  LoweredFunction lowered;
  std::vector<char> workspaceStorage;
  unsigned threads = 1;
  runtime::Kernel kernel;

  /// Of `lowered.counters`.
  std::vector<const int64_t *> counters;

  std::unique_ptr<ExecutionEngine> engine;
  void (*function)(void **) = nullptr;
  /// What `function` takes: pointers to the arguments.
  std::vector<void *> values, pointers;
  size_t firstResult = 0;
};

static llvm::Expected<std::unique_ptr<ExecutionEngine>> jit(ModuleOp module) {
  auto forOptimizer = makeTargetMachine();
  if (!forOptimizer)
    return forOptimizer.takeError();
  auto forEngine = makeTargetMachine();
  if (!forEngine)
    return forEngine.takeError();

  auto transform = [&](llvm::Module *module) {
    optimize(*module, **forOptimizer);
    return llvm::Error::success();
  };
  ExecutionEngineOptions options;
  options.transformer = transform;
  options.jitCodeGenOptLevel = llvm::CodeGenOptLevel::Aggressive;
  auto engine = ExecutionEngine::create(module, options, std::move(*forEngine));
  if (engine)
    (*engine)->registerSymbols([](llvm::orc::MangleAndInterner mangle) {
      llvm::orc::SymbolMap symbols;
      symbols[mangle("onebit_ternary_matmul_i2_s")] = {
          llvm::orc::ExecutorAddr::fromPtr(&onebit_ternary_matmul_i2_s),
          llvm::JITSymbolFlags::Exported};
      return symbols;
    });
  return engine;
}

FailureOr<std::unique_ptr<Program>>
Program::compile(ModuleOp module, const CompileOptions &options) {
  FailureOr<LoweredFunction> lowered = lowerFunction(module, options);
  if (failed(lowered))
    return failure();
  auto impl = std::make_unique<Impl>();
  impl->lowered = std::move(*lowered);
  impl->threads = options.threads;
  impl->kernel = options.kernel.value_or(runtime::getBest(/*adds=*/false));

  registerBuiltinDialectTranslation(*module.getContext());
  registerLLVMDialectTranslation(*module.getContext());
  llvm::Expected<std::unique_ptr<ExecutionEngine>> engine = jit(module);
  if (!engine)
    return emitError(module.getLoc()) << "cannot compile for this machine: "
                                      << llvm::toString(engine.takeError());
  impl->engine = std::move(*engine);
  auto address = impl->engine->lookupPacked(impl->lowered.entry);
  if (!address)
    return emitError(module.getLoc()) << "cannot compile for this machine: "
                                      << llvm::toString(address.takeError());
  impl->function = *address;
  for (const KernelCounter &kernel : impl->lowered.counters) {
    auto counter = impl->engine->lookup(kernel.symbol);
    if (!counter)
      return emitError(module.getLoc()) << "cannot compile for this machine: "
                                        << llvm::toString(counter.takeError());
    impl->counters.push_back(static_cast<const int64_t *>(*counter));
  }

  const LoweredFunction &function = impl->lowered;
  impl->workspaceStorage.resize(function.workspaceBytes + kBufferAlignment);
  impl->values.resize(function.inputs.size());
  for (const BoundWeight &weight : function.weights)
    impl->values.push_back(const_cast<char *>(weight.data));
  impl->firstResult = impl->values.size();
  for (std::optional<unsigned> updated : function.updatedInputs)
    if (!updated)
      impl->values.push_back(nullptr);
  impl->values.push_back(reinterpret_cast<void *>(llvm::alignAddr(
      impl->workspaceStorage.data(), llvm::Align(kBufferAlignment))));
  for (void *&value : impl->values)
    impl->pointers.push_back(&value);
  return std::unique_ptr<Program>(new Program(std::move(impl)));
}

Program::Program(std::unique_ptr<Impl> impl) : impl(std::move(impl)) {}
Program::~Program() = default;

StringRef Program::getEntry() const { return impl->lowered.entry; }
ArrayRef<Port> Program::getInputs() const { return impl->lowered.inputs; }
ArrayRef<Port> Program::getResults() const { return impl->lowered.results; }
std::optional<unsigned> Program::getUpdatedInput(unsigned result) const {
  return impl->lowered.updatedInputs[result];
}
int64_t Program::getWorkspaceBytes() const {
  return impl->lowered.workspaceBytes;
}
int64_t Program::getWeightBytes() const {
  int64_t bytes = 0;
  for (const BoundWeight &weight : impl->lowered.weights)
    bytes += weight.bytes;
  return bytes;
}
/// The first of `weight`'s elements whose exponent is all ones. `Bits` holds
/// one.
template <typename Bits>
static std::optional<NonFinite> findNonFinite(const BoundWeight &weight,
                                              unsigned mantissa) {
  const Bits magnitude = std::numeric_limits<Bits>::max() >> 1;
  const Bits infinity = magnitude >> mantissa << mantissa;
  const int64_t count = weight.bytes / static_cast<int64_t>(sizeof(Bits));
  for (int64_t i = 0; i < count; ++i) {
    Bits bits;
    std::memcpy(&bits, weight.data + i * sizeof(Bits), sizeof(Bits));
    bits &= magnitude;
    if (bits >= infinity)
      return NonFinite{weight.name, i, bits > infinity};
  }
  return std::nullopt;
}

std::optional<NonFinite> Program::findNonFiniteWeight() const {
  for (const BoundWeight &weight : impl->lowered.weights) {
    auto type = dyn_cast<FloatType>(weight.elementType);
    if (!type)
      continue;
    // The bits below the exponent.
    unsigned mantissa = type.getFPMantissaWidth() - 1;
    std::optional<NonFinite> found;
    if (type.isF64())
      found = findNonFinite<uint64_t>(weight, mantissa);
    else if (type.isF32())
      found = findNonFinite<uint32_t>(weight, mantissa);
    else if (type.isF16() || type.isBF16())
      found = findNonFinite<uint16_t>(weight, mantissa);
    if (found)
      return found;
  }
  return std::nullopt;
}

std::vector<KernelCount> Program::getKernelCounts() const {
  std::vector<KernelCount> counts;
  for (auto [kernel, counter] :
       llvm::zip_equal(impl->lowered.counters, impl->counters))
    counts.push_back({kernel.name, kernel.layer, *counter});
  return counts;
}

void Program::run(ArrayRef<void *> inputs, ArrayRef<void *> results) {
  for (auto [i, port] : llvm::enumerate(impl->lowered.inputs)) {
    // An index is passed by value.
    if (port.kind == Port::Kind::Index)
      impl->pointers[i] = inputs[i];
    else
      impl->values[i] = inputs[i];
  }
  llvm::copy(results, impl->values.begin() + impl->firstResult);
  runtime::setNumThreads(impl->threads);
  runtime::setKernel(impl->kernel);
  impl->function(impl->pointers.data());
}
