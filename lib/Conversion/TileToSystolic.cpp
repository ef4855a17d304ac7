//===- TileToSystolic.cpp - Matrix products to folds ----------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/Conversion/TileToSystolic.h"
#include "KernelChooser.h"
#include "ToLinalg/Lowering.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/TypeUtilities.h"
#include "onebit/Analysis/ExtractSchedule.h"
#include "onebit/Conversion/Passes.h"
#include "onebit/CostModel/TileProduct.h"

namespace onebit {
#define GEN_PASS_DEF_TILETOSYSTOLIC
#include "onebit/Conversion/Passes.h.inc"
} // namespace onebit

using namespace mlir;
using namespace onebit;
using namespace onebit::decoder;
using namespace onebit::systolic;

namespace {

/// A schedule's loops as those of a loop op.
struct LoopNest {
  explicit LoopNest(const Schedule &schedule) {
    for (const ScheduleLoop &loop : schedule.getLoops()) {
      extents.push_back(loop.extent);
      steps.push_back(loop.step);
      dims.push_back(loop.dim);
    }
    mask = schedule.getMask();
  }
  /// The number of the loop over `dim`.
  unsigned at(Dim dim) const { return llvm::find(dims, dim) - dims.begin(); }

  SmallVector<int64_t, 4> extents, steps;
  SmallVector<Dim, 4> dims;
  std::optional<CausalMask> mask;
};

/// What a product starts from, as a tensor of its result's type; null where the
/// init's elements cannot become those of the result.
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
    if (getElementTypeOrSelf(init) != type.getElementType()) {
      if (!lowering::canConvert(getElementTypeOrSelf(init),
                                type.getElementType()))
        return {};
      init = convert(loc, init, type.getElementType());
    }
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
  Value convert(Location loc, Value init, Type type) {
    ImplicitLocOpBuilder b(loc, builder);
    ArrayRef<int64_t> shape = lowering::getShape(init);
    return lowering::elementwise(
        b, shape, type,
        lowering::Operand{init, b.getMultiDimIdentityMap(shape.size())},
        [&](ImplicitLocOpBuilder &inner, ValueRange elements) {
          return lowering::convert(inner, elements[0], type);
        });
  }

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

  LogicalResult initialize(MLIRContext *context) override {
    llvm::Expected<const CostModel *> found = findCostModel(costModel);
    if (!found)
      return emitError(UnknownLoc::get(context))
             << llvm::toString(found.takeError());
    model = *found;
    if (objective != Objective::Cycles && dataflow != DataflowChoice::Auto)
      return emitError(UnknownLoc::get(context))
             << "objective says what dataflows are chosen by: it needs "
                "dataflow=auto";
    return success();
  }

  void runOnOperation() override {
    ModuleOp module = getOperation();
    llvm::Expected<ArrayDesc> desc = parseArray(array);
    if (!desc) {
      emitError(module.getLoc()) << llvm::toString(desc.takeError());
      return signalPassFailure();
    }
    switch (dataflow) {
    case DataflowChoice::OfArray:
    case DataflowChoice::Auto:
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
    systolic::ArrayAttr base = toArrayAttr(&getContext(), *desc);
    systolic::ArrayAttr second = toProjectionEngineAttr(*desc, base);
    if (second && dataflow == DataflowChoice::Auto) {
      emitError(module.getLoc())
          << "dataflow=auto chooses for one array: what an array with a "
             "projection_engine is compared with would not be chosen; give "
             "os, ws or is";
      return signalPassFailure();
    }
    const bool rows = queryHeads == QueryHeadChoice::Rows ||
                      (queryHeads == QueryHeadChoice::OfCostModel &&
                       model->prefersQueryRows());

    std::vector<ProductToTile> products;
    module.walk([&](MatrixProductOpInterface op) {
      if (isa<KernelOp>(op))
        return;
      const bool queryRows = rows && !op.getQueryGroups().empty();
      ProductToTile product{
          op,        op.getProductClass(),          op.getRole(),
          queryRows, op.getProductShape(queryRows), {}};
      auto scores = dyn_cast<AttentionProductOp>(op.getOperation());
      if (scores && scores.getCausal() && maskedFolds == MaskedFolds::Skipped)
        product.causal = {op.getProductShape().m,
                          static_cast<int64_t>(scores.getWindow().value_or(0))};
      products.push_back(product);
    });
    for (ProductToTile &product : products) {
      const ProductShape &shape = product.shape;
      if (std::min({shape.batch, shape.m, shape.n, shape.k}) < 1) {
        product.op->emitError("has an empty dimension, so there is nothing to "
                              "tile: batch ")
            << shape.batch << ", m " << shape.m << ", n " << shape.n << ", k "
            << shape.k;
        return signalPassFailure();
      }
    }
    KernelChoices choices;
    if (dataflow == DataflowChoice::Auto) {
      FailureOr<KernelChoices> chosen =
          chooseKernels(module, products, *desc, {*model, objective, energy});
      if (failed(chosen))
        return signalPassFailure();
      choices = std::move(*chosen);
    }

    OpBuilder builder(&getContext());
    OfmapInit inits(builder);
    bool anySkipped = false;
    for (auto [i, product] : llvm::enumerate(products)) {
      auto op = cast<MatrixProductOpInterface>(product.op);
      KernelForm form;
      form.queryRows = product.queryRows;
      form.causal = product.causal;
      // A second engine keeps its own dataflow.
      const bool onSecond =
          second && op.getProductClass() == ProductClass::MatMulFree;
      systolic::ArrayAttr kernelArray = onSecond ? second : base;
      if (!choices.products.empty()) {
        kernelArray = choices.products[i].array;
        form.transposed = choices.products[i].transposed;
        form.choice = choices.products[i].attr;
      }
      builder.setInsertionPoint(op);
      Value init = inits.get(op);
      if (!init) {
        op.emitError("has an init of ")
            << getElementTypeOrSelf(op.getInit())
            << " that cannot become elements of its result, "
            << getElementTypeOrSelf(op->getResult(0));
        return signalPassFailure();
      }
      KernelOp kernel = createKernel(builder, op, init, kernelArray, form);
      anySkipped |= bool(kernel.getLoop().getMask());
      op->replaceAllUsesWith(kernel);
      op->erase();
    }
    if (choices.together)
      addAssumption(
          module, AssumptionKind::NotModelled,
          ("dataflow=auto chooses for each product alone, and here kernels " +
           Twine(objective == Objective::EnergyDelay
                     ? "count together"
                     : "prefetch behind each other") +
           ": " + stringifyDataflow(*choices.together) +
           " for all takes less than the best of each, so all have it; other "
           "mixtures were not tried")
              .str());
    if (anySkipped)
      addAssumption(
          module, AssumptionKind::NotModelled,
          "folds that a causal mask hides are skipped as if the rows "
          "were the last tokens of their keys, the first at position "
          "0 where there are as many: a prefill from a later position "
          "hides others");
    else if (maskedFolds == MaskedFolds::Skipped)
      addAssumption(module, AssumptionKind::NotModelled,
                    "masked-folds=skipped leaves nothing out: no fold of "
                    "scores is known to be hidden whole by a causal mask");
  }

private:
  const CostModel *model = nullptr;
};

} // namespace

KernelOp onebit::createKernel(OpBuilder &builder,
                              MatrixProductOpInterface product, Value ofmap,
                              systolic::ArrayAttr array, KernelForm form) {
  Location loc = product.getLoc();
  ProductShape shape = product.getProductShape(form.queryRows);
  const LoopNest nest(tileProduct(
      {shape.batch, shape.m, shape.n, shape.k}, array.getRows(),
      array.getColumns(), array.getDataflow(), form.transposed, form.causal));

  auto unit = [&](bool is) { return is ? builder.getUnitAttr() : UnitAttr(); };
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
      array, unit(form.queryRows), unit(form.transposed), form.choice,
      CostAttr(), CostAttr());

  OpBuilder::InsertionGuard guard(builder);
  auto matrix = [](Value operand, ArrayRef<int64_t> dims) {
    return RankedTensorType::get(dims, getElementTypeOrSelf(operand));
  };
  MatrixForm matrices(kernel.getBodyShape());
  Value ifmapSide = kernel.getIfmap(), filterSide = kernel.getFilter();
  if (form.transposed)
    std::swap(ifmapSide, filterSide);
  Block *body = builder.createBlock(&kernel.getBody(), {},
                                    {matrix(ifmapSide, matrices.ifmap),
                                     matrix(filterSide, matrices.filter),
                                     matrix(ofmap, matrices.ofmap)},
                                    {loc, loc, loc});
  CausalMaskAttr mask;
  if (nest.mask)
    mask = CausalMaskAttr::get(builder.getContext(), nest.mask->period,
                               nest.mask->window, nest.mask->keys == Dim::M);
  auto loop = LoopOp::create(builder, loc, body->getArgument(2), nest.extents,
                             nest.steps, mask);
  systolic::YieldOp::create(builder, loc, loop.getResult());

  builder.setInsertionPointToStart(&loop.getBody().front());
  auto ivs = loop.getInductionVars();
  auto slice = [&](Value source, unsigned i, unsigned j) {
    return SliceOp::create(builder, loc, source,
                           ValueRange{ivs[nest.at(Dim::Batch)], ivs[i], ivs[j]},
                           {1, nest.steps[i], nest.steps[j]});
  };
  const unsigned m = nest.at(Dim::M), n = nest.at(Dim::N), k = nest.at(Dim::K);
  SliceOp ifmap = slice(body->getArgument(0), m, k);
  SliceOp filter = slice(body->getArgument(1), n, k);
  SliceOp partial = slice(loop.getCarried(), m, n);
  auto fold =
      FoldOp::create(builder, loc, partial.getType(), ifmap, filter, partial,
                     builder.getDenseI64ArrayAttr(
                         {nest.steps[m], nest.steps[n], nest.steps[k]}));
  auto insert =
      InsertOp::create(builder, loc, loop.getCarried().getType(), fold,
                       loop.getCarried(), partial.getOffsets(),
                       partial.getStaticOffsetsAttr(), partial.getSizesAttr());
  systolic::YieldOp::create(builder, loc, insert.getResult());
  return kernel;
}
