// Each constraint by its label, and input that no printer would write.
//
// RUN: onebit-opt %s --split-input-file --verify-diagnostics

// group_c1
// expected-error @+1 {{a group must have a positive size and a dimension that is not negative, got 0 and 1}}
func.func private @size() attributes {group = #ternary.group<size = 0, dim = 1>}

// -----

// group_c1
// expected-error @+1 {{a group must have a positive size and a dimension that is not negative, got 4 and -1}}
func.func private @dim() attributes {group = #ternary.group<size = 4, dim = -1>}

// -----

func.func @quantize_weight_c1_b1(%w: tensor<4x8xf32>) {
  // expected-error @+1 {{of scheme b1 must have elements of type '!ternary.bit', got '!ternary.trit'}}
  %q, %s = ternary.quantize_weight b1 %w : tensor<4x8xf32> -> tensor<4x8x!ternary.trit>, tensor<f32>
  return
}

// -----

func.func @quantize_weight_c1_b1_58(%w: tensor<4x8xf32>) {
  // expected-error @+1 {{of scheme b1_58 must have elements of type '!ternary.trit', got '!ternary.bit'}}
  %q, %s = ternary.quantize_weight b1_58 %w : tensor<4x8xf32> -> tensor<4x8x!ternary.bit>, tensor<f32>
  return
}

// -----

func.func @quantize_weight_scheme(%w: tensor<4x8xf32>) {
  // expected-error @+1 {{expected one of [b1, b1_58, b1_released, b1_58_released] for a published quantization of weights, got: b2}}
  %q, %s = ternary.quantize_weight b2 %w : tensor<4x8xf32> -> tensor<4x8x!ternary.bit>, tensor<f32>
  return
}

// -----

func.func @quantize_weight_c2(%w: tensor<4x8xf32>) {
  // expected-error @+1 {{result must have the weight's shape, got 'tensor<8x4x!ternary.trit>' for 'tensor<4x8xf32>'}}
  %q, %s = ternary.quantize_weight b1_58 %w : tensor<4x8xf32> -> tensor<8x4x!ternary.trit>, tensor<f32>
  return
}

// -----

func.func @quantize_weight_c2_dynamic(%w: tensor<4x8xf32>) {
  // expected-error @+1 {{result must have the weight's shape, got 'tensor<?x8x!ternary.trit>' for 'tensor<4x8xf32>'}}
  %q, %s = ternary.quantize_weight b1_58 %w : tensor<4x8xf32> -> tensor<?x8x!ternary.trit>, tensor<f32>
  return
}

// -----

func.func @quantize_weight_c3_rank(%w: tensor<4x8xf32>) {
  // expected-error @+1 {{group must divide a dimension of the weight, got #ternary.group<size = 4, dim = 2> for 'tensor<4x8xf32>'}}
  %q, %s = ternary.quantize_weight b1_58 %w group <size = 4, dim = 2> : tensor<4x8xf32> -> tensor<4x8x!ternary.trit>, tensor<4x2xf32>
  return
}

// -----

func.func @quantize_weight_c3_divides(%w: tensor<4x8xf32>) {
  // expected-error @+1 {{group must divide a dimension of the weight, got #ternary.group<size = 3, dim = 1> for 'tensor<4x8xf32>'}}
  %q, %s = ternary.quantize_weight b1_58 %w group <size = 3, dim = 1> : tensor<4x8xf32> -> tensor<4x8x!ternary.trit>, tensor<4x2xf32>
  return
}

// -----

func.func @quantize_weight_c4(%w: tensor<4x8xf32>) {
  // expected-error @+1 {{scale must be of type 'tensor<f32>', got 'tensor<1xf32>'}}
  %q, %s = ternary.quantize_weight b1_58 %w : tensor<4x8xf32> -> tensor<4x8x!ternary.trit>, tensor<1xf32>
  return
}

// -----

func.func @quantize_weight_c4_group(%w: tensor<4x8xf32>) {
  // expected-error @+1 {{scale must be of type 'tensor<4x2xf32>', got 'tensor<f32>'}}
  %q, %s = ternary.quantize_weight b1_58 %w group <size = 4, dim = 1> : tensor<4x8xf32> -> tensor<4x8x!ternary.trit>, tensor<f32>
  return
}

// -----

func.func @quantize_weight_c4_element_type(%w: tensor<4x8xf16>) {
  // expected-error @+1 {{scale must be of type 'tensor<f16>', got 'tensor<f32>'}}
  %q, %s = ternary.quantize_weight b1_58 %w : tensor<4x8xf16> -> tensor<4x8x!ternary.trit>, tensor<f32>
  return
}

// -----

func.func @quantize_weight_unranked(%w: tensor<*xf32>) {
  // expected-error @+1 {{operand #0 must be statically shaped tensor of floating-point values, but got 'tensor<*xf32>'}}
  %q, %s = "ternary.quantize_weight"(%w) <{scheme = #ternary.scheme<b1>}> : (tensor<*xf32>) -> (tensor<4x!ternary.bit>, tensor<f32>)
  return
}

// -----

func.func @quantize_activation_c1_low(%x: tensor<1x3x8xf32>) {
  // expected-error @+1 {{bits must be between 2 and 8, got 1}}
  %q, %s = ternary.quantize_activation per_token %x over [2] bits 1 : tensor<1x3x8xf32> -> tensor<1x3x8xi8>, tensor<1x3xf32>
  return
}

// -----

func.func @quantize_activation_c1_high(%x: tensor<1x3x8xf32>) {
  // expected-error @+1 {{bits must be between 2 and 8, got 9}}
  %q, %s = ternary.quantize_activation per_token %x over [2] bits 9 : tensor<1x3x8xf32> -> tensor<1x3x8xi8>, tensor<1x3xf32>
  return
}

// -----

func.func @quantize_activation_c1_negative(%x: tensor<1x3x8xf32>) {
  // expected-error @+1 {{bits must be between 2 and 8, got -8}}
  %q, %s = ternary.quantize_activation per_token %x over [2] bits -8 : tensor<1x3x8xf32> -> tensor<1x3x8xi8>, tensor<1x3xf32>
  return
}

// -----

func.func @quantize_activation_c2_rank(%x: tensor<1x3x8xf32>) {
  // expected-error @+1 {{reduction dimensions must be ascending dimensions of the input, got [3] for 'tensor<1x3x8xf32>'}}
  %q, %s = ternary.quantize_activation per_token %x over [3] bits 8 : tensor<1x3x8xf32> -> tensor<1x3x8xi8>, tensor<1x3xf32>
  return
}

// -----

func.func @quantize_activation_c2_negative(%x: tensor<1x3x8xf32>) {
  // expected-error @+1 {{reduction dimensions must be ascending dimensions of the input, got [-1] for 'tensor<1x3x8xf32>'}}
  %q, %s = ternary.quantize_activation per_token %x over [-1] bits 8 : tensor<1x3x8xf32> -> tensor<1x3x8xi8>, tensor<1x3xf32>
  return
}

// -----

func.func @quantize_activation_c2_order(%x: tensor<1x3x8xf32>) {
  // expected-error @+1 {{reduction dimensions must be ascending dimensions of the input, got [2, 1] for 'tensor<1x3x8xf32>'}}
  %q, %s = ternary.quantize_activation per_token %x over [2, 1] bits 8 : tensor<1x3x8xf32> -> tensor<1x3x8xi8>, tensor<1xf32>
  return
}

// -----

func.func @quantize_activation_c2_twice(%x: tensor<1x3x8xf32>) {
  // expected-error @+1 {{reduction dimensions must be ascending dimensions of the input, got [2, 2] for 'tensor<1x3x8xf32>'}}
  %q, %s = ternary.quantize_activation per_tensor %x over [2, 2] bits 8 : tensor<1x3x8xf32> -> tensor<1x3x8xi8>, tensor<f32>
  return
}

// -----

func.func @quantize_activation_c3_scale(%x: tensor<1x3x8xf32>) {
  // expected-error @+1 {{must have results of types 'tensor<1x3x8xi8>' and 'tensor<1x3xf32>', got 'tensor<1x3x8xi8>' and 'tensor<f32>'}}
  %q, %s = ternary.quantize_activation per_token %x over [2] bits 8 : tensor<1x3x8xf32> -> tensor<1x3x8xi8>, tensor<f32>
  return
}

// -----

func.func @quantize_activation_c3_shape(%x: tensor<1x3x8xf32>) {
  // expected-error @+1 {{must have results of types 'tensor<1x3x8xi8>' and 'tensor<f32>', got 'tensor<3x8xi8>' and 'tensor<f32>'}}
  %q, %s = ternary.quantize_activation per_tensor %x over [2] bits 8 : tensor<1x3x8xf32> -> tensor<3x8xi8>, tensor<f32>
  return
}

// -----

func.func @quantize_activation_c3_groups(%x: tensor<1x3x8xf32>) {
  // expected-error @+1 {{must have results of types 'tensor<1x3x8xi8>' and 'tensor<1x3x2xf32>', got 'tensor<1x3x8xi8>' and 'tensor<1x3xf32>'}}
  %q, %s = ternary.quantize_activation per_token %x over [2] bits 8 group <size = 4, dim = 2> : tensor<1x3x8xf32> -> tensor<1x3x8xi8>, tensor<1x3xf32>
  return
}

// -----

func.func @quantize_activation_c4_ragged(%x: tensor<1x3x8xf32>) {
  // expected-error @+1 {{group must be per token and divide the one reduction dimension, got #ternary.group<size = 3, dim = 2> per_token over [2] for 'tensor<1x3x8xf32>'}}
  %q, %s = ternary.quantize_activation per_token %x over [2] bits 8 group <size = 3, dim = 2> : tensor<1x3x8xf32> -> tensor<1x3x8xi8>, tensor<1x3x2xf32>
  return
}

// -----

func.func @quantize_activation_c4_rank(%x: tensor<1x3x8xf32>) {
  // expected-error @+1 {{group must be per token and divide the one reduction dimension, got #ternary.group<size = 4, dim = 3>}}
  %q, %s = ternary.quantize_activation per_token %x over [2] bits 8 group <size = 4, dim = 3> : tensor<1x3x8xf32> -> tensor<1x3x8xi8>, tensor<1x3x2xf32>
  return
}

// -----

func.func @quantize_activation_c4_kept(%x: tensor<1x4x8xf32>) {
  // expected-error @+1 {{group must be per token and divide the one reduction dimension, got #ternary.group<size = 2, dim = 1> per_token over [2]}}
  %q, %s = ternary.quantize_activation per_token %x over [2] bits 8 group <size = 2, dim = 1> : tensor<1x4x8xf32> -> tensor<1x4x8xi8>, tensor<1x2x8xf32>
  return
}

// -----

func.func @quantize_activation_c4_two(%x: tensor<1x4x8xf32>) {
  // expected-error @+1 {{group must be per token and divide the one reduction dimension, got #ternary.group<size = 2, dim = 2> per_token over [1, 2]}}
  %q, %s = ternary.quantize_activation per_token %x over [1, 2] bits 8 group <size = 2, dim = 2> : tensor<1x4x8xf32> -> tensor<1x4x8xi8>, tensor<1x4x4xf32>
  return
}

// -----

func.func @quantize_activation_c4_tensor(%x: tensor<1x3x8xf32>) {
  // expected-error @+1 {{group must be per token and divide the one reduction dimension, got #ternary.group<size = 4, dim = 2> per_tensor over [2]}}
  %q, %s = ternary.quantize_activation per_tensor %x over [2] bits 8 group <size = 4, dim = 2> : tensor<1x3x8xf32> -> tensor<1x3x8xi8>, tensor<1x3x2xf32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
func.func @matmul_c6(%x: tensor<3x8xi8>, %w: tensor<5x8x!ternary.trit>) {
  // expected-error @+1 {{cannot have the role of an attention product, 'scores'}}
  %0 = ternary.matmul role(scores) ins(%x, %w : tensor<3x8xi8>, tensor<5x8x!ternary.trit>) maps [#x, #w, #y] -> tensor<3x5xi32>
  return
}

// -----

// The constraints of every product hold here, too: product_c1 to product_c4.
#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
func.func @matmul_has_no_init(%x: tensor<3x8xi8>, %w: tensor<5x8x!ternary.trit>) {
  // expected-error @+1 {{must have one indexing map for each operand and the result, 3 in all, got 4}}
  %0 = ternary.matmul role(up) ins(%x, %w : tensor<3x8xi8>, tensor<5x8x!ternary.trit>) maps [#x, #w, #y, #y] -> tensor<3x5xi32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
func.func @matmul_extents(%x: tensor<3x8xi8>, %w: tensor<5x9x!ternary.trit>) {
  // expected-error @+1 {{loop 2 has extent 8, but the right side has 9 there}}
  %0 = ternary.matmul role(up) ins(%x, %w : tensor<3x8xi8>, tensor<5x9x!ternary.trit>) maps [#x, #w, #y] -> tensor<3x5xi32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
func.func @matmul_unranked(%x: tensor<*xi8>, %w: tensor<5x8x!ternary.trit>) {
  // expected-error @+1 {{operand #0 must be ranked tensor of 8-bit signless integer values, but got 'tensor<*xi8>'}}
  %0 = "ternary.matmul"(%x, %w) <{indexing_maps = [#x, #w, #y], role = #decoder.role<up>}>
      : (tensor<*xi8>, tensor<5x8x!ternary.trit>) -> tensor<3x5xi32>
  return
}

// -----

#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (n, k)>
#y = affine_map<(m, n, k) -> (m, n)>
func.func @matmul_of_floats(%x: tensor<3x8xi8>, %w: tensor<5x8xf32>) {
  // expected-error @+1 {{operand #1 must be ranked tensor of !ternary.bit or !ternary.trit values, but got 'tensor<5x8xf32>'}}
  %0 = ternary.matmul role(up) ins(%x, %w : tensor<3x8xi8>, tensor<5x8xf32>) maps [#x, #w, #y] -> tensor<3x5xi32>
  return
}

// -----

#y = affine_map<(t, n) -> (t, n)>
#t = affine_map<(t, n) -> (t)>
#n = affine_map<(t, n) -> (n)>
func.func @dequantize_c1(%a: tensor<3x5xi32>, %x: tensor<3xf32>, %w: tensor<5xf32>) {
  // expected-error @+1 {{must have one indexing map for each operand and the result, 4 in all, got 5}}
  %0 = ternary.dequantize %a scales(%x, %w : tensor<3xf32>, tensor<5xf32>) maps [#y, #t, #n, #y, #n] : tensor<3x5xi32> -> tensor<3x5xf32>
  return
}

// -----

func.func @dequantize_c1_none(%a: tensor<3x5xi32>, %x: tensor<3xf32>, %w: tensor<5xf32>) {
  // expected-error @+1 {{must have one indexing map for each operand and the result, 4 in all, got 0}}
  %0 = ternary.dequantize %a scales(%x, %w : tensor<3xf32>, tensor<5xf32>) maps [] : tensor<3x5xi32> -> tensor<3x5xf32>
  return
}

// -----

#y = affine_map<(t, n) -> (t, n)>
#t = affine_map<(t, n, g) -> (t)>
#n = affine_map<(t, n) -> (n)>
func.func @dequantize_c2_loops(%a: tensor<3x5xi32>, %x: tensor<3xf32>, %w: tensor<5xf32>) {
  // expected-error @+1 {{the map of the activation scale must be a projected permutation of 2 loops with 1 results, got affine_map<(d0, d1, d2) -> (d0)>}}
  %0 = ternary.dequantize %a scales(%x, %w : tensor<3xf32>, tensor<5xf32>) maps [#y, #t, #n, #y] : tensor<3x5xi32> -> tensor<3x5xf32>
  return
}

// -----

#y = affine_map<(t, n) -> (t, n)>
#t = affine_map<(t, n) -> (t)>
#n = affine_map<(t, n) -> (0)>
func.func @dequantize_c2_constant(%a: tensor<3x5xi32>, %x: tensor<3xf32>, %w: tensor<1xf32>) {
  // expected-error @+1 {{the map of the weight scale must be a projected permutation of 2 loops with 1 results, got affine_map<(d0, d1) -> (0)>}}
  %0 = ternary.dequantize %a scales(%x, %w : tensor<3xf32>, tensor<1xf32>) maps [#y, #t, #n, #y] : tensor<3x5xi32> -> tensor<3x5xf32>
  return
}

// -----

#y = affine_map<(t, n) -> (t, n)>
#t = affine_map<(t, n) -> (t)>
#n = affine_map<(t, n) -> (n)>
func.func @dequantize_c2_rank(%a: tensor<3x5xi32>, %x: tensor<3xf32>, %w: tensor<5xf32>) {
  // expected-error @+1 {{the map of the result must be a projected permutation of 2 loops with 3 results, got affine_map<(d0, d1) -> (d0, d1)>}}
  %0 = ternary.dequantize %a scales(%x, %w : tensor<3xf32>, tensor<5xf32>) maps [#y, #t, #n, #y] : tensor<3x5xi32> -> tensor<1x3x5xf32>
  return
}

// -----

#y = affine_map<(t, n) -> (t, n)>
#t = affine_map<(t, n)[s] -> (t)>
#n = affine_map<(t, n) -> (n)>
func.func @dequantize_c2_symbol(%a: tensor<3x5xi32>, %x: tensor<3xf32>, %w: tensor<5xf32>) {
  // expected-error @+1 {{the map of the activation scale must be a projected permutation of 2 loops with 1 results}}
  %0 = ternary.dequantize %a scales(%x, %w : tensor<3xf32>, tensor<5xf32>) maps [#y, #t, #n, #y] : tensor<3x5xi32> -> tensor<3x5xf32>
  return
}

// -----

#y = affine_map<(t, n) -> (t, n)>
#t = affine_map<(t, n) -> (t)>
#n = affine_map<(t, n) -> (n)>
func.func @dequantize_c2_extent(%a: tensor<3x5xi32>, %x: tensor<3xf32>, %w: tensor<6xf32>) {
  // expected-error @+1 {{loop 1 has extent 5, but the weight scale has 6 there}}
  %0 = ternary.dequantize %a scales(%x, %w : tensor<3xf32>, tensor<6xf32>) maps [#y, #t, #n, #y] : tensor<3x5xi32> -> tensor<3x5xf32>
  return
}

// -----

#y = affine_map<(t, n, g) -> (t, n)>
#t = affine_map<(t, n, g) -> (t)>
#n = affine_map<(t, n, g) -> (n, g)>
func.func @dequantize_c3_acc(%a: tensor<3x5xi32>, %x: tensor<3xf32>, %w: tensor<5x2xf32>) {
  // expected-error @+1 {{the weight scale may only have loops of the acc}}
  %0 = ternary.dequantize %a scales(%x, %w : tensor<3xf32>, tensor<5x2xf32>) maps [#y, #t, #n, #y] : tensor<3x5xi32> -> tensor<3x5xf32>
  return
}

// -----

#a = affine_map<(t, n, g) -> (t, n, g)>
#y = affine_map<(t, n, g) -> (t, n)>
#t = affine_map<(t, n, g) -> (t)>
#n = affine_map<(t, n, g) -> (n, g)>
func.func @dequantize_c3_bias(%a: tensor<3x5x2xi32>, %x: tensor<3xf32>, %w: tensor<5x2xf32>) {
  // expected-error @+1 {{the bias may only have loops of the result}}
  %0 = ternary.dequantize %a scales(%x, %w : tensor<3xf32>, tensor<5x2xf32>) bias(%w : tensor<5x2xf32>)
      maps [#a, #t, #n, #y, #n] : tensor<3x5x2xi32> -> tensor<3x5xf32>
  return
}

// -----

func.func @ternary_weight_c1() {
  // expected-error @+1 {{must have a name that is not empty}}
  %w, %s = ternary.weight "" packing(hf) = dense<0> : tensor<3xi8> scale = dense<0.25> : tensor<f32> -> tensor<4x3x!ternary.trit>, tensor<f32>
  return
}

// -----

func.func @ternary_weight_c2_size() {
  // expected-error @+1 {{of packing hf and type 'tensor<5x3x!ternary.trit>' must have 6 bytes of type i8, got 'tensor<3xi8>'}}
  %w, %s = ternary.weight "w" packing(hf) = dense<0> : tensor<3xi8> scale = dense<0.25> : tensor<f32> -> tensor<5x3x!ternary.trit>, tensor<f32>
  return
}

// -----

func.func @ternary_weight_c2_element() {
  // expected-error @+1 {{must have 3 bytes of type i8, got 'tensor<3xi16>'}}
  %w, %s = ternary.weight "w" packing(hf) = dense<0> : tensor<3xi16> scale = dense<0.25> : tensor<f32> -> tensor<4x3x!ternary.trit>, tensor<f32>
  return
}

// -----

func.func @ternary_weight_c2_rank() {
  // expected-error @+1 {{must have 3 bytes of type i8, got 'tensor<1x3xi8>'}}
  %w, %s = ternary.weight "w" packing(hf) = dense<0> : tensor<1x3xi8> scale = dense<0.25> : tensor<f32> -> tensor<4x3x!ternary.trit>, tensor<f32>
  return
}

// -----

func.func @ternary_weight_c2_overflow() {
  // expected-error @+1 {{of packing i2_s and type 'tensor<1x4294967296x4294967296x!ternary.trit>' must have fewer elements, got 'tensor<3xi8>'}}
  %w, %s = ternary.weight "w" packing(i2_s) = dense<0> : tensor<3xi8> scale = dense<0.25> : tensor<f32> -> tensor<1x4294967296x4294967296x!ternary.trit>, tensor<f32>
  return
}

// -----

func.func @ternary_weight_c3_bit() {
  // expected-error @+1 {{of packing b1 must have elements of type '!ternary.bit', got '!ternary.trit'}}
  %w, %s = ternary.weight "w" packing(b1) = dense<0> : tensor<4xi8> scale = dense<0.25> : tensor<f32> -> tensor<4x3x!ternary.trit>, tensor<f32>
  return
}

// -----

func.func @ternary_weight_c3_trit() {
  // expected-error @+1 {{of packing base3 must have elements of type '!ternary.trit', got '!ternary.bit'}}
  %w, %s = ternary.weight "w" packing(base3) = dense<0> : tensor<4xi8> scale = dense<0.25> : tensor<f32> -> tensor<4x3x!ternary.bit>, tensor<f32>
  return
}

// -----

func.func @ternary_weight_c4_shape() {
  // expected-error @+1 {{scale must be of type 'tensor<f32>', got 'tensor<1xf32>' with a value of type 'tensor<1xf32>'}}
  %w, %s = ternary.weight "w" packing(b1) = dense<0> : tensor<4xi8> scale = dense<0.25> : tensor<1xf32> -> tensor<4x3x!ternary.bit>, tensor<1xf32>
  return
}

// -----

func.func @ternary_weight_c4_value() {
  // expected-error @+1 {{scale must be of type 'tensor<f32>', got 'tensor<f32>' with a value of type 'tensor<f16>'}}
  %w, %s = ternary.weight "w" packing(b1) = dense<0> : tensor<4xi8> scale = dense<0.25> : tensor<f16> -> tensor<4x3x!ternary.bit>, tensor<f32>
  return
}

// -----

func.func @ternary_weight_c4_group() {
  // expected-error @+1 {{scale must be of type 'tensor<4x2xf32>', got 'tensor<f32>'}}
  %w, %s = ternary.weight "w" packing(b1) = dense<0> : tensor<4xi8> scale = dense<0.25> : tensor<f32> group <size = 3, dim = 1> -> tensor<4x6x!ternary.bit>, tensor<f32>
  return
}

// -----

func.func @ternary_weight_c4_divides() {
  // expected-error @+1 {{group must divide a dimension of the weight, got #ternary.group<size = 4, dim = 1> for 'tensor<4x6x!ternary.bit>'}}
  %w, %s = ternary.weight "w" packing(b1) = dense<0> : tensor<4xi8> scale = dense<0.25> : tensor<f32> group <size = 4, dim = 1> -> tensor<4x6x!ternary.bit>, tensor<f32>
  return
}

// -----

func.func @ternary_weight_c5_code() {
  // expected-error @+1 {{holds no packed weight: byte 1 is 0xC6, which packing hf never writes there}}
  %w, %s = ternary.weight "w" packing(hf) = dense<[89, -58, -92]> : tensor<3xi8> scale = dense<0.25> : tensor<f32> -> tensor<4x3x!ternary.trit>, tensor<f32>
  return
}

// -----

func.func @ternary_weight_c5_filling() {
  // expected-error @+1 {{holds no packed weight: byte 0 is 0x80, which packing b1 never writes there}}
  %w, %s = ternary.weight "w" packing(b1) = dense<-128> : tensor<1xi8> scale = dense<0.25> : tensor<f32> -> tensor<7x!ternary.bit>, tensor<f32>
  return
}

// -----

func.func @ternary_weight_c5_resource() {
  // expected-error @+1 {{holds no packed weight: byte 1 is 0xFF, which packing base3 never writes there}}
  %w, %s = ternary.weight "w" packing(base3) = dense_resource<bytes> : tensor<2xi8> scale = dense<0.25> : tensor<f32> -> tensor<2x5x!ternary.trit>, tensor<f32>
  return
}

{-#
  dialect_resources: {
    builtin: {
      bytes: "0x0100000000FF"
    }
  }
#-}

// -----

func.func @ternary_weight_packing() {
  // expected-error @+1 {{expected one of [i2_s, hf, tl2, base3, b1, tq1_0, tq2_0] for how elements lie in bytes, got: b2}}
  %w, %s = ternary.weight "w" packing(b2) = dense<0> : tensor<3xi8> scale = dense<0.25> : tensor<f32> -> tensor<4x3x!ternary.trit>, tensor<f32>
  return
}

// -----

func.func @dequantize_weight_c1(%w: tensor<4x8x!ternary.trit>, %s: tensor<f32>) {
  // expected-error @+1 {{result must have the weight's shape, got 'tensor<8x4xf32>' for 'tensor<4x8x!ternary.trit>'}}
  %0 = ternary.dequantize_weight %w, %s : tensor<4x8x!ternary.trit>, tensor<f32> -> tensor<8x4xf32>
  return
}

// -----

func.func @dequantize_weight_c2(%w: tensor<4x8x!ternary.trit>, %s: tensor<4x2xf32>) {
  // expected-error @+1 {{group must divide a dimension of the weight, got #ternary.group<size = 3, dim = 1> for 'tensor<4x8x!ternary.trit>'}}
  %0 = ternary.dequantize_weight %w, %s group <size = 3, dim = 1> : tensor<4x8x!ternary.trit>, tensor<4x2xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @dequantize_weight_c3(%w: tensor<4x8x!ternary.trit>, %s: tensor<4x2xf32>) {
  // expected-error @+1 {{scale must be of type 'tensor<f32>', got 'tensor<4x2xf32>'}}
  %0 = ternary.dequantize_weight %w, %s : tensor<4x8x!ternary.trit>, tensor<4x2xf32> -> tensor<4x8xf32>
  return
}

// -----

func.func @packed_matmul_c1_mixed(%x: memref<1x3x8xi8>, %w: tensor<128xi8>, %y: tensor<1x3x4xi32>) {
  // expected-error @+1 {{must have tensors and a result, or row-major memrefs and none}}
  %0 = ternary.packed_matmul ins(%x, %w : memref<1x3x8xi8>, tensor<128xi8>) outs(%y : tensor<1x3x4xi32>) -> tensor<1x3x4xi32>
  return
}

// -----

func.func @packed_matmul_c1_layout(%x: memref<1x3x8xi8, strided<[48, 16, 1]>>, %w: memref<128xi8>, %y: memref<1x3x4xi32>) {
  // expected-error @+1 {{must have tensors and a result, or row-major memrefs and none}}
  ternary.packed_matmul ins(%x, %w : memref<1x3x8xi8, strided<[48, 16, 1]>>, memref<128xi8>) outs(%y : memref<1x3x4xi32>)
  return
}

// -----

func.func @packed_matmul_c2(%x: tensor<1x3x8xi8>, %w: tensor<128xi8>, %y: tensor<1x2x4xi32>) {
  // expected-error @+1 {{activation and init must be B x T x K and B x T x N, got 'tensor<1x3x8xi8>' and 'tensor<1x2x4xi32>'}}
  %0 = ternary.packed_matmul ins(%x, %w : tensor<1x3x8xi8>, tensor<128xi8>) outs(%y : tensor<1x2x4xi32>) -> tensor<1x2x4xi32>
  return
}

// -----

func.func @packed_matmul_c3(%x: tensor<2x3x130xi8>, %w: tensor<256xi8>, %y: tensor<2x3x4xi32>) {
  // expected-error @+1 {{must have 512 packed bytes, got 'tensor<256xi8>'}}
  %0 = ternary.packed_matmul ins(%x, %w : tensor<2x3x130xi8>, tensor<256xi8>) outs(%y : tensor<2x3x4xi32>) -> tensor<2x3x4xi32>
  return
}

// -----

func.func @packed_matmul_c3_many(%x: tensor<4294967296x0x1xi8>, %w: tensor<256xi8>, %y: tensor<4294967296x0x4294967296xi32>) {
  // expected-error @+1 {{must have fewer elements, got 'tensor<256xi8>'}}
  %0 = ternary.packed_matmul ins(%x, %w : tensor<4294967296x0x1xi8>, tensor<256xi8>) outs(%y : tensor<4294967296x0x4294967296xi32>) -> tensor<4294967296x0x4294967296xi32>
  return
}

// -----

func.func @packed_matmul_c4(%x: tensor<1x1x8388608xi8>, %w: tensor<2097152xi8>, %y: tensor<1x1x1xi32>) {
  // expected-error @+1 {{must sum over fewer than 8388608 elements, got 8388608}}
  %0 = ternary.packed_matmul ins(%x, %w : tensor<1x1x8388608xi8>, tensor<2097152xi8>) outs(%y : tensor<1x1x1xi32>) -> tensor<1x1x1xi32>
  return
}
