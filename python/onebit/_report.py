"""A report, for people and for programs."""
from __future__ import annotations

import html
import json
import shutil
import sys
from typing import Any, Dict, List, Sequence

from ._extras import need
from ._onebit import Module


class Report:
    """What a model costs.

    The keys of the JSON report (schema ``onebit-report/1``, docs/report.md) are
    attributes: ``report.matmul_free_fraction["decoder"]["cycles"]``. In a terminal
    and in a notebook it shows the tables of ``onebit-opt --report``.
    """

    def __init__(self, module: Module, speedups: Sequence[float] = ()):
        self._module = module
        self._speedups = list(speedups)
        self._json = module.report("json", self._speedups)
        self._data: Dict[str, Any] = json.loads(self._json)

    def __getattr__(self, name: str) -> Any:
        # Not there while an instance is being unpickled or copied.
        data = self.__dict__.get("_data", {})
        if name in data:
            return data[name]
        raise AttributeError(f"a report has no '{name}'; it has {', '.join(data)}")

    def __dir__(self) -> List[str]:
        return [*super().__dir__(), *self._data]

    @property
    def module(self) -> Module:
        """The priced program."""
        return self._module

    def to_dict(self) -> Dict[str, Any]:
        """The JSON report as a dict."""
        return json.loads(self._json)

    def to_json(self) -> str:
        """The JSON report, one line."""
        return self._json.rstrip("\n")

    def to_csv(self) -> str:
        """A row per kernel."""
        return self._module.report("csv", self._speedups)

    def to_text(self, width: int = 100) -> str:
        """Tables for people, at most `width` columns wide."""
        return self._module.report("text", self._speedups, width)

    def to_pandas(self) -> Any:
        """A ``pandas.DataFrame`` with a row per kernel. Needs pandas."""
        pandas = need("pandas", "pandas")
        return pandas.DataFrame(self._data["kernels"])

    def plot(self, basis: str = "cycles", axes: Any = None) -> Any:
        """Work by class, and what Amdahl's Law makes of it. Needs matplotlib.

        basis: a figure that Amdahl's Law is evaluated on, such as ``cycles``.
        axes: two axes of matplotlib to draw into; by default a new figure.
        Returns the figure.
        """
        laws = {(law["basis"], law["scope"]): law for law in self._data["amdahl"]}
        if (basis, "decoder") not in laws:
            known = sorted({name for name, _ in laws})
            raise ValueError(f"basis must be one of {', '.join(known)}, not '{basis}'")
        pyplot = need("matplotlib.pyplot", "plot")
        if axes is None:
            _, axes = pyplot.subplots(1, 2, figsize=(10, 4), layout="constrained")
        bars, curve = axes
        figure = bars.figure

        words = basis.replace("_", " ")
        names = [name for name, sums in self._data["classes"].items()
                 if sums["kernels"] and basis in sums]
        values = [self._data["classes"][name][basis] for name in names]
        drawn = bars.bar([name.replace("_", "\n") for name in names], values)
        bars.bar_label(drawn, [f"{100 * v / (sum(values) or 1):.1f} %" for v in values])
        bars.set_ylabel(words)
        bars.set_title(f"{self._data['model']['name']} on {self._data['array']['name']}")
        bars.margins(y=0.12)

        law = laws[basis, "decoder"]
        x = [point["speedup"] for point in law["points"]]
        for key, label, marks in (("projections_faster", "MatMul-free faster", "o-"),
                                  ("attention_faster", "attention faster", "s--")):
            line, = curve.plot(x, [point[key] for point in law["points"]], marks, label=label)
            ceiling = law["ceiling"][key]
            if ceiling is not None:
                curve.axhline(ceiling, color=line.get_color(), linestyle=":")
        curve.set_xscale("log")
        curve.set_xlabel("speedup of the part")
        curve.set_ylabel(f"speedup of both together, by {words}")
        curve.set_title("Amdahl's Law; dotted: its ceiling")
        curve.legend(loc="center right")
        return figure

    def __repr__(self) -> str:
        width = shutil.get_terminal_size((100, 24)).columns if sys.stdout.isatty() else 100
        return self.to_text(width).rstrip("\n")

    def _repr_html_(self) -> str:
        return f'<pre style="line-height: 1.2">{html.escape(self.to_text(120))}</pre>'
