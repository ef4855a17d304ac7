"""What the subcommands of ``onebit`` do."""
from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Dict, Iterator, List, Sequence, Tuple

from . import plots
from ._compile import report
from ._onebit import Error, Module
from ._progress import shown
from ._sources import load
from .hugging_face import from_hf

_OF_MODELS = ("phase", "context", "batch", "layers", "layout", "dims")
FIGURES = {"amdahl": plots.amdahl, "heatmap": plots.heat_map, "dataflows": plots.dataflows}


def _source(model: str) -> Any:
    """What a MODEL of the command line stands for."""
    if model != "-":
        return Path(model)
    data = sys.stdin.buffer.read()
    if not data.strip():
        raise Error("-: nothing on stdin")
    if not data.lstrip().startswith(b"{"):
        return data
    try:
        return json.loads(data)
    except ValueError as error:
        raise Error(f"-: {error}") from error


def _load(model: str, options: Dict[str, Any], live: bool) -> Module:
    if live:
        if "layout" in options or "dims" in options:
            raise Error("--layout and --dim have no meaning with --live")
        return from_hf(_source(model), **options)
    return load(_source(model), **options)


def _split(options: Dict[str, Any]) -> Tuple[Dict[str, Any], Dict[str, Any]]:
    """Options of the model, and those of the machine."""
    dims = {}
    for item in options.pop("dims", []):
        name, _, size = item.partition("=")
        if not size.isdecimal():
            raise Error(f"--dim takes NAME=SIZE, not '{item}'")
        dims[name] = int(size)
    if dims:
        options["dims"] = dims
    of_model = {key: options.pop(key) for key in _OF_MODELS if key in options}
    return of_model, options


def report_command(models: Sequence[str], format: str, live: bool, speedups: Sequence[float],
                   **options: Any) -> None:
    of_model, machine = _split(options)
    for i, model in enumerate(shown(models, "report") if len(models) > 1 else models):
        result = report(_load(model, of_model, live), speedups=speedups, **machine)
        if format == "csv" and len(models) > 1:
            # Rows of several models are told apart by a column of their own.
            name = '"' + model.replace('"', '""') + '"'
            header, *rows = result.to_csv().splitlines()
            print("\n".join(([] if i else [f"model,{header}"]) + [f"{name},{row}" for row in rows]))
            continue
        if format == "text" and i:
            print()
        text = {"text": repr, "json": type(result).to_json, "csv": type(result).to_csv}[format](result)
        print(text.rstrip("\n"))


def import_command(model: str, output: str, live: bool, **options: Any) -> None:
    of_model, _ = _split(options)
    module = _load(model, of_model, live)
    if output == "-":
        print(module)
    elif output.endswith(".mlirbc"):
        Path(output).write_bytes(module.bytecode())
    else:
        Path(output).write_text(f"{module}\n")


def _reports(models: Sequence[str], live: bool, of_model: Dict[str, Any],
             machine: Dict[str, Any]) -> Iterator[Dict[str, Any]]:
    for model in models:
        if model.endswith(".json") and Path(model).is_file():
            try:
                saved = json.loads(Path(model).read_bytes())
            except ValueError as error:
                raise Error(f"{model}: {error}") from error
            if isinstance(saved, dict) and str(saved.get("schema")).startswith("onebit-report/"):
                yield saved
                continue
        yield report(_load(model, of_model, live), **machine).to_dict()


def compare_command(models: Sequence[str], format: str, live: bool, **options: Any) -> None:
    of_model, machine = _split(options)
    first, second = _reports(models, live, of_model, machine)
    rows = _compare(first, second)
    if format == "json":
        print(json.dumps({"models": list(models), "figures": [
            dict(zip(("figure", "first", "second"), row)) for row in rows]}))
        return
    header = ("", *(_title(data) for data in (first, second)), "second / first")
    cells = [header] + [(name, _number(a), _number(b), "-" if not a or b is None else f"{b / a:.3f}x")
                        for name, a, b in rows]
    widths = [max(len(row[i]) for row in cells) for i in range(4)]
    for row in cells:
        print("  ".join(cell.ljust(width) if i == 0 else cell.rjust(width)
                        for i, (cell, width) in enumerate(zip(row, widths))).rstrip())
    if not (first["complete"] and second["complete"]):
        print("\nNot everything of these models could be seen; see their reports.")


def _title(data: Dict[str, Any]) -> str:
    array = data["array"]
    return f"{data['model'].get('name') or 'model'} on {array['name']}"


def _number(value: Any) -> str:
    if value is None:
        return "-"
    return f"{value:,}" if isinstance(value, int) else f"{100 * value:.2f} %"


def _compare(first: Dict[str, Any], second: Dict[str, Any]) -> List[Tuple[str, Any, Any]]:
    """Figures of both: fractions, then sums, whole and by class."""
    rows: List[Tuple[str, Any, Any]] = []
    for scope in ("decoder", "model"):
        for basis in ("cycles", "sram_accesses", "macs"):
            one, other = ((data["matmul_free_fraction"].get(scope) or {}).get(basis)
                          for data in (first, second))
            rows.append((f"MatMul-free share of {basis.replace('_', ' ')}, {scope}", one, other))
    for figure in ("kernels", "macs", "cycles", "sram_accesses", "dram_bits", "energy_total_fj"):
        groups = [("all", *(data["total"].get(figure) for data in (first, second)))]
        groups += [(name.replace("_", " "), *(data["classes"][name].get(figure) for data in (first, second)))
                   for name in first["classes"]]
        if any(value is not None for _, *values in groups for value in values):
            rows += [(f"{figure.replace('_', ' ')}, {name}", *values) for name, *values in groups]
    return rows


def plot_command(figure: str, models: Sequence[str], output: str, live: bool, basis: str,
                 **options: Any) -> None:
    contexts = options.pop("contexts", [options.get("context")])
    arrays = options.pop("arrays", [options.get("array")])
    options.pop("context", None)
    options.pop("array", None)
    if options.get("dims") and len(models) > 1:
        raise Error("--dim is for one file")
    of_model, machine = _split(options)
    plots.check_name(output)

    def make(model: str, context: Any, array: Any, **more: Any) -> Any:
        given = {**of_model, **({} if context is None else {"context": context})}
        chosen = {**machine, **more, **({} if array is None else {"array": array})}
        return report(_load(model, given, live), **chosen)

    plots.save(FIGURES[figure](models, contexts=contexts, arrays=arrays, basis=basis, make=make), output)
