"""From whatever a person has to a module."""
from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Mapping, Optional

from ._onebit import Error, Module

_BYTECODE = b"ML\xefR"


def load(
    source: Any,
    *,
    phase: str = "decode",
    context: Optional[int] = None,
    batch: int = 1,
    layers: Optional[int] = None,
    layout: str = "real",
) -> Module:
    """The module of a model.

    source: the path of a Hugging Face ``config.json``, or of its folder; the
        config as a dict; a config or a model of ``transformers`` (its weights are
        not looked at); the path of an ``.mlir`` or ``.mlirbc`` file; MLIR text;
        or MLIR bytecode. A :class:`Module` is returned as it is.
    phase: ``decode`` computes one token a sequence, ``prefill`` all of the context.
    context: keys attended, in tokens, the current token included; by default 2048
        or the model's limit, whichever is less.
    batch: sequences side by side.
    layers: only the first so many.
    layout: ``real``, or ``paper`` as "MatMul or No MatMul" (arXiv 2408.11939)
        counted blocks.

    The last five are for configs: MLIR has its sizes, and to give them with it is
    a TypeError. Bad input raises :class:`Error`.
    """
    options = dict(phase=phase, context=context, batch=batch, layers=layers, layout=layout)
    if isinstance(source, Module):
        return _without(options, source)
    if isinstance(source, (bytes, bytearray, memoryview)):
        return _without(options, Module.parse(bytes(source)))
    if isinstance(source, str) and _is_text(source):
        return _without(options, Module.parse(source.encode()))
    if isinstance(source, (str, os.PathLike)):
        return _load_path(Path(source), options)
    config = _config_of(source)
    if config is None:
        raise TypeError(
            f"cannot make a model of {type(source).__name__}; expected a path, MLIR text or "
            "bytecode, a dict, or a config or model of transformers")
    return Module.import_hf_config(json.dumps(config), **options)


def _is_text(source: str) -> bool:
    return "\n" in source or "module" in source and "{" in source


def _load_path(path: Path, options: Mapping[str, Any]) -> Module:
    if path.is_dir():
        path = path / "config.json"
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Error(f"{path}: {error.strerror}") from error
    if path.suffix == ".json":
        try:
            text = data.decode()
        except UnicodeDecodeError as error:
            raise Error(f"{path}: expected a config.json in UTF-8, {error.reason} at byte "
                        f"{error.start}") from error
        return Module.import_hf_config(text, str(path), **options)
    return _without(options, Module.parse(data, str(path)))


def _without(options: Mapping[str, Any], module: Module) -> Module:
    given = [key for key, value in options.items()
             if value != {"phase": "decode", "batch": 1, "layout": "real"}.get(key)]
    if given:
        raise TypeError(f"{', '.join(given)}: only a config takes these; a module has its sizes")
    return module


def _config_of(source: Any) -> Optional[Mapping[str, Any]]:
    if isinstance(source, Mapping):
        return dict(source)
    config = source if hasattr(source, "model_type") else getattr(source, "config", None)
    if config is not None and hasattr(config, "to_dict") and hasattr(config, "model_type"):
        return config.to_dict()
    return None
