# RUN: %python %s %source_dir/test/data/frontends %binary_dir/bin/onebit-opt
"""What frontends hand over, priced: the products of each file are those that its
JSON lists, no more and no fewer.

The project's own files carry class and role; without their marks the class must be
the same, by the rules of docs/roots.md. With ONEBIT_TEST_DATA, the exports and
third-party files of its `frontends` are read as well: Hugging Face and JAX as they
come, and with their arguments marked from the names in the JSON; the others with
the options that their entry gives. There M and N may stand exchanged, and what
cannot be seen or told must be said.
"""
import collections
import json
import os
import re
import subprocess
import sys
from pathlib import Path

failures = checked = 0


def report(text, options=""):
    """Report of a module, or nothing and the error."""
    p = subprocess.run(
        [sys.argv[2], "--allow-unregistered-dialect", f"--lower-to-systolic=array=32x32 {options}",
         "--report=json", "-"], input=text, capture_output=True, text=True)
    return (json.loads(p.stdout), "") if p.returncode == 0 else (None, p.stderr[:500])


def check(name, condition, text):
    global failures, checked
    checked += 1
    if not condition:
        failures += 1
        print(f"{name}: {text}")


def difference(got, want):
    return f"not expected {dict(got - want)}, missing {dict(want - got)}"


def own(folder):
    for path in sorted(Path(folder).glob("*.json")):
        oracle = json.loads(path.read_text())
        result, error = report(path.with_suffix(".mlir").read_text())
        check(path.stem, result, error)
        if not result:
            continue
        key = lambda k: (k["class"], k["role"], k["batch"], k["m"], k["n"], k["k"])
        got = collections.Counter(key(k) for k in result["kernels"])
        want = collections.Counter()
        for p in oracle["products"]:
            want[key(p)] += p["count"]
        check(path.stem, got == want, difference(got, want))
        kinds = sorted({a["kind"] for a in result["assumptions"]} - {"quantization"})
        check(path.stem, kinds == oracle["assumptions"], f"assumptions {kinds}")
        # The same without a mark or a name: roles are lost, classes are not.
        bare, error = report(re.sub(r" \{decoder\.[^}]*\}", "", path.with_suffix(".mlir").read_text()))
        check(path.stem, bare, error)
        if bare:
            check(path.stem, kernels(bare) == kernels(result),
                  "unmarked: " + difference(kernels(bare), kernels(result)))


def kernels(result):
    """Products of a report, M and N in rising order."""
    counts = collections.Counter()
    for k in result["kernels"]:
        kind = "attention" if k["class"] == "attention" else "projection"
        counts[(kind, k["batch"], *sorted((k["m"], k["n"])), k["k"])] += k.get("times", 1)
    return counts


def expected(rows):
    want = collections.Counter()
    for r in rows:
        kind = r.get("cls", r.get("role"))
        if kind in ("projection", "attention"):
            want[(kind, r["batch"], *sorted((r["M"], r["N"])), r["K"])] += r["count"] * r.get("times", 1)
    return want


def mark_generic(text, names):
    """Marks the arguments of the one function of a module in generic form."""
    def mark(name):
        if name.startswith("params_"):
            return f'{{decoder.weight = "{name[7:]}"}}'
        return "{decoder.cache}" if "cache" in name else "{decoder.activation}"
    marks = ", ".join(map(mark, names))
    text, count = re.subn(r'"func\.func"\(\) <\{', f'"func.func"() <{{arg_attrs = [{marks}], ', text, count=1)
    assert count == 1
    return text


def mark_pretty(text, names, weights):
    """Marks the arguments of @main; the first `weights` of them are parameters."""
    start = re.search(r"func\.func (?:public )?@main\(", text).end()
    end = text.index("{\n", start)
    head = text[start:end]
    for i, name in enumerate(names):
        mark = f'decoder.weight = "{name}"' if i < weights else "decoder.activation"
        head, count = re.subn(
            rf"(%arg{i}: tensor<[^>]*>)(?: \{{([^}}]*)\}})?",
            lambda m: f"{m.group(1)} {{{mark}{', ' + m.group(2) if m.group(2) else ''}}}", head, count=1)
        assert count == 1
    return text[:start] + head + text[end:]


def says_hidden(result):
    return any(a["kind"] == "not_visible" for a in result["assumptions"])


def live(folder):
    for path in sorted(folder.glob("*.json")):
        oracle = json.loads(path.read_text())
        bare = path.with_suffix(".mlir").read_text()
        text = bare
        if path.stem.startswith("hf_"):
            text = mark_generic(text, oracle["arguments"])
        elif path.stem.startswith("jax_") and "stablehlo" not in path.stem:
            text = mark_pretty(text, oracle["arguments"], oracle["parameter_leaves"])
        for text in (text, bare):
            result, error = report(text)
            check(path.stem, result, error)
            if result:
                got, want = kernels(result), expected(oracle["contractions"])
                check(path.stem, got == want, difference(got, want))


def third_party(folder):
    oracles = json.loads((folder / "oracles.json").read_text())["files"]
    for name, oracle in oracles.items():
        rows = oracle.get("contractions", oracle.get("rows", []))
        got = collections.Counter()
        hidden = False
        for part in (folder / name).read_text().split("// -----\n"):
            result, error = report(part, oracle.get("options", ""))
            # The StableHLO dialect's own syntax is none that MLIR parses.
            if name.startswith("stablehlo/"):
                check(name, not result and "stablehlo" in error, f"expected an error about the dialect, got {error}")
                break
            check(name, result, error)
            if result:
                got += kernels(result)
                hidden |= says_hidden(result)
        else:
            want = expected(rows)
            # Its attention is written as loops over memory.
            if "deepseek" in name:
                want[("attention", 12, 1, 1024, 128)] += 28
                want[("attention", 12, 1, 128, 1024)] += 28
            check(name, got == want, difference(got, want))
            check(name, not hidden, "says that something is hidden")
            # Where the options are needed, their want must be said.
            if oracle.get("options"):
                for part in (folder / name).read_text().split("// -----\n"):
                    result, error = report(part)
                    check(name, result, error)
                    check(name, not result or says_hidden(result) and not result["complete"],
                          "nothing says that arguments were guessed")


own(sys.argv[1])
data = os.environ.get("ONEBIT_TEST_DATA")
if data and (Path(data) / "frontends").is_dir():
    live(Path(data) / "frontends" / "live")
    third_party(Path(data) / "frontends")
print(f"{checked} checks, {failures} failed")
sys.exit(failures > 0 or checked < 9)
