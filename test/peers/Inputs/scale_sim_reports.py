"""SCALE-Sim's three CSV reports, ours and theirs, field by field."""
import csv
import math
import re

REPORTS = ["COMPUTE_REPORT.csv", "BANDWIDTH_REPORT.csv", "DETAILED_ACCESS_REPORT.csv"]


def read(path):
    """The header, and rows of named fields. SCALE-Sim's lines end in a comma."""
    with open(path, newline="") as file:
        header, *rows = [[field.strip() for field in row[:-1]] for row in csv.reader(file)]
    return header, [dict(zip(header, row, strict=True)) for row in rows]


def same(ours, theirs):
    """Integers to the digit, ratios to rounding."""
    integer = r"-?\d+(\.0)?"
    if re.fullmatch(integer, ours) and re.fullmatch(integer, theirs):
        return ours.removesuffix(".0") == theirs.removesuffix(".0")
    try:
        return math.isclose(float(ours), float(theirs), rel_tol=1e-9)
    except ValueError:
        return False


def compare(ours, theirs):
    """How many fields the reports in two folders have, and those that differ."""
    fields, differences = 0, []
    for name in REPORTS:
        (header, mine), (peer_header, peer) = read(ours / name), read(theirs / name)
        if header != peer_header or len(mine) != len(peer):
            differences.append(f"{name}: {len(mine)} rows of {header}, "
                               f"SCALE-Sim has {len(peer)} of {peer_header}")
            continue
        for row, (a, b) in enumerate(zip(mine, peer)):
            fields += len(b)
            differences += [f"row {row}, {column}: {a[column]}, SCALE-Sim {b[column]}"
                            for column in b if not same(a[column], b[column])]
    return fields, differences
