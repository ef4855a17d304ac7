"""Models of transformers, from a config on: what they compute, as they compute it."""
from __future__ import annotations

import contextlib
import copy
import json
import os
from pathlib import Path
from typing import Any, Iterator, List, Optional, Tuple

from . import torch as torch_route
from ._extras import need
from ._onebit import Error, Module
from ._progress import Steps


def from_hf(
    source: Any,
    *,
    phase: str = "decode",
    context: Optional[int] = None,
    batch: int = 1,
    layers: Optional[int] = None,
) -> Module:
    """The matrix products of a causal language model of ``transformers``.

    source: a config, a model, a dict, the path of a ``config.json`` or of its folder,
        or a name on the hub (of which the config alone is loaded).
    phase, context, batch, layers: as of :func:`onebit.load`. ``decode`` exports a step
        with ``context - 1`` tokens in the model's own cache.

    :func:`onebit.load` reads the same config in milliseconds for the families that it
    knows; this runs the model's own code, for every family that torch-mlir can lower.
    Attention is the eager one and experts are batched, which changes how a model
    computes and not what. Weights are never allocated, those of a model never read.
    Needs ``pip install onebit[hf]``.
    """
    torch = need("torch", "hf")
    transformers = need("transformers", "hf")
    need("torch_mlir", "hf")
    from torch._subclasses.fake_tensor import FakeTensorMode

    if phase not in ("decode", "prefill"):
        raise Error(f"phase must be 'decode' or 'prefill', not '{phase}'")
    if batch < 1:
        raise Error(f"batch must be at least 1, not {batch}")
    with Steps("transformers", 4) as progress, contextlib.ExitStack() as stack:
        progress.step("build")
        stack.enter_context(torch.no_grad())
        mode = FakeTensorMode(allow_non_fake_inputs=True)
        if isinstance(source, torch.nn.Module):
            if layers is not None:
                raise TypeError("layers: a model has its own; give its config")
            # In a fake mode, tensors on the meta device are what they were.
            model = source
            if any(tensor.is_meta for tensor in model.parameters()):
                stack.enter_context(mode)
                model = _build(model.config)
        else:
            config = _config_of(transformers, source)
            if layers is not None:
                config = _first_layers(config, layers)
            stack.enter_context(mode)
            model = _build(config)
        text = model.config.get_text_config(decoder=True)
        context = _context_of(text, context, phase)
        stack.enter_context(_plain(model))
        progress.step("export")
        if phase == "prefill":
            wrapper = _module(_Prefill, model)
            arguments: Tuple[Any, ...] = (torch.zeros((batch, context), dtype=torch.int64),)
        else:
            cache = _make_cache(model, mode, batch, context)
            wrapper = _module(_Decode, model)
            wrapper.name, wrapper.cache = cache
            states = [torch.zeros(s.shape, dtype=s.dtype) for s in _states(wrapper.cache)]
            arguments = (torch.zeros((batch, 1), dtype=torch.int64), states)
        program = torch_route.export(wrapper, arguments, {})
        return torch_route.from_program(program, progress, prefix="model.")


def _config_of(transformers: Any, source: Any) -> Any:
    if hasattr(source, "model_type") and hasattr(source, "to_dict"):
        return copy.deepcopy(source)
    if isinstance(source, (str, os.PathLike)):
        path = Path(source)
        if path.suffix == ".json":
            try:
                return _config_of(transformers, json.loads(path.read_text()))
            except ValueError as error:
                raise Error(f"{path}: {error}") from error
        try:
            return transformers.AutoConfig.from_pretrained(source)
        except (OSError, ValueError) as error:
            raise Error(str(error)) from error
    if isinstance(source, dict):
        values = dict(source)
        try:
            return transformers.AutoConfig.for_model(values.pop("model_type", None), **values)
        except (TypeError, ValueError) as error:
            raise Error(f"not a config that transformers knows: {error}") from error
    raise TypeError(f"cannot make a model of {type(source).__name__}; expected a config, a "
                    "model, a dict, a path or a name on the hub")


def _first_layers(config: Any, layers: int) -> Any:
    text = config.get_text_config(decoder=True)
    if not 1 <= layers <= text.num_hidden_layers:
        raise Error(f"layers must be from 1 to {text.num_hidden_layers}, not {layers}")
    text.num_hidden_layers = layers
    for name in ("layer_types", "mlp_layer_types"):
        if getattr(text, name, None):
            setattr(text, name, getattr(text, name)[:layers])
    return config


def _context_of(text: Any, context: Optional[int], phase: str) -> int:
    limit = getattr(text, "max_position_embeddings", None)
    if context is None:
        context = min(2048, limit or 2048)
    if context < (1 if phase == "prefill" else 2):
        raise Error(f"context must be at least {1 if phase == 'prefill' else 2}, not {context}")
    if limit and context > limit:
        raise Error(f"context must be at most {limit}, the model's limit, not {context}")
    return context


def _build(config: Any) -> Any:
    """The model of a config, and what its quantization makes of the linear layers."""
    import transformers

    try:
        model = transformers.AutoModelForCausalLM.from_config(config)
    except ValueError as error:
        raise Error(str(error)) from error
    quantization = getattr(config, "quantization_config", None)
    if quantization is None:
        return model.eval()
    values = quantization if isinstance(quantization, dict) else quantization.to_dict()
    method = getattr(values.get("quant_method"), "value", values.get("quant_method"))
    if method != "bitnet":
        raise Error(f"quantization '{method}' is not known here, only bitnet is; remove "
                    "'quantization_config' from the config to see the model without it")
    from transformers.quantizers import AutoHfQuantizer

    AutoHfQuantizer.from_config(dict(values), pre_quantized=True).preprocess_model(model=model)
    return model.eval()


@contextlib.contextmanager
def _plain(model: Any) -> Iterator[None]:
    """Attention and experts as products, for as long as it takes."""
    settings = {"_attn_implementation_internal": "eager", "_experts_implementation_internal": "batched_mm"}
    before = []
    configs = {id(child.config): child.config for child in model.modules()
               if hasattr(child, "config") and hasattr(child.config, "to_dict")}
    for config in configs.values():
        for name, value in settings.items():
            if hasattr(config, name):
                before.append((config, name, getattr(config, name)))
                setattr(config, name, value)
    try:
        yield
    finally:
        for config, name, value in before:
            setattr(config, name, value)


def _make_cache(model: Any, mode: Any, batch: int, context: int) -> Tuple[str, Any]:
    """The argument that takes the cache, and the cache after context - 1 tokens."""
    import torch

    def run(tokens: int) -> Any:
        with mode, torch_route.evaluation(model):
            return model(input_ids=torch.zeros((batch, tokens), dtype=torch.int64),
                         use_cache=True, return_dict=True)

    for name in ("past_key_values", "cache_params"):
        # The state of a recurrent layer does not grow, and takes a step a token to make.
        cache = getattr(run(1), name, None)
        if cache is None:
            continue
        if any(getattr(layer, "keys", None) is not None for layer in cache.layers):
            cache = getattr(run(context - 1), name)
        return name, cache
    raise Error(f"{type(model).__name__} returns no cache that is known here; "
                "phase='prefill' needs none")


def _stores(cache: Any) -> Iterator[Tuple[Any, Any]]:
    """Where a cache holds its tensors: a dict and a key in it each."""
    for layer in cache.layers:
        for name in ("keys", "values"):
            if getattr(layer, name, None) is not None:
                yield vars(layer), name
        for name in ("conv_states", "recurrent_states"):
            for key, value in (getattr(layer, name, None) or {}).items():
                if value is not None:
                    yield getattr(layer, name), key


def _states(cache: Any) -> List[Any]:
    return [store[key] for store, key in _stores(cache)]


def _fill(cache: Any, tensors: List[Any]) -> Any:
    """A cache like `cache` that holds `tensors`."""
    result = copy.copy(cache)
    result.layers = [copy.copy(layer) for layer in cache.layers]
    for layer in result.layers:
        for name, value in vars(layer).items():
            if isinstance(value, dict):
                setattr(layer, name, dict(value))
    for (store, key), tensor in zip(list(_stores(result)), tensors):
        store[key] = tensor
    return result


def _module(forward: Any, model: Any) -> Any:
    """A module of one function. torch is not imported before it is needed."""
    import torch

    wrapper = type(forward.__name__.strip("_"), (torch.nn.Module,), {"forward": forward})()
    wrapper.model = model
    return wrapper


def _Prefill(self: Any, input_ids: Any) -> Any:
    return self.model(input_ids=input_ids, use_cache=False, return_dict=True).logits


def _Decode(self: Any, input_ids: Any, past: List[Any]) -> Any:
    output = self.model(input_ids=input_ids, use_cache=True, return_dict=True,
                        **{self.name: _fill(self.cache, past)})
    return output.logits, _states(getattr(output, self.name))
