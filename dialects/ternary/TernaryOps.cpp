//===- TernaryOps.cpp - ops of the ternary dialect ------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/ternary/Packing.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/CheckedArithmetic.h"

using namespace mlir;
using namespace onebit;
using namespace onebit::ternary;

#define GET_OP_CLASSES
#include "dialects/ternary/TernaryOps.cpp.inc"

static RankedTensorType tensorType(Value value) {
  return dyn_cast<RankedTensorType>(value.getType());
}

/// The shape of the scale of a weight or, with a group, of any tensor, if
/// `group` fits it.
static std::optional<SmallVector<int64_t>> scaleShape(RankedTensorType type,
                                                      GroupAttr group) {
  SmallVector<int64_t> shape;
  if (!group)
    return shape;
  shape.assign(type.getShape().begin(), type.getShape().end());
  if (group.getDim() >= type.getRank() ||
      shape[group.getDim()] % group.getSize() != 0)
    return std::nullopt;
  shape[group.getDim()] /= group.getSize();
  return shape;
}

/// Above this, a verifier that runs after every pass is noticed.
static constexpr int64_t kMaxBytesVerified = 64 * 1024;

std::optional<SmallVector<uint8_t>> WeightOp::getPackedBytes() {
  ShapedType type = getBytes().getShapedType();
  if (auto dense = dyn_cast<DenseElementsAttr>(getBytes()))
    return llvm::to_vector(
        llvm::map_range(dense.getValues<APInt>(), [](const APInt &byte) {
          return static_cast<uint8_t>(byte.getZExtValue());
        }));
  auto resource = dyn_cast<DenseResourceElementsAttr>(getBytes());
  AsmResourceBlob *blob =
      resource ? resource.getRawHandle().getBlob() : nullptr;
  if (!blob ||
      static_cast<int64_t>(blob->getData().size()) != type.getNumElements())
    return std::nullopt;
  ArrayRef<char> data = blob->getData();
  return SmallVector<uint8_t>(data.begin(), data.end());
}

LogicalResult WeightOp::verify() {
  auto type = cast<RankedTensorType>(getResult().getType());
  // ternary_weight_c1
  if (getName().empty())
    return emitOpError("must have a name that is not empty");
  // ternary_weight_c3
  Type element = isBinary(getPacking()) ? Type(BitType::get(getContext()))
                                        : Type(TritType::get(getContext()));
  if (type.getElementType() != element)
    return emitOpError("of packing ")
           << stringifyPacking(getPacking()) << " must have elements of type "
           << element << ", got " << type.getElementType();
  // ternary_weight_c2
  std::optional<PackedShape> shape = PackedShape::get(type.getShape());
  std::optional<int64_t> size;
  if (shape)
    size = getPackedSize(getPacking(), *shape);
  ShapedType bytes = getBytes().getShapedType();
  if (!size || !bytes.getElementType().isSignlessInteger(8) ||
      bytes.getRank() != 1 || bytes.getDimSize(0) != *size) {
    InFlightDiagnostic diag = emitOpError("of packing ")
                              << stringifyPacking(getPacking()) << " and type "
                              << type << " must have ";
    if (size)
      diag << *size << " bytes of type i8";
    else
      diag << "fewer elements";
    return diag << ", got " << bytes;
  }
  // ternary_weight_c4
  std::optional<SmallVector<int64_t>> scales = scaleShape(type, getGroupAttr());
  if (!scales)
    return emitOpError("group must divide a dimension of the weight, got ")
           << getGroupAttr() << " for " << type;
  auto scale = cast<RankedTensorType>(getScale().getType());
  if (scale.getShape() != ArrayRef<int64_t>(*scales) ||
      getScaleValue().getShapedType() != scale)
    return emitOpError("scale must be of type ")
           << RankedTensorType::get(*scales, scale.getElementType()) << ", got "
           << scale << " with a value of type "
           << getScaleValue().getShapedType();
  // ternary_weight_c5
  if (*size > kMaxBytesVerified)
    return success();
  if (std::optional<SmallVector<uint8_t>> packed = getPackedBytes()) {
    auto elements = unpack(getPacking(), *packed, *shape);
    if (!elements)
      return emitOpError("holds no packed weight: ")
             << llvm::toString(elements.takeError());
  }
  return success();
}

LogicalResult DequantizeWeightOp::verify() {
  auto weight = cast<RankedTensorType>(getWeight().getType());
  auto result = cast<RankedTensorType>(getResult().getType());
  // dequantize_weight_c1
  if (weight.getShape() != result.getShape())
    return emitOpError("result must have the weight's shape, got ")
           << result << " for " << weight;
  // dequantize_weight_c2
  std::optional<SmallVector<int64_t>> scales =
      scaleShape(weight, getGroupAttr());
  if (!scales)
    return emitOpError("group must divide a dimension of the weight, got ")
           << getGroupAttr() << " for " << weight;
  // dequantize_weight_c3
  auto expected = RankedTensorType::get(*scales, result.getElementType());
  if (getScale().getType() != expected)
    return emitOpError("scale must be of type ")
           << expected << ", got " << getScale().getType();
  return success();
}

LogicalResult QuantizeWeightOp::verify() {
  auto weight = cast<RankedTensorType>(getWeight().getType());
  // quantize_weight_c1
  Type element = getElementType(getContext(), getScheme());
  if (getElementTypeOrSelf(getResult()) != element)
    return emitOpError("of scheme ")
           << stringifyScheme(getScheme()) << " must have elements of type "
           << element << ", got " << getElementTypeOrSelf(getResult());
  // quantize_weight_c2
  if (getResult().getType() !=
      RankedTensorType::get(weight.getShape(), element))
    return emitOpError("result must have the weight's shape, got ")
           << getResult().getType() << " for " << weight;
  // quantize_weight_c3
  std::optional<SmallVector<int64_t>> scale =
      scaleShape(weight, getGroupAttr());
  if (!scale)
    return emitOpError("group must divide a dimension of the weight, got ")
           << getGroupAttr() << " for " << weight;
  // quantize_weight_c4
  auto expected = RankedTensorType::get(*scale, weight.getElementType());
  if (getScale().getType() != expected)
    return emitOpError("scale must be of type ")
           << expected << ", got " << getScale().getType();
  return success();
}

LogicalResult QuantizeActivationOp::verify() {
  auto input = cast<RankedTensorType>(getInput().getType());
  // quantize_activation_c1
  if (static_cast<int64_t>(getBits()) < 2 ||
      static_cast<int64_t>(getBits()) > 8)
    return emitOpError("bits must be between 2 and 8, got ")
           << static_cast<int64_t>(getBits());
  // quantize_activation_c2
  ArrayRef<int64_t> dims = getReductionDims();
  for (auto [i, dim] : llvm::enumerate(dims))
    if (dim < 0 || dim >= input.getRank() || (i > 0 && dim <= dims[i - 1]))
      return emitOpError("reduction dimensions must be ascending dimensions of "
                         "the input, got [")
             << dims << "] for " << input;
  // quantize_activation_c4
  GroupAttr group = getGroupAttr();
  std::optional<SmallVector<int64_t>> groups = scaleShape(input, group);
  if (!groups || (group && (getGranularity() != Granularity::PerToken ||
                            dims != ArrayRef(group.getDim()))))
    return emitOpError("group must be per token and divide the one reduction "
                       "dimension, got ")
           << group << ' ' << stringifyGranularity(getGranularity())
           << " over [" << dims << "] for " << input;
  // quantize_activation_c3
  SmallVector<int64_t> scale = std::move(*groups);
  if (!group && getGranularity() == Granularity::PerToken)
    for (int64_t i = 0; i < input.getRank(); ++i)
      if (!llvm::is_contained(dims, i))
        scale.push_back(input.getDimSize(i));
  auto result = RankedTensorType::get(input.getShape(),
                                      IntegerType::get(getContext(), 8));
  auto scaleType = RankedTensorType::get(scale, input.getElementType());
  if (getResult().getType() != result || getScale().getType() != scaleType)
    return emitOpError("must have results of types ")
           << result << " and " << scaleType << ", got "
           << getResult().getType() << " and " << getScale().getType();
  return success();
}

Value MatMulOp::getLhs() { return getActivation(); }
Value MatMulOp::getRhs() { return getWeight(); }
Value MatMulOp::getInit() { return {}; }
decoder::ProductClass MatMulOp::getProductClass() {
  return decoder::ProductClass::MatMulFree;
}

LogicalResult MatMulOp::verify() {
  // matmul_c6
  if (getRole() == decoder::ProductRole::Scores ||
      getRole() == decoder::ProductRole::Values)
    return emitOpError("cannot have the role of an attention product, '")
           << decoder::stringifyProductRole(getRole()) << "'";
  return success();
}

void PackedMatMulOp::getEffects(
    SmallVectorImpl<MemoryEffects::EffectInstance> &effects) {
  if (hasPureTensorSemantics())
    return;
  for (OpOperand *read : {&getActivationMutable(), &getBytesMutable()})
    effects.emplace_back(MemoryEffects::Read::get(), read);
  effects.emplace_back(MemoryEffects::Write::get(), &getInitMutable());
}

LogicalResult PackedMatMulOp::verify() {
  // packed_matmul_c1
  auto isRowMajor = [](Type type) {
    auto memref = dyn_cast<MemRefType>(type);
    return memref && memref.getLayout().isIdentity();
  };
  if (!(hasPureTensorSemantics() && getNumResults() == 1) &&
      !(llvm::all_of(getOperandTypes(), isRowMajor) && getNumResults() == 0))
    return emitOpError("must have tensors and a result, or row-major memrefs "
                       "and none");
  // packed_matmul_c2
  auto activation = cast<ShapedType>(getActivation().getType());
  auto init = cast<ShapedType>(getInit().getType());
  if (activation.getRank() != 3 || init.getRank() != 3 ||
      activation.getShape().take_front(2) != init.getShape().take_front(2))
    return emitOpError("activation and init must be B x T x K and B x T x N, "
                       "got ")
           << activation << " and " << init;
  // packed_matmul_c3
  std::optional<int64_t> rows = llvm::checkedMul(getBatch(), getRows());
  std::optional<int64_t> size =
      rows ? getPackedSize(Packing::I2S, {*rows, getColumns()}) : std::nullopt;
  auto bytes = cast<ShapedType>(getBytes().getType());
  if (!size || bytes.getRank() != 1 || bytes.getDimSize(0) != *size) {
    InFlightDiagnostic diag = emitOpError("must have ");
    if (size)
      diag << *size << " packed bytes";
    else
      diag << "fewer elements";
    return diag << ", got " << bytes;
  }
  // packed_matmul_c4
  if (getColumns() >= kMaxPackedColumns)
    return emitOpError("must sum over fewer than ")
           << kMaxPackedColumns << " elements, got " << getColumns();
  return success();
}

LogicalResult DequantizeOp::verify() {
  SmallVector<Value, 5> values = {getAcc(), getActivationScale(),
                                  getWeightScale(), getResult()};
  if (getBias())
    values.push_back(getBias());
  static constexpr StringLiteral kNames[] = {"acc", "activation scale",
                                             "weight scale", "result", "bias"};
  // dequantize_c1
  auto maps =
      llvm::to_vector(getIndexingMaps().getAsValueRange<AffineMapAttr>());
  if (maps.size() != values.size())
    return emitOpError("must have one indexing map for each operand and the "
                       "result, ")
           << values.size() << " in all, got " << maps.size();
  unsigned loops = maps.front().getNumDims();
  SmallVector<int64_t> extents(loops, -1);
  auto has = [&](unsigned map, AffineExpr loop) {
    return llvm::is_contained(maps[map].getResults(), loop);
  };
  for (auto [i, value] : llvm::enumerate(values)) {
    RankedTensorType type = tensorType(value);
    // dequantize_c2
    if (maps[i].getNumDims() != loops || maps[i].getNumSymbols() != 0 ||
        !maps[i].isProjectedPermutation() ||
        maps[i].getNumResults() != type.getRank())
      return emitOpError("the map of the ")
             << kNames[i] << " must be a projected permutation of " << loops
             << " loops with " << type.getRank() << " results, got "
             << AffineMapAttr::get(maps[i]);
    for (auto [expr, size] :
         llvm::zip_equal(maps[i].getResults(), type.getShape())) {
      int64_t &extent = extents[cast<AffineDimExpr>(expr).getPosition()];
      if (extent >= 0 && extent != size)
        return emitOpError("loop ") << cast<AffineDimExpr>(expr).getPosition()
                                    << " has extent " << extent << ", but the "
                                    << kNames[i] << " has " << size << " there";
      extent = size;
      // dequantize_c3
      if (!has(0, expr) || (i == 4 && !has(3, expr)))
        return emitOpError("the ")
               << kNames[i] << " may only have loops of the "
               << (has(0, expr) ? "result" : "acc");
    }
  }
  return success();
}

OpFoldResult DequantizeOp::fold(FoldAdaptor adaptor) {
  // A bias of zeros adds nothing.
  Attribute bias = adaptor.getBias();
  if (!bias || !matchPattern(bias, m_AnyZeroFloat()))
    return {};
  getBiasMutable().clear();
  setIndexingMapsAttr(
      ArrayAttr::get(getContext(), getIndexingMaps().getValue().drop_back()));
  return getResult();
}
