// How often a loop runs is not known: what is in it is counted once, and the
// report does not claim to be complete.
// RUN: onebit-opt %s --report=json | %python -m json.tool | FileCheck %s

// CHECK: "complete": false,
// CHECK: "total": {
// CHECK-NEXT: "kernels": 2,
// CHECK-NEXT: "cycles": 2
// CHECK:      "kind": "not_visible",
// CHECK-NEXT: "text": "1 kernel in loops that run nobody knows how often: counted for one step of these"

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "a", rows = 4, columns = 4, dataflow = os>

func.func @loop(%x: tensor<1x1xf32>, %n: index) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %0 = systolic.kernel class(matmul_free) role(q) on #array
      ins(%x, %x : tensor<1x1xf32>, tensor<1x1xf32>) outs(%x : tensor<1x1xf32>) maps [#x, #w, #y]
      cost(<"f", cycles = 1>) {
  ^bb0(%i: tensor<1x1x1xf32>, %f: tensor<1x1x1xf32>, %o: tensor<1x1x1xf32>):
    %l = systolic.loop () to () step () init(%c = %o) : tensor<1x1x1xf32> {
      %ti = systolic.slice %i[0, 0, 0] size [1, 1, 1] : tensor<1x1x1xf32> to tensor<1x1x1xf32>
      %tf = systolic.slice %f[0, 0, 0] size [1, 1, 1] : tensor<1x1x1xf32> to tensor<1x1x1xf32>
      %to = systolic.slice %c[0, 0, 0] size [1, 1, 1] : tensor<1x1x1xf32> to tensor<1x1x1xf32>
      %p = systolic.fold %ti, %tf into %to tile [1, 1, 1] : tensor<1x1x1xf32>, tensor<1x1x1xf32> into tensor<1x1x1xf32>
      %u = systolic.insert %p into %c[0, 0, 0] size [1, 1, 1] : tensor<1x1x1xf32> into tensor<1x1x1xf32>
      systolic.yield %u : tensor<1x1x1xf32>
    }
    systolic.yield %l : tensor<1x1x1xf32>
  } -> tensor<1x1xf32>
  scf.for %iv = %zero to %n step %one {
    %2 = systolic.kernel class(matmul_free) role(q) on #array
        ins(%x, %x : tensor<1x1xf32>, tensor<1x1xf32>) outs(%x : tensor<1x1xf32>) maps [#x, #w, #y]
        cost(<"f", cycles = 1>) {
    ^bb0(%i: tensor<1x1x1xf32>, %f: tensor<1x1x1xf32>, %o: tensor<1x1x1xf32>):
      %l = systolic.loop () to () step () init(%c = %o) : tensor<1x1x1xf32> {
        %ti = systolic.slice %i[0, 0, 0] size [1, 1, 1] : tensor<1x1x1xf32> to tensor<1x1x1xf32>
        %tf = systolic.slice %f[0, 0, 0] size [1, 1, 1] : tensor<1x1x1xf32> to tensor<1x1x1xf32>
        %to = systolic.slice %c[0, 0, 0] size [1, 1, 1] : tensor<1x1x1xf32> to tensor<1x1x1xf32>
        %p = systolic.fold %ti, %tf into %to tile [1, 1, 1] : tensor<1x1x1xf32>, tensor<1x1x1xf32> into tensor<1x1x1xf32>
        %u = systolic.insert %p into %c[0, 0, 0] size [1, 1, 1] : tensor<1x1x1xf32> into tensor<1x1x1xf32>
        systolic.yield %u : tensor<1x1x1xf32>
      }
      systolic.yield %l : tensor<1x1x1xf32>
    } -> tensor<1x1xf32>
  }
  return
}
