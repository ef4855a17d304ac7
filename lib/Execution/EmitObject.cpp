//===- EmitObject.cpp - A function of a model ahead of time ---------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "onebit/Execution/EmitObject.h"
#include "LowerFunction.h"
#include "Target.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Target/TargetMachine.h"

using namespace mlir;
using namespace onebit;

static bool isIdentifier(StringRef name) {
  return !name.empty() && !llvm::isDigit(name.front()) &&
         llvm::all_of(name,
                      [](char c) { return llvm::isAlnum(c) || c == '_'; });
}

static StringRef typeInC(StringRef element) {
  return llvm::StringSwitch<StringRef>(element)
      .Case("f32", "float")
      .Case("f64", "double")
      .Case("i8", "int8_t")
      .Case("i16", "int16_t")
      .Case("i32", "int32_t")
      .Case("i64", "int64_t")
      // Halves and bits: C has no type for them everywhere.
      .Default("void");
}

namespace {
/// The header of a function.
class HeaderWriter {
public:
  HeaderWriter(const LoweredFunction &function, llvm::raw_ostream &os)
      : function(function), name(function.entry), os(os) {}

  void write(StringRef target) {
    std::string guard = "ONEBIT_" + StringRef(name).upper() + "_H";
    os << "/* Compiled by onebit for " << target << ". */\n#ifndef " << guard
       << "\n#define " << guard << "\n\n#include <stdint.h>\n\n"
       << "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n";
    writePrototype();
    os << "/* Threads of the kernels, 1 at first. Results do not depend on "
          "them. */\nvoid onebit_set_num_threads(unsigned threads);\n\n";
    writeSizes();
    writeRun();
    os << "\n#ifdef __cplusplus\n}\n#endif\n\n#endif /* " << guard << " */\n";
  }

  /// Where each weight begins in the file of weights.
  static std::vector<int64_t> getOffsets(const LoweredFunction &function,
                                         int64_t &bytes) {
    std::vector<int64_t> offsets;
    bytes = 0;
    for (const BoundWeight &weight : function.weights) {
      bytes = llvm::alignTo(bytes, kBufferAlignment);
      offsets.push_back(bytes);
      bytes += weight.bytes;
    }
    return offsets;
  }

private:
  static std::string describe(const Port &port) {
    if (port.kind == Port::Kind::Index)
      return "an index";
    std::string text;
    llvm::raw_string_ostream os(text);
    for (int64_t extent : port.shape)
      os << extent << " x ";
    os << port.elementType;
    return text;
  }

  bool isUpdated(unsigned input) const {
    return llvm::is_contained(function.updatedInputs, std::optional(input));
  }

  void writePrototype() {
    os << "/* Tensors are row-major. What is updated is written in place; all "
          "else that is\n   const is only read. The workspace begins at a "
          "multiple of "
       << kBufferAlignment << ". */\nvoid " << name << "(";
    llvm::ListSeparator comma(",\n    ");
    for (auto [i, port] : llvm::enumerate(function.inputs)) {
      os << comma;
      if (port.kind == Port::Kind::Index)
        os << "int64_t input" << i;
      else
        os << (isUpdated(i) || port.isCache ? "" : "const ")
           << typeInC(port.elementType) << " *input" << i;
      os << " /* " << describe(port) << (isUpdated(i) ? ", updated" : "")
         << " */";
    }
    for (auto [i, weight] : llvm::enumerate(function.weights))
      os << comma << "const void *weight" << i;
    unsigned result = 0;
    for (auto [port, updated] :
         llvm::zip_equal(function.results, function.updatedInputs))
      if (!updated)
        os << comma << typeInC(port.elementType) << " *result" << result++
           << " /* " << describe(port) << " */";
    if (function.workspaceBytes > 0)
      os << comma << "int8_t *workspace";
    os << ");\n\n";
  }

  void writeSizes() {
    int64_t weightBytes;
    getOffsets(function, weightBytes);
    auto define = [&](StringRef what, int64_t value) {
      os << "#define " << StringRef(name).upper() << "_" << what << " " << value
         << "\n";
    };
    os << "/* Bytes of what the caller has. */\n";
    for (auto [i, port] : llvm::enumerate(function.inputs))
      define("INPUT" + llvm::utostr(i) + "_BYTES",
             port.kind == Port::Kind::Index ? 8 : port.bytes());
    unsigned result = 0;
    for (auto [port, updated] :
         llvm::zip_equal(function.results, function.updatedInputs))
      if (!updated)
        define("RESULT" + llvm::utostr(result++) + "_BYTES", port.bytes());
    define("WORKSPACE_BYTES", function.workspaceBytes);
    os << "/* Of the file of weights. */\n";
    define("WEIGHTS_BYTES", weightBytes);
  }

  void writeRun() {
    os << "\n/* The same, with `weights` the file of weights from a multiple "
          "of "
       << kBufferAlignment
       << " on,\n   and a pointer to each other input and to each result that "
          "is not updated. */\nstatic inline void "
       << name
       << "_run(void *const *inputs, const void *weights,\n    void *const "
          "*results, void *workspace) {\n  const char *base = (const char "
          "*)weights;\n  (void)inputs;\n  (void)results;\n  "
          "(void)workspace;\n  (void)base;\n  "
       << name << "(";
    llvm::ListSeparator comma(",\n      ");
    for (auto [i, port] : llvm::enumerate(function.inputs)) {
      os << comma;
      if (port.kind == Port::Kind::Index)
        os << "*(const int64_t *)inputs[" << i << "]";
      else
        os << "(" << typeInC(port.elementType) << " *)inputs[" << i << "]";
    }
    int64_t bytes;
    for (auto [weight, offset] :
         llvm::zip_equal(function.weights, getOffsets(function, bytes)))
      os << comma << "base + " << offset << " /* " << inComment(weight.name)
         << " */";
    unsigned result = 0;
    for (auto [port, updated] :
         llvm::zip_equal(function.results, function.updatedInputs))
      if (!updated) {
        os << comma << "(" << typeInC(port.elementType) << " *)results["
           << result++ << "]";
      }
    if (function.workspaceBytes > 0)
      os << comma << "(int8_t *)workspace";
    os << ");\n}\n";
  }

  /// A name that neither ends a comment nor a line.
  static std::string inComment(StringRef name) {
    std::string text;
    for (char c : name)
      text += llvm::isAlnum(c) || c == '.' || c == '_' || c == '-' ? c : '?';
    return text;
  }

  const LoweredFunction &function;
  std::string name;
  llvm::raw_ostream &os;
};
} // namespace

static void writeWeights(const LoweredFunction &function,
                         llvm::raw_ostream &os) {
  int64_t bytes, at = 0;
  for (auto [weight, offset] : llvm::zip_equal(
           function.weights, HeaderWriter::getOffsets(function, bytes))) {
    os.write_zeros(offset - at);
    os.write(weight.data, weight.bytes);
    at = offset + weight.bytes;
  }
}

static void writeObject(llvm::Module &module, llvm::TargetMachine &machine,
                        llvm::raw_pwrite_stream &os) {
  module.setDataLayout(machine.createDataLayout());
  module.setTargetTriple(machine.getTargetTriple());
  optimize(module, machine);
  llvm::legacy::PassManager passes;
  [[maybe_unused]] const bool failed = machine.addPassesToEmitFile(
      passes, os, /*DwoOut=*/nullptr, llvm::CodeGenFileType::ObjectFile);
  assert(!failed && "every machine that compiles at run time writes objects");
  passes.run(module);
}

LogicalResult onebit::emitObject(ModuleOp module, const CompileOptions &options,
                                 const ObjectStreams &streams) {
  FailureOr<LoweredFunction> function = lowerFunction(module, options);
  if (failed(function))
    return failure();
  if (!isIdentifier(function->entry))
    return emitError(module.getLoc())
           << "'" << function->entry
           << "' is no name of a function in C: rename it";
  auto cannot = [&](llvm::Error error) {
    return emitError(module.getLoc()) << "cannot compile for this machine: "
                                      << llvm::toString(std::move(error));
  };
  auto machine = makeTargetMachine();
  if (!machine)
    return cannot(machine.takeError());
  registerBuiltinDialectTranslation(*module.getContext());
  registerLLVMDialectTranslation(*module.getContext());
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> translated =
      translateModuleToLLVMIR(module, context);
  // It has said why.
  if (!translated)
    return failure();
  writeObject(*translated, **machine, streams.object);
  HeaderWriter(*function, streams.header)
      .write(llvm::formatv("{0}, {1}", (*machine)->getTargetTriple().str(),
                           (*machine)->getTargetCPU())
                 .str());
  writeWeights(*function, streams.weights);
  return success();
}
