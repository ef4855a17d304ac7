//===- Registers.h - Registers between neighbours ---------------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_LIB_SIMULATOR_REGISTERS_H
#define ONEBIT_LIB_SIMULATOR_REGISTERS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include <algorithm>
#include <cstdint>
#include <vector>

namespace onebit::sim {

/// Which vector a register holds a lane of; 0 where it holds nothing. No two
/// vectors on an array have the same.
using VectorTag = uint16_t;

/// A line of registers for each row of an array. Every cycle each value moves
/// one register to the right; before column 0 lie `delay` more. (A line is a
/// window that slides over memory: to move all is to move the window.)
template <typename T> class RowLines {
public:
  RowLines(int64_t rows, int64_t columns) : RowLines(rows, columns, rows) {}
  RowLines(int64_t rows, int64_t columns, int64_t delay)
      : delay(delay), span(delay + columns), stride(2 * span + 64),
        origin(stride - columns), registers(rows * stride) {}

  /// The registers of `row`, from column 0 on.
  const T *operator[](int64_t row) const {
    return registers.data() + row * stride + origin;
  }
  /// The register from which a value comes to column 0 of `row` in `cycles`.
  T &ahead(int64_t row, int64_t cycles) {
    return registers[row * stride + origin - cycles];
  }
  /// All values move.
  void advance() {
    if (--origin > delay)
      return;
    // The window has come to the left end of its memory.
    for (auto row = registers.begin(); row != registers.end(); row += stride) {
      std::copy_backward(row, row + span, row + stride);
      std::fill(row, row + stride - span, T());
    }
    origin += stride - span;
  }
  void clear() { std::fill(registers.begin(), registers.end(), T()); }

private:
  int64_t delay, span, stride, origin;
  std::vector<T> registers;
};

/// A row of registers for each row of an array. Every cycle each value moves
/// one row down; above row 0 lie as many delay registers as there are columns.
/// (The rows are a ring: to move all is to turn it.)
template <typename T> class ColumnLines {
public:
  ColumnLines(int64_t rows, int64_t columns)
      : depth(rows + columns), columns(columns), registers(depth * columns) {}

  T *operator[](int64_t row) {
    return registers.data() + wrap(head - row) * columns;
  }
  /// The register from which a value comes to row 0 of `column` in `cycles`.
  T &ahead(int64_t column, int64_t cycles) {
    return registers[wrap(head + cycles) * columns + column];
  }
  void advance() {
    head = wrap(head + 1);
    T *fresh = registers.data() + wrap(head + columns - 1) * columns;
    std::fill(fresh, fresh + columns, T());
  }
  void clear() { std::fill(registers.begin(), registers.end(), T()); }

private:
  int64_t wrap(int64_t row) const {
    return row < 0 ? row + depth : row >= depth ? row - depth : row;
  }

  int64_t depth, columns, head = 0;
  std::vector<T> registers;
};

/// Values with the vectors that they belong to, in lines of one kind.
template <template <typename> class Lines, typename T> struct Tagged {
  Tagged(int64_t rows, int64_t columns)
      : values(rows, columns), tags(rows, columns) {}

  /// A vector comes in, lane i i cycles later. Fails if a register is taken.
  llvm::Error enter(llvm::ArrayRef<T> lanes, VectorTag tag) {
    for (size_t lane = 0; lane < lanes.size(); ++lane) {
      VectorTag &slot = tags.ahead(lane, lane);
      if (slot != 0)
        return llvm::createStringError(
            "two vectors come into one register at the edge of the array");
      slot = tag;
      values.ahead(lane, lane) = lanes[lane];
    }
    return llvm::Error::success();
  }
  void advance() {
    values.advance();
    tags.advance();
  }
  void clear() {
    values.clear();
    tags.clear();
  }

  Lines<T> values;
  Lines<VectorTag> tags;
};

} // namespace onebit::sim

#endif // ONEBIT_LIB_SIMULATOR_REGISTERS_H
