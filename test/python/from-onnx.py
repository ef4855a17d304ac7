# RUN: env PYTHONPATH=%binary_dir/python %python %s
# REQUIRES: onebit-python, onnx, onnxscript, torch, torch_mlir, transformers
"""ONNX files: one that torch exports, product by product as the importer has it; one
with open sizes and weights that are not there."""
import contextlib
import io
import logging
import sys
import tempfile
import warnings
from collections import Counter
from pathlib import Path

import onnx
import torch
from onnx import TensorProto, helper
from transformers import AutoModelForCausalLM

import onebit

sys.path.insert(0, str(Path(__file__).parent / "Inputs"))
from models import make_config
from raises import raises
from rows import check_equal, rows

FOLDER = Path(tempfile.mkdtemp())


class Logits(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model, self.lm_head = model.model, model.lm_head

    def forward(self, ids):
        return self.lm_head(self.model(input_ids=ids, use_cache=False).last_hidden_state)


warnings.simplefilter("ignore")
logging.disable(logging.WARNING)
config = make_config("llama")
model = AutoModelForCausalLM.from_config(config, attn_implementation="eager").eval()
with contextlib.redirect_stdout(io.StringIO()):
    torch.onnx.export(Logits(model), (torch.zeros((2, 16), dtype=torch.int64),), dynamo=True).save(
        str(FOLDER / "llama.onnx"))
want = rows(onebit.report(config, phase="prefill", context=16, batch=2))
report = onebit.report(FOLDER / "llama.onnx")
check_equal(rows(report), want, "llama")
assert report.complete, report.assumptions
check_equal(rows(onebit.report(onnx.load(FOLDER / "llama.onnx"))), want, "llama, a ModelProto")

# By hand: y = softmax(x W past^T) past, W in a file that does not exist.
weight = TensorProto(name="w_q", data_type=TensorProto.FLOAT, dims=(8, 8),
                     data_location=TensorProto.EXTERNAL)
weight.external_data.add(key="location", value="nowhere.bin")
tensor = lambda name, *shape: helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
graph = helper.make_graph(
    [helper.make_node("MatMul", ["x", "w_q"], ["q"]),
     helper.make_node("Transpose", ["past_keys"], ["keys"], perm=[0, 2, 1]),
     helper.make_node("MatMul", ["q", "keys"], ["scores"]),
     helper.make_node("Softmax", ["scores"], ["p"], axis=-1),
     helper.make_node("MatMul", ["p", "past_keys"], ["y"])],
    "graph", [tensor("x", "batch", 3, 8), tensor("past_keys", "batch", "slots", 8)],
    [tensor("y", "batch", 3, 8)], [weight])
onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9),
          FOLDER / "attention.onnx")
path = str(FOLDER / "attention.onnx")
check_equal(rows(onebit.report(path, dims={"batch": 5, "slots": 7}), weights_only=True), Counter({
    ("projection", "w_q", 1, 15, 8, 8): 1, ("attention", None, 5, 3, 7, 8): 1,
    ("attention", None, 5, 3, 8, 7): 1}), "by hand")
text = str(onebit.from_onnx(path, dims={"batch": 5, "slots": 7}))
assert 'decoder.cache = "past_keys"' in text and 'decoder.activation = "x"' in text
raises(onebit.Error, "sizes are open: slots; give them as dims=", lambda: onebit.load(path, dims={"batch": 5}))
raises(onebit.Error, "no dimension is called batches; there are batch, slots",
       lambda: onebit.load(path, dims={"batches": 5, "batch": 5, "slots": 7}))

# Errors.
raises(FileNotFoundError, "No such file or directory: 'nowhere.onnx'", lambda: onebit.from_onnx("nowhere.onnx"))
(FOLDER / "bad.onnx").write_bytes(b"\xff\xff nothing")
raises(onebit.Error, "bad.onnx: not an ONNX model", lambda: onebit.report(FOLDER / "bad.onnx"))
raises(TypeError, "dims: only an ONNX file or MLIR takes this", lambda: onebit.report(config, dims={"batch": 1}))
unknown = helper.make_graph([helper.make_node("Nonesuch", ["x"], ["y"], domain="com.example")], "graph",
                            [tensor("x", 2)], [tensor("y", 2)])
raises(onebit.Error, "torch-mlir cannot lower this program to linalg", lambda: onebit.report(
    helper.make_model(unknown, opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("com.example", 1)])))
