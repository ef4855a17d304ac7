# RUN: %python %s %binary_dir/bin %source_dir
"""The numbers of "MatMul or No MatMul in the Era of 1-bit LLMs", through the IR.

Every model is imported as the paper counted it, lowered, and reported; what is
compared comes out of the report and nowhere else.
"""
import csv
import json
import subprocess
import sys
from pathlib import Path

BIN, SOURCE = Path(sys.argv[1]), Path(sys.argv[2])
DATA = SOURCE / "test" / "data"
MODELS = sorted(p.stem for p in (SOURCE / "docs/examples/paper").glob("*.json"))
CONTEXTS = ["128", "256", "512", "1024", "2048", "4096"]
failures = []


def check(what, got, want):
    if got != want:
        failures.append(f"{what}: got {got}, want {want}")


def rows(name):
    lines = (DATA / name).read_text().splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def num_heads(name):
    config = json.loads((SOURCE / f"docs/examples/paper/{name}.json").read_text())
    return config.get("num_attention_heads") or config["n_head"]


imported = {}


def model(name, context):
    if (name, context) not in imported:
        imported[name, context] = subprocess.run(
            [BIN / "onebit-translate", "--import-hf-config",
             SOURCE / f"docs/examples/paper/{name}.json", "--layout=paper",
             f"--context={context}", "--layers=1", "--emit-bytecode"],
            capture_output=True, check=True).stdout
    return imported[name, context]


reports = {}


def report(setup, dataflow, name, context):
    key = (setup, dataflow, name, context)
    if key not in reports:
        out = subprocess.run(
            [BIN / "onebit-opt", "-", "--report=json",
             f"--lower-to-systolic=array=paper-{setup} dataflow={dataflow}"],
            input=model(name, context), capture_output=True, check=True).stdout
        reports[key] = json.loads(out)
    return reports[key]


def fraction(setup, name, context, basis="cycles", dataflow="os"):
    return report(setup, dataflow, name, context)["matmul_free_fraction"]["decoder"][basis]


# All configurations: 13 models x 6 lengths x 2 arrays x 3 dataflows.
fractions = rows("paper_fractions.csv")
check("configurations", len(fractions), 468)
cycles = {}
for r in fractions:
    key = r["setup"], r["dataflow"], r["model"], r["context"]
    j = report(*key)
    free, attention = j["classes"]["matmul_free"], j["classes"]["attention"]
    check(key, [free["cycles"], attention["cycles"],
                free["sram_accesses"], attention["sram_accesses"]],
          [int(float(r[k])) for k in ("projection_cycles", "attention_cycles",
                                      "projection_accesses", "attention_accesses")])
    f = j["matmul_free_fraction"]["decoder"]
    for basis in ("cycles", "sram_accesses"):
        want = free[basis] / (free[basis] + attention[basis])
        check((key, basis), abs(f[basis] - want) < 1e-12, True)
    cycles[key] = free["cycles"] + attention["cycles"]

# What the authors logged, layer by layer and in total.
heads = {(r["setup"], r["model"], r["context"]): r for r in rows("paper_totals.csv")}
check("logged configurations", len(heads), 72)
layers = rows("paper_layers.csv")
check("logged layers", len(layers), 576)
for r in layers:
    key = r["setup"], r["model"], r["context"]
    found = [k for k in report(r["setup"], "os", r["model"], r["context"])["kernels"]
             if k["role"] == r["role"]]
    check((key, r["role"], "kernels"), len(found), 1)
    k = found[0]
    batch = int(heads[key]["heads"]) if r["role"] in ("scores", "values") else 1
    check((key, r["role"]),
          [k["batch"], k["m"], k["n"], k["k"], k["cycles"], k["sram_ifmap_reads"],
           k["sram_filter_reads"], k["sram_ofmap_writes"]],
          [batch, int(r["m"]), int(r["n"]), int(r["k"])] +
          [batch * int(r[c]) for c in ("cycles", "ifmap_reads", "filter_reads", "ofmap_writes")])
for key, r in heads.items():
    setup, name, context = key
    c = report(setup, "os", name, context)["classes"]
    check((key, "totals"),
          [c["attention"]["cycles"], c["attention"]["cycles"] + c["matmul_free"]["cycles"],
           c["attention"]["sram_accesses"],
           c["attention"]["sram_accesses"] + c["matmul_free"]["sram_accesses"]],
          [int(r[k]) for k in ("attention_cycles", "total_cycles",
                               "attention_accesses", "total_accesses")])

# The ten numbers that the text prints, to the digits it prints.
percent = lambda *a, **k: 100 * fraction(*a, **k)
check("350M at 2048, cycles", round(percent("cloud", "opt-350m", "2048"), 1), 37.1)
check("1.3B at 2048 is half", abs(percent("cloud", "opt-1.3b", "2048") - 50) < 1, True)
check("6.7B at 4096, cycles", round(percent("cloud", "opt-6.7b", "4096"), 1), 64.5)
check("13B at 4096, cycles", round(percent("cloud", "opt-13b", "4096")), 69)
opt = [m for m in MODELS if m.startswith("opt")]
every = [percent("cloud", m, c) for m in opt for c in CONTEXTS]
check("range of cycles", (round(min(every)), round(max(every))), (23, 98))
check("350M at 2048, memory", round(percent("cloud", "opt-350m", "2048", "sram_accesses")), 74)
check("66B at 2048, memory", round(percent("cloud", "opt-66b", "2048", "sram_accesses")), 96)
check("6.7B at 4096, memory", percent("cloud", "opt-6.7b", "4096", "sram_accesses") > 85, True)
every = [percent("cloud", m, c, "sram_accesses") for m in opt for c in CONTEXTS]
check("range of memory", (round(min(every)), round(max(every), 1)), (59, 99.8))
check("350M at 4096 on the edge is about even", abs(percent("edge", "opt-350m", "4096") - 50) < 2, True)

# Output-stationary is best for all models, and what a block is made of.
for name in MODELS:
    for setup in ("cloud", "edge"):
        best = min(("os", "ws", "is"), key=lambda d: cycles[setup, d, name, "2048"])
        check((name, setup, "best dataflow"), best, "os")
    kernels = report("cloud", "os", name, "128")["kernels"]
    check((name, "projections"),
          sorted(k["role"] for k in kernels if k["class"] == "matmul_free"),
          ["down", "k", "o", "q", "up", "v"])
    check((name, "products of a head"),
          sorted((k["role"], k["batch"]) for k in kernels if k["class"] == "attention"),
          [("scores", num_heads(name)), ("values", num_heads(name))])

# By MACs an OPT block is 12 d^2 against 2 d L.
for name in opt:
    d = json.loads((SOURCE / f"docs/examples/paper/{name}.json").read_text())["hidden_size"]
    for context in CONTEXTS:
        want = 6 * d / (6 * d + int(context))
        check((name, context, "macs"), abs(fraction("cloud", name, context, "macs") - want) < 1e-12, True)

for failure in failures[:20]:
    print(failure)
print(f"{len(fractions)} configurations, {len(layers)} layers, {len(failures)} failures")
sys.exit(bool(failures))
