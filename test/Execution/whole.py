# Runs a whole imported function through upstream's tools. For tests.

import re

import numpy as np

from harness import Case, run

PASSES = ["--onebit-convert-ternary-to-linalg", "--onebit-convert-decoder-to-linalg"]


def inlined(text):
    """The aliases of a module and its functions, whose resources are constants: they can
    move to another module."""
    values = dict(re.findall(r'^\s+"?([^"\n]+?)"?: "0x\w{8}(\w*)"', text, re.M))
    text = re.sub(r'dense_resource<"?([^">]+)"?>', lambda m: f'dense<"0x{values[m[1]]}">', text)
    aliases, _, rest = text.partition("\nmodule")
    functions = rest[rest.index("func.func") :].partition("\n{-#")[0]
    return aliases + "\n", functions[: functions.rindex("\n}")]


def call(text, entry, ids, position=0):
    """The first result of `entry` of a module of one function, on empty caches."""
    aliases, function = inlined(text)
    signature = function.partition("\n")[0]
    arguments, _, results = signature.partition(") -> ")
    types = re.findall(r"%arg\d+: (tensor<[^>]*>|index)", arguments)
    results = re.findall(r"tensor<[^>]*>", results)

    def shape(type_):
        return [int(n) for n in type_.partition("<")[2].split("x")[:-1]]

    inputs = {"ids": np.array(ids, np.int64), "position": position}
    inputs |= {f"cache{i}": np.zeros(shape(t), np.float32) for i, t in enumerate(types[2:])}
    case = Case(
        "whole",
        f"%r:{len(results)} = func.call @{entry}({', '.join('%' + name for name in inputs)}) : "
        f"({', '.join(types)}) -> ({', '.join(results)})",
        inputs,
        [np.zeros(shape(results[0]), np.float32)],
        ["%r#0"],
        prelude=aliases + function.replace(f"func.func @{entry}", f"func.func private @{entry}"),
    )
    ((values,),) = run([case], PASSES)
    return values
