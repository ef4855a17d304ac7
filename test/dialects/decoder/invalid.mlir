// Each constraint by its label, and input that no printer would write.
//
// RUN: onebit-opt %s --split-input-file --verify-diagnostics --allow-unregistered-dialect

//===----------------------------------------------------------------------===//
// Attributes of the dialect
//===----------------------------------------------------------------------===//

// expected-error @+1 {{'decoder.model' must be a #decoder.model on a module}}
module attributes {decoder.model = "opt"} {}

// -----

// expected-error @+1 {{'decoder.model' must be a #decoder.model on a module}}
func.func private @model_not_on_module() attributes {
  decoder.model = #decoder.model<name = "a", family = "opt", layers = 1,
    phase = decode, layout = real, batch = 1, context_length = 1>}

// -----

// expected-error @+1 {{'decoder.assumptions' must be an array of #decoder.assumption on a module}}
module attributes {decoder.assumptions = #decoder.assumption<kind = weight, text = "a">} {}

// -----

// expected-error @+1 {{'decoder.assumptions' must be an array of #decoder.assumption on a module}}
module attributes {decoder.assumptions = [#decoder.assumption<kind = weight, text = "a">, "b"]} {}

// -----

// expected-error @+1 {{'decoder.assumptions' must be an array of #decoder.assumption on a module}}
func.func private @assumptions_not_on_module() attributes {decoder.assumptions = []}

// -----

// expected-error @+1 {{'decoder.layer' is not an attribute of the decoder dialect for operations}}
func.func private @unknown_attribute() attributes {decoder.layer = 1}

// -----

// A mark of an argument on an op.
// expected-error @+1 {{'decoder.weight' is not an attribute of the decoder dialect for operations}}
module attributes {decoder.weight = "a"} {}

// -----

// expected-error @+1 {{argument #1: 'decoder.weight' must be the weight's name, a string that is not empty}}
func.func @weight_without_name(%a: tensor<4xf32>, %b: tensor<4xf32> {decoder.weight}) {
  return
}

// -----

// expected-error @+1 {{argument #0: 'decoder.weight' must be the weight's name, a string that is not empty}}
func.func @weight_with_empty_name(%a: tensor<4xf32> {decoder.weight = ""}) {
  return
}

// -----

// expected-error @+1 {{argument #0: 'decoder.cache' must be a unit attribute or a name}}
func.func private @cache_is_a_number(tensor<4xf32> {decoder.cache = 3})

// -----

// expected-error @+1 {{argument #0: 'decoder.activation' must be a unit attribute or a name}}
func.func private @activation_is_a_bool(tensor<4xf32> {decoder.activation = true})

// -----

// expected-error @+1 {{argument #0: 'decoder.bias' is not an attribute of the decoder dialect for arguments; expected decoder.weight, decoder.value, decoder.cache or decoder.activation}}
func.func private @unknown_mark(tensor<4xf32> {decoder.bias = "a"})

// -----

// expected-error @+1 {{argument #0: has more than one of decoder.weight, decoder.cache and decoder.activation}}
func.func private @two_marks(tensor<4xf32> {decoder.weight = "a", decoder.cache})

// -----

// expected-error @+1 {{argument #0: has more than one of decoder.weight, decoder.cache and decoder.activation}}
func.func private @two_other_marks(tensor<4xf32> {decoder.activation, decoder.cache})

// -----

// expected-error @+1 {{result #1: 'decoder.weight' is not an attribute of the decoder dialect for results}}
func.func private @mark_of_result() -> (f32, f32 {decoder.weight = "a"})

// -----

// model_c1
// expected-error @+1 {{layers, batch and context_length must be positive, got 0, 1 and 1}}
module attributes {decoder.model = #decoder.model<name = "a", family = "opt",
    layers = 0, phase = decode, layout = real, batch = 1, context_length = 1>} {}

// -----

// model_c1
// expected-error @+1 {{layers, batch and context_length must be positive, got 1, -1 and 1}}
module attributes {decoder.model = #decoder.model<name = "a", family = "opt",
    layers = 1, phase = decode, layout = real, batch = -1, context_length = 1>} {}

// -----

// model_c1
// expected-error @+1 {{layers, batch and context_length must be positive, got 1, 1 and 0}}
module attributes {decoder.model = #decoder.model<name = "a", family = "opt",
    layers = 1, phase = decode, layout = real, batch = 1, context_length = 0>} {}

// -----

//===----------------------------------------------------------------------===//
// Structure
//===----------------------------------------------------------------------===//

func.func @block_c1(%a: tensor<4xf32>) {
  // expected-error @+1 {{successor operand type #0 'tensor<4xf32>' should match successor input type #0 'tensor<5xf32>'}}
  %0 = decoder.block layer(0) -> (tensor<5xf32>) {
    // expected-note @+1 {{region branch point}}
    decoder.yield %a : tensor<4xf32>
  }
  return
}

// -----

func.func @block_c1_number_of_results(%a: tensor<4xf32>) {
  // expected-error @+1 {{region branch point has 2 operands, but region successor needs 1 inputs}}
  %0 = decoder.block layer(0) -> (tensor<4xf32>) {
    // expected-note @+1 {{region branch point}}
    decoder.yield %a, %a : tensor<4xf32>, tensor<4xf32>
  }
  return
}

// -----

// The yield that the parser adds for a block without results does not do here.
func.func @block_c1_no_yield(%a: tensor<4xf32>) {
  // expected-error @+2 {{region branch point has 0 operands, but region successor needs 1 inputs}}
  // expected-note @+1 {{region branch point}}
  %0 = decoder.block layer(0) -> (tensor<4xf32>) {
  }
  return
}

// -----

func.func @block_other_terminator() {
  // expected-error @+2 {{expects regions to end with 'decoder.yield', found 'foo.end'}}
  // expected-note @+1 {{the absence of terminator implies 'decoder.yield'}}
  "decoder.block"() <{layer = 0 : i64}> ({
    "foo.end"() : () -> ()
  }) : () -> ()
  return
}

// -----

func.func @block_with_empty_block() {
  // expected-error @+1 {{expects a non-empty block}}
  "decoder.block"() <{layer = 0 : i64}> ({
  ^bb0:
  }) : () -> ()
  return
}

// -----

func.func @block_without_blocks() {
  // expected-error @+1 {{failed to verify constraint: region with 1 blocks}}
  "decoder.block"() <{layer = 0 : i64}> ({
  }) : () -> ()
  return
}

// -----

func.func @block_with_argument() {
  // expected-error @+1 {{region should have no arguments}}
  "decoder.block"() <{layer = 0 : i64}> ({
  ^bb0(%a: f32):
    "decoder.yield"() : () -> ()
  }) : () -> ()
  return
}

// -----

func.func @block_negative_layer() {
  // expected-error @+1 {{attribute 'layer' failed to satisfy constraint: 64-bit signless integer attribute whose value is non-negative}}
  decoder.block layer(-1) {
  }
  return
}

// -----

func.func @yield_outside_block() {
  // expected-error @+1 {{expects parent op 'decoder.block'}}
  decoder.yield
}

// -----

func.func @weight_c1() {
  // expected-error @+1 {{has a value of type 'tensor<3xf32>', but the weight is of type 'tensor<2xf32>'}}
  %0 = decoder.weight "a" = dense<1.0> : tensor<3xf32> : tensor<2xf32>
  return
}

// -----

func.func @weight_c1_element_type() {
  // expected-error @+1 {{has a value of type 'tensor<2xf16>', but the weight is of type 'tensor<2xf32>'}}
  %0 = decoder.weight "a" = dense<1.0> : tensor<2xf16> : tensor<2xf32>
  return
}

// -----

func.func @weight_c2() {
  // expected-error @+1 {{must have a name that is not empty}}
  %0 = decoder.weight "" : tensor<2xf32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// The waist
//===----------------------------------------------------------------------===//

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
func.func @product_c1_map_for_no_init(%x: tensor<3x4xf32>, %w: tensor<5x4xf32>) {
  // expected-error @+1 {{must have one indexing map for each operand and the result, 3 in all, got 4}}
  %0 = decoder.projection role(up) ins(%x, %w : tensor<3x4xf32>, tensor<5x4xf32>)
      maps [#x, #w, #y, #y] -> tensor<3x5xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
func.func @product_c1_no_map_for_init(%x: tensor<3x4xf32>, %w: tensor<5x4xf32>, %i: tensor<3x5xf32>) {
  // expected-error @+1 {{must have one indexing map for each operand and the result, 4 in all, got 3}}
  %0 = decoder.projection role(up) ins(%x, %w : tensor<3x4xf32>, tensor<5x4xf32>)
      init(%i : tensor<3x5xf32>) maps [#x, #w, #y] -> tensor<3x5xf32>
  return
}

// -----

func.func @product_c1_no_maps(%x: tensor<3x4xf32>, %w: tensor<5x4xf32>) {
  // expected-error @+1 {{must have one indexing map for each operand and the result, 3 in all, got 0}}
  %0 = decoder.attention_product role(scores) ins(%x, %w : tensor<3x4xf32>, tensor<5x4xf32>)
      maps [] -> tensor<3x5xf32>
  return
}

// -----

func.func @product_maps_are_maps(%x: tensor<3x4xf32>, %w: tensor<5x4xf32>) {
  // expected-error @+1 {{attribute 'indexing_maps' failed to satisfy constraint: AffineMap array attribute}}
  %0 = "decoder.projection"(%x, %w) <{indexing_maps = [1, 2, 3], role = #decoder.role<up>}>
      : (tensor<3x4xf32>, tensor<5x4xf32>) -> tensor<3x5xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k, l) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
func.func @product_c1_number_of_loops(%x: tensor<3x4xf32>, %w: tensor<5x4xf32>) {
  // expected-error @+1 {{all indexing maps must be over the same loops, but the map of the right side has 4 and not 3}}
  %0 = decoder.projection role(up) ins(%x, %w : tensor<3x4xf32>, tensor<5x4xf32>)
      maps [#x, #w, #y] -> tensor<3x5xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k, m)>
#y = affine_map<(m, n, k) -> (m, n)>
func.func @product_c2_rank(%x: tensor<3x4xf32>, %w: tensor<5x4xf32>) {
  // expected-error @+1 {{the map of the right side must be a projected permutation with 2 results, got affine_map<(d0, d1, d2) -> (d1, d2, d0)>}}
  %0 = decoder.projection role(up) ins(%x, %w : tensor<3x4xf32>, tensor<5x4xf32>)
      maps [#x, #w, #y] -> tensor<3x5xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m + n, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
func.func @product_c2_sum(%x: tensor<3x4xf32>, %w: tensor<5x4xf32>) {
  // expected-error @+1 {{the map of the left side must be a projected permutation with 2 results}}
  %0 = decoder.projection role(up) ins(%x, %w : tensor<3x4xf32>, tensor<5x4xf32>)
      maps [#x, #w, #y] -> tensor<3x5xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, 0)>
func.func @product_c2_constant(%x: tensor<3x4xf32>, %w: tensor<5x4xf32>) {
  // expected-error @+1 {{the map of the result must be a projected permutation with 2 results}}
  %0 = decoder.projection role(up) ins(%x, %w : tensor<3x4xf32>, tensor<5x4xf32>)
      maps [#x, #w, #y] -> tensor<3x1xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#i = affine_map<(m, n, k) -> (n, n)>
func.func @product_c2_repeated_loop(%x: tensor<3x4xf32>, %w: tensor<5x4xf32>, %i: tensor<5x5xf32>) {
  // expected-error @+1 {{the map of the init must be a projected permutation with 2 results}}
  %0 = decoder.projection role(up) ins(%x, %w : tensor<3x4xf32>, tensor<5x4xf32>)
      init(%i : tensor<5x5xf32>) maps [#x, #w, #y, #i] -> tensor<3x5xf32>
  return
}

// -----

#x = affine_map<(m, n, k)[s] -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
func.func @product_c2_symbol(%x: tensor<3x4xf32>, %w: tensor<5x4xf32>) {
  // expected-error @+1 {{the map of the left side must be a projected permutation with 2 results}}
  %0 = decoder.projection role(up) ins(%x, %w : tensor<3x4xf32>, tensor<5x4xf32>)
      maps [#x, #w, #y] -> tensor<3x5xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
func.func @product_c3(%x: tensor<3x4xf32>, %w: tensor<5x6xf32>) {
  // expected-error @+1 {{loop 2 has extent 4, but the right side has 6 there}}
  %0 = decoder.projection role(up) ins(%x, %w : tensor<3x4xf32>, tensor<5x6xf32>)
      maps [#x, #w, #y] -> tensor<3x5xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#i = affine_map<(m, n, k) -> (n)>
func.func @product_c3_init(%x: tensor<3x4xf32>, %w: tensor<5x4xf32>, %i: tensor<1xf32>) {
  // expected-error @+1 {{loop 1 has extent 5, but the init has 1 there}}
  %0 = decoder.projection role(up) ins(%x, %w : tensor<3x4xf32>, tensor<5x4xf32>)
      init(%i : tensor<1xf32>) maps [#x, #w, #y, #i] -> tensor<3x5xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
func.func @product_c3_dynamic(%x: tensor<?x4xf32>, %w: tensor<5x4xf32>) {
  // expected-error @+1 {{the left side must have a static shape, got 'tensor<?x4xf32>'}}
  %0 = decoder.projection role(up) ins(%x, %w : tensor<?x4xf32>, tensor<5x4xf32>)
      maps [#x, #w, #y] -> tensor<3x5xf32>
  return
}

// -----

#x = affine_map<(m, n, k, o) -> (m, k)>
#w = affine_map<(m, n, k, o) -> (n, k)>
#y = affine_map<(m, n, k, o) -> (m, n)>
func.func @product_c4_unused_loop(%x: tensor<3x4xf32>, %w: tensor<5x4xf32>) {
  // expected-error @+1 {{loop 3 must be summed over both sides or be kept from at least one in the result}}
  %0 = decoder.projection role(up) ins(%x, %w : tensor<3x4xf32>, tensor<5x4xf32>)
      maps [#x, #w, #y] -> tensor<3x5xf32>
  return
}

// -----

#x = affine_map<(m, n, k, o) -> (m, k)>
#w = affine_map<(m, n, k, o) -> (n, k)>
#y = affine_map<(m, n, k, o) -> (m, n, o)>
func.func @product_c4_loop_of_result(%x: tensor<3x4xf32>, %w: tensor<5x4xf32>) {
  // expected-error @+1 {{loop 3 must be summed over both sides or be kept from at least one in the result}}
  %0 = decoder.projection role(up) ins(%x, %w : tensor<3x4xf32>, tensor<5x4xf32>)
      maps [#x, #w, #y] -> tensor<3x5x6xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (n)>
func.func @product_c4_summed_over_one_side(%x: tensor<3x4xf32>, %w: tensor<5x4xf32>) {
  // expected-error @+1 {{loop 0 must be summed over both sides or be kept from at least one in the result}}
  %0 = decoder.projection role(up) ins(%x, %w : tensor<3x4xf32>, tensor<5x4xf32>)
      maps [#x, #w, #y] -> tensor<5xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
#i = affine_map<(m, n, k) -> (k)>
func.func @product_c5(%x: tensor<3x4xf32>, %w: tensor<5x4xf32>, %i: tensor<4xf32>) {
  // expected-error @+1 {{loop 2 of the init must be a loop of the result}}
  %0 = decoder.projection role(up) ins(%x, %w : tensor<3x4xf32>, tensor<5x4xf32>)
      init(%i : tensor<4xf32>) maps [#x, #w, #y, #i] -> tensor<3x5xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
func.func @projection_c6(%x: tensor<3x4xf32>, %w: tensor<5x4xf32>) {
  // expected-error @+1 {{cannot have the role of an attention product, 'values'}}
  %0 = decoder.projection role(values) ins(%x, %w : tensor<3x4xf32>, tensor<5x4xf32>)
      maps [#x, #w, #y] -> tensor<3x5xf32>
  return
}

// -----

func.func @projection_unranked(%x: tensor<*xf32>, %w: tensor<5x4xf32>) {
  // expected-error @+1 {{operand #0 must be ranked tensor of any type values, but got 'tensor<*xf32>'}}
  %0 = "decoder.projection"(%x, %w) <{indexing_maps = [], role = #decoder.role<up>}>
      : (tensor<*xf32>, tensor<5x4xf32>) -> tensor<3x5xf32>
  return
}

// -----

func.func @projection_without_operands() {
  // expected-error @+1 {{expected 2 or more operands, but found 0}}
  %0 = "decoder.projection"() <{indexing_maps = [], role = #decoder.role<up>}> : () -> tensor<3x5xf32>
  return
}

// -----

func.func @role_is_a_keyword(%x: tensor<3x4xf32>) {
  // expected-error @+1 {{expected keyword for the part a matrix product plays in a decoder block}}
  %0 = decoder.projection role(3) ins(%x, %x : tensor<3x4xf32>, tensor<3x4xf32>) maps [] -> tensor<3x5xf32>
  return
}

// -----

func.func @role_is_known(%x: tensor<3x4xf32>) {
  // expected-error @+1 {{expected one of [q, k, v, qkv, o, gate, up, gate_up, down, router, lm_head, scores, values, other]}}
  %0 = decoder.projection role(query) ins(%x, %x : tensor<3x4xf32>, tensor<3x4xf32>) maps [] -> tensor<3x5xf32>
  return
}

// -----

func.func @role_by_number(%x: tensor<3x4xf32>) {
  // expected-error @+1 {{Invalid attribute `role` in property conversion: 99 : i32}}
  %0 = "decoder.projection"(%x, %x) <{indexing_maps = [], role = 99 : i32}>
      : (tensor<3x4xf32>, tensor<3x4xf32>) -> tensor<3x3xf32>
  return
}

// -----

#q = affine_map<(g, t, l, e) -> (g, t, e)>
#k = affine_map<(g, t, l, e) -> (l, e)>
#s = affine_map<(g, t, l, e) -> (g, t, l)>
func.func @attention_product_c6(%q: tensor<2x1x4xf32>, %k: tensor<9x4xf32>) {
  // expected-error @+1 {{must have the role scores, values or other, got 'q'}}
  %0 = decoder.attention_product role(q) ins(%q, %k : tensor<2x1x4xf32>, tensor<9x4xf32>)
      maps [#q, #k, #s] -> tensor<2x1x9xf32>
  return
}

// -----

#q = affine_map<(g, t, l, e) -> (g, t, e)>
#k = affine_map<(g, t, l, e) -> (l, e)>
#s = affine_map<(g, t, l, e) -> (g, t, l)>
func.func @attention_product_c7_right_side(%q: tensor<2x1x4xf32>, %k: tensor<9x4xf32>) {
  // expected-error @+1 {{query group 2 must be a loop of the left side and the result that the right side does not have}}
  %0 = decoder.attention_product role(scores) query_groups([0, 2])
      ins(%q, %k : tensor<2x1x4xf32>, tensor<9x4xf32>)
      maps [#q, #k, #s] -> tensor<2x1x9xf32>
  return
}

// -----

#q = affine_map<(g, t, l, e) -> (g, t, e)>
#k = affine_map<(g, t, l, e) -> (l, e)>
#s = affine_map<(g, t, l, e) -> (g, t, l)>
func.func @attention_product_c7_no_loop(%q: tensor<2x1x4xf32>, %k: tensor<9x4xf32>) {
  // expected-error @+1 {{query group 4 must be a loop of the left side and the result}}
  %0 = decoder.attention_product role(scores) query_groups([4])
      ins(%q, %k : tensor<2x1x4xf32>, tensor<9x4xf32>)
      maps [#q, #k, #s] -> tensor<2x1x9xf32>
  return
}

// -----

#q = affine_map<(g, t, l, e) -> (g, t, e)>
#k = affine_map<(g, t, l, e) -> (l, e)>
#s = affine_map<(g, t, l, e) -> (g, t, l)>
func.func @attention_product_c7_negative(%q: tensor<2x1x4xf32>, %k: tensor<9x4xf32>) {
  // expected-error @+1 {{query group -1 must be a loop of the left side and the result}}
  %0 = decoder.attention_product role(scores) query_groups([-1])
      ins(%q, %k : tensor<2x1x4xf32>, tensor<9x4xf32>)
      maps [#q, #k, #s] -> tensor<2x1x9xf32>
  return
}

// -----

// attention_product_c8
#q = affine_map<(g, t, l, e) -> (g, t, e)>
#k = affine_map<(g, t, l, e) -> (l, e)>
#s = affine_map<(g, t, l, e) -> (g, t, l)>
func.func @attention_product_c8_window(%q: tensor<2x1x4xf32>, %k: tensor<9x4xf32>) {
  // expected-error @+1 {{has a window, which stands with 'causal' only}}
  %0 = decoder.attention_product role(scores) query_groups([0])
      ins(%q, %k : tensor<2x1x4xf32>, tensor<9x4xf32>)
      maps [#q, #k, #s] -> tensor<2x1x9xf32> {window = 2 : i64}
  return
}

// -----

// attention_product_c8
#q = affine_map<(g, t, l, e) -> (g, t, e)>
#k = affine_map<(g, t, l, e) -> (l, e)>
#s = affine_map<(g, t, l, e) -> (g, t, l)>
func.func @attention_product_c8_role(%q: tensor<2x1x4xf32>, %k: tensor<9x4xf32>) {
  // expected-error @+1 {{is causal, so it must be scores, of one loop over rows and one over keys, of which there are no fewer, got values of 1 loops and 1 rows, 1 loops and 9 keys}}
  %0 = decoder.attention_product role(values) query_groups([0])
      ins(%q, %k : tensor<2x1x4xf32>, tensor<9x4xf32>)
      maps [#q, #k, #s] -> tensor<2x1x9xf32> {causal}
  return
}

// -----

// attention_product_c8
#q = affine_map<(g, t, l, e) -> (g, t, e)>
#k = affine_map<(g, t, l, e) -> (l, e)>
#s = affine_map<(g, t, l, e) -> (g, t, l)>
func.func @attention_product_c8_loops(%q: tensor<2x1x4xf32>, %k: tensor<9x4xf32>) {
  // expected-error @+1 {{got scores of 2 loops and 2 rows, 1 loops and 9 keys}}
  %0 = decoder.attention_product role(scores)
      ins(%q, %k : tensor<2x1x4xf32>, tensor<9x4xf32>)
      maps [#q, #k, #s] -> tensor<2x1x9xf32> {causal}
  return
}

// -----

// attention_product_c8
#q = affine_map<(g, t, l, e) -> (g, t, e)>
#k = affine_map<(g, t, l, e) -> (l, e)>
#s = affine_map<(g, t, l, e) -> (g, t, l)>
func.func @attention_product_c8_rows(%q: tensor<2x10x4xf32>, %k: tensor<9x4xf32>) {
  // expected-error @+1 {{got scores of 1 loops and 10 rows, 1 loops and 9 keys}}
  %0 = decoder.attention_product role(scores) query_groups([0])
      ins(%q, %k : tensor<2x10x4xf32>, tensor<9x4xf32>)
      maps [#q, #k, #s] -> tensor<2x10x9xf32> {causal}
  return
}

// -----

//===----------------------------------------------------------------------===//
// Attention
//===----------------------------------------------------------------------===//

func.func @attention_c1(%q: tensor<1x3x1x16xf32>, %k: tensor<1x2x9x16xf32>) {
  // expected-error @+1 {{query heads must be a multiple of key-value heads, got 3 and 2}}
  %0 = decoder.attention %q, %k, %k : tensor<1x3x1x16xf32>, tensor<1x2x9x16xf32>
  return
}

// -----

func.func @attention_c1_no_heads(%q: tensor<1x4x1x16xf32>, %k: tensor<1x0x9x16xf32>) {
  // expected-error @+1 {{query heads must be a multiple of key-value heads, got 4 and 0}}
  %0 = decoder.attention %q, %k, %k : tensor<1x4x1x16xf32>, tensor<1x0x9x16xf32>
  return
}

// -----

func.func @attention_c2_batch(%q: tensor<2x4x1x16xf32>, %k: tensor<1x2x9x16xf32>) {
  // expected-error @+1 {{query and key must agree in batch and head dimension, got 'tensor<2x4x1x16xf32>' and 'tensor<1x2x9x16xf32>'}}
  %0 = decoder.attention %q, %k, %k : tensor<2x4x1x16xf32>, tensor<1x2x9x16xf32>
  return
}

// -----

func.func @attention_c2_head_dim(%q: tensor<1x4x1x16xf32>, %k: tensor<1x2x9x8xf32>) {
  // expected-error @+1 {{query and key must agree in batch and head dimension}}
  %0 = decoder.attention %q, %k, %k : tensor<1x4x1x16xf32>, tensor<1x2x9x8xf32>
  return
}

// -----

func.func @attention_c3(%q: tensor<1x4x1x16xf32>, %k: tensor<1x2x9x16xf32>) {
  // expected-error @+1 {{softcap must be positive, got 0}}
  %0 = decoder.attention %q, %k, %k {softcap = 0.0} : tensor<1x4x1x16xf32>, tensor<1x2x9x16xf32>
  return
}

// -----

func.func @attention_c4(%q: tensor<1x4x3x16xf32>, %k: tensor<1x2x2x16xf32>) {
  // expected-error @+1 {{causal, window and alibi need no more query tokens than keys, got 3 and 2}}
  %0 = decoder.attention %q, %k, %k {causal} : tensor<1x4x3x16xf32>, tensor<1x2x2x16xf32>
  return
}

// -----

func.func @attention_dynamic(%q: tensor<1x4x1x16xf32>, %k: tensor<1x2x?x16xf32>) {
  // expected-error @+1 {{operand #1 must be 4D tensor of static shape of floating-point, but got 'tensor<1x2x?x16xf32>'}}
  %0 = decoder.attention %q, %k, %k : tensor<1x4x1x16xf32>, tensor<1x2x?x16xf32>
  return
}

// -----

func.func @attention_rank_0(%q: tensor<f32>) {
  // expected-error @+1 {{operand #0 must be 4D tensor of static shape of floating-point, but got 'tensor<f32>'}}
  %0 = decoder.attention %q, %q, %q : tensor<f32>, tensor<f32>
  return
}

// -----

func.func @attention_window_of_nothing(%q: tensor<1x4x1x16xf32>) {
  // expected-error @+1 {{attribute 'window' failed to satisfy constraint}}
  %0 = decoder.attention %q, %q, %q {window = 0 : i64} : tensor<1x4x1x16xf32>, tensor<1x4x1x16xf32>
  return
}

// -----

func.func @softmax_c1(%s: tensor<1x4x1x9xf32>) {
  // expected-error @+1 {{softcap must be positive, got -2}}
  %0 = decoder.softmax %s {softcap = -2.0} : tensor<1x4x1x9xf32>
  return
}

// -----

func.func @softmax_c1_nan(%s: tensor<1x4x1x9xf32>) {
  // expected-error @+1 {{softcap must be positive, got nan}}
  %0 = decoder.softmax %s {softcap = 0x7FF8000000000000 : f64} : tensor<1x4x1x9xf32>
  return
}

// -----

func.func @softmax_c2(%s: tensor<1x4x4x3xf32>) {
  // expected-error @+1 {{causal, window and alibi need no more query tokens than keys, got 4 and 3}}
  %0 = decoder.softmax %s {window = 2 : i64} : tensor<1x4x4x3xf32>
  return
}

// -----

func.func @softmax_c2_alibi(%s: tensor<1x4x4x3xf32>, %p: index) {
  // expected-error @+1 {{causal, window and alibi need no more query tokens than keys, got 4 and 3}}
  %0 = decoder.softmax %s at %p {alibi = #decoder.alibi<press>} : tensor<1x4x4x3xf32>
  return
}

// -----

func.func @cache_append_c1_heads(%k: tensor<1x3x1x16xf32>, %cache: tensor<1x2x9x16xf32>, %p: index) {
  // expected-error @+1 {{rows must fit the cache: the same batch, heads and head dimension and at most as many tokens, got 'tensor<1x3x1x16xf32>' into 'tensor<1x2x9x16xf32>'}}
  %0 = decoder.cache_append %k into %cache at %p : tensor<1x3x1x16xf32> into tensor<1x2x9x16xf32>
  return
}

// -----

func.func @cache_append_c1_tokens(%k: tensor<1x2x10x16xf32>, %cache: tensor<1x2x9x16xf32>, %p: index) {
  // expected-error @+1 {{rows must fit the cache}}
  %0 = decoder.cache_append %k into %cache at %p : tensor<1x2x10x16xf32> into tensor<1x2x9x16xf32>
  return
}

// -----

func.func @cache_append_c1_batch(%k: tensor<2x2x1x16xf32>, %cache: tensor<1x2x9x16xf32>, %p: index) {
  // expected-error @+1 {{rows must fit the cache}}
  %0 = decoder.cache_append %k into %cache at %p : tensor<2x2x1x16xf32> into tensor<1x2x9x16xf32>
  return
}

// -----

func.func @cache_append_c1_head_dim(%k: tensor<1x2x1x8xf32>, %cache: tensor<1x2x9x16xf32>, %p: index) {
  // expected-error @+1 {{rows must fit the cache}}
  %0 = decoder.cache_append %k into %cache at %p : tensor<1x2x1x8xf32> into tensor<1x2x9x16xf32>
  return
}

// -----

func.func @split_heads_c1(%x: tensor<1x3x65xf32>) {
  // expected-error @+1 {{result must hold the input's batch, tokens and features, got 'tensor<1x3x65xf32>' -> 'tensor<1x4x3x16xf32>'}}
  %0 = decoder.split_heads %x : tensor<1x3x65xf32> -> tensor<1x4x3x16xf32>
  return
}

// -----

func.func @split_heads_c1_element_type(%x: tensor<1x3x64xf32>) {
  // expected-error @+1 {{result must hold the input's batch, tokens and features}}
  %0 = decoder.split_heads %x : tensor<1x3x64xf32> -> tensor<1x4x3x16xf16>
  return
}

// -----

// 4294967296 heads of 4294967296 elements: no number of 64 bits is their product.
func.func @split_heads_c1_overflow(%x: tensor<1x3x1xf32>) {
  // expected-error @+1 {{result must hold the input's batch, tokens and features}}
  %0 = decoder.split_heads %x : tensor<1x3x1xf32> -> tensor<1x4294967296x3x4294967296xf32>
  return
}

// -----

func.func @merge_heads_c1(%x: tensor<1x4x3x16xf32>) {
  // expected-error @+1 {{result must hold the input's batch, tokens and features, got 'tensor<1x4x3x16xf32>' -> 'tensor<1x4x64xf32>'}}
  %0 = decoder.merge_heads %x : tensor<1x4x3x16xf32> -> tensor<1x4x64xf32>
  return
}

// -----

func.func @split_qkv_c1_features(%x: tensor<1x3x127xf32>) {
  // expected-error @+1 {{heads must hold the input's features: (H + 2 KV) E of them, H a multiple of KV, got 'tensor<1x3x127xf32>' -> 'tensor<1x4x3x16xf32>', 'tensor<1x2x3x16xf32>'}}
  %q, %k, %v = decoder.split_qkv grouped %x : tensor<1x3x127xf32> -> tensor<1x4x3x16xf32>, tensor<1x2x3x16xf32>
  return
}

// -----

func.func @split_qkv_c1_multiple(%x: tensor<1x3x112xf32>) {
  // expected-error @+1 {{heads must hold the input's features}}
  %q, %k, %v = decoder.split_qkv grouped %x : tensor<1x3x112xf32> -> tensor<1x3x3x16xf32>, tensor<1x2x3x16xf32>
  return
}

// -----

func.func @split_qkv_c1_no_heads(%x: tensor<1x3x0xf32>) {
  // expected-error @+1 {{heads must hold the input's features}}
  %q, %k, %v = decoder.split_qkv grouped %x : tensor<1x3x0xf32> -> tensor<1x0x3x16xf32>, tensor<1x0x3x16xf32>
  return
}

// -----

func.func @split_qkv_c1_tokens(%x: tensor<1x3x128xf32>) {
  // expected-error @+1 {{heads must hold the input's features}}
  %q, %k, %v = decoder.split_qkv grouped %x : tensor<1x3x128xf32> -> tensor<1x4x3x16xf32>, tensor<1x2x4x16xf32>
  return
}

// -----

func.func @split_qkv_c1_element_type(%x: tensor<1x3x128xf32>) {
  // expected-error @+1 {{heads must hold the input's features}}
  %q, %k, %v = decoder.split_qkv grouped %x : tensor<1x3x128xf32> -> tensor<1x4x3x16xf32>, tensor<1x2x3x16xf16>
  return
}

// -----

func.func @split_qkv_c1_overflow(%x: tensor<1x3x128xf32>) {
  // expected-error @+1 {{heads must hold the input's features}}
  %q, %k, %v = decoder.split_qkv grouped %x
      : tensor<1x3x128xf32> -> tensor<1x9223372036854775807x3x16xf32>, tensor<1x9223372036854775807x3x16xf32>
  return
}

// -----

func.func @split_qkv_layout(%x: tensor<1x3x128xf32>) {
  // expected-error @+1 {{expected one of [concatenated, grouped] for the order of features in a fused query-key-value projection, got: mixed}}
  %q, %k, %v = decoder.split_qkv mixed %x : tensor<1x3x128xf32> -> tensor<1x4x3x16xf32>, tensor<1x2x3x16xf32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// Positions and embeddings
//===----------------------------------------------------------------------===//

func.func @embedding_c1(%ids: tensor<1x3xi64>, %table: tensor<100x8xf32>) {
  // expected-error @+1 {{must have a result of type 'tensor<1x3x8xf32>', got 'tensor<1x3x9xf32>'}}
  %0 = decoder.embedding %table[%ids] : tensor<100x8xf32>, tensor<1x3xi64> -> tensor<1x3x9xf32>
  return
}

// -----

func.func @embedding_c1_element_type(%ids: tensor<1x3xi64>, %table: tensor<100x8xf32>) {
  // expected-error @+1 {{must have a result of type 'tensor<1x3x8xf32>', got 'tensor<1x3x8xf16>'}}
  %0 = decoder.embedding %table[%ids] : tensor<100x8xf32>, tensor<1x3xi64> -> tensor<1x3x8xf16>
  return
}

// -----

func.func @position_embedding_c1(%x: tensor<1x3x8xf32>, %table: tensor<18x9xf32>, %p: index) {
  // expected-error @+1 {{table must have rows of 8 elements, got 9}}
  %0 = decoder.position_embedding %x, %table at %p : tensor<1x3x8xf32>, tensor<18x9xf32>
  return
}

// -----

func.func @position_embedding_c2(%x: tensor<1x3x8xf32>, %table: tensor<4x8xf32>, %p: index) {
  // expected-error @+1 {{table has too few rows for 3 tokens after offset 2: 4}}
  %0 = decoder.position_embedding %x, %table at %p {offset = 2 : i64} : tensor<1x3x8xf32>, tensor<4x8xf32>
  return
}

// -----

func.func @position_embedding_c2_overflow(%x: tensor<1x3x8xf32>, %table: tensor<4x8xf32>, %p: index) {
  // expected-error @+1 {{table has too few rows for 3 tokens after offset 9223372036854775807: 4}}
  %0 = decoder.position_embedding %x, %table at %p {offset = 9223372036854775807 : i64} : tensor<1x3x8xf32>, tensor<4x8xf32>
  return
}

// -----

func.func @rotary_c1_odd(%x: tensor<1x4x3x16xf32>, %p: index) {
  // expected-error @+1 {{rotary_dim must be even, positive and at most the head dimension 16, got 7}}
  %0 = decoder.rotary %x at %p {rotary_dim = 7 : i64} : tensor<1x4x3x16xf32>
  return
}

// -----

func.func @rotary_c1_zero(%x: tensor<1x4x3x16xf32>, %p: index) {
  // expected-error @+1 {{rotary_dim must be even, positive and at most the head dimension 16, got 0}}
  %0 = decoder.rotary %x at %p {rotary_dim = 0 : i64} : tensor<1x4x3x16xf32>
  return
}

// -----

func.func @rotary_c1_negative(%x: tensor<1x4x3x16xf32>, %p: index) {
  // expected-error @+1 {{rotary_dim must be even, positive and at most the head dimension 16, got -2}}
  %0 = decoder.rotary %x at %p {rotary_dim = -2 : i64} : tensor<1x4x3x16xf32>
  return
}

// -----

func.func @rotary_c1_larger_than_head(%x: tensor<1x4x3x16xf32>, %p: index) {
  // expected-error @+1 {{rotary_dim must be even, positive and at most the head dimension 16, got 18}}
  %0 = decoder.rotary %x at %p {rotary_dim = 18 : i64} : tensor<1x4x3x16xf32>
  return
}

// -----

// Without a rotary_dim it is the head dimension.
func.func @rotary_c1_odd_head(%x: tensor<1x4x3x15xf32>, %p: index) {
  // expected-error @+1 {{rotary_dim must be even, positive and at most the head dimension 15, got 15}}
  %0 = decoder.rotary %x at %p : tensor<1x4x3x15xf32>
  return
}

// -----

func.func @rotary_c2(%x: tensor<1x4x3x16xf32>, %p: index) {
  // expected-error @+1 {{theta must be positive, got 0}}
  %0 = decoder.rotary %x at %p {theta = 0.0} : tensor<1x4x3x16xf32>
  return
}

// -----

func.func @linear_scaling_c1(%x: tensor<1x4x3x16xf32>, %p: index) {
  // expected-error @+1 {{factor must be positive and finite, got 0}}
  %0 = decoder.rotary %x at %p {scaling = #decoder.linear_scaling<factor = 0.0>} : tensor<1x4x3x16xf32>
  return
}

// -----

func.func @linear_scaling_c1_infinite(%x: tensor<1x4x3x16xf32>, %p: index) {
  // expected-error @+1 {{factor must be positive and finite, got INF}}
  %0 = decoder.rotary %x at %p {scaling = #decoder.linear_scaling<factor = 0x7FF0000000000000 : f64>} : tensor<1x4x3x16xf32>
  return
}

// -----

func.func @llama3_scaling_c1(%x: tensor<1x4x3x16xf32>, %p: index) {
  // expected-error @+1 {{low_freq_factor must be positive and finite, got -1}}
  %0 = decoder.rotary %x at %p {scaling = #decoder.llama3_scaling<factor = 8.0, low_freq_factor = -1.0, high_freq_factor = 4.0, original_context = 8>} : tensor<1x4x3x16xf32>
  return
}

// -----

func.func @llama3_scaling_c1_context(%x: tensor<1x4x3x16xf32>, %p: index) {
  // expected-error @+1 {{original_context must be positive and finite, got 0}}
  %0 = decoder.rotary %x at %p {scaling = #decoder.llama3_scaling<factor = 8.0, low_freq_factor = 1.0, high_freq_factor = 4.0, original_context = 0>} : tensor<1x4x3x16xf32>
  return
}

// -----

func.func @llama3_scaling_c2(%x: tensor<1x4x3x16xf32>, %p: index) {
  // expected-error @+1 {{low_freq_factor must be below high_freq_factor 4.000000e+00, got 4.000000e+00}}
  %0 = decoder.rotary %x at %p {scaling = #decoder.llama3_scaling<factor = 8.0, low_freq_factor = 4.0, high_freq_factor = 4.0, original_context = 8>} : tensor<1x4x3x16xf32>
  return
}

// -----

func.func @yarn_scaling_c1(%x: tensor<1x4x3x16xf32>, %p: index) {
  // expected-error @+1 {{amplitude must be positive and finite, got 0}}
  %0 = decoder.rotary %x at %p {scaling = #decoder.yarn_scaling<factor = 4.0, beta_fast = 32.0, beta_slow = 1.0, original_context = 8, amplitude = 0.0>} : tensor<1x4x3x16xf32>
  return
}

// -----

func.func @yarn_scaling_c2(%x: tensor<1x4x3x16xf32>, %p: index) {
  // expected-error @+1 {{beta_slow must be at most beta_fast 1.000000e+00, got 2.000000e+00}}
  %0 = decoder.rotary %x at %p {scaling = #decoder.yarn_scaling<factor = 4.0, beta_fast = 1.0, beta_slow = 2.0, original_context = 8, amplitude = 1.0>} : tensor<1x4x3x16xf32>
  return
}

// -----

func.func @long_scaling_c1(%x: tensor<1x4x3x16xf32>, %p: index) {
  // expected-error @+1 {{short_factors must be positive and finite, got -2}}
  %0 = decoder.rotary %x at %p {scaling = #decoder.long_scaling<short_factors = [1.0, -2.0], long_factors = [1.0, 1.0], original_context = 8, amplitude = 1.0>} : tensor<1x4x3x16xf32>
  return
}

// -----

func.func @long_scaling_c1_long(%x: tensor<1x4x3x16xf32>, %p: index) {
  // expected-error @+1 {{long_factors must be positive and finite, got 0}}
  %0 = decoder.rotary %x at %p {scaling = #decoder.long_scaling<short_factors = [1.0, 2.0], long_factors = [0.0, 1.0], original_context = 8, amplitude = 1.0>} : tensor<1x4x3x16xf32>
  return
}

// -----

func.func @long_scaling_c2(%x: tensor<1x4x3x4xf32>, %p: index) {
  // expected-error @+1 {{short_factors and long_factors must have one factor for each of 2 pairs, got 2 and 1}}
  %0 = decoder.rotary %x at %p {scaling = #decoder.long_scaling<short_factors = [1.0, 2.0], long_factors = [1.0], original_context = 8, amplitude = 1.0>} : tensor<1x4x3x4xf32>
  return
}

// -----

func.func @rotary_c3_rotary_dim(%x: tensor<1x4x3x16xf32>, %p: index) {
  // expected-error @+1 {{short_factors and long_factors must have one factor for each of 4 pairs, got 2 and 2}}
  %0 = decoder.rotary %x at %p {rotary_dim = 8 : i64, scaling = #decoder.long_scaling<short_factors = [1.0, 2.0],
      long_factors = [1.0, 2.0], original_context = 8, amplitude = 1.0>} : tensor<1x4x3x16xf32>
  return
}

// -----

func.func @rotary_c4(%x: tensor<1x4x3x16xf32>, %p: index) {
  // expected-error @+1 {{theta 1.000000e-300 and the scaling give a frequency that is not finite}}
  %0 = decoder.rotary %x at %p {theta = 1.0e-300, scaling = #decoder.linear_scaling<factor = 1.0e-300>} : tensor<1x4x3x16xf32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// Norms and activations
//===----------------------------------------------------------------------===//

func.func @norm_c1_weight(%x: tensor<1x3x8xf32>, %w: tensor<9xf32>) {
  // expected-error @+1 {{weight and bias must have the length of the input's last dimension, got 'tensor<9xf32>' for 'tensor<1x3x8xf32>'}}
  %0 = decoder.norm rms_norm %x weight(%w : tensor<9xf32>) : tensor<1x3x8xf32>
  return
}

// -----

func.func @norm_c1_bias(%x: tensor<1x3x8xf32>, %w: tensor<9xf32>) {
  // expected-error @+1 {{weight and bias must have the length of the input's last dimension}}
  %0 = decoder.norm layer_norm %x bias(%w : tensor<9xf32>) : tensor<1x3x8xf32>
  return
}

// -----

func.func @norm_c2_sub_ln(%x: tensor<1x3x8xf32>, %w: tensor<8xf32>) {
  // expected-error @+1 {{of kind sub_ln has neither weight nor bias}}
  %0 = decoder.norm sub_ln %x weight(%w : tensor<8xf32>) : tensor<1x3x8xf32>
  return
}

// -----

func.func @norm_c2_rms_norm(%x: tensor<1x3x8xf32>, %w: tensor<8xf32>) {
  // expected-error @+1 {{of kind rms_norm has no bias}}
  %0 = decoder.norm rms_norm %x bias(%w : tensor<8xf32>) : tensor<1x3x8xf32>
  return
}

// -----

func.func @norm_c3(%x: tensor<1x3x8xf32>) {
  // expected-error @+1 {{has a unit_offset but no weight to add it to}}
  %0 = decoder.norm rms_norm %x {unit_offset} : tensor<1x3x8xf32>
  return
}

// -----

func.func @norm_c4(%x: tensor<1x3x8xf32>) {
  // expected-error @+1 {{epsilon must not be negative, got -1}}
  %0 = decoder.norm rms_norm %x {epsilon = -1.0} : tensor<1x3x8xf32>
  return
}

// -----

func.func @norm_c4_nan(%x: tensor<1x3x8xf32>) {
  // expected-error @+1 {{epsilon must not be negative, got nan}}
  %0 = decoder.norm rms_norm %x {epsilon = 0x7FF8000000000000 : f64} : tensor<1x3x8xf32>
  return
}

// -----

func.func @norm_c5(%x: tensor<f32>) {
  // expected-error @+1 {{input must have a dimension to normalise over, got 'tensor<f32>'}}
  %0 = decoder.norm layer_norm %x : tensor<f32>
  return
}

// -----

func.func @norm_segments(%x: tensor<1x3x8xf32>, %w: tensor<8xf32>) {
  // expected-error @+1 {{operand count (2) does not match with the total size (3) specified in attribute 'operandSegmentSizes'}}
  %0 = "decoder.norm"(%x, %w) <{kind = #decoder.norm_kind<layer_norm>,
      operandSegmentSizes = array<i32: 1, 1, 1>}> : (tensor<1x3x8xf32>, tensor<8xf32>) -> tensor<1x3x8xf32>
  return
}

// -----

func.func @activation_of_integers(%x: tensor<4xi32>) {
  // expected-error @+1 {{operand #0 must be tensor of static shape of floating-point, but got 'tensor<4xi32>'}}
  %0 = decoder.activation relu %x : tensor<4xi32>
  return
}

// -----

func.func @activation_unranked(%x: tensor<*xf32>) {
  // expected-error @+1 {{must be tensor of static shape of floating-point, but got 'tensor<*xf32>'}}
  %0 = "decoder.activation"(%x) <{kind = #decoder.activation_kind<relu>}> : (tensor<*xf32>) -> tensor<*xf32>
  return
}

// -----

func.func @activation_other_result(%x: tensor<4xf32>) {
  // expected-error @+1 {{requires the same type for all operands and results}}
  %0 = "decoder.activation"(%x) <{kind = #decoder.activation_kind<relu>}> : (tensor<4xf32>) -> tensor<5xf32>
  return
}
