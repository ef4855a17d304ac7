# Damaged and hostile checkpoints: each gets an error that names the file and
# what is wrong with it. The files are made by hand, byte by byte.
#
# RUN: %python %s %binary_dir

import json
import os
import struct
import subprocess
import sys
import tempfile

TRANSLATE = os.path.join(sys.argv[1], "bin", "onebit-translate")


def safetensors(header, data=b"", length=None):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def tensor(begin=0, end=8, dtype="F32", shape=(2,), **more):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": [begin, end], **more}


def string(text):
    return struct.pack("<Q", len(text)) + text.encode()


def key(name, kind, value):
    return string(name) + struct.pack("<I", kind) + value


def info(name="w", shape=(4,), kind=0, offset=0):
    return (
        string(name)
        + struct.pack("<I", len(shape))
        + b"".join(struct.pack("<Q", extent) for extent in shape)
        + struct.pack("<IQ", kind, offset)
    )


def gguf(keys=(), infos=(), data=b"", version=3, counts=None):
    tensors, values = counts or (len(infos), len(keys))
    head = b"GGUF" + struct.pack("<IQQ", version, tensors, values)
    head += b"".join(keys) + b"".join(infos)
    return head + (b"\0" * (-len(head) % 32) + data if data else b"")


FOUR = b"\0" * 16
SAFETENSORS = {
    "too short for a safetensors file: 4 bytes": b"\1\2\3\4",
    "no safetensors file: its header would be 100 bytes long": safetensors(b"{}", length=100),
    "no safetensors file: its header would be 18446744073709551615 bytes long": safetensors(
        b"{}", length=2**64 - 1
    ),
    "no safetensors file: its header must begin with '{'": safetensors(b" {}"),
    "its JSON cannot be read": safetensors(b'{"w": '),
    "its JSON nests deeper than 3": safetensors(b'{"w":' + b"[" * 100000 + b"}"),
    "its JSON has a key twice: 'w'": safetensors(
        b'{"w":%s,"w":%s}' % ((json.dumps(tensor()).encode(),) * 2), b"\0" * 8
    ),
    "its JSON has a key twice": safetensors(
        b'{"w":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}', b"\0" * 8
    ),
    "__metadata__ must be an object of strings": safetensors({"__metadata__": {"a": 1}}),
    "tensor 'w' must be an object of dtype, shape and data_offsets": safetensors({"w": [1]}),
    "tensor 'w' has an unknown dtype 'F33'": safetensors({"w": tensor(dtype="F33")}, b"\0" * 8),
    "tensor 'w' must have a shape of integers that are not negative": safetensors(
        {"w": tensor(shape=(-2,))}, b"\0" * 8
    ),
    "tensor 'w' must have data_offsets of a begin and an end behind it": safetensors(
        {"w": tensor(8, 0)}, b"\0" * 8
    ),
    "tensor 'w' ends at byte 8 of 7 bytes of data": safetensors({"w": tensor()}, b"\0" * 7),
    "tensor 'w' has more elements than can be counted": safetensors(
        {"w": tensor(shape=(2**32, 2**32))}, b"\0" * 8
    ),
    "tensor 'w' of type F32 and 96 bits has 8 bytes of data": safetensors(
        {"w": tensor(shape=(3,))}, b"\0" * 8
    ),
    "tensor 'v' begins at byte 4 of the data, but the one before it ends at byte 8": safetensors(
        {"w": tensor(), "v": tensor(4, 12)}, b"\0" * 12
    ),
    "tensor 'v' begins at byte 9 of the data, but the one before it ends at byte 8": safetensors(
        {"w": tensor(), "v": tensor(9, 17)}, b"\0" * 17
    ),
    "tensor 'w' begins at byte 1 of the data": safetensors({"w": tensor(1, 9)}, b"\0" * 9),
    "has 3 bytes behind its last tensor": safetensors({"w": tensor()}, b"\0" * 11),
}
GGUF = {
    "is GGUF of version 1; expected 2 or 3, little-endian": gguf(version=1),
    "is GGUF of version 50331648;": gguf(version=3 << 24),
    "ends in the middle of its keys": gguf(counts=(0, 2**63)),
    "ends in the middle of its list of tensors": gguf(counts=(2**63, 0)),
    "ends in the middle of the value of key 'k'": gguf([key("k", 8, struct.pack("<Q", 2**64 - 1))]),
    "ends in the middle of its header": b"GGUF\3\0\0\0",
    "key 'k' is an array of unknown type 9": gguf([key("k", 9, struct.pack("<IQ", 9, 1))]),
    "key 'k' has unknown type 77": gguf([key("k", 77, b"")]),
    "key 'k' is there twice": gguf([key("k", 7, b"\1")] * 2),
    "general.alignment must be a power of two": gguf(
        [key("general.alignment", 4, struct.pack("<I", 24))]
    ),
    "tensor 'w' has 5 dimensions, more than 4": gguf(infos=[info(shape=(1,) * 5)]),
    "tensor 'w' has an extent that is too large": gguf(infos=[info(shape=(2**63,))]),
    "tensor 'w' has unknown type 4, so nobody knows its size": gguf(infos=[info(kind=4)]),
    "tensor 'w' has rows of 4 elements, but type TQ1_0 has blocks of 256": gguf(
        infos=[info(kind=34)]
    ),
    "tensor 'w' of type F32 has more elements than the file has room for": gguf(
        infos=[info(shape=(2**31, 2**31, 2**31))], data=FOUR
    ),
    "ends before its data": gguf(infos=[info(shape=(4,))]),
    "tensor 'w' begins at byte 32 of the data, expected byte 0 behind the one before it": gguf(
        infos=[info(offset=32)], data=FOUR * 3
    ),
    "tensor 'v' begins at byte 0 of the data, expected byte 32": gguf(
        infos=[info(), info("v")], data=FOUR * 3
    ),
    "tensor 'w' reaches beyond the file": gguf(infos=[info()], data=b"\0" * 15),
    "has 1 bytes behind its last tensor": gguf(infos=[info()], data=b"\0" * 33),
    "there are two tensors called 'w'": gguf(infos=[info(), info(offset=32)], data=FOUR * 3),
}


def index(weights, **files):
    return {
        "model.safetensors.index.json": json.dumps({"weight_map": weights}).encode(),
        **{f"{name}.safetensors": data for name, data in files.items()},
    }


W = safetensors({"w": tensor()}, b"\0" * 8)
FOLDERS = {
    "has neither model.safetensors nor model.safetensors.index.json": {},
    "an index must have an object 'weight_map'": {"model.safetensors.index.json": b"{}"},
    "its JSON must be an object": {"model.safetensors.index.json": b"[]"},
    "the shard of 'w' must be the name of a file beside the index": index({"w": "../a.safetensors"}),
    "names a shard that ": index({"w": "a.safetensors"}),
    "a.safetensors: cannot be opened": index({"w": "a.safetensors"}),
    "names a tensor 'v' that is not in a.safetensors": index({"v": "a.safetensors"}, a=W),
    "too short for a safetensors file": index({"w": "a.safetensors"}, a=b""),
}

failures = cases = 0


def check(path, named, message):
    global failures, cases
    cases += 1
    done = subprocess.run(
        [TRANSLATE, "--list-checkpoint", path], capture_output=True, text=True, timeout=60
    )
    if done.returncode != 1 or message not in done.stderr or named not in done.stderr:
        failures += 1
        print(f"expected '{named}' and '{message}', got {done.returncode}: {done.stderr}")


with tempfile.TemporaryDirectory() as folder:
    for suffix, files in (("safetensors", SAFETENSORS), ("gguf", GGUF)):
        for message, data in files.items():
            path = os.path.join(folder, f"model.{suffix}")
            with open(path, "wb") as file:
                file.write(data)
            check(path, path, message)
    for number, (message, files) in enumerate(FOLDERS.items()):
        path = os.path.join(folder, str(number))
        os.mkdir(path)
        for name, data in files.items():
            with open(os.path.join(path, name), "wb") as file:
                file.write(data)
        check(path, path, message)
    check(os.path.join(folder, "nothing"), "nothing", "cannot be opened")

print(f"{cases} cases")
sys.exit(failures > 0 or cases < 45)
