"""What a 1-bit language model costs on a systolic array, and how much of it
needs no multiplication.

    >>> import onebit
    >>> onebit.report("config.json", context=2048, array="128x128", dataflow="ws")

A model may be a Hugging Face ``config.json`` (its path, its folder, its dict, or
the config or model object of ``transformers``), or MLIR (a path, text, or
bytecode).
"""
from ._onebit import Error, Module, __version__
from ._report import Report
from ._sources import load
from ._compile import report
from ._program import LanguageModel, compile

__all__ = ["Error", "LanguageModel", "Module", "Report", "compile", "load", "report", "__version__"]
