// RUN: onebit-opt %s --allow-unregistered-dialect --onebit-raise-contractions --split-input-file | FileCheck %s

// What may hide a product is said, and what cannot is not: each function has one
// product that is seen, and what its name says.

// CHECK: module attributes {decoder.assumptions = [
// CHECK-SAME: kind = not_visible, text = "2 calls of functions without a body may hide products, attention among them: gemm, an indirect call", location = #loc{{[0-9]*}}>]}
// CHECK-LABEL: func.func private @gemm
func.func private @gemm(tensor<3x8xf32>, tensor<8x8xf32>) -> tensor<3x8xf32>
func.func private @clock() -> f64
func.func private @printMemrefF32(memref<*xf32>)
func.func private @inspect(tensor<3x8xf32>)
func.func @calls(%x: tensor<3x8xf32> {decoder.activation}, %w: tensor<8x8xf32> {decoder.weight = "w"}, %m: memref<*xf32> {decoder.activation},
                 %f: (tensor<3x8xf32>) -> tensor<3x8xf32>) -> tensor<3x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<3x8xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<3x8xf32>, tensor<8x8xf32>) outs(%zero : tensor<3x8xf32>) -> tensor<3x8xf32>
  %1 = call @gemm(%0, %w) : (tensor<3x8xf32>, tensor<8x8xf32>) -> tensor<3x8xf32>
  // The weight may be in the callee.
  %2 = call_indirect %f(%1) : (tensor<3x8xf32>) -> tensor<3x8xf32>
  // Nothing goes in, or nothing comes out, or it is known.
  %3 = call @clock() : () -> f64
  call @inspect(%2) : (tensor<3x8xf32>) -> ()
  call @printMemrefF32(%m) : (memref<*xf32>) -> ()
  return %2 : tensor<3x8xf32>
}

// -----

// CHECK: module attributes {decoder.assumptions = [
// CHECK-SAME: kind = not_visible, text = "1 operation multiplies and adds but is not counted: it works on vectors"
// CHECK-SAME: kind = not_visible, text = "1 call of a function without a body may hide products, attention among them: cblas_sgemm"
// CHECK-LABEL: func.func @llvm
llvm.func @cblas_sgemm(!llvm.ptr, !llvm.ptr, !llvm.ptr)
llvm.func @free(!llvm.ptr)
func.func @llvm(%x: tensor<3x8xf32> {decoder.activation}, %w: tensor<8x8xf32> {decoder.weight = "w"}, %a: !llvm.ptr,
                %v: vector<64xf32> {decoder.activation}) -> (tensor<3x8xf32>, vector<64xf32>) {
  %zero = arith.constant dense<0.0> : tensor<3x8xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<3x8xf32>, tensor<8x8xf32>) outs(%zero : tensor<3x8xf32>) -> tensor<3x8xf32>
  llvm.call @cblas_sgemm(%a, %a, %a) : (!llvm.ptr, !llvm.ptr, !llvm.ptr) -> ()
  llvm.call @free(%a) : (!llvm.ptr) -> ()
  %1 = llvm.intr.matrix.multiply %v, %v {lhs_rows = 8 : i32, lhs_columns = 8 : i32, rhs_columns = 8 : i32}
      : (vector<64xf32>, vector<64xf32>) -> vector<64xf32>
  return %0, %1 : tensor<3x8xf32>, vector<64xf32>
}

// -----

// CHECK: module attributes {decoder.assumptions = [
// CHECK-SAME: kind = not_visible, text = "2 operations multiply and add but are not counted: it works on vectors", location = #loc{{[0-9]*}}>]}
// CHECK-LABEL: func.func @vectors
func.func @vectors(%x: tensor<3x8xf32> {decoder.activation}, %w: tensor<8x8xf32> {decoder.weight = "w"},
                   %a: vector<3x8xf32> {decoder.activation}, %b: vector<8x4xf32> {decoder.activation}, %c: vector<3x4xf32> {decoder.activation},
                   %u: vector<3xf32> {decoder.activation}, %v: vector<4xf32> {decoder.activation}, %s: f32)
    -> (tensor<3x8xf32>, vector<3x4xf32>, vector<3x4xf32>, vector<3xf32>) {
  %zero = arith.constant dense<0.0> : tensor<3x8xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<3x8xf32>, tensor<8x8xf32>) outs(%zero : tensor<3x8xf32>) -> tensor<3x8xf32>
  %1 = vector.contract {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
                        iterator_types = ["parallel", "parallel", "reduction"], kind = #vector.kind<add>}
      %a, %b, %c : vector<3x8xf32>, vector<8x4xf32> into vector<3x4xf32>
  %2 = vector.outerproduct %u, %v, %1 : vector<3xf32>, vector<4xf32>
  // A vector times a number, elements times elements: no product of matrices.
  %3 = vector.outerproduct %u, %s : vector<3xf32>, f32
  %4 = vector.fma %3, %3, %u : vector<3xf32>
  return %0, %1, %2, %4 : tensor<3x8xf32>, vector<3x4xf32>, vector<3x4xf32>, vector<3xf32>
}

// -----

// CHECK: module attributes {decoder.assumptions = [
// CHECK-SAME: kind = not_visible, text = "1 operation that does not say what it does may hide products, attention among them: tosa.custom"
// CHECK-SAME: kind = not_visible, text = "2 operations of a dialect that is not known here may hide products, attention among them: foo.linear, foo.block", location = #loc{{[0-9]*}}>]}
// CHECK-LABEL: func.func @opaque
func.func @opaque(%x: tensor<3x8xf32> {decoder.activation}, %w: tensor<8x8xf32> {decoder.weight = "w"}, %t: !foo.tensor) -> tensor<3x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<3x8xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<3x8xf32>, tensor<8x8xf32>) outs(%zero : tensor<3x8xf32>) -> tensor<3x8xf32>
  %1 = tosa.custom %0 {operator_name = "attention", domain_name = "foo", implementation_attrs = ""} : (tensor<3x8xf32>) -> tensor<3x8xf32>
  %2 = "foo.linear"(%1) {weight = dense<1.0> : tensor<8x8xf32>} : (tensor<3x8xf32>) -> tensor<3x8xf32>
  // Types that are not known may be tensors.
  %3 = "foo.block"(%t) : (!foo.tensor) -> !foo.tensor
  // Shapes, elements, weights alone, a value that is thrown away.
  %4 = "shape.shape_of"(%2) : (tensor<3x8xf32>) -> tensor<2xindex>
  %5 = "foo.tanh"(%2) : (tensor<3x8xf32>) -> tensor<3x8xf32>
  %6 = "foo.unpack"(%w) : (tensor<8x8xf32>) -> tensor<8x8xf32>
  "foo.print"(%5, %6) : (tensor<3x8xf32>, tensor<8x8xf32>) -> ()
  // Ops that are known, and hold none.
  %e = bufferization.alloc_tensor() copy(%5) : tensor<3x8xf32>
  %7 = tensor.insert_slice %e into %5[0, 0] [3, 8] [1, 1] : tensor<3x8xf32> into tensor<3x8xf32>
  %8 = arith.mulf %7, %5 : tensor<3x8xf32>
  %9 = math.fma %8, %7, %5 : tensor<3x8xf32>
  %10 = tosa.add %9, %8 : (tensor<3x8xf32>, tensor<3x8xf32>) -> tensor<3x8xf32>
  return %10 : tensor<3x8xf32>
}

// -----

// Nothing runs what no entry reaches.

// CHECK: module {
// CHECK-LABEL: func.func @reached
func.func @reached(%x: tensor<3x8xf32> {decoder.activation}, %w: tensor<8x8xf32> {decoder.weight = "w"}) -> tensor<3x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<3x8xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<3x8xf32>, tensor<8x8xf32>) outs(%zero : tensor<3x8xf32>) -> tensor<3x8xf32>
  return %0 : tensor<3x8xf32>
}
func.func private @not_reached(%x: tensor<3x8xf32>, %w: tensor<8x8xf32>) -> tensor<3x8xf32> {
  %0 = "foo.matmul"(%x, %w) : (tensor<3x8xf32>, tensor<8x8xf32>) -> tensor<3x8xf32>
  return %0 : tensor<3x8xf32>
}

// -----

// A function of a dialect that is not known is none that is reached.

// CHECK: module attributes {decoder.assumptions = [
// CHECK-SAME: kind = not_visible, text = "1 product is in no function that is known here, and not counted", location = #loc{{[0-9]*}}>]}
"util.func"() ({
^bb0(%x: tensor<3x8xf32>, %w: tensor<8x8xf32>):
  %zero = arith.constant dense<0.0> : tensor<3x8xf32>
  // CHECK: linalg.matmul
  %0 = linalg.matmul ins(%x, %w : tensor<3x8xf32>, tensor<8x8xf32>) outs(%zero : tensor<3x8xf32>) -> tensor<3x8xf32>
  "util.return"(%0) : (tensor<3x8xf32>) -> ()
}) {sym_name = "model"} : () -> ()

// -----

// Bodies that multiply pairs in another way than a product does, and those that
// do not: RMSNorm, variance, softmax with masks, a bias in the sum.

// CHECK: module attributes {decoder.assumptions = [
// CHECK-SAME: kind = not_visible, text = "8 operations multiply and add but are not counted: what it adds up is not the plain product of two of its operands", location = #loc{{[0-9]*}}>]}
// CHECK-LABEL: func.func @pairs
#mk = affine_map<(m, n, k) -> (m, k)>
#kn = affine_map<(m, n, k) -> (k, n)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>
func.func @pairs(%x: tensor<3x8xf32> {decoder.activation}, %w: tensor<8x8xf32> {decoder.weight = "w"}, %sign: tensor<8x8xi1> {decoder.weight = "s"},
                 %row: tensor<8xf32> {decoder.activation}, %bits: tensor<3x8xi32> {decoder.activation}, %packed: tensor<8x8xi32> {decoder.weight = "p"})
    -> (tensor<3x8xf32>, tensor<3x8xf32>, tensor<3x8xf32>, tensor<3x8xf32>, tensor<3x8xf32>, tensor<8xf32>, tensor<3x8xi32>, tensor<3x8xf32>, tensor<3x8xf32>) {
  %zero = arith.constant dense<0.0> : tensor<3x8xf32>
  %zero1 = arith.constant dense<0.0> : tensor<8xf32>
  %zeroi = arith.constant dense<0> : tensor<3x8xi32>
  %half = arith.constant 0.5 : f32
  %scaled = linalg.generic {indexing_maps = [#mk, #kn, #mn], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %w : tensor<3x8xf32>, tensor<8x8xf32>) outs(%zero : tensor<3x8xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %0 = arith.mulf %a, %b : f32
    %1 = arith.mulf %0, %half : f32
    %2 = arith.addf %c, %1 : f32
    linalg.yield %2 : f32
  } -> tensor<3x8xf32>
  %taken = linalg.generic {indexing_maps = [#mk, #kn, #mn], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%scaled, %w : tensor<3x8xf32>, tensor<8x8xf32>) outs(%zero : tensor<3x8xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %0 = arith.mulf %a, %b : f32
    %1 = arith.subf %c, %0 : f32
    linalg.yield %1 : f32
  } -> tensor<3x8xf32>
  %two:2 = linalg.generic {indexing_maps = [#mk, #kn, #mn, #mn], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %w : tensor<3x8xf32>, tensor<8x8xf32>) outs(%zero, %zero : tensor<3x8xf32>, tensor<3x8xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %d: f32):
    %0 = arith.mulf %a, %b : f32
    %1 = arith.addf %c, %0 : f32
    %2 = arith.addf %d, %0 : f32
    linalg.yield %1, %2 : f32, f32
  } -> (tensor<3x8xf32>, tensor<3x8xf32>)
  // The natural form of a 1-bit product.
  %signed = linalg.generic {indexing_maps = [#mk, #kn, #mn], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %sign : tensor<3x8xf32>, tensor<8x8xi1>) outs(%zero : tensor<3x8xf32>) {
  ^bb0(%a: f32, %b: i1, %c: f32):
    %0 = arith.negf %a : f32
    %1 = arith.select %b, %a, %0 : f32
    %2 = arith.addf %c, %1 : f32
    linalg.yield %2 : f32
  } -> tensor<3x8xf32>
  // For one token.
  %one = linalg.generic {indexing_maps = [affine_map<(n, k) -> (k)>, affine_map<(n, k) -> (n, k)>, affine_map<(n, k) -> (n)>],
                         iterator_types = ["parallel", "reduction"]}
      ins(%row, %sign : tensor<8xf32>, tensor<8x8xi1>) outs(%zero1 : tensor<8xf32>) {
  ^bb0(%a: f32, %b: i1, %c: f32):
    %0 = arith.negf %a : f32
    %1 = arith.select %b, %a, %0 : f32
    %2 = arith.addf %1, %c : f32
    linalg.yield %2 : f32
  } -> tensor<8xf32>
  %popcount = linalg.generic {indexing_maps = [#mk, #nk, #mn], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%bits, %packed : tensor<3x8xi32>, tensor<8x8xi32>) outs(%zeroi : tensor<3x8xi32>) {
  ^bb0(%a: i32, %b: i32, %c: i32):
    %0 = arith.xori %a, %b : i32
    %1 = math.ctpop %0 : i32
    %2 = arith.addi %c, %1 : i32
    linalg.yield %2 : i32
  } -> tensor<3x8xi32>
  // The pair is in a region; the weight is read by the body itself.
  %inner = linalg.generic {indexing_maps = [#mk, #mn], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x : tensor<3x8xf32>) outs(%zero : tensor<3x8xf32>) {
  ^bb0(%a: f32, %c: f32):
    %n = linalg.index 1 : index
    %k = linalg.index 2 : index
    %b = tensor.extract %w[%k, %n] : tensor<8x8xf32>
    %positive = arith.cmpf ogt, %b, %half : f32
    %0 = scf.if %positive -> f32 {
      %2 = arith.mulf %a, %b : f32
      scf.yield %2 : f32
    } else {
      scf.yield %a : f32
    }
    %1 = arith.addf %c, %0 : f32
    linalg.yield %1 : f32
  } -> tensor<3x8xf32>
  // Distances of pairs are as much work.
  %distance = linalg.generic {indexing_maps = [#mk, #nk, #mn], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %w : tensor<3x8xf32>, tensor<8x8xf32>) outs(%zero : tensor<3x8xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %0 = arith.subf %a, %b : f32
    %1 = math.absf %0 : f32
    %2 = arith.addf %c, %1 : f32
    linalg.yield %2 : f32
  } -> tensor<3x8xf32>
  return %taken, %two#0, %two#1, %signed, %scaled, %one, %popcount, %inner, %distance
      : tensor<3x8xf32>, tensor<3x8xf32>, tensor<3x8xf32>, tensor<3x8xf32>, tensor<3x8xf32>, tensor<8xf32>, tensor<3x8xi32>, tensor<3x8xf32>, tensor<3x8xf32>
}

// -----

// CHECK: module {
// CHECK-LABEL: func.func @no_pairs
func.func @no_pairs(%x: tensor<2x3x8xf32> {decoder.activation}, %mean: tensor<2x3xf32> {decoder.activation}, %g: tensor<8xf32> {decoder.weight = "g"},
                    %causal: tensor<3x8xi1> {decoder.activation}, %padding: tensor<2x8xi1> {decoder.activation}, %ids: tensor<8xi64> {decoder.activation})
    -> (tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xi64>) {
  %zero = arith.constant dense<0.0> : tensor<2x3xf32>
  %low = arith.constant 0xFF800000 : f32
  %f0 = arith.constant 0.0 : f32
  // The variance.
  %0 = linalg.generic {indexing_maps = [affine_map<(b, t, s) -> (b, t, s)>, affine_map<(b, t, s) -> (b, t)>, affine_map<(b, t, s) -> (b, t)>],
                       iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %mean : tensor<2x3x8xf32>, tensor<2x3xf32>) outs(%zero : tensor<2x3xf32>) {
  ^bb0(%a: f32, %m: f32, %c: f32):
    %2 = arith.subf %a, %m : f32
    %3 = arith.mulf %2, %2 : f32
    %4 = arith.addf %c, %3 : f32
    linalg.yield %4 : f32
  } -> tensor<2x3xf32>
  // The denominator of a softmax with two masks, once chosen, once added.
  %1:2 = linalg.generic {indexing_maps = [affine_map<(b, t, s) -> (b, t, s)>, affine_map<(b, t, s) -> (b, t)>, affine_map<(b, t, s) -> (t, s)>,
                                          affine_map<(b, t, s) -> (b, s)>, affine_map<(b, t, s) -> (b, t)>, affine_map<(b, t, s) -> (b, t)>],
                         iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %mean, %causal, %padding : tensor<2x3x8xf32>, tensor<2x3xf32>, tensor<3x8xi1>, tensor<2x8xi1>) outs(%zero, %zero : tensor<2x3xf32>, tensor<2x3xf32>) {
  ^bb0(%a: f32, %m: f32, %p: i1, %q: i1, %c: f32, %d: f32):
    %mask = arith.andi %p, %q : i1
    %2 = arith.select %mask, %a, %low : f32
    %3 = arith.subf %2, %m : f32
    %4 = math.exp %3 : f32
    %5 = arith.addf %c, %4 : f32
    %bias = arith.select %mask, %f0, %low : f32
    %6 = arith.addf %a, %bias : f32
    %7 = arith.subf %6, %m : f32
    %8 = math.exp %7 : f32
    %9 = arith.addf %d, %8 : f32
    linalg.yield %5, %9 : f32, f32
  } -> (tensor<2x3xf32>, tensor<2x3xf32>)
  // The mean of a residual stream whose last part was scaled.
  %10 = linalg.generic {indexing_maps = [affine_map<(b, t, s) -> (b, t, s)>, affine_map<(b, t, s) -> (b, t, s)>, affine_map<(b, t, s) -> (s)>, affine_map<(b, t, s) -> (b, t)>],
                        iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %x, %g : tensor<2x3x8xf32>, tensor<2x3x8xf32>, tensor<8xf32>) outs(%zero : tensor<2x3xf32>) {
  ^bb0(%a: f32, %b: f32, %s: f32, %c: f32):
    %2 = arith.mulf %b, %s : f32
    %3 = arith.addf %a, %2 : f32
    %4 = arith.addf %c, %3 : f32
    linalg.yield %4 : f32
  } -> tensor<2x3xf32>
  // An argmax whose index is the same for each row; a mean weighted by position.
  %zeroi = arith.constant dense<0> : tensor<2x3xi64>
  %11:2 = linalg.generic {indexing_maps = [affine_map<(b, t, s) -> (b, t, s)>, affine_map<(b, t, s) -> (s)>, affine_map<(b, t, s) -> (b, t)>, affine_map<(b, t, s) -> (b, t)>],
                          iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %ids : tensor<2x3x8xf32>, tensor<8xi64>) outs(%zero, %zeroi : tensor<2x3xf32>, tensor<2x3xi64>) {
  ^bb0(%a: f32, %i: i64, %max: f32, %at: i64):
    %2 = arith.cmpf ogt, %a, %max : f32
    %3 = arith.select %2, %a, %max : f32
    %4 = arith.select %2, %i, %at : i64
    linalg.yield %3, %4 : f32, i64
  } -> (tensor<2x3xf32>, tensor<2x3xi64>)
  %12 = linalg.generic {indexing_maps = [affine_map<(b, t, s) -> (b, t, s)>, affine_map<(b, t, s) -> (b, t)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x : tensor<2x3x8xf32>) outs(%zero : tensor<2x3xf32>) {
  ^bb0(%a: f32, %c: f32):
    %s = linalg.index 2 : index
    %2 = arith.index_cast %s : index to i32
    %3 = arith.sitofp %2 : i32 to f32
    %4 = arith.mulf %a, %3 : f32
    %5 = arith.addf %c, %4 : f32
    linalg.yield %5 : f32
  } -> tensor<2x3xf32>
  return %0, %1#0, %1#1, %10, %12, %11#1 : tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xi64>
}

// -----

// A product in two steps: what was repeated is multiplied element by element,
// then added up.

// CHECK: module attributes {decoder.assumptions = [
// CHECK-SAME: kind = not_visible, text = "4 operations multiply and add but are not counted: another operation multiplies what it adds up; fuse the two first", location = #loc{{[0-9]*}}>]}
// CHECK-LABEL: func.func @two_steps
#bt = affine_map<(m, n, k) -> (m, n, k)>
func.func @two_steps(%x: tensor<3x8xf32> {decoder.activation}, %w: tensor<4x8xf32> {decoder.weight = "w"}, %sign: tensor<4x8xi1> {decoder.weight = "s"},
                     %tx: tensor<3x1x8xf32> {decoder.activation}, %tw: tensor<1x4x8xf32> {decoder.weight = "tw"})
    -> (tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4x1xf32>) {
  %zero = arith.constant dense<0.0> : tensor<3x4xf32>
  %e = tensor.empty() : tensor<3x4x8xf32>
  // In one generic.
  %0 = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, #bt], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%x, %w : tensor<3x8xf32>, tensor<4x8xf32>) outs(%e : tensor<3x4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %10 = arith.mulf %a, %b : f32
    linalg.yield %10 : f32
  } -> tensor<3x4x8xf32>
  %1 = linalg.generic {indexing_maps = [#bt, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%0 : tensor<3x4x8xf32>) outs(%zero : tensor<3x4xf32>) {
  ^bb0(%a: f32, %c: f32):
    %10 = arith.addf %a, %c : f32
    linalg.yield %10 : f32
  } -> tensor<3x4xf32>
  // Each repeated first, and scaled in between.
  %xb = linalg.broadcast ins(%x : tensor<3x8xf32>) outs(%e : tensor<3x4x8xf32>) dimensions = [1]
  %wb = linalg.broadcast ins(%w : tensor<4x8xf32>) outs(%e : tensor<3x4x8xf32>) dimensions = [0]
  %2 = arith.mulf %xb, %wb : tensor<3x4x8xf32>
  %half = arith.constant dense<0.5> : tensor<3x4x8xf32>
  %3 = arith.mulf %2, %half : tensor<3x4x8xf32>
  %4 = linalg.reduce { arith.addf } ins(%3 : tensor<3x4x8xf32>) outs(%zero : tensor<3x4xf32>) dimensions = [2]
  // By signs.
  %5 = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, #bt], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%x, %sign : tensor<3x8xf32>, tensor<4x8xi1>) outs(%e : tensor<3x4x8xf32>) {
  ^bb0(%a: f32, %b: i1, %c: f32):
    %10 = arith.negf %a : f32
    %11 = arith.select %b, %a, %10 : f32
    linalg.yield %11 : f32
  } -> tensor<3x4x8xf32>
  %6 = linalg.reduce { arith.addf } ins(%5 : tensor<3x4x8xf32>) outs(%zero : tensor<3x4xf32>) dimensions = [2]
  // TOSA.
  %shift = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %7 = tosa.mul %tx, %tw, %shift : (tensor<3x1x8xf32>, tensor<1x4x8xf32>, tensor<1xi8>) -> tensor<3x4x8xf32>
  %8 = tosa.reduce_sum %7 {axis = 2 : i32} : (tensor<3x4x8xf32>) -> tensor<3x4x1xf32>
  return %1, %4, %6, %8 : tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4x1xf32>
}

// -----

// Norms in two steps: squares, what was centred, what was scaled and added to.

// CHECK: module {
// CHECK-LABEL: func.func @two_steps_of_a_norm
func.func @two_steps_of_a_norm(%x: tensor<3x8xf32> {decoder.activation}, %w: tensor<8xf32> {decoder.weight = "w"}, %mean: tensor<3xf32> {decoder.activation})
    -> (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3x1xf32>) {
  %zero = arith.constant dense<0.0> : tensor<3xf32>
  %e = tensor.empty() : tensor<3x8xf32>
  %0 = arith.mulf %x, %x : tensor<3x8xf32>
  %1 = linalg.reduce { arith.addf } ins(%0 : tensor<3x8xf32>) outs(%zero : tensor<3xf32>) dimensions = [1]
  %mb = linalg.broadcast ins(%mean : tensor<3xf32>) outs(%e : tensor<3x8xf32>) dimensions = [1]
  %2 = arith.subf %x, %mb : tensor<3x8xf32>
  %3 = arith.mulf %2, %2 : tensor<3x8xf32>
  %4 = linalg.reduce { arith.addf } ins(%3 : tensor<3x8xf32>) outs(%zero : tensor<3xf32>) dimensions = [1]
  %wb = linalg.broadcast ins(%w : tensor<8xf32>) outs(%e : tensor<3x8xf32>) dimensions = [0]
  %5 = arith.mulf %x, %wb : tensor<3x8xf32>
  %6 = arith.addf %5, %x : tensor<3x8xf32>
  %7 = linalg.reduce { arith.addf } ins(%6 : tensor<3x8xf32>) outs(%zero : tensor<3xf32>) dimensions = [1]
  %8 = tosa.exp %2 : (tensor<3x8xf32>) -> tensor<3x8xf32>
  %9 = tosa.reduce_sum %8 {axis = 1 : i32} : (tensor<3x8xf32>) -> tensor<3x1xf32>
  return %1, %4, %7, %9 : tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3x1xf32>
}

// -----

// Loops: of a body of a structured op, of blocks; elements multiplied.

// CHECK: module attributes {decoder.assumptions = [
// CHECK-SAME: kind = not_visible, text = "2 loops multiply element by element: products written so, attention among them, are not counted", location = #loc{{[0-9]*}}>]}
// CHECK-LABEL: func.func @loops
func.func @loops(%x: tensor<3x8xf32> {decoder.activation}, %w: tensor<8x4xf32> {decoder.weight = "w"}, %a: memref<8xf32> {decoder.activation},
                 %b: memref<8xf32> {decoder.activation}, %c: memref<1xf32> {decoder.activation}) -> tensor<3x4xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %f0 = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<3x4xf32>
  %0 = linalg.generic {indexing_maps = [affine_map<(m, n) -> (m, n)>], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<3x4xf32>) {
  ^bb0(%out: f32):
    %m = linalg.index 0 : index
    %n = linalg.index 1 : index
    %1 = scf.for %k = %c0 to %c8 step %c1 iter_args(%sum = %f0) -> f32 {
      %2 = tensor.extract %x[%m, %k] : tensor<3x8xf32>
      %3 = tensor.extract %w[%k, %n] : tensor<8x4xf32>
      %4 = arith.mulf %2, %3 : f32
      %5 = arith.addf %sum, %4 : f32
      scf.yield %5 : f32
    }
    linalg.yield %1 : f32
  } -> tensor<3x4xf32>
  cf.br ^head(%c0 : index)
^head(%i: index):
  %6 = memref.load %a[%i] : memref<8xf32>
  %7 = memref.load %b[%i] : memref<8xf32>
  %8 = memref.load %c[%c0] : memref<1xf32>
  %9 = arith.mulf %6, %7 : f32
  %10 = arith.addf %8, %9 : f32
  memref.store %10, %c[%c0] : memref<1xf32>
  %next = arith.addi %i, %c1 : index
  %more = arith.cmpi ult, %next, %c8 : index
  cf.cond_br %more, ^head(%next : index), ^copy(%c0 : index)
// Copies, and work on whole tensors, multiply no elements.
^copy(%j: index):
  %11 = memref.load %a[%j] : memref<8xf32>
  memref.store %11, %b[%j] : memref<8xf32>
  %12 = arith.addi %j, %c1 : index
  %13 = arith.cmpi ult, %12, %c8 : index
  cf.cond_br %13, ^copy(%12 : index), ^exit
^exit:
  %14 = scf.for %i2 = %c0 to %c8 step %c1 iter_args(%h = %0) -> tensor<3x4xf32> {
    %15 = arith.mulf %h, %h : tensor<3x4xf32>
    scf.yield %15 : tensor<3x4xf32>
  }
  return %14 : tensor<3x4xf32>
}
