# Where a kernel's weights come in while the kernel before it ends, an explanation
# is of the kernel in its place: its cycles are those of the report, and causes and
# stalls add up to them.
#
# RUN: %python %s %binary_dir/bin %source_dir %t

import json
import os
import subprocess
import sys
from pathlib import Path

BIN, SOURCE, TMP = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
os.makedirs(TMP, exist_ok=True)
module = TMP / "model.mlir"
subprocess.run([f"{BIN}/onebit-translate", "--import-hf-config",
                SOURCE / "docs/examples/bitnet-b1.58-2b-4t.json", "--layers=2", "-o", module],
               check=True)


def report(hidden, base):
    array = json.loads((SOURCE / base).read_text())
    array["overlap"] = dict(array.get("overlap", {}), kernels=hidden)
    if "projection_engine" in array:
        array["projection_engine"]["overlap"] = {"kernels": hidden}
    path = TMP / "array.json"
    path.write_text(json.dumps(array))
    run = subprocess.run([f"{BIN}/onebit-opt", module,
                          f"--lower-to-systolic=array={path} cost-model=onebit",
                          "--explain=*", "--report=json"], capture_output=True, text=True)
    if run.returncode:
        sys.exit(run.stderr)
    return json.loads(run.stdout)


def cycles(kernel):
    return kernel.get("second_engine", kernel)["cycles"]


for base in ("docs/examples/arrays/ternary-edge.json", "docs/examples/two-engines.json"):
    hidden, exposed = report(True, base), report(False, base)
    less = 0
    for kernel, alone in zip(hidden["kernels"], exposed["kernels"]):
        why, before = kernel["explain"], alone["explain"]
        if why["cycles"] != cycles(kernel) or before["cycles"] != cycles(alone):
            sys.exit(f"{kernel['name']}: explained are {why['cycles']} cycles of {cycles(kernel)}")
        less += why["cycles"] < before["cycles"]
        changes = {change["change"]: change for change in before["changes"]}
        if "prefetched_filter" in {change["change"] for change in why["changes"]}:
            sys.exit(f"{kernel['name']}: what is so already would help")
        # No kernel before it can do more.
        best = changes.get("prefetched_filter", before)["cycles"]
        if why["cycles"] < best:
            sys.exit(f"{kernel['name']}: {why['cycles']} cycles, at best {best}")
    if not less:
        sys.exit("no kernel prefetched anything")
