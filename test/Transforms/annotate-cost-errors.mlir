// What cannot be priced, and edits of @whole in annotate-cost.mlir that leave a
// body which does not do the product: the verifier refuses these.
//
// RUN: onebit-opt %s --onebit-annotate-cost --split-input-file --verify-diagnostics
// RUN: not onebit-opt %s --onebit-annotate-cost=cost-model=no-such-model --split-input-file 2>&1 | FileCheck %s
//
// CHECK: error: unknown cost model 'no-such-model'; expected one of: scale-sim-v2, scale-sim-v3

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "65536x65536", rows = 65536, columns = 65536, dataflow = os>
func.func @cycles(%x: tensor<2147483648x2147483648xf32>, %w: tensor<2147483648x2147483648xf32>, %y: tensor<2147483648x2147483648xf32>) -> tensor<2147483648x2147483648xf32> {
  // expected-error @+1 {{'systolic.kernel' op cannot be priced by 'scale-sim-v2': a run has more than 2^61 'cycles'}}
  %0 = systolic.kernel class(dense_projection) role(q) on #array
      ins(%x, %w : tensor<2147483648x2147483648xf32>, tensor<2147483648x2147483648xf32>) outs(%y : tensor<2147483648x2147483648xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x2147483648x2147483648xf32>, %filter: tensor<1x2147483648x2147483648xf32>, %ofmap: tensor<1x2147483648x2147483648xf32>):
    %1 = systolic.loop (%n, %m) to (2147483648, 2147483648) step (65536, 65536)
        init(%acc = %ofmap) : tensor<1x2147483648x2147483648xf32> {
      %i = systolic.slice %ifmap[0, %m, 0] size [1, 65536, 2147483648] : tensor<1x2147483648x2147483648xf32> to tensor<1x65536x2147483648xf32>
      %f = systolic.slice %filter[0, %n, 0] size [1, 65536, 2147483648] : tensor<1x2147483648x2147483648xf32> to tensor<1x65536x2147483648xf32>
      %o = systolic.slice %acc[0, %m, %n] size [1, 65536, 65536] : tensor<1x2147483648x2147483648xf32> to tensor<1x65536x65536xf32>
      %r = systolic.fold %i, %f into %o tile [65536, 65536, 2147483648] : tensor<1x65536x2147483648xf32>, tensor<1x65536x2147483648xf32> into tensor<1x65536x65536xf32>
      %u = systolic.insert %r into %acc[0, %m, %n] size [1, 65536, 65536] : tensor<1x65536x65536xf32> into tensor<1x2147483648x2147483648xf32>
      systolic.yield %u : tensor<1x2147483648x2147483648xf32>
    }
    systolic.yield %1 : tensor<1x2147483648x2147483648xf32>
  } -> tensor<2147483648x2147483648xf32>
  return %0 : tensor<2147483648x2147483648xf32>
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#os4x4 = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
func.func @folds(%x: tensor<1099511627776x4xf32>, %w: tensor<1099511627776x4xf32>, %y: tensor<1099511627776x1099511627776xf32>) -> tensor<1099511627776x1099511627776xf32> {
  // expected-error @+1 {{cannot be priced by 'scale-sim-v2': there are more than 2^63-1 folds}}
  %0 = systolic.kernel class(dense_projection) role(q) on #os4x4
      ins(%x, %w : tensor<1099511627776x4xf32>, tensor<1099511627776x4xf32>) outs(%y : tensor<1099511627776x1099511627776xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x1099511627776x4xf32>, %filter: tensor<1x1099511627776x4xf32>, %ofmap: tensor<1x1099511627776x1099511627776xf32>):
    %1 = systolic.loop (%n, %m) to (1099511627776, 1099511627776) step (4, 4)
        init(%acc = %ofmap) : tensor<1x1099511627776x1099511627776xf32> {
      %i = systolic.slice %ifmap[0, %m, 0] size [1, 4, 4] : tensor<1x1099511627776x4xf32> to tensor<1x4x4xf32>
      %f = systolic.slice %filter[0, %n, 0] size [1, 4, 4] : tensor<1x1099511627776x4xf32> to tensor<1x4x4xf32>
      %o = systolic.slice %acc[0, %m, %n] size [1, 4, 4] : tensor<1x1099511627776x1099511627776xf32> to tensor<1x4x4xf32>
      %r = systolic.fold %i, %f into %o tile [4, 4, 4] : tensor<1x4x4xf32>, tensor<1x4x4xf32> into tensor<1x4x4xf32>
      %u = systolic.insert %r into %acc[0, %m, %n] size [1, 4, 4] : tensor<1x4x4xf32> into tensor<1x1099511627776x1099511627776xf32>
      systolic.yield %u : tensor<1x1099511627776x1099511627776xf32>
    }
    systolic.yield %1 : tensor<1x1099511627776x1099511627776xf32>
  } -> tensor<1099511627776x1099511627776xf32>
  return %0 : tensor<1099511627776x1099511627776xf32>
}

// -----

#xk = affine_map<(m, n, j, k) -> (m, j, k)>
#wk = affine_map<(m, n, j, k) -> (n, j, k)>
#y = affine_map<(m, n, j, k) -> (m, n)>
#array = #systolic.array<name = "1x1", rows = 1, columns = 1, dataflow = os>
// Two loops of 2^32 iterations are a K of 2^64, which no extent can say.
func.func @saturated(%x: tensor<1x4294967296x4294967296xf32>, %w: tensor<1x4294967296x4294967296xf32>, %y: tensor<1x1xf32>) -> tensor<1x1xf32> {
  %0 = systolic.kernel class(dense_projection) role(q) on #array
      ins(%x, %w : tensor<1x4294967296x4294967296xf32>, tensor<1x4294967296x4294967296xf32>) outs(%y : tensor<1x1xf32>) maps [#xk, #wk, #y] {
  ^bb0(%ifmap: tensor<1x1x9223372036854775807xf32>, %filter: tensor<1x1x9223372036854775807xf32>, %ofmap: tensor<1x1x1xf32>):
    // expected-error @+1 {{has no schedule: extent of k exceeds 64 bits}}
    %1 = systolic.loop (%k) to (9223372036854775807) step (9223372036854775807)
        init(%acc = %ofmap) : tensor<1x1x1xf32> {
      %i = systolic.slice %ifmap[0, 0, %k] size [1, 1, 9223372036854775807] : tensor<1x1x9223372036854775807xf32> to tensor<1x1x9223372036854775807xf32>
      %f = systolic.slice %filter[0, 0, %k] size [1, 1, 9223372036854775807] : tensor<1x1x9223372036854775807xf32> to tensor<1x1x9223372036854775807xf32>
      %o = systolic.slice %acc[0, 0, 0] size [1, 1, 1] : tensor<1x1x1xf32> to tensor<1x1x1xf32>
      %r = systolic.fold %i, %f into %o tile [1, 1, 9223372036854775807] : tensor<1x1x9223372036854775807xf32>, tensor<1x1x9223372036854775807xf32> into tensor<1x1x1xf32>
      %u = systolic.insert %r into %acc[0, 0, 0] size [1, 1, 1] : tensor<1x1x1xf32> into tensor<1x1x1xf32>
      systolic.yield %u : tensor<1x1x1xf32>
    }
    systolic.yield %1 : tensor<1x1x1xf32>
  } -> tensor<1x1xf32>
  return %0 : tensor<1x1xf32>
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#os4x4 = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
// Two loops exchanged, but not what they index.
func.func @exchanged(%x: tensor<6x7xf32>, %w: tensor<5x7xf32>, %y: tensor<6x5xf32>) -> tensor<6x5xf32> {
  %0 = systolic.kernel class(dense_projection) role(q) on #os4x4
      ins(%x, %w : tensor<6x7xf32>, tensor<5x7xf32>) outs(%y : tensor<6x5xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x6x7xf32>, %filter: tensor<1x5x7xf32>, %ofmap: tensor<1x6x5xf32>):
    %1 = systolic.loop (%b, %m, %n, %k) to (1, 5, 6, 7) step (1, 4, 4, 7)
        init(%acc = %ofmap) : tensor<1x6x5xf32> {
      // expected-error @+1 {{size 4 of extent 6 must be the step and extent of its loop, 4 and 5}}
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

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#os4x4 = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
// Half the step, but not of the slices.
func.func @half_step(%x: tensor<6x7xf32>, %w: tensor<5x7xf32>, %y: tensor<6x5xf32>) -> tensor<6x5xf32> {
  %0 = systolic.kernel class(dense_projection) role(q) on #os4x4
      ins(%x, %w : tensor<6x7xf32>, tensor<5x7xf32>) outs(%y : tensor<6x5xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x6x7xf32>, %filter: tensor<1x5x7xf32>, %ofmap: tensor<1x6x5xf32>):
    %1 = systolic.loop (%b, %n, %m, %k) to (1, 5, 6, 7) step (1, 4, 4, 4)
        init(%acc = %ofmap) : tensor<1x6x5xf32> {
      // expected-error @+1 {{size 7 of extent 7 must be the step and extent of its loop, 4 and 7}}
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

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#os4x4 = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
// Another tile, but not of the slices.
func.func @tile(%x: tensor<6x7xf32>, %w: tensor<5x7xf32>, %y: tensor<6x5xf32>) -> tensor<6x5xf32> {
  %0 = systolic.kernel class(dense_projection) role(q) on #os4x4
      ins(%x, %w : tensor<6x7xf32>, tensor<5x7xf32>) outs(%y : tensor<6x5xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x6x7xf32>, %filter: tensor<1x5x7xf32>, %ofmap: tensor<1x6x5xf32>):
    %1 = systolic.loop (%b, %n, %m, %k) to (1, 5, 6, 7) step (1, 4, 4, 7)
        init(%acc = %ofmap) : tensor<1x6x5xf32> {
      %i = systolic.slice %ifmap[%b, %m, %k] size [1, 4, 7] : tensor<1x6x7xf32> to tensor<1x?x7xf32>
      %f = systolic.slice %filter[%b, %n, %k] size [1, 4, 7] : tensor<1x5x7xf32> to tensor<1x?x7xf32>
      %o = systolic.slice %acc[%b, %m, %n] size [1, 4, 4] : tensor<1x6x5xf32> to tensor<1x?x?xf32>
      // expected-error @+1 {{tile [m, n, k] must be what its slices say, [1, 4, 7], [1, 4, 7] and [1, 4, 4], got [2, 4, 7]}}
      %r = systolic.fold %i, %f into %o tile [2, 4, 7] : tensor<1x?x7xf32>, tensor<1x?x7xf32> into tensor<1x?x?xf32>
      %u = systolic.insert %r into %acc[%b, %m, %n] size [1, 4, 4] : tensor<1x?x?xf32> into tensor<1x6x5xf32>
      systolic.yield %u : tensor<1x6x5xf32>
    }
    systolic.yield %1 : tensor<1x6x5xf32>
  } -> tensor<6x5xf32>
  return %0 : tensor<6x5xf32>
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#os4x4 = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os>
// A loop of more than one step dropped: each fold does all of m.
func.func @dropped(%x: tensor<6x7xf32>, %w: tensor<5x7xf32>, %y: tensor<6x5xf32>) -> tensor<6x5xf32> {
  %0 = systolic.kernel class(dense_projection) role(q) on #os4x4
      ins(%x, %w : tensor<6x7xf32>, tensor<5x7xf32>) outs(%y : tensor<6x5xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x6x7xf32>, %filter: tensor<1x5x7xf32>, %ofmap: tensor<1x6x5xf32>):
    %1 = systolic.loop (%b, %n, %k) to (1, 5, 7) step (1, 4, 7)
        init(%acc = %ofmap) : tensor<1x6x5xf32> {
      %i = systolic.slice %ifmap[%b, 0, %k] size [1, 6, 7] : tensor<1x6x7xf32> to tensor<1x6x7xf32>
      %f = systolic.slice %filter[%b, %n, %k] size [1, 4, 7] : tensor<1x5x7xf32> to tensor<1x?x7xf32>
      %o = systolic.slice %acc[%b, 0, %n] size [1, 6, 4] : tensor<1x6x5xf32> to tensor<1x6x?xf32>
      // expected-error @+1 {{needs 6 x 4 processing elements, but os array '4x4' has 4 x 4}}
      %r = systolic.fold %i, %f into %o tile [6, 4, 7] : tensor<1x6x7xf32>, tensor<1x?x7xf32> into tensor<1x6x?xf32>
      %u = systolic.insert %r into %acc[%b, 0, %n] size [1, 6, 4] : tensor<1x6x?xf32> into tensor<1x6x5xf32>
      systolic.yield %u : tensor<1x6x5xf32>
    }
    systolic.yield %1 : tensor<1x6x5xf32>
  } -> tensor<6x5xf32>
  return %0 : tensor<6x5xf32>
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#ws4x4 = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = ws>
// Another dataflow on the same folds.
func.func @dataflow(%x: tensor<6x7xf32>, %w: tensor<5x7xf32>, %y: tensor<6x5xf32>) -> tensor<6x5xf32> {
  %0 = systolic.kernel class(dense_projection) role(q) on #ws4x4
      ins(%x, %w : tensor<6x7xf32>, tensor<5x7xf32>) outs(%y : tensor<6x5xf32>) maps [#x, #w, #y] {
  ^bb0(%ifmap: tensor<1x6x7xf32>, %filter: tensor<1x5x7xf32>, %ofmap: tensor<1x6x5xf32>):
    %1 = systolic.loop (%b, %n, %m, %k) to (1, 5, 6, 7) step (1, 4, 4, 7)
        init(%acc = %ofmap) : tensor<1x6x5xf32> {
      %i = systolic.slice %ifmap[%b, %m, %k] size [1, 4, 7] : tensor<1x6x7xf32> to tensor<1x?x7xf32>
      %f = systolic.slice %filter[%b, %n, %k] size [1, 4, 7] : tensor<1x5x7xf32> to tensor<1x?x7xf32>
      %o = systolic.slice %acc[%b, %m, %n] size [1, 4, 4] : tensor<1x6x5xf32> to tensor<1x?x?xf32>
      // expected-error @+1 {{needs 7 x 4 processing elements, but ws array '4x4' has 4 x 4}}
      %r = systolic.fold %i, %f into %o tile [4, 4, 7] : tensor<1x?x7xf32>, tensor<1x?x7xf32> into tensor<1x?x?xf32>
      %u = systolic.insert %r into %acc[%b, %m, %n] size [1, 4, 4] : tensor<1x?x?xf32> into tensor<1x6x5xf32>
      systolic.yield %u : tensor<1x6x5xf32>
    }
    systolic.yield %1 : tensor<1x6x5xf32>
  } -> tensor<6x5xf32>
  return %0 : tensor<6x5xf32>
}

// -----

// Loops in an order in which SCALE-Sim would not fetch.
#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os,
    ifmap_kb = 1, filter_kb = 1, ofmap_kb = 1,
    scale_sim = <ifmap = 4, filter = 4, ofmap = 4>>
func.func @loops_exchanged(%x: tensor<30x25xf32>, %w: tensor<20x25xf32>, %y: tensor<30x20xf32>) -> tensor<30x20xf32> {
  // expected-error @+1 {{cannot be priced by 'scale-sim-v2': at given bandwidths SCALE-Sim knows one loop nest for os: n outside m, and k whole}}
  %0 = systolic.kernel class(dense_projection) role(q) on #array
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

// -----

// Bandwidths, but nothing to hold what they bring.
#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = os,
    scale_sim = <ifmap = 4, filter = 4, ofmap = 4>>
func.func @no_memories(%x: tensor<30x25xf32>, %w: tensor<20x25xf32>, %y: tensor<30x20xf32>) -> tensor<30x20xf32> {
  // expected-error @+1 {{cannot be priced by 'scale-sim-v2': SCALE-Sim needs the sizes of the ifmap, filter and ofmap memories}}
  %0 = systolic.kernel class(dense_projection) role(q) on #array
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
