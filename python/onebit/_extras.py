"""Packages that only some of the functions need."""
from __future__ import annotations

import importlib
from typing import Any


def need(module: str, extra: str) -> Any:
    """The module; an ImportError that names the extra to install where it is not there."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise ImportError(
            f"this needs {module.partition('.')[0]} ({error}): pip install onebit[{extra}]"
        ) from error
