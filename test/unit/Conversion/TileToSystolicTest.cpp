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
#include "onebit/Analysis/ExtractSchedule.h"
#include <algorithm>
#include <random>

using namespace mlir;
using namespace onebit;
using namespace onebit::test;

namespace {

// Random einsums, each group of one or two loops, operands in any layout: the
// folds do each element once, in SCALE-Sim's order, at SCALE-Sim's price.
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
    Shape shape{extentOf(Dim::Batch), extentOf(Dim::M), extentOf(Dim::N),
                extentOf(Dim::K)};

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
        operands[2], toArrayAttr(&context, array));
    ASSERT_TRUE(succeeded(verify(kernel)));
    expectCoverage(interpret(kernel), shape);
    FailureOr<Schedule> schedule = extractSchedule(kernel);
    ASSERT_TRUE(succeeded(schedule));
    EXPECT_TRUE(*schedule == tileLikeScaleSim(shape, array));
    EXPECT_EQ(price(*schedule, array), closedForm(shape, array));
    module->getBody()->clear();
  }
}

} // namespace
