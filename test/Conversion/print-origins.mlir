// RUN: onebit-opt %s --onebit-print-origins --allow-unregistered-dialect --split-input-file --verify-diagnostics

// Constants: zeros and scalars say nothing, matrices are weights.

// expected-remark @+1 {{argument 0: activation}}
func.func @constants(%x: tensor<2x2xf32> {decoder.activation}) {
  // expected-remark @+1 {{result: neutral}}
  %0 = arith.constant dense<0.0> : tensor<2x2xf32>
  // expected-remark @+1 {{result: weight}}
  %1 = arith.constant dense<0.5> : tensor<2x2xf32>
  // expected-remark @+1 {{result: neutral}}
  %2 = arith.constant dense<1.0> : tensor<4xf32>
  // expected-remark @+1 {{result: weight}}
  %3 = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  // expected-remark @+1 {{result: weight}}
  %4 = arith.constant dense_resource<__elided__> : tensor<8xf16>
  // expected-remark @+1 {{result: neutral}}
  %5 = "tosa.const"() <{values = dense<3.0> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  // expected-remark @+1 {{result: weight 'up'}}
  %6 = decoder.weight "up" : tensor<2x2xf32>
  // expected-remark @+1 {{result: neutral}}
  %7 = tensor.empty() : tensor<2x2xf32>
  // expected-remark @+1 {{result: unknown}}
  %8 = "other.input"() : () -> tensor<2x2xf32>
  // expected-remark @+1 {{result: unknown}}
  %9 = arith.addf %8, %6 : tensor<2x2xf32>
  // expected-remark @+1 {{result: activation}}
  %10 = arith.addf %9, %x : tensor<2x2xf32>
  // Positions and masks are no weights.
  // expected-remark @+1 {{result: activation}}
  %11 = "other.input"() : () -> tensor<2xi64>
  return
}

// -----

// The highest of what a value is made of, and of two weights the larger.

// expected-remark @+3 {{argument 0: activation}}
// expected-remark @+2 {{argument 1: weight 'w'}}
// expected-remark @+1 {{argument 2: weight 'scale'}}
func.func @joins(%x: tensor<4xf32> {decoder.activation}, %w: tensor<4xf32> {decoder.weight = "w"}, %s: tensor<1xf32> {decoder.weight = "scale"}) {
  // expected-remark @+1 {{result: weight 'scale'}}
  %0 = tensor.pad %s low[0] high[3] {
  ^bb0(%i: index):
    %c = arith.constant 0.0 : f32
    tensor.yield %c : f32
  } : tensor<1xf32> to tensor<4xf32>
  // expected-remark @+1 {{result: weight 'w'}}
  %1 = arith.mulf %0, %w : tensor<4xf32>
  // expected-remark @+1 {{result: activation}}
  %2 = arith.mulf %1, %x : tensor<4xf32>
  %c0 = arith.constant 0 : index
  %element = tensor.extract %x[%c0] : tensor<4xf32>
  // expected-remark @+1 {{result: activation}}
  %3 = tensor.generate {
  ^bb0(%i: index):
    tensor.yield %element : f32
  } : tensor<4xf32>
  return
}

// -----

// What an activation picks from a weight; what anything else picks is a weight.

// expected-remark @+2 {{argument 0: activation}}
// expected-remark @+1 {{argument 1: weight 'table'}}
func.func @picks(%ids: tensor<1x2xi32> {decoder.activation}, %table: tensor<1x8x4xf32> {decoder.weight = "table"}) {
  // expected-remark @+1 {{result: picked weight 'table'}}
  %0 = tosa.gather %table, %ids : (tensor<1x8x4xf32>, tensor<1x2xi32>) -> tensor<1x2x4xf32>
  // expected-remark @+1 {{result: weight}}
  %positions = arith.constant dense<[[0, 1]]> : tensor<1x2xi32>
  // expected-remark @+1 {{result: weight 'table'}}
  %1 = tosa.gather %table, %positions : (tensor<1x8x4xf32>, tensor<1x2xi32>) -> tensor<1x2x4xf32>
  %c0 = arith.constant 0 : index
  %id = tensor.extract %ids[%c0, %c0] : tensor<1x2xi32>
  %row = arith.index_cast %id : i32 to index
  // expected-remark @+1 {{result: picked weight 'table'}}
  %2 = tensor.extract_slice %table[0, %row, 0] [1, 1, 4] [1, 1, 1] : tensor<1x8x4xf32> to tensor<1x1x4xf32>
  return
}

// -----

// Loops: what is carried back counts, for every iteration. Here a weight is
// turned into an activation from the second one on.

// expected-remark @+2 {{argument 0: activation}}
// expected-remark @+1 {{argument 1: weight 'w'}}
func.func @loops(%x: tensor<4xf32> {decoder.activation}, %w: tensor<4xf32> {decoder.weight = "w"}, %flag: i1 {decoder.activation}) {
  // expected-remark @-1 {{argument 2: activation}}
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  // expected-remark @+3 {{result 0: activation}}
  // expected-remark @+2 {{result 1: activation}}
  // expected-remark @+1 {{result 2: weight 'w'}}
  %0:3 = scf.for %i = %c0 to %c4 step %c1 iter_args(%a = %w, %b = %w, %c = %w) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
    // expected-remark @+1 {{result: activation}}
    %1 = arith.addf %a, %c : tensor<4xf32>
    scf.yield %b, %x, %c : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
  }
  cf.br ^loop(%w : tensor<4xf32>)
^loop(%d: tensor<4xf32>):
  // expected-remark @+1 {{result: activation}}
  %2 = arith.addf %d, %d : tensor<4xf32>
  cf.cond_br %flag, ^loop(%x : tensor<4xf32>), ^exit
^exit:
  // expected-remark @+1 {{result: activation}}
  %3 = scf.if %flag -> tensor<4xf32> {
    scf.yield %w : tensor<4xf32>
  } else {
    scf.yield %x : tensor<4xf32>
  }
  // What is not known of an op with a body may be anything.
  // expected-remark @+1 {{result: activation}}
  %4 = "other.loop"(%w) ({
  ^bb0(%e: tensor<4xf32>):
    "other.yield"(%e) : (tensor<4xf32>) -> ()
  }) : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

// Calls: a function is seen once for all its calls, a recursive one too.

// expected-remark @+2 {{argument 0: activation}}
// expected-remark @+1 {{argument 1: weight 'w'}}
func.func @calls(%x: tensor<4xf32> {decoder.activation}, %w: tensor<4xf32> {decoder.weight = "w"}) {
  // expected-remark @+1 {{result: weight 'w'}}
  %0 = call @scaled(%w) : (tensor<4xf32>) -> tensor<4xf32>
  // expected-remark @+1 {{result: activation}}
  %1 = call @again(%x, %w) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  // expected-remark @+1 {{result: activation}}
  %2 = call @again(%w, %w) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  // expected-remark @+1 {{result: weight 'w'}}
  %3 = call @outside(%w) : (tensor<4xf32>) -> tensor<4xf32>
  // expected-remark @+1 {{result: unknown}}
  %4 = call @input() : () -> tensor<4xf32>
  return
}
func.func private @outside(tensor<4xf32>) -> tensor<4xf32>
func.func private @input() -> tensor<4xf32>
// expected-remark @+1 {{argument 0: weight 'w'}}
func.func private @scaled(%w: tensor<4xf32>) -> tensor<4xf32> {
  // expected-remark @+1 {{result: weight 'w'}}
  %0 = arith.addf %w, %w : tensor<4xf32>
  return %0 : tensor<4xf32>
}
// expected-remark @+2 {{argument 0: activation}}
// expected-remark @+1 {{argument 1: activation}}
func.func private @again(%a: tensor<4xf32>, %b: tensor<4xf32>) -> tensor<4xf32> {
  // expected-remark @+1 {{result: activation}}
  %0 = call @again(%b, %a) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  // expected-remark @+1 {{result: activation}}
  %1 = arith.addf %0, %b : tensor<4xf32>
  return %1 : tensor<4xf32>
}
// expected-remark @+1 {{argument 0: not reached}}
func.func private @uncalled(%a: tensor<4xf32>) -> tensor<4xf32> {
  // expected-remark @+1 {{result: not reached}}
  %0 = arith.addf %a, %a : tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

// Globals: what is written is no weight; what it starts as says nothing where it
// may be.

ml_program.global private @fixed(dense<[1.0, 2.0]> : tensor<2xf32>) : tensor<2xf32>
ml_program.global private mutable @state(dense<0.0> : tensor<2xf32>) : tensor<2xf32>
ml_program.global private mutable @loaded(dense<0.0> : tensor<2xf32>) : tensor<2xf32>
ml_program.global private mutable @step : tensor<i64>
memref.global "private" constant @table : memref<2xf32> = dense<[1.0, 2.0]>
memref.global "private" constant @zeros : memref<2xf32> = dense<0.0>
memref.global "private" @buffer : memref<2xf32> = uninitialized
memref.global "private" @weights : memref<2xf32> = uninitialized
func.func private @fill(memref<2xf32>)
func.func @globals() {
  // expected-remark @+1 {{result: weight 'fixed'}}
  %0 = ml_program.global_load_const @fixed : tensor<2xf32>
  ml_program.global_store @state = %0 : tensor<2xf32>
  // expected-remark @+1 {{result: activation}}
  %1 = ml_program.global_load @state : tensor<2xf32>
  // expected-remark @+1 {{result: weight 'loaded'}}
  %2 = ml_program.global_load @loaded : tensor<2xf32>
  // expected-remark @+1 {{result: activation}}
  %3 = ml_program.global_load @step : tensor<i64>
  // expected-remark @+1 {{result: weight 'table'}}
  %4 = memref.get_global @table : memref<2xf32>
  // expected-remark @+1 {{result: neutral}}
  %5 = memref.get_global @zeros : memref<2xf32>
  // expected-remark @+1 {{result: activation}}
  %6 = memref.get_global @buffer : memref<2xf32>
  call @fill(%6) : (memref<2xf32>) -> ()
  // expected-remark @+1 {{result: weight 'weights'}}
  %7 = memref.get_global @weights : memref<2xf32>
  return
}
