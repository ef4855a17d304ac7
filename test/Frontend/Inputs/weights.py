# Helpers of the tests of weights: modules that ask for some, and what is in them
# when onebit-opt is done. Layouts of packed bytes are written here a second time,
# in numpy.

import re
import struct
import subprocess

import numpy as np


def run(tool, text, *passes):
    """What onebit-opt makes of a module, or its error."""
    done = subprocess.run([tool, *passes], input=text, capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout if done.returncode == 0 else None, done.stderr


def tensor_type(shape, element="f32"):
    return "tensor<" + "".join(f"{extent}x" for extent in shape) + f"{element}>"


def module(weights, element="f32"):
    """Each weight is read by a return, which takes floats only."""
    types = [tensor_type(shape, element) for shape in weights.values()]
    lines = [
        f'%{i} = decoder.weight "{name}" : {type_}'
        for i, (name, type_) in enumerate(zip(weights, types))
    ]
    values = ", ".join(f"%{i}" for i in range(len(types)))
    return (
        f"func.func @weights() -> ({', '.join(types)}) {{\n"
        + "\n".join(lines)
        + f"\nreturn {values} : {', '.join(types)}\n}}\n"
    )


def projections(weights):
    """Each weight, of rank 2, is read by a projection."""
    maps = (
        "affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, "
        "affine_map<(m, n, k) -> (m, n)>"
    )
    lines = []
    for i, (name, (n, k)) in enumerate(weights.items()):
        lines.append(
            f"func.func @p{i}(%x: tensor<1x{k}xf32>) -> tensor<1x{n}xf32> {{\n"
            f'%w = decoder.weight "{name}" : tensor<{n}x{k}xf32>\n'
            f"%0 = decoder.projection role(other) ins(%x, %w : tensor<1x{k}xf32>, "
            f"tensor<{n}x{k}xf32>) maps [{maps}] -> tensor<1x{n}xf32>\n"
            f"return %0 : tensor<1x{n}xf32>\n}}"
        )
    return "\n".join(lines)


NUMPY = {"f64": "<f8", "f32": "<f4", "f16": "<f2", "bf16": "<u2", "i8": "<i1", "i32": "<i4", "i64": "<i8"}


def value(attribute, resources):
    """The array of `dense<...> : tensor<...>` or `dense_resource<...> : ...`."""
    form, content, shape, element = re.fullmatch(
        r'(dense|dense_resource)<(.*)> : tensor<((?:\d+x)*)(\w+)>', attribute
    ).groups()
    shape = [int(extent) for extent in shape.split("x") if extent]
    dtype = NUMPY[element]
    if form == "dense_resource":
        blob = bytes.fromhex(resources[content.strip('"')][2:])
        return np.frombuffer(blob[4:], dtype).reshape(shape)
    if content.startswith('"0x'):
        data = bytes.fromhex(content.strip('"')[2:])
        return np.frombuffer(data, dtype).reshape(shape)
    numbers = [
        struct.unpack(">f", bytes.fromhex(n[2:]))[0] if n.startswith("0x") else float(n)
        for n in re.findall(r"0x[0-9A-F]+|[-+.\deE]+", content)
    ]
    array = np.array(numbers, dtype)
    return np.full(shape, array[0]) if array.size == 1 else array.reshape(shape)


def parse_resources(text):
    return dict(re.findall(r'^\s+"?([^"\n]+?)"?: "(0x[0-9A-F]*)"', text, re.M))


DENSE = r"dense(?:_resource)?<.*?> : tensor<[\dx]*\w+>"


def parse(text):
    """name: array of each decoder.weight, name: dict of each ternary.weight."""
    resources = parse_resources(text)
    floats, trits = {}, {}
    for name, attribute in re.findall(rf'decoder\.weight "(.*?)" = ({DENSE})', text):
        floats[name] = value(attribute, resources)
    pattern = (
        rf'ternary\.weight "(.*?)" packing\((\w+)\) = ({DENSE}) scale = ({DENSE})'
        r"(?: group <size = (\d+), dim = (\d+)>)?(?: quantization <(.*?)>)?"
        r"(?: \{(.*?)\})? -> tensor<((?:\d+x)*)!ternary\.(?:bit|trit)>"
    )
    for name, packing, data, scale, size, dim, report, origin, shape in re.findall(pattern, text):
        shape = [int(extent) for extent in shape.split("x") if extent]
        packed = value(data, resources).view(np.uint8)
        trits[name] = {
            "packing": packing,
            "bytes": packed,
            "elements": unpack(packing, packed, shape),
            "scale": value(scale, resources),
            "group": (int(size), int(dim)) if size else None,
            "origin": dict(re.findall(r"ternary\.(\w+)(?: = (\d+))?", origin)),
            "report": dict(re.findall(r"(\w+) = ([^,>]+)", report)),
        }
    return floats, trits


def blocks(packed, rows, columns, size, each):
    """rows x blocks x bytes."""
    return packed.reshape(rows, -(-columns // size), each).astype(np.int64)


def unpack(packing, packed, shape):
    rows, columns = shape[0] if len(shape) > 1 else 1, int(np.prod(shape[1:] if len(shape) > 1 else shape))
    if packing == "hf":
        parts = -(-rows // 4)
        packed = packed.reshape(parts, columns)
        codes = np.concatenate([packed >> 2 * i & 3 for i in range(4)])[:rows]
        return (codes.astype(np.int8) - 1).reshape(shape)
    if packing == "i2_s":
        b = blocks(packed, rows, columns, 128, 32)
        elements = np.concatenate([(b >> 6 - 2 * i & 3) - 1 for i in range(4)], axis=2)
    elif packing == "b1":
        b = blocks(packed, rows, columns, 8, 1)
        elements = np.concatenate([(b >> i & 1) * 2 - 1 for i in range(8)], axis=2)
    elif packing == "base3":
        b = blocks(packed, rows, columns, 5, 1)
        elements = np.concatenate([b // 3**i % 3 - 1 for i in range(5)], axis=2)
    elif packing == "tl2":
        b = blocks(packed, rows, columns, 24, 5)
        index = np.stack([b[..., :4] & 15, b[..., :4] >> 4], axis=3).reshape(*b.shape[:2], 8)
        sign = np.stack([1 - 2 * (b[..., 4] >> i & 1) for i in range(8)], axis=2)
        v = index * sign + 13  # Three digits, each one more.
        elements = np.stack([v // 9 - 1, v // 3 % 3 - 1, v % 3 - 1], axis=3)
    else:
        import gguf

        # Scales of 1, whatever they are.
        size = {"tq1_0": 54, "tq2_0": 66}[packing]
        b = packed.reshape(rows, -1, size).copy()
        b[..., -2:] = np.array([0, 0x3C], np.uint8)
        kind = gguf.GGMLQuantizationType[packing.upper()]
        elements = gguf.dequantize(b.reshape(rows, -1), kind)
    return elements.reshape(rows, -1)[:, :columns].astype(np.int8).reshape(shape)


def write_gguf(path, architecture, tensors, keys=()):
    """Through the writer of gguf. A type that it does not know is a number; the data are
    bytes then, and the shape of the tensor is the third of the tuple."""
    import gguf

    writer = gguf.GGUFWriter(path, architecture)
    for key, number in keys:
        writer.add_uint32(key, number)
    for name, (data, kind, *shape) in tensors.items():
        if shape:
            writer.add_tensor_info(name, shape[0], np.dtype(np.int8), data.nbytes, raw_dtype=kind)
            writer.tensors[-1][name].tensor = data
        else:
            writer.add_tensor(name, data, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def permute(weights, heads):
    """As llama.cpp's converter does."""
    return (
        weights.reshape(heads, 2, weights.shape[0] // heads // 2, *weights.shape[1:])
        .swapaxes(1, 2)
        .reshape(weights.shape)
    )


def i2_s(elements, scale):
    """microsoft/BitNet's bytes on x86: rows one after another in blocks of 128, the scale
    behind them."""
    flat = (elements.ravel() + 1).reshape(-1, 4, 32).astype(np.uint8)
    packed = flat[:, 0] << 6 | flat[:, 1] << 4 | flat[:, 2] << 2 | flat[:, 3]
    tail = struct.pack("<f", scale) + b"\0" * 28
    return np.frombuffer(packed.tobytes() + tail, np.int8)
