# Heads out of features and back, fused projections, caches, weights.
#
# RUN: %python %s

import numpy as np

from harness import Case, check, ty
import reference


def cases():
    rng = np.random.default_rng(3)

    def floats(*shape, dtype=np.float32):
        return rng.standard_normal(shape).astype(dtype)

    for name, batch, tokens, heads, size, dtype in (
        ("one_head", 2, 3, 1, 4, np.float32),
        ("odd", 2, 3, 5, 7, np.float32),
        ("one_token", 1, 1, 4, 2, np.float64),
        ("size_one", 3, 2, 4, 1, np.float32),
    ):
        x = floats(batch, tokens, heads * size, dtype=dtype)
        y = reference.split_heads(x, heads)
        yield Case(
            f"split_heads_{name}",
            f"%0 = decoder.split_heads %x : {ty(x)} -> {ty(y)}",
            {"x": x},
            [y],
        )
        z = floats(*y.shape, dtype=dtype)
        merged = reference.merge_heads(z)
        yield Case(
            f"merge_heads_{name}",
            f"%0 = decoder.merge_heads %x : {ty(z)} -> {ty(merged)}",
            {"x": z},
            [merged],
        )

    for layout in ("concatenated", "grouped"):
        for heads, kv_heads, tokens, size in (
            (4, 2, 3, 5),
            (3, 3, 1, 4),
            (5, 1, 2, 3),
            (6, 2, 4, 1),
        ):
            x = floats(2, tokens, (heads + 2 * kv_heads) * size)
            q, k, v = reference.split_qkv(x, heads, kv_heads, layout)
            yield Case(
                f"split_qkv_{layout}_{heads}_{kv_heads}",
                f"%q, %k, %v = decoder.split_qkv {layout} %x"
                f" : {ty(x)} -> {ty(q)}, {ty(k)}",
                {"x": x},
                [q, k, v],
                ["%q", "%k", "%v"],
            )

    # (tokens, slots, position): within the ring, over its end, beyond it.
    for tokens, slots, position in (
        (1, 9, 0),
        (1, 9, 8),
        (1, 9, 9),
        (1, 5, 1004),
        (3, 7, 2),
        (3, 7, 5),
        (3, 7, 20),
        (4, 4, 0),
        (4, 4, 6),
        (1, 1, 3),
    ):
        rows = floats(2, 3, tokens, 2)
        cache = floats(2, 3, slots, 2)
        expected = reference.cache_append(cache, rows, position)
        yield Case(
            f"cache_append_{tokens}_{slots}_{position}",
            f"%0 = decoder.cache_append %x into %c at %p : {ty(rows)} into {ty(cache)}",
            {"x": rows, "c": cache, "p": position},
            [expected],
        )
    # The old cache is a value that the op does not touch.
    yield Case(
        "cache_append_keeps_its_input",
        f"%0 = decoder.cache_append %x into %c at %p : {ty(rows)} into {ty(cache)}",
        {"x": rows, "c": cache, "p": 0},
        [reference.cache_append(cache, rows, 0), cache],
        ["%0", "%c"],
    )

    weight = np.array([[0.5, -1.25, 3.0], [0.0, 1e-7, 2.5e8]], np.float32)
    bits = weight.tobytes().hex().upper()
    yield Case(
        "weight",
        f'%0 = decoder.weight "w" = dense<"0x{bits}"> : {ty(weight)} : {ty(weight)}',
        {},
        [weight],
    )
    yield Case(
        "weight_splat",
        '%0 = decoder.weight "w" = dense<7> : tensor<2x3xi8> : tensor<2x3xi8>',
        {},
        [np.full((2, 3), 7, np.int8)],
    )
    # A weight that nobody uses needs no value.
    yield Case(
        "weight_unused",
        '%w = decoder.weight "w" : tensor<4xf32>\n'
        '%0 = decoder.weight "v" = dense<1.5> : tensor<2xf32> : tensor<2xf32>',
        {},
        [np.full(2, 1.5, np.float32)],
    )


if __name__ == "__main__":
    check(list(cases()))
