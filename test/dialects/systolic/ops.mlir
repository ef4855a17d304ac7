// Every op, type and attribute, in every way to write it, survives text, the
// generic form and bytecode.
//
// RUN: onebit-opt %s --verify-roundtrip | FileCheck %s
// RUN: onebit-opt %s --mlir-print-op-generic | onebit-opt | FileCheck %s
// RUN: onebit-opt %s --emit-bytecode | onebit-opt | FileCheck %s
// RUN: onebit-opt %s --mlir-print-op-generic | FileCheck %s --check-prefix=GENERIC

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>

#q = affine_map<(h, g, t, l, e) -> (h, g, t, e)>
#k = affine_map<(h, g, t, l, e) -> (h, l, e)>
#s = affine_map<(h, g, t, l, e) -> (h, g, t, l)>

// An array is said once, at the top.
// CHECK-DAG: #[[$OS:array.*]] = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
// CHECK-DAG: #[[$WS:array.*]] = #systolic.array<name = "", rows = 16, columns = 65536, dataflow = ws, ifmap_kb = 1, filter_kb = 2, ofmap_kb = 3>
// CHECK-DAG: #[[$IS:array.*]] = #systolic.array<name = "i\22s", rows = 16, columns = 1, dataflow = is, ofmap_kb = 3>
// CHECK-DAG: #[[$TPU:array.*]] = #systolic.array<name = "tpu", rows = 256, columns = 256, dataflow = ws, machine = <clock_khz = 700000, preload = hidden, drain = hidden, idle_lanes = skipped, activation_bits = 1, weight_word_bits = 5, weights_per_word = 3, dense_weight_bits = 64, partial_sum_bits = 24, kv_bits = 4, ifmap_port = 1, filter_port = 2, ofmap_port = 3, dram = 388, vector_lanes = 16, ifmap_dram = false, ofmap_dram = false>, scale_sim = <ifmap = 1, filter = 2, ofmap = 3>>
#os = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
#ws = #systolic.array<ofmap_kb = 3, filter_kb = 2, ifmap_kb = 1, dataflow = ws,
                      columns = 65536, rows = 16, name = "">
#is = #systolic.array<name = "i\"s", rows = 16, columns = 1, dataflow = is, ofmap_kb = 3>

#tpu = #systolic.array<name = "tpu", rows = 256, columns = 256, dataflow = ws, machine = <
  clock_khz = 700000, preload = hidden, drain = hidden, idle_lanes = skipped, activation_bits = 1,
  weight_word_bits = 5, weights_per_word = 3, dense_weight_bits = 64, partial_sum_bits = 24,
  kv_bits = 4, ifmap_port = 1, filter_port = 2, ofmap_port = 3, dram = 388, vector_lanes = 16, ifmap_dram = false, ofmap_dram = false>,
  scale_sim = <ifmap = 1, filter = 2, ofmap = 3>>

// CHECK-LABEL: func.func private @attributes
// CHECK-SAME: attrs = [#systolic.cost<"scale-sim-v2">, #systolic.cost<"scale-sim-v2" at nm7>, #systolic.cost<"a \22b\22", folds = 0, macs = 9223372036854775807>,
// CHECK-SAME: #systolic.cost<"every" at nm45, folds = 1, cycles = 2, cycles_corrected = 3, cycles_with_prefetch = 4, stall_cycles = 5,
// CHECK-SAME: stall_ifmap_cycles = 6, stall_filter_cycles = 7, stall_ofmap_cycles = 8, stream_cycles = 9, port_cycles = 10,
// CHECK-SAME: preload_cycles = 11, drain_cycles = 12, macs = 13, sram_ifmap_reads = 14, sram_filter_reads = 15, sram_ofmap_writes = 16,
// CHECK-SAME: sram_ofmap_reads = 17, sram_ofmap_writes_corrected = 18, sram_ofmap_reads_corrected = 19, dram_ifmap_reads = 20,
// CHECK-SAME: dram_filter_reads = 21, dram_ofmap_writes = 22, dram_ofmap_writes_corrected = 23, dram_ifmap_bits = 24,
// CHECK-SAME: dram_filter_bits = 25, dram_ofmap_read_bits = 26, dram_ofmap_write_bits = 27, mapped_pes = 28, compute_pe_cycles = 29,
// CHECK-SAME: compute_pe_cycles_corrected = 30, energy_arithmetic_int8_fj = 31, energy_arithmetic_int32_fj = 32, energy_scales_fj = 33,
// CHECK-SAME: energy_sram_fj = 34, energy_dram_fj = 35, energy_total_fj = 36, sram_ifmap_start = 37, sram_ifmap_stop = 38,
// CHECK-SAME: sram_filter_start = 39, sram_filter_stop = 40, sram_ofmap_start = 41, sram_ofmap_stop = 42, dram_ifmap_start = -43,
// CHECK-SAME: dram_ifmap_stop = 44, dram_filter_start = 45, dram_filter_stop = 46, dram_ofmap_start = 47, dram_ofmap_stop = 48>
// CHECK-SAME: #[[$OS]], #[[$WS]], #[[$IS]], #[[$TPU]]]
func.func private @attributes() attributes {attrs = [
  #systolic.cost<"scale-sim-v2">,
  #systolic.cost<"scale-sim-v2" at nm7>,
  #systolic.cost<"a \"b\"", folds = 0, macs = 9223372036854775807>,
  #systolic.cost<"every" at nm45, folds = 1, cycles = 2, cycles_corrected = 3,
    cycles_with_prefetch = 4, stall_cycles = 5, stall_ifmap_cycles = 6,
    stall_filter_cycles = 7, stall_ofmap_cycles = 8, stream_cycles = 9,
    port_cycles = 10, preload_cycles = 11, drain_cycles = 12, macs = 13,
    sram_ifmap_reads = 14, sram_filter_reads = 15, sram_ofmap_writes = 16,
    sram_ofmap_reads = 17, sram_ofmap_writes_corrected = 18,
    sram_ofmap_reads_corrected = 19, dram_ifmap_reads = 20,
    dram_filter_reads = 21, dram_ofmap_writes = 22,
    dram_ofmap_writes_corrected = 23, dram_ifmap_bits = 24,
    dram_filter_bits = 25, dram_ofmap_read_bits = 26,
    dram_ofmap_write_bits = 27, mapped_pes = 28, compute_pe_cycles = 29,
    compute_pe_cycles_corrected = 30, energy_arithmetic_int8_fj = 31,
    energy_arithmetic_int32_fj = 32, energy_scales_fj = 33,
    energy_sram_fj = 34, energy_dram_fj = 35, energy_total_fj = 36,
    sram_ifmap_start = 37, sram_ifmap_stop = 38, sram_filter_start = 39,
    sram_filter_stop = 40, sram_ofmap_start = 41, sram_ofmap_stop = 42,
    dram_ifmap_start = -43, dram_ifmap_stop = 44, dram_filter_start = 45,
    dram_filter_stop = 46, dram_ofmap_start = 47, dram_ofmap_stop = 48>,
  #os, #ws, #is, #tpu]}

// A ragged edge: 6 columns on an array of 4. The names of the dimensions come
// back with the printed text, whatever they were called.
// CHECK-LABEL: func.func @ragged
func.func @ragged(%x: tensor<1x4xf32>, %w: tensor<6x4xf32>, %y: tensor<1x6xf32>) -> tensor<1x6xf32> {
  // CHECK: systolic.kernel "q_proj" class(dense_projection) role(q) layer(0) on #[[$OS]]
  // CHECK-SAME: ins(%{{.*}}, %{{.*}} : tensor<1x4xf32>, tensor<6x4xf32>) outs(%{{.*}} : tensor<1x6xf32>)
  // CHECK-SAME: maps [#{{.*}}, #{{.*}}, #{{.*}}] cost(<"scale-sim-v2", cycles = 22, macs = 24>) {
  // CHECK-NEXT: ^bb0(%ifmap: tensor<1x1x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x1x6xf32>):
  // CHECK-NEXT: %[[LOOP:.*]] = systolic.loop (%b, %n, %m, %k) to (1, 6, 1, 4) step (1, 4, 1, 4) init(%acc = %ofmap) : tensor<1x1x6xf32> {
  // CHECK-NEXT: %[[I:.*]] = systolic.slice %ifmap[%b, %m, %k] size [1, 1, 4] : tensor<1x1x4xf32> to tensor<1x1x4xf32>
  // CHECK-NEXT: %[[F:.*]] = systolic.slice %filter[%b, %n, %k] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
  // CHECK-NEXT: %[[O:.*]] = systolic.slice %acc[%b, %m, %n] size [1, 1, 4] : tensor<1x1x6xf32> to tensor<1x1x?xf32>
  // CHECK-NEXT: %[[R:.*]] = systolic.fold %[[I]], %[[F]] into %[[O]] tile [1, 4, 4] : tensor<1x1x4xf32>, tensor<1x?x4xf32> into tensor<1x1x?xf32>
  // CHECK-NEXT: %[[U:.*]] = systolic.insert %[[R]] into %acc[%b, %m, %n] size [1, 1, 4] : tensor<1x1x?xf32> into tensor<1x1x6xf32>
  // CHECK-NEXT: systolic.yield %[[U]] : tensor<1x1x6xf32>
  // CHECK-NEXT: } {note}
  // CHECK-NEXT: systolic.yield %[[LOOP]] : tensor<1x1x6xf32>
  // CHECK-NEXT: } -> tensor<1x6xf32> {note}
  // GENERIC: "systolic.kernel"(%{{.*}}, %{{.*}}, %{{.*}}) <{array = #array{{[0-9]*}}, cost = #systolic.cost<"scale-sim-v2", cycles = 22, macs = 24>,
  // GENERIC: "systolic.loop"(%{{.*}}) <{extents = array<i64: 1, 6, 1, 4>, steps = array<i64: 1, 4, 1, 4>}>
  // GENERIC: "systolic.slice"(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}) <{sizes = array<i64: 1, 1, 4>, static_offsets = array<i64: -9223372036854775808, -9223372036854775808, -9223372036854775808>}>
  %0 = systolic.kernel "q_proj" class(dense_projection) role(q) layer(0) on #os
      ins(%x, %w : tensor<1x4xf32>, tensor<6x4xf32>) outs(%y : tensor<1x6xf32>)
      maps [#x, #w, #y] cost(<"scale-sim-v2", cycles = 22, macs = 24>) {
  ^bb0(%p0: tensor<1x1x4xf32>, %p1: tensor<1x6x4xf32>, %p2: tensor<1x1x6xf32>):
    %1 = systolic.loop (%i0, %i1, %i2, %i3) to (1, 6, 1, 4) step (1, 4, 1, 4)
        init(%p3 = %p2) : tensor<1x1x6xf32> {
      %i = systolic.slice %p0[%i0, %i2, %i3] size [1, 1, 4] : tensor<1x1x4xf32> to tensor<1x1x4xf32>
      %f = systolic.slice %p1[%i0, %i1, %i3] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
      %o = systolic.slice %p3[%i0, %i2, %i1] size [1, 1, 4] : tensor<1x1x6xf32> to tensor<1x1x?xf32>
      %r = systolic.fold %i, %f into %o tile [1, 4, 4]
          : tensor<1x1x4xf32>, tensor<1x?x4xf32> into tensor<1x1x?xf32>
      %u = systolic.insert %r into %p3[%i0, %i2, %i1] size [1, 1, 4] : tensor<1x1x?xf32> into tensor<1x1x6xf32>
      systolic.yield %u : tensor<1x1x6xf32>
    } {note}
    systolic.yield %1 : tensor<1x1x6xf32>
  } -> tensor<1x6xf32> {note}
  return %0 : tensor<1x6xf32>
}

// The least that can be written: no name, no layer, no loop; one fold does it.
// CHECK-LABEL: func.func @no_loops
func.func @no_loops(%x: tensor<1x4xf32>, %w: tensor<6x4xf32>, %y: tensor<1x6xf32>) -> tensor<1x6xf32> {
  // CHECK: systolic.kernel class(matmul_free) role(other) on #[[$WS]]
  // CHECK: systolic.loop () to () step () init(%acc = %ofmap) : tensor<1x1x6xf32> {
  // CHECK-NEXT: systolic.slice %ifmap[0, 0, 0] size [1, 1, 4] : tensor<1x1x4xf32> to tensor<1x1x4xf32>
  // CHECK-NEXT: systolic.slice %filter[0, 0, 0] size [1, 6, 4] : tensor<1x6x4xf32> to tensor<1x6x4xf32>
  %0 = systolic.kernel class(matmul_free) role(other) on #ws
      ins(%x, %w : tensor<1x4xf32>, tensor<6x4xf32>) outs(%y : tensor<1x6xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x1x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x1x6xf32>):
    %1 = systolic.loop () to () step () init(%acc = %ofmap) : tensor<1x1x6xf32> {
      %i = systolic.slice %ifmap[0, 0, 0] size [1, 1, 4] : tensor<1x1x4xf32> to tensor<1x1x4xf32>
      %f = systolic.slice %filter[0, 0, 0] size [1, 6, 4] : tensor<1x6x4xf32> to tensor<1x6x4xf32>
      %o = systolic.slice %acc[0, 0, 0] size [1, 1, 6] : tensor<1x1x6xf32> to tensor<1x1x6xf32>
      %r = systolic.fold %i, %f into %o tile [1, 6, 4]
          : tensor<1x1x4xf32>, tensor<1x6x4xf32> into tensor<1x1x6xf32>
      %u = systolic.insert %r into %acc[0, 0, 0] size [1, 1, 6] : tensor<1x1x6xf32> into tensor<1x1x6xf32>
      systolic.yield %u : tensor<1x1x6xf32>
    }
    systolic.yield %1 : tensor<1x1x6xf32>
  } -> tensor<1x6xf32>
  return %0 : tensor<1x6xf32>
}

// Two key-value heads, three query heads on each: six entries of the batch;
// slices in another order, M whole, element types of their own.
// CHECK-LABEL: func.func @query_groups
func.func @query_groups(%q: tensor<2x3x1x16xi8>, %k: tensor<2x9x16xf16>, %s: tensor<2x3x1x9xi32>) -> tensor<2x3x1x9xi32> {
  // CHECK: systolic.kernel "scores" class(attention) role(scores) on #[[$IS]]
  // CHECK-SAME: query_groups([1]) {
  // CHECK-NEXT: ^bb0(%ifmap: tensor<6x1x16xi8>, %filter: tensor<6x9x16xf16>, %ofmap: tensor<6x1x9xi32>):
  // CHECK-NEXT: systolic.loop (%k, %b, %n) to (16, 6, 9) step (5, 1, 2) init(%acc = %ofmap) : tensor<6x1x9xi32> {
  // CHECK-NEXT: systolic.slice %acc[%b, 0, %n] size [1, 1, 2] : tensor<6x1x9xi32> to tensor<1x1x?xi32>
  // CHECK-NEXT: systolic.slice %filter[%b, %n, %k] size [1, 2, 5] : tensor<6x9x16xf16> to tensor<1x?x?xf16>
  %0 = systolic.kernel "scores" class(attention) role(scores) on #is
      ins(%q, %k : tensor<2x3x1x16xi8>, tensor<2x9x16xf16>) outs(%s : tensor<2x3x1x9xi32>)
      maps [#q, #k, #s] query_groups([1]) {
  ^bb0(%ifmap: tensor<6x1x16xi8>, %filter: tensor<6x9x16xf16>, %ofmap: tensor<6x1x9xi32>):
    %1 = systolic.loop (%kk, %b, %n) to (16, 6, 9) step (5, 1, 2) init(%acc = %ofmap) : tensor<6x1x9xi32> {
      %o = systolic.slice %acc[%b, 0, %n] size [1, 1, 2] : tensor<6x1x9xi32> to tensor<1x1x?xi32>
      %f = systolic.slice %filter[%b, %n, %kk] size [1, 2, 5] : tensor<6x9x16xf16> to tensor<1x?x?xf16>
      %i = systolic.slice %ifmap[%b, 0, %kk] size [1, 1, 5] : tensor<6x1x16xi8> to tensor<1x1x?xi8>
      %r = systolic.fold %i, %f into %o tile [1, 2, 5]
          : tensor<1x1x?xi8>, tensor<1x?x?xf16> into tensor<1x1x?xi32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 1, 2] : tensor<1x1x?xi32> into tensor<6x1x9xi32>
      systolic.yield %u : tensor<6x1x9xi32>
    }
    systolic.yield %1 : tensor<6x1x9xi32>
  } -> tensor<2x3x1x9xi32>
  return %0 : tensor<2x3x1x9xi32>
}

// The same heads as rows, of the transposed product: what the body calls ifmap
// are the keys, M and N are exchanged.
// CHECK-LABEL: func.func @choices
// CHECK-SAME: attrs = [#systolic.choice<energy>, #systolic.choice<edp, runner_up = ws, cost = #systolic.cost<"a" at nm7, cycles = 1, energy_total_fj = 2>>,
// CHECK-SAME: #systolic.choice<dram_bytes, runner_up = os transposed, cost = #systolic.cost<"b", dram_ifmap_bits = 1, dram_ofmap_write_bits = 2>>]
func.func @choices(%q: tensor<2x3x1x16xi8>, %k: tensor<2x9x16xf16>, %s: tensor<2x3x1x9xi32>) -> tensor<2x3x1x9xi32>
    attributes {attrs = [#systolic.choice<energy>,
      #systolic.choice<edp, runner_up = ws, cost = #systolic.cost<"a" at nm7, cycles = 1, energy_total_fj = 2>>,
      #systolic.choice<dram_bytes, runner_up = os transposed, cost = #systolic.cost<"b", dram_ifmap_bits = 1, dram_ofmap_write_bits = 2>>]} {
  // CHECK: systolic.kernel "scores" class(attention) role(scores) on #[[$IS]]
  // CHECK-SAME: query_groups([1]) query_rows transposed choice(<cycles, runner_up = os transposed, cost = #systolic.cost<"a", cycles = 1>>) cost(<"a", cycles = 1>) {
  // CHECK-NEXT: ^bb0(%ifmap: tensor<2x9x16xf16>, %filter: tensor<2x3x16xi8>, %ofmap: tensor<2x9x3xi32>):
  // GENERIC: query_rows
  // GENERIC-SAME: transposed
  %0 = systolic.kernel "scores" class(attention) role(scores) on #is
      ins(%q, %k : tensor<2x3x1x16xi8>, tensor<2x9x16xf16>) outs(%s : tensor<2x3x1x9xi32>)
      maps [#q, #k, #s] query_groups([1]) query_rows transposed
      choice(<cycles, runner_up = os transposed, cost = #systolic.cost<"a", cycles = 1>>) cost(<"a", cycles = 1>) {
  ^bb0(%ifmap: tensor<2x9x16xf16>, %filter: tensor<2x3x16xi8>, %ofmap: tensor<2x9x3xi32>):
    // CHECK-NEXT: systolic.loop (%b, %m) to (2, 9) step (1, 1) mask(#systolic.causal_mask<period = 1, window = 2, keys_in_rows = true>) init(%acc = %ofmap) : tensor<2x9x3xi32> {
    %1 = systolic.loop (%b, %m) to (2, 9) step (1, 1) mask(#systolic.causal_mask<keys_in_rows = true, period = 1, window = 2>) init(%acc = %ofmap) : tensor<2x9x3xi32> {
      %i = systolic.slice %ifmap[%b, %m, 0] size [1, 1, 16] : tensor<2x9x16xf16> to tensor<1x1x16xf16>
      %f = systolic.slice %filter[%b, 0, 0] size [1, 3, 16] : tensor<2x3x16xi8> to tensor<1x3x16xi8>
      %o = systolic.slice %acc[%b, %m, 0] size [1, 1, 3] : tensor<2x9x3xi32> to tensor<1x1x3xi32>
      %r = systolic.fold %i, %f into %o tile [1, 3, 16]
          : tensor<1x1x16xf16>, tensor<1x3x16xi8> into tensor<1x1x3xi32>
      %u = systolic.insert %r into %acc[%b, %m, 0] size [1, 1, 3] : tensor<1x1x3xi32> into tensor<2x9x3xi32>
      systolic.yield %u : tensor<2x9x3xi32>
    }
    systolic.yield %1 : tensor<2x9x3xi32>
  } -> tensor<2x3x1x9xi32>
  return %0 : tensor<2x3x1x9xi32>
}
