// What was chosen, and what the runner-up would have taken. A kernel that was
// priced again, by another cost model, has no ratio; one without another dataflow
// no runner-up.
//
// RUN: onebit-opt %s --report=json | %python -m json.tool | FileCheck %s --check-prefix=JSON
// RUN: onebit-opt %s --report=text | FileCheck %s --check-prefix=TEXT
// RUN: onebit-opt %s --report=csv | FileCheck %s --check-prefix=CSV

// JSON: "name": "scores#0",
// JSON: "batch": 4,
// JSON-NEXT: "m": 1,
// JSON-NEXT: "n": 9,
// JSON-NEXT: "k": 16,
// JSON-NEXT: "dataflow": "os",
// JSON-NEXT: "transposed": true,
// JSON-NEXT: "gqa": "rows",
// JSON-NEXT: "choice": {
// JSON-NEXT:   "objective": "edp",
// JSON-NEXT:   "runner_up": {
// JSON-NEXT:     "dataflow": "is",
// JSON-NEXT:     "cycles": 60,
// JSON-NEXT:     "energy_total_fj": 5000000000000000000,
// JSON-NEXT:     "ratio": 1.5
// JSON-NEXT:   }
// JSON-NEXT: },
// JSON: "name": "q#0",
// JSON:      "choice": {
// JSON-NEXT:   "objective": "cycles",
// JSON-NEXT:   "runner_up": {
// JSON-NEXT:     "dataflow": "os",
// JSON-NEXT:     "transposed": true,
// JSON-NEXT:     "cycles": 8
// JSON-NEXT:   }
// JSON-NEXT: },
// JSON: "name": "q#1",
// JSON:      "choice": {
// JSON-NEXT:   "objective": "dram_bytes"
// JSON-NEXT: },
// JSON: "name": "q#2",
// JSON-NOT: "choice"
// JSON: "assumptions"

// TEXT: query heads of one key-value head are rows of one product (gqa=rows)
// TEXT: The dataflow of each kernel, chosen by energy times cycles
// TEXT: kernels {{.*}}batch x m x n x k {{.*}} dataflow {{ *}}fJ x cycles {{ *}}dataflow {{ *}}fJ x cycles {{ *}}times
// TEXT-NEXT: scores {{.*}}4 x 1 x 9 x 16 {{.*}} os transposed {{ *}}2e+20 {{ *}}is {{ *}}3e+20 {{ *}}1.50x
// TEXT: The dataflow of each kernel, chosen by cycles
// TEXT: {{^}}q {{.*}} os {{ *}}- {{ *}}os transposed {{ *}}8 {{ *}}-{{$}}
// TEXT: The dataflow of each kernel, chosen by DRAM bytes
// TEXT: {{^}}q {{.*}} os {{ *}}2 {{ *}}- {{ *}}- {{ *}}-{{$}}

// CSV: name,layer,class,role,batch,m,n,k,dataflow

#q = affine_map<(h, g, t, l, e) -> (h, g, t, e)>
#k = affine_map<(h, g, t, l, e) -> (h, l, e)>
#s = affine_map<(h, g, t, l, e) -> (h, g, t, l)>
#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#array = #systolic.array<name = "a", rows = 16, columns = 4, dataflow = os>

func.func @scores(%q: tensor<2x2x1x16xi8>, %k: tensor<2x9x16xi8>, %s: tensor<2x2x1x9xi32>) {
  %0 = systolic.kernel class(attention) role(scores) on #array
      ins(%q, %k : tensor<2x2x1x16xi8>, tensor<2x9x16xi8>) outs(%s : tensor<2x2x1x9xi32>)
      maps [#q, #k, #s] query_groups([1]) query_rows transposed
      choice(<edp, runner_up = is, cost = #systolic.cost<"f" at nm7, cycles = 60, energy_total_fj = 5000000000000000000>>)
      cost(<"f" at nm7, cycles = 50, dram_ifmap_bits = 1, energy_total_fj = 4000000000000000000>) {
  ^bb0(%i: tensor<2x9x16xi8>, %f: tensor<2x2x16xi8>, %o: tensor<2x9x2xi32>):
    %l = systolic.loop (%b) to (2) step (1) init(%c = %o) : tensor<2x9x2xi32> {
      %ti = systolic.slice %i[%b, 0, 0] size [1, 9, 16] : tensor<2x9x16xi8> to tensor<1x9x16xi8>
      %tf = systolic.slice %f[%b, 0, 0] size [1, 2, 16] : tensor<2x2x16xi8> to tensor<1x2x16xi8>
      %to = systolic.slice %c[%b, 0, 0] size [1, 9, 2] : tensor<2x9x2xi32> to tensor<1x9x2xi32>
      %p = systolic.fold %ti, %tf into %to tile [9, 2, 16] : tensor<1x9x16xi8>, tensor<1x2x16xi8> into tensor<1x9x2xi32>
      %u = systolic.insert %p into %c[%b, 0, 0] size [1, 9, 2] : tensor<1x9x2xi32> into tensor<2x9x2xi32>
      systolic.yield %u : tensor<2x9x2xi32>
    }
    systolic.yield %l : tensor<2x9x2xi32>
  } -> tensor<2x2x1x9xi32>
  return
}

func.func @again(%x: tensor<1x1xf32>) {
  %0 = systolic.kernel class(matmul_free) role(q) on #array
      ins(%x, %x : tensor<1x1xf32>, tensor<1x1xf32>) outs(%x : tensor<1x1xf32>) maps [#x, #w, #y]
      choice(<cycles, runner_up = os transposed, cost = #systolic.cost<"other", cycles = 8>>) cost(<"f" at nm7, cycles = 6, dram_ifmap_bits = 9>) {
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

func.func @alone(%x: tensor<1x1xf32>) {
  %0 = systolic.kernel class(matmul_free) role(q) on #array
      ins(%x, %x : tensor<1x1xf32>, tensor<1x1xf32>) outs(%x : tensor<1x1xf32>) maps [#x, #w, #y]
      choice(<dram_bytes>) cost(<"f" at nm7, cycles = 6, dram_ifmap_bits = 9>) {
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

func.func @fixed(%x: tensor<1x1xf32>) {
  %0 = systolic.kernel class(matmul_free) role(q) on #array
      ins(%x, %x : tensor<1x1xf32>, tensor<1x1xf32>) outs(%x : tensor<1x1xf32>) maps [#x, #w, #y]
      cost(<"f" at nm7, cycles = 6, dram_ifmap_bits = 9>) {
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
