"""From a model to a report."""
from __future__ import annotations

import re
from typing import Any, Iterable, Optional, Sequence, Union

from . import _onebit
from ._report import Report
from ._sources import load


def report(
    source: Any,
    *,
    array: Any = None,
    dataflow: Optional[str] = None,
    objective: Optional[str] = None,
    gqa: Optional[str] = None,
    masked_folds: Optional[str] = None,
    cost_model: Optional[str] = None,
    energy: Optional[str] = None,
    scheme: Optional[str] = None,
    full_precision: Union[str, Sequence[str], None] = None,
    activation_bits: Optional[int] = None,
    group_size: Optional[int] = None,
    entry: Optional[str] = None,
    weights: Union[str, Sequence[Union[int, str]], None] = None,
    speedups: Iterable[float] = (),
    **model: Any,
) -> Report:
    """What a model costs on an array.

    source, and the keywords phase, context, batch, layers, layout and dims: see
        :func:`load`. A :class:`Module` is lowered in place; one that is priced
        already is reported as it is.
    array: a name (``paper-cloud``, ``paper-edge``), ``ROWSxCOLUMNS``, or the path of
        an array's file.
    dataflow: ``os``, ``ws``, ``is``, or ``auto`` for the best for each product.
    objective: what ``auto`` makes least: ``cycles``, ``energy``, ``edp`` or
        ``dram-bytes``.
    gqa: query heads that share keys and values: ``heads`` for a product each,
        ``rows`` for rows of one; by default as the cost model has it.
    masked_folds: folds of scores that a causal mask hides whole: ``computed``, or
        ``skipped``.
    cost_model: a family; its name stands in the report.
    energy: a process node to add energies of, ``45nm`` or ``7nm``; ``none``.
    scheme: ``b1`` (BitNet), ``b1.58``, or one of them as released code has it:
        ``b1-released``, ``b1.58-released``.
    full_precision: roles of projections that keep their weights (``lm_head`` and
        ``router`` by default), or ``none``.
    activation_bits: bits of a quantized activation, 2 to 8.
    group_size: weights that share a scale; 0 for all of a weight.
    entry: the function to compile, where a file has several.
    weights: which arguments are weights, where a file does not say: ``all``,
        ``none``, indices or name patterns.
    speedups: points of Amdahl's Law besides the usual ones.

    What is not given has the default of ``onebit-opt --lower-to-systolic``. Bad
    input raises :class:`Error` with the compiler's message.
    """
    chosen = {"dataflow": dataflow, "objective": objective, "gqa": gqa,
              "masked_folds": masked_folds, "energy": energy, "scheme": scheme}
    for name, value in chosen.items():
        if value is not None and value not in _onebit.CHOICES[name]:
            raise ValueError(f"{name} must be one of {', '.join(_onebit.CHOICES[name])}, not '{value}'")
    module = load(source, **model)
    module.lower(_options({
        "array": array, **{name.replace("_", "-"): value for name, value in chosen.items()},
        "cost-model": cost_model, "full-precision": full_precision,
        "activation-bits": activation_bits, "group-size": group_size,
        "entry": entry, "weights": weights}))
    return Report(module, list(speedups))


def _options(values: dict) -> str:
    """As ``--lower-to-systolic`` takes them."""
    return " ".join(f"{key}={_value(value)}" for key, value in values.items() if value is not None)


def _value(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return ",".join(_value(item) for item in value)
    text = str(value)
    return text if re.fullmatch(r"[\w.,*#/+:-]+", text) else "{" + text + "}"
