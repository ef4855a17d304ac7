# Norms and activations.
#
# RUN: %python %s

import numpy as np

from harness import Case, check, ty
import reference

KINDS = ("relu", "relu2", "gelu", "gelu_tanh", "silu")


def norm_case(name, kind, x, weight=None, bias=None, **attributes):
    inputs, text = {"x": x}, ""
    for key, value in (("weight", weight), ("bias", bias)):
        if value is not None:
            inputs[key] = value
            text += f" {key}(%{key} : {ty(value)})"
    inner = ", ".join(
        "unit_offset" if key == "unit_offset" else f"{key} = {value:e}"
        for key, value in attributes.items()
    )
    expected = reference.norm(kind, x, weight, bias, **attributes)
    return Case(
        f"norm_{name}",
        f"%0 = decoder.norm {kind} %x{text} {{{inner}}} : {ty(x)}",
        inputs,
        [expected.astype(x.dtype)],
    )


def cases():
    rng = np.random.default_rng(5)

    def floats(*shape, dtype=np.float32, size=1.0):
        return (rng.standard_normal(shape) * size).astype(dtype)

    special = np.array([0.0, -0.0, 1e-30, -1e-3, 10, -10, 100, -100, 1e4, -1e4])
    for kind in KINDS:
        for name, x in (
            ("f32", floats(2, 3, 5, size=3)),
            ("f64", floats(7, dtype=np.float64, size=3)),
            ("special", special.astype(np.float32)),
            ("special_f64", special),
            ("scalar", floats()),
        ):
            yield Case(
                f"activation_{kind}_{name}",
                f"%0 = decoder.activation {kind} %x : {ty(x)}",
                {"x": x},
                [reference.activation(kind, x).astype(x.dtype)],
            )
        gate, up = floats(2, 3, size=3), floats(2, 3)
        yield Case(
            f"gated_activation_{kind}",
            f"%0 = decoder.gated_activation {kind} %gate, %up : {ty(gate)}",
            {"gate": gate, "up": up},
            [(reference.activation(kind, gate) * up).astype(np.float32)],
        )
    # In sixteen bits the square of 300 would overflow on the way.
    half = np.array([300.0, -2.5, 0.125], np.float16)
    yield Case(
        "gated_activation_half",
        f"%0 = decoder.gated_activation relu2 %gate, %up : {ty(half)}",
        {"gate": half, "up": np.array([0.001, 1, 1], np.float16)},
        [
            (reference.activation("relu2", half) * np.float16([0.001, 1, 1])).astype(
                np.float16
            )
        ],
    )

    x = floats(2, 3, 7, size=2)
    w, b = floats(7), floats(7)
    f64 = np.float64
    yield norm_case("layer", "layer_norm", x, w, b)
    yield norm_case("layer_no_bias", "layer_norm", x, w)
    yield norm_case("layer_bias_alone", "layer_norm", x, None, b)
    yield norm_case("layer_bare", "layer_norm", x, epsilon=1e-12)
    yield norm_case("layer_unit_offset", "layer_norm", x, w, b, unit_offset=True)
    yield norm_case("layer_f64", "layer_norm", f64(x), f64(w), f64(b), epsilon=1e-6)
    # A large common part cancels: the variance is that of what is left.
    yield norm_case("layer_far_from_zero", "layer_norm", f64(x) + 1e6, f64(w), f64(b))
    yield norm_case("rms", "rms_norm", x, w)
    yield norm_case("rms_bare", "rms_norm", x, epsilon=0.5)
    yield norm_case("rms_unit_offset", "rms_norm", x, w, unit_offset=True, epsilon=1e-6)
    yield norm_case("rms_f64", "rms_norm", floats(4, 9, dtype=f64), floats(9, dtype=f64))
    yield norm_case("rms_heads", "rms_norm", floats(2, 3, 4, 5), floats(5))
    yield norm_case("rms_vector", "rms_norm", floats(6), floats(6))
    yield norm_case("rms_zero_row", "rms_norm", np.zeros((2, 3), np.float32))
    yield norm_case("rms_one_column", "rms_norm", floats(3, 1), floats(1))
    yield norm_case("sub_ln", "sub_ln", x)
    yield norm_case("sub_ln_epsilon", "sub_ln", x, epsilon=0.25)
    # Checkpoints in sixteen bits keep some parameters in thirty-two.
    half = floats(2, 8, dtype=np.float16, size=60)
    yield norm_case("half_with_f32_weight", "rms_norm", half, floats(8))
    yield norm_case("half", "layer_norm", half, half[0], half[1] / np.float16(64))


if __name__ == "__main__":
    check(list(cases()))
