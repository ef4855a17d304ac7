# RUN: %python %s %source_dir/test/data/frontends %binary_dir/bin/onebit-opt
"""The table of a model does not depend on how its file is written: copies with
renamed values, reordered operations and arguments, in the generic form or in
bytecode, canonicalised, inlined, outlined, have the products of the original.

The project's own files are mutated in every way, with their marks and without
them. With ONEBIT_TEST_DATA, so are random copies of the files in its `frontends`:
ONEBIT_MUTATIONS of them (default: 24), from the seed ONEBIT_SEED (default: 1).
"""
import collections
import json
import os
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

OPT = sys.argv[2]
VALUE = re.compile(r"%[A-Za-z0-9_$.-]+")


def run(arguments, data):
    data = data if isinstance(data, bytes) else data.encode()
    return subprocess.run([OPT, "--allow-unregistered-dialect", *arguments, "-"], input=data, capture_output=True)


def transform(data, *arguments):
    p = run(arguments, data)
    assert p.returncode == 0, (arguments, p.stderr[:500])
    return p.stdout


def table(data, options=""):
    """Products by class and size, or what went wrong."""
    p = run([f"--lower-to-systolic=array=32x32 {options}", "--report=json"], data)
    if p.returncode:
        return p.stderr.decode()[:300]
    counts = collections.Counter()
    for k in json.loads(p.stdout)["kernels"]:
        kind = "attention" if k["class"] == "attention" else "projection"
        counts[(kind, k["batch"], *sorted((k["m"], k["n"])), k["k"])] += k.get("times", 1)
    return counts


# Text in the generic form


class Function:
    """A function of one block in a module in generic form, operation by operation."""

    def __init__(self, text, name):
        self.name = name
        found = None
        for match in re.finditer(r'^  "func\.func"\(\) <\{(.*)\}> \(\{\n  \^bb0\((.*)\):\n', text, re.M):
            if f'sym_name = "{name}"' in match[1]:
                found = match
        assert found, name
        self.before, self.properties = text[: found.start()], found[1]
        end = text.index("\n  })", found.end())
        self.after = text[end:]
        self.arguments = [re.fullmatch(r"(%[^:]+): (.*)", a).groups() for a in split(found[2])]
        self.operations = []
        for line in text[found.end():end].split("\n"):
            if re.match(r'    [%"]', line):
                self.operations.append(line)
            else:
                assert not line.startswith("  ^bb"), "several blocks"
                self.operations[-1] += "\n" + line

    def text(self):
        arguments = ", ".join(f"{n}: {t}" for n, t in self.arguments)
        return (f'{self.before}  "func.func"() <{{{self.properties}}}> ({{\n  ^bb0({arguments}):\n'
                + "\n".join(self.operations) + self.after)


def split(text):
    """At the commas that are in no bracket."""
    parts, depth, start = [], 0, 0
    for i, c in enumerate(text):
        if c in "(<[{":
            depth += 1
        elif c in ")]}" or (c == ">" and text[i - 1] != "-"):
            depth -= 1
        elif c == "," and depth == 0:
            parts.append(text[start:i].strip())
            start = i + 1
    return parts + ([text[start:].strip()] if text[start:].strip() else [])


def results(operation):
    """Names and types."""
    match = re.match(r" *((?:%[A-Za-z0-9_$.-]+)(?::(\d+))?) = ", operation)
    if not match:
        return {}
    types = operation.rsplit(") -> ", 1)[1].split(" loc(")[0]
    types = split(types[1:-1]) if types.startswith("(") else [types]
    name = match[1].split(":")[0]
    return {name: types[0]} if len(types) == 1 else {f"{name}#{i}": t for i, t in enumerate(types)}


def uses(operation):
    return set(re.findall(r"%[A-Za-z0-9_$.-]+(?:#\d+)?", operation))


def rename(text, rng, options):
    """Every value gets another name."""
    names = sorted(set(VALUE.findall(text)))
    new = [f"%v{i}" for i in range(len(names))]
    rng.shuffle(new)
    names = dict(zip(names, new))
    return VALUE.sub(lambda m: names[m[0]], text), options


def reorder_arguments(text, rng, options, name):
    # Whoever calls it would have to be changed, too.
    if f"callee = @{name}}}" in text:
        return text, options
    function = Function(text, name)
    order = list(range(len(function.arguments)))
    rng.shuffle(order)
    function.arguments = [function.arguments[i] for i in order]

    def permute(match):
        parts = split(match[2])
        return match[1] + ", ".join(parts[i] for i in order) + match[3]

    properties = function.properties
    at = properties.index("function_type = (") + len("function_type = (")
    close, depth = at, 1
    while depth:
        depth += {"(": 1, ")": -1}.get(properties[close], 0)
        close += 1
    types = split(properties[at:close - 1])
    properties = properties[:at] + ", ".join(types[i] for i in order) + properties[close - 1:]
    function.properties = re.sub(r"(arg_attrs = \[)(.*?)(\], function_type)", permute, properties)
    numbers = re.search(r"weights=([\d,]+)", options)
    if numbers:
        moved = ",".join(str(order.index(int(n))) for n in numbers[1].split(","))
        options = options.replace(numbers[0], "weights=" + moved)
    return function.text(), options


def has_effects(operation):
    return bool(re.search(r'"(memref|affine|bufferization|func|scf|cf|llvm|vector)\.', operation)) or "memref<" in operation


def reorder_operations(text, rng, options, name):
    """Another order that keeps every value before its uses, and effects in order."""
    function = Function(text, name)
    made = {}
    needs = []
    effect = None
    for i, operation in enumerate(function.operations):
        before = {made[u] for u in uses(operation) if u in made and made[u] != i}
        if has_effects(operation):
            if effect is not None:
                before.add(effect)
            effect = i
        for result in results(operation):
            made[result] = i
        needs.append(before)
    last = len(needs) - 1
    left, order, ready = [set(n) for n in needs], [], []
    followers = collections.defaultdict(list)
    for i, before in enumerate(needs):
        for b in before:
            followers[b].append(i)
        if not before and i != last:
            ready.append(i)
    while ready:
        i = ready.pop(rng.randrange(len(ready)))
        order.append(i)
        for f in followers[i]:
            left[f].discard(i)
            if not left[f] and f != last:
                ready.append(f)
    function.operations = [function.operations[i] for i in order + [last]]
    return function.text(), options


def is_constant(operation):
    return bool(re.search(r'= "(arith\.constant|tosa\.const|tosa\.const_shape)"', operation.split("\n")[0]))


def outline(text, rng, options, name):
    """A part of the function becomes one of its own."""
    function = Function(text, name)
    count = len(function.operations) - 1
    if count < 4:
        return text, options
    first = rng.randrange(count - 2)
    end = rng.randrange(first + 1, min(count, first + 1 + count // 2))
    types = dict(function.arguments)
    for operation in function.operations:
        types.update(results(operation))
    # Constants stay on both sides: TOSA wants to see shapes and shifts.
    constants = {r: o for o in function.operations for r in results(o) if is_constant(o)}
    part = function.operations[first:end]
    needed = {u for o in part for u in uses(o) if u in constants} - {r for o in part for r in results(o)}
    part = [constants[u] for u in sorted(needed)] + part
    kept = [o for o in function.operations[first:end] if is_constant(o)]
    inside = {r for o in part for r in results(o)}
    used = {u for o in part for u in uses(o)}
    later = {u for o in function.operations[end:] for u in uses(o)}
    local = {u for o in part for u in re.findall(r"\^bb\d+\((.*)\):", o) for u in VALUE.findall(u)}
    taken = sorted(u for u in used if u in types and u not in inside and u not in local)
    given = sorted((inside & later) - set(constants))
    if not given:
        return text, options
    new = f"outlined_{rng.randrange(10**8)}"
    # Names with numbers are those of several results: plain ones outside.
    plain = {u: f"%in{i}" for i, u in enumerate(taken)}
    body = "\n".join(part)
    body = re.sub(r"%[A-Za-z0-9_$.-]+(?:#\d+)?", lambda m: plain.get(m[0], m[0]), body)
    sign = f"({', '.join(types[u] for u in taken)}) -> ({', '.join(types[u] for u in given)})"
    callee = (f'  "func.func"() <{{function_type = {sign}, sym_name = "{new}", sym_visibility = "private"}}> ({{\n'
              f"  ^bb0({', '.join(f'{plain[u]}: {types[u]}' for u in taken)}):\n{body}\n"
              f'    "func.return"({", ".join(given)}) : ({", ".join(types[u] for u in given)}) -> ()\n  }}) : () -> ()\n')
    names = f"%{new}" + (f":{len(given)}" if len(given) > 1 else "")
    call = f'    {names} = "func.call"({", ".join(taken)}) <{{callee = @{new}}}> : {sign}'
    outer = {u: f"%{new}" + (f"#{i}" if len(given) > 1 else "") for i, u in enumerate(given)}
    rest = [re.sub(r"%[A-Za-z0-9_$.-]+(?:#\d+)?", lambda m: outer.get(m[0], m[0]), o)
            for o in function.operations[end:]]
    function.operations = function.operations[:first] + kept + [call] + rest
    function.before += callee
    return function.text(), options


def generic(text):
    return transform(text, "--mlir-print-op-generic", "--mlir-print-local-scope").decode()


TEXTUAL = {"rename": lambda t, r, o, n: rename(t, r, o), "reorder arguments": reorder_arguments,
           "reorder operations": reorder_operations, "outline": outline}
# No --cse: it merges two products of weights that were left out of the file.
BY_TOOL = {"canonicalize": ["--canonicalize"], "inline": ["--onebit-convert-stablehlo", "--inline"],
           "pretty": [], "bytecode": ["--emit-bytecode"]}


def mutate(data, kinds, rng, options, name):
    for kind in kinds:
        # Upstream's inliner crashes at regions of dialects that it does not know.
        if kind == "inline" and '"tm_tensor.' in generic(data):
            continue
        if kind in BY_TOOL:
            data = transform(data, *BY_TOOL[kind])
        else:
            data, options = TEXTUAL[kind](generic(data), rng, options, name)
    return data, options


def entry(text, options):
    """The function that is mutated: the entry, or the first that is public."""
    named = re.search(r"entry=(\w+)", options)
    if named:
        return named[1]
    for match in re.finditer(r'"func\.func"\(\) <\{(.*)\}> \(\{', generic(text)):
        if 'sym_visibility = "private"' not in match[1]:
            return re.search(r'sym_name = "([^"]*)"', match[1])[1]
    raise AssertionError("no public function")


failures = checked = 0


def check(name, kinds, data, want, rng, options=""):
    global failures, checked
    checked += 1
    try:
        mutated, options = mutate(data, kinds, rng, options, entry(data, options))
    except AssertionError as error:
        failures += 1
        print(f"{name}, {kinds}: cannot be mutated: {error}")
        return
    got = table(mutated, options)
    if got != want:
        failures += 1
        print(f"{name}, {kinds}: not the table of the original: {got if isinstance(got, str) else (got - want, want - got)}")
        if keep := os.environ.get("ONEBIT_KEEP"):
            path = Path(keep) / f"{name.replace('/', '_')}-{checked}.mlir"
            path.write_bytes(mutated if isinstance(mutated, bytes) else mutated.encode())


def unmarked(text):
    """Without what marks the arguments, and without their names."""
    return re.sub(r" \{decoder\.[^}]*\}", "", text)


def oracle(path):
    counts = collections.Counter()
    for p in json.loads(path.read_text())["products"]:
        kind = "attention" if p["class"] == "attention" else "projection"
        counts[(kind, p["batch"], *sorted((p["m"], p["n"])), p["k"])] += p["count"]
    return counts


def own(folder):
    rng = random.Random(1)
    for path in sorted(Path(folder).glob("*.mlir")):
        want = oracle(path.with_suffix(".json"))
        for text in (path.read_text(), unmarked(path.read_text())):
            for kind in (*TEXTUAL, *BY_TOOL):
                check(path.stem, [kind], text, want, rng)
            for _ in range(2):
                check(path.stem, rng.choices([*TEXTUAL, *BY_TOOL], k=3), text, want, rng)


def public(folder, count, seed):
    """Random copies; what a file's table is, another test says."""
    files = []
    for path in sorted(folder.glob("live/*.mlir")):
        files.append((f"live/{path.stem}", path.read_text(), ""))
    for name, facts in json.loads((folder / "oracles.json").read_text())["files"].items():
        if not name.startswith("stablehlo/"):
            parts = (folder / name).read_text().split("// -----\n")
            files += [(name, part, facts.get("options", "")) for part in parts]
    rng = random.Random(seed)
    tables = {}
    for i in range(count):
        at = i % len(files) if count >= len(files) else rng.randrange(len(files))
        name, text, options = files[at]
        if at not in tables:
            tables[at] = table(text, options)
        kinds = rng.choices([*TEXTUAL, *BY_TOOL], k=rng.randint(1, 3))
        check(name, kinds, text, tables[at], rng, options)


own(sys.argv[1])
data = os.environ.get("ONEBIT_TEST_DATA")
if data and (Path(data) / "frontends").is_dir():
    public(Path(data) / "frontends", int(os.environ.get("ONEBIT_MUTATIONS", "24")),
           int(os.environ.get("ONEBIT_SEED", "1")))
print(f"{checked} copies, {failures} failed")
sys.exit(failures > 0 or checked < 60)
