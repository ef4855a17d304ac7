//===- ScaleSimExport.cpp - Kernels as SCALE-Sim's files ------------------===//
//
// Part of onebit, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/systolic/Systolic.h"
#include "onebit/Analysis/ExtractSchedule.h"
#include "onebit/Frontend/ScaleSim.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace onebit;
using namespace onebit::frontend;
using systolic::Dataflow;
using systolic::KernelOp;

/// Most rows of a topology.
static constexpr int64_t kMaxRows = int64_t(1) << 20;

/// Loops that do more than one step, for no others show in an order of folds.
static SmallVector<ScheduleLoop, 4>
getSteppingLoops(ArrayRef<ScheduleLoop> loops) {
  SmallVector<ScheduleLoop, 4> stepping;
  llvm::copy_if(
      loops, std::back_inserter(stepping),
      [](const ScheduleLoop &loop) { return loop.step < loop.extent; });
  return stepping;
}

/// Whether `schedule` is the one that SCALE-Sim has for a product of its size
/// on `array`: column folds outside, row folds inside, the streamed dimension
/// whole.
static bool isScaleSimOrder(const Schedule &schedule, const ArrayDesc &array) {
  auto loop = [&](Dim dim, int64_t most) {
    int64_t extent = schedule.getExtent(dim);
    return ScheduleLoop{dim, extent, std::min(extent, most)};
  };
  SmallVector<ScheduleLoop, 3> loops = {loop(Dim::Batch, 1)};
  switch (array.dataflow) {
  case Dataflow::OutputStationary:
    loops.append({loop(Dim::N, array.columns), loop(Dim::M, array.rows)});
    break;
  case Dataflow::WeightStationary:
    loops.append({loop(Dim::N, array.columns), loop(Dim::K, array.rows)});
    break;
  case Dataflow::InputStationary:
    loops.append({loop(Dim::M, array.columns), loop(Dim::K, array.rows)});
    break;
  }
  return getSteppingLoops(schedule.getLoops()) == getSteppingLoops(loops);
}

namespace {
/// A kernel as SCALE-Sim sees it.
struct Layer {
  std::string name;
  /// Runs of a product of m x k by k x n.
  int64_t runs, m, n, k;
};
} // namespace

/// What may stand in a field of a topology and in a path: SCALE-Sim cuts lines
/// at commas, and makes a folder of the run's name.
static std::string toName(StringRef text, bool isPath) {
  std::string name = text.trim().str();
  for (char &c : name)
    if (isPath ? !llvm::isAlnum(c) && !StringRef("._-").contains(c)
               : c == ',' || c == '"' || static_cast<unsigned char>(c) < ' ')
      c = '_';
  return name;
}

static FailureOr<Layer> readKernel(KernelOp kernel) {
  FailureOr<Schedule> schedule = extractSchedule(kernel);
  if (failed(schedule))
    return failure();
  if (schedule->getMask() ||
      !isScaleSimOrder(*schedule, toArrayDesc(kernel.getArray())))
    return kernel.emitOpError(
        "has folds of another size or order than SCALE-Sim's, so its files "
        "cannot say what it costs; make kernels by --onebit-tile-to-systolic");
  auto product = cast<decoder::MatrixProductOpInterface>(kernel.getOperation());
  std::string name = toName(product.getProductName().value_or(""), false);
  if (name.empty())
    name = decoder::stringifyProductRole(product.getRole()).str();
  return Layer{name, schedule->getNumRuns(), schedule->getExtent(Dim::M),
               schedule->getExtent(Dim::N), schedule->getExtent(Dim::K)};
}

/// The kernels of `module`, in order; none is an error.
static FailureOr<SmallVector<KernelOp>> findKernels(ModuleOp module) {
  SmallVector<KernelOp> kernels;
  module.walk([&](KernelOp kernel) { kernels.push_back(kernel); });
  if (kernels.empty())
    return emitError(
        module.getLoc(),
        "nothing to export: the module has no systolic.kernel; run "
        "--lower-to-systolic on it first");
  return kernels;
}

LogicalResult frontend::exportScaleSimTopology(ModuleOp module,
                                               raw_ostream &os) {
  FailureOr<SmallVector<KernelOp>> kernels = findKernels(module);
  if (failed(kernels))
    return failure();
  SmallVector<Layer> layers;
  int64_t rows = 0;
  for (KernelOp kernel : *kernels) {
    FailureOr<Layer> layer = readKernel(kernel);
    if (failed(layer))
      return failure();
    if (layer->runs > kMaxRows - rows)
      return kernel.emitOpError("makes it more than ")
             << kMaxRows
             << " rows: a topology has one for each entry of a batch";
    rows += layer->runs;
    layers.push_back(*layer);
  }

  // Entries of a batch are numbered, and so is what else has a name twice.
  llvm::StringSet<> names;
  llvm::StringMap<unsigned> uses;
  os << "Layer,M,N,K,\n";
  for (const Layer &layer : layers)
    for (int64_t run = 0; run < layer.runs; ++run) {
      std::string name;
      do {
        unsigned use = ++uses[layer.name];
        name = layer.name;
        if (layer.runs > 1 || use > 1)
          name += "#" + std::to_string(use);
      } while (!names.insert(name).second);
      os << name << ',' << layer.m << ',' << layer.n << ',' << layer.k << ",\n";
    }
  return success();
}

LogicalResult frontend::exportScaleSimConfig(ModuleOp module, raw_ostream &os) {
  FailureOr<SmallVector<KernelOp>> kernels = findKernels(module);
  if (failed(kernels))
    return failure();
  KernelOp first = kernels->front();
  systolic::ArrayAttr array = first.getArray();
  for (KernelOp kernel : *kernels) {
    if (kernel.getArray() == array)
      continue;
    InFlightDiagnostic diag = kernel.emitOpError(
        "is on another array, or of another dataflow, than another kernel: a "
        "SCALE-Sim configuration is of one");
    diag.attachNote(first.getLoc()) << "the other kernel";
    return diag;
  }
  if (std::min({array.getIfmapKb(), array.getFilterKb(), array.getOfmapKb()}) <
      1)
    return first.emitOpError("is on array '")
           << array.getName()
           << "', which does not say how large its memories are, and SCALE-Sim "
              "asks for all three: take an array with a name, or an array file";

  // Words per cycle; read in the mode USER only, but version 3 wants them
  // there.
  constexpr int64_t unread = 10;
  systolic::ScaleSimAttr user = array.getScaleSim();
  int64_t ifmap = user ? user.getIfmap() : unread;
  int64_t filter = user ? user.getFilter() : unread;
  int64_t ofmap = user ? user.getOfmap() : unread;
  os << "[general]\n"
     << "run_name = " << toName(array.getName(), true) << "\n\n"
     << "[architecture_presets]\n"
     << "ArrayHeight: " << array.getRows() << "\n"
     << "ArrayWidth: " << array.getColumns() << "\n"
     << "IfmapSramSzkB: " << array.getIfmapKb() << "\n"
     << "FilterSramSzkB: " << array.getFilterKb() << "\n"
     << "OfmapSramSzkB: " << array.getOfmapKb() << "\n"
     << "IfmapOffset: 0\n"
     << "FilterOffset: 10000000\n"
     << "OfmapOffset: 20000000\n"
     << "Dataflow: " << stringifyDataflow(array.getDataflow()) << "\n"
     << "Bandwidth: " << ofmap << "\n"
     << "ReadRequestBuffer: 32\n"
     << "WriteRequestBuffer: 32\n\n"
     << "[layout]\n"
     << "IfmapCustomLayout: False\n"
     << "IfmapSRAMBankBandwidth: " << ifmap << "\n"
     << "IfmapSRAMBankNum: 1\n"
     << "IfmapSRAMBankPort: 2\n"
     << "FilterCustomLayout: False\n"
     << "FilterSRAMBankBandwidth: " << filter << "\n"
     << "FilterSRAMBankNum: 1\n"
     << "FilterSRAMBankPort: 2\n\n"
     << "[sparsity]\n"
     << "SparsitySupport: false\n\n"
     << "[run_presets]\n"
     << "InterfaceBandwidth: " << (user ? "USER" : "CALC") << "\n"
     << "UseRamulatorTrace: False\n";
  return success();
}
