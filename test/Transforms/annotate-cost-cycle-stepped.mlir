// The simulator as a cost model: m = 2, n = 4, k = 4 on 2 x 2, 16 bits from DRAM a
// cycle; test/unit/Simulator/WorkedExamplesTest.cpp works it by hand. A filter in
// full precision has 8 bits here.
//
// RUN: onebit-opt %s --onebit-annotate-cost=cost-model=cycle-stepped --split-input-file --verify-diagnostics | FileCheck %s
//
// CHECK-LABEL: func @whole(
// CHECK:       cost(<"cycle-stepped", folds = 2, cycles = 23, stall_cycles = 7,
// CHECK-SAME:    stall_ifmap_cycles = 0, stall_filter_cycles = 5,
// CHECK-SAME:    stall_ofmap_cycles = 2, stream_cycles = 8, port_cycles = 0,
// CHECK-SAME:    preload_cycles = 0, drain_cycles = 8, macs = 32,
// CHECK-SAME:    sram_ifmap_reads = 16, sram_filter_reads = 16,
// CHECK-SAME:    sram_ofmap_writes = 8, sram_ofmap_reads = 0,
// CHECK-SAME:    dram_ifmap_bits = 64, dram_filter_bits = 128,
// CHECK-SAME:    dram_ofmap_read_bits = 0, dram_ofmap_write_bits = 64>)

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#machine = #systolic.machine<dense_weight_bits = 8, dram = 16>
#array = #systolic.array<name = "2x2", rows = 2, columns = 2, dataflow = os, machine = #machine>
func.func @whole(%x: tensor<2x4xf32>, %w: tensor<4x4xf32>, %y: tensor<2x4xf32>) -> tensor<2x4xf32> {
  %0 = systolic.kernel class(dense_projection) role(q) on #array
      ins(%x, %w : tensor<2x4xf32>, tensor<4x4xf32>) outs(%y : tensor<2x4xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x2x4xf32>, %filter: tensor<1x4x4xf32>, %ofmap: tensor<1x2x4xf32>):
    %1 = systolic.loop (%b, %n, %m, %k) to (1, 4, 2, 4) step (1, 2, 2, 4)
        init(%acc = %ofmap) : tensor<1x2x4xf32> {
      %i = systolic.slice %ifmap[%b, %m, %k] size [1, 2, 4] : tensor<1x2x4xf32> to tensor<1x2x4xf32>
      %f = systolic.slice %filter[%b, %n, %k] size [1, 2, 4] : tensor<1x4x4xf32> to tensor<1x2x4xf32>
      %o = systolic.slice %acc[%b, %m, %n] size [1, 2, 2] : tensor<1x2x4xf32> to tensor<1x2x2xf32>
      %r = systolic.fold %i, %f into %o tile [2, 2, 4] : tensor<1x2x4xf32>, tensor<1x2x4xf32> into tensor<1x2x2xf32>
      %u = systolic.insert %r into %acc[%b, %m, %n] size [1, 2, 2] : tensor<1x2x2xf32> into tensor<1x2x4xf32>
      systolic.yield %u : tensor<1x2x4xf32>
    }
    systolic.yield %1 : tensor<1x2x4xf32>
  } -> tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @large(%x: tensor<1x1000000000xf32>, %w: tensor<1x1000000000xf32>, %y: tensor<1x1xf32>) -> tensor<1x1xf32> {
  // expected-error @+1 {{cannot be priced by 'cycle-stepped': a simulation takes about 80000000960 steps of processing elements, and is refused above 20000000000: take a smaller array or product, or the cost model 'onebit'}}
  %0 = systolic.kernel class(dense_projection) role(q) on #array
      ins(%x, %w : tensor<1x1000000000xf32>, tensor<1x1000000000xf32>) outs(%y : tensor<1x1xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x1x1000000000xf32>, %filter: tensor<1x1x1000000000xf32>, %ofmap: tensor<1x1x1xf32>):
    %1 = systolic.loop (%b, %n, %m, %k) to (1, 1, 1, 1000000000) step (1, 1, 1, 1000000000)
        init(%acc = %ofmap) : tensor<1x1x1xf32> {
      %i = systolic.slice %ifmap[%b, %m, %k] size [1, 1, 1000000000] : tensor<1x1x1000000000xf32> to tensor<1x1x1000000000xf32>
      %f = systolic.slice %filter[%b, %n, %k] size [1, 1, 1000000000] : tensor<1x1x1000000000xf32> to tensor<1x1x1000000000xf32>
      %o = systolic.slice %acc[%b, %m, %n] size [1, 1, 1] : tensor<1x1x1xf32> to tensor<1x1x1xf32>
      %r = systolic.fold %i, %f into %o tile [1, 1, 1000000000] : tensor<1x1x1000000000xf32>, tensor<1x1x1000000000xf32> into tensor<1x1x1xf32>
      %u = systolic.insert %r into %acc[%b, %m, %n] size [1, 1, 1] : tensor<1x1x1xf32> into tensor<1x1x1xf32>
      systolic.yield %u : tensor<1x1x1xf32>
    }
    systolic.yield %1 : tensor<1x1x1xf32>
  } -> tensor<1x1xf32>
  return %0 : tensor<1x1xf32>
}
