"""ONNX files: torch-mlir's importer, then its way to linalg."""
from __future__ import annotations

import ast
import os
from collections import Counter
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional, Set

from . import _torch_mlir
from ._extras import need
from ._names import is_cache
from ._onebit import Error, Module
from ._progress import Steps


def from_onnx(path: Any, *, dims: Optional[Mapping[str, int]] = None) -> Module:
    """The matrix products of an ONNX model.

    path: an ``.onnx`` file, or an ``onnx.ModelProto``. Weights in files beside it are
        not read.
    dims: sizes of the dimensions that the model's inputs leave open, by name:
        ``{"batch_size": 1, "sequence_length": 128}``.

    Initializers become arguments with their names; one without a name of its own has
    that of the module that it was exported from, where the exporter noted it. Needs
    ``pip install onebit[onnx]``.
    """
    onnx = need("onnx", "onnx")
    need("torch_mlir", "onnx")
    from torch_mlir.extras import onnx_importer

    with Steps("onnx", 3) as progress:
        progress.step("read")
        if isinstance(path, onnx.ModelProto):
            model, folder, name = onnx.ModelProto(), ".", "<onnx>"
            model.CopyFrom(path)
        else:
            name, folder = os.fspath(path), str(Path(path).parent)
            try:
                model = onnx.load(name, load_external_data=False)
            except OSError:
                raise
            except Exception as error:  # protobuf's own class, which moves about
                raise Error(f"{name}: not an ONNX model: {error}") from error
        _set_sizes(model.graph, dict(dims or {}), name)
        weights = _make_inputs(onnx, model.graph)
        try:
            onnx.load_external_data_for_model(model, folder)
            model = onnx.shape_inference.infer_shapes(model, data_prop=True)
        except (OSError, ValueError, onnx.checker.ValidationError) as error:
            raise Error(f"{name}: {error}") from error
        progress.step("import")
        context = _torch_mlir.make_context("onnx")
        info = onnx_importer.ModelInfo(model, config=onnx_importer.Config())
        module = info.create_module(context=context).operation
        try:
            importer = onnx_importer.NodeImporter.define_function(info.main_graph, module)
            importer.import_all()
        except onnx_importer.OnnxImportError as error:
            raise Error(f"{name}: {error}") from error
        function = module.regions[0].blocks[0].operations[0]
        with context:
            _torch_mlir.mark_arguments(function, [_mark(i, weights) for i in info.main_graph.input_map])
        progress.step("lower")
        _torch_mlir.run(module, _torch_mlir.ONNX_TO_BACKEND, _torch_mlir.TO_BACKEND,
                        _torch_mlir.TO_LINALG)
        return Module.parse(_torch_mlir.print_module(module), name)


def _mark(name: str, weights: Mapping[str, str]) -> Dict[str, str]:
    if name in weights:
        return {"decoder.weight": weights[name]}
    return {"decoder.cache" if is_cache(name) else "decoder.activation": name}


def _set_sizes(graph: Any, dims: Dict[str, int], name: str) -> None:
    initialized = {tensor.name for tensor in graph.initializer}
    missing: Set[str] = set()
    known: Set[str] = set()
    for value in (*graph.input, *graph.output):
        for dim in value.type.tensor_type.shape.dim:
            if dim.WhichOneof("value") == "dim_value":
                continue
            known.add(dim.dim_param)
            if dim.dim_param in dims:
                dim.dim_value = dims[dim.dim_param]
            elif value not in graph.output and value.name not in initialized:
                missing.add(dim.dim_param or f"(without a name, of {value.name})")
    if missing:
        raise Error(f"{name}: sizes are open: {', '.join(sorted(missing))}; give them as dims={{...}}")
    if unknown := sorted(set(dims) - known):
        raise Error(f"{name}: no dimension is called {', '.join(unknown)}; "
                    f"there are {', '.join(sorted(filter(None, known))) or 'none'}")
    # Shapes in between were inferred with the sizes open.
    del graph.value_info[:]


def _make_inputs(onnx: Any, graph: Any) -> Dict[str, str]:
    """Makes initializers of matrices inputs. Returns the weight's name of each."""
    names = _module_names(graph)
    floats = {onnx.TensorProto.FLOAT, onnx.TensorProto.FLOAT16, onnx.TensorProto.BFLOAT16,
              onnx.TensorProto.DOUBLE, onnx.TensorProto.INT8, onnx.TensorProto.UINT8}
    given = {value.name for value in graph.input}
    weights, others = {}, []
    for tensor in graph.initializer:
        if len(tensor.dims) < 2 or tensor.data_type not in floats:
            others.append(tensor)
            continue
        weights[tensor.name] = names.get(tensor.name, tensor.name)
        if tensor.name not in given:
            graph.input.append(onnx.helper.make_tensor_value_info(
                tensor.name, tensor.data_type, tensor.dims))
    kept = [onnx.TensorProto.FromString(tensor.SerializeToString()) for tensor in others]
    del graph.initializer[:]
    graph.initializer.extend(kept)
    return weights


def _module_names(graph: Any) -> Dict[str, str]:
    """Names of weights that have none of their own, after the module that uses them."""
    uses = Counter(name for node in graph.node for name in node.input)
    names: Dict[str, str] = {}
    for node in graph.node:
        scope = _scope(node)
        if not scope or node.op_type not in ("MatMul", "Gemm"):
            continue
        for name in node.input[:2]:
            if "." not in name and uses[name] == 1:
                names[name] = f"{scope}.weight"
    return names


def _scope(node: Any) -> str:
    """The path of the module that `node` was exported from, or nothing."""
    for note in node.metadata_props:
        if note.key == "pkg.torch.onnx.name_scopes":
            try:
                scopes: List[str] = ast.literal_eval(note.value)
            except (SyntaxError, ValueError):
                return ""
            # The last is the node's own.
            return scopes[-2] if len(scopes) > 1 else ""
    # The older exporter: /model/layers.0/self_attn/q_proj/MatMul.
    parts = node.name.strip("/").split("/")
    return ".".join(parts[:-1]) if node.name.startswith("/") else ""
