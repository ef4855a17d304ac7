// Passes of a vector unit of 8 lanes, by the table of docs/microarchitecture.md,
// section 8. Both families that have one say the same.
//
// RUN: onebit-opt %s --onebit-tile-to-systolic=array=%S/Inputs/vector.json --onebit-annotate-cost=cost-model=onebit -o %t.mlir
// RUN: FileCheck %s --input-file=%t.mlir -D$FAMILY=onebit
// RUN: onebit-opt %s --onebit-tile-to-systolic=array=%S/Inputs/vector.json --onebit-annotate-cost=cost-model=cycle-stepped | FileCheck %s -D$FAMILY=cycle-stepped
//
// A family without one, and an array without one, say nothing; what was there goes.
// RUN: onebit-opt %t.mlir --onebit-annotate-cost | FileCheck %s --check-prefix=NONE --implicit-check-not=vector_cost
// RUN: onebit-opt %s --onebit-tile-to-systolic=array=4x4 --onebit-annotate-cost=cost-model=onebit | FileCheck %s --check-prefix=NONE --implicit-check-not=vector_cost
// NONE: decoder.softmax

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>

// The product that brings the array.
// CHECK-LABEL: func.func @product(
// CHECK-NOT:     vector_cost
func.func @product(%x: tensor<2x8xf32>, %w: tensor<4x8xf32>) -> tensor<2x4xf32> {
  %0 = decoder.projection role(q) ins(%x, %w : tensor<2x8xf32>, tensor<4x8xf32>) maps [#x, #w, #y] -> tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}

// Six rows of 20 take 3 + 3 cycles each, 120 elements 15.
// CHECK-LABEL: func.func @softmax(
// CHECK:         decoder.softmax {{.*}}systolic.vector_cost = #systolic.vector_cost<family = "[[$FAMILY]]", kind = softmax, passes = 3, elements = 360, reductions = 12, cycles = 87>
// CHECK:         decoder.softmax {{.*}}kind = softmax, passes = 4, elements = 480, reductions = 12, cycles = 102>
// CHECK:         decoder.softmax {{.*}}kind = softmax, passes = 5, elements = 600, reductions = 12, cycles = 117>
func.func @softmax(%s: tensor<1x3x2x20xf32>) -> tensor<1x3x2x20xf32> {
  %0 = decoder.softmax %s {causal, scale = 0.5, window = 4 : i64} : tensor<1x3x2x20xf32>
  %1 = decoder.softmax %0 {softcap = 3.0} : tensor<1x3x2x20xf32>
  %2 = decoder.softmax %1 {softcap = 3.0, alibi = #decoder.alibi<press>} : tensor<1x3x2x20xf32>
  return %2 : tensor<1x3x2x20xf32>
}

// Three rows of 12: 2 + 3 cycles each, 36 elements 5.
// CHECK-LABEL: func.func @norm(
// CHECK:         decoder.norm layer_norm {{.*}}kind = norm, passes = 4, elements = 144, reductions = 6, cycles = 40>
// CHECK:         decoder.norm layer_norm {{.*}}kind = norm, passes = 4, elements = 144, reductions = 6, cycles = 40>
// CHECK:         decoder.norm sub_ln {{.*}}kind = norm, passes = 3, elements = 108, reductions = 6, cycles = 35>
// CHECK:         decoder.norm rms_norm {{.*}}kind = norm, passes = 3, elements = 108, reductions = 3, cycles = 25>
// CHECK:         decoder.norm rms_norm {{.*}}kind = norm, passes = 2, elements = 72, reductions = 3, cycles = 20>
func.func @norm(%x: tensor<3x12xf32>, %w: tensor<12xf32>) -> tensor<3x12xf32> {
  %0 = decoder.norm layer_norm %x weight(%w : tensor<12xf32>) bias(%w : tensor<12xf32>) : tensor<3x12xf32>
  %1 = decoder.norm layer_norm %0 bias(%w : tensor<12xf32>) : tensor<3x12xf32>
  %2 = decoder.norm sub_ln %1 : tensor<3x12xf32>
  %3 = decoder.norm rms_norm %2 weight(%w : tensor<12xf32>) {unit_offset} : tensor<3x12xf32>
  %4 = decoder.norm rms_norm %3 : tensor<3x12xf32>
  return %4 : tensor<3x12xf32>
}

// Of 16 elements of a head 4 rotate.
// CHECK-LABEL: func.func @maps(
// CHECK:         decoder.activation relu2 {{.*}}kind = activation, passes = 1, elements = 96, cycles = 12>
// CHECK:         decoder.gated_activation {{.*}}kind = activation, passes = 2, elements = 192, cycles = 24>
// CHECK:         decoder.rotary {{.*}}kind = rotary, passes = 2, elements = 192, cycles = 24>
// CHECK:         decoder.rotary {{.*}}kind = rotary, passes = 2, elements = 48, cycles = 6>
// CHECK:         decoder.position_embedding {{.*}}kind = position, passes = 1, elements = 24, cycles = 3>
func.func @maps(%x: tensor<1x2x3x16xf32>, %t: tensor<1x3x8xf32>, %table: tensor<18x8xf32>, %p: index)
    -> (tensor<1x2x3x16xf32>, tensor<1x3x8xf32>) {
  %0 = decoder.activation relu2 %x : tensor<1x2x3x16xf32>
  %1 = decoder.gated_activation silu %0, %x : tensor<1x2x3x16xf32>
  %2 = decoder.rotary %1 at %p : tensor<1x2x3x16xf32>
  %3 = decoder.rotary %2 at %p {rotary_dim = 4 : i64} : tensor<1x2x3x16xf32>
  %4 = decoder.position_embedding %t, %table at %p : tensor<1x3x8xf32>, tensor<18x8xf32>
  return %3, %4 : tensor<1x2x3x16xf32>, tensor<1x3x8xf32>
}

// Three tokens of 20, or one of 60, or twelve groups of 5: 8 + 3 cycles, of a group 1 + 3.
// Weights are quantized before.
// CHECK-LABEL: func.func @quantization(
// CHECK:         ternary.quantize_activation per_token {{.*}}kind = quantization, passes = 2, elements = 120, reductions = 3, cycles = 26>
// CHECK:         ternary.quantize_activation per_tensor {{.*}}kind = quantization, passes = 2, elements = 120, reductions = 1, cycles = 19>
// CHECK:         ternary.quantize_activation per_token {{.*}} group {{.*}}kind = quantization, passes = 2, elements = 120, reductions = 12, cycles = 56>
// CHECK:         ternary.quantize_weight
// CHECK-NOT:     vector_cost
// CHECK:         return
func.func @quantization(%x: tensor<3x20xf32>, %w: tensor<4x20xf32>)
    -> (tensor<3x20xi8>, tensor<3xf32>, tensor<3x20xi8>, tensor<f32>, tensor<3x20xi8>, tensor<3x4xf32>, tensor<4x20x!ternary.trit>, tensor<f32>) {
  %q, %s = ternary.quantize_activation per_token %x over [1] bits 8 : tensor<3x20xf32> -> tensor<3x20xi8>, tensor<3xf32>
  %q1, %s1 = ternary.quantize_activation per_tensor %x over [] bits 8 : tensor<3x20xf32> -> tensor<3x20xi8>, tensor<f32>
  %q2, %s2 = ternary.quantize_activation per_token %x over [1] bits 8 group <size = 5, dim = 1> : tensor<3x20xf32> -> tensor<3x20xi8>, tensor<3x4xf32>
  %v, %t = ternary.quantize_weight b1_58 %w : tensor<4x20xf32> -> tensor<4x20x!ternary.trit>, tensor<f32>
  return %q, %s, %q1, %s1, %q2, %s2, %v, %t : tensor<3x20xi8>, tensor<3xf32>, tensor<3x20xi8>, tensor<f32>, tensor<3x20xi8>, tensor<3x4xf32>, tensor<4x20x!ternary.trit>, tensor<f32>
}

#acc = affine_map<(t, n, g) -> (t, n, g)>
#out = affine_map<(t, n, g) -> (t, n)>
#token = affine_map<(t, n, g) -> (t)>
#groups = affine_map<(t, n, g) -> (n, g)>
#tokenGroups = affine_map<(t, n, g) -> (t, g)>
#one = affine_map<(t, n, g) -> ()>
#acc2 = affine_map<(t, n) -> (t, n)>
#token2 = affine_map<(t, n) -> (t)>
#one2 = affine_map<(t, n) -> ()>

// 30 sums in 5 groups are 6 results. Where activations have groups, too, the second pass
// is over the sums, or, with one scale of the weight, the first.
// CHECK-LABEL: func.func @dequantization(
// CHECK:         ternary.dequantize {{.*}}kind = dequantization, passes = 2, elements = 36, cycles = 5>
// CHECK:         ternary.dequantize {{.*}}kind = dequantization, passes = 1, elements = 6, cycles = 1>
// CHECK:         ternary.dequantize {{.*}}kind = dequantization, passes = 2, elements = 60, cycles = 8>
// CHECK:         ternary.dequantize {{.*}}kind = dequantization, passes = 2, elements = 36, cycles = 5>
func.func @dequantization(%a: tensor<3x2x5xi32>, %x: tensor<3xf32>, %w: tensor<2x5xf32>, %b: tensor<3x2xi32>, %o: tensor<f32>, %xg: tensor<3x5xf32>)
    -> (tensor<3x2xf32>, tensor<3x2xf32>, tensor<3x2xf32>, tensor<3x2xf32>) {
  %0 = ternary.dequantize %a scales(%x, %w : tensor<3xf32>, tensor<2x5xf32>) maps [#acc, #token, #groups, #out] : tensor<3x2x5xi32> -> tensor<3x2xf32>
  %1 = ternary.dequantize %b scales(%x, %o : tensor<3xf32>, tensor<f32>) maps [#acc2, #token2, #one2, #acc2] : tensor<3x2xi32> -> tensor<3x2xf32>
  %2 = ternary.dequantize %a scales(%xg, %w : tensor<3x5xf32>, tensor<2x5xf32>) maps [#acc, #tokenGroups, #groups, #out] : tensor<3x2x5xi32> -> tensor<3x2xf32>
  %3 = ternary.dequantize %a scales(%xg, %o : tensor<3x5xf32>, tensor<f32>) maps [#acc, #tokenGroups, #one, #out] : tensor<3x2x5xi32> -> tensor<3x2xf32>
  return %0, %1, %2, %3 : tensor<3x2xf32>, tensor<3x2xf32>, tensor<3x2xf32>, tensor<3x2xf32>
}

// CHECK-LABEL: func.func @moves(
// CHECK-NOT:     vector_cost
// CHECK:         return
func.func @moves(%x: tensor<1x3x64xf32>, %ids: tensor<1x3xi64>, %table: tensor<100x64xf32>, %c: tensor<1x4x9x16xf32>, %p: index)
    -> (tensor<1x3x64xf32>, tensor<1x4x9x16xf32>, tensor<1x3x64xf32>, tensor<64x3xf32>, tensor<1x1x3x64xf32>, tensor<192xf32>) {
  %0 = decoder.split_heads %x : tensor<1x3x64xf32> -> tensor<1x4x3x16xf32>
  %1 = decoder.cache_append %0 into %c at %p : tensor<1x4x3x16xf32> into tensor<1x4x9x16xf32>
  %2 = decoder.merge_heads %0 : tensor<1x4x3x16xf32> -> tensor<1x3x64xf32>
  %3 = decoder.embedding %table[%ids] : tensor<100x64xf32>, tensor<1x3xi64> -> tensor<1x3x64xf32>
  %4 = tensor.collapse_shape %x [[0, 1], [2]] : tensor<1x3x64xf32> into tensor<3x64xf32>
  %5 = tensor.empty() : tensor<64x3xf32>
  %6 = linalg.transpose ins(%4 : tensor<3x64xf32>) outs(%5 : tensor<64x3xf32>) permutation = [1, 0]
  %zero = arith.constant 0.0 : f32
  %7 = tensor.empty() : tensor<1x1x3x64xf32>
  %8 = linalg.fill ins(%zero : f32) outs(%7 : tensor<1x1x3x64xf32>) -> tensor<1x1x3x64xf32>
  %shape = tosa.const_shape {values = dense<[192]> : tensor<1xindex>} : () -> !tosa.shape<1>
  %9 = tosa.reshape %x, %shape : (tensor<1x3x64xf32>, !tosa.shape<1>) -> tensor<192xf32>
  return %2, %1, %3, %6, %8, %9 : tensor<1x3x64xf32>, tensor<1x4x9x16xf32>, tensor<1x3x64xf32>, tensor<64x3xf32>, tensor<1x1x3x64xf32>, tensor<192xf32>
}

#id = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>

// Of other frontends.
// CHECK-LABEL: func.func @elementwise(
// CHECK:         arith.addf {{.*}}kind = elementwise, passes = 1, elements = 60, cycles = 8>
// CHECK:         math.exp {{.*}}kind = elementwise, passes = 1, elements = 60, cycles = 8>
// CHECK:         linalg.generic {{.*}}kind = elementwise, passes = 1, elements = 60, cycles = 8>
// CHECK:         linalg.mul {{.*}}kind = elementwise, passes = 1, elements = 60, cycles = 8>
// CHECK:         tosa.sigmoid {{.*}}kind = elementwise, passes = 1, elements = 60, cycles = 8>
// CHECK:         tosa.mul {{.*}}kind = elementwise, passes = 1, elements = 60, cycles = 8>
func.func @elementwise(%x: tensor<3x20xf32>) -> tensor<3x20xf32> {
  %0 = arith.addf %x, %x : tensor<3x20xf32>
  %1 = math.exp %0 : tensor<3x20xf32>
  %e = tensor.empty() : tensor<3x20xf32>
  %2 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%1 : tensor<3x20xf32>) outs(%e : tensor<3x20xf32>) {
  ^bb0(%in: f32, %out: f32):
    %a = arith.mulf %in, %in : f32
    %b = arith.addf %a, %in : f32
    linalg.yield %b : f32
  } -> tensor<3x20xf32>
  %3 = linalg.mul ins(%2, %x : tensor<3x20xf32>, tensor<3x20xf32>) outs(%e : tensor<3x20xf32>) -> tensor<3x20xf32>
  %4 = tosa.sigmoid %3 : (tensor<3x20xf32>) -> tensor<3x20xf32>
  %shift = arith.constant dense<0> : tensor<1xi8>
  %5 = tosa.mul %4, %x, %shift : (tensor<3x20xf32>, tensor<3x20xf32>, tensor<1xi8>) -> tensor<3x20xf32>
  return %5 : tensor<3x20xf32>
}

// CHECK-LABEL: func.func @reductions(
// CHECK:         linalg.generic {{.*}}kind = reduction, passes = 1, elements = 60, reductions = 3, cycles = 18>
// CHECK:         tosa.reduce_max {{.*}}kind = reduction, passes = 1, elements = 60, reductions = 20, cycles = 60>
// CHECK:         linalg.softmax {{.*}}kind = softmax, passes = 3, elements = 180, reductions = 40, cycles = 128>
func.func @reductions(%x: tensor<3x20xf32>, %init: tensor<3xf32>) -> (tensor<3xf32>, tensor<1x20xf32>, tensor<3x20xf32>) {
  // A sum of squares is no product of matrices.
  %0 = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<3x20xf32>) outs(%init : tensor<3xf32>) {
  ^bb0(%in: f32, %out: f32):
    %a = arith.mulf %in, %in : f32
    %b = arith.addf %a, %out : f32
    linalg.yield %b : f32
  } -> tensor<3xf32>
  %1 = tosa.reduce_max %x {axis = 0 : i32} : (tensor<3x20xf32>) -> tensor<1x20xf32>
  %e = tensor.empty() : tensor<3x20xf32>
  %2 = linalg.softmax dimension(0) ins(%x : tensor<3x20xf32>) outs(%e : tensor<3x20xf32>) -> tensor<3x20xf32>
  return %0, %1, %2 : tensor<3xf32>, tensor<1x20xf32>, tensor<3x20xf32>
}

// What is not known is never 0.
// CHECK-LABEL: func.func @unknown(
// CHECK:         linalg.matmul {systolic.vector_cost = #systolic.vector_cost<family = "[[$FAMILY]]", kind = unknown>}
// CHECK:         decoder.attention {{.*}}kind = unknown>
// CHECK:         linalg.generic {{.*}}kind = unknown>
// CHECK:         scf.for
// CHECK-NOT:     vector_cost
// CHECK:         } {systolic.vector_cost = #systolic.vector_cost<family = "[[$FAMILY]]", kind = unknown>}
func.func @unknown(%x: tensor<4x4xf32>, %q: tensor<1x2x1x4xf32>, %d: tensor<?x20xf32>)
    -> (tensor<4x4xf32>, tensor<1x2x1x4xf32>, tensor<?x20xf32>, tensor<4x4xf32>) {
  %0 = linalg.matmul ins(%x, %x : tensor<4x4xf32>, tensor<4x4xf32>) outs(%x : tensor<4x4xf32>) -> tensor<4x4xf32>
  %1 = decoder.attention %q, %q, %q : tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>
  %2 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%d : tensor<?x20xf32>) outs(%d : tensor<?x20xf32>) {
  ^bb0(%in: f32, %out: f32):
    %a = arith.mulf %in, %in : f32
    linalg.yield %a : f32
  } -> tensor<?x20xf32>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %3 = scf.for %i = %c0 to %c4 step %c1 iter_args(%t = %x) -> tensor<4x4xf32> {
    %e = tensor.extract %t[%i, %c0] : tensor<4x4xf32>
    %f = arith.mulf %e, %e : f32
    %g = tensor.insert %f into %t[%i, %c1] : tensor<4x4xf32>
    scf.yield %g : tensor<4x4xf32>
  }
  return %0, %1, %2, %3 : tensor<4x4xf32>, tensor<1x2x1x4xf32>, tensor<?x20xf32>, tensor<4x4xf32>
}
