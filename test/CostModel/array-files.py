# docs/array-schema.json describes array files: it accepts those that ship, and
# it and the tool accept and refuse the same ones of many that are nearly right.
#
# REQUIRES: jsonschema
# RUN: %python %s %source_dir %binary_dir/bin/onebit-opt %t.json

import copy
import json
import random
import subprocess
import sys
from pathlib import Path

from jsonschema import Draft202012Validator

source, opt, path = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
schema = json.loads((source / "docs/array-schema.json").read_text())
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)
shipped = sorted((source / "docs/examples/arrays").glob("*.json"))
failures = []


def tool(file):
    """Whether the tool takes the file; a refusal is one line."""
    run = subprocess.run([opt, f"--onebit-tile-to-systolic=array={file}"], input="module {}",
                         capture_output=True, text=True)
    if run.returncode not in (0, 1) or (run.returncode and run.stderr.count("error:") != 1):
        failures.append(f"{file}: exit {run.returncode}\n{run.stderr}")
    return run.returncode == 0


for file in shipped:
    for error in validator.iter_errors(json.loads(file.read_text())):
        failures.append(f"{file}: {error.message}")
    if not tool(file):
        failures.append(f"{file}: refused")

FULL = {"name": "full", "rows": 4, "columns": 8, "clock_mhz": 100.5, "dataflow": "is",
        "overlap": {"preload": True, "drain": False, "kernels": True, "vector": True},
        "idle_lanes": "skipped",
        "bits": {"activation": 8, "weight": 1.67, "dense_weight": 16, "partial_sum": 32, "kv": 4},
        "memories": {m: {"kb": 16, "port_bits_per_cycle": 64, "dram": False} for m in ("ifmap", "filter", "ofmap")},
        "dram_bits_per_cycle": 128, "vector_lanes": 4,
        "projection_engine": {"rows": 2, "columns": 3, "dataflow": "ws", "overlap": {"kernels": True},
                              "bits": {"weight": 1.6}, "memories": {"filter": {"kb": 4}},
                              "dram_bits_per_cycle": 8, "vector_lanes": 0, "shared_dram": False}}
VALUES = [None, True, False, "", "os", "ws", "waited", "x", -1, 0, 0.5, 1, 1.0, 1.6, 1.67, 2, 3, 16, 64, 65,
          700.25, 65536, 65537, 2**30, 2**30 + 1, 2**63, 1e300, [], {}, [1], {"kb": 1}, {"kv": 8}]


def places(value, at=()):
    yield at
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*at, key))


def change(array, rng):
    """One key of it replaced, removed or added."""
    array = copy.deepcopy(array)
    at = rng.choice([p for p in places(array) if p])
    parent = array
    for key in at[:-1]:
        parent = parent[key]
    what = rng.random()
    if what < 0.2:
        del parent[at[-1]]
    elif what < 0.3:
        parent["extra"] = 1
    else:
        parent[at[-1]] = rng.choice(VALUES)
    return array


def contradicts(array):
    """What no schema can say: a sum narrower than what it is rounded to."""
    bits = array.get("bits", {})
    return bits.get("partial_sum", 32) < bits.get("activation", 8)


rng = random.Random(1)
accepted = refused = 0
for _ in range(300):
    array = FULL if rng.random() < 0.7 else json.loads(rng.choice(shipped).read_text())
    array = change(array, rng)
    Path(path).write_text(json.dumps(array))
    want, got = validator.is_valid(array) and not contradicts(array), tool(path)
    accepted += want
    refused += not want
    if want != got:
        failures.append(f"schema says {want}, tool says {got}: {json.dumps(array)}")

print("\n".join(failures))
print(f"{len(shipped)} shipped, {accepted} accepted, {refused} refused, {len(failures)} failures")
sys.exit(bool(failures) or min(len(shipped), accepted, refused) < 5)
