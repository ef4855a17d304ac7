//===- SystolicOps.cpp - ops of the systolic dialect ----------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/systolic/Systolic.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

using namespace mlir;
using namespace onebit;
using namespace onebit::systolic;

#define GET_OP_CLASSES
#include "dialects/systolic/SystolicOps.cpp.inc"

//===----------------------------------------------------------------------===//
// KernelOp
//===----------------------------------------------------------------------===//

decoder::ProductShape
systolic::getBodyShape(decoder::MatrixProductOpInterface product,
                       bool queryRows, bool transposed) {
  decoder::ProductShape shape = product.getProductShape(queryRows);
  if (transposed)
    std::swap(shape.m, shape.n);
  return shape;
}

decoder::ProductShape KernelOp::getBodyShape() {
  return systolic::getBodyShape(
      cast<decoder::MatrixProductOpInterface>(getOperation()), getQueryRows(),
      getTransposed());
}

Value KernelOp::getLhs() { return getIfmap(); }
Value KernelOp::getRhs() { return getFilter(); }
Value KernelOp::getInit() { return {}; }

LoopOp KernelOp::getLoop() { return cast<LoopOp>(getBody().front().front()); }

void KernelOp::getAsmBlockArgumentNames(Region &region,
                                        OpAsmSetValueNameFn setName) {
  static constexpr StringLiteral kNames[] = {"ifmap", "filter", "ofmap"};
  for (auto [name, argument] : llvm::zip(kNames, region.getArguments()))
    setName(argument, name);
}

LogicalResult KernelOp::verify() {
  // kernel_c8
  if (getQueryRows() && getQueryGroups().empty())
    return emitOpError(
        "has 'query_rows', but no query groups whose heads could "
        "be rows");
  // kernel_c6
  MatrixForm form(getBodyShape());
  auto typed = [](Value operand, ArrayRef<int64_t> shape) -> Type {
    return RankedTensorType::get(shape, getElementTypeOrSelf(operand));
  };
  Value ifmap = getIfmap(), filter = getFilter();
  if (getTransposed())
    std::swap(ifmap, filter);
  Type expected[] = {typed(ifmap, form.ifmap), typed(filter, form.filter),
                     typed(getOfmap(), form.ofmap)};
  Block &block = getBody().front();
  if (block.getArgumentTypes() != ArrayRef<Type>(expected))
    return emitOpError("body must have the operands in matrix form as "
                       "arguments, (")
           << ArrayRef<Type>(expected) << "), got (" << block.getArgumentTypes()
           << ")";
  return success();
}

LogicalResult KernelOp::verifyRegions() {
  // kernel_c7
  Block &block = getBody().front();
  auto loop = dyn_cast<LoopOp>(block.front());
  auto yield = dyn_cast<YieldOp>(block.back());
  if (!loop || !yield || !llvm::hasNItems(block, 2) ||
      yield.getValue() != loop.getResult() ||
      loop.getInit() != block.getArgument(2))
    return emitOpError("body must be one loop that starts from the ofmap and a "
                       "yield of its result");
  return success();
}

//===----------------------------------------------------------------------===//
// LoopOp
//===----------------------------------------------------------------------===//

void LoopOp::build(OpBuilder &builder, OperationState &state, Value init,
                   ArrayRef<int64_t> extents, ArrayRef<int64_t> steps,
                   CausalMaskAttr mask) {
  state.addOperands(init);
  state.addTypes(init.getType());
  Properties &properties = state.getOrAddProperties<Properties>();
  properties.extents = builder.getDenseI64ArrayAttr(extents);
  properties.steps = builder.getDenseI64ArrayAttr(steps);
  properties.mask = mask;
  OpBuilder::InsertionGuard guard(builder);
  Block *body = builder.createBlock(state.addRegion());
  for (size_t i = 0; i < extents.size(); ++i)
    body->addArgument(builder.getIndexType(), state.location);
  body->addArgument(init.getType(), state.location);
}

ParseResult LoopOp::parse(OpAsmParser &parser, OperationState &result) {
  SmallVector<OpAsmParser::Argument> arguments;
  OpAsmParser::Argument carried;
  OpAsmParser::UnresolvedOperand init;
  SmallVector<int64_t> extents, steps;
  Type type;
  CausalMaskAttr mask;
  auto parseSizes = [&](SmallVector<int64_t> &sizes) {
    return parser.parseCommaSeparatedList(OpAsmParser::Delimiter::Paren, [&] {
      return parser.parseInteger(sizes.emplace_back());
    });
  };
  if (parser.parseArgumentList(arguments, OpAsmParser::Delimiter::Paren) ||
      parser.parseKeyword("to") || parseSizes(extents) ||
      parser.parseKeyword("step") || parseSizes(steps) ||
      (succeeded(parser.parseOptionalKeyword("mask")) &&
       (parser.parseLParen() || parser.parseAttribute(mask) ||
        parser.parseRParen())) ||
      parser.parseKeyword("init") || parser.parseLParen() ||
      parser.parseArgument(carried) || parser.parseEqual() ||
      parser.parseOperand(init) || parser.parseRParen() ||
      parser.parseColonType(type) ||
      parser.resolveOperand(init, type, result.operands))
    return failure();
  Builder &builder = parser.getBuilder();
  for (OpAsmParser::Argument &argument : arguments)
    argument.type = builder.getIndexType();
  carried.type = type;
  arguments.push_back(carried);
  Properties &properties = result.getOrAddProperties<Properties>();
  properties.extents = builder.getDenseI64ArrayAttr(extents);
  properties.steps = builder.getDenseI64ArrayAttr(steps);
  properties.mask = mask;
  result.addTypes(type);
  return failure(parser.parseRegion(*result.addRegion(), arguments) ||
                 parser.parseOptionalAttrDict(result.attributes));
}

void LoopOp::print(OpAsmPrinter &printer) {
  printer << " (";
  llvm::interleaveComma(getInductionVars(), printer);
  printer << ") to (" << getExtents() << ") step (" << getSteps() << ")";
  if (getMask())
    printer << " mask(" << *getMask() << ")";
  printer << " init(" << getCarried() << " = " << getInit()
          << ") : " << getType() << ' ';
  printer.printRegion(getBody(), /*printEntryBlockArgs=*/false);
  printer.printOptionalAttrDict((*this)->getAttrs(),
                                {"extents", "steps", "mask"});
}

FoldOp LoopOp::getFold() { return *getBody().getOps<FoldOp>().begin(); }

SmallVector<Region *> LoopOp::getLoopRegions() { return {&getBody()}; }

std::optional<SmallVector<Value>> LoopOp::getLoopInductionVars() {
  return SmallVector<Value>(getInductionVars());
}

static SmallVector<OpFoldResult> toIndexAttrs(MLIRContext *context,
                                              ArrayRef<int64_t> values) {
  return getAsIndexOpFoldResult(context, values);
}

std::optional<SmallVector<OpFoldResult>> LoopOp::getLoopLowerBounds() {
  return toIndexAttrs(getContext(), SmallVector<int64_t>(getExtents().size()));
}

std::optional<SmallVector<OpFoldResult>> LoopOp::getLoopUpperBounds() {
  return toIndexAttrs(getContext(), getExtents());
}

std::optional<SmallVector<OpFoldResult>> LoopOp::getLoopSteps() {
  return toIndexAttrs(getContext(), getSteps());
}

MutableArrayRef<OpOperand> LoopOp::getInitsMutable() {
  return MutableArrayRef<OpOperand>(&getInitMutable(), 1);
}

Block::BlockArgListType LoopOp::getRegionIterArgs() {
  return getBody().front().getArguments().take_back();
}

std::optional<MutableArrayRef<OpOperand>> LoopOp::getYieldedValuesMutable() {
  return getBody().front().getTerminator()->getOpOperands();
}

std::optional<ResultRange> LoopOp::getLoopResults() {
  return getOperation()->getResults();
}

/// The dimensions of a slice's source, b, m, n or k, by what is sliced.
static StringRef dimNames(SliceOp slice, LoopOp loop) {
  auto source = dyn_cast<BlockArgument>(slice.getSource());
  if (!source)
    return "";
  if (source.getOwner()->getParentOp() == loop)
    return "bmn";
  if (source.getOwner() != loop->getBlock())
    return "";
  return source.getArgNumber() == 0 ? "bmk" : "bnk";
}

void LoopOp::getAsmBlockArgumentNames(Region &region,
                                      OpAsmSetValueNameFn setName) {
  // Also asked of ops that no verifier has seen.
  if (region.getNumArguments() == 0)
    return;
  for (BlockArgument iv : region.getArguments().drop_back())
    for (OpOperand &use : iv.getUses()) {
      auto slice = dyn_cast<SliceOp>(use.getOwner());
      if (!slice || use.getOperandNumber() == 0)
        continue;
      DenseI64ArrayAttr offsets = slice.getStaticOffsetsAttr();
      StringRef names = dimNames(slice, *this);
      unsigned dynamic = use.getOperandNumber() - 1;
      if (!offsets)
        continue;
      for (auto [name, offset] : llvm::zip(names, offsets.asArrayRef()))
        if (ShapedType::isDynamic(offset) && dynamic-- == 0)
          setName(iv, StringRef(&name, 1));
      break;
    }
  setName(region.getArguments().back(), "acc");
}

LogicalResult LoopOp::verify() {
  // loop_c1
  Block &block = getBody().front();
  if (block.getNumArguments() != getExtents().size() + 1 ||
      getExtents().size() != getSteps().size())
    return emitOpError("must have as many extents and steps as induction "
                       "variables and one carried value, got ")
           << getExtents().size() << ", " << getSteps().size() << " and "
           << block.getNumArguments() << " arguments";
  for (Value iv : getInductionVars())
    if (!iv.getType().isIndex())
      return emitOpError("induction variables must be of type index, got ")
             << iv.getType();
  for (auto [extent, step] : llvm::zip_equal(getExtents(), getSteps()))
    if (step < 1 || step > extent)
      return emitOpError("a step must be between 1 and its extent, got ")
             << step << " of " << extent;
  // loop_c2
  auto yield = dyn_cast<YieldOp>(block.back());
  if (getInit().getType() != getType() || getCarried().getType() != getType() ||
      !yield || yield->getOperandTypes() != TypeRange(getType()))
    return emitOpError("init, carried value, yielded value and result must "
                       "have one type, ")
           << getType();
  // loop_c5
  if (std::optional<CausalMaskAttr> mask = getMask()) {
    auto ofmap = dyn_cast<RankedTensorType>(getType());
    bool fits = ofmap && ofmap.hasStaticShape() && ofmap.getRank() == 3;
    int64_t queries = 0, keys = 0;
    if (fits) {
      queries = ofmap.getDimSize(mask->getKeysInRows() ? 2 : 1);
      keys = ofmap.getDimSize(mask->getKeysInRows() ? 1 : 2);
    }
    if (!fits || queries % mask->getPeriod() != 0 || mask->getPeriod() > keys)
      return emitOpError("mask of ")
             << mask->getPeriod()
             << " queries a head must divide the queries and be of no more "
                "than "
                "there are keys, got "
             << queries << " queries and " << keys << " keys";
  }
  return success();
}

/// fold_c1, fold_c3: what a fold says of its slices.
static LogicalResult verifyFold(FoldOp fold, SliceOp ifmap, SliceOp filter,
                                SliceOp ofmap) {
  // fold_c1
  ArrayRef<int64_t> i = ifmap.getSizes(), f = filter.getSizes(),
                    o = ofmap.getSizes();
  if (fold.getTile() != ArrayRef<int64_t>({i[1], f[1], i[2]}) || o[1] != i[1] ||
      o[2] != f[1] || f[2] != i[2] || i[0] != 1 || f[0] != 1 || o[0] != 1)
    return fold.emitOpError("tile [m, n, k] must be what its slices say, [")
           << i << "], [" << f << "] and [" << o << "], got [" << fold.getTile()
           << "]";
  // fold_c3
  SmallVector<OpFoldResult> io = ifmap.getMixedOffsets(),
                            fo = filter.getMixedOffsets(),
                            oo = ofmap.getMixedOffsets();
  if (io[0] != oo[0] || fo[0] != oo[0] || io[1] != oo[1] || fo[1] != oo[2] ||
      io[2] != fo[2])
    return fold.emitOpError("slices must agree in where batch, m, n and k are");
  return success();
}

LogicalResult LoopOp::verifyRegions() {
  // loop_c3
  Block &block = getBody().front();
  SmallVector<FoldOp, 1> folds(block.getOps<FoldOp>());
  SmallVector<InsertOp, 1> inserts(block.getOps<InsertOp>());
  if (llvm::range_size(block.getOps<SliceOp>()) != 3 || folds.size() != 1 ||
      inserts.size() != 1 || !llvm::hasNItems(block, 6))
    return emitOpError("body must be three slices, one fold, one insert and a "
                       "yield");
  FoldOp fold = folds[0];
  InsertOp insert = inserts[0];
  auto sliceOf = [&](Value operand, Value source) -> SliceOp {
    auto slice = operand.getDefiningOp<SliceOp>();
    return slice && slice->getBlock() == &block && slice.getSource() == source
               ? slice
               : SliceOp();
  };
  Block &kernel = *(*this)->getBlock();
  SliceOp ifmap = sliceOf(fold.getIfmap(), kernel.getArgument(0));
  SliceOp filter = sliceOf(fold.getFilter(), kernel.getArgument(1));
  SliceOp ofmap = sliceOf(fold.getOfmap(), getCarried());
  if (!ifmap || !filter || !ofmap || insert.getSource() != fold.getResult() ||
      insert.getDest() != getCarried() ||
      cast<YieldOp>(block.back()).getValue() != insert.getResult())
    return emitOpError(
        "the fold must work on slices of ifmap, filter and carried ofmap, and "
        "its result must be inserted into the carried ofmap and yielded");
  if (failed(verifyFold(fold, ifmap, filter, ofmap)))
    return failure();
  // insert_c1
  if (insert.getSizes() != ofmap.getSizes() ||
      insert.getStaticOffsets() != ofmap.getStaticOffsets() ||
      insert.getOffsets() != ofmap.getOffsets())
    return insert.emitOpError(
        "must put the fold's result where its slice of the ofmap came from");
  // loop_c4
  SmallVector<OpFoldResult> dims = ofmap.getMixedOffsets();
  dims.push_back(ifmap.getMixedOffsets()[2]);
  for (BlockArgument iv : getInductionVars())
    if (llvm::count(dims, OpFoldResult(iv)) != 1)
      return emitOpError("induction variable #")
             << iv.getArgNumber()
             << " must index exactly one of batch, m, n and k";
  return success();
}

//===----------------------------------------------------------------------===//
// SliceOp
//===----------------------------------------------------------------------===//

RankedTensorType SliceOp::inferType(RankedTensorType source,
                                    ArrayRef<int64_t> sizes) {
  SmallVector<int64_t, 3> shape;
  for (auto [extent, size] : llvm::zip_equal(source.getShape(), sizes))
    shape.push_back(extent % size == 0 ? size : ShapedType::kDynamic);
  return RankedTensorType::get(shape, source.getElementType());
}

void SliceOp::build(OpBuilder &builder, OperationState &state, Value source,
                    ValueRange offsets, ArrayRef<int64_t> sizes) {
  SmallVector<int64_t, 3> dynamic(sizes.size(), ShapedType::kDynamic);
  build(builder, state,
        inferType(cast<RankedTensorType>(source.getType()), sizes), source,
        offsets, dynamic, sizes);
}

SmallVector<OpFoldResult> SliceOp::getMixedOffsets() {
  return getMixedValues(getStaticOffsets(), getOffsets(), getContext());
}

LogicalResult SliceOp::verify() {
  auto source = cast<RankedTensorType>(getSource().getType());
  // slice_c1
  ArrayRef<int64_t> sizes = getSizes();
  if (!source.hasStaticShape() || sizes.size() != 3 ||
      getStaticOffsets().size() != 3 ||
      llvm::count_if(getStaticOffsets(), ShapedType::isDynamic) !=
          static_cast<int64_t>(getOffsets().size()))
    return emitOpError("must have three offsets and three sizes of a matrix of "
                       "static shape");
  for (auto [size, extent] : llvm::zip_equal(sizes, source.getShape()))
    if (size < 1 || size > extent)
      return emitOpError("a size must be between 1 and the extent of its "
                         "dimension, got ")
             << size << " of " << extent;
  // slice_c2
  auto loop = cast<LoopOp>((*this)->getParentOp());
  for (auto [i, offset] : llvm::enumerate(getMixedOffsets())) {
    int64_t extent = source.getDimSize(i);
    auto iv = dyn_cast_if_present<BlockArgument>(dyn_cast<Value>(offset));
    if (isa<Attribute>(offset)
            ? getConstantIntValue(offset) != 0 || sizes[i] != extent
            : !iv || iv.getOwner()->getParentOp() != loop ||
                  iv.getArgNumber() >= loop.getSteps().size())
      return emitOpError("offset #")
             << i
             << " must be an induction variable of the loop, or 0 for a whole "
                "dimension";
    if (iv && (loop.getSteps()[iv.getArgNumber()] != sizes[i] ||
               loop.getExtents()[iv.getArgNumber()] != extent))
      return emitOpError("size ")
             << sizes[i] << " of extent " << extent
             << " must be the step and extent of its loop, "
             << loop.getSteps()[iv.getArgNumber()] << " and "
             << loop.getExtents()[iv.getArgNumber()];
  }
  // slice_c3
  if (getType() != inferType(source, sizes))
    return emitOpError("result must be of type ")
           << inferType(source, sizes) << ", got " << getType();
  return success();
}

//===----------------------------------------------------------------------===//
// FoldOp
//===----------------------------------------------------------------------===//

LogicalResult FoldOp::verify() {
  // fold_c1
  if (getTile().size() != 3)
    return emitOpError("tile must be [m, n, k], got [") << getTile() << "]";
  // fold_c2
  systolic::ArrayAttr array = (*this)->getParentOfType<KernelOp>().getArray();
  int64_t m = getTile()[0], n = getTile()[1], k = getTile()[2];
  int64_t rows = 0, columns = 0;
  switch (array.getDataflow()) {
  case Dataflow::OutputStationary:
    std::tie(rows, columns) = {m, n};
    break;
  case Dataflow::WeightStationary:
    std::tie(rows, columns) = {k, n};
    break;
  case Dataflow::InputStationary:
    std::tie(rows, columns) = {k, m};
    break;
  }
  if (rows > array.getRows() || columns > array.getColumns())
    return emitOpError("needs ")
           << rows << " x " << columns << " processing elements, but "
           << stringifyDataflow(array.getDataflow()) << " array '"
           << array.getName() << "' has " << array.getRows() << " x "
           << array.getColumns();
  return success();
}
