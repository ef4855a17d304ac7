//===- ExtractScheduleTest.cpp - Kernels as plain numbers -----------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/Analysis/ExtractSchedule.h"
#include "../CostModel/TestSchedules.h"
#include "KernelInterpreter.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Verifier.h"
#include <algorithm>
#include <random>

using namespace mlir;
using namespace onebit;
using namespace onebit::test;

namespace {

class ExtractScheduleTest : public ::testing::Test {
protected:
  ExtractScheduleTest() {
    context.loadDialect<systolic::SystolicDialect>();
    context.disableMultithreading();
    module = ModuleOp::create(UnknownLoc::get(&context));
  }

  /// A kernel for `shape` with these loops around a fold of `tile`, whose
  /// operands' dimensions are in the order of the loops of `order`, a
  /// permutation of batch, m, n and k.
  systolic::KernelOp makeKernel(Shape shape, const ArrayDesc &array,
                                ArrayRef<ScheduleLoop> loops, Tile tile,
                                ArrayRef<unsigned> order = {0, 1, 2, 3}) {
    Location loc = UnknownLoc::get(&context);
    OpBuilder builder = OpBuilder::atBlockEnd(module->getBody());
    Type f32 = builder.getF32Type();

    const int64_t extents[] = {shape.batch, shape.m, shape.n, shape.k};
    SmallVector<Attribute> maps;
    SmallVector<Value> operands;
    for (unsigned absent : {2, 1, 3}) {
      SmallVector<AffineExpr> results;
      SmallVector<int64_t> sizes;
      for (auto [loop, dim] : llvm::enumerate(order))
        if (dim != absent) {
          results.push_back(builder.getAffineDimExpr(loop));
          sizes.push_back(extents[dim]);
        }
      maps.push_back(
          AffineMapAttr::get(AffineMap::get(4, 0, results, &context)));
      operands.push_back(UnrealizedConversionCastOp::create(
                             builder, loc,
                             TypeRange(RankedTensorType::get(sizes, f32)),
                             ValueRange())
                             .getResult(0));
    }
    auto kernel = systolic::KernelOp::create(
        builder, loc, operands[2].getType(), operands[0], operands[1],
        operands[2], builder.getArrayAttr(maps), {},
        decoder::ProductClass::Attention, decoder::ProductRole::Scores,
        IntegerAttr(), StringAttr(), toArrayAttr(&context, array),
        /*query_rows=*/false, /*transposed=*/false, systolic::ChoiceAttr(),
        /*cost=*/systolic::CostAttr(), /*baseline=*/systolic::CostAttr());

    Block *body = builder.createBlock(&kernel.getBody());
    for (auto [rows, columns] : {std::pair(1, 3), {2, 3}, {1, 2}})
      body->addArgument(RankedTensorType::get(
                            {extents[0], extents[rows], extents[columns]}, f32),
                        loc);
    SmallVector<int64_t> ends, steps;
    for (const ScheduleLoop &loop : loops) {
      ends.push_back(loop.extent);
      steps.push_back(loop.step);
    }
    auto loop = systolic::LoopOp::create(builder, loc, body->getArgument(2),
                                         ends, steps);
    systolic::YieldOp::create(builder, loc, loop.getResult());

    builder.setInsertionPointToEnd(&loop.getBody().front());
    const int64_t sizes[] = {1, tile.m, tile.n, tile.k};
    struct Place {
      SmallVector<Value, 3> offsets;
      SmallVector<int64_t, 3> staticOffsets, sizes;
    };
    auto placeOf = [&](int rows, int columns) {
      Place place;
      for (int dim : {0, rows, columns}) {
        const auto *found = llvm::find_if(
            loops, [&](ScheduleLoop loop) { return int(loop.dim) == dim; });
        bool whole = found == loops.end();
        if (!whole)
          place.offsets.push_back(
              loop.getInductionVars()[found - loops.begin()]);
        place.staticOffsets.push_back(whole ? 0 : ShapedType::kDynamic);
        place.sizes.push_back(sizes[dim]);
      }
      return place;
    };
    auto slice = [&](Value source, const Place &place) -> Value {
      return systolic::SliceOp::create(
          builder, loc,
          systolic::SliceOp::inferType(cast<RankedTensorType>(source.getType()),
                                       place.sizes),
          source, place.offsets, place.staticOffsets, place.sizes);
    };
    Place output = placeOf(1, 2);
    Value ifmap = slice(body->getArgument(0), placeOf(1, 3));
    Value filter = slice(body->getArgument(1), placeOf(2, 3));
    Value ofmap = slice(loop.getCarried(), output);
    auto fold = systolic::FoldOp::create(
        builder, loc, ofmap.getType(), ifmap, filter, ofmap,
        ArrayRef<int64_t>{tile.m, tile.n, tile.k});
    auto insert = systolic::InsertOp::create(
        builder, loc, loop.getCarried().getType(), fold.getResult(),
        loop.getCarried(), output.offsets, output.staticOffsets, output.sizes);
    systolic::YieldOp::create(builder, loc, insert.getResult());
    return kernel;
  }

  /// The folds of a schedule.
  static SmallVector<FoldRegion> walk(const Schedule &schedule) {
    SmallVector<int64_t> extents, steps;
    for (const ScheduleLoop &loop : schedule.getLoops()) {
      extents.push_back(loop.extent);
      steps.push_back(loop.step);
    }
    SmallVector<FoldRegion> regions;
    const Tile &tile = schedule.getTile();
    forEachIteration(extents, steps, [&](ArrayRef<int64_t> counters) {
      FoldRegion region{{}, {1, tile.m, tile.n, tile.k}};
      for (auto [loop, counter] :
           llvm::zip_equal(schedule.getLoops(), counters)) {
        region.begin[int(loop.dim)] = counter;
        region.size[int(loop.dim)] = std::min(loop.step, loop.extent - counter);
      }
      regions.push_back(region);
    });
    return regions;
  }

  /// Expects no schedule, and an error that says `why`.
  void expectRefusal(systolic::KernelOp kernel, StringRef why) {
    std::string said;
    ScopedDiagnosticHandler handler(
        &context, [&](Diagnostic &error) { said = error.str(); });
    EXPECT_TRUE(failed(extractSchedule(kernel)));
    EXPECT_NE(said.find(why), std::string::npos) << said;
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
};

// Random ragged shapes, steps, loop orders and operand layouts: the folds do
// each element once, and the schedule is these folds in their order.
TEST_F(ExtractScheduleTest, FoldsCoverTheProductInTheirOrder) {
  std::mt19937 random(4);
  auto draw = [&](int64_t most) {
    return std::uniform_int_distribution<int64_t>(1, most)(random);
  };
  for (int i = 0; i < 3000; ++i) {
    ArrayDesc array = makeArray(draw(8), draw(8), kDataflows[i % 3]);
    Shape shape{draw(3), draw(11), draw(11), draw(11)};
    // The tile is as large as the array takes it, or smaller.
    Schedule largest = tileLikeScaleSim(shape, array);
    std::vector<ScheduleLoop> loops = largest.getLoops().vec();
    Tile tile = largest.getTile();
    if (i % 2)
      for (auto &loop : loops) {
        loop.step = draw(loop.step);
        (loop.dim == Dim::M   ? tile.m
         : loop.dim == Dim::N ? tile.n
         : loop.dim == Dim::K ? tile.k
                              : loop.step) = loop.step;
      }
    std::shuffle(loops.begin(), loops.end(), random);
    while (draw(3) == 1 && !loops.empty() &&
           loops.back().extent == loops.back().step)
      loops.pop_back();
    SmallVector<unsigned> order = {0, 1, 2, 3};
    std::shuffle(order.begin(), order.end(), random);

    systolic::KernelOp kernel = makeKernel(shape, array, loops, tile, order);
    ASSERT_TRUE(succeeded(verify(kernel)));
    SmallVector<FoldRegion> done = interpret(kernel);
    expectCoverage(done, shape);

    FailureOr<Schedule> schedule = extractSchedule(kernel);
    ASSERT_TRUE(succeeded(schedule));
    EXPECT_EQ(walk(*schedule), done);
    module->getBody()->clear();
  }
}

// A kernel's maps and operands say nothing to the schedule: here they are of
// another product than the body.
TEST_F(ExtractScheduleTest, ReadsNothingButTheBody) {
  ArrayDesc array = makeArray(4, 4, Dataflow::OutputStationary);
  Schedule schedule = tileLikeScaleSim({2, 6, 5, 7}, array);
  systolic::KernelOp kernel =
      makeKernel({2, 6, 5, 7}, array, schedule.getLoops(), schedule.getTile());
  systolic::KernelOp other = makeKernel({9, 9, 9, 9}, array, {}, {9, 9, 9});
  kernel->setOperands(other->getOperands());
  kernel.setIndexingMapsAttr(ArrayAttr::get(&context, {}));
  FailureOr<Schedule> extracted = extractSchedule(kernel);
  ASSERT_TRUE(succeeded(extracted));
  EXPECT_TRUE(*extracted == schedule);
}

TEST_F(ExtractScheduleTest, RefusesWhatItCannotRead) {
  ArrayDesc array = makeArray(4, 4, Dataflow::OutputStationary);
  Schedule schedule = tileLikeScaleSim({2, 6, 5, 7}, array);
  auto make = [&] {
    return makeKernel({2, 6, 5, 7}, array, schedule.getLoops(),
                      schedule.getTile());
  };

  systolic::KernelOp kernel = make();
  kernel.getBody().front().back().erase();
  kernel.getLoop().erase();
  expectRefusal(kernel, "has no schedule: body must be one loop");

  kernel = make();
  systolic::LoopOp loop = kernel.getLoop();
  loop.getFold().getResult().replaceAllUsesWith(loop.getFold().getOfmap());
  loop.getFold().erase();
  expectRefusal(kernel, "has no schedule: body must have one fold");

  kernel = make();
  kernel.getLoop().getFold().getOfmapMutable().assign(
      kernel.getBody().getArgument(2));
  expectRefusal(kernel, "must work on slices and have a tile [m, n, k]");

  kernel = make();
  kernel.getLoop().getFold().setTile({4, 4});
  expectRefusal(kernel, "must work on slices and have a tile [m, n, k]");

  kernel = make();
  kernel.getLoop().setSteps({1, 4, 4});
  expectRefusal(kernel, "one step for each extent");

  kernel = make();
  kernel.getLoop().setSteps({1, 4, 4, 3});
  expectRefusal(
      kernel, "has no schedule: the loop over k steps by 3, but a fold does 7");

  // The second loop counts what the third does.
  kernel = make();
  loop = kernel.getLoop();
  loop.getInductionVars()[1].replaceAllUsesWith(loop.getInductionVars()[2]);
  expectRefusal(kernel, "has no schedule: loop #1 indexes none of batch, m, n "
                        "and k");
}

TEST_F(ExtractScheduleTest, ArraysGoBothWays) {
  for (StringRef text : {"paper-cloud", "paper-edge", "3x65536"})
    for (Dataflow dataflow : kDataflows) {
      ArrayDesc desc = llvm::cantFail(parseArray(text));
      desc.dataflow = dataflow;
      systolic::ArrayAttr attr = toArrayAttr(&context, desc);
      ArrayDesc back = toArrayDesc(attr);
      EXPECT_EQ(back.name, desc.name);
      EXPECT_EQ(back.rows, desc.rows);
      EXPECT_EQ(back.columns, desc.columns);
      EXPECT_EQ(back.dataflow, desc.dataflow);
      EXPECT_EQ(back.ifmapKb, desc.ifmapKb);
      EXPECT_EQ(back.filterKb, desc.filterKb);
      EXPECT_EQ(back.ofmapKb, desc.ofmapKb);
      EXPECT_EQ(toArrayAttr(&context, back), attr);
    }
}

} // namespace
