// RUN: onebit-opt %s --allow-unregistered-dialect --onebit-convert-stablehlo | FileCheck %s
// RUN: onebit-opt %s --allow-unregistered-dialect --onebit-convert-stablehlo --onebit-convert-stablehlo | FileCheck %s
// RUN: onebit-opt %s --allow-unregistered-dialect --lower-to-systolic=array=8x8 --report=csv | cut -d, -f3,5-9 | FileCheck %s --check-prefix=REPORT

// StableHLO in the generic form: no dialect is needed to read it.

// REPORT:      class,batch,m,n,k,times
// REPORT-NEXT: attention,8,3,5,4,1
// REPORT-NEXT: matmul_free,1,6,5,4,1
// REPORT-NEXT: matmul_free,1,2,4,4,3
// REPORT-NOT:  {{.}}

// Batch dimensions first, then those of the left side, then those of the right.
// CHECK-DAG: #[[$LHS:.+]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d2, d1, d4)>
// CHECK-DAG: #[[$RHS:.+]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d4, d3, d1)>
// CHECK-LABEL: func.func @dot
// CHECK-SAME: (%[[A:.+]]: tensor<2x3x4x4xf32>{{.*}}, %[[B:.+]]: tensor<2x4x5x4xf32>
// CHECK: %[[ZERO:.+]] = linalg.fill
// CHECK: %[[R:.+]] = linalg.generic {indexing_maps = [#[[$LHS]], #[[$RHS]], #{{.+}}], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%[[A]], %[[B]] : {{.*}}) outs(%[[ZERO]]
// CHECK: arith.mulf
// CHECK: arith.addf
// CHECK: return %[[R]]
func.func @dot(%a: tensor<2x3x4x4xf32> {decoder.activation}, %b: tensor<2x4x5x4xf32> {decoder.activation}) -> tensor<2x4x3x5xf32> {
  %0 = "stablehlo.dot_general"(%a, %b) <{dot_dimension_numbers = #stablehlo.dot<lhs_batching_dimensions = [0, 2], rhs_batching_dimensions = [0, 3], lhs_contracting_dimensions = [3], rhs_contracting_dimensions = [1]>, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision DEFAULT>]}> : (tensor<2x3x4x4xf32>, tensor<2x4x5x4xf32>) -> tensor<2x4x3x5xf32>
  return %0 : tensor<2x4x3x5xf32>
}

// CHECK-LABEL: func.func @layout
// CHECK-NOT: stablehlo
// CHECK: tensor.collapse_shape %{{.+}} {{\[\[}}0, 1], [2]]
// CHECK: linalg.transpose
// CHECK: tensor.extract_slice %{{.+}}[0, 1] [4, 2] [1, 2]
// CHECK: tensor.concat dim(1)
// CHECK: linalg.generic
// CHECK: linalg.yield
func.func @layout(%x: tensor<2x3x4xf32> {decoder.activation}, %w: tensor<4x5xf32> {decoder.weight = "w"}) -> (tensor<6x5xf32>, tensor<4x4xf32>, tensor<6x4xf32>) {
  %0 = "stablehlo.reshape"(%x) : (tensor<2x3x4xf32>) -> tensor<6x4xf32>
  %1 = "stablehlo.transpose"(%0) <{permutation = array<i64: 1, 0>}> : (tensor<6x4xf32>) -> tensor<4x6xf32>
  %2 = "stablehlo.slice"(%1) <{start_indices = array<i64: 0, 1>, limit_indices = array<i64: 4, 5>, strides = array<i64: 1, 2>}> : (tensor<4x6xf32>) -> tensor<4x2xf32>
  %3 = "stablehlo.concatenate"(%2, %2) <{dimension = 1 : i64}> : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<4x4xf32>
  %4 = "stablehlo.dot"(%0, %w) : (tensor<6x4xf32>, tensor<4x5xf32>) -> tensor<6x5xf32>
  %one = "stablehlo.slice"(%0) <{start_indices = array<i64: 0, 0>, limit_indices = array<i64: 1, 4>, strides = array<i64: 1, 1>}> : (tensor<6x4xf32>) -> tensor<1x4xf32>
  %5 = "stablehlo.broadcast_in_dim"(%one) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<1x4xf32>) -> tensor<6x4xf32>
  return %4, %3, %5 : tensor<6x5xf32>, tensor<4x4xf32>, tensor<6x4xf32>
}

// CHECK-LABEL: func.func @elements
// CHECK-NOT: stablehlo
// CHECK: arith.constant dense<2.000000e+00> : tensor<f32>
// CHECK: arith.addf
// CHECK: math.exp
// CHECK: arith.cmpf olt
// CHECK: arith.select
// CHECK: linalg.index 1
// CHECK: arith.sitofp
// CHECK: arith.maximumf
// CHECK: arith.addf
func.func @elements(%x: tensor<3x4xf32> {decoder.activation}) -> (tensor<3x4xf32>, tensor<3x4xf32>, tensor<3xf32>) {
  %two = "stablehlo.constant"() <{value = dense<2.000000e+00> : tensor<f32>}> : () -> tensor<f32>
  %0 = "stablehlo.add"(%x, %x) : (tensor<3x4xf32>, tensor<3x4xf32>) -> tensor<3x4xf32>
  %1 = "stablehlo.exponential"(%0) : (tensor<3x4xf32>) -> tensor<3x4xf32>
  %2 = "stablehlo.compare"(%x, %1) <{comparison_direction = #stablehlo<comparison_direction LT>}> : (tensor<3x4xf32>, tensor<3x4xf32>) -> tensor<3x4xi1>
  %3 = "stablehlo.select"(%2, %0, %1) : (tensor<3x4xi1>, tensor<3x4xf32>, tensor<3x4xf32>) -> tensor<3x4xf32>
  %4 = "stablehlo.iota"() <{iota_dimension = 1 : i64}> : () -> tensor<3x4xi32>
  %5 = "stablehlo.convert"(%4) : (tensor<3x4xi32>) -> tensor<3x4xf32>
  %6 = "stablehlo.clamp"(%two, %5, %two) : (tensor<f32>, tensor<3x4xf32>, tensor<f32>) -> tensor<3x4xf32>
  %7 = "stablehlo.reduce"(%3, %two) <{dimensions = array<i64: 1>}> ({
  ^bb0(%a: tensor<f32>, %b: tensor<f32>):
    %8 = "stablehlo.add"(%a, %b) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    "stablehlo.return"(%8) : (tensor<f32>) -> ()
  }) : (tensor<3x4xf32>, tensor<f32>) -> tensor<3xf32>
  return %3, %6, %7 : tensor<3x4xf32>, tensor<3x4xf32>, tensor<3xf32>
}

// CHECK-LABEL: func.func @scan
// CHECK: scf.while
// CHECK: scf.condition
// CHECK: tensor.extract_slice %{{.+}}[%{{.+}}, 0, 0] [1, 4, 4] [1, 1, 1]
// CHECK: tensor.insert_slice
// CHECK: scf.yield
func.func @scan(%x: tensor<2x4xf32> {decoder.activation}, %layers: tensor<3x4x4xf32> {decoder.weight = "layers"}, %all: tensor<3x2x4xf32> {decoder.cache}) -> tensor<3x2x4xf32> {
  %zero = "stablehlo.constant"() <{value = dense<0> : tensor<i32>}> : () -> tensor<i32>
  %0:3 = "stablehlo.while"(%zero, %x, %all) ({
  ^bb0(%i: tensor<i32>, %h: tensor<2x4xf32>, %out: tensor<3x2x4xf32>):
    %three = "stablehlo.constant"() <{value = dense<3> : tensor<i32>}> : () -> tensor<i32>
    %go = "stablehlo.compare"(%i, %three) <{comparison_direction = #stablehlo<comparison_direction LT>}> : (tensor<i32>, tensor<i32>) -> tensor<i1>
    "stablehlo.return"(%go) : (tensor<i1>) -> ()
  }, {
  ^bb0(%i: tensor<i32>, %h: tensor<2x4xf32>, %out: tensor<3x2x4xf32>):
    %w = "stablehlo.dynamic_slice"(%layers, %i, %zero, %zero) <{slice_sizes = array<i64: 1, 4, 4>}> : (tensor<3x4x4xf32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<1x4x4xf32>
    %w2 = "stablehlo.reshape"(%w) : (tensor<1x4x4xf32>) -> tensor<4x4xf32>
    %y = "stablehlo.dot"(%h, %w2) : (tensor<2x4xf32>, tensor<4x4xf32>) -> tensor<2x4xf32>
    %row = "stablehlo.reshape"(%y) : (tensor<2x4xf32>) -> tensor<1x2x4xf32>
    %next = "stablehlo.dynamic_update_slice"(%out, %row, %i, %zero, %zero) : (tensor<3x2x4xf32>, tensor<1x2x4xf32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<3x2x4xf32>
    %one = "stablehlo.constant"() <{value = dense<1> : tensor<i32>}> : () -> tensor<i32>
    %n = "stablehlo.add"(%i, %one) : (tensor<i32>, tensor<i32>) -> tensor<i32>
    "stablehlo.return"(%n, %y, %next) : (tensor<i32>, tensor<2x4xf32>, tensor<3x2x4xf32>) -> ()
  }) : (tensor<i32>, tensor<2x4xf32>, tensor<3x2x4xf32>) -> (tensor<i32>, tensor<2x4xf32>, tensor<3x2x4xf32>)
  return %0#2 : tensor<3x2x4xf32>
}

// What is not read stays, and is said to be unknown.
// CHECK-LABEL: func.func private @left
// CHECK: "stablehlo.custom_call"
// CHECK: "stablehlo.add"
func.func private @left(%x: tensor<?xf32>) -> tensor<?xf32> {
  %0 = "stablehlo.custom_call"(%x) <{call_target_name = "f"}> : (tensor<?xf32>) -> tensor<?xf32>
  %1 = "stablehlo.add"(%0, %0) : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  return %1 : tensor<?xf32>
}

// Branches.

// CHECK-LABEL: func.func @branches
// CHECK: %[[FLAG:.+]] = tensor.extract %{{.+}}[] : tensor<i1>
// CHECK: scf.if %[[FLAG]]
// CHECK:   linalg.generic
// CHECK:   scf.yield
// CHECK: else
// CHECK:   scf.yield
// CHECK: %[[NUMBER:.+]] = tensor.extract %{{.+}}[] : tensor<i32>
// CHECK: %[[INDEX:.+]] = arith.index_cast %[[NUMBER]] : i32 to index
// CHECK: scf.index_switch %[[INDEX]] -> tensor<2x2xf32>
// CHECK: case 0
// CHECK: case 1
// CHECK: default
// CHECK-NOT: stablehlo
func.func @branches(%x: tensor<2x2xf32>, %flag: tensor<i1>, %number: tensor<i32>) -> tensor<2x2xf32> {
  %0 = "stablehlo.if"(%flag) ({
    %2 = "stablehlo.multiply"(%x, %x) : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
    "stablehlo.return"(%2) : (tensor<2x2xf32>) -> ()
  }, {
    "stablehlo.return"(%x) : (tensor<2x2xf32>) -> ()
  }) : (tensor<i1>) -> tensor<2x2xf32>
  %1 = "stablehlo.case"(%number) ({
    "stablehlo.return"(%x) : (tensor<2x2xf32>) -> ()
  }, {
    %2 = "stablehlo.add"(%0, %x) : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
    "stablehlo.return"(%2) : (tensor<2x2xf32>) -> ()
  }, {
    "stablehlo.return"(%0) : (tensor<2x2xf32>) -> ()
  }) : (tensor<i32>) -> tensor<2x2xf32>
  return %1 : tensor<2x2xf32>
}
