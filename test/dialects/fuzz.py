# Whatever parses, a verifier must judge: broken copies of the ops of the rooms
# are read, verified, canonicalized and, if they are valid, written and read back.
# The tool may refuse them; it may neither crash nor lose something on the way.
# The mutations are the same in each run.
#
# RUN: %python %s %source_dir %binary_dir/bin/onebit-opt

import random
import re
import subprocess
import sys

root, opt = sys.argv[1:]
COPIES = 1200
BATCH = 100
rng = random.Random(1)

TYPES = """f32 index !ternary.trit tensor<f32> tensor<*xf32> tensor<*xi8> tensor<?x?xf32>
tensor<?x3x8xf32> tensor<0x0x0x0xf32> tensor<1x1x1x1xf32> tensor<0xi8> tensor<4x!ternary.bit>
tensor<9223372036854775807x9223372036854775807xf32> tensor<1x4294967296x4294967296x8xf32>
tensor<1x3x8xbf16> memref<4xf32> vector<4xf32> none tuple<> () tensor<1x4xf32>,tensor<1x4xf32>""".split()
NUMBERS = "0 1 -1 2 3 4 7 8 16 65537 4294967296 9223372036854775807 -9223372036854775808".split()
ATTRIBUTES = [
    "unit", "[]", "[1]", "0 : i64", "-1 : i64", "7 : i32", "0x7FF8000000000000 : f64",
    "-1.0 : f64", '""', '"x"', "array<i64>", "array<i64: -1>", "array<i64: 0, 0, 0>",
    "array<i64: 1, 1, 1, 1, 1>", "array<i32: 1, 0, 1>", "dense<0.0> : tensor<2xf32>",
    "dense<> : tensor<0xf32>", "affine_map<() -> ()>",
    "[affine_map<(d0, d1) -> (d0)>]", "[affine_map<(d0) -> (0)>, affine_map<(d0)[s0] -> (s0)>]",
    "#decoder.role<scores>", "#decoder.class<attention>", "#decoder.norm_kind<sub_ln>",
    "#ternary.group<size = 7, dim = 3>", "#ternary.scheme<b1>",
    '#systolic.array<name = "", rows = 1, columns = 1, dataflow = ws>',
    '#systolic.cost<"", cycles = 1>',
]
EXPRESSIONS = ["d0", "d1", "d9", "0", "d0 + d1", "d0 * 2", "d0 floordiv 2"]


def lines_with(lines, pattern):
    return [i for i, line in enumerate(lines) if re.search(pattern, line)]


def replace(lines, pattern, replacement):
    """Replaces one match of a pattern, somewhere."""
    found = [
        (i, match)
        for i, line in enumerate(lines)
        for match in re.finditer(pattern, line)
    ]
    if found:
        i, match = rng.choice(found)
        new = replacement(match) if callable(replacement) else replacement
        lines[i] = lines[i][: match.start()] + new + lines[i][match.end() :]


def drop_line(lines):
    del lines[rng.randrange(len(lines))]


def duplicate_line(lines):
    i = rng.randrange(len(lines))
    lines.insert(i, re.sub(r"^(\s*%\w+)(?=[ :])", r"\1_again", lines[i]))


def move_line(lines):
    """An op somewhere else in its block, before what it uses or after its users."""
    i = rng.randrange(len(lines))
    level = len(lines[i]) - len(lines[i].lstrip())
    block = [
        j for j, line in enumerate(lines)
        if len(line) - len(line.lstrip()) == level and "^bb" not in line
    ]  # fmt: skip
    line = lines.pop(i)
    lines.insert(rng.choice(block or [i]), line)


def number(lines):
    replace(lines, r"(?<![\w%.#<])-?\d+(?![\w.])", lambda _: rng.choice(NUMBERS))


def one_type(lines):
    replace(lines, r"tensor<[^<>]*>|\bindex\b|!ternary\.\w+", lambda _: rng.choice(TYPES))


def type_(lines):
    """A type changed wherever it stands: another one, another extent, another element."""
    found = sorted(set(re.findall(r"tensor<[^<>]*>", "\n".join(lines))))
    if not found:
        return
    old = rng.choice(found)
    new = rng.choice(
        [
            rng.choice(TYPES),
            re.sub(r"\d+(?=x)", rng.choice(NUMBERS[:-1] + ["?"]), old, count=rng.randrange(1, 4)),
            re.sub(r"\w+>", "bf16>", old),
        ]
    )
    lines[:] = [line.replace(old, new) for line in lines]


ATTRIBUTE = r"(\w+) = (?:array<[^>]*>|\[[^\]]*\]|#[\w.]+<[^>]*>|\"[^\"]*\"|[-\w.]+ : \w+)"


def drop_attribute(lines):
    replace(lines, rf"(?:(?<={{){ATTRIBUTE},? ?|, {ATTRIBUTE})", "")


def change_attribute(lines):
    replace(lines, ATTRIBUTE, lambda match: f"{match[1]} = {rng.choice(ATTRIBUTES)}")


def drop_all_attributes(lines):
    replace(lines, r" <{.*?}>(?= [:({])", "")


def expression(lines):
    replace(lines, r"(?<!\w)d\d(?=[,)][^-]*>)", lambda _: rng.choice(EXPRESSIONS))


def operand(lines):
    """An operand gone, doubled, or another value."""
    values = sorted(set(re.findall(r"%\w+", "\n".join(lines))))
    change = rng.choice(["drop", "double", "other"])
    if change == "other" and values:
        replace(lines, r"%\w+(?=[,)])", lambda _: rng.choice(values))
        return
    candidates = lines_with(lines, r'"\(%[^)]*\).* : \(.+\) ->')
    if not candidates:
        return
    i = rng.choice(candidates)
    match = re.match(r'(.*"\()([^)]*)(\).* : \()(.*)(\) ->.*)', lines[i])
    operands, types = match[2].split(", "), match[4].split(", ")
    at = rng.randrange(len(operands))
    for entries in (operands, types):
        if at < len(entries):
            entries[at : at + 1] = [] if change == "drop" else [entries[at]] * 2
    lines[i] = match[1] + ", ".join(operands) + match[3] + ", ".join(types) + match[5]


def op_name(lines, names=[]):
    if not names:
        names.extend(sorted(set(re.findall(r'"\w+\.\w+"(?=\()', seeds_text))))
    replace(lines, r'"\w+\.\w+"(?=\()', lambda _: rng.choice(names + ['"foo.bar"']))


def block_arguments(lines):
    found = lines_with(lines, r"^\s*\^bb")
    if not found:
        return
    i = rng.choice(found)
    arguments = re.search(r"\((.*)\)", lines[i])
    entries = arguments[1].split(", ") if arguments else []
    if rng.random() < 0.3 or not entries:
        del lines[i]
        return
    at = rng.randrange(len(entries))
    entries[at : at + 1] = rng.choice([[], ["%extra: index", entries[at]], entries[at:]])
    lines[i] = re.sub(r"\(.*\)", "(" + ", ".join(entries) + ")", lines[i])


MUTATIONS = [
    drop_line, duplicate_line, move_line, move_line, number, number, number, one_type,
    type_, type_, type_, drop_attribute, drop_all_attributes, change_attribute,
    change_attribute, expression, operand, operand, op_name, block_arguments,
]


def run(modules, *options):
    return subprocess.run(
        [opt, "-", "-o", "/dev/null", "--split-input-file", "--allow-unregistered-dialect",
         "--verify-roundtrip", "--mlir-print-op-on-diagnostic=false", *options],
        input="\n// -----\n".join(modules), capture_output=True, text=True,
    )  # fmt: skip


# The seeds: each function of the valid files, in the generic form.
seeds = []
for room in ("decoder", "ternary", "systolic"):
    generic = subprocess.run(
        [opt, f"{root}/test/dialects/{room}/ops.mlir", "--mlir-print-op-generic",
         "--mlir-print-local-scope"],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    functions = re.findall(r'^  "func\.func".*?^  }\).*?$', generic, re.M | re.S)
    seeds.append([function for function in functions if function.count("\n") > 3])
seeds_text = "\n".join("\n".join(functions) for functions in seeds)

copies = []
while len(copies) < COPIES:
    lines = rng.choice(rng.choice(seeds)).split("\n")
    for _ in range(rng.choice([1, 1, 2, 3])):
        if lines:
            rng.choice(MUTATIONS)(lines)
    copies.append("\n".join(lines))

errors = []
if min(len(functions) for functions in seeds) < 3:
    errors.append("found too few functions to start from")
if run([function for functions in seeds for function in functions]).returncode:
    errors.append("the functions do not parse as they are")

for options in ([], ["--canonicalize", "--cse"]):
    for start in range(0, COPIES, BATCH):
        batch = copies[start : start + BATCH]
        result = run(batch, *options)
        if result.returncode in (0, 1) and "round-trip" not in result.stderr:
            continue
        for copy in batch:
            single = run([copy], *options)
            if single.returncode not in (0, 1) or "round-trip" in single.stderr:
                errors.append(
                    f"exit code {single.returncode} with {options}:\n{copy}\n{single.stderr[:2000]}"
                )

if errors:
    sys.exit("\n\n".join(errors[:3]) + f"\n\n{len(errors)} failures")
