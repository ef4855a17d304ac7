// A share that rests on what could be seen says so, wherever it stands.
// RUN: onebit-opt %s --report=json | %python -m json.tool | FileCheck %s
// RUN: onebit-opt %s --report=text | FileCheck %s --check-prefix=TEXT --implicit-check-not="100.00 %{{([^*]|$)}}"

// CHECK: "complete": false,
// CHECK:      "kind": "not_visible",
// CHECK-NEXT: "text": "attention is inside a loop",
// CHECK-NEXT: "location": "model.mlir:7:3"
// CHECK:      "kind": "weight",
// CHECK-NEXT: "text": "argument 1 is a weight",
// CHECK-NEXT: "location": "params"
// CHECK:      "kind": "not_modelled",
// CHECK-NEXT: "text": "softmax"
// CHECK-NEXT: }

// TEXT:      MatMul-free share of the work that could be seen*
// TEXT-NEXT: cycles
// TEXT-NEXT: decoder (MatMul-free and attention)  100.00 %*
// TEXT-NEXT: model (all matrix products)          100.00 %*
// TEXT-NEXT: * not of the whole model: part of it could not be seen
// TEXT-NEXT:   - attention is inside a loop
// TEXT:      Amdahl's Law: {{.*}}*{{$}}
// TEXT:      What was assumed
// TEXT-NEXT: - not visible: attention is inside a loop (model.mlir:7:3)
// TEXT-NEXT: - weight: argument 1 is a weight (params)
// TEXT-NEXT: - not modelled: softmax{{$}}

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "a", rows = 4, columns = 4, dataflow = os>

module {
module attributes {decoder.assumptions = [
    #decoder.assumption<kind = not_visible, text = "attention is inside a loop",
        location = loc(fused["a", callsite("model.mlir":7:3 at "main.mlir":9:1)])>,
    #decoder.assumption<kind = weight, text = "argument 1 is a weight", location = loc("params")>,
    #decoder.assumption<kind = not_modelled, text = "softmax", location = loc(unknown)>]} {
func.func @seen(%x: tensor<1x1xf32>) {
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
  return
}
}
}
