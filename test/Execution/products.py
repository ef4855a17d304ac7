# Projections and attention products: einsums by their indexing maps.
#
# RUN: %python %s

import numpy as np

from harness import Case, check, ty
import reference


def maps(subscripts, init=None):
    operands, result = subscripts.split("->")
    groups = [*operands.split(","), result, *([init] if init is not None else [])]
    loops = sorted(set("".join(groups)))
    dims = ", ".join(loops)
    return ", ".join(f"affine_map<({dims}) -> ({', '.join(g)})>" for g in groups)


def product(name, op, subscripts, lhs, rhs, result, init=None, init_subscripts=None):
    expected = reference.einsum(subscripts, lhs, rhs, init, init_subscripts)
    expected = expected.astype(result)
    inputs = {"lhs": lhs, "rhs": rhs}
    text = ""
    if init is not None:
        inputs["init"] = init
        text = f"init(%init : {ty(init)})"
    body = (
        f"%0 = decoder.{op} ins(%lhs, %rhs : {ty(lhs)}, {ty(rhs)}) {text}"
        f" maps [{maps(subscripts, init_subscripts)}] -> {ty(expected)}"
    )
    return Case(name, body, inputs, [expected])


def cases():
    rng = np.random.default_rng(2)

    def floats(*shape, dtype=np.float32):
        return rng.standard_normal(shape).astype(dtype)

    def ints(*shape, dtype=np.int8):
        info = np.iinfo(dtype)
        return rng.integers(info.min, info.max, shape, dtype, endpoint=True)

    f32, f64, f16 = np.float32, np.float64, np.float16
    up, scores = 'projection "up" role(up) layer(0)', "attention_product role(scores)"
    values = 'attention_product "values" role(values)'

    # What is kept is only counted: the program does without it.
    kept = product("kept", scores, "btk,bnk->btn", floats(2, 3, 5), floats(2, 7, 5), f32)
    kept.body += f"\ndecoder.keep %0 : {ty(kept.expected[0])}"
    yield kept
    yield product("projection_no_init", up, "btk,nk->btn", floats(2, 3, 5), floats(7, 5), f32)
    yield product(
        "projection_bias", up, "btk,nk->btn",
        floats(1, 3, 5), floats(4, 5), f32, floats(4), "n",
    )  # fmt: skip
    yield product(
        "projection_bias_f64", up, "btk,nk->btn",
        floats(1, 3, 8, dtype=f64), floats(4, 8, dtype=f64), f64, floats(4, dtype=f64), "n",
    )  # fmt: skip
    yield product(
        "projection_partial_sum", up, "btk,nk->btn",
        floats(1, 3, 5), floats(4, 5), f32, floats(1, 3, 4), "btn",
    )  # fmt: skip
    yield product(
        "projection_init_in_another_order", up, "btk,nk->nbt",
        floats(2, 3, 5), floats(4, 5), f32, floats(3, 2, 4), "tbn",
    )  # fmt: skip
    yield product(
        "projection_scalar_init", up, "k,kn->n",
        floats(5), floats(5, 3), f32, floats(), "",
    )  # fmt: skip
    yield product("projection_transposed_everything", up, "kbt,kn->ntb",
                  floats(5, 2, 3), floats(5, 4), f32)  # fmt: skip
    yield product("projection_vector", up, "k,nk->n", floats(5), floats(7, 5), f32)
    yield product("projection_to_a_scalar", up, "k,k->", floats(9), floats(9), f32)
    yield product("projection_two_k_loops", up, "bthe,nhe->btn",
                  floats(1, 2, 3, 4), floats(5, 3, 4), f32)  # fmt: skip
    yield product("projection_without_a_sum", up, "bt,nt->btn", floats(2, 3), floats(4, 3), f32)
    yield product("projection_of_experts", up, "xtk,xnk->xtn",
                  floats(3, 2, 5), floats(3, 4, 5), f32)  # fmt: skip
    yield product("projection_i8_to_i32", up, "tk,nk->tn", ints(3, 7), ints(5, 7), np.int32)
    yield product(
        "projection_i8_onto_i32", up, "tk,nk->tn",
        ints(3, 7), ints(5, 7), np.int32, ints(5, dtype=np.int32) // 4, "n",
    )  # fmt: skip
    yield product("projection_i8_weight", up, "tk,nk->tn", floats(3, 7), ints(5, 7), f32)
    yield product("projection_f16_to_f32", up, "tk,nk->tn",
                  floats(3, 7, dtype=f16), floats(5, 7, dtype=f16), f32)  # fmt: skip
    half = product(
        "projection_f16", up, "tk,nk->tn",
        floats(3, 4, dtype=f16), floats(5, 4, dtype=f16), f16, floats(5), "n",
    )  # fmt: skip
    half.tolerance = 4e-3
    yield half
    yield product("projection_f64_to_f32", up, "tk,nk->tn",
                  floats(3, 7, dtype=f64), floats(5, 7, dtype=f64), f32)  # fmt: skip

    yield product("scores", scores, "bhte,bhle->bhtl",
                  floats(2, 3, 4, 5), floats(2, 3, 7, 5), f32)  # fmt: skip
    yield product("scores_grouped", scores + " query_groups([2])", "abcde,abfe->abcdf",
                  floats(2, 2, 3, 1, 5), floats(2, 2, 7, 5), f32)  # fmt: skip
    yield product("scores_keys_transposed", scores, "bhte,bhel->bhtl",
                  floats(1, 2, 3, 5, dtype=f64), floats(1, 2, 5, 4, dtype=f64), f64)  # fmt: skip
    yield product(
        "scores_onto_a_mask", scores, "bhte,bhle->bhtl",
        floats(2, 3, 4, 5), floats(2, 3, 7, 5), f32, floats(4, 7), "tl",
    )  # fmt: skip
    yield product("values", values, "bhtl,bhle->bhte",
                  floats(2, 3, 4, 7), floats(2, 3, 7, 5), f32)  # fmt: skip
    yield product("values_multi_query", values, "bhtl,ble->bhte",
                  floats(2, 3, 1, 7), floats(2, 7, 5), f32)  # fmt: skip


if __name__ == "__main__":
    check(list(cases()))
