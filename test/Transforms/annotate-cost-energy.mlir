// The example of docs/energy.md: 210 multiply-accumulates; 84, 70 and 30 accesses of
// SRAM, a byte each; at 7 nm and at 45 nm.
//
// RUN: onebit-opt %s --onebit-annotate-cost=energy=7nm | FileCheck %s --check-prefixes=CHECK,NM7
// RUN: onebit-opt %s --onebit-annotate-cost=energy=45nm | FileCheck %s --check-prefixes=CHECK,NM45
//
// Again, from another node and without one.
// RUN: onebit-opt %s --onebit-annotate-cost=energy=45nm --onebit-annotate-cost=energy=7nm | FileCheck %s --check-prefixes=CHECK,NM7
// RUN: onebit-opt %s --onebit-annotate-cost=energy=7nm --emit-bytecode | onebit-opt | FileCheck %s --check-prefixes=CHECK,NM7
// RUN: onebit-opt %s --onebit-annotate-cost=energy=7nm --onebit-annotate-cost=energy=none | FileCheck %s --check-prefix=NONE
// RUN: not onebit-opt %s --onebit-annotate-cost=energy=5nm 2>&1 | FileCheck %s --check-prefix=NODE
//
// NONE-NOT: energy
// NONE-NOT: at nm
// NODE: Cannot find option named '5nm'

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#os4x4 = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
#stationary = #systolic.array<name = "stationary", rows = 4, columns = 4, dataflow = ws,
    ifmap_kb = 8, filter_kb = 32, ofmap_kb = 1024>
#memories = #systolic.array<name = "memories", rows = 4, columns = 4, dataflow = os,
    ifmap_kb = 8, filter_kb = 32, ofmap_kb = 1024>

// Nothing but additions: 210 x 7 or 30; 6 (7 + 5) x 340; and 84 x 7500 + 70 x 8500 +
// 30 x 14000 by 8 / 64. Each element crosses to DRAM once, 6 x 7 + 5 x 7 + 6 x 5 bytes of
// 162500 fJ at both nodes; the total is with sums of 32 bits.
//
// CHECK-LABEL: func @matmul_free(
// NM7:         cost(<"scale-sim-v2" at nm7, folds = 4,
// NM7-SAME:      energy_arithmetic_int8_fj = 1470, energy_arithmetic_int32_fj = 6300,
// NM7-SAME:      energy_scales_fj = 24480, energy_sram_fj = 205625,
// NM7-SAME:      energy_dram_fj = 17387500, energy_total_fj = 17623905,
// NM45:        cost(<"scale-sim-v2" at nm45, folds = 4,
// NM45-SAME:     energy_arithmetic_int8_fj = 6300, energy_arithmetic_int32_fj = 21000,
// NM45-SAME:     energy_scales_fj = 79200, energy_sram_fj = 655000,
// NM45-SAME:     energy_dram_fj = 17387500, energy_total_fj = 18142700,
func.func @matmul_free(%x: tensor<6x7xf32>, %w: tensor<5x7xf32>, %y: tensor<6x5xf32>) -> tensor<6x5xf32> {
  %0 = systolic.kernel class(matmul_free) role(q) on #memories
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

// Two row folds of k: the ifmap is read for both column folds, each sum is written twice
// and read once. SRAM: 84 x 7500, 35 x 8500 (37187.5, rounded) and (60 + 30) x 14000 by
// 8 / 64. DRAM: 42 + 35 words in, 60 sums out and 30 of them back.
//
// CHECK-LABEL: func @partial_sums(
// CHECK:         sram_ofmap_reads_corrected = 30,
// NM7-SAME:      energy_sram_fj = 273438,
// NM7-SAME:      energy_dram_fj = 27137500, energy_total_fj = 27441718,
// NM45-SAME:     energy_sram_fj = 1317500,
// NM45-SAME:     energy_dram_fj = 27137500, energy_total_fj = 28555200,
func.func @partial_sums(%x: tensor<6x7xf32>, %w: tensor<5x7xf32>, %y: tensor<6x5xf32>) -> tensor<6x5xf32> {
  %0 = systolic.kernel class(matmul_free) role(q) on #stationary
      ins(%x, %w : tensor<6x7xf32>, tensor<5x7xf32>) outs(%y : tensor<6x5xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x6x7xf32>, %filter: tensor<1x5x7xf32>, %ofmap: tensor<1x6x5xf32>):
    %1 = systolic.loop (%b, %n, %m, %k) to (1, 5, 6, 7) step (1, 4, 6, 4)
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

// 8-bit multiplications as well: 210 x (70 + 7).
//
// CHECK-LABEL: func @low_bit(
// NM7:         energy_arithmetic_int8_fj = 16170, energy_arithmetic_int32_fj = 21000,
// NM7-SAME:      energy_scales_fj = 24480, energy_sram_fj = 205625,
// NM7-SAME:      energy_dram_fj = 17387500, energy_total_fj = 17638605,
// NM45:        energy_arithmetic_int8_fj = 48300, energy_arithmetic_int32_fj = 63000,
// NM45-SAME:     energy_dram_fj = 17387500, energy_total_fj = 18184700,
func.func @low_bit(%x: tensor<6x7xf32>, %w: tensor<5x7xf32>, %y: tensor<6x5xf32>) -> tensor<6x5xf32> {
  %0 = systolic.kernel class(low_bit_projection) role(q) on #memories
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

// Half precision, without scales: 210 x (340 + 160).
//
// CHECK-LABEL: func @dense(
// NM7:         energy_arithmetic_int8_fj = 105000, energy_arithmetic_int32_fj = 105000,
// NM7-SAME:      energy_scales_fj = 0, energy_sram_fj = 205625,
// NM7-SAME:      energy_dram_fj = 17387500, energy_total_fj = 17698125,
// NM45:        energy_arithmetic_int8_fj = 315000, energy_arithmetic_int32_fj = 315000,
// NM45-SAME:     energy_dram_fj = 17387500, energy_total_fj = 18357500,
func.func @dense(%x: tensor<6x7xf32>, %w: tensor<5x7xf32>, %y: tensor<6x5xf32>) -> tensor<6x5xf32> {
  %0 = systolic.kernel class(dense_projection) role(lm_head) on #memories
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

// CHECK-LABEL: func @attention(
// NM7:         energy_arithmetic_int8_fj = 105000, energy_arithmetic_int32_fj = 105000,
// NM7-SAME:      energy_scales_fj = 0, energy_sram_fj = 205625,
// NM7-SAME:      energy_dram_fj = 17387500, energy_total_fj = 17698125,
// NM45:        energy_arithmetic_int8_fj = 315000, energy_arithmetic_int32_fj = 315000,
// NM45-SAME:     energy_dram_fj = 17387500, energy_total_fj = 18357500,
func.func @attention(%x: tensor<6x7xf32>, %w: tensor<5x7xf32>, %y: tensor<6x5xf32>) -> tensor<6x5xf32> {
  %0 = systolic.kernel class(attention) role(scores) on #memories
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

// No memories: no energy of SRAM, nor of DRAM, and no total. The energies go, too, when others are asked for.
//
// CHECK-LABEL: func @no_memories(
// CHECK-NOT:   energy_{{sram|dram|total}}_fj
// NM7:         energy_scales_fj = 24480
// CHECK-NOT:   energy_{{sram|dram|total}}_fj
// CHECK:       return
func.func @no_memories(%x: tensor<6x7xf32>, %w: tensor<5x7xf32>, %y: tensor<6x5xf32>) -> tensor<6x5xf32> {
  %0 = systolic.kernel class(matmul_free) role(q) on #os4x4
      ins(%x, %w : tensor<6x7xf32>, tensor<5x7xf32>) outs(%y : tensor<6x5xf32>) maps [#x, #w, #y] cost(<"another" at nm45, cycles = 7, energy_sram_fj = 1>) {
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
