// RUN: onebit-opt %s --onebit-convert-decoder-to-linalg | FileCheck %s
// RUN: onebit-opt %s --pass-pipeline='builtin.module(func.func(onebit-convert-decoder-to-linalg))' | FileCheck %s
// RUN: onebit-opt %s --onebit-convert-decoder-to-linalg | mlir-opt -o /dev/null
// RUN: onebit-opt %s --onebit-convert-decoder-to-linalg -o %t.once
// RUN: onebit-opt %t.once --onebit-convert-decoder-to-linalg | diff %t.once -

// What it computes is compared with numpy in test/Execution; here is how.

// CHECK-DAG: #[[$X:.+]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d3)>
// CHECK-DAG: #[[$W:.+]] = affine_map<(d0, d1, d2, d3) -> (d2, d3)>
// CHECK-DAG: #[[$Y:.+]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
// CHECK-DAG: #[[$LAST:.+]] = affine_map<(d0, d1, d2) -> (d2)>
// CHECK-DAG: #[[$ALL:.+]] = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
// CHECK-DAG: #[[$KV:.+]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1 floordiv 2, d3, d4)>

#x = affine_map<(b, t, n, k) -> (b, t, k)>
#w = affine_map<(b, t, n, k) -> (n, k)>
#y = affine_map<(b, t, n, k) -> (b, t, n)>
#bias = affine_map<(b, t, n, k) -> (n)>

// CHECK-LABEL: @projection(
// CHECK-SAME: %[[X:.+]]: tensor<1x3x8xf32>, %[[W:.+]]: tensor<4x8xf32>
// CHECK: %[[ZERO:.+]] = arith.constant 0.0{{.*}} : f32
// CHECK: %[[START:.+]] = linalg.fill ins(%[[ZERO]]
// CHECK: %[[R:.+]] = linalg.generic {indexing_maps = [#[[$X]], #[[$W]], #[[$Y]]], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
// CHECK-SAME: ins(%[[X]], %[[W]] : {{.*}}) outs(%[[START]]
// CHECK: arith.mulf
// CHECK: arith.addf
// CHECK: return %[[R]]
func.func @projection(%x: tensor<1x3x8xf32>, %w: tensor<4x8xf32>) -> tensor<1x3x4xf32> {
  %0 = decoder.projection role(up) ins(%x, %w : tensor<1x3x8xf32>, tensor<4x8xf32>)
      maps [#x, #w, #y] -> tensor<1x3x4xf32>
  return %0 : tensor<1x3x4xf32>
}

// CHECK-LABEL: @projection_bias(
// CHECK-SAME: %[[B:[^:]+]]: tensor<4xf32>)
// CHECK-NOT: linalg.fill
// CHECK: %[[START:.+]] = linalg.generic {indexing_maps = [#[[$LAST]], #[[$ALL]]]
// CHECK-SAME: ins(%[[B]]
// CHECK: linalg.generic {{.*}} outs(%[[START]]
func.func @projection_bias(%x: tensor<1x3x8xf32>, %w: tensor<4x8xf32>, %b: tensor<4xf32>) -> tensor<1x3x4xf32> {
  %0 = decoder.projection role(up) ins(%x, %w : tensor<1x3x8xf32>, tensor<4x8xf32>)
      init(%b : tensor<4xf32>) maps [#x, #w, #y, #bias] -> tensor<1x3x4xf32>
  return %0 : tensor<1x3x4xf32>
}

// A partial sum is what the result starts as.
// CHECK-LABEL: @projection_partial_sum(
// CHECK-SAME: %[[S:[^:]+]]: tensor<1x3x4xf32>)
// CHECK-NEXT: linalg.generic {{.*}} outs(%[[S]]
func.func @projection_partial_sum(%x: tensor<1x3x8xf32>, %w: tensor<4x8xf32>, %s: tensor<1x3x4xf32>) -> tensor<1x3x4xf32> {
  %0 = decoder.projection role(up) ins(%x, %w : tensor<1x3x8xf32>, tensor<4x8xf32>)
      init(%s : tensor<1x3x4xf32>) maps [#x, #w, #y, #y] -> tensor<1x3x4xf32>
  return %0 : tensor<1x3x4xf32>
}

// Products add up in the type of the result.
// CHECK-LABEL: @attention_product_of_integers(
// CHECK: %[[A:.+]] = arith.extsi %{{.+}} : i8 to i32
// CHECK: %[[B:.+]] = arith.extsi %{{.+}} : i8 to i32
// CHECK: %[[M:.+]] = arith.muli %[[A]], %[[B]] : i32
// CHECK: arith.addi %{{.+}}, %[[M]] : i32
func.func @attention_product_of_integers(%q: tensor<1x3x8xi8>, %k: tensor<4x8xi8>) -> tensor<1x3x4xi32> {
  %0 = decoder.attention_product role(other) ins(%q, %k : tensor<1x3x8xi8>, tensor<4x8xi8>)
      maps [#x, #w, #y] -> tensor<1x3x4xi32>
  return %0 : tensor<1x3x4xi32>
}

// Key-value heads are read where they lie, nothing is repeated; no decomposition.
// CHECK-LABEL: @attention(
// CHECK-SAME: %[[Q:.+]]: tensor<1x4x1x16xf32>, %[[K:.+]]: tensor<1x2x9x16xf32>, %[[V:.+]]: tensor<1x2x9x16xf32>
// CHECK: linalg.generic {indexing_maps = [#{{.+}}, #[[$KV]], #{{.+}}]{{.*}} ins(%[[Q]], %[[K]]
// CHECK: linalg.generic {{.*}} outs(%{{.+}}, %{{.+}} : tensor<1x4x1xf32>, tensor<1x4x1xf64>)
// CHECK: arith.maximumf
// CHECK: linalg.generic {indexing_maps = [#{{.+}}, #[[$KV]], #{{.+}}]{{.*}} ins(%{{.+}}, %[[V]]
// CHECK: arith.divf
// CHECK-NOT: decoder.
func.func @attention(%q: tensor<1x4x1x16xf32>, %k: tensor<1x2x9x16xf32>, %v: tensor<1x2x9x16xf32>) -> tensor<1x4x1x16xf32> {
  %0 = decoder.attention %q, %k, %v {scale = 0.25} : tensor<1x4x1x16xf32>, tensor<1x2x9x16xf32>
  return %0 : tensor<1x4x1x16xf32>
}

// What is not asked for is not computed.
// CHECK-LABEL: @softmax_bare(
// CHECK-NOT: linalg.index
// CHECK-NOT: math.tanh
// CHECK-NOT: arith.mulf
// CHECK: arith.maximumf
// CHECK: math.exp
// CHECK: arith.addf
// CHECK: arith.divf
func.func @softmax_bare(%s: tensor<1x2x3x5xf32>) -> tensor<1x2x3x5xf32> {
  %0 = decoder.softmax %s : tensor<1x2x3x5xf32>
  return %0 : tensor<1x2x3x5xf32>
}

// CHECK-LABEL: @softmax_in_order(
// CHECK: arith.constant dense<[6.250000e-02, 3.906250e-03, 2.500000e-01]> : tensor<3xf32>
// CHECK: %[[SCALE:.+]] = arith.constant 2.5{{.*}}e-01 : f32
// CHECK: %[[SCALED:.+]] = arith.mulf %{{.+}}, %[[SCALE]]
// CHECK: %[[CAP:.+]] = arith.constant 3.0{{.*}} : f32
// CHECK: %[[D:.+]] = arith.divf %[[SCALED]], %[[CAP]]
// CHECK: %[[T:.+]] = math.tanh %[[D]]
// CHECK: %[[CAPPED:.+]] = arith.mulf %[[T]], %[[CAP]]
// CHECK: %[[BIASED:.+]] = arith.subf %[[CAPPED]]
// CHECK: %[[LATER:.+]] = arith.cmpi slt
// CHECK: %[[FAR:.+]] = arith.cmpi sge
// CHECK: %[[MASK:.+]] = arith.ori %[[LATER]], %[[FAR]]
// CHECK: arith.constant 0xFF800000 : f32
// CHECK: arith.select %[[MASK]], %{{.+}}, %[[BIASED]]
func.func @softmax_in_order(%s: tensor<1x3x1x9xf32>, %p: index) -> tensor<1x3x1x9xf32> {
  %0 = decoder.softmax %s at %p {scale = 0.25, softcap = 3.0, alibi = #decoder.alibi<press>, causal, window = 4} : tensor<1x3x1x9xf32>
  return %0 : tensor<1x3x1x9xf32>
}

// Without a position the first row is known, and keys are no ring.
// CHECK-LABEL: @softmax_last_rows(
// CHECK: arith.constant 6 : index
// CHECK-NOT: arith.remui
// CHECK: return
func.func @softmax_last_rows(%s: tensor<1x3x3x9xf32>) -> tensor<1x3x3x9xf32> {
  %0 = decoder.softmax %s {causal} : tensor<1x3x3x9xf32>
  return %0 : tensor<1x3x3x9xf32>
}

// CHECK-LABEL: @cache_append_one(
// CHECK-SAME: %[[ROW:.+]]: tensor<1x2x1x4xf32>, %[[CACHE:.+]]: tensor<1x2x9x4xf32>, %[[P:.+]]: index
// CHECK: %[[L:.+]] = arith.constant 9 : index
// CHECK: %[[SLOT:.+]] = arith.remui %[[P]], %[[L]]
// CHECK: tensor.insert_slice %[[ROW]] into %[[CACHE]][0, 0, %[[SLOT]], 0] [1, 2, 1, 4] [1, 1, 1, 1]
// CHECK-NOT: scf.for
// CHECK: return
func.func @cache_append_one(%x: tensor<1x2x1x4xf32>, %c: tensor<1x2x9x4xf32>, %p: index) -> tensor<1x2x9x4xf32> {
  %0 = decoder.cache_append %x into %c at %p : tensor<1x2x1x4xf32> into tensor<1x2x9x4xf32>
  return %0 : tensor<1x2x9x4xf32>
}

// CHECK-LABEL: @cache_append_rows(
// CHECK: scf.for
// CHECK: arith.remui
// CHECK: tensor.insert_slice
func.func @cache_append_rows(%x: tensor<1x2x3x4xf32>, %c: tensor<1x2x9x4xf32>, %p: index) -> tensor<1x2x9x4xf32> {
  %0 = decoder.cache_append %x into %c at %p : tensor<1x2x3x4xf32> into tensor<1x2x9x4xf32>
  return %0 : tensor<1x2x9x4xf32>
}

// CHECK-LABEL: @heads(
// CHECK: %[[S:.+]] = tensor.expand_shape {{.*}} output_shape [1, 3, 4, 16]
// CHECK: %[[H:.+]] = linalg.transpose ins(%[[S]] {{.*}} permutation = [0, 2, 1, 3]
// CHECK: %[[A:.+]] = linalg.generic {{.*}} ins(%[[H]]
// CHECK: %[[T:.+]] = linalg.transpose ins(%[[A]] {{.*}} permutation = [0, 2, 1, 3]
// CHECK: tensor.collapse_shape %[[T]]
func.func @heads(%x: tensor<1x3x64xf32>) -> tensor<1x3x64xf32> {
  %0 = decoder.split_heads %x : tensor<1x3x64xf32> -> tensor<1x4x3x16xf32>
  %1 = decoder.activation relu %0 : tensor<1x4x3x16xf32>
  %2 = decoder.merge_heads %1 : tensor<1x4x3x16xf32> -> tensor<1x3x64xf32>
  return %2 : tensor<1x3x64xf32>
}

// CHECK-LABEL: @split_qkv_concatenated(
// CHECK: tensor.extract_slice %{{.+}}[0, 0, 0] [1, 3, 64] [1, 1, 1]
// CHECK: tensor.extract_slice %{{.+}}[0, 0, 64] [1, 3, 32] [1, 1, 1]
// CHECK: tensor.extract_slice %{{.+}}[0, 0, 96] [1, 3, 32] [1, 1, 1]
func.func @split_qkv_concatenated(%x: tensor<1x3x128xf32>)
    -> (tensor<1x4x3x16xf32>, tensor<1x2x3x16xf32>, tensor<1x2x3x16xf32>) {
  %q, %k, %v = decoder.split_qkv concatenated %x : tensor<1x3x128xf32> -> tensor<1x4x3x16xf32>, tensor<1x2x3x16xf32>
  return %q, %k, %v : tensor<1x4x3x16xf32>, tensor<1x2x3x16xf32>, tensor<1x2x3x16xf32>
}

// CHECK-LABEL: @split_qkv_grouped(
// CHECK: tensor.expand_shape {{.*}} output_shape [1, 3, 2, 4, 16]
// CHECK: tensor.extract_slice %{{.+}}[0, 0, 0, 0, 0] [1, 3, 2, 2, 16]
// CHECK: tensor.extract_slice %{{.+}}[0, 0, 0, 2, 0] [1, 3, 2, 1, 16]
// CHECK: tensor.extract_slice %{{.+}}[0, 0, 0, 3, 0] [1, 3, 2, 1, 16]
func.func @split_qkv_grouped(%x: tensor<1x3x128xf32>)
    -> (tensor<1x4x3x16xf32>, tensor<1x2x3x16xf32>, tensor<1x2x3x16xf32>) {
  %q, %k, %v = decoder.split_qkv grouped %x : tensor<1x3x128xf32> -> tensor<1x4x3x16xf32>, tensor<1x2x3x16xf32>
  return %q, %k, %v : tensor<1x4x3x16xf32>, tensor<1x2x3x16xf32>, tensor<1x2x3x16xf32>
}

// CHECK-LABEL: @embedding(
// CHECK: %[[ROW:.+]] = arith.index_castui %{{.+}} : i32 to index
// CHECK: %[[COLUMN:.+]] = linalg.index 2
// CHECK: tensor.extract %{{.+}}[%[[ROW]], %[[COLUMN]]]
func.func @embedding(%ids: tensor<1x3xi32>, %table: tensor<100x8xf32>) -> tensor<1x3x8xf32> {
  %0 = decoder.embedding %table[%ids] : tensor<100x8xf32>, tensor<1x3xi32> -> tensor<1x3x8xf32>
  return %0 : tensor<1x3x8xf32>
}

// CHECK-LABEL: @position_embedding(
// CHECK: %[[FIRST:.+]] = arith.addi %{{.+}}, %{{.+}} : index
// CHECK: tensor.extract_slice %{{.+}}[%[[FIRST]], 0] [3, 8] [1, 1]
// CHECK: arith.addf
func.func @position_embedding(%x: tensor<1x3x8xf32>, %table: tensor<18x8xf32>, %p: index) -> tensor<1x3x8xf32> {
  %0 = decoder.position_embedding %x, %table at %p {offset = 2 : i64} : tensor<1x3x8xf32>, tensor<18x8xf32>
  return %0 : tensor<1x3x8xf32>
}

// The angles are computed once for all heads; the rest of the head passes.
// CHECK-LABEL: @rotary(
// CHECK-SAME: %[[X:.+]]: tensor<1x4x3x16xf32>
// CHECK: arith.constant dense<[1.000000e+00, 1.000000e-01, 0.00999999977, 1.000000e-03]>
// CHECK: math.cos
// CHECK: math.sin
// CHECK: linalg.yield %{{.+}} : f32, f32
// CHECK-NEXT: -> (tensor<3x4xf32>, tensor<3x4xf32>)
// CHECK: tensor.extract_slice %[[X]][0, 0, 0, 0] [1, 4, 3, 4] [1, 1, 1, 1]
// CHECK: tensor.extract_slice %[[X]][0, 0, 0, 4] [1, 4, 3, 4] [1, 1, 1, 1]
// CHECK: %[[H:.+]] = tensor.insert_slice %{{.+}} into %[[X]][0, 0, 0, 0]
// CHECK: tensor.insert_slice %{{.+}} into %[[H]][0, 0, 0, 4]
func.func @rotary(%x: tensor<1x4x3x16xf32>, %p: index) -> tensor<1x4x3x16xf32> {
  %0 = decoder.rotary %x at %p {rotary_dim = 8 : i64} : tensor<1x4x3x16xf32>
  return %0 : tensor<1x4x3x16xf32>
}

// CHECK-LABEL: @rotary_interleaved(
// CHECK: tensor.extract_slice %{{.+}}[0, 0, 0, 0] [1, 4, 3, 8] [1, 1, 1, 2]
// CHECK: tensor.extract_slice %{{.+}}[0, 0, 0, 1] [1, 4, 3, 8] [1, 1, 1, 2]
func.func @rotary_interleaved(%x: tensor<1x4x3x16xf32>, %p: index) -> tensor<1x4x3x16xf32> {
  %0 = decoder.rotary %x at %p {interleaved} : tensor<1x4x3x16xf32>
  return %0 : tensor<1x4x3x16xf32>
}

// CHECK-LABEL: @layer_norm(
// CHECK: arith.divf
// CHECK: arith.subf
// CHECK: math.sqrt
func.func @layer_norm(%x: tensor<1x3x8xf32>, %w: tensor<8xf32>) -> tensor<1x3x8xf32> {
  %0 = decoder.norm layer_norm %x weight(%w : tensor<8xf32>) : tensor<1x3x8xf32>
  return %0 : tensor<1x3x8xf32>
}

// Sixteen bits are computed in thirty-two, summed up in sixty-four, and rounded once.
// CHECK-LABEL: @rms_norm_half(
// CHECK-NOT: arith.subf
// CHECK: arith.extf %{{.+}} : f16 to f32
// CHECK: arith.addf %{{.+}} : f64
// CHECK: arith.truncf %{{.+}} : f64 to f32
// CHECK-NOT: arith.truncf
// CHECK: %[[E:.+]] = arith.constant 9.99999997E-7 : f32
// CHECK: math.sqrt %{{.+}} : f32
// CHECK: arith.truncf %{{.+}} : f32 to f16
// CHECK-NOT: arith.truncf
// CHECK: return
func.func @rms_norm_half(%x: tensor<3x8xf16>, %w: tensor<8xf32>) -> tensor<3x8xf16> {
  %0 = decoder.norm rms_norm %x weight(%w : tensor<8xf32>) {epsilon = 1.0e-6} : tensor<3x8xf16>
  return %0 : tensor<3x8xf16>
}

// CHECK-LABEL: @activations(
// CHECK: arith.maximumf
// CHECK: math.erf
// CHECK: math.tanh
// CHECK: math.exp
func.func @activations(%x: tensor<8xf32>) -> tensor<8xf32> {
  %0 = decoder.activation relu2 %x : tensor<8xf32>
  %1 = decoder.activation gelu %0 : tensor<8xf32>
  %2 = decoder.activation gelu_tanh %1 : tensor<8xf32>
  %3 = decoder.gated_activation silu %2, %x : tensor<8xf32>
  return %3 : tensor<8xf32>
}

// CHECK-LABEL: @weights(
// CHECK-NEXT: %[[W:.+]] = arith.constant dense<[5.0{{.*}}e-01, 1.0{{.*}}]> : tensor<2xf32>
// CHECK-NEXT: return %[[W]]
func.func @weights() -> tensor<2xf32> {
  %unused = decoder.weight "unused" : tensor<4x4xf32>
  %w = decoder.weight "w" = dense<[0.5, 1.0]> : tensor<2xf32> : tensor<2xf32>
  return %w : tensor<2xf32>
}

// CHECK-LABEL: @no_elements(
// CHECK-NEXT: %[[E:.+]] = tensor.empty() : tensor<1x0x2x4xf32>
// CHECK-NEXT: return %[[E]]
func.func @no_elements(%x: tensor<1x0x2x4xf32>, %p: index) -> tensor<1x0x2x4xf32> {
  %0 = decoder.rotary %x at %p : tensor<1x0x2x4xf32>
  return %0 : tensor<1x0x2x4xf32>
}

// Tools that do not know the dialect can read the result.
// CHECK-LABEL: @marks(
// CHECK-SAME: %{{.+}}: tensor<4xf32>, %{{.+}}: tensor<4xf32>)
func.func @marks(%w: tensor<4xf32> {decoder.weight = "w"}, %c: tensor<4xf32> {decoder.cache}) -> tensor<4xf32> {
  %0 = decoder.activation relu %w : tensor<4xf32>
  return %0 : tensor<4xf32>
}

// What loops compute is counted beside them and computed by them.
// CHECK-LABEL: func.func @keep
// CHECK-NOT: decoder.
func.func @keep(%x: tensor<2x8xf32>) {
  decoder.keep %x : tensor<2x8xf32>
  return
}
