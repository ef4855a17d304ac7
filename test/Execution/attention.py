# Softmax and attention, and attention against its own decomposition.
#
# RUN: %python %s

import numpy as np

from harness import DECOMPOSE, Case, check, ty
import reference

# name: (query heads, key-value heads, rows, keys, position, modifiers)
SHAPES = {
    "plain": (2, 2, 3, 5, None, {}),
    "decode_causal": (4, 2, 1, 9, 8, {"causal": True, "scale": 0.25}),
    "decode_half_filled": (3, 1, 1, 7, 2, {"causal": True}),
    "prefill": (4, 4, 5, 5, None, {"causal": True, "scale": 0.3}),
    "prefill_at_zero": (2, 1, 5, 5, 0, {"causal": True}),
    "last_rows": (6, 3, 2, 7, None, {"causal": True, "window": 3}),
    "more_rows_than_keys": (2, 1, 5, 3, None, {"scale": 2.0}),
    "window_one": (2, 2, 4, 6, 2, {"causal": True, "window": 1}),
    "window_both_ways": (1, 1, 6, 6, None, {"window": 2}),
    "window_wider_than_keys": (2, 1, 3, 5, 2, {"causal": True, "window": 50}),
    "softcap": (2, 2, 2, 5, 3, {"causal": True, "softcap": 0.7, "scale": 1.7}),
    "alibi_power_of_two": (8, 8, 3, 6, 3, {"causal": True, "alibi": "press"}),
    "alibi_three_heads": (3, 3, 2, 5, 2, {"causal": True, "alibi": "press"}),
    "alibi_twelve_heads": (12, 4, 1, 5, 4, {"alibi": "press", "scale": 0.5}),
    "alibi_one_head": (1, 1, 4, 4, None, {"causal": True, "alibi": "press"}),
    "falcon": (6, 3, 3, 7, 4, {"causal": True, "alibi": "falcon", "scale": 0.4}),
    "falcon_without_position": (4, 4, 5, 5, None, {"causal": True, "alibi": "falcon"}),
    "falcon_rounds_positions": (16, 4, 2, 5, 1003, {"causal": True, "alibi": "falcon", "scale": 0.3}),
    "falcon_far_in_a_ring": (3, 1, 2, 4, 1003, {"causal": True, "alibi": "falcon", "scale": 0.3}),
    "everything": (
        6,
        2,
        3,
        8,
        4,
        {"causal": True, "window": 4, "softcap": 1.5, "alibi": "press", "scale": 0.4},
    ),
    # Keys in a ring that has gone round, once and many times.
    "ring": (2, 1, 1, 5, 5, {"causal": True}),
    "ring_window": (4, 2, 1, 5, 17, {"causal": True, "window": 3}),
    "ring_exactly_full": (2, 2, 1, 6, 11, {"causal": True, "window": 6}),
    "ring_rows": (2, 1, 3, 7, 12, {"causal": True, "window": 4, "alibi": "press"}),
    "ring_fills_with_these_rows": (2, 1, 3, 7, 5, {"causal": True, "alibi": "press"}),
    "ring_far": (1, 1, 2, 4, 100003, {"causal": True, "alibi": "press"}),
}


def attributes(modifiers):
    text = {
        "causal": lambda v: "causal",
        "alibi": lambda v: f"alibi = #decoder.alibi<{v}>",
        "window": lambda v: f"window = {v} : i64",
        "softcap": lambda v: f"softcap = {v}",
        "scale": lambda v: f"scale = {v}",
    }
    inner = ", ".join(text[key](value) for key, value in modifiers.items())
    return f"{{{inner}}}" if inner else ""


def softmax_case(name, rng, dtype, shape, position, modifiers, size=1.0):
    x = (rng.standard_normal(shape) * size).astype(dtype)
    at = "" if position is None else " at %p"
    inputs = {"x": x} if position is None else {"x": x, "p": position}
    return Case(
        f"softmax_{name}",
        f"%0 = decoder.softmax %x{at} {attributes(modifiers)} : {ty(x)}",
        inputs,
        [reference.softmax(x, position, **modifiers).astype(dtype)],
    )


def attention_cases(name, rng, dtype, batch, size, shape):
    heads, kv_heads, rows, keys, position, modifiers = shape
    q = rng.standard_normal((batch, heads, rows, size)).astype(dtype)
    k, v = rng.standard_normal((2, batch, kv_heads, keys, size)).astype(dtype)
    at = "" if position is None else " at %p"
    inputs = {"q": q, "k": k, "v": v}
    if position is not None:
        inputs["p"] = position
    expected = reference.attention(q, k, v, position=position, **modifiers)
    for suffix, passes in (("direct", None), ("decomposed", DECOMPOSE)):
        case = Case(
            f"attention_{name}_{suffix}",
            f"%0 = decoder.attention %q, %k, %v{at} {attributes(modifiers)}"
            f" : {ty(q)}, {ty(k)}",
            inputs,
            [expected.astype(dtype)],
        )
        if passes:
            case.passes = passes
        yield case


def cases():
    rng = np.random.default_rng(1)
    for number, (name, shape) in enumerate(SHAPES.items()):
        heads, _, rows, keys, position, modifiers = shape
        # Biases of absolute positions are large, and so is what f32 rounds off.
        far = modifiers.get("alibi") == "falcon" and (position or 0) > 500
        dtype = np.float64 if number % 2 or far else np.float32
        yield softmax_case(
            name, rng, dtype, (1 + number % 3, heads, rows, keys), position, modifiers
        )
        yield from attention_cases(
            name, rng, dtype, 1 + number % 2, (1, 4, 5, 7)[number % 4], shape
        )
    # Without subtraction of the maximum, these overflow.
    yield softmax_case("large", rng, np.float32, (1, 2, 3, 5), None, {}, size=1e3)
    causal = {"causal": True}
    yield softmax_case("very_large", rng, np.float64, (1, 1, 2, 5), 3, causal, size=1e200)
    yield softmax_case("half", rng, np.float16, (1, 2, 2, 5), None, causal)
    for case in attention_cases("half", rng, np.float16, 1, 4, (4, 2, 2, 5, None, causal)):
        case.tolerance = 4e-3
        yield case


if __name__ == "__main__":
    check(list(cases()))
