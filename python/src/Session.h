//===- Session.h - A context, its sources, its errors -----------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_PYTHON_SESSION_H
#define ONEBIT_PYTHON_SESSION_H

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/raw_ostream.h"
#include <nanobind/nanobind.h>
#include <stdexcept>

/// What the tool would have written to stderr.
struct Error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// What a module needs to live: it refers to its context and to the text that
/// it came from. Diagnostics become exceptions.
class Session {
protected:
  explicit Session(const mlir::DialectRegistry &registry)
      : context(registry, mlir::MLIRContext::Threading::DISABLED) {
    // An error about one op is not followed by it.
    context.printOpOnDiagnostic(false);
  }

  /// Does `work` without the interpreter's lock; throws what it says if it
  /// fails, and returns its warnings if it does not.
  template <typename Work> std::string attempt(Work &&work) {
    std::string messages;
    bool ok;
    {
      nanobind::gil_scoped_release release;
      llvm::raw_string_ostream os(messages);
      mlir::SourceMgrDiagnosticHandler handler(sources, &context, os);
      ok = work(os);
    }
    if (!ok)
      throw Error(llvm::StringRef(messages).rtrim().str());
    return messages;
  }

  llvm::MemoryBufferRef addSource(llvm::StringRef text, llvm::StringRef name) {
    // Resources of bytecode ask for as much.
    auto buffer = llvm::WritableMemoryBuffer::getNewUninitMemBuffer(
        text.size(), name, llvm::Align(64));
    llvm::copy(text, buffer->getBufferStart());
    unsigned id = sources.AddNewSourceBuffer(std::move(buffer), llvm::SMLoc());
    return *sources.getMemoryBuffer(id);
  }

  llvm::SourceMgr sources;
  mlir::MLIRContext context;
};

#endif // ONEBIT_PYTHON_SESSION_H
