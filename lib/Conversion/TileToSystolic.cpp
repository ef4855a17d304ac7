//===- TileToSystolic.cpp - Matrix products to folds ----------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/Conversion/TileToSystolic.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/TypeUtilities.h"
#include "onebit/Analysis/ExtractSchedule.h"
#include "onebit/Conversion/Passes.h"

namespace onebit {
#define GEN_PASS_DEF_TILETOSYSTOLIC
#include "onebit/Conversion/Passes.h.inc"
} // namespace onebit

using namespace mlir;
using namespace onebit;
using namespace onebit::decoder;
using namespace onebit::systolic;

namespace {

/// Where batch, m, n and k stand in the loop nest, and their steps.
struct Tiling {
  Tiling(const ProductShape &shape, systolic::ArrayAttr array) {
    int64_t rows = array.getRows(), columns = array.getColumns();
    switch (array.getDataflow()) {
    case Dataflow::OutputStationary:
      b = add(shape.batch, 1);
      n = add(shape.n, columns);
      m = add(shape.m, rows);
      k = add(shape.k, shape.k);
      break;
    case Dataflow::WeightStationary:
      b = add(shape.batch, 1);
      n = add(shape.n, columns);
      k = add(shape.k, rows);
      m = add(shape.m, shape.m);
      break;
    case Dataflow::InputStationary:
      b = add(shape.batch, 1);
      m = add(shape.m, columns);
      k = add(shape.k, rows);
      n = add(shape.n, shape.n);
      break;
    }
  }
  unsigned add(int64_t extent, int64_t step) {
    extents.push_back(extent);
    steps.push_back(std::min(extent, step));
    return extents.size() - 1;
  }
  SmallVector<int64_t, 4> extents, steps;
  unsigned b, m, n, k;
};

/// What a product starts from, as a tensor of its result's type.
class OfmapInit {
public:
  explicit OfmapInit(OpBuilder &builder) : builder(builder) {}

  Value get(MatrixProductOpInterface product) {
    auto type = cast<RankedTensorType>(product->getResult(0).getType());
    Location loc = product.getLoc();
    Value init = product.getInit();
    if (!init)
      return getZeros(product, type);
    mlir::ArrayAttr maps = product.getIndexingMaps();
    AffineMap initMap = cast<AffineMapAttr>(maps[3]).getValue();
    AffineMap resultMap = cast<AffineMapAttr>(maps[2]).getValue();
    if (initMap == resultMap)
      return init;

    // Transposed into the order of the result's dimensions, then broadcast.
    SmallVector<std::pair<int64_t, int64_t>> order; // result dim, init dim
    for (auto [dim, loop] : llvm::enumerate(initMap.getResults()))
      order.emplace_back(*resultMap.getResultPosition(loop), dim);
    llvm::sort(order);
    SmallVector<int64_t> permutation, shape, added;
    for (auto [resultDim, initDim] : order) {
      permutation.push_back(initDim);
      shape.push_back(type.getDimSize(resultDim));
    }
    if (!llvm::is_sorted(permutation)) {
      Value empty =
          tensor::EmptyOp::create(builder, loc, shape, type.getElementType());
      init = linalg::TransposeOp::create(builder, loc, init, empty, permutation)
                 ->getResult(0);
    }
    for (int64_t dim = 0; dim < type.getRank(); ++dim)
      if (llvm::none_of(order, [&](auto &entry) { return entry.first == dim; }))
        added.push_back(dim);
    if (added.empty())
      return init;
    Value empty = tensor::EmptyOp::create(builder, loc, type.getShape(),
                                          type.getElementType());
    return linalg::BroadcastOp::create(builder, loc, init, empty, added)
        ->getResult(0);
  }

private:
  /// One tensor of zeros per type and region: it is a value, so kernels can
  /// share it.
  Value getZeros(MatrixProductOpInterface product, RankedTensorType type) {
    Block *block = &product->getParentRegion()->front();
    Value &zeros = cache[{block, type}];
    if (!zeros) {
      OpBuilder::InsertionGuard guard(builder);
      builder.setInsertionPointToStart(block);
      Location loc = product.getLoc();
      Value zero = arith::ConstantOp::create(
          builder, loc, builder.getZeroAttr(type.getElementType()));
      Value empty = tensor::EmptyOp::create(builder, loc, type.getShape(),
                                            type.getElementType());
      zeros = linalg::FillOp::create(builder, loc, zero, empty).getResult(0);
    }
    return zeros;
  }

  OpBuilder &builder;
  llvm::DenseMap<std::pair<Block *, Type>, Value> cache;
};

struct TileToSystolic : onebit::impl::TileToSystolicBase<TileToSystolic> {
  using TileToSystolicBase::TileToSystolicBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    llvm::Expected<ArrayDesc> desc = parseArray(array);
    if (!desc) {
      emitError(module.getLoc()) << llvm::toString(desc.takeError());
      return signalPassFailure();
    }
    switch (dataflow) {
    case DataflowChoice::OfArray:
      break;
    case DataflowChoice::OutputStationary:
      desc->dataflow = Dataflow::OutputStationary;
      break;
    case DataflowChoice::WeightStationary:
      desc->dataflow = Dataflow::WeightStationary;
      break;
    case DataflowChoice::InputStationary:
      desc->dataflow = Dataflow::InputStationary;
      break;
    }
    systolic::ArrayAttr attr = toArrayAttr(&getContext(), *desc);

    SmallVector<MatrixProductOpInterface> products;
    module.walk([&](MatrixProductOpInterface op) {
      if (!isa<KernelOp>(op))
        products.push_back(op);
    });
    OpBuilder builder(&getContext());
    OfmapInit inits(builder);
    for (MatrixProductOpInterface product : products) {
      ProductShape shape = product.getProductShape();
      if (std::min({shape.batch, shape.m, shape.n, shape.k}) < 1) {
        product.emitError("has an empty dimension, so there is nothing to "
                          "tile: batch ")
            << shape.batch << ", m " << shape.m << ", n " << shape.n << ", k "
            << shape.k;
        return signalPassFailure();
      }
      builder.setInsertionPoint(product);
      Value init = inits.get(product);
      KernelOp kernel = createKernel(builder, product, init, attr);
      product->replaceAllUsesWith(kernel);
      product->erase();
    }
  }
};

} // namespace

KernelOp onebit::createKernel(OpBuilder &builder,
                              MatrixProductOpInterface product, Value ofmap,
                              systolic::ArrayAttr array) {
  Location loc = product.getLoc();
  ProductShape shape = product.getProductShape();
  MatrixForm form(shape);
  Tiling tiling(shape, array);

  auto kernel = KernelOp::create(
      builder, loc, ofmap.getType(), product.getLhs(), product.getRhs(), ofmap,
      builder.getArrayAttr(product.getIndexingMaps().getValue().take_front(3)),
      builder.getDenseI64ArrayAttr(product.getQueryGroups()),
      ProductClassAttr::get(builder.getContext(), product.getProductClass()),
      ProductRoleAttr::get(builder.getContext(), product.getRole()),
      product.getLayer() ? builder.getI64IntegerAttr(*product.getLayer())
                         : IntegerAttr(),
      product.getProductName()
          ? builder.getStringAttr(*product.getProductName())
          : StringAttr(),
      array, CostAttr());

  OpBuilder::InsertionGuard guard(builder);
  auto matrix = [](Value operand, ArrayRef<int64_t> dims) {
    return RankedTensorType::get(dims, getElementTypeOrSelf(operand));
  };
  Block *body = builder.createBlock(&kernel.getBody(), {},
                                    {matrix(kernel.getIfmap(), form.ifmap),
                                     matrix(kernel.getFilter(), form.filter),
                                     matrix(ofmap, form.ofmap)},
                                    {loc, loc, loc});
  auto loop = LoopOp::create(builder, loc, body->getArgument(2), tiling.extents,
                             tiling.steps);
  systolic::YieldOp::create(builder, loc, loop.getResult());

  builder.setInsertionPointToStart(&loop.getBody().front());
  auto ivs = loop.getInductionVars();
  auto slice = [&](Value source, unsigned i, unsigned j) {
    return SliceOp::create(builder, loc, source,
                           ValueRange{ivs[tiling.b], ivs[i], ivs[j]},
                           {1, tiling.steps[i], tiling.steps[j]});
  };
  SliceOp ifmap = slice(body->getArgument(0), tiling.m, tiling.k);
  SliceOp filter = slice(body->getArgument(1), tiling.n, tiling.k);
  SliceOp partial = slice(loop.getCarried(), tiling.m, tiling.n);
  auto fold =
      FoldOp::create(builder, loc, partial.getType(), ifmap, filter, partial,
                     builder.getDenseI64ArrayAttr({tiling.steps[tiling.m],
                                                   tiling.steps[tiling.n],
                                                   tiling.steps[tiling.k]}));
  auto insert =
      InsertOp::create(builder, loc, loop.getCarried().getType(), fold,
                       loop.getCarried(), partial.getOffsets(),
                       partial.getStaticOffsetsAttr(), partial.getSizesAttr());
  systolic::YieldOp::create(builder, loc, insert.getResult());
  return kernel;
}
