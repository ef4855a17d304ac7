//===- PlanMemory.cpp - One workspace for all buffers ---------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/Transforms/BufferViewFlowAnalysis.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/DataLayoutInterfaces.h"
#include "onebit/Transforms/Passes.h"
#include "llvm/Support/MathExtras.h"

namespace onebit {
#define GEN_PASS_DEF_PLANMEMORY
#include "onebit/Transforms/Passes.h.inc"
} // namespace onebit

using namespace mlir;
using namespace onebit;

/// A cache line, and the widest vector.
static constexpr int64_t kAlignment = 64;

namespace {
/// A buffer, and between which ops of the function's body it is in use.
struct Buffer {
  memref::AllocOp op;
  int64_t bytes;
  int64_t first, last;
  int64_t offset = 0;

  bool livesWith(const Buffer &other) const {
    return first <= other.last && other.first <= last;
  }
};

struct PlanMemory final : onebit::impl::PlanMemoryBase<PlanMemory> {
  using PlanMemoryBase::PlanMemoryBase;

  void runOnOperation() final {
    states.clear();
    for (auto function : llvm::to_vector(getOperation().getOps<func::FuncOp>()))
      if (failed(plan(function)))
        return signalPassFailure();
  }

private:
  enum class State { Open, Planned, Circular };

  /// Plans what `function` calls, then its own buffers.
  LogicalResult plan(func::FuncOp function) {
    auto [state, isNew] = states.try_emplace(function, State::Open);
    if (!isNew) {
      if (state->second == State::Open)
        state->second = State::Circular;
      return success();
    }
    WalkResult calls = function.walk([&](func::CallOp call) {
      auto callee = getOperation().lookupSymbol<func::FuncOp>(call.getCallee());
      return WalkResult(callee ? plan(callee) : success());
    });
    if (calls.wasInterrupted())
      return failure();
    if (states[function] == State::Circular || function.isExternal() ||
        !function.getBody().hasOneBlock())
      return success();
    states[function] = State::Planned;
    FailureOr<SmallVector<Buffer>> buffers = findBuffers(function);
    if (failed(buffers))
      return failure();
    if (buffers->empty())
      return success();
    int64_t bytes = place(*buffers);
    if (failed(rewrite(function, *buffers, bytes)))
      return failure();
    handWorkspace(function, bytes);
    return success();
  }

  /// Gives every call of `function` a buffer for its workspace.
  void handWorkspace(func::FuncOp function, int64_t bytes) {
    getOperation().walk([&](func::CallOp call) {
      if (call.getCallee() != function.getName())
        return;
      OpBuilder builder(call);
      auto type = MemRefType::get({bytes}, builder.getI8Type());
      Value workspace = memref::AllocOp::create(
          builder, call.getLoc(), type, builder.getI64IntegerAttr(kAlignment));
      call.getOperandsMutable().append(workspace);
      builder.setInsertionPointAfter(call);
      memref::DeallocOp::create(builder, call.getLoc(), workspace);
    });
  }

  static FailureOr<SmallVector<Buffer>> findBuffers(func::FuncOp function) {
    Block &body = function.getBody().front();
    llvm::DenseMap<Operation *, int64_t> order;
    for (auto [index, op] : llvm::enumerate(body))
      order[&op] = index;
    BufferViewFlowAnalysis views(function);
    DataLayout layout = DataLayout::closest(function);

    SmallVector<Buffer> buffers;
    WalkResult result = function.walk([&](memref::AllocOp op) {
      MemRefType type = op.getType();
      if (!type.hasStaticShape() || !type.getLayout().isIdentity()) {
        op.emitOpError("has a size that is not known: only buffers of static "
                       "shape can be planned");
        return WalkResult::interrupt();
      }
      Buffer buffer{op, 0, std::numeric_limits<int64_t>::max(), 0};
      int64_t bits = layout.getTypeSizeInBits(type.getElementType());
      if (llvm::MulOverflow(type.getNumElements(),
                            static_cast<int64_t>(llvm::divideCeil(bits, 8)),
                            buffer.bytes)) {
        op.emitOpError("has more bytes than 64 bits can count");
        return WalkResult::interrupt();
      }
      auto use = [&](Operation *at) {
        int64_t index = order.lookup(body.findAncestorOpInBlock(*at));
        buffer.first = std::min(buffer.first, index);
        buffer.last = std::max(buffer.last, index);
      };
      use(op);
      for (Value alias : views.resolve(op.getResult()))
        for (Operation *user : alias.getUsers()) {
          if (isa<memref::DeallocOp>(user))
            continue;
          // What a call or a return does with a buffer cannot be seen.
          if (isa<func::ReturnOp>(user) ||
              (isa<CallOpInterface>(user) &&
               llvm::any_of(user->getResultTypes(),
                            llvm::IsaPred<BaseMemRefType>))) {
            user->emitOpError("lets a buffer escape that was to be planned: "
                              "run --buffer-results-to-out-params before");
            return WalkResult::interrupt();
          }
          use(user);
        }
      buffers.push_back(buffer);
      return WalkResult::advance();
    });
    if (result.wasInterrupted())
      return failure();
    return buffers;
  }

  /// Gives every buffer the lowest place that is free all its life, the large
  /// ones first (greedy by size: Pisarchyk and Lee 2020). Returns the bytes of
  /// the whole.
  static int64_t place(MutableArrayRef<Buffer> buffers) {
    SmallVector<Buffer *> order;
    for (Buffer &buffer : buffers)
      order.push_back(&buffer);
    llvm::stable_sort(order,
                      [](Buffer *a, Buffer *b) { return a->bytes > b->bytes; });
    // By ascending offset.
    SmallVector<Buffer *> placed;
    int64_t end = 0;
    for (Buffer *buffer : order) {
      int64_t offset = 0;
      for (Buffer *other : placed) {
        if (!buffer->livesWith(*other))
          continue;
        if (offset + buffer->bytes <= other->offset)
          break;
        offset = std::max<int64_t>(
            offset, llvm::alignTo(other->offset + other->bytes, kAlignment));
      }
      buffer->offset = offset;
      end = std::max(end, offset + buffer->bytes);
      placed.insert(llvm::upper_bound(placed, buffer,
                                      [](Buffer *a, Buffer *b) {
                                        return a->offset < b->offset;
                                      }),
                    buffer);
    }
    return end;
  }

  static LogicalResult rewrite(func::FuncOp function, ArrayRef<Buffer> buffers,
                               int64_t bytes) {
    OpBuilder builder(function.getContext());
    auto type = MemRefType::get({bytes}, builder.getI8Type());
    unsigned index = function.getNumArguments();
    if (failed(function.insertArgument(index, type, {}, function.getLoc())))
      return failure();
    Value workspace = function.getArgument(index);
    for (const Buffer &buffer : buffers) {
      memref::AllocOp op = buffer.op;
      builder.setInsertionPoint(op);
      Value offset =
          arith::ConstantIndexOp::create(builder, op.getLoc(), buffer.offset);
      Value view = memref::ViewOp::create(builder, op.getLoc(), op.getType(),
                                          workspace, offset, ValueRange());
      for (Operation *user : llvm::make_early_inc_range(op->getUsers()))
        if (isa<memref::DeallocOp>(user))
          user->erase();
      op.replaceAllUsesWith(view);
      op.erase();
    }
    return success();
  }

  llvm::DenseMap<func::FuncOp, State> states;
};
} // namespace
