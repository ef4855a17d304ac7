//===- Decoder.h - the decoder dialect --------------------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_DIALECTS_DECODER_DECODER_H
#define ONEBIT_DIALECTS_DECODER_DECODER_H

#include "dialects/decoder/BareEnum.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/RegionKindInterface.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/SmallBitVector.h"

#include "dialects/decoder/DecoderDialect.h.inc"

#include "dialects/decoder/DecoderEnums.h.inc"

namespace onebit::decoder {

/// How fast rotary positions turn.
struct RotaryTable {
  /// Radians per token, of each pair of elements.
  llvm::SmallVector<double> frequencies;
  /// What holds as soon as the sequence, the current tokens included, is longer
  /// than `shortContext` tokens. Empty where the length changes nothing.
  llvm::SmallVector<double> longFrequencies = {};
  int64_t shortContext = 0;
  /// Factor of cosines and sines.
  double amplitude = 1.0;
};

} // namespace onebit::decoder

#include "dialects/decoder/DecoderAttrInterfaces.h.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/decoder/DecoderAttributes.h.inc"

namespace onebit::decoder {

/// The loops of a matrix product by group, each group in loop order; see
/// MatrixProductOpInterface for what the groups mean.
struct ProductDims {
  llvm::SmallVector<unsigned, 2> batch, m, n, k;
};

/// Extents of the groups, in elements. Saturates at INT64_MAX.
struct ProductShape {
  int64_t batch, m, n, k;
};

/// Sorts the loops of the maps (left side, right side, result) into groups.
/// The maps must fit together as constraints C1 to C5 of decoder.projection
/// say; loops in `queryGroups` count as batch.
ProductDims inferProductDims(mlir::ArrayAttr indexingMaps,
                             llvm::ArrayRef<int64_t> queryGroups);

/// Extent of each loop of `indexingMaps`, read off the operand types.
llvm::SmallVector<int64_t> inferLoopExtents(mlir::ArrayAttr indexingMaps,
                                            mlir::RankedTensorType lhs,
                                            mlir::RankedTensorType rhs);

/// The map at `i` of a list of indexing maps.
mlir::AffineMap getIndexingMap(mlir::ArrayAttr maps, unsigned i);

/// The loops that a projected permutation has among its results.
llvm::SmallBitVector getLoops(mlir::AffineMap map);

/// Checks C1 to C5 of decoder.projection and C7 of decoder.attention_product;
/// what the interface's verifier calls.
llvm::LogicalResult verifyMatrixProduct(mlir::Operation *op);

/// One pass of a vector unit over `elements`. It maps each of them where
/// `reductions` is 0, else it reduces as many rows of equal length to one
/// number each. Saturates at INT64_MAX.
struct VectorPass {
  int64_t elements, reductions = 0;
};

/// Elements of a tensor of static shape. Saturates at INT64_MAX.
int64_t countElements(mlir::Type type);

/// Adds an assumption to the module's list, unless it is there already.
void addAssumption(mlir::Operation *module, AssumptionKind kind,
                   const llvm::Twine &text, mlir::LocationAttr loc = {});

/// "1 product", "2 products": what assumptions and reports say of a number.
std::string plural(int64_t count, llvm::StringRef one, llvm::StringRef many);

} // namespace onebit::decoder

#include "dialects/decoder/DecoderInterfaces.h.inc"

#define GET_OP_CLASSES
#include "dialects/decoder/DecoderOps.h.inc"

#endif // ONEBIT_DIALECTS_DECODER_DECODER_H
