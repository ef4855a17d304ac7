"""From a checkpoint to tokens."""
from __future__ import annotations

import errno
import operator
import os
from pathlib import Path
from typing import Any, List, Optional, Sequence, Union

from ._onebit import Error, Module


class LanguageModel:
    """A decoder compiled for this machine, with its weights and its KV caches.

    Not thread-safe. See :func:`onebit.compile`.
    """

    def __init__(self, model: Any):
        self._model = model

    def generate(self, ids: Sequence[int], n: int) -> List[int]:
        """The next ``n`` tokens after ``ids``, each the one of the largest logit.

        Starts afresh each time. An id outside the vocabulary, or more tokens than
        the caches hold, is an :class:`Error`; one that is no integer a TypeError.
        """
        ids, n = [operator.index(i) for i in ids], operator.index(n)
        self.reset()
        return self._call(self._model.generate, ids, n)

    def feed(self, tokens: Union[int, Sequence[int]]):
        """Feeds a token, or several, from the current position on; the logits of the
        next, a numpy array of ``vocabulary_size``."""
        try:
            ids = [operator.index(tokens)]
        except TypeError:
            ids = [operator.index(i) for i in tokens]
        return self._call(self._model.feed, ids)

    def reset(self) -> None:
        """Forgets every token."""
        self._model.reset()

    @property
    def position(self) -> int:
        """Tokens fed since the start or the last reset."""
        return self._model.position

    @property
    def context(self) -> int:
        """Tokens that the caches hold."""
        return self._model.context

    @property
    def vocabulary_size(self) -> int:
        return self._model.vocabulary_size

    @property
    def weight_bytes(self) -> int:
        """Bytes of the weights as they are read."""
        return self._model.weight_bytes

    @property
    def workspace_bytes(self) -> int:
        """Bytes that all intermediate tensors share."""
        return self._model.workspace_bytes

    def __repr__(self) -> str:
        return (f"<onebit.LanguageModel: vocabulary {self.vocabulary_size:,}, context "
                f"{self.context:,}, weights {self.weight_bytes / 2**20:,.1f} MiB, workspace "
                f"{self.workspace_bytes / 2**20:,.1f} MiB>")

    @staticmethod
    def _call(function, *arguments):
        from . import _run

        try:
            return function(*arguments)
        except _run.Error as error:
            raise Error(str(error)) from None


def compile(
    source: Union[str, bytes, "os.PathLike[str]", Module],
    *,
    weights: Union[str, "os.PathLike[str]", None] = None,
    context: Optional[int] = None,
    entry: str = "",
    prefill: Union[int, str, None] = None,
    threads: int = 1,
    kernel: str = "",
) -> LanguageModel:
    """Compiles a decoder for this machine.

    source: a folder as ``save_pretrained`` writes it, a ``config.json``, or MLIR
        with one token's step: a file (``.mlir``, ``.mlirbc``), text of several lines,
        bytecode, or a :class:`Module` such as :func:`onebit.load` returns.
    weights: the checkpoint, a ``.safetensors`` or ``.gguf`` file, an index of
        shards, or a folder; by default the folder of the config. MLIR whose weights
        have values needs none.
    context: tokens that the caches hold; by default 2048, or the model's limit if
        that is less. MLIR says it itself.
    entry: the function to run, where MLIR has several.
    prefill: how many tokens of a prompt are computed at once; by default each is a
        step of its own. For MLIR, the name of its function that does so.
    threads: of the ternary products. No result depends on it.
    kernel: of the ternary products, ``avx2-add`` for example; by default the fastest
        that this machine has. No result depends on it.

    Bad input raises :class:`Error` with the compiler's message; a file that is not
    there is a FileNotFoundError, an argument that does not go with the source a
    ValueError. A context beyond the model's limit is a warning.
    """
    from . import _run

    def from_module(text: bytes, name: str) -> LanguageModel:
        if context is not None:
            raise ValueError("context is for a config.json: MLIR says how long its caches are")
        if isinstance(prefill, int):
            raise ValueError("prefill is a number of tokens for a config.json, a name for MLIR")
        return LanguageModel(LanguageModel._call(
            _run.Model.from_module, text, name, entry, "" if weights is None else str(weights),
            prefill or "", threads, kernel))

    if weights is not None and not Path(weights).exists():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(weights))
    if isinstance(source, Module):
        return from_module(source.bytecode(), "<module>")
    if isinstance(source, bytes):
        return from_module(source, "<bytes>")
    if isinstance(source, str) and "\n" in source:
        return from_module(source.encode(), "<string>")
    path = Path(source)
    if path.is_dir():
        path = path / "config.json"
    if not path.exists():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    if path.suffix == ".json":
        if entry:
            raise ValueError("entry is for MLIR: a config.json has one function")
        if isinstance(prefill, str):
            raise ValueError("prefill is a number of tokens for a config.json, a name for MLIR")
        checkpoint = str(weights if weights is not None else path.parent)
        return LanguageModel(LanguageModel._call(
            _run.Model.from_config, path.read_text(encoding="utf-8"), str(path), checkpoint,
            context, 1 if prefill is None else prefill, threads, kernel))
    return from_module(path.read_bytes(), str(path))
