//===- TileProduct.h - The folds of a product on an array -------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What --onebit-tile-to-systolic makes of a product, as plain numbers, for
// whoever wants to know what another array or dataflow would make of it.
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_COSTMODEL_TILEPRODUCT_H
#define ONEBIT_COSTMODEL_TILEPRODUCT_H

#include "dialects/systolic/SystolicEnums.h"
#include "onebit/CostModel/Schedule.h"

namespace onebit {

/// `batch` products of an `m` x `k` matrix (ifmap) and a `k` x `n` matrix
/// (filter), in elements.
struct ProductExtents {
  int64_t batch, m, n, k;
};

/// The folds of `product` on `rows` x `columns` processing elements, in
/// SCALE-Sim's order: batch entries outside, in them the dimension along the
/// columns, then the one along the rows; the streamed dimension whole. There is
/// one loop for each of batch, m, n and k, also of one step. All arguments must
/// be at least 1.
Schedule tileProduct(const ProductExtents &product, int64_t rows,
                     int64_t columns, systolic::Dataflow dataflow);

} // namespace onebit

#endif // ONEBIT_COSTMODEL_TILEPRODUCT_H
