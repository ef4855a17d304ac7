"""Figures over models, contexts and arrays. Needs ``pip install onebit[plot]``.

Each takes sources as :func:`onebit.report` does, and returns a figure of matplotlib
that :func:`save` writes as an image or as one self-contained HTML file with its numbers
in a table. Colours are told apart by colour-blind readers (Okabe and Ito; cividis), and
nothing is told by colour alone.
"""
from __future__ import annotations

import html
import io
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

from ._compile import report
from ._extras import need
from ._onebit import CHOICES
from ._progress import shown

# Okabe and Ito, from dark to light where lines meet.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000", "#E69F00", "#56B4E9", "#F0E442")
_MARKERS = "osD^vPX*"
_SUFFIXES = (".html", ".pdf", ".png", ".svg")
_CLASSES = (("matmul_free", "MatMul-free", ""), ("attention", "attention", "//"),
            ("dense_projection", "dense projection", ".."),
            ("low_bit_projection", "low-bit projection", "xx"))
Make = Optional[Callable[..., Any]]


def amdahl(models: Sequence[Any], *, contexts: Sequence[Optional[int]] = (None,),
           arrays: Sequence[Any] = (None,), basis: str = "cycles", make: Make = None,
           **options: Any) -> Any:
    """How much faster decoder products get when a part of them does.

    A panel an array, a colour a model and context; solid where MatMul-free products
    are faster, dashed where attention is. The ceiling of a curve is its dotted line.
    """
    if len(models) * len(contexts) > len(_COLOURS):
        raise ValueError(f"at most {len(_COLOURS)} models and contexts can be told apart in a "
                         f"figure, not {len(models) * len(contexts)}")
    reports = _reports(models, contexts, arrays, make, options)
    figure, axes = _panels(len(arrays), 5.2, 4.4)
    table: List[Tuple[Any, ...]] = []
    for column, axis in enumerate(axes):
        for row, (label, reports_of) in enumerate(_lines(reports, models, contexts)):
            data = reports_of[column]
            law = _law(data, basis)
            points = [point["speedup"] for point in law["points"]]
            for key, part, dashes in (("projections_faster", "MatMul-free", "-"),
                                      ("attention_faster", "attention", "--")):
                values = [point[key] for point in law["points"]]
                axis.plot(points, values, dashes, color=_COLOURS[row], marker=_MARKERS[row],
                          markersize=4, label=f"{label}, {part} faster")
                ceiling = law["ceiling"][key]
                if ceiling is not None and ceiling <= 1.5 * max(values):
                    axis.axhline(ceiling, color=_COLOURS[row], linestyle=":", linewidth=0.8)
                table += [(label, data.array["name"], part, x, round(y, 4))
                          for x, y in zip(points, values)]
        for scale, ticks in ((axis.set_xscale, axis.set_xticks), (axis.set_yscale, axis.set_yticks)):
            scale("log")
            ticks(points, [f"{x:g}" for x in points])
        axis.minorticks_off()
        axis.set_xlabel("speedup of the part, x")
        axis.set_title(_array_title(data))
        axis.grid(alpha=0.3)
    # Shared by all panels; ticks above the highest curve would make room for nothing.
    axes[0].set_ylim(0.93, 1.2 * max(2, *(row[-1] for row in table)))
    axes[0].set_ylabel(f"speedup of both together, x, by {basis.replace('_', ' ')}")
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=min(2, len(arrays)),
                  frameon=False)
    return _finish(figure, "Amdahl's Law of MatMul-free products and attention; dotted: ceilings",
                   ("model", "array", "part", "speedup of the part", "speedup of both"), table)


def heat_map(models: Sequence[Any], *, contexts: Sequence[Optional[int]] = (None,),
             arrays: Sequence[Any] = (None,), basis: str = "cycles", make: Make = None,
             **options: Any) -> Any:
    """The MatMul-free share of MatMul-free products and attention, a cell a model and
    context, a panel an array."""
    reports = _reports(models, contexts, arrays, make, options)
    figure, axes = _panels(len(arrays), 1.6 + 0.75 * len(contexts), 1.6 + 0.36 * len(models))
    names: List[str] = []
    table: List[Tuple[Any, ...]] = []
    for column, axis in enumerate(axes):
        cells = [[_share(reports[m][c][column], basis) for c in range(len(contexts))]
                 for m in range(len(models))]
        names = [_name(reports[m][0][column], model) for m, model in enumerate(models)]
        ticks = [f"{reports[0][c][column].model.get('context', 0):,}" for c in range(len(contexts))]
        image = axis.imshow(cells, cmap="cividis", vmin=0, vmax=100, aspect="auto")
        for m, row in enumerate(cells):
            for c, value in enumerate(row):
                axis.text(c, m, f"{value:.1f}", ha="center", va="center", fontsize=8,
                          color="white" if value < 55 else "black")
                table.append((names[m], ticks[c], reports[m][c][column].array["name"], round(value, 2)))
        axis.set_xticks(range(len(contexts)), ticks)
        if column == 0:
            axis.set_yticks(range(len(models)), names)
        axis.set_xlabel("context, tokens")
        axis.set_title(_array_title(reports[0][0][column]))
    figure.colorbar(image, ax=list(axes), label=f"MatMul-free share of {basis.replace('_', ' ')}, %")
    return _finish(figure, f"MatMul-free share of {basis.replace('_', ' ')}, decoder, %",
                   ("model", "context", "array", "MatMul-free share, %"), table)


def dataflows(models: Sequence[Any], *, contexts: Sequence[Optional[int]] = (None,),
              arrays: Sequence[Any] = (None,), basis: str = "cycles", make: Make = None,
              **options: Any) -> Any:
    """What a model costs in each dataflow, by class, next to the first; above a bar, how
    much that is and the MatMul-free share."""
    if len(contexts) > 1:
        raise ValueError("dataflows are compared at one context")
    chosen = options.pop("dataflows", [name for name in CHOICES["dataflow"] if name not in ("array", "auto")])
    make = make or _default_make(options)
    work = [(model, array, dataflow) for model in models for array in arrays for dataflow in chosen]
    results = iter([make(model, contexts[0], array, dataflow=dataflow)
                    for model, array, dataflow in shown(work, "dataflows")])
    reports = [[[next(results) for _ in chosen] for _ in arrays] for _ in models]
    figure, axes = _panels(len(arrays), max(4.0, 1.6 + 0.45 * len(models) * len(chosen)), 4.6)
    table: List[Tuple[Any, ...]] = []
    width = 0.8 / len(chosen)
    for column, axis in enumerate(axes):
        seen = set()
        for m, model in enumerate(models):
            unit = reports[m][column][0].total[basis] or 1
            for d, dataflow in enumerate(chosen):
                data, at, bottom = reports[m][column][d], m + (d - (len(chosen) - 1) / 2) * width, 0
                for key, words, hatch in _CLASSES:
                    value = data.classes.get(key, {}).get(basis, 0)
                    if not value:
                        continue
                    # Colour is the dataflow, hatching the class.
                    axis.bar(at, value / unit, width * 0.92, bottom=bottom, color=_COLOURS[d], hatch=hatch,
                             edgecolor="white", linewidth=0.5,
                             alpha=1.0 if key == "matmul_free" else 0.75)
                    bottom += value / unit
                    seen.add((words, hatch))
                    table.append((_name(data, model), data.array["name"], dataflow, words, value))
                axis.text(at, bottom, f"{dataflow}\n{_short(data.total[basis])}\n"
                          f"{_share(data, basis):.0f} %", ha="center", va="bottom", fontsize=7)
        axis.set_xticks(range(len(models)), [_name(reports[m][column][0], model)
                                             for m, model in enumerate(models)])
        axis.set_title(_array_title(reports[0][column][0], dataflow=False))
        axis.margins(y=0.2)
    axes[0].set_ylabel(f"{basis.replace('_', ' ')}, {chosen[0]} = 1")
    patches = need("matplotlib.patches", "plot")
    figure.legend(handles=[patches.Patch(facecolor="0.6", edgecolor="white", hatch=hatch, label=words)
                           for _, words, hatch in _CLASSES if (words, hatch) in seen],
                  loc="outside lower center", ncols=4, frameon=False)
    return _finish(figure, f"Dataflows: {basis.replace('_', ' ')} by class; above, their number and "
                   "the MatMul-free share",
                   ("model", "array", "dataflow", "class", basis.replace("_", " ")), table)


def check_name(path: Any) -> None:
    """Raises ValueError where :func:`save` would, before the work is done."""
    if Path(path).suffix not in _SUFFIXES:
        raise ValueError(f"{path}: a figure is written as {', '.join(_SUFFIXES)}")


def save(figure: Any, path: Any) -> None:
    """Writes a figure as .png, .svg, .pdf, or .html: one file that loads nothing."""
    check_name(path)
    path = Path(path)
    if path.suffix != ".html":
        figure.savefig(path, dpi=160)
        return
    matplotlib = need("matplotlib", "plot")
    buffer = io.StringIO()
    # Text stays text: it can be searched, read aloud and scaled.
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "onebit"}):
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    svg = buffer.getvalue()
    path.write_text(_page(figure, svg[svg.index("<svg"):]), encoding="utf-8")


def _page(figure: Any, svg: str) -> str:
    title, header, rows = figure.onebit_table
    escape = html.escape
    shown_as = lambda cell: escape(f"{cell:,}" if isinstance(cell, int) else str(cell))
    lines = ["".join(f"<td>{shown_as(cell)}</td>" for cell in row) for row in rows]
    return "\n".join([
        "<!DOCTYPE html>", '<html lang="en">', "<head>", '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(title)}</title>",
        "<style>",
        f"svg {{ width: 100%; height: auto; max-width: {1.4 * figure.get_figwidth():.1f}in; }}",
        "body { font-family: sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; }",
        "table { border-collapse: collapse; } th, td { padding: 0.2rem 0.8rem; text-align: right; }",
        "th { border-bottom: 1px solid; } th:first-child, td:first-child { text-align: left; }",
        "</style>", "</head>", "<body>",
        svg.replace("<svg", f'<svg role="img" aria-label="{escape(title)}"', 1),
        "<details>", "<summary>The numbers</summary>", "<table>",
        "<thead><tr>" + "".join(f"<th>{escape(name)}</th>" for name in header) + "</tr></thead>",
        "<tbody>", *(f"<tr>{line}</tr>" for line in lines), "</tbody>", "</table>", "</details>",
        "</body>", "</html>", ""])


def _default_make(options: Dict[str, Any]) -> Callable[..., Any]:
    def make(model: Any, context: Any, array: Any, **more: Any) -> Any:
        given = {**options, **more}
        if context is not None:
            given["context"] = context
        if array is not None:
            given["array"] = array
        return report(model, **given)

    return make


def _reports(models: Sequence[Any], contexts: Sequence[Any], arrays: Sequence[Any], make: Make,
             options: Dict[str, Any]) -> List[List[List[Any]]]:
    """Reports by model, context and array."""
    make = make or _default_make(options)
    work = [(model, context, array) for model in models for context in contexts for array in arrays]
    results = iter([make(*item) for item in shown(work, "reports")])
    return [[[next(results) for _ in arrays] for _ in contexts] for _ in models]


def _lines(reports: Any, models: Sequence[Any], contexts: Sequence[Any]) -> List[Tuple[str, Any]]:
    """A label and the reports of each array, by model and context."""
    lines = []
    for m, model in enumerate(models):
        for c in range(len(contexts)):
            label, context = _name(reports[m][c][0], model), reports[m][c][0].model.get("context")
            lines.append((f"{label} at {context:,}" if context else label, reports[m][c]))
    return lines


def _law(data: Any, basis: str) -> Dict[str, Any]:
    for law in data.amdahl:
        if (law["basis"], law["scope"]) == (basis, "decoder"):
            return law
    known = ", ".join(sorted({law["basis"] for law in data.amdahl}))
    raise ValueError(f"basis must be one of {known}, not '{basis}'")


def _share(data: Any, basis: str) -> float:
    shares = data.matmul_free_fraction["decoder"]
    if shares.get(basis) is None:
        known = ", ".join(key for key, value in shares.items() if value is not None)
        raise ValueError(f"basis must be one of {known}, not '{basis}'")
    return 100 * shares[basis]


def _name(data: Any, source: Any) -> str:
    """A short name: the model's own, or its file's."""
    name = str(data.model.get("name") or "")
    if name:
        return name.rsplit("/", 1)[-1]
    path = Path(str(source)) if isinstance(source, (str, Path)) else None
    return path.stem if path else data.model.get("family", "model")


def _short(number: int) -> str:
    """Three digits and a unit."""
    for unit, factor in (("T", 10**12), ("G", 10**9), ("M", 10**6), ("k", 10**3)):
        if number >= factor:
            return f"{number / factor:.3g} {unit}"
    return str(number)


def _array_title(data: Any, dataflow: bool = True) -> str:
    array = data.array
    kinds = {kernel["dataflow"] for kernel in data.kernels}
    flow = f", {kinds.pop()}" if dataflow and len(kinds) == 1 else ""
    return f"{array['name']}: {array['rows']} x {array['columns']}{flow}"


def _panels(number: int, width: float, height: float) -> Tuple[Any, Any]:
    pyplot = need("matplotlib.pyplot", "plot")
    figure, axes = pyplot.subplots(1, number, figsize=(width * number + 0.6, height), squeeze=False,
                                   sharey=True, layout="constrained")
    return figure, axes[0]


def _finish(figure: Any, title: str, header: Tuple[str, ...], rows: List[Tuple[Any, ...]]) -> Any:
    """The figure, with its title and the numbers that it shows."""
    figure.suptitle(title, fontsize=11)
    figure.onebit_table = (title, header, rows)
    need("matplotlib.pyplot", "plot").close(figure)
    return figure
