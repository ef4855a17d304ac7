//===- Checkpoint.h - The tensors of a checkpoint ---------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// safetensors (https://github.com/huggingface/safetensors, "Format") and GGUF
// (https://github.com/ggml-org/ggml, docs/gguf.md), mapped and not read: what
// nobody looks at is never loaded. A file is believed only where it was
// checked: whatever it says, bytes of a tensor lie in it.
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_FRONTEND_CHECKPOINT_H
#define ONEBIT_FRONTEND_CHECKPOINT_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include <memory>
#include <string>

namespace onebit::frontend {

/// What the bytes of a tensor mean. Multi-byte values are little-endian.
enum class DType {
  F64,
  F32,
  F16,
  BF16,
  I64,
  I32,
  I16,
  I8,
  U8,
  Bool,
  /// GGUF: blocks of 32, an f16 scale and 32 bytes.
  Q8_0,
  /// GGUF: blocks of 256 trits, five in a byte, and an f16 scale: 54 bytes.
  TQ1_0,
  /// GGUF: blocks of 256 trits, four in a byte, and an f16 scale: 66 bytes.
  TQ2_0,
  /// GGUF as microsoft/BitNet has it: trits, four in a byte, and one f32 scale
  /// behind all of them: elements / 4 + 32 bytes.
  I2_S,
  /// One whose size is known and whose meaning is not.
  Other
};

/// One tensor, as it lies in the file.
struct CheckpointTensor {
  std::string name;
  DType dtype;
  /// What the file calls the type: `BF16`, `Q4_K`.
  std::string dtypeName;
  /// Slowest dimension first, also where the file has it the other way round.
  llvm::SmallVector<int64_t, 4> shape;
  /// In the mapped file. Nothing aligns them.
  llvm::ArrayRef<char> bytes;
  /// Where they are: the file, and their offset from its start.
  llvm::StringRef file;
  uint64_t offset;
};

/// The tensors of one file, or of the shards of one index. The bytes live as
/// long as this.
class Checkpoint {
public:
  enum class Format { SafeTensors, Gguf };

  Format getFormat() const { return format; }
  /// What it was opened by.
  llvm::StringRef getPath() const { return path; }
  /// By name, ascending.
  llvm::ArrayRef<CheckpointTensor> getTensors() const { return tensors; }
  /// Null if there is none of that name.
  const CheckpointTensor *lookup(llvm::StringRef name) const;
  /// What the file says beside its tensors: strings for safetensors (of the
  /// first shard that has a key), anything for GGUF. An array of GGUF is an
  /// object of its type and its length: a vocabulary is one.
  const llvm::json::Object &getMetadata() const { return metadata; }

private:
  friend class CheckpointBuilder;
  Format format = Format::SafeTensors;
  std::string path;
  llvm::SmallVector<std::unique_ptr<llvm::MemoryBuffer>, 1> buffers;
  llvm::SmallVector<CheckpointTensor, 0> tensors;
  llvm::StringMap<size_t> byName;
  llvm::json::Object metadata;
};

/// Opens a `.safetensors` or `.gguf` file, a `.safetensors.index.json` with its
/// shards beside it, or a folder with a `model.safetensors` or a
/// `model.safetensors.index.json`. An error names the file and what is wrong
/// with it: a header that does not fit, offsets that overlap, leave a gap or
/// point outside, sizes that do not fit type and shape or overflow, a name that
/// is there twice, a shard or a tensor that the index names and that is not
/// there.
llvm::Expected<std::unique_ptr<Checkpoint>>
openCheckpoint(llvm::StringRef path);

/// The same of one file in memory; which format it is, it says itself.
llvm::Expected<std::unique_ptr<Checkpoint>>
readCheckpoint(std::unique_ptr<llvm::MemoryBuffer> file);

/// What is in a checkpoint, for people and scripts: `{"format", "metadata",
/// "tensors": [{"name", "dtype", "shape", "file", "offset", "bytes"}]}`, where
/// `bytes` is how many there are.
llvm::json::Value describeCheckpoint(const Checkpoint &checkpoint);

} // namespace onebit::frontend

#endif // ONEBIT_FRONTEND_CHECKPOINT_H
