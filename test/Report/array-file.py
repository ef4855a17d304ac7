# The array of a JSON report is an array file: it gives the same report.
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
                SOURCE / "docs/examples/paper/gpt2-small.json", "--layers=1", "-o", module],
               check=True)


def report(array):
    run = subprocess.run([f"{BIN}/onebit-opt", module,
                          f"--lower-to-systolic=array={array} cost-model=onebit", "--report=json"],
                         capture_output=True, text=True)
    if run.returncode:
        sys.exit(f"{array}: {run.stderr}")
    return json.loads(run.stdout)


arrays = sorted((SOURCE / "docs/examples/arrays").glob("*.json"))
assert len(arrays) >= 5
for array in ["16x8", *arrays]:
    first = report(array)
    again = TMP / "again.json"
    again.write_text(json.dumps(first["array"]))
    if report(again) != first:
        sys.exit(f"{array}: another report from {first['array']}")
    if array != "16x8":
        said = json.loads(array.read_text())
        missing = {key for key in said if said[key] is not None} - set(first["array"])
        if missing:
            sys.exit(f"{array}: the report leaves out {missing}")
