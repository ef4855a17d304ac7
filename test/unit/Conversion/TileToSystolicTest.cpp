//===- TileToSystolicTest.cpp - Kernels do their product ------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/Conversion/TileToSystolic.h"
#include "../Analysis/KernelInterpreter.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Pass/PassManager.h"
#include "onebit/Analysis/ExtractSchedule.h"
#include "onebit/Conversion/Passes.h"
#include <algorithm>
#include <random>

using namespace mlir;
using namespace onebit;
using namespace onebit::test;

namespace {

// Random einsums, each group of one or two loops, operands in any layout: the
// folds do each element once, in SCALE-Sim's order, at SCALE-Sim's price. Also
// of the transposed product, and with query heads as rows.
TEST(TileToSystolic, FoldsDoTheProductAtItsPrice) {
  MLIRContext context;
  context.disableMultithreading();
  context.loadDialect<decoder::DecoderDialect, systolic::SystolicDialect>();
  Location loc = UnknownLoc::get(&context);
  OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
  OpBuilder builder(&context);
  Type f32 = builder.getF32Type();

  std::mt19937 random(5);
  auto draw = [&](int64_t most) {
    return std::uniform_int_distribution<int64_t>(1, most)(random);
  };
  for (int i = 0; i < 3000; ++i) {
    ArrayDesc array = makeArray(draw(9), draw(9), kDataflows[i % 3]);

    struct Loop {
      Dim dim;
      int64_t extent;
      bool queryGroup;
    };
    std::vector<Loop> loops = {{Dim::Batch, draw(2), false},
                               {Dim::M, draw(9), false},
                               {Dim::N, draw(9), false},
                               {Dim::K, draw(9), false}};
    if (draw(2) == 1)
      loops.push_back({Dim::Batch, draw(2), true});
    for (Dim dim : {Dim::M, Dim::N, Dim::K})
      if (draw(3) == 1)
        loops.push_back({dim, draw(3), false});
    std::shuffle(loops.begin(), loops.end(), random);
    auto extentOf = [&](Dim dim) {
      int64_t extent = 1;
      for (const Loop &loop : loops)
        if (loop.dim == dim)
          extent *= loop.extent;
      return extent;
    };
    KernelForm form;
    form.transposed = draw(2) == 1;
    const Shape normal{extentOf(Dim::Batch), extentOf(Dim::M), extentOf(Dim::N),
                       extentOf(Dim::K)};
    Shape shape = normal;
    for (const Loop &loop : loops)
      if (loop.queryGroup && draw(2) == 1) {
        form.queryRows = true;
        shape.batch /= loop.extent;
        shape.m *= loop.extent;
      }
    if (form.transposed)
      std::swap(shape.m, shape.n);

    builder.setInsertionPointToEnd(module->getBody());
    SmallVector<Attribute> maps;
    SmallVector<Value> operands;
    for (Dim absent : {Dim::N, Dim::M, Dim::K}) {
      SmallVector<unsigned> order;
      for (auto [position, loop] : llvm::enumerate(loops))
        if (loop.dim != absent && !(loop.queryGroup && absent == Dim::M))
          order.push_back(position);
      std::shuffle(order.begin(), order.end(), random);
      SmallVector<AffineExpr> results;
      SmallVector<int64_t> sizes;
      for (unsigned loop : order) {
        results.push_back(builder.getAffineDimExpr(loop));
        sizes.push_back(loops[loop].extent);
      }
      maps.push_back(AffineMapAttr::get(
          AffineMap::get(loops.size(), 0, results, &context)));
      operands.push_back(UnrealizedConversionCastOp::create(
                             builder, loc,
                             TypeRange(RankedTensorType::get(sizes, f32)),
                             ValueRange())
                             .getResult(0));
    }
    SmallVector<int64_t> queryGroups;
    for (auto [position, loop] : llvm::enumerate(loops))
      if (loop.queryGroup)
        queryGroups.push_back(position);
    auto product = decoder::AttentionProductOp::create(
        builder, loc, operands[2].getType(), operands[0], operands[1], Value(),
        builder.getArrayAttr(maps), decoder::ProductRole::Other, queryGroups,
        IntegerAttr(), StringAttr());
    ASSERT_TRUE(succeeded(verify(product)));

    systolic::KernelOp kernel = createKernel(
        builder,
        cast<decoder::MatrixProductOpInterface>(product.getOperation()),
        operands[2], toArrayAttr(&context, array), form);
    ASSERT_TRUE(succeeded(verify(kernel)));
    decoder::ProductShape said =
        cast<decoder::MatrixProductOpInterface>(kernel.getOperation())
            .getProductShape();
    EXPECT_EQ(std::tie(said.batch, said.m, said.n, said.k),
              std::tie(normal.batch, normal.m, normal.n, normal.k));
    expectCoverage(interpret(kernel), shape);
    FailureOr<Schedule> schedule = extractSchedule(kernel);
    ASSERT_TRUE(succeeded(schedule));
    Schedule walk = tileLikeScaleSim(shape, array);
    EXPECT_TRUE(*schedule ==
                llvm::cantFail(Schedule::get(walk.getLoops(), walk.getTile(),
                                             form.transposed)));
    EXPECT_EQ(price(*schedule, array), closedForm(shape, array));
    module->getBody()->clear();
  }
}

/// Counts how often it is asked.
class Counting final : public CostModel {
public:
  llvm::StringRef name() const final { return "counting"; }
  llvm::StringRef description() const final { return "counts prices"; }
  mutable int calls = 0;

private:
  llvm::Expected<Cost> priceFolds(const Schedule &, const ArrayDesc &,
                                  FilterKind) const final {
    Cost cost;
    cost.entries.push_back({Metric::Cycles, ++calls});
    return cost;
  }
};

// Layers repeat: a product is priced once for each way, however often it is
// there.
TEST(TileToSystolic, EqualProductsAreChosenOnce) {
  static const Counting model;
  registerCostModel(model);
  MLIRContext context;
  context.disableMultithreading();
  context.loadDialect<decoder::DecoderDialect>();
  Location loc = UnknownLoc::get(&context);
  OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
  OpBuilder builder(&context);
  builder.setInsertionPointToEnd(module->getBody());
  AffineExpr m, n, k;
  bindDims(&context, m, n, k);
  ArrayAttr maps = builder.getArrayAttr(
      {AffineMapAttr::get(AffineMap::get(3, 0, {m, k}, &context)),
       AffineMapAttr::get(AffineMap::get(3, 0, {n, k}, &context)),
       AffineMapAttr::get(AffineMap::get(3, 0, {m, n}, &context))});
  auto add = [&](int64_t rows) {
    auto value = [&](llvm::ArrayRef<int64_t> shape) {
      return UnrealizedConversionCastOp::create(
                 builder, loc,
                 TypeRange(RankedTensorType::get(shape, builder.getF32Type())),
                 ValueRange())
          .getResult(0);
    };
    decoder::AttentionProductOp::create(
        builder, loc, RankedTensorType::get({rows, 5}, builder.getF32Type()),
        value({rows, 7}), value({5, 7}), Value(), maps,
        decoder::ProductRole::Other, llvm::ArrayRef<int64_t>(), IntegerAttr(),
        StringAttr());
  };
  for (int i = 0; i < 100; ++i)
    add(3);
  for (int i = 0; i < 100; ++i)
    add(4);

  TileToSystolicOptions options;
  options.array = "4x8";
  options.dataflow = DataflowChoice::Auto;
  options.costModel = "counting";
  PassManager passes(&context);
  passes.addPass(createTileToSystolic(options));
  ASSERT_TRUE(succeeded(passes.run(*module)));
  EXPECT_EQ(llvm::range_size(module->getOps<systolic::KernelOp>()), 200);
  EXPECT_EQ(model.calls, 2 * 4);
}

} // namespace
