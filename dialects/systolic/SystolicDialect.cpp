//===- SystolicDialect.cpp - the systolic dialect -------------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/systolic/Systolic.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/Transforms/InliningUtils.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace onebit;
using namespace onebit::systolic;

#include "dialects/systolic/SystolicDialect.cpp.inc"

/// The entries of a cost: `, cycles = 766, macs = 512`.
static ParseResult parseCostEntries(AsmParser &parser,
                                    SmallVector<CostEntry> &entries) {
  while (succeeded(parser.parseOptionalComma())) {
    StringRef keyword;
    SMLoc loc = parser.getCurrentLocation();
    CostEntry entry;
    if (parser.parseKeyword(&keyword))
      return failure();
    std::optional<Metric> metric = symbolizeMetric(keyword);
    if (!metric)
      return parser.emitError(loc) << "unknown metric '" << keyword << "'";
    entry.metric = *metric;
    if (parser.parseEqual() || parser.parseInteger(entry.value))
      return failure();
    entries.push_back(entry);
  }
  return success();
}

static void printCostEntries(AsmPrinter &printer, ArrayRef<CostEntry> entries) {
  for (const CostEntry &entry : entries)
    printer << ", " << stringifyMetric(entry.metric) << " = " << entry.value;
}

/// The runner-up of a choice: `, runner_up = os transposed, cost = #...`.
static ParseResult parseRunnerUp(AsmParser &parser, Dataflow &dataflow,
                                 bool &isTransposed, CostAttr &cost) {
  dataflow = Dataflow::OutputStationary;
  isTransposed = false;
  if (failed(parser.parseOptionalComma()))
    return success();
  StringRef keyword;
  if (parser.parseKeyword("runner_up") || parser.parseEqual())
    return failure();
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseKeyword(&keyword))
    return failure();
  std::optional<Dataflow> symbol = symbolizeDataflow(keyword);
  if (!symbol)
    return parser.emitError(loc) << "unknown dataflow '" << keyword
                                 << "' of the runner-up; expected os, ws or is";
  dataflow = *symbol;
  isTransposed = succeeded(parser.parseOptionalKeyword("transposed"));
  return failure(parser.parseComma() || parser.parseKeyword("cost") ||
                 parser.parseEqual() || parser.parseAttribute(cost));
}

static void printRunnerUp(AsmPrinter &printer, Dataflow dataflow,
                          bool isTransposed, CostAttr cost) {
  if (!cost)
    return;
  printer << ", runner_up = " << stringifyDataflow(dataflow)
          << (isTransposed ? " transposed" : "") << ", cost = " << cost;
}

#define GET_ATTRDEF_CLASSES
#include "dialects/systolic/SystolicAttributes.cpp.inc"

namespace {
/// Every op may move into another function: none refers to where it stands.
struct SystolicInliner : DialectInlinerInterface {
  using DialectInlinerInterface::DialectInlinerInterface;
  bool isLegalToInline(Operation *, Region *, bool, IRMapping &) const final {
    return true;
  }
};
} // namespace

void SystolicDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/systolic/SystolicAttributes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/systolic/SystolicOps.cpp.inc"
      >();
  addInterfaces<SystolicInliner>();
}

LogicalResult
systolic::ArrayAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                            StringRef, int64_t rows, int64_t columns, Dataflow,
                            int64_t ifmapKb, int64_t filterKb, int64_t ofmapKb,
                            MachineAttr, ScaleSimAttr, ArrayAttr base,
                            bool sharedDram) {
  // array_c1
  if (rows < 1 || columns < 1 || rows > kMaxSide || columns > kMaxSide)
    return emitError() << "an array must have between 1 and " << kMaxSide
                       << " rows and columns, got " << rows << " x " << columns;
  // array_c2
  if (ifmapKb < 0 || filterKb < 0 || ofmapKb < 0)
    return emitError() << "a memory must not be negative, got " << ifmapKb
                       << ", " << filterKb << " and " << ofmapKb << " kB";
  // array_c3
  if (base && base.getBase())
    return emitError() << "the array beside an engine must not itself be an "
                          "engine beside another array";
  if (sharedDram && !base)
    return emitError() << "'shared_dram' needs a 'base' to share with";
  return success();
}

LogicalResult MachineAttr::verify(
    function_ref<InFlightDiagnostic()> emitError, int64_t clockKhz, Overlap,
    Overlap, Overlap, IdleLanes, int64_t activationBits, int64_t weightWordBits,
    int64_t weightsPerWord, int64_t denseWeightBits, int64_t partialSumBits,
    int64_t kvBits, int64_t ifmapPort, int64_t filterPort, int64_t ofmapPort,
    int64_t dram, int64_t vectorLanes, Overlap, bool, bool, bool) {
  // machine_c1
  for (int64_t bits : {activationBits, weightWordBits, weightsPerWord,
                       denseWeightBits, partialSumBits, kvBits})
    if (bits < 1 || bits > 64)
      return emitError() << "bits of an element or word, and weights per word, "
                            "must be between 1 and 64, got "
                         << bits;
  // machine_c2
  for (int64_t rate :
       {clockKhz, ifmapPort, filterPort, ofmapPort, dram, vectorLanes})
    if (rate < 0)
      return emitError()
             << "clock, bandwidths and lanes must not be negative, got "
             << rate;
  return success();
}

LogicalResult ScaleSimAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                   int64_t ifmap, int64_t filter,
                                   int64_t ofmap) {
  // scale_sim_c1
  if (std::min({ifmap, filter, ofmap}) < 1)
    return emitError() << "a bandwidth must be at least 1 word per cycle, got "
                       << ifmap << ", " << filter << " and " << ofmap;
  return success();
}

LogicalResult CostAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                               StringRef, ArrayRef<CostEntry> entries,
                               EnergyNode node) {
  for (auto [i, entry] : llvm::enumerate(entries)) {
    // cost_c1
    if (i > 0 && entry.metric <= entries[i - 1].metric)
      return emitError() << "metrics must ascend, each once, but '"
                         << stringifyMetric(entry.metric) << "' follows '"
                         << stringifyMetric(entries[i - 1].metric) << "'";
    // cost_c2
    if (entry.value < 0 && !isPosition(entry.metric))
      return emitError() << "'" << stringifyMetric(entry.metric)
                         << "' must not be negative, got " << entry.value;
    // cost_c3
    if (isEnergy(entry.metric) && node == EnergyNode::None)
      return emitError() << "'" << stringifyMetric(entry.metric)
                         << "' must be of a process node: write `at nm45` or "
                            "`at nm7` behind the cost model";
  }
  return success();
}

LogicalResult
VectorCostAttr::verify(function_ref<InFlightDiagnostic()> emitError, StringRef,
                       decoder::VectorKind kind, int64_t passes,
                       int64_t elements, int64_t reductions, int64_t cycles) {
  const bool known = kind != decoder::VectorKind::Unknown;
  // vector_cost_c1
  if (known && passes < 1)
    return emitError() << "vector work must have at least one pass, got "
                       << passes;
  // vector_cost_c2
  for (int64_t count : {passes, elements, reductions, cycles})
    if (count < 0 || (!known && count != 0))
      return emitError() << "counts of vector work must "
                         << (known ? "not be negative, got "
                                   : "be 0 where it is unknown, got ")
                         << count;
  return success();
}

LogicalResult
SystolicDialect::verifyOperationAttribute(Operation *op,
                                          NamedAttribute attribute) {
  // counted_c1
  if (attribute.getName() == kCountedAttrName) {
    if (isa<CountedAttr>(attribute.getValue()))
      return success();
    return op->emitOpError("attribute '")
           << kCountedAttrName << "' must be a #systolic.counted, got "
           << attribute.getValue();
  }
  // vector_cost_c3
  if (attribute.getName() != kVectorCostAttrName)
    return op->emitOpError("has an unknown attribute '")
           << attribute.getName().getValue() << "'; the dialect's are '"
           << kVectorCostAttrName << "' and '" << kCountedAttrName << "'";
  if (!isa<VectorCostAttr>(attribute.getValue()))
    return op->emitOpError("attribute '")
           << kVectorCostAttrName << "' must be a #systolic.vector_cost, got "
           << attribute.getValue();
  return success();
}

std::optional<int64_t> CostAttr::lookup(Metric metric) const {
  for (const CostEntry &entry : getEntries())
    if (entry.metric == metric)
      return entry.value;
  return std::nullopt;
}

LogicalResult ChoiceAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                 Objective objective, Dataflow, bool,
                                 CostAttr cost) {
  // choice_c1
  if (!cost)
    return success();
  bool isEnergyDelay = objective == Objective::EnergyDelay;
  if (cost.getEntries().size() < (isEnergyDelay ? 2 : 1) ||
      !llvm::all_of(cost.getEntries(), [&](const CostEntry &entry) {
        return isMadeOf(objective, entry.metric);
      }))
    return emitError() << "cost of the runner-up must have the figures that '"
                       << stringifyObjective(objective)
                       << "' is made of, and no others, got " << cost;
  return success();
}

LogicalResult
CausalMaskAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                       int64_t period, int64_t window, bool) {
  // causal_mask_c1
  if (period < 1 || window < 0)
    return emitError() << "a mask must be of at least one query a head and of "
                          "no negative window, got "
                       << period << " and " << window;
  return success();
}
