//===- ChooseDataflow.h - The best dataflow of a product --------*- C++ -*-===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// By the price of the whole product, not by a rule. docs/choosing.md describes
// it.
//
//===----------------------------------------------------------------------===//

#ifndef ONEBIT_COSTMODEL_CHOOSEDATAFLOW_H
#define ONEBIT_COSTMODEL_CHOOSEDATAFLOW_H

#include "onebit/CostModel/Energy.h"
#include "onebit/CostModel/TileProduct.h"

namespace onebit {

/// What a dataflow is chosen by.
struct DataflowCriterion {
  const CostModel &model;
  systolic::Objective objective = systolic::Objective::Cycles;
  /// Of the energies; the objectives `energy` and `edp` want one.
  systolic::EnergyNode node = systolic::EnergyNode::None;
};

/// A way to compute a product, and the figures that the objective is made of.
struct PricedDataflow {
  systolic::Dataflow dataflow;
  bool transposed;
  Cost figures;
};

/// The best way to compute a product, and the best with another dataflow, if
/// any has a price.
struct ChosenDataflow {
  PricedDataflow best;
  std::optional<PricedDataflow> runnerUp;
};

/// Prices `product`, of such a filter and multiplier, and without the hidden
/// folds of `causal` scores, in every way that `array`
/// can compute it, by any dataflow and, output-stationary, also transposed, and
/// chooses the one with least of the objective. Of equal ones it is that with
/// the array's own dataflow, then os, ws, is, and rather not transposed. A way
/// without a price, as its tile does not fit a memory, is not chosen. Fails
/// where none has one, where energies are asked for and there is no node, and
/// where the family does not know a figure of the objective on this array.
llvm::Expected<ChosenDataflow>
chooseDataflow(const ProductExtents &product, const ArrayDesc &array,
               FilterKind filter, Multiplier multiplier,
               const DataflowCriterion &criterion,
               std::optional<CausalScores> causal = std::nullopt);

} // namespace onebit

#endif // ONEBIT_COSTMODEL_CHOOSEDATAFLOW_H
