# Every diagnostic of --onebit-load-weights: it names the weight, the file, and
# what is wrong.
#
# REQUIRES: gguf, numpy, safetensors
# RUN: %python %s %binary_dir/bin/onebit-opt

import json
import os
import struct
import sys
import tempfile

import gguf
import numpy as np
from safetensors.numpy import save_file

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "Inputs"))
from weights import module, projections, run

OPT = sys.argv[1]
KINDS = gguf.GGMLQuantizationType
failures = cases = 0


def expect(message, text, path, options=""):
    global failures, cases
    cases += 1
    out, error = run(OPT, text, f"--onebit-load-weights=path={path} {options}")
    if out is not None or message not in error:
        failures += 1
        print(f"expected: {message}\ngot: {error}")


def write_gguf(path, architecture, tensors):
    writer = gguf.GGUFWriter(path, architecture)
    for name, (data, kind) in tensors.items():
        writer.add_tensor(name, data, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "model.safetensors")
    config = os.path.join(folder, "config.json")
    one = np.ones((4, 3), np.float32)
    packed = np.full((1, 3), 0b01010101, np.uint8)
    scale = np.array([0.5], np.float32)

    expect("onebit-load-weights needs a checkpoint: path=FILE", module({"w": [4, 3]}), "")
    expect("nothing: cannot be opened", module({"w": [4, 3]}), "nothing")

    save_file({"w": one, "d": one.astype(np.float64), "u": packed, "i": one.astype(np.int8)}, path)
    expect(f'"v" is not in {path}', module({"v": [4, 3]}), path)
    expect(
        f"\"w\" is 'w' in {path}, which has shape [4, 3], expected [3, 4]",
        module({"w": [3, 4]}),
        path,
    )
    expect("is of type F64, which 'f32' does not hold as it is", module({"d": [4, 3]}), path)
    expect("is of type F32, which 'f16' does not hold as it is", module({"w": [4, 3]}, "f16"), path)
    expect("is of type I8, which 'f32' does not hold as it is", module({"i": [4, 3]}), path)
    expect("is of type U8, which 'f32' does not hold as it is", module({"u": [1, 3]}), path)

    # Scales, and what they mean.
    hf = {"q.weight": packed, "q.weight_scale": scale}
    text = projections({"q.weight": (4, 3)})
    save_file(hf, path)
    expect(f"divides or multiplies products: there is no {config} that says which", text, path)
    for content, message in (
        ("{", "its JSON cannot be read"),
        ("{}", "config.json has no quantization_config of method bitnet"),
        (
            json.dumps({"quantization_config": {"quant_method": "bitnet", "linear_class": "lin"}}),
            "config.json has the unknown linear_class 'lin'; say weight-scale=divide or weight-scale=multiply",
        ),
    ):
        with open(config, "w", encoding="utf-8") as file:
            file.write(content)
        expect(message, text, path)
    expect(
        "'q.weight' in " + path + ", which has shape [1, 3], expected [2, 3]",
        projections({"q.weight": (5, 3)}),
        path,
        "weight-scale=divide",
    )
    expect(
        "is quantized, which takes a weight of elements of type f32, got 'f16'",
        text.replace("f32", "f16"),
        path,
        "weight-scale=divide",
    )
    save_file({**hf, "q.bias": np.ones(4, np.float16)}, path)
    expect(
        "has a weight_scale beside it, and takes elements of type f32, got 'f16'",
        module({"q.bias": [4]}, "f16"),
        path,
        "weight-scale=multiply",
    )
    for value, name in ((0.0, "0"), (np.inf, "INF"), (-np.inf, "-INF"), (np.nan, "nan")):
        save_file({**hf, "q.weight_scale": np.array([value], np.float32)}, path)
        for meaning in ("divide", "multiply"):
            expect(
                f"\"q.weight\" is 'q.weight_scale' in {path}, which is no scale: expected a number "
                f"that is finite and not 0, found {name}",
                text,
                path,
                f"weight-scale={meaning}",
            )
    save_file({**hf, "q.weight_scale": np.array([1e-45], np.float32)}, path)
    expect("is no scale: elements would be INF", text, path, "weight-scale=divide")
    # Packed weights of another type, and without a scale.
    save_file({**hf, "q.weight": packed.view(np.int8)}, path)
    expect(
        "is of type I8 and has a scale, 'q.weight_scale', beside it: expected U8, which is packed, "
        "or floats of -1, 0 and 1",
        text,
        path,
        "weight-scale=divide",
    )
    save_file({"q.weight": packed}, path)
    expect(
        f"\"q.weight\" is 'q.weight' in {path}, which is of type U8, as packed weights are, but has no "
        "scale beside it: expected 'q.weight_scale'",
        text,
        path,
        "weight-scale=divide",
    )
    header = json.dumps({"q.weight": {"dtype": "F8_E4M3", "shape": [1, 3], "data_offsets": [0, 3]}}).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(header)) + header + bytes(3))
    expect("is of type F8_E4M3, which 'f32' does not hold as it is", text, path)
    save_file({**hf, "q.weight_scale": np.array([1.0, 2.0], np.float32)}, path)
    expect("must be one number in f32, f16 or bf16 to be a scale", text, path, "weight-scale=divide")
    save_file({**hf, "q.weight": np.array([[1, 0xC0, 2]], np.uint8)}, path)
    expect(f'"q.weight" cannot be loaded: {path}: tensor ', text, path, "weight-scale=divide")
    expect(
        "holds no packed weight: byte 1 is 0xC0, which packing hf never writes there",
        text,
        path,
        "weight-scale=divide",
    )
    save_file({**hf, "q.weight": one * 2}, path)
    expect(
        "has a scale beside it, so its elements must be -1, 0 or 1, but element 0 is 2.0",
        text,
        path,
        "weight-scale=divide",
    )
    # Quantized by another scheme before.
    save_file(hf, path)
    bits = (
        'func.func @f() -> (tensor<4x3x!ternary.bit>, tensor<f32>) {\n%w = decoder.weight "q.weight" '
        ": tensor<4x3xf32>\n%0, %1 = ternary.quantize_weight b1 %w : tensor<4x3xf32> -> "
        "tensor<4x3x!ternary.bit>, tensor<f32>\nreturn %0, %1 : tensor<4x3x!ternary.bit>, tensor<f32>\n}"
    )
    expect("which the checkpoint has quantized already, to", bits, path, "weight-scale=divide")

    # GGUF.
    path = os.path.join(folder, "model.gguf")
    name = "model.layers.0.self_attn.q_proj.weight"
    write_gguf(path, "phi9", {"blk.0.attn_q.weight": (one, KINDS.F32)})
    expect(
        "is GGUF of architecture 'phi9', whose names are not known; expected llama",
        module({name: [4, 3]}),
        path,
    )
    write_gguf(path, "llama", {"blk.0.attn_q.weight": (one, KINDS.F32)})
    expect("must have llama.attention.head_count, as rows of q and k", module({name: [4, 3]}), path)
    write_gguf(path, "bitnet", {"blk.0.attn_v.weight": (one, KINDS.F32)})
    expect(f"is not in {path}, where it would be 'blk.0.attn_q.weight'", module({name: [4, 3]}), path)
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_head_count(4)
    writer.add_tensor("blk.0.attn_q.weight", one)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    expect("has rows permuted for 4 heads, which the weight's type does not have", module({name: [4, 3]}), path)
    q4 = gguf.quantize(np.ones((2, 256), np.float32), KINDS.Q4_0)
    write_gguf(path, "bitnet", {"blk.0.attn_q.weight": (q4, KINDS.Q4_0)})
    expect("is of type Q4_0, which 'f32' does not hold as it is", module({name: [2, 256]}), path)
    tq = gguf.quantize(np.ones((1, 256), np.float32), KINDS.TQ2_0)
    for offset, data, message in (
        (5, b"\xff", "holds no packed weight: byte 5 is 0xFF, which packing tq2_0 never writes there"),
        (64, b"\x00\x7c", "has a scale that is not finite"),
    ):
        broken = tq.copy()
        broken[0, offset : offset + len(data)] = np.frombuffer(data, np.uint8)
        write_gguf(path, "bitnet", {"blk.0.attn_q.weight": (broken, KINDS.TQ2_0)})
        expect(message, projections({name: (1, 256)}), path)

    # I2_S of a size that no block divides.
    def string(text):
        return struct.pack("<Q", len(text)) + text.encode()

    head = b"GGUF" + struct.pack("<IQQ", 3, 1, 1)
    head += string("general.architecture") + struct.pack("<I", 8) + string("bitnet")
    head += string("blk.0.attn_q.weight") + struct.pack("<IQQIQ", 2, 4, 3, 36, 0)
    head += b"\0" * (-len(head) % 32)
    with open(path, "wb") as file:
        file.write(head + bytes(3 + 32))
    expect("has 12 elements, but I2_S has blocks of 128", projections({name: (3, 4)}), path)

print(f"{cases} cases")
sys.exit(failures > 0 or cases < 28)
