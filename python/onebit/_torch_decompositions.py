"""Decompositions into elementwise operations, slices, maxima and minima.

torch-mlir turns these operations into ops of a dialect of its own, which could hide
anything from a reader of linalg. None of them multiplies, so nothing that replaces
them may look as if it did: a sum of what a mask chose is a product with the mask.
"""
from __future__ import annotations

from typing import Any, Dict


def make_table() -> Dict[Any, Any]:
    """torch-mlir's table with ours in it."""
    import torch
    from torch_mlir.extras.fx_decomp_util import get_decomposition_table

    aten = torch.ops.aten

    def positions(tensor: Any, size: int) -> Any:
        return torch.arange(size, dtype=torch.int64, device=tensor.device)

    def end_of(dtype: Any, highest: bool) -> Any:
        """The highest or the lowest number of a type."""
        if dtype.is_floating_point:
            return float("inf") if highest else float("-inf")
        info = torch.iinfo(dtype)
        return info.max if highest else info.min

    def full(tensor: Any, value: Any) -> Any:
        return torch.full((), value, dtype=tensor.dtype, device=tensor.device)

    def cumsum(self: Any, dim: int, *, dtype: Any = None) -> Any:
        dtype = dtype or (self.dtype if self.dtype.is_floating_point else torch.int64)
        x = self.to(dtype)
        if x.dim() == 0:
            return x
        # Every step doubles how many are summed up.
        length, shift = x.shape[dim], 1
        while shift < length:
            head, tail = x.narrow(dim, 0, shift), x.narrow(dim, shift, length - shift)
            x = torch.cat([head, tail + x.narrow(dim, 0, length - shift)], dim)
            shift *= 2
        return x

    def topk(self: Any, k: int, dim: int = -1, largest: bool = True, sorted: bool = True) -> Any:
        x = self.movedim(dim, -1)
        at = positions(self, x.shape[-1])
        best = torch.amax if largest else torch.amin
        taken = torch.zeros(x.shape, dtype=torch.bool, device=x.device)
        values, indices = [], []
        for _ in range(k):
            left = torch.where(taken, full(x, end_of(x.dtype, not largest)), x)
            value = best(left, -1, keepdim=True)
            # The first that is not taken: one may be as low as what stands for taken.
            hit = (left == value) & ~taken
            index = torch.where(hit, at, full(at, x.shape[-1] - 1)).amin(-1, keepdim=True)
            taken = taken | (at == index)
            values.append(value)
            indices.append(index)
        return (torch.cat(values, -1).movedim(-1, dim), torch.cat(indices, -1).movedim(-1, dim))

    def write(self: Any, dim: int, index: Any, source: Any) -> Any:
        """`self` with the slices at `index`, a vector, of `dim` replaced by those of `source`."""
        if self.dtype == torch.bool:
            return write(self.to(torch.uint8), dim, index, source.to(torch.uint8)).to(torch.bool)
        x, new = self.movedim(dim, -1), source.movedim(dim, -1)
        hit = positions(self, x.shape[-1]).unsqueeze(-1) == index
        lowest = full(x, end_of(x.dtype, False))
        written = torch.where(hit, new.unsqueeze(-2), lowest).amax(-1)
        return torch.where(hit.any(-1), written, x).movedim(-1, dim)

    def index_copy(self: Any, dim: int, index: Any, source: Any) -> Any:
        return write(self, dim, index.reshape(-1), source)

    def index_put(self: Any, indices: Any, values: Any, accumulate: bool = False) -> Any:
        given = [i for i, index in enumerate(indices) if index is not None]
        if (accumulate or len(given) != 1 or indices[given[0]].dim() != 1
                or indices[given[0]].dtype == torch.bool):
            return NotImplemented
        dim = given[0]
        shape = (*self.shape[:dim], indices[dim].shape[0], *self.shape[dim + 1:])
        return write(self, dim, indices[dim], values.expand(shape))

    table = dict(get_decomposition_table())
    table.update({
        aten.cumsum.default: cumsum, aten.topk.default: topk,
        aten.index_copy.default: index_copy, aten.index_put.default: index_put})
    return table
