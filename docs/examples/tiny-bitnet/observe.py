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

CODES = re.compile(r"(%\w+), %\w+ = ternary\.quantize_activation .* -> tensor<1x(\d+)x(\d+)xi8>")
READER = re.compile(r'ternary\.matmul "([^"]+)" .* ins\((%\w+),')
RETURN = re.compile(r"return (%\w+)(.*) : tensor<1x\d+x(\d+)xf32>(.*)")
SIGNATURE = re.compile(r"-> \(tensor<1x\d+x\d+xf32>")


def extend(text):
    """The module with its codes behind its logits, and what lies there: pairs of a
    projection that reads the codes and how many they are."""
    codes = [(value, int(count)) for value, _, count in CODES.findall(text)]
    tokens = CODES.search(text)[2]
    logits, caches, vocabulary, types = RETURN.search(text).groups()
    width = int(vocabulary) + sum(count for _, count in codes)
    whole = f"tensor<1x{tokens}x{width}xf32>"
    lines = [f"%o0 = tensor.empty() : {whole}"]
    at = 0
    for i, (value, count) in enumerate([(logits, int(vocabulary)), *codes]):
        part = f"tensor<1x{tokens}x{count}xf32>"
        if i:
            lines.append(f"%f{i} = arith.sitofp {value} : tensor<1x{tokens}x{count}xi8> to {part}")
            value = f"%f{i}"
        lines.append(f"%o{i + 1} = tensor.insert_slice {value} into %o{i}[0, 0, {at}] [1, {tokens}, {count}]"
                     f" [1, 1, 1] : {part} into {whole}")  # fmt: skip
        at += count
    lines.append(f"return %o{len(codes) + 1}{caches} : {whole}{types}")
    text = RETURN.sub("\n".join(lines), SIGNATURE.sub(f"-> ({whole}", text, count=1))
    readers = {}
    for name, value in READER.findall(text):
        readers.setdefault(value, name)
    return text, [(readers[value], count) for value, count in codes]


def split(values, layers):
    """Logits, and codes by the first projection that reads them, of what an extended
    module returns."""
    codes, at = {}, values.shape[-1] - sum(count for _, count in layers)
    logits = values[..., :at]
    for name, count in layers:
        codes[name] = values[..., at : at + count].astype(np.int8)
        at += count
    return logits, codes


def quantized(folder, tools, *options):
    """The module that onebit.compile makes of a folder."""

    def run(name, *arguments, text=None):
        command = [str(Path(tools) / name), *map(str, arguments)]
        return subprocess.run(command, input=text, check=True, stdout=subprocess.PIPE, text=True).stdout

    module = run("onebit-translate", "--import-hf-config", Path(folder) / "config.json", *options)
    return run("onebit-opt", f"--onebit-load-weights=path={folder}", "--onebit-decompose-blocks",
               "--onebit-quantize-projections=scheme=b1.58-released", text=module)  # fmt: skip


class Observed:
    """A compiled model that says its codes."""

    def __init__(self, folder, tools, context):
        module, self.layers = extend(quantized(folder, tools, f"--context={context}"))
        with tempfile.TemporaryDirectory() as temporary:
            path = Path(temporary) / "observed.mlir"
            path.write_text(module)
            self.model = onebit.compile(path)

    def __call__(self, ids):
        """Of a text, token by token: logits, and codes by layer, a row for each."""
        self.model.reset()
        return split(np.stack([self.model.feed(token) for token in ids]), self.layers)


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
