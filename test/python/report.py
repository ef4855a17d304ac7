# RUN: env PYTHONPATH=%binary_dir/python %python %s %source_dir %binary_dir/bin
# REQUIRES: onebit-python
"""The package says what the tools say, of every kind of source, and its errors are
theirs."""
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import onebit

SOURCE, BIN = Path(sys.argv[1]), sys.argv[2]
BITNET = SOURCE / "docs/examples/bitnet-b1.58-2b-4t.json"
MATMUL = """func.func @f(%x: tensor<3x8xf32>, %w: tensor<8x4xf32> {decoder.weight = "w"}) -> tensor<3x4xf32> {
  %z = arith.constant dense<0.0> : tensor<3x4xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<3x8xf32>, tensor<8x4xf32>) outs(%z : tensor<3x4xf32>) -> tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}
"""


def run(*command, data=None):
    return subprocess.run(command, input=data, capture_output=True, check=True).stdout


def tool(*options, form="json"):
    module = run(f"{BIN}/onebit-translate", "--import-hf-config", str(BITNET), *options, "--emit-bytecode")
    return module, run(f"{BIN}/onebit-opt", "-", "--lower-to-systolic=array=64x32 dataflow=ws scheme=b1",
                       f"--report={form}", data=module).decode()


def raises(kind, text, function):
    try:
        function()
    except kind as error:
        assert text in str(error), f"expected '{text}' in: {error}"
        return
    raise AssertionError(f"no {kind.__name__} with '{text}'")


options = dict(array="64x32", dataflow="ws", scheme="b1")
module, want = tool("--layers=2", "--context=77")
config = json.loads(BITNET.read_text())

# One model, however it is given. A location names the file, and there is none in a dict.
for source in (BITNET, str(BITNET), config):
    got = onebit.report(source, layers=2, context=77, **options)
    assert {**got.to_dict(), "assumptions": []} == {**json.loads(want), "assumptions": []}, source
assert onebit.report(BITNET, layers=2, context=77, **options).to_json() == want.strip()
assert onebit.report(module, **options).to_json() == want.strip()
loaded = onebit.load(BITNET, layers=2, context=77)
assert onebit.report(loaded.bytecode(), **options).kernels == json.loads(want)["kernels"]
assert onebit.report(str(loaded), **options).kernels == json.loads(want)["kernels"]
assert onebit.report(loaded, **options).kernels == json.loads(want)["kernels"]
with tempfile.TemporaryDirectory() as folder:
    (Path(folder) / "config.json").write_text(BITNET.read_text())
    assert onebit.report(folder, layers=2, context=77, **options).kernels == json.loads(want)["kernels"]
    (Path(folder) / "m.mlir").write_text(MATMUL)
    assert onebit.report(Path(folder) / "m.mlir").total["macs"] == 96

# The object of a program.
report = onebit.report(BITNET, layers=2, context=77, speedups=[4], **options)
assert report.model["layers"] == 2 and report.complete and report.cost_model == "scale-sim-v2"
assert [p["speedup"] for p in report.amdahl[0]["points"]] == [1, 2, 3, 4, 5, 10, 20, 50, 100]
assert "amdahl" in dir(report) and "systolic.kernel" in str(report.module)
assert report.to_csv().count("\n") == len(report.kernels) + 1
assert repr(report) == report.to_text(100).rstrip("\n") and "MatMul-free" in repr(report)
assert all(len(line) <= 70 for line in report.to_text(70).splitlines())
assert report._repr_html_().startswith("<pre") and "<script" not in report._repr_html_()
raises(AttributeError, "a report has no 'nonesuch'", lambda: report.nonesuch)
frame = report.to_pandas()
assert len(frame) == len(report.kernels) and frame["macs"].sum() == report.total["macs"]

import matplotlib
matplotlib.use("Agg")
figure = report.plot("sram_accesses")
bars, curve = figure.axes
assert [round(bar.get_height()) for bar in bars.patches] == [
    sums["sram_accesses"] for sums in report.classes.values() if sums["kernels"]]
law = next(a for a in report.amdahl if a["basis"] == "sram_accesses" and a["scope"] == "decoder")
assert list(curve.lines[0].get_ydata()) == [p["projections_faster"] for p in law["points"]]
raises(ValueError, "basis must be one of cycles, sram_accesses, not 'x'", lambda: report.plot("x"))

# Options of lists, and arguments that nothing marks.
plain = MATMUL.replace(' {decoder.weight = "w"}', "")
assert onebit.report(plain, weights=[1]).kernels[0]["class"] == "matmul_free"
assert onebit.report(plain, weights="none").kernels[0]["class"] == "attention"
assert onebit.report(BITNET, layers=1, full_precision=["up", "down"]).classes["dense_projection"]["kernels"] == 2

# Every option of --lower-to-systolic, against the tool.
chosen = dict(array="32x32", dataflow="auto", objective="energy", gqa="heads", masked_folds="skipped",
              cost_model="onebit", energy="7nm", scheme="b1-released", full_precision=["lm_head", "up"],
              activation_bits=4, group_size=64)
imported = run(f"{BIN}/onebit-translate", "--import-hf-config", str(BITNET), "--layers=1", "--context=64",
               "--phase=prefill", "--emit-bytecode")
want_all = run(f"{BIN}/onebit-opt", "-", "--lower-to-systolic=" + " ".join(
    f"{key.replace('_', '-')}={','.join(value) if isinstance(value, list) else value}" for key, value in chosen.items()),
    "--report=json", data=imported).decode()
got = onebit.report(BITNET, layers=1, context=64, phase="prefill", **chosen)
assert got.to_json() == want_all.strip()
for name, other in (("objective", "cycles"), ("gqa", "rows"), ("masked_folds", "computed"), ("energy", "45nm"),
                    ("group_size", 0)):
    try:
        changed = onebit.report(BITNET, layers=1, context=64, phase="prefill", **{**chosen, name: other}).to_json()
    except onebit.Error as error:
        changed = str(error)
    assert changed != got.to_json(), f"{name} changes nothing"

# Sizes that a file leaves open.
open_sizes = MATMUL.replace("%x: tensor<3x8xf32>", "%x: tensor<?x8xf32>").replace(
    "ins(%x, %w : tensor<3x8xf32>", "ins(%s, %w : tensor<3x8xf32>").replace(
    "%0 =", "%s = tensor.cast %x : tensor<?x8xf32> to tensor<3x8xf32>\n  %0 =")
for dims in ({"*": 3}, {"0": 3}, {"0:0": 3}):
    assert onebit.report(open_sizes, dims=dims).total["macs"] == 96
    assert "%arg0: tensor<3x8xf32>" in str(onebit.load(open_sizes, dims=dims))
raises(onebit.Error, "no argument that this names has such a dimension of open size",
       lambda: onebit.load(open_sizes, dims={"1": 3}))
raises(TypeError, "dims: only an ONNX file or MLIR takes this", lambda: onebit.load(config, dims={"x": 3}))

# Errors.
raises(FileNotFoundError, "No such file or directory: 'nowhere.json'", lambda: onebit.load("nowhere.json"))
raises(onebit.Error, "error: 'model_type' must be one of", lambda: onebit.load({"model_type": "x"}))
raises(onebit.Error, "phase must be 'decode' or 'prefill', not 'x'", lambda: onebit.load(config, phase="x"))
raises(onebit.Error, "layout must be 'real' or 'paper', not 'x'", lambda: onebit.load(config, layout="x"))
raises(onebit.Error, "<string>:2:1: error", lambda: onebit.load("module {\nnonsense\n}"))
raises(onebit.Error, "unknown array '4x'", lambda: onebit.report(config, array="4x"))
raises(onebit.Error, "nothing to report", lambda: onebit.report("module {\n}"))
raises(onebit.Error, "cannot read the options 'nonesuch=1'", lambda: loaded.lower("nonesuch=1"))
raises(onebit.Error, "format must be 'text', 'json' or 'csv', not 'x'", lambda: loaded.report("x"))
for name, known in (("dataflow", "array, os, ws, is, auto"), ("objective", "cycles, energy, edp, dram-bytes"),
                    ("gqa", "default, heads, rows"), ("masked_folds", "computed, skipped"),
                    ("energy", "none, 45nm, 7nm"), ("scheme", "b1, b1.58, b1-released, b1.58-released")):
    raises(ValueError, f"{name} must be one of {known}, not 'x'", lambda: onebit.report(config, **{name: "x"}))
raises(TypeError, "context: only a config takes these", lambda: onebit.report(module, context=3))
raises(TypeError, "cannot make a model of int", lambda: onebit.report(3))

# The console command.
env_python = [sys.executable, "-m", "onebit"]
assert run(*env_python, "report", str(BITNET), "--layers=2", "--context=77", "--array=64x32",
           "--dataflow=ws", "--scheme=b1", "--format=json").decode() == want
failed = subprocess.run([*env_python, "report", "nowhere.json"], capture_output=True, text=True)
assert failed.returncode == 1 and failed.stderr == "nowhere.json: No such file or directory\n", failed
