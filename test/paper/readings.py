# RUN: %python %s %binary_dir/bin %source_dir %t.json
"""How much of OPT-350M is MatMul-free, by what a cycle is counted for.

The table of docs/cost-models.md, section onebit, through the IR: a context of 2048
on 256 x 256, output-stationary. Each share is compared with what the closed laws
of docs/microarchitecture.md, section 6, make of the product's shapes here, and
with the figure in the table.
"""
import json
import re
import subprocess
import sys
from pathlib import Path

BIN, SOURCE, ARRAY = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
SIDE, D, FFN, HEADS, L = 256, 1024, 4096, 16, 2048
# n, k, and how many of these there are in a layer; one row each.
PROJECTIONS = [(D, D, 4), (FFN, D, 1), (D, FFN, 1)]
ATTENTION = [(L, D // HEADS, HEADS), (D // HEADS, L, HEADS)]
failures = []


def run(tool, *options, text=None):
    return subprocess.run([BIN / tool, *options], input=text, text=True,
                          capture_output=True, check=True).stdout


def report(model, options):
    return json.loads(run("onebit-opt", "-", "--report=json",
                          f"--lower-to-systolic={options}", text=model))


def cycles(n, k, drain, skipped):
    """One product of one row, by the laws."""
    folds = [(1 if skipped else SIDE, min(SIDE, n - i) if skipped else SIDE)
             for i in range(0, n, SIDE)]
    if not drain:
        return sum(k + 2 * r + c - 2 for r, c in folds)
    entered = 0
    for i, (r, c) in enumerate(folds):
        entered = max(entered + k, entered + 2 * folds[i - 1][0] - 1) if i else k
    r, c = folds[-1]
    return entered + 2 * r + c - 2


def share(projections, attention):
    return projections / (projections + attention)


def by_laws(drain, skipped):
    """With each head a kernel of its own."""
    return share(*(sum(count * cycles(n, k, drain, skipped) for n, k, count in rows)
                   for rows in (PROJECTIONS, ATTENTION)))


def by_onebit(model, drain, skipped):
    Path(ARRAY).write_text(json.dumps(
        {"rows": SIDE, "columns": SIDE, "dataflow": "os", "overlap": {"drain": drain},
         "idle_lanes": "skipped" if skipped else "waited"}))
    return report(model, f"array={ARRAY} cost-model=onebit")["classes"]


def check(what, got, want, printed):
    if abs(got - want) > 1e-12 or f"{100 * got:.1f}" != printed:
        failures.append(f"{what}: {100 * got} %, by the laws {100 * want} %, want {printed} %")


model = run("onebit-translate", "--import-hf-config", "--layout=paper", "--phase=decode",
            f"--context={L}", str(SOURCE / "docs/examples/paper/opt-350m.json"))


def fraction(classes, figure="cycles"):
    return share(classes["matmul_free"][figure], classes["attention"][figure])


printed = re.findall(r"^\| .* \| ([0-9.]+) % \|$",
                     (SOURCE / "docs/cost-models.md").read_text(), re.M)
if len(printed) != 6:
    sys.exit(f"docs/cost-models.md has {len(printed)} readings")

# k + R + C - 2 for each fold, and one cycle less a run.
scale_sim = share(*(sum(count * (-(-n // SIDE) * (k + 2 * SIDE - 2) - 1)
                        for n, k, count in rows) for rows in (PROJECTIONS, ATTENTION)))
check("SCALE-Sim v2", fraction(report(model, "array=paper-cloud dataflow=os "
                                      "cost-model=scale-sim-v2")["classes"]),
      scale_sim, printed[0])
check("exposed", fraction(by_onebit(model, False, False)), by_laws(False, False), printed[1])
check("skipped", fraction(by_onebit(model, False, True)), by_laws(False, True), printed[2])

# Heads one by one: each product of activations as a product of its own.
overlapped = by_onebit(model, True, True)
heads = "".join(
    f"""func.func @f{i}(%a: tensor<1x{k}xf32>, %w: tensor<{k}x{n}xf32> {{decoder.weight = "w{i}"}}) -> tensor<1x{n}xf32> {{
  %z = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x{n}xf32>
  %f = linalg.fill ins(%z : f32) outs(%e : tensor<1x{n}xf32>) -> tensor<1x{n}xf32>
  %r = linalg.matmul ins(%a, %w : tensor<1x{k}xf32>, tensor<{k}x{n}xf32>) outs(%f : tensor<1x{n}xf32>) -> tensor<1x{n}xf32>
  return %r : tensor<1x{n}xf32>
}}
""" for i, (n, k, _) in enumerate(ATTENTION))
alone = by_onebit(heads, True, True)["matmul_free"]["cycles"]
layers = json.loads((SOURCE / "docs/examples/paper/opt-350m.json").read_text())["num_hidden_layers"]
check("heads alone", share(overlapped["matmul_free"]["cycles"], layers * HEADS * alone),
      by_laws(True, True), printed[3])

# Folds of all heads follow each other: each enters k steps after the one before,
# and the way out is that of the last.
attention = sum(HEADS * -(-n // SIDE) * k + min(SIDE, n) for n, k, _ in ATTENTION)
projections = sum(count * cycles(n, k, True, True) for n, k, count in PROJECTIONS)
check("heads overlap", fraction(overlapped), share(projections, attention), printed[4])
check("steps", fraction(overlapped, "stream_cycles"),
      share(*(sum(count * -(-n // SIDE) * k for n, k, count in rows)
              for rows in (PROJECTIONS, ATTENTION))), printed[5])

# The report's own table.
table = {row["reading"]: row for row in json.loads(run(
    "onebit-opt", "-", "--report=json", "--readings",
    "--lower-to-systolic=array=paper-cloud dataflow=os", text=model))["readings"]}
for key, want, text in (
        ("scale_sim", scale_sim, printed[0]),
        ("exposed", by_laws(False, False), printed[1]),
        ("idle_lanes_skipped", by_laws(False, True), printed[2]),
        ("folds_overlapped", by_laws(True, True), printed[3]),
        ("batch_overlapped", share(projections, attention), printed[4]),
        ("steps", share(*(sum(count * -(-n // SIDE) * k for n, k, count in rows)
                          for rows in (PROJECTIONS, ATTENTION))), printed[5]),
        # 6 d to L.
        ("macs", share(12 * D, 2 * L), "75.0")):
    check(f"--readings {key}", table[key]["matmul_free_fraction"]["decoder"], want, text)
for key, (drain, skipped) in (("exposed", (False, False)), ("idle_lanes_skipped", (False, True)),
                              ("folds_overlapped", (True, True))):
    for product_class, rows in (("matmul_free", PROJECTIONS), ("attention", ATTENTION)):
        want = layers * sum(count * cycles(n, k, drain, skipped) for n, k, count in rows)
        if table[key]["classes"][product_class] != want:
            failures.append(f"--readings {key}: {table[key]['classes']}, want {want}")

print("\n".join(failures) or "6 readings")
sys.exit(bool(failures))
