//===- FileMutator.h - Checkpoints with places that go wrong ----*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_TEST_UNIT_FRONTEND_FILEMUTATOR_H
#define ONEBIT_TEST_UNIT_FRONTEND_FILEMUTATOR_H

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringRef.h"
#include <random>
#include <string>

/// Writes a file value by value. Each value is a place; at some, chosen at
/// random, something else comes out: a limit, a value of a neighbour, nothing.
class FileMutator {
public:
  /// Mutates nothing.
  FileMutator() = default;
  /// Mutates some of `places`.
  FileMutator(uint64_t seed, uint64_t places);

  /// An integer, little-endian in `bytes` bytes, or in decimal.
  void number(uint64_t value, unsigned bytes);
  void decimal(uint64_t value);
  /// A string: behind its length in 64 bits, or in quotes.
  void prefixed(llvm::StringRef value);
  void quoted(llvm::StringRef value);
  /// Bytes that are data; a mutation turns a few of them over.
  void data(std::string bytes);
  /// What is the format's own: written as it is.
  void plain(llvm::StringRef text) { this->text += text; }
  /// Whether the next value is to be another one that fits the others: nothing
  /// that a reader of the format could object to.
  bool isOther() { return isMutated(); }
  uint64_t pick(uint64_t count) { return random() % count; }
  /// Whether a field is written: once, or, mutated, not at all or twice.
  unsigned repeats();

  /// The text so far is put behind its length, in 64 bits.
  void prependLength();
  /// What was written; at times cut, or with something behind it.
  std::string finish();
  const std::string &getText() const { return text; }
  uint64_t getNumPlaces() const { return place; }
  uint64_t getSize() const { return text.size(); }
  void pad(size_t alignment) {
    text.resize((text.size() + alignment - 1) / alignment * alignment);
  }

private:
  bool isMutated() { return mutated.contains(place++); }
  uint64_t mutateNumber(uint64_t value);
  std::string mutateString(llvm::StringRef value);

  std::mt19937_64 random;
  llvm::DenseSet<uint64_t> mutated;
  uint64_t place = 0;
  std::string text;
};

/// A model of four weights in every form that loads, by its format.
void writeSafeTensors(FileMutator &out);
void writeGguf(FileMutator &out);
/// The same as an index and two shards, `shard-0` and `shard-1`.
void writeIndex(FileMutator &out);
void writeShard(FileMutator &out, unsigned shard);

#endif // ONEBIT_TEST_UNIT_FRONTEND_FILEMUTATOR_H
