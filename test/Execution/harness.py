# Runs ops of the decoder dialect and compares them with numpy.
#
# A Case is the body of a function, its inputs, and what must come out. All
# cases of a test become one module: onebit-opt lowers it to linalg, mlir-opt to
# LLVM, mlir-runner runs it. Bits go in and come out, no decimal digits.

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass, field

import numpy as np

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ONEBIT_OPT = os.environ.get("ONEBIT_OPT", os.path.join(ROOT, "build/bin/onebit-opt"))
LLVM_BIN = os.environ.get("LLVM_TOOLS_DIR", "/usr/lib/llvm-22/bin")
LLVM_LIB = os.environ.get("LLVM_LIB_DIR", "/usr/lib/llvm-22/lib")

LOWER = ["--onebit-convert-decoder-to-linalg"]
DECOMPOSE = ["--onebit-decompose-blocks", *LOWER]
TO_LLVM = """
  --convert-elementwise-to-linalg
  --one-shot-bufferize=bufferize-function-boundaries
  --convert-linalg-to-loops --convert-scf-to-cf --expand-strided-metadata
  --lower-affine --convert-math-to-libm --convert-math-to-llvm
  --arith-expand=include-bf16 --convert-arith-to-llvm --convert-func-to-llvm
  --convert-cf-to-llvm --finalize-memref-to-llvm --reconcile-unrealized-casts
""".split()

ELEMENTS = {
    np.dtype(np.float64): "f64",
    np.dtype(np.float32): "f32",
    np.dtype(np.float16): "f16",
    np.dtype(np.int64): "i64",
    np.dtype(np.int32): "i32",
    np.dtype(np.int8): "i8",
}
# What a result may be off, relative to the largest number in it.
TOLERANCE = {"f64": 1e-13, "f32": 2e-6, "f16": 1e-3}


def ty(array, element=None):
    """The tensor type of an array."""
    dims = "".join(f"{extent}x" for extent in array.shape)
    return f"tensor<{dims}{element or ELEMENTS[array.dtype]}>"


@dataclass
class Case:
    """`body` defines `returns` from the inputs, `%name` each: arrays, or ints
    for values of type index. The expected arrays have the dtype that comes
    out. `passes` are those of onebit-opt, `prelude` functions that it calls."""

    name: str
    body: str
    inputs: dict
    expected: list
    returns: list = field(default_factory=lambda: ["%0"])
    passes: list = field(default_factory=lambda: LOWER)
    prelude: str = ""
    tolerance: float = None

    def function(self):
        args = ", ".join(
            f"%{name}: {'index' if isinstance(value, int) else ty(value)}"
            for name, value in self.inputs.items()
        )
        types = ", ".join(ty(array) for array in self.expected)
        returned = ", ".join(self.returns)
        return (
            f"{self.prelude}\nfunc.func private @{self.name}({args}) -> ({types}) {{\n{self.body}\n"
            f"return {returned} : {types}\n}}\n"
        )


def constant(value):
    if isinstance(value, int):
        return f"arith.constant {value} : index"
    data = f'"0x{value.tobytes().hex().upper()}"' if value.size else ""
    return f"arith.constant dense<{data}> : {ty(value)}"


def main_function(cases):
    """Calls each case and prints the bits of its results, marked by index."""
    lines = ["func.func @main() {"]
    for number, case in enumerate(cases):
        names = [f"%c{number}_{name}" for name in case.inputs]
        for name, value in zip(names, case.inputs.values()):
            lines.append(f"{name} = {constant(value)}")
        args = ", ".join(
            "index" if isinstance(value, int) else ty(value)
            for value in case.inputs.values()
        )
        types = ", ".join(ty(array) for array in case.expected)
        count = len(case.expected)
        lines.append(
            f"%r{number}:{count} = func.call @{case.name}({', '.join(names)})"
            f" : ({args}) -> ({types})"
        )
        for i, array in enumerate(case.expected):
            bits = array.dtype.itemsize * 8
            value, as_int = f"%r{number}#{i}", ty(array, f"i{bits}")
            prefix = f"%b{number}_{i}"
            if array.dtype.kind == "f":
                lines.append(f"{prefix} = arith.bitcast {value} : {ty(array)} to {as_int}")
                value = prefix
            if bits < 32:
                lines.append(
                    f"{prefix}w = arith.extui {value} : {as_int} to {ty(array, 'i32')}"
                )
                bits, value, as_int = 32, f"{prefix}w", ty(array, "i32")
            star = f"tensor<*xi{bits}>"
            lines.append(f"{prefix}u = tensor.cast {value} : {as_int} to {star}")
            lines.append(f"func.call @printMemrefI{bits}({prefix}u) : ({star}) -> ()")
    lines.append("return\n}")
    return "\n".join(lines)


def call(command, text):
    done = subprocess.run(command, input=text, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"failed: {shlex.join(command)}\n{done.stderr[-8000:]}")
    return done.stdout


def module_of(cases):
    return "\n".join(
        [
            *(case.function() for case in cases),
            *(
                f"func.func private @printMemref{t}(tensor<*x{t.lower()}>)"
                " attributes {llvm.emit_c_interface}"
                for t in ("I32", "I64")
            ),
            main_function(cases),
        ]
    )


def lower(cases, passes):
    """The module of the cases after the passes of onebit-opt."""
    return call([*shlex.split(ONEBIT_OPT), *passes], module_of(cases))


def run(cases, passes):
    """What the cases compute: a list of arrays for each."""
    results, more = run_module(cases, lower(cases, passes))
    if more:
        sys.exit(f"{len(more)} results too many")
    return results


def run_module(cases, module):
    """What the cases compute in their module, lowered: a list of arrays for each. And
    the numbers of each print beyond those of the cases."""
    program = call([f"{LLVM_BIN}/mlir-opt", *TO_LLVM], module)
    libraries = ",".join(
        f"{LLVM_LIB}/{name}.so"
        for name in ("libmlir_runner_utils", "libmlir_c_runner_utils")
    )
    output = call(
        [
            f"{LLVM_BIN}/mlir-runner",
            "-e=main",
            "--entry-point-result=void",
            f"-shared-libs={libraries}",
        ],
        program,
    )
    printed = output.split("Unranked Memref")[1:]
    results = []
    for case in cases:
        arrays = []
        for array in case.expected:
            header, _, data = printed.pop(0).partition("data =")
            sizes = re.search(r"sizes = \[([\d, ]*)\]", header).group(1)
            shape = tuple(int(size) for size in re.findall(r"\d+", sizes))
            bits = np.array(re.findall(r"-?\d+", data), dtype=np.int64)
            width = array.dtype.itemsize * 8
            bits = bits.astype(np.dtype(f"i{width // 8}"))
            arrays.append(bits.view(array.dtype).reshape(shape))
        results.append(arrays)
    more = [re.findall(r"-?\d+", text.partition("data =")[2]) for text in printed]
    return results, more


def mismatch(case, results):
    """What is wrong with the results, or nothing."""
    for i, (expected, got) in enumerate(zip(case.expected, results)):
        if expected.shape != got.shape:
            return f"{case.name}: result {i} is of shape {got.shape}, not {expected.shape}"
        if not expected.size:
            continue
        if expected.dtype.kind != "f":
            if not np.array_equal(expected, got):
                return f"{case.name}: result {i}: expected\n{expected}\ngot\n{got}"
            continue
        expected, got = np.float64(expected), np.float64(got)
        limit = case.tolerance or TOLERANCE[ELEMENTS[case.expected[i].dtype]]
        limit *= max(1.0, np.abs(expected).max())
        error = np.abs(expected - got)
        # NaN is never near.
        if not (error <= limit).all():
            return (
                f"{case.name}: result {i} is off by {np.max(error):.3g}, allowed "
                f"{limit:.3g}\nexpected\n{expected}\ngot\n{got}"
            )
    return None


def check(cases):
    """Runs the cases, those of the same passes together; exits on a mismatch."""
    errors, compared, groups = [], 0, {}
    for case in cases:
        groups.setdefault(tuple(case.passes), []).append(case)
    for passes, group in groups.items():
        # The numbers are the same in a run that is about text and bytecode.
        if "--verify-roundtrip" in ONEBIT_OPT:
            lower(group, passes)
            continue
        for case, results in zip(group, run(group, passes)):
            error = mismatch(case, results)
            compared += 1
            if error:
                errors.append(f"{error}\nin {case.function()}")
    if errors:
        sys.exit("\n\n".join(errors))
    print(f"{compared} of {len(cases)} cases run, all agree")
