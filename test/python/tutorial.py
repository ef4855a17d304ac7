# RUN: env PYTHONPATH=%binary_dir/python %python %s %source_dir
# REQUIRES: onebit-python, torch, torch_mlir
"""docs/tutorial.ipynb runs cell by cell, and each cell has something to show that a
notebook can."""
import ast
import json
import sys
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
notebook = json.loads((Path(sys.argv[1]) / "docs/tutorial.ipynb").read_text())
assert notebook["nbformat"] == 4
names, shown = {"__name__": "__main__"}, []
for cell in notebook["cells"]:
    if cell["cell_type"] != "code":
        continue
    # What was printed once would be out of date one day.
    assert not cell["outputs"] and cell["execution_count"] is None, cell["id"]
    tree = ast.parse("".join(cell["source"]), cell["id"])
    last = ast.Expression(tree.body.pop().value)
    exec(compile(tree, cell["id"], "exec"), names)
    shown.append(eval(compile(last, cell["id"], "eval"), names))
assert len(shown) == 7 and all(value is not None for value in shown)
report, fraction, frame, figure, *figures, mine = shown
assert "MatMul-free" in report._repr_html_() and 0.6 < fraction["cycles"] < 0.75
assert hasattr(frame, "_repr_html_") and all(hasattr(f, "savefig") for f in (figure, *figures))
assert list(mine["class"]).count("attention") == 2 and "q_proj" in list(mine["name"])
