// Weights with values: quantized at compile time, or taken as they are.
//
// RUN: onebit-opt %s --split-input-file --onebit-quantize-projections | FileCheck %s
// RUN: onebit-opt %s --split-input-file --onebit-quantize-projections --onebit-quantize-projections | FileCheck %s
// RUN: onebit-opt %s --split-input-file --onebit-quantize-projections="scheme=b1" | FileCheck %s --check-prefix=B1
// RUN: onebit-opt %s --split-input-file --onebit-quantize-projections="recognize-ternary=false packing=base3" | FileCheck %s --check-prefix=QUANTIZE
// RUN: onebit-opt %s --split-input-file --onebit-quantize-projections="group-size=2 packing=tl2 scheme=b1.58-released" | FileCheck %s --check-prefix=GROUP

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>

// GROUP-DAG: #[[$XG:.+]] = affine_map<(d0, d1, d2, d3) -> (d0, d3, d2)>
// GROUP-DAG: #[[$WG:.+]] = affine_map<(d0, d1, d2, d3) -> (d1, d3, d2)>
// GROUP-DAG: #[[$YG:.+]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d3)>
// GROUP-DAG: #[[$ACC:.+]] = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
// GROUP-DAG: #[[$TOKEN:.+]] = affine_map<(d0, d1, d2) -> (d0)>
// GROUP-DAG: #[[$SCALE:.+]] = affine_map<(d0, d1, d2) -> (d1, d2)>
// GROUP-DAG: #[[$OUT:.+]] = affine_map<(d0, d1, d2) -> (d0, d1)>

// The mean of the magnitudes is 1, and that of the elements 0.5.
// CHECK: text = "1 projections were quantized to b1.58; a model
// B1: text = "1 projections were quantized to b1; a model
// GROUP: text = "1 projections were quantized to b1.58-released, a scale for each 2 weights; a model
// CHECK-LABEL: @weight
// B1-LABEL: @weight
// GROUP-LABEL: @weight
func.func @weight(%x: tensor<3x4xf32>) -> tensor<3x2xf32> {
  // CHECK-NOT: decoder.weight
  // CHECK: %[[W:.+]], %[[S:.+]] = ternary.weight "up.weight" packing(i2_s) = dense<[-107, 85, -107, -107, 85{{(, 85)+}}, -107{{(, 85)+}}]> : tensor<64xi8> scale = dense<1.000000e+00> : tensor<f32> quantization <scheme = b1_58, relative_error = {{0.58[0-9]+}} : f64, zeros = 4, scale = 1.000000e+00 : f64, bytes_before = 32> -> tensor<2x4x!ternary.trit>, tensor<f32>
  // CHECK: ternary.matmul role(up) ins(%{{.*}}, %[[W]] :
  // CHECK: ternary.dequantize %{{.*}} scales(%{{.*}}, %[[S]] :
  // B1: ternary.weight "up.weight" packing(b1) = dense<[9, 1]> : tensor<2xi8> scale = dense<1.000000e+00> : tensor<f32>
  // B1-SAME: scheme = b1, {{.*}}zeros = 0,
  // GROUP: %[[X8:.+]], %[[XS:.+]] = ternary.quantize_activation
  // GROUP: %[[W:.+]], %[[S:.+]] = ternary.weight "up.weight" packing(tl2) = {{.*}} scale = dense<{{\[\[}}1.250000e+00, 2.000000e+00], [7.500000e-01, 9.99999974E-6]]> : tensor<2x2xf32> group <size = 2, dim = 1>
  // GROUP-DAG: %[[XE:.+]] = tensor.expand_shape %[[X8]] {{\[\[}}0], [1, 2]] output_shape [3, 2, 2] : tensor<3x4xi8> into tensor<3x2x2xi8>
  // GROUP-DAG: %[[WE:.+]] = tensor.expand_shape %[[W]] {{\[\[}}0], [1, 2]] output_shape [2, 2, 2] : tensor<2x4x!ternary.trit> into tensor<2x2x2x!ternary.trit>
  // GROUP: %[[A:.+]] = ternary.matmul role(up) ins(%[[XE]], %[[WE]] : {{.*}}) maps [#[[$XG]], #[[$WG]], #[[$YG]]] -> tensor<3x2x2xi32>
  // GROUP: ternary.dequantize %[[A]] scales(%[[XS]], %[[S]] : tensor<3xf32>, tensor<2x2xf32>) maps [#[[$ACC]], #[[$TOKEN]], #[[$SCALE]], #[[$OUT]]] : tensor<3x2x2xi32> -> tensor<3x2xf32>
  %w = decoder.weight "up.weight" = dense<[[2.0, 0.5, 1.0, 3.0], [1.25, 0.25, 0.0, 0.0]]> : tensor<2x4xf32> : tensor<2x4xf32>
  %0 = decoder.projection role(up) ins(%x, %w : tensor<3x4xf32>, tensor<2x4xf32>) maps [#x, #w, #y] -> tensor<3x2xf32>
  return %0 : tensor<3x2xf32>
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>

// Ternary already: quantizing it again would take the mean for the scale.
// CHECK-LABEL: @recognized
// QUANTIZE-LABEL: @recognized
func.func @recognized(%x: tensor<3x4xf16>) -> tensor<3x2xf16> {
  // CHECK: ternary.weight "q_proj.weight" packing(i2_s) = {{.*}} scale = dense<2.500000e-01> : tensor<f16> quantization <scheme = b1_58, relative_error = 0.000000e+00 : f64, zeros = 4, scale = 2.500000e-01 : f64, bytes_before = 16>
  // QUANTIZE: ternary.weight "q_proj.weight" packing(base3) = dense<[-116, -108]> : tensor<2xi8> scale = dense<1.250000e-01> : tensor<f16> quantization <scheme = b1_58, relative_error = 5.000000e-01 : f64, zeros = 4, scale = 1.250000e-01 : f64, bytes_before = 16>
  %w = arith.constant dense<[[0.25, 0.0, -0.25, 0.25], [-0.0, 0.0, 0.0, 0.25]]> : tensor<2x4xf16>
  %0 = decoder.projection "q_proj" role(q) ins(%x, %w : tensor<3x4xf16>, tensor<2x4xf16>) maps [#x, #w, #y] -> tensor<3x2xf16>
  return %0 : tensor<3x2xf16>
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>

// What the checkpoint has quantized is taken from behind its real numbers.
// CHECK: text = "1 projections have weights that were quantized before"
// CHECK-LABEL: @behind
func.func @behind(%x: tensor<3x4xf32>, %w: tensor<2x4x!ternary.trit>, %s: tensor<f32>) -> tensor<3x2xf32> {
  // CHECK-NOT: ternary.dequantize_weight
  // CHECK: ternary.matmul role(up) ins(%{{.*}}, %arg1 :
  // CHECK: scales(%{{.*}}, %arg2 :
  %0 = ternary.dequantize_weight %w, %s : tensor<2x4x!ternary.trit>, tensor<f32> -> tensor<2x4xf32>
  %1 = decoder.projection role(up) ins(%x, %0 : tensor<3x4xf32>, tensor<2x4xf32>) maps [#x, #w, #y] -> tensor<3x2xf32>
  return %1 : tensor<3x2xf32>
}

// -----

// What was quantized before it had a value; by that scheme, not by the option.
// CHECK-LABEL: @later
// B1-LABEL: @later
func.func @later() -> (tensor<1x4x!ternary.trit>, tensor<1x2xf32>) {
  // CHECK: ternary.weight "w" packing(i2_s) = {{.*}} scale = dense<{{\[\[}}1.250000e+00, 2.000000e+00]]> : tensor<1x2xf32> group <size = 2, dim = 1> quantization <scheme = b1_58_released,
  // B1: ternary.weight "w" packing(i2_s)
  %w = decoder.weight "w" = dense<[[2.0, 0.5, 1.0, 3.0]]> : tensor<1x4xf32> : tensor<1x4xf32>
  %0, %1 = ternary.quantize_weight b1_58_released %w group <size = 2, dim = 1> : tensor<1x4xf32> -> tensor<1x4x!ternary.trit>, tensor<1x2xf32>
  return %0, %1 : tensor<1x4x!ternary.trit>, tensor<1x2xf32>
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (k, n)>
#y = affine_map<(m, n, k) -> (m, n)>

// Groups of a weight that comes as an argument, and lies the other way.
// GROUP-LABEL: @argument
func.func @argument(%x: tensor<3x4xf32>, %w: tensor<4x2xf32>) -> tensor<3x2xf32> {
  // GROUP: %[[W:.+]], %[[S:.+]] = ternary.quantize_weight b1_58_released %arg1 group <size = 2, dim = 0> : tensor<4x2xf32> -> tensor<4x2x!ternary.trit>, tensor<2x2xf32>
  // GROUP: tensor.expand_shape %[[W]] {{\[\[}}0, 1], [2]] output_shape [2, 2, 2]
  // GROUP: ternary.dequantize
  %0 = decoder.projection role(up) ins(%x, %w : tensor<3x4xf32>, tensor<4x2xf32>) maps [#x, #w, #y] -> tensor<3x2xf32>
  return %0 : tensor<3x2xf32>
}
