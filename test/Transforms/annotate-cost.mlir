// A kernel is priced by the loop, the slices and the fold in its body. The module
// holds nothing else. The functions after @whole are @whole with its body edited:
// the price follows.
//
// RUN: onebit-opt %s --onebit-annotate-cost | FileCheck %s
// RUN: onebit-opt %s --onebit-annotate-cost=cost-model=scale-sim-v2 | FileCheck %s
//
// Priced again, also from bytecode, it says the same.
// RUN: onebit-opt %s --onebit-annotate-cost --onebit-annotate-cost | FileCheck %s
// RUN: onebit-opt %s --onebit-annotate-cost --emit-bytecode | onebit-opt | FileCheck %s

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#xb = affine_map<(b, m, n, k) -> (b, m, k)>
#wb = affine_map<(b, m, n, k) -> (b, n, k)>
#yb = affine_map<(b, m, n, k) -> (b, m, n)>
#os4x4 = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
#os8x8 = #systolic.array<name = "8x8", rows = 8, columns = 8, dataflow = os>
#ws4x4 = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = ws>
#is4x4 = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = is>

// Four folds of 7 + 4 + 4 - 2 cycles.
//
// CHECK-LABEL: func @whole(
// CHECK:       cost(<"scale-sim-v2", folds = 4, cycles = 51, cycles_corrected = 52,
// CHECK-SAME:    stall_cycles = 0, macs = 210, sram_ifmap_reads = 84, sram_filter_reads = 70,
// CHECK-SAME:    sram_ofmap_writes = 62, sram_ofmap_writes_corrected = 30,
// CHECK-SAME:    sram_ofmap_reads_corrected = 0, mapped_pes = 30,
// CHECK-SAME:    compute_pe_cycles = 832, compute_pe_cycles_corrected = 832,
// CHECK-SAME:    sram_ifmap_start = 1, sram_ifmap_stop = 47,
// CHECK-SAME:    sram_filter_start = 1, sram_filter_stop = 46,
// CHECK-SAME:    sram_ofmap_start = 6, sram_ofmap_stop = 48>)
func.func @whole(%x: tensor<6x7xf32>, %w: tensor<5x7xf32>, %y: tensor<6x5xf32>) -> tensor<6x5xf32> {
  %0 = systolic.kernel class(dense_projection) role(q) on #os4x4
      ins(%x, %w : tensor<6x7xf32>, tensor<5x7xf32>) outs(%y : tensor<6x5xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x6x7xf32>, %filter: tensor<1x5x7xf32>, %ofmap: tensor<1x6x5xf32>):
    %1 = systolic.loop (%b, %n, %m, %k) to (1, 5, 6, 7) step (1, 4, 4, 7)
        init(%acc = %ofmap) : tensor<1x6x5xf32> {
      %i = systolic.slice %ifmap[%b, %m, %k] size [1, 4, 7] : tensor<1x6x7xf32> to tensor<1x?x7xf32>
      %f = systolic.slice %filter[%b, %n, %k] size [1, 4, 7] : tensor<1x5x7xf32> to tensor<1x?x7xf32>
      %o = systolic.slice %acc[%b, %m, %n] size [1, 4, 4] : tensor<1x6x5xf32> to tensor<1x?x?xf32>
      %r = systolic.fold %i, %f into %o tile [4, 4, 7] : tensor<1x?x7xf32>, tensor<1x?x7xf32> into tensor<1x?x?xf32>
      %u = systolic.insert %r into %acc[%b, %m, %n] size [1, 4, 4] : tensor<1x?x?xf32> into tensor<1x6x5xf32>
      systolic.yield %u : tensor<1x6x5xf32>
    }
    systolic.yield %1 : tensor<1x6x5xf32>
  } -> tensor<6x5xf32>
  return %0 : tensor<6x5xf32>
}

// Loops of n and m exchanged: the same folds in another order, and SCALE-Sim's
// counts do not know the order.
//
// CHECK-LABEL: func @loops_exchanged(
// CHECK:       cost(<"scale-sim-v2", folds = 4, cycles = 51, cycles_corrected = 52,
// CHECK-SAME:    stall_cycles = 0, macs = 210, sram_ifmap_reads = 84, sram_filter_reads = 70,
// CHECK-SAME:    sram_ofmap_writes = 62, sram_ofmap_writes_corrected = 30,
// CHECK-SAME:    sram_ofmap_reads_corrected = 0, mapped_pes = 30,
// CHECK-SAME:    compute_pe_cycles = 832, compute_pe_cycles_corrected = 832,
// CHECK-SAME:    sram_ifmap_start = 1, sram_ifmap_stop = 47,
// CHECK-SAME:    sram_filter_start = 1, sram_filter_stop = 46,
// CHECK-SAME:    sram_ofmap_start = 6, sram_ofmap_stop = 48>)
func.func @loops_exchanged(%x: tensor<6x7xf32>, %w: tensor<5x7xf32>, %y: tensor<6x5xf32>) -> tensor<6x5xf32> {
  %0 = systolic.kernel class(dense_projection) role(q) on #os4x4
      ins(%x, %w : tensor<6x7xf32>, tensor<5x7xf32>) outs(%y : tensor<6x5xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x6x7xf32>, %filter: tensor<1x5x7xf32>, %ofmap: tensor<1x6x5xf32>):
    %1 = systolic.loop (%b, %m, %n, %k) to (1, 6, 5, 7) step (1, 4, 4, 7)
        init(%acc = %ofmap) : tensor<1x6x5xf32> {
      %i = systolic.slice %ifmap[%b, %m, %k] size [1, 4, 7] : tensor<1x6x7xf32> to tensor<1x?x7xf32>
      %f = systolic.slice %filter[%b, %n, %k] size [1, 4, 7] : tensor<1x5x7xf32> to tensor<1x?x7xf32>
      %o = systolic.slice %acc[%b, %m, %n] size [1, 4, 4] : tensor<1x6x5xf32> to tensor<1x?x?xf32>
      %r = systolic.fold %i, %f into %o tile [4, 4, 7] : tensor<1x?x7xf32>, tensor<1x?x7xf32> into tensor<1x?x?xf32>
      %u = systolic.insert %r into %acc[%b, %m, %n] size [1, 4, 4] : tensor<1x?x?xf32> into tensor<1x6x5xf32>
      systolic.yield %u : tensor<1x6x5xf32>
    }
    systolic.yield %1 : tensor<1x6x5xf32>
  } -> tensor<6x5xf32>
  return %0 : tensor<6x5xf32>
}

// Loops of extent 1 or of one step dropped: the same folds.
//
// CHECK-LABEL: func @loops_dropped(
// CHECK:       cost(<"scale-sim-v2", folds = 4, cycles = 51, cycles_corrected = 52,
// CHECK-SAME:    stall_cycles = 0, macs = 210, sram_ifmap_reads = 84, sram_filter_reads = 70,
// CHECK-SAME:    sram_ofmap_writes = 62, sram_ofmap_writes_corrected = 30,
// CHECK-SAME:    sram_ofmap_reads_corrected = 0, mapped_pes = 30,
// CHECK-SAME:    compute_pe_cycles = 832, compute_pe_cycles_corrected = 832,
// CHECK-SAME:    sram_ifmap_start = 1, sram_ifmap_stop = 47,
// CHECK-SAME:    sram_filter_start = 1, sram_filter_stop = 46,
// CHECK-SAME:    sram_ofmap_start = 6, sram_ofmap_stop = 48>)
func.func @loops_dropped(%x: tensor<6x7xf32>, %w: tensor<5x7xf32>, %y: tensor<6x5xf32>) -> tensor<6x5xf32> {
  %0 = systolic.kernel class(dense_projection) role(q) on #os4x4
      ins(%x, %w : tensor<6x7xf32>, tensor<5x7xf32>) outs(%y : tensor<6x5xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x6x7xf32>, %filter: tensor<1x5x7xf32>, %ofmap: tensor<1x6x5xf32>):
    %1 = systolic.loop (%n, %m) to (5, 6) step (4, 4)
        init(%acc = %ofmap) : tensor<1x6x5xf32> {
      %i = systolic.slice %ifmap[0, %m, 0] size [1, 4, 7] : tensor<1x6x7xf32> to tensor<1x?x7xf32>
      %f = systolic.slice %filter[0, %n, 0] size [1, 4, 7] : tensor<1x5x7xf32> to tensor<1x?x7xf32>
      %o = systolic.slice %acc[0, %m, %n] size [1, 4, 4] : tensor<1x6x5xf32> to tensor<1x?x?xf32>
      %r = systolic.fold %i, %f into %o tile [4, 4, 7] : tensor<1x?x7xf32>, tensor<1x?x7xf32> into tensor<1x?x?xf32>
      %u = systolic.insert %r into %acc[0, %m, %n] size [1, 4, 4] : tensor<1x?x?xf32> into tensor<1x6x5xf32>
      systolic.yield %u : tensor<1x6x5xf32>
    }
    systolic.yield %1 : tensor<1x6x5xf32>
  } -> tensor<6x5xf32>
  return %0 : tensor<6x5xf32>
}

// k in steps of 4, then 3: each sum is written twice and read once between, and
// each fold fills the array anew.
//
// CHECK-LABEL: func @k_halved(
// CHECK:       cost(<"scale-sim-v2", folds = 8, cycles = 75, cycles_corrected = 76,
// CHECK-SAME:    stall_cycles = 0, macs = 210, sram_ifmap_reads = 84, sram_filter_reads = 70,
// CHECK-SAME:    sram_ofmap_writes = 124, sram_ofmap_writes_corrected = 60,
// CHECK-SAME:    sram_ofmap_reads_corrected = 30, mapped_pes = 60,
// CHECK-SAME:    compute_pe_cycles = 1216, compute_pe_cycles_corrected = 1216,
// CHECK-SAME:    sram_ifmap_start = 1, sram_ifmap_stop = 71,
// CHECK-SAME:    sram_filter_start = 1, sram_filter_stop = 70,
// CHECK-SAME:    sram_ofmap_start = 3, sram_ofmap_stop = 72>)
func.func @k_halved(%x: tensor<6x7xf32>, %w: tensor<5x7xf32>, %y: tensor<6x5xf32>) -> tensor<6x5xf32> {
  %0 = systolic.kernel class(dense_projection) role(q) on #os4x4
      ins(%x, %w : tensor<6x7xf32>, tensor<5x7xf32>) outs(%y : tensor<6x5xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x6x7xf32>, %filter: tensor<1x5x7xf32>, %ofmap: tensor<1x6x5xf32>):
    %1 = systolic.loop (%b, %n, %m, %k) to (1, 5, 6, 7) step (1, 4, 4, 4)
        init(%acc = %ofmap) : tensor<1x6x5xf32> {
      %i = systolic.slice %ifmap[%b, %m, %k] size [1, 4, 4] : tensor<1x6x7xf32> to tensor<1x?x?xf32>
      %f = systolic.slice %filter[%b, %n, %k] size [1, 4, 4] : tensor<1x5x7xf32> to tensor<1x?x?xf32>
      %o = systolic.slice %acc[%b, %m, %n] size [1, 4, 4] : tensor<1x6x5xf32> to tensor<1x?x?xf32>
      %r = systolic.fold %i, %f into %o tile [4, 4, 4] : tensor<1x?x?xf32>, tensor<1x?x?xf32> into tensor<1x?x?xf32>
      %u = systolic.insert %r into %acc[%b, %m, %n] size [1, 4, 4] : tensor<1x?x?xf32> into tensor<1x6x5xf32>
      systolic.yield %u : tensor<1x6x5xf32>
    }
    systolic.yield %1 : tensor<1x6x5xf32>
  } -> tensor<6x5xf32>
  return %0 : tensor<6x5xf32>
}

// Folds of 2 rows: half of the array idles, in six folds instead of four.
//
// CHECK-LABEL: func @m_halved(
// CHECK:       cost(<"scale-sim-v2", folds = 6, cycles = 77, cycles_corrected = 78,
// CHECK-SAME:    stall_cycles = 0, macs = 210, sram_ifmap_reads = 84, sram_filter_reads = 105,
// CHECK-SAME:    sram_ofmap_writes = 78, sram_ofmap_writes_corrected = 30,
// CHECK-SAME:    sram_ofmap_reads_corrected = 0, mapped_pes = 30,
// CHECK-SAME:    compute_pe_cycles = 1248, compute_pe_cycles_corrected = 1248,
// CHECK-SAME:    sram_ifmap_start = 1, sram_ifmap_stop = 73,
// CHECK-SAME:    sram_filter_start = 1, sram_filter_stop = 72,
// CHECK-SAME:    sram_ofmap_start = 8, sram_ofmap_stop = 74>)
func.func @m_halved(%x: tensor<6x7xf32>, %w: tensor<5x7xf32>, %y: tensor<6x5xf32>) -> tensor<6x5xf32> {
  %0 = systolic.kernel class(dense_projection) role(q) on #os4x4
      ins(%x, %w : tensor<6x7xf32>, tensor<5x7xf32>) outs(%y : tensor<6x5xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x6x7xf32>, %filter: tensor<1x5x7xf32>, %ofmap: tensor<1x6x5xf32>):
    %1 = systolic.loop (%b, %n, %m, %k) to (1, 5, 6, 7) step (1, 4, 2, 7)
        init(%acc = %ofmap) : tensor<1x6x5xf32> {
      %i = systolic.slice %ifmap[%b, %m, %k] size [1, 2, 7] : tensor<1x6x7xf32> to tensor<1x2x7xf32>
      %f = systolic.slice %filter[%b, %n, %k] size [1, 4, 7] : tensor<1x5x7xf32> to tensor<1x?x7xf32>
      %o = systolic.slice %acc[%b, %m, %n] size [1, 2, 4] : tensor<1x6x5xf32> to tensor<1x2x?xf32>
      %r = systolic.fold %i, %f into %o tile [2, 4, 7] : tensor<1x2x7xf32>, tensor<1x?x7xf32> into tensor<1x2x?xf32>
      %u = systolic.insert %r into %acc[%b, %m, %n] size [1, 2, 4] : tensor<1x2x?xf32> into tensor<1x6x5xf32>
      systolic.yield %u : tensor<1x6x5xf32>
    }
    systolic.yield %1 : tensor<1x6x5xf32>
  } -> tensor<6x5xf32>
  return %0 : tensor<6x5xf32>
}

// The same product with the weights in the array: folds of 2 * 4 + 4 + 6 - 2.
//
// CHECK-LABEL: func @weight_stationary(
// CHECK:       cost(<"scale-sim-v2", folds = 4, cycles = 63, cycles_corrected = 64,
// CHECK-SAME:    stall_cycles = 0, macs = 210, sram_ifmap_reads = 84, sram_filter_reads = 35,
// CHECK-SAME:    sram_ofmap_writes = 60, sram_ofmap_writes_corrected = 60,
// CHECK-SAME:    sram_ofmap_reads_corrected = 30, mapped_pes = 35,
// CHECK-SAME:    compute_pe_cycles = 1216, compute_pe_cycles_corrected = 1024,
// CHECK-SAME:    sram_ifmap_start = 5, sram_ifmap_stop = 60,
// CHECK-SAME:    sram_filter_start = 1, sram_filter_stop = 52,
// CHECK-SAME:    sram_ofmap_start = 7, sram_ofmap_stop = 60>)
func.func @weight_stationary(%x: tensor<6x7xf32>, %w: tensor<5x7xf32>, %y: tensor<6x5xf32>) -> tensor<6x5xf32> {
  %0 = systolic.kernel class(dense_projection) role(q) on #ws4x4
      ins(%x, %w : tensor<6x7xf32>, tensor<5x7xf32>) outs(%y : tensor<6x5xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x6x7xf32>, %filter: tensor<1x5x7xf32>, %ofmap: tensor<1x6x5xf32>):
    %1 = systolic.loop (%b, %n, %k, %m) to (1, 5, 7, 6) step (1, 4, 4, 6)
        init(%acc = %ofmap) : tensor<1x6x5xf32> {
      %i = systolic.slice %ifmap[%b, %m, %k] size [1, 6, 4] : tensor<1x6x7xf32> to tensor<1x6x?xf32>
      %f = systolic.slice %filter[%b, %n, %k] size [1, 4, 4] : tensor<1x5x7xf32> to tensor<1x?x?xf32>
      %o = systolic.slice %acc[%b, %m, %n] size [1, 6, 4] : tensor<1x6x5xf32> to tensor<1x6x?xf32>
      %r = systolic.fold %i, %f into %o tile [6, 4, 4] : tensor<1x6x?xf32>, tensor<1x?x?xf32> into tensor<1x6x?xf32>
      %u = systolic.insert %r into %acc[%b, %m, %n] size [1, 6, 4] : tensor<1x6x?xf32> into tensor<1x6x5xf32>
      systolic.yield %u : tensor<1x6x5xf32>
    }
    systolic.yield %1 : tensor<1x6x5xf32>
  } -> tensor<6x5xf32>
  return %0 : tensor<6x5xf32>
}

// With the inputs in the array: folds of 2 * 4 + 4 + 5 - 2.
//
// CHECK-LABEL: func @input_stationary(
// CHECK:       cost(<"scale-sim-v2", folds = 4, cycles = 59, cycles_corrected = 60,
// CHECK-SAME:    stall_cycles = 0, macs = 210, sram_ifmap_reads = 42, sram_filter_reads = 70,
// CHECK-SAME:    sram_ofmap_writes = 60, sram_ofmap_writes_corrected = 60,
// CHECK-SAME:    sram_ofmap_reads_corrected = 30, mapped_pes = 42,
// CHECK-SAME:    compute_pe_cycles = 1152, compute_pe_cycles_corrected = 960,
// CHECK-SAME:    sram_ifmap_start = 1, sram_ifmap_stop = 49,
// CHECK-SAME:    sram_filter_start = 5, sram_filter_stop = 56,
// CHECK-SAME:    sram_ofmap_start = 7, sram_ofmap_stop = 57>)
func.func @input_stationary(%x: tensor<6x7xf32>, %w: tensor<5x7xf32>, %y: tensor<6x5xf32>) -> tensor<6x5xf32> {
  %0 = systolic.kernel class(dense_projection) role(q) on #is4x4
      ins(%x, %w : tensor<6x7xf32>, tensor<5x7xf32>) outs(%y : tensor<6x5xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x6x7xf32>, %filter: tensor<1x5x7xf32>, %ofmap: tensor<1x6x5xf32>):
    %1 = systolic.loop (%b, %m, %k, %n) to (1, 6, 7, 5) step (1, 4, 4, 5)
        init(%acc = %ofmap) : tensor<1x6x5xf32> {
      %i = systolic.slice %ifmap[%b, %m, %k] size [1, 4, 4] : tensor<1x6x7xf32> to tensor<1x?x?xf32>
      %f = systolic.slice %filter[%b, %n, %k] size [1, 5, 4] : tensor<1x5x7xf32> to tensor<1x5x?xf32>
      %o = systolic.slice %acc[%b, %m, %n] size [1, 4, 5] : tensor<1x6x5xf32> to tensor<1x?x5xf32>
      %r = systolic.fold %i, %f into %o tile [4, 5, 4] : tensor<1x?x?xf32>, tensor<1x5x?xf32> into tensor<1x?x5xf32>
      %u = systolic.insert %r into %acc[%b, %m, %n] size [1, 4, 5] : tensor<1x?x5xf32> into tensor<1x6x5xf32>
      systolic.yield %u : tensor<1x6x5xf32>
    }
    systolic.yield %1 : tensor<1x6x5xf32>
  } -> tensor<6x5xf32>
  return %0 : tensor<6x5xf32>
}

// Three heads: three runs, each of which ends a cycle early in the report.
//
// CHECK-LABEL: func @heads(
// CHECK:       cost(<"scale-sim-v2", folds = 12, cycles = 153, cycles_corrected = 156,
// CHECK-SAME:    stall_cycles = 0, macs = 630, sram_ifmap_reads = 252, sram_filter_reads = 210,
// CHECK-SAME:    sram_ofmap_writes = 186, sram_ofmap_writes_corrected = 90,
// CHECK-SAME:    sram_ofmap_reads_corrected = 0, mapped_pes = 90,
// CHECK-SAME:    compute_pe_cycles = 2496, compute_pe_cycles_corrected = 2496,
// CHECK-SAME:    sram_ifmap_start = 1, sram_ifmap_stop = 47,
// CHECK-SAME:    sram_filter_start = 1, sram_filter_stop = 46,
// CHECK-SAME:    sram_ofmap_start = 6, sram_ofmap_stop = 48>)
func.func @heads(%x: tensor<3x6x7xf32>, %w: tensor<3x5x7xf32>, %y: tensor<3x6x5xf32>) -> tensor<3x6x5xf32> {
  %0 = systolic.kernel class(attention) role(scores) on #os4x4
      ins(%x, %w : tensor<3x6x7xf32>, tensor<3x5x7xf32>) outs(%y : tensor<3x6x5xf32>) maps [#xb, #wb, #yb] {
  ^bb0(%ifmap: tensor<3x6x7xf32>, %filter: tensor<3x5x7xf32>, %ofmap: tensor<3x6x5xf32>):
    %1 = systolic.loop (%b, %n, %m, %k) to (3, 5, 6, 7) step (1, 4, 4, 7)
        init(%acc = %ofmap) : tensor<3x6x5xf32> {
      %i = systolic.slice %ifmap[%b, %m, %k] size [1, 4, 7] : tensor<3x6x7xf32> to tensor<1x?x7xf32>
      %f = systolic.slice %filter[%b, %n, %k] size [1, 4, 7] : tensor<3x5x7xf32> to tensor<1x?x7xf32>
      %o = systolic.slice %acc[%b, %m, %n] size [1, 4, 4] : tensor<3x6x5xf32> to tensor<1x?x?xf32>
      %r = systolic.fold %i, %f into %o tile [4, 4, 7] : tensor<1x?x7xf32>, tensor<1x?x7xf32> into tensor<1x?x?xf32>
      %u = systolic.insert %r into %acc[%b, %m, %n] size [1, 4, 4] : tensor<1x?x?xf32> into tensor<3x6x5xf32>
      systolic.yield %u : tensor<3x6x5xf32>
    }
    systolic.yield %1 : tensor<3x6x5xf32>
  } -> tensor<3x6x5xf32>
  return %0 : tensor<3x6x5xf32>
}

// The same folds on a larger array: 7 + 8 + 8 - 2 cycles each.
//
// CHECK-LABEL: func @larger_array(
// CHECK:       cost(<"scale-sim-v2", folds = 4, cycles = 83, cycles_corrected = 84,
// CHECK-SAME:    stall_cycles = 0, macs = 210, sram_ifmap_reads = 84, sram_filter_reads = 70,
// CHECK-SAME:    sram_ofmap_writes = 94, sram_ofmap_writes_corrected = 30,
// CHECK-SAME:    sram_ofmap_reads_corrected = 0, mapped_pes = 30,
// CHECK-SAME:    compute_pe_cycles = 5376, compute_pe_cycles_corrected = 5376,
// CHECK-SAME:    sram_ifmap_start = 1, sram_ifmap_stop = 71,
// CHECK-SAME:    sram_filter_start = 1, sram_filter_stop = 70,
// CHECK-SAME:    sram_ofmap_start = 10, sram_ofmap_stop = 76>)
func.func @larger_array(%x: tensor<6x7xf32>, %w: tensor<5x7xf32>, %y: tensor<6x5xf32>) -> tensor<6x5xf32> {
  %0 = systolic.kernel class(dense_projection) role(q) on #os8x8
      ins(%x, %w : tensor<6x7xf32>, tensor<5x7xf32>) outs(%y : tensor<6x5xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x6x7xf32>, %filter: tensor<1x5x7xf32>, %ofmap: tensor<1x6x5xf32>):
    %1 = systolic.loop (%b, %n, %m, %k) to (1, 5, 6, 7) step (1, 4, 4, 7)
        init(%acc = %ofmap) : tensor<1x6x5xf32> {
      %i = systolic.slice %ifmap[%b, %m, %k] size [1, 4, 7] : tensor<1x6x7xf32> to tensor<1x?x7xf32>
      %f = systolic.slice %filter[%b, %n, %k] size [1, 4, 7] : tensor<1x5x7xf32> to tensor<1x?x7xf32>
      %o = systolic.slice %acc[%b, %m, %n] size [1, 4, 4] : tensor<1x6x5xf32> to tensor<1x?x?xf32>
      %r = systolic.fold %i, %f into %o tile [4, 4, 7] : tensor<1x?x7xf32>, tensor<1x?x7xf32> into tensor<1x?x?xf32>
      %u = systolic.insert %r into %acc[%b, %m, %n] size [1, 4, 4] : tensor<1x?x?xf32> into tensor<1x6x5xf32>
      systolic.yield %u : tensor<1x6x5xf32>
    }
    systolic.yield %1 : tensor<1x6x5xf32>
  } -> tensor<6x5xf32>
  return %0 : tensor<6x5xf32>
}

// A cost that is there already is replaced.
//
// CHECK-LABEL: func @priced_before(
// CHECK:       cost(<"scale-sim-v2", folds = 4, cycles = 51, cycles_corrected = 52,
// CHECK-SAME:    stall_cycles = 0, macs = 210, sram_ifmap_reads = 84, sram_filter_reads = 70,
// CHECK-SAME:    sram_ofmap_writes = 62, sram_ofmap_writes_corrected = 30,
// CHECK-SAME:    sram_ofmap_reads_corrected = 0, mapped_pes = 30,
// CHECK-SAME:    compute_pe_cycles = 832, compute_pe_cycles_corrected = 832,
// CHECK-SAME:    sram_ifmap_start = 1, sram_ifmap_stop = 47,
// CHECK-SAME:    sram_filter_start = 1, sram_filter_stop = 46,
// CHECK-SAME:    sram_ofmap_start = 6, sram_ofmap_stop = 48>)
func.func @priced_before(%x: tensor<6x7xf32>, %w: tensor<5x7xf32>, %y: tensor<6x5xf32>) -> tensor<6x5xf32> {
  %0 = systolic.kernel class(dense_projection) role(q) on #os4x4
      ins(%x, %w : tensor<6x7xf32>, tensor<5x7xf32>) outs(%y : tensor<6x5xf32>) maps [#x, #w, #y]
      cost(<"another", cycles = 7>) {
  ^bb0(%ifmap: tensor<1x6x7xf32>, %filter: tensor<1x5x7xf32>, %ofmap: tensor<1x6x5xf32>):
    %1 = systolic.loop (%b, %n, %m, %k) to (1, 5, 6, 7) step (1, 4, 4, 7)
        init(%acc = %ofmap) : tensor<1x6x5xf32> {
      %i = systolic.slice %ifmap[%b, %m, %k] size [1, 4, 7] : tensor<1x6x7xf32> to tensor<1x?x7xf32>
      %f = systolic.slice %filter[%b, %n, %k] size [1, 4, 7] : tensor<1x5x7xf32> to tensor<1x?x7xf32>
      %o = systolic.slice %acc[%b, %m, %n] size [1, 4, 4] : tensor<1x6x5xf32> to tensor<1x?x?xf32>
      %r = systolic.fold %i, %f into %o tile [4, 4, 7] : tensor<1x?x7xf32>, tensor<1x?x7xf32> into tensor<1x?x?xf32>
      %u = systolic.insert %r into %acc[%b, %m, %n] size [1, 4, 4] : tensor<1x?x?xf32> into tensor<1x6x5xf32>
      systolic.yield %u : tensor<1x6x5xf32>
    }
    systolic.yield %1 : tensor<1x6x5xf32>
  } -> tensor<6x5xf32>
  return %0 : tensor<6x5xf32>
}
