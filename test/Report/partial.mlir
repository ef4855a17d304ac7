// A cost model that does not know everything: what it does not know is absent,
// and what not every kernel has is not summed. There is nothing to speed up
// where the whole is 0.
// RUN: onebit-opt %s --report=json | %python -m json.tool | FileCheck %s
// RUN: onebit-opt %s --report=csv | FileCheck %s --check-prefix=CSV
// RUN: onebit-opt %s --report=text | FileCheck %s --check-prefix=TEXT

// CHECK:      "model": {
// CHECK-NEXT:   "name": "unnamed",
// CHECK-NEXT:   "layers": 2
// CHECK-NEXT: }
// CHECK-NOT:  "memories"
// CHECK:      "total": {
// CHECK-NEXT:   "kernels": 2,
// CHECK-NEXT:   "cycles": 0,
// CHECK-NEXT:   "macs": 3,
// CHECK-NEXT:   "scale_multiplications": 2
// CHECK-NEXT: }
// CHECK:      "matmul_free_fraction": {
// CHECK-NEXT:   "decoder": {
// CHECK-NEXT:     "cycles": null,
// CHECK-NEXT:     "macs": 1
// CHECK-NEXT:   },
// CHECK-NEXT:   "model": {
// CHECK-NEXT:     "cycles": null,
// CHECK-NEXT:     "macs": 0.333333333333333
// CHECK-NEXT:   }
// CHECK:      "amdahl": [],
// CHECK:        "layer": 3,
// CHECK-NEXT:   "kernels": 1,
// CHECK-NEXT:   "cycles": 0,
// CHECK-NEXT:   "macs": 1,
// CHECK:        "layer": 9,
// CHECK:          "low_bit_projection": {
// CHECK:        "name": "q#0",
// CHECK:        "kernels": 1,
// CHECK-NEXT:   "folds": 7,
// CHECK-NEXT:   "cycles": 0,
// CHECK-NEXT:   "macs": 1,
// CHECK-NEXT:   "scale_multiplications": 1
// CHECK-NEXT: }
// CHECK:        "name": "q#1",
// CHECK:        "kernels": 1,
// CHECK-NEXT:   "cycles": 0,
// CHECK-NEXT:   "macs": 2,
// CHECK-NEXT:   "scale_multiplications": 1
// CHECK-NEXT: }

// CSV:      name,layer,class,role,batch,m,n,k,dataflow,folds,cycles,macs,scale_multiplications,mapping_efficiency_pct
// CSV-NEXT: q#0,3,matmul_free,q,1,1,1,1,os,7,0,1,1,,,,,{{$}}
// CSV-NEXT: q#1,9,low_bit_projection,q,1,1,1,1,os,,0,2,1,,,,,{{$}}

// TEXT:      model       unnamed: 2 layers
// TEXT:      MatMul-free share of the work
// TEXT-NEXT: cycles  SRAM accesses
// TEXT-NEXT: decoder (MatMul-free and attention)       -              -  100.00 %
// TEXT-NEXT: model (all matrix products)               -              -   33.33 %
// TEXT-NEXT: There is no product of activations (attention) in this module.
// TEXT-NOT:  Amdahl
// TEXT-NOT:  corrected

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "a", rows = 4, columns = 4, dataflow = os>

func.func @partial(%x: tensor<1x1xf32>) {
  %0 = systolic.kernel class(matmul_free) role(q) layer(3) on #array
      ins(%x, %x : tensor<1x1xf32>, tensor<1x1xf32>) outs(%x : tensor<1x1xf32>) maps [#x, #w, #y]
      cost(<"f", folds = 7, cycles = 0, macs = 1>) {
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
  %1 = systolic.kernel class(low_bit_projection) role(q) layer(9) on #array
      ins(%x, %x : tensor<1x1xf32>, tensor<1x1xf32>) outs(%x : tensor<1x1xf32>) maps [#x, #w, #y]
      cost(<"f", cycles = 0, macs = 2>) {
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
