//===- HiddenProducts.cpp - Where products may be unseen ------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/Analysis/HiddenProducts.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Complex/IR/Complex.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/RegionGraphTraits.h"
#include "mlir/Interfaces/CallInterfaces.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "onebit/Analysis/Contraction.h"
#include "llvm/ADT/SCCIterator.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using namespace onebit;

//===----------------------------------------------------------------------===//
// Ops that say nothing
//===----------------------------------------------------------------------===//

/// Memory that an op may write to.
static bool isMemory(Type type) {
  return isa<BaseMemRefType, LLVM::LLVMPointerType>(type);
}

/// Types that may hold a matrix or a row of one; a type that is not known here
/// may.
static bool mayHoldMatrix(Type type) {
  auto shaped = dyn_cast<ShapedType>(type);
  return isMemory(type) || isa<OpaqueType>(type) ||
         (shaped && (!shaped.hasRank() || shaped.getRank() > 0));
}

/// Whether `value` is more than weights and constants, as far as can be told.
static bool dependsOnInput(Value value, const WeightAnalysis &analysis) {
  OriginLevel level = analysis.lookup(value).level;
  return level != OriginLevel::Neutral && level != OriginLevel::Weight;
}

/// Whether `op` could multiply matrices, by its types: one that depends on the
/// input goes in (the other may be an attribute, or in the callee), and
/// something comes out.
static bool mayMultiply(Operation *op, const WeightAnalysis &analysis) {
  unsigned matrices = 0;
  bool readsInput = false, writes = false;
  for (Value operand : op->getOperands()) {
    if (!mayHoldMatrix(operand.getType()))
      continue;
    ++matrices;
    writes |= isMemory(operand.getType());
    readsInput |= dependsOnInput(operand, analysis);
  }
  if (!readsInput)
    return false;
  return writes || llvm::any_of(op->getResultTypes(), mayHoldMatrix) ||
         (matrices >= 2 && op->getNumResults() != 0);
}

/// Dialects that are not read here, whose ops compute shapes, positions and
/// placement, or convert.
static bool isHarmlessDialect(StringRef dialect) {
  return llvm::StringSwitch<bool>(dialect)
      .Cases({"shape", "quant", "ub", "mesh", "shard", "sdy", "transform"},
             true)
      .Default(false);
}

/// Ops whose meaning is known to hold no matrix product.
static bool isHarmlessOp(StringRef name) {
  return llvm::StringSwitch<bool>(name)
      .Cases({"tm_tensor.scan", "tm_tensor.sort", "tm_tensor.scatter",
              "tm_tensor.topk"},
             true)
      .Cases({"iree_linalg_ext.scan", "iree_linalg_ext.sort",
              "iree_linalg_ext.scatter", "iree_linalg_ext.gather",
              "iree_linalg_ext.topk"},
             true)
      .Cases({"hal.tensor.import", "hal.tensor.export", "hal.tensor.barrier",
              "torch_c.to_builtin_tensor", "torch_c.from_builtin_tensor"},
             true)
      .Default(false);
}

/// What ops that work on single elements, or move them, are called in every
/// dialect that has them.
static bool isElementwiseName(StringRef name) {
  return llvm::StringSwitch<bool>(name)
      .Cases({"abs", "cast", "cbrt", "ceil", "convert", "copy", "cos", "cosine",
              "erf", "exp", "exponential", "exponential_minus_one", "floor"},
             true)
      .Cases({"identity", "log", "log_plus_one", "logistic", "neg", "negate",
              "not", "relu", "round_nearest_afz", "round_nearest_even",
              "rsqrt"},
             true)
      .Cases({"sigmoid", "sign", "silu", "sin", "sine", "softmax", "sqrt",
              "tan", "tanh"},
             true)
      .Cases({"bitcast_convert", "broadcast", "broadcast_in_dim", "collapse",
              "concat", "concatenate", "expand", "flatten", "pad", "reshape"},
             true)
      .Cases({"dynamic_slice", "gather", "get_tuple_element",
              "optimization_barrier", "reverse", "slice", "squeeze", "tile",
              "transpose", "tuple", "unsqueeze"},
             true)
      .Default(false);
}

static bool isUnknown(Operation *op) {
  OperationName name = op->getName();
  return !op->isRegistered() &&
         !isHarmlessDialect(name.getDialectNamespace()) &&
         !isHarmlessOp(name.getStringRef()) &&
         (op->getNumRegions() != 0 || !isElementwiseName(name.stripDialect()));
}

/// Ops of the unknown dialects whose regions run nobody knows how often.
static bool hasUnknownRegion(Operation *op) {
  return op->getNumRegions() != 0 &&
         (llvm::any_of(op->getOperandTypes(), mayHoldMatrix) ||
          llvm::any_of(op->getResultTypes(), mayHoldMatrix));
}

/// Known dialects whose ops work on elements, shapes, memory and control, also
/// where an op does not declare its effects.
static bool isTransparentDialect(StringRef dialect) {
  return llvm::StringSwitch<bool>(dialect)
      .Cases({"affine", "arith", "bufferization", "builtin", "cf", "complex",
              "func", "index"},
             true)
      .Cases({"math", "memref", "ml_program", "scf", "tensor"}, true)
      .Cases({"decoder", "systolic", "ternary"}, true)
      .Default(false);
}

/// An op is opaque where not even its effects are known.
static bool isOpaque(Operation *op) {
  return op->isRegistered() && !op->hasTrait<OpTrait::IsTerminator>() &&
         !isa<CallOpInterface>(op) && hasUnknownEffects(op) &&
         !op->getName().getStringRef().starts_with("llvm.intr.") &&
         !isTransparentDialect(op->getName().getDialectNamespace());
}

/// Functions of C's library and of MLIR's runner that a program calls to move,
/// free, print and time.
static bool isKnownFunction(StringRef name) {
  if (name.starts_with("print") || name.starts_with("_mlir_"))
    return true;
  return llvm::StringSwitch<bool>(name)
      .Cases({"aligned_alloc", "calloc", "fprintf", "free", "malloc", "memcpy",
              "memmove", "memset", "puts", "realloc"},
             true)
      .Cases({"memrefCopy", "rtclock"}, true)
      .Default(false);
}

StringRef onebit::getCalleeName(Operation *op) {
  auto symbol =
      dyn_cast<SymbolRefAttr>(cast<CallOpInterface>(op).getCallableForCallee());
  return symbol ? symbol.getLeafReference().getValue() : "an indirect call";
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

/// Whether something in `op`, but not in a structured op, multiplies elements.
static bool holdsMultiplication(Operation *op) {
  return op
      ->walk<WalkOrder::PreOrder>([&](Operation *inner) {
        if (isa<linalg::LinalgOp>(inner))
          return WalkResult::skip();
        return multipliesElements(inner) ? WalkResult::interrupt()
                                         : WalkResult::advance();
      })
      .wasInterrupted();
}

/// Cycles of blocks are loops, too.
void HiddenProducts::visitBlocks(Region &region) {
  if (region.hasOneBlock() || region.empty())
    return;
  for (auto it = llvm::scc_begin(&region); !it.isAtEnd(); ++it) {
    if (!it.hasCycle())
      continue;
    bool multiplies = llvm::any_of(*it, [](Block *block) {
      return llvm::any_of(
          *block, [](Operation &op) { return holdsMultiplication(&op); });
    });
    // The block that the walk entered the cycle by.
    if (multiplies)
      loops.add(&it->back()->front());
  }
}

//===----------------------------------------------------------------------===//
// HiddenProducts
//===----------------------------------------------------------------------===//

/// Whether `loop` itself, and no loop in it, multiplies elements.
static bool multipliesInBody(Operation *loop) {
  return loop
      ->walk<WalkOrder::PreOrder>([&](Operation *op) {
        if (op != loop && isa<linalg::LinalgOp, LoopLikeOpInterface>(op))
          return WalkResult::skip();
        return multipliesElements(op) ? WalkResult::interrupt()
                                      : WalkResult::advance();
      })
      .wasInterrupted();
}

/// A nest over elements is read as one; else each loop stands for itself.
void HiddenProducts::visitLoop(Operation *op) {
  if (!isElementLoop(op)) {
    if (!multipliesInBody(op))
      return;
    loops.add(op);
    nest = op;
    return;
  }
  nest = op;
  LoopNest read = readLoopNest(op);
  inLoops.append(read.products);
  if (!read.isUnderstood)
    loops.add(op);
}

void HiddenProducts::visit(Operation *op, const WeightAnalysis &analysis) {
  bool isInLoop = nest && nest->isProperAncestor(op);
  if (!isInLoop && isa<LoopLikeOpInterface>(op))
    visitLoop(op);
  if (!isInLoop)
    for (Region &region : op->getRegions())
      visitBlocks(region);

  if (analysis.isOpaqueCall(op)) {
    StringRef name = getCalleeName(op);
    if (!isKnownFunction(name) && mayMultiply(op, analysis))
      calls.add(op, name);
    return;
  }
  StringRef name = op->getName().getStringRef();
  if (isUnknown(op) && (hasUnknownRegion(op) || mayMultiply(op, analysis)))
    unknownOps[op->getName().getDialectNamespace()].add(op, name);
  if (isOpaque(op) && mayMultiply(op, analysis))
    opaqueOps.add(op, name);

  Contraction product = analysis.getContractions().lookup(op);
  if (product && !op->getParentOfType<FunctionOpInterface>())
    outside.add(op);
  if (product.kind == Contraction::Kind::Depthwise)
    depthwise.add(op);
  if (product.kind != Contraction::Kind::Unsupported ||
      llvm::none_of(op->getOperands(), [&](Value operand) {
        return dependsOnInput(operand, analysis);
      }))
    return;
  bool isSaid = isInLoop && multipliesElements(op);
  if (!isSaid)
    unsupported[product.reason].add(op);
}

/// A loop in the body of a structured op is one all the same.
void HiddenProducts::visitBody(Operation *structured) {
  if (nest && nest->isProperAncestor(structured))
    return;
  structured->walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (!isa<LoopLikeOpInterface>(op))
      return WalkResult::advance();
    if (holdsMultiplication(op))
      loops.add(op);
    return WalkResult::skip();
  });
}

HiddenProducts::HiddenProducts(ModuleOp module,
                               const WeightAnalysis &analysis) {
  module.walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (auto function = dyn_cast<FunctionOpInterface>(op);
        function && !analysis.isReached(function))
      return WalkResult::skip();
    visit(op, analysis);
    if (!isa<linalg::LinalgOp>(op))
      return WalkResult::advance();
    visitBody(op);
    return WalkResult::skip();
  });
}
