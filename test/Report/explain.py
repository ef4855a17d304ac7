# RUN: %python %s %binary_dir/bin %source_dir %t
"""Why the kernels of whole models take their cycles, through the IR.

OPT-350M, one token at a context of 2048, on paper-cloud against closed forms over the
shapes of its products; it and a 1-bit model on machines that wait for ports and DRAM
against what must hold of any kernel; each change against a compilation for that machine.
"""
import json
import subprocess
import sys
from pathlib import Path

BIN, SOURCE, SCRATCH = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
SCRATCH.mkdir(exist_ok=True)
EXAMPLES = SOURCE / "docs/examples"
failures = []


def run(tool, *options, text=None):
    return subprocess.run([BIN / tool, *options], input=text, text=True,
                          capture_output=True, check=True).stdout


def kernels(model, options, *more):
    return json.loads(run("onebit-opt", "-", "--report=json", "--explain=*",
                          f"--lower-to-systolic={options}", *more, text=model))["kernels"]


def check(what, got, want):
    if got != want:
        failures.append(f"{what}: {got}, want {want}")


def import_model(config, *options):
    return run("onebit-translate", "--import-hf-config", *options, str(config))


def check_any(kernel, rows, columns, is_machine):
    """What holds of any kernel."""
    name, why = kernel["name"], kernel["explain"]
    cycles, parts, bounds = why["cycles"], why["pe_cycles"], why["bounds"]
    check(f"{name}: cycles", cycles, kernel[why["basis"]])
    check(f"{name}: PE-cycles", sum(parts.values()), cycles * rows * columns)
    check(f"{name}: useful", parts["useful"], kernel["macs"])
    check(f"{name}: steps", parts["useful"] + parts["idle_rows"] + parts["idle_columns"],
          why["steps"] * rows * columns)
    largest = max(value for key, value in bounds.items() if key != "peak")
    check(f"{name}: bound", bounds[why["bound_by"]], largest)
    check(f"{name}: peak", bounds["peak"], -(-kernel["macs"] // (rows * columns)))
    saved = {c["change"]: c["saved_cycles"] for c in why["changes"] if "cycles" in c}
    most = max(saved.values(), default=0)
    check(f"{name}: help", saved.get(why.get("helps_most")), most if most > 0 else None)
    if not is_machine:
        return
    check(f"{name}: bounds hold", [b for b in bounds.values() if b > cycles], [])
    dram = why["traffic"]["dram"]
    check(f"{name}: DRAM", sum(v for k, v in dram.items() if k.endswith("bits")),
          kernel["dram_bits"])
    check(f"{name}: stalls", sum(parts[f"stall_{x}"] for x in ("ifmap", "filter", "ofmap")),
          kernel["stall_cycles"] * rows * columns)
    check(f"{name}: ports", parts["port"], kernel["port_cycles"] * rows * columns)
    for operand in ("ifmap", "filter"):
        port, sram = (why["traffic"][m][f"{operand}_read_bits"] for m in ("port", "sram"))
        if port < sram:
            failures.append(f"{name}: {operand} has {port} bits at its port, {sram} in SRAM")


# On paper-cloud each fold of a token is one row: T = k, and 256 + 256 - 2 cycles of skew
# for fill and drain, 256 for sums. SCALE-Sim knows nothing of these.
SIDE, SKEW = 256, 510
opt = import_model(EXAMPLES / "paper/opt-350m.json", "--layout=paper", "--context=2048")
for family, drain in (("onebit", SIDE), ("scale-sim-v2", 0)):
    for kernel in kernels(opt, f"array=paper-cloud dataflow=os cost-model={family}"):
        check_any(kernel, SIDE, SIDE, family == "onebit")
        b, n, k = kernel["batch"], kernel["n"], kernel["k"]
        folds = b * -(-n // SIDE)
        want = {"useful": b * n * k, "idle_rows": folds * k * (SIDE - 1) * SIDE,
                "idle_columns": k * (folds * SIDE - b * n),
                "fill": folds * SIDE * SIDE * SKEW // 2,
                "drain": folds * SIDE * SIDE * (SKEW // 2 + drain)}
        parts = kernel["explain"]["pe_cycles"]
        check(f"{family} {kernel['name']}", {key: parts.get(key) for key in want}, want)
        check(f"{family} {kernel['name']}: the rest", sum(parts.values()),
              sum(want.values()))
        check(f"{family} {kernel['name']}: stalls", "stall_ifmap" in parts, family == "onebit")
        check(f"{kernel['name']}: rows", kernel["explain"]["largest_fold"]["rows"], 1)
        # The paper's main effect.
        if kernel["role"] == "scores" and \
                10 * (parts["fill"] + parts["drain"]) < 8 * sum(parts.values()):
            failures.append(f"{family} {kernel['name']} is not mostly fill and drain")

# Machines that wait.
bitnet = import_model(EXAMPLES / "bitnet-b1.58-2b-4t.json", "--layers=1")
prefill = import_model(EXAMPLES / "bitnet-b1.58-2b-4t.json", "--layers=1",
                       "--phase=prefill", "--context=512")
bound_by = set()
for preset in ("tpu-v1", "gemmini", "ternary-edge"):
    array = json.loads((EXAMPLES / f"arrays/{preset}.json").read_text())
    for model in (opt, bitnet, prefill):
        for kernel in kernels(model, f"array={preset} cost-model=onebit gqa=heads"):
            check_any(kernel, array["rows"], array["columns"], True)
            bound_by.add(kernel["explain"]["bound_by"])
if not {"array", "dram"} <= bound_by:
    failures.append(f"bound by nothing but {bound_by}")

# Each change is the price of that machine.
CHANGES = {
    "ample_dram": lambda array: array.update(dram_bits_per_cycle=None),
    "ample_memories": lambda array: [m.update(kb=None) for m in array["memories"].values()],
    "wider_ports": lambda array: [m.update(port_bits_per_cycle=None)
                                  for m in array["memories"].values()],
    "hidden_overlap": lambda array: array.update(overlap={"preload": True, "drain": True}),
    "skipped_idle_lanes": lambda array: array.update(idle_lanes="skipped"),
    "output_stationary": lambda array: array.update(dataflow="os"),
    "input_stationary": lambda array: array.update(dataflow="is"),
}
base = json.loads((EXAMPLES / "arrays/ternary-edge.json").read_text())
base["overlap"] = {"preload": False}


def compile_for(array):
    path = SCRATCH / "array.json"
    path.write_text(json.dumps(array))
    return kernels(bitnet, f"array={path} cost-model=onebit")


seen = set()
explained = compile_for(base)
for change, apply in CHANGES.items():
    array = json.loads(json.dumps(base))
    apply(array)
    for kernel, other in zip(explained, compile_for(array)):
        changes = {c["change"]: c for c in kernel["explain"]["changes"]}
        check(f"{kernel['name']}: {change}", changes[change].get("cycles"), other["cycles"])
        seen |= set(changes)
# What the best kernel before one could prefetch is no machine's price: its bounds
# are in explain-sequence.py.
check("changes", seen, {*CHANGES, "prefetched_filter"})

print("\n".join(failures) or "every kernel adds up")
sys.exit(bool(failures))
