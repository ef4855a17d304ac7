//===- LoadWeights.cpp - Values of weights from a checkpoint --------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/Frontend/LoadWeights.h"
#include "CheckpointBuilder.h"
#include "CheckpointNames.h"
#include "TensorElements.h"
#include "dialects/decoder/Decoder.h"
#include "dialects/decoder/Resources.h"
#include "dialects/ternary/WeightOrigin.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "onebit/Frontend/Passes.h"
#include "llvm/Support/Path.h"
#include <cmath>

namespace onebit {
#define GEN_PASS_DEF_LOADWEIGHTS
#include "onebit/Frontend/Passes.h.inc"
} // namespace onebit

using namespace mlir;
using namespace onebit;
using namespace onebit::frontend;
using decoder::asBytes;
using decoder::copyToResource;

/// A config.json is not deeper.
static constexpr unsigned kConfigDepth = 100;

namespace {

/// Fills weights from one checkpoint.
class WeightLoader {
public:
  WeightLoader(MLIRContext *context, std::shared_ptr<Checkpoint> checkpoint,
               CheckpointNames names, ScaleMeaning scaleMeaning)
      : builder(context), checkpoint(std::move(checkpoint)),
        names(std::move(names)), scaleMeaning(scaleMeaning) {}

  LogicalResult load(decoder::WeightOp op);
  /// Whether a weight, or its scale, was this tensor.
  bool hasRead(const CheckpointTensor &tensor) const {
    return read.contains(&tensor);
  }
  /// Whether this head of a model is what was read as its embedding.
  bool isCopy(const CheckpointTensor &tensor) const {
    return isHead(tensor.name) &&
           llvm::any_of(read, [&](const CheckpointTensor *other) {
             return other && other->dtype == tensor.dtype &&
                    other->shape == tensor.shape &&
                    other->bytes == tensor.bytes;
           });
  }

private:
  using Found = CheckpointNames::Found;

  /// An error at `op`, about the tensor that was found for it.
  InFlightDiagnostic emitError(decoder::WeightOp op, const Found &found) {
    return op.emitOpError("\"")
           << op.getName() << "\" is '" << found.name << "' in "
           << checkpoint->getPath() << ", which ";
  }
  LogicalResult checkShape(decoder::WeightOp op, const Found &found,
                           ArrayRef<int64_t> expected);
  LogicalResult loadFloats(decoder::WeightOp op, const Found &found);
  /// What a bias is multiplied by before it is added: 1 for all but those of
  /// transformers' `autobitlinear`, which multiplies the sum.
  FailureOr<float> readBiasFactor(decoder::WeightOp op, const Found &bias);
  LogicalResult loadTernary(decoder::WeightOp op, const Found &found,
                            const Found &scale,
                            llvm::Expected<TernaryTensor> read);
  /// What elements are multiplied by: the number beside the weight. 1 where
  /// there is none.
  FailureOr<float> readScale(decoder::WeightOp op, const Found &scale);
  LogicalResult readScaleMeaning(decoder::WeightOp op, const Found &scale);

  /// A resource of bytes of the checkpoint, which it keeps alive.
  ElementsAttr mapped(ShapedType type, StringRef name, ArrayRef<char> bytes);

  OpBuilder builder;
  std::shared_ptr<Checkpoint> checkpoint;
  CheckpointNames names;
  ScaleMeaning scaleMeaning;
  /// Ops of one name share a value, and packed bytes.
  llvm::StringMap<ElementsAttr> values, packedBytes;
  llvm::DenseSet<const CheckpointTensor *> read;
};

} // namespace

/// What numbers of a type ask of an address.
static size_t alignmentOf(ShapedType type) {
  return type.getElementTypeBitWidth() / 8;
}

ElementsAttr WeightLoader::mapped(ShapedType type, StringRef name,
                                  ArrayRef<char> bytes) {
  AsmResourceBlob blob(
      bytes, alignmentOf(type), [keep = checkpoint](void *, size_t, size_t) {},
      /*dataIsMutable=*/false);
  return DenseResourceElementsAttr::get(type, name, std::move(blob));
}

LogicalResult WeightLoader::checkShape(decoder::WeightOp op, const Found &found,
                                       ArrayRef<int64_t> expected) {
  if (ArrayRef<int64_t>(found.tensor->shape) == expected)
    return success();
  InFlightDiagnostic diag = emitError(op, found) << "has shape [";
  llvm::interleaveComma(found.tensor->shape, diag);
  diag << "], expected [";
  llvm::interleaveComma(expected, diag);
  return diag << "]";
}

/// The element type that has the values of `dtype` as they are.
static Type typeOf(DType dtype, Builder &builder) {
  switch (dtype) {
  case DType::F64:
    return builder.getF64Type();
  case DType::F32:
    return builder.getF32Type();
  case DType::F16:
    return builder.getF16Type();
  case DType::BF16:
    return builder.getBF16Type();
  case DType::I64:
    return builder.getI64Type();
  case DType::I32:
    return builder.getI32Type();
  case DType::I16:
    return builder.getI16Type();
  case DType::I8:
    return builder.getI8Type();
  default:
    return {};
  }
}

/// Rows of `bytes` to where Hugging Face has them.
static std::vector<char> unpermute(ArrayRef<char> bytes, int64_t rows,
                                   int64_t heads) {
  std::vector<char> result(bytes.size());
  size_t size = bytes.size() / rows;
  for (int64_t row = 0; row < rows; ++row)
    std::copy_n(bytes.begin() + permutedRow(row, rows, heads) * size, size,
                result.begin() + row * size);
  return result;
}

LogicalResult WeightLoader::loadFloats(decoder::WeightOp op,
                                       const Found &found) {
  const CheckpointTensor &tensor = *found.tensor;
  auto type = cast<RankedTensorType>(op.getType());
  Type element = type.getElementType();
  bool same = typeOf(tensor.dtype, builder) == element;
  if (!same && !(element.isF32() && isExactInF32(tensor.dtype)))
    return emitError(op, found)
           << "is of type " << tensor.dtypeName << ", which " << element
           << " does not hold as it is";
  if (failed(checkShape(op, found, type.getShape())))
    return failure();
  FailureOr<float> factor = readBiasFactor(op, found);
  if (failed(factor))
    return failure();
  if (*factor != 1 && !element.isF32())
    return emitError(op, found)
           << "has a weight_scale beside it, and takes elements of type f32, "
              "got "
           << element;
  ElementsAttr &value = values[op.getName()];
  if (value && value.getShapedType() == type) {
    op.setValueAttr(value);
    return success();
  }

  std::vector<float> floats;
  ArrayRef<char> bytes = tensor.bytes;
  if (!same || *factor != 1) {
    floats = readFloats(tensor);
    for (float &number : floats)
      number *= *factor;
    bytes = asBytes(floats);
  }
  std::vector<char> moved;
  if (found.permutedHeads != 0) {
    moved = unpermute(bytes, type.getDimSize(0), found.permutedHeads);
    bytes = moved;
  }
  bool inFile =
      bytes.data() == tensor.bytes.data() &&
      reinterpret_cast<uintptr_t>(bytes.data()) % alignmentOf(type) == 0;
  value = inFile ? mapped(type, op.getName(), bytes)
                 : copyToResource(type, op.getName(), bytes);
  op.setValueAttr(value);
  return success();
}

LogicalResult WeightLoader::readScaleMeaning(decoder::WeightOp op,
                                             const Found &scale) {
  if (checkpoint->getFormat() == Checkpoint::Format::Gguf)
    scaleMeaning = ScaleMeaning::Multiply;
  if (scaleMeaning != ScaleMeaning::FromConfig)
    return success();
  SmallString<256> path = llvm::sys::path::parent_path(checkpoint->getPath());
  llvm::sys::path::append(path, "config.json");
  auto fail = [&](const Twine &reason) {
    return emitError(op, scale)
           << "divides or multiplies products: " << reason
           << "; say weight-scale=divide or weight-scale=multiply";
  };
  auto file = llvm::MemoryBuffer::getFile(path);
  if (!file)
    return fail("there is no " + path + " that says which");
  llvm::Expected<llvm::json::Value> config =
      parseStrictObject((*file)->getBuffer(), path, kConfigDepth);
  if (!config)
    return fail(llvm::toString(config.takeError()));
  const llvm::json::Object *quantization =
      config->getAsObject()->getObject("quantization_config");
  if (!quantization || quantization->getString("quant_method") != "bitnet")
    return fail(path + " has no quantization_config of method bitnet");
  // Where it is not there, transformers takes the first.
  StringRef linear =
      quantization->getString("linear_class").value_or("bitlinear");
  if (linear == "bitlinear")
    scaleMeaning = ScaleMeaning::Divide;
  else if (linear == "autobitlinear")
    scaleMeaning = ScaleMeaning::Multiply;
  else
    return fail(path + " has the unknown linear_class '" + linear + "'");
  return success();
}

FailureOr<float> WeightLoader::readScale(decoder::WeightOp op,
                                         const Found &scale) {
  if (!scale.tensor)
    return 1.0f;
  if (failed(readScaleMeaning(op, scale)))
    return failure();
  if (countElements(scale.tensor->shape) != 1 ||
      !isExactInF32(scale.tensor->dtype) || scale.tensor->dtype == DType::Q8_0)
    return emitError(op, scale)
           << "must be one number in f32, f16 or bf16 to be a scale";
  float value = readFloats(*scale.tensor).front();
  // A negative one is what transformers takes, too: it turns signs around.
  if (!std::isfinite(value) || value == 0)
    return emitError(op, scale)
           << "is no scale: expected a number that is finite and not 0, found "
           << value;
  if (scaleMeaning == ScaleMeaning::Divide)
    value = 1 / value;
  if (!std::isfinite(value))
    return emitError(op, scale) << "is no scale: elements would be " << value;
  return value;
}

FailureOr<float> WeightLoader::readBiasFactor(decoder::WeightOp op,
                                              const Found &bias) {
  Found scale = names.findScaleBeside(bias);
  if (!scale.tensor || checkpoint->getFormat() == Checkpoint::Format::Gguf)
    return 1.0f;
  if (failed(readScaleMeaning(op, scale)))
    return failure();
  return scaleMeaning == ScaleMeaning::Multiply ? readScale(op, scale) : 1.0f;
}

/// Whether what stands at `use` can take a quantized weight.
static bool takesTernary(OpOperand &use) {
  if (auto projection = dyn_cast<decoder::ProjectionOp>(use.getOwner()))
    return &use == &projection.getWeightMutable();
  return isa<ternary::QuantizeWeightOp>(use.getOwner());
}

LogicalResult WeightLoader::loadTernary(decoder::WeightOp op,
                                        const Found &found, const Found &scale,
                                        llvm::Expected<TernaryTensor> read) {
  if (!read)
    return op.emitOpError("\"")
           << op.getName()
           << "\" cannot be loaded: " << llvm::toString(read.takeError());
  TernaryTensor &weight = *read;
  auto type = cast<RankedTensorType>(op.getType());
  if (!type.getElementType().isF32())
    return emitError(op, found) << "is quantized, which takes a weight of "
                                   "elements of type f32, got "
                                << type.getElementType();
  if (found.permutedHeads != 0)
    weight.permuteRows([&](int64_t row) {
      return permutedRow(row, weight.shape.rows, found.permutedHeads);
    });

  builder.setInsertionPoint(op);
  ternary::GroupAttr group;
  SmallVector<int64_t> scaleShape;
  if (weight.group != 0) {
    group = ternary::GroupAttr::get(builder.getContext(), weight.group,
                                    type.getRank() - 1);
    llvm::append_range(scaleShape, type.getShape());
    scaleShape.back() /= weight.group;
  }
  ternary::WeightOp constant;
  auto getConstant = [&]() {
    if (constant)
      return constant;
    ElementsAttr &value = packedBytes[op.getName()];
    if (!value) {
      ArrayRef<char> bytes = weight.bytes;
      std::vector<uint8_t> packed;
      if (bytes.empty()) {
        // Its elements are trits, and as many as the shape says.
        packed = llvm::cantFail(
            ternary::pack(weight.packing, weight.elements, weight.shape));
        bytes = asBytes(packed);
      }
      auto bytesType = RankedTensorType::get(
          {static_cast<int64_t>(bytes.size())}, builder.getI8Type());
      value = packed.empty() && !bytes.empty()
                  ? mapped(bytesType, op.getName(), bytes)
                  : copyToResource(bytesType, op.getName(), bytes);
    }
    auto scaleType = RankedTensorType::get(scaleShape, type.getElementType());
    constant = ternary::WeightOp::create(
        builder, op.getLoc(),
        RankedTensorType::get(type.getShape(),
                              ternary::TritType::get(builder.getContext())),
        scaleType, op.getNameAttr(), weight.packing, value,
        DenseElementsAttr::get(scaleType, ArrayRef(weight.scales)), group,
        ternary::QuantizationAttr());
    int64_t bytesBefore = found.tensor->bytes.size() +
                          (scale.tensor ? scale.tensor->bytes.size() : 0);
    constant->setDiscardableAttr(ternary::kBytesBeforeAttrName,
                                 builder.getI64IntegerAttr(bytesBefore));
    if (isExactInF32(found.tensor->dtype))
      constant->setDiscardableAttr(ternary::kUnpackedAttrName,
                                   builder.getUnitAttr());
    return constant;
  };

  Value real;
  for (OpOperand &use : llvm::make_early_inc_range(op->getUses())) {
    if (!takesTernary(use))
      continue;
    ternary::WeightOp quantized = getConstant();
    auto quantize = dyn_cast<ternary::QuantizeWeightOp>(use.getOwner());
    if (!quantize) {
      if (!real)
        real = ternary::DequantizeWeightOp::create(builder, op.getLoc(), type,
                                                   quantized.getResult(),
                                                   quantized.getScale(), group);
      use.set(real);
      continue;
    }
    if (quantize->getResultTypes() != quantized->getResultTypes())
      return quantize.emitOpError("of scheme ")
             << stringifyScheme(quantize.getScheme()) << " stands at '"
             << found.name
             << "', which the checkpoint has quantized already, to "
             << quantized.getResult().getType() << " with a scale of "
             << quantized.getScale().getType()
             << "; run --onebit-load-weights before "
                "--onebit-quantize-projections";
    quantize->replaceAllUsesWith(quantized->getResults());
    quantize.erase();
  }
  if (op->use_empty()) {
    op.erase();
    return success();
  }
  op.setValueAttr(
      copyToResource(type, op.getName(), asBytes(weight.dequantize())));
  return success();
}

LogicalResult WeightLoader::load(decoder::WeightOp op) {
  if (op.getValue())
    return success();
  Found found = names.find(op.getName()), scale = names.findScale(found);
  if (!found.tensor)
    return op.emitOpError("\"")
           << op.getName() << "\" is not in " << checkpoint->getPath()
           << (found.name.empty() || found.name == op.getName()
                   ? ""
                   : ", where it would be '" + found.name + "'");
  read.insert(found.tensor);
  read.insert(scale.tensor);
  auto type = cast<RankedTensorType>(op.getType());
  DType dtype = found.tensor->dtype;
  if (int64_t heads = found.permutedHeads)
    if (type.getRank() == 0 || type.getDimSize(0) % (2 * heads) != 0)
      return emitError(op, found)
             << "has rows permuted for " << heads
             << " heads, which the weight's type does not have: " << type;

  bool packed = dtype == DType::U8 && scale.tensor;
  bool ternaryFloats = isExactInF32(dtype) && scale.tensor;
  if (!packed && !ternaryFloats && !isTernary(dtype)) {
    if (scale.tensor)
      return emitError(op, found)
             << "is of type " << found.tensor->dtypeName
             << " and has a scale, '" << scale.name
             << "', beside it: expected U8, which is packed, or floats of -1, "
                "0 and 1";
    if (dtype == DType::U8 && !scale.name.empty())
      return emitError(op, found)
             << "is of type U8, as packed weights are, but has no scale beside "
                "it: expected '"
             << scale.name << "'";
    return loadFloats(op, found);
  }

  SmallVector<int64_t> shape(type.getShape());
  if (packed && !shape.empty())
    shape[0] = llvm::divideCeilSigned(shape[0], int64_t(4));
  if (failed(checkShape(op, found, shape)))
    return failure();
  FailureOr<float> factor = readScale(op, scale);
  if (failed(factor))
    return failure();
  if (ternaryFloats)
    return loadTernary(op, found, scale,
                       readTernaryFloats(*found.tensor, *factor));
  if (packed)
    return loadTernary(
        op, found, scale,
        readPackedHF(*found.tensor, type.getDimSize(0), *factor));
  llvm::Expected<TernaryTensor> weight = readTernary(*found.tensor);
  if (weight && scale.tensor)
    for (float &value : weight->scales)
      value *= *factor;
  return loadTernary(op, found, scale, std::move(weight));
}

/// What checkpoints hold and models compute themselves: tables of positions and
/// masks.
static bool isCommonlyUnread(StringRef name) {
  static constexpr StringLiteral ends[] = {
      "rotary_emb.inv_freq", ".attn.bias", ".attn.masked_bias",
      ".attention.bias", "rope_freqs.weight"};
  return llvm::any_of(ends, [&](StringRef end) { return name.ends_with(end); });
}

LogicalResult frontend::loadWeights(ModuleOp module,
                                    std::shared_ptr<Checkpoint> checkpoint,
                                    ScaleMeaning scaleMeaning,
                                    SmallVectorImpl<StringRef> *unread) {
  module.getContext()
      ->loadDialect<decoder::DecoderDialect, ternary::TernaryDialect>();
  llvm::Expected<CheckpointNames> names = CheckpointNames::get(*checkpoint);
  if (!names)
    return mlir::emitError(module.getLoc(), llvm::toString(names.takeError()));
  WeightLoader loader(module.getContext(), checkpoint, std::move(*names),
                      scaleMeaning);
  SmallVector<decoder::WeightOp> weights;
  module.walk([&](decoder::WeightOp op) { weights.push_back(op); });
  for (decoder::WeightOp op : weights)
    if (failed(loader.load(op)))
      return failure();
  if (unread)
    for (const CheckpointTensor &tensor : checkpoint->getTensors())
      if (!loader.hasRead(tensor) && !isCommonlyUnread(tensor.name) &&
          !loader.isCopy(tensor))
        unread->push_back(tensor.name);
  return success();
}

namespace {

struct LoadWeights : onebit::impl::LoadWeightsBase<LoadWeights> {
  using LoadWeightsBase::LoadWeightsBase;

  void runOnOperation() override {
    Location loc = getOperation().getLoc();
    if (path.empty()) {
      mlir::emitError(loc, "onebit-load-weights needs a checkpoint: path=FILE");
      return signalPassFailure();
    }
    auto checkpoint = openCheckpoint(path);
    if (!checkpoint) {
      mlir::emitError(loc, llvm::toString(checkpoint.takeError()));
      return signalPassFailure();
    }
    if (failed(
            loadWeights(getOperation(), std::move(*checkpoint), weightScale)))
      signalPassFailure();
  }
};

} // namespace
