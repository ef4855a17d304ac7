//===- Footprint.cpp - What a model keeps in memory -----------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Readers.h"
#include "dialects/ternary/Ternary.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "onebit/Analysis/ExtractSchedule.h"
#include "onebit/Analysis/OperandKinds.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringSet.h"
#include <limits>

using namespace mlir;
using namespace onebit;
using namespace onebit::report;
using decoder::ProductClass;

/// Bits of a scale of weights: half precision.
static constexpr int64_t kScaleBits = 16;

namespace {
class Reader {
public:
  explicit Reader(const Machine &machine) : machine(machine) {}

  void add(systolic::KernelOp kernel);
  /// A weight that is there by name; after all kernels.
  void addOther(StringRef name, Type type);
  /// None where a count exceeds 64 bits.
  std::optional<Footprint> finish();

private:
  /// Wide enough for sums of products of two 64-bit numbers.
  struct Sum {
    __int128 elements = 0, bits = 0;
  };
  static void store(Sum &sum, int64_t elements, onebit::Format format) {
    sum.elements += elements;
    sum.bits +=
        (static_cast<__int128>(elements) * format.bits + format.elements - 1) /
        format.elements;
  }
  bool narrow(const Sum &sum, Stored &stored) const;
  /// Whether the tensor behind `value` was not met before.
  bool isNew(Value value);
  /// Names all weights that `filter` is made of.
  void markUsed(Value filter);

  Machine machine;
  std::array<Sum, kNumClasses> weights;
  Sum scales, others, kv;
  llvm::DenseSet<Value> values;
  llvm::StringSet<> names, used;
  llvm::DenseSet<mlir::Operation *> visited;
};
} // namespace

Value report::getStored(Value value) {
  while (mlir::Operation *op = value.getDefiningOp()) {
    // Upstream's changes of shape: one tensor in, as many elements out.
    if (op->getNumResults() != 1 || op->getNumOperands() == 0 ||
        op->getName().getDialectNamespace() != "tensor" ||
        !isa<RankedTensorType>(op->getOperand(0).getType()) ||
        decoder::countElements(op->getOperand(0).getType()) !=
            decoder::countElements(value.getType()))
      break;
    value = op->getOperand(0);
  }
  return value;
}

bool Reader::isNew(Value value) {
  Value stored = value;
  if (auto quantize = stored.getDefiningOp<ternary::QuantizeWeightOp>())
    stored = getStored(quantize.getWeight());
  if (auto weight = stored.getDefiningOp<decoder::WeightOp>())
    return names.insert(weight.getName()).second;
  if (auto weight = stored.getDefiningOp<ternary::WeightOp>())
    return names.insert(weight.getName()).second;
  return values.insert(value).second;
}

void Reader::markUsed(Value filter) {
  SmallVector<Value> worklist = {filter};
  while (!worklist.empty()) {
    Value value = worklist.pop_back_val();
    if (auto argument = dyn_cast<BlockArgument>(value)) {
      auto function = dyn_cast_or_null<FunctionOpInterface>(
          argument.getOwner()->getParentOp());
      if (!function || !argument.getOwner()->isEntryBlock())
        continue;
      if (auto name = function.getArgAttrOfType<StringAttr>(
              argument.getArgNumber(),
              decoder::DecoderDialect::kWeightAttrName))
        used.insert(name.getValue());
      continue;
    }
    mlir::Operation *op = value.getDefiningOp();
    if (!visited.insert(op).second)
      continue;
    if (auto weight = dyn_cast<decoder::WeightOp>(op))
      used.insert(weight.getName());
    else if (auto weight = dyn_cast<ternary::WeightOp>(op))
      used.insert(weight.getName());
    else
      llvm::append_range(worklist, op->getOperands());
  }
}

void Reader::add(systolic::KernelOp kernel) {
  Value filter = getStored(kernel.getRhs());
  const ProductClass productClass = kernel.getProductClass();
  const int64_t elements = decoder::countElements(filter.getType());
  if (productClass == ProductClass::Attention) {
    // What plays no part in an attention is nobody's key or value.
    if (kernel.getRole() != decoder::ProductRole::Other && isNew(filter))
      store(kv, elements, machine.kv);
    return;
  }
  markUsed(filter);
  if (!isNew(filter))
    return;
  store(weights[static_cast<unsigned>(productClass)], elements,
        getFilterFormat(machine, getFilterKind(productClass)));
  // Both ops that make a quantized weight give its scale beside it.
  mlir::Operation *op = filter.getDefiningOp();
  if (isa_and_nonnull<ternary::QuantizeWeightOp, ternary::WeightOp>(op))
    store(scales, decoder::countElements(op->getResult(1).getType()),
          {kScaleBits, 1});
}

void Reader::addOther(StringRef name, Type type) {
  auto shaped = dyn_cast<ShapedType>(type);
  if (shaped && shaped.hasStaticShape() && used.insert(name).second)
    store(others, decoder::countElements(type), machine.denseWeight);
}

bool Reader::narrow(const Sum &sum, Stored &stored) const {
  constexpr __int128 max = std::numeric_limits<int64_t>::max();
  if (sum.elements > max || sum.bits > max)
    return false;
  stored = {static_cast<int64_t>(sum.elements), static_cast<int64_t>(sum.bits)};
  return true;
}

std::optional<Footprint> Reader::finish() {
  Footprint footprint;
  Sum all;
  auto add = [&](const Sum &sum, Stored &stored) {
    all.elements += sum.elements;
    all.bits += sum.bits;
    return narrow(sum, stored);
  };
  bool fits = narrow(kv, footprint.kv);
  for (unsigned i = 0; i < kNumClasses; ++i)
    fits &= add(weights[i], footprint.weights[i]);
  fits &= add(scales, footprint.scales) & add(others, footprint.others) &
          narrow(all, footprint.allWeights);
  if (!fits)
    return std::nullopt;
  return footprint;
}

LogicalResult report::readFootprint(ModuleOp module, Report &report) {
  std::optional<Reader> reader;
  module.walk<WalkOrder::PreOrder>([&](systolic::KernelOp kernel) {
    systolic::ArrayAttr array = getBaseEngine(kernel);
    if (!array.getMachine())
      return WalkResult::interrupt();
    if (!reader)
      reader.emplace(*toArrayDesc(array).machine);
    reader->add(kernel);
    return WalkResult::skip();
  });
  if (!reader)
    return success();
  module.walk([&](decoder::WeightOp weight) {
    reader->addOther(weight.getName(), weight.getType());
  });
  module.walk([&](FunctionOpInterface function) {
    for (BlockArgument argument : function.getArguments())
      if (auto name = function.getArgAttrOfType<StringAttr>(
              argument.getArgNumber(),
              decoder::DecoderDialect::kWeightAttrName))
        reader->addOther(name.getValue(), argument.getType());
  });
  report.footprint = reader->finish();
  if (!report.footprint)
    return emitError(module.getLoc(), "weights, keys and values take more bits "
                                      "than 64 bits can count");
  return success();
}
