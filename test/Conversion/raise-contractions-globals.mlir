// RUN: onebit-opt %s --allow-unregistered-dialect --onebit-raise-contractions --split-input-file | FileCheck %s

// A global that nothing writes to is a weight, and that is said, whoever's it
// is. One that is constant is a weight without saying.

// CHECK: module attributes {decoder.assumptions = [
// CHECK-SAME: kind = weight, text = "taken for weights, as nothing writes to them: globals model.layers.0.mlp.up_proj.weight, trained, variable, memory">]}
ml_program.global private mutable @trained : tensor<8x8xf32>
ml_program.global private @extern(#ml_program.extern<tensor<8x8xf32>>) : tensor<8x8xf32>
ml_program.global private @known(dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>) : tensor<2x2xf32>
memref.global "private" @memory : memref<8x8xf32>
memref.global "private" constant @fixed : memref<8x8xf32>
"util.global"() {sym_name = "model.layers.0.mlp.up_proj.weight", type = tensor<8x8xf32>} : () -> ()
tosa.variable @variable : tensor<1x8x8xf32>
// CHECK-LABEL: func.func @loads
func.func @loads(%x: tensor<3x8xf32> {decoder.activation}, %x3: tensor<1x3x8xf32> {decoder.activation}, %x2: tensor<3x2xf32> {decoder.activation})
    -> (tensor<3x8xf32>, tensor<1x3x8xf32>, tensor<3x2xf32>) {
  %z = arith.constant dense<0.0> : tensor<3x8xf32>
  %z2 = arith.constant dense<0.0> : tensor<3x2xf32>
  %zp = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  // CHECK: decoder.projection "model.layers.0.mlp.up_proj" role(up) layer(0)
  %w0 = "util.global.load"() {global = @model.layers.0.mlp.up_proj.weight} : () -> tensor<8x8xf32>
  %0 = linalg.matmul ins(%x, %w0 : tensor<3x8xf32>, tensor<8x8xf32>) outs(%z : tensor<3x8xf32>) -> tensor<3x8xf32>
  // CHECK: decoder.projection "trained" role(other)
  %w1 = ml_program.global_load @trained : tensor<8x8xf32>
  %1 = linalg.matmul ins(%0, %w1 : tensor<3x8xf32>, tensor<8x8xf32>) outs(%z : tensor<3x8xf32>) -> tensor<3x8xf32>
  // CHECK: decoder.projection "extern" role(other)
  %w2 = ml_program.global_load_const @extern : tensor<8x8xf32>
  %2 = linalg.matmul ins(%1, %w2 : tensor<3x8xf32>, tensor<8x8xf32>) outs(%z : tensor<3x8xf32>) -> tensor<3x8xf32>
  // CHECK: decoder.projection "known" role(other)
  %w3 = ml_program.global_load_const @known : tensor<2x2xf32>
  %3 = linalg.matmul ins(%x2, %w3 : tensor<3x2xf32>, tensor<2x2xf32>) outs(%z2 : tensor<3x2xf32>) -> tensor<3x2xf32>
  // CHECK: decoder.projection "variable" role(other)
  %w4 = tosa.variable_read @variable : tensor<1x8x8xf32>
  %4 = tosa.matmul %x3, %w4, %zp, %zp : (tensor<1x3x8xf32>, tensor<1x8x8xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x3x8xf32>
  // Reading, also through a view, is no writing.
  // CHECK: decoder.projection "memory" role(other)
  %m5 = memref.get_global @memory : memref<8x8xf32>
  %c5 = memref.cast %m5 : memref<8x8xf32> to memref<?x8xf32>
  %c0 = arith.constant 0 : index
  %e5 = memref.load %c5[%c0, %c0] : memref<?x8xf32>
  %w5 = bufferization.to_tensor %m5 : memref<8x8xf32> to tensor<8x8xf32>
  %5 = linalg.matmul ins(%2, %w5 : tensor<3x8xf32>, tensor<8x8xf32>) outs(%z : tensor<3x8xf32>) -> tensor<3x8xf32>
  // CHECK: decoder.projection "fixed" role(other)
  %m6 = memref.get_global @fixed : memref<8x8xf32>
  %w6 = bufferization.to_tensor %m6 : memref<8x8xf32> to tensor<8x8xf32>
  %6 = linalg.matmul ins(%5, %w6 : tensor<3x8xf32>, tensor<8x8xf32>) outs(%z : tensor<3x8xf32>) -> tensor<3x8xf32>
  return %6, %4, %3 : tensor<3x8xf32>, tensor<1x3x8xf32>, tensor<3x2xf32>
}

// -----

// What something writes to is the model's state, as a cache is.

// CHECK: module {
// CHECK-LABEL: func.func @states
// CHECK-NOT: decoder.projection
// CHECK-COUNT-4: decoder.attention_product
// CHECK-NOT: decoder.projection
// CHECK: return
ml_program.global private mutable @program : tensor<8x8xf32>
memref.global "private" @memory : memref<8x8xf32>
"util.global"() {sym_name = "keys", type = tensor<8x8xf32>, is_mutable} : () -> ()
tosa.variable @variable : tensor<1x8x8xf32>
func.func @states(%x: tensor<3x8xf32> {decoder.activation}, %x3: tensor<1x3x8xf32> {decoder.activation}, %new: tensor<8x8xf32> {decoder.activation},
                  %new3: tensor<1x8x8xf32> {decoder.activation}, %e: f32) -> (tensor<3x8xf32>, tensor<1x3x8xf32>) {
  %z = arith.constant dense<0.0> : tensor<3x8xf32>
  %zp = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %c0 = arith.constant 0 : index
  ml_program.global_store @program = %new : tensor<8x8xf32>
  tosa.variable_write @variable, %new3 : tensor<1x8x8xf32>
  "util.global.store"(%new) {global = @keys} : (tensor<8x8xf32>) -> ()
  %m = memref.get_global @memory : memref<8x8xf32>
  %view = memref.subview %m[0, 0] [1, 8] [1, 1] : memref<8x8xf32> to memref<1x8xf32, strided<[8, 1]>>
  memref.store %e, %view[%c0, %c0] : memref<1x8xf32, strided<[8, 1]>>
  %k0 = ml_program.global_load @program : tensor<8x8xf32>
  %0 = linalg.matmul ins(%x, %k0 : tensor<3x8xf32>, tensor<8x8xf32>) outs(%z : tensor<3x8xf32>) -> tensor<3x8xf32>
  %k1 = "util.global.load"() {global = @keys} : () -> tensor<8x8xf32>
  %1 = linalg.matmul ins(%0, %k1 : tensor<3x8xf32>, tensor<8x8xf32>) outs(%z : tensor<3x8xf32>) -> tensor<3x8xf32>
  %k2 = bufferization.to_tensor %m : memref<8x8xf32> to tensor<8x8xf32>
  %2 = linalg.matmul ins(%1, %k2 : tensor<3x8xf32>, tensor<8x8xf32>) outs(%z : tensor<3x8xf32>) -> tensor<3x8xf32>
  %k3 = tosa.variable_read @variable : tensor<1x8x8xf32>
  %3 = tosa.matmul %x3, %k3, %zp, %zp : (tensor<1x3x8xf32>, tensor<1x8x8xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x3x8xf32>
  return %2, %3 : tensor<3x8xf32>, tensor<1x3x8xf32>
}

// -----

// Where nothing tells what a value is, its class is a guess, and the report is
// not complete. What only shifts or scales decides nothing.

// CHECK: module attributes {decoder.assumptions = [
// CHECK-SAME: kind = not_visible, text = "3 products have a side that is taken for an activation, because nothing is known of what makes it: foo.read, weights, foo.two"
// CHECK-LABEL: func.func @unknown
func.func private @weights() -> tensor<8x8xf32>
func.func @unknown(%x: tensor<3x8xf32> {decoder.activation}, %w: tensor<8x8xf32> {decoder.weight = "w"}) -> (tensor<3x8xf32>, tensor<8x8xf32>) {
  %z = arith.constant dense<0.0> : tensor<3x8xf32>
  %z8 = arith.constant dense<0.0> : tensor<8x8xf32>
  // CHECK: decoder.attention_product
  %w0 = "foo.read"() {file = "weights.bin"} : () -> tensor<8x8xf32>
  %0 = linalg.matmul ins(%x, %w0 : tensor<3x8xf32>, tensor<8x8xf32>) outs(%z : tensor<3x8xf32>) -> tensor<3x8xf32>
  // CHECK: decoder.attention_product
  %w1 = call @weights() : () -> tensor<8x8xf32>
  %1 = linalg.matmul ins(%0, %w1 : tensor<3x8xf32>, tensor<8x8xf32>) outs(%z : tensor<3x8xf32>) -> tensor<3x8xf32>
  // Two symbols: which one is loaded cannot be told.
  // CHECK: decoder.projection "w"
  %w2 = "foo.two"() {a = @a, b = @b} : () -> tensor<8x8xf32>
  %2 = linalg.matmul ins(%w2, %w : tensor<8x8xf32>, tensor<8x8xf32>) outs(%z8 : tensor<8x8xf32>) -> tensor<8x8xf32>
  // CHECK: decoder.projection "w"
  %shift = "foo.read"() {file = "shift.bin"} : () -> tensor<3x8xf32>
  %3 = arith.addf %1, %shift : tensor<3x8xf32>
  %4 = linalg.matmul ins(%3, %w : tensor<3x8xf32>, tensor<8x8xf32>) outs(%z : tensor<3x8xf32>) -> tensor<3x8xf32>
  return %4, %2 : tensor<3x8xf32>, tensor<8x8xf32>
}
