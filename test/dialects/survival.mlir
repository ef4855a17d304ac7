// What the language says survives upstream's passes: attributes of the module,
// marks of arguments, blocks, names, layers, costs; also when it moves into
// another function.
//
// RUN: onebit-opt %s --inline --canonicalize --cse --symbol-dce | FileCheck %s
// RUN: onebit-opt %s --canonicalize --cse --inline --symbol-dce --canonicalize --emit-bytecode \
// RUN:   | onebit-opt --symbol-dce --cse | FileCheck %s

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = ws, filter_kb = 8>

// CHECK: #array = #systolic.array<name = "4x4", rows = 4, columns = 4, dataflow = ws, filter_kb = 8>

// CHECK: module @model attributes {
// CHECK-SAME: decoder.assumptions = [#decoder.assumption<kind = tied_weight, text = "tied">]
// CHECK-SAME: decoder.model = #decoder.model<name = "m", family = "opt", layers = 1, phase = decode, layout = real, batch = 1, context_length = 8>
module @model attributes {
    decoder.model = #decoder.model<name = "m", family = "opt", layers = 1,
      phase = decode, layout = real, batch = 1, context_length = 8>,
    decoder.assumptions = [#decoder.assumption<kind = tied_weight, text = "tied">]} {

  // CHECK-NOT: @layer
  func.func private @layer(%x: tensor<3x4xf32>, %cache: tensor<1x2x9x16xf32>, %p: index)
      -> (tensor<3x6xf32>, tensor<1x2x9x16xf32>) {
    %r:2 = decoder.block layer(4) -> (tensor<3x6xf32>, tensor<1x2x9x16xf32>) {
      %w = decoder.weight "layers.4.up.weight" : tensor<6x4xf32>
      %0 = func.call @product(%x, %w) : (tensor<3x4xf32>, tensor<6x4xf32>) -> tensor<3x6xf32>
      %k = decoder.weight "k" : tensor<1x2x1x16xf32>
      %1 = decoder.cache_append %k into %cache at %p : tensor<1x2x1x16xf32> into tensor<1x2x9x16xf32>
      decoder.yield %0, %1 : tensor<3x6xf32>, tensor<1x2x9x16xf32>
    }
    return %r#0, %r#1 : tensor<3x6xf32>, tensor<1x2x9x16xf32>
  }

  // CHECK-NOT: @product
  func.func private @product(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>) -> tensor<3x6xf32> {
    %0 = decoder.projection "layers.4.up" role(up) layer(4)
        ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) maps [#x, #w, #y] -> tensor<3x6xf32>
    return %0 : tensor<3x6xf32>
  }

  // CHECK: func.func @main(%{{.*}}: tensor<3x4xf32> {decoder.activation = "x"}, %{{.*}}: tensor<1x2x9x16xf32> {decoder.cache}, %{{.*}}: tensor<6x4xf32> {decoder.weight = "w"}, %{{.*}}: index)
  func.func @main(%x: tensor<3x4xf32> {decoder.activation = "x"},
                  %cache: tensor<1x2x9x16xf32> {decoder.cache},
                  %w: tensor<6x4xf32> {decoder.weight = "w"}, %p: index)
      -> (tensor<3x6xf32>, tensor<1x2x9x16xf32>, tensor<3x6xf32>) {
    // CHECK: %[[BLOCK:.*]]:2 = decoder.block layer(4) -> (tensor<3x6xf32>, tensor<1x2x9x16xf32>) {
    // CHECK: decoder.weight "layers.4.up.weight" : tensor<6x4xf32>
    // CHECK: decoder.projection "layers.4.up" role(up) layer(4)
    // CHECK: decoder.cache_append
    // CHECK: decoder.yield
    // CHECK: }
    %0:2 = call @layer(%x, %cache, %p) : (tensor<3x4xf32>, tensor<1x2x9x16xf32>, index) -> (tensor<3x6xf32>, tensor<1x2x9x16xf32>)
    // CHECK: %[[KERNEL:.*]] = systolic.kernel "layers.4.down" class(matmul_free) role(down) layer(4) on #array
    // CHECK-SAME: cost(<"scale-sim-v2", cycles = 22, macs = 72>) {
    // CHECK: systolic.loop (%b, %n, %k, %m) to (1, 6, 4, 3) step (1, 4, 4, 3)
    // CHECK-COUNT-3: systolic.slice
    // CHECK: systolic.fold
    // CHECK: systolic.insert
    %1 = call @kernel(%x, %w, %0#0) : (tensor<3x4xf32>, tensor<6x4xf32>, tensor<3x6xf32>) -> tensor<3x6xf32>
    // CHECK: return %[[BLOCK]]#0, %[[BLOCK]]#1, %[[KERNEL]]
    return %0#0, %0#1, %1 : tensor<3x6xf32>, tensor<1x2x9x16xf32>, tensor<3x6xf32>
  }

  // CHECK-NOT: @kernel
  func.func private @kernel(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>, %y: tensor<3x6xf32>) -> tensor<3x6xf32> {
    %0 = systolic.kernel "layers.4.down" class(matmul_free) role(down) layer(4) on #array
        ins(%x, %w : tensor<3x4xf32>, tensor<6x4xf32>) outs(%y : tensor<3x6xf32>)
        maps [#x, #w, #y] cost(<"scale-sim-v2", cycles = 22, macs = 72>) {
    ^bb0(%ifmap: tensor<1x3x4xf32>, %filter: tensor<1x6x4xf32>, %ofmap: tensor<1x3x6xf32>):
      %1 = systolic.loop (%b, %n, %k, %m) to (1, 6, 4, 3) step (1, 4, 4, 3) init(%acc = %ofmap) : tensor<1x3x6xf32> {
        %i = systolic.slice %ifmap[%b, %m, %k] size [1, 3, 4] : tensor<1x3x4xf32> to tensor<1x3x4xf32>
        %f = systolic.slice %filter[%b, %n, %k] size [1, 4, 4] : tensor<1x6x4xf32> to tensor<1x?x4xf32>
        %o = systolic.slice %acc[%b, %m, %n] size [1, 3, 4] : tensor<1x3x6xf32> to tensor<1x3x?xf32>
        %r = systolic.fold %i, %f into %o tile [3, 4, 4]
            : tensor<1x3x4xf32>, tensor<1x?x4xf32> into tensor<1x3x?xf32>
        %u = systolic.insert %r into %acc[%b, %m, %n] size [1, 3, 4] : tensor<1x3x?xf32> into tensor<1x3x6xf32>
        systolic.yield %u : tensor<1x3x6xf32>
      }
      systolic.yield %1 : tensor<1x3x6xf32>
    } -> tensor<3x6xf32>
    return %0 : tensor<3x6xf32>
  }

  // The ops of `ternary` move, too.
  // CHECK: func.func @bitlinear
  // CHECK-NOT: call
  // CHECK: ternary.quantize_activation per_token
  // CHECK: ternary.quantize_weight b1_58
  // CHECK: ternary.matmul "layers.4.gate" role(gate) layer(4)
  // CHECK: ternary.dequantize
  func.func @bitlinear(%x: tensor<3x4xf32>, %w: tensor<6x4xf32> {decoder.weight = "v"}) -> tensor<3x6xf32> {
    %0 = call @ternary(%x, %w) : (tensor<3x4xf32>, tensor<6x4xf32>) -> tensor<3x6xf32>
    return %0 : tensor<3x6xf32>
  }
  // CHECK-NOT: @ternary
  func.func private @ternary(%x: tensor<3x4xf32>, %w: tensor<6x4xf32>) -> tensor<3x6xf32> {
    %a, %s = ternary.quantize_activation per_token %x over [1] bits 8 : tensor<3x4xf32> -> tensor<3x4xi8>, tensor<3xf32>
    %q, %t = ternary.quantize_weight b1_58 %w : tensor<6x4xf32> -> tensor<6x4x!ternary.trit>, tensor<f32>
    %p = ternary.matmul "layers.4.gate" role(gate) layer(4) ins(%a, %q : tensor<3x4xi8>, tensor<6x4x!ternary.trit>)
        maps [#x, #w, #y] -> tensor<3x6xi32>
    %y = ternary.dequantize %p scales(%s, %t : tensor<3xf32>, tensor<f32>)
        maps [affine_map<(m, n) -> (m, n)>, affine_map<(m, n) -> (m)>, affine_map<(m, n) -> ()>,
              affine_map<(m, n) -> (m, n)>] : tensor<3x6xi32> -> tensor<3x6xf32>
    return %y : tensor<3x6xf32>
  }
}
