//===- LowerFunction.cpp - A function of a model to the LLVM dialect ------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LowerFunction.h"
#include "dialects/decoder/Decoder.h"
#include "dialects/systolic/Systolic.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/Pass/PassManager.h"
#include "onebit/Execution/LowerToLLVM.h"

using namespace mlir;
using namespace onebit;
using decoder::DecoderDialect;

int64_t Port::bytes() const {
  int64_t bytes = elementBytes;
  for (int64_t extent : shape)
    bytes *= extent;
  return bytes;
}

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
                                 LoweredFunction &lowered) {
  unsigned missing = 0;
  std::optional<InFlightDiagnostic> error;
  for (unsigned i = first, e = function.getNumArguments(); i < e; ++i) {
    auto type = cast<RankedTensorType>(function.getArgument(i).getType());
    Location loc = function.getArgument(i).getLoc();
    FailureOr<Port> port = getPort(type, loc);
    if (failed(port))
      return failure();
    auto name = function.getArgAttrOfType<StringAttr>(
        i, DecoderDialect::kWeightAttrName);
    Attribute value = function.getArgAttr(i, DecoderDialect::kValueAttrName);
    if (!value) {
      if (missing++ == 0)
        error.emplace(
            emitError(loc)
            << "weight " << name
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
             << "weight " << name << " does not hold the bytes of " << type
             << ": its value must be dense or a resource that is there";
    const char *data = elements->bytes.data();
    if (elements->isSplat && port->bytes() != port->elementBytes) {
      std::vector<char> all;
      all.reserve(port->bytes());
      for (int64_t at = 0; at < port->bytes(); at += port->elementBytes)
        all.insert(all.end(), data, data + port->elementBytes);
      lowered.expanded.push_back(std::move(all));
      data = lowered.expanded.back().data();
    }
    lowered.weights.push_back(
        {name.str(), data, port->bytes(), type.getElementType()});
  }
  if (missing > 1)
    error->attachNote() << missing - 1 << " more without a value";
  return failure(missing > 0);
}

/// Which inputs the results are, once buffers are known. Those results are
/// still there.
static void findUpdatedInputs(func::FuncOp function, LoweredFunction &lowered) {
  auto returned =
      cast<func::ReturnOp>(function.getBody().front().getTerminator());
  for (Value value : returned.getOperands()) {
    auto argument = dyn_cast<BlockArgument>(value);
    lowered.updatedInputs.push_back(
        argument ? std::optional<unsigned>(argument.getArgNumber())
                 : std::nullopt);
  }
}

static void findCounters(ModuleOp module, LoweredFunction &lowered) {
  for (auto global : module.getOps<memref::GlobalOp>()) {
    auto counted = global->getAttrOfType<systolic::CountedAttr>(
        systolic::SystolicDialect::kCountedAttrName);
    if (!counted)
      continue;
    std::string name = counted.getName() ? counted.getName().str() : "";
    lowered.counters.push_back(
        {std::move(name), counted.getLayer(), global.getSymName().str()});
  }
}

static LogicalResult
runPasses(ModuleOp module, llvm::function_ref<void(OpPassManager &)> build) {
  PassManager passes(module.getContext());
  build(passes);
  return passes.run(module);
}

/// What the LLVM dialect's functions are told beyond their types.
static void describeToLLVM(ModuleOp module) {
  MLIRContext *context = module.getContext();
  context->loadDialect<LLVM::LLVMDialect>();
  auto internal = LLVM::LinkageAttr::get(context, LLVM::Linkage::Internal);
  for (auto function : module.getOps<func::FuncOp>()) {
    if (function.isExternal())
      continue;
    // Functions of layers are nobody else's, in an object file either.
    if (function.isPrivate())
      function->setAttr("llvm.linkage", internal);
    // Buffers are apart, but for weights that go by two names: nobody writes
    // those.
    for (unsigned i = 0, e = function.getNumArguments(); i < e; ++i)
      if (isa<MemRefType>(function.getArgument(i).getType()))
        function.setArgAttr(i, LLVM::LLVMDialect::getNoAliasAttrName(),
                            UnitAttr::get(context));
  }
}

FailureOr<LoweredFunction>
onebit::lowerFunction(ModuleOp module, const CompileOptions &options) {
  LoweredFunction lowered;
  FailureOr<func::FuncOp> found = findEntry(module, options.entry);
  if (failed(found))
    return failure();
  func::FuncOp function = *found;
  lowered.entry = function.getName().str();
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
    lowered.inputs.push_back(std::move(*port));
  }
  for (Type type : function.getResultTypes()) {
    FailureOr<Port> port = getPort(type, function.getLoc());
    if (failed(port))
      return failure();
    lowered.results.push_back(std::move(*port));
  }

  if (failed(runPasses(module,
                       [&](OpPassManager &passes) {
                         buildWeightArgumentPasses(passes,
                                                   options.packProducts);
                       })) ||
      failed(bindWeights(function, numInputs, lowered)) ||
      failed(runPasses(module, buildBufferPasses)))
    return failure();
  findUpdatedInputs(function, lowered);
  findCounters(module, lowered);
  if (failed(runPasses(module, buildOutParamPasses)))
    return failure();
  unsigned taken = numInputs + lowered.weights.size();
  for (std::optional<unsigned> updated : lowered.updatedInputs)
    taken += updated ? 0 : 1;
  if (function.getNumArguments() > taken)
    lowered.workspaceBytes =
        cast<MemRefType>(function.getArgument(taken).getType())
            .getNumElements();
  describeToLLVM(module);
  if (failed(runPasses(module, buildLLVMPasses)))
    return failure();
  return lowered;
}
