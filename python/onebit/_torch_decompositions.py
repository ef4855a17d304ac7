"""Decompositions into elementwise operations and sums.

torch-mlir turns these operations into ops of a dialect of its own, which could hide
anything from a reader of linalg. None of them multiplies, so none of what replaces
them may: selections and sums only.
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

    def cumsum(self: Any, dim: int, *, dtype: Any = None) -> Any:
        result_type = dtype or (torch.int64 if not self.dtype.is_floating_point else self.dtype)
        if self.dim() == 0:
            return self.to(result_type)
        x = self.to(result_type).movedim(dim, -1)
        at = positions(self, x.shape[-1])
        until = torch.where(at <= at.unsqueeze(-1), x.unsqueeze(-2), torch.zeros((), dtype=result_type))
        return until.sum(-1, dtype=result_type).movedim(-1, dim)

    def topk(self: Any, k: int, dim: int = -1, largest: bool = True, sorted: bool = True) -> Any:
        x = self.movedim(dim, -1)
        at = positions(self, x.shape[-1])
        one, other = x.unsqueeze(-1), x.unsqueeze(-2)
        ahead = other > one if largest else other < one
        tie = (other == one) & (at < at.unsqueeze(-1))
        rank = (ahead | tie).to(torch.int64).sum(-1)
        hit = rank.unsqueeze(-2) == positions(self, k).unsqueeze(-1)
        zero = torch.zeros((), dtype=x.dtype, device=x.device)
        values = torch.where(hit, x.unsqueeze(-2), zero).sum(-1, dtype=x.dtype)
        indices = torch.where(hit, at, torch.zeros_like(at)).sum(-1)
        return values.movedim(-1, dim), indices.movedim(-1, dim)

    def sort(self: Any, dim: int = -1, descending: bool = False) -> Any:
        return topk(self, self.shape[dim], dim, largest=descending)

    def sort_stable(self: Any, *, stable: Any = None, dim: int = -1, descending: bool = False) -> Any:
        return topk(self, self.shape[dim], dim, largest=descending)

    def write(self: Any, dim: int, index: Any, source: Any) -> Any:
        """`self` with the slices at `index`, a vector, of `dim` replaced by those of `source`."""
        x, new = self.movedim(dim, -1), source.movedim(dim, -1)
        hit = positions(self, x.shape[-1]).unsqueeze(-1) == index
        zero = torch.zeros((), dtype=x.dtype, device=x.device)
        written = torch.where(hit, new.unsqueeze(-2), zero).sum(-1, dtype=x.dtype)
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
        aten.cumsum.default: cumsum, aten.topk.default: topk, aten.sort.default: sort,
        aten.sort.stable: sort_stable, aten.index_copy.default: index_copy,
        aten.index_put.default: index_put})
    return table
