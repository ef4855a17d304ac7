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
#bias = affine_map<(b, t, n, k) -> (n)>

#q = affine_map<(b, h, g, t, l, e) -> (b, h, g, t, e)>
#k = affine_map<(b, h, g, t, l, e) -> (b, h, l, e)>
#s = affine_map<(b, h, g, t, l, e) -> (b, h, g, t, l)>

#scalar = affine_map<() -> ()>

// CHECK-DAG: #[[$X:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d3)>
// CHECK-DAG: #[[$W:.*]] = affine_map<(d0, d1, d2, d3) -> (d2, d3)>
// CHECK-DAG: #[[$Y:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
// CHECK-DAG: #[[$BIAS:.*]] = affine_map<(d0, d1, d2, d3) -> (d2)>
// CHECK-DAG: #[[$Q:.*]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1, d2, d3, d5)>
// CHECK-DAG: #[[$K:.*]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1, d4, d5)>
// CHECK-DAG: #[[$S:.*]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1, d2, d3, d4)>
// CHECK-DAG: #[[$SCALAR:.*]] = affine_map<() -> ()>
// CHECK-DAG: #[[$LOC:.*]] = loc("config.json":3:7)
// CHECK-DAG: #[[$UNKNOWN:.*]] = loc(unknown)

// CHECK: module @attributes attributes {
// CHECK-SAME: decoder.assumptions = [
// CHECK-SAME: #decoder.assumption<kind = weight, text = "the constants are weights">
// CHECK-SAME: #decoder.assumption<kind = activation, text = "">
// CHECK-SAME: #decoder.assumption<kind = tied_weight, text = "with \22quotes\22 and \\", location = #[[$LOC]]>
// CHECK-SAME: #decoder.assumption<kind = quantization, text = "a">
// CHECK-SAME: #decoder.assumption<kind = layout, text = "a">
// CHECK-SAME: #decoder.assumption<kind = not_modelled, text = "a">
// CHECK-SAME: #decoder.assumption<kind = not_visible, text = "a", location = #[[$UNKNOWN]]>
// CHECK-SAME: decoder.model = #decoder.model<name = "opt-350m", family = "opt", layers = 24, phase = decode, layout = paper, batch = 1, context_length = 2048>
module @attributes attributes {
    decoder.model = #decoder.model<name = "opt-350m", family = "opt",
      layers = 24, phase = decode, layout = paper, batch = 1,
      context_length = 2048>,
    decoder.assumptions = [
      #decoder.assumption<kind = weight, text = "the constants are weights">,
      #decoder.assumption<text = "", kind = activation>,
      #decoder.assumption<kind = tied_weight, text = "with \"quotes\" and \\",
                          location = loc("config.json":3:7)>,
      #decoder.assumption<kind = quantization, text = "a">,
      #decoder.assumption<kind = layout, text = "a">,
      #decoder.assumption<kind = not_modelled, text = "a">,
      #decoder.assumption<kind = not_visible, text = "a", location = loc(unknown)>
    ]} {}

// The parameters may come in any order; names may be empty.
// CHECK: module @prefill attributes {decoder.assumptions = [],
// CHECK-SAME: decoder.model = #decoder.model<name = "", family = "", layers = 1, phase = prefill, layout = real, batch = 7, context_length = 1>
module @prefill attributes {
    decoder.assumptions = [],
    decoder.model = #decoder.model<context_length = 1, batch = 7,
      layout = real, phase = prefill, layers = 1, family = "", name = "">} {}

// CHECK-LABEL: func.func @marks
// CHECK-SAME: %{{.*}}: tensor<4x4xf32> {decoder.weight = "q_proj.weight"}
// CHECK-SAME: %{{.*}}: tensor<4xf32> {decoder.cache}
// CHECK-SAME: %{{.*}}: tensor<4xf32> {decoder.cache = "past_key_values.0.key"}
// CHECK-SAME: %{{.*}}: tensor<4xf32> {decoder.activation}
// CHECK-SAME: %{{.*}}: tensor<4xf32> {decoder.activation = "hidden_states"}
func.func @marks(%a: tensor<4x4xf32> {decoder.weight = "q_proj.weight"},
                 %b: tensor<4xf32> {decoder.cache},
                 %c: tensor<4xf32> {decoder.cache = "past_key_values.0.key"},
                 %d: tensor<4xf32> {decoder.activation},
                 %e: tensor<4xf32> {decoder.activation = "hidden_states"}) {
  return
}

// The enums as attributes of their own.
// CHECK-LABEL: func.func private @enums
// CHECK-SAME: class = [#decoder.class<matmul_free>, #decoder.class<low_bit_projection>, #decoder.class<dense_projection>, #decoder.class<attention>]
// CHECK-SAME: kinds = [#decoder.norm_kind<layer_norm>, #decoder.norm_kind<rms_norm>, #decoder.norm_kind<sub_ln>]
// CHECK-SAME: layouts = [#decoder.qkv_layout<concatenated>, #decoder.qkv_layout<grouped>]
// CHECK-SAME: roles = [#decoder.role<q>, #decoder.role<k>, #decoder.role<v>, #decoder.role<qkv>, #decoder.role<o>, #decoder.role<gate>, #decoder.role<up>, #decoder.role<gate_up>, #decoder.role<down>, #decoder.role<router>, #decoder.role<lm_head>, #decoder.role<scores>, #decoder.role<values>, #decoder.role<other>]
func.func private @enums() attributes {
  class = [#decoder.class<matmul_free>, #decoder.class<low_bit_projection>,
           #decoder.class<dense_projection>, #decoder.class<attention>],
  kinds = [#decoder.norm_kind<layer_norm>, #decoder.norm_kind<rms_norm>,
           #decoder.norm_kind<sub_ln>],
  layouts = [#decoder.qkv_layout<concatenated>, #decoder.qkv_layout<grouped>],
  roles = [#decoder.role<q>, #decoder.role<k>, #decoder.role<v>,
           #decoder.role<qkv>, #decoder.role<o>, #decoder.role<gate>,
           #decoder.role<up>, #decoder.role<gate_up>, #decoder.role<down>,
           #decoder.role<router>, #decoder.role<lm_head>,
           #decoder.role<scores>, #decoder.role<values>, #decoder.role<other>]
}

// CHECK-LABEL: func.func @block
func.func @block(%x: tensor<1x1x8xf32>) -> (tensor<1x1x8xf32>, tensor<1x1x8xf32>) {
  // CHECK: decoder.block layer(0) {
  // CHECK-NEXT: }
  decoder.block layer(0) {
  }
  // CHECK: decoder.block layer(1) {
  // CHECK-NEXT: } {note}
  decoder.block layer(1) {
    decoder.yield
  } {note}
  // CHECK: %[[Y:.*]]:2 = decoder.block layer(9223372036854775807) -> (tensor<1x1x8xf32>, tensor<1x1x8xf32>) {
  // CHECK: %[[A:.*]] = decoder.activation relu
  // CHECK: decoder.yield %[[A]], %[[A]] : tensor<1x1x8xf32>, tensor<1x1x8xf32>
  // GENERIC: "decoder.block"() <{layer = 9223372036854775807 : i64}> ({
  // GENERIC: "decoder.yield"
  // GENERIC: }) : () -> (tensor<1x1x8xf32>, tensor<1x1x8xf32>)
  %y:2 = decoder.block layer(9223372036854775807) -> (tensor<1x1x8xf32>, tensor<1x1x8xf32>) {
    %0 = decoder.activation relu %x : tensor<1x1x8xf32>
    decoder.yield %0, %0 : tensor<1x1x8xf32>, tensor<1x1x8xf32>
  }
  return %y#0, %y#1 : tensor<1x1x8xf32>, tensor<1x1x8xf32>
}

// CHECK-LABEL: func.func @weight
func.func @weight() {
  // CHECK: decoder.weight "model.layers.0.mlp.up_proj.weight" : tensor<4x2xf32>
  %a = decoder.weight "model.layers.0.mlp.up_proj.weight" : tensor<4x2xf32>
  // CHECK: decoder.weight "bias" = dense<[5.000000e-01, 1.000000e+00]> : tensor<2xf32> : tensor<2xf32>
  %b = decoder.weight "bias" = dense<[0.5, 1.0]> : tensor<2xf32> : tensor<2xf32>
  // CHECK: decoder.weight "big" = dense_resource<big> : tensor<2xf32> : tensor<2xf32>
  %c = decoder.weight "big" = dense_resource<big> : tensor<2xf32> : tensor<2xf32>
  // CHECK: decoder.weight "scalar" : tensor<f32> {note}
  // GENERIC: "decoder.weight"() <{name = "scalar"}> {note} : () -> tensor<f32>
  %d = decoder.weight "scalar" : tensor<f32> {note}
  return
}

// CHECK-LABEL: func.func @projection
func.func @projection(%x: tensor<1x3x8xf32>, %w: tensor<32x8xf32>, %b: tensor<32xf32>,
                      %c: tensor<1x3x32xf32>, %i: tensor<f32>) {
  // CHECK: decoder.projection role(other) ins(%{{.*}}, %{{.*}} : tensor<1x3x8xf32>, tensor<32x8xf32>)
  // CHECK-SAME: maps [#[[$X]], #[[$W]], #[[$Y]]] -> tensor<1x3x32xf32>
  %0 = decoder.projection role(other) ins(%x, %w : tensor<1x3x8xf32>, tensor<32x8xf32>)
      maps [#x, #w, #y] -> tensor<1x3x32xf32>
  // CHECK: decoder.projection "mlp.up_proj" role(up) layer(3) ins
  // CHECK-SAME: init(%{{.*}} : tensor<32xf32>) maps [#[[$X]], #[[$W]], #[[$Y]], #[[$BIAS]]] -> tensor<1x3x32xf32> {note}
  // GENERIC: "decoder.projection"(%{{.*}}, %{{.*}}, %{{.*}}) <{indexing_maps = [{{.*}}], layer = 3 : i64, product_name = "mlp.up_proj", role = #decoder.role<up>}> {note}
  %1 = decoder.projection "mlp.up_proj" role(up) layer(3)
      ins(%x, %w : tensor<1x3x8xf32>, tensor<32x8xf32>)
      init(%b : tensor<32xf32>) maps [#x, #w, #y, #bias] -> tensor<1x3x32xf32> {note}
  // An init of the result's rank, the weight's element type its own.
  // CHECK: decoder.projection role(q) ins
  // CHECK-SAME: init(%{{.*}} : tensor<1x3x32xf32>) maps [#[[$X]], #[[$W]], #[[$Y]], #[[$Y]]]
  %2 = decoder.projection role(q) ins(%x, %w : tensor<1x3x8xf32>, tensor<32x8xf32>)
      init(%c : tensor<1x3x32xf32>) maps [#x, #w, #y, #y] -> tensor<1x3x32xf32>
  // No loop at all: one multiplication.
  // CHECK: decoder.projection "" role(router) ins(%{{.*}}, %{{.*}} : tensor<f32>, tensor<f32>) maps [#[[$SCALAR]], #[[$SCALAR]], #[[$SCALAR]]]
  %3 = decoder.projection "" role(router) ins(%i, %i : tensor<f32>, tensor<f32>)
      maps [#scalar, #scalar, #scalar] -> tensor<f32>
  return
}

// CHECK-LABEL: func.func @attention_product
func.func @attention_product(%q: tensor<1x2x2x1x16xf32>, %k: tensor<1x2x9x16xf32>,
                             %i: tensor<1x2x2x1x9xf32>) {
  // CHECK: decoder.attention_product "self_attn.scores" role(scores) layer(0) query_groups([2]) ins
  // CHECK-SAME: maps [#[[$Q]], #[[$K]], #[[$S]]] -> tensor<1x2x2x1x9xf32>
  %0 = decoder.attention_product "self_attn.scores" role(scores) layer(0)
      query_groups([2]) ins(%q, %k : tensor<1x2x2x1x16xf32>, tensor<1x2x9x16xf32>)
      maps [#q, #k, #s] -> tensor<1x2x2x1x9xf32>
  // Without groups the loop counts as M.
  // CHECK: decoder.attention_product role(other) ins
  %1 = decoder.attention_product role(other)
      ins(%q, %k : tensor<1x2x2x1x16xf32>, tensor<1x2x9x16xf32>)
      maps [#q, #k, #s] -> tensor<1x2x2x1x9xf32>
  // CHECK: decoder.attention_product role(values) query_groups([2, 3]) ins
  // CHECK-SAME: init(%{{.*}} : tensor<1x2x2x1x9xf32>)
  // CHECK-SAME: maps [#[[$Q]], #[[$K]], #[[$S]], #[[$S]]]
  %2 = decoder.attention_product role(values) query_groups([2, 3])
      ins(%q, %k : tensor<1x2x2x1x16xf32>, tensor<1x2x9x16xf32>)
      init(%i : tensor<1x2x2x1x9xf32>) maps [#q, #k, #s, #s] -> tensor<1x2x2x1x9xf32>
  // CHECK: decoder.attention_product role(scores) query_groups([2]) ins
  // CHECK-SAME: -> tensor<1x2x2x1x9xf32> {causal, window = 4 : i64}
  %3 = decoder.attention_product role(scores) query_groups([2])
      ins(%q, %k : tensor<1x2x2x1x16xf32>, tensor<1x2x9x16xf32>)
      maps [#q, #k, #s] -> tensor<1x2x2x1x9xf32> {causal, window = 4 : i64}
  return
}

// CHECK-LABEL: func.func @attention
func.func @attention(%q: tensor<1x4x1x16xf32>, %k: tensor<1x2x9x16xf32>, %p: index) {
  // CHECK: decoder.attention %{{.*}}, %{{.*}}, %{{.*}} : tensor<1x4x1x16xf32>, tensor<1x2x9x16xf32>
  %0 = decoder.attention %q, %k, %k : tensor<1x4x1x16xf32>, tensor<1x2x9x16xf32>
  // CHECK: decoder.attention "model.layers.0.self_attn" layer(0) %{{.*}}, %{{.*}}, %{{.*}} at %{{.*}} {alibi = #decoder.alibi<press>, causal, scale = 2.500000e-01 : f64, softcap = 5.000000e+01 : f64, window = 4 : i64}
  %1 = decoder.attention "model.layers.0.self_attn" layer(0) %q, %k, %k at %p
      {alibi = #decoder.alibi<press>, causal, scale = 0.25, softcap = 50.0, window = 4 : i64}
      : tensor<1x4x1x16xf32>, tensor<1x2x9x16xf32>
  return
}

// CHECK-LABEL: func.func @softmax
func.func @softmax(%s: tensor<1x4x3x9xf32>, %p: index) {
  // CHECK: decoder.softmax %{{.*}} : tensor<1x4x3x9xf32>
  %0 = decoder.softmax %s : tensor<1x4x3x9xf32>
  // CHECK: decoder.softmax %{{.*}} at %{{.*}} {alibi = #decoder.alibi<press>, causal, scale = 5.000000e-01 : f64, softcap = 3.000000e+01 : f64, window = 4 : i64} : tensor<1x4x3x9xf32>
  %1 = decoder.softmax %s at %p {alibi = #decoder.alibi<press>, causal, scale = 0.5, softcap = 30.0, window = 4 : i64} : tensor<1x4x3x9xf32>
  // CHECK: decoder.softmax %{{.*}} at %{{.*}} {alibi = #decoder.alibi<falcon>, causal, scale = 5.000000e-01 : f64}
  %falcon = decoder.softmax %s at %p {alibi = #decoder.alibi<falcon>, causal, scale = 0.5} : tensor<1x4x3x9xf32>
  // As many tokens as keys, all new.
  %2 = tensor.extract_slice %s[0, 0, 0, 0] [1, 4, 3, 3] [1, 1, 1, 1] : tensor<1x4x3x9xf32> to tensor<1x4x3x3xf32>
  // CHECK: decoder.softmax %{{.*}} {causal} : tensor<1x4x3x3xf32>
  %3 = decoder.softmax %2 {causal} : tensor<1x4x3x3xf32>
  return
}

// CHECK-LABEL: func.func @heads
func.func @heads(%x: tensor<1x3x128xf32>, %y: tensor<1x3x64xf32>, %cache: tensor<1x2x9x16xf32>, %p: index) {
  // CHECK: %[[H:.*]] = decoder.split_heads %{{.*}} : tensor<1x3x64xf32> -> tensor<1x4x3x16xf32>
  %0 = decoder.split_heads %y : tensor<1x3x64xf32> -> tensor<1x4x3x16xf32>
  // CHECK: decoder.merge_heads %[[H]] : tensor<1x4x3x16xf32> -> tensor<1x3x64xf32>
  %1 = decoder.merge_heads %0 : tensor<1x4x3x16xf32> -> tensor<1x3x64xf32>
  // CHECK: %{{.*}}, %[[KEY:.*]], %{{.*}} = decoder.split_qkv grouped %{{.*}} : tensor<1x3x128xf32> -> tensor<1x4x3x16xf32>, tensor<1x2x3x16xf32>
  // GENERIC: "decoder.split_qkv"(%{{.*}}) <{layout = #decoder.qkv_layout<grouped>}>
  %q, %k, %v = decoder.split_qkv grouped %x : tensor<1x3x128xf32> -> tensor<1x4x3x16xf32>, tensor<1x2x3x16xf32>
  // CHECK: decoder.split_qkv concatenated
  %q1, %k1, %v1 = decoder.split_qkv concatenated %x : tensor<1x3x128xf32> -> tensor<1x4x3x16xf32>, tensor<1x2x3x16xf32>
  // CHECK: decoder.cache_append %[[KEY]] into %{{.*}} at %{{.*}} : tensor<1x2x3x16xf32> into tensor<1x2x9x16xf32>
  %c = decoder.cache_append %k into %cache at %p : tensor<1x2x3x16xf32> into tensor<1x2x9x16xf32>
  return
}

// CHECK-LABEL: func.func @positions
func.func @positions(%ids: tensor<1x3xi64>, %ids32: tensor<1x3xi32>, %table: tensor<100x8xf32>, %h: tensor<1x4x3x16xf32>, %p: index) {
  // CHECK: %[[E:.*]] = decoder.embedding %{{.*}}[%{{.*}}] : tensor<100x8xf32>, tensor<1x3xi64> -> tensor<1x3x8xf32>
  %0 = decoder.embedding %table[%ids] : tensor<100x8xf32>, tensor<1x3xi64> -> tensor<1x3x8xf32>
  // CHECK: decoder.embedding %{{.*}}[%{{.*}}] : tensor<100x8xf32>, tensor<1x3xi32> -> tensor<1x3x8xf32>
  %1 = decoder.embedding %table[%ids32] : tensor<100x8xf32>, tensor<1x3xi32> -> tensor<1x3x8xf32>
  // CHECK: decoder.position_embedding %[[E]], %{{.*}} at %{{.*}} : tensor<1x3x8xf32>, tensor<100x8xf32>
  %2 = decoder.position_embedding %0, %table at %p : tensor<1x3x8xf32>, tensor<100x8xf32>
  // CHECK: decoder.position_embedding %[[E]], %{{.*}} at %{{.*}} {offset = 97 : i64} : tensor<1x3x8xf32>, tensor<100x8xf32>
  %3 = decoder.position_embedding %0, %table at %p {offset = 97 : i64} : tensor<1x3x8xf32>, tensor<100x8xf32>
  // CHECK: decoder.rotary %{{.*}} at %{{.*}} : tensor<1x4x3x16xf32>
  %4 = decoder.rotary %h at %p : tensor<1x4x3x16xf32>
  // CHECK: decoder.rotary %{{.*}} at %{{.*}} {interleaved, rotary_dim = 8 : i64, theta = 5.000000e+05 : f64} : tensor<1x4x3x16xf32>
  %5 = decoder.rotary %h at %p {interleaved, rotary_dim = 8 : i64, theta = 5.0e5} : tensor<1x4x3x16xf32>
  // CHECK: decoder.rotary %{{.*}} at %{{.*}} {scaling = #decoder.linear_scaling<factor = 4.000000e+00 : f64>} : tensor<1x4x3x16xf32>
  %6 = decoder.rotary %h at %p {scaling = #decoder.linear_scaling<factor = 4.0>} : tensor<1x4x3x16xf32>
  // CHECK: {scaling = #decoder.llama3_scaling<factor = 8.000000e+00 : f64, low_freq_factor = 1.000000e+00 : f64, high_freq_factor = 4.000000e+00 : f64, original_context = 8192>}
  %7 = decoder.rotary %h at %p {scaling = #decoder.llama3_scaling<factor = 8.0, low_freq_factor = 1.0, high_freq_factor = 4.0, original_context = 8192>} : tensor<1x4x3x16xf32>
  // CHECK: {scaling = #decoder.yarn_scaling<factor = 4.000000e+00 : f64, beta_fast = 3.200000e+01 : f64, beta_slow = 1.000000e+00 : f64, original_context = 4096, amplitude = 1.125000e+00 : f64>}
  %8 = decoder.rotary %h at %p {scaling = #decoder.yarn_scaling<factor = 4.0, beta_fast = 32.0, beta_slow = 1.0, original_context = 4096, amplitude = 1.125>} : tensor<1x4x3x16xf32>
  // CHECK: amplitude = 1.125000e+00 : f64, truncate = false>}
  %9 = decoder.rotary %h at %p {scaling = #decoder.yarn_scaling<factor = 4.0, beta_fast = 32.0, beta_slow = 1.0, original_context = 4096, amplitude = 1.125, truncate = false>} : tensor<1x4x3x16xf32>
  // CHECK: {rotary_dim = 4 : i64, scaling = #decoder.long_scaling<short_factors = [1.000000e+00, 1.250000e+00], long_factors = [1.500000e+00, 8.000000e+00], original_context = 4096, amplitude = 1.250000e+00 : f64>}
  %10 = decoder.rotary %h at %p {rotary_dim = 4 : i64, scaling = #decoder.long_scaling<short_factors = [1.0, 1.25], long_factors = [1.5, 8.0], original_context = 4096, amplitude = 1.25>} : tensor<1x4x3x16xf32>
  return
}

// CHECK-LABEL: func.func @norm
func.func @norm(%x: tensor<1x3x8xf32>, %w: tensor<8xf32>, %v: tensor<8xf16>) {
  // CHECK: decoder.norm layer_norm %{{.*}} weight(%{{.*}} : tensor<8xf32>) bias(%{{.*}} : tensor<8xf32>) : tensor<1x3x8xf32>
  %0 = decoder.norm layer_norm %x weight(%w : tensor<8xf32>) bias(%w : tensor<8xf32>) : tensor<1x3x8xf32>
  // CHECK: decoder.norm layer_norm %{{.*}} bias(%{{.*}} : tensor<8xf32>) : tensor<1x3x8xf32>
  %1 = decoder.norm layer_norm %x bias(%w : tensor<8xf32>) : tensor<1x3x8xf32>
  // CHECK: decoder.norm layer_norm %{{.*}} : tensor<1x3x8xf32>
  %2 = decoder.norm layer_norm %x : tensor<1x3x8xf32>
  // CHECK: decoder.norm rms_norm %{{.*}} weight(%{{.*}} : tensor<8xf32>) {epsilon = 0.000000e+00 : f64, unit_offset} : tensor<1x3x8xf32>
  // GENERIC: "decoder.norm"(%{{.*}}, %{{.*}}) <{epsilon = 0.000000e+00 : f64, kind = #decoder.norm_kind<rms_norm>, operandSegmentSizes = array<i32: 1, 1, 0>, unit_offset}>
  %3 = decoder.norm rms_norm %x weight(%w : tensor<8xf32>) {epsilon = 0.0, unit_offset} : tensor<1x3x8xf32>
  // CHECK: decoder.norm rms_norm %{{.*}} : tensor<1x3x8xf32>
  %4 = decoder.norm rms_norm %x : tensor<1x3x8xf32>
  // CHECK: decoder.norm sub_ln %{{.*}} {epsilon = 5.000000e-01 : f64} : tensor<1x3x8xf32>
  %5 = decoder.norm sub_ln %x {epsilon = 0.5} : tensor<1x3x8xf32>
  return
}

// CHECK-LABEL: func.func @activation
func.func @activation(%x: tensor<1x3x8xf32>, %y: tensor<5xbf16>, %z: tensor<f16>) {
  // CHECK: decoder.activation relu %{{.*}} : tensor<1x3x8xf32>
  %0 = decoder.activation relu %x : tensor<1x3x8xf32>
  // CHECK: decoder.activation relu2 %{{.*}} : tensor<5xbf16>
  %1 = decoder.activation relu2 %y : tensor<5xbf16>
  // CHECK: decoder.activation gelu %{{.*}} : tensor<f16>
  %2 = decoder.activation gelu %z : tensor<f16>
  // CHECK: decoder.activation gelu_tanh %{{.*}} {note} : tensor<1x3x8xf32>
  %3 = decoder.activation gelu_tanh %x {note} : tensor<1x3x8xf32>
  // CHECK: decoder.activation silu %{{.*}} : tensor<1x3x8xf32>
  %4 = decoder.activation silu %x : tensor<1x3x8xf32>
  // CHECK: decoder.gated_activation silu %{{.*}}, %{{.*}} : tensor<1x3x8xf32>
  %5 = decoder.gated_activation silu %x, %0 : tensor<1x3x8xf32>
  // CHECK: decoder.gated_activation relu2 %{{.*}}, %{{.*}} : tensor<5xbf16>
  %6 = decoder.gated_activation relu2 %y, %1 : tensor<5xbf16>
  return
}

// A tensor may hold nothing.
// CHECK-LABEL: func.func @empty
func.func @empty(%x: tensor<0x3x64xf32>, %w: tensor<0x64xf32>) {
  // CHECK: decoder.split_heads %{{.*}} : tensor<0x3x64xf32> -> tensor<0x4x3x16xf32>
  %0 = decoder.split_heads %x : tensor<0x3x64xf32> -> tensor<0x4x3x16xf32>
  // CHECK: decoder.projection role(up) ins(%{{.*}}, %{{.*}} : tensor<0x3x64xf32>, tensor<0x64xf32>)
  %1 = decoder.projection role(up) ins(%x, %w : tensor<0x3x64xf32>, tensor<0x64xf32>)
      maps [#x, #w, #y] -> tensor<0x3x0xf32>
  return
}
