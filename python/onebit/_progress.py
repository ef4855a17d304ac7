"""What is being done, where somebody looks: tqdm on a terminal, nothing elsewhere."""
from __future__ import annotations

import importlib.util
import sys
from typing import Any, Optional, Tuple


class Steps:
    """Named steps of long work. A bar if tqdm is there and stderr is a terminal."""

    def __init__(self, title: str, total: int):
        self._bar: Any = None
        if sys.stderr.isatty() and importlib.util.find_spec("tqdm"):
            from tqdm import tqdm

            self._bar = tqdm(total=total, desc=title, leave=False, bar_format=(
                "{desc} {bar:20} {n_fmt}/{total_fmt} {postfix} [{elapsed}]"))

    def __enter__(self) -> "Steps":
        return self

    def __exit__(self, *error: Any) -> Optional[bool]:
        if self._bar is not None:
            self._bar.close()
        return None

    def step(self, name: str) -> None:
        """The step `name` begins; the one before it has ended."""
        if self._bar is None:
            return
        if self._bar.postfix:
            self._bar.update()
        self._bar.set_postfix_str(name)


def shown(items: Any, title: str) -> Any:
    """`items`, with a bar that moves as they are taken."""
    if sys.stderr.isatty() and importlib.util.find_spec("tqdm"):
        from tqdm import tqdm

        return tqdm(items, desc=title, leave=False)
    return items


__all__: Tuple[str, ...] = ("Steps", "shown")
