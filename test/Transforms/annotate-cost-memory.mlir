// DRAM traffic and stalls: the example of docs/cost-models.md, with SCALE-Sim's loops
// and with n inside m.
//
// RUN: onebit-opt %s --onebit-annotate-cost=cost-model=scale-sim-v2 | FileCheck %s --check-prefixes=CHECK,V2
// RUN: onebit-opt %s --onebit-annotate-cost=cost-model=scale-sim-v3 | FileCheck %s --check-prefixes=CHECK,V3

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#calc = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os,
    ifmap_kb = 1, filter_kb = 1, ofmap_kb = 1>
#user = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os,
    ifmap_kb = 1, filter_kb = 1, ofmap_kb = 1,
    scale_sim = <ifmap = 4, filter = 4, ofmap = 4>>

// CHECK-LABEL: func @estimated(
// V2:          "scale-sim-v2", folds = 40, cycles = 1239, cycles_corrected = 1240, stall_cycles = 0
// V3:          "scale-sim-v3", folds = 40, cycles = 1239, cycles_corrected = 1240,
// V3-SAME:     cycles_with_prefetch = 1311, stall_cycles = 0
// CHECK-SAME:  dram_ifmap_reads = 3750, dram_filter_reads = 600, dram_ofmap_writes = 603,
// CHECK-SAME:  dram_ifmap_reads_corrected = 3750, dram_filter_reads_corrected = 600,
// CHECK-SAME:  dram_ofmap_writes_corrected = 600,
// CHECK-SAME:  dram_ifmap_start = -50, dram_ifmap_stop = 1144,
// CHECK-SAME:  dram_filter_start = -50, dram_filter_stop = 1020,
func.func @estimated(%x: tensor<30x25xf32>, %w: tensor<20x25xf32>, %y: tensor<30x20xf32>) -> tensor<30x20xf32> {
  %0 = systolic.kernel class(dense_projection) role(q) on #calc
      ins(%x, %w : tensor<30x25xf32>, tensor<20x25xf32>) outs(%y : tensor<30x20xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x30x25xf32>, %filter: tensor<1x20x25xf32>, %ofmap: tensor<1x30x20xf32>):
    %1 = systolic.loop (%n, %m) to (20, 30) step (4, 4)
        init(%acc = %ofmap) : tensor<1x30x20xf32> {
      %i = systolic.slice %ifmap[0, %m, 0] size [1, 4, 25] : tensor<1x30x25xf32> to tensor<1x?x25xf32>
      %f = systolic.slice %filter[0, %n, 0] size [1, 4, 25] : tensor<1x20x25xf32> to tensor<1x4x25xf32>
      %o = systolic.slice %acc[0, %m, %n] size [1, 4, 4] : tensor<1x30x20xf32> to tensor<1x?x4xf32>
      %r = systolic.fold %i, %f into %o tile [4, 4, 25] : tensor<1x?x25xf32>, tensor<1x4x25xf32> into tensor<1x?x4xf32>
      %u = systolic.insert %r into %acc[0, %m, %n] size [1, 4, 4] : tensor<1x?x4xf32> into tensor<1x30x20xf32>
      systolic.yield %u : tensor<1x30x20xf32>
    }
    systolic.yield %1 : tensor<1x30x20xf32>
  } -> tensor<30x20xf32>
  return %0 : tensor<30x20xf32>
}

// CHECK-LABEL: func @exchanged(
// CHECK:       dram_ifmap_reads = 850, dram_filter_reads = 4000, dram_ofmap_writes = 603,
func.func @exchanged(%x: tensor<30x25xf32>, %w: tensor<20x25xf32>, %y: tensor<30x20xf32>) -> tensor<30x20xf32> {
  %0 = systolic.kernel class(dense_projection) role(q) on #calc
      ins(%x, %w : tensor<30x25xf32>, tensor<20x25xf32>) outs(%y : tensor<30x20xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x30x25xf32>, %filter: tensor<1x20x25xf32>, %ofmap: tensor<1x30x20xf32>):
    %1 = systolic.loop (%m, %n) to (30, 20) step (4, 4)
        init(%acc = %ofmap) : tensor<1x30x20xf32> {
      %i = systolic.slice %ifmap[0, %m, 0] size [1, 4, 25] : tensor<1x30x25xf32> to tensor<1x?x25xf32>
      %f = systolic.slice %filter[0, %n, 0] size [1, 4, 25] : tensor<1x20x25xf32> to tensor<1x4x25xf32>
      %o = systolic.slice %acc[0, %m, %n] size [1, 4, 4] : tensor<1x30x20xf32> to tensor<1x?x4xf32>
      %r = systolic.fold %i, %f into %o tile [4, 4, 25] : tensor<1x?x25xf32>, tensor<1x4x25xf32> into tensor<1x?x4xf32>
      %u = systolic.insert %r into %acc[0, %m, %n] size [1, 4, 4] : tensor<1x?x4xf32> into tensor<1x30x20xf32>
      systolic.yield %u : tensor<1x30x20xf32>
    }
    systolic.yield %1 : tensor<1x30x20xf32>
  } -> tensor<30x20xf32>
  return %0 : tensor<30x20xf32>
}

// Four words per cycle. The ifmap's window of 47 sets of 11 words moves 14 times by 22
// sets, 128 lines of four words each; of its 69 sets the last one has 2 words.
//
// CHECK-LABEL: func @given(
// V3:          "scale-sim-v3", folds = 40, cycles = 1859, cycles_corrected = 1860,
// V3-SAME:     cycles_with_prefetch = 2009, stall_cycles = 620
// CHECK:       dram_ifmap_reads = 7680, dram_filter_reads = 500, dram_ofmap_writes = 603,
// CHECK-SAME:  dram_ifmap_reads_corrected = 3860, dram_filter_reads_corrected = 500,
// CHECK-SAME:  dram_ofmap_writes_corrected = 600,
// V3-SAME:     sram_ofmap_start = 24, sram_ofmap_stop = 1859,
// V3-SAME:     dram_ifmap_start = -128, dram_ifmap_stop = 1805,
// V3-SAME:     dram_filter_start = -125, dram_filter_stop = -1,
// V3-SAME:     dram_ofmap_start = 1594, dram_ofmap_stop = 1881>
func.func @given(%x: tensor<30x25xf32>, %w: tensor<20x25xf32>, %y: tensor<30x20xf32>) -> tensor<30x20xf32> {
  %0 = systolic.kernel class(dense_projection) role(q) on #user
      ins(%x, %w : tensor<30x25xf32>, tensor<20x25xf32>) outs(%y : tensor<30x20xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x30x25xf32>, %filter: tensor<1x20x25xf32>, %ofmap: tensor<1x30x20xf32>):
    %1 = systolic.loop (%n, %m) to (20, 30) step (4, 4)
        init(%acc = %ofmap) : tensor<1x30x20xf32> {
      %i = systolic.slice %ifmap[0, %m, 0] size [1, 4, 25] : tensor<1x30x25xf32> to tensor<1x?x25xf32>
      %f = systolic.slice %filter[0, %n, 0] size [1, 4, 25] : tensor<1x20x25xf32> to tensor<1x4x25xf32>
      %o = systolic.slice %acc[0, %m, %n] size [1, 4, 4] : tensor<1x30x20xf32> to tensor<1x?x4xf32>
      %r = systolic.fold %i, %f into %o tile [4, 4, 25] : tensor<1x?x25xf32>, tensor<1x4x25xf32> into tensor<1x?x4xf32>
      %u = systolic.insert %r into %acc[0, %m, %n] size [1, 4, 4] : tensor<1x?x4xf32> into tensor<1x30x20xf32>
      systolic.yield %u : tensor<1x30x20xf32>
    }
    systolic.yield %1 : tensor<1x30x20xf32>
  } -> tensor<30x20xf32>
  return %0 : tensor<30x20xf32>
}
