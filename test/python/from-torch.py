# RUN: env PYTHONPATH=%binary_dir/python %python %s
# REQUIRES: onebit-python, torch, torch_mlir, transformers
"""PyTorch modules of one's own: names, caches, where parameters live, and errors."""
import resource
import subprocess
import sys
from collections import Counter
from pathlib import Path

import torch
from torch import nn
from torch.nn.functional import scaled_dot_product_attention

import onebit

sys.path.insert(0, str(Path(__file__).parent / "Inputs"))
from raises import raises
from rows import check_equal, rows
from torch_count import count

WIDTH, HEADS, SLOTS = 16, 2, 12


class Block(nn.Module):
    """Attention over a static cache that is a buffer."""

    def __init__(self):
        super().__init__()
        self.q_proj = nn.Linear(WIDTH, WIDTH)
        self.k_proj = nn.Linear(WIDTH, WIDTH, bias=False)
        self.v_proj = nn.Linear(WIDTH, WIDTH, bias=False)
        self.o_proj = nn.Linear(WIDTH, WIDTH)
        self.dropout = nn.Dropout(0.5)
        self.register_buffer("keys", torch.zeros(3, HEADS, SLOTS, WIDTH // HEADS))
        self.register_buffer("values", torch.zeros(3, HEADS, SLOTS, WIDTH // HEADS))

    def forward(self, x, position, scale=None):
        q, k, v = (p(x).unflatten(-1, (HEADS, -1)).transpose(1, 2)
                   for p in (self.q_proj, self.k_proj, self.v_proj))
        self.keys.index_copy_(2, position, k)
        self.values[:, :, position] = v
        mask = (torch.arange(SLOTS) <= position[-1])[None]
        y = scaled_dot_product_attention(q, self.keys, self.values, attn_mask=mask)
        y = self.o_proj(self.dropout(y.transpose(1, 2).flatten(2)))
        top, _ = torch.topk(y.cumsum(-1), 3)
        return y * top[..., :1] * (1 if scale is None else scale)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList(Block() for _ in range(2))

    def forward(self, x, position, **scale):
        for layer in self.layers:
            x = layer(x, position, **scale)
        return x


args = (torch.zeros(3, 1, WIDTH), torch.tensor([4]))
want = Counter({("attention", None, 6, 1, SLOTS, 8): 2, ("attention", None, 6, 1, 8, SLOTS): 2})
want.update(("projection", f"layers.{i}.{name}_proj", 1, 3, WIDTH, WIDTH)
            for i in range(2) for name in "qkvo")
model = Model()
before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
report = onebit.report(model, args=args)
check_equal(rows(report, weights_only=True), want, "a module")
assert report.complete, report.assumptions
assert model.training and all(child.training for child in model.modules())
assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())

with torch.device("meta"):
    on_meta = Model()
program = torch.export.export(Model().eval(), args, strict=False)
check_equal(count(program.run_decompositions({})), want, "the counter of the tests")
check_equal(rows(onebit.report(onebit.from_torch(on_meta, *args)), True), want, "on the meta device")
check_equal(rows(onebit.report(program), True), want, "an exported program")
check_equal(rows(onebit.report(model, args=args, kwargs={"scale": torch.ones(())}), True), want, "keywords")
text = str(onebit.from_torch(model, *args))
for mark in ('decoder.weight = "layers.1.q_proj.weight"', 'decoder.weight = "layers.1.q_proj.bias"',
             'decoder.cache = "layers.0.keys"', 'decoder.cache = "layers.1.values"',
             'decoder.activation = "x"', 'decoder.activation = "position"'):
    assert mark in text, mark
assert "tm_tensor" not in text

from onebit._names import is_cache

assert all(map(is_cache, ("past_key_values_0_keys", "cache.2.1", "ssm_states", "kv")))
assert not any(map(is_cache, ("hidden_states", "x", "encoder_hidden_states", "input_ids", "decache", "position")))

# What replaces operations computes the same.
from onebit._torch_decompositions import make_table

table = make_table()
x = torch.tensor([[3.0, -1.0, 3.0, 7.0, 0.5], [0.0, 2.0, 2.0, 2.0, -4.0]])
aten = torch.ops.aten
for op, *call in ((aten.cumsum.default, x, 1), (aten.cumsum.default, x > 0, 0), (aten.topk.default, x, 3),
                  (aten.topk.default, x, 2, 0, False), (aten.topk.default, x.long(), 4),
                  (aten.index_copy.default, x, 1, torch.tensor([3, 0]), torch.ones(2, 2)),
                  (aten.index_put.default, x, [None, torch.tensor([4, 1])], torch.tensor([8.0, 9.0]))):
    got, right = table[op](*call), op(*call)
    got, right = (got, right) if isinstance(got, tuple) else ((got,), (right,))
    assert torch.equal(got[0], right[0]) and got[0].dtype == right[0].dtype, (op, got, right)
    for index, its in zip(got[1:], right[1:]):
        dim = call[2] if op == aten.topk.default and len(call) > 3 else -1
        assert torch.equal(x.gather(dim, index), x.gather(dim, its)) and index.unique().numel() > 1

# LLaMA-7B's matrices of two layers are 2.7 GB; nothing of them is ever there.
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
big = dict(model_type="llama", hidden_size=4096, num_hidden_layers=32, num_attention_heads=32,
           intermediate_size=11008, vocab_size=32000, max_position_embeddings=2048)
live = onebit.report(onebit.from_hf(big, layers=2))
grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak) / 1024
assert grown < 500, f"{grown} MB for a model whose weights are not looked at"
check_equal(rows(live), rows(onebit.report(big, layers=2)), "LLaMA-7B")

# Errors.
raises(TypeError, "expected a torch.nn.Module or an ExportedProgram, not int", lambda: onebit.from_torch(3))
raises(TypeError, "has its arguments already", lambda: onebit.from_torch(program, *args))
raises(TypeError, "context: only a config takes", lambda: onebit.report(model, args=args, context=3))
raises(TypeError, "cannot make a model of Model with args", lambda: onebit.load(model))
raises(onebit.Error, "torch-mlir cannot lower this program to linalg:",
       lambda: onebit.from_torch(type("Unknown", (nn.Module,), {
           "forward": lambda self, x: torch.linalg.svd(x)[1]})(), torch.zeros(3, 3)))
for keywords, text in ((dict(phase="x"), "phase must be 'decode' or 'prefill', not 'x'"),
                       (dict(batch=0), "batch must be at least 1, not 0"),
                       (dict(context=4096), "context must be at most 2048"),
                       (dict(context=1), "context must be at least 2, not 1"),
                       (dict(layers=33), "layers must be from 1 to 32, not 33")):
    raises(onebit.Error, text, lambda: onebit.from_hf(big, **keywords))
raises(TypeError, "cannot make a model of int", lambda: onebit.from_hf(3))
raises(onebit.Error, "not a config that transformers knows", lambda: onebit.from_hf({"model_type": "x"}))
raises(FileNotFoundError, "No such file or directory: 'nowhere.json'", lambda: onebit.from_hf("nowhere.json"))
raises(onebit.Error, "quantization 'gptq' is not known here", lambda: onebit.from_hf(
    dict(big, quantization_config={"quant_method": "gptq", "bits": 4})))

# What is not installed is named, with what installs it.
for call, extra in (("from_torch(0)", "torch"), ("from_hf({})", "hf"), ("from_jax(0, 0)", "jax"),
                    ("from_onnx('x')", "onnx")):
    code = ("import sys, onebit\nfor name in ('torch', 'transformers', 'jax', 'onnx'): sys.modules[name] = None\n"
            f"try: onebit.{call}\nexcept ImportError as error: print(error)")
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout
    assert f"pip install onebit[{extra}]" in said, (call, said)
