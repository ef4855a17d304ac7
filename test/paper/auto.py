# RUN: %python %s %binary_dir/bin %source_dir
"""dataflow=auto is never worse than a fixed choice, for the 13 models of the paper
on both of its arrays, by every objective, kernel by kernel and in the sum.

What each dataflow costs comes from runs with that dataflow, and so does what the
report says that the runner-up would have cost.
"""
import json
import subprocess
import sys
from pathlib import Path

BIN, SOURCE = Path(sys.argv[1]), Path(sys.argv[2])
FIXED = ("os", "ws", "is")
OBJECTIVES = {
    "cycles": lambda k: k["cycles"],
    "energy": lambda k: k["energy_total_fj"],
    "edp": lambda k: k["cycles"] * k["energy_total_fj"],
    "dram-bytes": lambda k: k["dram_bits"] if "dram_bits" in k else
    8 * (k["dram_ifmap_reads"] + k["dram_filter_reads"] + k["dram_ofmap_writes"]),
}
failures = []
checks = chosen_others = transposed = 0


def kernels(model, options):
    out = subprocess.run(
        [BIN / "onebit-opt", "-", "--report=json", f"--lower-to-systolic=energy=7nm {options}"],
        input=model, capture_output=True, check=True).stdout
    return json.loads(out)["kernels"]


def check(what, holds):
    global checks
    checks += 1
    if not holds:
        failures.append(what)


def compare(model, setting, name):
    global chosen_others, transposed
    fixed = {d: kernels(model, f"{setting} dataflow={d}") for d in FIXED}
    for objective, value in OBJECTIVES.items():
        where = f"{name}, {setting}, {objective}"
        auto = kernels(model, f"{setting} dataflow=auto objective={objective}")
        for i, kernel in enumerate(auto):
            of = {d: value(fixed[d][i]) for d in FIXED}
            what = f"{where}: {kernel['name']}"
            check(f"{what} takes {value(kernel)} as {kernel['dataflow']}, but {of}",
                  value(kernel) <= min(of.values()))
            check(f"{what}: other MACs", kernel["macs"] == fixed["os"][i]["macs"])
            chosen_others += kernel["dataflow"] != "os"
            transposed += kernel.get("transposed", False)
            choice = kernel["choice"]
            other = choice["runner_up"]
            check(f"{what}: chosen by {choice['objective']}",
                  choice["objective"].replace("_", "-") == objective)
            check(f"{what}: the runner-up {other} is what was chosen",
                  other["dataflow"] != kernel["dataflow"])
            check(f"{what}: no dataflow is beyond {other}",
                  all(of[d] >= of[other["dataflow"]] for d in FIXED
                      if d not in (kernel["dataflow"], other["dataflow"])
                      and not other.get("transposed")))
            if not other.get("transposed"):
                run = fixed[other["dataflow"]][i]
                check(f"{what}: {other} is not what {other['dataflow']} costs",
                      all(run[key] == figure for key, figure in other.items()
                          if key not in ("dataflow", "ratio")))
                if value(kernel):
                    check(f"{what}: the ratio of {other}",
                          abs(other["ratio"] * value(kernel) / value(run) - 1) < 1e-9)
        total = sum(map(value, auto))
        if objective == "edp":
            # What a designer multiplies is the model's energy and time.
            total = sum(k["cycles"] for k in auto) * sum(k["energy_total_fj"] for k in auto)
        for d in FIXED:
            other = sum(map(value, fixed[d]))
            if objective == "edp":
                other = (sum(k["cycles"] for k in fixed[d]) *
                         sum(k["energy_total_fj"] for k in fixed[d]))
            check(f"{where}: {total} in all, but {other} by {d}", total <= other)


for config in sorted((SOURCE / "docs/examples/paper").glob("*.json")):
    model = subprocess.run(
        [BIN / "onebit-translate", "--import-hf-config", config, "--layout=paper",
         "--context=1024", "--layers=1", "--emit-bytecode"], capture_output=True, check=True).stdout
    for array in ("paper-cloud", "paper-edge"):
        for family in ("scale-sim-v2", "onebit"):
            compare(model, f"array={array} cost-model={family}", config.stem)

print(f"{checks} checks, {chosen_others} kernels not os, {transposed} transposed, "
      f"{len(failures)} failures")
print("\n".join(failures[:20]))
sys.exit(bool(failures) or checks < 13 * 2 * 2 * 4 or chosen_others == 0)
