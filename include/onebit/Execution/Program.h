//===- Program.h - A compiled function of a model ---------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_EXECUTION_PROGRAM_H
#define ONEBIT_EXECUTION_PROGRAM_H

#include "mlir/IR/BuiltinOps.h"
#include "onebit/Runtime/TernaryGemv.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace onebit {

/// An argument or a result of a compiled function.
struct Port {
  enum class Kind { Index, Tensor };
  Kind kind;
  /// The mark `decoder.cache`.
  bool isCache = false;
  /// Of a tensor.
  std::vector<int64_t> shape;
  std::string elementType;
  int64_t elementBytes = 0;

  int64_t bytes() const;
};

/// What a kernel of a tiled model has done.
struct KernelCount {
  std::string name;
  std::optional<int64_t> layer;
  /// Multiply-accumulates executed.
  int64_t macs;
};

/// An element of a weight that is no finite number.
struct NonFinite {
  std::string weight;
  /// Its number, row by row.
  int64_t element;
  bool isNaN;
};

/// More threads than any machine has use for.
constexpr unsigned kMaxThreads = 1024;

/// How a function is compiled.
struct CompileOptions {
  /// The function; the only public one of the module if empty.
  std::string entry;
  /// Ternary products on weights that are there call kernels for packed trits;
  /// without, they are loops on unpacked ones, with the same results.
  bool packProducts = true;
  /// Threads of these kernels, from 1 to kMaxThreads. Results do not depend on
  /// them.
  unsigned threads = 1;
  /// Which of these kernels; the fastest that this machine has if absent.
  std::optional<runtime::Kernel> kernel;
};

/// The kernel of a name (`portable`, `avx2-add`, ...). Fails, saying what there
/// is, on other names, and where this machine lacks the instructions.
llvm::Expected<runtime::Kernel> getKernel(llvm::StringRef name);

/// A function of a model, compiled for this machine, its weights bound.
///
/// Weights are mapped, not copied, where the module refers to a file. Calls
/// allocate nothing. Not thread-safe: a program has one workspace.
class Program {
public:
  ~Program();

  /// Compiles a function of `module`, which is consumed; its context has to
  /// outlive the program: it holds the weights. Emits diagnostics and fails if
  /// there is no such function, a weight has no value, or a step of the
  /// lowering fails.
  static mlir::FailureOr<std::unique_ptr<Program>>
  compile(mlir::ModuleOp module, const CompileOptions &options);

  llvm::StringRef getEntry() const;
  llvm::ArrayRef<Port> getInputs() const;
  llvm::ArrayRef<Port> getResults() const;
  /// The input that result `result` is, updated; none for one of its own.
  std::optional<unsigned> getUpdatedInput(unsigned result) const;
  int64_t getWorkspaceBytes() const;
  int64_t getWeightBytes() const;
  /// The first element of a float weight that is infinite or NaN; reads all of
  /// them up to it.
  std::optional<NonFinite> findNonFiniteWeight() const;
  /// The kernels that count what they do, in program order, with all that was
  /// executed since compilation: those that --onebit-convert-systolic-to-scf
  /// lowered with `count-macs`.
  std::vector<KernelCount> getKernelCounts() const;

  /// Runs the function. `inputs` are a pointer to the first element of each
  /// tensor and to an int64_t for each index; `results` are one for each result
  /// that is no updated input, in order. All row-major.
  void run(llvm::ArrayRef<void *> inputs, llvm::ArrayRef<void *> results);

  struct Impl;

private:
  explicit Program(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl;
};

} // namespace onebit

#endif // ONEBIT_EXECUTION_PROGRAM_H
