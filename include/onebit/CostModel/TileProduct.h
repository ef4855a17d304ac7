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
#include <optional>

namespace onebit {

/// `batch` products of an `m` x `k` matrix (ifmap) and a `k` x `n` matrix
/// (filter), in elements.
struct ProductExtents {
  int64_t batch, m, n, k;
};

/// Scores of causal attention; see CausalMask.
struct CausalScores {
  int64_t period, window;
};

/// The folds of `product` on `rows` x `columns` processing elements, in
/// SCALE-Sim's order: batch entries outside, in them the dimension along the
/// columns, then the one along the rows; the streamed dimension whole. There is
/// one loop for each of batch, m, n and k, also of one step. `transposed` folds
/// do the transposed product, an n x k by a k x m matrix: their M is
/// `product.n` and their N is `product.m`. All numbers must be at least 1.
/// Where the scores of `product` are `causal`, folds of which no element is
/// used are left out; the schedule has a mask where there are such folds.
/// `product.m` must be a multiple of the period, and `product.n` no less than
/// it.
Schedule tileProduct(const ProductExtents &product, int64_t rows,
                     int64_t columns, systolic::Dataflow dataflow,
                     bool transposed = false,
                     std::optional<CausalScores> causal = std::nullopt);

} // namespace onebit

#endif // ONEBIT_COSTMODEL_TILEPRODUCT_H
