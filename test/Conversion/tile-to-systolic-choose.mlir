// dataflow=auto: the best dataflow and orientation by the price of the product.
//
// RUN: onebit-opt %s --onebit-tile-to-systolic="array=4x4 dataflow=auto" --split-input-file | FileCheck %s --check-prefixes=CHECK,SQUARE
// RUN: onebit-opt %s --onebit-tile-to-systolic="array=8x4 dataflow=auto" --split-input-file | FileCheck %s --check-prefixes=CHECK,TALL
// RUN: onebit-opt %s --onebit-tile-to-systolic="array=8x4 dataflow=auto" --onebit-annotate-cost --split-input-file | FileCheck %s --check-prefix=PRICED
// RUN: onebit-opt %s --onebit-tile-to-systolic="array=8x4 dataflow=auto cost-model=onebit objective=dram-bytes" --split-input-file | FileCheck %s --check-prefix=DRAM
// RUN: onebit-opt %s --onebit-tile-to-systolic="array=8x4 dataflow=auto cost-model=onebit objective=edp energy=7nm" --split-input-file | FileCheck %s --check-prefix=EDP
// RUN: onebit-opt %s --onebit-tile-to-systolic="array=8x4 dataflow=os" --split-input-file | FileCheck %s --check-prefix=FIXED
// RUN: onebit-opt %s --onebit-tile-to-systolic="array=8x4 dataflow=auto" --onebit-annotate-cost --split-input-file \
// RUN:   | onebit-opt --split-input-file --verify-roundtrip | FileCheck %s --check-prefix=PRICED
// RUN: not onebit-opt %s --onebit-tile-to-systolic="array=8x4 dataflow=auto objective=dram-bytes" --split-input-file 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// RUN: not onebit-opt %s --onebit-tile-to-systolic="array=8x4 dataflow=auto objective=energy" --split-input-file 2>&1 | FileCheck %s --check-prefix=NODE
// RUN: not onebit-opt %s --onebit-tile-to-systolic="array=8x4 objective=dram-bytes" --split-input-file 2>&1 | FileCheck %s --check-prefix=USELESS
// RUN: not onebit-opt %s --onebit-tile-to-systolic="cost-model=no-such-model" --split-input-file 2>&1 | FileCheck %s --check-prefix=MODEL

// UNKNOWN: error: has no best dataflow: 'scale-sim-v2' does not know what the objective 'dram-bytes' asks for on array '8x4'; cost models that do: 'onebit', 'cycle-stepped'
// NODE: error: has no best dataflow: objective 'energy' is about energies, which are of a process node: add energy=45nm or energy=7nm
// USELESS: error: objective says what dataflows are chosen by: it needs dataflow=auto
// MODEL: error: unknown cost model 'no-such-model'; expected one of: scale-sim-v2

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>

// os does 3 x 40 x 100 in ten folds of 3 x 4 on 4 x 4, each of 100 + 4 + 4 - 2
// cycles, or, on 8 x 4, of 100 + 8 + 4 - 2; transposed it takes five on 8 x 4.
// ws: ten columns of folds, 25 or 13 rows of them, 3 + 2 R + 4 - 2 cycles. is:
// one column, 25 or 13 rows, 40 + 2 R + 4 - 2. A run reports one less.
//
// SQUARE-DAG: #[[$OS:array.*]] = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
// TALL-DAG: #[[$OS:array.*]] = #systolic.array<name = "8x4", rows = 8, columns = 4, dataflow = os>
// CHECK-LABEL: @wide
func.func @wide(%x: tensor<3x100xi8>, %w: tensor<40x100x!ternary.trit>) -> tensor<3x40xi32> {
  // SQUARE: systolic.kernel class(matmul_free) role(up) on #[[$OS]] ins(%{{.*}}, %{{.*}} : tensor<3x100xi8>, tensor<40x100x!ternary.trit>) {{.*}}] choice(<cycles, runner_up = is, cost = #systolic.cost<"scale-sim-v2", cycles = 1249>>)
  // SQUARE-NEXT: ^bb0(%{{.+}}: tensor<1x3x100xi8>, %{{.+}}: tensor<1x40x100x!ternary.trit>, %{{.+}}: tensor<1x3x40xi32>):
  // TALL: systolic.kernel class(matmul_free) role(up) on #[[$OS]] ins(%{{.*}}, %{{.*}} : tensor<3x100xi8>, tensor<40x100x!ternary.trit>) {{.*}}] transposed choice(<cycles, runner_up = is, cost = #systolic.cost<"scale-sim-v2", cycles = 753>>)
  // TALL-NEXT: ^bb0(%[[I:.+]]: tensor<1x40x100x!ternary.trit>, %[[F:.+]]: tensor<1x3x100xi8>, %[[O:.+]]: tensor<1x40x3xi32>):
  // TALL-NEXT: systolic.loop (%[[B:.+]], %[[N:.+]], %[[M:.+]], %[[K:.+]]) to (1, 3, 40, 100) step (1, 3, 8, 100) init(%[[A:.+]] = %[[O]])
  // TALL-NEXT: systolic.slice %[[I]][%[[B]], %[[M]], %[[K]]] size [1, 8, 100]
  // TALL-NEXT: systolic.slice %[[F]][%[[B]], %[[N]], %[[K]]] size [1, 3, 100]
  // TALL-NEXT: systolic.slice %[[A]][%[[B]], %[[M]], %[[N]]] size [1, 8, 3]
  // TALL-NEXT: systolic.fold {{.*}} tile [8, 3, 100]
  // PRICED: systolic.kernel {{.*}} transposed choice({{.*}}cycles = 753>>) cost(<"scale-sim-v2", folds = 5, cycles = 549,
  // PRICED-SAME: sram_ifmap_reads = 4000, sram_filter_reads = 1500,

  // Memories without a size hold everything: all dataflows move the same bits,
  // and the array's own wins.
  // DRAM: systolic.kernel {{.*}}] choice(<dram_bytes, runner_up = ws, cost = #systolic.cost<"onebit", dram_ifmap_bits = 2400, dram_filter_bits = 32000, dram_ofmap_read_bits = 0, dram_ofmap_write_bits = 960>>)
  // EDP: transposed choice(<edp, runner_up = {{.*}}, cost = #systolic.cost<"onebit" at nm7, cycles = {{[0-9]+}}, energy_total_fj = {{[0-9]+}}>>)
  // FIXED: systolic.kernel
  // FIXED-NOT: choice
  // FIXED: systolic.loop
  %0 = ternary.matmul role(up) ins(%x, %w : tensor<3x100xi8>, tensor<40x100x!ternary.trit>) maps [#x, #w, #y] -> tensor<3x40xi32>
  return %0 : tensor<3x40xi32>
}

// Equal products are equal kernels; a product of one element takes os.
// CHECK-LABEL: @twice
func.func @twice(%x: tensor<3x100xf32>, %w: tensor<40x100xf32>, %a: tensor<1x1xf32>) -> (tensor<3x40xf32>, tensor<3x40xf32>, tensor<1x1xf32>) {
  // SQUARE-COUNT-2: on #[[$OS]] {{.*}} choice(<cycles, runner_up = is, cost = #systolic.cost<"scale-sim-v2", cycles = 1249>>)
  // TALL-COUNT-2: on #[[$OS]] {{.*}} transposed choice(<cycles, runner_up = is, cost = #systolic.cost<"scale-sim-v2", cycles = 753>>)
  // SQUARE: on #[[$OS]] {{.*}}] choice(<cycles, runner_up = ws, cost = #systolic.cost<"scale-sim-v2", cycles = 10>>)
  %0 = decoder.projection role(q) ins(%x, %w : tensor<3x100xf32>, tensor<40x100xf32>) maps [#x, #w, #y] -> tensor<3x40xf32>
  %1 = decoder.projection role(k) ins(%x, %w : tensor<3x100xf32>, tensor<40x100xf32>) maps [#x, #w, #y] -> tensor<3x40xf32>
  %2 = decoder.projection role(v) ins(%a, %a : tensor<1x1xf32>, tensor<1x1xf32>) maps [#x, #w, #y] -> tensor<1x1xf32>
  return %0, %1, %2 : tensor<3x40xf32>, tensor<3x40xf32>, tensor<1x1xf32>
}
