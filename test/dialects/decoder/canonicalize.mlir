// Folds of the dialect.
//
// RUN: onebit-opt %s --canonicalize | FileCheck %s

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#bias = affine_map<(m, n, k) -> (n)>

// CHECK-LABEL: func.func @zero_init
func.func @zero_init(%x: tensor<3x4xf32>, %w: tensor<5x4xf32>) -> (tensor<3x5xf32>, tensor<3x5xf32>, tensor<3x5xf32>) {
  %zero = arith.constant dense<0.0> : tensor<5xf32>
  %minus = arith.constant dense<-0.0> : tensor<3x5xf32>
  %one = arith.constant dense<[0.0, 0.0, 0.0, 0.0, 1.0]> : tensor<5xf32>
  // CHECK: %[[ONE:.*]] = arith.constant dense<[0.0{{.*}}1.0{{.*}}]> : tensor<5xf32>
  // CHECK: decoder.projection "a" role(up) layer(2) ins(%{{.*}}, %{{.*}} : tensor<3x4xf32>, tensor<5x4xf32>)
  // CHECK-SAME: maps [#{{[^,]*}}, #{{[^,]*}}, #{{[^,]*}}] -> tensor<3x5xf32>
  %0 = decoder.projection "a" role(up) layer(2) ins(%x, %w : tensor<3x4xf32>, tensor<5x4xf32>)
      init(%zero : tensor<5xf32>) maps [#x, #w, #y, #bias] -> tensor<3x5xf32>
  // CHECK: decoder.attention_product role(scores) ins(%{{.*}}, %{{.*}} : tensor<3x4xf32>, tensor<5x4xf32>)
  // CHECK-SAME: maps [#{{[^,]*}}, #{{[^,]*}}, #{{[^,]*}}] -> tensor<3x5xf32>
  %1 = decoder.attention_product role(scores) ins(%x, %w : tensor<3x4xf32>, tensor<5x4xf32>)
      init(%minus : tensor<3x5xf32>) maps [#x, #w, #y, #y] -> tensor<3x5xf32>
  // CHECK: decoder.projection role(down)
  // CHECK-SAME: init(%[[ONE]] : tensor<5xf32>)
  %2 = decoder.projection role(down) ins(%x, %w : tensor<3x4xf32>, tensor<5x4xf32>)
      init(%one : tensor<5xf32>) maps [#x, #w, #y, #bias] -> tensor<3x5xf32>
  return %0, %1, %2 : tensor<3x5xf32>, tensor<3x5xf32>, tensor<3x5xf32>
}

// CHECK-LABEL: func.func @zero_init_of_integers
func.func @zero_init_of_integers(%x: tensor<3x4xi8>, %w: tensor<5x4xi8>) -> tensor<3x5xi32> {
  %zero = arith.constant dense<0> : tensor<3x5xi32>
  // CHECK-NOT: init
  %0 = decoder.projection role(up) ins(%x, %w : tensor<3x4xi8>, tensor<5x4xi8>)
      init(%zero : tensor<3x5xi32>) maps [#x, #w, #y, #y] -> tensor<3x5xi32>
  return %0 : tensor<3x5xi32>
}

// A weight stays a weight, whatever its value.
// CHECK-LABEL: func.func @named_bias
func.func @named_bias(%x: tensor<3x4xf32>, %w: tensor<5x4xf32>) -> tensor<3x5xf32> {
  %zero = decoder.weight "bias" = dense<0.0> : tensor<5xf32> : tensor<5xf32>
  // CHECK: init(
  %0 = decoder.projection role(up) ins(%x, %w : tensor<3x4xf32>, tensor<5x4xf32>)
      init(%zero : tensor<5xf32>) maps [#x, #w, #y, #bias] -> tensor<3x5xf32>
  return %0 : tensor<3x5xf32>
}

// The one row that is the last token sees every key.
// CHECK-LABEL: func.func @idle_masks
func.func @idle_masks(%q: tensor<1x4x1x16xf32>, %k: tensor<1x2x9x16xf32>, %s: tensor<1x4x3x9xf32>, %p: index)
    -> (tensor<1x4x1x16xf32>, tensor<1x4x1x16xf32>, tensor<1x4x3x9xf32>, tensor<1x4x3x9xf32>) {
  // CHECK: decoder.attention %{{.*}}, %{{.*}}, %{{.*}} {scale = 2.500000e-01 : f64} :
  %0 = decoder.attention %q, %k, %k {causal, scale = 0.25, window = 9 : i64} : tensor<1x4x1x16xf32>, tensor<1x2x9x16xf32>
  // Where the row stands is not known here.
  // CHECK: decoder.attention %{{.*}}, %{{.*}}, %{{.*}} at %{{.*}} {causal, window = 9 : i64} :
  %1 = decoder.attention %q, %k, %k at %p {causal, window = 9 : i64} : tensor<1x4x1x16xf32>, tensor<1x2x9x16xf32>
  // CHECK: decoder.softmax %{{.*}} {causal} :
  %2 = decoder.softmax %s {causal, window = 10 : i64} : tensor<1x4x3x9xf32>
  // CHECK: decoder.softmax %{{.*}} {window = 8 : i64} :
  %3 = decoder.softmax %s {window = 8 : i64} : tensor<1x4x3x9xf32>
  return %0, %1, %2, %3 : tensor<1x4x1x16xf32>, tensor<1x4x1x16xf32>, tensor<1x4x3x9xf32>, tensor<1x4x3x9xf32>
}

// CHECK-LABEL: func.func @full_cache
// CHECK-SAME: (%[[K:.*]]: tensor<1x2x9x16xf32>, %[[CACHE:.*]]: tensor<1x2x9x16xf32>,
func.func @full_cache(%k: tensor<1x2x9x16xf32>, %cache: tensor<1x2x9x16xf32>, %row: tensor<1x2x1x16xf32>)
    -> (tensor<1x2x9x16xf32>, tensor<1x2x9x16xf32>, tensor<1x2x9x16xf32>, tensor<1x2x9x16xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c18 = arith.constant 18 : index
  // CHECK-DAG: %[[C0:.*]] = arith.constant 0 : index
  // CHECK-DAG: %[[C1:.*]] = arith.constant 1 : index
  %0 = decoder.cache_append %k into %cache at %c0 : tensor<1x2x9x16xf32> into tensor<1x2x9x16xf32>
  %1 = decoder.cache_append %k into %cache at %c18 : tensor<1x2x9x16xf32> into tensor<1x2x9x16xf32>
  // A ring that starts in the middle, a cache that is not full.
  // CHECK: %[[TURNED:.*]] = decoder.cache_append %[[K]] into %[[CACHE]] at %[[C1]]
  %2 = decoder.cache_append %k into %cache at %c1 : tensor<1x2x9x16xf32> into tensor<1x2x9x16xf32>
  // CHECK: %[[ROW:.*]] = decoder.cache_append %{{.*}} into %[[CACHE]] at %[[C0]]
  %3 = decoder.cache_append %row into %cache at %c0 : tensor<1x2x1x16xf32> into tensor<1x2x9x16xf32>
  // CHECK: return %[[K]], %[[K]], %[[TURNED]], %[[ROW]]
  return %0, %1, %2, %3 : tensor<1x2x9x16xf32>, tensor<1x2x9x16xf32>, tensor<1x2x9x16xf32>, tensor<1x2x9x16xf32>
}

// CHECK-LABEL: func.func @heads
// CHECK-SAME: (%[[X:.*]]: tensor<1x3x64xf32>, %[[H:.*]]: tensor<1x4x3x16xf32>)
func.func @heads(%x: tensor<1x3x64xf32>, %h: tensor<1x4x3x16xf32>)
    -> (tensor<1x3x64xf32>, tensor<1x4x3x16xf32>, tensor<1x2x3x32xf32>) {
  %0 = decoder.split_heads %x : tensor<1x3x64xf32> -> tensor<1x4x3x16xf32>
  %1 = decoder.merge_heads %0 : tensor<1x4x3x16xf32> -> tensor<1x3x64xf32>
  %2 = decoder.merge_heads %h : tensor<1x4x3x16xf32> -> tensor<1x3x64xf32>
  %3 = decoder.split_heads %2 : tensor<1x3x64xf32> -> tensor<1x4x3x16xf32>
  // Into other heads than they came from.
  // CHECK: %[[M:.*]] = decoder.merge_heads %[[H]]
  // CHECK: %[[S:.*]] = decoder.split_heads %[[M]] : tensor<1x3x64xf32> -> tensor<1x2x3x32xf32>
  %4 = decoder.split_heads %2 : tensor<1x3x64xf32> -> tensor<1x2x3x32xf32>
  // CHECK: return %[[X]], %[[H]], %[[S]]
  return %1, %3, %4 : tensor<1x3x64xf32>, tensor<1x4x3x16xf32>, tensor<1x2x3x32xf32>
}

// CHECK-LABEL: func.func @rotary_of_all
func.func @rotary_of_all(%x: tensor<1x4x3x16xf32>, %p: index) -> (tensor<1x4x3x16xf32>, tensor<1x4x3x16xf32>) {
  // CHECK: decoder.rotary %{{.*}} at %{{.*}} {interleaved} :
  %0 = decoder.rotary %x at %p {interleaved, rotary_dim = 16 : i64} : tensor<1x4x3x16xf32>
  // CHECK: decoder.rotary %{{.*}} at %{{.*}} {rotary_dim = 8 : i64} :
  %1 = decoder.rotary %x at %p {rotary_dim = 8 : i64} : tensor<1x4x3x16xf32>
  return %0, %1 : tensor<1x4x3x16xf32>, tensor<1x4x3x16xf32>
}

// CHECK-LABEL: func.func @activations
func.func @activations(%x: tensor<8xf32>) -> (tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) {
  // CHECK-DAG: %[[RELU:.*]] = decoder.activation relu %{{.*}} :
  // CHECK-DAG: %[[RELU2:.*]] = decoder.activation relu2 %{{.*}} :
  %relu = decoder.activation relu %x : tensor<8xf32>
  %relu2 = decoder.activation relu2 %x : tensor<8xf32>
  %0 = decoder.activation relu %relu : tensor<8xf32>
  %1 = decoder.activation relu %relu2 : tensor<8xf32>
  // CHECK-DAG: %[[SQUARED:.*]] = decoder.activation relu2 %[[RELU]] :
  %2 = decoder.activation relu2 %relu : tensor<8xf32>
  // CHECK-DAG: %[[GELU:.*]] = decoder.activation gelu %[[RELU]] :
  %3 = decoder.activation gelu %relu : tensor<8xf32>
  // CHECK: return %[[RELU]], %[[RELU2]], %[[SQUARED]], %[[GELU]]
  return %0, %1, %2, %3 : tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>
}
