"""A small model as Hugging Face's tools save it, with random weights."""
import json
import os
import re
import struct
import subprocess

import numpy as np

CONFIG = {
    "model_type": "bitnet", "hidden_size": 48, "num_hidden_layers": 2,
    "num_attention_heads": 6, "num_key_value_heads": 2, "intermediate_size": 140,
    "vocab_size": 97, "max_position_embeddings": 40, "tie_word_embeddings": False,
    "quantization_config": {"quant_method": "bitnet", "linear_class": "autobitlinear",
                            "quantization_mode": "online"},
}  # fmt: skip


def make_weights(binary_dir, config):
    """Arrays by the names that the import of a config asks for."""
    rng = np.random.default_rng(3)
    text = subprocess.run(
        [f"{binary_dir}/bin/onebit-translate", "--import-hf-config", "-"],
        input=json.dumps(config), check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    weights = {}
    for name, dims in re.findall(r'decoder\.weight "([^"]+)" : tensor<([\dx]+)xf32>', text):
        shape = [int(extent) for extent in dims.split("x")]
        values = rng.standard_normal(shape) * (0.1 if len(shape) == 1 else 0.2)
        weights[name] = (values + (len(shape) == 1)).astype(np.float32)
    return weights


def write_safetensors(path, weights):
    """Arrays of float32, or pairs of a type's name and an array of its bits."""
    header, blobs, at = {}, [], 0
    for name, value in weights.items():
        dtype, array = value if isinstance(value, tuple) else ("F32", value)
        data = array.tobytes()
        header[name] = {"dtype": dtype, "shape": list(array.shape),
                        "data_offsets": [at, at + len(data)]}  # fmt: skip
        at += len(data)
        blobs.append(data)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(blobs))


def write_folder(folder, config, weights):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "config.json"), "w", encoding="utf-8") as file:
        json.dump(config, file)
    write_safetensors(os.path.join(folder, "model.safetensors"), weights)
