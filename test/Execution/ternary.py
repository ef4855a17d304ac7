# What the ternary dialect computes, against numpy: every integer equal.
#
# REQUIRES: numpy
# RUN: %python %s

import numpy as np

from harness import Case, LOWER, ONEBIT_OPT, call, check, ty
import reference
import whole

PASSES = ["--onebit-convert-ternary-to-linalg"]
rng = np.random.default_rng(5)
F32 = np.float32
cases = []


# 3e38 becomes infinite, and is clipped.
@np.errstate(over="ignore")
def quantize_activation(x, axes, bits, scheme):
    """Codes and scales, each step rounded to float32."""
    q = F32(2 ** (bits - 1))
    gamma = np.maximum(np.abs(x).max(axis=axes, keepdims=True), F32(1e-5))
    if scheme == "released":
        factor = (q - F32(1)) / gamma
        codes, scale = np.rint(x * factor), F32(1) / factor
    elif scheme == "paper_eta":
        eta = x.min(axis=axes, keepdims=True)
        codes, scale = np.maximum(np.rint((x - eta) * q / gamma), 0), gamma / q
    else:
        codes, scale = np.rint(x * q / gamma), gamma / q
    return np.clip(codes, -q, q - 1).astype(np.int8), scale.squeeze(axes)


def quantize_groups(x, dim, size, bits, scheme):
    """Each group by itself, in a loop."""
    shape = list(x.shape)
    shape[dim] //= size
    codes, scale = np.empty(x.shape, np.int8), np.empty(shape, F32)
    for index in np.ndindex(*shape):
        at = list(index)
        at[dim] = slice(index[dim] * size, (index[dim] + 1) * size)
        codes[tuple(at)], scale[index] = quantize_activation(x[tuple(at)], (0,), bits, scheme)
    return codes, scale


def quantize_weight(w, scheme, group=None):
    """Codes and scales of groups along the last dimension."""
    grouped = w.reshape(*w.shape[:-1], -1, group) if group else w.reshape(1, -1)
    wide = grouped.astype(np.float64)
    # In the order of the elements: cumsum does not sum by halves.
    mean = lambda v: (np.cumsum(v, axis=-1)[..., -1:] / v.shape[-1]).astype(F32)
    gamma, alpha = mean(np.abs(wide)), mean(wide)
    if scheme == "b1":
        codes, scale = np.where(grouped > alpha, 1, -1), gamma
    elif scheme == "b1_released":
        codes, scale = np.sign(grouped - alpha), gamma
    elif scheme == "b1_58":
        codes, scale = np.rint(grouped / (gamma + F32(1e-5))), gamma
    else:
        s = F32(1) / np.maximum(gamma, F32(1e-5))
        codes, scale = np.rint(grouped * s), F32(1) / s
    codes = np.clip(codes, -1, 1).astype(np.int8).reshape(w.shape)
    return codes, scale.reshape(*w.shape[:-1], -1) if group else scale.reshape(())


def activations():
    """Random ones, ties, zeros, equal rows, denormals, one that is huge."""
    x = rng.standard_normal((2, 9, 8)).astype(F32)
    x[0, 1] = 0
    x[0, 2] = 0.25
    x[0, 3] = [127, 0.5, 1.5, 2.5, -0.5, -1.5, -127, 63.5]
    x[0, 4] = 1e-42
    x[0, 5, 3] = 3e38
    x[0, 6] = [-128, 1, 2, 3, 4, 5, 6, 7]
    return x


for scheme in ("released", "paper", "paper_eta"):
    for bits in (8, 4, 2):
        for granularity, axes in (("per_token", (2,)), ("per_token", (1, 2)), ("per_tensor", (0, 1, 2))):
            x = activations()
            codes, scale = quantize_activation(x, axes, bits, scheme)
            cases.append(Case(
                f"activation_{scheme}_{bits}_{granularity}_{len(axes)}",
                f"%0:2 = ternary.quantize_activation {granularity} %x over "
                f"[{', '.join(map(str, axes if granularity == 'per_token' else (2,)))}] bits {bits}"
                + (f" scheme<{scheme}>" if scheme != "released" else "")
                + f" : {ty(x)} -> {ty(codes)}, {ty(scale)}",
                {"x": x}, [codes, scale.astype(F32)], ["%0#0", "%0#1"], PASSES,
            ))  # fmt: skip

# Rows with a number that is none: codes of 0, a scale that makes the product NaN, and
# nothing of it in the other rows.
for scheme, extra in (("released", ""), ("paper", " scheme<paper>")):
    x = rng.standard_normal((6, 8)).astype(F32)
    x[1, 2], x[2, 0], x[3, 7], x[5, 1:3] = np.inf, -np.inf, np.nan, (np.inf, -np.inf)
    bad = np.array([1, 2, 3, 5])
    codes = np.zeros(x.shape, np.int8)
    codes[[0, 4]] = quantize_activation(x[[0, 4]], (1,), 8, scheme)[0]
    cases.append(Case(
        f"not_finite_{scheme}",
        f"%q, %s = ternary.quantize_activation per_token %x over [1] bits 8{extra} : "
        f"{ty(x)} -> {ty(codes)}, tensor<6xf32>\n"
        "%none = arith.cmpf uno, %s, %s : tensor<6xf32>\n"
        "%0 = arith.constant dense<0.0> : tensor<6xf32>\n"
        "%product = arith.mulf %0, %s : tensor<6xf32>\n"
        "%spoilt = arith.cmpf uno, %product, %product : tensor<6xf32>\n"
        "%1 = arith.extui %none : tensor<6xi1> to tensor<6xi8>\n"
        "%2 = arith.extui %spoilt : tensor<6xi1> to tensor<6xi8>",
        {"x": x},
        [codes, np.isin(np.arange(6), [3]).astype(np.int8), np.isin(np.arange(6), bad).astype(np.int8)],
        ["%q", "%1", "%2"], PASSES,
    ))  # fmt: skip



def group_text(size, dim, scheme, bits=8):
    """How the op says it."""
    extra = f" scheme<{scheme}>" if scheme != "released" else ""
    return f"per_token %x over [{dim}] bits {bits} group <size = {size}, dim = {dim}>{extra}"


def hard_groups(groups, size):
    """Zeros, equal elements, ties, denormals, one that is huge, and random ones: what a
    group has, none of its neighbours may have anything of."""
    x = rng.standard_normal((groups, size)).astype(F32)
    for i, fill in enumerate((0, 0.25, -3, 1e-42, -1e-42)):
        x[i::9] = fill
    ties = np.array([127, 0.5, 1.5, 2.5, -0.5, -1.5, -127, 63.5], F32)
    x[5::9] = np.resize(ties, size)
    x[6::9, -1] = 3e38
    return x


SCHEMES = ("released", "paper", "paper_eta")
# Any shape, groups of one element, of all, and between; k in the last dimension or another.
for number in range(36):
    rank, size = int(rng.integers(1, 4)), int(rng.integers(1, 9))
    groups = 1 if number % 6 == 0 else int(rng.integers(2, 7))
    size = 1 if number % 6 == 1 else size
    outer = [int(n) for n in rng.integers(1, 6, rank - 1)]
    scheme, bits = SCHEMES[number % 3], (8, 4, 2, 7)[number % 4]
    x = hard_groups(int(np.prod(outer)) * groups, size).reshape(*outer, groups * size)
    dim = int(rng.integers(0, rank)) if number % 2 else rank - 1
    x = np.ascontiguousarray(np.moveaxis(x, -1, dim))
    codes, scale = quantize_groups(x, dim, size, bits, scheme)
    cases.append(Case(
        f"groups_{number}",
        f"%0:2 = ternary.quantize_activation {group_text(size, dim, scheme, bits)} : "
        f"{ty(x)} -> {ty(codes)}, {ty(scale)}",
        {"x": x}, [codes, scale], ["%0#0", "%0#1"], PASSES,
    ))  # fmt: skip

# A group with a number that is none has codes of 0 and a scale that spoils its row; no other
# group has anything of it.
for scheme in SCHEMES:
    x = hard_groups(12, 4).reshape(3, 16)
    x[0, 5], x[1, 0], x[1, 15] = np.inf, np.nan, -np.inf
    bad = np.array([[0, 1, 0, 0], [1, 0, 0, 1], [0, 0, 0, 0]], np.int8)
    sound = np.where(np.repeat(bad, 4, axis=1), F32(0), x)
    codes, scale = quantize_groups(sound, 1, 4, 8, scheme)
    cases.append(Case(
        f"groups_not_finite_{scheme}",
        f"%q, %s = ternary.quantize_activation {group_text(4, 1, scheme)} : "
        f"{ty(x)} -> {ty(codes)}, tensor<3x4xf32>\n"
        "%zero = arith.constant dense<0.0> : tensor<3x4xf32>\n"
        "%product = arith.mulf %zero, %s : tensor<3x4xf32>\n"
        "%spoilt = arith.cmpf uno, %product, %product : tensor<3x4xf32>\n"
        "%1 = arith.extui %spoilt : tensor<3x4xi1> to tensor<3x4xi8>\n"
        "%2 = arith.select %spoilt, %zero, %s : tensor<3x4xi1>, tensor<3x4xf32>",
        {"x": x}, [codes, bad, np.where(bad, F32(0), scale)], ["%q", "%1", "%2"], PASSES,
    ))  # fmt: skip

# A projection with groups, as the pass makes it: what its quantized operands stand for, in
# float64. Groups have magnitudes of their own, so that one scale for another shows.
for number, (tokens, rows, groups, size) in enumerate(((3, 5, 4, 8), (1, 7, 1, 24), (4, 2, 6, 1), (2, 3, 2, 130))):
    for scheme in ("released", "paper"):
        x = hard_groups(tokens * groups, size).reshape(tokens, -1)
        x[np.abs(x) > 1e30] = 7
        w = rng.standard_normal((rows, groups * size)).astype(F32)
        w *= np.repeat(F32(10) ** np.arange(groups, dtype=F32), size)
        bias = rng.standard_normal(rows).astype(F32)
        name = f"projection_{number}_{scheme}"
        text = call(
            [*ONEBIT_OPT.split(), f"--onebit-quantize-projections=group-size={size} "
             f"activation-groups activation-scheme={scheme}"],
            f"func.func @{name}(%x: {ty(x)}, %w: {ty(w)}, %b: {ty(bias)}) -> tensor<{tokens}x{rows}xf32> {{\n"
            f"%0 = decoder.projection role(up) ins(%x, %w : {ty(x)}, {ty(w)}) init(%b : {ty(bias)}) maps "
            "[affine_map<(t, n, k) -> (t, k)>, affine_map<(t, n, k) -> (n, k)>, affine_map<(t, n, k) -> (t, n)>, "
            f"affine_map<(t, n, k) -> (n)>] -> tensor<{tokens}x{rows}xf32>\n"
            f"return %0 : tensor<{tokens}x{rows}xf32>\n}}\n",
        )  # fmt: skip
        aliases, function = whole.inlined(text)
        # Aliases of several modules meet in one.
        aliases, function = (part.replace("#map", f"#{name}") for part in (aliases, function))
        codes, scale = quantize_groups(x, 1, size, 8, scheme)
        trits, scales = quantize_weight(w, "b1_58", size)
        wide = lambda values, by: values.astype(np.float64) * np.repeat(np.float64(by), size, axis=1)
        expected = wide(codes, scale) @ wide(trits, scales).T + bias
        cases.append(Case(
            f"call_{name}", f"%0 = func.call @{name}(%x, %w, %b) : ({ty(x)}, {ty(w)}, {ty(bias)}) -> {ty(expected, 'f32')}",
            {"x": x, "w": w, "b": bias}, [expected.astype(F32)], passes=PASSES,
            prelude=aliases + function.replace(f"func.func @{name}", f"func.func private @{name}"),
        ))  # fmt: skip

# SubLN of groups is the norm of a tensor whose groups are a dimension, as docs/numerics.md
# writes it.
x = (3 + hard_groups(2 * 3 * 4, 8)).reshape(2, 3, 32)
x[np.abs(x) > 1e30] = 7
split = x.reshape(2, 3, 4, 8)
cases.append(Case(
    "group_sub_ln",
    f"%g = tensor.expand_shape %x [[0], [1], [2, 3]] output_shape [2, 3, 4, 8] : {ty(x)} into {ty(split)}\n"
    f"%n = decoder.norm sub_ln %g : {ty(split)}\n"
    f"%0 = tensor.collapse_shape %n [[0], [1], [2, 3]] : {ty(split)} into {ty(x)}",
    {"x": x}, [reference.norm("sub_ln", split).reshape(x.shape).astype(F32)], passes=[*PASSES, *LOWER],
))  # fmt: skip

for scheme in ("b1", "b1_released", "b1_58", "b1_58_released"):
    for group in (None, 4):
        w = rng.standard_normal((6, 8)).astype(F32)
        w[1] = 0
        w[2] = 0.5
        w[3] *= 1e-7
        codes, scale = quantize_weight(w, scheme, group)
        element = "!ternary.bit" if scheme == "b1" else "!ternary.trit"
        x = rng.integers(-128, 128, (3, 8)).astype(np.int8)
        # The codes, seen through a product with the identity.
        identity = np.eye(8, dtype=np.int8)
        cases.append(Case(
            f"weight_{scheme}_{group or 'all'}",
            f"%q, %s = ternary.quantize_weight {scheme} %w"
            + (f" group <size = {group}, dim = 1>" if group else "")
            + f" : {ty(w)} -> {ty(w, element)}, {ty(scale)}\n"
            "%1 = ternary.matmul role(up) ins(%i, %q : "
            f"{ty(identity)}, {ty(w, element)}) maps [affine_map<(t, n, k) -> (t, k)>, "
            "affine_map<(t, n, k) -> (n, k)>, affine_map<(t, n, k) -> (n, t)>] -> tensor<6x8xi32>\n"
            "%2 = ternary.matmul role(up) ins(%x, %q : "
            f"{ty(x)}, {ty(w, element)}) maps [affine_map<(t, n, k) -> (t, k)>, "
            "affine_map<(t, n, k) -> (n, k)>, affine_map<(t, n, k) -> (t, n)>] -> tensor<3x6xi32>",
            {"w": w, "i": identity, "x": x},
            [codes.astype(np.int32), x.astype(np.int32) @ codes.T.astype(np.int32), scale],
            ["%1", "%2", "%s"], PASSES,
        ))  # fmt: skip

# Groups along k are added up with their scales; the bias comes last.
acc = rng.integers(-5000, 5000, (2, 5, 3)).astype(np.int32)
token = rng.standard_normal(2).astype(F32)
scales = rng.standard_normal((5, 3)).astype(F32)
bias = rng.standard_normal(5).astype(F32)
expected = np.einsum("tng,t,ng->tn", acc.astype(F32), token, scales)
MAPS = ("affine_map<(t, n, g) -> (t, n, g)>, affine_map<(t, n, g) -> (t)>, "
        "affine_map<(t, n, g) -> (n, g)>, affine_map<(t, n, g) -> (t, n)>")  # fmt: skip
for name, result, extra, bias_map in (
    ("plain", expected, "", ""),
    ("bias", expected + bias, f" bias(%b : {ty(bias)})", ", affine_map<(t, n, g) -> (n)>"),
):
    cases.append(Case(
        f"dequantize_{name}",
        f"%0 = ternary.dequantize %a scales(%t, %s : {ty(token)}, {ty(scales)}){extra} "
        f"maps [{MAPS}{bias_map}] : {ty(acc)} -> {ty(result)}",
        {"a": acc, "t": token, "s": scales, "b": bias}, [result.astype(F32)], ["%0"], PASSES,
    ))  # fmt: skip


def hf(codes):
    """Four rows to a byte, those of the first quarter in its lowest bits."""
    rows, columns = codes.shape
    quarter = -(-rows // 4)
    padded = np.zeros((4 * quarter, columns), np.int64)
    padded[:rows] = codes + 1
    shifts = np.array([0, 2, 4, 6]).reshape(4, 1, 1)
    return (padded.reshape(4, quarter, columns) << shifts).sum(axis=0).astype(np.uint8).view(np.int8).reshape(-1)


# Any shape, every integer: some weights of nothing, activations up to -128.
for number in range(24):
    tokens, rows, columns = (int(rng.integers(1, most)) for most in (5, 40, 400))
    codes = rng.integers(-1, 2, (rows, columns)) * (number % 6 != 0)
    x = rng.integers(-128, 128, (tokens, columns)).astype(np.int8)
    if number % 5 == 0:
        x[:] = -128
    packing, packed = ("i2_s", reference.i2_s(codes)) if number % 2 else ("hf", hf(codes))
    weight = ty(np.zeros(codes.shape, F32), "!ternary.trit")
    cases.append(Case(
        f"random_{number}",
        f"%w, %s = ternary.weight \"w\" packing({packing}) = dense<\"0x{packed.tobytes().hex().upper()}\"> : "
        f"{ty(packed)} scale = dense<1.0> : tensor<f32> -> {weight}, tensor<f32>\n"
        f"%0 = ternary.matmul role(up) ins(%x, %w : {ty(x)}, {weight}) "
        "maps [affine_map<(t, n, k) -> (t, k)>, affine_map<(t, n, k) -> (n, k)>, "
        f"affine_map<(t, n, k) -> (t, n)>] -> tensor<{tokens}x{rows}xi32>",
        {"x": x}, [(x.astype(np.int64) @ codes.T).astype(np.int32)], passes=PASSES,
    ))  # fmt: skip

codes = rng.integers(-1, 2, (5, 130))
packed = reference.i2_s(codes)
x = rng.integers(-128, 128, (1, 130)).astype(np.int8)
real = codes.astype(F32) * F32(0.375)
cases.append(Case(
    "packed",
    f"%w, %s = ternary.weight \"w\" packing(i2_s) = dense<[{', '.join(map(str, packed))}]> : {ty(packed)} "
    f"scale = dense<0.375> : tensor<f32> -> {ty(real, '!ternary.trit')}, tensor<f32>\n"
    f"%0 = ternary.matmul role(up) ins(%x, %w : {ty(x)}, {ty(real, '!ternary.trit')}) "
    "maps [affine_map<(t, n, k) -> (t, k)>, affine_map<(t, n, k) -> (n, k)>, "
    "affine_map<(t, n, k) -> (t, n)>] -> tensor<1x5xi32>\n"
    f"%r = ternary.dequantize_weight %w, %s : {ty(real, '!ternary.trit')}, tensor<f32> -> {ty(real)}",
    {"x": x}, [(x.astype(np.int32) @ codes.T).astype(np.int32), real], ["%0", "%r"], PASSES,
))  # fmt: skip

check(cases)
