"""The int8 codes of a compiled model, and those of transformers.

A quantized activation never leaves a compiled model. So the module is given more logits
than it has: behind those of the vocabulary, the codes of every layer, as floats. The
program that is compiled is the same otherwise.
"""
import re
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import torch

import onebit

CODES = re.compile(r"(%\w+), %\w+ = ternary\.quantize_activation .* -> tensor<1x1x(\d+)xi8>")
READER = re.compile(r'ternary\.matmul "([^"]+)" .* ins\((%\w+),')
RETURN = re.compile(r"return (%\w+)(.*) : tensor<1x1x(\d+)xf32>(.*)")
SIGNATURE = re.compile(r"-> \(tensor<1x1x\d+xf32>")


def extend(text):
    """The module with its codes behind its logits, and what lies there: pairs of a
    projection that reads the codes and how many they are."""
    codes = [(value, int(count)) for value, count in CODES.findall(text)]
    logits, caches, vocabulary, types = RETURN.search(text).groups()
    width = int(vocabulary) + sum(count for _, count in codes)
    whole = f"tensor<1x1x{width}xf32>"
    lines = [f"%o0 = tensor.empty() : {whole}"]
    at = 0
    for i, (value, count) in enumerate([(logits, int(vocabulary)), *codes]):
        part = f"tensor<1x1x{count}xf32>"
        if i:
            lines.append(f"%f{i} = arith.sitofp {value} : tensor<1x1x{count}xi8> to {part}")
            value = f"%f{i}"
        lines.append(f"%o{i + 1} = tensor.insert_slice {value} into %o{i}[0, 0, {at}] [1, 1, {count}]"
                     f" [1, 1, 1] : {part} into {whole}")  # fmt: skip
        at += count
    lines.append(f"return %o{len(codes) + 1}{caches} : {whole}{types}")
    text = RETURN.sub("\n".join(lines), SIGNATURE.sub(f"-> ({whole}", text, count=1))
    readers = {}
    for name, value in READER.findall(text):
        readers.setdefault(value, name)
    return text, [(readers[value], count) for value, count in codes]


class Observed:
    """A compiled model that says its codes."""

    def __init__(self, folder, tools, context):
        run = lambda *command, **options: subprocess.run(
            [str(word) for word in command], check=True, capture_output=True, text=True, **options
        ).stdout
        module = run(Path(tools) / "onebit-translate", "--import-hf-config",
                     Path(folder) / "config.json", f"--context={context}")  # fmt: skip
        module = run(Path(tools) / "onebit-opt", f"--onebit-load-weights=path={folder}",
                     "--onebit-decompose-blocks", "--onebit-quantize-projections=scheme=b1.58-released",
                     input=module)  # fmt: skip
        module, self.layers = extend(module)
        with tempfile.TemporaryDirectory() as temporary:
            path = Path(temporary) / "observed.mlir"
            path.write_text(module)
            self.model = onebit.compile(path)

    def feed(self, token):
        """The logits of the next token, and the codes of each layer by the name of the
        first projection that reads them."""
        values = self.model.feed(token)
        codes, at = {}, len(values) - sum(count for _, count in self.layers)
        logits = values[:at]
        for name, count in self.layers:
            codes[name] = values[at : at + count].astype(np.int8)
            at += count
        return logits, codes

    def __call__(self, ids):
        """Of a whole text: logits, and codes by layer, a row for each token."""
        self.model.reset()
        steps = [self.feed(token) for token in ids]
        logits = np.stack([logits for logits, _ in steps])
        return logits, {name: np.stack([codes[name] for _, codes in steps]) for name, _ in self.layers}


@torch.no_grad()
def reference(model, ids):
    """The same of a model of transformers, with the formula that its linear layers have."""
    codes, hooks = {}, []

    def record(name):
        def hook(_, inputs):
            x = inputs[0]
            scale = 127 / x.abs().amax(dim=-1, keepdim=True).clamp(min=1e-5)
            codes[name] = (x * scale).round().clamp(-128, 127).to(torch.int8)[0].numpy()

        return hook

    for name, module in model.named_modules():
        if type(module).__name__ in ("BitLinear", "AutoBitLinear"):
            hooks.append(module.register_forward_pre_hook(record(name)))
    logits = model(torch.tensor([ids]), use_cache=False).logits[0].float().numpy()
    for hook in hooks:
        hook.remove()
    return logits, codes


def flips(ours, theirs):
    """How many codes differ, of how many, and by how much at most."""
    off = [np.abs(ours[name].astype(int) - theirs[name].astype(int)) for name in ours]
    return sum(int((o > 0).sum()) for o in off), sum(o.size for o in off), max(int(o.max()) for o in off)


def agree(ours, theirs):
    """The first token of which a code differs, or how many tokens there are."""
    rows = np.any([np.any(ours[name] != theirs[name], axis=1) for name in ours], axis=0)
    return int(rows.argmax()) if rows.any() else len(rows)
