# Random products in random layouts on random arrays, tiled: every integer equals
# numpy's, and what was executed is what was reported. ONEBIT_TILED_CASES says how
# many, ONEBIT_TILED_SEED which.
#
# RUN: %python %s

import os
import sys

import numpy as np

from harness import ONEBIT_OPT, mismatch
from tiled import compare, product

CASES = int(os.environ.get("ONEBIT_TILED_CASES", 160))
SEED = int(os.environ.get("ONEBIT_TILED_SEED", 7))
# One process for so many.
BATCH = 40

rng = np.random.default_rng(SEED)


def shuffled(letters):
    return "".join(rng.permutation(list(letters)))


def integers(shape):
    return rng.integers(-128, 128, shape, np.int8)


def random_product(name):
    batch, m, n, k = (letters[: rng.integers(0, 3)] for letters in ("ab", "mp", "nq", "kl"))
    heads = "gh"[: rng.integers(1, 3)] if rng.random() < 0.4 else ""
    left, right, out = map(shuffled, (batch + heads + m + k, batch + n + k, batch + heads + m + n))
    subscripts = f"{left},{right}->{out}"
    # In the order of the maps of `product`.
    loops = "".join(dict.fromkeys(left + right + out))
    groups = ", ".join(str(loops.index(letter)) for letter in heads)
    init = None
    if rng.random() < 0.4:
        init = shuffled(out)[: rng.integers(0, len(out) + 1)]
    extents = {letter: int(rng.integers(1, 6 if len(loops) < 6 else 4)) for letter in loops}
    op = f"other query_groups([{groups}])" if heads else "up"
    return product(name, op, subscripts, extents, integers, np.int32, init)


def random_tiling():
    rows, columns = rng.integers(1, 9, 2)
    dataflow = rng.choice(["os", "ws", "is", "auto"])
    return f"array={rows}x{columns} dataflow={dataflow} gqa={rng.choice(['heads', 'rows'])}"


def main():
    if "--verify-roundtrip" in ONEBIT_OPT:
        return  # of numbers only
    errors = []
    for first in range(0, CASES, BATCH):
        cases = [random_product(f"r{number}") for number in range(first, min(first + BATCH, CASES))]
        tiling = random_tiling()
        optimize = first // BATCH % 2 == 1
        for case, arrays in zip(cases, compare(cases, tiling, errors, optimize=optimize), strict=True):
            if error := mismatch(case, arrays):
                errors.append(f"{tiling}: {error}\nin {case.function()}")
    if errors:
        sys.exit("\n\n".join(errors[:5]) + f"\n{len(errors)} errors of seed {SEED}")
    print(f"{CASES} products agree")


if __name__ == "__main__":
    main()
