# Kernels as loops of tiles: the same bits as without tiles, on every array and
# dataflow; and the multiply-accumulates that were executed are those of the report.
#
# RUN: %python %s

import json
import os
import re
import shlex
import sys
import tempfile

import numpy as np

from harness import LLVM_BIN, LOWER, ONEBIT_OPT, Case, call, lower, mismatch, module_of, run, run_module, ty
from reference import i2_s

TERNARY = "--onebit-convert-ternary-to-linalg"
DECOMPOSE = ["--onebit-decompose-blocks"]
UNTILED = [*DECOMPOSE, TERNARY, *LOWER]
LOOPS = ["--onebit-convert-systolic-to-scf=count-macs", TERNARY, *LOWER]
# Every orientation and every way of splitting, with arrays that divide nothing,
# that divide much, that hold a whole product, and of one row or column.
TILINGS = [
    "array=3x4 dataflow=os",
    "array=3x4 dataflow=ws gqa=rows",
    "array=4x3 dataflow=is",
    "array=2x2 dataflow=ws",
    "array=8x2 dataflow=is gqa=rows",
    "array=1x5 dataflow=os gqa=rows",
    "array=64x64 dataflow=ws",
    "array=16x2 dataflow=auto gqa=rows",
    "array=2x16 dataflow=auto",
]

rng = np.random.default_rng(12)
f32, f64 = np.float32, np.float64


def maps(subscripts):
    groups = subscripts.replace("->", ",").split(",")
    loops = ", ".join(dict.fromkeys("".join(groups)))
    return ", ".join(f"affine_map<({loops}) -> ({', '.join(group)})>" for group in groups)


def integers(shape, dtype=np.int8):
    info = np.iinfo(dtype)
    return rng.integers(info.min, info.max, shape, dtype, endpoint=True)


def floats(shape, dtype=f32):
    return rng.standard_normal(shape).astype(dtype)


def shape_of(group, extents):
    return tuple(extents[letter] for letter in group)


def product(name, op, subscripts, extents, make, result, init=None):
    """A product of random tensors; `init` are the dimensions that one has."""
    left, right, out = subscripts.replace("->", ",").split(",")
    inputs = {"lhs": make(shape_of(left, extents)), "rhs": make(shape_of(right, extents))}
    expected = np.einsum(subscripts, *(x.astype(result) for x in inputs.values()))
    text = ""
    if init is not None:
        value = make(shape_of(init, extents)).astype(result)
        inputs["init"], text = value, f"init(%init : {ty(value)})"
        expected += np.einsum(f"{init},{out}->{out}", value, np.ones_like(expected))
    role, _, groups = op.partition(" ")
    kind = "projection" if role == "up" else "attention_product"
    body = (
        f'%0 = decoder.{kind} "{name}" role({role}) {groups} ins(%lhs, %rhs : '
        f"{ty(inputs['lhs'])}, {ty(inputs['rhs'])}) {text}"
        f" maps [{maps(subscripts + (',' + init if init is not None else ''))}]"
        f" -> {ty(expected)}"
    )
    return Case(name, body, inputs, [expected.astype(result)])


def ternary(name, tokens, n, k):
    """Activations of 8 bits times trits of the checkpoints' packing."""
    codes, x = rng.integers(-1, 2, (n, k)), integers((tokens, k))
    packed = i2_s(codes)
    weight = ty(codes.astype(np.int8), "!ternary.trit")
    return Case(
        name,
        f'%w, %s = ternary.weight "w" packing(i2_s) = dense<[{", ".join(map(str, packed))}]>'
        f" : {ty(packed)} scale = dense<0.375> : tensor<f32> -> {weight}, tensor<f32>\n"
        f'%0 = ternary.matmul "{name}" role(up) ins(%x, %w : {ty(x)}, {weight})'
        f" maps [{maps('tk,nk->tn')}] -> tensor<{tokens}x{n}xi32>",
        {"x": x},
        [(x.astype(np.int32) @ codes.T).astype(np.int32)],
    )


def random_extents(letters):
    return {letter: int(rng.integers(1, 9)) for letter in letters}


# Subscripts, role and query groups, and dimensions of an init.
SHAPES = [
    ("btk,nk->btn", "up", None),
    ("btk,kn->btn", "up", "n"),
    ("btk,nk->nbt", "up", "btn"),
    ("kbt,kn->ntb", "up", ""),
    ("bthe,nhe->btn", "up", None),
    ("bteh,nhe->btn", "up", None),
    ("xtk,xnk->xtn", "up", None),
    ("txk,xkn->xnt", "up", "xn"),
    ("k,k->", "up", None),
    ("bt,nt->btn", "up", None),
    ("bhte,bhle->bhtl", "scores", None),
    ("bthe,blhe->bhtl", "scores", "tl"),
    ("bhtl,bhle->bthe", "values", None),
    ("bgcte,bgle->bgctl", "scores query_groups([2])", None),
    ("bgctl,bgle->btgce", "values query_groups([2])", None),
    ("tcbe,ble->tbcl", "scores query_groups([1])", None),
]


def products():
    for number, (subscripts, role, init) in enumerate(SHAPES):
        for kind, make, result in (
            ("i", integers, np.int32), ("f", floats, f32),
            ("d", lambda shape: floats(shape, f64), f64),
        ):  # fmt: skip
            letters = set(subscripts) - set("->,")
            yield product(
                f"p{number}_{kind}", role, subscripts, random_extents(letters), make, result, init
            )
    # Sums start from what is rounded to their type.
    half = product(
        "half", "up", "btk,nk->btn", random_extents("btkn"),
        lambda shape: floats(shape, np.float16), np.float16, "n",
    )  # fmt: skip
    wide = half.inputs["init"].astype(f32)
    half.body = half.body.replace(f"init : {ty(half.inputs['init'])}", f"init : {ty(wide)}")
    half.inputs["init"], half.tolerance = wide, 1e-2
    yield half
    for number in range(6):
        tokens, n, k = rng.integers(1, 12, 3)
        yield ternary(f"t{number}", tokens, n, k)
    yield ternary("long", 2, 9, 150)


# Queries and keys of causal scores, and a window.
MASKED = [(7, 7, None), (1, 9, None), (5, 11, None), (9, 9, 3), (8, 8, 1)]


def masked(queries, keys, window):
    """Causal scores, what a mask hides apart: nobody asks for it."""
    name = f"masked_{queries}_{keys}_{window}"
    case = product(
        name, "scores query_groups([2])", "bgcte,bgle->bgctl",
        {"b": 2, "g": 2, "c": 3, "t": queries, "e": 5, "l": keys}, integers, np.int32,
    )  # fmt: skip
    text = "causal" + (f", window = {window} : i64" if window else "")
    case.body += " {" + text + "}"
    return case


def hidden(case):
    _, queries, keys, window = case.name.split("_")
    t = np.arange(int(queries))[:, None] + int(keys) - int(queries)
    j = np.arange(int(keys))
    return (j > t) | (j <= t - (int(window) if window != "None" else 1 << 30))


def repeated(times):
    """A product in a loop, added to itself."""
    case = product(f"repeated{times}", "up", "tk,nk->tn", {"t": 5, "n": 7, "k": 6}, integers, np.int32)
    body = case.body.replace(" maps [", " init(%acc : tensor<5x7xi32>) maps [")
    body = body.replace("(t, n)>]", "(t, n)>, affine_map<(t, k, n) -> (t, n)>]")
    case.body = (
        f"%c0 = arith.constant 0 : index\n%c2 = arith.constant 2 : index\n"
        f"%end = arith.constant {2 * times} : index\n"
        "%start = arith.constant dense<0> : tensor<5x7xi32>\n"
        "%1 = scf.for %i = %c0 to %end step %c2 iter_args(%acc = %start) -> tensor<5x7xi32> {\n"
        f"{body}\nscf.yield %0 : tensor<5x7xi32>\n}}"
    )
    case.returns = ["%1"]
    case.expected = [case.expected[0] * times]
    return case


def handmade(order):
    """A kernel whose loops are in `order`; a dimension without a loop is done whole."""
    extents, steps = {"b": 2, "m": 3, "n": 5, "k": 7}, {"b": 1, "m": 2, "n": 3, "k": 2}
    steps = {dim: steps[dim] if dim in order else extents[dim] for dim in "bmnk"}
    name = f"handmade_{order}"
    case = product(name, "scores", "bmk,bnk->bmn", extents, integers, np.int32, "bmn")
    element = {"bmk": "i8", "bnk": "i8", "bmn": "i32"}

    def slices(dims):
        """Offsets, sizes and the type of a slice of `dims`, and the type of all."""
        offsets = ", ".join(f"%{dim}" if dim in order else "0" for dim in dims)
        sizes = ", ".join(str(steps[dim]) for dim in dims)
        cut = ["?" if extents[dim] % steps[dim] else str(steps[dim]) for dim in dims]
        full = [str(extents[dim]) for dim in dims]
        return offsets, sizes, *("x".join([*shape, element[dims]]) for shape in (cut, full))

    (io, iz, it, ia), (fo, fz, ft, fa), (oo, oz, ot, oa) = map(slices, ("bmk", "bnk", "bmn"))
    case.body = f"""
      %0 = systolic.kernel "{name}" class(attention) role(scores)
          on #systolic.array<name = "8x8", rows = 8, columns = 8, dataflow = os>
          ins(%lhs, %rhs : tensor<{ia}>, tensor<{fa}>) outs(%init : tensor<{oa}>) maps [{maps("bmk,bnk->bmn")}] {{
      ^bb0(%ifmap: tensor<{ia}>, %filter: tensor<{fa}>, %ofmap: tensor<{oa}>):
        %1 = systolic.loop ({", ".join(f"%{dim}" for dim in order)}) to ({", ".join(str(extents[dim]) for dim in order)})
            step ({", ".join(str(steps[dim]) for dim in order)}) init(%acc = %ofmap) : tensor<{oa}> {{
          %i = systolic.slice %ifmap[{io}] size [{iz}] : tensor<{ia}> to tensor<{it}>
          %f = systolic.slice %filter[{fo}] size [{fz}] : tensor<{fa}> to tensor<{ft}>
          %o = systolic.slice %acc[{oo}] size [{oz}] : tensor<{oa}> to tensor<{ot}>
          %r = systolic.fold %i, %f into %o tile [{steps["m"]}, {steps["n"]}, {steps["k"]}]
              : tensor<{it}>, tensor<{ft}> into tensor<{ot}>
          %u = systolic.insert %r into %acc[{oo}] size [{oz}] : tensor<{ot}> into tensor<{oa}>
          systolic.yield %u : tensor<{oa}>
        }}
        systolic.yield %1 : tensor<{oa}>
      }} -> tensor<{oa}>"""
    return case


def macs_of(kernels):
    """By layer and name; those of one name together."""
    macs = {}
    for kernel in kernels:
        key = kernel.get("layer"), kernel["name"]
        macs[key] = macs.get(key, 0) + kernel["macs"]
    return macs


def price(text, tiling, path, passes=DECOMPOSE, model="scale-sim-v2"):
    """MACs of each kernel by the report, of all its runs; the module that was priced
    goes to `path`."""
    passes = [
        *passes, f"--onebit-tile-to-systolic={tiling} cost-model={model}",
        f"--onebit-annotate-cost=cost-model={model}",
    ]  # fmt: skip
    output = call([*shlex.split(ONEBIT_OPT), *passes, "--report=json", "-o", path], text)
    return macs_of(json.loads(output)["kernels"])


COUNTER = re.compile(
    r"memref\.global @(\w+) : memref<i64> = dense<0>"
    r"( \{systolic\.counted = #systolic\.counted<name = \"([^\"]+)\"(?:, layer = (\d+))?>\})"
)


# What models are compiled with.
OPTIMIZE = ["--canonicalize", "--cse", "--linalg-fuse-elementwise-ops", "--canonicalize", "--cse"]


def run_priced(cases, path, optimize=False):
    """What the cases compute, and the MACs that each kernel executed."""
    with open(path, encoding="utf-8") as file:
        module = call([*shlex.split(ONEBIT_OPT), *LOOPS], file.read())
    kernels, prints = [], []
    for number, match in enumerate(COUNTER.finditer(module)):
        symbol, _, name, layer = match.groups()
        kernels.append({"name": name, "layer": int(layer) if layer else None})
        prints.append(
            f"%m{number} = memref.get_global @{symbol} : memref<i64>\n"
            f"%n{number} = bufferization.to_tensor %m{number} restrict : memref<i64> to tensor<i64>\n"
            f"%o{number} = tensor.cast %n{number} : tensor<i64> to tensor<*xi64>\n"
            f"func.call @printMemrefI64(%o{number}) : (tensor<*xi64>) -> ()\n"
        )
    # The runner does not know the dialect. The last function is that which runs.
    module = COUNTER.sub(lambda match: match[0].removesuffix(match[2]), module)
    before, _, after = module.rpartition("return")
    module = before + "".join(prints) + "return" + after
    if optimize:
        module = call([f"{LLVM_BIN}/mlir-opt", *OPTIMIZE], module)
    results, counts = run_module(cases, module)
    for kernel, (count,) in zip(kernels, counts, strict=True):
        kernel["macs"] = int(count)
    return results, macs_of(kernels)


def compare(cases, tiling, errors, passes=DECOMPOSE, model="scale-sim-v2", optimize=False):
    """Runs what was priced; the results."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "priced.mlir")
        reported = price(module_of(cases), tiling, path, passes, model)
        results, executed = run_priced(cases, path, optimize)
    if not reported or executed != reported:
        errors.append(f"{tiling}: executed {executed}\nreported {reported}")
    return results


def main():
    cases, errors = [*products(), repeated(1), repeated(4)], []
    if "--verify-roundtrip" in ONEBIT_OPT:
        # The numbers are the same in a run that is about text and bytecode.
        lower(cases, [*DECOMPOSE, f"--onebit-tile-to-systolic={TILINGS[1]}", *LOOPS])
        return
    untiled = run(cases, UNTILED)
    errors += [error for case, arrays in zip(cases, untiled) if (error := mismatch(case, arrays))]
    for tiling in TILINGS:
        for case, arrays, other in zip(cases, compare(cases, tiling, errors), untiled):
            # Also floats: tiles change no order of sums.
            if arrays[0].tobytes() != other[0].tobytes():
                errors.append(f"{tiling}: {case.name}: expected\n{other[0]}\ngot\n{arrays[0]}")

    cases = [handmade(order) for order in ("bnmk", "knbm", "mbkn", "nbk", "bm")]
    for case, arrays in zip(cases, compare(cases, TILINGS[0], errors)):
        if error := mismatch(case, arrays):
            errors.append(error)

    cases = [masked(*shape) for shape in MASKED]
    fewer = 0
    for tiling in TILINGS:
        results = compare(cases, f"{tiling} masked-folds=skipped", errors, model="onebit")
        for case, (array,) in zip(cases, results):
            # What is left out stays zero.
            expected, mask = case.expected[0], hidden(case)
            right = (array == expected) | ((array == 0) & mask)
            fewer += int(((array == 0) & (expected != 0)).sum())
            if not right.all():
                errors.append(f"{tiling}: {case.name}: expected\n{expected}\ngot\n{array}")
    if fewer == 0:
        errors.append("no fold was left out")
    if errors:
        sys.exit("\n\n".join(errors[:5]) + f"\n{len(errors)} errors")
    print(f"{len(TILINGS)} tilings of {len(untiled)} cases agree, and of {len(cases)} masked ones")


if __name__ == "__main__":
    main()
