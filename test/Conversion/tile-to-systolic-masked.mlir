// Folds of scores that a causal mask hides whole: computed, or left out.
//
// RUN: onebit-opt %s --onebit-decompose-blocks --onebit-tile-to-systolic="array=4x4 masked-folds=skipped" | FileCheck %s --check-prefixes=CHECK,SKIPPED
// RUN: onebit-opt %s --onebit-decompose-blocks --onebit-tile-to-systolic="array=4x4" | FileCheck %s --check-prefixes=CHECK,COMPUTED
// RUN: onebit-opt %s --onebit-decompose-blocks --onebit-tile-to-systolic="array=4x4 masked-folds=skipped dataflow=ws" | FileCheck %s --check-prefixes=CHECK,COMPUTED
// RUN: onebit-opt %s --onebit-decompose-blocks --onebit-tile-to-systolic="array=4x4 masked-folds=skipped cost-model=onebit" --onebit-annotate-cost=cost-model=onebit --report=json | FileCheck %s --check-prefix=REPORT
// RUN: onebit-opt %s --onebit-decompose-blocks --onebit-tile-to-systolic="array=4x4 masked-folds=skipped cost-model=onebit" --onebit-annotate-cost=cost-model=onebit --report | FileCheck %s --check-prefix=TEXT
// RUN: onebit-opt %s --onebit-decompose-blocks --onebit-tile-to-systolic="array=2x4 masked-folds=skipped cost-model=onebit dataflow=auto objective=dram-bytes" --onebit-annotate-cost=cost-model=cycle-stepped --report=json | FileCheck %s --check-prefix=AUTO
// RUN: onebit-opt %s --onebit-decompose-blocks --onebit-tile-to-systolic="array=64x64 masked-folds=skipped" | FileCheck %s --check-prefix=NOTHING
// RUN: onebit-opt %s --onebit-decompose-blocks --onebit-tile-to-systolic="array=4x4 masked-folds=skipped" --verify-roundtrip
// RUN: not onebit-opt %s --onebit-decompose-blocks --onebit-tile-to-systolic="array=4x4 masked-folds=skipped" --onebit-annotate-cost 2>&1 | FileCheck %s --check-prefix=REFUSED
// RUN: onebit-opt %s --onebit-decompose-blocks --onebit-tile-to-systolic="array=4x4 masked-folds=skipped" -o %t.mlir
// RUN: not onebit-translate --export-scale-sim-topology %t.mlir 2>&1 | FileCheck %s --check-prefix=EXPORT

// REFUSED: error: 'systolic.kernel' op cannot be priced by 'scale-sim-v2': it does not price masked folds: compute them (masked-folds=computed), or take the cost model 'onebit'
// EXPORT: error: {{.*}} has folds of another size or order than SCALE-Sim's

// NOTHING: module attributes {decoder.assumptions = [{{.*}}kind = not_modelled, text = "masked-folds=skipped leaves nothing out: no fold of scores is known to be hidden whole by a causal mask"

// SKIPPED: module attributes {decoder.assumptions = [{{.*}}folds that a causal mask hides are skipped

// Eight queries on eight keys are four folds of scores, of which one is hidden,
// for each of two heads. Values stream all keys in each fold.
// CHECK-LABEL: @prefill
func.func @prefill(%q: tensor<1x2x8x4xf32>, %k: tensor<1x2x8x4xf32>, %v: tensor<1x2x8x4xf32>, %p: index) -> tensor<1x2x8x4xf32> {
  // CHECK: systolic.kernel "a.scores"
  // SKIPPED: systolic.loop (%{{.*}}) to (2, 8, 8, 4) step (1, 4, 4, 4) mask(#systolic.causal_mask<period = 8>) init(
  // COMPUTED: systolic.loop
  // COMPUTED-NOT: mask(
  // CHECK: systolic.kernel "a.values"
  // CHECK: systolic.loop {{.*}}) init(
  // REPORT: "name":"a.scores",{{.*}}"batch":2,"m":8,"n":8,"k":4,"dataflow":"os","macs_skipped":128,"kernels":1,"folds":6,{{.*}}"macs":384,
  // TEXT: folds of causal scores are skipped: {{[0-9.]+}} % of their MACs
  // AUTO: "name":"a.scores",{{.*}}"macs_skipped":{{[1-9]}}
  %0 = decoder.attention "a" %q, %k, %v at %p {causal} : tensor<1x2x8x4xf32>, tensor<1x2x8x4xf32>
  return %0 : tensor<1x2x8x4xf32>
}

// The last four of eight tokens use all folds but with a window, that of the
// last two hides the first four keys. As rows, heads follow each other.
// CHECK-LABEL: @window
func.func @window(%q: tensor<1x2x4x4xf32>, %k: tensor<1x1x8x4xf32>, %v: tensor<1x1x8x4xf32>) -> (tensor<1x2x4x4xf32>, tensor<1x2x4x4xf32>) {
  // CHECK: systolic.kernel "b.scores"
  // CHECK: systolic.loop {{.*}}) init(
  // SKIPPED: systolic.kernel "c.scores"
  // SKIPPED: systolic.loop {{.*}} mask(#systolic.causal_mask<period = 4, window = 1>) init(
  %0 = decoder.attention "b" %q, %k, %v {causal} : tensor<1x2x4x4xf32>, tensor<1x1x8x4xf32>
  %1 = decoder.attention "c" %q, %k, %v {causal, window = 1 : i64} : tensor<1x2x4x4xf32>, tensor<1x1x8x4xf32>
  return %0, %1 : tensor<1x2x4x4xf32>, tensor<1x2x4x4xf32>
}

// Nobody knows which keys these rows see, nor those without a mask.
// CHECK-LABEL: @unknown
func.func @unknown(%q: tensor<1x2x8x4xf32>, %k: tensor<1x2x12x4xf32>, %v: tensor<1x2x12x4xf32>, %p: index) -> (tensor<1x2x8x4xf32>, tensor<1x2x8x4xf32>) {
  // CHECK-NOT: mask(
  // CHECK: return
  %0 = decoder.attention "d" %q, %k, %v at %p {causal} : tensor<1x2x8x4xf32>, tensor<1x2x12x4xf32>
  %1 = decoder.attention "e" %q, %k, %v : tensor<1x2x8x4xf32>, tensor<1x2x12x4xf32>
  return %0, %1 : tensor<1x2x8x4xf32>, tensor<1x2x8x4xf32>
}
