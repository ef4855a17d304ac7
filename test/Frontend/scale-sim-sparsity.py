# Topologies with sparse filters, through the whole compiler, against what SCALE-Sim
# 3.0.0 reported (test/data/scale_sim_sparsity.csv). Two of its figures are of the
# dense product: docs/cost-models.md.
#
# RUN: %python %s %binary_dir/bin %source_dir %t

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

BIN, SOURCE, TMP = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
os.makedirs(TMP, exist_ok=True)
with open(SOURCE / "test/data/scale_sim_sparsity.csv", encoding="utf-8") as file:
    rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
assert len(rows) >= 30

failures = []
sparse = 0
for row in rows:
    array = TMP / "array.json"
    array.write_text(json.dumps({"rows": int(row["rows"]), "columns": int(row["columns"]),
                                 "dataflow": row["dataflow"],
                                 "memories": {x: {"kb": 1} for x in ("ifmap", "filter", "ofmap")}}))
    topology = f"Layer,M,N,K,Sparsity,\na,{row['m']},{row['n']},{row['k']},{row['ratio']},\n"
    module = subprocess.run([f"{BIN}/onebit-translate", "--import-scale-sim-topology", "-"],
                            input=topology, capture_output=True, text=True, check=True).stdout
    run = subprocess.run([f"{BIN}/onebit-opt",
                          f"--lower-to-systolic=array={array} cost-model=scale-sim-v3", "--report=json"],
                         input=module, capture_output=True, text=True, check=True).stdout
    report = json.loads(run)
    kept, block = map(int, row["ratio"].split(":"))
    said = any(f"{row['ratio']} sparse" in a["text"] for a in report["assumptions"])
    if said != (kept != block):
        failures.append(f"{row}: {report['assumptions']}")
    sparse += said
    keys = {"cycles": "total_cycles", **{k: k for k in row if k.startswith(("sram_", "dram_"))}}
    for mine, theirs in keys.items():
        want = float(row[theirs])
        if mine == "sram_ifmap_reads" and row["dataflow"] == "ws":
            want *= kept / block
        if abs(report["total"][mine] - want) > 1e-6 * want:
            failures.append(f"{row}: {mine} is {report['total'][mine]}, not {want}")
print("\n".join(failures[:5]))
print(f"{len(rows)} products, {sparse} of them sparse")
sys.exit(bool(failures) or sparse < 15)
