"""What a 1-bit language model costs on a systolic array, and how much of it
needs no multiplication.

    >>> import onebit
    >>> onebit.report("config.json", context=2048, array="128x128", dataflow="ws")

A model may be a Hugging Face ``config.json`` (its path, its folder, its dict, or
the config or model object of ``transformers``), a PyTorch module or a JAX function
with what it is called with, an ONNX file, or MLIR (a path, text, or bytecode).
"""
from ._onebit import Error, Module, __version__
from ._report import Report
from ._sources import load
from ._compile import report
from ._program import LanguageModel, compile
from .hugging_face import from_hf
from .jax import from_jax
from .onnx import from_onnx
from .torch import from_torch

__all__ = ["Error", "LanguageModel", "Module", "Report", "compile", "from_hf", "from_jax",
           "from_onnx", "from_torch", "load", "report", "__version__"]
