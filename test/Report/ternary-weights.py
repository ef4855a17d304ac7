# Weights that were ternary already are in the report, in each form that a file may
# have them: how they came, their zeros, scale and bytes, which numpy, transformers
# and gguf say, too. Nothing was quantized, so there is no error.
#
# REQUIRES: gguf, safetensors, torch, transformers
# RUN: %python %s %binary_dir/bin/onebit-opt

import json
import os
import struct
import sys
import tempfile

import gguf
import numpy as np
import torch
from safetensors.torch import save_file
from transformers.integrations.bitnet import pack_weights

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "Frontend", "Inputs"))
from weights import projections, run, write_gguf

OPT = sys.argv[1]
KINDS = gguf.GGMLQuantizationType
RNG = np.random.default_rng(11)
SHAPE = (8, 512)
NAME = "model.layers.0.mlp.up_proj.weight"
THERE = "blk.0.ffn_up.weight"
PRICE = ["--onebit-quantize-projections", "--onebit-tile-to-systolic", "--onebit-annotate-cost"]
compared = 0


def report(path, form="json", options="weight-scale=divide", quantize=""):
    passes = [f"--onebit-load-weights=path={path} {options}", PRICE[0] + quantize, *PRICE[1:]]
    out, error = run(OPT, projections({NAME: SHAPE}), *passes, f"--report={form}")
    assert out, error
    return out


def expect(path, expected, **how):
    global compared
    compared += 1
    [kernel] = json.loads(report(path, **how))["kernels"]
    got = kernel["quantization"]
    assert got.keys() == expected.keys(), (got, expected)
    for key, value in expected.items():
        if isinstance(value, float):
            assert abs(got[key] - value) <= 1e-6 * abs(value), (key, got, expected)
        else:
            assert got[key] == value, (key, got, expected)


def trits(zero_share):
    return RNG.choice([-1, 0, 1], SHAPE, p=[(1 - zero_share) / 2, zero_share, (1 - zero_share) / 2]).astype(np.int8)


def file_size(path, tensors):
    """Bytes of the data of a safetensors file, which are those of its tensors."""
    with open(path, "rb") as file:
        header = struct.unpack("<Q", file.read(8))[0]
    assert os.path.getsize(path) - 8 - header == tensors
    return tensors


def i2_s_bytes():
    """Four trits a byte, rows of whole blocks of 128."""
    return SHAPE[0] * SHAPE[1] // 4


def write_i2_s(path, elements, scale):
    def string(text):
        return struct.pack("<Q", len(text)) + text.encode()

    flat = (elements.ravel() + 1).reshape(-1, 4, 32).astype(np.uint8)
    packed = flat[:, 0] << 6 | flat[:, 1] << 4 | flat[:, 2] << 2 | flat[:, 3]
    head = b"GGUF" + struct.pack("<IQQ", 3, 1, 1)
    head += string("general.architecture") + struct.pack("<I", 8) + string("bitnet-b1.58")
    head += string(THERE) + struct.pack("<IQQIQ", 2, *reversed(elements.shape), 36, 0)
    with open(path, "wb") as file:
        file.write(head + b"\0" * (-len(head) % 32))
        file.write(packed.tobytes() + struct.pack("<f", scale) + b"\0" * 28)


with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "model.safetensors")
    for zero_share in (0.1, 0.6):
        elements = trits(zero_share)
        zeros = float(np.mean(elements == 0))

        # transformers' uint8, and its floats of -1, 0 and 1.
        for dtype, size in ((torch.bfloat16, 2), (torch.float32, 4)):
            scale = torch.tensor([0.75], dtype=dtype)
            packed = pack_weights(torch.from_numpy(elements).float())
            save_file({NAME: packed, NAME + "_scale": scale}, path)
            before = file_size(path, packed.numel() + size)
            expected = {"origin": "packed", "zero_share": zeros, "scale": 1 / 0.75, "bytes_before": before}
            expect(path, {**expected, "bytes": packed.numel() + 4})
            save_file({NAME: torch.from_numpy(elements).to(dtype), NAME + "_scale": scale}, path)
            before = file_size(path, elements.size * size + size)
            expected = {"origin": "unpacked", "zero_share": zeros, "scale": 0.75, "bytes_before": before}
            expect(path, {**expected, "bytes": i2_s_bytes() + 4}, options="weight-scale=multiply")

        # Floats of -s, 0 and s; quantized all the same if that is asked for.
        save_file({NAME: torch.from_numpy(elements).float() * 0.3}, path)
        expected = {"origin": "recognized", "zero_share": zeros, "scale": float(np.float32(0.3))}
        expected |= {"bytes_before": 4 * elements.size, "bytes": i2_s_bytes() + 4}
        expect(path, expected)
        mean = (1 - zeros) * float(np.float32(0.3))
        kept = np.abs(elements) * (0.3 / (mean + 1e-5) > 0.5)
        error = float(np.linalg.norm(elements * 0.3 - elements * kept * mean) / np.linalg.norm(elements * 0.3))
        expected |= {"origin": "quantized", "scheme": "b1_58", "relative_error": error, "scale": mean}
        expect(path, expected, quantize="=recognize-ternary=false")

        # GGUF, by its own library; I2_S is not of it.
        path = os.path.join(folder, "model.gguf")
        for kind in (KINDS.TQ1_0, KINDS.TQ2_0):
            data = gguf.quantize(elements.astype(np.float32) * 0.5, kind)
            write_gguf(path, "bitnet", {THERE: (data, kind)})
            expected = {"origin": "packed", "zero_share": zeros, "scale": 0.5}
            expect(path, {**expected, "bytes_before": data.nbytes, "bytes": data.nbytes + 4})
        # A scale for each 256 elements: the mean of them.
        floats = RNG.standard_normal(SHAPE).astype(np.float32)
        data = gguf.quantize(floats, KINDS.TQ2_0)
        write_gguf(path, "bitnet", {THERE: (data, KINDS.TQ2_0)})
        blocks = gguf.dequantize(data, KINDS.TQ2_0).reshape(-1, 256)
        expected = {"origin": "packed", "zero_share": float(np.mean(blocks == 0))}
        expected |= {"scale": float(np.abs(blocks).max(axis=1).astype(np.float64).mean())}
        expect(path, {**expected, "bytes_before": data.nbytes, "bytes": data.nbytes + 4 * len(blocks)})
        # I2_S of microsoft/BitNet: 32 bytes behind the trits begin with the scale.
        write_i2_s(path, elements, 1.25)
        expected = {"origin": "packed", "zero_share": zeros, "scale": 1.25}
        expect(path, {**expected, "bytes_before": i2_s_bytes() + 32, "bytes": i2_s_bytes() + 4})
        path = os.path.join(folder, "model.safetensors")

    # The text says the same, in a table of its own; a file's and ours both in bytes.
    save_file({NAME: packed, NAME + "_scale": scale}, path)
    text = report(path, "text")
    assert "Weights that were ternary already: nothing was quantized, nothing lost" in text, text
    assert "What quantizing made" not in text and "relative error" not in text, text
    [row] = [line.split() for line in text.splitlines() if " packed " in line]
    assert row[2] == "packed" and row[-3:] == ["1.333", "1,028", "1,028"], row

    # Weights of one model that came in different ways are rows of their own.
    other = NAME.replace("up", "gate")
    save_file({NAME: packed, NAME + "_scale": scale, other: torch.from_numpy(floats)}, path)
    passes = [f"--onebit-load-weights=path={path} weight-scale=divide", *PRICE]
    out, error = run(OPT, projections({NAME: SHAPE, other: SHAPE}), *passes, "--report=json")
    assert out, error
    origins = [kernel["quantization"]["origin"] for kernel in json.loads(out)["kernels"]]
    assert origins == ["packed", "quantized"], origins
    out, error = run(OPT, projections({NAME: SHAPE, other: SHAPE}), *passes, "--report")
    assert "What quantizing made" in out and "Weights that were ternary already" in out, out

    # In MLIR that came from nobody's file, how many bytes there were is unknown.
    loaded, error = run(OPT, projections({NAME: SHAPE}), f"--onebit-load-weights=path={path} weight-scale=divide")
    assert "ternary.bytes_before" in loaded, loaded
    bare = loaded.replace(" {ternary.bytes_before = 1028 : i64}", "")
    assert bare != loaded, loaded
    out, error = run(OPT, bare, *PRICE, "--report=json")
    assert out, error
    got = json.loads(out)["kernels"][0]["quantization"]
    assert got["origin"] == "packed" and "bytes_before" not in got and got["bytes"] == 1028, got

print(f"{compared} weights compared")
sys.exit(compared < 20)
