//===- PackProducts.cpp - Ternary products on packed weights --------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/decoder/Decoder.h"
#include "dialects/decoder/Resources.h"
#include "dialects/ternary/Packing.h"
#include "dialects/ternary/Ternary.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "onebit/Conversion/Passes.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/CheckedArithmetic.h"
#include <numeric>

namespace onebit {
#define GEN_PASS_DEF_PACKPRODUCTS
#include "onebit/Conversion/Passes.h.inc"
} // namespace onebit

using namespace mlir;
using namespace onebit;
using ternary::PackedShape;
using ternary::Packing;

namespace {

/// Which loops of a product are what. Each kind is in the order of the operand
/// that says so.
struct Loops {
  /// Of all three, of activation and result, of weight and result, and summed.
  SmallVector<AffineExpr> batch, tokens, rows, columns;

  /// Nothing if a loop is none of these.
  static std::optional<Loops> get(ArrayRef<AffineMap> maps) {
    auto has = [&](unsigned operand, AffineExpr loop) {
      return llvm::is_contained(maps[operand].getResults(), loop);
    };
    Loops loops;
    for (AffineExpr loop : maps[0].getResults()) {
      bool weight = has(1, loop), result = has(2, loop);
      if (!weight && !result)
        return std::nullopt;
      (!weight  ? loops.tokens
       : result ? loops.batch
                : loops.columns)
          .push_back(loop);
    }
    for (AffineExpr loop : maps[1].getResults())
      if (!has(0, loop)) {
        if (!has(2, loop))
          return std::nullopt;
        loops.rows.push_back(loop);
      }
    return loops;
  }
};

/// A tensor as three dimensions, each of which is some of the tensor's own.
class ThreeDims {
public:
  ThreeDims(AffineMap map, ArrayRef<int64_t> shape,
            std::initializer_list<ArrayRef<AffineExpr>> parts) {
    for (ArrayRef<AffineExpr> part : parts) {
      int64_t size = 1;
      for (AffineExpr loop : part) {
        int64_t dim = *map.getResultPosition(loop);
        permutation.push_back(dim);
        permutedShape.push_back(shape[dim]);
        size *= shape[dim];
      }
      sizes.push_back(size);
    }
  }

  ArrayRef<int64_t> getSizes() const { return sizes; }
  ArrayRef<int64_t> getPermutation() const { return permutation; }
  bool isPermuted() const {
    return !llvm::equal(permutation, llvm::seq<int64_t>(permutation.size()));
  }

  Value collapse(ImplicitLocOpBuilder &b, Value value) const {
    if (isPermuted())
      value = transpose(b, value, permutation, permutedShape);
    return reshape(b, value, permutedShape, sizes);
  }
  Value expand(ImplicitLocOpBuilder &b, Value value) const {
    value = reshape(b, value, sizes, permutedShape);
    if (!isPermuted())
      return value;
    SmallVector<int64_t> inverse(permutation.size()), shape(inverse.size());
    for (auto [at, dim] : llvm::enumerate(permutation)) {
      inverse[dim] = at;
      shape[dim] = permutedShape[at];
    }
    return transpose(b, value, inverse, shape);
  }

private:
  static Value transpose(ImplicitLocOpBuilder &b, Value value,
                         ArrayRef<int64_t> permutation,
                         ArrayRef<int64_t> shape) {
    Type element = cast<RankedTensorType>(value.getType()).getElementType();
    Value empty = tensor::EmptyOp::create(b, shape, element);
    return linalg::TransposeOp::create(b, value, empty, permutation)
        ->getResult(0);
  }

  /// Through one dimension of all elements: parts may be empty.
  static Value reshape(ImplicitLocOpBuilder &b, Value value,
                       ArrayRef<int64_t> from, ArrayRef<int64_t> to) {
    if (from == to)
      return value;
    Type element = cast<RankedTensorType>(value.getType()).getElementType();
    auto all = [&](size_t rank) {
      ReassociationIndices dims(rank);
      std::iota(dims.begin(), dims.end(), 0);
      return rank == 0 ? SmallVector<ReassociationIndices>()
                       : SmallVector<ReassociationIndices>{dims};
    };
    int64_t count = std::accumulate(from.begin(), from.end(), int64_t(1),
                                    std::multiplies<int64_t>());
    auto flat = RankedTensorType::get({count}, element);
    if (from.empty())
      value = tensor::ExpandShapeOp::create(b, flat, value, all(0));
    else if (from.size() > 1)
      value = tensor::CollapseShapeOp::create(b, value, all(from.size()));
    auto type = RankedTensorType::get(to, element);
    if (to.empty())
      return tensor::CollapseShapeOp::create(b, type, value, all(0));
    if (to.size() == 1)
      return value;
    return tensor::ExpandShapeOp::create(b, type, value, all(to.size()));
  }

  SmallVector<int64_t> sizes, permutation, permutedShape;
};

/// Packs the weights of products, each once.
class Packer {
public:
  explicit Packer(ModuleOp module) {
    module.walk([&](decoder::WeightOp op) { names.insert(op.getName()); });
  }

  /// The product's packed form; nothing if it has none.
  Value pack(ternary::MatMulOp op) {
    ternary::WeightOp weight;
    if (auto split = op.getWeight().getDefiningOp<tensor::ExpandShapeOp>())
      weight = split.getSrc().getDefiningOp<ternary::WeightOp>();
    else
      weight = op.getWeight().getDefiningOp<ternary::WeightOp>();
    SmallVector<AffineMap> maps(
        op.getIndexingMaps().getAsValueRange<AffineMapAttr>());
    std::optional<Loops> loops = Loops::get(maps);
    auto shapeOf = [](Value value) {
      return cast<RankedTensorType>(value.getType()).getShape();
    };
    if (!weight || !loops)
      return {};
    for (Value value : {op.getActivation(), op.getWeight(), op.getResult()})
      if (!isCountable(shapeOf(value)))
        return {};
    ThreeDims activation(maps[0], shapeOf(op.getActivation()),
                         {loops->batch, loops->tokens, loops->columns});
    ThreeDims packed(maps[1], shapeOf(op.getWeight()),
                     {loops->batch, loops->rows, loops->columns});
    ThreeDims result(maps[2], shapeOf(op.getResult()),
                     {loops->batch, loops->tokens, loops->rows});
    if (packed.getSizes()[2] >= ternary::kMaxPackedColumns)
      return {};
    Value bytes = getBytes(weight, packed, shapeOf(op.getWeight()));
    if (!bytes)
      return {};

    ImplicitLocOpBuilder b(op.getLoc(), op);
    Value x = activation.collapse(b, op.getActivation());
    Value init = tensor::EmptyOp::create(b, result.getSizes(), b.getI32Type());
    Value y = ternary::PackedMatMulOp::create(b, init.getType(), x, bytes, init)
                  .getResult()
                  .front();
    return result.expand(b, y);
  }

  /// The trits of a weight that others than kernels read as a weight of its
  /// own, a byte each; null if its bytes are not there, or hold no trits.
  Value getTrits(ternary::WeightOp op) {
    ImplicitLocOpBuilder b(op.getLoc(), op);
    auto type = cast<RankedTensorType>(op.getResult().getType());
    RankedTensorType stored = type.clone(b.getI8Type());
    Attribute layout = b.getArrayAttr(
        {op.getBytes(), op.getPackingAttr(), TypeAttr::get(type)});
    Constant &constant = constants[{op.getNameAttr(), layout}];
    if (!constant.value) {
      std::optional<SmallVector<uint8_t>> bytes = op.getPackedBytes();
      std::optional<PackedShape> shape = PackedShape::get(type.getShape());
      if (!bytes || !shape)
        return {};
      llvm::Expected<std::vector<int8_t>> trits =
          ternary::unpack(op.getPacking(), *bytes, *shape);
      if (!trits) {
        llvm::consumeError(trits.takeError());
        return {};
      }
      std::string name = (op.getName() + ".trits").str();
      constant = {
          b.getStringAttr(getName(name)),
          decoder::copyToResource(stored, name, decoder::asBytes(*trits))};
    }
    Value weight =
        decoder::WeightOp::create(b, stored, constant.name, constant.value);
    return UnrealizedConversionCastOp::create(b, type, weight).getResult(0);
  }

  /// The scale of a weight as a weight of its own, once its bytes are.
  Value getScale(ternary::WeightOp op) {
    ImplicitLocOpBuilder b(op.getLoc(), op);
    Constant &constant = constants[{op.getNameAttr(), op.getScaleValue()}];
    if (!constant.value)
      constant = {b.getStringAttr(getName(op.getName() + ".scale")),
                  op.getScaleValue()};
    return decoder::WeightOp::create(b, op.getScale().getType(), constant.name,
                                     constant.value);
  }

private:
  static bool isCountable(ArrayRef<int64_t> shape) {
    std::optional<int64_t> count = 1;
    for (int64_t extent : shape)
      if (!(count = llvm::checkedMul(*count, extent)))
        return false;
    return !ShapedType::isDynamicShape(shape);
  }

  /// The bytes as kernels read them; null if they are not there.
  Value getBytes(ternary::WeightOp op, const ThreeDims &dims,
                 ArrayRef<int64_t> shape) {
    ImplicitLocOpBuilder b(op.getLoc(), op);
    auto type = cast<RankedTensorType>(op.getResult().getType());
    ElementsAttr bytes = op.getBytes();
    Attribute layout =
        b.getArrayAttr({bytes, op.getPackingAttr(), TypeAttr::get(type),
                        b.getDenseI64ArrayAttr(dims.getPermutation()),
                        b.getDenseI64ArrayAttr(dims.getSizes())});
    Value &known = values[{op, layout}];
    if (known)
      return known;
    Constant &constant = constants[{op.getNameAttr(), layout}];
    if (!constant.value) {
      std::optional<PackedShape> before = PackedShape::get(type.getShape());
      bool asItIs = op.getPacking() == Packing::I2S && !dims.isPermuted() &&
                    before->columns == dims.getSizes()[2];
      std::string name = (op.getName() + ".i2_s").str();
      if (asItIs ? !holdsTrits(bytes)
                 : !(bytes = repack(op, *before, dims, shape, name)))
        return {};
      constant = {b.getStringAttr(getName(name)), bytes};
    }
    return known = decoder::WeightOp::create(b, constant.value.getShapedType(),
                                             constant.name, constant.value);
  }

  /// Whether the bytes are there, and none has the code of no trit.
  static bool holdsTrits(ElementsAttr bytes) {
    ArrayRef<char> data;
    if (auto dense = dyn_cast<DenseElementsAttr>(bytes)) {
      data = dense.getRawData();
    } else {
      auto resource = dyn_cast<DenseResourceElementsAttr>(bytes);
      AsmResourceBlob *blob =
          resource ? resource.getRawHandle().getBlob() : nullptr;
      if (!blob || static_cast<int64_t>(blob->getData().size()) !=
                       bytes.getNumElements())
        return false;
      data = blob->getData();
    }
    // Both bits of a code.
    unsigned found = 0;
    for (char byte : data)
      found |= byte & (static_cast<unsigned char>(byte) >> 1) & 0x55;
    return found == 0;
  }

  static ElementsAttr repack(ternary::WeightOp op, PackedShape before,
                             const ThreeDims &dims, ArrayRef<int64_t> shape,
                             StringRef name) {
    std::optional<SmallVector<uint8_t>> bytes = op.getPackedBytes();
    if (!bytes)
      return {};
    llvm::Expected<std::vector<int8_t>> elements =
        ternary::unpack(op.getPacking(), *bytes, before);
    if (!elements) {
      llvm::consumeError(elements.takeError());
      return {};
    }
    if (dims.isPermuted())
      elements = permute(*elements, shape, dims.getPermutation());
    ArrayRef<int64_t> sizes = dims.getSizes();
    // Codes of trits, as many as the sizes say.
    std::vector<uint8_t> result = llvm::cantFail(ternary::pack(
        Packing::I2S, *elements, {sizes[0] * sizes[1], sizes[2]}));
    auto type = RankedTensorType::get({static_cast<int64_t>(result.size())},
                                      IntegerType::get(op.getContext(), 8));
    return decoder::copyToResource(type, name, decoder::asBytes(result));
  }

  /// The elements of a tensor of `shape` in the order that its dimensions have
  /// when permuted.
  static std::vector<int8_t> permute(ArrayRef<int8_t> elements,
                                     ArrayRef<int64_t> shape,
                                     ArrayRef<int64_t> permutation) {
    SmallVector<int64_t> strides = computeStrides(shape), index(shape.size());
    std::vector<int8_t> result;
    result.reserve(elements.size());
    int64_t at = 0;
    for (size_t i = 0; i < elements.size(); ++i) {
      result.push_back(elements[at]);
      for (size_t place = permutation.size(); place-- > 0;) {
        int64_t dim = permutation[place];
        at += strides[dim];
        if (++index[place] < shape[dim])
          break;
        at -= strides[dim] * shape[dim];
        index[place] = 0;
      }
    }
    return result;
  }

  /// `name`, or that with a number if another weight has it.
  std::string getName(const Twine &name) {
    std::string result = name.str();
    for (unsigned i = 1; !names.insert(result).second; ++i)
      result = (name + "." + Twine(i)).str();
    return result;
  }

  /// A weight of several functions has one value, and one name.
  struct Constant {
    StringAttr name;
    ElementsAttr value;
  };

  llvm::StringSet<> names;
  llvm::DenseMap<std::pair<Attribute, Attribute>, Constant> constants;
  llvm::DenseMap<std::pair<Operation *, Attribute>, Value> values;
};

struct PackProducts : onebit::impl::PackProductsBase<PackProducts> {
  using PackProductsBase::PackProductsBase;

  void runOnOperation() override {
    Packer packer(getOperation());
    getOperation()->walk([&](ternary::MatMulOp op) {
      if (Value result = packer.pack(op)) {
        op.replaceAllUsesWith(result);
        op.erase();
      }
    });
    getOperation()->walk([](tensor::ExpandShapeOp op) {
      if (op->use_empty() &&
          isa_and_present<ternary::WeightOp>(op.getSrc().getDefiningOp()))
        op.erase();
    });
    getOperation()->walk([&](ternary::WeightOp op) {
      if (!op.getResult().use_empty()) {
        Value trits = packer.getTrits(op);
        if (!trits)
          return;
        op.getResult().replaceAllUsesWith(trits);
      }
      if (!op.getScale().use_empty())
        op.getScale().replaceAllUsesWith(packer.getScale(op));
      op.erase();
    });
  }
};

} // namespace
