# RUN: env PYTHONPATH=%binary_dir/python %python %s %source_dir
# REQUIRES: onebit-python, argcomplete
"""The command `onebit`: what goes in and out, exit status, completion."""
import csv
import io
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import onebit

EXAMPLES = Path(sys.argv[1]) / "docs/examples"
BITNET, OPT, GPT2 = (str(EXAMPLES / name) for name in (
    "bitnet-b1.58-2b-4t.json", "paper/opt-350m.json", "paper/gpt2-small.json"))
FOLDER = Path(tempfile.mkdtemp())


def run(*arguments, data=None, status=0):
    done = subprocess.run([sys.executable, "-m", "onebit", *arguments], input=data,
                          capture_output=True, text=not isinstance(data, bytes))
    assert done.returncode == status, done
    # Where nobody looks, no bar moves.
    assert status or not done.stderr, done
    return done.stdout if not status else done.stderr


want = onebit.report(OPT, layers=2, context=77)
few = ("--layers=2", "--context=77")
text = Path(OPT).read_text()

# stdin: a config, MLIR, bytecode.
assert run("report", "-", *few, data=text) == f"{want!r}\n"
assert run("report", "-", data=run("import", OPT, *few)) == f"{want!r}\n"
run("import", OPT, *few, "-o", str(FOLDER / "m.mlirbc"))
run("import", OPT, *few, "-o", str(FOLDER / "m.mlir"))
assert (FOLDER / "m.mlirbc").read_bytes().startswith(b"ML\xefR")
assert run("report", "-", data=(FOLDER / "m.mlirbc").read_bytes()).decode() == f"{want!r}\n"
assert run("report", str(FOLDER / "m.mlir")) == f"{want!r}\n"

# Sizes that a file leaves open.
(FOLDER / "open.mlir").write_text("""
func.func @f(%x: tensor<?x8xf32>, %w: tensor<8x8xf32> {decoder.weight = "w"}) -> tensor<?x8xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x8xf32>
  %z = tensor.empty(%n) : tensor<?x8xf32>
  %0 = linalg.matmul ins(%x, %w : tensor<?x8xf32>, tensor<8x8xf32>) outs(%z : tensor<?x8xf32>) -> tensor<?x8xf32>
  return %0 : tensor<?x8xf32>
}
""")
assert "set the sizes of arguments with 'dim'" in run("report", str(FOLDER / "open.mlir"), status=1)
given = json.loads(run("report", str(FOLDER / "open.mlir"), "--dim=0:0=5", "--format=json"))
assert [(k["m"], k["n"], k["k"]) for k in given["kernels"]] == [(5, 8, 8)]

# Several models.
both = run("report", OPT, GPT2, *few)
assert both == f"{want!r}\n\n{onebit.report(GPT2, layers=2, context=77)!r}\n"
lines = run("report", OPT, GPT2, *few, "--format=json").splitlines()
assert [json.loads(line)["model"]["family"] for line in lines] == ["opt", "gpt2"]
rows = list(csv.DictReader(io.StringIO(run("report", OPT, GPT2, *few, "--format=csv"))))
assert {row["model"] for row in rows} == {OPT, GPT2} and all(row["macs"].isdigit() for row in rows)
assert sum(int(row["macs"]) for row in rows if row["model"] == OPT) == want.total["macs"]

# Comparison: of models, of saved reports; ratios of what the reports say.
(FOLDER / "a.json").write_text(run("report", OPT, *few, "--array=32x32", "--format=json"))
(FOLDER / "b.json").write_text(run("report", OPT, *few, "--array=64x64", "--format=json"))
compared = json.loads(run("compare", str(FOLDER / "a.json"), str(FOLDER / "b.json"), "--format=json"))
a, b = (json.loads((FOLDER / name).read_text()) for name in ("a.json", "b.json"))
figures = {row["figure"]: (row["first"], row["second"]) for row in compared["figures"]}
assert figures["cycles, all"] == (a["total"]["cycles"], b["total"]["cycles"])
assert figures["cycles, attention"] == tuple(x["classes"]["attention"]["cycles"] for x in (a, b))
assert figures["MatMul-free share of cycles, decoder"] == tuple(
    x["matmul_free_fraction"]["decoder"]["cycles"] for x in (a, b))
table = run("compare", OPT, GPT2, *few)
ratio = onebit.report(GPT2, layers=2, context=77).total["macs"] / want.total["macs"]
assert next(line for line in table.splitlines() if line.startswith("macs, all")).endswith(f"  {ratio:.3f}x")

# Exit status.
assert run("report", "nowhere.json", status=1) == "nowhere.json: No such file or directory\n"
assert run("report", "-", data="", status=1) == "-: nothing on stdin\n"
assert run("report", "-", data="{", status=1).startswith("-: Expecting property name")
assert run("report", str(FOLDER / "a.json"), "--format=csv", status=1).count("'model_type'")
assert "only a config takes these" in run("report", str(FOLDER / "m.mlir"), "--context=3", status=1)
assert run("report", OPT, "--dim=x", status=1) == "--dim takes NAME=SIZE, not 'x'\n"
assert "--layout and --dim have no meaning with --live" in run(
    "report", OPT, "--live", "--layout=paper", status=1)
assert "the following arguments are required: MODEL" in run("report", status=2)
assert "examples:" in run("--help")
assert "invalid choice: 'x'" in run("report", OPT, "--masked-folds=x", status=2)
assert run("plot", "heatmap", OPT, "-o", "x.jpeg", status=1) == (
    "x.jpeg: a figure is written as .html, .pdf, .png, .svg\n")
# Who has read enough closes the pipe.
closed = subprocess.Popen([sys.executable, "-m", "onebit", "report", *[OPT] * 40, *few],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
closed.stdout.readline()
closed.stdout.close()
assert closed.stderr.read() == b"" and closed.wait() == 1

# Completion, by argcomplete's protocol.
def complete(line):
    with tempfile.TemporaryFile("w+") as file:
        environment = {**os.environ, "_ARGCOMPLETE": "1", "COMP_LINE": line, "COMP_POINT": str(len(line)),
                       "_ARGCOMPLETE_IFS": "\n", "_ARGCOMPLETE_STDOUT_FILENAME": f"/dev/fd/{file.fileno()}"}
        subprocess.run([sys.executable, "-m", "onebit"], env=environment, pass_fds=[file.fileno()], check=False)
        file.seek(0)
        return {word.strip() for word in file.read().split("\n")}


assert {"report", "compare", "import", "plot"} <= complete("onebit ")
assert {"amdahl", "heatmap", "dataflows"} <= complete("onebit plot ")
assert {"decode", "prefill"} <= complete("onebit import x --phase ")
assert {"os", "ws", "is", "auto"} <= complete("onebit report --dataflow ")
assert "--context" in complete("onebit report --con")
