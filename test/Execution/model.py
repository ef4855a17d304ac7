# Two small decoders, whole: prefill in one go and token by token on caches, both
# against numpy on the full sequence, which knows neither positions nor caches.
#
# RUN: %python %s

import numpy as np

from harness import DECOMPOSE, Case, check, constant, ty
import reference

VOCABULARY, HIDDEN, FFN, LAYERS = 17, 12, 10, 2
BATCH, TOKENS = 2, 7
HEADS, KV_HEADS, SIZE = 4, 2, 6
# Layer 0 looks back WINDOW tokens, and its cache is a ring of no more.
WINDOW = 3


def weights_of(family, rng):
    def floats(*shape):
        return (rng.standard_normal(shape) / np.sqrt(shape[-1])).astype(np.float32)

    weights = {"embed": floats(VOCABULARY, HIDDEN), "final.norm": 1 + floats(HIDDEN)}
    fused = (HEADS + 2 * KV_HEADS) * SIZE
    for layer in range(LAYERS):
        shapes = {"norm1": (HIDDEN,), "norm2": (HIDDEN,)}
        shapes["o"] = (HIDDEN, HEADS * SIZE)
        shapes["up"], shapes["down"] = (FFN, HIDDEN), (HIDDEN, FFN)
        if family == "llama":
            shapes["gate"] = (FFN, HIDDEN)
            shapes["q"] = (HEADS * SIZE, HIDDEN)
            shapes["k"] = shapes["v"] = (KV_HEADS * SIZE, HIDDEN)
        else:
            shapes["qkv"] = (HIDDEN, fused)  # as Conv1D keeps it
            shapes |= {"qkv.b": (fused,), "o.b": (HIDDEN,), "up.b": (FFN,)}
            shapes |= {"down.b": (HIDDEN,), "norm1.b": (HIDDEN,), "norm2.b": (HIDDEN,)}
        weights |= {f"{layer}.{name}": floats(*shape) for name, shape in shapes.items()}
    if family == "gpt":
        weights |= {"positions": floats(TOKENS + 2, HIDDEN), "final.norm.b": floats(HIDDEN)}
    return weights


def forward(family, weights, ids):
    """Logits of the whole sequence at once."""
    x = weights["embed"][ids].astype(np.float64)
    if family == "gpt":
        x = x + weights["positions"][2 : 2 + ids.shape[1]]

    def norm(name, x):
        if family == "llama":
            return reference.norm("rms_norm", x, weights[name], epsilon=1e-6)
        return reference.norm("layer_norm", x, weights[name], weights[f"{name}.b"])

    for layer in range(LAYERS):
        w = {
            name.removeprefix(f"{layer}."): value
            for name, value in weights.items()
            if name.startswith(f"{layer}.")
        }
        y = norm(f"{layer}.norm1", x)
        if family == "llama":
            q = reference.split_heads(y @ w["q"].T, HEADS)
            k = reference.split_heads(y @ w["k"].T, KV_HEADS)
            v = reference.split_heads(y @ w["v"].T, KV_HEADS)
            q, k = reference.rotary(q, 0), reference.rotary(k, 0)
        else:
            qkv = y @ w["qkv"] + w["qkv.b"]
            q, k, v = reference.split_qkv(qkv, HEADS, KV_HEADS, "concatenated")
        attended = reference.attention(
            q, k, v, causal=True, scale=SIZE**-0.5, window=WINDOW if layer == 0 else None
        )
        x = x + reference.merge_heads(attended) @ w["o"].T + w.get("o.b", 0)
        y = norm(f"{layer}.norm2", x)
        if family == "llama":
            y = reference.activation("silu", y @ w["gate"].T) * (y @ w["up"].T)
        else:
            y = reference.activation("relu", y @ w["up"].T + w["up.b"])
        x = x + y @ w["down"].T + w.get("down.b", 0)
    return norm("final.norm", x) @ weights["embed"].T


class Program:
    """The text of a function over `tokens` tokens, with caches or without."""

    def __init__(self, family, weights, tokens, cached):
        self.family, self.weights, self.tokens = family, weights, tokens
        self.cached, self.lines, self.count = cached, [], 0

    def add(self, text):
        self.count += 1
        self.lines.append(f"%{self.count} = {text}")
        return f"%{self.count}"

    def weight(self, name):
        value = constant(self.weights[name]).removeprefix("arith.constant ")
        return self.add(f'decoder.weight "{name}" = {value} : {ty(self.weights[name])}')

    def rows(self, features):
        return f"tensor<{BATCH}x{self.tokens}x{features}xf32>"

    def heads(self, count, tokens=None):
        return f"tensor<{BATCH}x{count}x{tokens or self.tokens}x{SIZE}xf32>"

    def norm(self, name, x):
        kind = "rms_norm" if self.family == "llama" else "layer_norm"
        weight, text = self.weight(name), ""
        if self.family == "gpt":
            text = f" bias({self.weight(f'{name}.b')} : tensor<{HIDDEN}xf32>)"
        epsilon = "1.0e-6" if self.family == "llama" else "1.0e-5"
        return self.add(
            f"decoder.norm {kind} {x} weight({weight} : tensor<{HIDDEN}xf32>){text}"
            f" {{epsilon = {epsilon}}} : {self.rows(HIDDEN)}"
        )

    def projection(self, name, role, x, features, init=None, transposed=False):
        value = self.weights[name]
        out = value.shape[1] if transposed else value.shape[0]
        maps = ["(b, t, k)", "(k, n)" if transposed else "(n, k)", "(b, t, n)"]
        text = ""
        if init is None and f"{name}.b" in self.weights:
            maps.append("(n)")
            text = f"init({self.weight(f'{name}.b')} : tensor<{out}xf32>)"
        elif init is not None:
            maps.append("(b, t, n)")
            text = f"init({init} : {self.rows(out)})"
        maps = ", ".join(f"affine_map<(b, t, n, k) -> {m}>" for m in maps)
        return self.add(
            f'decoder.projection "{name}" role({role})'
            f" ins({x}, {self.weight(name)} : {self.rows(features)}, {ty(value)})"
            f" {text} maps [{maps}] -> {self.rows(out)}"
        )

    def residual(self, x, y):
        return self.add(f"arith.addf {x}, {y} : {self.rows(HIDDEN)}")

    def layer(self, layer, x):
        y = self.norm(f"{layer}.norm1", x)
        width, kv_width = HEADS * SIZE, KV_HEADS * SIZE
        if self.family == "llama":
            q, k, v = (self.projection(f"{layer}.{r}", r, y, HIDDEN) for r in "qkv")
            q = self.add(f"decoder.split_heads {q} : {self.rows(width)} -> {self.heads(HEADS)}")
            k, v = (
                self.add(
                    f"decoder.split_heads {z} : {self.rows(kv_width)} -> {self.heads(KV_HEADS)}"
                )
                for z in (k, v)
            )
            q = self.add(f"decoder.rotary {q} at %p : {self.heads(HEADS)}")
            k = self.add(f"decoder.rotary {k} at %p : {self.heads(KV_HEADS)}")
        else:
            qkv = self.projection(f"{layer}.qkv", "qkv", y, HIDDEN, transposed=True)
            q, k, v = f"%q{layer}", f"%k{layer}", f"%v{layer}"
            self.lines.append(
                f"{q}, {k}, {v} = decoder.split_qkv concatenated {qkv}"
                f" : {self.rows(width + 2 * kv_width)}"
                f" -> {self.heads(HEADS)}, {self.heads(KV_HEADS)}"
            )
        at, keys = "", self.tokens
        if self.cached:
            at, keys = "at %p", slots(layer)
            k, v = (
                self.add(
                    f"decoder.cache_append {z} into %{n}cache{layer} at %p"
                    f" : {self.heads(KV_HEADS)} into {self.heads(KV_HEADS, keys)}"
                )
                for z, n in ((k, "k"), (v, "v"))
            )
        window = f", window = {WINDOW} : i64" if layer == 0 else ""
        attended = self.add(
            f'decoder.attention "{layer}.self_attn" {q}, {k}, {v} {at}'
            f" {{causal, scale = {SIZE**-0.5!r}{window}}}"
            f" : {self.heads(HEADS)}, {self.heads(KV_HEADS, keys)}"
        )
        attended = self.add(
            f"decoder.merge_heads {attended} : {self.heads(HEADS)} -> {self.rows(width)}"
        )
        if self.family == "llama":
            # The residual is what the product is added to.
            x = self.projection(f"{layer}.o", "o", attended, width, init=x)
            y = self.norm(f"{layer}.norm2", x)
            gate = self.projection(f"{layer}.gate", "gate", y, HIDDEN)
            up = self.projection(f"{layer}.up", "up", y, HIDDEN)
            y = self.add(f"decoder.gated_activation silu {gate}, {up} : {self.rows(FFN)}")
        else:
            x = self.residual(x, self.projection(f"{layer}.o", "o", attended, width))
            y = self.norm(f"{layer}.norm2", x)
            y = self.projection(f"{layer}.up", "up", y, HIDDEN)
            y = self.add(f"decoder.activation relu {y} : {self.rows(FFN)}")
        y = self.residual(x, self.projection(f"{layer}.down", "down", y, FFN))
        return [y, k, v] if self.cached else [y]

    def function(self, name):
        x = self.add(
            f"decoder.embedding {self.weight('embed')}[%ids]"
            f" : {ty(self.weights['embed'])}, tensor<{BATCH}x{self.tokens}xi64>"
            f" -> {self.rows(HIDDEN)}"
        )
        if self.family == "gpt":
            table = self.weight("positions")
            x = self.add(
                f"decoder.position_embedding {x}, {table} at %p {{offset = 2 : i64}}"
                f" : {self.rows(HIDDEN)}, {ty(self.weights['positions'])}"
            )
        caches = []
        for layer in range(LAYERS):
            outer, self.lines = self.lines, []
            results = self.layer(layer, x)
            types = [self.rows(HIDDEN)]
            if self.cached:
                types += [self.heads(KV_HEADS, slots(layer))] * 2
            text = ", ".join(types)
            body, self.lines = self.lines, outer
            self.lines.append(
                f"%y{layer}:{len(types)} = decoder.block layer({layer}) -> ({text}) {{"
            )
            self.lines += body
            self.lines.append(f"decoder.yield {', '.join(results)} : {text}\n}}")
            x = f"%y{layer}#0"
            caches += [(f"%y{layer}#{i}", t) for i, t in enumerate(types) if i > 0]
        x = self.norm("final.norm", x)
        logits = self.projection("embed", "lm_head", x, HIDDEN)
        results = [(logits, self.rows(VOCABULARY)), *caches]
        args = [("%ids", f"tensor<{BATCH}x{self.tokens}xi64>"), ("%p", "index")]
        if self.cached:
            args += cache_arguments()
        types = ", ".join(t for _, t in results)
        return "\n".join(
            [
                f"func.func private @{name}({', '.join(f'{v}: {t}' for v, t in args)})"
                f" -> ({types}) {{",
                *self.lines,
                f"return {', '.join(v for v, _ in results)} : {types}",
                "}\n",
            ]
        )


def slots(layer):
    return WINDOW if layer == 0 else TOKENS


def cache_arguments():
    return [
        (f"%{n}cache{layer}", f"tensor<{BATCH}x{KV_HEADS}x{slots(layer)}x{SIZE}xf32>")
        for layer in range(LAYERS)
        for n in "kv"
    ]


def decode_body(family):
    """Calls the step once for each token, each on the caches of the last."""
    caches = [name for name, _ in cache_arguments()]
    types = [t for _, t in cache_arguments()]
    logits = f"tensor<{BATCH}x1x{VOCABULARY}xf32>"
    lines = []
    for t in range(TOKENS):
        lines.append(f"%at{t} = arith.constant {t} : index")
        lines.append(
            f"%token{t} = tensor.extract_slice %ids[0, {t}] [{BATCH}, 1] [1, 1]"
            f" : tensor<{BATCH}x{TOKENS}xi64> to tensor<{BATCH}x1xi64>"
        )
        lines.append(
            f"%step{t}:{1 + len(caches)} = func.call @{family}_step(%token{t}, %at{t},"
            f" {', '.join(caches)}) : (tensor<{BATCH}x1xi64>, index, {', '.join(types)})"
            f" -> ({logits}, {', '.join(types)})"
        )
        caches = [f"%step{t}#{i + 1}" for i in range(len(caches))]
    return "\n".join(lines)


def cases():
    for family in ("llama", "gpt"):
        rng = np.random.default_rng(6)
        weights = weights_of(family, rng)
        ids = rng.integers(0, VOCABULARY, (BATCH, TOKENS))
        logits = forward(family, weights, ids).astype(np.float32)

        name = f"{family}_prefill"
        prefill = Program(family, weights, TOKENS, cached=False).function(name)
        out = f"tensor<{BATCH}x{TOKENS}x{VOCABULARY}xf32>"
        yield Case(
            f"{name}_logits",
            f"%0 = func.call @{name}(%ids, %p) : ({ty(ids)}, index) -> {out}",
            {"ids": ids, "p": 0},
            [logits],
            passes=DECOMPOSE,
            prelude=prefill,
            tolerance=2e-5,
        )
        # What an empty cache holds does not matter, unless it is looked at.
        caches = {
            name[1:]: np.full(
                (BATCH, KV_HEADS, slots(int(name[-1])), SIZE), 1e3, np.float32
            )
            for name, _ in cache_arguments()
        }
        yield Case(
            f"{family}_decode",
            decode_body(family),
            {"ids": ids, **caches},
            [np.ascontiguousarray(logits[:, t : t + 1]) for t in range(TOKENS)],
            [f"%step{t}#0" for t in range(TOKENS)],
            passes=DECOMPOSE,
            prelude=Program(family, weights, 1, cached=True).function(f"{family}_step"),
            tolerance=2e-5,
        )


if __name__ == "__main__":
    check(list(cases()))
