"""From whatever a person has to a module."""
from __future__ import annotations

import importlib.util
import json
import os
import sys
from pathlib import Path
from typing import Any, Mapping, Optional, Sequence

from ._onebit import FAMILIES, Error, Module

_BYTECODE = b"ML\xefR"
# What an option is where nobody gave it.
_DEFAULTS = {"phase": "decode", "context": None, "batch": 1, "layers": None, "layout": "real",
             "args": None, "kwargs": None, "dims": None}
_OF_CONFIGS = ("phase", "context", "batch", "layers", "layout")


def load(
    source: Any,
    *,
    phase: str = "decode",
    context: Optional[int] = None,
    batch: int = 1,
    layers: Optional[int] = None,
    layout: str = "real",
    args: Optional[Sequence[Any]] = None,
    kwargs: Optional[Mapping[str, Any]] = None,
    dims: Optional[Mapping[str, int]] = None,
) -> Module:
    """The module of a model.

    source: the path of a Hugging Face ``config.json``, or of its folder; the
        config as a dict; a config or a model of ``transformers`` (its weights are
        not looked at); a PyTorch module or a JAX function with ``args``; an exported
        program of PyTorch; the path of an ``.mlir``, ``.mlirbc`` or ``.onnx`` file;
        MLIR text; or MLIR bytecode. A :class:`Module` is returned as it is.
    phase: ``decode`` computes one token a sequence, ``prefill`` all of the context.
    context: keys attended, in tokens, the current token included; by default 2048
        or the model's limit, whichever is less.
    batch: sequences side by side.
    layers: only the first so many.
    layout: ``real``, or ``paper`` as "MatMul or No MatMul" (arXiv 2408.11939)
        counted blocks.
    args, kwargs: what a PyTorch module (:func:`from_torch`) or a JAX function
        (:func:`from_jax`, its parameters first) is called with.
    dims: sizes that a file leaves open. Of an ONNX file by their names
        (:func:`from_onnx`), of MLIR by argument: ``{"ids": 16}`` for all of an
        argument, ``{"ids:1": 16}`` for one dimension, ``{"*": 16}`` for all; an
        argument by its name, a pattern of names, or its number.

    Configs take the five from `phase` on; those of a family that is not known here go
    through :func:`from_hf`, where its packages are. An option that the source has no
    use for is a TypeError. Bad input raises :class:`Error`, a file that cannot be read
    an OSError, such as FileNotFoundError.
    """
    options = dict(phase=phase, context=context, batch=batch, layers=layers, layout=layout,
                   args=args, kwargs=kwargs, dims=dims)
    if isinstance(source, Module):
        _with(("dims",), options)
        return _sized(source, dims)
    if isinstance(source, (bytes, bytearray, memoryview)):
        _with(("dims",), options)
        name = "<bytes>" if bytes(source[:4]) == _BYTECODE else "<string>"
        return _sized(parse(bytes(source), name), dims)
    if isinstance(source, str) and _is_text(source):
        _with(("dims",), options)
        return _sized(parse(source.encode(), "<string>"), dims)
    if isinstance(source, (str, os.PathLike)):
        return _load_path(Path(source), options)
    if _is_a(source, "torch.export", "ExportedProgram") or (
            args is not None and _is_a(source, "torch.nn", "Module")):
        from .torch import from_torch

        _with(("args", "kwargs"), options)
        return from_torch(source, *(args or ()), **(kwargs or {}))
    if _is_a(source, "onnx", "ModelProto"):
        from .onnx import from_onnx

        _with(("dims",), options)
        return from_onnx(source, dims=dims)
    config = _config_of(source)
    if config is not None:
        _with(_OF_CONFIGS, options)
        return _load_config(json.dumps(config, default=str), "config.json", options, source)
    if callable(source) and args:
        from .jax import from_jax

        _with(("args", "kwargs"), options)
        return from_jax(source, *args, **(kwargs or {}))
    needs = " with args=(...), what it is called with" if callable(source) else ""
    raise TypeError(
        f"cannot make a model of {type(source).__name__}{needs}; expected a path, MLIR text or "
        "bytecode, a dict, a config or model of transformers, a PyTorch module or a JAX "
        "function with args")


def parse(source: bytes, name: str) -> Module:
    """MLIR, text or bytecode; StableHLO is legalized by jaxlib on the way."""
    if b"stablehlo." in source or source.startswith(_BYTECODE) and b"StableHLO" in source:
        from ._stablehlo import legalize

        return Module.parse(legalize(source, name), name)
    return Module.parse(source, name)


def _is_a(source: Any, module: str, name: str) -> bool:
    """Whether `source` is of a class of a package. One that was not imported made nothing."""
    kind = getattr(sys.modules.get(module), name, None)
    return kind is not None and isinstance(source, kind)


def _is_text(source: str) -> bool:
    return "\n" in source or "module" in source and "{" in source


def _load_path(path: Path, options: Mapping[str, Any]) -> Module:
    if path.is_dir():
        path = path / "config.json"
    if path.suffix == ".onnx":
        from .onnx import from_onnx

        _with(("dims",), options)
        return from_onnx(path, dims=options["dims"])
    data = path.read_bytes()
    if path.suffix == ".json":
        try:
            text = data.decode()
        except UnicodeDecodeError as error:
            raise Error(f"{path}: expected a config.json in UTF-8, {error.reason} at byte "
                        f"{error.start}") from error
        _with(_OF_CONFIGS, options)
        return _load_config(text, str(path), options, path)
    _with(("dims",), options)
    return _sized(parse(data, str(path)), options["dims"])


def _sized(module: Module, dims: Optional[Mapping[str, int]]) -> Module:
    if dims:
        module.set_dims([f"{name}={size}" for name, size in dims.items()])
    return module


def _load_config(text: str, name: str, options: Mapping[str, Any], source: Any) -> Module:
    given = {key: options[key] for key in _OF_CONFIGS}
    if given["layout"] == "real" and not _is_known(text) and all(
            importlib.util.find_spec(package) for package in ("torch", "torch_mlir", "transformers")):
        from .hugging_face import from_hf

        given.pop("layout")
        return from_hf(source, **given)
    return Module.import_hf_config(text, name, **given)


def _is_known(text: str) -> bool:
    """Whether the importer knows the config's family, or can say best what is wrong."""
    try:
        config = json.loads(text)
    except ValueError:
        return True
    family = config.get("model_type") if isinstance(config, dict) else None
    if not isinstance(family, str) or family in FAMILIES:
        return True
    if not importlib.util.find_spec("transformers"):
        return True
    from transformers import CONFIG_MAPPING

    return family not in CONFIG_MAPPING


def _with(known: Sequence[str], options: Mapping[str, Any]) -> None:
    """Complains of options that a source has no use for."""
    given = [key for key, value in options.items()
             if key not in known and value != _DEFAULTS[key]]
    if not given:
        return
    reasons = {"args": "a module or a function", "kwargs": "a module or a function",
               "dims": "an ONNX file or MLIR"}
    reason = reasons.get(given[0], "a config")
    hint = "; a module has its sizes" if reason == "a config" and not known else ""
    raise TypeError(f"{', '.join(given)}: only {reason} takes "
                    f"{'this' if reason != 'a config' else 'these'}{hint}")


def _config_of(source: Any) -> Optional[Mapping[str, Any]]:
    if isinstance(source, Mapping):
        return dict(source)
    config = source if hasattr(source, "model_type") else getattr(source, "config", None)
    if config is not None and hasattr(config, "to_dict") and hasattr(config, "model_type"):
        return config.to_dict()
    return None
