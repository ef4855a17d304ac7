# RUN: env PYTHONPATH=%binary_dir/python %python %s %source_dir
# REQUIRES: onebit-python
"""Figures show what the reports say, name their units, and are files that load nothing."""
import sys
import tempfile
from html.parser import HTMLParser
from pathlib import Path

import matplotlib
import numpy

matplotlib.use("Agg")
import onebit
from onebit import plots

sys.path.insert(0, str(Path(__file__).parent / "Inputs"))
from raises import raises

PAPER = Path(sys.argv[1]) / "docs/examples/paper"
MODELS = [PAPER / f"{name}.json" for name in ("opt-350m", "gpt2-small")]
FOLDER = Path(tempfile.mkdtemp())
CONTEXTS, ARRAYS = (128, 1024), ("paper-cloud", "paper-edge")


def report(model, **options):
    return onebit.report(model, layout="paper", layers=2, **options)


def texts(axes):
    return [text.get_text() for text in axes.texts]


heat = plots.heat_map(MODELS, contexts=CONTEXTS, arrays=ARRAYS, layout="paper", layers=2)
for axes, array in zip(heat.axes, ARRAYS):
    shares = [report(m, context=c, array=array).matmul_free_fraction["decoder"]["cycles"]
              for m in MODELS for c in CONTEXTS]
    assert texts(axes) == [f"{100 * share:.1f}" for share in shares], texts(axes)
    assert [round(float(v) / 100, 9) for v in numpy.ravel(axes.images[0].get_array())] == [
        round(share, 9) for share in shares]
    assert axes.get_xlabel() == "context, tokens" and array in axes.get_title()
    assert axes.images[0].get_cmap().name == "cividis" and axes.images[0].get_clim() == (0, 100)
assert [label.get_text() for label in heat.axes[0].get_yticklabels()] == ["opt-350m", "gpt2"]
assert heat.axes[-1].get_ylabel() == "MatMul-free share of cycles, %"

amdahl = plots.amdahl(MODELS, contexts=CONTEXTS, basis="sram_accesses", layout="paper", layers=2)
law = next(law for law in report(MODELS[1], context=1024).amdahl
           if (law["basis"], law["scope"]) == ("sram_accesses", "decoder"))
lines = {line.get_label(): line for line in amdahl.axes[0].lines}
for key, part in (("projections_faster", "MatMul-free"), ("attention_faster", "attention")):
    line = lines[f"gpt2 at 1,024, {part} faster"]
    assert list(line.get_xdata()) == [point["speedup"] for point in law["points"]]
    assert list(line.get_ydata()) == [point[key] for point in law["points"]]
curves = [line for name, line in lines.items() if name.endswith("faster")]
# Told apart without colour: by marker and dashes.
assert len(curves) == 8 == len({(line.get_marker(), line.get_linestyle()) for line in curves})
assert amdahl.axes[0].get_ylabel() == "speedup of both together, x, by sram accesses"

flows = plots.dataflows(MODELS, contexts=(512,), layout="paper", layers=2)
found = {row[:4]: row[4] for row in flows.onebit_table[2]}
for dataflow in ("os", "ws", "is"):
    classes = report(MODELS[0], context=512, dataflow=dataflow).classes
    assert found["opt-350m", "paper-cloud", dataflow, "attention"] == classes["attention"]["cycles"]
    assert found["opt-350m", "paper-cloud", dataflow, "MatMul-free"] == classes["matmul_free"]["cycles"]
heights = [patch.get_height() for patch in flows.axes[0].patches]
whole = {d: report(MODELS[0], context=512, dataflow=d).total["cycles"] for d in ("os", "ws", "is")}
assert abs(sum(heights[:2]) - 1) < 1e-9 and abs(sum(heights[2:4]) - whole["ws"] / whole["os"]) < 1e-9

# Files.
for figure, name in ((heat, "heat"), (amdahl, "amdahl"), (flows, "flows")):
    for suffix, magic in ((".png", b"\x89PNG"), (".svg", b"<?xml"), (".pdf", b"%PDF"), (".html", b"<!DOCTYPE")):
        plots.save(figure, FOLDER / (name + suffix))
        assert (FOLDER / (name + suffix)).read_bytes().startswith(magic)


class Page(HTMLParser):
    VOID = {"meta", "br", "path", "use"}

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.cells, self.links = [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for key, value in attrs if key in ("src", "href", "xlink:href")]
        if tag not in ("meta",):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in ("meta",):
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, (tag, self.open)

    def handle_data(self, data):
        if self.open and self.open[-1] in ("td", "text", "tspan"):
            self.cells.append(data)


for name, figure in (("heat", heat), ("amdahl", amdahl), ("flows", flows)):
    page = Page()
    page.feed((FOLDER / f"{name}.html").read_text())
    assert not page.open and "script" not in page.tags and page.tags.count("svg") == 1
    assert all(link.startswith(("#", "data:")) for link in page.links), page.links
    assert page.tags.count("tr") == 1 + len(figure.onebit_table[2])
    assert figure.onebit_table[0] in page.cells, "the title is text"

raises(ValueError, "a figure is written as .html, .pdf, .png, .svg", lambda: plots.save(heat, "x.jpeg"))
raises(ValueError, "basis must be one of cycles", lambda: plots.heat_map(MODELS, basis="x"))
raises(ValueError, "basis must be one of cycles", lambda: plots.amdahl(MODELS, basis="x"))
raises(ValueError, "at most 8 models and contexts", lambda: plots.amdahl(MODELS * 5))
raises(ValueError, "dataflows are compared at one context", lambda: plots.dataflows(MODELS, contexts=(1, 2)))
