//===- Program.cpp - A compiled function of a model -----------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/Execution/Program.h"
#include "dialects/decoder/Decoder.h"
#include "dialects/systolic/Systolic.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/ExecutionEngine/ExecutionEngine.h"
#include "mlir/ExecutionEngine/OptUtils.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "onebit/Execution/LowerToLLVM.h"
#include "llvm/ExecutionEngine/Orc/JITTargetMachineBuilder.h"
#include "llvm/Support/Alignment.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"

using namespace mlir;
using namespace onebit;
using decoder::DecoderDialect;

int64_t Port::bytes() const {
  int64_t bytes = elementBytes;
  for (int64_t extent : shape)
    bytes *= extent;
  return bytes;
}

/// A workspace begins where a cache line does.
static constexpr size_t kAlignment = 64;

struct Program::Impl {
  std::string entry;
  std::vector<Port> inputs, results;
  std::vector<std::optional<unsigned>> updatedInputs;
  int64_t workspaceBytes = 0, weightBytes = 0;

  std::vector<const char *> weights;
  /// Weights whose elements the module does not hold one by one.
  std::vector<std::vector<char>> expanded;
  std::vector<char> workspaceStorage;

  /// Without their numbers, and where these are.
  std::vector<KernelCount> kernels;
  std::vector<std::string> counterNames;
  std::vector<const int64_t *> counters;

  std::unique_ptr<ExecutionEngine> engine;
  void (*function)(void **) = nullptr;
  /// What `function` takes: pointers to the arguments.
  std::vector<void *> values, pointers;
};

static FailureOr<Port> getPort(Type type, Location loc) {
  Port port;
  if (type.isIndex()) {
    port.kind = Port::Kind::Index;
    return port;
  }
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || !tensor.hasStaticShape() ||
      !tensor.getElementType().isIntOrFloat()) {
    emitError(loc) << "a program takes and returns tensors of static shape "
                      "and indices, not "
                   << type;
    return failure();
  }
  port.kind = Port::Kind::Tensor;
  port.shape = tensor.getShape().vec();
  llvm::raw_string_ostream(port.elementType) << tensor.getElementType();
  port.elementBytes = llvm::divideCeil(tensor.getElementTypeBitWidth(), 8);
  return port;
}

static FailureOr<func::FuncOp> findEntry(ModuleOp module, StringRef name) {
  if (!name.empty()) {
    if (auto function = module.lookupSymbol<func::FuncOp>(name);
        function && !function.isExternal())
      return function;
    return emitError(module.getLoc())
           << "there is no function '" << name << "' to run";
  }
  func::FuncOp found;
  for (auto function : module.getOps<func::FuncOp>()) {
    if (function.isPrivate() || function.isExternal())
      continue;
    if (found)
      return emitError(module.getLoc())
             << "there is more than one function to run: say which with "
                "--entry";
    found = function;
  }
  if (!found)
    return emitError(module.getLoc()) << "there is no function to run";
  return found;
}

namespace {
/// Elements of a weight as they lie in memory.
struct Elements {
  ArrayRef<char> bytes;
  bool isSplat;
};
} // namespace

static std::optional<Elements> getElements(Attribute value) {
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(value)) {
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    if (!blob)
      return std::nullopt;
    return Elements{blob->getData(), false};
  }
  if (auto dense = dyn_cast<DenseElementsAttr>(value))
    return Elements{dense.getRawData(), dense.isSplat()};
  return std::nullopt;
}

/// The inputs of `function` up to `first` are the caller's, the others weights.
static LogicalResult bindWeights(func::FuncOp function, unsigned first,
                                 Program::Impl &program) {
  unsigned missing = 0;
  std::optional<InFlightDiagnostic> error;
  for (unsigned i = first, e = function.getNumArguments(); i < e; ++i) {
    auto type = cast<RankedTensorType>(function.getArgument(i).getType());
    Location loc = function.getArgument(i).getLoc();
    FailureOr<Port> port = getPort(type, loc);
    if (failed(port))
      return failure();
    Attribute value = function.getArgAttr(i, DecoderDialect::kValueAttrName);
    if (!value) {
      if (missing++ == 0)
        error.emplace(
            emitError(loc)
            << "weight "
            << function.getArgAttr(i, DecoderDialect::kWeightAttrName)
            << " has no value: the model can be priced but not run; load a "
               "checkpoint");
      continue;
    }
    std::optional<Elements> elements = getElements(value);
    bool sizeFits = elements && static_cast<int64_t>(elements->bytes.size()) ==
                                    (elements->isSplat ? port->elementBytes
                                                       : port->bytes());
    if (!sizeFits)
      return emitError(loc)
             << "weight "
             << function.getArgAttr(i, DecoderDialect::kWeightAttrName)
             << " does not hold the bytes of " << type
             << ": its value must be dense or a resource that is there";
    const char *data = elements->bytes.data();
    if (elements->isSplat && port->bytes() != port->elementBytes) {
      std::vector<char> all;
      all.reserve(port->bytes());
      for (int64_t at = 0; at < port->bytes(); at += port->elementBytes)
        all.insert(all.end(), data, data + port->elementBytes);
      program.expanded.push_back(std::move(all));
      data = program.expanded.back().data();
    }
    program.weights.push_back(data);
    program.weightBytes += port->bytes();
  }
  if (missing > 1)
    error->attachNote() << missing - 1 << " more without a value";
  return failure(missing > 0);
}

/// Which inputs the results are, once buffers are known. Those results are
/// still there.
static void findUpdatedInputs(func::FuncOp function, Program::Impl &program) {
  auto returned =
      cast<func::ReturnOp>(function.getBody().front().getTerminator());
  for (Value value : returned.getOperands()) {
    auto argument = dyn_cast<BlockArgument>(value);
    program.updatedInputs.push_back(
        argument ? std::optional<unsigned>(argument.getArgNumber())
                 : std::nullopt);
  }
}

static void findCounters(ModuleOp module, Program::Impl &program) {
  for (auto global : module.getOps<memref::GlobalOp>()) {
    auto counted = global->getAttrOfType<systolic::CountedAttr>(
        systolic::SystolicDialect::kCountedAttrName);
    if (!counted)
      continue;
    std::string name = counted.getName() ? counted.getName().str() : "";
    program.kernels.push_back({std::move(name), counted.getLayer(), 0});
    program.counterNames.push_back(global.getSymName().str());
  }
}

static LogicalResult runPasses(ModuleOp module,
                               void (*build)(OpPassManager &)) {
  PassManager passes(module.getContext());
  build(passes);
  return passes.run(module);
}

static llvm::Expected<std::unique_ptr<ExecutionEngine>> jit(ModuleOp module) {
  llvm::InitializeNativeTarget();
  llvm::InitializeNativeTargetAsmPrinter();
  auto builder = llvm::orc::JITTargetMachineBuilder::detectHost();
  if (!builder)
    return builder.takeError();
  builder->setCodeGenOptLevel(llvm::CodeGenOptLevel::Aggressive);
  auto forOptimizer = builder->createTargetMachine();
  if (!forOptimizer)
    return forOptimizer.takeError();
  auto forEngine = builder->createTargetMachine();
  if (!forEngine)
    return forEngine.takeError();

  auto optimize = makeOptimizingTransformer(/*optLevel=*/3, /*sizeLevel=*/0,
                                            forOptimizer->get());
  ExecutionEngineOptions options;
  options.transformer = optimize;
  options.jitCodeGenOptLevel = llvm::CodeGenOptLevel::Aggressive;
  return ExecutionEngine::create(module, options, std::move(*forEngine));
}

FailureOr<std::unique_ptr<Program>> Program::compile(ModuleOp module,
                                                     StringRef entry) {
  auto impl = std::make_unique<Impl>();
  FailureOr<func::FuncOp> found = findEntry(module, entry);
  if (failed(found))
    return failure();
  func::FuncOp function = *found;
  impl->entry = function.getName().str();
  for (auto other : llvm::make_early_inc_range(module.getOps<func::FuncOp>()))
    if (other != function && other.symbolKnownUseEmpty(module))
      other.erase();

  unsigned numInputs = function.getNumArguments();
  for (BlockArgument argument : function.getArguments()) {
    FailureOr<Port> port = getPort(argument.getType(), argument.getLoc());
    if (failed(port))
      return failure();
    port->isCache = static_cast<bool>(function.getArgAttr(
        argument.getArgNumber(), DecoderDialect::kCacheAttrName));
    // Only caches are the program's to write.
    if (!port->isCache)
      function.setArgAttr(
          argument.getArgNumber(),
          bufferization::BufferizationDialect::kWritableAttrName,
          BoolAttr::get(module.getContext(), false));
    impl->inputs.push_back(std::move(*port));
  }
  for (Type type : function.getResultTypes()) {
    FailureOr<Port> port = getPort(type, function.getLoc());
    if (failed(port))
      return failure();
    impl->results.push_back(std::move(*port));
  }

  if (failed(runPasses(module, buildWeightArgumentPasses)) ||
      failed(bindWeights(function, numInputs, *impl)) ||
      failed(runPasses(module, buildBufferPasses)))
    return failure();
  findUpdatedInputs(function, *impl);
  findCounters(module, *impl);
  if (failed(runPasses(module, buildOutParamPasses)))
    return failure();
  unsigned taken = numInputs + impl->weights.size();
  for (std::optional<unsigned> updated : impl->updatedInputs)
    taken += updated ? 0 : 1;
  if (function.getNumArguments() > taken)
    impl->workspaceBytes =
        cast<MemRefType>(function.getArgument(taken).getType())
            .getNumElements();
  if (failed(runPasses(module, buildLLVMPasses)))
    return failure();

  registerBuiltinDialectTranslation(*module.getContext());
  registerLLVMDialectTranslation(*module.getContext());
  llvm::Expected<std::unique_ptr<ExecutionEngine>> engine = jit(module);
  if (!engine)
    return emitError(module.getLoc()) << "cannot compile for this machine: "
                                      << llvm::toString(engine.takeError());
  impl->engine = std::move(*engine);
  auto address = impl->engine->lookupPacked(impl->entry);
  if (!address)
    return emitError(module.getLoc()) << "cannot compile for this machine: "
                                      << llvm::toString(address.takeError());
  impl->function = *address;
  for (const std::string &name : impl->counterNames) {
    auto counter = impl->engine->lookup(name);
    if (!counter)
      return emitError(module.getLoc()) << "cannot compile for this machine: "
                                        << llvm::toString(counter.takeError());
    impl->counters.push_back(static_cast<const int64_t *>(*counter));
  }

  impl->workspaceStorage.resize(impl->workspaceBytes + kAlignment);
  unsigned own = taken - numInputs - impl->weights.size();
  impl->values.resize(taken + 1);
  for (auto [i, weight] : llvm::enumerate(impl->weights))
    impl->values[numInputs + i] = const_cast<char *>(weight);
  impl->values[numInputs + impl->weights.size() + own] =
      reinterpret_cast<void *>(llvm::alignAddr(impl->workspaceStorage.data(),
                                               llvm::Align(kAlignment)));
  for (void *&value : impl->values)
    impl->pointers.push_back(&value);
  return std::unique_ptr<Program>(new Program(std::move(impl)));
}

Program::Program(std::unique_ptr<Impl> impl) : impl(std::move(impl)) {}
Program::~Program() = default;

StringRef Program::getEntry() const { return impl->entry; }
ArrayRef<Port> Program::getInputs() const { return impl->inputs; }
ArrayRef<Port> Program::getResults() const { return impl->results; }
std::optional<unsigned> Program::getUpdatedInput(unsigned result) const {
  return impl->updatedInputs[result];
}
int64_t Program::getWorkspaceBytes() const { return impl->workspaceBytes; }
int64_t Program::getWeightBytes() const { return impl->weightBytes; }
std::vector<KernelCount> Program::getKernelCounts() const {
  std::vector<KernelCount> counts = impl->kernels;
  for (auto [count, counter] : llvm::zip_equal(counts, impl->counters))
    count.macs = *counter;
  return counts;
}

void Program::run(ArrayRef<void *> inputs, ArrayRef<void *> results) {
  for (auto [i, port] : llvm::enumerate(impl->inputs)) {
    // An index is passed by value.
    if (port.kind == Port::Kind::Index)
      impl->pointers[i] = inputs[i];
    else
      impl->values[i] = inputs[i];
  }
  llvm::copy(results,
             impl->values.begin() + impl->inputs.size() + impl->weights.size());
  impl->function(impl->pointers.data());
}
