# RUN: env PYTHONPATH=%binary_dir/python %python %s
# REQUIRES: onebit-python, jax, flax
"""A decoder with grouped queries in JAX, written in the ways that people write one: the
products that its sizes say, with the names of its parameters."""
import sys
from collections import Counter
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

import onebit

sys.path.insert(0, str(Path(__file__).parent / "Inputs"))
from raises import raises
from rows import check_equal, rows

LAYERS, WIDTH, HEADS, KV_HEADS, HEAD, FFN, VOCAB = 3, 32, 4, 2, 8, 48, 64
SHAPES = {"wq": (WIDTH, HEADS * HEAD), "wk": (WIDTH, KV_HEADS * HEAD), "wv": (WIDTH, KV_HEADS * HEAD),
          "wo": (HEADS * HEAD, WIDTH), "gate_proj": (WIDTH, FFN), "up_proj": (WIDTH, FFN),
          "down_proj": (FFN, WIDTH)}


def f32(*shape):
    return jax.ShapeDtypeStruct(shape, jnp.float32)


def norm(x):
    return x * jax.lax.rsqrt((x * x).mean(-1, keepdims=True) + 1e-5)


def attend(q, k, v, mask):
    q = q.reshape(*q.shape[:2], KV_HEADS, HEADS // KV_HEADS, HEAD)
    scores = jnp.einsum("btkgd,bskd->bkgts", q, k) / HEAD**0.5
    weights = jax.nn.softmax(jnp.where(mask, scores, -1e9), axis=-1)
    return jnp.einsum("bkgts,bskd->btkgd", weights, v).reshape(*q.shape[:2], HEADS * HEAD)


def project(w, x):
    heads = lambda y, n: y.reshape(*y.shape[:2], n, HEAD)
    return heads(x @ w["wq"], HEADS), heads(x @ w["wk"], KV_HEADS), heads(x @ w["wv"], KV_HEADS)


def feed_forward(w, x):
    y = norm(x)
    return x + (jax.nn.silu(y @ w["gate_proj"]) * (y @ w["up_proj"])) @ w["down_proj"]


def layer(w, x):
    length = x.shape[1]
    mask = jnp.tril(jnp.ones((length, length), bool))
    x = x + attend(*project(w, norm(x)), mask) @ w["wo"]
    return feed_forward(w, x)


def prefill(params, ids):
    x = params["embed"][ids]
    for w in params["layers"]:
        x = layer(w, x)
    return norm(x) @ params["lm_head"]


def prefill_scanned(params, ids):
    x, _ = jax.lax.scan(lambda x, w: (layer(w, x), None), params["embed"][ids], params["layers"])
    return norm(x) @ params["lm_head"]


def decode(params, token, position, cache):
    x = params["embed"][token]
    new = []
    for w, (keys, values) in zip(params["layers"], cache):
        q, k, v = project(w, norm(x))
        keys = jax.lax.dynamic_update_slice(keys, k, (0, position, 0, 0))
        values = jax.lax.dynamic_update_slice(values, v, (0, position, 0, 0))
        mask = jnp.arange(keys.shape[1]) <= position
        x = feed_forward(w, x + attend(q, keys, values, mask) @ w["wo"])
        new.append((keys, values))
    return norm(x) @ params["lm_head"], new


def expected(tokens, keys, batch, stacked=False):
    result = Counter()
    for i in range(LAYERS):
        for name, (k, n) in SHAPES.items():
            path = f"layers.{name}" if stacked else f"layers.{i}.{name}"
            result["projection", path, 1, batch * tokens, n, k] += 1
        result["attention", None, batch * HEADS, tokens, keys, HEAD] += 1
        result["attention", None, batch * HEADS, tokens, HEAD, keys] += 1
    result["projection", "lm_head", 1, batch * tokens, VOCAB, WIDTH] += 1
    return result


layers = [{name: f32(*shape) for name, shape in SHAPES.items()} for _ in range(LAYERS)]
PARAMS = {"embed": f32(VOCAB, WIDTH), "layers": layers, "lm_head": f32(WIDTH, VOCAB)}
STACKED = {**PARAMS, "layers": {name: f32(LAYERS, *shape) for name, shape in SHAPES.items()}}
IDS = jax.ShapeDtypeStruct((2, 16), jnp.int32)
CACHE = [(f32(2, 24, KV_HEADS, HEAD),) * 2] * LAYERS
TOKEN, POSITION = jax.ShapeDtypeStruct((2, 1), jnp.int32), jax.ShapeDtypeStruct((), jnp.int32)
vmapped = jax.vmap(lambda params, ids: prefill(params, ids[None])[0], in_axes=(None, 0))

for what, fn, args, want in (
        ("plain layers", prefill, (PARAMS, IDS), expected(16, 16, 2)),
        ("jitted", jax.jit(prefill), (PARAMS, IDS), expected(16, 16, 2)),
        ("under lax.scan", prefill_scanned, (STACKED, IDS), expected(16, 16, 2, stacked=True)),
        ("with a cache", decode, (PARAMS, TOKEN, POSITION, CACHE), expected(1, 24, 2)),
        ("vmapped", vmapped, (PARAMS, IDS), expected(16, 16, 2)),
        ("rematerialized", jax.checkpoint(prefill), (PARAMS, IDS), expected(16, 16, 2))):
    report = onebit.report(onebit.from_jax(fn, *args))
    check_equal(rows(report, weights_only=True), want, what)
    assert report.complete, (what, report.assumptions)
    direct = onebit.report(fn, args=args)
    assert direct.kernels == report.kernels

# Arrays are looked at as little as shapes; what they would compute is the same.
arrays = jax.tree.map(lambda leaf: np.zeros(leaf.shape, leaf.dtype), PARAMS)
check_equal(rows(onebit.report(onebit.from_jax(prefill, arrays, np.zeros((2, 16), np.int32))), True),
            expected(16, 16, 2), "arrays")
text = str(onebit.from_jax(decode, PARAMS, TOKEN, POSITION, CACHE))
for mark in ('decoder.weight = "layers.2.wo"', 'decoder.cache = "cache.2.1"',
             'decoder.activation = "token"', 'decoder.activation = "position"'):
    assert mark in text, mark

# What runs how often cannot be known is not taken for known.
loop = onebit.report(onebit.from_jax(
    lambda w, x: jax.lax.while_loop(lambda y: y.sum() < 9, lambda y: y @ w, x), f32(8, 8), f32(4, 8)))
check_equal(rows(loop), Counter({("projection", "params", 1, 4, 8, 8): 1}), "while")
assert not loop.complete
counted = onebit.from_jax(
    lambda w, x: jax.lax.fori_loop(0, 1000, lambda i, y: y @ w, x), f32(8, 8), f32(4, 8))
assert "scf.for" in str(counted) and "stablehlo.while" not in str(counted)

# Branches: each is counted, and it is said.
def choose(params, x, flag, number):
    a, b = params["a"], params["b"]
    y = jax.lax.cond(flag, lambda x: x @ a, lambda x: (x @ b) @ a, x)
    return jax.lax.switch(number, [lambda y: y @ a, lambda y: y, lambda y: y @ b], y)


branches = onebit.report(onebit.from_jax(choose, {"a": f32(8, 8), "b": f32(8, 8)}, f32(3, 8), np.array(True), np.array(1)))
check_equal(rows(branches, weights_only=True), Counter({("projection", "a", 1, 3, 8, 8): 3, ("projection", "b", 1, 3, 8, 8): 2}),
            "branches")
said = [a["text"] for a in branches.assumptions if a["kind"] == "not_visible"]
assert said == ["5 kernels in branches that may not run: counted as though every branch did"], said
assert not branches.complete

# Flax.
from flax import linen as nn


class Block(nn.Module):
    @nn.compact
    def __call__(self, x):
        y = nn.RMSNorm()(x)
        heads = lambda name, n: nn.DenseGeneral((n, HEAD), use_bias=False, name=name)(y)
        y = attend(heads("query", HEADS), heads("key", KV_HEADS), heads("value", KV_HEADS),
                   jnp.tril(jnp.ones((x.shape[1],) * 2, bool)))
        x = x + nn.Dense(WIDTH, use_bias=False, name="out_proj")(y)
        y = nn.RMSNorm()(x)
        y = nn.silu(nn.Dense(FFN, name="gate_proj")(y)) * nn.Dense(FFN, name="up_proj")(y)
        return x + nn.Dense(WIDTH, name="down_proj")(y)


class Decoder(nn.Module):
    @nn.compact
    def __call__(self, ids):
        x = nn.Embed(VOCAB, WIDTH)(ids)
        for i in range(LAYERS):
            x = Block(name=f"layers_{i}")(x)
        return nn.Dense(VOCAB, name="lm_head")(x)


variables = jax.eval_shape(Decoder().init, jax.random.key(0), np.zeros((2, 16), np.int32))
names = dict(zip(SHAPES, ("query", "key", "value", "out_proj", "gate_proj", "up_proj", "down_proj")))
want = Counter()
for (kind, name, *sizes), number in expected(16, 16, 2).items():
    if kind == "projection":
        parts = name.split(".")
        name = "params." + (f"layers_{parts[1]}.{names[parts[2]]}" if len(parts) > 1 else name) + ".kernel"
    want[(kind, name, *sizes)] += number
check_equal(rows(onebit.report(onebit.from_jax(Decoder().apply, variables, IDS)), True), want, "Flax")

# StableHLO that cannot be read, and that jaxlib does not lower.
raises(onebit.Error, "<string>: jaxlib cannot read this StableHLO:",
       lambda: onebit.load("module {\n  stablehlo.nonsense\n}"))
raises(TypeError, "context: only a config takes these", lambda: onebit.report(prefill, args=(PARAMS, IDS), context=3))
raises(TypeError, "cannot make a model of function with args=(...)", lambda: onebit.report(prefill))
# How exactly a product multiplies does not hide it.
algorithm = """func.func @main(%a: tensor<2x3xf32>, %b: tensor<3x5xf32>) -> tensor<2x5xf32> {
  %0 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0], algorithm = <lhs_precision_type = bf16,
    rhs_precision_type = bf16, accumulation_type = f32, lhs_component_count = 1, rhs_component_count = 1,
    num_primitive_operations = 1, allow_imprecise_accumulation = false>
    : (tensor<2x3xf32>, tensor<3x5xf32>) -> tensor<2x5xf32>
  return %0 : tensor<2x5xf32>
}
"""
check_equal(rows(onebit.report(algorithm, weights=[1]), True),
            Counter({("projection", "other", 1, 2, 5, 3): 1}), "an algorithm")
# What is not known is said, at its place in the program.
unknown = onebit.report(onebit.from_jax(lambda w, x: jnp.sort(x) @ w, f32(8, 8), f32(4, 8)))
said = [a for a in unknown.assumptions if a["kind"] == "not_visible"]
assert len(said) == 1 and "stablehlo.sort" in said[0]["text"], said
assert Path(said[0]["location"].rsplit(":", 2)[0]).name == Path(__file__).name, said
