// RUN: onebit-opt %s --allow-unregistered-dialect --lower-to-systolic="array=8x8 entry=main" --report=csv | cut -d, -f3,5-8 | FileCheck %s
// RUN: onebit-opt %s --allow-unregistered-dialect --onebit-raise-contractions=entry=main --canonicalize --cse | onebit-opt --lower-to-systolic=array=8x8 --report=csv | cut -d, -f3,5-8 | FileCheck %s
// RUN: onebit-opt %s --allow-unregistered-dialect --lower-to-systolic="array=8x8 entry=main" --report=json | FileCheck %s --check-prefix=JSON
// RUN: onebit-opt %s --allow-unregistered-dialect --lower-to-systolic="array=8x8 entry=opaque" --report=json | FileCheck %s --check-prefix=OPAQUE

// Attention as loops over memory is counted by the bounds of the loops, and that is
// said. In an op of a dialect that is not known it cannot be: the report is not
// complete.

// CHECK:      class,batch,m,n,k
// CHECK-NEXT: matmul_free,1,1,8,8
// CHECK-NEXT: attention,2,1,16,4
// CHECK-NEXT: attention,2,1,4,16
// CHECK-NOT:  {{.}}
// JSON: "complete":true
// JSON-SAME: {"kind":"not_modelled","text":"2 products are written as loops over memory: counted by the bounds of the loops; what else these compute is not"
// OPAQUE: "complete":false
// OPAQUE-SAME: "text":"1 operation of a dialect that is not known here may hide products, attention among them: iree_linalg_ext.attention"

func.func @main(%x: tensor<1x8xf32> {decoder.activation}, %w: tensor<8x8xf32> {decoder.weight = "w"},
                %keys: memref<2x16x4xf32> {decoder.cache}, %values: memref<2x16x4xf32> {decoder.cache}) -> tensor<1x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<1x8xf32>
  %q = linalg.matmul ins(%x, %w : tensor<1x8xf32>, tensor<8x8xf32>) outs(%zero : tensor<1x8xf32>) -> tensor<1x8xf32>
  %heads = tensor.expand_shape %q [[0], [1, 2]] output_shape [1, 2, 4] : tensor<1x8xf32> into tensor<1x2x4xf32>
  %queries = bufferization.to_buffer %heads : tensor<1x2x4xf32> to memref<1x2x4xf32>
  %out = memref.alloc() : memref<1x2x4xf32>
  %sum = memref.alloc() : memref<4xf32>
  %c0 = arith.constant 0 : index
  %nought = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %least = arith.constant 0xFF800000 : f32
  %scale = arith.constant 0.5 : f32
  // A running softmax: each new maximum scales what was added up before.
  affine.for %h = 0 to 2 {
    affine.for %d = 0 to 4 {
      affine.store %nought, %sum[%d] : memref<4xf32>
    }
    %top:2 = affine.for %j = 0 to 16 iter_args(%max = %least, %total = %nought) -> (f32, f32) {
      %dot = affine.for %d = 0 to 4 iter_args(%acc = %nought) -> (f32) {
        %a = affine.load %queries[0, %h, %d] : memref<1x2x4xf32>
        %b = affine.load %keys[%h, %j, %d] : memref<2x16x4xf32>
        %ab = arith.mulf %a, %b : f32
        %more = arith.addf %acc, %ab : f32
        affine.yield %more : f32
      }
      %score = arith.mulf %dot, %scale : f32
      %new = arith.maximumf %score, %max : f32
      %below = arith.subf %max, %new : f32
      %shrink = math.exp %below : f32
      %shifted = arith.subf %score, %new : f32
      %p = math.exp %shifted : f32
      %shrunk = arith.mulf %total, %shrink : f32
      %next = arith.addf %shrunk, %p : f32
      affine.for %d = 0 to 4 {
        %v = affine.load %values[%h, %j, %d] : memref<2x16x4xf32>
        %before = affine.load %sum[%d] : memref<4xf32>
        %less = arith.mulf %before, %shrink : f32
        %pv = arith.mulf %p, %v : f32
        %after = arith.addf %less, %pv : f32
        affine.store %after, %sum[%d] : memref<4xf32>
      }
      affine.yield %new, %next : f32, f32
    }
    affine.for %d = 0 to 4 {
      %whole = affine.load %sum[%d] : memref<4xf32>
      %share = arith.divf %whole, %top#1 : f32
      affine.store %share, %out[0, %h, %d] : memref<1x2x4xf32>
    }
  }
  %result = bufferization.to_tensor %out restrict : memref<1x2x4xf32> to tensor<1x2x4xf32>
  %flat = tensor.collapse_shape %result [[0], [1, 2]] : tensor<1x2x4xf32> into tensor<1x8xf32>
  return %flat : tensor<1x8xf32>
}

func.func @opaque(%x: tensor<2x3x8xf32> {decoder.activation}, %w: tensor<8x8xf32> {decoder.weight = "w"}) -> tensor<2x3x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<3x8xf32>
  %row = tensor.extract_slice %x[0, 0, 0] [1, 3, 8] [1, 1, 1] : tensor<2x3x8xf32> to tensor<3x8xf32>
  %y = linalg.matmul ins(%row, %w : tensor<3x8xf32>, tensor<8x8xf32>) outs(%zero : tensor<3x8xf32>) -> tensor<3x8xf32>
  %z = tensor.insert_slice %y into %x[0, 0, 0] [1, 3, 8] [1, 1, 1] : tensor<3x8xf32> into tensor<2x3x8xf32>
  %0 = "iree_linalg_ext.attention"(%z, %x, %x) : (tensor<2x3x8xf32>, tensor<2x3x8xf32>, tensor<2x3x8xf32>) -> tensor<2x3x8xf32>
  return %0 : tensor<2x3x8xf32>
}
