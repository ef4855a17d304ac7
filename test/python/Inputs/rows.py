"""What tests compare of a report."""
from collections import Counter


def rows(report, weights_only=False):
    """A Counter of (class, product or None, batch, m, n, k) of a report's kernels. With
    `weights_only`, attention has no name, and names that were made different are one."""
    result = Counter()
    for kernel in report.kernels:
        attention = kernel["class"] == "attention"
        name = kernel["name"]
        if weights_only:
            name = None if attention else name.partition("#")[0]
        result["attention" if attention else "projection", name,
               *(kernel[size] for size in ("batch", "m", "n", "k"))] += 1
    return result


def check_equal(got, want, what):
    assert got == want, "\n".join([what, *(f"  only reported: {row} x {n}" for row, n in (got - want).items()),
                                   *(f"  only expected: {row} x {n}" for row, n in (want - got).items())])
