//===- DecoderDialect.cpp - the decoder dialect ---------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/decoder/Decoder.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Transforms/InliningUtils.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace onebit;
using namespace onebit::decoder;

#include "dialects/decoder/DecoderDialect.cpp.inc"

#include "dialects/decoder/DecoderEnums.cpp.inc"

#include "dialects/decoder/DecoderAttrInterfaces.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/decoder/DecoderAttributes.cpp.inc"

namespace {
/// Every op may move into another function: none refers to where it stands.
struct DecoderInliner : DialectInlinerInterface {
  using DialectInlinerInterface::DialectInlinerInterface;
  bool isLegalToInline(Operation *, Region *, bool, IRMapping &) const final {
    return true;
  }
  bool isLegalToInline(Region *, Region *, bool, IRMapping &) const final {
    return true;
  }
};
} // namespace

void DecoderDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/decoder/DecoderAttributes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/decoder/DecoderOps.cpp.inc"
      >();
  addInterfaces<DecoderInliner>();
}

LogicalResult DecoderDialect::verifyOperationAttribute(Operation *op,
                                                       NamedAttribute attr) {
  StringRef name = attr.getName();
  if (name == kModelAttrName) {
    if (!isa<ModuleOp>(op) || !isa<ModelAttr>(attr.getValue()))
      return op->emitError()
             << "'" << name << "' must be a #decoder.model on a module";
    return success();
  }
  if (name == kAssumptionsAttrName) {
    auto array = dyn_cast<ArrayAttr>(attr.getValue());
    if (!isa<ModuleOp>(op) || !array ||
        !llvm::all_of(array, llvm::IsaPred<AssumptionAttr>))
      return op->emitError()
             << "'" << name
             << "' must be an array of #decoder.assumption on a module";
    return success();
  }
  return op->emitError() << "'" << name
                         << "' is not an attribute of the decoder dialect for "
                            "operations";
}

LogicalResult DecoderDialect::verifyRegionArgAttribute(Operation *op,
                                                       unsigned region,
                                                       unsigned index,
                                                       NamedAttribute attr) {
  StringRef name = attr.getName();
  auto error = [&](const Twine &what) {
    return op->emitError() << "argument #" << index << ": " << what;
  };
  if (name == kWeightAttrName) {
    auto str = dyn_cast<StringAttr>(attr.getValue());
    if (!str || str.empty())
      return error("'decoder.weight' must be the weight's name, a string that "
                   "is not empty");
  } else if (name == kCacheAttrName || name == kActivationAttrName) {
    if (!isa<UnitAttr, StringAttr>(attr.getValue()))
      return error("'" + name + "' must be a unit attribute or a name");
  } else if (name == kValueAttrName) {
    auto fn = dyn_cast<FunctionOpInterface>(op);
    auto value = dyn_cast<ElementsAttr>(attr.getValue());
    if (!fn || !fn.getArgAttr(index, kWeightAttrName) || !value ||
        value.getType() != fn.getArgumentTypes()[index])
      return error("'decoder.value' must hold the elements of an argument with "
                   "decoder.weight, of its type");
  } else {
    return error("'" + name +
                 "' is not an attribute of the decoder dialect for arguments; "
                 "expected decoder.weight, decoder.value, decoder.cache or "
                 "decoder.activation");
  }
  // A value has one origin: two marks would contradict each other.
  auto fn = dyn_cast<FunctionOpInterface>(op);
  if (!fn)
    return success();
  int marks = 0;
  for (StringRef mark : {StringRef(kWeightAttrName), StringRef(kCacheAttrName),
                         StringRef(kActivationAttrName)})
    marks += fn.getArgAttr(index, mark) ? 1 : 0;
  if (marks > 1)
    return error("has more than one of decoder.weight, decoder.cache and "
                 "decoder.activation");
  return success();
}

LogicalResult DecoderDialect::verifyRegionResultAttribute(Operation *op,
                                                          unsigned region,
                                                          unsigned index,
                                                          NamedAttribute attr) {
  return op->emitError() << "result #" << index << ": '"
                         << attr.getName().getValue()
                         << "' is not an attribute of the decoder dialect for "
                            "results";
}

void decoder::addAssumption(Operation *module, AssumptionKind kind,
                            const Twine &text, LocationAttr loc) {
  MLIRContext *context = module->getContext();
  SmallString<128> buffer;
  auto assumption =
      AssumptionAttr::get(context, kind, text.toStringRef(buffer), loc);
  SmallVector<Attribute> all;
  if (auto old = module->getAttrOfType<ArrayAttr>(
          DecoderDialect::kAssumptionsAttrName))
    all.assign(old.begin(), old.end());
  if (llvm::is_contained(all, assumption))
    return;
  all.push_back(assumption);
  module->setAttr(DecoderDialect::kAssumptionsAttrName,
                  ArrayAttr::get(context, all));
}

std::string decoder::plural(int64_t count, StringRef one, StringRef many) {
  return (Twine(count) + " " + (count == 1 ? one : many)).str();
}

// model_c1
LogicalResult ModelAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                StringRef, StringRef, int64_t layers, Phase,
                                Layout, int64_t batch, int64_t contextLength) {
  if (layers <= 0 || batch <= 0 || contextLength <= 0)
    return emitError()
           << "layers, batch and context_length must be positive, got "
           << layers << ", " << batch << " and " << contextLength;
  return success();
}
