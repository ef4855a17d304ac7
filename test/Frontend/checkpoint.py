# Checkpoints written by the libraries of their formats: every tensor's name,
# type, shape and bytes, and the metadata.
#
# REQUIRES: gguf, numpy, safetensors
# RUN: %python %s %binary_dir

import json
import os
import subprocess
import sys
import tempfile

import gguf
import numpy as np
from safetensors.numpy import save, save_file

TRANSLATE = os.path.join(sys.argv[1], "bin", "onebit-translate")
RANDOM = np.random.default_rng(11)
# What the format calls numpy's types.
SAFETENSORS = {
    "F64": np.float64, "F32": np.float32, "F16": np.float16, "I64": np.int64, "I32": np.int32,
    "I16": np.int16, "I8": np.int8, "U8": np.uint8, "BOOL": np.bool_, "U64": np.uint64,
    "U32": np.uint32, "U16": np.uint16,
}  # fmt: skip


def listed(path):
    text = subprocess.run(
        [TRANSLATE, "--list-checkpoint", path], capture_output=True, text=True, check=True
    ).stdout
    checkpoint = json.loads(text)
    names = [tensor["name"] for tensor in checkpoint["tensors"]]
    assert names == sorted(names), names
    return checkpoint, {tensor["name"]: tensor for tensor in checkpoint["tensors"]}


def content(tensor):
    with open(tensor["file"], "rb") as file:
        file.seek(tensor["offset"])
        return file.read(tensor["bytes"])


def random(dtype, shape):
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    if dtype == np.bool_:
        return RANDOM.integers(0, 2, shape).astype(bool)
    return np.frombuffer(RANDOM.bytes(size), dtype).reshape(shape)


def check(tensor, dtype, shape, data):
    assert tensor["dtype"] == dtype, (tensor, dtype)
    assert tensor["shape"] == list(shape), (tensor, shape)
    assert content(tensor) == data, tensor


SHAPES = [(), (1,), (7,), (3, 5), (2, 3, 4), (0,), (4, 0, 2), (1, 1, 1, 1, 1)]
compared = 0
with tempfile.TemporaryDirectory() as folder:
    # safetensors: all its types that numpy has, in one file.
    arrays = {
        f"{name}.{i}": random(dtype, shape)
        for name, dtype in SAFETENSORS.items()
        for i, shape in enumerate(SHAPES)
    }
    arrays['F32. "odd" \\ ü'] = random(np.float32, (2, 2))
    path = os.path.join(folder, "all.safetensors")
    save_file(arrays, path, metadata={"format": "np", "who": "tést"})
    checkpoint, tensors = listed(path)
    assert checkpoint["format"] == "safetensors"
    assert checkpoint["metadata"] == {"format": "np", "who": "tést"}, checkpoint["metadata"]
    assert set(tensors) == set(arrays)
    for name, array in arrays.items():
        check(tensors[name], name.split(".")[0], array.shape, array.tobytes())
        compared += 1

    # Two shards and their index, by folder and by file.
    sharded = os.path.join(folder, "sharded")
    os.mkdir(sharded)
    names = sorted(arrays)
    weight_map = {}
    for number, part in enumerate((names[::2], names[1::2])):
        shard = f"model-{number}.safetensors"
        with open(os.path.join(sharded, shard), "wb") as file:
            file.write(save({name: arrays[name] for name in part}))
        weight_map.update(dict.fromkeys(part, shard))
    index = os.path.join(sharded, "model.safetensors.index.json")
    with open(index, "w", encoding="utf-8") as file:
        json.dump({"metadata": {"total_size": 1}, "weight_map": weight_map}, file)
    for path in (sharded, index):
        _, tensors = listed(path)
        assert set(tensors) == set(arrays)
        for name, array in arrays.items():
            assert os.path.basename(tensors[name]["file"]) == weight_map[name]
            check(tensors[name], name.split(".")[0], array.shape, array.tobytes())
            compared += 1

    # GGUF: plain types, blocks, keys of every type, two alignments.
    types = gguf.GGMLQuantizationType
    for alignment in (32, 64):
        path = os.path.join(folder, f"{alignment}.gguf")
        writer = gguf.GGUFWriter(path, "llama")
        writer.add_custom_alignment(alignment)
        writer.add_uint8("k.u8", 200)
        writer.add_int8("k.i8", -3)
        writer.add_uint16("k.u16", 60000)
        writer.add_int16("k.i16", -30000)
        writer.add_uint32("k.u32", 4_000_000_000)
        writer.add_int32("k.i32", -2_000_000_000)
        writer.add_uint64("k.u64", 2**64 - 1)
        writer.add_int64("k.i64", -(2**63))
        writer.add_float32("k.f32", 1.5)
        writer.add_float64("k.f64", 0.1)
        writer.add_bool("k.bool", True)
        writer.add_string("k.string", "grüezi")
        writer.add_array("k.strings", ["a", "bc", ""])
        writer.add_array("k.ints", [1, 2, 3, 4])
        expected = {}
        for dtype, name in (
            (np.float64, "F64"), (np.float32, "F32"), (np.float16, "F16"), (np.int64, "I64"),
            (np.int32, "I32"), (np.int16, "I16"), (np.int8, "I8"),
        ):  # fmt: skip
            for shape in ((1,), (7,), (3, 5), (2, 3, 4)):
                array = random(dtype, shape)
                writer.add_tensor(f"{name}.{len(shape)}.{shape[0]}", array)
                expected[f"{name}.{len(shape)}.{shape[0]}"] = (name, shape, array.tobytes())
        values = RANDOM.standard_normal((3, 512)).astype(np.float32)
        for kind in (types.BF16, types.Q8_0, types.TQ1_0, types.TQ2_0, types.Q4_0, types.Q5_1):
            data = gguf.quantize(values, kind)
            writer.add_tensor(kind.name, data, raw_dtype=kind)
            expected[kind.name] = (kind.name, (3, 512), data.tobytes())
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        checkpoint, tensors = listed(path)
        assert checkpoint["format"] == "gguf"
        metadata = checkpoint["metadata"]
        for key, value in {
            "general.architecture": "llama", "general.alignment": alignment, "k.u8": 200,
            "k.i8": -3, "k.u16": 60000, "k.i16": -30000, "k.u32": 4_000_000_000,
            "k.i32": -2_000_000_000, "k.u64": 2**64 - 1, "k.i64": -(2**63), "k.f32": 1.5,
            "k.f64": 0.1, "k.bool": True, "k.string": "grüezi",
            "k.strings": {"type": 8, "length": 3}, "k.ints": {"type": 5, "length": 4},
        }.items():  # fmt: skip
            assert metadata[key] == value, (key, metadata[key], value)
        assert set(tensors) == set(expected)
        for name, (dtype, shape, data) in expected.items():
            check(tensors[name], dtype, shape, data)
            compared += 1
        # The same by the reader of gguf.
        for tensor in gguf.GGUFReader(path).tensors:
            assert tensors[tensor.name]["offset"] == tensor.data_offset
            assert tensors[tensor.name]["bytes"] == tensor.n_bytes

    # Sizes of all the types that both know.
    for kind, (block, size) in gguf.GGML_QUANT_SIZES.items():
        path = os.path.join(folder, "one.gguf")
        writer = gguf.GGUFWriter(path, "llama")
        writer.add_tensor("w", np.zeros((2, size), np.uint8), raw_dtype=kind)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        done = subprocess.run([TRANSLATE, "--list-checkpoint", path], capture_output=True, text=True)
        if "unknown type" in done.stderr:
            assert kind.name in ("Q8_1", "Q8_K", "NVFP4", "Q1_0", "Q2_0"), kind
            continue
        tensor = json.loads(done.stdout)["tensors"][0]
        check(tensor, kind.name, (2, block), bytes(2 * size))
        compared += 1

print(f"{compared} tensors compared")
sys.exit(compared < 300)
