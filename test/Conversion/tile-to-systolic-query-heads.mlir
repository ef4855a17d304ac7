// Query heads that share keys and values: a product each, or rows of one.
//
// RUN: onebit-opt %s --onebit-tile-to-systolic="array=4x8" | FileCheck %s --check-prefixes=CHECK,HEADS
// RUN: onebit-opt %s --onebit-tile-to-systolic="array=4x8 cost-model=scale-sim-v3" | FileCheck %s --check-prefixes=CHECK,HEADS
// RUN: onebit-opt %s --onebit-tile-to-systolic="array=4x8 gqa=rows" | FileCheck %s --check-prefixes=CHECK,ROWS
// RUN: onebit-opt %s --onebit-tile-to-systolic="array=4x8 cost-model=onebit" | FileCheck %s --check-prefixes=CHECK,ROWS
// RUN: onebit-opt %s --onebit-tile-to-systolic="array=4x8 cost-model=cycle-stepped" | FileCheck %s --check-prefixes=CHECK,ROWS
// RUN: onebit-opt %s --onebit-tile-to-systolic="array=4x8 cost-model=onebit gqa=heads" | FileCheck %s --check-prefixes=CHECK,HEADS
// RUN: onebit-opt %s --onebit-tile-to-systolic="array=4x8 dataflow=auto gqa=rows" | FileCheck %s --check-prefix=AUTO
// RUN: onebit-opt %s --onebit-tile-to-systolic="array=4x8 gqa=rows" --onebit-annotate-cost --report=json | FileCheck %s --check-prefix=REPORT
// RUN: onebit-opt %s --onebit-tile-to-systolic="array=4x8" --onebit-annotate-cost --report=json | FileCheck %s --check-prefix=REPORT-HEADS
// RUN: onebit-opt %s --onebit-tile-to-systolic="array=4x8 gqa=rows" --onebit-annotate-cost --report | FileCheck %s --check-prefix=TEXT
// RUN: onebit-opt %s --onebit-tile-to-systolic="array=4x8 gqa=rows" --onebit-annotate-cost --report=scale-sim --report-dir=%t.rows
// RUN: FileCheck %s --check-prefix=RUNS --input-file=%t.rows/COMPUTE_REPORT.csv

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>

// Two sequences, two key-value heads of four query heads, three tokens, eleven
// keys of sixteen elements. Heads: sixteen products of 3 x 11 x 16, each of two
// folds of 16 + 4 + 8 - 2 cycles. Rows: four of 12 x 11 x 16, each of six.
//
// CHECK-LABEL: @shared
func.func @shared(%q: tensor<2x2x4x3x16xf32>, %k: tensor<2x2x11x16xf32>, %x: tensor<5x16xf32>, %w: tensor<9x16xf32>) -> (tensor<2x2x4x3x11xf32>, tensor<5x9xf32>) {
  // HEADS: systolic.kernel "scores" class(attention) {{.*}} query_groups([2]) {
  // HEADS-NEXT: ^bb0(%{{.+}}: tensor<16x3x16xf32>, %{{.+}}: tensor<16x11x16xf32>, %{{.+}}: tensor<16x3x11xf32>):
  // HEADS-NEXT: systolic.loop {{.*}} to (16, 11, 3, 16) step (1, 8, 3, 16)
  // ROWS: systolic.kernel "scores" class(attention) {{.*}} query_groups([2]) query_rows {
  // ROWS-NEXT: ^bb0(%{{.+}}: tensor<4x12x16xf32>, %{{.+}}: tensor<4x11x16xf32>, %{{.+}}: tensor<4x12x11xf32>):
  // ROWS-NEXT: systolic.loop {{.*}} to (4, 11, 12, 16) step (1, 8, 4, 16)

  // 12 x 11 x 16 transposed takes as many folds; is takes eight of 11 + 14.
  // AUTO: systolic.kernel "scores" {{.*}} query_groups([2]) query_rows choice(<cycles, runner_up = is, cost = #systolic.cost<"scale-sim-v2", cycles = 796>>)

  // REPORT: "name":"scores","class":"attention","role":"scores","batch":16,"m":3,"n":11,"k":16,"dataflow":"os","gqa":"rows","kernels":1,"folds":24,"cycles":620,{{.*}}"macs":8448,
  // REPORT-NOT: "gqa"
  // REPORT-HEADS: "name":"scores","class":"attention","role":"scores","batch":16,"m":3,"n":11,"k":16,"dataflow":"os","gqa":"heads","kernels":1,"folds":32,"cycles":816,{{.*}}"macs":8448,
  // TEXT: query heads of one key-value head are rows of one product (gqa=rows)

  // A row for each run: four of the scores, one of the projection.
  // RUNS: {{^}}3, 155,
  // RUNS: {{^}}4, {{[0-9]+}},
  // RUNS-NOT: {{^}}5,
  %0 = decoder.attention_product "scores" role(scores) query_groups([2]) ins(%q, %k : tensor<2x2x4x3x16xf32>, tensor<2x2x11x16xf32>)
      maps [affine_map<(b, h, g, t, l, e) -> (b, h, g, t, e)>, affine_map<(b, h, g, t, l, e) -> (b, h, l, e)>, affine_map<(b, h, g, t, l, e) -> (b, h, g, t, l)>] -> tensor<2x2x4x3x11xf32>
  // Nothing changes where there are no shared heads.
  // CHECK: systolic.kernel class(dense_projection) {{.*}}] {
  // CHECK-NEXT: ^bb0(%{{.+}}: tensor<1x5x16xf32>, %{{.+}}: tensor<1x9x16xf32>, %{{.+}}: tensor<1x5x9xf32>):
  %1 = decoder.projection role(q) ins(%x, %w : tensor<5x16xf32>, tensor<9x16xf32>) maps [#x, #w, #y] -> tensor<5x9xf32>
  return %0, %1 : tensor<2x2x4x3x11xf32>, tensor<5x9xf32>
}
