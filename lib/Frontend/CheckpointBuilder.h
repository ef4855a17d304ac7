//===- CheckpointBuilder.h - A checkpoint, file by file ---------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_FRONTEND_CHECKPOINTBUILDER_H
#define ONEBIT_LIB_FRONTEND_CHECKPOINTBUILDER_H

#include "onebit/Frontend/Checkpoint.h"

namespace onebit::frontend {

/// Fills a checkpoint. A format's reader adds one file.
class CheckpointBuilder {
public:
  CheckpointBuilder(Checkpoint::Format format, llvm::StringRef path);

  /// Each adds the tensors of `file` and its metadata.
  llvm::Error addSafeTensors(std::unique_ptr<llvm::MemoryBuffer> file);
  llvm::Error addGguf(std::unique_ptr<llvm::MemoryBuffer> file);

  /// Keeps only tensors that `keep` agrees to.
  void filter(llvm::function_ref<bool(const CheckpointTensor &)> keep);

  /// Fails if a name is there twice.
  llvm::Expected<std::unique_ptr<Checkpoint>> finish();

private:
  std::unique_ptr<Checkpoint> checkpoint;
};

/// Whether a file begins as a GGUF file does.
bool isGguf(llvm::MemoryBufferRef file);

/// An error of `file`.
llvm::Error fileError(llvm::StringRef file, const llvm::Twine &reason);

/// The elements of a shape, if they can be counted.
std::optional<uint64_t> countElements(llvm::ArrayRef<int64_t> shape);

/// A JSON object as the file has it: neither deeper than `maxDepth` nor with a
/// key twice in one object.
llvm::Expected<llvm::json::Value> parseStrictObject(llvm::StringRef text,
                                                    llvm::StringRef file,
                                                    unsigned maxDepth);

} // namespace onebit::frontend

#endif // ONEBIT_LIB_FRONTEND_CHECKPOINTBUILDER_H
