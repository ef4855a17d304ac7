//===- CheckpointNames.h - Tensors by Hugging Face's names ------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_FRONTEND_CHECKPOINTNAMES_H
#define ONEBIT_LIB_FRONTEND_CHECKPOINTNAMES_H

#include "onebit/Frontend/Checkpoint.h"

namespace onebit::frontend {

/// Finds the tensors of a checkpoint by the names that Hugging Face gives them.
class CheckpointNames {
public:
  /// Fails on a GGUF file of an architecture whose names are not known.
  static llvm::Expected<CheckpointNames> get(const Checkpoint &checkpoint);

  struct Found {
    /// Null if there is none.
    const CheckpointTensor *tensor = nullptr;
    /// What the checkpoint calls it.
    std::string name;
    /// Rows of each of so many heads have been permuted; 0 if they were not.
    int64_t permutedHeads = 0;
  };
  Found find(llvm::StringRef name) const;

  /// The scale of a weight that was found: one number beside it.
  Found findScale(const Found &weight) const;
  /// The scale of the weight beside a bias that was found.
  Found findScaleBeside(const Found &bias) const;

private:
  explicit CheckpointNames(const Checkpoint &checkpoint)
      : checkpoint(checkpoint) {}

  const Checkpoint &checkpoint;
  /// Of q and k, where they are permuted.
  int64_t heads = 0, keyValueHeads = 0;
};

/// Where row `row` of `rows` went when llama.cpp permuted them for `heads`
/// heads: the halves of a head, which Hugging Face rotates against each other,
/// became its even and odd rows.
inline int64_t permutedRow(int64_t row, int64_t rows, int64_t heads) {
  int64_t half = rows / heads / 2;
  int64_t head = row / (2 * half), within = row % (2 * half);
  return head * 2 * half + within % half * 2 + within / half;
}

} // namespace onebit::frontend

#endif // ONEBIT_LIB_FRONTEND_CHECKPOINTNAMES_H
