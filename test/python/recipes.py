# RUN: env PYTHONPATH=%binary_dir/python %python %s %source_dir
# REQUIRES: onebit-python, flax, jax, onnx, torch, torch_mlir, transformers
"""The Python on the pages runs as it stands, each page's blocks one after another."""
import os
import re
import sys
import tempfile
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
DOCS = Path(sys.argv[1]) / "docs"
os.chdir(tempfile.mkdtemp())
for page in ("python.md", "frontends.md"):
    text = (DOCS / page).read_text()
    blocks = list(re.finditer(r"^```python\n(.*?)^```$", text, re.M | re.S))
    assert blocks, page
    names = {"__name__": page}
    for block in blocks:
        # Lines of a traceback are those of the page.
        before = "\n" * text[:block.start(1)].count("\n")
        exec(compile(before + block.group(1), str(DOCS / page), "exec"), names)

# Every public name is on the page of the package.
import onebit

text = (DOCS / "python.md").read_text()
public = set(onebit.__all__)
for kind in (onebit.LanguageModel, onebit.Module, onebit.Report):
    public |= {name for name in vars(kind) if not name.startswith("_")}
assert len(public) > 30, public
missing = sorted(name for name in public if not re.search(rf"\b{name}\b", text))
assert not missing, f"docs/python.md does not name {missing}"
