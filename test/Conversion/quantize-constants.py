# Codes and scales of constants against numpy, and against the code of
# transformers: every scheme, over random shapes, ties, zeros, equal elements,
# denormals, element types, groups and packings.
#
# REQUIRES: gguf, torch, transformers
# RUN: %python %s %binary_dir/bin/onebit-opt

import os
import sys

import numpy as np
import torch

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../Frontend/Inputs"))
from weights import parse, run
from transformers.integrations.bitnet import WeightQuant, pack_weights

torch._dynamo.config.disable = True
OPT = sys.argv[1]
RANDOM = np.random.default_rng(17)
FLOOR = np.float32(1e-5)


def literal(weight):
    element = {"float64": "f64", "float32": "f32", "float16": "f16"}[str(weight.dtype)]
    dims = "".join(f"{extent}x" for extent in weight.shape)
    return f'dense<"0x{weight.tobytes().hex().upper()}"> : tensor<{dims}{element}>', f"tensor<{dims}{element}>"


def program(weights):
    lines = []
    for i, weight in enumerate(weights):
        value, kind = literal(weight)
        (n, k), element = weight.shape, kind[:-1].split("x")[-1]
        lines.append(
            f"func.func @p{i}(%x: tensor<1x{k}x{element}>) -> tensor<1x{n}x{element}> {{\n"
            f'%w = decoder.weight "{i}" = {value} : {kind}\n'
            f"%0 = decoder.projection role(other) ins(%x, %w : tensor<1x{k}x{element}>, {kind}) "
            "maps [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, "
            f"affine_map<(m, n, k) -> (m, n)>] -> tensor<1x{n}x{element}>\n"
            f"return %0 : tensor<1x{n}x{element}>\n}}"
        )
    return "\n".join(lines)


def mean(values, dtype):
    return values.astype(np.float64).mean(axis=-1, keepdims=True).astype(dtype)


def oracle(scheme, weight, group):
    """Elements and scales, by the equations; rows of groups in the last dimension."""
    dtype = np.float64 if weight.dtype == np.float64 else np.float32
    w = weight.astype(dtype).reshape(-1, group or weight.size)
    floor = dtype(1e-5)
    gamma, alpha = mean(np.abs(w), dtype), mean(w, dtype)
    if scheme == "b1":
        q, scale = np.where(w > alpha, 1, -1), gamma
    elif scheme == "b1-released":
        q, scale = np.sign(w - alpha), gamma
    elif scheme == "b1.58":
        q, scale = np.clip(np.round(w / (gamma + floor)), -1, 1), gamma
    else:
        s = dtype(1) / np.maximum(gamma, floor)
        q, scale = np.clip(np.round(w * s), -1, 1), dtype(1) / s
    scale = scale.astype(weight.dtype)
    shape = (weight.shape[0], weight.shape[1] // group) if group else ()
    return q.astype(np.int8).reshape(weight.shape), scale.reshape(shape)


def weights():
    def normal(*shape):
        return RANDOM.standard_normal(shape).astype(np.float32)

    for shape in ((1, 1), (1, 7), (3, 4), (8, 8), (17, 31), (64, 128), (129, 130)):
        yield normal(*shape)
        yield normal(*shape) * np.float32(0.02)
        yield normal(*shape).astype(np.float16)
        yield normal(*shape).astype(np.float64)
    # Ties: the mean is 1, halves and the mean itself are there.
    yield np.array([[0.5, -0.5, 1.5, -1.5], [1.0, -1.0, 2.0, 0.0]], np.float32)
    yield np.array([[2.0, 0.0, 0.5, 1.5], [1.0, 1.0, 1.0, 1.0]], np.float32)
    # The threshold and its neighbours, where the mean is a power of two.
    half = np.float32(0.5)
    yield np.array([[half, np.nextafter(half, half * 0), np.nextafter(half, half * 9), 0.5,
                     2.0, 2.0, 1.0, 1.0]], np.float32)  # fmt: skip
    # Nothing, all the same, rows the same.
    yield np.zeros((3, 4), np.float32)
    yield -np.zeros((3, 4), np.float32)
    yield np.full((3, 4), 0.7, np.float32)
    yield np.full((3, 4), -3e-6, np.float32)
    yield np.repeat(normal(5, 1), 8, axis=1)
    # Below the floor, denormal, as large as can be.
    yield normal(4, 8) * np.float32(1e-5)
    yield normal(4, 8) * np.float32(1e-6)
    yield normal(4, 8) * np.float32(1e-41)
    yield np.full((2, 4), np.finfo(np.float32).max / 16, np.float32)
    yield normal(4, 8) * np.float32(1e37)
    yield (RANDOM.standard_normal((4, 8)) * 6e-8).astype(np.float16)
    # Ternary already; few other than zero.
    yield RANDOM.integers(-1, 2, (9, 12)).astype(np.float32) * np.float32(0.3)
    yield np.eye(12, dtype=np.float32)


compared = 0
ALL = list(weights())
for scheme in ("b1", "b1-released", "b1.58", "b1.58-released"):
    for group in (0, 1, 4):
        some = [w for w in ALL if group == 0 or w.shape[1] % group == 0]
        for packing in ("i2_s", "hf", "tl2", "base3", "tq1_0", "tq2_0"):
            if group and packing != "i2_s":
                continue
            out, error = run(
                OPT,
                program(some),
                f"--onebit-quantize-projections=scheme={scheme} group-size={group} "
                f"packing={packing} recognize-ternary=false",
            )
            assert out, error
            _, ternary = parse(out)
            assert len(ternary) == len(some)
            for i, weight in enumerate(some):
                got = ternary[str(i)]
                q, scale = oracle(scheme, weight, group)
                assert got["packing"] == ("b1" if scheme == "b1" else packing)
                assert np.array_equal(got["elements"], q), (scheme, group, weight, got["elements"], q)
                assert got["scale"].shape == scale.shape
                if weight.dtype == np.float64:
                    # numpy adds up in another order.
                    assert np.allclose(got["scale"], scale, rtol=1e-14, atol=0)
                else:
                    assert got["scale"].tobytes() == scale.tobytes(), (scheme, weight, got["scale"], scale)
                # What it did to the weight.
                report = got["report"]
                wide = weight.astype(np.float64)
                _, exact = oracle(scheme, wide if weight.dtype == np.float64 else weight.astype(np.float32), group)
                kept = q * (np.repeat(exact, group, axis=1) if group else exact).astype(np.float64)
                norm = np.sqrt((wide**2).sum())
                error = np.sqrt(((wide - kept) ** 2).sum()) / norm if norm else 0.0
                assert abs(float(report["relative_error"].split()[0]) - error) <= 1e-6 * max(error, 1e-3), (
                    report, error)  # fmt: skip
                assert int(report["zeros"]) == (q == 0).sum()
                assert int(report["bytes_before"]) == weight.nbytes
                if packing == "hf" and scheme != "b1":
                    expected = pack_weights(torch.from_numpy(q.astype(np.float32)))
                    assert np.array_equal(got["bytes"], expected.numpy().ravel())
                compared += 1

# transformers' own: what it multiplies by is our elements times our scale. Its
# mean is a sum in f32, so an element on the threshold might differ; none does.
floats = [w for w in ALL if w.dtype == np.float32 and np.abs(w).max() < 1e30]
out, error = run(
    OPT, program(floats), "--onebit-quantize-projections=scheme=b1.58-released recognize-ternary=false"
)
assert out, error
for i, weight in enumerate(floats):
    got = parse(out)[1][str(i)]
    theirs = WeightQuant.apply(torch.from_numpy(weight)).numpy()
    assert np.array_equal(got["elements"], np.sign(theirs)), (weight, got, theirs)
    assert np.allclose(got["elements"] * got["scale"], theirs, rtol=1e-6, atol=0)
    compared += 1

# A weight of -s, 0 and s keeps them and s.
for scheme in ("b1-released", "b1.58", "b1.58-released"):
    for scale in (1e-7, 0.3, 1.0, 1e30):
        weight = RANDOM.integers(-1, 2, (9, 12)).astype(np.float32) * np.float32(scale)
        out, error = run(OPT, program([weight]), f"--onebit-quantize-projections=scheme={scheme}")
        got = parse(out)[1]["0"]
        assert np.array_equal(got["elements"] * got["scale"], weight)
        assert got["report"]["relative_error"].startswith("0.0")
        compared += 1

# No mean, no scheme.
for bad, message in (
    (np.nan, "weight '0' cannot be quantized: element 5 is NaN, so there is no mean"),
    (np.inf, "weight '0' cannot be quantized: element 5 is infinite, so there is no mean"),
    (-np.inf, "element 5 is infinite, so there is no mean"),
):
    weight = np.ones((2, 4), np.float32)
    weight[1, 1] = bad
    out, error = run(OPT, program([weight]), "--onebit-quantize-projections")
    assert out is None and message in error, error
    compared += 1
huge = np.full((2, 4), np.finfo(np.float64).max)
huge[0, 0] = 1
out, error = run(OPT, program([huge]), "--onebit-quantize-projections")
assert out is None and "the elements from 0 on are too large: their mean is infinite" in error, error

print(f"{compared} weights compared")
sys.exit(compared < 700)
