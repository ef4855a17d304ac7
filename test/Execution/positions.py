# Embeddings, learned positions, rotary positions.
#
# RUN: %python %s

import numpy as np

from harness import Case, check, ty
import reference


def cases():
    rng = np.random.default_rng(4)

    def floats(*shape, dtype=np.float32):
        return rng.standard_normal(shape).astype(dtype)

    for ids in (
        np.array([[0, 10, 3], [7, 7, 1]], np.int64),
        np.array([[2]], np.int32),
        # Ids are unsigned: 200 in eight bits is no negative number.
        np.array([[5, 200, 127]], np.uint8).view(np.int8),
    ):
        table = floats(211, 5)
        rows = table[ids.astype(np.int64) % 256]
        yield Case(
            f"embedding_{ids.dtype}",
            f"%0 = decoder.embedding %table[%ids]"
            f" : {ty(table)}, {ty(ids)} -> {ty(rows)}",
            {"table": table, "ids": ids},
            [rows],
        )

    for tokens, position, offset, dtype in (
        (3, 4, 0, np.float32),
        (3, 4, 2, np.float64),
        (1, 10, 2, np.float32),
        (13, 0, 0, np.float32),
    ):
        x, table = floats(2, tokens, 5, dtype=dtype), floats(13, 5, dtype=dtype)
        first = position + offset
        yield Case(
            f"position_embedding_{tokens}_{first}",
            f"%0 = decoder.position_embedding %x, %table at %p"
            f" {{offset = {offset} : i64}} : {ty(x)}, {ty(table)}",
            {"x": x, "table": table, "p": position},
            [x + table[first : first + tokens]],
        )

    for number, (size, position, attributes) in enumerate((
        (8, 0, {}),
        (8, 5, {}),
        (2, 1, {}),
        (6, 3, {"interleaved": True}),
        (10, 7, {"rotary_dim": 4}),
        (10, 7, {"rotary_dim": 4, "interleaved": True}),
        (7, 2, {"rotary_dim": 6}),
        (4, 100, {"theta": 500000.0}),
        (16, 31, {"theta": 1.0e6, "rotary_dim": 12, "interleaved": True}),
        (4, 4095, {"theta": 10000.0}),
    )):  # fmt: skip
        dtype = np.float64 if number % 2 else np.float32
        x = floats(1 + number % 2, 3, 4, size, dtype=dtype)
        text = {
            "interleaved": lambda v: "interleaved",
            "rotary_dim": lambda v: f"rotary_dim = {v} : i64",
            "theta": lambda v: f"theta = {v}",
        }
        inner = ", ".join(text[key](value) for key, value in attributes.items())
        case = Case(
            f"rotary_{number}",
            f"%0 = decoder.rotary %x at %p {{{inner}}} : {ty(x)}",
            {"x": x, "p": position},
            [reference.rotary(x, position, **attributes).astype(dtype)],
        )
        # An angle is the product of a position and a rounded frequency.
        unit = 2.0**-24 if dtype == np.float32 else 2.0**-53
        case.tolerance = 16 * unit * max(1, position)
        yield case
    # Two speeds: those of a sequence of at most nine tokens, and others.
    short, long = [1.0, 1.5, 3.0], [2.0, 5.0, 40.0]
    scaling = f"#decoder.long_scaling<short_factors = {short}, long_factors = {long}, original_context = 9, amplitude = 1.25>"
    for number, (position, factors) in enumerate(((0, short), (6, short), (7, long), (900, long))):
        dtype = np.float64 if number % 2 else np.float32
        x = floats(2, 2, 3, 8, dtype=dtype)
        case = Case(
            f"rotary_long_{position}",
            f"%0 = decoder.rotary %x at %p {{rotary_dim = 6 : i64, scaling = {scaling}}} : {ty(x)}",
            {"x": x, "p": position},
            [reference.rotary(x, position, rotary_dim=6, factors=factors, amplitude=1.25).astype(dtype)],
        )
        case.tolerance = 16 * (2.0**-24 if dtype == np.float32 else 2.0**-53) * max(1, position)
        yield case
    x = floats(1, 2, 3, 8)
    yield Case(
        "rotary_linear",
        f"%0 = decoder.rotary %x at %p {{scaling = #decoder.linear_scaling<factor = 4.0>}} : {ty(x)}",
        {"x": x, "p": 3},
        [reference.rotary(x, 3, factors=[4.0] * 4).astype(np.float32)],
    )
    x = floats(1, 2, 3, 4, dtype=np.float16)
    yield Case(
        "rotary_half",
        f"%0 = decoder.rotary %x at %p : {ty(x)}",
        {"x": x, "p": 2},
        [reference.rotary(x, 2).astype(np.float16)],
    )


if __name__ == "__main__":
    check(list(cases()))
