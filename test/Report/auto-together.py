# dataflow=auto is never worse than one dataflow for all where products do not add
# up: kernels that prefetch behind each other, and energy times cycles, on random
# machines. Totals are those of reports that were compiled for each.
#
# RUN: %python %s %binary_dir/bin %source_dir %t

import json
import os
import random
import subprocess
import sys
from pathlib import Path

BIN, SOURCE, TMP = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
os.makedirs(TMP, exist_ok=True)
OBJECTIVES = {
    "cycles": lambda t: t["cycles"],
    "energy": lambda t: t["energy_total_fj"],
    "edp": lambda t: t["energy_total_fj"] * t["cycles"],
    "dram-bytes": lambda t: t["dram_bits"],
}


def make(name, context):
    path = TMP / f"{name}-{context}.mlir"
    subprocess.run([f"{BIN}/onebit-translate", "--import-hf-config",
                    SOURCE / f"docs/examples/{name}.json", "--layers=1",
                    f"--context={context}", "-o", path], check=True)
    return path


def report(module, array, options):
    run = subprocess.run([f"{BIN}/onebit-opt", module,
                          f"--lower-to-systolic=array={array} cost-model=onebit energy=7nm {options}",
                          "--report=json"], capture_output=True, text=True)
    return json.loads(run.stdout) if run.returncode == 0 else None


rng = random.Random(7)
models = [make("paper/gpt2-small", 300), make("bitnet-b1.58-2b-4t", 700)]
failures, together, compared = [], 0, 0
for i in range(40):
    array = TMP / "array.json"
    array.write_text(json.dumps({
        "rows": rng.choice([8, 32, 64]), "columns": rng.choice([8, 32, 64]),
        "dataflow": rng.choice(["os", "ws", "is"]),
        "overlap": {x: rng.random() < .5 for x in ("preload", "drain")} | {"kernels": i % 3 > 0},
        "idle_lanes": rng.choice(["waited", "skipped"]),
        "bits": {"weight": rng.choice([1.6, 2, 8])},
        "memories": {x: {"kb": rng.choice([None, 64, 512])} for x in ("ifmap", "filter", "ofmap")},
        "dram_bits_per_cycle": rng.choice([16, 128, 1024])}))
    module = models[i % 2]
    fixed = {d: report(module, array, f"dataflow={d}") for d in ("os", "ws", "is")}
    objective = list(OBJECTIVES)[0 if i % 3 else 2] if i % 4 else rng.choice(list(OBJECTIVES))
    auto = report(module, array, f"dataflow=auto objective={objective}")
    value = OBJECTIVES[objective]
    totals = {d: value(r["total"]) for d, r in fixed.items() if r}
    if not totals:
        continue
    compared += 1
    if value(auto["total"]) > min(totals.values()):
        failures.append(f"{objective}: {value(auto['total'])}, but {totals}: {array.read_text()}")
    said = [a["text"] for a in auto["assumptions"] if "so all have it" in a["text"]]
    together += bool(said)
    if said and len({k["dataflow"] for k in auto["kernels"]}) != 1:
        failures.append(f"not all have it: {array.read_text()}")
print("\n".join(failures[:5]))
print(f"{compared} machines, {together} times one dataflow for all")
sys.exit(bool(failures) or compared < 30 or together == 0)
