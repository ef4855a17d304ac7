// Every op, type and attribute, in every way to write it, survives text, the
// generic form and bytecode.
//
// RUN: onebit-opt %s --verify-roundtrip | FileCheck %s
// RUN: onebit-opt %s --mlir-print-op-generic | onebit-opt | FileCheck %s
// RUN: onebit-opt %s --emit-bytecode | onebit-opt | FileCheck %s
// RUN: onebit-opt %s --mlir-print-op-generic | FileCheck %s --check-prefix=GENERIC

#x = affine_map<(b, t, n, k) -> (b, t, k)>
#w = affine_map<(b, t, n, k) -> (n, k)>
#y = affine_map<(b, t, n, k) -> (b, t, n)>

#acc = affine_map<(b, t, n, g) -> (b, t, n, g)>
#token = affine_map<(b, t, n, g) -> (b, t)>
#group = affine_map<(b, t, n, g) -> (n, g)>
#none = affine_map<(b, t, n, g) -> ()>
#out = affine_map<(b, t, n, g) -> (b, t, n)>
#bias = affine_map<(b, t, n, g) -> (n)>

// CHECK-DAG: #[[$X:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d3)>
// CHECK-DAG: #[[$W:.*]] = affine_map<(d0, d1, d2, d3) -> (d2, d3)>
// CHECK-DAG: #[[$Y:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
// CHECK-DAG: #[[$ACC:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
// CHECK-DAG: #[[$TOKEN:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1)>
// CHECK-DAG: #[[$NONE:.*]] = affine_map<(d0, d1, d2, d3) -> ()>
// CHECK-DAG: #[[$BIAS:.*]] = affine_map<(d0, d1, d2, d3) -> (d2)>

// Both types are elements of tensors and memrefs.
// CHECK-LABEL: func.func private @types
// CHECK-SAME: (!ternary.bit, !ternary.trit, tensor<4x!ternary.bit>, tensor<?x!ternary.trit>, tensor<*x!ternary.trit>, memref<2x2x!ternary.trit>)
func.func private @types(!ternary.bit, !ternary.trit, tensor<4x!ternary.bit>,
  tensor<?x!ternary.trit>, tensor<*x!ternary.trit>, memref<2x2x!ternary.trit>)

// CHECK-LABEL: func.func private @attributes
// CHECK-SAME: attrs = [#ternary.scheme<b1>, #ternary.scheme<b1_58>, #ternary.granularity<per_token>, #ternary.granularity<per_tensor>, #ternary.group<size = 128, dim = 1>, #ternary.group<size = 1, dim = 0>]
func.func private @attributes() attributes {attrs = [
  #ternary.scheme<b1>, #ternary.scheme<b1_58>, #ternary.granularity<per_token>,
  #ternary.granularity<per_tensor>, #ternary.group<size = 128, dim = 1>,
  #ternary.group<dim = 0, size = 1>]}

// CHECK-LABEL: func.func @quantize_weight
func.func @quantize_weight(%w: tensor<4x256xf32>, %v: tensor<6xbf16>) {
  // CHECK: ternary.quantize_weight b1 %{{.*}} : tensor<4x256xf32> -> tensor<4x256x!ternary.bit>, tensor<f32>
  %0, %s0 = ternary.quantize_weight b1 %w : tensor<4x256xf32> -> tensor<4x256x!ternary.bit>, tensor<f32>
  // CHECK: ternary.quantize_weight b1_58 %{{.*}} : tensor<4x256xf32> -> tensor<4x256x!ternary.trit>, tensor<f32>
  %1, %s1 = ternary.quantize_weight b1_58 %w : tensor<4x256xf32> -> tensor<4x256x!ternary.trit>, tensor<f32>
  // CHECK: ternary.quantize_weight b1_58 %{{.*}} group <size = 128, dim = 1> {note} : tensor<4x256xf32> -> tensor<4x256x!ternary.trit>, tensor<4x2xf32>
  // GENERIC: "ternary.quantize_weight"(%{{.*}}) <{group = #ternary.group<size = 128, dim = 1>, scheme = #ternary.scheme<b1_58>}> {note}
  %2, %s2 = ternary.quantize_weight b1_58 %w group <size = 128, dim = 1> {note}
      : tensor<4x256xf32> -> tensor<4x256x!ternary.trit>, tensor<4x2xf32>
  // A group that is all of a dimension.
  // CHECK: ternary.quantize_weight b1 %{{.*}} group <size = 6, dim = 0> : tensor<6xbf16> -> tensor<6x!ternary.bit>, tensor<1xbf16>
  %3, %s3 = ternary.quantize_weight b1 %v group <size = 6, dim = 0>
      : tensor<6xbf16> -> tensor<6x!ternary.bit>, tensor<1xbf16>
  return
}

// CHECK-LABEL: func.func @quantize_activation
func.func @quantize_activation(%x: tensor<1x3x256xf32>, %y: tensor<f16>) {
  // CHECK: ternary.quantize_activation per_token %{{.*}} over [2] bits 8 : tensor<1x3x256xf32> -> tensor<1x3x256xi8>, tensor<1x3xf32>
  // GENERIC: "ternary.quantize_activation"(%{{.*}}) <{bits = 8 : i64, granularity = #ternary.granularity<per_token>, reduction_dims = array<i64: 2>, scheme = #ternary.activation_scheme<released>}>
  %0, %s0 = ternary.quantize_activation per_token %x over [2] bits 8
      : tensor<1x3x256xf32> -> tensor<1x3x256xi8>, tensor<1x3xf32>
  // CHECK: ternary.quantize_activation per_token %{{.*}} over [0, 2] bits 2 : tensor<1x3x256xf32> -> tensor<1x3x256xi8>, tensor<3xf32>
  %1, %s1 = ternary.quantize_activation per_token %x over [0, 2] bits 2
      : tensor<1x3x256xf32> -> tensor<1x3x256xi8>, tensor<3xf32>
  // CHECK: ternary.quantize_activation per_tensor %{{.*}} over [1, 2] bits 4 : tensor<1x3x256xf32> -> tensor<1x3x256xi8>, tensor<f32>
  %2, %s2 = ternary.quantize_activation per_tensor %x over [1, 2] bits 4
      : tensor<1x3x256xf32> -> tensor<1x3x256xi8>, tensor<f32>
  // CHECK: ternary.quantize_activation per_tensor %{{.*}} over [] bits 8 : tensor<f16> -> tensor<i8>, tensor<f16>
  %3, %s3 = ternary.quantize_activation per_tensor %y over [] bits 8 : tensor<f16> -> tensor<i8>, tensor<f16>
  return
}

// A scale for each group, along the last dimension or another.
// CHECK-LABEL: func.func @quantize_activation_groups
func.func @quantize_activation_groups(%x: tensor<1x3x256xf32>, %y: tensor<6x5xbf16>) {
  // CHECK: ternary.quantize_activation per_token %{{.*}} over [2] bits 8 group <size = 128, dim = 2> : tensor<1x3x256xf32> -> tensor<1x3x256xi8>, tensor<1x3x2xf32>
  // GENERIC: "ternary.quantize_activation"(%{{.*}}) <{bits = 8 : i64, granularity = #ternary.granularity<per_token>, group = #ternary.group<size = 128, dim = 2>, reduction_dims = array<i64: 2>, scheme = #ternary.activation_scheme<released>}>
  %0, %s0 = ternary.quantize_activation per_token %x over [2] bits 8 group <size = 128, dim = 2>
      : tensor<1x3x256xf32> -> tensor<1x3x256xi8>, tensor<1x3x2xf32>
  // CHECK: ternary.quantize_activation per_token %{{.*}} over [0] bits 4 group <size = 3, dim = 0> scheme<paper_eta> {note} : tensor<6x5xbf16> -> tensor<6x5xi8>, tensor<2x5xbf16>
  %1, %s1 = ternary.quantize_activation per_token %y over [0] bits 4 group <size = 3, dim = 0> scheme<paper_eta> {note}
      : tensor<6x5xbf16> -> tensor<6x5xi8>, tensor<2x5xbf16>
  return
}

// CHECK-LABEL: func.func @matmul
func.func @matmul(%x: tensor<1x3x8xi8>, %w: tensor<32x8x!ternary.trit>, %b: tensor<32x8x!ternary.bit>) {
  // CHECK: ternary.matmul role(other) ins(%{{.*}}, %{{.*}} : tensor<1x3x8xi8>, tensor<32x8x!ternary.bit>) maps [#[[$X]], #[[$W]], #[[$Y]]] -> tensor<1x3x32xi32>
  %0 = ternary.matmul role(other) ins(%x, %b : tensor<1x3x8xi8>, tensor<32x8x!ternary.bit>)
      maps [#x, #w, #y] -> tensor<1x3x32xi32>
  // CHECK: ternary.matmul "mlp.up_proj" role(up) layer(7) ins(%{{.*}}, %{{.*}} : tensor<1x3x8xi8>, tensor<32x8x!ternary.trit>) maps [#[[$X]], #[[$W]], #[[$Y]]] -> tensor<1x3x32xi32> {note}
  // GENERIC: "ternary.matmul"(%{{.*}}, %{{.*}}) <{indexing_maps = [{{.*}}], layer = 7 : i64, product_name = "mlp.up_proj", role = #decoder.role<up>}> {note}
  %1 = ternary.matmul "mlp.up_proj" role(up) layer(7)
      ins(%x, %w : tensor<1x3x8xi8>, tensor<32x8x!ternary.trit>)
      maps [#x, #w, #y] -> tensor<1x3x32xi32> {note}
  return
}

// CHECK-LABEL: func.func @dequantize
func.func @dequantize(%a: tensor<1x3x32x2xi32>, %c: tensor<1x3x32xi32>, %x: tensor<1x3xf32>,
                      %w: tensor<32x2xf32>, %s: tensor<f32>, %b: tensor<32xf16>) {
  // The groups of the weight are summed.
  // CHECK: ternary.dequantize %{{.*}} scales(%{{.*}}, %{{.*}} : tensor<1x3xf32>, tensor<32x2xf32>) bias(%{{.*}} : tensor<32xf16>) maps [#[[$ACC]], #[[$TOKEN]], #[[$W]], #[[$Y]], #[[$BIAS]]] : tensor<1x3x32x2xi32> -> tensor<1x3x32xf32>
  %0 = ternary.dequantize %a scales(%x, %w : tensor<1x3xf32>, tensor<32x2xf32>) bias(%b : tensor<32xf16>)
      maps [#acc, #token, #group, #out, #bias] : tensor<1x3x32x2xi32> -> tensor<1x3x32xf32>
  // CHECK: ternary.dequantize %{{.*}} scales(%{{.*}}, %{{.*}} : tensor<1x3xf32>, tensor<f32>) maps [#[[$Y]], #[[$TOKEN]], #[[$NONE]], #[[$Y]]] {note} : tensor<1x3x32xi32> -> tensor<1x3x32xbf16>
  %1 = ternary.dequantize %c scales(%x, %s : tensor<1x3xf32>, tensor<f32>)
      maps [#out, #token, #none, #out] {note} : tensor<1x3x32xi32> -> tensor<1x3x32xbf16>
  return
}

// CHECK-LABEL: @weight
func.func @weight() -> (tensor<4x3x!ternary.trit>, tensor<f32>, tensor<7x!ternary.bit>, tensor<f16>) {
  // CHECK: %{{.+}}, %{{.+}} = ternary.weight "w" packing(hf) = dense<[89, 6, -92]> : tensor<3xi8> scale = dense<2.500000e-01> : tensor<f32> -> tensor<4x3x!ternary.trit>, tensor<f32>
  // GENERIC: "ternary.weight"() <{bytes = dense<[89, 6, -92]> : tensor<3xi8>, name = "w", packing = #ternary.packing<hf>, scale_value = dense<2.500000e-01> : tensor<f32>}> : () -> (tensor<4x3x!ternary.trit>, tensor<f32>)
  %0, %1 = ternary.weight "w" packing(hf) = dense<[89, 6, -92]> : tensor<3xi8> scale = dense<0.25> : tensor<f32> -> tensor<4x3x!ternary.trit>, tensor<f32>
  // CHECK: ternary.weight "b" packing(b1) = dense<5> : tensor<1xi8>
  %2, %3 = ternary.weight "b" packing(b1) = dense<5> : tensor<1xi8> scale = dense<0.25> : tensor<f16> {note} -> tensor<7x!ternary.bit>, tensor<f16>
  return %0, %1, %2, %3 : tensor<4x3x!ternary.trit>, tensor<f32>, tensor<7x!ternary.bit>, tensor<f16>
}

// Bytes in a resource, scales of groups, and what quantizing made of it.
// CHECK-LABEL: @weight_groups
func.func @weight_groups() -> (tensor<2x10x!ternary.trit>, tensor<2x2xf32>) {
  // CHECK: ternary.weight "w" packing(base3) = dense_resource<bytes> : tensor<4xi8> scale = dense<2.500000e-01> : tensor<2x2xf32> group <size = 5, dim = 1> quantization <scheme = b1_58, relative_error = 5.000000e-01 : f64, zeros = 3, scale = 2.500000e-01 : f64, bytes_before = 80> -> tensor<2x10x!ternary.trit>, tensor<2x2xf32>
  %0, %1 = ternary.weight "w" packing(base3) = dense_resource<bytes> : tensor<4xi8> scale = dense<0.25> : tensor<2x2xf32> group <size = 5, dim = 1>
      quantization <scheme = b1_58, relative_error = 0.5 : f64, zeros = 3, scale = 0.25 : f64, bytes_before = 80> -> tensor<2x10x!ternary.trit>, tensor<2x2xf32>
  return %0, %1 : tensor<2x10x!ternary.trit>, tensor<2x2xf32>
}

// CHECK-LABEL: @activation_schemes
func.func @activation_schemes(%x: tensor<3x8xf32>) {
  // CHECK: ternary.quantize_activation per_token %{{.*}} over [1] bits 8 : tensor<3x8xf32> -> tensor<3x8xi8>, tensor<3xf32>
  %0, %1 = ternary.quantize_activation per_token %x over [1] bits 8 scheme<released> : tensor<3x8xf32> -> tensor<3x8xi8>, tensor<3xf32>
  // CHECK: ternary.quantize_activation per_token %{{.*}} over [1] bits 8 scheme<paper> : tensor<3x8xf32> -> tensor<3x8xi8>, tensor<3xf32>
  %2, %3 = ternary.quantize_activation per_token %x over [1] bits 8 scheme<paper> : tensor<3x8xf32> -> tensor<3x8xi8>, tensor<3xf32>
  return
}

// CHECK-LABEL: @dequantize_weight
func.func @dequantize_weight(%w: tensor<4x8x!ternary.trit>, %s: tensor<f32>, %b: tensor<4x8x!ternary.bit>, %g: tensor<4x2xf32>) {
  // CHECK: ternary.dequantize_weight %{{.*}}, %{{.*}} : tensor<4x8x!ternary.trit>, tensor<f32> -> tensor<4x8xf32>
  %0 = ternary.dequantize_weight %w, %s : tensor<4x8x!ternary.trit>, tensor<f32> -> tensor<4x8xf32>
  // CHECK: ternary.dequantize_weight %{{.*}}, %{{.*}} group <size = 4, dim = 1> : tensor<4x8x!ternary.bit>, tensor<4x2xf32> -> tensor<4x8xf32>
  %1 = ternary.dequantize_weight %b, %g group <size = 4, dim = 1> : tensor<4x8x!ternary.bit>, tensor<4x2xf32> -> tensor<4x8xf32>
  return
}

// CHECK-LABEL: @packed_matmul
func.func @packed_matmul(%x: tensor<2x3x130xi8>, %w: tensor<512xi8>, %y: tensor<2x3x4xi32>, %mx: memref<2x3x130xi8>, %mw: memref<512xi8>, %my: memref<2x3x4xi32>) -> tensor<2x3x4xi32> {
  // CHECK: ternary.packed_matmul ins(%{{.*}}, %{{.*}} : tensor<2x3x130xi8>, tensor<512xi8>) outs(%{{.*}} : tensor<2x3x4xi32>) {note} -> tensor<2x3x4xi32>
  %0 = ternary.packed_matmul ins(%x, %w : tensor<2x3x130xi8>, tensor<512xi8>) outs(%y : tensor<2x3x4xi32>) {note} -> tensor<2x3x4xi32>
  // CHECK: ternary.packed_matmul ins(%{{.*}}, %{{.*}} : memref<2x3x130xi8>, memref<512xi8>) outs(%{{.*}} : memref<2x3x4xi32>)
  ternary.packed_matmul ins(%mx, %mw : memref<2x3x130xi8>, memref<512xi8>) outs(%my : memref<2x3x4xi32>)
  return %0 : tensor<2x3x4xi32>
}

{-#
  dialect_resources: {
    builtin: {
      bytes: "0x0100000000010203"
    }
  }
#-}
